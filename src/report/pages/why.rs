//! The page of one issue held against a crash.

use super::super::Printed;
use super::super::block::{Block, Tone};
use super::super::views::WhyReport;
use super::comparison::comparison_blocks;
use super::screen::{limit_blocks, screen_fields, title};
use crate::matching::Verdict;
use crate::message::Catalog;

impl Printed for WhyReport {
    /// The answer as blocks.
    fn page(&self, catalog: &Catalog, _: bool) -> Vec<Block> {
        let reading = &self.reading;
        let mut blocks = vec![title(catalog, &reading.source)];
        blocks.extend(screen_fields(catalog, &reading.crash));
        let (key, tone) = match self.verdict {
            Verdict::Match => ("why-match", Tone::Match),
            Verdict::Possible => ("why-possible", Tone::Possible),
            Verdict::None => ("why-none", Tone::Plain),
        };
        let found = &self.found;
        let percent = found.percent();
        let values =
            [("percent", percent.as_str()), ("issue", &found.issue), ("title", &found.title)];
        blocks.push(Block::Heading(catalog.text(key, &values), tone));
        let place = match self.place {
            Some(place) => catalog.text("why-place", &[("place", &place.to_string())]),
            None if found.excluded.is_some() => catalog.text("why-excluded", &[]),
            None => catalog.text("why-not-found", &[]),
        };
        blocks.push(Block::Field("label-place", place));
        blocks.extend(comparison_blocks(catalog, &reading.crash, found));
        blocks.extend(limit_blocks(&reading.limits));
        blocks
    }
}
