//! Clusters as connected components.
//!
//! Edges are taken in the order of Kruskal: the most alike pair first, of equal ones that with the
//! smaller fingerprints. A union that would bring together what a person keeps apart is left out, so
//! the stronger likeness decides on which side a crash between two such bugs goes, and never which of
//! them came first.

use std::collections::{BTreeMap, HashMap};

use super::edges::{Constraints, Edge, ordered, similarity};
use super::neighbours::Neighbours;
use super::node::Node;

/// Nodes dealt into clusters. Two partitions of the same nodes are equal whatever the order in which the
/// nodes came, when [`Partition::fingerprints`] are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Partition {
    /// The places of the nodes of each cluster, by fingerprint; the clusters by their first one.
    pub clusters: Vec<Vec<usize>>,
    /// The edges that joined two parts of a cluster, in the order in which they did.
    pub tree: Vec<Edge>,
    /// The edges that would have joined what a person keeps apart.
    pub kept_apart: Vec<Edge>,
    /// The pairs of fingerprints that a person calls the same, and that other decisions keep apart.
    pub contradictory: Vec<[String; 2]>,
}

impl Partition {
    /// The fingerprints of each cluster, in order.
    pub fn fingerprints<'a>(&self, nodes: &'a [Node]) -> Vec<Vec<&'a str>> {
        let clusters = self.clusters.iter();
        clusters
            .map(|cluster| cluster.iter().map(|place| nodes[*place].fingerprint()).collect())
            .collect()
    }
}

/// Deals nodes of different fingerprints into clusters: those that are alike by `cut` at least, directly
/// or over others, and those that `constraints` puts together.
pub fn partition(nodes: &[Node], constraints: &Constraints, cut: f64) -> Partition {
    let mut index = Neighbours::new(cut);
    for node in nodes {
        index.insert(node.clone());
    }
    partition_of_edges(nodes, index.edges(), constraints)
}

/// As [`partition`], by edges that are known.
pub fn partition_of_edges(
    nodes: &[Node],
    mut edges: Vec<Edge>,
    constraints: &Constraints,
) -> Partition {
    edges.sort_by(|one, other| one.order(other, nodes));
    let places: HashMap<&str, usize> =
        nodes.iter().enumerate().map(|(place, node)| (node.fingerprint(), place)).collect();
    let apart = constraints.apart().filter_map(|pair| known_pair(pair, &places));
    let mut parts = Parts::new(nodes.len(), apart);
    let mut partition = Partition::default();
    for pair in constraints.same() {
        if let Some([one, other]) = known_pair(pair, &places)
            && parts.join(one, other) == Joined::Forbidden
        {
            partition.contradictory.push(pair.clone());
        }
    }
    for edge in edges {
        match parts.join(edge.a, edge.b) {
            Joined::Now => partition.tree.push(edge),
            Joined::Before => {}
            Joined::Forbidden => partition.kept_apart.push(edge),
        }
    }
    partition.clusters = parts.clusters(nodes);
    partition
}

fn known_pair(pair: &[String; 2], places: &HashMap<&str, usize>) -> Option<[usize; 2]> {
    Some([*places.get(pair[0].as_str())?, *places.get(pair[1].as_str())?])
}

/// What came of joining two nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Joined {
    /// Their parts are one from now on.
    Now,
    /// They were in one part already.
    Before,
    /// A person keeps a node of one part apart from one of the other.
    Forbidden,
}

/// Disjoint sets of nodes, some pairs of which never come into one set.
#[derive(Clone, Debug, Default)]
pub(super) struct Parts {
    parents: Vec<usize>,
    sizes: Vec<usize>,
    /// The nodes from which those of a part are kept apart, by the root of the part.
    apart: HashMap<usize, Vec<usize>>,
}

