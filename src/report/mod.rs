//! The answer, as data, and then as text, JSON and Markdown.
//!
//! This room alone defines the published JSON; its schema is in `docs/`.

mod affected;
mod build;
mod exception;
mod explanation;
mod machine_checks;
mod markdown;
mod page;
mod reading;
mod release_names;
mod request;
mod text;
mod types;
mod why;

pub use affected::{AffectedReport, affected_report};
pub use build::Source;
pub use exception::RaisedException;
pub use explanation::Explanation;
use explanation::html;
pub use request::Request;
pub use text::wrapped_list;
pub use types::{CrashReport, Reading, json_schema};
pub use why::WhyReport;

use crate::machine_check::Decoded;
use crate::message::Catalog;
pub use page::{Block, Tone, article};
use page::{Detail, page};

/// What can be shown to a person.
pub trait Printed {
    /// The page, as headings, fields and paragraphs; all there is with `why`.
    fn page(&self, catalog: &Catalog, why: bool) -> Vec<Block>;

    /// The page for a terminal, with ANSI colours.
    fn text(&self, catalog: &Catalog, why: bool) -> String {
        text::render_text(&self.page(catalog, why), catalog)
    }

    /// The page as HTML; `None` where there is none.
    fn html(&self, _: &Catalog) -> Option<String> {
        None
    }

    /// The page as Markdown.
    fn markdown(&self, catalog: &Catalog, why: bool) -> String {
        markdown::render_markdown(&self.page(catalog, why), catalog)
    }
}

impl Printed for CrashReport {
    fn page(&self, catalog: &Catalog, why: bool) -> Vec<Block> {
        page(catalog, self, Detail { why })
    }
}

impl Printed for AffectedReport {
    fn page(&self, catalog: &Catalog, _: bool) -> Vec<Block> {
        affected::page(catalog, self)
    }
}

impl Printed for Explanation {
    fn page(&self, catalog: &Catalog, _: bool) -> Vec<Block> {
        explanation::page(catalog, self)
    }

    fn html(&self, catalog: &Catalog) -> Option<String> {
        Some(html(catalog, self))
    }
}

impl Printed for Request {
    fn page(&self, _: &Catalog, _: bool) -> Vec<Block> {
        request::page(self)
    }
}

impl Printed for Reading {
    fn page(&self, catalog: &Catalog, _: bool) -> Vec<Block> {
        reading::page(catalog, self)
    }
}

impl Printed for WhyReport {
    fn page(&self, catalog: &Catalog, _: bool) -> Vec<Block> {
        why::page(catalog, self)
    }
}

impl Printed for RaisedException {
    fn page(&self, catalog: &Catalog, _: bool) -> Vec<Block> {
        exception::page(self, catalog)
    }
}

impl Printed for Decoded {
    fn page(&self, catalog: &Catalog, _: bool) -> Vec<Block> {
        machine_checks::page(self, catalog)
    }
}
