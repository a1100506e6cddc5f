//! Machine checks in words: severities, parts, and the advice about them.

use crate::machine_check::{Part, Severity};
use crate::message::Catalog;

/// `bank 1`.
pub(in crate::report) fn bank(bank: Option<u32>, catalog: &Catalog) -> String {
    match bank {
        Some(bank) => catalog.text("mce-bank", &[("bank", &bank.to_string())]),
        None => catalog.text("mce-bank-unknown", &[]),
    }
}

/// The short name of a severity.
pub(in crate::report) fn severity_word(severity: Severity, catalog: &Catalog) -> String {
    catalog.text(&format!("mce-word-{}", severity.as_str()), &[])
}

/// The meaning of a severity.
pub(in crate::report) fn severity_explanation(severity: Severity, catalog: &Catalog) -> String {
    catalog.text(&format!("mce-severity-{}", severity.as_str()), &[])
}

/// The thing to do; nothing about a bank without an error.
pub(in crate::report) fn advice(
    severity: Severity,
    part: &Part,
    catalog: &Catalog,
) -> Option<String> {
    let key = match severity {
        Severity::Invalid => return None,
        Severity::Ce => "mce-advice-corrected",
        _ => "mce-advice",
    };
    Some(catalog.text(key, &[("part", &part_name(part, catalog))]))
}

fn part_name(part: &Part, catalog: &Catalog) -> String {
    let key = match part {
        Part::Processor => "mce-part-processor",
        Part::Cache => "mce-part-cache",
        Part::Memory { channel: None } => "mce-part-memory",
        Part::Memory { channel: Some(channel) } => {
            let channel = channel.to_string();
            return catalog.text("mce-part-memory-channel", &[("channel", &channel)]);
        }
        Part::ProcessorOrMemory => "mce-part-processor-or-memory",
        Part::Interconnect => "mce-part-interconnect",
        Part::Pcie { address: None } => "mce-part-pcie",
        Part::Pcie { address: Some(address) } => {
            return catalog.text("mce-part-pcie-device", &[("address", address)]);
        }
        Part::Firmware => "mce-part-firmware",
        Part::Unknown => "mce-part-unknown",
    };
    catalog.text(key, &[])
}
