//! The page of a support request.

use super::super::block::{Block, Tone};
use super::super::views::Request;
use super::super::{Detail, Printed};
use crate::message::Catalog;

impl Printed for Request {
    /// The request as blocks.
    fn page(&self, _: &Catalog, _: Detail) -> Vec<Block> {
        let mut blocks = vec![Block::Title(self.title.clone())];
        for part in &self.parts {
            blocks.push(Block::Heading(part.heading.clone(), Tone::Plain));
            let block = if part.screen { Block::Preformatted } else { Block::Item };
            blocks.extend(part.lines.iter().cloned().map(block));
        }
        blocks
    }
}
