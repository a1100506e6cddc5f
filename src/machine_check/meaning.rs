//! The meaning of an error in the words of ESXi: machine output, so never translated.
//!
//! ESXi was seen to print three of the wordings (Broadcom 367928, 373203, 394465): `Cache Hierarchy:
//! Level 0 Data Cache DataRead Error.`, `Memory Controller Read Error on Channel 1.` and `I/O error
//! reported by PCI 0000:00:03.0.`. The others follow the same form. A hidden field is left out.

use super::error_code::ErrorCode;
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

/// Words the error code; `None` where its class is unknown. `requester` is the PCI device of an I/O
/// error.
pub(super) fn meaning_of_code(code: &ErrorCode, requester: Option<&str>) -> Option<String> {
    let text = match code.class {
        "io_error" => match requester {
            Some(address) => format!("I/O error reported by PCI {address}."),
            None => "I/O error.".to_owned(),
        },
        "generic_cache_hierarchy" => {
            sentence("Cache Hierarchy:", &[word(code, "ll"), "Generic Cache"])
        }
        "tlb" => sentence("TLB:", &[word(code, "ll"), word(code, "tt"), "TLB"]),
        "cache_hierarchy" => {
            let words = [word(code, "ll"), word(code, "tt"), "Cache", word(code, "rrrr")];
            sentence("Cache Hierarchy:", &words)
        }
        "memory_hierarchy" => {
            sentence("Memory Hierarchy:", &["ll", "tt", "rrrr"].map(|field| word(code, field)))
        }
        "memory_controller" => on_channel(code, "Memory Controller"),
        "extended_memory" => on_channel(code, "Memory as Cache: Memory Controller"),
        "bus_interconnect" => {
            let words = ["ll", "pp", "rrrr", "ii", "t"].map(|field| word(code, field));
            sentence("Bus and Interconnect:", &words)
        }
        class => SIMPLE.iter().find(|(name, _)| *name == class)?.1.to_owned(),
    };
    Some(text)
}

/// Words the error of an SMCA unit: `Unified Memory Controller: DRAM ECC error.`
pub(super) fn meaning_of_unit(unit: &Unit, error: Option<&str>, code: Option<u64>) -> String {
    match (error, code) {
        (Some(error), _) => format!("{}: {error}.", unit.name),
        (None, Some(code)) => format!("{}: extended error code {code}.", unit.name),
        (None, None) => format!("{}.", unit.name),
    }
}

/// Returns the word for the value of a field; empty where it is hidden.
fn word(code: &ErrorCode, field: &str) -> &'static str {
    let Some(value) = code.name(field) else {
        return "";
    };
    let words = WORDS.iter().find(|(name, _)| *name == field).map_or(&[][..], |(_, words)| words);
    words.iter().find(|(name, _)| *name == value).map_or("Reserved", |(_, word)| word)
}

/// Joins the words and ends them with ` Error.`; empty ones are left out.
fn sentence(start: &str, words: &[&str]) -> String {
    let mut text = start.to_owned();
    for word in words.iter().filter(|word| !word.is_empty()) {
        text.push(' ');
        text.push_str(word);
    }
    text + " Error."
}

fn on_channel(code: &ErrorCode, start: &str) -> String {
    let text = sentence(start, &[word(code, "mmm")]);
    match code.channel() {
        Some(channel) => format!("{} on Channel {channel}.", text.trim_end_matches('.')),
        None => text,
    }
}
