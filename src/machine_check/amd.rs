//! Error codes of AMD: APM volume 2, table of MCA error codes; names as Linux prints them.

use super::pattern::{CodePattern, FieldNames, PARTICIPATION, REQUEST, TIMEOUT, TRANSACTION};

/// The classes. A memory code of level 3 or generic comes from a cache or from memory: only the unit
/// of the bank shows which.
pub(super) const PATTERNS: &[CodePattern] = &[
    CodePattern { class: "none", digits: "0000000000000000" },
    CodePattern { class: "tlb", digits: "000000000001TTLL" },
    CodePattern { class: "memory_hierarchy", digits: "00000001RRRRTTLL" },
    CodePattern { class: "internal", digits: "000001UU00000000" },
    CodePattern { class: "bus_interconnect", digits: "00001PPORRRRIILL" },
];

/// The fields with names.
pub(super) const NAMES: &[FieldNames] = &[
    REQUEST,
    TRANSACTION,
    FieldNames { letter: 'L', field: "ll", values: &["RESV", "L1", "L2", "L3/GEN"] },
    PARTICIPATION,
    TIMEOUT,
    FieldNames { letter: 'I', field: "ii", values: &["MEM", "RESV", "IO", "GEN"] },
];
