//! Error codes of AMD: APM volume 2, table of MCA error codes; names as Linux prints them.

use super::pattern::{Names, Row};

/// The classes. A memory code of level 3 or generic may come from a cache or from memory: only the
/// unit of the bank tells.
pub const ROWS: &[Row] = &[
    Row { class: "none", pattern: "0000000000000000" },
    Row { class: "tlb", pattern: "000000000001TTLL" },
    Row { class: "memory_hierarchy", pattern: "00000001RRRRTTLL" },
    Row { class: "internal", pattern: "000001UU00000000" },
    Row { class: "bus_interconnect", pattern: "00001PPORRRRIILL" },
];

/// The fields with names.
pub const NAMES: &[Names] = &[
    Names {
        letter: 'R',
        field: "rrrr",
        values: &["GEN", "RD", "WR", "DRD", "DWR", "IRD", "PREFETCH", "EVICT", "SNOOP"],
    },
    Names { letter: 'T', field: "tt", values: &["INSN", "DATA", "GEN"] },
    Names { letter: 'L', field: "ll", values: &["RESV", "L1", "L2", "L3/GEN"] },
    Names { letter: 'P', field: "pp", values: &["SRC", "RES", "OBS", "GENERIC"] },
    Names { letter: 'O', field: "t", values: &["no_timeout", "timeout"] },
    Names { letter: 'I', field: "ii", values: &["MEM", "RESV", "IO", "GEN"] },
];
