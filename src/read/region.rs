//! Finds the regions of a text that are crashes, line by line and in bounded memory.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::mem;

use super::classify::classified;
use super::fields::parse_header;
use super::formats::Class;
use super::frames::{Certainty, parse_frame};
use super::limits::Limits;
use super::line::Line;
use super::misread::misread_message;
use super::names::Names;
use super::panic_message;
use super::parse::parse;
use super::spread::spread_name;
use super::unglue::lines_of;
use super::wrap;
use crate::crash::{Crash, DefectCode, PanicKind};

/// The classified lines of one crash.
#[derive(Clone, Debug, Default)]
pub(super) struct Region {
    /// The lines with their classes; log lines in front of the crash come first.
    pub lines: Vec<(Line, Class)>,
    /// Line of the input where the crash itself starts, counted from 1.
    pub first_line: usize,
    /// The bounds that cut something.
    pub limits: Vec<&'static str>,
    /// Lines whose bytes were not UTF-8.
    pub invalid: Vec<usize>,
}

/// A crash and where it was found.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundCrash {
    /// Line of the input where it starts, counted from 1.
    pub line: usize,
    /// What it says.
    pub crash: Crash,
    /// Codes of the bounds that cut something.
    pub limits: Vec<&'static str>,
}

/// The search: lines in front of a crash, the crash being read, and what is finished.
pub(super) struct Finder {
    limits: Limits,
    context: VecDeque<Line>,
    /// True when the last line in front is a clock: that of a screen whose upper part is lost.
    clock_in_front: bool,
    /// The last line, which may go on in the next one.
    held: Option<(Line, Class)>,
    open: Option<Open>,
    finished: Vec<Region>,
    /// The text so far, where a text of names alone counts.
    names: Option<Names>,
}

/// A region that is still being read.
#[derive(Default)]
struct Open {
    region: Region,
    header: bool,
    message: Option<String>,
    kind_known: bool,
    frames: usize,
    certain_frames: usize,
    frames_since_message: bool,
    machine_exception: bool,
    clock: bool,
    /// The clock in front of the first frame of a screen whose upper part is lost.
    clock_in_front: bool,
    gap: u64,
    bytes: u64,
    previous: Option<Class>,
}

