//! Error codes of AMD: APM volume 2, table of MCA error codes; names as Linux prints them.

use super::part::Part;
use super::pattern::{
    CodePattern, FieldNames, PARTICIPATION, REQUEST, RESERVED, TIMEOUT, TRANSACTION, code_patterns,
};

/// The classes. A memory code of level 3 or generic comes from a cache or from memory: only the unit
/// of the bank shows which.
pub(super) const PATTERNS: &[CodePattern] = code_patterns! {
    "none" "0000000000000000" Part::Unknown, "No Error.";
    "tlb" "000000000001TTLL" Part::Processor, "TLB: {ll} {tt} TLB Error.";
    "memory_hierarchy" "00000001RRRRTTLL" Part::ProcessorOrMemory,
        "Memory Hierarchy: {ll} {tt} {rrrr} Error.";
    "internal" "000001UU00000000" Part::Processor, "Internal Error.";
    "bus_interconnect" "00001PPORRRRIILL" Part::Interconnect,
        "Bus and Interconnect: {ll} {pp} {rrrr} {ii} {t} Error.";
};

/// The fields with names.
pub(super) const NAMES: &[FieldNames] = &[
    REQUEST,
    TRANSACTION,
    FieldNames {
        letter: 'L',
        field: "ll",
        values: &[RESERVED, ("L1", "Level 1"), ("L2", "Level 2"), ("L3/GEN", "Level 3/Generic")],
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
            ("GEN", "Generic Transaction"),
        ],
    },
];
