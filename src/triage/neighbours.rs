//! All neighbours of a backtrace, without a comparison with every other one.
//!
//! An inverted index from function names to nodes, asked by *prefix filtering* as set-similarity joins
//! do it. Let `W(a)` be the weight of a node and `M(a, b)` the weight of its frames that the alignment
//! pairs with frames of `b`. With the likeness that is used (Dice, no containment)
//!
//! ```text
//! similarity(a, b) ≤ (M(a, b) + M(b, a)) / (W(a) + W(b)) ≤ max(M(a, b) / W(a), M(b, a) / W(b))
//! ```
//!
//! since no pair counts for more than the mean of its two weights. So for a pair that reaches the cut
//! there is a side, say `a`, of which frames of weight `cut · W(a)` are paired. Take any functions of
//! `a` that weigh more than `(1 - cut) · W(a)` together: its *head*. What is left weighs less than
//! `cut · W(a)`, so at least one function of the head is paired, and `b` holds that function or one
//! whose name is alike. It is therefore enough to look up the functions of the head of `a` among all
//! functions of the others, and all functions of `a` among the heads of the others, each together with
//! the names that are alike. Which functions make the head decides how long it takes and never what is
//! found: those that few nodes hold, for their weight.
//!
//! A name is alike when the aligner may pair it: by its folded form, which it compares from
//! [`MIN_NAME_LENGTH`](crate::matching::MIN_NAME_LENGTH) letters on. The names that are alike to a
//! name are found once, when it is first seen (`names.rs`). A property test compares all of it with the comparison of each with each.

use std::collections::BTreeMap;

use super::edges::{Edge, similarity};
use super::names::Names;
use super::node::{CLUSTER_SHAPE, Node};

// With containment the bound would be another one.
const _: () = assert!(CLUSTER_SHAPE.containment == 0.0);

/// Sums in another order differ in their last digits: a pair must not be lost to that.
const ROUNDING: f64 = 1e-9;

/// The nodes that were seen, found by the functions that they hold.
#[derive(Clone, Debug)]
pub struct Neighbours {
    cut: f64,
    names: Names,
    nodes: Vec<Node>,
    /// The functions of each node, by number, with the weight of their frames.
    functions: Vec<Vec<(u32, f64)>>,
    /// The nodes that hold each function.
    holders: Vec<Vec<u32>>,
    /// The nodes that have each function in their head.
    heads: Vec<Vec<u32>>,
}

impl Neighbours {
    /// An empty index for pairs whose similarity is `cut` at least.
    pub fn new(cut: f64) -> Self {
        Self {
            cut,
            names: Names::default(),
            nodes: Vec::new(),
            functions: Vec::new(),
            holders: Vec::new(),
            heads: Vec::new(),
        }
    }

    /// The nodes, in the order in which they were added.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Adds a node, and returns its place. A node that is not comparable has no neighbours.
    pub fn insert(&mut self, node: Node) -> usize {
        let place = self.nodes.len();
        let functions = if node.is_comparable() { self.numbered(&node) } else { Vec::new() };
        self.holders.resize_with(self.names.len(), Vec::new);
        self.heads.resize_with(self.names.len(), Vec::new);
        for function in self.head(&functions, node.weight()) {
            self.heads[function as usize].push(place as u32);
        }
        for (function, _) in &functions {
            self.holders[*function as usize].push(place as u32);
        }
        self.functions.push(functions);
        self.nodes.push(node);
        place
    }

    /// The functions of a node, whose names are seen from now on.
    fn numbered(&mut self, node: &Node) -> Vec<(u32, f64)> {
        let mut functions: BTreeMap<u32, f64> = BTreeMap::new();
        for (frame, weight) in node.backtrace().frames().iter().zip(node.weights()) {
            *functions.entry(self.names.insert(&frame.name)).or_default() += weight;
        }
        functions.into_iter().collect()
    }

