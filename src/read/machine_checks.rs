//! Machine-check lines: the banks as printed, not yet decoded.

use crate::crash::MachineCheck;
use crate::text::{Hex, Scanner};

/// Reads one line that prints a machine-check bank; `None` for any other line.
pub fn parse_machine_check(body: &str) -> Option<MachineCheck> {
    screen_form(body).or_else(|| log_form(body)).or_else(|| firmware_form(body))
}

/// `MC:PCPU42 B:4 S:0xbe00000000800400 M:0x41800d55315c A:0x41800d55315c 5` (5.x, 6.0).
fn screen_form(body: &str) -> Option<MachineCheck> {
    let rest = body.strip_prefix("MC:PCPU")?;
    let mut check = MachineCheck {
        pcpu: Scanner::new(rest).decimal().and_then(|n| n.try_into().ok()),
        text: body.to_owned(),
        ..MachineCheck::default()
    };
    for word in rest.split_whitespace() {
        let Some((name, value)) = word.split_once(':') else {
            continue;
        };
        match name {
            "B" => check.bank = value.parse().ok(),
            "S" => check.status = Hex::parse(value),
            "M" => check.misc = Hex::parse(value.trim_end_matches(':')),
            "A" => check.address = Hex::parse(value),
            _ => {}
        }
    }
    Some(check)
}

/// `MCA: 208: UC Excp G4 B6 Sbb00002000000e0b A0 M180008 P8/8 I/O error …` (6.5 on).
fn log_form(body: &str) -> Option<MachineCheck> {
    let mut scanner = Scanner::new(body);
    scanner.jump_behind("MCA: ").then_some(())?;
    scanner.until(": ")?;
    let mut words = scanner.rest().split_whitespace();
    let severity = words.next()?;
    let source = words.next()?;
    matches!(source, "Excp" | "Poll" | "Intr").then_some(())?;
    let mut check = MachineCheck {
        printed_severity: Some(severity.to_owned()),
        text: body.to_owned(),
        ..MachineCheck::default()
    };
    for word in words {
        let hex = |digits: &str| u64::from_str_radix(digits, 16).ok().map(Hex);
        let Some((name, digits)) = word.split_at_checked(1) else {
            continue;
        };
        match name {
            "G" => check.global_status = hex(digits),
            "B" => check.bank = digits.parse().ok(),
            "S" => check.status = hex(digits),
            "A" => check.address = hex(digits),
            "M" => check.misc = hex(digits),
            // Behind `P` (physical address and bits) the decoded text begins.
            _ => break,
        }
    }
    Some(check)
}

/// `Uncorrectable Machine Check Exception (Processor 1, …, Bank 0x00000006, Status 0xBB800000'00000E0B, …`
/// (the firmware's own log, Hitachi cri-2021-0016).
fn firmware_form(body: &str) -> Option<MachineCheck> {
    body.contains("Machine Check Exception (").then_some(())?;
    let field = |name: &str| {
        let (_, rest) = body.split_once(name)?;
        let word = rest.split([',', ')', ' ']).next()?;
        Hex::parse(&word.replace('\'', ""))
    };
    Some(MachineCheck {
        bank: field("Bank ").and_then(|bank| bank.0.try_into().ok()),
        status: field("Status "),
        address: field("Address "),
        misc: field("Misc "),
        text: body.to_owned(),
        ..MachineCheck::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, bank: Option<u32>, status: Option<u64>) {
        let found = parse_machine_check(body).expect(body);
        assert_eq!((found.bank, found.status), (bank, status.map(Hex)), "{body}");
    }

    #[test]
    fn every_form_gives_bank_and_status() {
        check(
            "MC:PCPU42 B:4 S:0xbe00000000800400 M:0x41800d55315c A:0x41800d55315c 5",
            Some(4),
            Some(0xbe00_0000_0080_0400),
        );
        check(
            "ALERT: MCA: 171: UC Excp G5 B1 Sbf80000000000114 Aaf9e74900 M86 Paf9e74900/4",
            Some(1),
            Some(0xbf80_0000_0000_0114),
        );
        check(
            "Uncorrectable Machine Check Exception (Processor 1, APIC ID 0x00000000, Bank 0x00000006, Status 0xBB800000'00000E0B, Address 0x00000000'00000000, Misc 0x00000000'11000000).",
            Some(6),
            Some(0xbb80_0000_0000_0e0b),
        );
        check("MC:PCPU**** B:4 S:0x**** M:0x0 A:0x**** 7", Some(4), None);
    }
}
