//! The numbers of the score, in one place. `psod-match eval kb` prints the table
//! that the thresholds were chosen from.

use schemars::JsonSchema;
use serde::Serialize;

/// What each piece of evidence is worth, in log-odds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calibration {
    /// Log-odds before any evidence: most issues are not this crash.
    pub prior: f64,
    /// Points of each unit of matched frame weight.
    pub frame_weight: f64,
    /// Most points that frames can bring.
    pub most_frame_points: f64,
    /// Exponent of the share of the signature: below 1 a partial match keeps part of its points.
    pub share_exponent: f64,
    /// Points lost for each unit of unmatched frame weight between matched frames.
    pub between_weight: f64,
    /// The panic kind is one of the signature's.
    pub kind_held: f64,
    /// The panic kind is another.
    pub kind_contradicted: f64,
    /// A message or log line that holds for no other issue.
    pub text_decisive: f64,
    /// A message that holds, and might for other issues.
    pub message_held: f64,
    /// A log line that holds, and might for other issues.
    pub log_held: f64,
    /// A message is printed and is another.
    pub message_contradicted: f64,
    /// The world is the signature's.
    pub world_held: f64,
    /// The world is another.
    pub world_contradicted: f64,
    /// A module of the signature takes part.
    pub module_held: f64,
    /// Frame points below which frames alone are no proof.
    pub proof: f64,
    /// Confidence from which a crash is called a match.
    pub match_threshold: f64,
    /// Confidence from which an issue is worth showing.
    pub possible_threshold: f64,
}

impl Calibration {
    /// The shipped calibration.
    pub const SHIPPED: Self = Self {
        prior: -4.5,
        frame_weight: 0.8,
        most_frame_points: 9.0,
        share_exponent: 0.5,
        between_weight: 0.02,
        kind_held: 0.5,
        kind_contradicted: -1.0,
        text_decisive: 6.5,
        message_held: 1.5,
        log_held: 1.0,
        message_contradicted: -0.3,
        world_held: 1.5,
        world_contradicted: -0.5,
        module_held: 0.5,
        proof: 2.5,
        match_threshold: 0.80,
        possible_threshold: 0.10,
    };

    /// The shipped calibration, showing every candidate: for measuring.
    pub const UNCUT: Self = Self { possible_threshold: 0.0, ..Self::SHIPPED };

    /// Turns a sum of log-odds into a confidence between 0 and 1.
    pub fn confidence(&self, points: f64) -> f64 {
        1.0 / (1.0 + (-points).exp())
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

/// What is said about a crash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nothing is worth showing.
    None,
    /// Something is worth showing and not proven.
    Possible,
    /// It is this known issue.
    Match,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_follow_the_thresholds() {
        let calibration = Calibration::SHIPPED;
        assert_eq!(calibration.verdict(None), Verdict::None);
        assert_eq!(calibration.verdict(Some(calibration.possible_threshold)), Verdict::Possible);
        assert_eq!(calibration.verdict(Some(calibration.match_threshold)), Verdict::Match);
        assert_eq!(calibration.confidence(0.0), 0.5);
    }
}
