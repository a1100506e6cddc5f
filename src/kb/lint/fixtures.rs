//! Rules about crash texts that need no matcher.

use std::collections::BTreeMap;

use super::Rules;
use crate::kb::exemplar::{Exemplar, Expectation};
use crate::kb::finding::{Finding, FindingCode, Place};
use crate::text::names_in;

/// Longest crash text, in bytes: longer ones are logs, of which only the crash is needed.
const MAX_BYTES: usize = 256 * 1024;

/// `EXPECT`, `SOURCE` and `SIGNATURE` fit the place and the issue, and there is a crash.
pub(super) fn headers(rules: &Rules<'_>, findings: &mut Vec<Finding>) {
    for exemplar in rules.kb.exemplars.values() {
        let mut add = |code, header: &str, detail: &str| {
            let finding = Finding::new(&exemplar.path, code, detail);
            findings.push(finding.text(header));
        };
        if exemplar.source.is_empty() {
            add(FindingCode::CrashHeader, "EXPECT", "SOURCE");
        }
        if !fits_place(exemplar) {
            add(FindingCode::CrashHeader, "EXPECT", "EXPECT");
        }
        if let Expectation::Issue(id) | Expectation::Not(id) = &exemplar.expectation
            && !rules.kb.issues.contains_key(id)
            && !rules.unread.contains(id)
        {
            add(FindingCode::CrashIssue, "EXPECT", id);
        }
        if rules.crashes.get(exemplar.path.as_str()).is_none_or(Vec::is_empty) {
            add(FindingCode::CrashEmpty, "\n\n", "");
        }
        if let Some(name) = unknown_signature(rules, exemplar) {
            add(FindingCode::CrashSignature, "SIGNATURE", name);
        }
        if let Some(id) = exemplar.issue().filter(|id| !is_named_after(&exemplar.path, id)) {
            add(FindingCode::CrashName, "EXPECT", id);
        }
        if exemplar.text.len() > MAX_BYTES {
            let size = format!("{} KiB", exemplar.text.len() / 1024);
            add(FindingCode::CrashSize, "EXPECT", &size);
        }
    }
}

fn fits_place(exemplar: &Exemplar) -> bool {
    let expectation = &exemplar.expectation;
    match exemplar.path.split('/').next() {
        Some("crashes") => matches!(expectation, Expectation::Issue(_)),
        Some("near") => matches!(expectation, Expectation::Not(_)),
        _ => matches!(expectation, Expectation::Nothing),
    }
}

/// `crashes/KB318512-2.txt` for KB318512.
fn is_named_after(path: &str, id: &str) -> bool {
    let Some(name) = path.strip_prefix("crashes/") else {
        return true;
    };
    name.strip_prefix(id).is_some_and(|rest| rest.starts_with('-'))
}

fn unknown_signature<'a>(rules: &Rules<'_>, exemplar: &'a Exemplar) -> Option<&'a str> {
    let name = exemplar.signature.as_deref()?;
    let issue = rules.kb.issues.get(exemplar.issue()?)?;
    let is_known = issue.signatures.iter().any(|signature| signature.name == name);
    (!is_known).then_some(name)
}

/// Names of hosts, people, VMs and licences that nobody has masked.
pub(super) fn personal(rules: &Rules<'_>, findings: &mut Vec<Finding>) {
    for exemplar in rules.kb.exemplars.values() {
        let file = rules.texts.get(&exemplar.path).unwrap_or_default();
        let start = file.len().saturating_sub(exemplar.text.len());
        for (kind, range) in names_in(&exemplar.text) {
            let detail = format!("{} ({kind})", &exemplar.text[range.clone()]);
            let place = Place::Bytes(start + range.start, start + range.end);
            let finding = Finding::new(&exemplar.path, FindingCode::Personal, detail);
            findings.push(finding.in_place(place));
        }
    }
}

/// One text cannot be two crashes.
pub(super) fn same_text(rules: &Rules<'_>, findings: &mut Vec<Finding>) {
    let mut known: BTreeMap<String, &Exemplar> = BTreeMap::new();
    for exemplar in rules.kb.exemplars.values() {
        let words: Vec<&str> = exemplar.text.split_whitespace().collect();
        let text = words.join(" ");
        match known.get(&text) {
            Some(other) if other.expectation != exemplar.expectation && !text.is_empty() => {
                let finding = Finding::new(&exemplar.path, FindingCode::SameCrash, &other.path);
                findings.push(finding.at(exemplar.text_line));
            }
            Some(_) => {}
            None => drop(known.insert(text, exemplar)),
        }
    }
}
