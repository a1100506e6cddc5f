//! The known issues of one build, as published.

use schemars::JsonSchema;
use serde::Serialize;

use super::envelope::{SCHEMA, tool};
use crate::kb::{Branch, ReleaseEntry};
use crate::matching::{Affects, Applies, FixedRelease, IssueAnswer, IssueClass, UpdateEffect};
use crate::message::Catalog;

/// The answer of `psod-match kb affects` about one build.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct AffectedReport {
    /// Version of this format; it changes when a field changes its meaning.
    pub schema: u32,
    /// Version of psod-match.
    pub tool: String,
    /// Digest of the knowledge base that was asked.
    pub kb: String,
    /// The build.
    pub release: BuildReport,
    /// Number of issues of each class.
    pub counts: Counts,
    /// Every known issue, by class and then by id.
    pub issues: Vec<IssueReport>,
    /// The lowest build of the update line that ends the most affecting issues; absent when
    /// none ends any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clears_most: Option<UpdateReport>,
    /// The newest build of the update line; absent when the build is it, or its line is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub newest: Option<UpdateReport>,
}

/// A build and its entry in the release list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct BuildReport {
    /// Build number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub build: Option<u32>,
    /// Update line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
    /// Update name; absent when the list does not have the build.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Date of release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// `side`, `hot-patch` or `withdrawn`; absent for an ordinary build.
    #[serde(skip_serializing_if = "Branch::is_main")]
    pub branch: Branch,
    /// The meaning of the mark, or the neighbours of a build that is not listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Number of issues of each class.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[allow(missing_docs, reason = "the fields are called as the classes are")]
#[non_exhaustive]
pub struct Counts {
    pub affected: usize,
    pub covers_line: usize,
    pub unknown: usize,
    pub fixed: usize,
    pub not_affected: usize,
}

impl Counts {
    fn new(issues: &[IssueAnswer]) -> Self {
        Self {
            affected: count(issues, IssueClass::Affected),
            covers_line: count(issues, IssueClass::CoversLine),
            unknown: count(issues, IssueClass::Unknown),
            fixed: count(issues, IssueClass::Fixed),
            not_affected: count(issues, IssueClass::NotAffected),
        }
    }
}

fn count(issues: &[IssueAnswer], class: IssueClass) -> usize {
    issues.iter().filter(|issue| issue.class == class).count()
}

/// One known issue and its class for the build.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct IssueReport {
    /// Issue id.
    pub issue: String,
    /// One line.
    pub title: String,
    /// The class.
    pub class: IssueClass,
    /// The answer that a crash of this build would get.
    pub applicability: Applies,
    /// Why so.
    pub reason: String,
    /// The first release with the fix in the build's own line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own_line: Option<FixedRelease>,
    /// The first release with the fix in any line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<FixedRelease>,
}

/// An update of the same line.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct UpdateReport {
    /// Build number.
    pub build: u32,
    /// Update name.
    pub name: String,
    /// Date of release.
    pub date: String,
    /// Ids of the affecting issues that it ends.
    pub clears: Vec<String>,
    /// Ids of the affecting issues that affect it too.
    pub leaves: Vec<String>,
    /// Ids of issues that affect it and not the build.
    pub brings: Vec<String>,
    /// Its entry in the release list.
    #[serde(skip)]
    pub(in crate::report) release: FixedRelease,
}

/// Makes the report about a build.
pub fn affected_report(found: Affects, kb: &str, catalog: &Catalog) -> AffectedReport {
    let entry = found.host.entry.as_ref();
    let release = BuildReport {
        build: found.host.build,
        line: found.host.line.clone(),
        name: entry.map(|entry| entry.name.clone()),
        date: entry.map(|entry| entry.date.clone()).filter(|date| !date.is_empty()),
        branch: entry.map(|entry| entry.branch).unwrap_or_default(),
        note: found.host.note().map(|note| note.in_language(catalog)),
    };
    AffectedReport {
        schema: SCHEMA,
        tool: tool(),
        kb: kb.to_owned(),
        release,
        counts: Counts::new(&found.issues),
        issues: found.issues.into_iter().map(|issue| issue_report(issue, catalog)).collect(),
        clears_most: found.clears_most.map(update_report),
        newest: found.newest.map(update_report),
    }
}

fn issue_report(found: IssueAnswer, catalog: &Catalog) -> IssueReport {
    let IssueAnswer { issue, title, title_ja, class, answer } = found;
    IssueReport {
        issue,
        title: catalog.chosen(title, title_ja),
        class,
        applicability: answer.applies,
        reason: answer.reason.in_language(catalog),
        own_line: answer.own_line,
        first: answer.first,
    }
}

fn update_report(update: UpdateEffect) -> UpdateReport {
    let UpdateEffect { release: entry, clears, leaves, brings, .. } = update;
    let release = FixedRelease::from_entry(&entry);
    let ReleaseEntry { build, name, date, .. } = entry;
    UpdateReport { build, name, date, clears, leaves, brings, release }
}
