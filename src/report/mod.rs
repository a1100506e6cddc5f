//! The answer, as data, and then as text, JSON and Markdown.
//!
//! This room alone defines the published JSON; its schema is in `docs/`.

mod build;
mod machine_checks;
mod markdown;
mod page;
mod reading;
mod text;
mod types;

pub use build::{Context, Source, reading, report};
pub use text::wrapped_list;
pub use types::{CrashReport, Reading, json_schema};

use crate::machine_check::Decoded;
use crate::message::Catalog;
use page::{Block, Detail, page};

/// What can be shown to a person.
pub trait Printed {
    /// The page, as headings, fields and paragraphs; all there is with `why`.
    fn page(&self, why: bool) -> Vec<Block>;

    /// The page for a terminal, with ANSI colours.
    fn text(&self, why: bool) -> String {
        text::render_text(&self.page(why))
    }

    /// The page as Markdown.
    fn markdown(&self, why: bool) -> String {
        markdown::render_markdown(&self.page(why))
    }
}

impl Printed for CrashReport {
    fn page(&self, why: bool) -> Vec<Block> {
        page(self, Detail { why })
    }
}

impl Printed for Reading {
    fn page(&self, _: bool) -> Vec<Block> {
        reading::page(self)
    }
}

impl Printed for Decoded {
    fn page(&self, _: bool) -> Vec<Block> {
        machine_checks::page(self, Catalog::english())
    }
}
