//! The table of line classes: one function for each, from the text of a line to its value.
//!
//! The first row that gives a value wins. Every row looks at the first bytes or for a literal before
//! it takes a line apart, so that an ordinary line costs a few searches.

use super::fields::{
    parse_clock, parse_core_dump, parse_header, parse_heading, parse_modules, parse_processor,
    parse_summary,
};
use super::frames::{parse_bare_frame, parse_certain_frame};
use super::item::Item;
use super::machine_checks::{is_fatal_machine_check, parse_machine_check};
use super::panic_message::parse_message;
use super::registers::parse_registers;
use super::worlds::{parse_state_line, parse_world_line};

/// One class of line.
type LineFormat = fn(&str) -> Option<Item>;

const FORMATS: &[LineFormat] = &[
    |body| body.is_empty().then_some(Item::Blank),
    |body| parse_summary(body).map(Item::Summary),
    |body| parse_header(body).map(Item::Header),
    |body| parse_message(body).map(Item::Message),
    |body| parse_heading(body).map(Item::Heading),
    |body| parse_certain_frame(body).map(Item::Frame),
    parse_bank,
    |body| parse_registers(body).map(Item::Registers),
    |body| parse_state_line(body).map(Item::States),
    |body| parse_world_line(body).map(Item::Worlds),
    |body| parse_clock(body).map(Item::Clock),
    |body| parse_modules(body).map(Item::Modules),
    |body| parse_core_dump(body).map(Item::CoreDump),
    |body| parse_processor(body).map(Item::Processor),
    |body| is_furniture(body).then_some(Item::Furniture),
    |body| parse_bare_frame(body).map(Item::BareFrame),
];

/// The value of a line by itself; `body` is without the prefix of a log.
pub(super) fn parse_item(body: &str) -> Option<Item> {
    #[cfg(test)]
    PARSED.with(|parsed| parsed.set(parsed.get() + 1));
    FORMATS.iter().find_map(|parse| parse(body))
}

#[cfg(test)]
thread_local! {
    /// How many lines were parsed on this thread.
    pub(super) static PARSED: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

fn parse_bank(body: &str) -> Option<Item> {
    let check = parse_machine_check(body)?;
    if is_fatal_machine_check(body) {
        Some(Item::MachineException(check))
    } else {
        Some(Item::MachineCheck(check))
    }
}

/// Starts of lines that belong to a screen and carry nothing that is kept.
const FURNITURE: &[&str] = &[
    "lastClrIntrRA",
    "FSbase",
    "World: ResetToVMK",
    "Panic: ",
    "Slot ",
    "Waiting for Debugger",
    "Debugger is listening",
    "No port for remote",
    "Press Escape",
];

fn is_furniture(body: &str) -> bool {
    FURNITURE.iter().any(|start| body.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::super::item::LineClass;
    use super::super::line::Line;
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<LineClass>) {
        let class = parse_item(&Line::new(1, text).body).map(|item| item.class());
        assert_eq!(class, expected, "{text}");
    }

    #[test]
    fn every_line_of_a_full_screen_has_its_class() {
        for (text, class) in [
            ("VMware ESXi 7.0.3 [Releasebuild-23307199 x86_64]", Some(LineClass::Header)),
            (
                "NMI IPI: Panic requested by another PCPU. RIPOFF(base):RBP:CS [0xdfa70(0x420012000000):0x0:0xf48] (Src 0x1, CPU89)",
                Some(LineClass::Message),
            ),
            (
                "cr0=0x80010031 cr2=0x9cc7ca0960 cr3=0x20cdde000 cr4=0x140768",
                Some(LineClass::Registers),
            ),
            (
                "FMS=17/31/0 uCode=0x830107a LBR: 0x9ee7c9dd79 -> 0x9ee7c9ddb2",
                Some(LineClass::Processor),
            ),
            ("*PCPU89:37036812/ssacli", Some(LineClass::Worlds)),
            (
                "PCPU  0: SSSSSSSSSSSSSSSVIISSSIUUIISSVSVISSSSSUVUIVSVIVISISSSISUUIVIVIIVIV",
                Some(LineClass::States),
            ),
            ("Code start: 0x420012000000 VMK uptime: 12:04:11:09.120", Some(LineClass::Clock)),
            ("Saved backtrace from: pcpu 89 Heartbeat NMI", Some(LineClass::Heading)),
            (
                "0x45396649b660:[0x4200120dfa6f]IntrCookie_DoInterrupt@vmkernel#nover+0x3c4 stack: 0x430184e02a00",
                Some(LineClass::Frame),
            ),
            ("base fs=0x0 gs=0x42004e000000 Kgs=0x0", Some(LineClass::Registers)),
            (
                "Starting coredump to disk Dumping using slot 1 of 1... log",
                Some(LineClass::CoreDump),
            ),
            ("PTEs:0x16b741023;0x307fec0023;0x0;", Some(LineClass::Registers)),
            ("", Some(LineClass::Blank)),
            ("This host crashed yesterday.", None),
        ] {
            check(text, class);
        }
    }
}
