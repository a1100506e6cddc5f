//! The units of AMD's SMCA banks, by the hardware id and type in MCA_IPID, and the extended error
//! codes of two of them (rasdaemon 769593be, mce-amd-smca.c).

use super::part::Part;
use crate::text::Masked;

/// One kind of unit.
#[derive(Debug)]
pub(super) struct Unit {
    hardware: u64,
    types: &'static [u64],
    /// Its name.
    pub name: &'static str,
    /// The part to have checked.
    pub part: Part,
    errors: &'static [&'static str],
}

macro_rules! units {
    ($($hardware:literal : $($kind:literal),+ => $name:literal, $part:expr, $errors:expr;)*) => {
        &[$(Unit {
            hardware: $hardware,
            types: &[$($kind),+],
            name: $name,
            part: $part,
            errors: $errors,
        }),*]
    };
}

const UNITS: &[Unit] = units! {
    0xb0: 0x0, 0x10 => "Load Store Unit", Part::Processor, &[];
    0xb0: 0x1 => "Instruction Fetch Unit", Part::Processor, &[];
    0xb0: 0x2 => "L2 Cache", Part::Cache, &[];
    0xb0: 0x3 => "Decode Unit", Part::Processor, &[];
    0xb0: 0x5 => "Execution Unit", Part::Processor, EXECUTION;
    0xb0: 0x6 => "Floating Point Unit", Part::Processor, &[];
    0xb0: 0x7 => "L3 Cache", Part::Cache, &[];
    0x2e: 0x0, 0x2 => "Coherent Slave", Part::Interconnect, &[];
    0x2e: 0x1 => "Power, Interrupts, etc.", Part::Interconnect, &[];
    0x2e: 0x4 => "MALL", Part::Interconnect, &[];
    0x96: 0x0, 0x1 => "Unified Memory Controller", Part::Memory { channel: None }, MEMORY;
    0x05: 0x0 => "Parameter Block", Part::Processor, &[];
    0xff: 0x0, 0x1 => "Platform Security Processor", Part::Processor, &[];
    0x01: 0x0, 0x1 => "System Management Unit", Part::Processor, &[];
    0x01: 0x2 => "Microprocessor 5 Unit", Part::Processor, &[];
    0x01: 0x3 => "MPDMA Unit", Part::Processor, &[];
    0x18: 0x0 => "Northbridge IO Unit", Part::Pcie { address: None }, &[];
    0x46: 0x0, 0x1 => "PCI Express Unit", Part::Pcie { address: None }, &[];
    0x50: 0x0 => "XGMI PCS", Part::Interconnect, &[];
    0x6c: 0x0 => "NBIF", Part::Pcie { address: None }, &[];
    0x80: 0x0 => "SHUB", Part::Pcie { address: None }, &[];
    0xa8: 0x0 => "SATA", Part::Processor, &[];
    0xaa: 0x0 => "USB", Part::Processor, &[];
    0x170: 0x0 => "USR DP", Part::Interconnect, &[];
    0x180: 0x0 => "USR CP", Part::Interconnect, &[];
    0x241: 0x0 => "GMI PCS", Part::Interconnect, &[];
    0x259: 0x0 => "XGMI PHY", Part::Interconnect, &[];
    0x267: 0x0 => "WAFL PHY", Part::Interconnect, &[];
    0x269: 0x0 => "GMI PHY", Part::Interconnect, &[];
};

/// Extended errors of the execution unit, by code.
const EXECUTION: &[&str] = &[
    "Watchdog Timeout error",
    "Physical register file parity error",
    "Flag register file parity error",
    "Immediate displacement register file parity error",
    "Address generator payload parity error",
    "EX payload parity error",
    "Checkpoint queue parity error",
    "Retire dispatch queue parity error",
    "Retire status queue parity error",
    "Scheduler queue parity error",
    "Branch buffer queue parity error",
    "Hardware Assertion error",
    "Spec Map parity error",
    "Retire Map parity error",
];

/// Extended errors of the memory controller, by code.
const MEMORY: &[&str] = &[
    "DRAM ECC error",
    "Data poison error",
    "SDP parity error",
    "Advanced peripheral bus error",
    "Command/address parity error",
    "Write data CRC error",
    "DCQ SRAM ECC error",
    "AES SRAM ECC error",
    "ECS Row error",
    "ECS error",
    "Throttling error",
    "Read CRC error",
];

/// First family of AMD with SMCA banks.
const FIRST_SMCA_FAMILY: u32 = 0x17;

impl Unit {
    /// Finds the unit that MCA_IPID names; the number of a bank alone does not name it on all families.
    pub(super) fn from_ipid(ipid: u64) -> Option<&'static Self> {
        let (hardware, kind) = (ipid >> 32 & 0xfff, ipid >> 48);
        UNITS.iter().find(|unit| unit.hardware == hardware && unit.types.contains(&kind))
    }

    /// Returns the text of an extended error code.
    pub(super) fn error(&self, code: u64) -> Option<&'static str> {
        self.errors.get(usize::try_from(code).ok()?).copied()
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

    #[test]
    fn units_are_named_by_hardware_id_and_type() {
        #[track_caller]
        fn check(ipid: u64, expected: Option<&str>) {
            assert_eq!(Unit::from_ipid(ipid).map(|unit| unit.name), expected, "{ipid:#x}");
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