    /// Functions that weigh more than `(1 - cut)` of the node.
    fn head(&self, functions: &[(u32, f64)], weight: f64) -> Vec<u32> {
        let mut cheapest = functions.to_vec();
        cheapest.sort_by(|one, other| self.price(one).total_cmp(&self.price(other)));
        let mut rest = weight;
        let enough = weight * self.cut * (1.0 - ROUNDING);
        let mut head = Vec::new();
        for (function, weight) in cheapest {
            if rest < enough {
                break;
            }
            head.push(function);
            rest -= weight;
        }
        head
    }

    /// How many nodes a function brings in for what it weighs.
    fn price(&self, (function, weight): &(u32, f64)) -> f64 {
        (1.0 + self.holders[*function as usize].len() as f64) / weight.max(f64::MIN_POSITIVE)
    }

    /// Every node whose similarity with `node` reaches the cut, by place. The node itself need not be
    /// in the index; one of the same fingerprint is left out.
    pub fn neighbours_of(&self, node: &Node) -> Vec<(usize, f64)> {
        if !node.is_comparable() {
            return Vec::new();
        }
        let asked = AskedNode::new(self, node);
        let mut found = Vec::new();
        for place in asked.candidates() {
            let other = &self.nodes[place];
            if other.fingerprint() == node.fingerprint() || asked.most(place) < self.cut {
                continue;
            }
            let similarity = similarity(node, other);
            if similarity >= self.cut {
                found.push((place, similarity));
            }
        }
        found
    }

    /// Every pair of nodes in the index whose similarity reaches the cut.
    pub fn edges(&self) -> Vec<Edge> {
        let mut edges = Vec::new();
        for (place, node) in self.nodes.iter().enumerate() {
            for (other, similarity) in self.neighbours_of(node) {
                let is_first = node.fingerprint() < self.nodes[other].fingerprint();
                if is_first {
                    edges.push(Edge { a: place, b: other, similarity });
                }
            }
        }
        edges
    }
}

/// One node held against the index.
struct AskedNode<'a> {
    index: &'a Neighbours,
    weight: f64,
    /// The functions of the head, and of the whole node, each with those that are alike.
    head: Vec<u32>,
    all: Vec<u32>,
    /// What a node that holds the function may have paired of the asked one, by function.
    worth: Vec<f64>,
}

impl<'a> AskedNode<'a> {
    fn new(index: &'a Neighbours, node: &Node) -> Self {
        let mut functions: BTreeMap<&str, (usize, f64)> = BTreeMap::new();
        for (place, frame) in node.backtrace().frames().iter().enumerate() {
            let entry = functions.entry(&frame.name.plain).or_insert((place, 0.0));
            entry.1 += node.weights()[place];
        }
        // A function that nobody holds, nor one that is alike, is free to look up.
        let mut lookups: Vec<(f64, f64, Vec<u32>)> = Vec::new();
        let mut worth = vec![0.0; index.names.len()];
        for (place, weight) in functions.into_values() {
            let numbers = index.numbers_of(&node.backtrace().frames()[place].name);
            let held: usize =
                numbers.iter().map(|number| index.holders[*number as usize].len()).sum();
            for number in &numbers {
                worth[*number as usize] += weight;
            }
            lookups.push((held as f64 / weight.max(f64::MIN_POSITIVE), weight, numbers));
        }
        lookups.sort_by(|one, other| one.0.total_cmp(&other.0));
        let mut rest = node.weight();
        let enough = node.weight() * index.cut * (1.0 - ROUNDING);
        let (mut head, mut all) = (Vec::new(), Vec::new());
        for (_, weight, numbers) in lookups {
            if rest >= enough {
                head.extend(&numbers);
            }
            rest -= weight;
            all.extend(numbers);
        }
        Self { index, weight: node.weight(), head, all, worth }
    }

    /// The places of all nodes that may reach the cut, each once, in order.
    fn candidates(&self) -> Vec<usize> {
        let is_held = self.head.iter().flat_map(|name| &self.index.holders[*name as usize]);
        let is_headed = self.all.iter().flat_map(|name| &self.index.heads[*name as usize]);
        let mut places: Vec<usize> =
            is_held.chain(is_headed).map(|place| *place as usize).collect();
        places.sort_unstable();
        places.dedup();
        places
    }

