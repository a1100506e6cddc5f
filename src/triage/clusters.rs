//! Clusters that take one node after the other.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::edges::{Constraints, Edge};
use super::neighbours::Neighbours;
use super::node::Node;
use super::partition::{Partition, Parts, edge_of, partition_of_edges};

/// A node that came into a cluster. A cluster is called by its oldest node, the one with the lowest
/// place: so it keeps its name when others come, the older of two that become one gives its name to
/// both, and what leaves a cluster gets a new one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Move {
    /// The place of the node.
    pub node: usize,
    /// Its cluster before; `None` for a new node.
    pub from: Option<usize>,
    /// Its cluster now.
    pub to: usize,
    /// Why.
    pub because: Because,
}

/// Why a node is in another cluster than before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Because {
    /// It is new, and unlike all others.
    First,
    /// These two are alike.
    Alike(Edge),
    /// A stronger likeness has taken away what joined it with others that a person keeps apart.
    Split,
    /// A person has decided something, or taken it back.
    Decision,
}

/// All clusters, after every node exactly those of [`fn@super::partition`].
///
/// A new node only adds edges. Where nothing is kept apart, it can only join clusters, and the result
/// is that of a batch. Where something is, a new edge may be stronger than one that was taken before:
/// then all edges of the connected region are taken again, in order.
#[derive(Clone, Debug)]
pub struct Clusters {
    index: Neighbours,
    places: HashMap<String, usize>,
    /// The edges of each node.
    edges: Vec<Vec<Edge>>,
    constraints: Constraints,
    /// The pairs of known nodes that are the same by decision, and that are kept apart.
    same: Vec<[usize; 2]>,
    apart: Vec<[usize; 2]>,
    /// What would be one cluster if nothing were kept apart.
    regions: Parts,
    /// The name of the cluster of each node; `None` while it joins.
    cluster_of: Vec<Option<usize>>,
    members: BTreeMap<usize, Vec<usize>>,
}

impl Clusters {
    /// No node yet.
    pub fn new(cut: f64, constraints: Constraints) -> Self {
        Self {
            index: Neighbours::new(cut),
            places: HashMap::new(),
            edges: Vec::new(),
            constraints,
            same: Vec::new(),
            apart: Vec::new(),
            regions: Parts::default(),
            cluster_of: Vec::new(),
            members: BTreeMap::new(),
        }
    }

    /// Clusters of nodes whose edges are known: those that [`Clusters::edges`] gave, in the order of
    /// the nodes.
    pub fn restored(nodes: Vec<Node>, edges: &[Edge], cut: f64, constraints: Constraints) -> Self {
        let mut clusters = Self::new(cut, Constraints::default());
        for node in nodes {
            clusters.add(node);
        }
        for edge in edges {
            clusters.edges[edge.a].push(*edge);
            clusters.edges[edge.b].push(*edge);
        }
        clusters.decide(constraints);
        clusters
    }

    /// The nodes, in the order in which they joined.
    pub fn nodes(&self) -> &[Node] {
        self.index.nodes()
    }

    /// The place of the node of a fingerprint.
    pub fn place(&self, fingerprint: &str) -> Option<usize> {
        self.places.get(fingerprint).copied()
    }

    /// Every edge, once.
    pub fn edges(&self) -> impl Iterator<Item = &Edge> {
        self.edges
            .iter()
            .enumerate()
            .flat_map(|(place, edges)| edges.iter().filter(move |edge| edge.a == place))
    }

    /// The edges of one node.
    pub fn edges_of(&self, place: usize) -> &[Edge] {
        &self.edges[place]
    }

    /// The name of the cluster of a node: the place of its oldest node.
    pub fn cluster_of(&self, place: usize) -> usize {
        self.cluster_of[place].unwrap_or(place)
    }

    /// The clusters by name, each with its nodes.
    pub fn members(&self) -> &BTreeMap<usize, Vec<usize>> {
        &self.members
    }

    /// The partition as a batch would give it.
    pub fn partition(&self) -> Partition {
        let edges = self.edges().copied().collect();
        partition_of_edges(self.nodes(), edges, &self.constraints)
    }

