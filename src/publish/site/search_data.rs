//! The texts that the search of the site looks through, as a script: a page that was opened as a
//! file may load a script and may not fetch data.

use std::collections::BTreeMap;

use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

use super::files::file_name;
use crate::index::{SearchDocument, TEXT_FIELDS};
use crate::message::{Catalog, Language};
use crate::publish::Edition;
use crate::publish::found::{field_label, guidance_title};
use crate::text::escape_terminal;

#[derive(Serialize)]
struct SearchData {
    entries: Vec<SearchEntry>,
    weights: BTreeMap<&'static str, f32>,
    labels: BTreeMap<&'static str, BTreeMap<&'static str, String>>,
}

/// An issue or a general advice, with its texts by field.
#[derive(Serialize)]
struct SearchEntry {
    id: String,
    page: String,
    title: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    title_ja: String,
    texts: Vec<(&'static str, String)>,
}

/// Makes the script that holds every text that can be searched for.
pub(super) fn search_data(edition: &Edition<'_>) -> String {
    let languages = [Language::English, Language::Japanese];
    let labels = languages.map(|language| {
        let names = TEXT_FIELDS.iter().map(|(name, _)| name.trim_end_matches("_ja"));
        let labels = names.map(|name| (name, field_label(name, Catalog::of(language))));
        (language.tag(), labels.collect())
    });
    let data = SearchData {
        entries: entries(edition),
        weights: TEXT_FIELDS.iter().copied().collect(),
        labels: labels.into_iter().collect(),
    };
    let json = serde_json::to_string(&data).unwrap_or_default();
    // A line for each entry, so that a change of the file can be read.
    let json = json.replace("{\"id\":", "\n{\"id\":");
    format!("window.psodMatchSearch = {};\n", json.replace('<', "\\u003c"))
}

fn entries(edition: &Edition<'_>) -> Vec<SearchEntry> {
    let kb = edition.kb;
    let nothing = Default::default();
    let issues = kb.issues.values().map(|issue| {
        let subjects = edition.subjects.get(&issue.id).unwrap_or(&nothing);
        SearchEntry {
            id: issue.id.clone(),
            page: format!("issues/{}.html", file_name(&issue.id)),
            title: plain(&issue.title),
            title_ja: plain(&issue.japanese.title),
            texts: texts(SearchDocument::from_issue(issue, subjects)),
        }
    });
    let guidance = kb.guidance.values().map(|guidance| SearchEntry {
        id: guidance.id.clone(),
        page: format!("guidance/{}.html", file_name(&guidance.id)),
        title: plain(&guidance_title(&guidance.kinds, Catalog::of(Language::English))),
        title_ja: plain(&guidance_title(&guidance.kinds, Catalog::of(Language::Japanese))),
        texts: texts(SearchDocument::from_guidance(guidance)),
    });
    issues.chain(guidance).collect()
}

fn texts(document: SearchDocument) -> Vec<(&'static str, String)> {
    document.texts.into_iter().map(|(field, text)| (field, plain(&text))).collect()
}

/// Puts a text into one line, folds it (NFKC), and makes its control characters visible.
fn plain(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    escape_terminal(&line.nfkc().collect::<String>()).into_owned()
}
