//! The answer in a language: as data, and then as text, JSON, Markdown and HTML.
//!
//! `views/` holds the published JSON, which this room alone defines; its schemas are in `docs/`. A
//! view is made of a subject and its diagnosis, `pages/` arranges it in blocks, `render/` writes
//! the blocks. Nothing here matches or judges.

mod affected;
mod block;
mod pages;
mod release_names;
mod render;
mod views;
mod words;

pub use affected::{AffectedReport, affected_report};
pub use block::{Block, Tone, article};
pub use render::text::wrapped_list;
pub use views::{
    ConditionReport, CrashReport, CrashView, EvidenceReport, Explanation, FixReport,
    GuidanceReport, LimitReport, MachineCheckReport, MatchReport, OneOfReport, PanicReport,
    RaisedException, Reading, ReleaseReport, Request, RequestPart, SectionReport, Source,
    SourceLine, SourceReport, TellingReport, WhyReport, json_schema,
};

use crate::machine_check::Decoded;
use crate::message::Catalog;

/// A view that can be shown to a person.
pub trait Printed {
    /// The page, as headings, fields and paragraphs; all there is with `why`.
    fn page(&self, catalog: &Catalog, why: bool) -> Vec<Block>;

    /// The page for a terminal, with ANSI colours.
    fn text(&self, catalog: &Catalog, why: bool) -> String {
        render::text::render_text(&self.page(catalog, why), catalog)
    }

    /// The page as HTML; `None` where there is none.
    fn html(&self, _: &Catalog) -> Option<String> {
        None
    }

    /// The page as Markdown.
    fn markdown(&self, catalog: &Catalog, why: bool) -> String {
        render::markdown::render_markdown(&self.page(catalog, why), catalog)
    }
}

impl Printed for CrashReport {
    fn page(&self, catalog: &Catalog, why: bool) -> Vec<Block> {
        pages::answer::page(catalog, self, why)
    }
}

impl Printed for AffectedReport {
    fn page(&self, catalog: &Catalog, _: bool) -> Vec<Block> {
        affected::page(catalog, self)
    }
}

impl Printed for Explanation {
    fn page(&self, catalog: &Catalog, _: bool) -> Vec<Block> {
        pages::explanation::page(catalog, self)
    }

    fn html(&self, catalog: &Catalog) -> Option<String> {
        Some(render::html::render_explanation(catalog, self))
    }
}

impl Printed for Request {
    fn page(&self, _: &Catalog, _: bool) -> Vec<Block> {
        pages::request::page(self)
    }
}

impl Printed for Reading {
    fn page(&self, catalog: &Catalog, _: bool) -> Vec<Block> {
        pages::reading::page(catalog, self)
    }
}

impl Printed for WhyReport {
    fn page(&self, catalog: &Catalog, _: bool) -> Vec<Block> {
        pages::why::page(catalog, self)
    }
}

impl Printed for RaisedException {
    fn page(&self, catalog: &Catalog, _: bool) -> Vec<Block> {
        pages::exception::page(self, catalog)
    }
}

impl Printed for Decoded {
    fn page(&self, catalog: &Catalog, _: bool) -> Vec<Block> {
        pages::machine_check::page(self, catalog)
    }
}
