//! Rules about the way of an issue: its review, its retirement, its id.

use super::{IssueCheck, LintSubject};
use crate::kb::finding::{Finding, FindingCode};
use crate::kb::ids::{IDS_FILE, TEAM_IDS};
use crate::kb::issue::Status;

/// Asks that a reviewed issue names a second person, the day, and the pattern that it has.
pub(super) fn check_review(IssueCheck { issue, findings, .. }: &mut IssueCheck<'_>) {
    if issue.status != Status::Reviewed {
        return;
    }
    let review = &issue.review;
    let keys = [
        ("reviewer", &review.reviewer),
        ("reviewed", &review.day),
        ("reviewed_pattern", &review.pattern),
    ];
    let missing = keys.iter().filter(|(_, value)| value.trim().is_empty()).map(|(key, _)| *key);
    let missing: Vec<&str> = missing.collect();
    if !missing.is_empty() {
        findings.add_value(FindingCode::NoReview, "status", missing.join(", "));
    }
    if is_same_person(&review.reviewer, &issue.author) {
        findings.add_value(FindingCode::OwnReview, "reviewer", &review.reviewer);
    }
    let present = issue.pattern_digest();
    if !review.pattern.trim().is_empty() && review.pattern != present {
        let detail = format!("{} → {present}", review.pattern);
        findings.add_value(FindingCode::ChangedAfterReview, "reviewed_pattern", detail);
    }
}

/// True when one of the names or addresses of `one` is one of `other`: `Jo Roe <jo@example.org>` is
/// the same person as `jo roe`.
pub(crate) fn is_same_person(one: &str, other: &str) -> bool {
    let names = names_of(other);
    names_of(one).iter().any(|name| names.contains(name))
}

/// The names and mail addresses of a list of people, in lower case and with single blanks.
fn names_of(people: &str) -> Vec<String> {
    let parts = people.split([',', ';', '<', '>', '(', ')']);
    let words = parts.map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "));
    words.map(|name| name.to_lowercase()).filter(|name| !name.is_empty()).collect()
}

/// Asks that a retired issue says why.
pub(super) fn check_retired(subject: &LintSubject<'_>, findings: &mut Vec<Finding>) {
    for issue in subject.kb.retired.values() {
        if issue.retired_because.trim().is_empty() {
            let finding = Finding::new(&issue.path, FindingCode::NoReason, &issue.id);
            findings.push(finding.value("status"));
        }
    }
}

/// Compares the ids of a team with the list of those that were given, where there is one.
pub(super) fn check_ids(subject: &LintSubject<'_>, findings: &mut Vec<Finding>) {
    let Some(assigned) = &subject.kb.assigned else { return };
    let issues = subject.kb.issues.values().chain(subject.kb.retired.values());
    for issue in issues.filter(|issue| issue.id.starts_with(TEAM_IDS)) {
        let known = assigned.get(&issue.id);
        if known.is_none_or(|known| known.created != issue.created) {
            let day = known.map_or("-", |known| known.created.as_str());
            let detail = format!("{}: {} ≠ {day}", issue.id, issue.created);
            findings.push(Finding::new(&issue.path, FindingCode::IdReused, detail).value("id"));
        }
    }
    for (id, _) in assigned.iter().filter(|(id, _)| !subject.has_issue_file(id)) {
        let finding = Finding::new(IDS_FILE, FindingCode::IdReused, id);
        findings.push(finding.text(id));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(one: &str, other: &str, expected: bool) {
        assert_eq!(is_same_person(one, other), expected, "{one} and {other}");
    }

    #[test]
    fn a_person_is_known_by_name_or_address() {
        check("Jo Roe", "jo  roe", true);
        check("Jo Roe <jo@example.org>", "JO ROE", true);
        check("J. <jo@example.org>", "jo@example.org", true);
        check("Kim", "Jo Roe, Kim", true);
        check("Kim", "Jo Roe", false);
        check("", "", false);
        check("Jo", "Jo Roe", false);
    }
}
