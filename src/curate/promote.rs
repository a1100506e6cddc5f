//! The way of an issue from draft to test and reviewed, and back: who may take a step, and what it
//! writes.

use serde::Serialize;
use sha2::{Digest, Sha256};
use strum::IntoStaticStr;

use super::front::{KeyEdit, day_value, with_keys};
use crate::error::Result;
use crate::kb::{Expectation, Issue, KbTexts, KnowledgeBase, Status, is_same_person};
use crate::message::Catalog;

/// Why a step is refused; the names are published and stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, IntoStaticStr)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
#[non_exhaustive]
pub enum Refusal {
    /// There is no such issue among the team's own files.
    NoIssue,
    /// It is not a draft, and only a draft becomes test.
    NotDraft,
    /// It is not test, and only what is tested becomes reviewed.
    NotTest,
    /// It is reviewed already, as it is now.
    AlreadyReviewed,
    /// It has changed since it was reviewed.
    StaleReview,
    /// The reviewer is its author.
    OwnReview,
    /// It has no crash text.
    NoCrashText,
    /// It has no near miss.
    NoNearMiss,
    /// Lint finds something in its files.
    LintFindings,
    /// It would take a crash from another issue, or match one that it must not match.
    TrialNotClean,
}

impl Refusal {
    /// The published code.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// A refusal with what it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// The code.
    pub code: Refusal,
    /// The text at fault.
    pub detail: String,
}

impl Refused {
    /// A refusal for this reason.
    pub fn new(code: Refusal, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }

    /// The sentence for a person, with what to do.
    pub fn text(&self, id: &str, catalog: &Catalog) -> String {
        let values = [("id", id), ("detail", &self.detail)];
        catalog.text(&format!("refused-{}", self.code.as_str()), &values)
    }
}

/// A step on the way of an issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// Its author lets it match: draft becomes test.
    Test,
    /// A second person vouches for it: test becomes reviewed.
    Review {
        /// The second person.
        reviewer: &'a str,
        /// The mark of the sheet that was read, where one is named.
        sheet: Option<&'a str>,
    },
}

/// An issue that is to take a step, with all that decides about it.
#[derive(Clone, Debug, Default)]
pub struct StepCandidate {
    /// The issue.
    pub issue: Issue,
    /// Number of its crash texts.
    pub crashes: usize,
    /// Number of its files in `near/`.
    pub near: usize,
    /// What lint finds in its files, advice left out.
    pub findings: Vec<String>,
    /// The crashes that it would take from others, lose, or match wrongly.
    pub harm: Vec<String>,
    /// The mark of its files as they are: that of the sheet of a review.
    pub mark: String,
}

/// Every reason why the issue may not take the step; none when it may.
pub fn refusals(candidate: &StepCandidate, step: Step<'_>) -> Vec<Refused> {
    let mut refused: Vec<Refused> = status_refusal(&candidate.issue, step).into_iter().collect();
    if let Step::Review { reviewer, sheet } = step {
        if let Some(read) = sheet.filter(|sheet| *sheet != candidate.mark) {
            let detail = format!("{read} → {}", candidate.mark);
            refused.push(Refused::new(Refusal::StaleReview, detail));
        }
        if is_same_person(reviewer, &candidate.issue.author) {
            refused.push(Refused::new(Refusal::OwnReview, reviewer));
        }
        if candidate.near == 0 {
            refused.push(Refused::new(Refusal::NoNearMiss, ""));
        }
    }
    if candidate.crashes == 0 {
        refused.push(Refused::new(Refusal::NoCrashText, ""));
    }
    for (code, found) in
        [(Refusal::LintFindings, &candidate.findings), (Refusal::TrialNotClean, &candidate.harm)]
    {
        if !found.is_empty() {
            refused.push(Refused::new(code, listed(found)));
        }
    }
    refused
}

