//! The answer in a language: as data, and then as text, JSON, Markdown and HTML.
//!
//! `views/` holds the published JSON, which this room alone defines; its schemas are in `docs/`. A
//! view is made of a subject and its diagnosis, `pages/` arranges it in blocks, `render/` writes
//! the blocks. Nothing here matches or judges.

mod block;
mod pages;
mod render;
mod views;
mod words;

pub use block::{Block, Tone, article};
pub use views::{
    AffectedReport, BuildReport, ConditionReport, CrashReport, CrashView, EvidenceReport,
    Explanation, FixReport, GuidanceReport, IssueReport, LimitReport, MachineCheckReport,
    MatchReport, OneOfReport, PanicReport, RaisedException, Reading, ReleaseReport, Request,
    RequestPart, SectionReport, Source, SourceLine, SourceReport, TellingReport, UpdateReport,
    WhyReport, affected_report, json_schema,
};

use crate::message::Catalog;

/// A view that can be shown to a person.
pub trait Printed {
    /// The page, as headings, fields and paragraphs; all there is with `why`.
    fn page(&self, catalog: &Catalog, why: bool) -> Vec<Block>;

    /// The page for a terminal, with ANSI colours.
    fn text(&self, catalog: &Catalog, why: bool) -> String {
        render::text::render_text(&self.page(catalog, why), catalog)
    }

    /// The page as HTML; `None` for a view without one.
    fn html(&self, _: &Catalog) -> Option<String> {
        None
    }

    /// The page as Markdown.
    fn markdown(&self, catalog: &Catalog, why: bool) -> String {
        render::markdown::render_markdown(&self.page(catalog, why), catalog)
    }
}
