//! The words of a knowledge base as they are written, for questions with a mistyped word.

use std::collections::BTreeMap;

use crate::text::search_runs;

/// Words by their folded form, each as it is written first.
#[derive(Clone, Debug, Default)]
pub(super) struct Vocabulary {
    words: BTreeMap<String, String>,
}

/// Words that are proposed.
const MAX_PROPOSED: usize = 3;
/// A word of fewer characters is never proposed.
const MIN_CHARACTERS: usize = 3;
/// One wrong character is allowed for each of these.
const CHARACTERS_A_SLIP: usize = 4;

impl Vocabulary {
    /// Adds the words of `text`.
    pub(super) fn add(&mut self, text: &str) {
        for run in search_runs(text) {
            let written = &text[run.whole.start..run.whole.end];
            if run.japanese {
                for word in written.split(is_border_of_words).filter(|word| !word.is_empty()) {
                    self.insert(word.to_owned(), word);
                }
            } else {
                for word in std::iter::once(&run.whole).chain(&run.parts) {
                    self.insert(word.text.clone(), &text[word.start..word.end]);
                }
            }
        }
    }

    fn insert(&mut self, folded: String, written: &str) {
        if folded.chars().count() >= MIN_CHARACTERS {
            self.words.entry(folded).or_insert_with(|| written.to_owned());
        }
    }

    /// The words that look like the folded word `asked`, the nearest first.
    pub(super) fn near(&self, asked: &str) -> Vec<String> {
        let slips = (asked.chars().count() / CHARACTERS_A_SLIP).max(1);
        let mut near: Vec<(usize, &str)> = self
            .words
            .iter()
            .map(|(folded, written)| (strsim::osa_distance(folded, asked), written.as_str()))
            .filter(|&(distance, _)| distance <= slips)
            .collect();
        near.sort_unstable();
        near.into_iter().take(MAX_PROPOSED).map(|(_, written)| written.to_owned()).collect()
    }
}

/// Particles and endings are in hiragana, which separates Japanese words well enough for a
/// proposal.
fn is_border_of_words(character: char) -> bool {
    matches!(character, 'ぁ'..='ゟ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(asked: &str, expected: &[&str]) {
        let mut vocabulary = Vocabulary::default();
        vocabulary.add("Interrupt storm of VmMemCowPShareFn; the storms");
        vocabulary.add("ハートビートが失われ、インターラプトが");
        assert_eq!(vocabulary.near(asked), expected, "{asked}");
    }

    #[test]
    fn words_with_a_slip_are_near_and_others_are_not() {
        check("interupt", &["Interrupt"]);
        check("strom", &["storm"]);
        check("vmmemcowpsharfn", &["VmMemCowPShareFn"]);
        check("ハートビード", &["ハートビート"]);
        check("keyboard", &[]);
    }
}
