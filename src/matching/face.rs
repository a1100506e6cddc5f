//! A known issue as the matcher sees it: everything that is compared, prepared once.

use std::sync::Arc;

use super::align::Weights;
use crate::crash::PanicKind;
use crate::kb::{FramePattern, Signature, SignatureConditions};
use crate::signature::{CrashKeys, PreparedBacktrace};
use crate::store::{StoredExemplar, StoredFace, StoredSignature};

/// The signatures and exemplars of one issue.
#[derive(Debug)]
pub(super) struct Face {
    pub signatures: Vec<PreparedSignature>,
    pub exemplars: Vec<PreparedExemplar>,
}

/// A signature, ready to be compared.
#[derive(Debug)]
pub(super) struct PreparedSignature {
    /// Its texts and machine checks hold for crashes of no other issue.
    pub decisive: bool,
    pub conditions: SignatureConditions,
    /// Its frames as its file has them.
    pub wanted: Arc<[FramePattern]>,
    pub frames: PreparedBacktrace,
    /// The frames that may come in any order; empty without any.
    pub some: PreparedBacktrace,
    /// The panic kinds that it is about; empty where nothing is known of them.
    pub kinds: Vec<PanicKind>,
}

/// An exemplar, ready to be compared.
#[derive(Debug)]
pub(super) struct PreparedExemplar {
    /// Path inside the knowledge base.
    pub path: String,
    pub pattern: Arc<[FramePattern]>,
    pub frames: PreparedBacktrace,
}

impl Face {
    pub(super) fn new(stored: StoredFace, weights: &Weights) -> Self {
        let StoredFace { signatures, exemplars } = stored;
        let shown: Vec<PanicKind> = exemplars.iter().filter_map(|stored| stored.kind).collect();
        let called = PanicKind::ALL.iter().filter(|kind| kind.is_called());
        let is_called = shown.is_empty() && exemplars.iter().any(|stored| stored.is_called);
        let called = called.filter(|_| is_called);
        let recorded: Vec<PanicKind> = shown.iter().chain(called).copied().collect();
        let signatures = signatures.into_iter();
        let exemplars = exemplars.into_iter();
        Self {
            signatures: signatures
                .map(|stored| PreparedSignature::new(stored, &shown, &recorded, weights))
                .collect(),
            exemplars: exemplars.map(|stored| PreparedExemplar::new(stored, weights)).collect(),
        }
    }

    /// False for a panic that was asked for, when the issue is not about such panics: the state of the
    /// host has nothing to do with it.
    pub(super) fn may_be(&self, kind: Option<PanicKind>) -> bool {
        const ASKED_FOR: PanicKind = PanicKind::Deliberate;
        kind != Some(ASKED_FOR)
            || self.signatures.iter().any(|signature| signature.kinds.contains(&ASKED_FOR))
    }
}

impl PreparedSignature {
    /// Prepares a signature; `shown` are the panic kinds of the crash texts of its issue, which hold
    /// for a signature that asks for none, and `recorded` all that they may be of.
    fn new(
        stored: StoredSignature,
        shown: &[PanicKind],
        recorded: &[PanicKind],
        weights: &Weights,
    ) -> Self {
        let StoredSignature { decisive, pattern } = stored;
        let mut kinds = pattern.panic_kinds();
        if kinds.is_empty() {
            kinds = shown.to_vec();
        }
        let frames = weights.prepare_pattern(&pattern.frames, &kinds);
        let some = pattern.some.as_ref().map_or(&[][..], |some| &some.of);
        let some = weights.prepare_pattern(some, &kinds);
        let wanted = pattern.frames.as_slice().into();
        let conditions = SignatureConditions::with_recorded_kinds(pattern, recorded);
        Self { decisive, conditions, wanted, frames, some, kinds }
    }

    /// The signature as its file has it.
    pub(super) fn pattern(&self) -> &Signature {
        &self.conditions.signature
    }
}

impl PreparedExemplar {
    pub(super) fn new(stored: StoredExemplar, weights: &Weights) -> Self {
        let kinds: Vec<PanicKind> = stored.kind.into_iter().collect();
        let frames = weights.prepare_pattern(&stored.frames, &kinds);
        Self { path: stored.path, pattern: stored.frames.into(), frames }
    }
}

/// A crash, ready to be compared.
#[derive(Debug)]
pub(super) struct PreparedCrash<'a> {
    pub keys: &'a CrashKeys,
    /// The backtrace that decides.
    pub deciding: PreparedBacktrace,
    /// That of the reporting PCPU where another one decides; empty otherwise.
    pub reporter: PreparedBacktrace,
    /// The issues of which a reader sees the reasons.
    pub words: Words,
}

/// The issues whose reasons are put into words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Words {
    /// All.
    OfAll,
    /// Those that may turn out to be worth showing: most candidates have little in common with a crash.
    OfShown,
}

impl<'a> PreparedCrash<'a> {
    /// The same, with the reasons of these issues in words.
    pub(super) fn with_words(self, words: Words) -> Self {
        Self { words, ..self }
    }

    pub(super) fn new(keys: &'a CrashKeys, weights: &Weights) -> Self {
        let kinds: Vec<PanicKind> = keys.kind.into_iter().collect();
        Self {
            keys,
            deciding: weights.prepare_crash(&keys.frames, &kinds),
            reporter: weights.prepare_crash(&keys.reporter_frames, &kinds),
            words: Words::OfAll,
        }
    }
}
