//! Every crash text of a knowledge base matched with all of its issues: for the rules of lint that need
//! the matcher, and for `kb test`, which compares the results with the recorded ones.

use rayon::prelude::*;

use super::calibrate::{Calibration, Verdict};
use super::matcher::{Exclude, Matcher};
use super::run_groups::RunGroups;
use crate::error::Result;
use crate::kb::{Exemplar, Expectation, ExpectedRow, Finding, FindingCode, KnowledgeBase};
use crate::read::crashes_in_text;
use crate::signature::{ComparableCrash, CrashKeys};
use crate::threads::shared;

/// One crash text and the issues found for it, best first.
#[derive(Clone, Debug, PartialEq)]
pub struct CorpusRun {
    /// Path of the crash text.
    pub path: String,
    /// The issue that must be found, or must not be.
    pub expectation: Expectation,
    /// Every issue that has anything in common with the crash.
    pub found: Vec<RunMatch>,
    pub(super) keys: CrashKeys,
}

/// An issue found for a crash text.
#[derive(Clone, Debug, PartialEq)]
pub struct RunMatch {
    /// Issue id.
    pub issue: String,
    /// The signature that fits best.
    pub signature: String,
    /// 0 to 1, beside the other issues.
    pub confidence: f64,
    /// The confidence if there were no other issue.
    pub alone: f64,
}

/// The results of the crash texts of one issue.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IssueSummary {
    /// Issue id.
    pub issue: String,
    /// Its crash texts.
    pub crashes: usize,
    /// Those for which it comes first.
    pub first: usize,
    /// Those that are a match of it.
    pub matches: usize,
    /// Those for which it is possible.
    pub possible: usize,
    /// Its lowest confidence for one of them.
    pub weakest: Option<f64>,
    /// Near misses that are tested not to match it.
    pub near: usize,
    /// The other issue that comes nearest on its crash texts, and how near.
    pub nearest: Option<(String, f64)>,
}

/// Confidences that differ by less count as equal.
const MAX_EQUAL_DIFFERENCE: f64 = 0.005;

impl CorpusRun {
    /// The confidence of an issue for this crash, 0 when it has nothing in common with it.
    pub fn confidence(&self, issue: &str) -> f64 {
        self.found.iter().find(|found| found.issue == issue).map_or(0.0, |found| found.confidence)
    }

    /// The confidence of an issue for this crash if there were no other issue.
    fn alone(&self, issue: &str) -> f64 {
        self.found.iter().find(|found| found.issue == issue).map_or(0.0, |found| found.alone)
    }

    /// The issue that this crash is of.
    pub fn issue(&self) -> Option<&str> {
        match &self.expectation {
            Expectation::Issue(id) => Some(id),
            _ => None,
        }
    }

    /// The issue that this crash looks like and is not.
    pub(super) fn look_alike(&self) -> Option<&str> {
        match &self.expectation {
            Expectation::Not(id) => Some(id),
            _ => None,
        }
    }

    /// The verdict over this crash.
    pub fn verdict(&self, calibration: &Calibration) -> Verdict {
        calibration.verdict(self.found.first().map(|found| found.confidence))
    }

    /// The result as a row of `expected.csv`.
    pub fn row(&self, calibration: &Calibration) -> ExpectedRow {
        let verdict = self.verdict(calibration);
        let first = self.found.first().filter(|_| verdict != Verdict::None);
        ExpectedRow {
            path: self.path.clone(),
            verdict: verdict.as_str().to_owned(),
            issue: first.map_or(String::new(), |found| found.issue.clone()),
            confidence: first.map_or(String::new(), |found| found.rounded_confidence()),
            signature: first.map_or(String::new(), |found| found.signature.clone()),
        }
    }
}

impl RunMatch {
    /// The confidence in steps of 5 %, so that small changes of the points change no row.
    fn rounded_confidence(&self) -> String {
        const STEPS: f64 = 20.0;
        format!("{:.2}", (self.confidence * STEPS).round() / STEPS)
    }

    /// The issue and its confidence, as a finding names them.
    fn shown(&self) -> String {
        shown(&self.issue, self.confidence)
    }
}

/// Runs every crash text of `kb` whose issue can be read against `matcher`, which was made of the
/// same files and shows every candidate; in the order of the paths.
///
/// # Errors
/// [`crate::error::Error::Store`] when the store is damaged.
pub fn run_corpus(kb: &KnowledgeBase, matcher: &Matcher) -> Result<Vec<CorpusRun>> {
    let runs = kb.exemplars.par_iter().map(|(_, exemplar)| run_of(exemplar, kb, matcher));
    let runs: Vec<Option<CorpusRun>> = shared(|| runs.collect::<Result<_>>())?;
    Ok(runs.into_iter().flatten().collect())
}

