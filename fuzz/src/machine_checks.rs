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
    let number = |place: usize| {
        let bytes = fixed[3 + place * 8..][..8].try_into().expect("eight bytes");
        u64::from_le_bytes(bytes)
    };
    let known = |bit: u8| fixed[0] & (1 << bit) != 0;
    let vendor = [None, Some(Vendor::Intel), Some(Vendor::Amd), None][usize::from(fixed[0] & 3)];
    let status = if known(2) {
        Masked::whole(number(0))
    } else {
        Masked { value: number(0) & number(1), known: number(1) }
    };
    let registers = Registers {
        processor: Processor { vendor, family: Some(u32::from(fixed[2])) },
        bank: Some(u32::from(fixed[1])),
        status,
        address: known(3).then(|| number(2)),
        misc: known(4).then(|| number(3)),
        global: known(5).then(|| number(4)),
        ipid: known(6).then(|| number(5)),
        printed_severity: known(7).then_some(severity),
        printed_meaning: known(7).then_some(meaning),
    };
    let decoded = decode(&registers);
    let json = serde_json::to_string(&decoded).expect("JSON");
    assert_eq!(json, serde_json::to_string(&decode(&registers)).expect("JSON"));
    if known(2) {
        assert_eq!(decoded.status, Some(format!("0x{:016x}", number(0))));
    }
    for language in [Language::English, Language::Japanese] {
        check_pages(&decoded, Catalog::of(language));
    }
}
