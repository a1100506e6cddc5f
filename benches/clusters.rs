//! How long one crash takes to find its cluster among 100,000 distinct backtraces.
//!
//! The backtraces are made up by a seeded generator: bugs of a few own functions below shared
//! plumbing, each printed with frames missing, added and renamed. `cargo bench --bench clusters`.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use psod_match::kb::Rarity;
use psod_match::matching::Weights;
use psod_match::signature::{Background, KeyFrame};
use psod_match::triage::{CUT, Clusters, Constraints, Neighbours, Node};

/// Distinct backtraces in the index.
const NODES: usize = 100_000;
/// Function names that exist.
const FUNCTIONS: u64 = 12_000;
/// Functions of a bug's own, and frames of a backtrace at most.
const OWN: u64 = 7;

/// A generator of numbers that only needs to be the same in every run (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

/// `StorQueueWait_3f1`: names with common parts, as in a kernel.
fn name(function: u64) -> String {
    const PARTS: [&str; 16] = [
        "Stor", "Net", "Sched", "Heap", "World", "Path", "Queue", "Lock", "Timer", "Page", "Port",
        "Iocb", "Vmotion", "Device", "Adapter", "Wait",
    ];
    let mixed = function.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let part = |shift: u32| PARTS[(mixed >> shift) as usize % PARTS.len()];
    format!("{}{}{}_{function:x}", part(20), part(36), part(52))
}

/// One backtrace of one bug.
fn backtrace(bug: u64, numbers: &mut Numbers) -> Vec<KeyFrame> {
    let mut own = Numbers(bug.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut names: Vec<String> = (0..OWN).map(|_| name(own.below(FUNCTIONS))).collect();
    if numbers.below(2) == 0 {
        names.remove(numbers.below(OWN) as usize);
    }
    for _ in 0..numbers.below(3) {
        let place = numbers.below(names.len() as u64 + 1) as usize;
        names.insert(place, name(numbers.below(FUNCTIONS)));
    }
    // Every backtrace ends in plumbing that all share.
    names.extend((0..3).map(|layer| format!("PlumbingLayer{}", layer + numbers.below(3))));
    names.iter().enumerate().map(|(place, name)| KeyFrame::new(name, None, place)).collect()
}

fn weights() -> Weights {
    let counts = (0..6).map(|layer| (format!("PlumbingLayer{layer}"), 20));
    Weights::new(Rarity { counts: counts.collect(), total: 53 }, Background::default())
}

/// Bugs of very different sizes: some have thousands of backtraces, most a few.
fn bug(numbers: &mut Numbers) -> u64 {
    let size = 1 << numbers.below(15);
    size + numbers.below(size)
}

fn join(criterion: &mut Criterion) {
    let (mut numbers, weights) = (Numbers(1), weights());
    let mut index = Neighbours::new(CUT);
    let mut known = std::collections::HashSet::new();
    while index.nodes().len() < NODES {
        let bug = bug(&mut numbers);
        let node = Node::new(&backtrace(bug, &mut numbers), &weights).expect("frames");
        if known.insert(node.fingerprint().to_owned()) {
            index.insert(node);
        }
    }
    let mut next = || {
        let bug = bug(&mut numbers);
        Node::new(&backtrace(bug, &mut numbers), &weights).expect("frames")
    };
    criterion.bench_function("neighbours of one crash among 100,000", |bencher| {
        bencher.iter_batched(
            &mut next,
            |node| black_box(index.neighbours_of(&node)),
            BatchSize::SmallInput,
        );
    });
    // The edges of the nodes before are left out: they cost memory, and no time of the next one.
    let nodes = index.nodes().to_vec();
    let mut clusters = Clusters::restored(nodes, &[], CUT, Constraints::default());
    criterion.bench_function("join one crash to 100,000", |bencher| {
        bencher.iter_batched(
            &mut next,
            |node| black_box(clusters.join(node)),
            BatchSize::SmallInput,
        );
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(50);
    targets = join
}
criterion_main!(benches);
