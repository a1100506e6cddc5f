//! Error codes of Intel: SDM volume 3B, tables of simple and compound MCA error codes.
//!
//! `x` in a pattern is a bit without a meaning. Levels keep the number of the code, as ESXi prints
//! them; mcelog since 2965a54 prints one more for cache errors.

use super::part::Part;
use super::pattern::{
    CodePattern, FieldNames, PARTICIPATION, REQUEST, RESERVED, TIMEOUT, TRANSACTION, code_patterns,
};

/// The classes; exact codes come before the ranges that contain them. `external` is a signal from
/// outside, and `unclassified` names no part.
pub(super) const PATTERNS: &[CodePattern] = code_patterns! {
    "no_error" "0000000000000000" Part::Unknown, "No Error.";
    "unclassified" "0000000000000001" Part::Unknown, "Unclassified Error.";
    "microcode_rom_parity" "0000000000000010" Part::Processor, "Microcode ROM Parity Error.";
    "external" "0000000000000011" Part::Unknown, "External Error.";
    "frc" "0000000000000100" Part::Processor, "Functional Redundancy Check Error.";
    "internal_parity" "0000000000000101" Part::Processor, "Internal Parity Error.";
    "smm_handler" "0000000000000110" Part::Firmware, "SMM Handler Code Access Violation.";
    "internal_timer" "0000010000000000" Part::Processor, "Internal Timer Error.";
    "io_error" "0000111000001011" Part::Pcie { address: None }, "I/O error.";
    "internal_unclassified" "000001xxxxxxxxxx" Part::Processor, "Internal Unclassified Error.";
    "generic_cache_hierarchy" "000F0000000011LL" Part::Cache,
        "Cache Hierarchy: {ll} Generic Cache Error.";
    "tlb" "000F00000001TTLL" Part::Processor, "TLB: {ll} {tt} TLB Error.";
    "memory_controller" "000F00001MMMCCCC" Part::Memory { channel: None },
        "Memory Controller {mmm} Error.";
    "cache_hierarchy" "000F0001RRRRTTLL" Part::Cache,
        "Cache Hierarchy: {ll} {tt} Cache {rrrr} Error.";
    "extended_memory" "000F00101MMMCCCC" Part::Memory { channel: None },
        "Memory as Cache: Memory Controller {mmm} Error.";
    "bus_interconnect" "000F1PPORRRRIILL" Part::Interconnect,
        "Bus and Interconnect: {ll} {pp} {rrrr} {ii} {t} Error.";
};

/// The fields with names.
pub(super) const NAMES: &[FieldNames] = &[
    REQUEST,
    TRANSACTION,
    FieldNames {
        letter: 'L',
        field: "ll",
        values: &[("L0", "Level 0"), ("L1", "Level 1"), ("L2", "Level 2"), ("LG", "Generic Level")],
    },
    FieldNames {
        letter: 'M',
        field: "mmm",
        values: &[
            ("GEN", "Generic"),
            ("RD", "Read"),
            ("WR", "Write"),
            ("AC", "Address/Command"),
            ("MS", "Scrub"),
        ],
    },
    PARTICIPATION,
    TIMEOUT,
    FieldNames {
        letter: 'I',
        field: "ii",
        values: &[
            ("MEM", "Memory Access"),
            RESERVED,
            ("IO", "I/O"),
            ("OTHER", "Other Transaction"),
        ],
    },
];
