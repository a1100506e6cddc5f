//! Machine-check lines: the banks as printed, not yet decoded.
//!
//! Each form has a function of its own; a number of which digits are hidden is kept as printed. A
//! field with a wrong character is left out, never corrected.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::crash::MachineCheck;
use crate::text::{Hex, Masked, Scanner, is_mask};

/// A form of line.
type Form = fn(&str) -> Option<MachineCheck>;

/// The forms, each with its sample in the test below.
const FORMS: &[Form] = &[screen_form, log_form];
/// Those that say what they are about, by one of [`NAMES`].
const NAMED_FORMS: &[Form] = &[exception_form, bank_form, global_form, firmware_form];

/// What the lines of [`NAMED_FORMS`] say: nearly no other line does.
static NAMES: LazyLock<[Finder<'static>; 2]> =
    LazyLock::new(|| ["Machine Check ", "MCE on cpu"].map(Finder::new));

/// Reads one line that prints a machine-check bank; `None` for any other line.
pub(super) fn parse_machine_check(body: &str) -> Option<MachineCheck> {
    let found = FORMS.iter().find_map(|form| form(body));
    let mut check = found.or_else(|| {
        let is_named = NAMES.iter().any(|name| name.find(body.as_bytes()).is_some());
        if is_named { NAMED_FORMS.iter().find_map(|form| form(body)) } else { None }
    })?;
    body.clone_into(&mut check.text);
    Some(check)
}

/// True for the bank of an error that stops the host. The screen prints `MC:PCPU…` only when it stops
/// (Broadcom 367928); a log and a firmware log name the severity. Corrected errors are logged by hosts
/// that go on.
pub(super) fn is_fatal_machine_check(body: &str) -> bool {
    let on_screen =
        body.strip_prefix("MC:").is_some_and(|rest| rest.trim_start().starts_with("PCPU"));
    on_screen
        || (body.contains(" Excp ") && !body.contains(" CE "))
        || body.contains("Machine Check Exception: Bank ")
        || body.contains("Uncorrectable Machine Check Exception (")
}

/// `MC:PCPU42 B:4 S:0xbe00000000800400 M:0x41800d55315c A:0x41800d55315c 5` (4.x to 6.0), also with
/// a space after `MC:`. The number at the end is MCG_STATUS.
fn screen_form(body: &str) -> Option<MachineCheck> {
    let rest = body.strip_prefix("MC:")?.trim_start().strip_prefix("PCPU")?;
    let mut check = MachineCheck { pcpu: pcpu(rest), ..MachineCheck::default() };
    for word in rest.split_whitespace().skip(1) {
        let Some((name, value)) = word.split_once(':') else {
            check.global_status = hex(word);
            continue;
        };
        match name {
            "B" => check.bank = value.parse().ok(),
            "S" => status(value, &mut check),
            "M" => check.misc = hex(value.trim_end_matches(':')),
            "A" => check.address = hex(value),
            _ => {}
        }
    }
    Some(check)
}

/// `MCA: 208: UC Excp G4 B6 Sbb00002000000e0b A0 M180008 P8/8 I/O error …` (6.5 on); the screen
/// prints it without the name and line before it.
fn log_form(body: &str) -> Option<MachineCheck> {
    let mut scanner = Scanner::new(body);
    if scanner.jump_behind("MCA: ") {
        scanner.until(": ")?;
    }
    let (severity, rest) = scanner.rest().split_once(' ')?;
    let (source, mut rest) = rest.trim_start().split_once(' ')?;
    let fields = severity.chars().all(|c| c.is_ascii_uppercase())
        && matches!(source, "Excp" | "Poll" | "Intr")
        && rest.trim_start().starts_with('G');
    if !fields {
        return None;
    }
    let mut check =
        MachineCheck { printed_severity: Some(severity.to_owned()), ..MachineCheck::default() };
    loop {
        let (word, after) = rest.trim_start().split_once(' ').unwrap_or((rest.trim_start(), ""));
        let Some(name) = word.chars().next() else { break };
        let digits = &word[name.len_utf8()..];
        match name {
            'G' => check.global_status = printed_number(digits),
            'B' => check.bank = digits.parse().ok(),
            'S' => status(&without_misread(digits), &mut check),
            'A' => check.address = printed_number(digits),
            'M' => check.misc = printed_number(digits),
            // The decoded text begins after `P` (physical address and bits).
            'P' => {
                let words = after.trim();
                check.printed_meaning = (!words.is_empty()).then(|| words.to_owned());
                break;
            }
            // `86` for `B6` (Broadcom 394465): which field it was is not certain.
            _ if word.len() <= 4 => {}
            _ => break,
        }
        rest = after;
    }
    Some(check)
}

/// A number of the 6.5 form. ESXi prints small letters there: `AB` was an `A0` or `A8`
/// (Broadcom 394465), so its value is not known.
fn printed_number(digits: &str) -> Option<Hex> {
    if digits.contains(|c: char| c.is_ascii_uppercase()) { None } else { hex(digits) }
}

/// Hides doubtful digits: capitals between small letters, and letters that look like a digit. A status that is in capitals throughout was only retyped.
fn without_misread(digits: &str) -> String {
    let small = digits.contains(|c: char| matches!(c, 'a'..='f'));
    let hidden = digits.chars().map(|c| match c {
        'O' | 'o' | 'I' | 'l' => '#',
        'A'..='F' if small => '#',
        _ => c,
    });
    hidden.collect()
}

/// `MCE: 171: Machine Check Exception: Bank 4, Status b200000000070f0f` (3.x, 4.x).
fn exception_form(body: &str) -> Option<MachineCheck> {
    let (_, rest) = body.split_once("Machine Check Exception: Bank ")?;
    let (bank, rest) = rest.split_once(", Status ")?;
    let mut check = MachineCheck { bank: bank.trim().parse().ok(), ..MachineCheck::default() };
    status(rest.split_whitespace().next().unwrap_or_default(), &mut check);
    Some(check)
}

/// `MCE on cpu12 bank4: Status:0x… Misc:0x0 Addr:0x…: ECC error.Valid.Overflow.UC.…` (4.x, AMD).
fn bank_form(body: &str) -> Option<MachineCheck> {
    let (_, rest) = body.split_once("MCE on cpu")?;
    let (cpu, rest) = rest.split_once(" bank")?;
    let (bank, rest) = rest.split_once(": Status:")?;
    let mut check =
        MachineCheck { pcpu: pcpu(cpu), bank: bank.parse().ok(), ..MachineCheck::default() };
    status(rest.split_whitespace().next().unwrap_or_default(), &mut check);
    check.misc = field_of(rest, " Misc:").and_then(hex);
    check.address = field_of(rest, " Addr:").and_then(hex);
    Some(check)
}

/// `Machine Check Global status on cpu12: 0x7 (cputype:4 16 9 1 AMD Opteron …)` (4.x).
fn global_form(body: &str) -> Option<MachineCheck> {
    let (_, rest) = body.split_once("Machine Check Global status on cpu")?;
    let (cpu, rest) = rest.split_once(": ")?;
    let global_status = hex(rest.split_whitespace().next()?);
    Some(MachineCheck { pcpu: pcpu(cpu), global_status, ..MachineCheck::default() })
}

/// `Uncorrectable Machine Check Exception (Processor 1, …, Bank 0x00000006, Status 0xBB800000'00000E0B, …`
/// (the firmware's own log, Hitachi cri-2021-0016).
fn firmware_form(body: &str) -> Option<MachineCheck> {
    let (_, fields) = body.split_once("Machine Check Exception (")?;
    let mut check = MachineCheck {
        bank: field_of(fields, "Bank ").and_then(hex).and_then(|bank| bank.0.try_into().ok()),
        address: field_of(fields, "Address ").and_then(hex),
        misc: field_of(fields, "Misc ").and_then(hex),
        ..MachineCheck::default()
    };
    status(field_of(fields, "Status ").unwrap_or_default(), &mut check);
    Some(check)
}

/// The text after `name` up to the next separator.
fn field_of<'a>(fields: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = fields.split_once(name)?;
    rest.split([',', ')', ' ', ':']).next()
}

