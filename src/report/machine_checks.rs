//! Machine checks: one line a bank in an answer, and the page of `psod-match mce`.

use std::fmt::Display;

use super::page::{Block, Tone};
use super::types::MachineCheckReport;
use crate::crash::{Crash, MachineCheck};
use crate::machine_check::{Decoded, Part, Processor, Registers, Severity, Vendor, decode};
use crate::message::Catalog;

/// Banks that an answer shows; the JSON has all.
const SHOWN: usize = 8;

/// The key and the explaining key of each severity.
const SEVERITIES: &[(Severity, &str, &str)] = &[
    (Severity::Ce, "mce-word-ce", "mce-severity-ce"),
    (Severity::Deferred, "mce-word-deferred", "mce-severity-deferred"),
    (Severity::Ucna, "mce-word-ucna", "mce-severity-ucna"),
    (Severity::Srao, "mce-word-srao", "mce-severity-srao"),
    (Severity::Srar, "mce-word-srar", "mce-severity-srar"),
    (Severity::Restartable, "mce-word-restartable", "mce-severity-restartable"),
    (Severity::Containable, "mce-word-containable", "mce-severity-containable"),
    (Severity::Uncorrected, "mce-word-uncorrected", "mce-severity-uncorrected"),
    (Severity::Fatal, "mce-word-fatal", "mce-severity-fatal"),
    (Severity::Invalid, "mce-word-invalid", "mce-severity-invalid"),
    (Severity::Unknown, "mce-word-unknown", "mce-severity-unknown"),
];

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
pub(super) fn lines(checks: &[MachineCheckReport], catalog: &Catalog) -> Vec<String> {
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
    let (word, _) = severity_keys(severity);
    let mut text = format!("{}: {}", bank(check.printed.bank, catalog), catalog.text(word, &[]));
    if let Some(meaning) = &check.meaning {
        text = format!("{text}, {}", meaning.trim_end_matches('.'));
        // What ESXi printed itself rests on no assumption.
        if check.vendor.is_none() && check.printed.printed_meaning.as_ref() != Some(meaning) {
            text = format!("{text} {}", catalog.text("mce-assumed", &[]));
        }
    }
    if let Some(advice) = advice(severity, check.part.as_ref().unwrap_or(&Part::Unknown), catalog) {
        text = format!("{text}; {advice}");
    }
    Some(text)
}

fn bank(bank: Option<u32>, catalog: &Catalog) -> String {
    match bank {
        Some(bank) => catalog.text("mce-bank", &[("bank", &bank.to_string())]),
        None => catalog.text("mce-bank-unknown", &[]),
    }
}

fn severity_keys(severity: Severity) -> (&'static str, &'static str) {
    let row = SEVERITIES.iter().find(|(code, _, _)| *code == severity);
    row.map_or(("mce-word-unknown", "mce-severity-unknown"), |(_, word, text)| (*word, *text))
}

/// What to do; nothing about a bank without an error.
fn advice(severity: Severity, part: &Part, catalog: &Catalog) -> Option<String> {
    let key = match severity {
        Severity::Invalid => return None,
        Severity::Ce => "mce-advice-corrected",
        _ => "mce-advice",
    };
    Some(catalog.text(key, &[("part", &part_name(part, catalog))]))
}

fn part_name(part: &Part, catalog: &Catalog) -> String {
    let name = |key| catalog.text(key, &[]);
    match part {
        Part::Processor => name("mce-part-processor"),
        Part::Cache => name("mce-part-cache"),
        Part::Memory { channel: None } => name("mce-part-memory"),
        Part::Memory { channel: Some(channel) } => {
            catalog.text("mce-part-memory-channel", &[("channel", &channel.to_string())])
        }
        Part::ProcessorOrMemory => name("mce-part-processor-or-memory"),
        Part::Interconnect => name("mce-part-interconnect"),
        Part::Pcie { address: None } => name("mce-part-pcie"),
        Part::Pcie { address: Some(address) } => {
            catalog.text("mce-part-pcie-device", &[("address", address)])
        }
        Part::Firmware => name("mce-part-firmware"),
        Part::Unknown => name("mce-part-unknown"),
    }
}

