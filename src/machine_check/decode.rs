//! From the registers of a bank to what they say.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::flags;
use super::part::{self, Part};
use super::pattern::{self, FieldValue, Names, Row};
use super::severity::Severity;
use super::units::{self, Unit};
use super::vendor::{Processor, Vendor};
use super::{amd, intel, meaning};
use crate::crash::MachineCheck;
use crate::text::{Hex, Masked};

/// The registers of one bank, as far as they are known.
#[derive(Clone, Debug, Default)]
pub struct Registers<'a> {
    /// The processor.
    pub processor: Processor,
    /// Number of the bank.
    pub bank: Option<u32>,
    /// MCi_STATUS.
    pub status: Masked,
    /// MCi_ADDR.
    pub address: Option<u64>,
    /// MCi_MISC.
    pub misc: Option<u64>,
    /// MCG_STATUS.
    pub global: Option<u64>,
    /// MCA_IPID of AMD's SMCA banks.
    pub ipid: Option<u64>,
    /// The severity that ESXi printed; used where the status does not tell.
    pub printed_severity: Option<&'a str>,
    /// The text that ESXi printed; used where the status does not tell.
    pub printed_meaning: Option<&'a str>,
}

impl<'a> Registers<'a> {
    /// The registers that a line of a crash prints.
    pub fn of(check: &'a MachineCheck, processor: Processor) -> Self {
        let masked = || check.masked_status.as_deref().and_then(Masked::parse);
        let number = |hex: Option<Hex>| hex.map(|hex| hex.0);
        Self {
            processor,
            bank: check.bank,
            status: check
                .status
                .map(|hex| Masked::whole(hex.0))
                .or_else(masked)
                .unwrap_or_default(),
            address: number(check.address),
            misc: number(check.misc),
            global: number(check.global_status),
            ipid: None,
            printed_severity: check.printed_severity.as_deref(),
            printed_meaning: check.printed_meaning.as_deref(),
        }
    }
}

/// What the registers of one bank say. Unknown is absent, or `unknown` where a code is needed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Decoded {
    /// Number of the bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bank: Option<u32>,
    /// The status, `#` for each hidden digit; absent when all of it is hidden.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Whose tables were used.
    pub vendor: Vendor,
    /// True when nothing said whose processor it is, and Intel's tables were used.
    pub vendor_assumed: bool,
    /// How bad the error is.
    pub severity: Severity,
    /// What the error is, in the words of ESXi.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meaning: Option<String>,
    /// What to have checked.
    pub part: Part,
    /// Class of the error code: a stable code, or `unknown`.
    pub class: &'static str,
    /// Fields of the error code.
    pub fields: BTreeMap<&'static str, FieldValue>,
    /// Bits 15 to 0: the error code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mcacod: Option<String>,
    /// Bits 31 to 16: the code of the model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mscod: Option<String>,
    /// Flags of the status.
    pub flags: BTreeMap<&'static str, bool>,
    /// Errors that were corrected (Intel, where not uncorrected).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corrected_count: Option<u64>,
    /// Bits 54 and 53 (Intel, where not uncorrected): 0 none, 1 green, 2 yellow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold: Option<u64>,
    /// Extended error code (AMD).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extended_code: Option<u64>,
    /// The unit that MCA_IPID names (AMD).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<&'static str>,
    /// Text of the extended error code (AMD).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extended_error: Option<&'static str>,
    /// The PCI device that asked, out of MISC of an I/O error (Intel).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requester: Option<String>,
    /// The address, where the status does not say that it is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Hex>,
    /// MISC, where the status does not say that it is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub misc: Option<Hex>,
    /// Flags of MCG_STATUS.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub global_flags: BTreeMap<&'static str, bool>,
}

/// The class of an error code that no table holds.
pub const UNKNOWN_CLASS: &str = "unknown";

