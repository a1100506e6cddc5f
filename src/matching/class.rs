//! Crashes that no issue tells apart: they have the same answer, and are asked about once.
//!
//! A message differs from crash to crash in addresses and numbers of worlds. All that the matcher takes
//! from it are the words that an issue has, and the answers to the conditions of signatures: where these are
//! equal, and everything else that a signature may ask for, the answer is.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use super::matcher::Matcher;
use crate::error::Result;
use crate::index::MAX_TERMS;
use crate::kb::{SignatureConditions, State};
use crate::signature::{CrashKeys, words};

/// Bytes of a class: two classes are never taken for one.
const BYTES: usize = 16;

/// The name of a class.
pub type CrashClass = [u8; BYTES];

/// Deals crashes into classes, for as long as the knowledge bases stay as they are.
#[derive(Debug, Default)]
pub struct Classes {
    words: BTreeSet<String>,
    conditions: Vec<SignatureConditions>,
}

impl Classes {
    /// The classes of crashes that one of these knowledge bases may tell apart.
    ///
    /// # Errors
    /// [`crate::error::Error::Store`] and [`crate::error::Error::Index`] when one is damaged.
    pub fn new(matchers: &[&Matcher]) -> Result<Self> {
        let mut classes = Self::default();
        for matcher in matchers {
            classes.words.extend(matcher.words()?);
            for (issue, _) in matcher.store().issues() {
                let face = matcher.face(issue)?;
                let signatures = face.iter().flat_map(|face| &face.signatures);
                classes.add(signatures.map(|signature| &signature.conditions));
            }
        }
        Ok(classes)
    }

    /// Adds those conditions that are about texts and not there yet: most are on both sides of a change.
    fn add<'a>(&mut self, conditions: impl Iterator<Item = &'a SignatureConditions>) {
        for new in conditions {
            let signature = &new.signature;
            let has_texts = !signature.messages.is_empty()
                || !signature.logs.is_empty()
                || !signature.worlds.is_empty();
            if has_texts && self.conditions.iter().all(|known| known.signature != *signature) {
                self.conditions.push(new.clone());
            }
        }
    }

    /// The class of a crash.
    pub fn of(&self, keys: &CrashKeys) -> CrashClass {
        let others = CrashKeys {
            message: String::new(),
            logs: Vec::new(),
            worlds: Vec::new(),
            ..keys.clone()
        };
        let mut hash = Sha256::new();
        hash.update(format!("{others:?}"));
        let texts = keys.logs.iter().chain([&keys.message]).chain(&keys.worlds);
        let all: BTreeSet<String> = texts.flat_map(|text| words(text)).collect();
        // Of more words only the first ones are looked for, whether an issue has them or not.
        let is_cut = all.len() > MAX_TERMS;
        for word in all.iter().filter(|word| is_cut || self.words.contains(*word)) {
            hash.update(word);
            hash.update([0]);
        }
        let states = self.conditions.iter().flat_map(|conditions| conditions.text_states(keys));
        let states = states.map(|state| match state {
            None => 0,
            Some(State::Held) => 1,
            Some(State::Near) => 2,
            Some(State::Absent) => 3,
            Some(State::Contradicted) => 4,
        });
        hash.update(states.collect::<Vec<u8>>());
        let mut class = CrashClass::default();
        class.iter_mut().zip(hash.finalize()).for_each(|(byte, found)| *byte = found);
        class
    }
}
