//! A knowledge base with all that is read and measured of it before it is published.

use std::collections::BTreeMap;

use crate::kb::{KnowledgeBase, Subjects};
use crate::matching::Strength;

/// Version of the published JSON of this room; it changes when a field changes its meaning.
pub const SCHEMA: u32 = 1;

/// A knowledge base with the facts that its files alone do not hold.
pub struct Edition<'a> {
    /// The knowledge base.
    pub kb: &'a KnowledgeBase,
    /// Digest of its files.
    pub digest: String,
    /// The strongest evidence that each issue can have.
    pub strengths: BTreeMap<String, Strength>,
    /// The subjects of each issue.
    pub subjects: BTreeMap<String, Subjects>,
}

impl<'a> Edition<'a> {
    /// Reads the subjects of every issue of `kb`.
    pub fn new(
        kb: &'a KnowledgeBase,
        digest: String,
        strengths: BTreeMap<String, Strength>,
    ) -> Self {
        let subjects = kb.issues.keys().map(|id| (id.clone(), kb.subjects_of(id))).collect();
        Self { kb, digest, strengths, subjects }
    }
}
