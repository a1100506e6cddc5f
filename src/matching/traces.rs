//! What a crash must show to have anything to do with some issues.
//!
//! Trying a change on a million recorded crashes must not read each of them. An issue takes part in an
//! answer only where a function of it weighs something in the crash, or where one of the texts holds
//! that prove alone; of everything else it has no more than a few points, which make no match and are
//! no rival. A crash without any of these traces has the same match whatever the issue asks for.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use super::calibrate::Calibration;
use super::evidence::EvidenceGroup;
use super::face::Face;
use super::matcher::{Match, Matcher};
use super::told::FrameProof;
use super::{MIN_LIKENESS, MIN_NAME_LENGTH};
use crate::crash::PanicKind;
use crate::error::Result;
use crate::kb::{Condition, FramePattern, SignatureConditions};
use crate::signature::{CrashKeys, Shows, function_name, words};
use crate::store::KnownIssue;
use crate::text::{ComparableName, Template};

/// The traces of some issues.
#[derive(Debug, Default)]
pub struct Traces {
    names: Vec<ComparableName>,
    /// The functions as they are written, to be looked for in a stored crash.
    written: BTreeSet<String>,
    texts: Vec<SignatureConditions>,
    /// Every signature; empty where only matches count.
    signatures: Vec<SignatureConditions>,
    /// True when each answer counts, not only a match: what may be `possible` is a trace, too, and so is
    /// plumbing.
    of_every_answer: bool,
}

impl Traces {
    /// Without any issue yet: of everything that changes an answer, not only of what changes a match.
    pub fn of_every_answer() -> Self {
        Self { of_every_answer: true, ..Self::default() }
    }

    /// Adds those of an issue as it was, beside a knowledge base with the same tables.
    pub fn add_former(&mut self, known: &KnownIssue, matcher: &Matcher) {
        if known.issue.status.may_match(true) {
            self.add_face(&Face::new(known.into(), matcher.weights()), matcher);
        }
    }

    /// Adds those of an issue of `matcher`; nothing for an issue that it does not have.
    ///
    /// # Errors
    /// [`crate::error::Error::Store`] when the store is damaged.
    pub fn add(&mut self, issue: &str, matcher: &Matcher) -> Result<()> {
        let Some(face) = matcher.face(issue)?.filter(|_| matcher.may_match(issue, true)) else {
            return Ok(());
        };
        self.add_face(face, matcher);
        Ok(())
    }

    fn add_face(&mut self, face: &Face, matcher: &Matcher) {
        for signature in &face.signatures {
            let pattern = signature.pattern();
            pattern.wanted_frames().for_each(|frame| self.add_frame(frame, matcher));
            if pattern.asks_for_text() {
                self.texts.push(signature.conditions.clone());
            }
            if self.of_every_answer {
                self.signatures.push(signature.conditions.clone());
            }
        }
        for exemplar in &face.exemplars {
            exemplar.pattern.iter().for_each(|frame| self.add_frame(frame, matcher));
        }
    }

