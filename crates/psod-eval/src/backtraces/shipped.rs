//! The frame points of the shipped score, asked like the methods of others.
//!
//! The likeness of `ours.rs` is one part of them: they saturate, and what contradicts takes from
//! them. So this row says what the matcher's frames do to a set, and the other what its comparison
//! could do. There is nothing to choose.

use psod_match::matching::{Calibration, Shape, Weights, exemplar_points};
use psod_match::signature::{FrameWeights, PreparedBacktrace, PreparedFrame};

use super::ours::{prepared, weights};
use super::peers::{Method, Parameter};
use super::question::TraceQuestion;
use super::traces::TraceSet;

/// The shipped points, with the frames of a set prepared.
pub(super) struct Shipped {
    backtraces: Vec<PreparedBacktrace>,
}

impl Shipped {
    /// Prepares the frames of every trace.
    pub(super) fn new(set: &TraceSet) -> Self {
        Self { backtraces: prepared(set) }
    }
}

/// The frames with the weights that the matcher gives them.
fn weighed(frames: &[PreparedFrame], weights: &Weights) -> PreparedBacktrace {
    let names = frames.iter().map(|frame| frame.name.plain.as_str());
    let worth = FrameWeights {
        plain: weights.weights_of(frames, Shape::PLAIN, &[]),
        placed: weights.weights_of(frames, Shape::EXEMPLAR, &[]),
        tells: names.clone().map(|name| weights.is_telling(name, &[])).collect(),
        rarities: names.map(|name| weights.weight(name, &[])).collect(),
    };
    PreparedBacktrace::new(frames.to_vec(), worth)
}

impl Method for Shipped {
    fn name(&self) -> &'static str {
        "shipped"
    }

    fn citation(&self) -> &'static str {
        "src/matching/score.rs"
    }

    fn parameters(&self) -> &'static [Parameter] {
        &[]
    }

    fn scores(&self, _: &[f64], question: &TraceQuestion<'_>) -> Vec<f64> {
        let weights = weights(question);
        let crash = weighed(self.backtraces[question.query].frames(), &weights);
        let points = question.candidates.iter().map(|candidate| {
            let candidate = weighed(self.backtraces[*candidate].frames(), &weights);
            exemplar_points(&candidate, &crash, &Calibration::SHIPPED)
        });
        points.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::question::tests;
    use super::*;

    #[test]
    fn hand_computed_scores() {
        let calibration = Calibration::SHIPPED;
        // Three labels; A and B in two of them.
        let weight = 2.0 * (4.0_f64 / 2.5).ln();
        let most = calibration.most_frame_points;
        let whole = most * (1.0 - (-calibration.frame_weight * weight / most).exp());
        // Nothing of `Y` corresponds, and it is rarer: all of the query contradicts it.
        let other = -calibration.above_both * weight;
        tests::check(
            |question| Shipped::new(question.set).scores(&[], question),
            "A B",
            &["A B", "Y"],
            &[whole, other],
        );
    }
}
