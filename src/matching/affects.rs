//! Which known issues a build has, and which update of its line ends most of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use super::applicability::{Applicability, Applies, Basis, applicability, not_of_line};
use super::fixed_release::fixed_releases;
use super::host::HostRelease;
use crate::crash::Release;
use crate::error::Result;
use crate::kb::{ReleaseEntry, Releases, Status, compare_lines};
use crate::store::{KnownIssue, ListedIssue, Store};

/// A number of fewer digits is a part of a version and not a build.
const MIN_BUILD_DIGITS: usize = 5;

/// How a known issue relates to a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum IssueClass {
    /// The build is one that has the issue: older than the fix of its line, among the builds
    /// that the article names, or of a covered line that never got the fix that others have.
    Affected,
    /// The article covers the update line, and the build does not decide: no release is known
    /// to have the fix, or a driver, firmware or plug-in has it.
    CoversLine,
    /// The article names no versions or other lines, or the build cannot be placed.
    Unknown,
    /// The build has the fix.
    Fixed,
    /// The build is outside the affected ones.
    NotAffected,
}

impl IssueClass {
    fn new(answer: &Applicability) -> Self {
        match (answer.applies, answer.basis) {
            (_, Basis::Covered | Basis::Component) => Self::CoversLine,
            (Applies::Affected, _) => Self::Affected,
            (Applies::Unknown, _) => Self::Unknown,
            (Applies::Fixed, _) => Self::Fixed,
            (Applies::NotAffected, _) => Self::NotAffected,
        }
    }
}

/// One known issue and its class for the build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssueAnswer {
    /// Id of the issue.
    pub issue: String,
    /// Its title.
    pub title: String,
    /// The title in Japanese; empty where there is none.
    pub title_ja: String,
    /// Its class.
    pub class: IssueClass,
    /// The answer that decides the class.
    pub answer: Applicability,
}

/// An update of the same line, and how it changes which issues affect the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateEffect {
    /// The release to update to.
    pub release: ReleaseEntry,
    /// Ids of the issues that it ends.
    pub clears: Vec<String>,
    /// Ids of those that affect it too.
    pub leaves: Vec<String>,
    /// Ids of those that affect it and not the build.
    pub brings: Vec<String>,
}

/// The known issues of a build.
#[derive(Clone, Debug)]
pub struct Affects {
    /// The build.
    pub host: HostRelease,
    /// Every issue, by class and then by id.
    pub issues: Vec<IssueAnswer>,
    /// The lowest build of the line that ends the most issues; `None` when none ends any.
    pub clears_most: Option<UpdateEffect>,
    /// The newest build of the line; `None` when the build is it.
    pub newest: Option<UpdateEffect>,
}

/// Sorts every issue by its class for the build; drafts only with `drafts`.
///
/// The documents of the issues that name the update line of the build are read and judged. For all
/// others a list is enough: their answer is the same for every build of the line.
///
/// # Errors
/// [`crate::error::Error::Store`] when the store is damaged.
pub fn affects(
    store: &Store,
    host: HostRelease,
    releases: &Releases,
    drafts: bool,
) -> Result<Affects> {
    let of_line = issues_of_line(store, &host, releases)?;
    let (mut judged, mut issues) = (Vec::new(), Vec::new());
    for listed in store.listed_issues()? {
        if listed.status == Status::Retired || listed.status == Status::Draft && !drafts {
            continue;
        }
        let known = if of_line.contains(&listed.id) { store.issue(&listed.id)? } else { None };
        let answer = match &known {
            Some(known) => applicability(&known.issue, &host, &[], releases),
            None => {
                let fixed = fixed_releases(&store.fixes(&listed.id)?, releases);
                not_of_line(listed.names_lines, &host, &fixed)
            }
        };
        judged.extend(known);
        let ListedIssue { id, title, title_ja, .. } = listed;
        let class = IssueClass::new(&answer);
        issues.push(IssueAnswer { issue: id, title, title_ja, class, answer });
    }
    issues.sort_by(|one, other| (one.class, &one.issue).cmp(&(other.class, &other.issue)));
    let updates = update_effects(&judged, &host, releases);
    let most = updates.iter().map(|update| update.clears.len()).max().unwrap_or(0);
    let clears_most = updates.iter().find(|update| most > 0 && update.clears.len() == most);
    Ok(Affects { clears_most: clears_most.cloned(), newest: updates.last().cloned(), issues, host })
}

/// The ids of the issues whose answer depends on the build: their article names its update line as
/// affected, or a release with the fix in it or in an earlier line, from which later ones have it.
fn issues_of_line(
    store: &Store,
    host: &HostRelease,
    releases: &Releases,
) -> Result<BTreeSet<String>> {
    let Some(line) = host.line.as_deref() else {
        return Ok(BTreeSet::new());
    };
    let lines: BTreeSet<&str> = releases
        .entries()
        .iter()
        .map(|entry| entry.line.as_str())
        .filter(|earlier| compare_lines(earlier, line).is_lt())
        .collect();
    let mut found = store.issues_of_line(line)?;
    found.extend(store.issues_fixed_in(lines)?);
    Ok(found)
}

