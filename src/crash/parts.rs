//! The smaller parts of a purple screen.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

use crate::text::Hex;

/// Product, version and build of the header line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Release {
    /// `VMware ESXi`, `VMware ESX`, `VMware ESX Server`.
    pub product: String,
    /// `7.0.3`; absent up to 4.x.
    pub version: Option<String>,
    /// Build number.
    pub build: Option<u32>,
    /// `x86_64`, `aarch64`; absent up to 3.x.
    pub arch: Option<String>,
}

impl Release {
    /// The update line of the printed version: three numbers from 7.0 on, two
    /// before, where headers print `6.7.0` for every update.
    pub fn line(&self) -> Option<String> {
        let version = self.version.as_deref()?;
        let mut numbers = version.split('.');
        let major: u32 = numbers.next()?.parse().ok()?;
        let kept = if major >= 7 { 3 } else { 2 };
        let parts: Vec<&str> = version.split('.').take(kept).collect();
        Some(parts.join("."))
    }
}

/// A schedulable entity.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct World {
    /// World id; absent where the publisher masked it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// World name, clipped by ESXi; absent where the log gives the id only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl World {
    /// `1037:helper1-4`; an unknown part is left out.
    pub fn label(&self) -> String {
        let id = self.id.map(|id| id.to_string()).unwrap_or_default();
        let name = self.name.as_deref().unwrap_or_default();
        format!("{id}:{name}").trim_matches(':').to_owned()
    }
}

/// A PCPU and the world that ran on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct PcpuWorld {
    /// Number of the PCPU.
    pub pcpu: u32,
    /// Its world.
    pub world: World,
}

/// Where a PCPU was when a non-maskable interrupt stopped it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Nmi {
    /// Instruction pointer: relative to the base up to 7.x, the address itself from 8.0 on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip: Option<Hex>,
    /// Start of the text that the instruction pointer counts from; absent from 8.0 on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<Hex>,
    /// Frame pointer, or the stack pointer from 8.0 on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame: Option<Hex>,
    /// Source, as the line prints it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Hex>,
    /// PCPU that the line names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pcpu: Option<u32>,
    /// The line as printed.
    pub text: String,
}

/// One bank of a machine check, as printed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct MachineCheck {
    /// PCPU that reported it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pcpu: Option<u32>,
    /// Number of the bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bank: Option<u32>,
    /// IA32_MCi_STATUS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Hex>,
    /// IA32_MCi_STATUS as printed, where digits of it are hidden: `9c0000####0091`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub masked_status: Option<String>,
    /// IA32_MCi_ADDR.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Hex>,
    /// IA32_MCi_MISC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub misc: Option<Hex>,
    /// IA32_MCG_STATUS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub global_status: Option<Hex>,
    /// Severity word of the log line from 6.5 on: `UC`, `CE`, `SRAR`, ….
    #[serde(skip_serializing_if = "Option::is_none")]
    pub printed_severity: Option<String>,
    /// The meaning that ESXi prints from 6.5 on: `Memory Controller Read Error on Channel 1.`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub printed_meaning: Option<String>,
    /// The line as printed.
    pub text: String,
}

/// One line of the screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct ScreenLine {
    /// Which part of the screen it belongs to.
    pub part: ScreenPart,
    /// The line without the prefix of a log.
    pub text: String,
}

/// A part of the screen, as the vendor's article 1004250 (343033) divides it.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    JsonSchema,
    IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
#[non_exhaustive]
pub enum ScreenPart {
    /// Product and build.
    Release,
    /// The panic message, and the log lines that belong to it.
    Message,
    /// Register values.
    Registers,
    /// PCPUs and their worlds.
    Worlds,
    /// Backtraces with their headings.
    Stack,
    /// Uptime, cycle counter and code start.
    Uptime,
    /// Machine-check banks.
    MachineCheck,
    /// The core dump.
    CoreDump,
    /// Lines of a log between those of the screen.
    Log,
}

