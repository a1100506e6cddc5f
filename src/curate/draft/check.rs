//! The machine check that several crashes have in common.

use std::collections::BTreeSet;

use crate::compile::ERROR_CODE_BITS;
use crate::kb::CheckPattern;
use crate::signature::{CheckKey, CrashKeys};
use crate::text::Hex;

/// The error code and what the processor's maker adds to it. Above are counters and addresses of one
/// event, so that a single crash says nothing about them.
const CODES: u64 = 0xffff_ffff;

/// The pattern of a bank that every crash prints; `None` where they have none in common.
pub(super) fn common_check(crashes: &[&CrashKeys]) -> Option<CheckPattern> {
    let (first, others) = crashes.split_first()?;
    let patterns = first.checks.iter().filter_map(|check| pattern_with(check, others));
    patterns.max_by_key(|pattern| pattern.mask.map_or(0, |mask| mask.0.count_ones()))
}

/// What a bank has in common with the most similar bank of each other crash.
fn pattern_with(check: &CheckKey, others: &[&CrashKeys]) -> Option<CheckPattern> {
    let mut mask = check.status.known & CODES;
    let mut vendor = check.vendor;
    let mut banks: BTreeSet<Option<u32>> = [check.bank].into();
    for crash in others {
        let others = crash.checks.iter();
        let other = others.max_by_key(|other| (mask & shared(check, other)).count_ones())?;
        mask &= shared(check, other);
        vendor = vendor.filter(|vendor| other.vendor == Some(*vendor));
        banks.insert(other.bank);
    }
    if mask.count_ones() <= ERROR_CODE_BITS {
        return None;
    }
    let banks: Option<Vec<u32>> = banks.into_iter().collect();
    Some(CheckPattern {
        vendor,
        banks: banks.unwrap_or_default(),
        mask: Some(Hex(mask)),
        value: Some(Hex(check.status.value & mask)),
        ..CheckPattern::default()
    })
}

/// The known bits of `other` that `check` has, too.
fn shared(check: &CheckKey, other: &CheckKey) -> u64 {
    other.status.known & !(check.status.value ^ other.status.value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Masked;

    /// Checks the pattern of crashes, each with one bank and its status.
    #[track_caller]
    fn check(crashes: &[(u32, u64)], expected: Option<&str>) {
        let crashes = crashes.iter().map(|&(bank, status)| CrashKeys {
            checks: vec![CheckKey {
                vendor: None,
                bank: Some(bank),
                status: Masked::whole(status),
                class: None,
                severity: None,
            }],
            ..CrashKeys::default()
        });
        let crashes: Vec<CrashKeys> = crashes.collect();
        let crashes: Vec<&CrashKeys> = crashes.iter().collect();
        let found = common_check(&crashes).map(|found| found.to_string());
        assert_eq!(found.as_deref(), expected);
    }

    #[test]
    fn what_differs_between_crashes_is_not_asked_for() {
        let one = (4, 0xbf80_0000_0012_0114);
        check(&[one], Some("bank 4, mask 0xffffffff, value 0x120114"));
        let two = [one, (5, 0xbf80_0001_0013_0114)];
        check(&two, Some("bank 4/5, mask 0xfffeffff, value 0x120114"));
        check(&[one, (4, 0xbf80_0000_ffed_feeb)], None);
        check(&[], None);
    }
}
