//! Words as a full-text search compares them, in English and in Japanese.
//!
//! Characters are folded (NFKC, lower case). A Latin word is one word, and an identifier is its
//! parts as well (`VmMemCowPShareFn`, `nmlx5_QueryStats`). Japanese has no spaces between its
//! words: each pair of neighbouring characters is a word, and so is the last character alone.
//! `templates/site/search.js` cuts words in the same way.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SearchWord {
    /// The folded word.
    pub(crate) text: String,
    /// Its number in the text; an identifier has the number of its first part.
    pub(crate) place: usize,
    /// First byte in the original text.
    pub(crate) start: usize,
    /// The byte after its last one, in the original text.
    pub(crate) end: usize,
}

/// A run of characters that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SearchRun {
    /// The whole run as one word.
    pub(crate) whole: SearchWord,
    /// The parts of an identifier, or the pairs of Japanese characters; empty where the run is
    /// only one word.
    pub(crate) parts: Vec<SearchWord>,
    /// True when it is written in Japanese.
    pub(crate) japanese: bool,
}

/// A folded character with its place in the original text.
#[derive(Clone, Copy)]
struct Folded {
    /// The character before its case is folded.
    character: char,
    start: usize,
    end: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Japanese,
    Latin,
    Other,
}

/// Returns every word of `text`, parts included.
pub(crate) fn search_words(text: &str) -> Vec<SearchWord> {
    let mut words = Vec::new();
    for run in search_runs(text) {
        if !run.japanese {
            words.push(run.whole);
        }
        words.extend(run.parts);
    }
    words
}

/// Returns the runs of `text` in their order.
pub(crate) fn search_runs(text: &str) -> Vec<SearchRun> {
    let characters = fold(text);
    let (mut runs, mut place, mut from) = (Vec::new(), 0, 0);
    while from < characters.len() {
        let script = script_at(&characters, from);
        let length = (from..characters.len())
            .take_while(|&index| script_at(&characters, index) == script)
            .count();
        let run = &characters[from..from + length];
        from += length;
        let run = match script {
            Script::Other => None,
            Script::Japanese => Some(japanese_run(run, place)),
            Script::Latin => latin_run(run, place),
        };
        if let Some(run) = run {
            place += run.parts.len().max(1);
            runs.push(run);
        }
    }
    runs
}

/// Folds the characters one by one, each with the marks that belong to it, so that every folded
/// character has a place in the text.
fn fold(text: &str) -> Vec<Folded> {
    let mut folded = Vec::with_capacity(text.len());
    let mut rest = text.char_indices().peekable();
    while let Some((start, _)) = rest.next() {
        while rest.peek().is_some_and(|&(_, next)| is_mark(next)) {
            rest.next();
        }
        let end = rest.peek().map_or(text.len(), |&(next, _)| next);
        let characters = text[start..end].nfkc();
        folded.extend(characters.map(|character| Folded { character, start, end }));
    }
    folded
}

/// Returns true for marks that combine with the character before, also in half-width katakana.
fn is_mark(character: char) -> bool {
    matches!(character, '\u{ff9e}' | '\u{ff9f}') || canonical_combining_class(character) != 0
}

fn script_at(characters: &[Folded], index: usize) -> Script {
    match character_at(characters, Some(index)) {
        // The dot between two loan words.
        Some('・') => Script::Other,
        Some('ぁ'..='ゟ' | 'ァ'..='ヿ' | '々' | '〆' | '\u{3400}'..='\u{9fff}') => {
            Script::Japanese
        }
        Some('_') => Script::Latin,
        // `7.0.3` is one word.
        Some('.')
            if is_digit_at(characters, index.checked_sub(1))
                && is_digit_at(characters, index.checked_add(1)) =>
        {
            Script::Latin
        }
        Some(character) if character.is_alphanumeric() => Script::Latin,
        _ => Script::Other,
    }
}

fn character_at(characters: &[Folded], index: Option<usize>) -> Option<char> {
    index.and_then(|index| characters.get(index)).map(|folded| folded.character)
}