/// Decodes the registers of one bank; never fails.
pub fn decode(registers: &Registers<'_>) -> Decoded {
    let status = registers.status;
    let vendor = registers.processor.vendor.or(registers.ipid.map(|_| Vendor::Amd));
    let vendor_assumed = vendor.is_none();
    let vendor = vendor.unwrap_or(Vendor::Intel);
    let flags = flags::of_status(status, vendor);
    let global_flags = registers.global.map(flags::of_global).unwrap_or_default();
    let mut severity = Severity::of(&flags, &global_flags, vendor);
    let vague = matches!(severity, Severity::Unknown);
    if let (true, Some(word)) = (vague, registers.printed_severity) {
        severity = Severity::of_printed(word);
    }
    let (class, fields) = error_code(status.part(15, 0), vendor);
    // A register that the flags call invalid says nothing; printed lines hold a 0 there.
    let valid = |name| flags.get(name) != Some(&false);
    let misc = registers.misc.filter(|_| valid("MISCV"));
    let corrected = vendor == Vendor::Intel && flags.get("UC") == Some(&false);
    let requester = (class == "io_error" && flags.get("MISCV") == Some(&true))
        .then(|| misc.map(part::requester))
        .flatten();
    let mut decoded = Decoded {
        bank: registers.bank,
        status: status.to_hex(16),
        vendor,
        vendor_assumed,
        severity,
        meaning: None,
        part: Part::Unknown,
        class,
        fields,
        mcacod: status.to_hex(4),
        mscod: status.part(31, 16).to_hex(4),
        corrected_count: status.bits(52, 38).filter(|_| corrected),
        threshold: status.bits(54, 53).filter(|_| corrected),
        extended_code: (vendor == Vendor::Amd)
            .then(|| units::extended_code(status, registers.processor.family, registers.ipid))
            .flatten(),
        unit: None,
        extended_error: None,
        requester,
        address: registers.address.filter(|_| valid("ADDRV")).map(Hex),
        misc: misc.map(Hex),
        global_flags,
        flags,
    };
    describe(&mut decoded, registers);
    decoded
}

/// Adds what the unit says, the meaning and the part.
fn describe(decoded: &mut Decoded, registers: &Registers<'_>) {
    // A bank without an error holds remains of an older one at most.
    if decoded.severity == Severity::Invalid {
        return;
    }
    decoded.part = Part::of(decoded);
    decoded.meaning = meaning::meaning(decoded);
    if decoded.vendor == Vendor::Amd
        && let Some(unit) = registers.ipid.and_then(Unit::of_ipid)
    {
        decoded.unit = Some(unit.name);
        decoded.extended_error = decoded.extended_code.and_then(|code| unit.error(code));
        decoded.part = unit.part();
        let text = meaning::of_unit(unit, decoded.extended_error, decoded.extended_code);
        decoded.meaning = Some(match &decoded.meaning {
            Some(meaning) => format!("{text} {meaning}"),
            None => text,
        });
    }
    if decoded.meaning.is_none() {
        decoded.meaning = registers.printed_meaning.map(str::to_owned);
        if decoded.part == Part::Unknown {
            decoded.part = registers.printed_meaning.map(Part::of_printed).unwrap_or_default();
        }
    }
}

/// The class of an error code, and its fields as far as they are known.
fn error_code(code: Masked, vendor: Vendor) -> (&'static str, BTreeMap<&'static str, FieldValue>) {
    let (rows, names): (&[Row], &[Names]) = match vendor {
        Vendor::Intel => (intel::ROWS, intel::NAMES),
        Vendor::Amd => (amd::ROWS, amd::NAMES),
    };
    let mut fields = BTreeMap::new();
    let Some(row) = pattern::find(rows, code) else {
        return (UNKNOWN_CLASS, fields);
    };
    for name in names {
        if let Some(value) = name.value(row, code) {
            fields.insert(name.field, FieldValue::Name(value));
        }
    }
    match pattern::field(row, 'C', code) {
        Some(0xf) => _ = fields.insert("channel", FieldValue::Name("unspecified")),
        Some(channel) => _ = fields.insert("channel", FieldValue::Number(channel)),
        None => {}
    }
    if pattern::field(row, 'F', code) == Some(1) {
        fields.insert("corrected_filtering_F", FieldValue::Flag(true));
    }
    (row.class, fields)
}
