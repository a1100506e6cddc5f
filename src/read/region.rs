//! Finds the regions of a text that are crashes, in one pass and in bounded memory.

use std::collections::VecDeque;
use std::io::{self, BufRead};

use super::fields::parse_header;
use super::formats::Class;
use super::frames::{Certainty, parse_frame};
use super::input::{Limits, read_line};
use super::line::Line;
use super::panic_message;
use super::parse::parse;
use crate::crash::{Crash, PanicKind};

/// The classified lines of one crash.
#[derive(Clone, Debug, Default)]
pub struct Region {
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

/// What was read of one input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Number of lines.
    pub lines: usize,
    /// Number of crashes.
    pub crashes: usize,
}

/// Finds and parses every crash of `reader`, in order, and hands each to `found`.
///
/// # Errors
/// Only when reading fails; crashes found before are handed over all the same.
pub fn crashes_in(
    reader: &mut dyn BufRead,
    limits: &Limits,
    mut found: impl FnMut(FoundCrash),
) -> io::Result<Summary> {
    let mut finder = Finder::new(*limits);
    let mut buffer = Vec::new();
    let mut summary = Summary::default();
    let mut outcome = Ok(());
    loop {
        let cut = match read_line(reader, limits.line_bytes, &mut buffer) {
            Ok(Some(cut)) => cut,
            Ok(None) => break,
            Err(error) => {
                outcome = Err(error);
                break;
            }
        };
        summary.lines += 1;
        let text = String::from_utf8_lossy(&buffer);
        let invalid = matches!(text, std::borrow::Cow::Owned(_));
        finder.push(summary.lines, &text, invalid, cut);
        for region in finder.finished.drain(..) {
            summary.crashes += 1;
            found(crash_of(&region));
        }
    }
    finder.close();
    for region in finder.finished.drain(..) {
        summary.crashes += 1;
        found(crash_of(&region));
    }
    outcome.map(|()| summary)
}

/// Finds and parses every crash of a text in memory.
pub fn crashes_in_text(text: &str) -> Vec<FoundCrash> {
    let mut crashes = Vec::new();
    crashes_in(&mut text.as_bytes(), &Limits::default(), |crash| crashes.push(crash))
        .expect("reading from memory does not fail");
    crashes
}

fn crash_of(region: &Region) -> FoundCrash {
    FoundCrash { line: region.first_line, crash: parse(region), limits: region.limits.clone() }
}

/// The search: lines in front of a crash, the crash being read, and what is finished.
struct Finder {
    limits: Limits,
    context: VecDeque<Line>,
    open: Option<Open>,
    finished: Vec<Region>,
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
    clock: bool,
    gap: usize,
    previous: Option<Class>,
}

impl Finder {
    fn new(limits: Limits) -> Self {
        Self { limits, context: VecDeque::new(), open: None, finished: Vec::new() }
    }

