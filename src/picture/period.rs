//! Periods of a row of numbers: the pitch of lines and of columns.

/// Adds the autocorrelation of `values` to `sums`, lag by lag.
pub(super) fn add_autocorrelation(values: &[f32], sums: &mut [f32]) {
    let mean = values.iter().sum::<f32>() / values.len().max(1) as f32;
    let evened: Vec<f32> = values.iter().map(|value| value - mean).collect();
    for (lag, sum) in sums.iter_mut().enumerate().take(evened.len()) {
        *sum += evened[lag..].iter().zip(&evened).map(|(a, b)| a * b).sum::<f32>();
    }
}

fn between(values: &[f32], at: f32) -> f32 {
    let index = at as usize;
    if index + 1 >= values.len() {
        return 0.0;
    }
    values[index] + (values[index + 1] - values[index]) * (at - index as f32)
}

/// How to look for a period.
pub(super) struct Comb {
    pub(super) least: f32,
    pub(super) most: f32,
    /// The length of the row that was correlated with itself.
    pub(super) length: f32,
    /// Multiples of the period that count, and how fast they lose weight.
    pub(super) multiples: usize,
    pub(super) decay: f32,
}

impl Comb {
    /// Strong at whole multiples of the period, weak half-way between.
    fn score(&self, correlation: &[f32], period: f32) -> f32 {
        let (mut score, mut weights) = (0.0, 0.05);
        for multiple in 1..=self.multiples {
            let lag = period * multiple as f32;
            if lag > 0.9 * self.length || lag + 1.0 >= correlation.len() as f32 {
                break;
            }
            let weight = (1.0 - lag / self.length) * (-(multiple as f32) / self.decay).exp();
            score +=
                weight * (between(correlation, lag) - between(correlation, lag - period / 2.0));
            weights += weight;
        }
        score / weights
    }

    /// Up to `many` periods, the most likely first.
    pub(super) fn periods(&self, correlation: &[f32], many: usize) -> Vec<f32> {
        let full = correlation.first().copied().unwrap_or(0.0).max(1e-6);
        let evened: Vec<f32> = correlation.iter().map(|value| value / full).collect();
        let mut scores = Vec::new();
        let mut period = self.least;
        while period < self.most {
            scores.push((self.score(&evened, period), period));
            period *= 1.002;
        }
        let peaks = scores
            .windows(3)
            .filter(|window| window[1].0 >= window[0].0 && window[1].0 > window[2].0);
        let mut peaks: Vec<(f32, f32)> = peaks.map(|window| window[1]).collect();
        peaks.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut periods: Vec<f32> = Vec::new();
        for (_, period) in peaks {
            if periods.iter().all(|other| (period / other - 1.0).abs() > 0.05)
                && periods.len() < many
            {
                periods.push(period);
            }
        }
        periods
    }
}

/// The strength of a period in a row of numbers, by its wave and the two next harmonics.
fn wave_strength(values: &[f32], period: f32) -> f32 {
    let mut strength = 0.0;
    for harmonic in 1..=3 {
        let step = std::f32::consts::TAU * harmonic as f32 / period;
        let (mut real, mut imaginary) = (0.0f64, 0.0f64);
        // The wave is turned on step by step; a sine for each sample would take most of the time.
        let (sine, cosine) = f64::from(step).sin_cos();
        let (mut wave_real, mut wave_imaginary) = (1.0f64, 0.0f64);
        for value in values {
            real += f64::from(*value) * wave_real;
            imaginary += f64::from(*value) * wave_imaginary;
            (wave_real, wave_imaginary) = (
                wave_real * cosine - wave_imaginary * sine,
                wave_real * sine + wave_imaginary * cosine,
            );
        }
        strength += (real * real + imaginary * imaginary) as f32;
    }
    strength
}

/// The period near `period` that fits the whole row best: over a hundred columns a thousandth of
/// a period matters, which the neighbourhood of the first few does not show.
pub(super) fn polish(values: &[f32], period: f32) -> f32 {
    let mean = values.iter().sum::<f32>() / values.len().max(1) as f32;
    let evened: Vec<f32> = values.iter().map(|value| value - mean).collect();
    let periods = evened.len() as f32 / period;
    // A drift of a quarter of a period over the row halves the wave.
    let mut step = 0.25 / periods.max(1.0);
    let mut best = period;
    let mut strength = wave_strength(&evened, best);
    let reach = 6;
    for round in 0..4 {
        let middle = best;
        for turn in (-reach..=reach).filter(|turn| *turn != 0) {
            let candidate =
                middle * (1.0 + step * turn as f32 / if round == 0 { 1.0 } else { 2.0 });
            let found = wave_strength(&evened, candidate);
            if found > strength {
                (best, strength) = (candidate, found);
            }
        }
        step /= 4.0;
    }
    best
}
