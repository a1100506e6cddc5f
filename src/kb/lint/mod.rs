//! The rules for kb files that need no matcher.
//!
//! [`lint`] takes a knowledge base and the texts of its files, and gives findings without position
//! or order; [`settle`] applies the comments that allow findings, and adds both. A rule only adds
//! findings: it prints nothing, and stops no other rule. The rules are the two tables below; the
//! codes are in `finding.rs`, their texts in `locales/*/lint.ftl`.

mod allow;
mod builds;
mod conditions;
mod examples;
mod fixtures;
mod lifecycle;
mod patterns;
mod printed;
mod references;
mod shape;
mod shown;
mod structure;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::exemplar::Exemplar;
use super::finding::{FileFindings, Finding, FindingCode};
use super::front_matter::{self, FrontMatterDocument};
use super::guidance::Guidance;
use super::issue::Issue;
use super::knowledge_base::KnowledgeBase;
use super::texts::KbTexts;
use crate::signature::{Background, CrashKeys};
use crate::threads::shared;

pub use allow::{date_of, settle};
pub use examples::{Example, LintExamples};
pub(crate) use lifecycle::is_same_person;
pub(crate) use patterns::is_generic;

/// The knowledge base that is checked, with the tables that several rules look into.
struct LintSubject<'a> {
    kb: &'a KnowledgeBase,
    texts: &'a KbTexts,
    /// Ids of the issues whose files cannot be read without repair.
    unread: &'a BTreeSet<String>,
    /// The crash texts of each issue, by its id.
    exemplars: BTreeMap<&'a str, Vec<&'a Exemplar>>,
    /// The crashes of each crash text, by its path.
    crashes: BTreeMap<&'a str, Vec<CrashKeys>>,
    /// Pairs of related issues, each in both orders.
    related: BTreeSet<(&'a str, &'a str)>,
    /// New numbers of articles by their old ones.
    renumbered: BTreeMap<&'a str, &'a str>,
    /// The functions of the plumbing list.
    background: Background,
}

/// One issue that is checked, and the findings about its file.
struct IssueCheck<'a> {
    subject: &'a LintSubject<'a>,
    issue: &'a Issue,
    findings: FileFindings<'a>,
}

