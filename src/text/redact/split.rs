//! How a word is cut: where another way of writing begins, and at its capital letters. `build.rs` cuts the
//! words of the public texts by the same file, so that both sides have the same parts.

use std::ops::Range;

/// A way of writing whose words nothing separates from the next one's.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    Kanji,
    Hiragana,
    Katakana,
    Other,
}

impl Script {
    pub(super) fn new(character: char) -> Self {
        match character {
            '\u{3400}'..='\u{9fff}' | '々' | '\u{f900}'..='\u{faff}' => Self::Kanji,
            '\u{3041}'..='\u{309f}' => Self::Hiragana,
            '\u{30a0}'..='\u{30ff}' => Self::Katakana,
            _ => Self::Other,
        }
    }
}

/// The ranges of `text` that are of one way of writing each: Japanese has no blanks.
pub(super) fn script_runs(text: &str) -> Vec<Range<usize>> {
    let mut runs = Vec::new();
    let (mut start, mut last) = (0, None);
    for (at, character) in text.char_indices() {
        let script = Script::new(character);
        if last.is_some_and(|last| last != script) {
            runs.push(start..at);
            start = at;
        }
        last = Some(script);
    }
    runs.push(start..text.len());
    runs
}

/// The parts of a word of letters at its capitals: `FileServer`, `SCSIDevice`.
pub(super) fn capital_parts(word: &str) -> Vec<&str> {
    let letters: Vec<(usize, char)> = word.char_indices().collect();
    let (mut parts, mut start) = (Vec::new(), 0);
    for index in 1..letters.len() {
        let (at, letter) = letters[index];
        let is_next_small = letters.get(index + 1).is_some_and(|(_, next)| next.is_lowercase());
        let is_start =
            letter.is_uppercase() && (letters[index - 1].1.is_lowercase() || is_next_small);
        if is_start {
            parts.push(&word[start..at]);
            start = at;
        }
    }
    parts.push(&word[start..]);
    parts
}
