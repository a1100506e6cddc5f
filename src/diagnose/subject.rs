//! From a crash that was read to the subject of a diagnosis.

use crate::crash::{Crash, Defect, DefectCode, Release};
use crate::kb::Releases;
use crate::matching::{HostRelease, Matcher};
use crate::read::{Bound, FoundCrash, PictureText};
use crate::signature::{ComparableCrash, CrashKeys, FrameLists};
use crate::symbols::{InferredBuild, ModuleLookup, Symbols, apply, infer_build};

/// A crash that is ready to be diagnosed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Subject {
    /// The crash, each frame with its role.
    pub crash: Crash,
    /// Everything that a signature may ask for.
    pub keys: CrashKeys,
    /// The versioned hash of the story frames; absent without any.
    pub fingerprint: Option<String>,
    /// The host's release, and its place in the release list.
    pub host: HostRelease,
    /// The build that was inferred, where the crash prints none.
    pub inferred: Option<InferredBuild>,
    /// The modules whose symbols were looked for; empty without symbols.
    pub symbols: Vec<ModuleLookup>,
    /// Line of the input where the crash starts, counted from 1.
    pub line: usize,
    /// The bounds that cut something while reading.
    pub limits: Vec<Bound>,
    /// The text with the doubt of each character, where it was read from a picture.
    pub picture: Option<Box<PictureText>>,
}

/// The lists that a crash is prepared with.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Lists<'a> {
    /// Functions that give a frame its role.
    pub frames: &'a FrameLists,
    /// The releases of every update line.
    pub releases: &'a Releases,
    /// The names of functions by their modules, where there are some.
    pub symbols: Option<&'a Symbols>,
}

impl<'a> Lists<'a> {
    /// These lists with the names of functions by their modules.
    #[must_use]
    pub fn with_symbols(self, symbols: Option<&'a Symbols>) -> Self {
        Self { symbols, ..self }
    }
}

impl<'a> From<&'a Matcher> for Lists<'a> {
    fn from(matcher: &'a Matcher) -> Self {
        Self { frames: matcher.lists(), releases: matcher.releases(), symbols: None }
    }
}

/// `VMware ESXi 7.0.3 [Releasebuild-17630552 x86_64]`: the build is one of 7.0.2, so that one of the two
/// was typed or read wrongly. A shorter version, `7.0`, contradicts none of its lines.
fn note_contradiction(crash: &mut Crash, host: &HostRelease, line: usize) {
    let printed = crash.release.as_ref().and_then(Release::line);
    let (Some(printed), Some(entry)) = (printed, &host.entry) else {
        return;
    };
    let code = DefectCode::ReleaseContradiction;
    let noted = crash.defects.iter().any(|defect| defect.code == code);
    let same = entry.line == printed || entry.line.starts_with(&format!("{printed}."));
    if !same && !noted {
        let text = format!("{printed} / {} ({})", entry.line, entry.build);
        crash.defects.push(Defect { code, line, text });
    }
}

/// Prepares a crash with the lists of a [`super::Knowledge`], a [`super::Handbook`] or a
/// [`Matcher`]: no caller below this room gives frames their roles or takes keys itself.
pub fn prepare<'a>(found: FoundCrash, lists: impl Into<Lists<'a>>) -> Subject {
    let Lists { frames, releases, symbols } = lists.into();
    let FoundCrash { line, mut crash, limits, picture, .. } = found;
    let inferred = symbols.and_then(|symbols| {
        infer_build(symbols, &mut crash, line, &|build| {
            releases.by_build(build).map(|entry| entry.line.clone())
        })
    });
    let host = HostRelease::new(crash.release.as_ref(), releases);
    note_contradiction(&mut crash, &host, line);
    // A bare address must have its name before names are normalized.
    let symbols = symbols.map(|symbols| apply(symbols, &mut crash, line)).unwrap_or_default();
    let ComparableCrash { crash, keys, fingerprint } = ComparableCrash::new(crash, frames);
    Subject { crash, keys, fingerprint, host, inferred, symbols, line, limits, picture }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::crashes_in_text;

    #[track_caller]
    fn check(version: &str, expected: Option<&str>) {
        let rows = "line,name,build,date,branch,vendor_name\n\
            7.0.2,7.0 Update 2,17630552,2021-03-09,,ESXi 7.0.2\n";
        let releases = Releases::parse("releases.csv", rows).expect("a list");
        let lists = Lists { frames: &FrameLists::default(), releases: &releases, symbols: None };
        let text = format!("VMware ESXi {version} [Releasebuild-17630552 x86_64]\nCrashMe\n");
        let found = crashes_in_text(&text).into_iter().next().expect("a crash");
        let crash = prepare(found, lists).crash;
        let code = DefectCode::ReleaseContradiction;
        let defect = crash.defects.iter().find(|defect| defect.code == code);
        assert_eq!(defect.map(|defect| defect.text.as_str()), expected, "{version}");
    }

    #[test]
    fn a_build_of_another_version_is_a_defect() {
        check("7.0.3", Some("7.0.3 / 7.0.2 (17630552)"));
        check("6.7.0", Some("6.7 / 7.0.2 (17630552)"));
        check("7.0.2", None);
        check("7.0", None);
        check("#.#.#", None);
    }
}
