//! The stamp of the calibration: a digest of everything that the fitted coefficients depend on, and
//! whether it has changed since.

use sha2::{Digest, Sha256};

use super::align::Shape;
use super::calibrate::Calibration;
use crate::error::Result;
use crate::kb::{
    CALIBRATION_FILE, CONDITIONS, Finding, FindingCode, KbSource, KnowledgeBase, RARITY_FILE, Worth,
};

/// The digest of everything that a fit depends on: signatures, crash texts, frame lists and rarity of
/// the knowledge base, and the points of the program. Texts that only people read are no part of it,
/// nor is the way in which the program reads and damages texts: after a change of that a curator has
/// to think of fitting again.
pub fn calibration_stamp(kb: &KnowledgeBase) -> String {
    let mut digest = StampDigest::default();
    digest.add_points(&Calibration::SHIPPED);
    for issue in kb.issues.values() {
        digest.add(&issue.id);
        digest.add(issue.status.as_str());
        issue.related.iter().for_each(|other| digest.add(other));
        digest.add(&serde_json::to_string(&issue.signatures).unwrap_or_default());
    }
    for exemplar in kb.exemplars.values() {
        digest.add(&exemplar.path);
        digest.add(&format!("{:?}", exemplar.expectation));
        digest.add(&exemplar.text);
    }
    for list in [&kb.lists.machinery, &kb.lists.shared] {
        digest.add(&list.len().to_string());
        list.iter().for_each(|function| digest.add(function));
    }
    digest.add(&kb.rarity.to_csv());
    digest.finish()
}

/// A digest of texts with their lengths.
#[derive(Default)]
struct StampDigest(Sha256);

impl StampDigest {
    fn add(&mut self, text: &str) {
        self.0.update((text.len() as u64).to_le_bytes());
        self.0.update(text.as_bytes());
    }

    fn add_numbers(&mut self, numbers: &[f64]) {
        let numbers: Vec<String> = numbers.iter().map(f64::to_string).collect();
        self.add(&numbers.join(" "));
    }

    /// Adds the numbers of the program: a new name of one of them is no other calibration.
    fn add_points(&mut self, calibration: &Calibration) {
        let Calibration {
            coefficients,
            frame_weight,
            most_frame_points,
            share_exponent,
            between_weight,
            text_decisive,
            proof,
            proof_frames,
            coverage,
            told_apart,
            above_both,
            above_crash,
            other_top,
            module_price,
            other_module,
            story_price,
            other_release,
            other_line,
            match_threshold,
            possible_threshold,
        } = *calibration;
        self.add_numbers(&coefficients.to_array());
        self.add_numbers(&[frame_weight, most_frame_points, share_exponent, between_weight]);
        self.add_numbers(&[
            text_decisive,
            proof,
            proof_frames,
            coverage,
            told_apart,
            match_threshold,
            possible_threshold,
        ]);
        self.add_numbers(&[above_both, above_crash, other_top, module_price, other_module]);
        self.add_numbers(&[story_price, other_release, other_line]);
        for Shape { sharpness, decay, containment, family } in [Shape::PLAIN, Shape::EXEMPLAR] {
            self.add_numbers(&[sharpness, decay, containment, family]);
        }
        for row in CONDITIONS {
            self.add(row.key);
            let Worth { held, near, contradicted, decisive } = row.worth;
            let points = [held, near, contradicted];
            self.add_numbers(&points.map(|points| points.map_or(0.0, |(points, _)| points)));
            self.add(if decisive.is_some() { "decisive" } else { "" });
        }
    }

    fn finish(self) -> String {
        const LENGTH: usize = 16;
        self.0.finalize().iter().take(LENGTH).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// A finding when the last calibration among `sources` was fitted to something else, or when function
/// counts of a later source replace it. Anything else that a team lays over the shipped knowledge base
/// does not count against the shipped calibration.
///
/// # Errors
/// [`crate::error::Error::Io`] when a source cannot be read.
pub fn calibration_finding(sources: &[KbSource]) -> Result<Option<Finding>> {
    for last in (0..sources.len()).rev() {
        let files = sources[last].files()?;
        let Some(path) = [CALIBRATION_FILE, RARITY_FILE]
            .into_iter()
            .find(|path| files.iter().any(|file| file.path == *path))
        else {
            continue;
        };
        let kb = KnowledgeBase::read(&sources[..=last])?;
        let stamp = calibration_stamp(&kb);
        // One that cannot be read is a finding already.
        let other = kb.fitted.filter(|fitted| fitted.stamp != stamp);
        return Ok(other.map(|fitted| {
            let finding = Finding::new(path, FindingCode::CalibrationStamp, stamp);
            finding.text(fitted.stamp)
        }));
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::kb::{Coefficients, Fitted};

    fn write(directory: &Path, path: &str, text: &str) {
        let path = directory.join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("create");
        fs::write(path, text).expect("write");
    }

    /// Checks whether the calibration of `first` fits when a file of it, or of a second directory
    /// over it, changes.
    #[track_caller]
    fn check(second: bool, path: &str, text: &str, fits: bool) {
        let issue = "+++\nschema = 1\nid = \"KB1\"\ntitle = \"t\"\nstatus = \"test\"\nauthor = \"a\"\n\
             created = 2026-11-23\n[[signatures]]\nname = \"m\"\nframes = [\"A\"]\n+++\n\n## Cause\n\nx\n";
        let (one, two) = (tempfile::tempdir().expect("one"), tempfile::tempdir().expect("two"));
        write(one.path(), "issues/KB1.md", issue);
        write(one.path(), "crashes/KB1-1.txt", "EXPECT: KB1\nSOURCE: x\n\n[0x1]A@m#1+0x1\n");
        let sources: Vec<KbSource> =
            [&one, &two].map(|d| KbSource::Directory(d.path().to_path_buf())).into();
        assert_eq!(calibration_finding(&sources).expect("read"), None);
        let kb = KnowledgeBase::read(&sources[..1]).expect("a kb");
        let stamp = calibration_stamp(&kb);
        let coefficients = Coefficients::AS_SET;
        let fitted = Fitted { stamp, seed: 1, repeats: 3, coefficients };
        write(one.path(), CALIBRATION_FILE, &fitted.to_toml());
        assert_eq!(calibration_finding(&sources).expect("read"), None);
        write(if second { two.path() } else { one.path() }, path, &text.replace("ISSUE", issue));
        let found = calibration_finding(&sources).expect("read");
        assert_eq!(found.is_none(), fits, "{path}: {found:?}");
    }

    #[test]
    fn the_stamp_changes_with_what_the_matcher_sees_and_with_nothing_else() {
        check(false, "crashes/KB1-1.txt", "EXPECT: KB1\nSOURCE: x\n\n[0x1]B@m#1+0x1\n", false);
        check(false, "frames/shared.txt", "A\n", false);
        check(false, "unknown/x.txt", "EXPECT: none\nSOURCE: x\n\n[0x1]B@m#1+0x1\n", false);
        check(false, "issues/KB1.md", "ISSUE and more about the cause\n", true);
        check(false, "guidance/README.md", "x", true);
        check(true, "frames/rarity.csv", "function,count\n*,9\n", false);
        check(true, "crashes/KB1-2.txt", "EXPECT: KB1\nSOURCE: x\n\n[0x1]B@m#1+0x1\n", true);
    }
}