/// The refusal for an issue that is not where the step begins.
fn status_refusal(issue: &Issue, step: Step<'_>) -> Option<Refused> {
    let (status, review) = (issue.status, &issue.review);
    let code = match (step, status) {
        (Step::Test, Status::Draft) | (Step::Review { .. }, Status::Test) => return None,
        (Step::Test, _) => Refusal::NotDraft,
        (Step::Review { .. }, Status::Reviewed) if review.pattern == issue.pattern_digest() => {
            let detail = format!("{}, {}", review.day, review.reviewer);
            return Some(Refused::new(Refusal::AlreadyReviewed, detail));
        }
        (Step::Review { .. }, Status::Reviewed) => {
            let detail = format!("{} → {}", review.pattern, issue.pattern_digest());
            return Some(Refused::new(Refusal::StaleReview, detail));
        }
        (Step::Review { .. }, _) => Refusal::NotTest,
    };
    Some(Refused::new(code, status.as_str()))
}

/// The first of some texts, and how many more there are.
fn listed(texts: &[String]) -> String {
    const SHOWN: usize = 3;
    let shown = texts.iter().take(SHOWN).cloned().collect::<Vec<_>>().join("; ");
    match texts.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown}; +{more}"),
    }
}

/// The file `text` of the issue after the step.
///
/// # Errors
/// [`crate::error::Error::KbSyntax`] when its front matter cannot be read; so for every function here.
pub fn promoted(issue: &Issue, text: &str, step: Step<'_>, today: &str) -> Result<String> {
    let edits = match step {
        Step::Test => vec![KeyEdit::Set("status", "test".into())],
        Step::Review { reviewer, .. } => vec![
            KeyEdit::Set("status", "reviewed".into()),
            KeyEdit::Set("reviewer", reviewer.into()),
            KeyEdit::Set("reviewed", day_value(today)),
            KeyEdit::Set("reviewed_pattern", issue.pattern_digest().into()),
        ],
    };
    with_keys(&issue.path, text, &edits)
}

/// The file `text` of a reviewed issue without its review: test again.
pub fn demoted(issue: &Issue, text: &str) -> Result<String> {
    without_review(issue, text, vec![KeyEdit::Set("status", "test".into())])
}

/// The file `text` of an issue that matches nothing any more, for this reason.
pub fn retired(issue: &Issue, text: &str, reason: &str) -> Result<String> {
    let status = KeyEdit::Set("status", "retired".into());
    without_review(issue, text, vec![status, KeyEdit::Set("retired_because", reason.into())])
}

/// The file with other keys, and without those of its review.
fn without_review(issue: &Issue, text: &str, mut edits: Vec<KeyEdit>) -> Result<String> {
    edits.extend(["reviewer", "reviewed", "reviewed_pattern"].map(KeyEdit::Remove));
    with_keys(&issue.path, text, &edits)
}

/// The paths of all files of an issue: its own, its crash texts and its near misses.
pub fn files_of<'a>(kb: &'a KnowledgeBase, issue: &'a Issue) -> Vec<&'a str> {
    let about = kb.exemplars.values().filter(|exemplar| match &exemplar.expectation {
        Expectation::Issue(id) | Expectation::Not(id) => *id == issue.id,
        Expectation::Nothing => false,
    });
    let fixtures = about.map(|exemplar| exemplar.path.as_str());
    std::iter::once(issue.path.as_str()).chain(fixtures).collect()
}

