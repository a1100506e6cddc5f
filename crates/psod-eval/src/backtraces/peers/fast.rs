//! FaST: TraceSim's weights without the alignment, in linear time.

use super::super::question::TraceQuestion;
use super::pairing::{Paired, pairs};
use super::weights::{PARAMETERS, Weighed, weighed_scores};
use super::{Method, Parameter};

/// The k-th frame of a function is paired with the k-th of the other side, at any distance.
pub(crate) struct Fast;

impl Method for Fast {
    fn name(&self) -> &'static str {
        "FaST"
    }

    fn citation(&self) -> &'static str {
        "Rodrigues, Aloise, Fernandes: FaST, MSR 2022"
    }

    fn parameters(&self) -> &'static [Parameter] {
        PARAMETERS
    }

    fn scores(&self, values: &[f64], question: &TraceQuestion<'_>) -> Vec<f64> {
        weighed_scores(values, question, similarity)
    }
}

fn similarity(query: Weighed<'_>, candidate: Weighed<'_>, shifts: &[f64]) -> f64 {
    let ((query, ours), (candidate, theirs)) = (query, candidate);
    let sum: f64 = pairs(query, candidate)
        .map(|paired| match paired {
            Paired::Both(one, other) => (ours[one] + theirs[other]) * shifts[one.abs_diff(other)],
            Paired::Query(one) => -ours[one],
            Paired::Candidate(other) => -theirs[other],
        })
        .sum();
    let whole: f64 = ours.iter().chain(theirs).sum();
    sum / whole.max(f64::MIN_POSITIVE)
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn hand_computed_scores() {
        // N = 4. A: df 2, B: df 3, X: df 1; positions weigh 1, 1/2, 1/3.
        let [a, b, x] = [2.0, 3.0, 1.0].map(|count: f64| (-0.01 * 100.0 * count / 4.0).exp());
        let shift = (-0.5_f64).exp();
        let ours = a + b / 2.0;
        let shifted =
            ((a + a / 2.0 + b / 2.0 + b / 3.0) * shift - x) / (ours + x + a / 2.0 + b / 3.0);
        let short = ((b / 2.0 + b) * shift - a) / (ours + b);
        let expected = [1.0, shifted, short, -1.0];
        check(&Fast, &[1.0, 0.01, 0.5], "A B", &["A B", "X A B", "B", "Y"], &expected);
    }
}
