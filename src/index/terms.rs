//! The terms of an issue and of a crash: the same on both sides.

use std::collections::BTreeSet;

use super::FIELD_COUNT;
use crate::kb::Signature;
use crate::signature::{CrashKeys, function_name, trigrams, words};
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
    trigrams: BTreeSet<String>,
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
            self.trigrams.extend(trigrams(&name));
            if let Some(previous) = previous {
                self.pairs.insert(format!("{previous} {name}"));
            }
            self.functions.insert(name.clone());
            previous = Some(name);
        }
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
        self.trigrams.extend(other.trigrams.iter().cloned());
    }

    /// The terms by field, in the order of the index's fields.
    pub(super) fn by_field(&self) -> [impl Iterator<Item = &str>; FIELD_COUNT] {
        [&self.functions, &self.pairs, &self.modules, &self.words, &self.trigrams]
            .map(|terms| terms.iter().map(String::as_str).take(MAX_TERMS))
    }
}