/// The effect of every later build of the line, lowest first.
fn update_effects(
    judged: &[Arc<KnownIssue>],
    host: &HostRelease,
    releases: &Releases,
) -> Vec<UpdateEffect> {
    let before = affecting(judged, host, releases);
    later_builds(host, releases)
        .map(|entry| update_effect(entry, judged, &before, releases))
        .collect()
}

/// Later builds of the line that are offered to every customer, lowest first; none when the line is
/// only a guess, on which no advice can rest.
fn later_builds<'a>(
    host: &'a HostRelease,
    releases: &'a Releases,
) -> impl Iterator<Item = &'a ReleaseEntry> {
    let line = host.line.as_deref().filter(|_| !host.is_line_guessed());
    let later = line.into_iter().flat_map(|line| releases.in_line(line));
    later.filter(|entry| entry.is_offered() && host.build.is_some_and(|build| entry.build > build))
}

/// Ids of the issues that affect a build, in order.
fn affecting(judged: &[Arc<KnownIssue>], host: &HostRelease, releases: &Releases) -> Vec<String> {
    let issues = judged.iter().map(|known| &known.issue);
    issues
        .filter(|issue| {
            let answer = applicability(issue, host, &[], releases);
            IssueClass::new(&answer) == IssueClass::Affected
        })
        .map(|issue| issue.id.clone())
        .collect()
}

fn update_effect(
    entry: &ReleaseEntry,
    judged: &[Arc<KnownIssue>],
    before: &[String],
    releases: &Releases,
) -> UpdateEffect {
    let host = HostRelease {
        line: Some(entry.line.clone()),
        build: Some(entry.build),
        entry: Some(entry.clone()),
        unlisted: None,
    };
    let after = affecting(judged, &host, releases);
    let (leaves, brings) = after.iter().cloned().partition(|id| before.contains(id));
    let clears = before.iter().filter(|id| !after.contains(id)).cloned().collect();
    UpdateEffect { release: entry.clone(), clears, leaves, brings }
}

/// The release that a person means: a build number, an update name (`7.0 U3c`), a version with
/// its build (`8.0.2-0.30.23465881`) or the header of a screen. `None` when it names none.
pub fn asked_release(text: &str, releases: &Releases) -> Option<Release> {
    if let Some(entry) = releases.named(text) {
        return Some(Release { build: Some(entry.build), ..Release::default() });
    }
    let mut words = text.split(|c: char| !c.is_ascii_digit() && c != '.');
    let version = words.find(|word| is_version(word)).map(str::to_owned);
    let mut numbers = text.split(|c: char| !c.is_ascii_digit());
    let Some(build) = numbers.rfind(|number| number.len() >= MIN_BUILD_DIGITS) else {
        // A version alone tells the update line, where the list knows one.
        let release = Release { version, ..Release::default() };
        let is_version_alone =
            text.trim().trim_start_matches(|c: char| c.is_alphabetic() || c == ' ')
                == release.version.as_deref()?;
        let known = release.line().is_some_and(|line| releases.knows_line(&line));
        return (is_version_alone && known).then_some(release);
    };
    Some(Release { version, build: Some(build.parse().ok()?), ..Release::default() })
}

