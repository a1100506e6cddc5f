//! What the register values of this crash say, and which of them say nothing.

use super::sections::Surroundings;
use crate::crash::{Crash, PanicKind};
use crate::exception::decode_error_code;
use crate::text::Hex;

/// Addresses below this one are a null pointer with a small offset.
const NEAR_ZERO: u64 = 0x1000;
/// Number of the page fault.
const PAGE_FAULT: u8 = 14;

/// The sentences about the registers.
pub(super) fn says(crash: &Crash, around: &Surroundings<'_>) -> Vec<String> {
    if crash.registers.is_empty() {
        return vec![around.text("explain-registers-none", &[])];
    }
    let (missing, captured): (Vec<_>, Vec<_>) =
        crash.registers.iter().partition(|(_, value)| is_not_captured(value));
    let count = captured.len().to_string();
    let mut says = vec![around.text("explain-registers-captured", &[("count", &count)])];
    if !missing.is_empty() {
        let names: Vec<&str> = missing.iter().map(|(name, _)| name.as_str()).collect();
        says.push(around.text("explain-registers-not-captured", &[("names", &names.join(", "))]));
    }
    if crash.kind() == Some(PanicKind::PageFault) {
        says.extend(page_fault(crash, around));
    } else if crash.registers.contains_key("cr2") || crash.registers.contains_key("err") {
        says.push(around.text("explain-registers-stale", &[]));
    }
    says
}

/// All ones, and `-1` for the error code, mean that the value was not captured (343033, 1004250).
fn is_not_captured(value: &str) -> bool {
    matches!(value, "-1" | "0xffffffff" | "0xffffffffffffffff")
}

fn page_fault(crash: &Crash, around: &Surroundings<'_>) -> Vec<String> {
    let mut says = Vec::new();
    let register = |name: &str| {
        crash
            .registers
            .get(name)
            .filter(|value| !is_not_captured(value))
            .and_then(|v| Hex::parse(v))
    };
    let in_message = crash.panic.as_ref().and_then(|panic| panic.address);
    if let Some(address) = in_message.or_else(|| register("cr2")) {
        let near_zero = address.0 < NEAR_ZERO;
        let key = if near_zero { "explain-registers-null" } else { "explain-registers-address" };
        says.push(around.text(key, &[("address", &address.to_string())]));
    }
    let printed = crash.registers.get("err").filter(|value| !is_not_captured(value));
    let code = printed.and_then(|value| {
        let number = value.strip_prefix("0x").map(|digits| u64::from_str_radix(digits, 16));
        number.unwrap_or_else(|| value.parse()).ok()
    });
    if let (Some(value), Some(code)) = (printed, code) {
        let bits: Vec<String> = decode_error_code(PAGE_FAULT, code)
            .iter()
            .map(|bit| around.text(bit.meaning, &[]))
            .collect();
        let values = [("value", value.as_str()), ("bits", &bits.join("; "))];
        says.push(around.text("explain-registers-err", &values));
    }
    if crash.registers.contains_key("ptes") {
        says.push(around.text("explain-registers-ptes", &[]));
    }
    says
}
