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

/// The recorded backtraces that are most like these story frames, at most `most`, the most alike
/// first; nothing where the crash says too little to be compared.
///
/// # Errors
/// [`crate::error::Error::Ledger`] when the ledger cannot be read.
pub fn similar_recorded(
    frames: &[KeyFrame],
    ledger: &Ledger,
    weights: &Weights,
    most: usize,
) -> Result<Vec<SimilarCrash>> {
    let Some(own) = Node::new(frames, weights) else { return Ok(Vec::new()) };
    let mut found: Vec<(f64, Node, RecordedFingerprint)> = Vec::new();
    for recorded in ledger.fingerprints()? {
        let functions = recorded.functions.iter().enumerate();
        let frames: Vec<KeyFrame> =
            functions.map(|(index, function)| KeyFrame::new(function, None, index)).collect();
        let Some(node) = Node::new(&frames, weights) else { continue };
        let is_same = node.fingerprint() == own.fingerprint();
        let similarity = if is_same { 1.0 } else { similarity(&own, &node) };
        if similarity > 0.0 {
            found.push((similarity, node, recorded));
        }
    }
    found.sort_by(|one, other| {
        other.0.total_cmp(&one.0).then_with(|| one.2.fingerprint.cmp(&other.2.fingerprint))
    });
    found.truncate(most);
    let similar = found.into_iter().map(|(similarity, node, recorded)| SimilarCrash {
        rows: side_by_side(&own, &node),
        similarity,
        recorded,
    });
    Ok(similar.collect())
}
