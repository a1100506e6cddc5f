//! Which part of a screen a line is: the table that both the search for
//! regions and the parser read.

use super::fields::{parse_clock, parse_core_dump, parse_header, parse_heading, parse_modules};
use super::frames::{Certainty, parse_frame};
use super::machine_checks::parse_machine_check;
use super::panic_message;
use super::registers::parse_registers;
use crate::crash::ScreenPart;

use super::worlds::{parse_state_line, parse_world_line};

/// The part of a screen that a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Product and build.
    Header,
    /// The panic message.
    Message,
    /// `Panic Details: Crash at … on CPU 27 running world …` (Broadcom 318955, 387631).
    Summary,
    /// A heading of a backtrace.
    Heading,
    /// A frame that cannot be anything else.
    Frame,
    /// A bare function name: a frame only near other crash lines.
    BareFrame,
    /// A machine-check bank.
    MachineCheck,
    /// A machine-check bank of an error that stops the host.
    MachineException,
    /// Register values.
    Registers,
    /// PCPUs and their worlds.
    Worlds,
    /// One state letter a PCPU.
    States,
    /// Uptime, cycle counter, code start.
    Clock,
    /// Modules that the screen calls involved.
    Modules,
    /// The core dump.
    CoreDump,
    /// Family, model, stepping and microcode.
    Processor,
    /// Lines of the screen that carry nothing to read: page tables, segment registers.
    Furniture,
    /// Nothing but blanks.
    Blank,
    /// Any other line.
    Other,
}

/// One row: the class, and whether a line has it. The first row that holds wins.
type Row = (Class, fn(&str) -> bool);

const TABLE: &[Row] = &[
    (Class::Blank, |body| body.is_empty()),
    (Class::Summary, |body| body.trim_start_matches("Panic Details: ").starts_with("Crash at ")),
    (Class::Header, |body| parse_header(body).is_some()),
    (Class::Message, |body| panic_message::recognise(body).is_some()),
    (Class::Heading, |body| parse_heading(body).is_some()),
    (Class::Frame, |body| certainty(body) == Some(Certainty::Certain)),
    (Class::MachineException, is_machine_exception),
    (Class::MachineCheck, |body| parse_machine_check(body).is_some()),
    (Class::Registers, |body| parse_registers(body).is_some()),
    (Class::States, |body| parse_state_line(body).is_some()),
    (Class::Worlds, |body| parse_world_line(body).is_some()),
    (Class::Clock, |body| parse_clock(body).is_some()),
    (Class::Modules, |body| parse_modules(body).is_some()),
    (Class::CoreDump, |body| parse_core_dump(body).is_some()),
    (Class::Processor, |body| body.starts_with("FMS=")),
    (Class::Furniture, is_furniture),
    (Class::BareFrame, |body| certainty(body) == Some(Certainty::Likely)),
];

/// Starts of lines that belong to a screen and carry nothing that is kept.
const FURNITURE: &[&str] = &[
    "lastClrIntrRA",
    "FSbase",
    "World: ResetToVMK",
    "Panic: ",
    "Slot ",
    "Waiting for Debugger",
    "Debugger is listening",
    "No port for remote",
    "Press Escape",
];

/// The screen prints `MC:PCPU…` only when it stops (Broadcom 367928); a log and a firmware log say
/// how severe the error is. Corrected errors are logged by hosts that go on.
fn is_machine_exception(body: &str) -> bool {
    let uncorrected = body.contains(" Excp ") && !body.contains(" CE ");
    let stops = body.strip_prefix("MC:").is_some_and(|rest| rest.trim_start().starts_with("PCPU"))
        || uncorrected
        || body.contains("Machine Check Exception: Bank ")
        || body.contains("Uncorrectable Machine Check Exception (");
    stops && parse_machine_check(body).is_some()
}

fn is_furniture(body: &str) -> bool {
    FURNITURE.iter().any(|start| body.starts_with(start))
}

fn certainty(body: &str) -> Option<Certainty> {
    parse_frame(body).map(|(_, certainty)| certainty)
}

impl Class {
    /// The class of a line by itself; `body` is without the prefix of a log.
    pub(super) fn of(body: &str) -> Self {
        TABLE.iter().find(|(_, holds)| holds(body)).map_or(Class::Other, |(class, _)| *class)
    }

    /// The part of the screen that a line of this class belongs to; `None` for blank lines.
    pub(super) fn part(self) -> Option<ScreenPart> {
        Some(match self {
            Class::Header => ScreenPart::Release,
            Class::Message | Class::Summary | Class::Modules => ScreenPart::Message,
            Class::Registers | Class::Processor => ScreenPart::Registers,
            Class::Worlds | Class::States => ScreenPart::Worlds,
            Class::Heading | Class::Frame | Class::BareFrame => ScreenPart::Stack,
            Class::Clock => ScreenPart::Uptime,
            Class::MachineCheck | Class::MachineException => ScreenPart::MachineCheck,
            Class::CoreDump => ScreenPart::CoreDump,
            Class::Furniture | Class::Other => ScreenPart::Log,
            Class::Blank => return None,
        })
    }

    /// True when a crash may begin with a line of this class.
    pub(super) fn starts_region(self) -> bool {
        matches!(
            self,
            Class::Header
                | Class::Message
                | Class::Summary
                | Class::Heading
                | Class::Frame
                | Class::MachineException
        )
    }
}

#[cfg(test)]
mod tests {
    use super::super::line::Line;
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Class) {
        assert_eq!(Class::of(&Line::new(1, text).body), expected, "{text}");
    }

    #[test]
    fn every_line_of_a_full_screen_has_its_class() {
        for (text, class) in [
            ("VMware ESXi 7.0.3 [Releasebuild-23307199 x86_64]", Class::Header),
            (
                "NMI IPI: Panic requested by another PCPU. RIPOFF(base):RBP:CS [0xdfa70(0x420012000000):0x0:0xf48] (Src 0x1, CPU89)",
                Class::Message,
            ),
            ("cr0=0x80010031 cr2=0x9cc7ca0960 cr3=0x20cdde000 cr4=0x140768", Class::Registers),
            ("FMS=17/31/0 uCode=0x830107a LBR: 0x9ee7c9dd79 -> 0x9ee7c9ddb2", Class::Processor),
            ("*PCPU89:37036812/ssacli", Class::Worlds),
            (
                "PCPU  0: SSSSSSSSSSSSSSSVIISSSIUUIISSVSVISSSSSUVUIVSVIVISISSSISUUIVIVIIVIV",
                Class::States,
            ),
            ("Code start: 0x420012000000 VMK uptime: 12:04:11:09.120", Class::Clock),
            ("Saved backtrace from: pcpu 89 Heartbeat NMI", Class::Heading),
            (
                "0x45396649b660:[0x4200120dfa6f]IntrCookie_DoInterrupt@vmkernel#nover+0x3c4 stack: 0x430184e02a00",
                Class::Frame,
            ),
            ("base fs=0x0 gs=0x42004e000000 Kgs=0x0", Class::Registers),
            ("Starting coredump to disk Dumping using slot 1 of 1... log", Class::CoreDump),
            ("PTEs:0x16b741023;0x307fec0023;0x0;", Class::Registers),
            ("", Class::Blank),
            ("This host crashed yesterday.", Class::Other),
        ] {
            check(text, class);
        }
    }
}
