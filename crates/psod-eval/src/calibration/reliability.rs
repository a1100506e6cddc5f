//! Are the confidences true? Of the answers given with 90 %, nine in ten should be right.
//!
//! Answers are made of observations with the arithmetic of `psod_match::matching`, and counted by
//! ranges of confidence and by two losses.

use std::collections::BTreeSet;

use psod_match::kb::Coefficients;
use psod_match::matching::{Calibration, Contender};
use serde::Serialize;

use super::observe::Observation;
use crate::tally::wilson;

/// The first answer to one crash text.
#[derive(Clone, Debug, PartialEq)]
pub struct FirstAnswer {
    /// The group of answers that are not independent.
    pub cluster: String,
    /// How much it counts.
    pub weight: f64,
    /// The confidence that was given, 0 to 1.
    pub confidence: f64,
    /// True when it was the issue.
    pub right: bool,
}

impl FirstAnswer {
    /// 1 for a right answer, 0 for a wrong one.
    fn truth(&self) -> f64 {
        f64::from(u8::from(self.right))
    }

    fn square_error(&self) -> f64 {
        (self.confidence - self.truth()).powi(2)
    }

    fn logarithmic_loss(&self) -> f64 {
        /// An answer that was sure and wrong would cost without bound.
        const MIN_SHARE: f64 = 1e-6;
        let share = if self.right { self.confidence } else { 1.0 - self.confidence };
        -share.max(MIN_SHARE).ln()
    }
}

/// Gives the first answers with `coefficients`, as the matcher gives them; where nothing comes into
/// question at all the confidence is 0.
pub fn answers<'a>(
    observations: impl IntoIterator<Item = &'a Observation>,
    coefficients: &Coefficients,
) -> Vec<FirstAnswer> {
    observations.into_iter().map(|one| answer(one, coefficients)).collect()
}

fn answer(one: &Observation, coefficients: &Coefficients) -> FirstAnswer {
    let calibration = Calibration { coefficients: *coefficients, ..Calibration::SHIPPED };
    let all: Vec<Contender> =
        one.candidates.iter().map(|one| one.contender(coefficients)).collect();
    // Of equal ones the first, as in the matcher.
    let first = (0..all.len()).map(|place| (confidence(&calibration, &all, place), place)).max_by(
        |one, other| {
            let points = all[one.1].log_odds.total_cmp(&all[other.1].log_odds);
            one.0.total_cmp(&other.0).then(points).then(other.1.cmp(&one.1))
        },
    );
    FirstAnswer {
        cluster: one.cluster.clone(),
        weight: one.weight,
        confidence: first.map_or(0.0, |(confidence, _)| confidence),
        right: first.is_some_and(|(_, place)| one.right == Some(place)),
    }
}

fn confidence(calibration: &Calibration, all: &[Contender], place: usize) -> f64 {
    let log_odds = all[place].log_odds + calibration.rival_points(all, place);
    calibration.confidence_of(log_odds, all[place].proven)
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
    /// The mean confidence; half of the weight is known crashes.
    pub said: f64,
    /// The share of right answers, weighed alike.
    pub right: f64,
    /// Lower 95 % bound of that, by cluster.
    pub low: f64,
    /// Upper 95 % bound of that.
    pub high: f64,
}

/// Where one range ends and the next begins: at the thresholds of the verdicts, and between them.
const EDGES: &[f64] = &[
    0.0,
    0.05,
    Calibration::SHIPPED.possible_threshold,
    0.5,
    Calibration::SHIPPED.match_threshold,
    0.95,
    0.99,
    1.0,
];

/// The answers by confidence; ranges without any are left out.
pub fn bins(answers: &[FirstAnswer]) -> Vec<Bin> {
    let ranges = EDGES.windows(2).map(|edges| (edges[0], edges[1]));
    ranges.filter_map(|(from, to)| bin(answers, from, to)).collect()
}

fn bin(answers: &[FirstAnswer], from: f64, to: f64) -> Option<Bin> {
    let inside: Vec<&FirstAnswer> =
        answers.iter().filter(|one| is_inside(one.confidence, from, to)).collect();
    let clusters: BTreeSet<&str> = inside.iter().map(|one| one.cluster.as_str()).collect();
    let weight: f64 = inside.iter().map(|one| one.weight).sum();
    if weight <= 0.0 {
        return None;
    }
    let said = inside.iter().map(|one| one.weight * one.confidence).sum::<f64>() / weight;
    let right = inside.iter().map(|one| one.weight * one.truth()).sum::<f64>() / weight;
    let (low, high) = wilson(right, clusters.len());
    Some(Bin { from, to, count: inside.len(), clusters: clusters.len(), said, right, low, high })
}

/// Tells whether a range holds a confidence; the last one holds its upper end too.
fn is_inside(confidence: f64, from: f64, to: f64) -> bool {
    confidence >= from && (confidence < to || (to == 1.0 && confidence == 1.0))
}

/// How wrong the confidences are on the whole; 0 is perfect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Loss {
    /// Brier's score: the mean square of the error.
    pub brier: f64,
    /// The mean logarithmic loss.
    pub logarithmic: f64,
}

/// Computes the loss over `answers`.
pub fn loss(answers: &[FirstAnswer]) -> Loss {
    let weight: f64 = answers.iter().map(|one| one.weight).sum::<f64>().max(f64::MIN_POSITIVE);
    let brier: f64 = answers.iter().map(|one| one.weight * one.square_error()).sum();
    let logarithmic: f64 = answers.iter().map(|one| one.weight * one.logarithmic_loss()).sum();
    Loss { brier: brier / weight, logarithmic: logarithmic / weight }
}

#[cfg(test)]
mod tests {
    use super::super::observe::CandidatePoints;
    use super::*;

    fn one(frames: &[(f64, bool)], right: Option<usize>) -> Observation {
        let candidates = frames.iter().map(|&(frames, proven)| CandidatePoints {
            points: [frames, 0.0, 0.0, 0.0, 0.0],
            beyond: 0.0,
            proven,
        });
        Observation {
            cluster: "x".into(),
            fold: 0,
            known: right.is_some(),
            weight: 1.0,
            candidates: candidates.collect(),
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
        // One that is not proven stays below the threshold of a match.
        let below = Calibration::SHIPPED.confidence_of(9.0, false);
        check(&[(2.5, true), (9.0, false)], Some(0), (below, false));
    }

    #[test]
    fn ranges_and_losses_weigh_the_answers() {
        let all = [
            ("a", 1.0, 0.9, true),
            ("a", 1.0, 0.9, true),
            ("b", 2.0, 0.8, false),
            ("c", 1.0, 1.0, true),
        ]
        .map(|(cluster, weight, confidence, right)| FirstAnswer {
            cluster: cluster.into(),
            weight,
            confidence,
            right,
        });
        let found = bins(&all);
        let rows: Vec<(f64, usize, usize, f64)> =
            found.iter().map(|bin| (bin.from, bin.count, bin.clusters, bin.right)).collect();
        assert_eq!(rows, [(0.5, 1, 1, 0.0), (0.85, 2, 1, 1.0), (0.99, 1, 1, 1.0)]);
        assert!((found[1].said - 0.9).abs() < 1e-9);
        assert!((loss(&all).brier - (0.01 + 0.01 + 2.0 * 0.64) / 5.0).abs() < 1e-9);
    }
}
