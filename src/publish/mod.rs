//! How does the knowledge base leave the house? An issue as a card, lists, answers to questions;
//! the whole as JSON, as CSV and as a site of static pages.

mod card;
mod card_page;
mod conditions;
mod csv;
mod document;
mod fixes;
mod found;
mod selection;
mod site;

pub use card::{AffectedCard, BuildRange, Card, CrashText, FixCard, RelatedIssue, SignatureCard};
pub use conditions::{CONDITIONS, Condition};
pub use csv::csv;
pub use document::{Document, GuidanceCard, ModuleCard, ReleaseCard, document};
pub use fixes::LineFix;
pub use found::{FoundReport, HitReport, found_report};
pub use selection::{Filter, Selected, is_listed, select};
pub use site::{MARKER, Site, SiteFile, site};

use std::collections::BTreeMap;

use crate::kb::{KnowledgeBase, Subjects};
use crate::matching::Strength;

/// Version of the published JSON of this room; it changes when a field changes its meaning.
pub const SCHEMA: u32 = 1;

/// A knowledge base with what has been measured and read of it.
pub struct Edition<'a> {
    /// The knowledge base.
    pub kb: &'a KnowledgeBase,
    /// Digest of its files.
    pub digest: &'a str,
    /// What could make each issue a match.
    pub strengths: BTreeMap<String, Strength>,
    /// What each issue is about.
    pub subjects: BTreeMap<String, Subjects>,
}

impl<'a> Edition<'a> {
    /// Reads what every issue of `kb` is about.
    pub fn new(
        kb: &'a KnowledgeBase,
        digest: &'a str,
        strengths: BTreeMap<String, Strength>,
    ) -> Self {
        let subjects = kb.issues.keys().map(|id| (id.clone(), kb.subjects_of(id))).collect();
        Self { kb, digest, strengths, subjects }
    }

    /// The card of every issue, in the order of the ids.
    pub fn cards(&self) -> Vec<Card> {
        self.kb.issues.values().map(|issue| Card::of(issue, self)).collect()
    }
}
