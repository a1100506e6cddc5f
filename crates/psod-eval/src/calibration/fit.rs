//! The fit: which issue a crash is of, or none of them, by a multinomial logit over few coefficients.

use psod_match::kb::Coefficients;

use super::observe::{CandidatePoints, Observation};

/// Prior and coefficients as a list.
const SIZE: usize = Coefficients::NAMES.len();
/// The place of the coefficient that counts between issues only.
const RIVALS: usize = SIZE - 1;
type Values = [f64; SIZE];

/// How far a coefficient may reasonably be from its value set by hand; more takes data. With a few
/// dozen issues that are nearly all told apart, the likelihood alone would let them grow for ever.
const TRUST: f64 = 0.8;
/// The same for the prior.
const PRIOR_TRUST: f64 = 2.0;
/// Rounds over all coefficients; the change is below a thousandth long before.
const ROUNDS: usize = 200;
/// Change of a round below which nothing more happens.
const STILL: f64 = 1e-7;

/// What pulls the fit to the knowledge base: the coefficients of labelled backtraces, of two public sets
/// whose crashes of one cause are independent of each other, and those set by hand for what backtraces
/// say nothing about. `psod-eval calibrate --data` prints them in the row "labels"; docs/matching.md
/// says of which sets.
pub const LABELS: Coefficients =
    Coefficients { prior: -2.619, frames: 0.567, rivals: 0.0, ..Coefficients::AS_SET };

/// Where a coefficient lies over the folds.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Spread {
    /// Its name.
    pub name: &'static str,
    /// Its value set by hand.
    pub set: f64,
    /// The one that pulls.
    pub centre: f64,
    /// Fitted to everything.
    pub fitted: f64,
    /// The least of the folds.
    pub low: f64,
    /// The greatest of the folds.
    pub high: f64,
}

/// Fits the coefficients to `observations`, none of the factors below 0, and pulled towards `centre`.
/// The same observations give the same coefficients.
pub fn fit<'a>(
    observations: impl IntoIterator<Item = &'a Observation>,
    centre: &Coefficients,
) -> Coefficients {
    let observations = observations.into_iter().collect();
    let fit = Fit { observations, centre: centre.to_array() };
    let mut values = fit.centre;
    let mut best = fit.objective(&values);
    for _ in 0..ROUNDS {
        let before = best;
        for place in 0..SIZE {
            best = fit.improve(&mut values, place, best);
        }
        if best - before < STILL {
            break;
        }
    }
    Coefficients::from_array(values)
}

/// What is fitted to, and the values that pull.
struct Fit<'a> {
    observations: Vec<&'a Observation>,
    centre: Values,
}

impl Fit<'_> {
    /// One step of Newton along one coefficient, halved until it does not make things worse.
    fn improve(&self, values: &mut Values, place: usize, best: f64) -> f64 {
        let (slope, curve) = self.slope_and_curve(values, place);
        let mut step = slope / curve;
        let from = values[place];
        const HALVINGS: usize = 30;
        for _ in 0..HALVINGS {
            let to = if place == 0 { from + step } else { (from + step).max(0.0) };
            values[place] = to;
            let found = self.objective(values);
            if found >= best {
                return found;
            }
            step /= 2.0;
        }
        values[place] = from;
        best
    }

    /// The logarithm of the likelihood, less the cost of being far from those that pull.
    fn objective(&self, values: &Values) -> f64 {
        let likelihood: f64 = self.observations.iter().map(|one| log_likelihood(one, values)).sum();
        let costs = (0..SIZE)
            .map(|place| ((values[place] - self.centre[place]) / trust(place)).powi(2) / 2.0);
        likelihood - costs.sum::<f64>()
    }

    /// How the objective changes with one coefficient, and how fast that change itself falls at most.
    fn slope_and_curve(&self, values: &Values, place: usize) -> (f64, f64) {
        let precision = trust(place).powi(-2);
        let mut slope = -(values[place] - self.centre[place]) * precision;
        let mut curve = precision;
        for one in &self.observations {
            let shares = Shares::new(one, values);
            let levels = one.candidates.iter().map(|candidate| level(candidate, place));
            let (mean, spread) = moments(&shares.of_sum, levels);
            let sharps = one.candidates.iter().map(|candidate| sharp_level(candidate, place));
            let (sharp_mean, sharp_spread) = moments(&shares.among, sharps);
            // One of them is right with 1 - none, and among them each with its share.
            let known = 1.0 - shares.none;
            match one.right {
                Some(right) => {
                    let own = sharp_level(&one.candidates[right], place);
                    slope += one.weight * (shares.none * mean + own - sharp_mean);
                    curve +=
                        one.weight * (shares.none * (spread + known * mean * mean) + sharp_spread);
                }
                None => {
                    slope -= one.weight * known * mean;
                    curve += one.weight * known * (spread + shares.none * mean * mean);
                }
            }
        }
        (slope, curve)
    }
}

