//! How alike two backtraces are, and what a person has decided about pairs of them.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::node::{CLUSTER_SHAPE, Node};
use crate::matching::{Alignment, align_by, similarities};
use crate::signature::PreparedBacktrace;

/// Two nodes that are alike, as places in a list of nodes. The fingerprint of `a` is the smaller one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Edge {
    /// One of them.
    pub a: usize,
    /// The other one.
    pub b: usize,
    /// 0 to 1.
    pub similarity: f64,
}

impl Edge {
    /// The edge between the nodes at `one` and `other`, whichever comes first.
    pub fn new(nodes: &[Node], one: usize, other: usize) -> Self {
        let [a, b] = ordered([one, other], nodes);
        Self { a, b, similarity: similarity(&nodes[a], &nodes[b]) }
    }

    /// The order in which edges are taken: the most alike pair first, of equal ones that with the
    /// smaller fingerprints. When a crash arrived plays no part.
    pub(super) fn order(&self, other: &Self, nodes: &[Node]) -> Ordering {
        let order = other.similarity.total_cmp(&self.similarity);
        order.then_with(|| self.fingerprints(nodes).cmp(&other.fingerprints(nodes)))
    }

    fn fingerprints<'a>(&self, nodes: &'a [Node]) -> [&'a str; 2] {
        [nodes[self.a].fingerprint(), nodes[self.b].fingerprint()]
    }

    /// The end of the edge that is not `node`.
    pub(super) fn other(&self, node: usize) -> usize {
        if self.a == node { self.b } else { self.a }
    }
}

/// The pair with the smaller fingerprint first.
pub(super) fn ordered([one, other]: [usize; 2], nodes: &[Node]) -> [usize; 2] {
    if nodes[other].fingerprint() < nodes[one].fingerprint() { [other, one] } else { [one, other] }
}

/// What each unit of rare functions above the first one that corresponds takes from the likeness: two
/// crashes that are called through the same path and fail in different functions are mostly two bugs.
/// The likeness only falls, so that no pair is missed (`neighbours.rs`). Chosen by `psod-eval cluster`
/// (`docs/clusters.md` has the numbers).
pub(super) const TOP_PRICE: f64 = 0.04;

/// Weight from which a frame can be the first that corresponds: plumbing corresponds by chance.
const MIN_WEIGHT: f64 = 0.5;

/// How alike two backtraces are, 0 to 1, the same from both sides; 0 where one says too little to be
/// compared.
///
/// The aligner breaks ties by the side that it walks down first, and damaged names count by the length
/// of that side's name, so the backtrace with the smaller fingerprint is always that side.
pub fn similarity(one: &Node, other: &Node) -> f64 {
    if !one.is_comparable() || !other.is_comparable() {
        return 0.0;
    }
    let is_turned = other.fingerprint() < one.fingerprint();
    let (first, second) = if is_turned { (other, one) } else { (one, other) };
    let alignment = aligned(first, second);
    alignment.likeness(CLUSTER_SHAPE)
        * share_of_top(first.backtrace(), second.backtrace(), &alignment)
}

/// The share of a likeness that what is above the first frame that corresponds leaves, 0 to 1: by the
/// mean of both sides, since one may have lost its top.
pub fn share_of_top(
    rows: &PreparedBacktrace,
    columns: &PreparedBacktrace,
    alignment: &Alignment,
) -> f64 {
    let mut of_weight =
        alignment.places(rows, columns).filter(|(row, _)| rows.weights()[*row] > MIN_WEIGHT);
    let Some((row, column)) = of_weight.next() else { return 1.0 };
    let above: f64 = rows.weights()[..row].iter().chain(&columns.weights()[..column]).sum();
    (-TOP_PRICE * above / 2.0).exp()
}

fn aligned(first: &Node, second: &Node) -> Alignment {
    let (rows, columns) = (first.backtrace(), second.backtrace());
    let similarities = similarities(rows, columns, CLUSTER_SHAPE.family);
    align_by(rows, columns, &similarities, first.weights(), second.weights())
}

/// The functions of two backtraces in the order of both; those that correspond stand beside each other.
pub(super) fn side_by_side(one: &Node, other: &Node) -> Vec<[Option<String>; 2]> {
    let (own, others) = (one.backtrace().frames().len(), other.backtrace().frames().len());
    let mut rows = Vec::new();
    let (mut next_own, mut next_other) = (0, 0);
    let ends = std::iter::once((own, others));
    let steps = aligned(one, other).steps;
    let pairs = steps.iter().map(|step| (step.signature, step.crash));
    for (end_own, end_other) in pairs.chain(ends) {
        rows.extend((next_own..end_own).map(|place| [Some(function_at(one, place)), None]));
        rows.extend((next_other..end_other).map(|place| [None, Some(function_at(other, place))]));
        if end_own < own && end_other < others {
            rows.push([Some(function_at(one, end_own)), Some(function_at(other, end_other))]);
        }
        (next_own, next_other) = (end_own + 1, end_other + 1);
    }
    rows
}

fn function_at(node: &Node, place: usize) -> String {
    node.backtrace().frames()[place].name.plain.clone()
}

/// What people have decided, by fingerprint: pairs that are the same bug, and pairs that are not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Constraints {
    same: BTreeSet<[String; 2]>,
    apart: BTreeSet<[String; 2]>,
}

impl Constraints {
    /// Puts two fingerprints into one cluster, however unlike they are.
    #[must_use]
    pub fn same_as(mut self, one: &str, other: &str) -> Self {
        self.same.insert(pair(one, other));
        self
    }

    /// Keeps two fingerprints in different clusters, however alike they are.
    #[must_use]
    pub fn not_same_as(mut self, one: &str, other: &str) -> Self {
        self.apart.insert(pair(one, other));
        self
    }

    /// The pairs that are the same, in order.
    pub fn same(&self) -> impl Iterator<Item = &[String; 2]> {
        self.same.iter()
    }

    /// The pairs that are kept apart, in order.
    pub fn apart(&self) -> impl Iterator<Item = &[String; 2]> {
        self.apart.iter()
    }
}

fn pair(one: &str, other: &str) -> [String; 2] {
    let [first, second] = if other < one { [other, one] } else { [one, other] };
    [first.to_owned(), second.to_owned()]
}

#[cfg(test)]
mod tests {
    use super::super::node::tests::node;
    use super::*;

    #[track_caller]
    fn check(one: &str, other: &str, expected: f64) {
        let (one, other) = (node(one), node(other));
        let found = similarity(&one, &other);
        assert_eq!((found * 100.0).round() / 100.0, expected);
        assert_eq!(found, similarity(&other, &one));
    }

    #[test]
    fn backtraces_are_as_alike_as_what_is_rare_in_them() {
        check("First Second Third", "First Second Third", 1.0);
        check("First Second Third", "Fourth Fifth Sixth", 0.0);
        check("First Second Third", "First Second Fourth", 0.72);
        // They fail in different functions.
        check("First Second Third", "Fourth Second Third", 0.53);
        check("First Second Third", "Second Third", 0.72);
        // Nearly every issue prints it.
        check("First Second Often", "First Second", 1.0);
        // A photograph has damaged a letter.
        check("LongEnoughName Second", "LongEnoughNane Second", 0.76);
    }

    #[test]
    fn one_telling_function_is_not_enough() {
        check("First", "First", 0.0);
        check("First First Often", "First Often", 0.0);
    }
}
