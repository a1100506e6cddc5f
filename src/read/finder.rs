//! Finds the regions of a text that are crashes, line by line and in bounded memory.
//!
//! Bytes of one line come in, finished regions go out. Lines are grouped by their items alone; only
//! their place gives an item to a line that has none: the message below a header, and a name with a
//! space inside beside other names.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::mem;

use super::classify::classify;
use super::frames::without_number;
use super::item::Item;
use super::limits::{Bound, Limits, note_limit};
use super::line::Line;
use super::log_lines::starts_with_clock;
use super::misread::misread_message;
use super::names::{Names, spread_frame};
use super::panic_message::parse_any_message;
use super::region::{OpenRegion, Region, is_host_name, is_of_log};
use super::unglue::lines_of;
use super::wrap;
use crate::crash::DefectCode;

/// The search: lines before a crash, the crash being read, and the finished ones.
#[derive(Default)]
pub(super) struct Finder {
    limits: Limits,
    context: VecDeque<Line>,
    /// True when the last line above is a clock: that of a screen whose upper part is lost.
    clock_above: bool,
    /// The last line, which may go on in the next one.
    held: Option<Line>,
    open: Option<OpenRegion>,
    finished: Vec<Region>,
    /// The text so far, where a text of names alone counts.
    names: Option<Names>,
    /// Lines of that text that are not empty.
    lines: usize,
}

/// Equals signs of a line that shows registers.
const MIN_REGISTERS: usize = 3;

impl Finder {
    /// Starts before the first line.
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Reads a text of nothing but function names as a backtrace.
    pub(super) fn with_names(mut self) -> Self {
        self.names = Some(Names::default());
        self
    }

    /// Reads the text as one that is not a list of names: only some of its lines follow.
    pub(super) fn forget_names(&mut self) {
        self.names = None;
    }

    /// Takes the next line; `cut` when it is longer than is read at once.
    pub(super) fn push(&mut self, number: usize, bytes: &[u8], cut: bool) {
        let bytes = without_mark(bytes);
        let (text, invalid) = match std::str::from_utf8(bytes) {
            Ok(text) => (Cow::Borrowed(text), false),
            // Windows-1252 holds all of Latin-1 and gives every byte a character.
            Err(_) => (encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0, true),
        };
        for line in lines_of(number, &text) {
            self.push_unwrapped(classify(line));
        }
        if let Some(open) = &mut self.open {
            if invalid {
                open.region.invalid.push(number);
            }
            if cut {
                note_limit(&mut open.region.limits, Bound::LineBytes);
            }
        }
    }

    /// True while no crash is being read.
    pub(super) fn is_idle(&self) -> bool {
        let held = self.held.as_ref().and_then(|line| line.item.as_ref());
        self.open.is_none() && !held.is_some_and(Item::starts_region)
    }

    /// Forgets the lines above: the next one does not follow them.
    pub(super) fn forget(&mut self) {
        self.held = None;
        self.context.clear();
        self.clock_above = false;
    }

    /// The regions that have ended since the last call.
    pub(super) fn take_finished(&mut self) -> Vec<Region> {
        mem::take(&mut self.finished)
    }

    /// Bytes of the lines that are kept.
    pub(super) fn held_bytes(&self) -> u64 {
        let open = self.open.iter().flat_map(|open| &open.region.lines);
        self.context.iter().chain(&self.held).chain(open).map(Line::held_bytes).sum()
    }

    fn push_unwrapped(&mut self, line: Line) {
        if let Some(held) = self.held.take() {
            if let Some(whole) = wrap::joined(&held, &line) {
                self.held = Some(whole);
                return;
            }
            self.push_line(held);
        }
        if wrap::may_be_broken(&line) {
            self.held = Some(line);
        } else {
            self.push_line(line);
        }
    }

    fn push_line(&mut self, line: Line) {
        if let Some(names) = &mut self.names {
            names.push(&line);
            self.lines += usize::from(line.item != Some(Item::Blank));
        }
        let line = self.in_context(line);
        if self.open.as_ref().is_some_and(|open| open.is_over(&line)) {
            self.close();
        }
        if self.open.is_none() {
            if !line.item.as_ref().is_some_and(Item::starts_region) {
                return self.remember(line);
            }
            self.open = Some(self.begin(&line));
        }
        let limits = self.limits;
        let over = self.open.as_mut().is_some_and(|open| {
            open.add(line, &limits);
            open.gap > limits.gap_lines
        });
        if over {
            self.close();
        }
    }

