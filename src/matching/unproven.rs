//! How sure a match is, in a word, and the reason why evidence makes no match, however much of it
//! there is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

use super::calibrate::{Calibration, Verdict};

/// The reason why an issue is not proven, those that say most first.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    JsonSchema,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Unproven {
    /// The text holds no panic: a log prints backtraces for other reasons too.
    NoPanic,
    /// The panic is of another kind than the recorded crashes.
    OtherKind,
    /// The functions are in other modules.
    OtherModules,
    /// The crash fails in another function: both sides have rare frames above the first that
    /// corresponds.
    OtherTop,
    /// Another proven issue explains the same frames, and those above as well.
    OtherExplains,
    /// The functions are in a driver, and the issue does not say in which module its own are.
    UnsaidModules,
    /// The functions that correspond are plumbing, or other known issues print them too.
    NoTellingFrame,
    /// Most of the crash's own frames are not explained.
    LittleExplained,
    /// The frames that correspond weigh too little, or there are none.
    TooLittle,
}

impl Unproven {
    /// Every reason.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The published code.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// How sure it is that a crash is of an issue, in a word.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    JsonSchema,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Certainty {
    /// Not worth showing.
    Unlikely,
    /// Worth showing, and less likely than not.
    Weak,
    /// More likely than not, and not proven.
    Likely,
    /// A match.
    Proven,
}

impl Certainty {
    /// Every word.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The word for a confidence; `None` is that of an issue that something excludes.
    pub fn new(confidence: Option<f64>, calibration: &Calibration) -> Self {
        const LIKELY: f64 = 0.5;
        match calibration.verdict(confidence) {
            Verdict::Match => Self::Proven,
            Verdict::Possible if confidence >= Some(LIKELY) => Self::Likely,
            Verdict::Possible => Self::Weak,
            Verdict::None => Self::Unlikely,
        }
    }

    /// The published code.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(confidence: Option<f64>, expected: Certainty) {
        assert_eq!(Certainty::new(confidence, &Calibration::SHIPPED), expected);
    }

    #[test]
    fn words_follow_the_verdict_and_the_half() {
        let calibration = Calibration::SHIPPED;
        check(None, Certainty::Unlikely);
        check(Some(calibration.possible_threshold - 0.01), Certainty::Unlikely);
        check(Some(calibration.possible_threshold), Certainty::Weak);
        check(Some(0.5), Certainty::Likely);
        check(Some(calibration.match_threshold), Certainty::Proven);
        check(Some(calibration.confidence_of(99.0, false)), Certainty::Likely);
    }
}
