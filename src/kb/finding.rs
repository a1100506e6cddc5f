//! What is wrong in a kb file: a stable code, a place and what was found.

use serde::Serialize;

/// Declares the codes together with their names.
macro_rules! finding_codes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// What is wrong: a stable code with a text and a remedy in the message table
        /// (`lint-<code>` and `lint-<code>-remedy`).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        pub enum FindingCode {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)*
        }

        impl FindingCode {
            /// Every code.
            pub const ALL: &[FindingCode] = &[$(FindingCode::$variant,)*];

            /// The published name of the code.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(FindingCode::$variant => $name,)*
                }
            }
        }
    };
}

finding_codes! {
    /// The front matter or a table cannot be read.
    Syntax = "syntax",
    /// A file that the knowledge base has no place for.
    UnexpectedFile = "unexpected-file",
    /// The file is not named after its id.
    IdFile = "id-file",
    /// The id has no known form.
    IdForm = "id-form",
    /// The title is empty or longer than one line.
    Title = "title",
    /// No article is cited.
    NoArticle = "no-article",
    /// The address of an article is not an absolute one.
    ArticleUrl = "article-url",
    /// A section is missing, empty, unknown or out of order.
    Section = "section",
    /// An issue without a signature.
    NoSignature = "no-signature",
    /// A signature without a frame, a message and a log line.
    EmptySignature = "empty-signature",
    /// Two signatures of one issue have the same name.
    SignatureName = "signature-name",
    /// A panic kind that does not exist.
    PanicKind = "panic-kind",
    /// A frame entry that is not a function name.
    FrameForm = "frame-form",
    /// A signature asks for a machinery frame.
    MachineryFrame = "machinery-frame",
    /// A template of a message or log line that would hold anywhere.
    ShortTemplate = "short-template",
    /// An update line that no release has.
    UpdateLine = "update-line",
    /// An update name that resolves to no build.
    FixName = "fix-name",
    /// Name and build of a fix disagree.
    FixBuild = "fix-build",
    /// `related` names an issue that does not exist.
    Related = "related",
    /// An issue without a crash text.
    NoCrash = "no-crash",
    /// A crash text without `EXPECT` or `SOURCE`.
    CrashHeader = "crash-header",
    /// A crash text for an issue that does not exist.
    CrashIssue = "crash-issue",
    /// A crash text in which no crash is found.
    CrashEmpty = "crash-empty",
    /// A signature frame that no crash text of the issue prints.
    FrameNotPrinted = "frame-not-printed",
    /// A signature that no crash text of the issue shows.
    SignatureNotShown = "signature-not-shown",
    /// A frame list that is not in order or repeats a name.
    FrameList = "frame-list",
    /// A row of modules.csv without a known owner, without a title or source, or a second one.
    ModuleRow = "module-row",
    /// A crash text of an issue for which another issue is found first.
    NotFoundFirst = "not-found-first",
    /// A crash text of an issue that is found without being a match or possible.
    NotFound = "not-found",
    /// A near miss or unknown crash that matches.
    FalseMatch = "false-match",
    /// Texts that people read first are missing in Japanese.
    NoJapanese = "no-japanese",
}

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The file is wrong: lint fails.
    Error,
    /// The file could be better: lint only counts it.
    Advice,
}

impl FindingCode {
    /// How much a finding of this code weighs.
    pub fn severity(self) -> Severity {
        match self {
            Self::NoJapanese => Severity::Advice,
            _ => Severity::Error,
        }
    }
}

/// One thing that is wrong in a kb file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// Path inside the knowledge base.
    pub path: String,
    /// Line, counted from 1; absent where the file as a whole is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// What is wrong.
    pub code: FindingCode,
    /// How much it weighs.
    pub severity: Severity,
    /// What was found, as printed in the file.
    pub detail: String,
}

impl Finding {
    /// A finding about the file as a whole.
    pub fn new(path: &str, code: FindingCode, detail: impl Into<String>) -> Self {
        let severity = code.severity();
        Self { path: path.to_owned(), line: None, code, severity, detail: detail.into() }
    }

    /// The same finding at a line.
    pub fn at(mut self, line: usize) -> Self {
        self.line = Some(line);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Catalog;

    #[test]
    fn every_code_has_a_text_and_a_remedy() {
        for code in FindingCode::ALL {
            for key in [format!("lint-{}", code.as_str()), format!("lint-{}-remedy", code.as_str())]
            {
                assert!(Catalog::english().has(&key), "{key} is missing in locales/en/main.ftl");
            }
        }
    }
}
