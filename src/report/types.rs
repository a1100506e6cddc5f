//! The published JSON: one object per crash. Unknown is absent; addresses, cycle
//! counters and 64-bit numbers are strings; codes are never translated.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::crash::{CoreDump, Defect, Frame, Host, MachineCheck, Nmi, PanicKind, PcpuWorld, World};
use crate::kb::{Article, Branch, Component, FixBuild};
use crate::machine_check::{Part, Severity, Vendor};
use crate::matching::{Applies, EvidenceKind, FixedRelease, Step, Verdict};
use crate::text::Hex;

/// One crash and what is known about it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CrashReport {
    /// Version of this format; it changes when a field changes its meaning.
    pub schema: u32,
    /// Version of psod-match.
    pub tool: String,
    /// Digest of the knowledge base that was asked.
    pub kb: String,
    /// Where the crash was found.
    pub source: SourceReport,
    /// What the screen says.
    pub crash: CrashView,
    /// Versioned hash of the story frames; absent without any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// Is it a known issue?
    pub verdict: Verdict,
    /// Issues of which it is one, when the crash does not tell them apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub one_of: Option<OneOfReport>,
    /// Known issues worth showing, best first.
    pub matches: Vec<MatchReport>,
    /// General advice; never a match.
    pub guidance: Vec<GuidanceReport>,
    /// What to do next when nothing matched.
    pub next_steps: Vec<String>,
    /// Bounds that cut something.
    pub limits: Vec<LimitReport>,
}

/// What `psod-match parse` says of one crash.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Reading {
    /// Version of this format; it changes when a field changes its meaning.
    pub schema: u32,
    /// Version of psod-match.
    pub tool: String,
    /// Where the crash was found.
    pub source: SourceReport,
    /// What the screen says.
    pub crash: CrashView,
    /// Versioned hash of the story frames; absent without any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// Bounds that cut something.
    pub limits: Vec<LimitReport>,
}

/// Where a crash was found.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SourceReport {
    /// Path as given, `-` for standard input.
    pub path: String,
    /// Name of the member of an archive, with those of the archives around it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// Line where the crash starts, counted from 1.
    pub line: usize,
}

/// What the screen says.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
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
    pub other_backtraces: Vec<BacktraceReport>,
    /// Machine-check banks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub machine_checks: Vec<MachineCheckReport>,
    /// What is known of the host.
    #[serde(skip_serializing_if = "Host::is_empty")]
    pub host: Host,
    /// What became of the core dump.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub core_dump: Option<CoreDump>,
    /// Log lines around the panic.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub log_lines: Vec<String>,
    /// What was odd in the text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub defects: Vec<Defect>,
}

/// Product, version and build, with what the release list knows about them.
#[derive(Clone, Debug, Serialize, JsonSchema)]
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
}

/// The panic message.
#[derive(Clone, Debug, Serialize, JsonSchema)]
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
pub struct SourceLine {
    /// Path as printed.
    pub file: String,
    /// Line.
    pub line: u64,
}

/// A backtrace beside the main one.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct BacktraceReport {
    /// Heading as printed.
    pub origin: String,
    /// PCPU that the heading names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pcpu: Option<u32>,
    /// True when this backtrace says what happened.
    pub decides: bool,
    /// The frames, innermost first.
    pub frames: Vec<Frame>,
}

/// One bank of a machine check, as printed and decoded.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MachineCheckReport {
    /// What the line prints.
    #[serde(flatten)]
    pub printed: MachineCheck,
    /// Whose tables it was decoded with; absent where nothing says so and Intel's were used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vendor: Option<Vendor>,
    /// How bad the error is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// What the error is, in the words of ESXi; never translated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meaning: Option<String>,
    /// What to have the hardware vendor check.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<Part>,
}

/// Issues that are a match together and none of them alone.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct OneOfReport {
    /// Their ids, the likeliest first; `matches` has each of them.
    pub issues: Vec<String>,
    /// That it is one of them, 0 to 1.
    pub confidence: f64,
    /// What would tell them apart; empty when their signatures ask for the same.
    pub apart: Vec<TellingReport>,
}

