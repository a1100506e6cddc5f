//! The accepted answer for each crash text: `kb/expected.csv`. `psod-match kb test --update` writes
//! it, and version control shows its changes.

use serde::{Deserialize, Serialize};

use super::source::row_error;
use crate::error::Result;

/// The answer for one crash text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedRow {
    /// Path of the crash text.
    pub path: String,
    /// `match`, `possible` or `none`.
    pub verdict: String,
    /// The issue found first; empty without one.
    pub issue: String,
    /// Its confidence, rounded to twentieths, so that small changes of the score change no row.
    pub confidence: String,
    /// The signature that fits best; empty without one.
    pub signature: String,
}

/// Reads the table in the file `path`, which has the content `text`.
///
/// # Errors
/// [`crate::error::Error::KbSyntax`] for the first row that cannot be read.
pub(crate) fn parse(path: &str, text: &str) -> Result<Vec<ExpectedRow>> {
    let rows = csv::Reader::from_reader(text.as_bytes()).into_deserialize();
    rows.collect::<Result<_, csv::Error>>().map_err(|error| row_error(path, &error))
}

/// Writes the table as the file has it.
pub fn expected_csv<'a>(rows: impl IntoIterator<Item = &'a ExpectedRow>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let written: Result<(), csv::Error> =
        rows.into_iter().try_for_each(|row| writer.serialize(row));
    // Writing texts into memory cannot fail.
    let bytes = written.ok().and_then(|()| writer.into_inner().ok()).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_written_table_can_be_read() {
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
