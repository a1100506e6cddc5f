//! Backtraces in the form in which they are compared.
//!
//! A [`PreparedBacktrace`] is made once, of a crash, an exemplar or the frames of a signature:
//! names are folded, module patterns compiled and frames weighed, so that comparing two of them
//! only computes. What a frame weighs is decided elsewhere.

use super::keys::KeyFrame;
use crate::crash::VMKERNEL;
use crate::text::{ComparableName, Template, folded};

/// A backtrace in the form in which backtraces are compared.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PreparedBacktrace {
    frames: Vec<PreparedFrame>,
    weights: FrameWeights,
}

/// What each frame of a backtrace is worth, top first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FrameWeights {
    /// By its rarity; frames that say nothing weigh nothing.
    pub plain: Vec<f64>,
    /// By its rarity and its place: rare frames near the top weigh most.
    pub placed: Vec<f64>,
    /// Whether it tells its issue from all others.
    pub tells: Vec<bool>,
    /// By its rarity alone, whatever lists say of it: what it is worth when it is missing.
    pub rarities: Vec<f64>,
}

impl PreparedBacktrace {
    /// The backtrace of `frames`, top first, of which each has its `weights`.
    pub fn new(frames: Vec<PreparedFrame>, weights: FrameWeights) -> Self {
        debug_assert!(frames.len() == weights.plain.len() && frames.len() == weights.placed.len());
        debug_assert!(frames.len() == weights.rarities.len());
        Self { frames, weights }
    }

    /// The frames, top first.
    pub fn frames(&self) -> &[PreparedFrame] {
        &self.frames
    }

    /// What the rarity of each frame is worth.
    pub fn weights(&self) -> &[f64] {
        &self.weights.plain
    }

    /// What each frame is worth at its place: rare frames near the top weigh most.
    pub fn placed_weights(&self) -> &[f64] {
        &self.weights.placed
    }

    /// The rarity of each frame, even of those that weigh nothing.
    pub fn rarities(&self) -> &[f64] {
        &self.weights.rarities
    }

    /// Whether each frame tells its issue from all others.
    pub fn tells(&self) -> &[bool] {
        &self.weights.tells
    }

    /// The place of the frame that is at `index` of the backtrace it comes from.
    pub fn place(&self, index: usize) -> Option<usize> {
        self.frames.binary_search_by_key(&index, |frame| frame.index).ok()
    }
}

/// A frame in the form in which frames are compared.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PreparedFrame {
    /// The function.
    pub name: ComparableName,
    /// The module, where one is printed or asked for.
    pub module: Option<NamePattern>,
    /// The version of the module, where one is printed or asked for.
    pub version: Option<NamePattern>,
    /// Position in the backtrace that it comes from.
    pub index: usize,
    /// True when its absence says nothing.
    pub optional: bool,
    /// Most frames between the frame above and this one.
    pub gap: Option<usize>,
    /// True when a character of its name is in doubt: it tells no issue from another.
    pub doubtful: bool,
}

impl PreparedFrame {
    /// True when both frames name a module, and not the same.
    pub fn is_of_other_module(&self, found: &Self) -> bool {
        differ(&self.module, &found.module)
    }

    /// True when both frames name a module, and the other one is not this one with damaged letters.
    pub fn is_surely_of_other_module(&self, found: &Self) -> bool {
        match (&self.module, &found.module) {
            (Some(wanted), Some(found)) => !wanted.fits(found) && !wanted.resembles(found),
            _ => false,
        }
    }

    /// True when the frame is in a driver that the name of its function does not tell: not in the
    /// VMkernel, of whose functions a text without modules speaks.
    pub fn is_in_unforeseen_driver(&self) -> bool {
        let Some(module) = &self.module else { return false };
        let names = [VMKERNEL, UNNAMED];
        if names.iter().any(|name| module.text.eq_ignore_ascii_case(name)) {
            return false;
        }
        let is_named_after = first_word(&module.text).is_some_and(|word| {
            first_word(&self.name.plain).is_some_and(|own| own.eq_ignore_ascii_case(word))
        });
        !is_named_after && !NamePattern::literal(VMKERNEL).resembles(module)
    }

    /// True when both frames name a version of their module, and not the same.
    pub fn is_of_other_version(&self, found: &Self) -> bool {
        differ(&self.version, &found.version)
    }
}

/// What the VMkernel prints of modules that it has no name for.
const UNNAMED: &str = "esx";

/// The first word of a name that has more letters than two.
fn first_word(name: &str) -> Option<&str> {
    const MIN_LETTERS: usize = 3;
    let words = name.split(|c: char| !c.is_ascii_alphanumeric());
    words.into_iter().find(|word| !word.is_empty()).filter(|word| word.len() >= MIN_LETTERS)
}

fn differ(wanted: &Option<NamePattern>, found: &Option<NamePattern>) -> bool {
    match (wanted, found) {
        (Some(wanted), Some(found)) => !wanted.fits(found),
        _ => false,
    }
}

impl From<&KeyFrame> for PreparedFrame {
    fn from(frame: &KeyFrame) -> Self {
        Self {
            name: ComparableName::new(&frame.function),
            module: frame.module.as_deref().map(NamePattern::literal),
            version: frame.version.as_deref().map(NamePattern::literal),
            index: frame.index,
            doubtful: frame.doubtful,
            ..Self::default()
        }
    }
}

/// A name, or a pattern of names in which `*` is anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamePattern {
    text: String,
    /// `None` where only the name itself fits.
    template: Option<Template>,
}

impl NamePattern {
    /// The pattern that a curator wrote.
    pub fn new(text: &str) -> Self {
        let template = text.contains(['*', '{']).then(|| Template::new(text));
        Self { text: text.to_owned(), template }
    }

    /// A name that a crash prints, in which `*` is only a character.
    pub fn literal(text: &str) -> Self {
        Self { text: text.to_owned(), template: None }
    }

    /// True when `name` may be this name with damaged letters: `vmkerne1`, or `esxRnover` where the
    /// sign after `esx` was lost.
    fn resembles(&self, name: &Self) -> bool {
        const MIN_LIKENESS: f64 = 0.6;
        let (own, other) = (self.text.trim_matches('*'), name.text.as_str());
        let likeness = ComparableName::new(own).likeness(&ComparableName::new(other), MIN_LIKENESS);
        likeness > 0.0 || folded(other).starts_with(&folded(own))
    }

    /// True when `name` is this name, or one that this pattern covers.
    pub fn fits(&self, name: &Self) -> bool {
        self.text.eq_ignore_ascii_case(&name.text)
            || self.template.as_ref().is_some_and(|template| template.is_all_of(&name.text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: NamePattern, name: &str, expected: bool) {
        assert_eq!(pattern.fits(&NamePattern::literal(name)), expected, "{pattern:?} {name}");
    }

    #[test]
    fn patterns_cover_names_and_names_only_themselves() {
        check(NamePattern::new("i40en"), "I40EN", true);
        check(NamePattern::new("i40en"), "i40en_ens", false);
        check(NamePattern::new("i40en*"), "i40en_ens", true);
        check(NamePattern::new("i40en*"), "ixgben", false);
        check(NamePattern::literal("i40en*"), "i40en_ens", false);
    }
}
