//! The methods that are compared: each deals traces into clusters for every cut.

use kodama::{Dendrogram, Method as Linkage, linkage};
use libcasr::stacktrace::{Stacktrace, StacktraceEntry, cluster_stacktraces};
use psod_match::matching::{Shape, Weights, align_by, similarities};
use psod_match::triage::{
    CLUSTER_SHAPE, CUT, Constraints, Edge, Node, partition, partition_of_edges, share_of_top,
};
use rayon::prelude::*;

/// The cuts that are tried, from strict to lax.
pub(super) const CUTS: [f64; 37] = cuts();

const fn cuts() -> [f64; 37] {
    let mut cuts = [0.0; 37];
    let mut place = 0;
    while place < cuts.len() {
        cuts[place] = (95 - 5 * place as u32 / 2) as f64 / 100.0;
        place += 1;
    }
    cuts
}

/// The distinct backtraces of some labels, and how often each function occurs among other labels.
pub(super) struct Subject<'a> {
    /// The nodes.
    pub nodes: &'a [Node],
    /// The functions of each node, by number.
    pub functions: &'a [Vec<u32>],
    /// What a function weighs.
    pub weights: &'a Weights,
}

/// The number of the cluster of each node.
pub(super) type Clusters = Vec<usize>;

/// A way to deal nodes into clusters.
#[derive(Clone, Copy, Debug)]
pub(super) enum Method {
    /// Connected components, by the similarity of this shape, and of the top or not.
    Components(Shape, Top),
    /// The shipped partition with the shipped cut.
    Shipped,
    /// A linkage over our similarity.
    Linked(Linkage),
    /// What libcasr does with its own cut.
    Casr,
    /// The similarity of libcasr and its linkage, with a chosen cut.
    CasrCut,
}

/// Whether other functions on top count against a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Top {
    Counts,
    CountsNothing,
}

/// The methods with their names.
pub(super) const METHODS: &[(&str, Method)] = &[
    ("ours", Method::Components(CLUSTER_SHAPE, Top::Counts)),
    ("ours, shipped cut", Method::Shipped),
    ("average linkage", Method::Linked(Linkage::Average)),
    ("complete linkage", Method::Linked(Linkage::Complete)),
    ("libcasr", Method::Casr),
    ("libcasr, cut chosen", Method::CasrCut),
    ("ours, any top", Method::Components(CLUSTER_SHAPE, Top::CountsNothing)),
    ("ours as exemplars are", Method::Components(Shape::EXEMPLAR, Top::CountsNothing)),
    ("ours, every place alike", Method::Components(Shape::PLAIN, Top::CountsNothing)),
];

impl Method {
    /// The clusters for each of the cuts that are tried; a method with a cut of its own has one.
    pub(super) fn clusters(self, subject: &Subject<'_>) -> Vec<Clusters> {
        match self {
            Self::Components(shape, top) => components(subject, shape, top),
            Self::Shipped => {
                let found = partition(subject.nodes, &Constraints::default(), CUT);
                vec![numbered(&found.clusters, subject.nodes.len())]
            }
            Self::Linked(method) => {
                let distances = condensed(subject.nodes.len(), |one, other| {
                    1.0 - shaped_similarity(subject, (CLUSTER_SHAPE, Top::Counts), [one, other])
                });
                linked(distances, subject.nodes.len(), method)
            }
            Self::Casr => {
                let traces: Vec<Stacktrace> =
                    subject.functions.iter().map(|functions| casr_trace(functions)).collect();
                // It asks for two stacks at least.
                vec![cluster_stacktraces(&traces).unwrap_or_else(|_| vec![0; traces.len()])]
            }
            Self::CasrCut => {
                let traces: Vec<Stacktrace> =
                    subject.functions.iter().map(|functions| casr_trace(functions)).collect();
                let distances = condensed(traces.len(), |one, other| {
                    1.0 - libcasr::stacktrace::similarity(&traces[one], &traces[other])
                });
                linked(distances, traces.len(), Linkage::Complete)
            }
        }
    }

