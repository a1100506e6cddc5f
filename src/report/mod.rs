//! The answer in a language: as data, and then as text, JSON, Markdown and HTML.
//!
//! `views/` holds the published JSON, which this room alone defines; its schemas are in `docs/`. A
//! view is made of a subject and its diagnosis, `pages/` arranges it in blocks, `render/` writes
//! the blocks. Nothing here matches or judges.

mod block;
mod overview;
mod pages;
mod render;
mod views;
mod words;

pub use block::{Block, Tone, article};
pub use overview::{OverviewRow, overview_header, overview_totals};
pub use render::html::html_page;
pub use render::text::DEFAULT_WIDTH;
pub use views::{
    AffectedReport, BuildCount, BuildReport, ChainReport, ClusterReport, ClustersReport,
    ConditionReport, CrashReport, CrashView, DraftReport, DraftView, EventReport, EvidenceReport,
    Explanation, FixReport, GuidanceReport, IssueReport, LeadReport, LearnedReport, LedgerChange,
    LedgerCluster, LedgerEntry, LedgerPage, LimitReport, LoggedReport, MachineCheckReport,
    MatchReport, MeasuredReport, MoveReport, NearFrame, NearReport, NearestReport, OneOfReport,
    PanicReport, PatternReport, PictureLineReport, PlacedBacktrace, PlacedFrame, RaisedException,
    Reading, RecordReport, RefusalView, ReleaseReport, ReopenedReport, Request, RequestPart,
    ReviewFixture, ReviewParts, ReviewReport, ReviewTrial, ReviewTried, SectionReport,
    SeparatorReport, SimilarEntry, SimilarReport, Source, SourceLine, SourceReport, StandingReport,
    StatsReport, SymbolReport, SymbolTableReport, SymbolsReport, TellingReport, TodoPage,
    TodoReport, TriageReport, TrialAnswerReport, TrialCounts, TrialEntry, TrialLimitReport,
    TrialReport, UpdateReport, WeekReport, WeeksReport, WhyReport, affected_report, json_schema,
};

use crate::message::Catalog;

/// How much of an answer a page shows; each shows what the one before it does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// What it is and what to do, for one screen of a terminal.
    #[default]
    Short,
    /// Every part of the answer.
    Full,
    /// Every candidate with its evidence, too.
    Why,
}

/// A view that can be shown to a person.
pub trait Printed {
    /// The page, as headings, fields and paragraphs.
    fn page(&self, catalog: &Catalog, detail: Detail) -> Vec<Block>;

    /// The page for a terminal of `width` columns, with ANSI colours.
    fn text(&self, catalog: &Catalog, detail: Detail, width: usize) -> String {
        render::text::render_text(&self.page(catalog, detail), catalog, width)
    }

    /// The page as HTML; `None` for a view without one.
    fn html(&self, _: &Catalog) -> Option<String> {
        None
    }

    /// The page as Markdown.
    fn markdown(&self, catalog: &Catalog, detail: Detail) -> String {
        render::markdown::render_markdown(&self.page(catalog, detail), catalog)
    }
}
