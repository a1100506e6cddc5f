//! From bytes to lines: a short text is looked at line by line, a log only where a literal anchor or a
//! line that no log writes is, and the rest of a large text only at anchors.
//!
//! A 10 GB log is searched at the speed of a string search, and only the lines around an anchor are
//! ever taken apart.

use std::io::{self, Read};

use super::anchors::{ANCHORS_OF_LARGE_TEXTS, ANCHORS_OF_LOGS, MAX_ANCHOR_BYTES};
use super::finder::Finder;
use super::limits::{Bound, Limits};
use super::log_lines::{find_odd_line, is_log, only_mentions};
use super::parse::{FoundCrash, parse};

/// Bytes that are read at first: most texts are a screen or two.
const FIRST_CHUNK_BYTES: usize = 16 * 1024;
/// Bytes that are read at once in the end.
const CHUNK_BYTES: usize = 512 * 1024;
/// Bytes by which a log is told from any other text.
const HEAD_BYTES: usize = 4 * 1024;
/// A log that ends within so many bytes may be all that a person has cut out of one, damaged as it may
/// be: it is looked at line by line.
const SHORT_LOG_BYTES: usize = 64 * 1024;
/// Bytes before an anchor in which its log lines are looked for.
const CONTEXT_BYTES: usize = 16 * 1024;

