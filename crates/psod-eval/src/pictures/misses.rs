//! Pictures that were not read as their text, for eyes.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use psod_match::read::{PictureLine, PictureText, is_doubtful};

use super::Picture;

/// A picture that was not read as its text.
pub(super) struct Miss<'a> {
    pub(super) class: &'static str,
    pub(super) crash: &'a str,
    /// Its answer is another one than that of the text.
    pub(super) is_other_answer: bool,
    pub(super) picture: &'a Picture,
    pub(super) read: Option<&'a PictureText>,
}

impl Miss<'_> {
    /// Writes the picture, its text, and what was read with a mark below each character in doubt: to `answers`
    /// where the answer is another one, to `texts` else.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub(super) fn keep(&self, directory: &Path) -> Result<()> {
        let directory = directory.join(if self.is_other_answer { "answers" } else { "texts" });
        let name = format!("{}-{}", self.class, self.crash.replace(['/', '\\'], "_"));
        let lines = self.read.map_or(&[][..], |text| &text.lines);
        let marked: String = lines.iter().map(marked).collect();
        let files = [
            (self.picture.extension, self.picture.bytes.as_slice()),
            ("truth", self.picture.truth.as_bytes()),
            ("read", marked.as_bytes()),
        ];
        fs::create_dir_all(&directory).with_context(|| directory.display().to_string())?;
        for (extension, bytes) in files {
            let path = directory.join(format!("{name}.{extension}"));
            fs::write(&path, bytes).with_context(|| path.display().to_string())?;
        }
        Ok(())
    }
}

/// A line, and below it a line with its doubts where it has any.
fn marked(line: &PictureLine) -> String {
    let mut marked = format!("{}\n", line.text);
    let doubts: String =
        line.confidence.iter().map(|sure| if is_doubtful(*sure) { '^' } else { ' ' }).collect();
    if doubts.contains('^') {
        let _ = writeln!(marked, "{}", doubts.trim_end());
    }
    marked
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks where the files of a picture that nobody could read lie.
    #[track_caller]
    fn check_kept(crash: &str, is_other_answer: bool, expected: &str) {
        let directory = tempfile::tempdir().expect("a directory");
        let picture =
            Picture { bytes: vec![1, 2], extension: "jpg", truth: "VMware ESXi".to_owned() };
        let miss = Miss { class: "hard", crash, is_other_answer, picture: &picture, read: None };
        miss.keep(directory.path()).expect("kept");
        let kept = ["jpg", "truth", "read"].map(|extension| {
            fs::read(directory.path().join(format!("{expected}.{extension}"))).expect(expected)
        });
        assert_eq!(kept, [vec![1, 2], b"VMware ESXi".to_vec(), Vec::new()]);
    }

    #[test]
    fn pictures_with_another_answer_lie_apart() {
        check_kept("crashes/KB1-1.txt", true, "answers/hard-crashes_KB1-1.txt");
        check_kept("near/a\\b.txt", false, "texts/hard-near_a_b.txt");
    }
}
