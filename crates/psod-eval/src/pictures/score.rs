//! How far what was read is from the truth.

use std::collections::BTreeMap;
use std::ops::Range;

/// Errors of one picture, or of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Score {
    /// Characters to change, add or take away.
    pub errors: usize,
    /// Characters of the truth.
    pub characters: usize,
    /// Names of functions with their module that were read whole.
    pub whole: usize,
    /// Names of the truth.
    pub names: usize,
}

impl Score {
    /// Errors of one character on average; more than 1 where more was read than is there.
    #[must_use]
    pub fn rate(&self) -> f64 {
        self.errors as f64 / self.characters.max(1) as f64
    }
}

/// Holds a reading against the truth. Blanks and line ends count as one blank, however many there are:
/// which of them a screen prints is not what it says.
#[must_use]
pub fn score(truth: &str, read: &str) -> Score {
    let (truth, read) = (normalized(truth), normalized(read));
    let (mut known, found) = (names(&truth), names(&read));
    let all = known.values().sum();
    for (name, count) in &mut known {
        *count = (*count).min(found.get(name).copied().unwrap_or(0));
    }
    let letters = truth.chars().count();
    let errors = strsim::generic_levenshtein(&Letters(&truth), &Letters(&read));
    Score { errors, characters: letters, whole: known.values().sum(), names: all }
}

struct Letters<'a>(&'a str);

impl<'b> IntoIterator for &'b Letters<'_> {
    type Item = char;
    type IntoIter = std::str::Chars<'b>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.chars()
    }
}

fn normalized(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `function@module` of each frame, and how often.
fn names(text: &str) -> BTreeMap<&str, usize> {
    let mut names = BTreeMap::new();
    for place in places_of_names(text) {
        *names.entry(&text[place]).or_insert(0) += 1;
    }
    names
}

/// Where `function@module` stands.
pub(super) fn places_of_names(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.match_indices('@').filter_map(|(at, _)| {
        let before = text[..at].trim_end_matches(is_of_name).len();
        let after = text[at + 1..]
            .find(|letter| !is_of_name(letter))
            .map_or(text.len(), |edge| at + 1 + edge);
        (before < at && after > at + 1).then_some(before..after)
    })
}

fn is_of_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "_.$~:".contains(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(truth: &str, read: &str, expected: (usize, usize, usize)) {
        let found = score(truth, read);
        assert_eq!((found.errors, found.whole, found.names), expected, "{truth:?} {read:?}");
    }

    #[test]
    fn errors_and_names_are_counted() {
        let frame = "0x41: [0x42]Panic@vmkernel#nover+0x1 stack: 0x0";
        check(frame, frame, (0, 1, 1));
        check(frame, "0x41:\n[0x42]Panic@vmkernel#nover+0x1   stack: 0x0", (0, 1, 1));
        check(frame, "0x41: [0x42]Panlc@vmkernel#nover+0x1 stack: 0x0", (1, 0, 1));
        check("a@b a@b", "a@b", (4, 1, 2));
        check("no name", "", (7, 0, 0));
        // Text recognition reads signs beyond ASCII.
        check("a@b", "¥a@b", (1, 1, 1));
    }
}
