//! Brodie and others: an alignment in which rare functions near the top count more.

use super::super::question::TraceQuestion;
use super::super::traces::Trace;
use super::alignment::{Gains, best};
use super::{Method, Parameter, decays};

/// A match brings `idf * (1 - position / length) * e^(-coef * shift / 2)`.
///
/// The position in the query is counted from 0, so that a query of one frame has a weight.
pub(crate) struct Brodie;

impl Method for Brodie {
    fn name(&self) -> &'static str {
        "Brodie"
    }

    fn citation(&self) -> &'static str {
        "Brodie et al.: Quickly Finding Known Software Problems via Automated Symptom Matching, ICAC 2005"
    }

    fn parameters(&self) -> &'static [Parameter] {
        &[
            Parameter { name: "gap", values: &[0.0, 0.05, 0.15, 0.4, 1.0] },
            Parameter { name: "mismatch", values: &[0.0, 0.3, 1.0] },
            Parameter { name: "coef", values: &[0.0, 0.1, 0.3, 1.0] },
        ]
    }

    fn scores(&self, values: &[f64], question: &TraceQuestion<'_>) -> Vec<f64> {
        let query = question.query();
        let traces = f64::from(question.corpus.traces);
        let length = query.len() as f64;
        let weights = query.functions.iter().enumerate().map(|(place, function)| {
            let idf = (traces / question.corpus.holding(*function).max(1.0)).ln();
            idf * (1.0 - place as f64 / length)
        });
        let weights: Vec<f64> = weights.collect();
        let shifts = decays(values[2] / 2.0, question.longest());
        question.each(|candidate| {
            similarity((query, &weights), candidate, (values[0], values[1]), &shifts)
        })
    }
}

fn similarity(
    query: (&Trace, &[f64]),
    candidate: &Trace,
    (gap, mismatch): (f64, f64),
    shifts: &[f64],
) -> f64 {
    let (query, weights) = query;
    let gains = Gains {
        pair: |row: usize, column: usize| {
            if query.functions[row] == candidate.functions[column] {
                weights[row] * shifts[row.abs_diff(column)]
            } else {
                -mismatch
            }
        },
        row_alone: |_| -gap,
        column_alone: |_| -gap,
    };
    best(query.len(), candidate.len(), &gains)
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn hand_computed_scores() {
        // N = 4. A: df 2, B: df 3; positions weigh 1 and 1/2.
        let (a, b) = (2.0_f64.ln(), (4.0_f64 / 3.0).ln() / 2.0);
        let shift = (-0.25_f64).exp();
        let expected = [a + b, (a + b) * shift - 0.1, b * shift - 0.1, -0.3];
        check(&Brodie, &[0.1, 1.0, 0.5], "A B", &["A B", "X A B", "B", "Y"], &expected);
        check(&Brodie, &[0.1, 0.05, 0.5], "A B", &["Y"], &[-0.15]);
    }
}
