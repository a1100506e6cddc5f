//! Rules about crash texts that need no matcher.

use std::collections::BTreeMap;

use super::{FileFindings, LintSubject};
use crate::kb::exemplar::{Exemplar, Expectation};
use crate::kb::finding::{Finding, FindingCode, FindingPlace};
use crate::text::names_in;

/// Longest crash text, in bytes: longer ones are logs, of which only the crash is needed.
const MAX_BYTES: usize = 256 * 1024;

/// Checks that the header fits the place and the issue, and that there is a crash below it.
pub(super) fn check_headers(subject: &LintSubject<'_>, findings: &mut Vec<Finding>) {
    for exemplar in subject.kb.exemplars.values() {
        let mut findings = FileFindings::new(&exemplar.path, findings);
        let expect = FindingPlace::Text("EXPECT".to_owned());
        if exemplar.source.is_empty() {
            findings.add_at(FindingCode::CrashHeader, expect.clone(), "SOURCE");
        }
        if !fits_place(exemplar) {
            findings.add_at(FindingCode::CrashHeader, expect.clone(), "EXPECT");
        }
        if let Expectation::Issue(id) | Expectation::Not(id) = &exemplar.expectation
            && !subject.has_issue_file(id)
        {
            findings.add_at(FindingCode::CrashIssue, expect.clone(), id);
        }
        if subject.crashes_in(exemplar).is_empty() {
            let end_of_header = FindingPlace::Text("\n\n".to_owned());
            findings.add_at(FindingCode::CrashEmpty, end_of_header, "");
        }
        if let Some(name) = unknown_signature(subject, exemplar) {
            let place = FindingPlace::Text("SIGNATURE".to_owned());
            findings.add_at(FindingCode::CrashSignature, place, name);
        }
        if let Some(id) = exemplar.issue().filter(|id| !is_named_after(&exemplar.path, id)) {
            findings.add_at(FindingCode::CrashName, expect.clone(), id);
        }
        if exemplar.text.len() > MAX_BYTES {
            let size = format!("{} KiB", exemplar.text.len() / 1024);
            findings.add_at(FindingCode::CrashSize, expect, size);
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

/// The name in the `SIGNATURE` line when the issue has no signature of that name.
fn unknown_signature<'a>(subject: &LintSubject<'_>, exemplar: &'a Exemplar) -> Option<&'a str> {
    let name = exemplar.signature.as_deref()?;
    let issue = subject.kb.issues.get(exemplar.issue()?)?;
    let is_known = issue.signatures.iter().any(|signature| signature.name == name);
    if is_known { None } else { Some(name) }
}

/// Finds names of hosts, people, VMs and licences that are not masked.
pub(super) fn check_personal(subject: &LintSubject<'_>, findings: &mut Vec<Finding>) {
    for exemplar in subject.kb.exemplars.values() {
        let file = subject.texts.get(&exemplar.path).unwrap_or_default();
        let start = file.len().saturating_sub(exemplar.text.len());
        let mut findings = FileFindings::new(&exemplar.path, findings);
        for (kind, range) in names_in(&exemplar.text) {
            let detail = format!("{} ({kind})", &exemplar.text[range.clone()]);
            let place = FindingPlace::Bytes(start + range.start, start + range.end);
            findings.add_at(FindingCode::Personal, place, detail);
        }
    }
}

/// Finds one text under two expectations.
pub(super) fn check_same_text(subject: &LintSubject<'_>, findings: &mut Vec<Finding>) {
    let mut known: BTreeMap<String, &Exemplar> = BTreeMap::new();
    for exemplar in subject.kb.exemplars.values() {
        let words: Vec<&str> = exemplar.text.split_whitespace().collect();
        let other = *known.entry(words.join(" ")).or_insert(exemplar);
        if other.expectation != exemplar.expectation && !words.is_empty() {
            let finding = Finding::new(&exemplar.path, FindingCode::SameCrash, &other.path);
            findings.push(finding.at(exemplar.text_line));
        }
    }
}
