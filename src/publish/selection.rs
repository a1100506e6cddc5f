//! `psod-match kb list`: the issues that fit a question.

use std::collections::BTreeSet;

use crate::crash::Release;
use crate::error::Result;
use crate::kb::{Issue, Releases, Status, line_has_prefix};
use crate::matching::{Applicability, Applies, HostRelease, applicability};
use crate::store::Store;

use super::Edition;

/// The conditions of a list; an issue must fit all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// A module that takes part; `*` is any text.
    pub module: Option<String>,
    /// A release that is affected, or may be.
    pub release: Option<Release>,
    /// An update line that is affected or has a fix: `7.0.3`, or `7.0` for all of its lines.
    pub line: Option<String>,
    /// A panic kind.
    pub kind: Option<String>,
    /// A status.
    pub status: Option<Status>,
}

/// An issue that fits.
pub struct Selected<'a> {
    /// The issue.
    pub issue: &'a Issue,
    /// Whether the build that was asked about has it.
    pub build: Option<Applicability>,
}

/// The issues that fit `filter`, in the order of their ids.
///
/// # Errors
/// [`crate::error::Error::Store`] when the store is damaged.
pub fn select<'a>(
    edition: &Edition<'a>,
    store: &Store,
    filter: &Filter,
) -> Result<Vec<Selected<'a>>> {
    let kb = edition.kb;
    let host = filter.release.as_ref().map(|it| HostRelease::new(Some(it), &kb.releases));
    let mut wanted: BTreeSet<&str> = kb.issues.keys().map(String::as_str).collect();
    if let Some(host) = &host {
        let found = host.line.as_deref().map(|line| store.issues_of_line(line)).transpose()?;
        let found = found.unwrap_or_default();
        wanted.retain(|id| found.contains(*id));
    }
    if let Some(module) = &filter.module {
        let found = store.issues_with_module(module)?;
        wanted.retain(|id| found.contains(*id));
    }
    let issues = wanted.into_iter().filter_map(|id| kb.issues.get(id));
    let fitting = issues.filter(|issue| fits(issue, edition, filter));
    Ok(match host {
        None => fitting.map(|issue| Selected { issue, build: None }).collect(),
        Some(host) => fitting
            .filter_map(|issue| {
                let build = Some(on_host(issue, &host, &kb.releases)?);
                Some(Selected { issue, build })
            })
            .collect(),
    })
}

/// The answer for the issue on this host; `None` when the host does not have it, or the articles
/// do not cover its line.
fn on_host(issue: &Issue, host: &HostRelease, releases: &Releases) -> Option<Applicability> {
    let answer = applicability(issue, host, &[], releases);
    let covered = host.line.as_deref().is_some_and(|line| covers(issue, line));
    match answer.applies {
        Applies::Affected => Some(answer),
        Applies::Unknown if covered => Some(answer),
        _ => None,
    }
}

fn prefixes(issue: &Issue) -> impl Iterator<Item = &String> {
    issue.affected.lines.iter().chain(issue.affected.builds.iter().map(|bounds| &bounds.line))
}

fn covers(issue: &Issue, line: &str) -> bool {
    prefixes(issue).any(|prefix| line_has_prefix(line, prefix))
}

/// True when the issue is affected in the line `wanted` or below it, or has a fix there.
fn names_line(issue: &Issue, wanted: &str) -> bool {
    let fixes = issue.fix.builds.iter().map(|fix| &fix.line);
    covers(issue, wanted) || prefixes(issue).chain(fixes).any(|line| line_has_prefix(line, wanted))
}

fn fits(issue: &Issue, edition: &Edition<'_>, filter: &Filter) -> bool {
    let subjects = edition.subjects.get(&issue.id);
    filter.kind.as_ref().is_none_or(|kind| subjects.is_some_and(|s| s.kinds.contains(kind)))
        && filter.line.as_ref().is_none_or(|line| names_line(issue, line))
        && filter.status.is_none_or(|status| issue.status == status)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile;
    use crate::kb::{KbSource, KnowledgeBase};

    #[track_caller]
    fn check(filter: Filter, with: &[&str], without: &[&str]) {
        let kb = KnowledgeBase::read(&[KbSource::Shipped]).expect("the shipped kb");
        let store = compile::open(&[KbSource::Shipped], None).expect("a compiled kb").store;
        let edition = Edition::new(&kb, String::new(), Default::default(), Default::default());
        let selected = select(&edition, &store, &filter).expect("a store");
        let ids: Vec<&str> = selected.iter().map(|found| found.issue.id.as_str()).collect();
        for id in with {
            assert!(ids.contains(id), "{id} is not in {ids:?}: {filter:?}");
        }
        for id in without {
            assert!(!ids.contains(id), "{id} is in {ids:?}: {filter:?}");
        }
    }

    #[track_caller]
    fn check_build(build: u32, with: &[&str], without: &[&str]) {
        let release = Some(Release { build: Some(build), ..Release::default() });
        check(Filter { release, ..Filter::default() }, with, without);
    }

    #[test]
    fn builds_are_affected_until_their_fix() {
        check_build(20_842_708, &["KB318512"], &["KB2011474"]);
        check_build(21_424_296, &[], &["KB318512"]);
        check_build(1, &[], &["KB318512"]);
    }

    #[test]
    fn conditions_are_combined() {
        let line = Filter { line: Some("7.0".into()), ..Filter::default() };
        check(line.clone(), &["KB318512", "KB414242"], &["KB2011474"]);
        check(Filter { module: Some("i*".into()), ..line.clone() }, &["KB414242"], &["KB318512"]);
        check(Filter { kind: Some("nmi-ipi".into()), ..line }, &["KB414242"], &["KB318512"]);
        let reviewed = Filter { status: Some(Status::Draft), ..Filter::default() };
        check(reviewed, &[], &["KB318512"]);
    }
}
