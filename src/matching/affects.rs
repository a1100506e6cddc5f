//! Which known issues a build has, and which update of its line ends most of them.

use schemars::JsonSchema;
use serde::Serialize;

use super::applicability::{Applicability, Applies, Basis, applicability};
use super::host::HostRelease;
use crate::crash::Release;
use crate::error::Result;
use crate::kb::{ReleaseEntry, Releases, Status};
use crate::store::{Store, StoredIssue};

/// Fewest digits of a number that can be a build and no part of a version.
const BUILD_DIGITS: usize = 5;

/// What a build has to do with a known issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
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

impl Class {
    /// Every class, in the order in which they are shown.
    pub const ALL: [Self; 5] =
        [Self::Affected, Self::CoversLine, Self::Unknown, Self::Fixed, Self::NotAffected];

    fn of(answer: &Applicability) -> Self {
        match (answer.applies, answer.basis) {
            (_, Basis::Covered | Basis::Component) => Self::CoversLine,
            (Applies::Affected, _) => Self::Affected,
            (Applies::Unknown, _) => Self::Unknown,
            (Applies::Fixed, _) => Self::Fixed,
            (Applies::NotAffected, _) => Self::NotAffected,
        }
    }
}

/// One known issue and what the build has to do with it.
#[derive(Clone, Debug)]
pub struct IssueAnswer {
    /// The issue.
    pub issue: StoredIssue,
    /// Its class.
    pub class: Class,
    /// The answer behind the class.
    pub answer: Applicability,
}

/// An update of the same line, and what it does to the issues that affect the build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// Where to.
    pub release: ReleaseEntry,
    /// Ids of the issues that it ends.
    pub clears: Vec<String>,
    /// Ids of those that affect it too.
    pub leaves: Vec<String>,
    /// Ids of those that affect it and not the build.
    pub brings: Vec<String>,
}

/// What is known about a build.
#[derive(Clone, Debug)]
pub struct Affects {
    /// The build.
    pub host: HostRelease,
    /// Every issue, by class and then by id.
    pub issues: Vec<IssueAnswer>,
    /// The lowest build of the line that ends the most issues; `None` when none ends any.
    pub clears_most: Option<Update>,
    /// The newest build of the line; `None` when the build is it.
    pub newest: Option<Update>,
}

/// Asks every issue about the build; drafts only with `drafts`.
///
/// # Errors
/// [`crate::error::Error::Store`] when the store is damaged.
pub fn affects(
    store: &Store,
    host: HostRelease,
    releases: &Releases,
    drafts: bool,
) -> Result<Affects> {
    let mut issues = Vec::new();
    for (id, status) in store.issue_ids()? {
        let hidden = status == Status::Retired || status == Status::Draft && !drafts;
        issues.extend(store.issue(&id)?.filter(|_| !hidden));
    }
    Ok(answers(issues, host, releases))
}

fn answers(issues: Vec<StoredIssue>, host: HostRelease, releases: &Releases) -> Affects {
    let before = affecting(&issues, &host, releases);
    let updates: Vec<Update> = candidates(&host, releases)
        .map(|entry| update(entry, &issues, &before, releases))
        .collect();
    let most = updates.iter().map(|update| update.clears.len()).max().unwrap_or(0);
    let clears_most = updates.iter().find(|update| most > 0 && update.clears.len() == most);
    let mut found: Vec<IssueAnswer> = issues
        .into_iter()
        .map(|issue| {
            let answer = applicability(&issue, &host, &[], releases);
            IssueAnswer { class: Class::of(&answer), issue, answer }
        })
        .collect();
    found.sort_by(|one, other| (one.class, &one.issue.id).cmp(&(other.class, &other.issue.id)));
    Affects {
        clears_most: clears_most.cloned(),
        newest: updates.last().cloned(),
        issues: found,
        host,
    }
}

/// Later builds of the line that are offered to everybody, lowest first. A line that is only a
/// guess is no ground for advice.
fn candidates<'a>(
    host: &'a HostRelease,
    releases: &'a Releases,
) -> impl Iterator<Item = &'a ReleaseEntry> {
    let line = host.line.as_deref().filter(|_| !host.is_line_guessed());
    let later = line.into_iter().flat_map(|line| releases.in_line(line));
    later.filter(|entry| entry.is_offered() && host.build.is_some_and(|build| entry.build > build))
}