    /// Whether the cut is chosen on other labels.
    pub(super) fn has_cut_of_its_own(self) -> bool {
        matches!(self, Self::Shipped | Self::Casr)
    }
}

/// Functions alone decide: frames of libcasr are equal when their addresses are, so each function has
/// its number as one.
fn casr_trace(functions: &[u32]) -> Stacktrace {
    let entries = functions.iter().map(|number| StacktraceEntry {
        address: u64::from(*number) + 1,
        ..StacktraceEntry::default()
    });
    entries.collect()
}

fn components(subject: &Subject<'_>, shape: Shape, top: Top) -> Vec<Clusters> {
    let nodes = subject.nodes;
    let edges: Vec<Edge> = (0..nodes.len())
        .into_par_iter()
        .flat_map_iter(|one| {
            (0..one).filter_map(move |other| {
                let similarity = shaped_similarity(subject, (shape, top), [one, other]);
                let is_first = nodes[one].fingerprint() < nodes[other].fingerprint();
                let (a, b) = if is_first { (one, other) } else { (other, one) };
                (similarity > 0.0).then_some(Edge { a, b, similarity })
            })
        })
        .collect();
    let mut all = Vec::with_capacity(CUTS.len());
    for cut in CUTS {
        let edges = edges.iter().filter(|edge| edge.similarity >= cut).copied().collect();
        let found = partition_of_edges(nodes, edges, &Constraints::default());
        all.push(numbered(&found.clusters, nodes.len()));
    }
    all
}

/// How alike two nodes are by a shape that may be another one than the shipped.
fn shaped_similarity(subject: &Subject<'_>, (shape, top): (Shape, Top), places: [usize; 2]) -> f64 {
    let [one, other] = places.map(|place| &subject.nodes[place]);
    if !one.is_comparable() || !other.is_comparable() {
        return 0.0;
    }
    let is_turned = other.fingerprint() < one.fingerprint();
    let [first, second] = if is_turned { [other, one] } else { [one, other] };
    let [rows, columns] = [first, second].map(Node::backtrace);
    let similarities = similarities(rows, columns, shape.family);
    let [first, second] =
        [rows, columns].map(|side| subject.weights.weights_of(side.frames(), shape, &[]));
    let alignment = align_by(rows, columns, &similarities, &first, &second);
    let share = if top == Top::Counts { share_of_top(rows, columns, &alignment) } else { 1.0 };
    alignment.likeness(shape) * share
}

/// The distances of all pairs, row by row, as `kodama` wants them.
fn condensed(count: usize, distance: impl Fn(usize, usize) -> f64 + Sync) -> Vec<f64> {
    (0..count)
        .into_par_iter()
        .flat_map_iter(|one| (one + 1..count).map(move |other| [one, other]))
        .map(|[one, other]| distance(one, other))
        .collect()
}

/// The clusters of a linkage for each of the cuts that are tried.
fn linked(mut distances: Vec<f64>, count: usize, method: Linkage) -> Vec<Clusters> {
    let dendrogram = linkage(&mut distances, count, method);
    CUTS.iter().map(|cut| cut_at(&dendrogram, count, 1.0 - cut)).collect()
}

fn cut_at(dendrogram: &Dendrogram<f64>, count: usize, distance: f64) -> Clusters {
    let mut groups: Vec<Vec<usize>> = (0..count).map(|place| vec![place]).collect();
    for step in dendrogram.steps() {
        // A step without meaning keeps the numbers of the later ones.
        let mut joined = Vec::new();
        if step.dissimilarity <= distance {
            joined = std::mem::take(&mut groups[step.cluster1]);
            joined.append(&mut groups[step.cluster2]);
        }
        groups.push(joined);
    }
    numbered(&groups, count)
}

fn numbered(groups: &[Vec<usize>], count: usize) -> Clusters {
    let mut clusters = vec![0; count];
    for (number, group) in groups.iter().enumerate() {
        for place in group {
            clusters[*place] = number;
        }
    }
    clusters
}