    /// Takes a node, and says what that moved; nothing for a fingerprint that is known.
    pub fn join(&mut self, node: Node) -> Vec<Move> {
        if self.places.contains_key(node.fingerprint()) {
            return Vec::new();
        }
        let place = self.add(node);
        let found = self.index.neighbours_of(&self.nodes()[place]);
        for (other, similarity) in found {
            let edge = edge_of(self.nodes(), place, other, similarity);
            self.edges[place].push(edge);
            self.edges[other].push(edge);
            self.regions.join(place, other);
        }
        self.know_decisions();
        if self.is_torn(place) { self.divide(place) } else { self.unite(place) }
    }

    /// Takes other decisions in the place of those before, and says what that moved.
    pub fn decide(&mut self, constraints: Constraints) -> Vec<Move> {
        self.constraints = constraints;
        self.regions = Parts::new(self.nodes().len(), std::iter::empty());
        for edge in self.edges.iter().flatten() {
            self.regions.join(edge.a, edge.b);
        }
        self.know_decisions();
        let all: Vec<usize> = (0..self.nodes().len()).collect();
        let partition = self.partition();
        self.assign(&all, partition.clusters, |_, _| Because::Decision)
    }

    fn add(&mut self, node: Node) -> usize {
        let fingerprint = node.fingerprint().to_owned();
        let place = self.index.insert(node);
        self.places.insert(fingerprint, place);
        self.edges.push(Vec::new());
        self.regions.push();
        self.cluster_of.push(None);
        place
    }

    /// Finds the places of the decided pairs; those that are the same by decision are one region.
    fn know_decisions(&mut self) {
        let same: Vec<[usize; 2]> =
            self.constraints.same().filter_map(|pair| self.places_of(pair)).collect();
        self.apart = self.constraints.apart().filter_map(|pair| self.places_of(pair)).collect();
        for [one, other] in &same {
            self.regions.join(*one, *other);
        }
        self.same = same;
    }

    fn places_of(&self, pair: &[String; 2]) -> Option<[usize; 2]> {
        Some([self.place(&pair[0])?, self.place(&pair[1])?])
    }

    /// True when the region of a node holds a pair that is kept apart.
    fn is_torn(&mut self, place: usize) -> bool {
        let root = self.regions.root(place);
        let regions = &mut self.regions;
        self.apart.iter().any(|[one, other]| {
            one != other && regions.root(*one) == root && regions.root(*other) == root
        })
    }

    /// Makes one cluster of those that the new node is alike to.
    fn unite(&mut self, place: usize) -> Vec<Move> {
        let mut strongest: BTreeMap<usize, Because> = BTreeMap::new();
        for pair in self.same.iter().filter(|pair| pair.contains(&place)) {
            let other = if pair[0] == place { pair[1] } else { pair[0] };
            strongest.insert(self.cluster_of(other), Because::Decision);
        }
        let mut edges = self.edges[place].clone();
        edges.sort_by(|one, other| one.order(other, self.nodes()));
        for edge in edges {
            strongest.entry(self.cluster_of(edge.other(place))).or_insert(Because::Alike(edge));
        }
        let Some((name, because)) = strongest.pop_first() else {
            self.cluster_of[place] = Some(place);
            self.members.insert(place, vec![place]);
            return vec![Move { node: place, from: None, to: place, because: Because::First }];
        };
        let mut moves = vec![Move { node: place, from: None, to: name, because }];
        for (from, because) in strongest {
            let members = self.members.remove(&from).unwrap_or_default();
            let moved = members.into_iter();
            moves.extend(moved.map(|node| Move { node, from: Some(from), to: name, because }));
        }
        for moved in &moves {
            self.cluster_of[moved.node] = Some(name);
        }
        self.members.entry(name).or_default().extend(moves.iter().map(|moved| moved.node));
        moves
    }

