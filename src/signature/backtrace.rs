//! Backtraces in the form in which they are compared.
//!
//! A [`PreparedBacktrace`] is made once, of a crash, an exemplar or the frames of a signature:
//! names are folded, module patterns compiled and frames weighed, so that comparing two of them
//! only computes. What a frame weighs is decided elsewhere.

use super::keys::KeyFrame;
use super::likeness::ComparableName;
use crate::text::Template;

/// A backtrace in the form in which backtraces are compared.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PreparedBacktrace {
    frames: Vec<PreparedFrame>,
    weights: Vec<f64>,
    placed_weights: Vec<f64>,
}

impl PreparedBacktrace {
    /// The backtrace of `frames`, top first. Of each frame, `weights` has what its rarity is worth
    /// and `placed_weights` what it is worth at its place.
    pub fn new(frames: Vec<PreparedFrame>, weights: Vec<f64>, placed_weights: Vec<f64>) -> Self {
        debug_assert!(frames.len() == weights.len() && frames.len() == placed_weights.len());
        Self { frames, weights, placed_weights }
    }

    /// The frames, top first.
    pub fn frames(&self) -> &[PreparedFrame] {
        &self.frames
    }

    /// What the rarity of each frame is worth.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// What each frame is worth at its place: rare frames near the top weigh most.
    pub fn placed_weights(&self) -> &[f64] {
        &self.placed_weights
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
}

impl From<&KeyFrame> for PreparedFrame {
    fn from(frame: &KeyFrame) -> Self {
        Self {
            name: ComparableName::new(&frame.function),
            module: frame.module.as_deref().map(NamePattern::literal),
            version: frame.version.as_deref().map(NamePattern::literal),
            index: frame.index,
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
