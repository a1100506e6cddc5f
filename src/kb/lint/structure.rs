//! Rules about the form of files: names, titles, sections, characters.

use std::collections::{BTreeMap, BTreeSet};

use super::Rules;
use crate::crash::PanicKind;
use crate::kb::finding::{Finding, FindingCode, Place};
use crate::kb::issue::Issue;
use crate::text::{find_ignore_case, is_dangerous};

/// Longest title, in characters: one line of a terminal with room for the confidence.
const TITLE_LENGTH: usize = 100;

pub(super) fn identity(_: &Rules<'_>, issue: &Issue, findings: &mut Vec<Finding>) {
    let mut add = |code, key: &str, detail: &str| {
        findings.push(Finding::new(&issue.path, code, detail).value(key));
    };
    if issue.path != format!("issues/{}.md", issue.id) {
        add(FindingCode::IdFile, "id", &issue.id);
    }
    if !has_id_form(&issue.id) {
        add(FindingCode::IdForm, "id", &issue.id);
    }
    let is_one_line = |title: &str| title.chars().count() <= TITLE_LENGTH && !title.contains('\n');
    if issue.title.trim().is_empty() || !is_one_line(&issue.title) {
        add(FindingCode::Title, "title", &issue.title);
    }
    if !is_one_line(&issue.japanese.title) {
        add(FindingCode::Title, "title_ja", &issue.japanese.title);
    }
}

/// The texts that a reader meets first should be there in Japanese too.
pub(super) fn japanese(_: &Rules<'_>, issue: &Issue, findings: &mut Vec<Finding>) {
    let texts = [("title_ja", &issue.japanese.title), ("fix_ja", &issue.japanese.fix)];
    let missing: Vec<&str> =
        texts.iter().filter(|(_, text)| text.trim().is_empty()).map(|(key, _)| *key).collect();
    if !missing.is_empty() {
        findings.push(Finding::new(&issue.path, FindingCode::NoJapanese, missing.join(", ")));
    }
}

/// `KB<digits>`, `PSOD-<4 digits>`, `TEAM-<4 digits>`, `DRAFT-<anything>`.
fn has_id_form(id: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
    let numbered =
        |prefix: &str| id.strip_prefix(prefix).is_some_and(|n| n.len() == 4 && digits(n));
    id.strip_prefix("KB").is_some_and(digits)
        || numbered("PSOD-")
        || numbered("TEAM-")
        || id.strip_prefix("DRAFT-").is_some_and(|rest| !rest.is_empty())
}

/// The sections of an issue in their order, and whether each is needed.
const SECTIONS: &[(&str, bool)] =
    &[("Cause", true), ("Fix", true), ("Workaround", false), ("Notes", false)];

pub(super) fn sections(_: &Rules<'_>, issue: &Issue, findings: &mut Vec<Finding>) {
    let position = |heading: &String| SECTIONS.iter().position(|(name, _)| name == heading);
    let mut add = |name: &str| {
        let finding = Finding::new(&issue.path, FindingCode::Section, name);
        findings.push(finding.text(format!("## {name}")));
    };
    let mut last = None;
    for heading in &issue.headings {
        let place = position(heading);
        if place.is_none() || place <= last {
            add(heading);
        }
        last = place.or(last);
    }
    let texts = [&issue.cause, &issue.fix_text];
    for ((name, _), text) in SECTIONS.iter().filter(|(_, needed)| *needed).zip(texts) {
        if text.is_empty() {
            add(name);
        }
    }
}

pub(super) fn signatures(_: &Rules<'_>, issue: &Issue, findings: &mut Vec<Finding>) {
    if issue.signatures.is_empty() {
        findings.push(Finding::new(&issue.path, FindingCode::NoSignature, &issue.id));
    }
    let mut names = BTreeSet::new();
    for (index, signature) in issue.signatures.iter().enumerate() {
        let key = format!("signatures[{index}]");
        if signature.name.is_empty() || !names.insert(&signature.name) {
            let finding = Finding::new(&issue.path, FindingCode::SignatureName, &signature.name);
            findings.push(finding.value(format!("{key}.name")));
        }
        if !signature.recognises_something() {
            let finding = Finding::new(&issue.path, FindingCode::EmptySignature, &signature.name);
            findings.push(finding.value(&key));
        }
        let kinds = signature.kinds.iter().enumerate();
        for (place, kind) in kinds.filter(|(_, kind)| PanicKind::from_name(kind).is_none()) {
            let finding = Finding::new(&issue.path, FindingCode::PanicKind, kind);
            findings.push(finding.value(format!("{key}.kinds[{place}]")));
        }
    }
}

