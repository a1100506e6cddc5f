//! Does this build have the issue? Decided inside an update line.

use schemars::JsonSchema;
use serde::Serialize;

use crate::crash::Release;
use crate::error::Result;
use crate::kb::{FixBuild, ReleaseEntry, line_has_prefix};
use crate::message::Sentence;
use crate::store::{Store, StoredIssue};

/// Whether an issue can be on a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Applies {
    /// The build has the issue.
    Affected,
    /// The build has the fix.
    Fixed,
    /// The build is outside the affected ones.
    NotAffected,
    /// Crash or article do not say enough.
    Unknown,
}

/// The answer and its reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applicability {
    /// The answer.
    pub applies: Applies,
    /// One phrase for the reader.
    pub reason: Sentence,
}

impl Applicability {
    fn new(applies: Applies, key: &'static str, values: &[(&'static str, &str)]) -> Self {
        Self { applies, reason: Sentence::new(key, values) }
    }
}

/// The release of the crashed host, as far as crash and release list tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostRelease {
    /// Update line.
    pub line: Option<String>,
    /// Build.
    pub build: Option<u32>,
    /// The entry of the release list.
    pub entry: Option<ReleaseEntry>,
}

impl HostRelease {
    /// Looks the printed release up. The list knows the line of a build better than a
    /// header, which prints no version before 5.0.
    ///
    /// # Errors
    /// [`crate::error::Error::Store`] when the store is damaged.
    pub fn of(release: Option<&Release>, store: &Store) -> Result<Self> {
        let Some(release) = release else {
            return Ok(Self::default());
        };
        let entry = release.build.map(|build| store.release(build)).transpose()?.flatten();
        let line = entry.as_ref().map(|entry| entry.line.clone()).or_else(|| release.line());
        Ok(Self { line, build: release.build, entry })
    }

    fn is_side(&self) -> bool {
        self.entry.as_ref().is_some_and(|entry| entry.branch == "side")
    }
}

/// Decides whether `issue` can be on the host.
///
/// # Errors
/// [`crate::error::Error::Store`] when the store is damaged.
pub fn applicability(
    issue: &StoredIssue,
    host: &HostRelease,
    store: &Store,
) -> Result<Applicability> {
    let Some(line) = host.line.as_deref() else {
        return Ok(match host.build {
            None => Applicability::new(Applies::Unknown, "applies-no-release", &[]),
            Some(build) => {
                let build = build.to_string();
                Applicability::new(Applies::Unknown, "applies-unlisted", &[("build", &build)])
            }
        });
    };
    if let Some(answer) = outside_bounds(issue, host, line) {
        return Ok(answer);
    }
    let mut fixes = Vec::new();
    for fix in &issue.fix.builds {
        fixes.push((fix, resolved_build(fix, store)?));
    }
    if let Some((fix, build)) = fixes.iter().find(|(fix, _)| fix.line == line) {
        return Ok(in_same_line(fix, *build, host));
    }
    for (fix, build) in &fixes {
        if is_later_line(line, fix, *build, store)? {
            let values = [("line", line), ("fix", name_of(fix))];
            return Ok(Applicability::new(Applies::Fixed, "applies-fixed-inferred", &values));
        }
    }
    Ok(by_article(issue, line))
}

/// Bounds that an article gives inside a line.
fn outside_bounds(issue: &StoredIssue, host: &HostRelease, line: &str) -> Option<Applicability> {
    let build = host.build?;
    let bounds = issue.affected.builds.iter().find(|bounds| line_has_prefix(line, &bounds.line))?;
    let before = bounds.first.is_some_and(|first| build < first);
    let after = bounds.last.is_some_and(|last| build > last);
    (before || after).then(|| {
        let build = build.to_string();
        Applicability::new(Applies::NotAffected, "applies-outside", &[("build", &build)])
    })
}

fn in_same_line(fix: &FixBuild, fixed_build: Option<u32>, host: &HostRelease) -> Applicability {
    let (Some(fixed), Some(build)) = (fixed_build, host.build) else {
        return Applicability::new(Applies::Unknown, "applies-no-build", &[("fix", name_of(fix))]);
    };
    let fixed_text = fixed.to_string();
    let values = [("fix", name_of(fix)), ("build", fixed_text.as_str())];
    match (build >= fixed, host.is_side()) {
        // A hot patch has a high build number and not everything that came before it.
        (true, true) => Applicability::new(Applies::Unknown, "applies-side", &values),
        (true, false) => Applicability::new(Applies::Fixed, "applies-fixed", &values),
        (false, _) => Applicability::new(Applies::Affected, "applies-before-fix", &values),
    }
}

/// True when `line` is a later line than the fix's and was first released after it.
fn is_later_line(line: &str, fix: &FixBuild, build: Option<u32>, store: &Store) -> Result<bool> {
    if numbers(line) <= numbers(&fix.line) {
        return Ok(false);
    }
    let fixed_on = match build {
        Some(build) => store.release(build)?.map(|entry| entry.date),
        None => None,
    };
    let first = store
        .releases_of(line)?
        .into_iter()
        .map(|entry| entry.date)
        .filter(|d| !d.is_empty())
        .min();
    let fixed_on = fixed_on.filter(|date| !date.is_empty());
    Ok(matches!((first, fixed_on), (Some(first), Some(fixed_on)) if first >= fixed_on))
}

