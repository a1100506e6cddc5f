//! How long one crash takes to find its cluster among 100,000 distinct backtraces.
//!
//! `cargo bench --bench clusters`; a number behind `--` stands for the 100,000.

mod made_up;

use std::collections::HashSet;
use std::hint::black_box;

use made_up::{Numbers, Times, bug, functions, processor_time};
use psod_match::kb::Rarity;
use psod_match::matching::Weights;
use psod_match::signature::{Background, KeyFrame};
use psod_match::triage::{CUT, Clusters, Constraints, Neighbours, Node};

/// Distinct backtraces that have joined before.
const NODES: usize = 100_000;
/// Crashes that are timed.
const TIMED: usize = 500;
/// Neighbours of a crash that falls among many.
const DENSE: usize = 500;

fn weights() -> Weights {
    let counts = (0..6).map(|layer| (format!("PlumbingLayer{layer}"), 20));
    Weights::new(Rarity { counts: counts.collect(), total: 53 }, Background::default())
}

/// Distinct backtraces.
struct Nodes {
    numbers: Numbers,
    weights: Weights,
    known: HashSet<String>,
}

impl Iterator for Nodes {
    type Item = Node;

    fn next(&mut self) -> Option<Node> {
        loop {
            let bug = bug(&mut self.numbers);
            let names = functions(bug, &mut self.numbers);
            let frames = names.iter().enumerate();
            let frames: Vec<KeyFrame> =
                frames.map(|(place, name)| KeyFrame::new(name, None, place)).collect();
            let node = Node::new(&frames, &self.weights)?;
            if self.known.insert(node.fingerprint().to_owned()) {
                return Some(node);
            }
        }
    }
}

fn main() {
    let count = std::env::args().filter_map(|argument| argument.parse().ok()).next();
    let count = count.unwrap_or(NODES);
    let mut nodes = Nodes { numbers: Numbers(1), weights: weights(), known: HashSet::new() };
    // Every one joins, so that clusters have the edges and the history of a ledger.
    let mut clusters = Clusters::new(CUT, Constraints::default());
    let begun = processor_time();
    for node in nodes.by_ref().take(count) {
        clusters.join(node);
    }
    let edges = clusters.edges().count();
    let largest = clusters.members().values().map(Vec::len).max().unwrap_or_default();
    println!(
        "{count} backtraces joined one after the other in {:.1} s of a processor: {edges} edges, \
         {} clusters, {largest} backtraces in the largest",
        (processor_time() - begun).as_secs_f64(),
        clusters.members().len(),
    );
    let begun = processor_time();
    let mut index = Neighbours::new(CUT);
    for node in clusters.nodes() {
        index.insert(node.clone());
    }
    println!("index of all: {:.1} s of a processor", (processor_time() - begun).as_secs_f64());
    let mut found = Vec::new();
    let asked: Vec<Node> = nodes.by_ref().take(TIMED).collect();
    let times = Times::of(&asked, |node| found.push(black_box(index.neighbours_of(node)).len()));
    let mean = found.iter().sum::<usize>() as f64 / TIMED as f64;
    println!("neighbours of one ({mean:.0} in the mean): {times}");
    let dense = asked.iter().zip(&found).filter(|(_, found)| **found > DENSE).map(|(node, _)| node);
    let times = Times::of(dense, |node| drop(black_box(index.neighbours_of(node))));
    println!("neighbours of one that has more than {DENSE}: {times}");
    let joining: Vec<Node> = nodes.take(TIMED).collect();
    println!("join of one: {}", Times::of(joining, |node| drop(black_box(clusters.join(node)))));
}
