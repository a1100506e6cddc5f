//! From the registers of one bank to their meaning.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::error_code::ErrorCode;
use super::part::{self, Part};
use super::pattern::FieldValue;
use super::severity::Severity;
use super::units::{self, Unit};
use super::vendor::{Processor, Vendor};
use super::{flags, meaning};
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
    /// The severity that ESXi printed; used where the status does not show it.
    pub printed_severity: Option<&'a str>,
    /// The text that ESXi printed; used where the status has no known meaning.
    pub printed_meaning: Option<&'a str>,
}

impl<'a> Registers<'a> {
    /// Takes the registers that a line of a crash prints.
    pub fn new(check: &'a MachineCheck, processor: Processor) -> Self {
        let status = match check.status {
            Some(status) => Some(Masked::whole(status.0)),
            None => check.masked_status.as_deref().and_then(Masked::parse),
        };
        Self {
            processor,
            bank: check.bank,
            status: status.unwrap_or_default(),
            address: check.address.map(|hex| hex.0),
            misc: check.misc.map(|hex| hex.0),
            global: check.global_status.map(|hex| hex.0),
            ipid: None,
            printed_severity: check.printed_severity.as_deref(),
            printed_meaning: check.printed_meaning.as_deref(),
        }
    }
}

/// The meaning of the registers of one bank. Unknown is absent, or `unknown` where a code is needed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Decoded {
    /// Number of the bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bank: Option<u32>,
    /// The status, `#` for each hidden digit; absent when all of it is hidden.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// The vendor whose tables were used.
    pub vendor: Vendor,
    /// True when the maker of the processor is unknown, and Intel's tables were used.
    pub vendor_assumed: bool,
    /// How bad the error is.
    pub severity: Severity,
    /// The error in the words of ESXi.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meaning: Option<String>,
    /// The part to have checked.
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
    /// The PCI device that asked, from MISC of an I/O error (Intel).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requester: Option<String>,
    /// The address, unless the status calls it invalid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Hex>,
    /// MISC, unless the status calls it invalid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub misc: Option<Hex>,
    /// Flags of MCG_STATUS.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub global_flags: BTreeMap<&'static str, bool>,
}

/// Decodes the registers of one bank; never fails.
pub fn decode(registers: &Registers<'_>) -> Decoded {
    let status = registers.status;
    let known_vendor = registers.processor.vendor.or(registers.ipid.map(|_| Vendor::Amd));
    let vendor = known_vendor.unwrap_or(Vendor::Intel);
    let flags = flags::status_flags(status, vendor);
    let global_flags = registers.global.map(flags::global_flags).unwrap_or_default();
    let mut severity = Severity::from_flags(&flags, &global_flags, vendor);
    if let (Severity::Unknown, Some(word)) = (severity, registers.printed_severity) {
        severity = Severity::from_printed(word);
    }
    let code = ErrorCode::new(status.part(15, 0), vendor);
    // A register that the flags call invalid holds nothing; printed lines show a 0 for it.
    let misc = registers.misc.filter(|_| flags.get("MISCV") != Some(&false));
    let address = registers.address.filter(|_| flags.get("ADDRV") != Some(&false));
    let has_requester = code.class == "io_error" && flags.get("MISCV") == Some(&true);
    let requester = misc.filter(|_| has_requester).map(part::requester);
    let extended_code = match vendor {
        Vendor::Intel => None,
        Vendor::Amd => units::extended_code(status, registers.processor.family, registers.ipid),
    };
    let corrected = vendor == Vendor::Intel && flags.get("UC") == Some(&false);
    let description = match severity {
        // A bank without an error holds remains of an older one at most.
        Severity::Invalid => Description::default(),
        _ => Description::new(registers, vendor, &code, requester.as_deref(), extended_code),
    };
    Decoded {
        bank: registers.bank,
        status: status.to_hex(16),
        vendor,
        vendor_assumed: known_vendor.is_none(),
        severity,
        meaning: description.meaning,
        part: description.part,
        class: code.class,
        fields: code.fields,
        mcacod: status.to_hex(4),
        mscod: status.part(31, 16).to_hex(4),
        corrected_count: status.bits(52, 38).filter(|_| corrected),
        threshold: status.bits(54, 53).filter(|_| corrected),
        extended_code,
        unit: description.unit,
        extended_error: description.extended_error,
        requester,
        address: address.map(Hex),
        misc: misc.map(Hex),
        global_flags,
        flags,
    }
}

/// The words for an error.
#[derive(Default)]
struct Description {
    meaning: Option<String>,
    part: Part,
    unit: Option<&'static str>,
    extended_error: Option<&'static str>,
}

impl Description {
    fn new(
        registers: &Registers<'_>,
        vendor: Vendor,
        code: &ErrorCode,
        requester: Option<&str>,
        extended_code: Option<u64>,
    ) -> Self {
        let described = Self {
            meaning: meaning::meaning_of_code(code, requester),
            part: code.part(requester),
            ..Self::default()
        };
        let ipid = registers.ipid.filter(|_| vendor == Vendor::Amd);
        let described = match ipid.and_then(Unit::from_ipid) {
            Some(unit) => described.of_unit(unit, extended_code),
            None => described,
        };
        if described.meaning.is_some() {
            return described;
        }
        let printed = registers.printed_meaning;
        Self {
            meaning: printed.map(str::to_owned),
            part: match described.part {
                Part::Unknown => printed.map(Part::from_printed).unwrap_or_default(),
                part => part,
            },
            ..described
        }
    }

    /// Puts the words of the unit before those of the error code.
    fn of_unit(self, unit: &'static Unit, extended_code: Option<u64>) -> Self {
        let extended_error = extended_code.and_then(|code| unit.error(code));
        let text = meaning::meaning_of_unit(unit, extended_error, extended_code);
        Self {
            meaning: Some(match self.meaning {
                Some(meaning) => format!("{text} {meaning}"),
                None => text,
            }),
            part: unit.part.clone(),
            unit: Some(&unit.name),
            extended_error,
        }
    }
}