fn by_article(issue: &StoredIssue, line: &str) -> Applicability {
    let covered = issue.affected.builds.iter().any(|bounds| line_has_prefix(line, &bounds.line));
    let component = issue.fix.components.first();
    match (covered, component) {
        (true, Some(component)) => {
            let values = [("component", component.name.as_str()), ("version", &component.version)];
            Applicability::new(Applies::Unknown, "applies-component", &values)
        }
        (true, None) => Applicability::new(Applies::Affected, "applies-covered", &[("line", line)]),
        (false, _) if issue.affected.builds.is_empty() => {
            Applicability::new(Applies::Unknown, "applies-no-lines", &[])
        }
        (false, _) => {
            Applicability::new(Applies::Unknown, "applies-other-lines", &[("line", line)])
        }
    }
}

/// The build of a fix: as the article prints it, else as the release list resolves its name.
pub fn resolved_build(fix: &FixBuild, store: &Store) -> Result<Option<u32>> {
    if fix.build.is_some() {
        return Ok(fix.build);
    }
    let releases = crate::kb::Releases { entries: store.releases_of(&fix.line)? };
    Ok(releases.by_name(&fix.line, &fix.name).map(|entry| entry.build))
}

fn name_of(fix: &FixBuild) -> &str {
    if fix.name.is_empty() { &fix.line } else { &fix.name }
}

fn numbers(line: &str) -> Vec<u32> {
    line.split('.').map(|part| part.parse().unwrap_or(0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile;
    use crate::kb::{Affected, AffectedBuilds, Component, Fix, KbSource, Status};

    fn store() -> Store {
        compile::open(&[KbSource::Shipped], None).expect("a compiled kb").store
    }

    fn issue(lines: &[&str], fixes: &[(&str, &str)]) -> StoredIssue {
        let builds = lines
            .iter()
            .map(|line| AffectedBuilds { line: (*line).to_owned(), first: None, last: None })
            .collect();
        let fixes = fixes
            .iter()
            .map(|(line, name)| FixBuild {
                line: (*line).to_owned(),
                build: None,
                name: (*name).to_owned(),
            })
            .collect();
        StoredIssue {
            id: "KB1".into(),
            path: String::new(),
            title: String::new(),
            status: Status::Test,
            author: String::new(),
            articles: Vec::new(),
            affected: Affected { builds, ..Affected::default() },
            fix: Fix { builds: fixes, components: Vec::new() },
            cause: String::new(),
            fix_text: String::new(),
            workaround: String::new(),
            notes: String::new(),
            title_ja: String::new(),
            cause_ja: String::new(),
            fix_ja: String::new(),
            workaround_ja: String::new(),
        }
    }

    #[track_caller]
    fn check(issue: &StoredIssue, version: &str, build: u32, expected: Applies) {
        let store = store();
        let release = Release {
            product: "VMware ESXi".into(),
            version: Some(version.into()),
            build: Some(build),
            arch: None,
        };
        let host = HostRelease::of(Some(&release), &store).expect("a store");
        let found = applicability(issue, &host, &store).expect("a store");
        assert_eq!(found.applies, expected, "{version} {build}: {:?}", found.reason);
    }

    #[test]
    fn builds_are_compared_inside_an_update_line_only() {
        let issue = issue(&["7.0.3", "8.0.0"], &[("7.0.3", "7.0 Update 3l"), ("8.0.0", "8.0b")]);
        check(&issue, "7.0.3", 20_842_708, Applies::Affected);
        check(&issue, "7.0.3", 21_424_296, Applies::Fixed);
        check(&issue, "8.0.0", 20_513_097, Applies::Affected);
        check(&issue, "8.0.0", 21_493_926, Applies::Fixed);
    }

    #[test]
    fn a_line_released_after_the_fix_has_it_and_an_older_one_may_not() {
        let issue = issue(&["7.0.3", "8.0.0"], &[("8.0.0", "8.0b")]);
        check(&issue, "8.0.3", 24_022_510, Applies::Fixed);
        check(&issue, "7.0.3", 20_842_708, Applies::Affected);
        check(&issue, "6.7.0", 17_700_523, Applies::Unknown);
    }

    #[test]
    fn bounds_and_components_decide_where_there_is_no_fixed_build() {
        let mut bounded = issue(&["7.0.3"], &[]);
        bounded.affected.builds[0].last = Some(18_644_231);
        check(&bounded, "7.0.3", 20_842_708, Applies::NotAffected);
        check(&bounded, "7.0.3", 18_644_231, Applies::Affected);
        let mut driver = issue(&["7"], &[]);
        driver.fix.components = vec![Component {
            kind: "driver".into(),
            name: "i40en".into(),
            version: "2.4.1.0".into(),
        }];
        check(&driver, "7.0.3", 20_842_708, Applies::Unknown);
    }

    #[test]
    fn without_a_release_nothing_is_known() {
        let host = HostRelease::default();
        let found = applicability(&issue(&["7"], &[]), &host, &store()).expect("a store");
        assert_eq!(found.applies, Applies::Unknown);
    }
}
