//! The numbers of the score: the worth of frames and decisive texts, and the thresholds. The worth
//! of the other conditions is in their table, [`crate::kb::CONDITIONS`].
//!
//! `psod-eval kb --thresholds` prints the table that the thresholds were chosen from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::doubt::Doubt;
use crate::kb::Coefficients;

/// The worth of evidence, in log-odds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calibration {
    /// The factors that were fitted to the knowledge base.
    pub coefficients: Coefficients,
    /// Points of each unit of matched frame weight.
    pub frame_weight: f64,
    /// Most points that frames can bring.
    pub most_frame_points: f64,
    /// Exponent of the share of the signature: below 1 a partial match keeps part of its points.
    pub share_exponent: f64,
    /// Points lost for each unit of unmatched frame weight between matched frames.
    pub between_weight: f64,
    /// A message, source line, log line or machine check that holds for no other issue.
    pub text_decisive: f64,
    /// Frame points below which frames alone are no proof.
    pub proof: f64,
    /// Weight of what corresponds, in weights of its heaviest frame, below which they are none: one
    /// function alone proves nothing.
    pub proof_frames: f64,
    /// Share of the crash's frames, by weight, below which frames alone are no proof.
    pub coverage: f64,
    /// Weight that an issue must explain beyond each other one where none of its frames tells alone.
    pub told_apart: f64,
    /// Points lost for each unit of rarity that both sides have above what corresponds.
    pub above_both: f64,
    /// Points lost for each unit of it that the crash has more than the other side.
    pub above_crash: f64,
    /// Rarity above what corresponds, on both sides, from which frames prove nothing.
    pub other_top: f64,
    /// Frame points lost when more than that is in other modules.
    pub module_price: f64,
    /// Share of what corresponds from which frames prove nothing when it is in other modules.
    pub other_module: f64,
    /// Points lost when the crash has a story of its own, and none of its functions is the issue's.
    pub story_price: f64,
    /// Points lost on a release that has the fix, or is outside the affected builds.
    pub other_release: f64,
    /// Points lost on a release of a line that the article does not name.
    pub other_line: f64,
    /// Confidence from which a crash is called a match.
    pub match_threshold: f64,
    /// Confidence from which an issue is worth showing.
    pub possible_threshold: f64,
}

/// One of several issues that may be the crash's.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Contender {
    /// Prior and points of the issue alone.
    pub log_odds: f64,
    /// Frame points that saturation has taken away.
    pub beyond: f64,
    /// True when the evidence may make a match.
    pub proven: bool,
}

/// The proven candidates beside the one at `place`.
fn rivals_of(all: &[Contender], place: usize) -> impl Iterator<Item = (usize, &Contender)> {
    all.iter().enumerate().filter(move |(other, one)| *other != place && one.proven)
}

/// The logarithm of the sum of two numbers whose logarithms these are.
fn log_of_sum(one: f64, other: f64) -> f64 {
    let most = one.max(other);
    most + ((one - most).exp() + (other - most).exp()).ln()
}

impl Calibration {
    /// The shipped calibration.
    pub const SHIPPED: Self = Self {
        coefficients: Coefficients::AS_SET,
        frame_weight: 1.6,
        most_frame_points: 6.4,
        share_exponent: 0.7,
        between_weight: 0.02,
        text_decisive: 6.5,
        proof: 3.2,
        proof_frames: 1.15,
        coverage: 0.25,
        told_apart: 2.5,
        above_both: 1.6,
        above_crash: 0.24,
        other_top: 1.0,
        module_price: 6.4,
        other_module: 0.5,
        story_price: 2.5,
        other_release: 1.5,
        other_line: 0.8,
        match_threshold: 0.85,
        possible_threshold: 0.20,
    };

    /// The frame points that a doubt takes away.
    pub(super) fn price(&self, doubt: &Doubt) -> f64 {
        self.above_both * doubt.of_both() + self.above_crash * doubt.of_crash()
    }

    /// Turns a sum of log-odds into a confidence between 0 and 1.
    pub fn confidence(&self, points: f64) -> f64 {
        1.0 / (1.0 + (-points).exp())
    }

    /// The confidence of an issue: one that is not proven stays below the threshold of a match,
    /// whatever the evidence adds up to.
    pub fn confidence_of(&self, log_odds: f64, proven: bool) -> f64 {
        const BELOW: f64 = 0.01;
        let confidence = self.confidence(log_odds);
        if proven { confidence } else { confidence.min(self.match_threshold - BELOW) }
    }