/// The size of one text and of its crashes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
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
    /// Bytes that were taken apart line by line.
    pub parsed: u64,
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
    /// Start of the first line of `buffer` that may still be one that no log writes.
    unread: usize,
    /// Bytes for which room is made next.
    chunk: usize,
    mode: Mode,
    /// True for a log: its first part is skipped too, with a closer look.
    is_log: bool,
    /// First line of which only those around anchors are looked at; 0 while every line is looked at.
    literal_from: usize,
    summary: Summary,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// Too little has been read to know the kind of text.
    Undecided,
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
            buffer: Vec::new(),
            filled: 0,
            done: 0,
            searched: 0,
            unread: 0,
            chunk: FIRST_CHUNK_BYTES,
            mode: Mode::Undecided,
            is_log: false,
            literal_from: 0,
            summary: Summary::default(),
        }
    }

    /// Reads a text of nothing but function names as a backtrace. Meant for texts that a person hands
    /// over: the files of a bundle hold many a list of names.
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
        while !self.is_over() {
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
        while !bytes.is_empty() && !self.is_over() {
            let space = self.space();
            let length = space.len().min(bytes.len());
            space[..length].copy_from_slice(&bytes[..length]);
            self.took(length, found);
            bytes = &bytes[length..];
        }
    }

    /// Gives the room back that reading has taken: the next piece of the text may be far away.
    pub(super) fn free(&mut self) {
        self.space();
        self.buffer.truncate(self.filled);
        self.buffer.shrink_to_fit();
        self.chunk = FIRST_CHUNK_BYTES;
    }

    /// Bytes that are held of the text.
    pub(super) fn held_bytes(&self) -> u64 {
        self.buffer.capacity() as u64 + self.finder.held_bytes()
    }

    /// Ends the text.
    pub fn finish(mut self, found: &mut dyn FnMut(FoundCrash)) -> Summary {
        self.work(true);
        self.finder.end();
        self.hand_over(found);
        self.summary.literal = self.literal_from > 0;
        self.summary
    }

    /// True once a bound has ended the input.
    fn is_over(&self) -> bool {
        self.summary.stopped || self.summary.parsed > self.limits.parsed_bytes
    }

    /// Bytes that have been dealt with.
    fn consumed(&self) -> u64 {
        self.summary.bytes - (self.filled - self.done) as u64
    }

    /// Room for the next bytes, made by dropping those that have been dealt with.
    fn space(&mut self) -> &mut [u8] {
        if self.done > 0 {
            self.buffer.copy_within(self.done..self.filled, 0);
            self.filled -= self.done;
            self.searched = self.searched.saturating_sub(self.done);
            self.unread = self.unread.saturating_sub(self.done);
            if let Mode::Reading(until) = &mut self.mode {
                *until = until.saturating_sub(self.done);
            }
            self.done = 0;
        }
        if self.buffer.len() - self.filled < self.chunk / 2 {
            self.buffer.resize(self.filled + self.chunk, 0);
        }
        &mut self.buffer[self.filled..]
    }

    fn took(&mut self, length: usize, found: &mut dyn FnMut(FoundCrash)) {
        self.filled += length;
        self.summary.bytes += length as u64;
        if self.filled == self.buffer.len() {
            self.chunk = (2 * self.chunk).min(CHUNK_BYTES);
        }
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
                crash.limits.push(Bound::TolerantBytes);
            }
            self.summary.crashes += 1;
            self.summary.stopped = self.summary.crashes as u64 >= self.limits.crashes;
            if self.summary.stopped {
                crash.limits.push(Bound::Crashes);
            }
            found(crash);
        }
    }

    /// Deals with the bytes in the buffer; `last` when nothing follows.
    fn work(&mut self, last: bool) {
        loop {
            if self.literal_from == 0 && self.consumed() >= self.limits.tolerant_bytes {
                self.literal_from = self.summary.lines + 1;
                if matches!(self.mode, Mode::Undecided | Mode::EveryLine) {
                    // A crash that is being read is read to its end first.
                    self.mode = Mode::Reading(self.done);
                }
            }
            let goes_on = match self.mode {
                Mode::Undecided => self.decide(last),
                Mode::Skipping => self.skip_to_anchor(last),
                Mode::EveryLine | Mode::Reading(_) => self.read_line(last),
            };
            if !goes_on || self.summary.parsed > self.limits.parsed_bytes {
                return;
            }
        }
    }

    /// Chooses how the text is read; false when more bytes are needed.
    fn decide(&mut self, last: bool) -> bool {
        if !last && self.filled < HEAD_BYTES {
            return false;
        }
        if is_log(&self.buffer[..self.filled.min(HEAD_BYTES)]) {
            if !last && self.filled < SHORT_LOG_BYTES {
                return false;
            }
            self.is_log = self.filled >= SHORT_LOG_BYTES;
        }
        if self.is_log {
            self.finder.forget_names();
            self.mode = Mode::Skipping;
        } else {
            self.mode = Mode::EveryLine;
        }
        true
    }

    /// Moves to the lines before the next place of interest; false when more bytes are needed.
    fn skip_to_anchor(&mut self, last: bool) -> bool {
        let mut place = self.next_place();
        while let Some(end) = place.and_then(|place| self.end_of_mention(place)) {
            self.searched = end;
            place = self.next_place();
        }
        let Some(place) = place else {
            let kept = if last { 0 } else { CONTEXT_BYTES };
            self.skip_to(self.filled.saturating_sub(kept).max(self.done));
            return false;
        };
        let bytes = &self.buffer[..self.filled];
        // Empty lines and the ends of broken ones are no log lines: more are read than are kept.
        let lines = 2 * self.limits.context_lines;
        let start = line_start(bytes, self.done, place, lines);
        self.skip_to(start);
        self.mode = Mode::Reading(place);
        true
    }

    /// The next anchor, or in the first part of a log the next line that no log writes.
    fn next_place(&mut self) -> Option<usize> {
        let bytes = &self.buffer[..self.filled];
        let from = self.searched.max(self.done).min(bytes.len());
        // An anchor may begin in the last bytes and go on in the next ones.
        let searched = bytes.len().saturating_sub(MAX_ANCHOR_BYTES).max(from);
        let close_end = if self.is_log { self.tolerant_end() } else { 0 };
        if from < close_end {
            let end = (close_end + MAX_ANCHOR_BYTES).min(bytes.len());
            let anchor = ANCHORS_OF_LOGS.find(&bytes[from..end]).map(|found| from + found);
            let start = self.unread.max(self.done);
            let (odd, unread) = find_odd_line(&bytes[..anchor.unwrap_or(close_end)], start);
            self.unread = unread;
            if let Some(place) = odd.or(anchor) {
                return Some(place);
            }
        }
        let from = from.max(close_end);
        let anchor = ANCHORS_OF_LARGE_TEXTS.find(&bytes[from..]).map(|found| from + found);
        if anchor.is_none() {
            self.searched = searched;
        }
        anchor
    }

    /// The end of the line with the anchor at `place`, where that line of a log only mentions it: to take
    /// each apart would cost a text that is dense with such words thirty times the search.
    fn end_of_mention(&self, place: usize) -> Option<usize> {
        let bytes = &self.buffer[self.done..self.filled];
        let anchor = place - self.done;
        let start = memchr::memrchr(b'\n', &bytes[..anchor]).map_or(0, |feed| feed + 1);
        let end = anchor + memchr::memchr(b'\n', &bytes[anchor..])?;
        only_mentions(&bytes[start..end], anchor - start).then_some(self.done + end)
    }

    /// Where in the buffer the part of the text ends that is looked at closely.
    fn tolerant_end(&self) -> usize {
        let left = self.limits.tolerant_bytes.saturating_sub(self.consumed());
        let left = usize::try_from(left).unwrap_or(usize::MAX);
        self.done.saturating_add(left).min(self.filled)
    }

    fn skip_to(&mut self, place: usize) {
        if place == self.done {
            return;
        }
        self.finder.forget();
        let end = self.tolerant_end();
        if self.literal_from == 0 && end < place {
            // The first line that begins after the bound.
            let before = count_lines(&self.buffer[self.done..end.saturating_sub(1).max(self.done)]);
            self.literal_from = self.summary.lines + before + 2;
        }
        self.summary.lines += count_lines(&self.buffer[self.done..place]);
        self.done = place;
    }

    /// Looks at one line; false when more bytes are needed.
    fn read_line(&mut self, last: bool) -> bool {
        let rest = &self.buffer[self.done..self.filled];
        let longest = usize::try_from(self.limits.line_bytes.max(1)).unwrap_or(usize::MAX);
        let window = &rest[..rest.len().min(longest)];
        let feed = memchr::memchr(b'\n', window);
        let is_cut = feed.is_none() && rest.len() > longest;
        let length = match feed {
            Some(length) => length,
            None if is_cut => longest,
            None if last && !rest.is_empty() => rest.len(),
            None => return false,
        };
        self.finder.push(self.summary.lines + 1, &rest[..length], is_cut);
        self.done += length + usize::from(feed.is_some());
        self.summary.parsed += length as u64;
        self.summary.lines += usize::from(!is_cut);
        if let Mode::Reading(anchor) = self.mode
            && self.done > anchor
            && self.finder.is_idle()
        {
            self.searched = self.done;
            self.unread = self.done;
            self.mode = Mode::Skipping;
        }
        true
    }
}

