//! The pages of a curator's day.

use super::super::block::{Block, Tone};
use super::super::views::{LoggedReport, NearReport, StatsReport, TodoPage};
use super::super::words;
use super::super::{Detail, Printed};
use crate::curate::{KbStats, LoggedKind};
use crate::message::Catalog;

impl Printed for TodoPage {
    fn page(&self, catalog: &Catalog, _: Detail) -> Vec<Block> {
        let mut blocks = Vec::new();
        if self.todos.is_empty() {
            blocks.push(Block::Paragraph(catalog.text("todo-nothing", &[])));
        }
        for (number, todo) in (1..).zip(&self.todos) {
            blocks.push(Block::Step(number, todo.text.clone()));
            blocks.push(Block::Preformatted(format!("   {}", todo.command)));
        }
        for (kind, count) in &self.more {
            let kind = catalog.text(&format!("todo-kind-{kind}"), &[]);
            let values = [("kind", kind.as_str()), ("count", &count.to_string())];
            blocks.push(Block::Paragraph(catalog.text("todo-more", &values)));
        }
        blocks
    }
}

impl Printed for NearReport {
    fn page(&self, catalog: &Catalog, _: Detail) -> Vec<Block> {
        let percent = words::percent(self.confidence);
        let values =
            [("issue", self.issue.as_str()), ("title", &self.title), ("percent", &percent)];
        let heading = catalog.text("near-heading", &values);
        let mut blocks = vec![Block::Heading(heading, Tone::Plain)];
        let fields = [
            ("label-status", self.status.as_str().to_owned()),
            ("label-crash", self.crash.clone().unwrap_or_default()),
            ("label-both-cite", self.articles.join(", ")),
            ("label-same-fix", self.fixes.join(", ")),
        ];
        let fields = fields.into_iter().filter(|(_, value)| !value.is_empty());
        blocks.extend(fields.map(|(label, value)| Block::Field(label, value)));
        let width = self.frames.iter().map(|frame| frame.wanted.len()).max().unwrap_or_default();
        blocks.extend(self.frames.iter().map(|frame| {
            let printed = frame.printed.as_deref().unwrap_or("-");
            Block::Preformatted(format!("{:<width$}  {printed}", frame.wanted))
        }));
        blocks
    }
}

impl StatsReport {
    /// The headings and the rows of the table.
    pub fn table(&self, catalog: &Catalog) -> (Vec<String>, Vec<Vec<String>>) {
        let mut header = vec!["stats-what", "stats-all"];
        header.extend(self.own.as_ref().map(|_| "stats-own"));
        let all = numbers(&self.all, catalog);
        let own = self.own.as_ref().map(|own| numbers(own, catalog));
        let rows = all.into_iter().map(|(label, value)| {
            let mut row = vec![label.clone(), value];
            if let Some(own) = &own {
                let found = own.iter().find(|(other, _)| *other == label);
                row.push(found.map_or("0".to_owned(), |(_, value)| value.clone()));
            }
            row
        });
        (header.iter().map(|key| catalog.text(key, &[])).collect(), rows.collect())
    }
}

/// Each number with what it counts.
fn numbers(stats: &KbStats, catalog: &Catalog) -> Vec<(String, String)> {
    let mut rows = vec![named("stats-issues", stats.issues, catalog)];
    for (status, count) in &stats.by_status {
        rows.push((format!("  {status}"), count.to_string()));
    }
    rows.push(named("stats-without-kind", stats.without_kind, catalog));
    for (kind, count) in &stats.by_kind {
        rows.push((format!("  {kind}"), count.to_string()));
    }
    rows.extend([
        named("stats-articles", stats.articles, catalog),
        named("stats-without-article", stats.without_article, catalog),
        named("stats-crash-texts", stats.crash_texts, catalog),
        named("stats-one-crash-text", stats.with_one_crash_text, catalog),
        named("stats-near-misses", stats.near_misses, catalog),
        named("stats-unknown", stats.unknown, catalog),
        named("stats-reviewed", stats.reviews.reviewed, catalog),
        named("stats-changed-since", stats.reviews.changed_since, catalog),
        named("stats-old-reviews", stats.reviews.old, catalog),
    ]);
    let days = [("stats-oldest", &stats.reviews.oldest), ("stats-median", &stats.reviews.median)];
    rows.extend(
        days.into_iter().filter_map(|(key, day)| Some((catalog.text(key, &[]), day.clone()?))),
    );
    rows.extend(stats.never_hit.map(|never| named("stats-never-hit", never, catalog)));
    rows
}

fn named(key: &str, value: usize, catalog: &Catalog) -> (String, String) {
    (catalog.text(key, &[]), value.to_string())
}

impl LoggedReport {
    /// The line of one change.
    pub fn line(&self, catalog: &Catalog) -> String {
        let logged = &self.logged;
        let title = format!("{}: {}", logged.issue, logged.title);
        match &logged.detail {
            Some(detail) => {
                let values = [("issue", title.as_str()), ("detail", detail)];
                catalog.text("changelog-detail", &values)
            }
            None => title,
        }
    }

    /// The heading of the changes of its kind.
    pub fn heading(&self, catalog: &Catalog) -> String {
        heading_of(self.logged.kind, catalog)
    }
}

fn heading_of(kind: LoggedKind, catalog: &Catalog) -> String {
    catalog.text(&format!("changelog-{}", kind.as_str()), &[])
}
