//! What coefficients make of the crashes of a set: the errors of the confidences, and who is called a
//! match.

use psod_match::kb::Coefficients;
use psod_match::matching::Calibration;
use serde::Serialize;

use super::FOLDS;
use super::fit::fit;
use super::observe::Observation;
use super::reliability::{Bin, FirstAnswer, Loss, answers, bins, loss};

/// The first answers to all crashes of a set, counted.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Judged {
    /// The errors of the confidences; knowns weigh as much as unknowns, and each group as any other.
    pub loss: Loss,
    /// Share of the known crashes with the right issue first.
    pub right_first: f64,
    /// Share of them that is called a match of the right issue.
    pub sure_right: f64,
    /// Share of them that is called a match of another one.
    pub sure_wrong: f64,
    /// Share of the unknown crashes that is called a match.
    pub unknown_sure: f64,
    /// The widest gap between said and right of a range of confidences with enough groups.
    pub gap: f64,
}

/// Groups from which a range of confidences says something.
const ENOUGH: usize = 8;

/// Judges the answers to `observations` with `coefficients`.
pub fn judge(observations: &[Observation], coefficients: &Coefficients) -> Judged {
    judged(observations, &answers(observations, coefficients))
}

/// Judges each fold with what was fitted to the others around `centre`.
pub fn judge_held_out(observations: &[Observation], centre: &Coefficients) -> Judged {
    let mut found: Vec<Option<FirstAnswer>> = vec![None; observations.len()];
    for fold in 0..FOLDS {
        let coefficients = fit(observations.iter().filter(|one| one.fold != fold), centre);
        for (one, answer) in observations.iter().zip(&mut found).filter(|(one, _)| one.fold == fold)
        {
            *answer = answers([one], &coefficients).pop();
        }
    }
    judged(observations, &found.into_iter().flatten().collect::<Vec<_>>())
}

/// Counts `answers`, one for each of `observations` in their order.
fn judged(observations: &[Observation], answers: &[FirstAnswer]) -> Judged {
    let pairs = observations.iter().zip(answers);
    let (known, unknown): (Vec<_>, Vec<_>) = pairs.partition(|(one, _)| one.known);
    let sure = known.iter().filter(|(_, answer)| is_sure(answer));
    let sure_right = sure.clone().filter(|(_, answer)| answer.right).count();
    Judged {
        loss: loss(answers),
        right_first: share(known.iter().filter(|(_, answer)| answer.right).count(), known.len()),
        sure_right: share(sure_right, known.len()),
        sure_wrong: share(sure.count() - sure_right, known.len()),
        unknown_sure: share(
            unknown.iter().filter(|(_, answer)| is_sure(answer)).count(),
            unknown.len(),
        ),
        gap: bins(answers).iter().filter(|bin| bin.clusters >= ENOUGH).map(gap).fold(0.0, f64::max),
    }
}

fn is_sure(answer: &FirstAnswer) -> bool {
    answer.confidence >= Calibration::SHIPPED.match_threshold
}

fn share(count: usize, all: usize) -> f64 {
    count as f64 / all.max(1) as f64
}

fn gap(bin: &Bin) -> f64 {
    (bin.said - bin.right).abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(known: bool, right: Option<usize>) -> Observation {
        Observation {
            cluster: "x".into(),
            fold: 0,
            known,
            weight: 1.0,
            candidates: Vec::new(),
            right,
        }
    }

    fn answer(confidence: f64, right: bool) -> FirstAnswer {
        FirstAnswer { cluster: "x".into(), weight: 1.0, confidence, right }
    }

    #[test]
    fn known_and_unknown_crashes_are_counted_apart() {
        let observations = [
            one(true, Some(0)),
            one(true, Some(0)),
            one(true, Some(0)),
            one(true, Some(0)),
            one(false, None),
            one(false, None),
        ];
        let answers = [
            answer(0.99, true),
            answer(0.5, true),
            answer(0.9, false),
            answer(0.1, false),
            answer(0.9, false),
            answer(0.2, false),
        ];
        let found = judged(&observations, &answers);
        let shares = (found.right_first, found.sure_right, found.sure_wrong, found.unknown_sure);
        assert_eq!(shares, (0.5, 0.25, 0.25, 0.5));
        assert_eq!(found.gap, 0.0, "one group says nothing");
    }
}
