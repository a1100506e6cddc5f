//! The weight of a frame as TraceSim and FaST have it: top frames and rare functions weigh more.

use super::super::question::Question;
use super::super::traces::Trace;
use super::Parameter;

/// `alpha` for the position, `beta` for the rarity, `gamma` for the distance of paired frames.
pub(super) const PARAMETERS: &[Parameter] = &[
    Parameter { name: "alpha", values: &[0.0, 0.25, 0.5, 0.8, 1.2] },
    Parameter { name: "beta", values: &[0.02, 0.05, 0.1, 0.3] },
    Parameter { name: "gamma", values: &[0.02, 0.1, 0.3] },
];

/// `position^-alpha * e^(-beta * 100 * df / N)`, position counted from 1.
pub(super) struct FrameWeights {
    positions: Vec<f64>,
    rarity: Vec<f64>,
}

impl FrameWeights {
    /// The weights over the candidates of `question`.
    pub(super) fn new(alpha: f64, beta: f64, question: &Question<'_>) -> Self {
        let traces = f64::from(question.corpus.traces.max(1));
        let positions = (1..=question.longest()).map(|position| (position as f64).powf(-alpha));
        let counts = question.corpus.frequency.iter();
        let rarity = counts.map(|count| (-beta * 100.0 * f64::from(*count) / traces).exp());
        Self { positions: positions.collect(), rarity: rarity.collect() }
    }

    /// Weighs every frame of a trace.
    pub(super) fn weigh(&self, trace: &Trace) -> Vec<f64> {
        let frames = trace.functions.iter().zip(&self.positions);
        frames.map(|(function, position)| position * self.rarity[*function as usize]).collect()
    }
}
