//! One crash while its lines are collected: its parts so far, and its end.

use super::item::{Item, LineClass};
use super::limits::{Bound, Limits, note_limit};
use super::line::Line;
use super::panic_message::{Message, has_logged_mark, parse_any_message};
use crate::crash::PanicKind;

/// The lines of one crash.
#[derive(Clone, Debug, Default)]
pub(super) struct Region {
    /// The lines; log lines before the crash come first.
    pub lines: Vec<Line>,
    /// Line of the input where the crash itself starts, counted from 1.
    pub first_line: usize,
    /// The bounds that cut something.
    pub limits: Vec<Bound>,
    /// Lines whose bytes were not UTF-8.
    pub invalid: Vec<usize>,
}

/// A region that is still being read.
#[derive(Default)]
pub(super) struct OpenRegion {
    pub region: Region,
    header: bool,
    message: Option<String>,
    kind_known: bool,
    /// The line whose message only its place below the header tells, while no more of the screen has come.
    assumed_message: Option<usize>,
    /// True once a part of a longer line was a message.
    quoted_message: bool,
    /// True once there is more of a screen than such a message.
    more_than_quoted: bool,
    frames: usize,
    certain_frames: usize,
    /// Frames that only the VMkernel prints.
    kernel_frames: usize,
    /// Registers, worlds, states of PCPUs, the clock: a screen has them, and no boot message.
    screen_parts: Vec<LineClass>,
    frames_since_message: bool,
    machine_exception: bool,
    clock: bool,
    /// The clock before the first frame of a screen whose upper part is lost.
    pub clock_above: bool,
    /// Lines since the last one with an item.
    pub gap: u64,
    bytes: u64,
    previous: Option<LineClass>,
}

/// Lines after the last crash line that are kept: they may name the dump or the next panic.
const TRAILING_LINES: usize = 8;

impl OpenRegion {
    /// True when the next line is the message of a screen, in any words.
    pub(super) fn expects_message(&self) -> bool {
        self.previous == Some(LineClass::Header) && self.message.is_none()
    }

    /// True below a bare function name.
    pub(super) fn is_below_name(&self) -> bool {
        self.previous == Some(LineClass::BareFrame)
    }

    /// True below a frame.
    pub(super) fn is_in_backtrace(&self) -> bool {
        matches!(self.previous, Some(LineClass::Frame | LineClass::BareFrame | LineClass::Heading))
    }

    /// The last line, where it has no item.
    pub(super) fn last_without_item(&mut self) -> Option<&mut Line> {
        self.region.lines.last_mut().filter(|line| line.item.is_none())
    }

    /// Counts a bare name that was found in a line after it was added.
    pub(super) fn count_name(&mut self) {
        self.frames += 1;
        self.frames_since_message = true;
    }