/// A short hash of all files of an issue: another one after any change.
pub fn mark_of(kb: &KnowledgeBase, issue: &Issue, texts: &KbTexts) -> String {
    const DIGITS: usize = 8;
    let mut digest = Sha256::new();
    for path in files_of(kb, issue) {
        for part in [path, texts.get(path).unwrap_or_default()] {
            digest.update((part.len() as u64).to_le_bytes());
            digest.update(part);
        }
    }
    digest.finalize().iter().take(DIGITS / 2).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kb::Review;

    const REVIEW: Step<'_> = Step::Review { reviewer: "Kim", sheet: None };

    fn candidate(status: Status) -> StepCandidate {
        let issue = Issue { status, author: "Jo Roe".into(), ..Issue::default() };
        let mark = "0a1b2c3d".to_owned();
        StepCandidate { issue, crashes: 1, near: 1, mark, ..StepCandidate::default() }
    }

    /// Checks the codes with which a step is refused.
    #[track_caller]
    fn check(candidate: &StepCandidate, step: Step<'_>, expected: &[&str]) {
        let found = refusals(candidate, step);
        let codes: Vec<&str> = found.iter().map(|refused| refused.code.as_str()).collect();
        assert_eq!(codes, expected);
        for refused in &found {
            let text = refused.text("KB1", Catalog::english());
            assert!(text.contains("KB1") && !text.contains("refused-"), "{text}");
        }
    }

    #[test]
    fn each_step_begins_at_its_status() {
        check(&candidate(Status::Draft), Step::Test, &[]);
        check(&candidate(Status::Test), REVIEW, &[]);
        check(&candidate(Status::Test), Step::Test, &["not-draft"]);
        check(&candidate(Status::Draft), REVIEW, &["not-test"]);
        check(&candidate(Status::Retired), REVIEW, &["not-test"]);
    }

    /// A review of the sheet with this mark.
    fn review_of(sheet: &str) -> Step<'_> {
        Step::Review { reviewer: "Kim", sheet: Some(sheet) }
    }

    #[test]
    fn a_review_is_of_what_is_there_now() {
        let mut reviewed = candidate(Status::Reviewed);
        let pattern = reviewed.issue.pattern_digest();
        reviewed.issue.review =
            Review { reviewer: "Kim".into(), day: "2026-11-23".into(), pattern };
        check(&reviewed, REVIEW, &["already-reviewed"]);
        reviewed.issue.review.pattern = "0123456789abcdef".into();
        check(&reviewed, REVIEW, &["stale-review"]);
        check(&candidate(Status::Test), review_of("0a1b2c3d"), &[]);
        check(&candidate(Status::Test), review_of("00000000"), &["stale-review"]);
    }

    #[test]
    fn each_lack_is_a_refusal_of_its_own() {
        let good = candidate(Status::Test);
        let step = Step::Review { reviewer: "jo roe <jo@example.org>", sheet: None };
        check(&good, step, &["own-review"]);
        check(&StepCandidate { near: 0, ..good.clone() }, REVIEW, &["no-near-miss"]);
        check(&StepCandidate { crashes: 0, ..good.clone() }, REVIEW, &["no-crash-text"]);
        let findings = vec!["P011 section".to_owned()];
        check(&StepCandidate { findings, ..good.clone() }, REVIEW, &["lint-findings"]);
        let harm = (0..5).map(|number| format!("crashes/KB{number}-1.txt")).collect();
        let harmful = StepCandidate { harm, ..good };
        check(&harmful, REVIEW, &["trial-not-clean"]);
        assert!(refusals(&harmful, REVIEW)[0].detail.ends_with("KB2-1.txt; +2"));
        // The author needs no near miss to let it match.
        check(&StepCandidate { near: 0, ..candidate(Status::Draft) }, Step::Test, &[]);
    }

    fn issue_of(text: &str) -> Issue {
        Issue::parse("issues/KB1.md", text).expect("an issue")
    }

    #[test]
    fn a_review_is_written_and_taken_back() {
        let text = "+++\nschema = 1\nid = \"KB1\"\ntitle = \"t\"\nstatus = \"test\"\nauthor = \"Jo\"\n\
            created = 2026-11-23\n\n[[signatures]]\nname = \"m\"\nframes = [\"A\"]\n+++\n\n## Cause\n";
        let reviewed = promoted(&issue_of(text), text, REVIEW, "2026-11-26").expect("promoted");
        let read = issue_of(&reviewed);
        assert_eq!((read.status, read.review.day.as_str()), (Status::Reviewed, "2026-11-26"));
        assert_eq!(read.review.pattern, read.pattern_digest());
        assert_eq!(demoted(&read, &reviewed).expect("demoted"), text);
        let gone = retired(&read, &reviewed, "it was \"another\" one").expect("retired");
        let read = issue_of(&gone);
        assert_eq!(read.retired_because, "it was \"another\" one");
        assert_eq!((read.status, read.review), (Status::Retired, Review::default()));
    }
}