impl Finder {
    /// Starts in front of the first line.
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            context: VecDeque::new(),
            clock_in_front: false,
            held: None,
            open: None,
            finished: Vec::new(),
            names: None,
        }
    }

    /// Reads a text of nothing but function names as a backtrace.
    pub(super) fn with_names(mut self) -> Self {
        self.names = Some(Names::default());
        self
    }

    /// Takes the next line; `cut` when it is longer than is read at once.
    pub(super) fn push(&mut self, number: usize, bytes: &[u8], cut: bool) {
        let (text, invalid) = match std::str::from_utf8(bytes) {
            Ok(text) => (Cow::Borrowed(text), false),
            // Windows-1252 holds all of Latin-1 and gives every byte a character.
            Err(_) => (encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0, true),
        };
        for line in lines_of(number, &text) {
            let (line, class) = classified(line);
            self.push_unwrapped(line, class);
        }
        if let Some(open) = &mut self.open {
            if invalid {
                open.region.invalid.push(number);
            }
            if cut {
                open.limit("line-bytes");
            }
        }
    }

    /// True while no crash is being read.
    pub(super) fn is_idle(&self) -> bool {
        let may_begin = |(_, class): &(Line, Class)| class.starts_region();
        self.open.is_none() && !self.held.as_ref().is_some_and(may_begin)
    }

    /// Forgets the lines in front: what comes next does not follow them.
    pub(super) fn forget(&mut self) {
        self.held = None;
        self.context.clear();
        self.clock_in_front = false;
    }

    /// The crashes that have ended since the last call.
    pub(super) fn take_finished(&mut self) -> Vec<FoundCrash> {
        mem::take(&mut self.finished).iter().map(|region| crash_of(region, &self.limits)).collect()
    }

    fn push_unwrapped(&mut self, line: Line, class: Class) {
        if let Some((held, held_class)) = self.held.take() {
            if let Some(whole) = wrap::joined(&held, held_class, &line, class) {
                self.held = Some(whole);
                return;
            }
            self.push_line(held, held_class);
        }
        if wrap::may_be_broken(&line) {
            self.held = Some((line, class));
        } else {
            self.push_line(line, class);
        }
    }

    fn push_line(&mut self, line: Line, class: Class) {
        if let Some(names) = &mut self.names {
            names.take(&line, class);
        }
        let (line, class) = self.in_context(line, class);
        let (line, class) = self.with_whole_name(line, class);
        if self.open.as_ref().is_some_and(|open| open.is_over(&line, class)) {
            self.close();
        }
        if self.open.is_none() {
            if !class.starts_region() {
                self.remember(line, class);
                return;
            }
            self.open = Some(self.begin(&line, class));
        }
        let limits = self.limits;
        let over = self.open.as_mut().is_some_and(|open| {
            open.add(line, class, &limits);
            open.gap > limits.gap_lines
        });
        if over {
            self.close();
        }
    }

    /// The line below a header of a bare screen is the message, whatever it says.
    fn in_context(&self, line: Line, class: Class) -> (Line, Class) {
        let below_header = self
            .open
            .as_ref()
            .is_some_and(|open| open.previous == Some(Class::Header) && open.message.is_none());
        // Registers that nobody can read any more are no message either.
        let registers = line.body.matches('=').count() >= REGISTERS;
        let bare = !line.prefix.present && !line.body.ends_with(':') && !registers;
        match class {
            Class::Other if below_header && bare => match misread_message(&line.body) {
                Some(message) => {
                    (line.with_body(message, &[DefectCode::ConfusedCharacters]), Class::Message)
                }
                None => (line, Class::Message),
            },
            // `Lost heartbeat` and `Oops` are whole messages only below a header.
            Class::BareFrame if below_header && bare => (line, Class::Message),
            class => (line, class),
        }
    }

    /// A bare name with a blank inside, next to another bare name (Broadcom 431682 as a photograph
    /// is read). Elsewhere two words are two words.
    fn with_whole_name(&mut self, line: Line, class: Class) -> (Line, Class) {
        let Some(open) = &mut self.open else {
            return (line, class);
        };
        if class == Class::BareFrame {
            open.join_name_above();
        }
        let below = class == Class::Other && open.previous == Some(Class::BareFrame);
        match spread_name(&line.body).filter(|_| below) {
            Some(name) => (line.with_body(name, &[DefectCode::BlankInName]), Class::BareFrame),
            None => (line, class),
        }
    }

    fn begin(&mut self, line: &Line, class: Class) -> Open {
        let mut open = Open::default();
        open.region.first_line = line.number;
        open.region.lines = self.context.drain(..).map(|line| (line, Class::Other)).collect();
        let without_top = matches!(class, Class::Frame | Class::Heading);
        if self.clock_in_front
            && without_top
            && let Some((clock, class)) = open.region.lines.last_mut()
        {
            *class = Class::Clock;
            open.region.first_line = clock.number;
            open.clock_in_front = true;
        }
        self.clock_in_front = false;
        open
    }

    fn remember(&mut self, line: Line, class: Class) {
        if class == Class::Blank {
            return;
        }
        self.clock_in_front = class == Class::Clock;
        self.context.push_back(line);
        while self.context.len() as u64 > self.limits.context_lines {
            self.context.pop_front();
        }
    }

    /// Ends the text.
    pub(super) fn end(&mut self) {
        if let Some((line, class)) = self.held.take() {
            self.push_line(line, class);
        }
        self.close();
        if let (Some(names), true) = (self.names.take(), self.finished.is_empty()) {
            self.finished.extend(names.region());
        }
    }

    /// Ends the open region; what stands behind its last crash line is not part of it.
    fn close(&mut self) {
        let Some(mut open) = self.open.take() else {
            return;
        };
        let is_crash = open.is_crash();
        let last = open.region.lines.iter().rposition(|(line, class)| {
            !matches!(class, Class::Other | Class::Blank | Class::BareFrame)
                || is_console_line(&line.body)
        });
        const TRAILING: usize = 8;
        if let Some(last) = last {
            open.region.lines.truncate(last + 1 + TRAILING);
        }
        if is_crash {
            self.finished.push(open.region);
        }
    }
}

