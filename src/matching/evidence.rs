//! Reasons for and against an issue, and the groups in which they are fitted.

use serde::{Deserialize, Serialize};

use crate::kb::{Coefficients, Condition, EvidenceKind};
use crate::message::Sentence;

/// One reason for or against an issue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// What it is about.
    pub kind: EvidenceKind,
    /// Log-odds; below 0 it speaks against the issue.
    pub points: f64,
    /// One phrase for the reader.
    pub detail: Sentence,
}

/// Evidence that has one coefficient in the fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EvidenceGroup {
    /// Frames, in order or not.
    Frames,
    /// A text or machine check that holds for no other issue.
    Decisive,
    /// Other texts and machine checks.
    Texts,
    /// Panic kind, exception, world, modules, versions, hardware.
    Circumstances,
    /// Everything against the issue.
    Against,
}

impl EvidenceGroup {
    /// Every group, in the order of [`Points`].
    pub const ALL: [Self; 5] =
        [Self::Frames, Self::Decisive, Self::Texts, Self::Circumstances, Self::Against];

    /// The group of a condition that is held, or nearly, and proves nothing by itself.
    pub fn from_condition(condition: Condition) -> Self {
        if condition.row().worth.decisive.is_some() { Self::Texts } else { Self::Circumstances }
    }

    /// Its coefficient.
    pub fn coefficient(self, coefficients: &Coefficients) -> f64 {
        match self {
            Self::Frames => coefficients.frames,
            Self::Decisive => coefficients.decisive,
            Self::Texts => coefficients.texts,
            Self::Circumstances => coefficients.circumstances,
            Self::Against => coefficients.against,
        }
    }
}

/// Points by group as the table has them, before the coefficients.
pub type Points = [f64; EvidenceGroup::ALL.len()];

/// The log-odds of an issue alone: prior and points with their coefficients.
pub fn log_odds(points: &Points, coefficients: &Coefficients) -> f64 {
    let pairs = points.iter().zip(EvidenceGroup::ALL);
    let weighed = pairs.map(|(points, group)| points * group.coefficient(coefficients));
    coefficients.prior + weighed.sum::<f64>()
}