impl Parts {
    /// Every one of `count` nodes for itself, and the pairs that stay apart.
    pub(super) fn new(count: usize, apart: impl Iterator<Item = [usize; 2]>) -> Self {
        let mut parts =
            Self { parents: (0..count).collect(), sizes: vec![1; count], apart: HashMap::new() };
        // A crash is always the same as itself.
        for [one, other] in apart.filter(|[one, other]| one != other) {
            parts.apart.entry(one).or_default().push(other);
            parts.apart.entry(other).or_default().push(one);
        }
        parts
    }

    /// Adds a node.
    pub(super) fn push(&mut self) {
        self.parents.push(self.parents.len());
        self.sizes.push(1);
    }

    /// The node that stands for the part of `node`.
    pub(super) fn root(&mut self, node: usize) -> usize {
        let mut root = node;
        while self.parents[root] != root {
            self.parents[root] = self.parents[self.parents[root]];
            root = self.parents[root];
        }
        root
    }

    /// Makes one part of those of two nodes.
    pub(super) fn join(&mut self, one: usize, other: usize) -> Joined {
        let (one, other) = (self.root(one), self.root(other));
        if one == other {
            return Joined::Before;
        }
        let is_larger = (self.sizes[one], other) > (self.sizes[other], one);
        let (large, small) = if is_larger { (one, other) } else { (other, one) };
        // Both sides know every such pair.
        if let Some(enemies) = self.apart.remove(&small) {
            if enemies.iter().any(|enemy| self.root(*enemy) == large) {
                self.apart.insert(small, enemies);
                return Joined::Forbidden;
            }
            self.apart.entry(large).or_default().extend(enemies);
        }
        self.parents[small] = large;
        self.sizes[large] += self.sizes[small];
        Joined::Now
    }

    /// The nodes of each part by fingerprint, the parts by their first one.
    fn clusters(&mut self, nodes: &[Node]) -> Vec<Vec<usize>> {
        let mut places: Vec<usize> = (0..nodes.len()).collect();
        places.sort_by_key(|place| nodes[*place].fingerprint());
        let (mut clusters, mut numbers) = (Vec::<Vec<usize>>::new(), HashMap::new());
        for place in places {
            let number = *numbers.entry(self.root(place)).or_insert(clusters.len());
            if number == clusters.len() {
                clusters.push(Vec::new());
            }
            clusters[number].push(place);
        }
        clusters
    }
}

/// A member that is less like the middle of its cluster than this share of the cut is there only over
/// others. Two members a little below the cut are no chain: nearly every cluster of a few has such a pair.
const CHAIN_SHARE: f64 = 0.5;

/// A cluster that holds together only over some of its members.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Chain {
    /// Pairs of members that are less alike than the cut.
    pub(super) unlike: usize,
    /// All pairs of members.
    pub(super) pairs: usize,
    /// The least alike pair of those that hold it together: without it there would be two clusters.
    pub(super) weakest: Edge,
    /// The member that is least like the middle.
    pub(super) farthest: usize,
    /// How alike these two are.
    pub(super) from_middle: f64,
}

impl Chain {
    /// The chains among the clusters of a partition with these `edges`, by the number of the cluster;
    /// `middles` has the node in the middle of each.
    pub(super) fn of_partition(
        partition: &Partition,
        edges: &[Edge],
        nodes: &[Node],
        middles: &[usize],
        cut: f64,
    ) -> BTreeMap<usize, Self> {
        let mut numbers = vec![0; nodes.len()];
        for (number, members) in partition.clusters.iter().enumerate() {
            members.iter().for_each(|member| numbers[*member] = number);
        }
        let mut alike = vec![0_usize; partition.clusters.len()];
        // Members that have an edge with the middle are like it.
        let mut is_like_middle = vec![false; nodes.len()];
        for edge in edges.iter().filter(|edge| numbers[edge.a] == numbers[edge.b]) {
            alike[numbers[edge.a]] += 1;
            is_like_middle[edge.a] |= middles[numbers[edge.a]] == edge.b;
            is_like_middle[edge.b] |= middles[numbers[edge.b]] == edge.a;
        }
        // Taken in order: the last edge of a cluster is its weakest one.
        let weakest: BTreeMap<usize, Edge> =
            partition.tree.iter().map(|edge| (numbers[edge.a], *edge)).collect();
        let chains = weakest.into_iter().filter_map(|(number, weakest)| {
            let members = &partition.clusters[number];
            let (from_middle, farthest) =
                farthest(members, middles[number], &is_like_middle, nodes)?;
            let pairs = members.len() * (members.len() - 1) / 2;
            let unlike = pairs - alike[number];
            let is_chain = from_middle < CHAIN_SHARE * cut;
            is_chain.then_some((number, Self { unlike, pairs, weakest, farthest, from_middle }))
        });
        chains.collect()
    }
}