    fn add_frame(&mut self, frame: &FramePattern, matcher: &Matcher) {
        let name = frame.name();
        // What any crash prints makes no match, and would bring nearly all of them.
        let is_told = self.of_every_answer || !matcher.weights().is_background(name, &[]);
        if is_told && self.written.insert(name.to_owned()) {
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

    /// As [`Self::has_text`], of a crash of which only its kind and message are known.
    pub fn has_message(&self, kind: Option<PanicKind>, message: &str) -> bool {
        let message = message.to_owned();
        self.has_text(&CrashKeys { kind, message, ..CrashKeys::default() })
    }

    /// True when a text of an issue holds for such a crash.
    pub fn has_text(&self, keys: &CrashKeys) -> bool {
        self.texts.iter().any(|conditions| conditions.text_holds(keys))
    }

    /// True when an issue has a text that is no part of the message.
    pub fn have_texts(&self) -> bool {
        !self.texts.is_empty()
    }

    /// True when an issue asks for a text of which only the body of a crash tells whether it holds.
    pub fn ask_for_body(&self, shows: Shows) -> bool {
        self.texts.iter().any(|conditions| {
            let signature = &conditions.signature;
            (shows.logs && !signature.logs.is_empty())
                || (shows.source && !signature.sources.is_empty())
                || (shows.checks && signature.machine_check.is_some())
        })
    }

    /// True when an issue may be worth showing for such a crash although it has neither a function nor a
    /// text of it: by its kind, worlds, modules, and whatever else it `shows`, in the best case.
    pub fn may_show(&self, keys: &CrashKeys, shows: Shows, calibration: &Calibration) -> bool {
        self.signatures.iter().any(|conditions| {
            let points = best_points(conditions, keys, shows, calibration);
            let log_odds = calibration.coefficients.prior + points;
            calibration.confidence(log_odds) >= calibration.possible_threshold
        })
    }

    /// True when a crash shows one of the traces.
    pub fn are_in(&self, keys: &CrashKeys, calibration: &Calibration) -> bool {
        keys.functions().any(|function| self.has_function(function))
            || self.has_text(keys)
            || self.may_show(keys, Shows::new(keys), calibration)
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

/// The most points that a signature can have of a crash without its functions and texts.
fn best_points(
    conditions: &SignatureConditions,
    keys: &CrashKeys,
    shows: Shows,
    calibration: &Calibration,
) -> f64 {
    let known =
        conditions.ask(keys).into_iter().filter(|answer| is_of_circumstance(answer.condition));
    let known = known.map(|answer| {
        let points = answer.condition.row().worth.of_state(answer.state);
        let points = points.map(|(points, _)| points).unwrap_or_default();
        (answer.condition, points)
    });
    let signature = &conditions.signature;
    let unknown = [
        (shows.source && !signature.sources.is_empty(), Condition::Source),
        (shows.host && !signature.host.models.is_empty(), Condition::Model),
        (shows.host && !signature.host.pci.is_empty(), Condition::Device),
        (shows.host && !signature.host.components.is_empty(), Condition::Component),
    ];
    let unknown = unknown.into_iter().filter(|(is_asked, _)| *is_asked).map(|(_, condition)| {
        let worth = &condition.row().worth;
        // A text that is held is a trace by itself: here it is nearly held at best.
        let best = if condition == Condition::Source { worth.near } else { worth.held };
        (condition, best.map(|(points, _)| points).unwrap_or_default())
    });
    known
        .chain(unknown)
        .map(|(condition, points)| {
            let group = if points < 0.0 {
                EvidenceGroup::Against
            } else {
                EvidenceGroup::from_condition(condition)
            };
            points * group.coefficient(&calibration.coefficients)
        })
        .sum()
}

/// True for what the circumstances of a crash tell for certain.
fn is_of_circumstance(condition: Condition) -> bool {
    use Condition::{Exception, Module, PanicKind, World};
    matches!(condition, Exception | Module | PanicKind | World)
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

/// The name of the tables by which a knowledge base compares crashes: lists, rarity, coefficients and
/// releases.
///
/// # Errors
/// [`crate::error::Error::Store`] when the store is damaged.
pub fn tables_of(matcher: &Matcher) -> Result<Vec<u8>> {
    let Calibration { coefficients, .. } = matcher.calibration();
    let (lists, rarity) = (matcher.lists(), matcher.store().rarity()?);
    let tables =
        format!("{coefficients:?} {lists:?} {rarity:?} {:?}", matcher.releases().entries());
    Ok(Sha256::digest(tables).to_vec())
}

/// True when two knowledge bases compare crashes by the same tables: lists, rarity, coefficients and
/// releases. Otherwise any crash may have another answer.
///
/// # Errors
/// [`crate::error::Error::Store`] when a store is damaged.
pub fn has_same_tables(one: &Matcher, other: &Matcher) -> Result<bool> {
    Ok(tables_of(one)? == tables_of(other)?)
}