/// The run of one crash text; `None` without a crash, and when its issue cannot be read.
fn run_of(exemplar: &Exemplar, kb: &KnowledgeBase, matcher: &Matcher) -> Result<Option<CorpusRun>> {
    let readable = exemplar.issue().is_none_or(|id| kb.issues.contains_key(id));
    let crash = crashes_in_text(&exemplar.text).into_iter().next();
    let Some(crash) = crash.filter(|_| readable) else {
        return Ok(None);
    };
    let keys = ComparableCrash::new(crash.crash, matcher.lists()).keys;
    let found = matcher.matches(&keys, &Exclude::default())?;
    let found = found.into_iter().map(|found| RunMatch {
        alone: matcher.calibration().confidence_of(found.log_odds, found.unproven.is_none()),
        issue: found.issue,
        signature: found.signature,
        confidence: found.confidence,
    });
    let (path, expectation) = (exemplar.path.clone(), exemplar.expectation.clone());
    Ok(Some(CorpusRun { path, expectation, found: found.collect(), keys }))
}

/// The findings of lint that need the matcher.
pub fn corpus_findings(
    kb: &KnowledgeBase,
    runs: &[CorpusRun],
    calibration: &Calibration,
) -> Vec<Finding> {
    let groups = RunGroups::new(kb, runs);
    let mut findings: Vec<Finding> =
        runs.iter().filter_map(|run| run_finding(&groups, run, calibration)).collect();
    for issue in kb.issues.values() {
        if let Some(other) = twin(&groups, &issue.id, calibration) {
            let finding = Finding::new(&issue.path, FindingCode::SameIssue, other);
            findings.push(finding.value("signatures"));
        } else if let Some(other) = subsuming(&groups, &issue.id, calibration) {
            let finding = Finding::new(&issue.path, FindingCode::Subsumed, other);
            findings.push(finding.value("signatures"));
        }
        if let Some(path) = without_near_miss(&groups, &issue.id, calibration) {
            let finding = Finding::new(&issue.path, FindingCode::NoNearMiss, path);
            findings.push(finding.value("id"));
        }
    }
    findings
}

/// True when another issue than `own` is found first, and shown.
fn outranks(first: &RunMatch, own: &str, calibration: &Calibration) -> bool {
    first.issue != own && first.confidence >= calibration.possible_threshold
}

/// The finding about one run: the crash of an issue must find it first, and nothing may match a near
/// miss or an unknown.
fn run_finding(
    groups: &RunGroups<'_>,
    run: &CorpusRun,
    calibration: &Calibration,
) -> Option<Finding> {
    let first = run.found.first();
    let best = first.map_or("-".to_owned(), RunMatch::shown);
    let (code, detail) = match &run.expectation {
        // A rival takes from the confidence: the second issue may be found all the same.
        Expectation::Issue(id) if first.is_some_and(|first| outranks(first, id, calibration)) => {
            let twin = twin(groups, id, calibration);
            if twin.is_some_and(|twin| first.is_some_and(|first| first.issue == twin)) {
                return None;
            }
            (FindingCode::NotFoundFirst, best)
        }
        Expectation::Issue(id) if run.confidence(id) < calibration.possible_threshold => {
            (FindingCode::NotFound, best)
        }
        Expectation::Not(id) if run.confidence(id) >= calibration.match_threshold => {
            (FindingCode::FalseMatch, shown(id, run.confidence(id)))
        }
        Expectation::Nothing if run.verdict(calibration) == Verdict::Match => {
            (FindingCode::UnknownMatches, best)
        }
        _ => return None,
    };
    Some(Finding::new(&run.path, code, detail).text("EXPECT"))
}

fn shown(issue: &str, confidence: f64) -> String {
    format!("{issue} {confidence:.2}")
}

/// The unrelated issue that is as likely as `id` for every one of its crash texts.
fn twin<'a>(groups: &RunGroups<'a>, id: &str, calibration: &Calibration) -> Option<&'a str> {
    groups.other_for_all(id, |run, other| {
        let (own, other) = (run.alone(id), run.alone(other));
        own >= calibration.possible_threshold && (own - other).abs() < MAX_EQUAL_DIFFERENCE
    })
}

/// The unrelated issue that every crash text of `id` matches too.
fn subsuming<'a>(groups: &RunGroups<'a>, id: &str, calibration: &Calibration) -> Option<&'a str> {
    groups.other_for_all(id, |run, other| run.alone(other) >= calibration.match_threshold)
}

/// The crash text of another issue that looks like `id`, when no near miss shows that such crashes do
/// not match it.
fn without_near_miss<'a>(
    groups: &RunGroups<'a>,
    id: &str,
    calibration: &Calibration,
) -> Option<&'a str> {
    if groups.near_misses(id, is_miss, |_, _| true, calibration.match_threshold) > 0 {
        return None;
    }
    groups.first_alike(id).map(|run| run.path.as_str())
}

/// True for an issue that does not match a crash of another one.
fn is_miss(found: &RunMatch, threshold: f64) -> bool {
    found.alone < threshold
}

/// True for an issue that does not match a crash beside the other issues.
fn is_silent(found: &RunMatch, threshold: f64) -> bool {
    found.confidence < threshold
}

