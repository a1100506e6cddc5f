//! The page of a support request.

use super::super::block::{Block, Tone};
use super::super::views::Request;

/// The request as blocks.
pub(in crate::report) fn page(request: &Request) -> Vec<Block> {
    let mut blocks = vec![Block::Title(request.title.clone())];
    for part in &request.parts {
        blocks.push(Block::Heading(part.heading.clone(), Tone::Plain));
        let block = if part.screen { Block::Preformatted } else { Block::Item };
        blocks.extend(part.lines.iter().cloned().map(block));
    }
    blocks
}