/// Kinds of components that an issue may name.
const COMPONENT_KINDS: &[&str] = &["driver", "firmware", "plugin", "hardware"];
/// Closed lists that are texts in the types.
pub(super) fn components(_: &Rules<'_>, issue: &Issue, findings: &mut Vec<Finding>) {
    let mut check = |value: &str, allowed: &[&str], key: String| {
        if !allowed.contains(&value) {
            let name = key.rsplit('.').next().unwrap_or_default();
            let detail = format!("{name} = \"{value}\" ({})", allowed.join(" | "));
            let finding = Finding::new(&issue.path, FindingCode::WrongValue, detail);
            findings.push(finding.value(&key));
        }
    };
    let lists = [("affected", &issue.affected.components), ("fix", &issue.fix.components)];
    for (table, components) in lists {
        for (index, component) in components.iter().enumerate() {
            check(&component.kind, COMPONENT_KINDS, format!("{table}.components[{index}].kind"));
        }
    }
    for (index, article) in issue.articles.iter().enumerate() {
        let language = article.language.as_str();
        let is_tag = language.len() == 2 && language.bytes().all(|c| c.is_ascii_lowercase());
        let allowed: &[&str] = if is_tag { &[language] } else { &["en", "ja", "de", "…"] };
        check(language, allowed, format!("articles[{index}].language"));
    }
}

/// Two issues with one title cannot be told apart in an answer.
pub(super) fn duplicate_titles(rules: &Rules<'_>, findings: &mut Vec<Finding>) {
    let mut titles: BTreeMap<String, &str> = BTreeMap::new();
    for issue in rules.kb.issues.values().filter(|issue| !issue.title.trim().is_empty()) {
        if let Some(other) = titles.insert(issue.title.trim().to_lowercase(), &issue.id) {
            let finding = Finding::new(&issue.path, FindingCode::DuplicateTitle, other);
            findings.push(finding.value("title"));
        }
    }
}

/// Characters that hide what a file says. Crash texts are quoted as they were printed, so only
/// what no terminal shows is looked for there.
pub(super) fn characters(rules: &Rules<'_>, findings: &mut Vec<Finding>) {
    for (path, text) in rules.texts.iter() {
        let quoted = text.find("\n\n").filter(|_| path.ends_with(".txt") && !is_list(path));
        for (at, character) in text.char_indices() {
            let in_crash = quoted.is_some_and(|start| at > start);
            let code = match character {
                '\n' => continue,
                '\t' | '\r' if in_crash => continue,
                '\t' | '\r' => FindingCode::LineForm,
                '\u{fffd}' => FindingCode::OddCharacter,
                // A mark of the byte order at the start of a file is read over.
                '\u{feff}' if at == 0 => continue,
                _ if is_dangerous(character) => FindingCode::OddCharacter,
                _ => continue,
            };
            let detail = character.escape_unicode().to_string();
            let place = Place::Bytes(at, at + character.len_utf8());
            findings.push(Finding::new(path, code, detail).in_place(place));
            // One a file: a file with such line ends has them on every line.
            break;
        }
    }
}

fn is_list(path: &str) -> bool {
    path.starts_with("frames/")
}

pub(super) fn guidance(rules: &Rules<'_>, findings: &mut Vec<Finding>) {
    for guidance in rules.kb.guidance.values() {
        let mut add = |code, place: Place, detail: &str| {
            findings.push(Finding::new(&guidance.path, code, detail).in_place(place));
        };
        if guidance.path != format!("guidance/{}.md", guidance.id) {
            add(FindingCode::IdFile, Place::Value("id".into()), &guidance.id);
        }
        if guidance.text.is_empty() {
            add(FindingCode::Section, Place::Text("## Advice".into()), "Advice");
        }
        if guidance.advice_ja.is_empty() {
            add(FindingCode::NoJapanese, Place::File, "advice_ja");
        }
        for (index, kind) in guidance.kinds.iter().enumerate() {
            if PanicKind::from_name(kind).is_none() {
                add(FindingCode::PanicKind, Place::Value(format!("kinds[{index}]")), kind);
            }
        }
        for (index, article) in guidance.articles.iter().enumerate() {
            if find_ignore_case(&article.url, "http") != Some(0) {
                let place = Place::Value(format!("articles[{index}].url"));
                add(FindingCode::ArticleUrl, place, &article.url);
            }
        }
    }
}