    /// No less than the similarity with the node at `place`: everything that it holds of the asked one
    /// is paired, whatever the order.
    fn most(&self, place: usize) -> f64 {
        let (mut of_asked, mut of_other) = (0.0, 0.0);
        for (function, weight) in &self.index.functions[place] {
            let worth = self.worth[*function as usize];
            if worth > 0.0 {
                of_asked += worth;
                of_other += weight;
            }
        }
        let whole = self.weight + self.index.nodes[place].weight();
        (of_asked.min(self.weight) + of_other) / whole * (1.0 + ROUNDING)
    }
}

impl Neighbours {
    /// The number of a name and those of the names that are alike.
    fn numbers_of(&self, name: &crate::signature::ComparableName) -> Vec<u32> {
        match self.names.number(name) {
            Some(number) => [&[number], self.names.alike_to(number)].concat(),
            None => self.names.alike(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::edges::Edge;
    use super::super::node::tests::node;
    use super::*;

    /// Every pair that reaches the cut, by comparing each with each.
    fn all_pairs(nodes: &[Node], cut: f64) -> Vec<Edge> {
        let mut edges = Vec::new();
        for one in 0..nodes.len() {
            for other in 0..one {
                let edge = Edge::new(nodes, one, other);
                if edge.similarity >= cut && nodes[one].fingerprint() != nodes[other].fingerprint()
                {
                    edges.push(edge);
                }
            }
        }
        sorted(edges)
    }

    fn sorted(mut edges: Vec<Edge>) -> Vec<Edge> {
        edges.sort_by_key(|edge| [edge.a, edge.b]);
        edges
    }

    #[track_caller]
    fn check(backtraces: &[String], cut: f64) {
        let nodes: Vec<Node> = backtraces.iter().map(|names| node(names)).collect();
        let mut index = Neighbours::new(cut);
        let mut joined = Vec::new();
        for node in &nodes {
            let found = index.neighbours_of(node);
            let place = index.insert(node.clone());
            for (other, similarity) in found {
                let edge = Edge::new(&nodes, place, other);
                assert_eq!(edge.similarity, similarity);
                joined.push(edge);
            }
        }
        let expected = all_pairs(&nodes, cut);
        assert_eq!(sorted(index.edges()), expected, "{backtraces:?} {cut}");
        assert_eq!(sorted(joined), expected, "one after the other: {backtraces:?} {cut}");
    }

    #[test]
    fn a_damaged_name_and_another_order_are_found() {
        let backtraces = ["LongEnoughName Other", "LongEnoughNane Other", "Other LongEnoughName"];
        check(&backtraces.map(str::to_owned), 0.5);
        let short = ["Short Longer", "Shart Longer", "Often Short"];
        check(&short.map(str::to_owned), 0.5);
    }

    /// Functions of which some are common, some are plumbing, and some are others with damaged letters.
    const FUNCTIONS: &[&str] = &[
        "Often",
        "Free",
        "Ack",
        "LpfcScsiCmdIocb",
        "LpfcScsiCmdlocb",
        "LpfcScsiCmdIocbDone",
        "LpfcScsiCrndIocb",
        "Tcpip_Output",
        "Tcpip_Input",
        "Tcplp_0utput",
        "HeapFree",
        "HeapFrees",
        "Sched",
        "Schad",
        "WorldWait",
        "WorldWalt",
        "PShareAdd",
        "PShareAnd",
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(192))]
        #[test]
        fn the_index_finds_what_comparing_each_with_each_finds(
            backtraces in prop::collection::vec(
                prop::collection::vec(prop::sample::select(FUNCTIONS), 1..8), 1..14),
            cut in prop::sample::select(&[0.05, 0.3, super::super::node::CUT, 0.85, 1.0][..]),
        ) {
            let backtraces: Vec<String> =
                backtraces.into_iter().map(|functions| functions.join(" ")).collect();
            check(&backtraces, cut);
        }
    }
}
