//! Our own comparison of backtraces, asked like the methods of others.

use std::collections::BTreeSet;

use super::peers::{Method, Parameter};
use super::question::Question;
use super::traces::{Trace, TraceSet};
use crate::kb::{FramePattern, Rarity};
use crate::matching::{Weights, align};
use crate::signature::KeyFrame;

/// The aligner of `matching/`, with rarity counted over the candidates instead of the shipped table.
pub struct Ours {
    /// The frames of every trace as a crash has them.
    crashes: Vec<Vec<KeyFrame>>,
    /// The same frames as an exemplar has them.
    exemplars: Vec<Vec<FramePattern>>,
}

impl Ours {
    /// Prepares the frames of every trace.
    pub fn new(set: &TraceSet) -> Self {
        let crashes: Vec<Vec<KeyFrame>> =
            set.traces.iter().map(|trace| key_frames(set, trace)).collect();
        let pattern = |frame: &KeyFrame| FramePattern {
            function: frame.function.clone(),
            module: frame.module.clone(),
            ..FramePattern::default()
        };
        let exemplars = crashes.iter().map(|frames| frames.iter().map(pattern).collect()).collect();
        Self { crashes, exemplars }
    }
}

/// The frames of a trace; a function that calls itself counts once, as in a crash.
fn key_frames(set: &TraceSet, trace: &Trace) -> Vec<KeyFrame> {
    let mut frames: Vec<KeyFrame> = Vec::with_capacity(trace.len());
    for (index, (function, module)) in trace.functions.iter().zip(&trace.modules).enumerate() {
        let function = &set.functions[*function as usize];
        if frames.last().is_none_or(|last| last.function != *function) {
            let (function, module) = (function.clone(), module.clone());
            frames.push(KeyFrame { function, module, version: None, index });
        }
    }
    frames
}

/// Rarity over the candidates; functions that at least the share `generic` of them hold weigh nothing.
fn weights(question: &Question<'_>, generic: f64) -> Weights {
    let corpus = &question.corpus;
    let names = question.set.functions.iter().zip(&corpus.frequency);
    let counts = names.clone().map(|(name, count)| (name.clone(), (*count).max(1))).collect();
    let bound = generic * f64::from(corpus.traces);
    let weightless: BTreeSet<String> = names
        .filter(|(_, count)| f64::from(**count) >= bound)
        .map(|(name, _)| name.clone())
        .collect();
    Weights::new(Rarity { counts, total: corpus.traces }, weightless)
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
            Parameter { name: "generic", values: &[1.0, 0.5, 0.25, 0.15, 0.1, 0.05] },
            Parameter { name: "topmost", values: &[256.0, 16.0, 8.0] },
        ]
    }

    fn scores(&self, values: &[f64], question: &Question<'_>) -> Vec<f64> {
        let weights = weights(question, values[0]);
        let topmost = values[1] as usize;
        let crash = &self.crashes[question.query];
        let crash = &crash[..crash.len().min(topmost)];
        let likeness = |candidate: &usize| {
            let exemplar = &self.exemplars[*candidate];
            align(&exemplar[..exemplar.len().min(topmost)], crash, &weights).likeness()
        };
        question.candidates.iter().map(likeness).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::question::tests;
    use super::*;

    #[track_caller]
    fn check(values: &[f64], query: &str, candidates: &[&str], expected: &[f64]) {
        let ask = |question: &Question<'_>| Ours::new(question.set).scores(values, question);
        tests::check(ask, query, candidates, expected);
    }

    #[test]
    fn hand_computed_scores() {
        // N = 3. A: count 2, ln(4/2.5). B and X: count 1, ln(4/1.5).
        let (a, rare) = (1.6_f64.ln(), (4.0_f64 / 1.5).ln());
        let expected = [1.0, 2.0 * a / (2.0 * a + 2.0 * rare), 0.0];
        check(&[1.0, 256.0], "A A B", &["A B B", "X A", "Y"], &expected);
        // A is generic now; only the topmost frame counts.
        check(&[0.5, 256.0], "A B", &["A B", "X A", "Y"], &[1.0, 0.0, 0.0]);
        check(&[1.0, 1.0], "A B", &["A X", "B A", "Y"], &[1.0, 0.0, 0.0]);
    }

    /// What the peers with parameters may try at most.
    const MOST_CONFIGURATIONS: usize = 60;

    #[test]
    fn the_effort_is_that_of_the_peers() {
        let tried = Ours::new(&TraceSet::default()).configurations().len();
        assert!(tried <= MOST_CONFIGURATIONS, "{tried}");
    }
}