fn is_digit_at(characters: &[Folded], index: Option<usize>) -> bool {
    character_at(characters, index).is_some_and(|character| character.is_ascii_digit())
}

fn word(characters: &[Folded], place: usize) -> SearchWord {
    let text = characters.iter().flat_map(|folded| folded.character.to_lowercase()).collect();
    let start = characters.first().map_or(0, |folded| folded.start);
    let end = characters.last().map_or(0, |folded| folded.end);
    SearchWord { text, place, start, end }
}

fn japanese_run(run: &[Folded], place: usize) -> SearchRun {
    const PAIR: usize = 2;
    let parts = (0..run.len()).map(|index| {
        let end = (index + PAIR).min(run.len());
        word(&run[index..end], place + index)
    });
    SearchRun { whole: word(run, place), parts: parts.collect(), japanese: true }
}

/// Makes the run of a Latin word; `None` for a run of underscores.
fn latin_run(run: &[Folded], place: usize) -> Option<SearchRun> {
    let first = run.iter().position(|folded| folded.character != '_')?;
    let last = run.iter().rposition(|folded| folded.character != '_')?;
    let run = &run[first..=last];
    let mut parts: Vec<&[Folded]> = Vec::new();
    let mut from = 0;
    for index in 0..=run.len() {
        if index == run.len() || is_border(run, index) {
            parts.extend(Some(&run[from..index]).filter(|part| !part.is_empty()));
            from = index + usize::from(run.get(index).is_some_and(|c| c.character == '_'));
        }
    }
    let parts = match parts.len() {
        0 | 1 => Vec::new(),
        _ => parts.iter().enumerate().map(|(index, part)| word(part, place + index)).collect(),
    };
    Some(SearchRun { whole: word(run, place), parts, japanese: false })
}

/// Returns true where a part of an identifier ends: at `_`, and before a capital that begins a
/// word.
fn is_border(run: &[Folded], index: usize) -> bool {
    let before = character_at(run, index.checked_sub(1));
    let here = character_at(run, Some(index));
    let next = character_at(run, index.checked_add(1));
    let after_lower = before.is_some_and(|c| c.is_lowercase() || c.is_ascii_digit());
    let ends_capitals =
        before.is_some_and(char::is_uppercase) && next.is_some_and(char::is_lowercase);
    here == Some('_') || here.is_some_and(char::is_uppercase) && (after_lower || ends_capitals)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let words = search_words(text);
        let found: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn identifiers_are_a_word_and_their_parts() {
        check("Spin count exceeded", &["spin", "count", "exceeded"]);
        check("UplinkDev_Transmit", &["uplinkdev_transmit", "uplink", "dev", "transmit"]);
        check("__VDL2_Free", &["vdl2_free", "vdl2", "free"]);
        check("VMFSFileIO", &["vmfsfileio", "vmfs", "file", "io"]);
        check("i40en 7.0.3. Ja", &["i40en", "7.0.3", "ja"]);
        check("a__b ___", &["a__b", "a", "b"]);
    }

    #[test]
    fn japanese_is_pairs_and_folding_makes_spellings_alike() {
        check("割り込み", &["割り", "り込", "込み", "み"]);
        check("ESXi の PSOD", &["esxi", "es", "xi", "の", "psod"]);
        check("ﾊﾞｯｸ", &["バッ", "ック", "ク"]);
        check("ＫＢ３１８５１２", &["kb318512"]);
        check("コア・ダンプ", &["コア", "ア", "ダン", "ンプ", "プ"]);
    }

    #[test]
    fn places_are_those_of_the_text_as_given() {
        let text = "x ﾊﾞｯｸ AlphaBeta end";
        let slices: Vec<(usize, &str)> = search_words(text)
            .iter()
            .map(|word| (word.place, &text[word.start..word.end]))
            .collect();
        assert_eq!(
            slices,
            [
                (0, "x"),
                (1, "ﾊﾞｯ"),
                (2, "ｯｸ"),
                (3, "ｸ"),
                (4, "AlphaBeta"),
                (4, "Alpha"),
                (5, "Beta"),
                (6, "end"),
            ]
        );
    }
}
