//! The known issues of one build, as data and as a page.

use schemars::JsonSchema;
use serde::Serialize;

use super::block::{Block, Tone};
use super::release_names::{fixed_releases, mark, release_name};
use super::views::{SCHEMA, tool};
use crate::kb::{Branch, ReleaseEntry};
use crate::matching::{Affects, Applies, FixedRelease, IssueAnswer, IssueClass, UpdateEffect};
use crate::message::Catalog;

/// The answer of `psod-match kb affects` about one build.
#[derive(Clone, Debug, Serialize, JsonSchema)]
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
    #[serde(skip)]
    updates: [Option<ReleaseEntry>; 2],
}

/// A build and its entry in the release list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
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
pub struct Counts {
    pub affected: usize,
    pub covers_line: usize,
    pub unknown: usize,
    pub fixed: usize,
    pub not_affected: usize,
}

impl Counts {
    fn new(issues: &[IssueAnswer]) -> Self {
        let mut counts =
            Self { affected: 0, covers_line: 0, unknown: 0, fixed: 0, not_affected: 0 };
        for issue in issues {
            let count = match issue.class {
                IssueClass::Affected => &mut counts.affected,
                IssueClass::CoversLine => &mut counts.covers_line,
                IssueClass::Unknown => &mut counts.unknown,
                IssueClass::Fixed => &mut counts.fixed,
                IssueClass::NotAffected => &mut counts.not_affected,
            };
            *count += 1;
        }
        counts
    }
}

/// One known issue and its class for the build.
#[derive(Clone, Debug, Serialize, JsonSchema)]
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
    let updates = [&found.clears_most, &found.newest];
    AffectedReport {
        schema: SCHEMA,
        tool: tool(),
        kb: kb.to_owned(),
        release,
        counts: Counts::new(&found.issues),
        updates: updates.map(|update| Some(update.as_ref()?.release.clone())),
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
    let ReleaseEntry { build, name, date, .. } = update.release;
    let UpdateEffect { clears, leaves, brings, .. } = update;
    UpdateReport { build, name, date, clears, leaves, brings }
}

/// The report as headings, fields and lists.
pub(super) fn page(catalog: &Catalog, report: &AffectedReport) -> Vec<Block> {
    let mut blocks = head(catalog, &report.release);
    for (class, heading) in [
        (IssueClass::Affected, "affects-affected"),
        (IssueClass::CoversLine, "affects-covers-line"),
        (IssueClass::Unknown, "affects-unknown"),
    ] {
        let issues: Vec<&IssueReport> = of_class(report, class).collect();
        let count = issues.len().to_string();
        let tone = if class == IssueClass::Affected { Tone::Possible } else { Tone::Plain };
        blocks.push(Block::Heading(catalog.text(heading, &[("count", &count)]), tone));
        blocks.extend(issues.into_iter().map(|issue| item(catalog, issue)));
    }
    blocks.push(Block::Heading(catalog.text("affects-rest", &[]), Tone::Plain));
    for (class, label) in
        [(IssueClass::Fixed, "label-has-fix"), (IssueClass::NotAffected, "label-not-affected")]
    {
        let ids: Vec<String> = of_class(report, class).map(|issue| issue.issue.clone()).collect();
        blocks.push(Block::Field(label, counted(&ids)));
    }
    blocks.extend(update_blocks(catalog, report));
    blocks
}

fn head(catalog: &Catalog, release: &BuildReport) -> Vec<Block> {
    let build = release.build.map(|build| build.to_string()).unwrap_or_default();
    let build = catalog.text("build-number", &[("build", &build)]);
    let title = match &release.name {
        Some(name) => format!("{name}, {build}"),
        None => build,
    };
    let fields = [
        ("label-line", release.line.clone()),
        ("label-date", release.date.clone()),
        ("label-mark", mark(catalog, release.branch)),
        ("label-note", release.note.clone()),
    ];
    let fields = fields.into_iter().filter_map(|(label, value)| Some(Block::Field(label, value?)));
    std::iter::once(Block::Title(title)).chain(fields).collect()
}

fn of_class(report: &AffectedReport, class: IssueClass) -> impl Iterator<Item = &IssueReport> {
    report.issues.iter().filter(move |issue| issue.class == class)
}

fn item(catalog: &Catalog, issue: &IssueReport) -> Block {
    let fixed = match (issue.class, &issue.first) {
        (IssueClass::Affected, Some(first)) => {
            fixed_releases(catalog, issue.own_line.as_ref(), Some(first))
        }
        _ => String::new(),
    };
    let (issue, title, reason) = (issue.issue.as_str(), issue.title.as_str(), &issue.reason);
    let values = [("issue", issue), ("title", title), ("reason", reason), ("fixed", &fixed)];
    let key = if fixed.is_empty() { "affects-item" } else { "affects-item-fixed" };
    Block::Item(catalog.text(key, &values))
}

/// `2: KB1, KB2`.
fn counted(ids: &[String]) -> String {
    if ids.is_empty() { "0".to_owned() } else { format!("{}: {}", ids.len(), ids.join(", ")) }
}

fn update_blocks(catalog: &Catalog, report: &AffectedReport) -> Vec<Block> {
    let Some(line) = report.release.line.as_deref() else {
        return Vec::new();
    };
    let heading = catalog.text("affects-updates", &[("line", line)]);
    let mut blocks = vec![Block::Heading(heading, Tone::Plain)];
    let [most, newest] = &report.updates;
    if most.is_none() && newest.is_some() {
        blocks.push(Block::Paragraph(catalog.text("affects-none-clears", &[])));
    }
    if let (Some(entry), Some(update)) = (most, &report.clears_most) {
        blocks.push(Block::Field("label-clears", update_text(catalog, entry, update)));
    }
    if let (Some(entry), Some(update)) = (newest, &report.newest) {
        blocks.push(Block::Field("label-newest", update_text(catalog, entry, update)));
    }
    if newest.is_none() {
        blocks.push(Block::Paragraph(catalog.text("affects-no-later", &[])));
    }
    let undecided = report.counts.covers_line;
    if newest.is_some() && undecided > 0 {
        let count = undecided.to_string();
        blocks.push(Block::Paragraph(catalog.text("affects-undecided", &[("count", &count)])));
    }
    blocks
}

fn update_text(catalog: &Catalog, entry: &ReleaseEntry, update: &UpdateReport) -> String {
    let name = release_name(catalog, entry);
    let (clears, leaves) = (counted(&update.clears), counted(&update.leaves));
    let values = [("release", name.as_str()), ("clears", &clears), ("leaves", &leaves)];
    let text = catalog.text("affects-update", &values);
    if update.brings.is_empty() {
        return text;
    }
    let brings = catalog.text("affects-brings", &[("brings", &counted(&update.brings))]);
    format!("{text} {brings}")
}
