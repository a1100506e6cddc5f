//! Where the words of a question are in a text, and a piece of the text around them.
//!
//! Tantivy's own snippets cannot serve here: they mark every token that equals a term of the
//! query. A Japanese word is asked for as a sequence of overlapping pairs, and so is a part of an
//! identifier: its pairs would be marked wherever one of them occurs, a beginning (`vmmem`) and a
//! single Japanese character nowhere.

use schemars::JsonSchema;
use serde::Serialize;

use crate::text::{SearchRun, SearchWord, search_words};

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// True for a word that was asked for.
    pub hit: bool,
}

/// Characters of a text that are shown around the first hit.
const SHOWN: usize = 72;
/// Characters of them before the hit.
const BEFORE: usize = 24;

/// The byte ranges of `text` that `run` asks for, in order.
pub(super) fn ranges_of(run: &SearchRun, text: &str) -> Vec<(usize, usize)> {
    let words = search_words(text);
    let mut ranges = Vec::new();
    if !run.japanese {
        let begins = words.iter().filter(|word| word.text.starts_with(&run.whole.text));
        ranges.extend(begins.map(|word| (word.start, word.end)));
    }
    ranges.extend(sequences(run, &words));
    merged(ranges)
}

/// Places where all parts of `run` follow each other.
fn sequences(run: &SearchRun, words: &[SearchWord]) -> Vec<(usize, usize)> {
    let parts = asked_parts(run);
    let Some((first, rest)) = parts.split_first() else {
        return Vec::new();
    };
    words
        .iter()
        .filter(|word| {
            // One Japanese character begins a pair.
            if rest.is_empty() {
                word.text.starts_with(&first.text)
            } else {
                word.text == first.text
            }
        })
        .filter_map(|word| Some((word.start, end_of_sequence(word, rest, words)?)))
        .collect()
}

/// The end of the last of `rest` where they all follow the word `first`.
fn end_of_sequence(first: &SearchWord, rest: &[SearchWord], words: &[SearchWord]) -> Option<usize> {
    rest.iter().zip(first.place + 1..).try_fold(first.end, |end, (part, place)| {
        let next = words.iter().find(|word| word.place == place && word.text == part.text)?;
        Some(end.max(next.end))
    })
}

/// The parts of a run that a text must hold: of Japanese the pairs, not the last character.
pub(super) fn asked_parts(run: &SearchRun) -> &[SearchWord] {
    if run.japanese && run.parts.len() > 1 { &run.parts[..run.parts.len() - 1] } else { &run.parts }
}

fn merged(mut ranges: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    ranges.sort_unstable();
    let mut merged: Vec<(usize, usize)> = Vec::new();
    for (start, end) in ranges {
        match merged.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => merged.push((start, end)),
        }
    }
    merged
}

/// The part of `text` around its first hit, cut into pieces; `None` without a hit.
pub(super) fn snippet(runs: &[SearchRun], text: &str) -> Option<Vec<Piece>> {
    let ranges = merged(runs.iter().flat_map(|run| ranges_of(run, text)).collect());
    let first = ranges.first()?.0;
    let starts: Vec<usize> = text.char_indices().map(|(index, _)| index).collect();
    let hit = starts.partition_point(|&start| start < first);
    let from = if hit > BEFORE { word_border(text, &starts, hit - BEFORE, hit) } else { 0 };
    let to = starts.len().min(from + SHOWN);
    let (from_byte, to_byte) = (
        starts.get(from).copied().unwrap_or_default(),
        starts.get(to).copied().unwrap_or(text.len()),
    );
    let mut pieces = Vec::new();
    let mut at = from_byte;
    let mut lead = if from > 0 { "…" } else { "" };
    for (start, end) in ranges.into_iter().filter(|&(start, _)| start < to_byte) {
        let end = end.min(to_byte);
        push_piece(&mut pieces, format!("{lead}{}", &text[at..start]), false);
        push_piece(&mut pieces, text[start..end].to_owned(), true);
        lead = "";
        at = end;
    }
    let tail = if to_byte < text.len() { "…" } else { "" };
    push_piece(&mut pieces, format!("{lead}{}{tail}", &text[at..to_byte]), false);
    Some(pieces)
}

fn push_piece(pieces: &mut Vec<Piece>, text: String, hit: bool) {
    if !text.is_empty() {
        pieces.push(Piece { text, hit });
    }
}

/// The first character after a space from `from` on, or `from` without a space before
/// `hit`.
fn word_border(text: &str, starts: &[usize], from: usize, hit: usize) -> usize {
    let space = (from..hit).find(|&index| text[starts[index]..].starts_with(char::is_whitespace));
    space.map_or(from, |index| (index + 1).min(hit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::search_runs;

    fn marked_piece(piece: &Piece) -> String {
        if piece.hit { format!("[{}]", piece.text) } else { piece.text.clone() }
    }

    #[track_caller]
    fn check(asked: &str, text: &str, expected: Option<&str>) {
        let pieces = snippet(&search_runs(asked), text);
        let marked = pieces.map(|pieces| pieces.iter().map(marked_piece).collect::<String>());
        assert_eq!(marked.as_deref(), expected, "{asked} in {text}");
    }

    #[test]
    fn words_parts_and_pairs_are_marked() {
        check("tlb", "Failed to ack TLB invalidate", Some("Failed to ack [TLB] invalidate"));
        check("memcow", "VmMemCowPShareFn", None);
        check("MemCow", "VmMemCowPShareFn", Some("Vm[MemCow]PShareFn"));
        check("vmmem", "VmMemCowPShareFn", Some("[VmMemCowPShareFn]"));
        check("割り込み", "iLO の割り込みストーム", Some("iLO の[割り込み]ストーム"));
        check("線", "割り込み線を共有", Some("割り込み[線を]共有"));
        check("込割", "割り込み", None);
        check("tlb ack", "ack of TLB", Some("[ack] of [TLB]"));
    }

    #[test]
    fn long_texts_are_cut_around_the_hit() {
        let text = format!("{}needle{}", "word ".repeat(20), " word".repeat(40));
        let pieces = snippet(&search_runs("needle"), &text).expect("a hit");
        let shown: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
        assert!(shown.starts_with("…word") && shown.ends_with('…'), "{shown}");
        assert!(shown.contains("needle") && shown.chars().count() <= SHOWN + 2, "{shown}");
    }
}
