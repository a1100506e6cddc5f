//! The error code of a status: its class and its fields, by the tables of its vendor.

use std::collections::BTreeMap;

use super::part::Part;
use super::pattern::{self, CodePattern, FieldNames, FieldValue};
use super::vendor::Vendor;
use crate::text::Masked;

/// The class of an error code that no table holds.
pub const UNKNOWN_CLASS: &str = "unknown";

/// An error code, as far as its digits are known.
#[derive(Debug)]
pub(super) struct ErrorCode {
    /// Stable code of its class, or `unknown`.
    pub class: &'static str,
    /// The row of its class; `None` for an unknown one.
    pub pattern: Option<&'static CodePattern>,
    /// Its fields by name.
    pub fields: BTreeMap<&'static str, FieldValue>,
    /// The words for the values of its fields.
    pub words: BTreeMap<&'static str, &'static str>,
}

impl ErrorCode {
    /// Reads bits 15 to 0 of a status.
    pub(super) fn new(code: Masked, vendor: Vendor) -> Self {
        let pattern = pattern::find(vendor, code);
        let class = pattern.map_or(UNKNOWN_CLASS, |pattern| &pattern.class);
        let (mut fields, mut words) = (BTreeMap::new(), BTreeMap::new());
        let Some(pattern) = pattern else {
            return Self { class, pattern, fields, words };
        };
        for name in FieldNames::of_vendor(vendor) {
            if let Some((value, word)) = name.value(pattern, code) {
                fields.insert(&name.field[..], FieldValue::Name(value));
                words.insert(&name.field[..], word);
            }
        }
        match pattern::field(pattern, 'C', code) {
            Some(0xf) => _ = fields.insert("channel", FieldValue::Name("unspecified")),
            Some(channel) => _ = fields.insert("channel", FieldValue::Number(channel)),
            None => {}
        }
        if pattern::field(pattern, 'F', code) == Some(1) {
            fields.insert("corrected_filtering_F", FieldValue::Flag(true));
        }
        Self { class, pattern: Some(pattern), fields, words }
    }

    /// Returns the part to have checked; `requester` is the PCI device of an I/O error.
    pub(super) fn part(&self, requester: Option<&str>) -> Part {
        let level = self.fields.get("ll");
        match self.pattern.map(|pattern| &pattern.part) {
            None => Part::Unknown,
            Some(Part::Memory { .. }) => Part::Memory { channel: self.channel() },
            Some(Part::Pcie { .. }) => Part::Pcie { address: requester.map(str::to_owned) },
            Some(Part::ProcessorOrMemory)
                if matches!(level, Some(FieldValue::Name("L1" | "L2"))) =>
            {
                Part::Cache
            }
            Some(part) => part.clone(),
        }
    }

    /// Returns the memory channel, where the code names one.
    pub(super) fn channel(&self) -> Option<u64> {
        match self.fields.get("channel") {
            Some(FieldValue::Number(channel)) => Some(*channel),
            _ => None,
        }
    }
}
