//! One backtrace against the others: the question to a method, and the counts that it may use.

use super::traces::{Trace, TraceSet};

/// Counts over the candidates, and over nothing else.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Corpus {
    /// Candidates that hold each function, by its number.
    pub frequency: Vec<u32>,
    /// Number of candidates.
    pub traces: u32,
    /// Mean number of their frames.
    pub mean_length: f64,
}

impl Corpus {
    fn new(set: &TraceSet, candidates: &[usize]) -> Self {
        let mut frequency = vec![0; set.functions.len()];
        let mut frames = 0;
        for trace in candidates.iter().map(|candidate| &set.traces[*candidate]) {
            frames += trace.len();
            for (function, _) in &trace.counts {
                frequency[*function as usize] += 1;
            }
        }
        let traces = candidates.len() as u32;
        Self { frequency, traces, mean_length: frames as f64 / f64::from(traces.max(1)) }
    }

    /// Candidates that hold the function.
    pub(super) fn holding(&self, function: u32) -> f64 {
        f64::from(self.frequency[function as usize])
    }
}

/// A query and its candidates.
#[derive(Clone, Debug)]
pub(super) struct TraceQuestion<'a> {
    /// The set that both come from.
    pub set: &'a TraceSet,
    /// The query.
    pub query: usize,
    /// The candidates: never the query itself.
    pub candidates: Vec<usize>,
    /// Counts over the candidates.
    pub corpus: Corpus,
}

impl<'a> TraceQuestion<'a> {
    /// Asks the query against all other traces.
    pub(super) fn known(set: &'a TraceSet, query: usize) -> Self {
        Self::new(set, query, (0..set.traces.len()).filter(|other| *other != query).collect())
    }

    /// Asks the query against the traces that share no label with it.
    pub(super) fn unknown(set: &'a TraceSet, query: usize) -> Self {
        let own = &set.traces[query];
        let all = 0..set.traces.len();
        let foreign = all.filter(|other| !set.traces[*other].shares_label(own));
        Self::new(set, query, foreign.collect())
    }

    fn new(set: &'a TraceSet, query: usize, candidates: Vec<usize>) -> Self {
        let corpus = Corpus::new(set, &candidates);
        Self { set, query, candidates, corpus }
    }

    /// The query.
    pub(super) fn query(&self) -> &'a Trace {
        &self.set.traces[self.query]
    }

    /// Asks `similarity` for every candidate.
    pub(super) fn each(&self, similarity: impl Fn(&'a Trace) -> f64) -> Vec<f64> {
        self.candidates.iter().map(|candidate| similarity(&self.set.traces[*candidate])).collect()
    }

    /// Each function of the query once, with its weight by the number of candidates that hold it.
    pub(super) fn wanted(&self, weight: impl Fn(f64) -> f64) -> Vec<(u32, f64)> {
        let functions = self.query().counts.iter().map(|(function, _)| *function);
        functions.map(|function| (function, weight(self.corpus.holding(function)))).collect()
    }

    /// Frames of the longest trace of the set.
    pub(super) fn longest(&self) -> usize {
        self.set.traces.iter().map(Trace::len).max().unwrap_or(0)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Checks the scores that `ask` gives `candidates` for `query`, computed by hand.
    #[track_caller]
    pub(crate) fn check(
        ask: impl FnOnce(&TraceQuestion<'_>) -> Vec<f64>,
        query: &str,
        candidates: &[&str],
        expected: &[f64],
    ) {
        let texts = [query].into_iter().chain(candidates.iter().copied()).enumerate();
        let lines: Vec<String> = texts.map(|(label, text)| format!("{label}: {text}")).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let set = TraceSet::from_lines(&lines);
        // A candidate may be equal to the query here; in a set it would be the same trace.
        let places = (1..=candidates.len())
            .filter_map(|label| set.traces.iter().position(|trace| trace.labels.contains(&label)));
        let found = ask(&TraceQuestion::new(&set, 0, places.collect()));
        assert_eq!(found.len(), expected.len());
        for (one, other) in found.iter().zip(expected) {
            let close = (one - other).abs() < 1e-9;
            assert!(close, "{query} / {candidates:?}: {found:?}, expected {expected:?}");
        }
    }

    #[test]
    fn only_candidates_are_counted() {
        let set = TraceSet::from_lines(&["x: A B", "x: A C", "y: A A D", "z: E"]);
        let known = TraceQuestion::known(&set, 0);
        assert_eq!(known.candidates, [1, 2, 3]);
        assert_eq!(known.corpus.frequency, [2, 0, 1, 1, 1]);
        assert_eq!((known.corpus.traces, known.corpus.mean_length), (3, 2.0));
        let unknown = TraceQuestion::unknown(&set, 0);
        assert_eq!(unknown.candidates, [2, 3]);
        assert_eq!(unknown.corpus.frequency, [1, 0, 0, 1, 1]);
    }
}
