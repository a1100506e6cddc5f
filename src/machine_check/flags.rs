//! The flags of MCi_STATUS and MCG_STATUS, by bit.

use std::collections::BTreeMap;

use super::vendor::Vendor;
use crate::text::Masked;

/// Flags by name; one whose digit is hidden is absent.
pub(super) type Flags = BTreeMap<&'static str, bool>;

type Table = &'static [(&'static str, u32)];

/// Flags that both vendors have.
const COMMON: Table =
    &[("VAL", 63), ("OVER", 62), ("UC", 61), ("EN", 60), ("MISCV", 59), ("ADDRV", 58), ("PCC", 57)];

/// Intel's; they mean something where MCG_CAP.MCG_SER_P is set, which no screen prints.
const INTEL: Table = &[("S", 56), ("AR", 55)];

const AMD: Table =
    &[("TCC", 55), ("SYNDV", 53), ("CECC", 46), ("UECC", 45), ("DEFERRED", 44), ("POISON", 43)];

const GLOBAL: Table = &[("RIPV", 0), ("EIPV", 1), ("MCIP", 2)];

/// The flags of a status.
pub(super) fn of_status(status: Masked, vendor: Vendor) -> Flags {
    let own = match vendor {
        Vendor::Intel => INTEL,
        Vendor::Amd => AMD,
    };
    COMMON.iter().chain(own).filter_map(|(name, bit)| Some((*name, status.bit(*bit)?))).collect()
}

/// The flags of MCG_STATUS.
pub(super) fn of_global(global: u64) -> Flags {
    GLOBAL.iter().map(|(name, bit)| (*name, global >> bit & 1 == 1)).collect()
}