    fn push(&mut self, number: usize, text: &str, invalid: bool, cut: bool) {
        for line in Line::new(number, text.trim_start_matches('\u{feff}')).unglued() {
            let class = Class::of(&line);
            self.push_line(line, class);
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

    fn push_line(&mut self, line: Line, class: Class) {
        let class = self.in_context(&line, class);
        if self.open.as_ref().is_some_and(|open| open.is_over(&line, class)) {
            self.close();
        }
        if self.open.is_none() {
            if !class.starts_region() {
                self.remember(line, class);
                return;
            }
            self.open = Some(self.begin(&line));
        }
        let gap_lines = self.limits.gap_lines;
        let region_lines = self.limits.region_lines;
        let over = self.open.as_mut().is_some_and(|open| {
            open.add(line, class, region_lines);
            open.gap > gap_lines
        });
        if over {
            self.close();
        }
    }

    /// The line below a header of a bare screen is the message, whatever it says.
    fn in_context(&self, line: &Line, class: Class) -> Class {
        let below_header = self
            .open
            .as_ref()
            .is_some_and(|open| open.previous == Some(Class::Header) && open.message.is_none());
        let bare = !line.prefix.present;
        match class {
            Class::Other if below_header && bare => Class::Message,
            // `Lost heartbeat` and `Oops` are whole messages only below a header.
            Class::BareFrame if below_header && bare => Class::Message,
            class => class,
        }
    }

    fn begin(&mut self, line: &Line) -> Open {
        let mut open = Open::default();
        open.region.first_line = line.number;
        open.region.lines = self.context.drain(..).map(|line| (line, Class::Other)).collect();
        open
    }

    fn remember(&mut self, line: Line, class: Class) {
        if class == Class::Blank {
            return;
        }
        if self.context.len() == self.limits.context_lines {
            self.context.pop_front();
        }
        self.context.push_back(line);
    }

    /// Ends the open region; what stands behind its last crash line is not part of it.
    fn close(&mut self) {
        let Some(mut open) = self.open.take() else {
            return;
        };
        let is_crash = open.is_crash();
        let last = open.region.lines.iter().rposition(|(_, class)| {
            !matches!(class, Class::Other | Class::Blank | Class::BareFrame)
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

impl Open {
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

    fn add(&mut self, line: Line, class: Class, region_lines: usize) {
        match class {
            Class::Other | Class::Blank => self.gap += 1,
            _ => self.gap = 0,
        }
        match class {
            Class::Header => {
                self.header = true;
                if parse_header(&line.body).is_some_and(|header| !header.rest.is_empty()) {
                    self.message.get_or_insert_default();
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
            _ => {}
        }
        self.previous = Some(class);
        if self.region.lines.len() < region_lines {
            self.region.lines.push((line, class));
        } else {
            self.limit("region-lines");
        }
    }

    /// A header alone is a boot message, one frame alone a quotation.
    fn is_crash(&self) -> bool {
        let message = self.message.is_some() && (self.kind_known || self.frames > 0);
        message || self.certain_frames >= 2 || (self.header && self.frames > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks the lines where crashes start.
    #[track_caller]
    fn check(text: &str, expected: &[usize]) {
        let lines: Vec<usize> = crashes_in_text(text).iter().map(|found| found.line).collect();
        assert_eq!(lines, expected, "{text}");
    }

    const SCREEN: &str = "VMware ESX Server [Releasebuild-98103]\n\
        PCPU 1 locked up. Failed to ack TLB invalidate.\n\
        0x3a37f48:[0x64bfa4]TLBDoInvalidate+0x38f stack: 0x3a37f54, 0x40, 0x2\n\
        0x3a37f70:[0x66da4d]XMapForceFlush+0x64 stack: 0x0, 0x4d3a, 0x0\n\
        VMK uptime: 7:05:43:45.014 TSC: 1751259712918392\n";

    #[test]
    fn a_screen_is_one_crash_and_two_screens_are_two() {
        check(SCREEN, &[1]);
        check(&format!("{SCREEN}{SCREEN}"), &[1, 6]);
        check(&format!("some words\n\n{SCREEN}"), &[3]);
    }

    #[test]
    fn text_without_a_crash_has_none() {
        check("", &[]);
        check("VMware ESXi 7.0.3 [Releasebuild-23307199 x86_64]\n", &[]);
        check("0x3a37f48:[0x64bfa4]TLBDoInvalidate+0x38f stack: 0x3a37f54\n", &[]);
        check("2015-08-17T14:19:25.710Z cpu2:1075473)ScsiDeviceIO: 1: done\n", &[]);
    }

    #[test]
    fn a_message_repeated_by_the_log_stays_in_its_crash() {
        check(
            "cpu78:2098897)Panic: 589: Panic from another CPU (cpu 78, world 2098897): ip=0x1:\n\
             PCPU 118: no heartbeat (3/3 IPIs received)\n\
             cpu78:2098897)0x453bb891bda8:[0x420002512369]Timer_GetCycles@vmkernel#nover+0x2 stack: 0x0\n\
             cpu78:2098897)@BlueScreen: PCPU 118: no heartbeat (3/3 IPIs received)\n",
            &[2],
        );
    }

    #[test]
    fn different_messages_are_different_crashes() {
        check(
            "@BlueScreen: CrashMe\n[0x1]A_b@vmkernel#nover+0x0\n@BlueScreen: PCI bus error, undiagnosed\n",
            &[1, 3],
        );
    }

    #[test]
    fn a_crash_that_never_ends_is_cut_and_says_so() {
        let limits = Limits { region_lines: 3, ..Limits::default() };
        let mut found = Vec::new();
        crashes_in(&mut SCREEN.as_bytes(), &limits, |crash| found.push(crash)).expect("memory");
        assert_eq!(found[0].limits, ["region-lines"]);
    }
}
