//! ReBucket's position dependent model.

use super::super::question::TraceQuestion;
use super::super::traces::Trace;
use super::alignment::{Gains, best};
use super::{Method, Parameter, decays};

/// Common frames in order; those near the top and at like distances from it count more.
pub(crate) struct Pdm;

impl Method for Pdm {
    fn name(&self) -> &'static str {
        "ReBucket"
    }

    fn citation(&self) -> &'static str {
        "Dang, Wu, Zhang, Zhang, Nobel: ReBucket (position dependent model), ICSE 2012"
    }

    fn parameters(&self) -> &'static [Parameter] {
        &[
            Parameter {
                name: "c",
                values: &[0.0, 0.02, 0.04, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0],
            },
            Parameter { name: "o", values: &[0.0, 0.05, 0.13, 0.25, 0.5, 1.0] },
        ]
    }

    fn scores(&self, values: &[f64], question: &TraceQuestion<'_>) -> Vec<f64> {
        let tops = decays(values[0], question.longest() + 1);
        let shifts = decays(values[1], question.longest() + 1);
        let query = question.query();
        question.each(|candidate| similarity(query, candidate, &tops, &shifts))
    }
}

fn similarity(query: &Trace, candidate: &Trace, tops: &[f64], shifts: &[f64]) -> f64 {
    let gains = Gains {
        pair: |row: usize, column: usize| {
            if query.functions[row] == candidate.functions[column] {
                // Positions are counted from 1.
                tops[row.min(column) + 1] * shifts[row.abs_diff(column)]
            } else {
                f64::NEG_INFINITY
            }
        },
        row_alone: |_| 0.0,
        column_alone: |_| 0.0,
    };
    let shorter = query.len().min(candidate.len());
    best(query.len(), candidate.len(), &gains) / tops[1..=shorter].iter().sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn hand_computed_scores() {
        let (first, second, shift) = ((-0.1_f64).exp(), (-0.2_f64).exp(), (-0.5_f64).exp());
        let norm = first + second;
        let expected = [1.0, norm * shift / norm, first * shift / norm, 0.0];
        check(&Pdm, &[0.1, 0.5], "A B", &["A B", "X A B", "B A", "X Y"], &expected);
    }
}
