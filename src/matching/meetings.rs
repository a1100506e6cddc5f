//! Where a team's files meet shipped ones: the same functions, or crash texts of one side that match
//! the other.
//!
//! A team writes an issue down from its own crash. That the shipped files know it already shows when
//! both are answered side by side, and neither is sure.

use std::collections::{BTreeMap, BTreeSet};

use super::calibrate::Calibration;
use super::corpus::CorpusRun;
use crate::kb::{Finding, FindingCode, FramePattern, Issue, KnowledgeBase, Signature, Subjects};
use crate::signature::Background;

/// A knowledge base in which `is_own` is true for the paths of a team's files.
struct Layers<'a> {
    kb: &'a KnowledgeBase,
    is_own: &'a dyn Fn(&str) -> bool,
    related: BTreeSet<(&'a str, &'a str)>,
}

/// The findings about a team's files that meet shipped ones; `is_own` is true for the paths of the
/// team's files.
pub fn meeting_findings(
    kb: &KnowledgeBase,
    runs: &[CorpusRun],
    calibration: &Calibration,
    is_own: &dyn Fn(&str) -> bool,
) -> Vec<Finding> {
    let layers = Layers { kb, is_own, related: kb.related_pairs() };
    let mut findings = layers.same_functions();
    for run in runs {
        findings.extend(layers.matching_texts(run, calibration));
    }
    findings
}

impl Layers<'_> {
    /// A team's signatures whose functions a shipped issue knows, but for plumbing.
    fn same_functions(&self) -> Vec<Finding> {
        let (own, shipped): (Vec<&Issue>, Vec<&Issue>) =
            self.kb.issues.values().partition(|issue| (self.is_own)(&issue.path));
        if own.is_empty() {
            return Vec::new();
        }
        let background = Background::new(self.kb.lists.shared.iter().map(String::as_str));
        let known = functions_of(&shipped, &self.kb.subjects());
        let mut findings = Vec::new();
        for issue in own {
            for (index, signature) in issue.signatures.iter().enumerate() {
                let functions = story_of(signature, &background);
                for other in knowing_all(&functions, &known) {
                    if self.are_related(&issue.id, &other.id) {
                        continue;
                    }
                    let detail = format!("{}: {}", other.path, functions.join(", "));
                    let finding = Finding::new(&issue.path, FindingCode::MeetsShipped, detail);
                    findings.push(finding.value(format!("signatures[{index}].frames")));
                }
            }
        }
        findings
    }

    /// A shipped crash text that matches a team's issue, or the other way round.
    fn matching_texts(&self, run: &CorpusRun, calibration: &Calibration) -> Vec<Finding> {
        let is_own_text = (self.is_own)(&run.path);
        let matching = run.found.iter().filter(|found| found.alone >= calibration.match_threshold);
        let issues = matching.filter_map(|found| Some((self.kb.issues.get(&found.issue)?, found)));
        let met = issues.filter(|(issue, _)| {
            (self.is_own)(&issue.path) != is_own_text
                && run.issue() != Some(&issue.id)
                && !run.issue().is_some_and(|own| self.are_related(own, &issue.id))
        });
        met.map(|(issue, found)| {
            let (own, shipped) =
                if is_own_text { (&run.path, &issue.path) } else { (&issue.path, &run.path) };
            let detail = format!("{shipped}: {:.2}", found.alone);
            Finding::new(own, FindingCode::MeetsShipped, detail)
        })
        .collect()
    }

    fn are_related(&self, one: &str, other: &str) -> bool {
        self.related.contains(&(one, other))
    }
}

/// The issues that each function is known by: their signatures ask for it, or their crashes print it.
fn functions_of<'a>(
    issues: &[&'a Issue],
    subjects: &BTreeMap<String, Subjects>,
) -> BTreeMap<String, BTreeMap<&'a str, &'a Issue>> {
    let mut known: BTreeMap<String, BTreeMap<&str, &Issue>> = BTreeMap::new();
    for issue in issues {
        let subjects = subjects.get(&issue.id).into_iter();
        for function in subjects.flat_map(Subjects::all_functions) {
            known.entry(function.to_owned()).or_default().insert(&issue.id, issue);
        }
    }
    known
}

/// The functions that a signature needs, without plumbing.
fn story_of<'a>(signature: &'a Signature, background: &Background) -> Vec<&'a str> {
    let kinds = signature.panic_kinds();
    let required = signature.frames.iter().filter(|frame| !frame.optional).map(FramePattern::name);
    required.filter(|function| !background.has(function, &kinds)).collect()
}

/// The issues that know every one of `functions`; none when there are none.
fn knowing_all<'a>(
    functions: &[&str],
    known: &BTreeMap<String, BTreeMap<&str, &'a Issue>>,
) -> Vec<&'a Issue> {
    let mut all: Vec<_> = functions.iter().map(|function| known.get(*function)).collect();
    all.sort_by_key(|issues| issues.map_or(0, BTreeMap::len));
    let Some((Some(rarest), others)) = all.split_first() else {
        return Vec::new();
    };
    rarest
        .iter()
        .filter(|(id, _)| others.iter().flatten().all(|issues| issues.contains_key(*id)))
        .map(|(_, issue)| *issue)
        .collect()
}
