//! Rules about the form of files: names, titles, sections, characters.

use std::collections::{BTreeMap, BTreeSet};

use super::patterns::{keyed, keyed_items};
use super::{FileFindings, IssueCheck, LintSubject};
use crate::crash::PanicKind;
use crate::kb::finding::{Finding, FindingCode, FindingPlace};
use crate::text::{find_ignore_case, is_dangerous};

/// Longest title, in characters: one line of a terminal with room for the confidence.
const MAX_TITLE_LENGTH: usize = 100;

pub(super) fn check_identity(IssueCheck { issue, findings, .. }: &mut IssueCheck<'_>) {
    if issue.path != format!("issues/{}.md", issue.id) {
        findings.add_value(FindingCode::IdFile, "id", &issue.id);
    }
    if !has_id_form(&issue.id) {
        findings.add_value(FindingCode::IdForm, "id", &issue.id);
    }
    if issue.title.trim().is_empty() || !is_one_line(&issue.title) {
        findings.add_value(FindingCode::Title, "title", &issue.title);
    }
    if !is_one_line(&issue.japanese.title) {
        findings.add_value(FindingCode::Title, "title_ja", &issue.japanese.title);
    }
}

fn is_one_line(title: &str) -> bool {
    title.chars().count() <= MAX_TITLE_LENGTH && !title.contains('\n')
}

/// `KB<digits>`, `PSOD-<4 digits>`, `TEAM-<4 digits>`, `DRAFT-<anything>`.
fn has_id_form(id: &str) -> bool {
    if let Some(number) = id.strip_prefix("KB") {
        return is_number(number);
    }
    if let Some(number) = id.strip_prefix("PSOD-").or_else(|| id.strip_prefix("TEAM-")) {
        return number.len() == 4 && is_number(number);
    }
    id.strip_prefix("DRAFT-").is_some_and(|rest| !rest.is_empty())
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit())
}

/// Checks that title and fix have a Japanese text.
pub(super) fn check_japanese(IssueCheck { issue, findings, .. }: &mut IssueCheck<'_>) {
    let texts = [("title_ja", &issue.japanese.title), ("fix_ja", &issue.japanese.fix)];
    let missing: Vec<&str> =
        texts.iter().filter(|(_, text)| text.trim().is_empty()).map(|(key, _)| *key).collect();
    if !missing.is_empty() {
        findings.add(FindingCode::NoJapanese, missing.join(", "));
    }
}

/// The sections of an issue in their order.
const SECTIONS: &[&str] = &["Cause", "Fix", "Workaround", "Notes"];

pub(super) fn check_sections(IssueCheck { issue, findings, .. }: &mut IssueCheck<'_>) {
    let mut last = None;
    for heading in &issue.headings {
        let place = SECTIONS.iter().position(|name| name == heading);
        if place.is_none() || place <= last {
            add_section(heading, findings);
        }
        last = place.or(last);
    }
    for (name, text) in [("Cause", &issue.cause), ("Fix", &issue.fix_text)] {
        if text.is_empty() {
            add_section(name, findings);
        }
    }
}

fn add_section(name: &str, findings: &mut FileFindings<'_>) {
    findings.add_at(FindingCode::Section, FindingPlace::Text(format!("## {name}")), name);
}

pub(super) fn check_signatures(IssueCheck { issue, findings, .. }: &mut IssueCheck<'_>) {
    if issue.signatures.is_empty() {
        findings.add(FindingCode::NoSignature, &issue.id);
    }
    let mut names = BTreeSet::new();
    for (key, signature) in keyed(issue) {
        if signature.name.is_empty() || !names.insert(&signature.name) {
            let key = format!("{key}.name");
            findings.add_value(FindingCode::SignatureName, key, &signature.name);
        }
        if !signature.recognises_something() {
            findings.add_value(FindingCode::EmptySignature, &key, &signature.name);
        }
        check_kinds(&signature.kinds, &format!("{key}.kinds"), findings);
    }
}

fn check_kinds(kinds: &[String], key: &str, findings: &mut FileFindings<'_>) {
    for (key, kind) in keyed_items(key, kinds) {
        if PanicKind::from_name(kind).is_none() {
            findings.add_value(FindingCode::PanicKind, key, kind);
        }
    }
}