/// A rule about each issue.
type IssueRule = fn(&mut IssueCheck<'_>);
/// A rule about everything together.
type KbRule = fn(&LintSubject<'_>, &mut Vec<Finding>);

const ISSUE_RULES: &[IssueRule] = &[
    structure::check_identity,
    structure::check_sections,
    structure::check_signatures,
    structure::check_closed_lists,
    structure::check_japanese,
    lifecycle::check_review,
    references::check_articles,
    references::check_related,
    builds::check_update_lines,
    builds::check_fixes,
    builds::check_bounds,
    patterns::check_frames,
    patterns::check_templates,
    patterns::check_repeated,
    patterns::check_modules,
    conditions::check_forbidden,
    conditions::check_machine_check,
    conditions::check_exceptions,
    shown::check_printed,
    shown::check_supporting,
];

const KB_RULES: &[KbRule] = &[
    structure::check_characters,
    structure::check_titles,
    structure::check_guidance,
    lifecycle::check_retired,
    lifecycle::check_ids,
    references::check_shared_articles,
    fixtures::check_headers,
    fixtures::check_personal,
    fixtures::check_same_text,
    shown::check_breadth,
];

/// Finds every fault in the files of `kb`, whose texts are `texts`. The findings have no position
/// and no order yet: [`settle`] adds both.
pub fn lint(kb: &KnowledgeBase, texts: &KbTexts) -> Vec<Finding> {
    let (kb, mut findings, unread) = repaired(kb, texts);
    let subject = LintSubject::new(&kb, texts, &unread);
    for issue in kb.issues.values() {
        let findings = FileFindings::new(&issue.path, &mut findings);
        let mut check = IssueCheck { subject: &subject, issue, findings };
        for rule in ISSUE_RULES {
            rule(&mut check);
        }
    }
    for rule in KB_RULES {
        rule(&subject, &mut findings);
    }
    findings
}

/// The knowledge base together with the readable parts of the files that were left out of it, a
/// finding for each fault of those files, and the ids of those files.
fn repaired(
    kb: &KnowledgeBase,
    texts: &KbTexts,
) -> (KnowledgeBase, Vec<Finding>, BTreeSet<String>) {
    let mut whole = kb.clone();
    let (mut findings, mut unread) = (Vec::new(), BTreeSet::new());
    for finding in std::mem::take(&mut whole.findings) {
        let path = finding.path.as_str();
        let stem = path.rsplit('/').next().and_then(|name| name.strip_suffix(".md"));
        let is_unread = matches!(finding.code, FindingCode::Syntax | FindingCode::UnreadFile);
        let Some(stem) = stem.filter(|_| is_unread) else {
            findings.push(finding);
            continue;
        };
        unread.insert(stem.to_owned());
        let faults = repair(&mut whole, path, texts.get(path).unwrap_or_default(), stem);
        if faults.is_empty() {
            findings.push(finding);
        } else {
            findings.extend(faults);
        }
    }
    (whole, findings, unread)
}

/// Adds the readable part of a file to `kb`, and returns every fault of its front matter.
fn repair(kb: &mut KnowledgeBase, path: &str, text: &str, stem: &str) -> Vec<Finding> {
    let mut faults = Vec::new();
    let Some(range) = front_matter::range_of(text) else {
        return faults;
    };
    let is_issue = path.starts_with("issues/");
    let shape = if is_issue { &shape::ISSUE } else { &shape::GUIDANCE };
    let front = shape.check(&text[range], &mut FileFindings::new(path, &mut faults));
    let Some(mut front) = front.filter(|_| !faults.is_empty()) else {
        return faults;
    };
    // Where the id itself is at fault, the name of the file takes its place.
    for key in ["id", "title"] {
        if front.get(key).and_then(toml::Value::as_str) == Some("") {
            front.insert(key.to_owned(), stem.into());
        }
    }
    if is_issue {
        if let Some(document) = FrontMatterDocument::with_front(text, front) {
            let issue = Issue::from_document(path, document);
            kb.issues.entry(issue.id.clone()).or_insert(issue);
        }
    } else if let Some(document) = FrontMatterDocument::with_front(text, front) {
        let guidance = Guidance::from_document(path, document);
        kb.guidance.entry(guidance.id.clone()).or_insert(guidance);
    }
    faults
}

impl<'a> LintSubject<'a> {
    fn new(kb: &'a KnowledgeBase, texts: &'a KbTexts, unread: &'a BTreeSet<String>) -> Self {
        let mut exemplars: BTreeMap<&str, Vec<&Exemplar>> = BTreeMap::new();
        for exemplar in kb.exemplars.values() {
            exemplars.entry(exemplar.issue().unwrap_or_default()).or_default().push(exemplar);
        }
        let crashes = kb.exemplars.par_iter();
        let crashes = crashes.map(|(path, exemplar)| (path.as_str(), kb.crashes_in(exemplar)));
        let crashes = shared(|| crashes.collect());
        let related = kb.related_pairs();
        let renumbered = references::renumbered_articles(kb);
        let background = Background::new(kb.lists.shared.iter().map(String::as_str));
        Self { kb, texts, unread, exemplars, crashes, related, renumbered, background }
    }

    /// The crash texts of one issue.
    fn exemplars_of(&self, id: &str) -> &[&'a Exemplar] {
        self.exemplars.get(id).map_or(&[], Vec::as_slice)
    }

    /// The crashes of one crash text.
    fn crashes_in(&self, exemplar: &Exemplar) -> &[CrashKeys] {
        self.crashes.get(exemplar.path.as_str()).map_or(&[], Vec::as_slice)
    }

    /// True when one of the issues names the other as related.
    fn are_related(&self, one: &str, other: &str) -> bool {
        self.related.contains(&(one, other))
    }

    /// True when the issue has a file, even one that cannot be read, or that is retired.
    fn has_issue_file(&self, id: &str) -> bool {
        self.kb.issues.contains_key(id)
            || self.kb.retired.contains_key(id)
            || self.unread.contains(id)
    }
}
