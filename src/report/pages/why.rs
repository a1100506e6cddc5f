//! The page of one issue held against a crash.

use super::super::block::Block;
use super::super::views::WhyReport;
use super::super::{Detail, Printed};
use super::comparison::{comparison_blocks, match_heading, not_proven};
use super::screen::{limit_blocks, screen_fields, title};
use crate::message::Catalog;

impl Printed for WhyReport {
    /// The answer as blocks.
    fn page(&self, catalog: &Catalog, _: Detail) -> Vec<Block> {
        let reading = &self.reading;
        let mut blocks = vec![title(catalog, &reading.source)];
        blocks.extend(screen_fields(catalog, &reading.crash));
        let found = &self.found;
        blocks.push(match_heading(catalog, found, Detail::Why));
        let place = match self.place {
            Some(place) => catalog.text("why-place", &[("place", &place.to_string())]),
            None if found.excluded.is_some() => catalog.text("why-excluded", &[]),
            None => catalog.text("why-not-found", &[]),
        };
        blocks.push(Block::Field("label-place", place));
        blocks.extend(not_proven(catalog, found));
        blocks.extend(comparison_blocks(catalog, &reading.crash, found));
        blocks.extend(limit_blocks(&reading.limits));
        blocks
    }
}
