//! From a crash that was read to the subject of a diagnosis.

use crate::crash::Crash;
use crate::kb::Releases;
use crate::matching::{HostRelease, Matcher};
use crate::read::{Bound, FoundCrash};
use crate::signature::{ComparableCrash, CrashKeys, FrameLists};

/// A crash that is ready to be diagnosed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Subject {
    /// The crash, each frame with its role.
    pub crash: Crash,
    /// Everything that a signature may ask for.
    pub keys: CrashKeys,
    /// The versioned hash of the story frames; absent without any.
    pub fingerprint: Option<String>,
    /// The host's release, and its place in the release list.
    pub host: HostRelease,
    /// Line of the input where the crash starts, counted from 1.
    pub line: usize,
    /// The bounds that cut something while reading.
    pub limits: Vec<Bound>,
}

/// The lists that a crash is prepared with.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Lists<'a> {
    /// Functions that give a frame its role.
    pub frames: &'a FrameLists,
    /// The releases of every update line.
    pub releases: &'a Releases,
}

impl<'a> From<&'a Matcher> for Lists<'a> {
    fn from(matcher: &'a Matcher) -> Self {
        Self { frames: matcher.lists(), releases: matcher.releases() }
    }
}

/// Prepares a crash with the lists of a [`super::Knowledge`], a [`super::Handbook`] or a
/// [`Matcher`]: no caller below this room gives frames their roles or takes keys itself.
pub fn prepare<'a>(found: FoundCrash, lists: impl Into<Lists<'a>>) -> Subject {
    let Lists { frames, releases } = lists.into();
    let FoundCrash { line, crash, limits } = found;
    let host = HostRelease::new(crash.release.as_ref(), releases);
    // Symbols belong here: a bare address must have its name before names are normalized.
    let ComparableCrash { crash, keys, fingerprint } = ComparableCrash::new(crash, frames);
    Subject { crash, keys, fingerprint, host, line, limits }
}
