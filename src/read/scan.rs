//! From bytes to lines: the first part of a text is looked at line by line, the rest of a large one
//! only where a literal anchor stands.
//!
//! A 10 GB log is searched at the speed of a string search, and only the lines
//! around an anchor are ever taken apart.

use std::io::{self, Read};
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use aho_corasick::packed::Searcher;

use super::finder::Finder;
use super::limits::Limits;
use super::parse::{FoundCrash, parse};

/// Words of which every crash in a log prints at least one: in a text above `tolerant-bytes` a crash
/// is only found where one of them stands undamaged. Eight, because the vectorised search is
/// fastest with as many.
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

/// The vectorised search where the processor has it; the automaton is a tenth as fast.
static SEARCH: LazyLock<(Option<Searcher>, AhoCorasick)> = LazyLock::new(|| {
    let automaton = AhoCorasick::new(ANCHORS).expect("the anchors are a small set of literals");
    (Searcher::new(ANCHORS), automaton)
});

/// Start of the first anchor in `bytes`.
fn find_anchor(bytes: &[u8]) -> Option<usize> {
    match &*SEARCH {
        (Some(searcher), _) => searcher.find(bytes).map(|found| found.start()),
        (None, automaton) => automaton.find(bytes).map(|found| found.start()),
    }
}

/// Bytes of the longest anchor.
const MAX_ANCHOR_BYTES: usize = 32;
/// Bytes that are read at once.
const CHUNK: usize = 512 * 1024;
/// Bytes in front of an anchor in which its log lines are looked for.
const CONTEXT_BYTES: usize = 16 * 1024;

/// What was read of one text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Number of lines.
    pub lines: usize,
    /// Number of bytes.
    pub bytes: u64,
    /// Number of crashes.
    pub crashes: usize,
    /// True when the text was so large that only literal anchors were searched.
    pub literal: bool,
    /// True when reading stopped at the bound of crashes.
    pub stopped: bool,
}

/// One text that is being read, in pieces of any size.
pub struct Scan {
    limits: Limits,
    finder: Finder,
    buffer: Vec<u8>,
    /// Bytes of `buffer` that hold text.
    filled: usize,
    /// Bytes of `buffer` that have been dealt with.
    done: usize,
    /// Up to here `buffer` holds no further anchor.
    searched: usize,
    mode: Mode,
    /// First line of which only those around anchors are looked at; 0 while there is none.
    literal_from: usize,
    summary: Summary,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// The text is small so far: every line is looked at.
    EveryLine,
    /// Lines are skipped until an anchor.
    Skipping,
    /// Lines are looked at, at least up to this byte of the buffer.
    Reading(usize),
}

impl Scan {
    /// Starts with an empty text.
    pub fn new(limits: &Limits) -> Self {
        Self {
            limits: *limits,
            finder: Finder::new(*limits),
            buffer: vec![0; CHUNK],
            filled: 0,
            done: 0,
            searched: 0,
            mode: Mode::EveryLine,
            literal_from: 0,
            summary: Summary::default(),
        }
    }

    /// Reads a text of nothing but function names as a backtrace. Meant for what a person hands over:
    /// the files of a bundle hold many a list of names.
    pub fn with_names(mut self) -> Self {
        self.finder = self.finder.with_names();
        self
    }

