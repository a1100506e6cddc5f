//! A distinct backtrace, in the form in which backtraces of crashes are compared with each other.

use std::sync::Arc;

use crate::crash::PanicKind;
use crate::matching::{MAX_FRAMES, Shape, Weights};
use crate::signature::{KeyFrame, PreparedBacktrace, fingerprint};

/// How alike two backtraces must be to be neighbours: chosen by `psod-eval cluster` on labelled
/// kernel crashes (`docs/clusters.md` has the numbers).
pub const CUT: f64 = 0.6;

/// How rarity and place become weight between two crashes. An exemplar is held against a crash that
/// may be cut; here neither side is asked for, so nothing is given for containment, and the top counts
/// less for more: two crashes of one bug often differ in their first frames.
pub const CLUSTER_SHAPE: Shape =
    Shape { sharpness: 2.0, decay: 0.3, containment: 0.0, family: 0.0 };

/// Fewest telling functions of a backtrace that is compared: one function alone is in crashes of
/// many causes.
pub const MIN_TELLING: usize = 2;

/// A distinct backtrace.
///
/// It is made of what the fingerprint is made of, the functions and their order, and of nothing else:
/// modules, versions and the panic kind differ between crashes of one fingerprint, and clusters must
/// not depend on which of them came first. So a function that is plumbing for any panic kind is
/// plumbing here.
///
/// A copy shares the parts: a ledger has many crashes of one backtrace.
#[derive(Clone, Debug, PartialEq)]
pub struct Node(Arc<NodeParts>);

#[derive(Debug, PartialEq)]
struct NodeParts {
    fingerprint: String,
    backtrace: PreparedBacktrace,
    weights: Vec<f64>,
    weight: f64,
    telling: usize,
}

impl Node {
    /// The node of the story frames of a crash; `None` without any. Frames beyond [`MAX_FRAMES`]
    /// belong to the fingerprint and are not compared.
    pub fn new(frames: &[KeyFrame], weights: &Weights) -> Option<Self> {
        let fingerprint = fingerprint(frames)?;
        let compared = frames.iter().take(MAX_FRAMES).enumerate();
        let compared: Vec<KeyFrame> =
            compared.map(|(index, frame)| KeyFrame::new(&frame.function, None, index)).collect();
        let backtrace = weights.prepare_crash(&compared, PanicKind::ALL);
        let placed = weights.weights_of(backtrace.frames(), CLUSTER_SHAPE, PanicKind::ALL);
        let mut telling: Vec<&str> = backtrace
            .frames()
            .iter()
            .zip(backtrace.tells())
            .filter(|(_, tells)| **tells)
            .map(|(frame, _)| frame.name.plain.as_str())
            .collect();
        telling.sort_unstable();
        telling.dedup();
        let telling = telling.len();
        let weight = placed.iter().sum();
        Some(Self(Arc::new(NodeParts { fingerprint, weight, weights: placed, backtrace, telling })))
    }

    /// The fingerprint, by which nodes are told apart.
    pub fn fingerprint(&self) -> &str {
        &self.0.fingerprint
    }

    /// The frames that are compared.
    pub fn backtrace(&self) -> &PreparedBacktrace {
        &self.0.backtrace
    }

    /// What each of these frames weighs.
    pub fn weights(&self) -> &[f64] {
        &self.0.weights
    }

    /// What all of them weigh.
    pub fn weight(&self) -> f64 {
        self.0.weight
    }

    /// True when the backtrace says enough to be compared with others.
    pub fn is_comparable(&self) -> bool {
        self.0.telling >= MIN_TELLING
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::kb::Rarity;
    use crate::signature::Background;

    /// Weights of a small knowledge base in which `Often` is in most issues and `Free` is plumbing.
    pub(in crate::triage) fn weights() -> Weights {
        let rarity = Rarity { counts: [("Often".to_owned(), 30)].into(), total: 50 };
        Weights::new(rarity, Background::new(["Free", "Ack tlb-ack"]))
    }

    /// Functions of which some are common, one is plumbing, and some are others with damaged letters.
    pub(in crate::triage) const FUNCTIONS: &[&str] = &[
        "Often",
        "Free",
        "LpfcScsiCmdIocb",
        "LpfcScsiCmdlocb",
        "Tcpip_Output",
        "HeapFree",
        "Sched",
        "WorldWait",
        "WorldWalt",
        "PShareAdd",
    ];

    /// The node of the functions in `names`.
    pub(in crate::triage) fn node(names: &str) -> Node {
        let frames = names.split_whitespace().enumerate();
        let frames: Vec<KeyFrame> =
            frames.map(|(index, name)| KeyFrame::new(name, None, index)).collect();
        Node::new(&frames, &weights()).expect("functions")
    }

    #[track_caller]
    fn check(names: &str, expected: bool) {
        assert_eq!(node(names).is_comparable(), expected, "{names}");
    }

    #[test]
    fn two_telling_functions_are_needed() {
        check("First Second", true);
        check("First Often", false);
        check("First Free", false);
        check("First Ack", false);
        check("First Other First", true);
        check("First Often First", false);
    }

    #[test]
    fn modules_and_versions_change_nothing() {
        let mut frame = KeyFrame::new("First", Some("vmkernel"), 3);
        frame.version = Some("1.2.3".to_owned());
        let frames = [frame, KeyFrame::new("Second", Some("esx"), 9)];
        assert_eq!(Node::new(&frames, &weights()), Some(node("First Second")));
        assert_eq!(Node::new(&[], &weights()), None);
    }

    #[test]
    fn frames_beyond_the_bound_are_not_compared() {
        let names: Vec<String> =
            (0..MAX_FRAMES + 9).map(|number| format!("Name{number}")).collect();
        assert_eq!(node(&names.join(" ")).weights().len(), MAX_FRAMES);
    }
}
