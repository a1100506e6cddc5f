//! Our own comparison of backtraces, asked like the methods of others.
//!
//! Similarities of names, alignment and likeness are those of `psod_match::matching`; only the
//! rarity of functions is counted over the set, as the shipped table counts it over issues.

use std::collections::{BTreeSet, HashMap};

use psod_match::kb::Rarity;
use psod_match::matching::{Shape, Weights, align_by, similarities};
use psod_match::signature::{Background, KeyFrame, PreparedBacktrace};
use rayon::prelude::*;

use super::peers::{Method, Parameter};
use super::question::TraceQuestion;
use super::traces::{Trace, TraceSet};

/// How alike the names of two different functions are.
#[derive(Clone, Copy, Debug)]
struct Alike {
    /// Without families of names.
    plain: f64,
    /// The addition of families when they are worth as much as an equal name.
    kin: f64,
}

/// The shipped aligner, with the frames of a set prepared.
pub(super) struct Ours {
    /// The frames of every trace.
    backtraces: Vec<PreparedBacktrace>,
    /// The number of the function of each of these frames.
    functions: Vec<Vec<u32>>,
    /// How alike two different functions are, where they are.
    alike: HashMap<(u32, u32), Alike>,
}

impl Ours {
    /// Prepares the frames of every trace.
    pub(super) fn new(set: &TraceSet) -> Self {
        let functions = set.traces.iter().map(without_repetitions).collect();
        Self { backtraces: prepared(set), functions, alike: alike(set) }
    }

    /// The similarities of a candidate's frames with the query's, row by row.
    fn similarities(&self, candidate: usize, query: usize, family: f64) -> Vec<f64> {
        let mut similarities = Vec::new();
        for row in &self.functions[candidate] {
            let columns = self.functions[query].iter();
            similarities.extend(columns.map(|column| self.similarity(*row, *column, family)));
        }
        similarities
    }

    fn similarity(&self, one: u32, other: u32, family: f64) -> f64 {
        match self.alike.get(&(one, other)) {
            _ if one == other => 1.0,
            Some(alike) => alike.plain + family * alike.kin,
            None => 0.0,
        }
    }
}

/// Compares every function with every other once: each configuration asks for it again.
fn alike(set: &TraceSet) -> HashMap<(u32, u32), Alike> {
    let unweighed = Weights::default();
    let functions = set.functions.iter();
    let frames: Vec<PreparedBacktrace> = functions
        .map(|name| unweighed.prepare_crash(&[KeyFrame::new(name, None, 0)], &[]))
        .collect();
    (0..frames.len()).into_par_iter().flat_map_iter(|row| alike_to(&frames, row)).collect()
}

/// The other functions that are like the one at `row`; each backtrace is of one function.
fn alike_to(functions: &[PreparedBacktrace], row: usize) -> Vec<((u32, u32), Alike)> {
    let others = functions.iter().enumerate().filter(|(column, _)| *column != row);
    others
        .map(|(column, other)| {
            let [plain, family] =
                [0.0, 1.0].map(|family| similarities(&functions[row], other, family)[0]);
            ((row as u32, column as u32), Alike { plain, kin: family - plain })
        })
        .filter(|(_, alike)| alike.plain + alike.kin > 0.0)
        .collect()
}

/// The functions of a trace; one that calls itself counts once, as in a crash.
fn without_repetitions(trace: &Trace) -> Vec<u32> {
    let mut functions = trace.functions.clone();
    functions.dedup();
    functions
}

/// The frames of every trace, without weights: these differ from question to question.
pub(super) fn prepared(set: &TraceSet) -> Vec<PreparedBacktrace> {
    let unweighed = Weights::default();
    let frames = set.traces.iter().map(|trace| key_frames(set, trace));
    frames.map(|frames| unweighed.prepare_crash(&frames, &[])).collect()
}

fn key_frames(set: &TraceSet, trace: &Trace) -> Vec<KeyFrame> {
    let mut frames: Vec<KeyFrame> = Vec::with_capacity(trace.len());
    for (index, (function, module)) in trace.functions.iter().zip(&trace.modules).enumerate() {
        let function = &set.functions[*function as usize];
        if frames.last().is_none_or(|last| last.function != *function) {
            frames.push(KeyFrame::new(function, module.as_deref(), index));
        }
    }
    frames
}

