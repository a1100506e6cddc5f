//! The lines that tell where a non-maskable interrupt stopped a PCPU.

use crate::crash::Nmi;
use crate::text::{Hex, Scanner, find_ignore_case};

/// Reads such a line in any generation's form; `None` for any other line.
///
/// 5.x: `NMI IPI received. Was eip(base):ebp:cs [0x7eb2e(0x418009600000):0x4122c2307688:0x4010](Src 0x1, CPU140)`;
/// 7.x: `… RIPOFF(base):RBP:CS [0xdfa70(0x420012000000):0x0:0xf48] (Src 0x1, CPU89)`;
/// 8.x: `… PC 0x4200…, SP 0x45… (Src 0x4, CPU0)`.
pub(super) fn parse_nmi(body: &str) -> Option<Nmi> {
    find_ignore_case(body, "NMI IPI")?;
    let mut nmi = Nmi { text: body.to_owned(), ..Nmi::default() };
    if let Some((_, rest)) = body.split_once("[0x") {
        nmi.ip = number(rest);
        let mut scanner = Scanner::new(rest);
        if scanner.until("(0x").is_some() {
            nmi.base = number(scanner.rest());
            scanner.until(":0x");
            nmi.frame = number(scanner.rest());
        }
    } else if let Some((_, rest)) = body.split_once("PC 0x") {
        nmi.ip = number(rest);
        nmi.frame = rest.split_once("SP 0x").and_then(|(_, rest)| number(rest));
    }
    if let Some((_, rest)) = body.split_once("(Src 0x") {
        nmi.source = number(rest);
        nmi.pcpu = rest.split_once("CPU").and_then(|(_, rest)| Scanner::new(rest).decimal());
    }
    (nmi.ip.is_some() || nmi.source.is_some()).then_some(nmi)
}

/// The hexadecimal digits at the start of `text`.
fn number(text: &str) -> Option<Hex> {
    let digits = Scanner::new(text).take_while(|c| c.is_ascii_hexdigit());
    u64::from_str_radix(digits, 16).ok().map(Hex)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes a line as `ip base frame source pcpu`.
    #[track_caller]
    fn check(body: &str, expected: &str) {
        let found = parse_nmi(body).map_or("none".to_owned(), |nmi| {
            let pcpu = nmi.pcpu.map_or("-".to_owned(), |pcpu| pcpu.to_string());
            format!(
                "{} {} {} {} {pcpu}",
                written(nmi.ip),
                written(nmi.base),
                written(nmi.frame),
                written(nmi.source)
            )
        });
        assert_eq!(found, expected, "{body}");
    }

    fn written(value: Option<Hex>) -> String {
        value.map_or("-".to_owned(), |value| value.to_string())
    }

    #[test]
    fn every_generation_is_read() {
        check(
            "NMI: 1943: NMI IPI received. Was eip(base):ebp:cs [0x7eb2e(0x418009600000):0x4122c2307688:0x4010](Src 0x1, CPU140)",
            "0x7eb2e 0x418009600000 0x4122c2307688 0x1 140",
        );
        check(
            "NMI IPI: Panic requested by another PCPU. RIPOFF(base):RBP:CS [0xdfa70(0x420012000000):0x0:0xf48] (Src 0x1, CPU89)",
            "0xdfa70 0x420012000000 0x0 0x1 89",
        );
        check(
            "NMI IPI: Panic requested by another PCPU. PC 0x420012345678, SP 0x453b8a91bda8 (Src 0x4, CPU0)",
            "0x420012345678 - 0x453b8a91bda8 0x4 0",
        );
        check(
            "NMI IPI: Panic requested by another PCPU. RIPOFF(base):RBP:CS [0x76a42(0x41802f800000):0x412520x4010](Src 0x1, CPU2",
            "0x76a42 0x41802f800000 0x412520 0x1 2",
        );
        check("NMI IPI received", "none");
    }
}
