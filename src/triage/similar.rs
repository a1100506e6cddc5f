//! The recorded backtraces that are most like one crash, each side by side with it.

use super::edges::{side_by_side, similarity};
use super::node::Node;
use crate::error::Result;
use crate::ledger::{Ledger, RecordedFingerprint};
use crate::matching::Weights;
use crate::signature::KeyFrame;

/// A recorded backtrace that is like a crash.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SimilarCrash {
    /// The recorded backtrace, and its crashes.
    pub recorded: RecordedFingerprint,
    /// How alike they are, 0 to 1.
    pub similarity: f64,
    /// The functions of the crash and of the recorded one, in the order of both; those that
    /// correspond stand beside each other.
    pub rows: Vec<[Option<String>; 2]>,
}

/// The recorded backtraces, read once for all crashes that are held against them.
pub struct RecordedBacktraces(Vec<(Node, RecordedFingerprint)>);

impl RecordedBacktraces {
    /// Reads those of a ledger.
    ///
    /// # Errors
    /// [`crate::error::Error::Ledger`] when the ledger cannot be read.
    pub fn of_ledger(ledger: &Ledger, weights: &Weights) -> Result<Self> {
        let nodes = ledger
            .fingerprints()?
            .into_iter()
            .filter_map(|recorded| Some((Node::new(&recorded.frames(), weights)?, recorded)));
        Ok(Self(nodes.collect()))
    }

    /// Those that are most like these story frames, at most `most`, the most alike first; nothing
    /// where the crash says too little to be compared.
    pub fn similar_to(
        &self,
        frames: &[KeyFrame],
        weights: &Weights,
        most: usize,
    ) -> Vec<SimilarCrash> {
        let Some(own) = Node::new(frames, weights) else { return Vec::new() };
        let all = self.0.iter().map(|(node, recorded)| (likeness(&own, node), node, recorded));
        let mut found: Vec<_> = all.filter(|(similarity, ..)| *similarity > 0.0).collect();
        found.sort_by(|one, other| {
            other.0.total_cmp(&one.0).then_with(|| one.2.fingerprint.cmp(&other.2.fingerprint))
        });
        found.truncate(most);
        let similar = found.into_iter().map(|(similarity, node, recorded)| SimilarCrash {
            rows: side_by_side(&own, node),
            similarity,
            recorded: recorded.clone(),
        });
        similar.collect()
    }
}

/// 1 for the same backtrace, even of frames that tell too little to be compared.
fn likeness(own: &Node, node: &Node) -> f64 {
    let is_same = node.fingerprint() == own.fingerprint();
    if is_same { 1.0 } else { similarity(own, node) }
}
