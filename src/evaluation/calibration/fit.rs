//! The fit: which issue a crash is of, or none of them, by a multinomial logit over few coefficients.

use super::observe::{Candidate, Observation};
use crate::kb::Coefficients;
use crate::matching::{EvidenceGroup, Points};

/// Prior and coefficients as a list.
const SIZE: usize = 1 + EvidenceGroup::ALL.len();
type Values = [f64; SIZE];

/// How far a coefficient may reasonably be from what was set by hand; more takes data. With a few
/// dozen issues that are nearly all told apart, the likelihood alone would let them grow for ever.
const TRUST: f64 = 0.5;
/// The same for the prior.
const PRIOR_TRUST: f64 = 2.0;
/// Rounds over all coefficients; the change is below a thousandth long before.
const ROUNDS: usize = 200;
/// Change of a round below which nothing more happens.
const STILL: f64 = 1e-7;

/// Where a coefficient lies over the folds.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Spread {
    /// Its name.
    pub name: &'static str,
    /// What was set by hand.
    pub set: f64,
    /// Fitted to everything.
    pub fitted: f64,
    /// The least of the folds.
    pub low: f64,
    /// The greatest of the folds.
    pub high: f64,
}

/// Fits the coefficients to `observations`, none of the factors below 0. The same observations give
/// the same coefficients.
pub fn fit<'a>(observations: impl IntoIterator<Item = &'a Observation>) -> Coefficients {
    let observations: Vec<&Observation> = observations.into_iter().collect();
    let mut values = values_of(&Coefficients::AS_SET);
    let mut best = objective(&observations, &values);
    for _ in 0..ROUNDS {
        let before = best;
        for place in 0..SIZE {
            best = improve(&observations, &mut values, place, best);
        }
        if best - before < STILL {
            break;
        }
    }
    coefficients_of(&values)
}

/// One step of Newton along one coefficient, halved until it does not make things worse.
fn improve(observations: &[&Observation], values: &mut Values, place: usize, best: f64) -> f64 {
    let (slope, curve) = slope_and_curve(observations, values, place);
    let mut step = slope / curve;
    let from = values[place];
    const HALVINGS: usize = 30;
    for _ in 0..HALVINGS {
        let to = if place == 0 { from + step } else { (from + step).max(0.0) };
        values[place] = to;
        let found = objective(observations, values);
        if found >= best {
            return found;
        }
        step /= 2.0;
    }
    values[place] = from;
    best
}

/// The logarithm of the likelihood, less what being far from the values set by hand costs.
fn objective(observations: &[&Observation], values: &Values) -> f64 {
    let likelihood: f64 = observations
        .iter()
        .map(|one| {
            let (shares, none) = shares(&one.candidates, values);
            let share = one.right.map_or(none, |right| shares[right]);
            one.weight * share.max(f64::MIN_POSITIVE).ln()
        })
        .sum();
    let set = values_of(&Coefficients::AS_SET);
    let cost = |place: usize| ((values[place] - set[place]) / trust(place)).powi(2) / 2.0;
    likelihood - (0..SIZE).map(cost).sum::<f64>()
}

fn trust(place: usize) -> f64 {
    if place == 0 { PRIOR_TRUST } else { TRUST }
}

/// How the objective changes with one coefficient, and how fast that change itself falls.
fn slope_and_curve(observations: &[&Observation], values: &Values, place: usize) -> (f64, f64) {
    let set = values_of(&Coefficients::AS_SET);
    let precision = trust(place).powi(-2);
    let mut slope = -(values[place] - set[place]) * precision;
    let mut curve = precision;
    for one in observations {
        let (shares, _) = shares(&one.candidates, values);
        let of = |candidate: &Candidate| match place {
            0 => 1.0,
            _ => candidate.points[place - 1],
        };
        let pairs = || shares.iter().zip(one.candidates.iter().map(of));
        let mean: f64 = pairs().map(|(share, x)| share * x).sum();
        let square: f64 = pairs().map(|(share, x)| share * x * x).sum();
        let own = one.right.map_or(0.0, |right| of(&one.candidates[right]));
        slope += one.weight * (own - mean);
        curve += one.weight * (square - mean * mean);
    }
    (slope, curve)
}