    /// Takes all edges of the region of a new node again, in order.
    fn divide(&mut self, place: usize) -> Vec<Move> {
        let region = self.region(place);
        let nodes: Vec<Node> = region.iter().map(|place| self.nodes()[*place].clone()).collect();
        let local: HashMap<usize, usize> =
            region.iter().enumerate().map(|(local, place)| (*place, local)).collect();
        let edges = region
            .iter()
            .flat_map(|place| self.edges[*place].iter().filter(move |edge| edge.a == *place));
        let edges = edges.map(|edge| Edge { a: local[&edge.a], b: local[&edge.b], ..*edge });
        let partition = partition_of_edges(&nodes, edges.collect(), &self.constraints);
        let groups = partition.clusters.iter();
        let groups = groups.map(|group| group.iter().map(|local| region[*local]).collect());
        let groups: Vec<Vec<usize>> = groups.collect();
        let mut own = self.edges[place].clone();
        own.sort_by(|one, other| one.order(other, self.nodes()));
        self.assign(&region, groups, |node, group| {
            let alike = own.iter().find(|edge| group.contains(&edge.other(place)));
            match alike.filter(|_| group.contains(&place)) {
                Some(edge) => Because::Alike(*edge),
                None if node == place && group.len() == 1 => Because::First,
                None if group.contains(&place) => Because::Decision,
                None => Because::Split,
            }
        })
    }

    /// The nodes that are connected with a node, over edges and decisions, in order.
    fn region(&self, place: usize) -> Vec<usize> {
        let (mut region, mut open) = (BTreeSet::from([place]), vec![place]);
        while let Some(node) = open.pop() {
            let alike = self.edges[node].iter().map(|edge| edge.other(node));
            let decided = self.same.iter().filter(|pair| pair.contains(&node)).flatten().copied();
            for other in alike.chain(decided) {
                if region.insert(other) {
                    open.push(other);
                }
            }
        }
        region.into_iter().collect()
    }