/// How alike the one at `middle` and the member least like it are, and that member; `None` when all are.
fn farthest(
    members: &[usize],
    middle: usize,
    is_like_middle: &[bool],
    nodes: &[Node],
) -> Option<(f64, usize)> {
    let others = members.iter().filter(|place| **place != middle && !is_like_middle[**place]);
    let others = others.map(|place| (similarity(&nodes[middle], &nodes[*place]), *place));
    // Of equal ones the first, which has the smallest fingerprint.
    others.min_by(|one, other| one.0.total_cmp(&other.0))
}

/// The pair of places with the smaller fingerprint first, for those who hold no edge.
pub(super) fn edge_of(nodes: &[Node], one: usize, other: usize, similarity: f64) -> Edge {
    let [a, b] = ordered([one, other], nodes);
    Edge { a, b, similarity }
}

#[cfg(test)]
mod tests {
    use super::super::node::CUT;
    use super::super::node::tests::node;
    use super::*;

    /// Writes the clusters as `A B | C`, each node by its first function.
    #[track_caller]
    fn check(backtraces: &[&str], constraints: &Constraints, expected: &str) {
        let nodes: Vec<Node> = backtraces.iter().map(|names| node(names)).collect();
        let partition = partition(&nodes, constraints, CUT);
        let mut clusters: Vec<String> = partition
            .clusters
            .iter()
            .map(|cluster| {
                let mut names: Vec<&str> = cluster.iter().map(|place| backtraces[*place]).collect();
                names.sort_unstable();
                names.join(", ")
            })
            .collect();
        clusters.sort_unstable();
        assert_eq!(clusters.join(" | "), expected);
    }

    fn print(names: &str) -> String {
        node(names).fingerprint().to_owned()
    }

    #[test]
    fn alike_backtraces_are_one_cluster_over_others_too() {
        let none = Constraints::default();
        check(&["A B C D", "A B C E", "X Y Z"], &none, "A B C D, A B C E | X Y Z");
        // The first and the last are not alike enough.
        check(&["A B C D", "B C D E", "C D E F"], &none, "A B C D, B C D E, C D E F");
        check(&["A", "A Often", "Often"], &none, "A | A Often | Often");
        check(&[], &none, "");
    }

    #[test]
    fn a_decision_joins_and_keeps_apart() {
        let same = Constraints::default().same_as(&print("A B"), &print("X Y"));
        check(&["A B", "X Y", "U V"], &same, "A B, X Y | U V");
        let apart = Constraints::default().not_same_as(&print("A B C D"), &print("C D E F"));
        // The one between goes where it is more alike.
        check(
            &["A B C D", "A B C D E", "B C D E F", "C D E F"],
            &apart,
            "A B C D, A B C D E | B C D E F, C D E F",
        );
        // What is kept apart is stronger, and the contradiction is told.
        let both = same.not_same_as(&print("A B"), &print("X Y"));
        check(&["A B", "X Y"], &both, "A B | X Y");
        let nodes = ["A B", "X Y"].map(node);
        assert_eq!(partition(&nodes, &both, CUT).contradictory.len(), 1);
    }
}
