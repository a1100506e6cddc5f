//! Machine-check banks, decoded, and one line about each.

use schemars::JsonSchema;
use serde::Serialize;

use super::super::words::{advice, bank, severity_word};
use crate::crash::{Crash, MachineCheck};
use crate::machine_check::{Part, Processor, Registers, Severity, Vendor, decode};
use crate::message::Catalog;

/// Banks that an answer shows; the JSON has all.
const SHOWN: usize = 8;

/// One bank of a machine check, as printed and decoded.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct MachineCheckReport {
    /// The line as printed and its numbers.
    #[serde(flatten)]
    pub printed: MachineCheck,
    /// The maker of the processor, whose tables it was decoded with; absent where nothing names one
    /// and Intel's were used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vendor: Option<Vendor>,
    /// How bad the error is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// The meaning of the error, in the words of ESXi; never translated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meaning: Option<String>,
    /// The part that the hardware vendor should check.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<Part>,
}

/// Every bank of a crash, decoded for the processor that the crash names.
pub(super) fn machine_check_reports(crash: &Crash) -> Vec<MachineCheckReport> {
    let processor = Processor::from_crash(crash);
    crash.machine_checks.iter().map(|check| machine_check_report(check, processor)).collect()
}

fn machine_check_report(check: &MachineCheck, processor: Processor) -> MachineCheckReport {
    let decoded = decode(&Registers::new(check, processor));
    MachineCheckReport {
        printed: check.clone(),
        vendor: processor.vendor,
        severity: Some(decoded.severity).filter(|severity| *severity != Severity::Unknown),
        meaning: decoded.meaning,
        part: Some(decoded.part).filter(|part| *part != Part::Unknown),
    }
}

/// One line for every bank of which something is known, each once.
pub(in crate::report) fn machine_check_lines(
    checks: &[MachineCheckReport],
    catalog: &Catalog,
) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut more = 0_usize;
    for check in checks {
        let Some(line) = line(check, catalog).filter(|line| !lines.contains(line)) else {
            continue;
        };
        if lines.len() < SHOWN { lines.push(line) } else { more += 1 }
    }
    if more > 0 {
        lines.push(catalog.text("mce-more", &[("count", &more.to_string())]));
    }
    lines
}

/// `bank 1: fatal, Cache Hierarchy: …; have the hardware vendor check the processor`.
fn line(check: &MachineCheckReport, catalog: &Catalog) -> Option<String> {
    if check.severity.is_none() && check.meaning.is_none() {
        return None;
    }
    let severity = check.severity.unwrap_or_default();
    let word = severity_word(severity, catalog);
    let mut text = format!("{}: {word}", bank(check.printed.bank, catalog));
    if let Some(meaning) = &check.meaning {
        text = format!("{text}, {}", meaning.trim_end_matches('.'));
        // A meaning that ESXi printed itself rests on no assumption.
        if check.vendor.is_none() && check.printed.printed_meaning.as_ref() != Some(meaning) {
            text = format!("{text} {}", catalog.text("mce-assumed", &[]));
        }
    }
    if let Some(advice) = advice(severity, check.part.as_ref().unwrap_or(&Part::Unknown), catalog) {
        text = format!("{text}; {advice}");
    }
    Some(text)
}