fn log_likelihood(one: &Observation, values: &Values) -> f64 {
    let shares = Shares::new(one, values);
    let share = match one.right {
        Some(right) => (1.0 - shares.none) * shares.among[right],
        None => shares.none,
    };
    one.weight * share.max(f64::MIN_POSITIVE).ln()
}

fn trust(place: usize) -> f64 {
    if place == 0 { PRIOR_TRUST } else { TRUST }
}

/// The factor of one coefficient in the odds that a candidate is right at all.
fn level(candidate: &CandidatePoints, place: usize) -> f64 {
    match place {
        0 => 1.0,
        RIVALS => 0.0,
        _ => candidate.points[place - 1],
    }
}

/// The factor of one coefficient in the odds between candidates.
fn sharp_level(candidate: &CandidatePoints, place: usize) -> f64 {
    if place == RIVALS { candidate.beyond } else { level(candidate, place) }
}

/// Mean and variance of `values` under `shares`.
fn moments(shares: &[f64], values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (mut mean, mut square) = (0.0, 0.0);
    for (share, value) in shares.iter().zip(values) {
        mean += share * value;
        square += share * value * value;
    }
    (mean, (square - mean * mean).max(0.0))
}

/// The odds of being right, as [`psod_match::matching::Calibration::rival_points`] weighs them.
struct Shares {
    /// That none of them is.
    none: f64,
    /// The share of each in the odds that one of them is.
    of_sum: Vec<f64>,
    /// The share of each when one of them is.
    among: Vec<f64>,
}

impl Shares {
    fn new(one: &Observation, values: &Values) -> Self {
        let coefficients = Coefficients::from_array(*values);
        let contenders = one.candidates.iter().map(|one| one.contender(&coefficients));
        // A candidate that is not proven rivals no other one: it counts where it is itself asked.
        let asked = one.right.unwrap_or(0);
        let (odds, sharp): (Vec<f64>, Vec<f64>) = contenders
            .enumerate()
            .map(|(place, one)| {
                if one.proven || place == asked {
                    (one.log_odds, one.log_odds + coefficients.rivals * one.beyond)
                } else {
                    (f64::NEG_INFINITY, f64::NEG_INFINITY)
                }
            })
            .unzip();
        // The greatest one is taken out, or the exponential overflows.
        let most = odds.iter().copied().fold(0.0, f64::max);
        let sum: f64 = odds.iter().map(|odds| (odds - most).exp()).sum();
        let none = (-most).exp() / ((-most).exp() + sum);
        Self { none, of_sum: softmax(&odds), among: softmax(&sharp) }
    }
}

fn softmax(logarithms: &[f64]) -> Vec<f64> {
    let most = logarithms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let shares: Vec<f64> = logarithms.iter().map(|one| (one - most).exp()).collect();
    let sum: f64 = shares.iter().sum();
    shares.into_iter().map(|share| share / sum).collect()
}

