//! Published methods of comparing backtraces, one file each.
//!
//! All of them see the same frames and the same counts as ours, and have their
//! parameters chosen with the same effort.

mod alignment;
mod bm25;
mod brodie;
mod damerau;
mod fast;
mod lerch;
mod pairing;
mod pdm;
mod tracesim;
mod weights;

use super::question::TraceQuestion;

pub(super) use bm25::Bm25;
pub(super) use brodie::Brodie;
pub(super) use damerau::Damerau;
pub(super) use fast::Fast;
pub(super) use lerch::Lerch;
pub(super) use pdm::Pdm;
pub(super) use tracesim::TraceSim;

/// A parameter, chosen on other labels than those that are measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Parameter {
    /// Its name in the publication.
    pub name: &'static str,
    /// The values that are tried.
    pub values: &'static [f64],
}

/// A way to compare backtraces.
pub(super) trait Method: Sync {
    /// Its short name.
    fn name(&self) -> &'static str;

    /// Where it is published.
    fn citation(&self) -> &'static str;

    /// The parameters that are chosen for it.
    fn parameters(&self) -> &'static [Parameter];

    /// The score of every candidate, greater for more alike; `values` are those of the parameters.
    fn scores(&self, values: &[f64], question: &TraceQuestion<'_>) -> Vec<f64>;

    /// Every combination of values, the last parameter fastest.
    fn configurations(&self) -> Vec<Vec<f64>> {
        let mut all = vec![Vec::new()];
        for parameter in self.parameters() {
            let mut longer = Vec::with_capacity(all.len() * parameter.values.len());
            for start in &all {
                longer
                    .extend(parameter.values.iter().map(|value| [&start[..], &[*value]].concat()));
            }
            all = longer;
        }
        all
    }
}

/// `e^(-rate * distance)` for every distance below `count`.
fn decays(rate: f64, count: usize) -> Vec<f64> {
    (0..count).map(|distance| (-rate * distance as f64).exp()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::question::tests;
    use super::*;

    /// Checks the scores that `method` gives `candidates` for `query`.
    #[track_caller]
    pub(crate) fn check(
        method: &dyn Method,
        values: &[f64],
        query: &str,
        candidates: &[&str],
        expected: &[f64],
    ) {
        tests::check(|question| method.scores(values, question), query, candidates, expected);
    }

    #[test]
    fn every_method_has_the_effort_that_the_documentation_states() {
        let methods: [(&dyn Method, usize); 7] = [
            (&Bm25, 56),
            (&Lerch, 1),
            (&Pdm, 60),
            (&TraceSim, 60),
            (&Brodie, 60),
            (&Damerau, 1),
            (&Fast, 60),
        ];
        for (method, effort) in methods {
            let configurations = method.configurations();
            assert_eq!(configurations.len(), effort, "{}", method.name());
            for values in configurations {
                assert_eq!(values.len(), method.parameters().len(), "{}", method.name());
            }
        }
        assert_eq!(Bm25.configurations()[1], [0.2, 0.1]);
    }
}
