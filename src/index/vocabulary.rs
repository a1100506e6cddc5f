//! The words of a knowledge base as they are written, for questions with a slip of the finger.

use std::collections::BTreeMap;

use crate::text::search_runs;

/// Words by their folded form, each as it is written first.
#[derive(Clone, Debug, Default)]
pub(super) struct Vocabulary {
    words: BTreeMap<String, String>,
}

/// Words that are proposed.
const MOST: usize = 3;
/// Least characters of a word that another may be taken for.
const SHORTEST: usize = 3;
/// One wrong character is allowed for each of these.
const CHARACTERS_A_SLIP: usize = 4;

impl Vocabulary {
    /// Takes the words of `text` in.
    pub(super) fn add(&mut self, text: &str) {
        for run in search_runs(text) {
            let written = &text[run.whole.start..run.whole.end];
            if run.japanese {
                for word in written.split(script_border()).filter(|word| !word.is_empty()) {
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
        if folded.chars().count() >= SHORTEST {
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
        near.into_iter().take(MOST).map(|(_, written)| written.to_owned()).collect()
    }
}

/// Particles and endings are in hiragana and tell Japanese words apart well enough for a proposal.
fn script_border() -> impl Fn(char) -> bool {
    |character| matches!(character, 'ぁ'..='ゟ')
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