/// Lists the values of every coefficient: set by hand, of labelled backtraces, fitted to everything, and
/// over the folds.
pub fn spreads(fitted: &Coefficients, folds: &[Coefficients]) -> Vec<Spread> {
    let [set, centre, fitted] =
        [&Coefficients::AS_SET, &LABELS, fitted].map(Coefficients::to_array);
    let names = Coefficients::NAMES.into_iter().enumerate();
    names
        .map(|(place, name)| {
            let of_folds: Vec<f64> = folds.iter().map(|fold| fold.to_array()[place]).collect();
            Spread {
                name,
                set: set[place],
                centre: centre[place],
                fitted: fitted[place],
                low: of_folds.iter().copied().fold(f64::INFINITY, f64::min),
                high: of_folds.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use psod_match::matching::{Calibration, Contender};

    fn one(points: &[(f64, f64)], right: Option<usize>, weight: f64) -> Observation {
        let candidates = points.iter().map(|&(frames, against)| CandidatePoints {
            points: [frames, 0.0, 0.0, 0.0, against],
            beyond: 0.0,
            proven: true,
        });
        Observation {
            cluster: "x".into(),
            fold: 0,
            known: right.is_some(),
            weight,
            candidates: candidates.collect(),
            right,
        }
    }

    /// Checks that the share of the right candidate is the confidence that the matcher gives it.
    #[track_caller]
    fn check_share(all: &[(f64, f64, bool)], right: usize) {
        let candidates = all.iter().map(|&(frames, beyond, proven)| CandidatePoints {
            points: [frames, 0.0, 0.0, 0.0, 0.0],
            beyond,
            proven,
        });
        let candidates: Vec<CandidatePoints> = candidates.collect();
        let coefficients = Coefficients::AS_SET;
        let contenders: Vec<Contender> =
            candidates.iter().map(|one| one.contender(&coefficients)).collect();
        let calibration = Calibration::SHIPPED;
        let log_odds = contenders[right].log_odds + calibration.rival_points(&contenders, right);
        let observation = Observation { candidates, right: Some(right), ..one(&[], None, 1.0) };
        let shares = Shares::new(&observation, &coefficients.to_array());
        let share = (1.0 - shares.none) * shares.among[right];
        assert!((share - calibration.confidence(log_odds)).abs() < 1e-9, "{all:?}: {share}");
    }

    #[test]
    fn the_shares_are_those_of_the_matcher() {
        check_share(&[(3.0, 0.0, true)], 0);
        check_share(&[(3.0, 1.0, true), (4.0, 3.0, true), (3.5, 9.0, false)], 0);
        check_share(&[(3.0, 1.0, true), (4.0, 3.0, true), (3.5, 9.0, false)], 1);
        check_share(&[(3.0, 1.0, true), (4.0, 3.0, true), (1.5, 0.0, false)], 2);
    }

    fn logit(share: f64) -> f64 {
        (share / (1.0 - share)).ln()
    }

    #[test]
    fn with_much_data_the_fit_is_the_observed_share() {
        // With 4 points three of four are right, with 0 points one of ten.
        let many = 10_000.0;
        let seen = [
            one(&[(4.0, 0.0)], Some(0), 0.75 * many),
            one(&[(4.0, 0.0)], None, 0.25 * many),
            one(&[(0.0, 0.0)], Some(0), 0.1 * many),
            one(&[(0.0, 0.0)], None, 0.9 * many),
        ];
        let found = fit(&seen, &Coefficients::AS_SET);
        assert!((found.prior - logit(0.1)).abs() < 0.01, "{found:?}");
        assert!((found.prior + 4.0 * found.frames - logit(0.75)).abs() < 0.01, "{found:?}");
        assert_eq!(found.texts, 1.0, "a coefficient that is never seen stays as it was set");
    }

    #[test]
    fn evidence_never_counts_the_wrong_way() {
        // Candidates with more points are wrong more often: as much as that is nothing.
        let seen = [
            one(&[(4.0, 0.0)], None, 1000.0),
            one(&[(0.0, 0.0)], Some(0), 1000.0),
            one(&[(0.0, 0.0)], None, 1000.0),
        ];
        assert_eq!(fit(&seen, &Coefficients::AS_SET).frames, 0.0);
    }

    #[test]
    fn without_data_the_fit_is_the_centre() {
        let centre = Coefficients { frames: 0.4, prior: -5.0, ..Coefficients::AS_SET };
        assert_eq!(fit(&[], &centre), centre);
    }

    #[test]
    fn slopes_are_those_of_the_objective() {
        let mut two = one(&[(4.0, -1.0), (3.0, 0.0)], Some(1), 2.0);
        two.candidates[0].beyond = 3.0;
        two.candidates[1].beyond = 5.0;
        let none = Observation { right: None, ..two.clone() };
        let centre = Coefficients::AS_SET.to_array();
        let fit = Fit { observations: vec![&two, &none], centre };
        let values = [-2.0, 1.2, 0.9, 1.1, 0.8, 1.3, 0.4];
        const STEP: f64 = 1e-5;
        for place in 0..SIZE {
            let [up, down] = [STEP, -STEP].map(|by| {
                let mut moved = values;
                moved[place] += by;
                fit.objective(&moved)
            });
            let (slope, curve) = fit.slope_and_curve(&values, place);
            let expected = (up - down) / (2.0 * STEP);
            assert!((slope - expected).abs() < 1e-5, "{place}: {slope} {expected}");
            assert!(curve > 0.0);
        }
    }

    #[test]
    fn the_spread_is_that_of_the_folds() {
        let [fitted, low, high] =
            [1.5, 0.5, 2.0].map(|frames| Coefficients { frames, ..Coefficients::AS_SET });
        let found = spreads(&fitted, &[low, high]);
        assert_eq!(found.len(), SIZE);
        let Spread { name, set, centre, fitted, low, high } = found[1];
        assert_eq!((name, set, centre), ("frames", 1.0, LABELS.frames));
        assert_eq!((fitted, low, high), (1.5, 0.5, 2.0));
    }
}
