//! The knowledge base for readers: an issue as a card, lists, answers to searches; the whole as
//! JSON, as CSV and as a site of static pages.
//!
//! An [`Edition`] goes in, data and texts come out. Only `site/write.rs` touches the disk.

mod card;
mod card_page;
mod card_text;
mod conditions;
mod csv;
mod document;
mod edition;
mod fixes;
mod found;
mod selection;
mod site;

pub use card::{
    AffectedCard, Card, ConditionCard, CrashText, FixCard, FrameCard, RelatedIssue, SignatureCard,
};
pub use csv::csv;
pub use document::{Document, GuidanceCard, ModuleCard, ReleaseCard, document};
pub use edition::{Edition, SCHEMA};
pub use fixes::LineFix;
pub use found::{FoundReport, HitReport, found_report};
pub use selection::{Filter, Selected, select};
pub use site::{MARKER, Site, SiteFile, site};