/// Ids of the issues that affect a build, in order.
fn affecting(issues: &[StoredIssue], host: &HostRelease, releases: &Releases) -> Vec<String> {
    let affected = |issue: &&StoredIssue| {
        Class::of(&applicability(issue, host, &[], releases)) == Class::Affected
    };
    issues.iter().filter(affected).map(|issue| issue.id.clone()).collect()
}

fn update(
    entry: &ReleaseEntry,
    issues: &[StoredIssue],
    before: &[String],
    releases: &Releases,
) -> Update {
    let host = HostRelease {
        line: Some(entry.line.clone()),
        build: Some(entry.build),
        entry: Some(entry.clone()),
        place: None,
    };
    let after = affecting(issues, &host, releases);
    let (leaves, brings) = after.iter().cloned().partition(|id| before.contains(id));
    let clears = before.iter().filter(|id| !after.contains(id)).cloned().collect();
    Update { release: entry.clone(), clears, leaves, brings }
}

/// The release that a person means: a build number, an update name (`7.0 U3c`), a version with
/// its build (`8.0.2-0.30.23465881`) or the header of a screen. `None` when it names none.
pub fn asked_release(text: &str, releases: &Releases) -> Option<Release> {
    if let Some(entry) = releases.named(text) {
        return Some(Release { build: Some(entry.build), ..Release::default() });
    }
    let numbers = text.split(|c: char| !c.is_ascii_digit());
    let build = numbers.rev().find(|number| number.len() >= BUILD_DIGITS)?.parse().ok()?;
    let is_version = |word: &&str| {
        let part = |part: &str| !part.is_empty() && part.len() < BUILD_DIGITS;
        word.contains('.') && word.split('.').all(part)
    };
    let version = text.split(|c: char| !c.is_ascii_digit() && c != '.').find(is_version);
    Some(Release { version: version.map(str::to_owned), build: Some(build), ..Release::default() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kb::{AffectedBuilds, FixBuild};

    fn releases() -> Releases {
        Releases::parse("releases.csv", include_str!("../../kb/releases.csv")).expect("a table")
    }

    /// An issue of 8.0 that is fixed in `builds` and affects no build below `first`.
    fn issue(id: &str, line: &str, first: Option<u32>, builds: &[(&str, u32)]) -> StoredIssue {
        let fix = |(line, build): &(&str, u32)| FixBuild {
            line: (*line).to_owned(),
            build: Some(*build),
            name: String::new(),
        };
        let mut issue = StoredIssue { id: id.to_owned(), ..StoredIssue::default() };
        issue.affected.builds = vec![AffectedBuilds { line: line.to_owned(), first, last: None }];
        issue.fix.builds = builds.iter().map(fix).collect();
        issue
    }

    fn host(build: u32, releases: &Releases) -> HostRelease {
        let release = Release { build: Some(build), ..Release::default() };
        HostRelease::of(Some(&release), releases)
    }

    fn ask(issues: &[StoredIssue], build: u32) -> Affects {
        let releases = releases();
        answers(issues.to_vec(), host(build, &releases), &releases)
    }

    #[track_caller]
    fn check_class(issue: &StoredIssue, build: u32, expected: Class) {
        let found = ask(std::slice::from_ref(issue), build);
        assert_eq!(found.issues[0].class, expected, "{build}: {:?}", found.issues[0].answer);
    }

    #[test]
    fn each_class_says_what_the_build_decides() {
        let in_own_line = issue("KB1", "8", None, &[("8.0.2", 23_825_572)]);
        check_class(&in_own_line, 23_305_546, Class::Affected);
        check_class(&in_own_line, 23_825_572, Class::Fixed);
        // The line got no fix of its own while another one did.
        check_class(
            &issue("KB1", "8", None, &[("8.0.1", 23_299_997)]),
            23_305_546,
            Class::Affected,
        );
        check_class(&issue("KB1", "8", None, &[]), 23_305_546, Class::CoversLine);
        let mut driver = issue("KB1", "8", None, &[]);
        driver.fix.components = vec![crate::kb::Component {
            kind: "driver".into(),
            name: "ilo".into(),
            version: "10.8.2".into(),
        }];
        check_class(&driver, 23_305_546, Class::CoversLine);
        check_class(&issue("KB1", "7", None, &[]), 23_305_546, Class::Unknown);
        check_class(&issue("KB1", "8.0.2", Some(23_825_572), &[]), 23_305_546, Class::NotAffected);
        check_class(&in_own_line, 23_400_000, Class::Unknown);
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
