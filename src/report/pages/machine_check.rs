//! The page of `psod-match mce`.

use std::collections::BTreeMap;
use std::fmt::Display;

use super::super::block::{Block, Tone};
use super::super::words::{advice, bank, severity_explanation, severity_word};
use super::super::{Detail, Printed};
use crate::machine_check::{Decoded, FieldValue, Severity, Vendor};
use crate::message::Catalog;

impl Printed for Decoded {
    /// The decoded registers as blocks.
    fn page(&self, catalog: &Catalog, _: Detail) -> Vec<Block> {
        let status = self.status.clone().unwrap_or_else(|| "#".repeat(16));
        let mut title = catalog.text("mce-title", &[("status", &status)]);
        if self.bank.is_some() {
            title = format!("{title}, {}", bank(self.bank, catalog));
        }
        let mut blocks = vec![Block::Title(title)];
        let word = severity_word(self.severity, catalog);
        let severity = format!("{word}: {}", severity_explanation(self.severity, catalog));
        blocks.push(Block::Field("label-severity", severity));
        if self.severity != Severity::Invalid {
            let meaning = self.meaning.clone();
            let meaning = meaning.unwrap_or_else(|| catalog.text("mce-meaning-unknown", &[]));
            blocks.push(Block::Field("label-meaning", meaning));
        }
        let advice = advice(self.severity, &self.part, catalog);
        blocks.extend(advice.map(|advice| Block::Field("label-part", advice)));
        blocks.push(Block::Field("label-vendor", vendor(self, catalog)));
        blocks.extend(details(self));
        if self.vendor_assumed {
            blocks.push(Block::Heading(catalog.text("mce-heading-note", &[]), Tone::Plain));
            blocks.push(Block::Paragraph(catalog.text("mce-vendor-note", &[])));
        }
        blocks
    }
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
        ("label-flags", flags_that_are_set(&decoded.flags)),
        ("label-corrected", (!corrected.is_empty()).then(|| corrected.join(" "))),
        ("label-unit", decoded.unit.map(str::to_owned)),
        ("label-address", decoded.address.map(|address| address.to_string())),
        ("label-misc", decoded.misc.map(|misc| misc.to_string())),
        ("label-mcg", flags_that_are_set(&decoded.global_flags)),
    ];
    lists.into_iter().filter_map(|(label, value)| Some(Block::Field(label, value?))).collect()
}

/// The names of the flags that are set, `-` when none is; `None` without any flag.
fn flags_that_are_set(flags: &BTreeMap<&str, bool>) -> Option<String> {
    let names: Vec<&str> = flags.iter().filter(|(_, set)| **set).map(|(name, _)| *name).collect();
    match (flags.is_empty(), names.is_empty()) {
        (true, _) => None,
        (false, true) => Some("-".to_owned()),
        (false, false) => Some(names.join(" ")),
    }
}

fn pair(name: &str, value: impl Display) -> String {
    format!("{name}={value}")
}

fn field_text(value: &FieldValue) -> String {
    match value {
        FieldValue::Number(number) => number.to_string(),
        FieldValue::Name(name) => (*name).to_owned(),
        FieldValue::Flag(flag) => flag.to_string(),
    }
}