/// Kinds of components that an issue may name.
const COMPONENT_KINDS: &[&str] = &["driver", "firmware", "plugin", "hardware"];

/// Checks the closed lists that are plain texts in the types.
pub(super) fn check_closed_lists(IssueCheck { issue, findings, .. }: &mut IssueCheck<'_>) {
    let lists = [("affected", &issue.affected.components), ("fix", &issue.fix.components)];
    for (table, components) in lists {
        for (key, component) in keyed_items(format!("{table}.components"), components) {
            let kind = component.kind.as_str();
            if !COMPONENT_KINDS.contains(&kind) {
                let detail = format!("kind = \"{kind}\" ({})", COMPONENT_KINDS.join(" | "));
                findings.add_value(FindingCode::WrongValue, format!("{key}.kind"), detail);
            }
        }
    }
    for (key, article) in keyed_items("articles", &issue.articles) {
        let language = article.language.as_str();
        if language.len() != 2 || !language.bytes().all(|c| c.is_ascii_lowercase()) {
            let detail = format!("language = \"{language}\" (en | ja | de | …)");
            findings.add_value(FindingCode::WrongValue, format!("{key}.language"), detail);
        }
    }
}

/// Finds issues with the same title: a reader cannot tell them apart in an answer.
pub(super) fn check_titles(subject: &LintSubject<'_>, findings: &mut Vec<Finding>) {
    let mut titles: BTreeMap<String, &str> = BTreeMap::new();
    for issue in subject.kb.issues.values().filter(|issue| !issue.title.trim().is_empty()) {
        if let Some(other) = titles.insert(issue.title.trim().to_lowercase(), &issue.id) {
            let finding = Finding::new(&issue.path, FindingCode::DuplicateTitle, other);
            findings.push(finding.value("title"));
        }
    }
}

/// Finds characters that hide the content of a file. Reports one per file: a file with carriage
/// returns has them on every line.
pub(super) fn check_characters(subject: &LintSubject<'_>, findings: &mut Vec<Finding>) {
    for (path, text) in subject.texts.iter() {
        let is_crash_text = path.ends_with(".txt") && !path.starts_with("frames/");
        let crash = if is_crash_text { text.find("\n\n") } else { None };
        for (at, character) in text.char_indices() {
            let in_crash = crash.is_some_and(|start| at > start);
            if let Some(code) = character_fault(character, at, in_crash) {
                let place = FindingPlace::Bytes(at, at + character.len_utf8());
                let detail = character.escape_unicode().to_string();
                findings.push(Finding::new(path, code, detail).in_place(place));
                break;
            }
        }
    }
}

/// The fault of the character at byte `at` of a file.
fn character_fault(character: char, at: usize, in_crash: bool) -> Option<FindingCode> {
    match character {
        '\n' => None,
        // Crash texts are quoted as they were printed.
        '\t' | '\r' if in_crash => None,
        '\t' | '\r' => Some(FindingCode::LineForm),
        '\u{fffd}' => Some(FindingCode::OddCharacter),
        // A byte order mark at the start of a file is skipped when the file is read.
        '\u{feff}' if at == 0 => None,
        _ if is_dangerous(character) => Some(FindingCode::OddCharacter),
        _ => None,
    }
}

pub(super) fn check_guidance(subject: &LintSubject<'_>, findings: &mut Vec<Finding>) {
    for guidance in subject.kb.guidance.values() {
        let mut findings = FileFindings::new(&guidance.path, findings);
        if guidance.path != format!("guidance/{}.md", guidance.id) {
            findings.add_value(FindingCode::IdFile, "id", &guidance.id);
        }
        if guidance.text.is_empty() {
            add_section("Advice", &mut findings);
        }
        if guidance.advice_ja.is_empty() {
            findings.add(FindingCode::NoJapanese, "advice_ja");
        }
        check_kinds(&guidance.kinds, "kinds", &mut findings);
        for (key, article) in keyed_items("articles", &guidance.articles) {
            if find_ignore_case(&article.url, "http") != Some(0) {
                findings.add_value(FindingCode::ArticleUrl, format!("{key}.url"), &article.url);
            }
        }
    }
}
