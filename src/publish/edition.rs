//! A knowledge base with all that is read and measured of it before it is published.

use std::collections::{BTreeMap, BTreeSet};

use crate::kb::{KnowledgeBase, Subjects};
use crate::matching::{SignatureWorth, Strength};

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
    /// The worth of the frames of the signatures of each issue.
    pub worths: BTreeMap<String, Vec<SignatureWorth>>,
    /// The subjects of each issue.
    pub subjects: BTreeMap<String, Subjects>,
    /// The issues that know each function.
    pub knowing: BTreeMap<String, BTreeSet<String>>,
}

impl<'a> Edition<'a> {
    /// Reads the subjects of every issue of `kb`.
    pub fn new(
        kb: &'a KnowledgeBase,
        digest: String,
        strengths: BTreeMap<String, Strength>,
        worths: BTreeMap<String, Vec<SignatureWorth>>,
    ) -> Self {
        let subjects = kb.subjects();
        let mut knowing: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (id, subjects) in &subjects {
            for function in subjects.all_functions() {
                knowing.entry(function.to_owned()).or_default().insert(id.clone());
            }
        }
        Self { kb, digest, strengths, worths, subjects, knowing }
    }
}
