//! Error codes of Intel: SDM volume 3B, tables of simple and compound MCA error codes.
//!
//! `x` in a pattern is a bit without a meaning. Levels keep the number of the code, as ESXi prints
//! them; mcelog since 2965a54 prints one more for cache errors.

use super::pattern::{CodePattern, FieldNames, PARTICIPATION, REQUEST, TIMEOUT, TRANSACTION};

macro_rules! rows {
    ($($class:literal $digits:literal)*) => {
        &[$(CodePattern { class: $class, digits: $digits }),*]
    };
}

/// The classes; exact codes come before the ranges that contain them.
pub(super) const PATTERNS: &[CodePattern] = rows! {
    "no_error"                "0000000000000000"
    "unclassified"            "0000000000000001"
    "microcode_rom_parity"    "0000000000000010"
    "external"                "0000000000000011"
    "frc"                     "0000000000000100"
    "internal_parity"         "0000000000000101"
    "smm_handler"             "0000000000000110"
    "internal_timer"          "0000010000000000"
    "io_error"                "0000111000001011"
    "internal_unclassified"   "000001xxxxxxxxxx"
    "generic_cache_hierarchy" "000F0000000011LL"
    "tlb"                     "000F00000001TTLL"
    "memory_controller"       "000F00001MMMCCCC"
    "cache_hierarchy"         "000F0001RRRRTTLL"
    "extended_memory"         "000F00101MMMCCCC"
    "bus_interconnect"        "000F1PPORRRRIILL"
};

/// The fields with names.
pub(super) const NAMES: &[FieldNames] = &[
    REQUEST,
    TRANSACTION,
    FieldNames { letter: 'L', field: "ll", values: &["L0", "L1", "L2", "LG"] },
    FieldNames { letter: 'M', field: "mmm", values: &["GEN", "RD", "WR", "AC", "MS"] },
    PARTICIPATION,
    TIMEOUT,
    FieldNames { letter: 'I', field: "ii", values: &["MEM", "RESV", "IO", "OTHER"] },
];
