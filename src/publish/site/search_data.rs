//! What the search of the site knows, as a script: a page that was opened as a file may load a
//! script and may not fetch data.

use std::collections::BTreeMap;

use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

use super::file_name;
use crate::index::{SearchDocument, TEXT_FIELDS};
use crate::message::{Catalog, Language};
use crate::publish::Edition;
use crate::publish::found::{field_label, guidance_title};
use crate::text::escape_terminal;

#[derive(Serialize)]
struct SearchData {
    entries: Vec<Entry>,
    weights: BTreeMap<&'static str, f32>,
    labels: BTreeMap<&'static str, BTreeMap<&'static str, String>>,
}

#[derive(Serialize)]
struct Entry {
    id: String,
    page: String,
    title: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    title_ja: String,
    texts: Vec<(&'static str, String)>,
}

/// The script that holds every text that can be searched for.
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
    // An entry a line: changes can be read.
    let json = json.replace("{\"id\":", "\n{\"id\":");
    format!("window.psodMatchSearch = {};\n", json.replace('<', "\\u003c"))
}

fn entries(edition: &Edition<'_>) -> Vec<Entry> {
    let kb = edition.kb;
    let nothing = Default::default();
    let issues = kb.issues.values().map(|issue| {
        let subjects = edition.subjects.get(&issue.id).unwrap_or(&nothing);
        Entry {
            id: issue.id.clone(),
            page: format!("issues/{}.html", file_name(&issue.id)),
            title: plain(&issue.title),
            title_ja: plain(&issue.japanese.title),
            texts: texts(SearchDocument::of_issue(issue, subjects)),
        }
    });
    let title = |kinds: &[String], language| guidance_title(kinds, Catalog::of(language));
    let guidance = kb.guidance.values().map(|guidance| Entry {
        id: guidance.id.clone(),
        page: format!("guidance/{}.html", file_name(&guidance.id)),
        title: plain(&title(&guidance.kinds, Language::English)),
        title_ja: plain(&title(&guidance.kinds, Language::Japanese)),
        texts: texts(SearchDocument::of_guidance(guidance)),
    });
    issues.chain(guidance).collect()
}

fn texts(document: SearchDocument) -> Vec<(&'static str, String)> {
    document.texts.into_iter().map(|(field, text)| (field, plain(&text))).collect()
}

/// Text in one line, folded as far as it can be shown, with harmless characters only.
fn plain(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    escape_terminal(&line.nfkc().collect::<String>()).into_owned()
}
