//! Crash texts of the knowledge base: a short header, an empty line, the text as published.

use super::source::syntax_error;
use crate::error::Result;

/// A crash text and the answer that is expected for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exemplar {
    /// Path inside the knowledge base.
    pub path: String,
    /// The expected answer.
    pub expectation: Expectation,
    /// The address at which the text was published.
    pub source: String,
    /// The signature that it shows, where the header names one.
    pub signature: Option<String>,
    /// The crash text without the header.
    pub text: String,
    /// Line of the file where the crash text starts, counted from 1.
    pub text_line: usize,
}

/// The answer that is expected for a crash text.
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
    /// [`crate::error::Error::KbSyntax`] for a header line that is not known, or a missing `EXPECT`.
    pub fn parse(path: &str, text: &str) -> Result<Self> {
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
                    return Err(syntax_error(path, index + 1, problem));
                }
            }
        }
        let Some(expectation) = expectation else {
            return Err(syntax_error(path, 1, "the header has no EXPECT line"));
        };
        let text = text[start..].to_owned();
        Ok(Self { path: path.to_owned(), expectation, source, signature, text, text_line })
    }

    /// The text of a file with this crash: the expectation as its header has it (`KB318512`,
    /// `not KB318512`), where it is from, and the lines of the screen.
    pub fn text_with(expectation: &str, source: &str, screen: &str) -> String {
        let source = source.split_whitespace().collect::<Vec<_>>().join(" ");
        format!("EXPECT: {expectation}\nSOURCE: {source}\n\n{screen}")
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
        if value == "none" {
            return Self::Nothing;
        }
        match value.strip_prefix("not ") {
            Some(id) => Self::Not(id.trim().to_owned()),
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

    #[track_caller]
    fn check(value: &str, expected: Expectation) {
        let exemplar = Exemplar::parse("x", &format!("EXPECT: {value}\n\nx"));
        assert_eq!(exemplar.expect("an exemplar").expectation, expected);
    }

    #[test]
    fn expectations_have_three_forms() {
        check("KB1", Expectation::Issue("KB1".into()));
        check("none", Expectation::Nothing);
        check("not KB1", Expectation::Not("KB1".into()));
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
