//! The flags of MCi_STATUS and MCG_STATUS, by bit.

use std::collections::BTreeMap;

use super::vendor::Vendor;
use crate::text::Masked;

/// Flags by name; one whose digit is hidden is absent.
pub(super) type Flags = BTreeMap<&'static str, bool>;

/// Names of flags with their bits.
type FlagBits = &'static [(&'static str, u32)];

/// Flags that both vendors have.
const COMMON: FlagBits =
    &[("VAL", 63), ("OVER", 62), ("UC", 61), ("EN", 60), ("MISCV", 59), ("ADDRV", 58), ("PCC", 57)];

/// Flags of Intel; they are valid where MCG_CAP.MCG_SER_P is set, which no screen prints.
const INTEL: FlagBits = &[("S", 56), ("AR", 55)];

const AMD: FlagBits =
    &[("TCC", 55), ("SYNDV", 53), ("CECC", 46), ("UECC", 45), ("DEFERRED", 44), ("POISON", 43)];

const GLOBAL: FlagBits = &[("RIPV", 0), ("EIPV", 1), ("MCIP", 2)];

/// Reads the flags of a status.
pub(super) fn status_flags(status: Masked, vendor: Vendor) -> Flags {
    let own = match vendor {
        Vendor::Intel => INTEL,
        Vendor::Amd => AMD,
    };
    COMMON.iter().chain(own).filter_map(|(name, bit)| Some((*name, status.bit(*bit)?))).collect()
}

/// Reads the flags of MCG_STATUS.
pub(super) fn global_flags(global: u64) -> Flags {
    GLOBAL.iter().map(|(name, bit)| (*name, global >> bit & 1 == 1)).collect()
}
