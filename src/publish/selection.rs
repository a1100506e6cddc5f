//! `psod-match kb list`: which issues fit what is asked.

use crate::crash::Release;
use crate::error::Result;
use crate::kb::{Issue, KnowledgeBase, Releases, Status, line_has_prefix};
use crate::matching::{Applicability, Applies, HostRelease, applicability};
use crate::store::Store;
use crate::text::Template;

use super::Edition;

/// What is asked; an issue must fit all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// A module that takes part; `*` stands for anything.
    pub module: Option<String>,
    /// A build that is affected, or may be.
    pub build: Option<u32>,
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
    let releases = &edition.kb.releases;
    let host = filter.build.map(|build| host(build, releases));
    let mut selected = Vec::new();
    for issue in edition.kb.issues.values().filter(|issue| fits(issue, edition, filter)) {
        let build = match &host {
            None => None,
            Some(host) => match on_host(issue, host, store, releases)? {
                Some(answer) => Some(answer),
                None => continue,
            },
        };
        selected.push(Selected { issue, build });
    }
    Ok(selected)
}

/// The release with this build; nothing is known of one that no release list has.
fn host(build: u32, releases: &Releases) -> HostRelease {
    let release = Release { product: String::new(), version: None, build: Some(build), arch: None };
    HostRelease::of(Some(&release), releases)
}

/// What is known of the issue on this host; `None` when the host does not have it, or the
/// articles do not speak of its line.
fn on_host(
    issue: &Issue,
    host: &HostRelease,
    store: &Store,
    releases: &Releases,
) -> Result<Option<Applicability>> {
    let Some(stored) = store.issue(&issue.id)? else {
        return Ok(None);
    };
    let answer = applicability(&stored, host, &[], releases);
    let covered = host.line.as_deref().is_some_and(|line| covers(issue, line));
    Ok(match answer.applies {
        Applies::Affected => Some(answer),
        Applies::Unknown if covered => Some(answer),
        _ => None,
    })
}

fn prefixes(issue: &Issue) -> impl Iterator<Item = &String> {
    issue.affected.lines.iter().chain(issue.affected.builds.iter().map(|bounds| &bounds.line))
}

fn covers(issue: &Issue, line: &str) -> bool {
    prefixes(issue).any(|prefix| line_has_prefix(line, prefix))
}

fn fits(issue: &Issue, edition: &Edition<'_>, filter: &Filter) -> bool {
    let subjects = edition.subjects.get(&issue.id);
    let module = |wanted: &String| {
        let pattern = Template::new(wanted);
        subjects.is_some_and(|found| found.modules.iter().any(|name| pattern.is_all_of(name)))
    };
    let kind = |wanted: &String| subjects.is_some_and(|found| found.kinds.contains(wanted));
    let line = |wanted: &String| {
        let fixes = issue.fix.builds.iter().map(|fix| &fix.line);
        covers(issue, wanted)
            || prefixes(issue).chain(fixes).any(|line| line_has_prefix(line, wanted))
    };
    filter.module.as_ref().is_none_or(module)
        && filter.kind.as_ref().is_none_or(kind)
        && filter.line.as_ref().is_none_or(line)
        && filter.status.is_none_or(|status| issue.status == status)
}

/// True when the release list has the build, so that its update line is known.
pub fn is_listed(kb: &KnowledgeBase, build: u32) -> bool {
    kb.releases.by_build(build).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile;
    use crate::kb::KbSource;

    #[track_caller]
    fn check(filter: Filter, with: &[&str], without: &[&str]) {
        let kb = KnowledgeBase::read(&[KbSource::Shipped]).expect("the shipped kb");
        let store = compile::open(&[KbSource::Shipped], None).expect("a compiled kb").store;
        let edition = Edition::new(&kb, "", Default::default());
        let selected = select(&edition, &store, &filter).expect("a store");
        let ids: Vec<&str> = selected.iter().map(|found| found.issue.id.as_str()).collect();
        for id in with {
            assert!(ids.contains(id), "{id} is not in {ids:?}: {filter:?}");
        }
        for id in without {
            assert!(!ids.contains(id), "{id} is in {ids:?}: {filter:?}");
        }
    }

    #[test]
    fn builds_are_affected_until_their_fix() {
        let build = |build: u32| Filter { build: Some(build), ..Filter::default() };
        check(build(20_842_708), &["KB318512"], &["KB2011474"]);
        check(build(21_424_296), &[], &["KB318512"]);
        check(build(1), &[], &["KB318512"]);
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