fn is_version(word: &str) -> bool {
    word.contains('.')
        && word.split('.').all(|part| !part.is_empty() && part.len() < MIN_BUILD_DIGITS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile;
    use crate::kb::{AffectedBuilds, FixBuild, Issue, KnowledgeBase};

    fn releases() -> Releases {
        Releases::parse("releases.csv", include_str!("../../kb/releases.csv")).expect("a table")
    }

    /// An issue of 8.0 that is fixed in `builds` and affects no build below `first`.
    fn issue(id: &str, line: &str, first: Option<u32>, builds: &[(&str, u32)]) -> Issue {
        let status = Status::Test;
        let mut issue = Issue { id: id.to_owned(), status, ..Issue::default() };
        issue.affected.builds = vec![AffectedBuilds { line: line.to_owned(), first, last: None }];
        let fixes = builds.iter().map(|&(line, build)| FixBuild {
            line: line.to_owned(),
            build: Some(build),
            name: String::new(),
        });
        issue.fix.builds = fixes.collect();
        issue
    }

    fn host(build: u32, releases: &Releases) -> HostRelease {
        let release = Release { build: Some(build), ..Release::default() };
        HostRelease::new(Some(&release), releases)
    }

    fn store_of<'a>(issues: impl IntoIterator<Item = &'a Issue>) -> Store {
        let issues = issues.into_iter().map(|issue| (issue.id.clone(), issue.clone())).collect();
        let kb = KnowledgeBase { releases: releases(), issues, ..KnowledgeBase::default() };
        compile::compile(&kb).expect("compiled").store
    }

    fn ask(issues: &[Issue], build: u32) -> Affects {
        let releases = releases();
        affects(&store_of(issues), host(build, &releases), &releases, false).expect("a store")
    }

    #[track_caller]
    fn check_class(issue: &Issue, build: u32, expected: IssueClass) {
        let found = ask(std::slice::from_ref(issue), build);
        assert_eq!(found.issues[0].class, expected, "{build}: {:?}", found.issues[0].answer);
    }

    #[test]
    fn a_list_of_an_issue_gives_the_answer_of_its_document() {
        let kb = KnowledgeBase::read(&[crate::kb::KbSource::Shipped]).expect("the shipped kb");
        let store = store_of(kb.issues.values());
        let releases = releases();
        let builds = releases.entries().iter().map(|entry| entry.build);
        for build in builds.chain([98_103, 23_400_000, 1, 99_000_000]) {
            let found = affects(&store, host(build, &releases), &releases, true).expect("a store");
            assert_eq!(found.issues.len(), kb.issues.len());
            for issue in found.issues {
                let document = &kb.issues[&issue.issue];
                let expected = applicability(document, &found.host, &[], &releases);
                assert_eq!(issue.answer, expected, "{} on {build}", issue.issue);
                assert_eq!(issue.title, document.title);
            }
        }
    }

    #[test]
    fn each_class_follows_from_the_build() {
        let in_own_line = issue("KB1", "8", None, &[("8.0.2", 23_825_572)]);
        check_class(&in_own_line, 23_305_546, IssueClass::Affected);
        check_class(&in_own_line, 23_825_572, IssueClass::Fixed);
        // The line got no fix of its own while another one did.
        check_class(
            &issue("KB1", "8", None, &[("8.0.1", 23_299_997)]),
            23_305_546,
            IssueClass::Affected,
        );
        check_class(&issue("KB1", "8", None, &[]), 23_305_546, IssueClass::CoversLine);
        let mut driver = issue("KB1", "8", None, &[]);
        driver.fix.components = vec![crate::kb::Component {
            kind: "driver".into(),
            name: "ilo".into(),
            version: "10.8.2".into(),
        }];
        check_class(&driver, 23_305_546, IssueClass::CoversLine);
        check_class(&issue("KB1", "7", None, &[]), 23_305_546, IssueClass::Unknown);
        check_class(
            &issue("KB1", "8.0.2", Some(23_825_572), &[]),
            23_305_546,
            IssueClass::NotAffected,
        );
        check_class(&in_own_line, 23_400_000, IssueClass::Unknown);
    }

    #[test]
    fn the_lowest_build_that_clears_the_most_is_advised() {
        let issues = [
            issue("KB1", "8", None, &[("8.0.2", 23_305_546)]),
            issue("KB2", "8", None, &[("8.0.2", 23_825_572)]),
            issue("KB3", "8", None, &[("8.0.2", 99_000_000)]),
            issue("KB4", "8.0.2", Some(24_789_317), &[]),
        ];
        let found = ask(&issues, 22_380_479);
        let most = found.clears_most.expect("an update");
        // Not the hot patch between the two, and not the newest.
        assert_eq!(most.release.build, 23_825_572);
        assert_eq!(
            (most.clears, most.leaves),
            (vec!["KB1".into(), "KB2".into()], vec!["KB3".into()])
        );
        assert!(most.brings.is_empty());
        let newest = found.newest.expect("an update");
        assert_eq!((newest.release.build, newest.brings), (24_789_317, vec!["KB4".to_owned()]));
    }

    #[test]
    fn there_is_no_advice_where_nothing_is_better_or_the_line_is_a_guess() {
        let unfixed = [issue("KB1", "8", None, &[("8.0.1", 23_299_997)])];
        let found = ask(&unfixed, 23_305_546);
        assert!(found.clears_most.is_none() && found.newest.is_some());
        let newest = ask(&unfixed, 24_789_317);
        assert!(newest.clears_most.is_none() && newest.newest.is_none());
        assert!(ask(&unfixed, 98_103).newest.is_none());
    }

    #[track_caller]
    fn check_asked(text: &str, expected: Option<(Option<&str>, u32)>) {
        let found = asked_release(text, &releases());
        let found = found.as_ref().and_then(|r| Some((r.version.as_deref(), r.build?)));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_release_is_named_in_many_ways() {
        check_asked("18644231", Some((None, 18_644_231)));
        check_asked("7.0 U3c", Some((None, 19_193_900)));
        check_asked("ESXi 7.0 Update 3c", Some((None, 19_193_900)));
        check_asked("ESXi670-202111001", Some((None, 18_828_794)));
        check_asked("8.0.2-0.30.23465881", Some((None, 23_465_881)));
        check_asked("8.0.2-23400000", Some((Some("8.0.2"), 23_400_000)));
        let header = "VMware ESXi 8.0.2 [Releasebuild-23400000 x86_64]";
        check_asked(header, Some((Some("8.0.2"), 23_400_000)));
        check_asked("7.0 Update 9", None);
        check_asked("99999999999", None);
        check_asked("", None);
    }
}