    /// Gives the nodes of a region their clusters, and says which of them that moved.
    fn assign(
        &mut self,
        region: &[usize],
        groups: Vec<Vec<usize>>,
        because: impl Fn(usize, &[usize]) -> Because,
    ) -> Vec<Move> {
        let mut moves = Vec::new();
        for node in region {
            self.members.remove(&self.cluster_of(*node));
        }
        for mut group in groups {
            group.sort_unstable();
            let to = group[0];
            for node in &group {
                let from = self.cluster_of[*node].replace(to);
                if from != Some(to) {
                    moves.push(Move { node: *node, from, to, because: because(*node, &group) });
                }
            }
            self.members.insert(to, group);
        }
        moves
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::node::CUT;
    use super::super::node::tests::{FUNCTIONS, node};
    use super::super::partition::partition;
    use super::*;

    /// Writes moves as `0: first`, `1 -> 0: 0-1`.
    fn written(moves: &[Move]) -> String {
        let words = moves.iter().map(|one| {
            let because = match one.because {
                Because::First => "first".to_owned(),
                Because::Alike(edge) => {
                    format!("{}-{}", edge.a.min(edge.b), edge.a.max(edge.b))
                }
                Because::Split => "split".to_owned(),
                Because::Decision => "decision".to_owned(),
            };
            let from = one.from.map(|from| format!(" from {from}")).unwrap_or_default();
            format!("{}{from} to {}: {because}", one.node, one.to)
        });
        words.collect::<Vec<_>>().join(", ")
    }

    #[track_caller]
    fn check(clusters: &mut Clusters, names: &str, expected: &str) {
        assert_eq!(written(&clusters.join(node(names))), expected, "{names}");
    }

    fn print(names: &str) -> String {
        node(names).fingerprint().to_owned()
    }

    #[test]
    fn the_older_cluster_gives_its_name() {
        let mut clusters = Clusters::new(CUT, Constraints::default());
        check(&mut clusters, "A B C D", "0 to 0: first");
        check(&mut clusters, "C D E F", "1 to 1: first");
        check(&mut clusters, "C D E F", "");
        check(&mut clusters, "D E F", "2 to 1: 1-2");
        check(&mut clusters, "B C D E", "3 to 0: 0-3, 1 from 1 to 0: 1-3, 2 from 1 to 0: 1-3");
    }

    #[test]
    fn a_decision_is_kept_and_can_be_taken_back() {
        let apart = Constraints::default().not_same_as(&print("A B C D"), &print("C D E F"));
        let mut clusters = Clusters::new(CUT, apart);
        check(&mut clusters, "A B C D", "0 to 0: first");
        check(&mut clusters, "C D E F", "1 to 1: first");
        check(&mut clusters, "A B C D E", "2 to 0: 0-2");
        check(&mut clusters, "B C D E F", "3 to 1: 1-3");
        let moves = clusters.decide(Constraints::default());
        assert_eq!(written(&moves), "1 from 1 to 0: decision, 3 from 1 to 0: decision");
        let same = Constraints::default().same_as(&print("X Y"), &print("A B C D"));
        clusters.decide(same);
        check(&mut clusters, "X Y", "4 to 0: decision");
        let restored = Clusters::restored(
            clusters.nodes().to_vec(),
            &clusters.edges().copied().collect::<Vec<_>>(),
            CUT,
            clusters.constraints.clone(),
        );
        assert_eq!(restored.members(), clusters.members());
    }

    #[test]
    fn a_stronger_likeness_takes_a_crash_to_the_other_side() {
        let apart = Constraints::default().not_same_as(&print("A B C D"), &print("E F G H"));
        let mut clusters = Clusters::new(0.3, apart);
        check(&mut clusters, "A B C D", "0 to 0: first");
        check(&mut clusters, "E F G H", "1 to 1: first");
        check(&mut clusters, "C D X Y", "2 to 0: 0-2");
        check(&mut clusters, "C D X Y E F G H", "2 from 0 to 1: 2-3, 3 to 1: 2-3");
    }

    /// The clusters by fingerprint, in order.
    fn fingerprints(clusters: &Clusters) -> Vec<Vec<String>> {
        let nodes = clusters.nodes();
        let groups = clusters.members().values().map(|members| {
            let names = members.iter().map(|place| nodes[*place].fingerprint().to_owned());
            let mut names: Vec<String> = names.collect();
            names.sort_unstable();
            names
        });
        let mut groups: Vec<Vec<String>> = groups.collect();
        groups.sort_unstable();
        groups
    }

    type Pairs = Vec<(usize, usize, bool)>;

    fn constraints(nodes: &[Node], pairs: &Pairs) -> Constraints {
        pairs.iter().fold(Constraints::default(), |constraints, (one, other, is_same)| {
            let [one, other] = [one, other].map(|number| nodes[number % nodes.len()].fingerprint());
            if *is_same {
                constraints.same_as(one, other)
            } else {
                constraints.not_same_as(one, other)
            }
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn twenty_orders_and_one_batch_give_the_same_partition(
            backtraces in prop::collection::hash_set(
                prop::collection::vec(prop::sample::select(FUNCTIONS), 1..7), 1..16),
            pairs in prop::collection::vec((0_usize..16, 0_usize..16, any::<bool>()), 0..5),
            seeds in prop::collection::vec(any::<u64>(), 20),
        ) {
            let mut nodes: Vec<Node> =
                backtraces.iter().map(|functions| node(&functions.join(" "))).collect();
            nodes.sort_by(|one, other| one.fingerprint().cmp(other.fingerprint()));
            nodes.dedup_by(|one, other| one.fingerprint() == other.fingerprint());
            let constraints = constraints(&nodes, &pairs);
            let batch = partition(&nodes, &constraints, 0.4);
            let expected = batch.fingerprints(&nodes);
            for seed in seeds {
                let mut order = nodes.clone();
                order.sort_by_key(|node| crc32fast::hash(format!("{seed}{}", node.fingerprint()).as_bytes()));
                let mut clusters = Clusters::new(0.4, constraints.clone());
                for node in order {
                    let moves = clusters.join(node);
                    for one in &moves {
                        prop_assert_eq!(clusters.cluster_of(one.node), one.to);
                    }
                }
                prop_assert_eq!(&fingerprints(&clusters), &expected);
            }
        }
    }
}
