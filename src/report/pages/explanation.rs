//! The page of `psod-match explain`.

use super::super::block::{Block, Tone, article};
use super::super::views::Explanation;
use super::screen::{limit_blocks, title};
use crate::crash::ScreenPart;
use crate::message::Catalog;

/// The key of a part's heading.
pub(in crate::report) fn heading(part: ScreenPart) -> &'static str {
    match part {
        ScreenPart::Release => "section-release",
        ScreenPart::Message => "section-message",
        ScreenPart::Registers => "section-registers",
        ScreenPart::Worlds => "section-worlds",
        ScreenPart::Stack => "section-stack",
        ScreenPart::Uptime => "section-uptime",
        ScreenPart::MachineCheck => "section-machine-check",
        ScreenPart::CoreDump => "section-core-dump",
        ScreenPart::Log => "section-log",
    }
}

/// The explanation as blocks: each part with its lines and their meaning.
pub(in crate::report) fn page(catalog: &Catalog, explanation: &Explanation) -> Vec<Block> {
    let mut blocks = vec![title(catalog, &explanation.source)];
    for section in &explanation.sections {
        blocks.push(Block::Heading(catalog.text(heading(section.part), &[]), Tone::Plain));
        blocks.extend(section.screen.iter().cloned().map(Block::Preformatted));
        blocks.extend(section.says.iter().cloned().map(Block::Item));
        blocks.extend(section.articles.iter().map(article));
    }
    blocks.extend(limit_blocks(&explanation.limits));
    blocks
}