/// The results of the crash texts of each issue, in the order of the ids.
pub fn issue_summaries(
    kb: &KnowledgeBase,
    runs: &[CorpusRun],
    calibration: &Calibration,
) -> Vec<IssueSummary> {
    let groups = RunGroups::new(kb, runs);
    kb.issues.keys().map(|id| summary(&groups, id, calibration)).collect()
}

fn summary(groups: &RunGroups<'_>, id: &str, calibration: &Calibration) -> IssueSummary {
    let mut summary = IssueSummary { issue: id.to_owned(), ..IssueSummary::default() };
    for run in groups.runs_of(id) {
        let confidence = run.confidence(id);
        let verdict = calibration.verdict(Some(confidence));
        summary.crashes += 1;
        summary.first += usize::from(run.found.first().is_some_and(|first| first.issue == id));
        summary.matches += usize::from(verdict == Verdict::Match);
        summary.possible += usize::from(verdict == Verdict::Possible);
        summary.weakest = Some(summary.weakest.map_or(confidence, |least| least.min(confidence)));
        let nearest = summary.nearest.as_ref().map_or(0.0, |(_, nearest)| *nearest);
        if let Some(other) = run.found.iter().find(|found| found.issue != id)
            && other.confidence > nearest
        {
            summary.nearest = Some((other.issue.clone(), other.confidence));
        }
    }
    summary.near = groups.near_misses(id, is_miss, is_silent, calibration.match_threshold);
    summary
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(path: &str, expectation: Expectation, found: &[(&str, f64)]) -> CorpusRun {
        let found = found.iter().map(|(issue, confidence)| RunMatch {
            issue: (*issue).to_owned(),
            signature: "main".into(),
            confidence: *confidence,
            alone: *confidence,
        });
        let keys = CrashKeys { message: "PANIC in foo".into(), ..CrashKeys::default() };
        CorpusRun { path: path.into(), expectation, found: found.collect(), keys }
    }

    #[track_caller]
    fn check(expectation: Expectation, found: &[(&str, f64)], expected: Option<FindingCode>) {
        let run = run("x", expectation, found);
        let kb = KnowledgeBase::default();
        let found = run_finding(&RunGroups::new(&kb, &[]), &run, &Calibration::SHIPPED);
        assert_eq!(found.map(|finding| finding.code), expected);
    }

    #[test]
    fn findings_name_the_fault() {
        let own = Expectation::Issue("KB1".into());
        check(own.clone(), &[("KB1", 0.9)], None);
        check(own.clone(), &[], Some(FindingCode::NotFound));
        check(own.clone(), &[("KB2", 0.1), ("KB1", 0.01)], Some(FindingCode::NotFound));
        check(own.clone(), &[("KB2", 0.9), ("KB1", 0.01)], Some(FindingCode::NotFoundFirst));
        check(own, &[("KB2", 0.9), ("KB1", 0.8)], Some(FindingCode::NotFoundFirst));
        let near = Expectation::Not("KB1".into());
        check(near.clone(), &[("KB2", 0.99), ("KB1", 0.5)], None);
        check(near, &[("KB2", 0.99), ("KB1", 0.9)], Some(FindingCode::FalseMatch));
        check(Expectation::Nothing, &[("KB2", 0.7)], None);
        check(Expectation::Nothing, &[("KB2", 0.9)], Some(FindingCode::UnknownMatches));
    }

    /// Checks which crash text looks like KB1 and has no near miss.
    #[track_caller]
    fn check_without_near_miss(runs: &[CorpusRun], expected: Option<&str>) {
        let kb = KnowledgeBase::default();
        let groups = RunGroups::new(&kb, runs);
        assert_eq!(without_near_miss(&groups, "KB1", &Calibration::SHIPPED), expected);
    }

    #[test]
    fn a_crash_of_another_issue_that_does_not_match_is_a_near_miss() {
        let own = run("a", Expectation::Issue("KB1".into()), &[("KB1", 0.95)]);
        let matching = run("b", Expectation::Issue("KB2".into()), &[("KB2", 0.97), ("KB1", 0.92)]);
        let silent = run("c", Expectation::Issue("KB3".into()), &[("KB3", 0.9), ("KB1", 0.2)]);
        let shipped = &Calibration::SHIPPED;
        let runs = [own, matching, silent];
        let kb = KnowledgeBase::default();
        check_without_near_miss(&runs[..1], None);
        check_without_near_miss(&runs[..2], Some("b"));
        check_without_near_miss(&runs, None);
        let summary = summary(&RunGroups::new(&kb, &runs), "KB2", shipped);
        assert_eq!((summary.near, summary.nearest), (2, Some(("KB1".into(), 0.92))));
    }

    #[test]
    fn rows_are_rounded() {
        let run = run("a", Expectation::Nothing, &[("KB1", 0.9734)]);
        let row = run.row(&Calibration::SHIPPED);
        assert_eq!((row.verdict.as_str(), row.confidence.as_str()), ("match", "0.95"));
        let none = CorpusRun { found: Vec::new(), ..run };
        assert_eq!(none.row(&Calibration::SHIPPED).issue, "");
    }
}