    /// Reads all of `reader`. Crashes that were found before a failure are handed over too.
    ///
    /// # Errors
    /// Only when reading fails.
    pub fn read_all(
        &mut self,
        reader: &mut dyn Read,
        found: &mut dyn FnMut(FoundCrash),
    ) -> io::Result<()> {
        while !self.summary.stopped {
            let space = self.space();
            match reader.read(space) {
                Ok(0) => break,
                Ok(length) => self.took(length, found),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Takes the next piece of the text.
    pub fn push(&mut self, mut bytes: &[u8], found: &mut dyn FnMut(FoundCrash)) {
        while !bytes.is_empty() && !self.summary.stopped {
            let space = self.space();
            let length = space.len().min(bytes.len());
            space[..length].copy_from_slice(&bytes[..length]);
            self.took(length, found);
            bytes = &bytes[length..];
        }
    }

    /// Ends the text.
    pub fn finish(mut self, found: &mut dyn FnMut(FoundCrash)) -> Summary {
        self.work(true);
        self.finder.end();
        self.hand_over(found);
        self.summary.literal = self.literal_from > 0;
        self.summary
    }

    /// Bytes that have been dealt with.
    fn consumed(&self) -> u64 {
        self.summary.bytes - (self.filled - self.done) as u64
    }

    /// Room for the next bytes; what has been dealt with makes place.
    fn space(&mut self) -> &mut [u8] {
        if self.done > 0 {
            self.buffer.copy_within(self.done..self.filled, 0);
            self.filled -= self.done;
            self.searched = self.searched.saturating_sub(self.done);
            if let Mode::Reading(until) = &mut self.mode {
                *until = until.saturating_sub(self.done);
            }
            self.done = 0;
        }
        if self.buffer.len() - self.filled < CHUNK / 2 {
            self.buffer.resize(self.filled + CHUNK, 0);
        }
        &mut self.buffer[self.filled..]
    }

    fn took(&mut self, length: usize, found: &mut dyn FnMut(FoundCrash)) {
        self.filled += length;
        self.summary.bytes += length as u64;
        self.work(false);
        self.hand_over(found);
    }

    fn hand_over(&mut self, found: &mut dyn FnMut(FoundCrash)) {
        for region in self.finder.take_finished() {
            let mut crash = parse(region, &self.limits);
            if self.summary.stopped {
                return;
            }
            if self.literal_from > 0 && crash.line >= self.literal_from {
                crash.limits.push("tolerant-bytes");
            }
            self.summary.crashes += 1;
            self.summary.stopped = self.summary.crashes as u64 >= self.limits.crashes;
            if self.summary.stopped {
                crash.limits.push("crashes");
            }
            found(crash);
        }
    }

    /// Deals with what the buffer holds; `last` when nothing follows.
    fn work(&mut self, last: bool) {
        loop {
            if self.mode == Mode::EveryLine && self.consumed() >= self.limits.tolerant_bytes {
                // A crash that is being read is read to its end first.
                self.mode = Mode::Reading(self.done);
                self.literal_from = self.summary.lines + 1;
            }
            match self.mode {
                Mode::Skipping => {
                    if !self.skip_to_anchor(last) {
                        return;
                    }
                }
                Mode::EveryLine | Mode::Reading(_) => {
                    if !self.read_line(last) {
                        return;
                    }
                }
            }
        }
    }

    /// Moves to the lines in front of the next anchor; false when more bytes are needed.
    fn skip_to_anchor(&mut self, last: bool) -> bool {
        let bytes = &self.buffer[..self.filled];
        let from = self.searched.max(self.done).min(bytes.len());
        let Some(anchor) = find_anchor(&bytes[from..]).map(|found| from + found) else {
            // An anchor may begin in the last bytes and go on in the next ones.
            self.searched = bytes.len().saturating_sub(MAX_ANCHOR_BYTES).max(from);
            let kept = if last { 0 } else { CONTEXT_BYTES };
            self.skip_to(self.filled.saturating_sub(kept).max(self.done));
            return false;
        };
        let start = line_start(bytes, self.done, anchor, self.limits.context_lines);
        self.skip_to(start);
        self.mode = Mode::Reading(anchor);
        true
    }

    fn skip_to(&mut self, place: usize) {
        self.summary.lines += memchr::memchr_iter(b'\n', &self.buffer[self.done..place]).count();
        self.done = place;
    }

    /// Looks at one line; false when more bytes are needed.
    fn read_line(&mut self, last: bool) -> bool {
        let rest = &self.buffer[self.done..self.filled];
        let longest = usize::try_from(self.limits.line_bytes.max(1)).unwrap_or(usize::MAX);
        let window = &rest[..rest.len().min(longest)];
        let (length, end) = match memchr::memchr(b'\n', window) {
            Some(length) => (length, End::Line),
            None if rest.len() > longest => (longest, End::Cut),
            None if last && !rest.is_empty() => (rest.len(), End::Text),
            None => return false,
        };
        self.finder.push(self.summary.lines + 1, &rest[..length], end == End::Cut);
        self.done += length + usize::from(end == End::Line);
        self.summary.lines += usize::from(end != End::Cut);
        if let Mode::Reading(anchor) = self.mode
            && self.done > anchor
            && self.finder.is_idle()
        {
            self.finder.forget();
            self.searched = self.done;
            self.mode = Mode::Skipping;
        }
        true
    }
}

/// What ends a piece of text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// A line feed.
    Line,
    /// The bound of a line.
    Cut,
    /// The end of the text.
    Text,
}

/// Start of the line that lies `lines` above the one with `anchor`, not before `from`.
fn line_start(bytes: &[u8], from: usize, anchor: usize, lines: u64) -> usize {
    let from = from.max(anchor.saturating_sub(CONTEXT_BYTES));
    let mut starts = memchr::memrchr_iter(b'\n', &bytes[from..anchor]);
    let lines = usize::try_from(lines).unwrap_or(usize::MAX);
    match starts.nth(lines) {
        Some(before) => from + before + 1,
        // The context begins in the middle of a line: start with the next one.
        None => match memchr::memchr(b'\n', &bytes[from..anchor]) {
            Some(first) if from > 0 => from + first + 1,
            _ => from,
        },
    }
}

/// Finds and parses every crash of a text in memory.
pub fn crashes_in_text(text: &str) -> Vec<FoundCrash> {
    let mut crashes = Vec::new();
    let mut scan = Scan::new(&Limits::default()).with_names();
    scan.push(text.as_bytes(), &mut |crash| crashes.push(crash));
    scan.finish(&mut |crash| crashes.push(crash));
    crashes
}