    /// The line with the item that its place in an open region gives it.
    fn in_context(&mut self, line: Line) -> Line {
        let Some(open) = &mut self.open else {
            return line;
        };
        let nameless = matches!(line.item, None | Some(Item::BareFrame(_)));
        if nameless && open.expects_message() && may_be_message(&line) {
            return as_message(line);
        }
        match &line.item {
            // `#1 GitHub`: only a backtrace goes on with any name behind a number.
            Some(Item::BareFrame(frame))
                if !frame.kernel
                    && without_number(&line.body).is_some()
                    && !open.is_in_backtrace() =>
            {
                Line { item: None, ..line }
            }
            Some(Item::BareFrame(_)) => {
                join_name_above(open);
                line
            }
            // Elsewhere two words are two words (Broadcom 431682 as a photograph is read).
            None if open.is_below_name() => spread_frame(&line).unwrap_or(line),
            _ => line,
        }
    }

    fn begin(&mut self, line: &Line) -> OpenRegion {
        let mut open = OpenRegion::default();
        open.region.first_line = line.number;
        open.region.lines = self.context.drain(..).collect();
        let without_top = matches!(line.item, Some(Item::Frame(_) | Item::Heading(_)));
        for (index, line) in open.region.lines.iter_mut().rev().enumerate() {
            let is_clock = index == 0 && self.clock_above && without_top;
            if is_clock {
                open.region.first_line = line.number;
                open.clock_above = true;
            } else {
                line.item = None;
            }
        }
        self.clock_above = false;
        open
    }

    fn remember(&mut self, line: Line) {
        if line.item == Some(Item::Blank) {
            return;
        }
        self.clock_above = matches!(line.item, Some(Item::Clock(_)));
        self.context.push_back(line);
        while self.context.len() as u64 > self.limits.context_lines {
            self.context.pop_front();
        }
    }

    /// Ends the text.
    pub(super) fn end(&mut self) {
        if let Some(line) = self.held.take() {
            self.push_line(line);
        }
        // Two lines that a person hands over are a screen, where a log or a page has more.
        let alone = self.names.is_some() && self.lines == 2;
        self.close_as(alone);
        if let (Some(names), true) = (self.names.take(), self.finished.is_empty()) {
            self.finished.extend(names.region());
        }
    }

    fn close(&mut self) {
        self.close_as(false);
    }

    /// Ends the crash that is being read; `alone` when the text has no line but its first two.
    fn close_as(&mut self, alone: bool) {
        match self.open.take().map(|open| open.finish(alone)) {
            Some(Ok(region)) => self.finished.push(region),
            // They may be the lines of the log before the crash that comes.
            Some(Err(lines)) => lines.into_iter().for_each(|line| self.remember(line)),
            None => {}
        }
    }
}

/// The line without the mark of UTF-16 that was added to a text in another encoding.
fn without_mark(bytes: &[u8]) -> &[u8] {
    const MARKS: [&[u8]; 2] = [b"\xff\xfe", b"\xfe\xff"];
    MARKS.iter().find_map(|mark| bytes.strip_prefix(*mark)).unwrap_or(bytes)
}

fn may_be_message(line: &Line) -> bool {
    // Registers that no one can read any more are not a message either.
    let registers = line.body.matches('=').count() >= MIN_REGISTERS;
    let elsewhere = is_host_name(&line.body) || starts_with_clock(line.body.as_bytes());
    let logged = is_of_log(&line.body);
    !line.prefix.present && !line.body.ends_with(':') && !registers && !elsewhere && !logged
}

/// The line below a header of a bare screen is the message, in any words; `Lost heartbeat` and `Oops`
/// are whole messages only there.
fn as_message(line: Line) -> Line {
    let misread = if line.item.is_none() { misread_message(&line.body) } else { None };
    let line = match misread {
        Some(message) => line.with_body(message, &[DefectCode::ConfusedCharacters]),
        None => line,
    };
    let message = parse_any_message(&line.body);
    line.with_item(Item::Message(message))
}

/// The line above a bare name is one too when it is a name but for a space.
fn join_name_above(open: &mut OpenRegion) {
    if let Some(above) = open.last_without_item()
        && let Some(line) = spread_frame(above)
    {
        *above = line;
        open.count_name();
    }
}

#[cfg(test)]
mod tests;
