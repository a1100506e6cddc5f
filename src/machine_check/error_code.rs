//! The error code of a status: its class and its fields, by the tables of its vendor.

use std::collections::BTreeMap;

use super::pattern::{self, CodePattern, FieldNames, FieldValue};
use super::vendor::Vendor;
use super::{amd, intel};
use crate::text::Masked;

/// The class of an error code that no table holds.
pub const UNKNOWN_CLASS: &str = "unknown";

/// An error code, as far as its digits are known.
#[derive(Debug)]
pub(super) struct ErrorCode {
    /// Stable code of its class, or `unknown`.
    pub class: &'static str,
    /// Its fields by name.
    pub fields: BTreeMap<&'static str, FieldValue>,
}

impl ErrorCode {
    /// Reads bits 15 to 0 of a status.
    pub(super) fn new(code: Masked, vendor: Vendor) -> Self {
        let (patterns, names): (&[CodePattern], &[FieldNames]) = match vendor {
            Vendor::Intel => (intel::PATTERNS, intel::NAMES),
            Vendor::Amd => (amd::PATTERNS, amd::NAMES),
        };
        let mut fields = BTreeMap::new();
        let Some(pattern) = pattern::find(patterns, code) else {
            return Self { class: UNKNOWN_CLASS, fields };
        };
        for name in names {
            if let Some(value) = name.value(pattern, code) {
                fields.insert(name.field, FieldValue::Name(value));
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
        Self { class: pattern.class, fields }
    }

    /// Returns the stable code of a field's value.
    pub(super) fn name(&self, field: &str) -> Option<&'static str> {
        match self.fields.get(field) {
            Some(FieldValue::Name(code)) => Some(code),
            _ => None,
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
