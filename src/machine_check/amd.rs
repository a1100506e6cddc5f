//! Error codes of AMD: APM volume 2, table of MCA error codes; names as Linux prints them.

use super::pattern::{Names, PARTICIPATION, REQUEST, Row, TIMEOUT, TRANSACTION};

/// The classes. A memory code of level 3 or generic may come from a cache or from memory: only the
/// unit of the bank tells.
pub(super) const ROWS: &[Row] = &[
    Row { class: "none", pattern: "0000000000000000" },
    Row { class: "tlb", pattern: "000000000001TTLL" },
    Row { class: "memory_hierarchy", pattern: "00000001RRRRTTLL" },
    Row { class: "internal", pattern: "000001UU00000000" },
    Row { class: "bus_interconnect", pattern: "00001PPORRRRIILL" },
];

/// The fields with names.
pub(super) const NAMES: &[Names] = &[
    REQUEST,
    TRANSACTION,
    Names { letter: 'L', field: "ll", values: &["RESV", "L1", "L2", "L3/GEN"] },
    PARTICIPATION,
    TIMEOUT,
    Names { letter: 'I', field: "ii", values: &["MEM", "RESV", "IO", "GEN"] },
];
