//! Literal words that crashes print, and the search for them.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use aho_corasick::packed::Searcher;

use super::panic_message::opening_words;

/// Words of which every crash in a log prints at least one: in a text above `tolerant-bytes` a crash
/// is only found where one of them is undamaged. Eight, because the vectorised search is fastest with
/// as many.
pub const ANCHORS: &[&str] = &[
    "BlueScreen",
    "Panic",
    "Releasebuild-",
    "acktrace f",
    "VMK uptime",
    "COS Error",
    "Failed to ack",
    "Exception ",
];

/// More words of crashes, for the first part of a log: frames without a heading, banks of machine
/// checks, and the openings of panic messages beside them.
const CLOSE_ANCHORS: &[&str] = &[
    ":[0x",
    "@vmkernel",
    "MC:PCPU",
    "MC: PCPU",
    " Excp ",
    "VMware ESX",
    "Code start",
    "Crash at ",
];

/// Bytes of the longest anchor.
pub(super) const MAX_ANCHOR_BYTES: usize = 32;

/// The anchors by which any large text is searched.
pub(super) static ANCHORS_OF_LARGE_TEXTS: LazyLock<AnchorSearch> =
    LazyLock::new(|| AnchorSearch::new(ANCHORS.to_vec()));

/// The anchors by which the first part of a log is searched.
pub(super) static ANCHORS_OF_LOGS: LazyLock<AnchorSearch> = LazyLock::new(|| {
    let words = ANCHORS.iter().chain(CLOSE_ANCHORS).copied();
    AnchorSearch::new(words.chain(opening_words()).collect())
});

/// A search for any of some words.
pub(super) struct AnchorSearch {
    /// The vectorised search, where the processor has it; the automaton is a tenth as fast.
    vectorised: Option<Searcher>,
    automaton: AhoCorasick,
}

impl AnchorSearch {
    fn new(words: Vec<&str>) -> Self {
        Self {
            vectorised: Searcher::new(&words),
            automaton: AhoCorasick::new(&words).expect("the anchors are a small set of literals"),
        }
    }

    /// Start of the first anchor in `bytes`.
    pub(super) fn find(&self, bytes: &[u8]) -> Option<usize> {
        match &self.vectorised {
            Some(searcher) => searcher.find(bytes).map(|found| found.start()),
            None => self.automaton.find(bytes).map(|found| found.start()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_anchor_is_longer_than_what_is_kept_for_it() {
        let words = ANCHORS.iter().chain(CLOSE_ANCHORS).copied().chain(opening_words());
        assert!(words.map(str::len).all(|length| (4..=MAX_ANCHOR_BYTES).contains(&length)));
    }
}