/// The number at the start; `None` where it is masked.
fn pcpu(text: &str) -> Option<u32> {
    Scanner::new(text).decimal()
}

/// A number of which every digit is known, with or without `0x`.
fn hex(digits: &str) -> Option<Hex> {
    let number = Masked::parse(digits)?;
    (number.known == u64::MAX).then_some(Hex(number.value))
}

/// Keeps a status: the number, or its printed digits where others are hidden.
fn status(digits: &str, check: &mut MachineCheck) {
    check.status = hex(digits);
    let hidden = digits.contains(is_mask) && check.status.is_none();
    let partly = hidden && Masked::parse(digits).is_some_and(|number| number.known != 0);
    check.masked_status = partly.then(|| digits.to_owned());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, bank: Option<u32>, status: Option<u64>) -> MachineCheck {
        let found = parse_machine_check(body).expect(body);
        assert_eq!((found.bank, found.status), (bank, status.map(Hex)), "{body}");
        assert_eq!(found.text, body);
        found
    }

    #[test]
    fn every_form_gives_bank_and_status() {
        let timer = Some(0xbe00_0000_0080_0400);
        let found = check(
            "MC:PCPU42 B:4 S:0xbe00000000800400 M:0x41800d55315c A:0x41800d55315c 5",
            Some(4),
            timer,
        );
        assert_eq!((found.pcpu, found.global_status), (Some(42), Some(Hex(5))));
        let found = check("MC: PCPU18 B:13 S:0xbe00000000800400", Some(13), timer);
        assert_eq!((found.pcpu, found.global_status), (Some(18), None));
        let found = check(
            "ALERT: MCA: 171: UC Excp G5 B1 Sbf80000000000114 Aaf9e74900 M86 Paf9e74900/4",
            Some(1),
            Some(0xbf80_0000_0000_0114),
        );
        assert_eq!((found.misc, found.global_status), (Some(Hex(0x86)), Some(Hex(5))));
        assert_eq!(found.printed_meaning, None);
        let found = check(
            "ALERT: MCE: 171: Machine Check Exception: Bank 4, Status b200000000070f0f",
            Some(4),
            Some(0xb200_0000_0007_0f0f),
        );
        assert_eq!(found.printed_severity, None);
        let found = check(
            "MCE: 189: MCE on cpu12 bank4: Status:0xdc2030000000011b Misc:0x0 Addr:0x3aeb64240: ECC error.Valid.",
            Some(4),
            Some(0xdc20_3000_0000_011b),
        );
        assert_eq!((found.pcpu, found.address), (Some(12), Some(Hex(0x3_aeb6_4240))));
        let found = check(
            "MCE: 221: Machine Check Global status on cpu12: 0x7 (cputype:4 16 9 1 AMD Opteron(tm))",
            None,
            None,
        );
        assert_eq!((found.pcpu, found.global_status), (Some(12), Some(Hex(7))));
        let found = check(
            "Uncorrectable Machine Check Exception (Processor 1, APIC ID 0x00000000, Bank 0x00000006, Status 0xBB800000'00000E0B, Address 0x00000000'00000000, Misc 0x00000000'11000000).",
            Some(6),
            Some(0xbb80_0000_0000_0e0b),
        );
        assert_eq!(found.misc, Some(Hex(0x1100_0000)));
    }

    #[test]
    fn masked_and_misread_numbers_are_not_guessed() {
        let found = check("MC:PCPU**** B:4 S:0x**** M:0x0 A:0x**** 7", Some(4), None);
        assert_eq!((found.masked_status, found.global_status), (None, Some(Hex(7))));
        let found = check(
            "MCA: ##: CE Poll G0 B8 S9c0000####0091 A6619##### M200401c0898##### P6619f37#####/40 Memory Controller Read Error on Channel 1.",
            Some(8),
            None,
        );
        assert_eq!(found.masked_status.as_deref(), Some("9c0000####0091"));
        let meaning = "Memory Controller Read Error on Channel 1.";
        assert_eq!(found.printed_meaning.as_deref(), Some(meaning));
        let found = check(
            "MCA: 208: UC Excp G4 86 Sbb00002000000e0b AB M180008 P8/8 I/O error reported by PCI 0000:00:03.0.",
            None,
            Some(0xbb00_0020_0000_0e0b),
        );
        assert_eq!((found.address, found.misc), (None, Some(Hex(0x18_0008))));
        let found = check(
            "SRAR Excp G7 BI SbB8000O000180134 AO M86 PO/0 Cache Hierarchy: Level 0 Data Cache DataRead Error",
            None,
            None,
        );
        assert_eq!(found.masked_status.as_deref(), Some("b#8000#000180134"));
        assert_eq!(found.address, None);
        check("Machine Check Exception: Bank x, Status nnnnnnnnnnn", None, None);
    }

    #[test]
    fn other_lines_are_no_banks() {
        for body in [
            "MCE: 978: MCE not recoverable but did not generate an exception.",
            "IDT: 1895: Uncorrectable/unrecoverable machine check error",
            "Machine Check Exception: Unable to continue",
            "Machine Check Exception on PCPU42 in world 10021342342",
            "UC Excp",
            "MCA: 208: UC Excp é",
        ] {
            assert_eq!(parse_machine_check(body), None, "{body}");
        }
    }
}
