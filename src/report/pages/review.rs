//! The page of the sheet of a review.

use super::super::block::{Block, Tone, article};
use super::super::render::sheet::render_sheet;
use super::super::views::{MeasuredReport, ReviewFixture, ReviewReport};
use super::super::{Detail, Printed};
use crate::matching::Verdict;
use crate::message::Catalog;

impl Printed for ReviewReport {
    fn page(&self, catalog: &Catalog, _: Detail) -> Vec<Block> {
        let mut blocks = vec![Block::Title(format!("{}: {}", self.issue, self.title))];
        let fields = [
            ("label-status", self.status.as_str().to_owned()),
            ("label-author", format!("{}, {}", self.author, self.created)),
            ("label-reviewed", self.reviewed.clone().unwrap_or_default()),
            ("label-base", self.base.clone().unwrap_or_default()),
            ("label-sheet", self.mark.clone()),
        ];
        blocks.extend(fields_of(fields));
        blocks.extend(self.articles.iter().map(article));
        blocks.extend(self.standing(catalog));
        blocks.extend(self.tried(catalog));
        let heading = catalog.text("review-fixtures", &[]);
        blocks.push(Block::Heading(heading, Tone::Plain));
        let fixtures = self.fixtures.iter();
        blocks.extend(fixtures.flat_map(|fixture| fixture_blocks(fixture, &self.issue, catalog)));
        if !self.diff.is_empty() {
            blocks.push(Block::Heading(catalog.text("review-diff", &[]), Tone::Plain));
            blocks.extend(self.diff.lines().map(|line| Block::Preformatted(line.to_owned())));
        }
        blocks
    }

    fn html(&self, catalog: &Catalog) -> Option<String> {
        let title = format!("{}: {}", self.issue, self.title);
        Some(render_sheet(catalog, &title, &self.page(catalog, Detail::Full)))
    }
}

fn fields_of<const N: usize>(fields: [(&'static str, String); N]) -> impl Iterator<Item = Block> {
    let fields = fields.into_iter().filter(|(_, value)| !value.is_empty());
    fields.map(|(label, value)| Block::Field(label, value))
}

impl ReviewReport {
    /// What stands in the way, and what lint finds.
    fn standing(&self, catalog: &Catalog) -> Vec<Block> {
        let (key, tone) = if self.refused.is_empty() {
            ("review-may", Tone::Match)
        } else {
            ("review-may-not", Tone::Possible)
        };
        let mut blocks = vec![Block::Heading(catalog.text(key, &[]), tone)];
        blocks.extend(self.refused.iter().cloned().map(Block::Item));
        blocks.extend(
            self.findings.iter().map(|finding| {
                Block::Item(catalog.text("review-finding", &[("finding", finding)]))
            }),
        );
        blocks
    }

    /// What it does to crashes, and how far it is from all others.
    fn tried(&self, catalog: &Catalog) -> Vec<Block> {
        let trial = &self.trial;
        let heading = catalog.text("review-trial", &[]);
        let numbers = [
            ("crashes", trial.crashes),
            ("in", trial.newly),
            ("out", trial.out),
            ("stolen", trial.stolen),
            ("lost", trial.lost),
            ("wrong", trial.wrong),
        ];
        let numbers = numbers.map(|(name, number)| (name, number.to_string()));
        let values: Vec<(&str, &str)> =
            numbers.iter().map(|(name, number)| (*name, number.as_str())).collect();
        let mut blocks = vec![
            Block::Heading(heading, Tone::Plain),
            Block::Paragraph(catalog.text("review-counts", &values)),
        ];
        blocks.extend(trial.changes.iter().map(|change| {
            let other =
                change.other.as_deref().map_or(String::new(), |other| format!(" ({other})"));
            let [before, after] = [change.before, change.after].map(shown);
            Block::Item(format!("{} {}{other}: {before} → {after}", change.effect, change.crash))
        }));
        if trial.left_out() > 0 {
            let count = trial.left_out().to_string();
            blocks.push(Block::Paragraph(catalog.text("review-more", &[("count", &count)])));
        }
        let fields = [
            ("label-weakest-own", measured(self.weakest.as_ref())),
            ("label-strongest-other", measured(self.strongest.as_ref())),
            ("label-rival", measured(self.rival.as_ref())),
        ];
        blocks.extend(fields_of(fields));
        blocks
    }
}

fn shown(confidence: Option<f64>) -> String {
    confidence.map_or("-".to_owned(), |confidence| format!("{confidence:.2}"))
}

fn measured(one: Option<&MeasuredReport>) -> String {
    one.map_or(String::new(), |one| format!("{:.2} {}", one.confidence, one.name))
}

fn fixture_blocks(fixture: &ReviewFixture, issue: &str, catalog: &Catalog) -> Vec<Block> {
    let key = if fixture.near_miss { "review-near-miss" } else { "review-crash-text" };
    let confidence = format!("{:.2}", fixture.confidence);
    let first = fixture.first.as_deref().unwrap_or("-");
    let values = [
        ("path", fixture.path.as_str()),
        ("source", &fixture.source),
        ("verdict", fixture.verdict.as_str()),
        ("first", first),
        ("confidence", &confidence),
    ];
    let mut blocks = vec![Block::Item(catalog.text(key, &values))];
    let is_match = fixture.verdict == Verdict::Match && first == issue;
    let width = fixture.frames.iter().map(|frame| frame.wanted.len()).max().unwrap_or_default();
    blocks.extend(fixture.frames.iter().map(|frame| {
        let printed = frame.printed.as_deref().unwrap_or("-");
        Block::Preformatted(format!("  {:<width$}  {printed}", frame.wanted))
    }));
    // A near miss may well be a match of another issue.
    if fixture.near_miss == is_match {
        blocks.push(Block::Item(catalog.text("review-not-as-expected", &values)));
    }
    blocks
}
