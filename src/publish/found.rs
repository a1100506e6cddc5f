//! The answer to a question, as data.

use schemars::JsonSchema;
use serde::Serialize;

use crate::index::{Hit, Piece, SearchAnswer, UnknownWord};
use crate::kb::{KnowledgeBase, Lead, LeadName};
use crate::message::Catalog;
use crate::report::LeadReport;

/// The answer of `psod-match kb search`.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct FoundReport {
    /// Version of this format.
    pub schema: u32,
    /// Version of psod-match.
    pub tool: String,
    /// The words.
    pub question: String,
    /// How many issues and pieces of guidance hold every word.
    pub with_all_words: usize,
    /// How many hold some of them.
    pub with_some_words: usize,
    /// The best of them.
    pub hits: Vec<HitReport>,
    /// Articles of which little more than a name is known and that hold every word: no known issues.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub leads: Vec<LeadReport>,
    /// Words that are in no text.
    pub unknown: Vec<UnknownWord>,
}

/// One issue or piece of guidance.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct HitReport {
    /// Its id.
    pub id: String,
    /// `issue` or `guidance`.
    pub kind: String,
    /// Its title in the asked language.
    pub title: String,
    /// True when it holds every word.
    pub all_words: bool,
    /// Comparable only within one answer.
    pub score: f32,
    /// The fields with hits, the best first.
    pub fields: Vec<FieldReport>,
}

/// A field with a hit.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct FieldReport {
    /// `title`, `cause`, `function`, …; `_ja` after the name of a Japanese text.
    pub field: String,
    /// The text around the first hit, cut into pieces.
    pub snippet: Vec<Piece>,
}

/// The answer `found` to `question`, with at most `most` hits.
pub fn found_report(
    question: &str,
    found: SearchAnswer,
    most: usize,
    kb: &KnowledgeBase,
    catalog: &Catalog,
) -> FoundReport {
    let all = found.hits.iter().filter(|hit| hit.all_words).count();
    let some = found.hits.len() - all;
    FoundReport {
        schema: super::SCHEMA,
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        question: question.to_owned(),
        with_all_words: all,
        with_some_words: some,
        hits: found.hits.into_iter().take(most).map(|hit| hit_report(hit, kb, catalog)).collect(),
        leads: leads_with(question, kb).map(|lead| LeadReport::from_lead(lead, catalog)).collect(),
        unknown: found.unknown,
    }
}

/// The leads that hold every word of the question.
fn leads_with<'a>(question: &str, kb: &'a KnowledgeBase) -> impl Iterator<Item = &'a Lead> {
    let words: Vec<String> = question.split_whitespace().map(str::to_lowercase).collect();
    kb.leads.values().filter(move |lead| {
        let names = lead.names.iter().map(LeadName::as_str);
        let texts = [lead.number.as_str(), &lead.title, &lead.title_ja].into_iter().chain(names);
        let text = texts.collect::<Vec<_>>().join(" ").to_lowercase();
        !words.is_empty() && words.iter().all(|word| text.contains(word))
    })
}

fn hit_report(hit: Hit, kb: &KnowledgeBase, catalog: &Catalog) -> HitReport {
    let title = match (kb.issues.get(&hit.id), kb.guidance.get(&hit.id)) {
        (Some(issue), _) if !hit.guidance => {
            catalog.chosen(issue.title.clone(), issue.japanese.title.clone())
        }
        (_, Some(guidance)) => guidance_title(&guidance.kinds, catalog),
        _ => String::new(),
    };
    let fields = hit.fields.into_iter();
    let fields = fields.map(|(field, snippet)| FieldReport { field: field.to_owned(), snippet });
    HitReport {
        id: hit.id,
        kind: if hit.guidance { "guidance" } else { "issue" }.to_owned(),
        title,
        all_words: hit.all_words,
        score: hit.score,
        fields: fields.collect(),
    }
}

/// The title of a piece of guidance.
pub(super) fn guidance_title(kinds: &[String], catalog: &Catalog) -> String {
    if kinds.is_empty() {
        catalog.text("guidance-title-every", &[])
    } else {
        catalog.text("guidance-title", &[("kinds", &kinds.join(", "))])
    }
}

/// Labels of the fields, `_ja` left out.
const FIELD_LABELS: &[(&str, &str)] = &[
    ("number", "label-article"),
    ("title", "label-title"),
    ("function", "label-function"),
    ("module", "label-module"),
    ("message", "label-message"),
    ("log", "label-log"),
    ("cause", "label-cause"),
    ("fix", "label-fix"),
    ("workaround", "label-workaround"),
    ("notes", "label-notes"),
    ("advice", "label-advice"),
    ("affected", "label-affected"),
    ("crash", "label-crash"),
];

/// The label of a field.
pub(super) fn field_label(name: &str, catalog: &Catalog) -> String {
    let label = FIELD_LABELS.iter().find(|(field, _)| *field == name);
    label.map_or_else(|| name.to_owned(), |(_, key)| catalog.text(key, &[]))
}

impl HitReport {
    /// The field with the best hit and its text, each piece through `escape` and hits between
    /// `open` and `close`.
    pub fn why(
        &self,
        catalog: &Catalog,
        (open, close): (&str, &str),
        escape: &dyn Fn(&str) -> String,
    ) -> String {
        let Some(best) = self.fields.first() else {
            return String::new();
        };
        let name = best.field.trim_end_matches("_ja");
        let label = field_label(name, catalog);
        let mut text = format!("{label}: ");
        for piece in &best.snippet {
            let (before, after) = if piece.hit { (open, close) } else { ("", "") };
            text.extend([before, &escape(&piece.text), after]);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::TEXT_FIELDS;

    #[test]
    fn every_field_of_the_index_has_a_label() {
        for (field, _) in TEXT_FIELDS {
            let name = field.trim_end_matches("_ja");
            assert!(FIELD_LABELS.iter().any(|(known, _)| *known == name), "{field}");
        }
    }
}
