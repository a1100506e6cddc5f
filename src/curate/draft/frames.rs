//! The frames that nearly all of some crashes print in the same order.

use std::collections::BTreeSet;

use crate::kb::FramePattern;
use crate::matching::{Weights, align};
use crate::signature::{CrashKeys, KeyFrame};

/// Of ten crashes so many print a frame that counts as common.
const OF_TEN: usize = 9;
/// Most crashes that are tried as the one whose order counts.
const MAX_BASES: usize = 16;

/// A frame that is common, with the module and version in which every crash prints it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CommonFrame {
    pub function: String,
    pub module: Option<String>,
    pub version: Option<String>,
}

/// What of a frame is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asking {
    Function,
    Module,
    Version,
}

impl Asking {
    /// From the least that is asked for to the most.
    pub(super) const ALL: [Self; 3] = [Self::Function, Self::Module, Self::Version];
}

impl CommonFrame {
    /// The frame as a signature asks for it.
    pub(super) fn pattern(&self, asking: Asking) -> FramePattern {
        FramePattern {
            function: self.function.clone(),
            module: self.module.clone().filter(|_| asking != Asking::Function),
            version: self.version.clone().filter(|_| asking == Asking::Version),
            ..FramePattern::default()
        }
    }
}

/// The common frames, top first, without those that any crash prints.
pub(super) fn common_frames(crashes: &[&CrashKeys], weights: &Weights) -> Vec<CommonFrame> {
    let mut stories: BTreeSet<Vec<&str>> = BTreeSet::new();
    let mut best: Vec<CommonFrame> = Vec::new();
    for base in crashes.iter().copied() {
        let names = base.frames.iter().map(|frame| frame.function.as_str());
        if stories.len() >= MAX_BASES || !stories.insert(names.collect()) {
            continue;
        }
        let frames = common_with(base, crashes, weights);
        if frames.len() > best.len() {
            best = frames;
        }
    }
    best
}

/// The frames of `base` that nearly all crashes print in its order.
fn common_with(base: &CrashKeys, crashes: &[&CrashKeys], weights: &Weights) -> Vec<CommonFrame> {
    let kinds = base.kind.as_slice();
    let names = base.frames.iter().map(|frame| FramePattern::from_word(&frame.function));
    let names: Vec<FramePattern> = names.collect();
    let wanted = weights.prepare_pattern(&names, kinds);
    let mut printed: Vec<Vec<&KeyFrame>> = vec![Vec::new(); names.len()];
    for crash in crashes {
        let found = align(&wanted, &weights.prepare_crash(&crash.frames, kinds));
        for step in found.steps {
            let frame = crash.frames.iter().find(|frame| frame.index == step.crash);
            printed[step.signature].extend(frame);
        }
    }
    let mut common: Vec<CommonFrame> = Vec::new();
    for (frame, printed) in base.frames.iter().zip(printed) {
        let is_common = printed.len() * 10 >= crashes.len() * OF_TEN;
        let is_known = common.iter().any(|known| known.function == frame.function);
        if is_common
            && !is_known
            && is_name(&frame.function)
            && !weights.is_background(&frame.function, kinds)
        {
            common.push(CommonFrame {
                function: frame.function.clone(),
                module: shared(&printed, |frame| frame.module.as_ref()),
                version: shared(&printed, |frame| frame.version.as_ref()),
            });
        }
    }
    common
}

/// The value that all frames have.
fn shared(frames: &[&KeyFrame], of: fn(&KeyFrame) -> Option<&String>) -> Option<String> {
    let first = of(frames.first()?)?;
    frames.iter().all(|frame| of(frame) == Some(first)).then(|| first.clone())
}

/// True for a name that a signature may ask for.
fn is_name(function: &str) -> bool {
    function.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '$'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kb::Rarity;
    use crate::signature::Background;

    fn crash(names: &str) -> CrashKeys {
        let frames = names.split_whitespace().enumerate().map(|(index, word)| {
            let (name, module) = word.split_once('@').unwrap_or((word, "vmkernel"));
            KeyFrame::new(name, Some(module), index)
        });
        CrashKeys { frames: frames.collect(), ..CrashKeys::default() }
    }

    /// Checks the common frames of crashes, each with its functions from the top.
    #[track_caller]
    fn check(crashes: &[&str], expected: &str) {
        let crashes: Vec<CrashKeys> = crashes.iter().map(|names| crash(names)).collect();
        let crashes: Vec<&CrashKeys> = crashes.iter().collect();
        let weights = Weights::new(Rarity::default(), Background::new(["Free"]));
        let found = common_frames(&crashes, &weights);
        let found: Vec<String> =
            found.iter().map(|frame| frame.pattern(Asking::Module).to_string()).collect();
        assert_eq!(found.join(" "), expected);
    }

    #[test]
    fn frames_in_the_same_order_are_common() {
        check(&["A B C"], "A@vmkernel B@vmkernel C@vmkernel");
        check(&["A B Free C", "A X B C", "Y A B C"], "A@vmkernel B@vmkernel C@vmkernel");
        check(&["A@one B", "A@two B"], "A B@vmkernel");
        check(&["A A B"], "A@vmkernel B@vmkernel");
        check(&["A B", "C D"], "");
        check(&[], "");
    }

    #[test]
    fn one_crash_of_ten_may_lack_a_frame() {
        let mut crashes = vec!["A B C"; 9];
        crashes.push("A C");
        check(&crashes, "A@vmkernel B@vmkernel C@vmkernel");
        crashes.push("A C");
        check(&crashes, "A@vmkernel C@vmkernel");
    }
}