/// `<4>EIP is at …`: the service console's Linux kernel prints its oops behind the screen, longer
/// than other trailing lines (VMware 1006802).
fn is_console_line(body: &str) -> bool {
    matches!(body.as_bytes(), [b'<', b'0'..=b'7', b'>', ..])
}

/// Equals signs of a line that shows registers.
const REGISTERS: usize = 3;

impl Open {
    /// The line above a bare name is one too when it is a name but for a blank.
    fn join_name_above(&mut self) {
        let Some((line, class)) = self.region.lines.last_mut() else {
            return;
        };
        if *class == Class::Other
            && let Some(name) = spread_name(&line.body)
        {
            *line = line.with_body(name, &[DefectCode::BlankInName]);
            *class = Class::BareFrame;
            self.frames += 1;
            self.frames_since_message = true;
        }
    }

    fn limit(&mut self, code: &'static str) {
        if !self.region.limits.contains(&code) {
            self.region.limits.push(code);
        }
    }

    /// True when `line` can only be the start of another crash.
    fn is_over(&self, line: &Line, class: Class) -> bool {
        let complete = self.message.is_some() && self.frames > 0 && self.clock;
        match class {
            Class::Header => self.header || complete,
            Class::Summary => self.clock,
            Class::Message => {
                let new = panic_message::recognise(&line.body).unwrap_or(&line.body);
                match &self.message {
                    None => false,
                    // A screen repeats its message as a log line: `Oops`, then
                    // `Host: 4781: COS Error: Oops` (VMware 1006802).
                    Some(old) if old.ends_with(new) || new.ends_with(old.as_str()) => {
                        complete && !self.header
                    }
                    Some(_) => self.frames_since_message,
                }
            }
            _ => false,
        }
    }

    fn add(&mut self, line: Line, class: Class, limits: &Limits) {
        match class {
            Class::Other | Class::Blank => self.gap += 1,
            _ => self.gap = 0,
        }
        match class {
            Class::Header => {
                self.header = true;
                let rest = parse_header(&line.body).map_or("", |header| header.rest);
                if !rest.is_empty() {
                    self.message.get_or_insert_default();
                    self.kind_known |= panic_message::recognise(rest).is_some();
                }
            }
            Class::Message if self.message.is_none() => {
                let message = panic_message::recognise(&line.body);
                let kind = panic_message::parse_panic(message.unwrap_or(&line.body)).kind;
                self.kind_known = message.is_some() || kind != PanicKind::Other;
                self.message = Some(message.unwrap_or(&line.body).to_owned());
                self.frames_since_message = false;
            }
            Class::Frame | Class::BareFrame => {
                let certain = parse_frame(&line.body)
                    .is_some_and(|(_, certainty)| certainty == Certainty::Certain);
                self.frames += 1;
                self.certain_frames += usize::from(certain);
                self.frames_since_message = true;
            }
            Class::Clock | Class::Summary => self.clock = true,
            Class::MachineException => self.machine_exception = true,
            _ => {}
        }
        self.previous = Some(class);
        self.bytes += line.body.len() as u64;
        if self.region.lines.len() as u64 >= limits.region_lines {
            self.limit("region-lines");
        } else if self.bytes > limits.region_bytes {
            self.limit("region-bytes");
        } else {
            self.region.lines.push((line, class));
        }
    }

    /// A header alone is a boot message, one frame alone a quotation; only screens print a clock.
    fn is_crash(&self) -> bool {
        let message = self.message.is_some() && (self.kind_known || self.frames > 0);
        message
            || self.machine_exception
            || self.certain_frames >= 2
            || (self.certain_frames > 0 && (self.clock || self.clock_in_front))
            || (self.header && self.frames > 0)
    }
}

fn crash_of(region: &Region, limits: &Limits) -> FoundCrash {
    let (crash, mut cut) = parse(region, limits);
    let mut codes = region.limits.clone();
    codes.append(&mut cut);
    FoundCrash { line: region.first_line, crash, limits: codes }
}

#[cfg(test)]
mod tests;