impl ScreenPart {
    /// The published code.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// A driver or other module with its version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Driver {
    /// Module name.
    pub name: String,
    /// Version, where printed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// The host of a crash, as far as known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Host {
    /// Family, model and stepping of the processor, as printed after `FMS=`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub processor: Option<String>,
    /// Microcode version, as printed after `uCode=`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub microcode: Option<String>,
    /// Manufacturer and model of the server, out of a support bundle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Version of the BIOS, out of a support bundle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub firmware: Option<String>,
    /// Modules that take part in the panic: those that the screen calls involved, and with a
    /// support bundle those of the backtrace.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drivers: Vec<Driver>,
    /// Every VIB that a support bundle lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub installed: Vec<Driver>,
    /// PCI devices that take part, out of a support bundle.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub devices: Vec<Device>,
}

/// A PCI device.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Device {
    /// Segment, bus, device and function: `0000:3b:00.0`.
    pub address: String,
    /// PCI vendor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vendor_id: Option<Hex>,
    /// PCI device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_id: Option<Hex>,
    /// The name that the device gives itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The driver's module.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub module: Option<String>,
}

impl Host {
    /// True when nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The outcome of the core dump.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct CoreDump {
    /// How far it came.
    pub outcome: CoreDumpOutcome,
    /// The line that reports it.
    pub text: String,
}

/// How far the core dump came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum CoreDumpOutcome {
    /// It was begun; the text does not show its end.
    Started,
    /// It was written.
    Written,
    /// It could not be written.
    Failed,
}

/// Something odd in a crash text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Defect {
    /// The kind of oddity.
    pub code: DefectCode,
    /// Line of the input, counted from 1.
    pub line: usize,
    /// The odd text, clipped.
    pub text: String,
}

/// The kinds of oddities of a crash text: stable codes.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum DefectCode {
    /// The publisher replaced digits by `#`, `n`, `X` or `*`.
    MaskedDigits,
    /// A function name was taken for a mail address and hidden.
    ObfuscatedName,
    /// Spaces inside a function name were removed.
    BlankInName,
    /// A name holds characters that no function has; it is left out.
    OddName,
    /// A line appears twice.
    RepeatedLine,
    /// Two lines were run together.
    GluedLines,
    /// One line was broken into several at the width of a screen or a mail.
    WrappedLine,
    /// A carriage return put the end of a line over its start.
    OverwrittenLine,
    /// Quote marks, bullets or numbers were printed before a line.
    QuotedLine,
    /// Escapes or elements of HTML or Markdown were removed.
    Markup,
    /// Codes that colour a terminal were removed.
    TerminalCodes,
    /// Characters that look alike (0 and O, 1 and l) were corrected.
    ConfusedCharacters,
    /// Characters read from a picture are in doubt.
    DoubtfulCharacters,
    /// Frames of another PCPU appeared between those of the crash.
    InterleavedLines,
    /// A second panic message came before the first crash was printed.
    PanicInPanic,
    /// The release is that of the bundle; the crash does not print one.
    ReleaseOfBundle,
    /// The release was given by the person who asks; the crash does not print one.
    ReleaseGiven,
    /// The printed version is of one update line, and the build of another.
    ReleaseContradiction,
    /// The offset of a frame is behind the end of its function: the nearest name was printed.
    OffsetBeyondFunction,
    /// The module of a frame has no function of this name.
    NameNotInModule,
    /// The frames of a module do not agree about its place in memory.
    ModuleInTwoPlaces,
    /// The release was inferred from the places of functions; the crash does not print one.
    ReleaseInferred,
    /// Bytes that are not UTF-8 were read as Latin-1.
    InvalidText,
    /// The panic message is missing.
    NoPanicMessage,
    /// The backtrace is missing.
    NoBacktrace,
    /// The header line is missing.
    NoRelease,
}

impl DefectCode {
    /// The published code.
    pub fn published(self) -> String {
        let value = serde_json::to_value(self).ok();
        value.and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
    }
}
