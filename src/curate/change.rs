//! The change of one file of a knowledge base, which a person reads before git keeps it.

use similar::TextDiff;

use crate::error::{Error, Result};

/// Lines around a change that a diff shows.
const CONTEXT: usize = 3;

/// A file before and after a step of curation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileChange {
    /// Path inside the knowledge base, afterwards.
    pub path: String,
    /// Its path before, where that is another one.
    pub moved_from: Option<String>,
    /// The text before; `None` for a new file.
    pub before: Option<String>,
    /// The text afterwards.
    pub after: String,
}

impl FileChange {
    /// A file that is not there yet.
    pub fn new_file(path: impl Into<String>, after: String) -> Self {
        Self { path: path.into(), moved_from: None, before: None, after }
    }

    /// A file with another text.
    pub fn edited(path: impl Into<String>, before: &str, after: String) -> Self {
        Self { path: path.into(), moved_from: None, before: Some(before.to_owned()), after }
    }

    /// A file at another path, with the same text or another one.
    pub fn moved(from: &str, to: String, before: &str, after: String) -> Self {
        let moved_from = (from != to).then(|| from.to_owned());
        Self { path: to, moved_from, before: Some(before.to_owned()), after }
    }

    /// The change as `git diff` shows it.
    pub fn diff(&self) -> String {
        let before = self.before.as_deref().unwrap_or_default();
        let old = self.moved_from.as_deref().unwrap_or(&self.path);
        let mut text = String::new();
        if let Some(from) = &self.moved_from {
            text.push_str(&format!("rename from {from}\nrename to {}\n", self.path));
        }
        if before != self.after {
            let old =
                if self.before.is_some() { format!("a/{old}") } else { "/dev/null".to_owned() };
            let new = format!("b/{}", self.path);
            let lines = TextDiff::from_lines(before, &self.after);
            let mut diff = lines.unified_diff();
            text.push_str(&diff.context_radius(CONTEXT).header(&old, &new).to_string());
        }
        text
    }
}

/// The error of a file of the knowledge base that cannot be changed.
pub(super) fn fault(path: &str, problem: impl Into<String>) -> Error {
    Error::KbSyntax { path: path.to_owned(), line: 1, problem: problem.into() }
}

/// The text with single line ends, and the line ends to give back.
pub(super) fn with_plain_ends(
    text: &str,
    edit: impl FnOnce(&str) -> Result<String>,
) -> Result<String> {
    if !text.contains("\r\n") {
        return edit(text);
    }
    Ok(edit(&text.replace("\r\n", "\n"))?.replace('\n', "\r\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(change: &FileChange, expected: &str) {
        assert_eq!(change.diff(), expected);
    }

    #[test]
    fn a_change_reads_like_one_of_git() {
        check(
            &FileChange::edited("a.md", "one\ntwo\n", "one\n2\n".into()),
            "--- a/a.md\n+++ b/a.md\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n",
        );
        check(
            &FileChange::new_file("a.md", "one\n".into()),
            "--- /dev/null\n+++ b/a.md\n@@ -0,0 +1 @@\n+one\n",
        );
        check(
            &FileChange::moved("a.md", "b.md".into(), "one\n", "one\n".into()),
            "rename from a.md\nrename to b.md\n",
        );
    }
}
