//! The rules for kb files that need no matcher. Each rule collects findings;
//! none prints and none stops the others.

mod allow;
mod builds;
mod conditions;
mod examples;
mod fixtures;
mod patterns;
mod references;
mod shape;
mod shown;
mod structure;

use std::collections::{BTreeMap, BTreeSet};

use super::finding::{Finding, FindingCode};
use super::guidance::Guidance;
use super::issue::Issue;
use super::knowledge_base::KnowledgeBase;
use super::texts::KbTexts;
use crate::read::crashes_in_text;
use crate::signature::{ComparableCrash, CrashKeys};

pub use allow::{date_of, settle};
pub use examples::{Example, LintExamples};

/// What the rules look at.
pub(super) struct Rules<'a> {
    kb: &'a KnowledgeBase,
    texts: &'a KbTexts,
    /// The crashes of each crash text, by its path.
    crashes: BTreeMap<&'a str, Vec<CrashKeys>>,
    /// Ids of the issues whose files cannot be read as they stand.
    unread: BTreeSet<String>,
}

/// One rule about one issue.
type IssueRule = fn(&Rules<'_>, &Issue, &mut Vec<Finding>);
/// One rule about everything.
type KbRule = fn(&Rules<'_>, &mut Vec<Finding>);

const ISSUE_RULES: &[IssueRule] = &[
    structure::identity,
    structure::sections,
    structure::signatures,
    structure::components,
    structure::japanese,
    references::articles,
    references::related,
    builds::update_lines,
    builds::fixes,
    builds::bounds,
    patterns::frames,
    patterns::templates,
    patterns::repeated,
    patterns::modules,
    conditions::unsatisfiable,
    conditions::machine_check,
    conditions::exceptions,
    shown::printed,
    shown::shown,
    shown::too_broad,
];

const KB_RULES: &[KbRule] = &[
    structure::characters,
    structure::duplicate_titles,
    structure::guidance,
    references::shared_articles,
    fixtures::headers,
    fixtures::personal,
    fixtures::same_text,
];

/// Every finding about the files of `kb`, whose texts are `texts`. They have no position and no
/// order yet: [`settle`] gives them both.
pub fn lint(kb: &KnowledgeBase, texts: &KbTexts) -> Vec<Finding> {
    let (kb, mut findings, unread) = repaired(kb, texts);
    let crashes = kb.exemplars.iter().map(|(path, exemplar)| {
        let found = crashes_in_text(&exemplar.text)
            .into_iter()
            .map(|found| ComparableCrash::new(found.crash, &kb.lists).keys);
        (path.as_str(), found.collect())
    });
    let rules = Rules { kb: &kb, texts, crashes: crashes.collect(), unread };
    for issue in kb.issues.values() {
        for rule in ISSUE_RULES {
            rule(&rules, issue, &mut findings);
        }
    }
    for rule in KB_RULES {
        rule(&rules, &mut findings);
    }
    findings
}

/// The knowledge base with the files that cannot be read as they stand, as far as they can be read
/// without their faults; every one of these is a finding. And the ids of those files.
fn repaired(
    kb: &KnowledgeBase,
    texts: &KbTexts,
) -> (KnowledgeBase, Vec<Finding>, BTreeSet<String>) {
    let mut whole = kb.clone();
    let (mut findings, mut unread) = (Vec::new(), BTreeSet::new());
    for finding in std::mem::take(&mut whole.findings) {
        let path = finding.path.as_str();
        let stem = path.rsplit('/').next().and_then(|name| name.strip_suffix(".md"));
        let (Some(stem), true) = (stem, finding.code == FindingCode::Syntax) else {
            findings.push(finding);
            continue;
        };
        unread.insert(stem.to_owned());
        let faults = repair(&mut whole, path, texts.get(path).unwrap_or_default(), stem);
        match faults.is_empty() {
            true => findings.push(finding),
            false => findings.extend(faults),
        }
    }
    (whole, findings, unread)
}

/// Takes a file in without its faults; every fault.
fn repair(kb: &mut KnowledgeBase, path: &str, text: &str, stem: &str) -> Vec<Finding> {
    let Some(range) = super::front_matter::range_of(text) else {
        return Vec::new();
    };
    let is_issue = path.starts_with("issues/");
    let shape = if is_issue { &shape::ISSUE } else { &shape::GUIDANCE };
    let (faults, front) = shape.check(path, &text[range]);
    let Some(mut front) = front.filter(|_| !faults.is_empty()) else {
        return faults;
    };
    // Where the id itself is at fault, that of the file's name stands in for it.
    let lacks =
        |front: &toml::Table, key: &str| front.get(key).and_then(|v| v.as_str()) == Some("");
    for key in ["id", "title"].into_iter().filter(|key| lacks(&front, key)).collect::<Vec<_>>() {
        front.insert(key.to_owned(), stem.into());
    }
    if let Some(issue) = Issue::repaired(path, text, front.clone()).filter(|_| is_issue) {
        kb.issues.entry(issue.id.clone()).or_insert(issue);
    } else if let Some(guidance) = Guidance::repaired(path, text, front).filter(|_| !is_issue) {
        kb.guidance.entry(guidance.id.clone()).or_insert(guidance);
    }
    faults
}

impl Rules<'_> {
    /// The crashes of the crash texts of one issue.
    fn crashes_of(&self, id: &str) -> impl Iterator<Item = &CrashKeys> {
        let paths = self.kb.exemplars_of(id).map(|exemplar| exemplar.path.as_str());
        paths.filter_map(|path| self.crashes.get(path)).flatten()
    }
}