    /// The log-odds that its rivals take from the candidate at `place`, 0 or less. The confidences
    /// of all proven candidates and of "none of them" add up to 1 at most: saturated points tell how
    /// likely it is that one of them is right, and between them the points beyond saturation count
    /// too. A candidate that is not proven is not a rival: thousands of issues share a panic kind
    /// with a crash.
    pub fn rival_points(&self, all: &[Contender], place: usize) -> f64 {
        let own = &all[place];
        // The logarithm of odds stays finite where the odds do not.
        let (mut any, mut ahead) = (own.log_odds, 0.0);
        for (_, rival) in rivals_of(all, place) {
            any = log_of_sum(any, rival.log_odds);
            ahead = log_of_sum(ahead, self.sharp(rival) - self.sharp(own));
        }
        // The share of the candidate is known / (1 + known) * exp(-ahead).
        let logarithm = any - log_of_sum(any, 0.0) - ahead;
        let log_odds = logarithm - (1.0 - logarithm.exp()).max(f64::MIN_POSITIVE).ln();
        /// Fewer points are of no interest to a reader.
        const MIN_POINTS: f64 = -99.0;
        (log_odds - own.log_odds).clamp(MIN_POINTS, 0.0)
    }

    /// The rival that takes the most from the candidate at `place`.
    pub fn strongest_rival(&self, all: &[Contender], place: usize) -> Option<usize> {
        rivals_of(all, place)
            .max_by(|one, other| {
                self.sharp(one.1).total_cmp(&self.sharp(other.1)).then(other.0.cmp(&one.0))
            })
            .map(|(rival, _)| rival)
    }

    /// Log-odds by which candidates are told apart.
    fn sharp(&self, one: &Contender) -> f64 {
        one.log_odds + self.coefficients.rivals * one.beyond
    }

    /// The verdict for the best confidence of a crash, and whether it is proven.
    pub fn verdict(&self, best: Option<f64>) -> Verdict {
        match best {
            Some(confidence) if confidence >= self.match_threshold => Verdict::Match,
            Some(confidence) if confidence >= self.possible_threshold => Verdict::Possible,
            _ => Verdict::None,
        }
    }
}

/// The verdict about a crash.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nothing is worth showing.
    None,
    /// Something is worth showing and not proven.
    Possible,
    /// It is this known issue.
    Match,
}

impl Verdict {
    /// The published code.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Possible => "possible",
            Self::Match => "match",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks the confidences of contenders, as (log-odds, beyond, proven), in percent.
    #[track_caller]
    fn check(all: &[(f64, f64, bool)], expected: &[f64]) {
        let calibration = Calibration::SHIPPED;
        let all = all.iter().copied();
        let all: Vec<Contender> =
            all.map(|(log_odds, beyond, proven)| Contender { log_odds, beyond, proven }).collect();
        let found = (0..all.len()).map(|place| {
            let points = calibration.rival_points(&all, place);
            (calibration.confidence(all[place].log_odds + points) * 100.0).round()
        });
        assert_eq!(found.collect::<Vec<f64>>(), expected, "{all:?}");
    }

    fn calibration_points(all: &[Contender], place: usize) -> f64 {
        Calibration::SHIPPED.rival_points(all, place)
    }

    #[test]
    fn rivals_share_what_is_sure() {
        check(&[(0.0, 0.0, true)], &[50.0]);
        check(&[(9.0, 0.0, true), (9.0, 0.0, true)], &[50.0, 50.0]);
        // One of two is right with 2/3, each of them with half of that.
        check(&[(0.0, 0.0, true), (0.0, 0.0, true)], &[33.0, 33.0]);
        // Half of the points beyond saturation: log-odds 4 between them.
        check(&[(9.0, 8.0, true), (9.0, 0.0, true)], &[98.0, 2.0]);
        check(&[(9.0, 0.0, true), (9.0, 50.0, false)], &[100.0, 100.0]);
        check(&[(40.0, 900.0, true), (40.0, 0.0, true)], &[100.0, 0.0]);
        let [one, two] = [(9.0, 9e4), (9.0, 0.0)].map(|(log_odds, beyond)| Contender {
            log_odds,
            beyond,
            proven: true,
        });
        assert_eq!(calibration_points(&[one, two], 1), -99.0);
    }

    #[test]
    fn verdicts_follow_the_thresholds() {
        let calibration = Calibration::SHIPPED;
        assert_eq!(calibration.verdict(None), Verdict::None);
        assert_eq!(calibration.verdict(Some(calibration.possible_threshold)), Verdict::Possible);
        assert_eq!(calibration.verdict(Some(calibration.match_threshold)), Verdict::Match);
        assert_eq!(calibration.confidence(0.0), 0.5);
    }
}
