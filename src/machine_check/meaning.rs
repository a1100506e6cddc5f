//! The meaning of an error in the words of ESXi: machine output, so never translated.
//!
//! Three of the wordings are attested (Broadcom 367928, 373203, 394465): `Cache Hierarchy: Level 0
//! Data Cache DataRead Error.`, `Memory Controller Read Error on Channel 1.` and `I/O error reported
//! by PCI 0000:00:03.0.`; the others are made like them. A field that is hidden is left out.

use super::decode::Decoded;
use super::pattern::FieldValue;
use super::units::Unit;

/// Texts of the classes without fields.
const SIMPLE: &[(&str, &str)] = &[
    ("no_error", "No Error."),
    ("none", "No Error."),
    ("unclassified", "Unclassified Error."),
    ("microcode_rom_parity", "Microcode ROM Parity Error."),
    ("external", "External Error."),
    ("frc", "Functional Redundancy Check Error."),
    ("internal_parity", "Internal Parity Error."),
    ("smm_handler", "SMM Handler Code Access Violation."),
    ("internal_timer", "Internal Timer Error."),
    ("internal_unclassified", "Internal Unclassified Error."),
    ("internal", "Internal Error."),
];

/// Words for the codes of the fields.
const WORDS: &[(&str, &[(&str, &str)])] = &[
    (
        "rrrr",
        &[
            ("GEN", "Generic"),
            ("RD", "Read"),
            ("WR", "Write"),
            ("DRD", "DataRead"),
            ("DWR", "DataWrite"),
            ("IRD", "InstructionFetch"),
            ("PREFETCH", "Prefetch"),
            ("EVICT", "Eviction"),
            ("SNOOP", "Snoop"),
        ],
    ),
    ("tt", &[("INSN", "Instruction"), ("DATA", "Data"), ("GEN", "Generic")]),
    (
        "ll",
        &[
            ("L0", "Level 0"),
            ("L1", "Level 1"),
            ("L2", "Level 2"),
            ("LG", "Generic Level"),
            ("L3/GEN", "Level 3/Generic"),
        ],
    ),
    (
        "mmm",
        &[
            ("GEN", "Generic"),
            ("RD", "Read"),
            ("WR", "Write"),
            ("AC", "Address/Command"),
            ("MS", "Scrub"),
        ],
    ),
    (
        "pp",
        &[
            ("SRC", "Local Request"),
            ("RES", "Response"),
            ("OBS", "Observed"),
            ("GENERIC", "Generic Participant"),
        ],
    ),
    ("t", &[("no_timeout", ""), ("timeout", "Timeout")]),
    (
        "ii",
        &[
            ("MEM", "Memory Access"),
            ("IO", "I/O"),
            ("OTHER", "Other Transaction"),
            ("GEN", "Generic Transaction"),
        ],
    ),
];

/// What the error code says; `None` where it is unknown.
pub(super) fn meaning(decoded: &Decoded) -> Option<String> {
    let of = |field| word(decoded, field);
    let text = match decoded.class {
        "io_error" => match &decoded.requester {
            Some(address) => format!("I/O error reported by PCI {address}."),
            None => "I/O error.".to_owned(),
        },
        "generic_cache_hierarchy" => sentence("Cache Hierarchy:", &[of("ll"), "Generic Cache"]),
        "tlb" => sentence("TLB:", &[of("ll"), of("tt"), "TLB"]),
        "cache_hierarchy" => {
            sentence("Cache Hierarchy:", &[of("ll"), of("tt"), "Cache", of("rrrr")])
        }
        "memory_hierarchy" => sentence("Memory Hierarchy:", &[of("ll"), of("tt"), of("rrrr")]),
        "memory_controller" => on_channel(decoded, "Memory Controller"),
        "extended_memory" => on_channel(decoded, "Memory as Cache: Memory Controller"),
        "bus_interconnect" => {
            sentence("Bus and Interconnect:", &[of("ll"), of("pp"), of("rrrr"), of("ii"), of("t")])
        }
        class => SIMPLE.iter().find(|(name, _)| *name == class)?.1.to_owned(),
    };
    Some(text)
}

/// What an SMCA unit says: `Unified Memory Controller: DRAM ECC error.`
pub(super) fn of_unit(unit: &Unit, error: Option<&str>, code: Option<u64>) -> String {
    match (error, code) {
        (Some(error), _) => format!("{}: {error}.", unit.name),
        (None, Some(code)) => format!("{}: extended error code {code}.", unit.name),
        (None, None) => format!("{}.", unit.name),
    }
}

fn word(decoded: &Decoded, field: &str) -> &'static str {
    let Some(FieldValue::Name(code)) = decoded.fields.get(field) else {
        return "";
    };
    let words = WORDS.iter().find(|(name, _)| *name == field).map_or(&[][..], |(_, words)| words);
    words.iter().find(|(name, _)| name == code).map_or("Reserved", |(_, word)| word)
}

/// The words with ` Error.` behind them; empty ones are left out.
fn sentence(start: &str, words: &[&str]) -> String {
    let mut text = start.to_owned();
    for word in words.iter().filter(|word| !word.is_empty()) {
        text.push(' ');
        text.push_str(word);
    }
    text + " Error."
}

fn on_channel(decoded: &Decoded, start: &str) -> String {
    let text = sentence(start, &[word(decoded, "mmm")]);
    match decoded.fields.get("channel") {
        Some(FieldValue::Number(channel)) => {
            format!("{} on Channel {channel}.", text.trim_end_matches('.'))
        }
        _ => text,
    }
}
