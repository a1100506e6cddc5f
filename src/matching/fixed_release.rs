//! The releases that have a fix.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::kb::{Branch, FixBuild, ReleaseEntry, Releases, line_numbers};

/// A release that has a fix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FixedRelease {
    /// Update line.
    pub line: String,
    /// Build; absent where the article names an update that the release list does not know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub build: Option<u32>,
    /// Update name.
    pub name: String,
    /// Date of release, where the release list knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// `side`, `hot-patch` or `withdrawn`; absent for an ordinary build.
    #[serde(default, skip_serializing_if = "Branch::is_main")]
    pub branch: Branch,
    /// True when no article says so: the update line was first released after the fix.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub inferred: bool,
}

impl FixedRelease {
    /// The release that an article names, with the facts of the release list.
    pub fn new(fix: &FixBuild, releases: &Releases) -> Self {
        let written = if fix.name.is_empty() { &fix.line } else { &fix.name };
        match releases.with_fix(fix) {
            Some(entry) => Self::from_entry(entry),
            None => Self {
                line: fix.line.clone(),
                build: fix.build,
                name: written.clone(),
                date: None,
                branch: Branch::Main,
                inferred: false,
            },
        }
    }

    /// A release of the list.
    pub fn from_entry(entry: &ReleaseEntry) -> Self {
        Self {
            line: entry.line.clone(),
            build: Some(entry.build),
            name: entry.name.clone(),
            date: Some(entry.date.clone()).filter(|date| !date.is_empty()),
            branch: entry.branch,
            inferred: false,
        }
    }

    /// The first release of `line` when that is a later line than this one's and began after
    /// this release: it was built with the fix in.
    pub fn inferred_in(&self, line: &str, releases: &Releases) -> Option<Self> {
        let date = self.date.as_deref().filter(|_| !self.branch.is_off())?;
        let later =
            line_numbers(line) > line_numbers(&self.line) && releases.first_date(line)? > date;
        let first = later.then(|| releases.in_line(line).next()).flatten()?;
        Some(Self { inferred: true, ..Self::from_entry(first) })
    }
}

/// The releases that an article names as having the fix, the first one first: by date of release,
/// then by build. Releases that the list does not date come last.
pub fn fixed_releases(fixes: &[FixBuild], releases: &Releases) -> Vec<FixedRelease> {
    let mut fixed: Vec<FixedRelease> =
        fixes.iter().map(|fix| FixedRelease::new(fix, releases)).collect();
    fixed.sort_by_key(|fixed| {
        let date = fixed.date.clone();
        (date.is_none(), date, fixed.build.is_none(), fixed.build)
    });
    fixed
}
