//! Intervals: how far would another set of labels move the number?
//!
//! Whole families of labels are drawn with replacement, because backtraces of one
//! label are not independent. All methods see the same draws, so that their
//! differences are paired.

use fastrand::Rng;
use serde::Serialize;

/// How often the families are drawn.
pub const RESAMPLES: usize = 4000;
/// The share of the draws outside the interval on each side.
const TAIL: f64 = 0.025;

/// A number with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// Measured on the set itself.
    pub value: f64,
    /// 2.5 % of the draws are below.
    pub low: f64,
    /// 2.5 % of the draws are above.
    pub high: f64,
}

/// Draws all families again and again; counts how often each is drawn, draw by draw.
pub(super) fn draws(families: usize, random: &mut Rng) -> Vec<Vec<u32>> {
    let mut draws = vec![vec![0; families]; RESAMPLES];
    for times in &mut draws {
        for _ in 0..families {
            times[random.usize(..families)] += 1;
        }
    }
    draws
}

/// One number of one method: on the set, and on every draw.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Measured {
    value: f64,
    drawn: Vec<f64>,
}

impl Measured {
    /// Calls `measure` with every family once, and with every draw.
    pub(super) fn new(
        families: usize,
        draws: &[Vec<u32>],
        measure: impl Fn(&[u32], usize) -> f64,
    ) -> Self {
        let value = measure(&vec![1; families], usize::MAX);
        let drawn = draws.iter().enumerate().map(|(index, times)| measure(times, index)).collect();
        Self { value, drawn }
    }

    /// The number with its interval.
    pub(super) fn estimate(&self) -> Estimate {
        interval(self.value, self.drawn.clone())
    }

    /// This number minus that of another method, draw by draw.
    pub(super) fn minus(&self, other: &Self) -> Estimate {
        let drawn = self.drawn.iter().zip(&other.drawn).map(|(one, other)| one - other);
        interval(self.value - other.value, drawn.collect())
    }
}

/// A mean over queries, family by family.
pub(super) fn mean_of(values: &[(usize, f64)], times: &[u32]) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0);
    for (family, value) in values {
        let times = f64::from(times[*family]);
        sum += times * value;
        count += times;
    }
    sum / count
}

fn interval(value: f64, mut drawn: Vec<f64>) -> Estimate {
    drawn.sort_by(f64::total_cmp);
    let cut = (TAIL * drawn.len() as f64) as usize;
    let low = drawn.get(cut).copied().unwrap_or(value);
    let high = drawn.len().checked_sub(cut + 1).map_or(value, |place| drawn[place]);
    Estimate { value, low, high }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_leaves_out_a_fortieth_on_each_side() {
        let drawn = (0..4000).rev().map(f64::from).collect();
        let expected = Estimate { value: 7.0, low: 100.0, high: 3899.0 };
        assert_eq!(interval(7.0, drawn), expected);
    }

    #[test]
    fn families_are_drawn_whole_and_as_many_as_there_are() {
        let draws = draws(5, &mut Rng::with_seed(1));
        assert_eq!(draws.len(), RESAMPLES);
        assert!(draws.iter().all(|times| times.iter().sum::<u32>() == 5));
        assert_eq!(draws, super::draws(5, &mut Rng::with_seed(1)));
        assert_ne!(draws, super::draws(5, &mut Rng::with_seed(2)));
    }

    #[test]
    fn a_mean_counts_each_query_as_often_as_its_family() {
        let values = [(0, 1.0), (0, 0.0), (1, 0.0)];
        assert_eq!(mean_of(&values, &[1, 1]), 1.0 / 3.0);
        assert_eq!(mean_of(&values, &[2, 0]), 0.5);
    }

    #[test]
    fn the_interval_of_a_mean_of_coins_is_as_wide_as_in_theory() {
        // 100 families of one query, half of them right: 0.5 with a standard error of 0.05.
        let values: Vec<(usize, f64)> =
            (0..100).map(|family| (family, (family % 2) as f64)).collect();
        let draws = draws(100, &mut Rng::with_seed(3));
        let measured = Measured::new(100, &draws, |times, _| mean_of(&values, times));
        let found = measured.estimate();
        assert!(
            (found.low - 0.402).abs() < 0.011 && (found.high - 0.598).abs() < 0.011,
            "{found:?}"
        );
        let none = measured.minus(&measured);
        assert_eq!(none, Estimate { value: 0.0, low: 0.0, high: 0.0 });
    }
}
