//! The crash texts of the knowledge base, as they are read.

use psod_match::crash::{Crash, Frame, Role};
use psod_match::kb::{Exemplar, KnowledgeBase};
use psod_match::read::crashes_in_text;
use psod_match::signature::{ComparableCrash, CrashKeys, FrameLists};

/// Crashes with fewer story frames are reported apart.
pub(crate) const FEW_FRAMES: usize = 3;

/// The first crash of a crash text.
pub(crate) struct KnownCrash<'a> {
    /// The text.
    pub exemplar: &'a Exemplar,
    /// The crash, with roles.
    pub crash: Crash,
    /// What is comparable about it.
    pub keys: CrashKeys,
}

impl<'a> KnownCrash<'a> {
    /// Reads a crash text; `None` where the reader finds no crash.
    pub(crate) fn read(exemplar: &'a Exemplar, lists: &FrameLists) -> Option<Self> {
        let found = crashes_in_text(&exemplar.text).into_iter().next()?;
        let ComparableCrash { crash, keys, .. } = ComparableCrash::new(found.crash, lists);
        Some(Self { exemplar, crash, keys })
    }

    /// Reads every crash text.
    pub(crate) fn read_all(kb: &'a KnowledgeBase) -> Vec<Self> {
        kb.exemplars.values().filter_map(|exemplar| Self::read(exemplar, &kb.lists)).collect()
    }

    /// The story frames of the backtrace that decides, top first.
    pub(crate) fn story(&self) -> Vec<Frame> {
        let frames = self.crash.deciding_frames().iter();
        frames.filter(|frame| is_story(frame)).cloned().collect()
    }
}

/// True for a frame that has a name and is not machinery.
pub(crate) fn is_story(frame: &Frame) -> bool {
    frame.role == Role::Story && frame.function.is_some()
}
