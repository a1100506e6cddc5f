//! The terms of an issue and of a crash: the same on both sides.

use std::collections::BTreeSet;

use super::FIELD_COUNT;
use crate::kb::Signature;
use crate::signature::{CrashKeys, function_name, words};
use crate::text::Template;

/// Terms of one kind that a crash is searched with: a hostile text may hold any number.
pub(crate) const MAX_TERMS: usize = 256;

/// The terms of a crash, by kind, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CrashTerms {
    functions: BTreeSet<String>,
    pairs: BTreeSet<String>,
    modules: BTreeSet<String>,
    words: BTreeSet<String>,
    /// In order.
    trigrams: Vec<Trigram>,
}

/// Most bytes of a character.
const CHARACTER: usize = 4;

/// Three characters of a name in lower case. A crash has hundreds: each as a text of its own would be most
/// of what a search costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Trigram {
    /// The characters, filled up with zeros: ordered as texts are.
    bytes: [u8; 3 * CHARACTER],
    length: u8,
}

impl Trigram {
    fn new(text: &str) -> Self {
        let mut bytes = [0; 3 * CHARACTER];
        for (place, byte) in bytes.iter_mut().zip(text.bytes()) {
            *place = byte;
        }
        Self { bytes, length: text.len() as u8 }
    }

    fn as_str(&self) -> &str {
        let text = self.bytes.get(..usize::from(self.length)).unwrap_or_default();
        std::str::from_utf8(text).unwrap_or_default()
    }
}

/// The character trigrams of a name in lower case, for names with damaged letters.
fn trigrams_of(name: &str) -> impl Iterator<Item = Trigram> {
    let ends = name.char_indices().skip(2).map(|(start, third)| start + third.len_utf8());
    name.char_indices().zip(ends).map(|((start, _), end)| Trigram::new(&name[start..end]))
}

/// The terms of an issue: of all its signatures and exemplars together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IssueTerms {
    /// Issue id.
    pub issue: String,
    /// Its terms.
    pub terms: CrashTerms,
}

impl CrashTerms {
    /// The terms of a crash with the keys `keys`.
    pub fn from_keys(keys: &CrashKeys) -> Self {
        let texts = keys.logs.iter().chain([&keys.message]).flat_map(|text| words(text));
        let mut terms = Self::from_parts(
            keys.frames.iter().map(|frame| frame.function.as_str()),
            keys.modules.iter().map(String::as_str),
            texts,
        );
        terms.add_functions(keys.reporter_frames.iter().map(|frame| frame.function.as_str()));
        terms.words.extend(keys.worlds.iter().flat_map(|world| words(world)));
        terms
    }

    /// The terms of functions in order, modules, and words.
    pub fn from_parts<'a>(
        functions: impl IntoIterator<Item = &'a str>,
        modules: impl IntoIterator<Item = &'a str>,
        words: impl IntoIterator<Item = String>,
    ) -> Self {
        let mut terms = Self::default();
        terms.add_functions(functions);
        terms.modules.extend(modules.into_iter().map(str::to_lowercase));
        terms.words.extend(words);
        terms
    }

    fn add_functions<'a>(&mut self, functions: impl IntoIterator<Item = &'a str>) {
        let mut previous: Option<String> = None;
        for function in functions {
            let name = function_name(function).to_lowercase();
            self.trigrams.extend(trigrams_of(&name));
            if let Some(previous) = previous {
                self.pairs.insert([&previous, " ", &name].concat());
            }
            self.functions.insert(name.clone());
            previous = Some(name);
        }
        self.sort_trigrams();
    }

    fn sort_trigrams(&mut self) {
        self.trigrams.sort_unstable();
        self.trigrams.dedup();
    }

    /// Adds the terms that a signature asks for.
    pub fn add_signature(&mut self, signature: &Signature) {
        self.add_functions(signature.frames.iter().map(|frame| frame.function.as_str()));
        for frame in signature.some.iter().flat_map(|some| &some.of) {
            self.add_functions([frame.function.as_str()]);
        }
        let frames = signature.wanted_frames();
        let modules = frames.filter_map(|frame| frame.module.as_deref());
        self.modules.extend(
            modules.chain(signature.modules.iter().map(String::as_str)).map(str::to_lowercase),
        );
        for text in signature.messages.iter().chain(&signature.logs).chain(&signature.worlds) {
            self.words.extend(Template::new(text).fixed_words().into_iter().flat_map(words));
        }
    }

    /// Adds the terms of a crash.
    pub fn add(&mut self, other: &Self) {
        self.functions.extend(other.functions.iter().cloned());
        self.pairs.extend(other.pairs.iter().cloned());
        self.modules.extend(other.modules.iter().cloned());
        self.words.extend(other.words.iter().cloned());
        self.trigrams.extend_from_slice(&other.trigrams);
        self.sort_trigrams();
    }

    /// The terms by field, in the order of the index's fields.
    pub(super) fn by_field(&self) -> [Box<dyn Iterator<Item = &str> + '_>; FIELD_COUNT] {
        let trigrams = self.trigrams.iter().map(Trigram::as_str);
        [
            texts(&self.functions),
            texts(&self.pairs),
            texts(&self.modules),
            texts(&self.words),
            Box::new(trigrams.take(MAX_TERMS)),
        ]
    }
}

fn texts(terms: &BTreeSet<String>) -> Box<dyn Iterator<Item = &str> + '_> {
    Box::new(terms.iter().map(String::as_str).take(MAX_TERMS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trigrams_are_in_the_order_of_texts_each_once() {
        let name = "abcabcdé_ßµ日本語x";
        let letters: Vec<char> = name.chars().collect();
        let plain: BTreeSet<String> =
            letters.windows(3).map(|window| window.iter().collect()).collect();
        let terms = CrashTerms::from_parts([name, "ab"], [], []);
        let found: Vec<&str> = terms.trigrams.iter().map(Trigram::as_str).collect();
        assert_eq!(found, plain.iter().collect::<Vec<_>>());
    }
}
