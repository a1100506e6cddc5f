//! The registers of a bank to their meaning: every status has an answer, and the page is escaped.

use psod_match::machine_check::{Processor, Registers, Vendor, decode};
use psod_match::message::{Catalog, Language};
use psod_match::text::Masked;

use super::rendering::check_pages;

/// The fixed part of an input: what is known, bank, family, and six registers.
const FIXED: usize = 3 + 6 * 8;

/// Checks `data` as registers, and what follows as the words that a line prints.
pub fn check(data: &[u8]) {
    let words = String::from_utf8_lossy(data);
    if let Some(masked) = Masked::parse(words.trim()) {
        let again = masked.to_hex(16).and_then(|digits| Masked::parse(&digits));
        assert!(again.is_none_or(|again| again == masked), "{words:?}");
    }
    let mut bytes = data.to_vec();
    bytes.resize(FIXED.max(data.len()), 0);
    let (fixed, words) = bytes.split_at(FIXED);
    let words = String::from_utf8_lossy(words);
    let (severity, meaning) = words.split_once('\n').unwrap_or((&words, ""));
    let vendor = [None, Some(Vendor::Intel), Some(Vendor::Amd), None][usize::from(fixed[0] & 3)];
    let status = if is_known(2, fixed) {
        Masked::whole(number(0, fixed))
    } else {
        Masked { value: number(0, fixed) & number(1, fixed), known: number(1, fixed) }
    };
    let registers = Registers {
        processor: Processor { vendor, family: Some(u32::from(fixed[2])) },
        bank: Some(u32::from(fixed[1])),
        status,
        address: is_known(3, fixed).then(|| number(2, fixed)),
        misc: is_known(4, fixed).then(|| number(3, fixed)),
        global: is_known(5, fixed).then(|| number(4, fixed)),
        ipid: is_known(6, fixed).then(|| number(5, fixed)),
        printed_severity: is_known(7, fixed).then_some(severity),
        printed_meaning: is_known(7, fixed).then_some(meaning),
    };
    let decoded = decode(&registers);
    let json = serde_json::to_string(&decoded).expect("JSON");
    assert_eq!(json, serde_json::to_string(&decode(&registers)).expect("JSON"));
    if is_known(2, fixed) {
        assert_eq!(decoded.status, Some(format!("0x{:016x}", number(0, fixed))));
    }
    for language in [Language::English, Language::Japanese] {
        check_pages(&decoded, Catalog::of(language));
    }
}

fn is_known(bit: u8, fixed: &[u8]) -> bool {
    fixed[0] & (1 << bit) != 0
}

fn number(place: usize, fixed: &[u8]) -> u64 {
    let bytes = fixed[3 + place * 8..][..8].try_into().expect("eight bytes");
    u64::from_le_bytes(bytes)
}
