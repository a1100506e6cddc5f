//! The page of `psod-match explain`.

use super::super::block::{Block, Tone, article};
use super::super::render::html::render_explanation;
use super::super::views::Explanation;
use super::super::{Detail, Printed};
use super::screen::{limit_blocks, title};
use crate::crash::ScreenPart;
use crate::message::Catalog;

/// The key of a part's heading.
pub(in crate::report) fn heading(part: ScreenPart) -> String {
    format!("section-{}", part.as_str())
}

impl Printed for Explanation {
    /// The explanation as blocks: each part with its lines and their meaning.
    fn page(&self, catalog: &Catalog, _: Detail) -> Vec<Block> {
        let mut blocks = vec![title(catalog, &self.source)];
        for section in &self.sections {
            blocks.push(Block::Heading(catalog.text(&heading(section.part), &[]), Tone::Plain));
            blocks.extend(section.screen.iter().cloned().map(Block::Preformatted));
            blocks.extend(section.says.iter().cloned().map(Block::Item));
            blocks.extend(section.articles.iter().map(article));
        }
        blocks.extend(limit_blocks(&self.limits));
        blocks
    }

    fn html(&self, catalog: &Catalog) -> Option<String> {
        Some(render_explanation(catalog, self))
    }
}
