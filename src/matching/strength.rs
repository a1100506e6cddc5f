//! The evidence that could make an issue a match: measured from its signatures, never declared.

use serde::Serialize;

use super::align::{Weights, align};
use super::calibrate::Calibration;
use super::face::{Face, PreparedSignature};
use super::fit::frame_points;
use crate::kb::FramePattern;
use crate::signature::PreparedBacktrace;

/// The evidence that could make an issue a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strength {
    /// Nothing: it is `possible` at most.
    Possible,
    /// A message, source line, log line or machine check that holds for no other issue.
    Texts,
    /// Frames of enough weight.
    Frames,
}

impl Strength {
    /// Every strength, the best first.
    pub const ALL: &[Strength] = &[Strength::Frames, Strength::Texts, Strength::Possible];

    /// The published code.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Frames => "frames",
            Self::Texts => "texts",
            Self::Possible => "possible",
        }
    }
}

/// The strength of the best of the signatures and exemplars of one issue, each beside a crash that
/// shows all of it.
pub(super) fn strength(face: &Face, weights: &Weights, calibration: &Calibration) -> Strength {
    let signatures = face.signatures.iter();
    let of_signatures = signatures.clone().map(|signature| &signature.frames);
    let of_exemplars = face.exemplars.iter().map(|exemplar| &exemplar.frames);
    if of_signatures.chain(of_exemplars).any(|frames| proves(frames, calibration))
        || signatures
            .clone()
            .filter_map(|signature| lightest(signature, weights))
            .any(|some| proves(&some, calibration))
    {
        return Strength::Frames;
    }
    if signatures.clone().any(|signature| signature.decisive) {
        return Strength::Texts;
    }
    Strength::Possible
}

/// True when these frames alone may make a match.
fn proves(frames: &PreparedBacktrace, calibration: &Calibration) -> bool {
    let alignment = align(frames, frames);
    frame_points(&alignment, alignment.share(), calibration).points >= calibration.proof
}

/// The lightest choice of those frames of a signature that may come in any order: it must prove, or
/// the others would prove by chance.
fn lightest(signature: &PreparedSignature, weights: &Weights) -> Option<PreparedBacktrace> {
    let some = signature.pattern().some.as_ref()?;
    let mut frames: Vec<FramePattern> = some.of.clone();
    frames.sort_by(|one, other| {
        let [one, other] = [one, other].map(|frame| weights.weight(frame.name(), &signature.kinds));
        one.total_cmp(&other)
    });
    frames.truncate(some.least);
    Some(weights.prepare_pattern(&frames, &signature.kinds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kb::{Rarity, Signature, SomeFrames};
    use crate::store::{StoredFace, StoredSignature};

    #[track_caller]
    fn check(pattern: Signature, decisive: bool, expected: Strength) {
        let rarity = Rarity { counts: [("Often".to_owned(), 30)].into(), total: 40 };
        let weights = Weights::new(rarity, Default::default());
        let signatures = vec![StoredSignature { decisive, pattern }];
        let face = Face::new(StoredFace { signatures, ..StoredFace::default() }, &weights);
        let found = strength(&face, &weights, &Calibration::SHIPPED);
        assert_eq!(found, expected, "{face:?}");
    }

    fn in_order(names: &[&str]) -> Signature {
        let frames = names.iter().map(|name| FramePattern::from_word(name)).collect();
        Signature { frames, ..Signature::default() }
    }

    fn some_of(least: usize, names: [&str; 3]) -> Signature {
        let some = SomeFrames { least, of: names.map(FramePattern::from_word).into() };
        Signature { some: Some(some), ..Signature::default() }
    }

    #[test]
    fn rare_frames_and_decisive_texts_prove_and_nothing_else_does() {
        check(in_order(&["Rare_One", "Rare_Two"]), false, Strength::Frames);
        check(in_order(&["Often"]), false, Strength::Possible);
        check(in_order(&["Often"]), true, Strength::Texts);
        check(some_of(1, ["Rare_One", "Rare_Two", "Often"]), false, Strength::Possible);
        check(some_of(2, ["Rare_One", "Rare_Two", "Often"]), false, Strength::Frames);
    }
}
