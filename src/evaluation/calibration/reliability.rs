//! Are the confidences true? Of the answers given with 90 %, nine in ten should be right.

use std::collections::BTreeSet;

use serde::Serialize;

use super::observe::Observation;
use crate::evaluation::tally::wilson;
use crate::kb::Coefficients;
use crate::matching::{Calibration, Contender};

/// The first answer to one crash text.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// What stands and falls together.
    pub cluster: String,
    /// How much it counts.
    pub weight: f64,
    /// What was said, 0 to 1.
    pub confidence: f64,
    /// True when it was the issue.
    pub right: bool,
}

/// The first answers with `coefficients`, as the matcher gives them; where nothing comes into
/// question at all the confidence is 0.
pub fn answers<'a>(
    observations: impl IntoIterator<Item = &'a Observation>,
    coefficients: &Coefficients,
) -> Vec<Answer> {
    observations.into_iter().map(|one| answer(one, coefficients)).collect()
}

fn answer(one: &Observation, coefficients: &Coefficients) -> Answer {
    let calibration = Calibration { coefficients: *coefficients, ..Calibration::SHIPPED };
    let all: Vec<Contender> =
        one.candidates.iter().map(|one| one.contender(coefficients)).collect();
    let confidence = |place: usize| {
        let log_odds = all[place].log_odds + calibration.rival_points(&all, place);
        calibration.confidence_of(log_odds, all[place].proven)
    };
    // Of equal ones the first, as in the matcher.
    let order = |one: &(usize, f64), other: &(usize, f64)| {
        let points = all[one.0].log_odds.total_cmp(&all[other.0].log_odds);
        one.1.total_cmp(&other.1).then(points).then(other.0.cmp(&one.0))
    };
    let first = (0..all.len()).map(|place| (place, confidence(place))).max_by(order);
    Answer {
        cluster: one.cluster.clone(),
        weight: one.weight,
        confidence: first.map_or(0.0, |(_, confidence)| confidence),
        right: first.is_some_and(|(place, _)| one.right == Some(place)),
    }
}

/// The answers of one range of confidences.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bin {
    /// From this confidence on.
    pub from: f64,
    /// Up to this one.
    pub to: f64,
    /// Answers.
    pub count: usize,
    /// Groups of related issues, and crashes without one, that these are of.
    pub clusters: usize,
    /// What was said on average; half of the weight is known crashes.
    pub said: f64,
    /// What was right, weighed alike.
    pub right: f64,
    /// Lower 95 % bound of that, by cluster.
    pub low: f64,
    /// Upper 95 % bound of that.
    pub high: f64,
}

/// Where one range ends and the next begins; the thresholds of the verdicts are among them.
const EDGES: &[f64] = &[0.0, 0.05, 0.18, 0.5, 0.8, 0.9, 0.95, 0.99, 1.0];

/// The answers by confidence; ranges without any are left out.
pub fn bins(answers: &[Answer]) -> Vec<Bin> {
    let ranges = EDGES.windows(2).map(|edges| (edges[0], edges[1]));
    ranges.filter_map(|(from, to)| bin(answers, from, to)).collect()
}

fn bin(answers: &[Answer], from: f64, to: f64) -> Option<Bin> {
    let inside = |one: &&Answer| {
        one.confidence >= from && (one.confidence < to || (to == 1.0 && one.confidence == 1.0))
    };
    let inside: Vec<&Answer> = answers.iter().filter(inside).collect();
    let weight: f64 = inside.iter().map(|one| one.weight).sum();
    let clusters: BTreeSet<&str> = inside.iter().map(|one| one.cluster.as_str()).collect();
    (weight > 0.0).then(|| {
        let mean = |of: fn(&Answer) -> f64| {
            inside.iter().map(|one| one.weight * of(one)).sum::<f64>() / weight
        };
        let right = mean(|one| f64::from(u8::from(one.right)));
        let (low, high) = wilson(right, clusters.len());
        Bin {
            from,
            to,
            count: inside.len(),
            clusters: clusters.len(),
            said: mean(|one| one.confidence),
            right,
            low,
            high,
        }
    })
}

/// How wrong the confidences are on the whole; 0 is perfect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Loss {
    /// Brier's score: the mean square of the error.
    pub brier: f64,
    /// The mean logarithmic loss.
    pub logarithmic: f64,
}

/// The loss over `answers`.
pub fn loss(answers: &[Answer]) -> Loss {
    /// An answer that was sure and wrong would cost without bound.
    const LEAST: f64 = 1e-6;
    let weight: f64 = answers.iter().map(|one| one.weight).sum::<f64>().max(f64::MIN_POSITIVE);
    let mean = |of: fn(&Answer) -> f64| {
        answers.iter().map(|one| one.weight * of(one)).sum::<f64>() / weight
    };
    Loss {
        brier: mean(|one| (one.confidence - f64::from(u8::from(one.right))).powi(2)),
        logarithmic: mean(|one| {
            let share = if one.right { one.confidence } else { 1.0 - one.confidence };
            -share.max(LEAST).ln()
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::observe::Candidate;
    use super::*;

    fn one(frames: &[(f64, bool)], right: Option<usize>) -> Observation {
        let candidate = |&(frames, proven): &(f64, bool)| Candidate {
            points: [frames, 0.0, 0.0, 0.0, 0.0],
            beyond: 0.0,
            proven,
        };
        Observation {
            cluster: "x".into(),
            fold: 0,
            known: right.is_some(),
            weight: 1.0,
            candidates: frames.iter().map(candidate).collect(),
            right,
        }
    }

    #[track_caller]
    fn check(frames: &[(f64, bool)], right: Option<usize>, expected: (f64, bool)) {
        let found = answers([&one(frames, right)], &Coefficients::AS_SET);
        let found = ((found[0].confidence * 1000.0).round() / 1000.0, found[0].right);
        assert_eq!(found, expected, "{frames:?}");
    }

    #[test]
    fn answers_are_those_of_the_matcher() {
        check(&[], None, (0.0, false));
        check(&[(2.5, true)], Some(0), (0.5, true));
        // Two alike and none of them: e / (1 + 2 e) of log-odds 1.
        check(&[(3.5, true), (3.5, true)], Some(1), (0.422, false));
        check(&[(2.5, true), (9.0, false)], Some(0), (0.89, false));
    }

    #[test]
    fn ranges_and_losses_weigh_the_answers() {
        let answer = |cluster: &str, weight, confidence, right| Answer {
            cluster: cluster.into(),
            weight,
            confidence,
            right,
        };
        let all = [
            answer("a", 1.0, 0.9, true),
            answer("a", 1.0, 0.9, true),
            answer("b", 2.0, 0.8, false),
            answer("c", 1.0, 1.0, true),
        ];
        let found = bins(&all);
        let row = |bin: &Bin| (bin.from, bin.count, bin.clusters, bin.right);
        assert_eq!(
            found.iter().map(row).collect::<Vec<_>>(),
            [(0.8, 1, 1, 0.0), (0.9, 2, 1, 1.0), (0.99, 1, 1, 1.0)]
        );
        assert!((found[1].said - 0.9).abs() < 1e-9);
        assert!((loss(&all).brier - (0.01 + 0.01 + 2.0 * 0.64) / 5.0).abs() < 1e-9);
    }
}
