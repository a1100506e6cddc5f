//! The content of a purple screen, as plain data: every field may be absent, because
//! people have photographs, halves of screens and masked articles.

mod frame;
mod panic;
mod parts;
mod picture;

pub(crate) use frame::VMKERNEL;
pub use frame::{Backtrace, Frame, Role, Trust};
pub use panic::{Panic, PanicKind};
pub use parts::{
    CoreDump, CoreDumpOutcome, Defect, DefectCode, Device, Driver, Host, MachineCheck, Nmi,
    PcpuWorld, Release, ScreenLine, ScreenPart, World,
};

pub use picture::{FromPicture, JoinedPicture, PictureMethod};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::text::Hex;

/// One purple screen found in some input.
///
/// Can be stored and read back; the published JSON is that of `report/`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Crash {
    /// Product, version and build, from the header line.
    pub release: Option<Release>,
    /// The error line with its parts.
    pub panic: Option<Panic>,
    /// The reporting PCPU: the one that printed the screen.
    pub pcpu: Option<u32>,
    /// The world that ran on the reporting PCPU.
    pub world: Option<World>,
    /// Every PCPU and its world, as far as printed.
    pub pcpus: Vec<PcpuWorld>,
    /// Run states of the PCPUs from 7.0 on, one letter each (`S`, `I`, `U`, `V`), from PCPU 0.
    pub pcpu_states: String,
    /// The interrupt that asked for the panic, or the last one that a log names.
    pub nmi: Option<Nmi>,
    /// Register values as printed, by lower-case name.
    pub registers: BTreeMap<String, String>,
    /// Time since boot in milliseconds.
    pub uptime_ms: Option<u64>,
    /// CPU cycles since boot (the time stamp counter).
    pub tsc: Option<u64>,
    /// Start of the VMkernel text.
    pub code_start: Option<Hex>,
    /// The backtrace of the reporting PCPU, innermost frame first.
    pub backtrace: Vec<Frame>,
    /// Backtraces of other PCPUs, and repeated ones.
    pub other_backtraces: Vec<Backtrace>,
    /// Machine-check banks that were printed.
    pub machine_checks: Vec<MachineCheck>,
    /// The host, as far as known.
    pub host: Host,
    /// The outcome of the core dump.
    pub core_dump: Option<CoreDump>,
    /// Log lines around the panic that are not part of the screen, without their prefix.
    pub log_lines: Vec<String>,
    /// The day of the first line with a calendar clock: year, month, day.
    pub date: Option<(i32, u8, u8)>,
    /// The lines that belong to the screen, without the prefix of a log, in printed order.
    pub screen: Vec<ScreenLine>,
    /// Oddities of the text.
    pub defects: Vec<Defect>,
    /// How it was read, where it was read from a picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<FromPicture>,
}

impl Crash {
    /// The frames that decide the nature of this crash: the saved backtrace of the
    /// culprit PCPU where it was printed, else the printed backtrace.
    pub fn deciding_frames(&self) -> &[Frame] {
        self.other_backtraces
            .iter()
            .find(|backtrace| backtrace.decides)
            .map_or(&self.backtrace, |backtrace| &backtrace.frames)
    }

    /// The panic kind: that of the message, or `machine-check` where only its banks are printed.
    pub fn kind(&self) -> Option<PanicKind> {
        let of_message = self.panic.as_ref().map(|panic| panic.kind);
        of_message.or_else(|| (!self.machine_checks.is_empty()).then_some(PanicKind::MachineCheck))
    }

    /// The day of the crash as the text prints it, `YYYY-MM-DD`.
    pub fn day(&self) -> Option<String> {
        let (year, month, day) = self.date?;
        Some(format!("{year:04}-{month:02}-{day:02}"))
    }

    /// The PCPUs that the panic message names as the cause; may be empty.
    pub fn culprits(&self) -> &[u32] {
        self.panic.as_ref().map_or(&[], |panic| &panic.pcpus)
    }
}
