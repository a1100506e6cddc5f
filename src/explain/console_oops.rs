//! The Linux part of a purple screen that the service console has caused.
//!
//! After the VMkernel's lines such a screen prints those of the console's
//! Linux kernel (VMware 1006802): where it failed, and for which process.

use serde::Serialize;

use crate::crash::Crash;
use crate::text::{Hex, Scanner};

/// The oops lines of the service console; a field that they do not print is absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ConsoleOops {
    /// Instruction pointer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eip: Option<Hex>,
    /// Function that failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub symbol: Option<String>,
    /// Offset inside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<Hex>,
    /// Module that it belongs to; `kernel` for Linux itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub module: Option<String>,
    /// Version of the console's Linux kernel: `2.4.21-47.0.1.ELvmnix/i686`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kernel_version: Option<String>,
    /// Process that ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub process: Option<String>,
    /// Its number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pid: Option<u32>,
    /// Flags that taint the kernel, as printed: `P` for a proprietary module.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tainted: Option<String>,
}

/// The oops of the service console among the log lines of `crash`; `None` without any.
pub fn console_oops(crash: &Crash) -> Option<ConsoleOops> {
    let mut oops = ConsoleOops::default();
    for line in &crash.log_lines {
        let line = without_level(line.trim());
        if let Some(rest) = line.strip_prefix("EIP is at ") {
            read_place(rest, &mut oops);
        } else if let Some(rest) = line.strip_prefix("EIP:") {
            read_pointer(rest, &mut oops);
        } else if let Some(rest) = line.strip_prefix("Process ") {
            read_process(rest, &mut oops);
        }
    }
    (oops != ConsoleOops::default()).then_some(oops)
}

/// The line after Linux's log level, `<4>`.
fn without_level(line: &str) -> &str {
    let mut scanner = Scanner::new(line);
    let leveled = scanner.eat("<") && scanner.decimal::<u64>().is_some() && scanner.eat(">");
    if leveled { scanner.rest().trim_start() } else { line }
}

/// ` 0060:[<c022e995>] Tainted: P`
fn read_pointer(rest: &str, oops: &mut ConsoleOops) {
    let mut scanner = Scanner::new(rest);
    if scanner.jump_behind("[<") {
        let digits = scanner.take_while(|c| c.is_ascii_hexdigit());
        oops.eip = u64::from_str_radix(digits, 16).ok().map(Hex).or(oops.eip);
    }
    // `Not tainted` has no colon.
    if scanner.jump_behind("Tainted:") {
        let flags = scanner.skip_blanks().take_while(|c| c.is_ascii_alphabetic());
        oops.tainted = (!flags.is_empty()).then(|| flags.to_owned());
    }
}

/// `sr_finish [kernel] 0xa5 (2.4.21-47.0.1.ELvmnix/i686)`
fn read_place(rest: &str, oops: &mut ConsoleOops) {
    let mut scanner = Scanner::new(rest);
    oops.symbol = name(scanner.take_while(|c| !c.is_whitespace() && c != '['));
    if scanner.skip_blanks().eat("[") {
        oops.module = scanner.until("]").and_then(name);
    }
    let word = scanner.skip_blanks().take_while(|c| !c.is_whitespace() && c != '(');
    oops.offset = Hex::parse(word);
    if scanner.skip_blanks().eat("(") {
        oops.kernel_version = scanner.until(")").and_then(name);
    }
}

/// `esxcfg-rescan (pid: 2997, stackpage=c204f000)`
fn read_process(rest: &str, oops: &mut ConsoleOops) {
    // A process name may hold spaces, so the mark ends it; without one it is another line.
    let Some((process, rest)) = rest.split_once(" (pid:") else {
        return;
    };
    oops.process = name(process);
    oops.pid = Scanner::new(rest.trim_start()).decimal();
}

fn name(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::crashes_in_text;

    fn of_lines(lines: &[&str]) -> Option<ConsoleOops> {
        let log_lines = lines.iter().map(|line| (*line).to_owned()).collect();
        console_oops(&Crash { log_lines, ..Crash::default() })
    }

    #[test]
    fn the_oops_of_the_published_screen() {
        let text = include_str!("../../kb/unknown/311729-oops.txt");
        let found = crashes_in_text(text);
        let expected = ConsoleOops {
            eip: Some(Hex(0xc022_e995)),
            symbol: Some("sr_finish".into()),
            offset: Some(Hex(0xa5)),
            module: Some("kernel".into()),
            kernel_version: Some("2.4.21-47.0.1.ELvmnix/i686".into()),
            process: Some("esxcfg-rescan".into()),
            pid: Some(2997),
            tainted: Some("P".into()),
        };
        assert_eq!(console_oops(&found[0].crash), Some(expected));
    }

    #[test]
    fn half_lines_give_the_fields_that_they_have() {
        let found = of_lines(&["EIP:    0060:[<c0>]    Not tainted", "<4>EIP is at x"]);
        let expected = ConsoleOops {
            eip: Some(Hex(0xc0)),
            symbol: Some("x".into()),
            ..ConsoleOops::default()
        };
        assert_eq!(found, Some(expected));
        assert_eq!(of_lines(&["<4>EIP:", "Process x was started", "<é>"]), None);
        assert_eq!(of_lines(&["<4>EIP: [<ffffffffffffffffff>]"]), None);
    }
}
