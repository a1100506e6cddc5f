//! A known issue as the matcher sees it: everything that is compared, prepared once.

use super::align::Weights;
use crate::kb::{FramePattern, Signature, SignatureConditions};
use crate::signature::{CrashKeys, PreparedBacktrace};
use crate::store::{StoredExemplar, StoredSignature};

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
    pub frames: PreparedBacktrace,
    /// The frames that may come in any order; empty without any.
    pub some: PreparedBacktrace,
}

/// An exemplar, ready to be compared.
#[derive(Debug)]
pub(super) struct PreparedExemplar {
    /// Path inside the knowledge base.
    pub path: String,
    pub pattern: Vec<FramePattern>,
    pub frames: PreparedBacktrace,
}

impl Face {
    pub(super) fn new(
        signatures: Vec<StoredSignature>,
        exemplars: Vec<StoredExemplar>,
        weights: &Weights,
    ) -> Self {
        let signatures =
            signatures.into_iter().map(|stored| PreparedSignature::new(stored, weights)).collect();
        let exemplars =
            exemplars.into_iter().map(|stored| PreparedExemplar::new(stored, weights)).collect();
        Self { signatures, exemplars }
    }
}

impl PreparedSignature {
    pub(super) fn new(stored: StoredSignature, weights: &Weights) -> Self {
        let StoredSignature { decisive, pattern } = stored;
        let frames = weights.prepare_pattern(&pattern.frames);
        let some = pattern.some.as_ref().map_or(&[][..], |some| &some.of);
        let some = weights.prepare_pattern(some);
        let conditions = SignatureConditions::new(pattern);
        Self { decisive, conditions, frames, some }
    }

    /// The signature as its file has it.
    pub(super) fn pattern(&self) -> &Signature {
        &self.conditions.signature
    }
}

impl PreparedExemplar {
    pub(super) fn new(stored: StoredExemplar, weights: &Weights) -> Self {
        let frames = weights.prepare_pattern(&stored.frames);
        Self { path: stored.path, pattern: stored.frames, frames }
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
}

impl<'a> PreparedCrash<'a> {
    pub(super) fn new(keys: &'a CrashKeys, weights: &Weights) -> Self {
        Self {
            keys,
            deciding: weights.prepare_crash(&keys.frames),
            reporter: weights.prepare_crash(&keys.reporter_frames),
        }
    }
}