/// The page of `psod-match mce`.
pub(super) fn page(decoded: &Decoded, catalog: &Catalog) -> Vec<Block> {
    let (word, explanation) = severity_keys(decoded.severity);
    let status = decoded.status.clone().unwrap_or_else(|| "#".repeat(16));
    let mut title = catalog.text("mce-title", &[("status", &status)]);
    if decoded.bank.is_some() {
        title = format!("{title}, {}", bank(decoded.bank, catalog));
    }
    let mut blocks = vec![Block::Title(title)];
    let word = catalog.text(word, &[]);
    let severity = format!("{word}: {}", catalog.text(explanation, &[]));
    blocks.push(Block::Field("label-severity", severity));
    let unknown = || catalog.text("mce-meaning-unknown", &[]);
    let meaning = decoded.meaning.clone().unwrap_or_else(unknown);
    if decoded.severity != Severity::Invalid {
        blocks.push(Block::Field("label-meaning", meaning));
    }
    let advice = advice(decoded.severity, &decoded.part, catalog);
    blocks.extend(advice.map(|advice| Block::Field("label-part", advice)));
    blocks.push(Block::Field("label-vendor", vendor(decoded, catalog)));
    blocks.extend(details(decoded));
    if decoded.vendor_assumed {
        blocks.push(Block::Heading(catalog.text("mce-heading-note", &[]), Tone::Plain));
        blocks.push(Block::Paragraph(catalog.text("mce-vendor-note", &[])));
    }
    blocks
}

fn vendor(decoded: &Decoded, catalog: &Catalog) -> String {
    let key = match (decoded.vendor, decoded.vendor_assumed) {
        (Vendor::Intel, false) => "mce-vendor-intel",
        (Vendor::Amd, _) => "mce-vendor-amd",
        (Vendor::Intel, true) => "mce-vendor-assumed",
    };
    catalog.text(key, &[])
}

/// The fields that hold codes and numbers: never translated.
fn details(decoded: &Decoded) -> Vec<Block> {
    let code = [
        ("mcacod", decoded.mcacod.clone()),
        ("mscod", decoded.mscod.clone()),
        ("class", Some(decoded.class.to_owned())),
        ("extended", decoded.extended_code.map(|code| code.to_string())),
    ];
    let set = |flags: &std::collections::BTreeMap<&str, bool>| {
        let names: Vec<&str> =
            flags.iter().filter(|(_, set)| **set).map(|(name, _)| *name).collect();
        (!flags.is_empty()).then(|| if names.is_empty() { "-".to_owned() } else { names.join(" ") })
    };
    let fields = decoded.fields.iter().map(|(name, value)| pair(name, field_text(value)));
    let fields: Vec<String> = fields.collect();
    let corrected = [
        decoded.corrected_count.map(|count| pair("count", count)),
        decoded.threshold.map(|threshold| pair("threshold", threshold)),
    ];
    let corrected: Vec<String> = corrected.into_iter().flatten().collect();
    let code = code.into_iter().filter_map(|(name, value)| Some(pair(name, value?)));
    let lists = [
        ("label-code", Some(code.collect::<Vec<_>>().join(" "))),
        ("label-fields", (!fields.is_empty()).then(|| fields.join(" "))),
        ("label-flags", set(&decoded.flags)),
        ("label-corrected", (!corrected.is_empty()).then(|| corrected.join(" "))),
        ("label-unit", decoded.unit.map(str::to_owned)),
        ("label-address", decoded.address.map(|address| address.to_string())),
        ("label-misc", decoded.misc.map(|misc| misc.to_string())),
        ("label-mcg", set(&decoded.global_flags)),
    ];
    lists.into_iter().filter_map(|(label, value)| Some(Block::Field(label, value?))).collect()
}

fn pair(name: &str, value: impl Display) -> String {
    format!("{name}={value}")
}

fn field_text(value: &crate::machine_check::FieldValue) -> String {
    use crate::machine_check::FieldValue;
    match value {
        FieldValue::Number(number) => number.to_string(),
        FieldValue::Name(name) => (*name).to_owned(),
        FieldValue::Flag(flag) => flag.to_string(),
    }
}