/// What one of several issues would show, and the others would not.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TellingReport {
    /// The issue.
    pub issue: String,
    /// What would have to be there.
    pub kind: EvidenceKind,
    /// As the signature asks for it, or the recorded crash prints it.
    pub text: String,
}

/// A known issue that the crash may be.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MatchReport {
    /// Issue id.
    pub issue: String,
    /// One line.
    pub title: String,
    /// 0 to 1.
    pub confidence: f64,
    /// The signature that fits best.
    pub signature: String,
    /// Whether the build has the issue.
    pub applicability: Applies,
    /// Why so.
    pub applicability_reason: String,
    /// What must be known beside it: where an unlisted build belongs, a build that is
    /// withdrawn or beside the order of its line, what it means that the host has the fix.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub applicability_notes: Vec<String>,
    /// The articles.
    pub articles: Vec<Article>,
    /// Why the issue happens.
    pub cause: String,
    /// What has the fix and what helps until then.
    pub fix: FixReport,
    /// Why the issue matches, the weightiest reason first.
    pub evidence: Vec<EvidenceReport>,
    /// Frames that correspond: position in the backtrace that decides, position in the signature.
    pub alignment: Vec<Step>,
    /// The frames that were looked for, in the order that `alignment` counts.
    pub frames: Vec<String>,
    /// The recorded crash that these frames are of; of the signature without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exemplar: Option<String>,
    /// True when `alignment` counts the backtrace of the reporting PCPU although another decides.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub reporter: bool,
    /// What the signature asks for and the crash does not say.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub absent: Vec<ConditionReport>,
    /// What excludes the issue, whatever else speaks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub excluded: Option<ConditionReport>,
}

/// One condition of a signature.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ConditionReport {
    /// What is asked.
    pub kind: EvidenceKind,
    /// What was asked for, or found.
    pub text: String,
}

/// A confidence in whole percent, rounded down; nothing is certain.
pub(super) fn percent(confidence: f64) -> String {
    const MOST: f64 = 99.0;
    format!("{:.0}", (confidence * 100.0).floor().min(MOST))
}

impl MatchReport {
    /// The confidence in whole percent, rounded down.
    pub fn percent(&self) -> String {
        percent(self.confidence)
    }

    /// The evidence on one line.
    pub fn reasons(&self) -> String {
        let details: Vec<&str> = self.evidence.iter().map(|found| found.detail.as_str()).collect();
        details.join("; ")
    }
}

/// One reason for or against an issue.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct EvidenceReport {
    /// What was compared.
    pub kind: EvidenceKind,
    /// Log-odds; below 0 it speaks against the issue.
    pub points: f64,
    /// One phrase for the reader.
    pub detail: String,
}

/// What has the fix.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FixReport {
    /// First fixed build of each update line.
    pub builds: Vec<FixBuild>,
    /// The first release with the fix in the host's own update line; absent when none is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own_line: Option<FixedRelease>,
    /// The first release with the fix in any update line, by date; absent when none is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<FixedRelease>,
    /// First fixed drivers, firmware or plug-ins.
    pub components: Vec<Component>,
    /// The fix in words.
    pub text: String,
    /// What helps until then; empty when the article knows nothing.
    pub workaround: String,
}

/// General advice.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct GuidanceReport {
    /// The panic kind it is for; absent for advice about every crash.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub panic_kind: Option<PanicKind>,
    /// The advice.
    pub text: String,
    /// The articles.
    pub articles: Vec<Article>,
}

/// A bound that cut something.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LimitReport {
    /// Stable code.
    pub code: String,
    /// What was cut.
    pub text: String,
}

/// The JSON Schema of `T`, which is one of the published types.
pub fn json_schema<T: JsonSchema>() -> serde_json::Value {
    // What is written, not what could be read: a field that may be left out is not required.
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    settings.into_generator().into_root_schema_for::<T>().to_value()
}
