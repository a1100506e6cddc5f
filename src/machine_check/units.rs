//! The units of AMD's SMCA banks, by the hardware id and type in MCA_IPID, and their extended error
//! codes: `units.csv`.

use std::sync::LazyLock;

use serde::Deserialize;

use super::part::Part;
use crate::text::{Hex, Masked, csv_cell, csv_rows};

const TABLE: &str = include_str!("units.csv");

static UNITS: LazyLock<Vec<Unit>> = LazyLock::new(|| csv_rows(TABLE));

/// One kind of unit.
#[derive(Debug, Deserialize)]
pub(super) struct Unit {
    hardware: Hex,
    types: String,
    /// Its name.
    pub name: String,
    /// The part to have checked.
    #[serde(deserialize_with = "csv_cell")]
    pub part: Part,
    errors: String,
}

/// First family of AMD with SMCA banks.
const FIRST_SMCA_FAMILY: u32 = 0x17;

impl Unit {
    /// Finds the unit that MCA_IPID names; the number of a bank alone does not name it on all families.
    pub(super) fn from_ipid(ipid: u64) -> Option<&'static Self> {
        let (hardware, kind) = (Hex(ipid >> 32 & 0xfff), Some(Hex(ipid >> 48)));
        UNITS.iter().find(|unit| {
            unit.hardware == hardware && unit.types.split(' ').any(|name| Hex::parse(name) == kind)
        })
    }

    /// Returns the text of an extended error code.
    pub(super) fn error(&self, code: u64) -> Option<&str> {
        let text = self.errors.split("; ").nth(usize::try_from(code).ok()?);
        text.filter(|text| !text.is_empty())
    }
}

/// Reads the extended error code: five bits up to family 16h, six with SMCA; `None` where the family
/// is unknown and the two readings differ.
pub(super) fn extended_code(status: Masked, family: Option<u32>, ipid: Option<u64>) -> Option<u64> {
    let smca = family.map(|family| family >= FIRST_SMCA_FAMILY).or(ipid.map(|_| true));
    let (short, long) = (status.bits(20, 16), status.bits(21, 16));
    match smca {
        Some(true) => long,
        Some(false) => short,
        None => long.filter(|code| Some(*code) == short),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::check_csv;

    #[test]
    fn every_row_can_be_read() {
        check_csv::<Unit>(TABLE);
    }

    #[test]
    fn units_are_named_by_hardware_id_and_type() {
        #[track_caller]
        fn check(ipid: u64, expected: Option<&str>) {
            assert_eq!(Unit::from_ipid(ipid).map(|unit| &unit.name[..]), expected, "{ipid:#x}");
        }
        check(0x0000_0096_0005_0f00, Some("Unified Memory Controller"));
        check(0x0005_00b0_0000_0000, Some("Execution Unit"));
        check(0x0010_00b0_0000_0000, Some("Load Store Unit"));
        check(0x0004_00b0_0000_0000, None);
    }

    #[test]
    fn extended_codes_have_the_width_of_the_family() {
        let status = Masked::whole(0x3f_0000);
        assert_eq!(extended_code(status, Some(0x15), None), Some(0x1f));
        assert_eq!(extended_code(status, Some(0x19), None), Some(0x3f));
        assert_eq!(extended_code(status, None, None), None);
        assert_eq!(extended_code(Masked::whole(0x10_0000), None, None), Some(0x10));
    }
}
