//! The register values of a crash: their meaning, and those that mean nothing.

use crate::crash::{Crash, PanicKind};
use crate::exception::decode_error_code;
use crate::message::Sentence;
use crate::text::Hex;

/// Addresses below this one are a null pointer with a small offset.
const NEAR_ZERO: u64 = 0x1000;
/// Number of the page fault.
const PAGE_FAULT: u8 = 14;

/// The sentences about the registers.
pub(super) fn sentences(crash: &Crash) -> Vec<Sentence> {
    if crash.registers.is_empty() {
        return vec![Sentence::new("explain-registers-none", &[])];
    }
    let (missing, captured): (Vec<_>, Vec<_>) =
        crash.registers.iter().partition(|(_, value)| is_not_captured(value));
    let count = captured.len().to_string();
    let mut says = vec![Sentence::new("explain-registers-captured", &[("count", &count)])];
    if !missing.is_empty() {
        let names: Vec<&str> = missing.iter().map(|(name, _)| name.as_str()).collect();
        says.push(Sentence::new("explain-registers-not-captured", &[("names", &names.join(", "))]));
    }
    if crash.kind() == Some(PanicKind::PageFault) {
        says.extend(page_fault(crash));
    } else if crash.registers.contains_key("cr2") || crash.registers.contains_key("err") {
        says.push(Sentence::new("explain-registers-stale", &[]));
    }
    says
}

/// All ones, and `-1` for the error code, mean that the value was not captured (343033, 1004250).
fn is_not_captured(value: &str) -> bool {
    matches!(value, "-1" | "0xffffffff" | "0xffffffffffffffff")
}

fn page_fault(crash: &Crash) -> Vec<Sentence> {
    let mut says = Vec::new();
    let in_message = crash.panic.as_ref().and_then(|panic| panic.address);
    if let Some(address) = in_message.or_else(|| Hex::parse(captured(crash, "cr2")?)) {
        let near_zero = address.0 < NEAR_ZERO;
        let key = if near_zero { "explain-registers-null" } else { "explain-registers-address" };
        says.push(Sentence::new(key, &[("address", &address.to_string())]));
    }
    let printed = captured(crash, "err");
    if let Some((value, code)) = printed.and_then(|value| Some((value, number(value)?))) {
        let bits = decode_error_code(PAGE_FAULT, code);
        let bits: Vec<Sentence> = bits.iter().map(|bit| Sentence::new(bit.meaning, &[])).collect();
        says.push(Sentence::new("explain-registers-err", &[("value", value)]).with("bits", bits));
    }
    if crash.registers.contains_key("ptes") {
        says.push(Sentence::new("explain-registers-ptes", &[]));
    }
    says
}

/// The printed value of a register, unless it was not captured.
fn captured<'a>(crash: &'a Crash, register: &str) -> Option<&'a str> {
    let value = crash.registers.get(register)?;
    (!is_not_captured(value)).then_some(value)
}

/// The number in `0x1f` or `31`.
fn number(value: &str) -> Option<u64> {
    match value.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => value.parse().ok(),
    }
}