fn count_lines(bytes: &[u8]) -> usize {
    memchr::memchr_iter(b'\n', bytes).count()
}

/// Start of the line that lies `lines` above the one with `anchor`, not before `from`.
fn line_start(bytes: &[u8], from: usize, anchor: usize, lines: u64) -> usize {
    let from = from.max(anchor.saturating_sub(CONTEXT_BYTES));
    let mut starts = memchr::memrchr_iter(b'\n', &bytes[from..anchor]);
    let lines = usize::try_from(lines).unwrap_or(usize::MAX);
    match starts.nth(lines) {
        Some(before) => from + before + 1,
        // The context begins in the middle of a line: it starts with the next one.
        None => match memchr::memchr(b'\n', &bytes[from..anchor]) {
            Some(first) if from > 0 && bytes[from - 1] != b'\n' => from + first + 1,
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

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::super::formats::PARSED;
    use super::*;

    /// A log in whose lines each `words` are said, and how many lines of it were parsed.
    fn parsed_lines(words: &str) -> usize {
        let mut log = String::new();
        for number in 0..4_000 {
            let _ = writeln!(
                log,
                "2024-06-21T20:00:00.{:03}Z cpu1:2097)Device: {number}: the Cmd 0x1a of it {words}",
                number % 1000
            );
        }
        let before = PARSED.with(std::cell::Cell::get);
        assert_eq!(crashes_in_text(&log), []);
        PARSED.with(std::cell::Cell::get) - before
    }

    #[test]
    fn lines_that_only_mention_an_anchor_are_not_taken_apart() {
        let ordinary = parsed_lines("is done");
        for words in ["BlueScreen Panic backtrace", "Releasebuild- Exception ", "Failed to ack"] {
            assert!(parsed_lines(words) <= ordinary + 100, "{words}");
        }
    }
}
