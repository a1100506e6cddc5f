//! What each crash text led to when somebody last looked: `kb/expected.csv`, which `psod-match kb
//! test --update` writes and version control shows as a difference.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// What one crash text leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedRow {
    /// Path of the crash text.
    pub path: String,
    /// `match`, `possible` or `none`.
    pub verdict: String,
    /// The issue found first; empty without one.
    pub issue: String,
    /// Its confidence in twentieths; small changes of the score are no change.
    pub confidence: String,
    /// The signature that fits best; empty without one.
    pub signature: String,
}

/// Reads the table in the file `path`, which has the content `text`.
///
/// # Errors
/// [`Error::KbSyntax`] for the first row that is none.
pub(super) fn parse(path: &str, text: &str) -> Result<Vec<ExpectedRow>> {
    let rows = csv::Reader::from_reader(text.as_bytes()).into_deserialize();
    rows.collect::<Result<Vec<ExpectedRow>, csv::Error>>().map_err(|error| {
        let line = error.position().map_or(1, |position| position.line() as usize);
        Error::KbSyntax { path: path.to_owned(), line, problem: error.to_string() }
    })
}

/// The table as it stands in the file.
pub fn expected_csv<'a>(rows: impl IntoIterator<Item = &'a ExpectedRow>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let written: Result<(), csv::Error> =
        rows.into_iter().try_for_each(|row| writer.serialize(row));
    // Writing texts into memory has nothing that could fail.
    let bytes = written.ok().and_then(|()| writer.into_inner().ok()).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let row = ExpectedRow {
            path: "crashes/KB1-1.txt".into(),
            verdict: "match".into(),
            issue: "KB1".into(),
            confidence: "0.95".into(),
            signature: "a, b".into(),
        };
        let text = expected_csv([&row]);
        assert!(text.starts_with("path,verdict,issue,confidence,signature\n"), "{text}");
        assert_eq!(parse("expected.csv", &text).expect("rows"), [row]);
        assert!(parse("expected.csv", "path\nx\n").is_err());
    }
}