/// The share of each candidate, and of none of them: together 1, as the matcher has it.
fn shares(candidates: &[Candidate], values: &Values) -> (Vec<f64>, f64) {
    let odds: Vec<f64> = candidates.iter().map(|one| log_odds(&one.points, values)).collect();
    // The greatest one is taken out, or the exponential overflows.
    let most = odds.iter().copied().fold(0.0, f64::max);
    let none = (-most).exp();
    let odds: Vec<f64> = odds.into_iter().map(|odds| (odds - most).exp()).collect();
    let all = none + odds.iter().sum::<f64>();
    (odds.into_iter().map(|odds| odds / all).collect(), none / all)
}

fn log_odds(points: &Points, values: &Values) -> f64 {
    values[0] + points.iter().zip(&values[1..]).map(|(points, factor)| points * factor).sum::<f64>()
}

fn values_of(coefficients: &Coefficients) -> Values {
    let mut values = [coefficients.prior; SIZE];
    for (value, group) in values[1..].iter_mut().zip(EvidenceGroup::ALL) {
        *value = group.coefficient(coefficients);
    }
    values
}

fn coefficients_of(values: &Values) -> Coefficients {
    let [prior, frames, decisive, texts, circumstances, against] = *values;
    Coefficients { prior, frames, decisive, texts, circumstances, against }
}

/// Where every coefficient lies: set by hand, fitted to everything, and over the folds.
pub fn spreads(fitted: &Coefficients, folds: &[Coefficients]) -> Vec<Spread> {
    let names = ["prior"].into_iter().chain(EvidenceGroup::ALL.map(EvidenceGroup::as_str));
    let (set, fitted) = (values_of(&Coefficients::AS_SET), values_of(fitted));
    let spread = |(place, name): (usize, &'static str)| {
        let of_folds = || folds.iter().map(|fold| values_of(fold)[place]);
        let (low, high) = (
            of_folds().fold(f64::INFINITY, f64::min),
            of_folds().fold(f64::NEG_INFINITY, f64::max),
        );
        Spread { name, set: set[place], fitted: fitted[place], low, high }
    };
    names.enumerate().map(spread).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(points: &[(f64, f64)], right: Option<usize>, weight: f64) -> Observation {
        let candidate = |&(frames, against): &(f64, f64)| Candidate {
            points: [frames, 0.0, 0.0, 0.0, against],
            proven: true,
        };
        Observation {
            cluster: "x".into(),
            fold: 0,
            known: right.is_some(),
            weight,
            candidates: points.iter().map(candidate).collect(),
            right,
        }
    }

    #[test]
    fn the_shares_are_those_of_the_logistic() {
        let candidates = one(&[(3.0, 0.0)], None, 1.0).candidates;
        let values = values_of(&Coefficients::AS_SET);
        let (shares, none) = shares(&candidates, &values);
        let expected = 1.0 / (1.0 + (-0.5_f64).exp());
        assert!((shares[0] - expected).abs() < 1e-12 && (shares[0] + none - 1.0).abs() < 1e-12);
    }

    #[test]
    fn with_much_data_the_fit_says_what_was_seen() {
        // With 4 points three of four are right, with 0 points one of ten.
        let many = 10_000.0;
        let seen = [
            one(&[(4.0, 0.0)], Some(0), 0.75 * many),
            one(&[(4.0, 0.0)], None, 0.25 * many),
            one(&[(0.0, 0.0)], Some(0), 0.1 * many),
            one(&[(0.0, 0.0)], None, 0.9 * many),
        ];
        let found = fit(&seen);
        let logit = |share: f64| (share / (1.0 - share)).ln();
        assert!((found.prior - logit(0.1)).abs() < 0.01, "{found:?}");
        assert!((found.prior + 4.0 * found.frames - logit(0.75)).abs() < 0.01, "{found:?}");
        assert_eq!(found.texts, 1.0, "what is never seen stays as it was set");
    }

    #[test]
    fn evidence_never_counts_the_wrong_way() {
        // Candidates with more points are wrong more often: as much as that is nothing.
        let seen = [
            one(&[(4.0, 0.0)], None, 1000.0),
            one(&[(0.0, 0.0)], Some(0), 1000.0),
            one(&[(0.0, 0.0)], None, 1000.0),
        ];
        assert_eq!(fit(&seen).frames, 0.0);
    }

    #[test]
    fn the_spread_is_that_of_the_folds() {
        let fold = |frames| Coefficients { frames, ..Coefficients::AS_SET };
        let found = spreads(&fold(1.5), &[fold(0.5), fold(2.0)]);
        assert_eq!(found.len(), SIZE);
        let Spread { name, set, fitted, low, high } = found[1];
        assert_eq!((name, set, fitted, low, high), ("frames", 1.0, 1.5, 0.5, 2.0));
    }
}
