//! How well clusters of crashes are those of a labelled set, beside other ways to cluster.
//!
//! Labels are dealt into halves. The rarity of functions is counted over the labels of one half, as the
//! shipped table counts it over known issues; there the cut is chosen, and the other half is measured.
//! A crash that is measured is of no counted label; so while the cut is chosen, a function counts for
//! one label less, its own. All methods see the same similarities and halves.

mod bcubed;
mod methods;

use std::collections::{BTreeMap, HashMap};

use fastrand::Rng;
use psod_match::kb::Rarity;
use psod_match::matching::Weights;
use psod_match::signature::{Background, KeyFrame};
use psod_match::triage::Node;
use serde::Serialize;

pub use bcubed::{BCubed, Item};
use methods::{CUTS, METHODS, Method, Subject};

use crate::backtraces::TraceSet;

/// How often labels are dealt into halves.
pub const DEALS: usize = 20;

/// What one method reached.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MethodResult {
    /// The method.
    pub method: &'static str,
    /// The mean over all deals.
    pub mean: BCubed,
    /// The least and the greatest F1 of a deal.
    pub range: [f64; 2],
    /// The mean of the cuts that were chosen; `None` for a method with a cut of its own.
    pub cut: Option<f64>,
    /// In how many deals `ours` reached at least as much.
    pub not_above_ours: usize,
}

/// Measures every method on a set.
pub fn compare(set: &TraceSet, seed: u64) -> Vec<MethodResult> {
    let mut random = Rng::with_seed(seed);
    let deals: Vec<Vec<usize>> = (0..DEALS)
        .map(|_| {
            let mut labels: Vec<usize> = (0..set.labels.len()).collect();
            random.shuffle(&mut labels);
            labels
        })
        .collect();
    let mut results: Vec<MethodResult> = Vec::new();
    let mut ours: Vec<f64> = Vec::new();
    for (name, method) in METHODS {
        let found: Vec<(BCubed, f64)> =
            deals.iter().map(|labels| one_deal(set, labels, *method)).collect();
        let scores: Vec<BCubed> = found.iter().map(|(score, _)| *score).collect();
        let f1: Vec<f64> = scores.iter().map(|score| score.f1).collect();
        if ours.is_empty() {
            ours.clone_from(&f1);
        }
        let cuts: f64 = found.iter().map(|(_, cut)| cut).sum();
        results.push(MethodResult {
            method: name,
            mean: BCubed::mean(&scores),
            range: [f1.iter().copied().fold(1.0, f64::min), f1.iter().copied().fold(0.0, f64::max)],
            cut: (!method.has_cut_of_its_own()).then_some(cuts / DEALS as f64),
            not_above_ours: f1.iter().zip(&ours).filter(|(one, ours)| one <= ours).count(),
        });
    }
    results
}

/// Chooses the cut of a method on the first half of the labels, and measures it on the second one.
fn one_deal(set: &TraceSet, labels: &[usize], method: Method) -> (BCubed, f64) {
    let (known, measured) = labels.split_at(labels.len() / 2);
    let mut chosen = 0;
    if !method.has_cut_of_its_own() {
        let scores = scores(set, &without_own(rarity(set, known)), known, method);
        chosen = (0..CUTS.len())
            .fold(0, |best, place| if scores[place].f1 > scores[best].f1 { place } else { best });
    }
    (scores(set, &rarity(set, known), measured, method)[chosen], CUTS[chosen])
}

/// The counts of labels beside the one of the crash that is compared, which has all of its functions.
fn without_own(mut rarity: Rarity) -> Rarity {
    rarity.total -= 1;
    rarity.counts.values_mut().for_each(|count| *count = (*count - 1).max(1));
    rarity
}

/// How well the backtraces of `measured` are clustered, for each cut.
fn scores(set: &TraceSet, rarity: &Rarity, measured: &[usize], method: Method) -> Vec<BCubed> {
    let weights = Weights::new(rarity.clone(), Background::default());
    let mut places: HashMap<String, usize> = HashMap::new();
    let (mut nodes, mut functions, mut cases) = (Vec::new(), Vec::new(), Vec::new());
    for case in set.cases.iter().filter(|case| measured.contains(&case.label)) {
        let trace = &set.traces[case.trace].functions;
        let Some(node) = Node::new(&key_frames(set, trace), &weights) else { continue };
        let place = *places.entry(node.fingerprint().to_owned()).or_insert(nodes.len());
        if place == nodes.len() {
            nodes.push(node);
            functions.push(trace.clone());
        }
        cases.push((case.label, place));
    }
    let subject = Subject { nodes: &nodes, functions: &functions, weights: &weights };
    let cuts = method.clusters(&subject).into_iter();
    cuts.map(|clusters| score(&cases, &clusters)).collect()
}

/// Scores the cluster of each node; `cases` are the label and the node of each backtrace.
fn score(cases: &[(usize, usize)], clusters: &[usize]) -> BCubed {
    let items: Vec<Item> = cases
        .iter()
        .map(|(label, place)| Item { label: *label, cluster: clusters[*place] })
        .collect();
    BCubed::new(&items)
}

fn key_frames(set: &TraceSet, functions: &[u32]) -> Vec<KeyFrame> {
    let mut functions = functions.to_vec();
    functions.dedup();
    let names = functions.iter().map(|function| &set.functions[*function as usize]);
    names.enumerate().map(|(index, name)| KeyFrame::new(name, None, index)).collect()
}

/// How many of these labels have each function.
fn rarity(set: &TraceSet, labels: &[usize]) -> Rarity {
    let mut of_label: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for case in set.cases.iter().filter(|case| labels.contains(&case.label)) {
        let functions = set.traces[case.trace].functions.iter();
        let names = functions.map(|function| set.functions[*function as usize].as_str());
        of_label.entry(case.label).or_default().extend(names);
    }
    Rarity::count(of_label.into_values())
}
