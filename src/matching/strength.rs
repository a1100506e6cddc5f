//! What could make an issue a match: measured from its signatures, never declared.

use serde::Serialize;

use super::align::{Weights, align};
use super::calibrate::Calibration;
use super::score::frame_points;
use crate::kb::FramePattern;
use crate::signature::KeyFrame;
use crate::store::{StoredExemplar, StoredSignature};

/// What could make an issue a match.
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

/// The best of the signatures and exemplars of one issue, each seen by a crash that shows all of it.
pub(super) fn strength(
    signatures: &[StoredSignature],
    exemplars: &[StoredExemplar],
    weights: &Weights,
    calibration: &Calibration,
) -> Strength {
    let proves = |frames: &[FramePattern]| {
        let crash: Vec<KeyFrame> = frames.iter().enumerate().map(shown).collect();
        let alignment = align(frames, &crash, weights);
        frame_points(&alignment, alignment.share(), calibration).points >= calibration.proof
    };
    let some = signatures.iter().filter_map(|signature| signature.pattern.some.as_ref());
    // The lightest choice that is enough must prove, or the others would prove by chance.
    let some_proves = some.into_iter().any(|some| {
        let mut lightest: Vec<FramePattern> = some.of.clone();
        lightest.sort_by(|one, other| weights.of(one.name()).total_cmp(&weights.of(other.name())));
        lightest.truncate(some.least);
        proves(&lightest)
    });
    let frames = signatures.iter().any(|signature| proves(&signature.pattern.frames));
    if frames || some_proves || exemplars.iter().any(|exemplar| proves(&exemplar.frames)) {
        return Strength::Frames;
    }
    match signatures.iter().any(|signature| signature.decisive) {
        true => Strength::Texts,
        false => Strength::Possible,
    }
}

/// The frame of a crash that shows just what the pattern asks for.
fn shown((index, frame): (usize, &FramePattern)) -> KeyFrame {
    KeyFrame::new(frame.name(), frame.module.as_deref(), index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kb::{Rarity, Signature, SomeFrames};

    #[track_caller]
    fn check(pattern: Signature, decisive: bool, expected: Strength) {
        let rarity = Rarity { counts: [("Often".to_owned(), 30)].into(), total: 40 };
        let weights = Weights::new(rarity, Default::default());
        let signature = StoredSignature { decisive, pattern };
        let found =
            strength(std::slice::from_ref(&signature), &[], &weights, &Calibration::SHIPPED);
        assert_eq!(found, expected, "{signature:?}");
    }

    #[test]
    fn rare_frames_and_decisive_texts_prove_and_nothing_else_does() {
        let frames = |names: &[&str]| Signature {
            frames: names.iter().map(|name| FramePattern::of(name)).collect(),
            ..Signature::default()
        };
        check(frames(&["Rare_One", "Rare_Two"]), false, Strength::Frames);
        check(frames(&["Often"]), false, Strength::Possible);
        check(frames(&["Often"]), true, Strength::Texts);
        let some = |least, names: [&str; 3]| Signature {
            some: Some(SomeFrames { least, of: names.map(FramePattern::of).into() }),
            ..Signature::default()
        };
        check(some(1, ["Rare_One", "Rare_Two", "Often"]), false, Strength::Possible);
        check(some(2, ["Rare_One", "Rare_Two", "Often"]), false, Strength::Frames);
    }
}
