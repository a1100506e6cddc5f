//! What a crash must show to have anything to do with some issues.
//!
//! Trying a change on a million recorded crashes must not read each of them. An issue takes part in an
//! answer only where a function of it weighs something in the crash, or where one of the texts holds
//! that prove alone; of everything else it has no more than a few points, which make no match and are
//! no rival. A crash without any of these traces has the same match whatever the issue asks for.

use std::collections::BTreeSet;

use super::calibrate::Calibration;
use super::matcher::{Match, Matcher};
use super::told::FrameProof;
use super::{MIN_LIKENESS, MIN_NAME_LENGTH};
use crate::error::Result;
use crate::kb::{FramePattern, SignatureConditions};
use crate::signature::{CrashKeys, function_name, words};
use crate::text::{ComparableName, Template};

/// The traces of some issues.
#[derive(Debug, Default)]
pub struct Traces {
    names: Vec<ComparableName>,
    /// The functions as they are written, to be looked for in a stored crash.
    written: BTreeSet<String>,
    texts: Vec<SignatureConditions>,
}

impl Traces {
    /// Adds those of an issue of `matcher`; nothing for an issue that it does not have.
    ///
    /// # Errors
    /// [`crate::error::Error::Store`] when the store is damaged.
    pub fn add(&mut self, issue: &str, matcher: &Matcher) -> Result<()> {
        let Some(face) = matcher.face(issue)?.filter(|_| matcher.may_match(issue, true)) else {
            return Ok(());
        };
        for signature in &face.signatures {
            let pattern = signature.pattern();
            pattern.wanted_frames().for_each(|frame| self.add_frame(frame, matcher));
            if pattern.asks_for_text() {
                self.texts.push(signature.conditions.clone());
            }
        }
        for exemplar in &face.exemplars {
            exemplar.pattern.iter().for_each(|frame| self.add_frame(frame, matcher));
        }
        Ok(())
    }

    fn add_frame(&mut self, frame: &FramePattern, matcher: &Matcher) {
        let name = frame.name();
        // What any crash prints tells nothing, and would bring nearly all of them.
        if !matcher.weights().is_background(name, &[]) && self.written.insert(name.to_owned()) {
            self.names.push(ComparableName::new(name));
        }
    }

    /// True when a crash that prints this function shows a trace: it is one of the issues', or may be
    /// one with damaged letters.
    pub fn has_function(&self, function: &str) -> bool {
        let name = function_name(function);
        if self.written.contains(name) {
            return true;
        }
        let found = ComparableName::new(name);
        self.names.iter().any(|wanted| {
            wanted.plain.len() >= MIN_NAME_LENGTH && wanted.likeness(&found, MIN_LIKENESS) > 0.0
        })
    }

    /// True when a text of an issue holds for such a crash.
    pub fn has_text(&self, keys: &CrashKeys) -> bool {
        self.texts.iter().any(|conditions| conditions.text_holds(keys))
    }

    /// True when an issue asks for what only the whole crash tells: more than functions and the message.
    pub fn need_whole_crash(&self) -> bool {
        self.texts.iter().any(|conditions| {
            let signature = &conditions.signature;
            !signature.logs.is_empty()
                || !signature.sources.is_empty()
                || signature.machine_check.is_some()
        })
    }

    /// True when one of the functions or texts is in a crash.
    pub fn are_in(&self, keys: &CrashKeys) -> bool {
        keys.functions().any(|function| self.has_function(function)) || self.has_text(keys)
    }

    /// False when the text of a stored crash rules such a trace out.
    pub fn may_be_in(&self, stored: &str) -> bool {
        let stored = stored.to_ascii_lowercase();
        self.texts.iter().any(|conditions| {
            let signature = &conditions.signature;
            let files = signature.sources.iter().map(|place| place.file.to_ascii_lowercase());
            let logs = signature.logs.iter();
            logs.into_iter().any(|log| has_words_of(log, &stored))
                || files.into_iter().any(|file| stored.contains(&file))
                || (signature.machine_check.is_some() && stored.contains(MACHINE_CHECK))
        })
    }
}

/// The start of a stored machine check.
const MACHINE_CHECK: &str = "\"machine_checks\":[{";

/// True when the words that a template has for certain are in a text in lower case; words that JSON
/// writes in another way are not asked for.
fn has_words_of(template: &str, text: &str) -> bool {
    let template = Template::new(template);
    let mut words = template.fixed_words().into_iter().flat_map(words);
    words.all(|word| !word.is_ascii() || text.contains(&word.to_ascii_lowercase()))
}

impl Match {
    /// True for an issue that decides nothing about a crash: it proves nothing, explains nothing, and
    /// is no rival of another one.
    pub fn is_idle(&self) -> bool {
        self.unproven.is_some()
            && self.frame_proof == FrameProof::Nothing
            && self.explained.iter().all(|weight| *weight == 0.0)
    }
}

/// True when two knowledge bases compare crashes by the same tables: lists, rarity, coefficients and
/// releases. Otherwise any crash may have another answer.
///
/// # Errors
/// [`crate::error::Error::Store`] when a store is damaged.
pub fn has_same_tables(one: &Matcher, other: &Matcher) -> Result<bool> {
    let coefficients = |calibration: &Calibration| calibration.coefficients;
    Ok(coefficients(one.calibration()) == coefficients(other.calibration())
        && one.lists() == other.lists()
        && one.store().rarity()? == other.store().rarity()?
        && one.releases().entries() == other.releases().entries())
}