/// Counts rarity over the labels of the candidates: how often one of them crashed tells nothing.
pub(super) fn weights(question: &TraceQuestion<'_>) -> Weights {
    let mut labels: HashMap<u32, BTreeSet<usize>> = HashMap::new();
    let mut all: BTreeSet<usize> = BTreeSet::new();
    for trace in question.candidates.iter().map(|candidate| &question.set.traces[*candidate]) {
        all.extend(&trace.labels);
        for (function, _) in &trace.counts {
            labels.entry(*function).or_default().extend(&trace.labels);
        }
    }
    let counts = labels.into_iter().map(|(function, labels)| {
        (question.set.functions[function as usize].clone(), labels.len() as u32)
    });
    let rarity = Rarity { counts: counts.collect(), total: all.len() as u32 };
    Weights::new(rarity, Background::default())
}

impl Method for Ours {
    fn name(&self) -> &'static str {
        "ours"
    }

    fn citation(&self) -> &'static str {
        "src/matching/align.rs"
    }

    fn parameters(&self) -> &'static [Parameter] {
        &[
            Parameter { name: "family", values: &[0.5, 0.75, 1.0] },
            Parameter { name: "sharpness", values: &[1.0, 2.0] },
            Parameter { name: "decay", values: &[0.3, 0.6, 0.9, 1.2] },
            Parameter { name: "containment", values: &[0.0, 0.3] },
        ]
    }

    fn scores(&self, values: &[f64], question: &TraceQuestion<'_>) -> Vec<f64> {
        let [family, sharpness, decay, containment] = [values[0], values[1], values[2], values[3]];
        let shape = Shape { sharpness, decay, containment, family };
        let weights = weights(question);
        let query = question.query;
        let of_crash = weights.weights_of(self.backtraces[query].frames(), shape, &[]);
        question
            .candidates
            .iter()
            .map(|&candidate| {
                let similarities = self.similarities(candidate, query, family);
                let (exemplar, crash) = (&self.backtraces[candidate], &self.backtraces[query]);
                let of_exemplar = weights.weights_of(exemplar.frames(), shape, &[]);
                align_by(exemplar, crash, &similarities, &of_exemplar, &of_crash).likeness(shape)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::question::tests;
    use super::*;

    #[track_caller]
    fn check(values: &[f64], query: &str, candidates: &[&str], expected: &[f64]) {
        tests::check(
            |question| Ours::new(question.set).scores(values, question),
            query,
            candidates,
            expected,
        );
    }

    #[test]
    fn hand_computed_scores() {
        // Three labels. A: in two of them, ln(4/2.5). B and X: in one, ln(4/1.5).
        let (a, rare) = (1.6_f64.ln(), (4.0_f64 / 1.5).ln());
        let dice = 2.0 * a / (2.0 * a + 2.0 * rare);
        check(&[0.0, 1.0, 0.0, 0.0], "A A B", &["A B B", "X A", "Y"], &[1.0, dice, 0.0]);
        // The shorter one is contained in the longer one.
        check(
            &[0.0, 1.0, 0.0, 1.0],
            "A B",
            &["A", "B A X", "Y"],
            &[1.0, 2.0 * a.max(rare) / 2.0 / (a + rare), 0.0],
        );
        let sharp = a * a / (a * a + rare * rare);
        check(&[0.0, 2.0, 0.0, 0.0], "A A B", &["A B B", "X A", "Y"], &[1.0, sharp, 0.0]);
    }

    #[test]
    fn hand_computed_scores_of_equally_rare_frames() {
        // The second frame has one above it and weighs half.
        let expected = [2.0 / 2.5, 2.0 * 0.5 / 3.0, 0.0];
        check(&[0.0, 1.0, 1.0, 0.0], "A B", &["A", "X B", "Y"], &expected);
        // One name is of the other's family: 8 of 9 and 13 trigrams are common.
        let kin = 0.5 * 16.0 / 22.0;
        let expected = [(1.0 + kin) / 2.0, 0.0];
        check(&[0.5, 1.0, 0.0, 0.0], "ReadBlock B", &["ReadBlockWait B", "Y"], &expected);
        let expected = [0.5, 0.0];
        check(&[0.0, 1.0, 0.0, 0.0], "ReadBlock B", &["ReadBlockWait B", "Y"], &expected);
    }

    /// The most configurations of any peer.
    const MAX_CONFIGURATIONS: usize = 60;

    #[test]
    fn the_effort_is_that_of_the_peers() {
        let tried = Ours::new(&TraceSet::default()).configurations().len();
        assert!(tried <= MAX_CONFIGURATIONS, "{tried}");
    }
}
