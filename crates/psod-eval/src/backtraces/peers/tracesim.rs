//! TraceSim: a global alignment of weighted frames.

use super::super::question::TraceQuestion;
use super::alignment::{Gains, best};
use super::pairing::{Paired, pairs};
use super::weights::{PARAMETERS, Weighed, weighed_scores};
use super::{Method, Parameter};

/// The alignment's value over the greatest weight that either side could bring.
pub(crate) struct TraceSim;

impl Method for TraceSim {
    fn name(&self) -> &'static str {
        "TraceSim"
    }

    fn citation(&self) -> &'static str {
        "Vasiliev et al.: TraceSim, MaLTeSQuE 2020; Rodrigues, Aloise, Fernandes, Dagenais, EMSE 2022"
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
    let gains = Gains {
        pair: |row: usize, column: usize| {
            if query.functions[row] == candidate.functions[column] {
                ours[row].max(theirs[column]) * shifts[row.abs_diff(column)]
            } else {
                -(ours[row] + theirs[column])
            }
        },
        row_alone: |row: usize| -ours[row],
        column_alone: |column: usize| -theirs[column],
    };
    let whole: f64 = pairs(query, candidate)
        .map(|paired| match paired {
            Paired::Both(one, other) => ours[one].max(theirs[other]),
            Paired::Query(one) => ours[one],
            Paired::Candidate(other) => theirs[other],
        })
        .sum();
    best(query.len(), candidate.len(), &gains) / whole.max(f64::MIN_POSITIVE)
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
        let same = 1.0;
        let shifted = ((a + b / 2.0) * shift - x) / (x + a + b / 2.0);
        // B is paired with B; A and X have no partner.
        let short = (b * shift - a) / (a + b);
        let other = -(a + b / 2.0 + x) / (a + b / 2.0 + x);
        let expected = [same, shifted, short, other];
        check(&TraceSim, &[1.0, 0.01, 0.5], "A B", &["A B", "X A B", "B", "Y"], &expected);
    }
}
