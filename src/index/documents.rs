//! The texts of an issue or of a piece of guidance for the full-text search, by field.

use crate::kb::{Article, Guidance, Issue, Subjects};

/// The fields with the worth of a hit, in the order in which equal hits name them.
pub const TEXT_FIELDS: &[(&str, f32)] = &[
    ("number", 4.0),
    ("title", 4.0),
    ("title_ja", 4.0),
    ("function", 3.0),
    ("module", 2.5),
    ("message", 2.0),
    ("log", 1.5),
    ("cause", 1.0),
    ("cause_ja", 1.0),
    ("fix", 1.0),
    ("fix_ja", 1.0),
    ("workaround", 1.0),
    ("workaround_ja", 1.0),
    ("notes", 1.0),
    ("advice", 1.0),
    ("advice_ja", 1.0),
    ("affected", 1.0),
    ("crash", 0.8),
];

/// A text that can be searched for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchDocument {
    /// Id of the issue or guidance.
    pub id: String,
    /// True for guidance.
    pub guidance: bool,
    /// Texts with the names of their fields, out of [`TEXT_FIELDS`].
    pub texts: Vec<(&'static str, String)>,
}

impl SearchDocument {
    /// All texts about an issue.
    pub fn from_issue(issue: &Issue, subjects: &Subjects) -> Self {
        let mut document = Self { id: issue.id.clone(), guidance: false, texts: Vec::new() };
        document.add("number", [issue.id.clone()]);
        document.add("number", article_numbers(&issue.articles));
        document.add("title", [issue.title.clone()]);
        document.add("title_ja", [issue.japanese.title.clone()]);
        document.add("function", subjects.functions.iter().cloned());
        document.add("module", subjects.modules.iter().cloned());
        for signature in &issue.signatures {
            document.add("message", signature.kinds.iter().chain(&signature.messages).cloned());
            document.add("message", signature.sources.iter().cloned().map(String::from));
            document.add("log", signature.logs.iter().cloned());
            let host = &signature.host;
            document.add("affected", host.models.iter().chain(&host.pci).cloned());
        }
        document.add("cause", [issue.cause.clone()]);
        document.add("cause_ja", [issue.japanese.cause.clone()]);
        document.add("fix", [issue.fix_text.clone()]);
        document.add("fix", issue.fix.builds.iter().map(|fix| fix.name.clone()));
        document.add("fix", issue.fix.builds.iter().filter_map(|fix| Some(fix.build?.to_string())));
        document.add("fix_ja", [issue.japanese.fix.clone()]);
        document.add("workaround", [issue.workaround.clone()]);
        document.add("workaround_ja", [issue.japanese.workaround.clone()]);
        document.add("notes", [issue.notes.clone()]);
        document.add("affected", [issue.affected.text.clone(), issue.affected.lines.join(" ")]);
        let components = issue.affected.components.iter().chain(&issue.fix.components);
        document.add("affected", components.map(|part| format!("{} {}", part.name, part.version)));
        document.add("crash", subjects.printed_messages.iter().cloned());
        document.add("crash", subjects.printed_functions.iter().cloned());
        document
    }

    /// All texts of a piece of guidance.
    pub fn from_guidance(guidance: &Guidance) -> Self {
        let mut document = Self { id: guidance.id.clone(), guidance: true, texts: Vec::new() };
        document.add("number", article_numbers(&guidance.articles));
        document.add("title", [guidance.kinds.join(", ")]);
        document.add("advice", [guidance.text.clone()]);
        document.add("advice_ja", [guidance.advice_ja.clone()]);
        document
    }

    fn add(&mut self, field: &'static str, texts: impl IntoIterator<Item = String>) {
        let texts = texts.into_iter().filter(|text| !text.is_empty());
        self.texts.extend(texts.map(|text| (field, text)));
    }
}

/// The numbers of articles, old ones too.
fn article_numbers(articles: &[Article]) -> Vec<String> {
    let numbers =
        articles.iter().flat_map(|article| [Some(&article.id), article.legacy_id.as_ref()]);
    numbers.flatten().cloned().collect()
}