    /// True when `line` can only be the start of another crash.
    pub(super) fn is_over(&self, line: &Line) -> bool {
        let complete = self.message.is_some() && self.frames > 0 && self.clock;
        if self.is_only_quoted() && !line.quoted {
            // What speaks of a screen before it is no part of it.
            return matches!(line.item, Some(Item::Header(_) | Item::Message(_)));
        }
        match &line.item {
            Some(Item::Header(_)) => self.header || complete,
            Some(Item::Summary(_)) => self.clock,
            Some(Item::Message(message)) => {
                let new = &line.body[message.start..];
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

    /// Adds a line of the crash.
    pub(super) fn add(&mut self, line: Line, limits: &Limits) {
        match &line.item {
            None | Some(Item::Blank) => self.gap += 1,
            Some(_) => self.gap = 0,
        }
        match &line.item {
            Some(Item::Message(_)) if line.quoted => self.quoted_message = true,
            None | Some(Item::Blank) => {}
            // One word may look like a name.
            Some(Item::BareFrame(_)) => self.more_than_quoted |= self.frames > 0,
            Some(_) => self.more_than_quoted = true,
        }
        match &line.item {
            Some(Item::Header(header)) => {
                self.header = true;
                if let Some(message) = &header.message {
                    self.message.get_or_insert_default();
                    self.kind_known |= message.recognised;
                }
            }
            Some(Item::Message(message)) => {
                if message.recognised && !line.prefix.present {
                    self.withdraw_assumed_message();
                }
                self.add_message(&line.body, message);
            }
            Some(Item::Frame(parsed) | Item::BareFrame(parsed)) => {
                self.certain_frames += usize::from(parsed.certain);
                self.kernel_frames += usize::from(parsed.kernel);
                self.count_name();
            }
            Some(Item::Clock(_) | Item::Summary(_)) => self.clock = true,
            Some(Item::MachineException(_)) => self.machine_exception = true,
            _ => {}
        }
        let class = line.class();
        if let Some(class) = class.filter(|class| is_screen_part(*class))
            && !self.screen_parts.contains(&class)
        {
            self.screen_parts.push(class);
        }
        // The message comes below the name that some consoles print under the header.
        if !(self.expects_message() && is_host_name(&line.body)) {
            self.previous = line.class();
        }
        self.bytes += line.body.len() as u64;
        if self.region.lines.len() as u64 >= limits.region_lines {
            note_limit(&mut self.region.limits, Bound::RegionLines);
        } else if self.bytes > limits.region_bytes {
            note_limit(&mut self.region.limits, Bound::RegionBytes);
        } else {
            self.region.lines.push(line);
        }
    }

    /// True while there is nothing but a quoted message: a mail, a field, a command line speaks of it.
    fn is_only_quoted(&self) -> bool {
        self.quoted_message && !self.more_than_quoted
    }

    fn add_message(&mut self, body: &str, message: &Message) {
        if self.message.is_none() {
            let known = message.panic.kind != PanicKind::Other && !has_logged_mark(body);
            self.kind_known = message.recognised || known;
            self.message = Some(body[message.start..].to_owned());
            self.frames_since_message = false;
            if !message.recognised {
                self.assumed_message = Some(self.region.lines.len());
            }
        }
    }

    /// A message in known words comes right below the line that was taken for it: `see below`, `>`, then
    /// `#PF Exception 14 in world …`.
    fn withdraw_assumed_message(&mut self) {
        let Some(index) = self.assumed_message.take() else { return };
        if self.region.lines.iter().skip(index + 1).any(is_crash_line) {
            return;
        }
        if let Some(assumed) = self.region.lines.get_mut(index) {
            assumed.item = None;
            self.message = None;
        }
    }

    /// The region without the lines that follow its crash; `alone` when the text holds nothing else.
    /// When it holds none, the lines that may be those of the log before the next one.
    pub(super) fn finish(mut self, alone: bool) -> Result<Region, Vec<Line>> {
        self.find_message(alone);
        if !(self.is_crash() || alone && self.is_header_and_message()) {
            let quotation = self.is_only_quoted();
            return Err(if quotation { self.region.lines } else { Vec::new() });
        }
        if let Some(last) = self.region.lines.iter().rposition(is_crash_line) {
            let below = self.region.lines[last + 1..].iter();
            // A backtrace of names alone, as Broadcom 430676 quotes one below its message.
            let names = below.take_while(|line| is_bare_name(line)).count();
            self.region.lines.truncate(last + 1 + names + TRAILING_LINES);
        }
        Ok(self.region)
    }

    /// A header alone is a boot message, one frame or a quoted message alone a quotation; only screens
    /// print a clock.
    fn is_crash(&self) -> bool {
        if self.is_only_quoted() {
            return false;
        }
        let frames = self.certain_frames > 0 || self.kernel_frames > 0;
        let screen = self.header && !self.screen_parts.is_empty();
        let message = self.message.is_some() && (self.kind_known || frames || screen);
        // A warning of the VMkernel prints its backtrace too.
        let logged = self.message.is_none() && !self.header && is_only_logged(&self.region.lines);
        let certain = self.certain_frames > 0 && self.kernel_frames > 0 && !logged;
        message
            || self.machine_exception
            || (certain && (self.certain_frames >= 2 || self.clock || self.clock_above))
            || (self.header && frames)
    }

    /// Takes the line below a header for its message in a log, where all lines have a prefix: only the
    /// registers and the clock below tell that it is none of the log. The only other line of a text is the
    /// message too, below an empty line.
    fn find_message(&mut self, alone: bool) {
        let parts = &self.screen_parts;
        let whole = alone || parts.contains(&LineClass::Registers) && parts.len() >= 2;
        if self.message.is_some() || !self.header || !whole {
            return;
        }
        let lines = self.region.lines.iter_mut();
        let mut lines = lines
            .skip_while(|line| line.class() != Some(LineClass::Header))
            .filter(|line| line.item != Some(Item::Blank));
        let (Some(above), Some(below)) = (lines.next(), lines.next()) else {
            return;
        };
        let (above, prefix) = (above.prefix, below.prefix);
        let same = alone && !above.present && !prefix.present
            || above.present && above.pcpu == prefix.pcpu;
        let named = matches!(below.item, None | Some(Item::BareFrame(_)));
        if same && named && !is_of_log(&below.body) {
            let message = parse_any_message(&below.body);
            let (item, body) = (Item::Message(message.clone()), below.body.clone());
            below.item = Some(item);
            self.add_message(&body, &message);
        }
    }

    /// True for the header of a screen and one line below it, in any words.
    pub(super) fn is_header_and_message(&self) -> bool {
        let mut lines = self.region.lines.iter().filter(|line| line.item != Some(Item::Blank));
        let (Some(header), Some(message), None) = (lines.next(), lines.next(), lines.next()) else {
            return false;
        };
        // A log prints the release at the start of a host.
        let bare = !header.prefix.present && !message.prefix.present;
        let header = &header.body;
        let whole = header.starts_with("VMware ESX")
            && header.contains(" [Releasebuild-")
            && header.ends_with(']');
        let words = message.body.split_whitespace().count() >= 2;
        let begins = message.body.starts_with(|c: char| !c.is_lowercase());
        bare && whole && words && begins && message.class() == Some(LineClass::Message)
    }
}

/// `esx01.example.com`, `esx-07`, `10.1.2.3`: one word that is the name of a host and no message.
pub(super) fn is_host_name(body: &str) -> bool {
    let name = body.starts_with(|c: char| c.is_ascii_alphanumeric())
        && body.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.'));
    name && (body == "localhost" || body.contains(|c: char| !c.is_ascii_alphabetic()))
}

/// `NMI: 1031: ApeiHESTNmiHandler requested PSOD`: a line of the log whose prefix was left out. It says
/// what comes, or what happened before; the panic has a message of its own.
pub(super) fn is_of_log(body: &str) -> bool {
    let body =
        body.strip_prefix("WARNING: ").or_else(|| body.strip_prefix("ALERT: ")).unwrap_or(body);
    let mut parts = body.splitn(3, ": ");
    let (Some(name), Some(number), Some(_)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let named = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    named && !number.is_empty() && number.chars().all(|c| c.is_ascii_digit())
}

/// Functions by which the VMkernel logs a backtrace and goes on.
const LOGGERS: &[&str] = &["vmk_LogBacktraceMessage", "vmk_LogBacktrace", "LogBacktrace"];

/// True for frames that a warning has printed: `NETDEV WATCHDOG: vmnic0: transmit timed out`.
pub(super) fn is_only_logged(lines: &[Line]) -> bool {
    let first = lines.iter().find_map(|line| match &line.item {
        Some(Item::Frame(parsed) | Item::BareFrame(parsed)) => Some(&parsed.frame),
        _ => None,
    });
    let name = first.and_then(|frame| frame.function.as_deref());
    name.is_some_and(|name| LOGGERS.contains(&name))
}

/// True for the lines that only a screen has.
fn is_screen_part(class: LineClass) -> bool {
    matches!(class, LineClass::Registers | LineClass::Worlds | LineClass::States | LineClass::Clock)
}

fn is_crash_line(line: &Line) -> bool {
    line.item.as_ref().is_some_and(Item::is_sure) || is_console_line(&line.body)
}

fn is_bare_name(line: &Line) -> bool {
    matches!(line.item, Some(Item::BareFrame(_)))
}

/// `<4>EIP is at …`: the service console's Linux kernel prints its oops after the screen, longer
/// than other trailing lines (VMware 1006802).
fn is_console_line(body: &str) -> bool {
    matches!(body.as_bytes(), [b'<', b'0'..=b'7', b'>', ..])
}
