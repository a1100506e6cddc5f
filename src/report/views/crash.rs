//! A crash as it was read, in its published form.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::machine_check::{MachineCheckReport, machine_check_reports};
use crate::crash::{
    Backtrace, CoreDump, Crash, Defect, Frame, FromPicture, Host, Nmi, Panic, PanicKind, PcpuWorld,
    Role, World,
};
use crate::diagnose::Subject;
use crate::kb::Branch;
use crate::matching::HostRelease;
use crate::symbols::{InferredBuild, ModuleLookup};
use crate::text::Hex;

/// The content of the screen.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct CrashView {
    /// Product, version, build and update name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release: Option<ReleaseReport>,
    /// The panic message and its kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub panic: Option<PanicReport>,
    /// The reporting PCPU.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pcpu: Option<u32>,
    /// The world on the reporting PCPU.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub world: Option<World>,
    /// Every PCPU and its world, as far as printed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pcpus: Vec<PcpuWorld>,
    /// Run states of the PCPUs, one letter each, from PCPU 0.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub pcpu_states: String,
    /// The interrupt that asked for the panic, or the last one that a log names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nmi: Option<Nmi>,
    /// Register values as printed.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub registers: BTreeMap<String, String>,
    /// Time since boot in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uptime_ms: Option<u64>,
    /// CPU cycles since boot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tsc: Option<String>,
    /// Start of the VMkernel text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_start: Option<Hex>,
    /// The backtrace of the reporting PCPU, innermost frame first.
    pub backtrace: Vec<Frame>,
    /// Other backtraces.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub other_backtraces: Vec<Backtrace>,
    /// Machine-check banks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub machine_checks: Vec<MachineCheckReport>,
    /// The host, as far as known.
    #[serde(skip_serializing_if = "Host::is_empty")]
    pub host: Host,
    /// The outcome of the core dump.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub core_dump: Option<CoreDump>,
    /// Log lines around the panic.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub log_lines: Vec<String>,
    /// The modules whose symbols were looked for; absent without symbols.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub symbols: Vec<ModuleLookup>,
    /// Oddities of the text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub defects: Vec<Defect>,
    /// How it was read, where it was read from a picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<FromPicture>,
}

/// Product, version and build, with the entry of the release list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct ReleaseReport {
    /// Product as printed.
    pub product: String,
    /// Version as printed, else that of the build.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Build.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub build: Option<u32>,
    /// Architecture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arch: Option<String>,
    /// Update name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Date of release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// `side`, `hot-patch` or `withdrawn`; absent for an ordinary build.
    #[serde(skip_serializing_if = "Branch::is_main")]
    pub branch: Branch,
    /// The build where it was inferred from the places of functions; absent where the crash prints it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inferred: Option<InferredBuild>,
}

/// The panic message.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct PanicReport {
    /// Its class.
    pub kind: PanicKind,
    /// The message as printed.
    pub message: String,
    /// Number of the processor exception.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exception: Option<u8>,
    /// The culprit PCPUs.
    pub pcpus: Vec<u32>,
    /// Instruction pointer of the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip: Option<Hex>,
    /// Memory address of the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Hex>,
    /// Source file and line of an assertion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceLine>,
}

/// A line of the vendor's source.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct SourceLine {
    /// Path as printed.
    pub file: String,
    /// Line.
    pub line: u64,
}

impl CrashView {
    /// The published form of the crash of `subject`.
    pub(super) fn new(subject: &Subject) -> Self {
        let Subject { crash, host, .. } = subject;
        Self {
            release: release_report(crash, host, subject.inferred),
            panic: crash.panic.as_ref().map(PanicReport::new),
            pcpu: crash.pcpu,
            world: crash.world.clone(),
            pcpus: crash.pcpus.clone(),
            pcpu_states: crash.pcpu_states.clone(),
            nmi: crash.nmi.clone(),
            registers: crash.registers.clone(),
            uptime_ms: crash.uptime_ms,
            tsc: crash.tsc.map(|tsc| tsc.to_string()),
            code_start: crash.code_start,
            backtrace: crash.backtrace.clone(),
            other_backtraces: crash.other_backtraces.clone(),
            machine_checks: machine_check_reports(crash),
            host: crash.host.clone(),
            core_dump: crash.core_dump.clone(),
            log_lines: crash.log_lines.clone(),
            symbols: subject.symbols.clone(),
            defects: crash.defects.clone(),
            picture: crash.picture.clone(),
        }
    }

    /// The frames that signatures are compared with: of the culprit PCPU where it printed some.
    pub(in crate::report) fn deciding_frames(&self) -> &[Frame] {
        let other = self.other_backtraces.iter().find(|other| other.decides);
        other.map_or(&self.backtrace, |other| &other.frames)
    }

    /// The first frame of the story, in the backtrace that decides.
    pub(in crate::report) fn top_frame(&self) -> Option<&Frame> {
        self.deciding_frames()
            .iter()
            .find(|frame| frame.role == Role::Story && frame.function.is_some())
    }
}

fn release_report(
    crash: &Crash,
    host: &HostRelease,
    inferred: Option<InferredBuild>,
) -> Option<ReleaseReport> {
    let (release, entry) = (crash.release.as_ref()?, host.entry.as_ref());
    Some(ReleaseReport {
        product: release.product.clone(),
        version: release.version.clone(),
        build: release.build,
        arch: release.arch.clone(),
        name: entry.map(|entry| entry.name.clone()),
        date: entry.map(|entry| entry.date.clone()).filter(|date| !date.is_empty()),
        branch: entry.map(|entry| entry.branch).unwrap_or_default(),
        inferred,
    })
}

impl PanicReport {
    fn new(panic: &Panic) -> Self {
        let source = panic.source.clone();
        Self {
            kind: panic.kind,
            message: panic.message.clone(),
            exception: panic.exception,
            pcpus: panic.pcpus.clone(),
            ip: panic.ip,
            address: panic.address,
            source: source.map(|(file, line)| SourceLine { file, line }),
        }
    }
}
