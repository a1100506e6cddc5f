//! The page of `psod-match kb affects`.

use super::super::block::{Block, Tone};
use super::super::views::{AffectedReport, BuildReport, IssueReport, UpdateReport};
use super::super::words::{fixed_releases, mark, release_name};
use super::super::{Detail, Printed};
use crate::matching::IssueClass;
use crate::message::Catalog;

impl Printed for AffectedReport {
    /// The report as headings, fields and lists.
    fn page(&self, catalog: &Catalog, detail: Detail) -> Vec<Block> {
        let mut blocks = head(catalog, &self.release);
        for (class, heading) in [
            (IssueClass::Affected, "affects-affected"),
            (IssueClass::CoversLine, "affects-covers-line"),
            (IssueClass::Unknown, "affects-unknown"),
        ] {
            let issues: Vec<&IssueReport> = of_class(self, class).collect();
            let count = issues.len().to_string();
            let tone = if class == IssueClass::Affected { Tone::Possible } else { Tone::Plain };
            blocks.push(Block::Heading(catalog.text(heading, &[("count", &count)]), tone));
            if class == IssueClass::Unknown && detail == Detail::Short && !issues.is_empty() {
                // Their articles name no versions or other lines: dozens of lines that say nothing.
                blocks.push(Block::Paragraph(catalog.text("affects-more", &[])));
                continue;
            }
            blocks.extend(issues.into_iter().map(|issue| item(catalog, issue)));
        }
        blocks.push(Block::Heading(catalog.text("affects-rest", &[]), Tone::Plain));
        for (class, label) in
            [(IssueClass::Fixed, "label-has-fix"), (IssueClass::NotAffected, "label-not-affected")]
        {
            let ids: Vec<String> = of_class(self, class).map(|issue| issue.issue.clone()).collect();
            blocks.push(Block::Field(label, counted(&ids)));
        }
        blocks.extend(update_blocks(catalog, self));
        blocks
    }
}

fn head(catalog: &Catalog, release: &BuildReport) -> Vec<Block> {
    let build = release.build.map(|build| build.to_string());
    let build = build.map(|build| catalog.text("build-number", &[("build", &build)]));
    // A version alone has neither.
    let names = [release.name.clone(), build].into_iter().flatten().collect::<Vec<_>>();
    let line = release.line.clone().unwrap_or_default();
    let title = if names.is_empty() { line } else { names.join(", ") };
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
    let (most, newest) = (&report.clears_most, &report.newest);
    if most.is_none() && newest.is_some() {
        blocks.push(Block::Paragraph(catalog.text("affects-none-clears", &[])));
    }
    for (label, update) in [("label-clears", most), ("label-newest", newest)] {
        blocks.extend(update.iter().map(|it| Block::Field(label, update_text(catalog, it))));
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

fn update_text(catalog: &Catalog, update: &UpdateReport) -> String {
    let name = release_name(catalog, &update.release);
    let (clears, leaves) = (counted(&update.clears), counted(&update.leaves));
    let values = [("release", name.as_str()), ("clears", &clears), ("leaves", &leaves)];
    let text = catalog.text("affects-update", &values);
    if update.brings.is_empty() {
        return text;
    }
    let brings = catalog.text("affects-brings", &[("brings", &counted(&update.brings))]);
    format!("{text} {brings}")
}
