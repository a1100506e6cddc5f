//! The bits of the error codes that exceptions push (Intel SDM, volume 3, 6.13,
//! 6.15 and 4.7; AMD APM, volume 2, 8.4).

use super::table::{PushedCode, exception};

/// One part of an error code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodePart {
    /// The name of the bit or field in the manuals, such as `W/R`.
    pub name: &'static str,
    /// Its value; 0 or 1 for a single bit.
    pub value: u64,
    /// The key of the text for this value.
    pub meaning: &'static str,
}

/// A bit: position, name, meaning when set, meaning when clear (absent: not worth a line).
type CodeBit = (u32, &'static str, &'static str, Option<&'static str>);

#[rustfmt::skip]
const PAGE: &[CodeBit] = &[
    (0, "P", "error-code-present", Some("error-code-not-present")),
    (1, "W/R", "error-code-write", Some("error-code-read")),
    (2, "U/S", "error-code-user", Some("error-code-supervisor")),
    (3, "RSVD", "error-code-reserved-bit", None),
    (4, "I/D", "error-code-fetch", None),
    (5, "PK", "error-code-protection-key", None),
    (6, "SS", "error-code-shadow-stack", None),
    (7, "HLAT", "error-code-hlat", None),
    (15, "SGX", "error-code-sgx", None),
    // AMD only: the reverse map table of SEV-SNP.
    (31, "RMP", "error-code-rmp", None),
];

const EXT: CodeBit = (0, "EXT", "error-code-external", Some("error-code-not-external"));
const IDT: CodeBit = (1, "IDT", "error-code-idt", None);
/// Has a meaning only while `IDT` is clear.
const TI: CodeBit = (2, "TI", "error-code-ldt", Some("error-code-gdt"));

/// Values of the lower bits of a control protection error code.
const CONTROL: &[(u64, &str, &str)] = &[
    (1, "NEAR-RET", "error-code-near-ret"),
    (2, "FAR-RET/IRET", "error-code-far-ret"),
    (3, "ENDBRANCH", "error-code-endbranch"),
    (4, "RSTORSSP", "error-code-rstorssp"),
    (5, "SETSSBSY", "error-code-setssbsy"),
];
const CONTROL_MASK: u64 = 0x7fff;
const ENCLAVE: CodeBit = (15, "ENCL", "error-code-enclave", None);

/// Explains the error code `code` of the exception `number`, lowest bit first; empty for an
/// exception that pushes none.
pub fn decode_error_code(number: u8, code: u64) -> Vec<CodePart> {
    match exception(number).code {
        PushedCode::None => Vec::new(),
        PushedCode::Page => bits(code, PAGE),
        PushedCode::Zero => vec![match code {
            0 => CodePart { name: "zero", value: code, meaning: "error-code-always-zero" },
            _ => CodePart { name: "zero", value: code, meaning: "error-code-not-zero" },
        }],
        PushedCode::Selector => selector(code),
        PushedCode::ControlProtection => control_protection(code),
        PushedCode::VmExit => {
            vec![CodePart { name: "EXITCODE", value: code, meaning: "error-code-exit" }]
        }
        PushedCode::Security => vec![match code {
            1 => CodePart { name: "INIT", value: code, meaning: "error-code-init" },
            _ => CodePart { name: "?", value: code, meaning: "error-code-unknown" },
        }],
    }
}

/// Returns the parts that `table` names, and the bits that are set beyond them.
fn bits(code: u64, table: &[CodeBit]) -> Vec<CodePart> {
    let mut parts: Vec<CodePart> = table
        .iter()
        .filter_map(|&(bit, name, set, clear)| {
            let value = code >> bit & 1;
            let meaning = if value == 1 { Some(set) } else { clear };
            Some(CodePart { name, value, meaning: meaning? })
        })
        .collect();
    let known = table.iter().fold(0, |known, (bit, ..)| known | 1 << bit);
    parts.extend(unnamed(code & !known));
    parts
}

/// Returns the bits that are set and have no name.
fn unnamed(value: u64) -> Option<CodePart> {
    (value != 0).then_some(CodePart { name: "?", value, meaning: "error-code-unknown" })
}

fn selector(code: u64) -> Vec<CodePart> {
    if code == 0 {
        return vec![CodePart { name: "zero", value: 0, meaning: "error-code-no-selector" }];
    }
    let in_idt = code & 0b10 != 0;
    let mut parts = bits(code & 0b11, &[EXT, IDT]);
    if !in_idt {
        parts.extend(bits(code & 0b100, &[TI]));
    }
    let value = code >> 3 & 0x1fff;
    let meaning = if in_idt { "error-code-vector" } else { "error-code-index" };
    parts.push(CodePart { name: "index", value, meaning });
    parts.extend(unnamed(code & !0xffff));
    parts
}

fn control_protection(code: u64) -> Vec<CodePart> {
    let cause = code & CONTROL_MASK;
    let known = CONTROL.iter().find(|(value, ..)| *value == cause);
    let mut parts = match known {
        Some(&(value, name, meaning)) => vec![CodePart { name, value, meaning }],
        None => unnamed(cause).into_iter().collect(),
    };
    parts.extend(bits(code & !CONTROL_MASK, &[ENCLAVE]));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Catalog, Language};

    #[track_caller]
    fn check(number: u8, code: u64, expected: &[(&str, u64, &str)]) {
        let found = decode_error_code(number, code);
        let parts: Vec<(&str, u64, &str)> =
            found.iter().map(|part| (part.name, part.value, part.meaning)).collect();
        assert_eq!(parts, expected, "exception {number}, code {code:#x}");
    }

    #[test]
    fn a_page_fault_tells_the_access() {
        let write_by_kernel = [
            ("P", 0, "error-code-not-present"),
            ("W/R", 1, "error-code-write"),
            ("U/S", 0, "error-code-supervisor"),
        ];
        check(14, 2, &write_by_kernel);
        let fetch_by_user = [
            ("P", 1, "error-code-present"),
            ("W/R", 0, "error-code-read"),
            ("U/S", 1, "error-code-user"),
            ("I/D", 1, "error-code-fetch"),
            ("?", 0x100, "error-code-unknown"),
        ];
        check(14, 0x115, &fetch_by_user);
    }

    #[test]
    fn a_selector_tells_its_table() {
        check(13, 0, &[("zero", 0, "error-code-no-selector")]);
        let in_gdt = [
            ("EXT", 0, "error-code-not-external"),
            ("TI", 0, "error-code-gdt"),
            ("index", 3, "error-code-index"),
        ];
        check(13, 0x18, &in_gdt);
        let in_idt = [
            ("EXT", 1, "error-code-external"),
            ("IDT", 1, "error-code-idt"),
            ("index", 14, "error-code-vector"),
        ];
        check(11, 0x73, &in_idt);
    }

    #[test]
    fn the_other_codes() {
        check(8, 0, &[("zero", 0, "error-code-always-zero")]);
        check(8, 4, &[("zero", 4, "error-code-not-zero")]);
        check(21, 3, &[("ENDBRANCH", 3, "error-code-endbranch")]);
        let in_enclave =
            [("NEAR-RET", 1, "error-code-near-ret"), ("ENCL", 1, "error-code-enclave")];
        check(21, 0x8001, &in_enclave);
        check(29, 0x72, &[("EXITCODE", 0x72, "error-code-exit")]);
        check(30, 1, &[("INIT", 1, "error-code-init")]);
        check(3, 2, &[]);
    }

    #[test]
    fn every_code_of_every_exception_has_texts() {
        for number in 0..=32 {
            for code in (0..=0xff).chain((8..64).map(|bit| 1 << bit)).chain([u64::MAX]) {
                for part in decode_error_code(number, code) {
                    for language in [Language::English, Language::Japanese] {
                        assert!(Catalog::of(language).has(part.meaning), "{}", part.meaning);
                    }
                }
            }
        }
    }
}
