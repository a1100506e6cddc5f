//! The maker of a processor: the two vendors give the same bits different meanings.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::crash::Crash;

/// The maker of the processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Vendor {
    /// Intel.
    Intel,
    /// AMD, and Hygon with its cores.
    Amd,
}

/// The known facts about the processor; every field may be absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Processor {
    /// Its maker.
    pub vendor: Option<Vendor>,
    /// Its family, extended family added.
    pub family: Option<u32>,
}

/// Families of AMD and Hygon. Family 0x0f is left out: Intel's NetBurst has it too.
const AMD_FAMILIES: std::ops::RangeInclusive<u32> = 0x10..=0x1a;

impl Processor {
    /// Reads family, model and stepping as ESXi prints them after `FMS=`: `06/55/7`, in
    /// hexadecimal; `None` for anything else.
    pub fn from_fms(fms: &str) -> Option<Self> {
        let mut numbers = fms.trim().split('/').map(hexadecimal);
        let family = numbers.next()??;
        if numbers.any(|number| number.is_none()) {
            return None;
        }
        let vendor = match family {
            0x06 => Some(Vendor::Intel),
            family if AMD_FAMILIES.contains(&family) => Some(Vendor::Amd),
            _ => None,
        };
        Some(Self { vendor, family: Some(family) })
    }

    /// Finds the processor of the host that crashed: by its `FMS=`, else by the name that ESX 4.x
    /// prints (`Machine Check Global status on cpu12: 0x7 (cputype:4 16 9 1 AMD Opteron(tm) …`).
    pub fn from_crash(crash: &Crash) -> Self {
        let by_family =
            crash.host.processor.as_deref().and_then(Self::from_fms).unwrap_or_default();
        let names = crash.machine_checks.iter().filter_map(|check| {
            let (_, name) = check.text.split_once("(cputype:")?;
            match (name.contains("AMD"), name.contains("Intel")) {
                (true, false) => Some(Vendor::Amd),
                (false, true) => Some(Vendor::Intel),
                _ => None,
            }
        });
        Self { vendor: by_family.vendor.or(names.into_iter().next()), ..by_family }
    }
}

/// Reads a hexadecimal number with or without `0x`, and without a sign.
fn hexadecimal(number: &str) -> Option<u32> {
    let digits = number.strip_prefix("0x").unwrap_or(number);
    // `from_str_radix` accepts a sign.
    u32::from_str_radix(digits, 16).ok().filter(|_| !digits.starts_with('+'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(fms: &str, vendor: Option<Vendor>, family: Option<u32>) {
        let found = Processor::from_fms(fms);
        assert_eq!(found, family.map(|_| Processor { vendor, family }), "{fms}");
    }

    #[test]
    fn families_decide_the_vendor_where_only_one_has_them() {
        check("06/55/7", Some(Vendor::Intel), Some(0x06));
        check("17/31/0", Some(Vendor::Amd), Some(0x17));
        check("0x19/1/1", Some(Vendor::Amd), Some(0x19));
        check("0f/6/8", None, Some(0x0f));
        check("13", Some(Vendor::Amd), Some(0x13));
        check("", None, None);
        check("06/x", None, None);
        check("+6/1/1", None, None);
    }
}
