//! Crash texts of the knowledge base: a short header, an empty line, the text as published.

use crate::error::{Error, Result};

/// A crash text and what is expected of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exemplar {
    /// Path inside the knowledge base.
    pub path: String,
    /// What must be found for it.
    pub expectation: Expectation,
    /// Where the text was published.
    pub source: String,
    /// The signature that it shows, where the header names one.
    pub signature: Option<String>,
    /// The crash text without the header.
    pub text: String,
    /// Line of the file where the crash text starts, counted from 1.
    pub text_line: usize,
}

/// What must be found for a crash text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// The issue with this id.
    Issue(String),
    /// Anything but a match of this issue.
    Not(String),
    /// No match at all.
    Nothing,
}

impl Exemplar {
    /// Reads the file `path`, which has the content `text`.
    ///
    /// # Errors
    /// [`Error::KbSyntax`] for a header line that is not known, or a missing `EXPECT`.
    pub fn parse(path: &str, text: &str) -> Result<Self> {
        let syntax =
            |line: usize, problem: String| Error::KbSyntax { path: path.to_owned(), line, problem };
        let (mut expectation, mut source, mut signature) = (None, String::new(), None);
        let mut start = 0;
        let mut text_line = 1;
        for (index, line) in text.split_inclusive('\n').enumerate() {
            start += line.len();
            text_line = index + 2;
            let line = line.trim_end();
            if line.is_empty() {
                break;
            }
            match line.split_once(':').map(|(key, value)| (key, value.trim())) {
                Some(("EXPECT", value)) => expectation = Some(Expectation::parse(value)),
                Some(("SOURCE", value)) => source = value.to_owned(),
                Some(("SIGNATURE", value)) => signature = Some(value.to_owned()),
                Some(("NOTE" | "ALLOW", _)) => {}
                _ => {
                    let problem = format!(
                        "`{line}`, expected EXPECT, SOURCE, SIGNATURE, NOTE, ALLOW or an empty line"
                    );
                    return Err(syntax(index + 1, problem));
                }
            }
        }
        let Some(expectation) = expectation else {
            return Err(syntax(1, "the header has no EXPECT line".into()));
        };
        let text = text[start..].to_owned();
        Ok(Self { path: path.to_owned(), expectation, source, signature, text, text_line })
    }

    /// The issue that this crash is an exemplar of.
    pub fn issue(&self) -> Option<&str> {
        match &self.expectation {
            Expectation::Issue(id) => Some(id),
            _ => None,
        }
    }
}

impl Expectation {
    fn parse(value: &str) -> Self {
        match value.strip_prefix("not ") {
            Some(id) => Self::Not(id.trim().to_owned()),
            None if value == "none" => Self::Nothing,
            None => Self::Issue(value.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_and_text_are_split() {
        let text = "EXPECT: KB1\nSOURCE: https://example.org\nNOTE: cut\n\nPanic\nLine: 2\n";
        let exemplar = Exemplar::parse("crashes/KB1-1.txt", text).expect("an exemplar");
        assert_eq!(exemplar.issue(), Some("KB1"));
        assert_eq!((exemplar.text.as_str(), exemplar.text_line), ("Panic\nLine: 2\n", 5));
    }

    #[test]
    fn expectations_have_three_forms() {
        let parse = |value: &str| {
            Exemplar::parse("x", &format!("EXPECT: {value}\n\nx")).expect("an exemplar").expectation
        };
        assert_eq!(parse("none"), Expectation::Nothing);
        assert_eq!(parse("not KB1"), Expectation::Not("KB1".into()));
    }

    #[test]
    fn errors_name_the_line() {
        let error = Exemplar::parse("x.txt", "EXPECT: KB1\nSOURC: y\n\n").expect_err("a typo");
        assert_eq!(
            error.to_string(),
            "x.txt:2: `SOURC: y`, expected EXPECT, SOURCE, SIGNATURE, NOTE, ALLOW or an empty line"
        );
    }
}
