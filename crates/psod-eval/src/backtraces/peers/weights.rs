//! The weight of a frame as TraceSim and FaST have it: top frames and rare functions weigh more.

use super::super::question::TraceQuestion;
use super::super::traces::Trace;
use super::{Parameter, decays};

/// `alpha` for the position, `beta` for the rarity, `gamma` for the distance of paired frames.
pub(super) const PARAMETERS: &[Parameter] = &[
    Parameter { name: "alpha", values: &[0.0, 0.25, 0.5, 0.8, 1.2] },
    Parameter { name: "beta", values: &[0.02, 0.05, 0.1, 0.3] },
    Parameter { name: "gamma", values: &[0.02, 0.1, 0.3] },
];

/// A trace with the weights of its frames.
pub(super) type Weighed<'a> = (&'a Trace, &'a [f64]);

/// Scores every candidate by a similarity of two traces and of the factor for each distance.
pub(super) fn weighed_scores(
    values: &[f64],
    question: &TraceQuestion<'_>,
    similarity: fn(Weighed<'_>, Weighed<'_>, &[f64]) -> f64,
) -> Vec<f64> {
    let weights = FrameWeights::new(values[0], values[1], question);
    let shifts = decays(values[2], question.longest());
    let query = question.query();
    let ours = weights.weigh(query);
    question.each(|candidate| {
        similarity((query, &ours), (candidate, &weights.weigh(candidate)), &shifts)
    })
}

/// `position^-alpha * e^(-beta * 100 * df / N)`, position counted from 1.
struct FrameWeights {
    positions: Vec<f64>,
    rarity: Vec<f64>,
}

impl FrameWeights {
    /// The weights over the candidates of `question`.
    fn new(alpha: f64, beta: f64, question: &TraceQuestion<'_>) -> Self {
        let traces = f64::from(question.corpus.traces.max(1));
        let positions = (1..=question.longest()).map(|position| (position as f64).powf(-alpha));
        let counts = question.corpus.frequency.iter();
        let rarity = counts.map(|count| (-beta * 100.0 * f64::from(*count) / traces).exp());
        Self { positions: positions.collect(), rarity: rarity.collect() }
    }

    /// Weighs every frame of a trace.
    fn weigh(&self, trace: &Trace) -> Vec<f64> {
        let frames = trace.functions.iter().zip(&self.positions);
        frames.map(|(function, position)| position * self.rarity[*function as usize]).collect()
    }
}
