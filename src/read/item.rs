//! The parsed value of one line of a screen.
//!
//! A line is parsed once, by the table in `formats.rs`; the search for regions and the parser match
//! on the value and never look into the text again.

use strum::EnumDiscriminants;

use super::fields::{Clock, CrashSummary, Header, Heading, ProcessorLine};
use super::frames::ParsedFrame;
use super::panic_message::Message;
use super::worlds::{StateLine, WorldLine};
use crate::crash::{CoreDump, Driver, MachineCheck, ScreenPart};

/// The value of a line that belongs to a screen.
#[derive(Clone, Debug, PartialEq, EnumDiscriminants)]
#[strum_discriminants(name(LineClass), vis(pub(super)))]
pub(super) enum Item {
    /// An empty line.
    Blank,
    /// Product and build.
    Header(Header),
    /// The panic message.
    Message(Message),
    /// `Panic Details: Crash at … on CPU 27 running world …` (Broadcom 318955, 387631).
    Summary(CrashSummary),
    /// A heading of a backtrace.
    Heading(Heading),
    /// A frame that cannot be anything else.
    Frame(ParsedFrame),
    /// A bare function name: a frame only near other crash lines.
    BareFrame(ParsedFrame),
    /// A machine-check bank.
    MachineCheck(MachineCheck),
    /// A machine-check bank of an error that stops the host.
    MachineException(MachineCheck),
    /// Register names and values, as printed.
    Registers(Vec<(String, String)>),
    /// PCPUs and their worlds.
    Worlds(WorldLine),
    /// One state letter a PCPU.
    States(StateLine),
    /// Uptime, cycle counter, code start.
    Clock(Clock),
    /// Modules that the screen calls involved.
    Modules(Vec<Driver>),
    /// The core dump.
    CoreDump(CoreDump),
    /// Family, model, stepping and microcode.
    Processor(ProcessorLine),
    /// Lines of the screen that carry nothing to read: page tables, segment registers.
    Furniture,
}

impl Item {
    /// The class of the line.
    pub(super) fn class(&self) -> LineClass {
        self.into()
    }

    /// True for lines that no ordinary text has by chance.
    pub(super) fn is_sure(&self) -> bool {
        !matches!(self, Item::Blank | Item::BareFrame(_))
    }

    /// True when a crash may begin with this line.
    pub(super) fn starts_region(&self) -> bool {
        matches!(
            self,
            Item::Header(_)
                | Item::Message(_)
                | Item::Summary(_)
                | Item::Heading(_)
                | Item::Frame(_)
                | Item::MachineException(_)
        )
    }

    /// The part of the screen that the line belongs to; `None` for an empty line.
    pub(super) fn part(&self) -> Option<ScreenPart> {
        Some(match self {
            Item::Header(_) => ScreenPart::Release,
            Item::Message(_) | Item::Summary(_) | Item::Modules(_) => ScreenPart::Message,
            Item::Registers(_) | Item::Processor(_) => ScreenPart::Registers,
            Item::Worlds(_) | Item::States(_) => ScreenPart::Worlds,
            Item::Heading(_) | Item::Frame(_) | Item::BareFrame(_) => ScreenPart::Stack,
            Item::Clock(_) => ScreenPart::Uptime,
            Item::MachineCheck(_) | Item::MachineException(_) => ScreenPart::MachineCheck,
            Item::CoreDump(_) => ScreenPart::CoreDump,
            Item::Furniture => ScreenPart::Log,
            Item::Blank => return None,
        })
    }
}
