//! The meaning of an error in the words of ESXi: machine output, so never translated.
//!
//! ESXi was seen to print three of the wordings (Broadcom 367928, 373203, 394465): `Cache Hierarchy:
//! Level 0 Data Cache DataRead Error.`, `Memory Controller Read Error on Channel 1.` and `I/O error
//! reported by PCI 0000:00:03.0.`. The others follow the same form. A hidden field is left out.

use super::error_code::ErrorCode;
use super::units::Unit;

/// Words the error code; `None` where its class is unknown. `requester` is the PCI device of an I/O
/// error.
pub(super) fn meaning_of_code(code: &ErrorCode, requester: Option<&str>) -> Option<String> {
    let template = &code.pattern?.meaning;
    if let Some(address) = requester {
        return Some(format!("I/O error reported by PCI {address}."));
    }
    let words = template.split(' ').filter_map(|word| {
        let field = word.strip_prefix('{').and_then(|word| word.strip_suffix('}'));
        field.map_or(Some(word), |field| code.words.get(field).copied())
    });
    let text = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    Some(match code.channel() {
        Some(channel) => format!("{} on Channel {channel}.", text.trim_end_matches('.')),
        None => text,
    })
}

/// Words the error of an SMCA unit: `Unified Memory Controller: DRAM ECC error.`
pub(super) fn meaning_of_unit(unit: &Unit, error: Option<&str>, code: Option<u64>) -> String {
    match (error, code) {
        (Some(error), _) => format!("{}: {error}.", unit.name),
        (None, Some(code)) => format!("{}: extended error code {code}.", unit.name),
        (None, None) => format!("{}.", unit.name),
    }
}
