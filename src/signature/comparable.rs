//! A crash with everything of it that can be compared.

use super::fingerprint::fingerprint;
use super::keys::CrashKeys;
use super::normalize::{FrameLists, assign_roles};
use crate::crash::Crash;

/// A crash whose frames have their roles, with its keys and fingerprint.
#[derive(Clone, Debug, PartialEq)]
pub struct ComparableCrash {
    /// The crash, each frame with its role.
    pub crash: Crash,
    /// Everything that a signature may ask for.
    pub keys: CrashKeys,
    /// The hash of its story frames; `None` without any.
    pub fingerprint: Option<String>,
}

impl ComparableCrash {
    /// Gives every frame its role by `lists`, then takes keys and fingerprint: the only way to any
    /// of them, so that nobody compares a crash whose roles are still open.
    pub fn new(mut crash: Crash, lists: &FrameLists) -> Self {
        assign_roles(&mut crash, lists);
        let keys = CrashKeys::new(&crash);
        let fingerprint = fingerprint(&keys.frames);
        Self { crash, keys, fingerprint }
    }
}
