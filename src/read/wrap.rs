//! Joins a line that was broken at the width of a screen, a serial console or a mail.
//!
//! Two lines are joined only where the second is not a line of a screen by itself, and the whole is
//! kept where it has more values. A bare name, and a frame without its address, are lines of a screen
//! too: they are a second half only where the first half is incomplete.

use super::fields::Clock;
use super::formats::parse_item;
use super::frames::ParsedFrame;
use super::item::Item;
use super::line::Line;
use super::panic_message::{Message, parse_message};
use crate::crash::DefectCode;
use crate::text::Scanner;

/// Shortest line, in characters, that may have been broken: mails break at about 72.
const MIN_BROKEN_WIDTH: usize = 60;
/// Width of a screen and of most serial consoles.
const SCREEN_WIDTH: usize = 80;

/// True when the end of `line` may be on the next one.
pub(super) fn may_be_broken(line: &Line) -> bool {
    line.width >= MIN_BROKEN_WIDTH || may_be_logged_in_two(line)
}

/// The first half of a message that some logs print as two lines: `PCPU 7 locked up.`, then `Failed to ack
/// TLB invalidate.`
fn is_locked_up(body: &str) -> bool {
    let mut scanner = Scanner::new(body.strip_prefix("@BlueScreen: ").unwrap_or(body));
    scanner.eat("PCPU ") && scanner.decimal::<u32>().is_some() && scanner.rest() == " locked up."
}

fn may_be_logged_in_two(line: &Line) -> bool {
    is_locked_up(&line.body) || line.prefix.present && matches!(line.item, Some(Item::Message(_)))
}

/// The message that two lines of one log, by one PCPU, print together.
fn joined_in_log(first: &Line, next: &Line) -> Option<Line> {
    let same = first.prefix.present == next.prefix.present
        && (first.prefix.pcpu, first.prefix.world) == (next.prefix.pcpu, next.prefix.world);
    if !same || !may_be_logged_in_two(first) {
        return None;
    }
    let body = format!("{} {}", first.body, next.body);
    let whole = parse_message(&body)?;
    let goes_on = match (&first.item, &next.item) {
        (_, Some(Item::Message(_))) => {
            is_locked_up(&first.body) && next.body.starts_with("Failed to ack TLB")
        }
        (Some(Item::Message(before)), None) => {
            let begins =
                ["IP 0x", "addr 0x", "with PCPU "].iter().any(|start| next.body.starts_with(start));
            begins
                && (message_gains(before, &whole)
                    || before.panic.address.is_none() && whole.panic.address.is_some()
                    || whole.panic.pcpus.len() > before.panic.pcpus.len())
        }
        _ => false,
    };
    let joined = first.with_body(body, &[DefectCode::WrappedLine]);
    goes_on.then(|| Line { width: next.width, ..joined.with_item(Item::Message(whole)) })
}

/// The line that `first` and `next` were before it was broken; `None` for lines that stay apart.
pub(super) fn joined(first: &Line, next: &Line) -> Option<Line> {
    if let Some(whole) = joined_in_log(first, next) {
        return Some(whole);
    }
    if next.prefix.present || next.body.is_empty() || !may_be_broken(first) {
        return None;
    }
    if !may_go_on(first, next) {
        return None;
    }
    ["", " "].into_iter().find_map(|between| {
        let body = format!("{}{between}{}", first.body, next.body);
        let item = parse_item(&body)?;
        let is_better = match (&first.item, &item) {
            (Some(Item::Frame(before)), Item::Frame(whole)) => {
                frame_gains(before, whole) || stack_goes_on(first, next)
            }
            (Some(Item::Message(before)), Item::Message(whole)) => {
                message_goes_on(&first.body) || message_gains(before, whole)
            }
            (Some(Item::Registers(_)), Item::Registers(_)) => true,
            (Some(Item::Clock(before)), Item::Clock(whole)) => clock_goes_on(before, whole),
            (None | Some(Item::BareFrame(_)), whole) => whole.starts_region(),
            _ => false,
        };
        let whole = first.with_body(body, &[DefectCode::WrappedLine]).with_item(item);
        is_better.then_some(Line { width: next.width, ..whole })
    })
}

/// False where no whole could be better, told from the two items alone.
fn may_go_on(first: &Line, next: &Line) -> bool {
    let weak = matches!(next.item, None | Some(Item::BareFrame(_)));
    match &first.item {
        Some(Item::Frame(before)) => match &next.item {
            None => true,
            Some(Item::BareFrame(_)) => ends_in_name(before) || stack_goes_on(first, next),
            Some(Item::Frame(alone)) => ends_in_name(before) && alone.frame.ip.is_none(),
            Some(_) => false,
        },
        Some(Item::Message(_)) => next.item.is_none(),
        Some(Item::Registers(_)) => weak && is_at_screen_width(first) && starts_with_digits(next),
        Some(Item::Clock(_)) => weak,
        None | Some(Item::BareFrame(_)) => weak && is_at_screen_width(first),
        Some(_) => false,
    }
}

fn is_at_screen_width(line: &Line) -> bool {
    (SCREEN_WIDTH - 4..=SCREEN_WIDTH + 2).contains(&line.width)
}

fn starts_with_digits(line: &Line) -> bool {
    let word = line.body.split_whitespace().next().unwrap_or_default();
    word.bytes().all(|c| c.is_ascii_hexdigit())
}

/// True for `0x45396649b660:[0x4200120dfa6f]HeapFre`, which `e@vmkernel#nover+0x1` completes. A name
/// without an address may be all that a person has typed.
fn ends_in_name(before: &ParsedFrame) -> bool {
    let frame = &before.frame;
    frame.ip.is_some() && frame.module.is_none() && frame.offset.is_none()
}

fn frame_gains(before: &ParsedFrame, whole: &ParsedFrame) -> bool {
    before.frame.offset.is_none() && whole.frame.offset.is_some()
}

/// True when the next line has nothing but words of the stack.
fn stack_goes_on(first: &Line, next: &Line) -> bool {
    let words = next.body.trim_start_matches("stack:");
    (first.body.contains("stack:") || next.body.starts_with("stack:"))
        && words
            .split([',', ' '])
            .all(|word| word.bytes().all(|c| c.is_ascii_hexdigit() || c == b'x'))
}

/// True for a message that ends inside brackets, or before a number: `… IP 0x42 addr`.
fn message_goes_on(message: &str) -> bool {
    const EXPECTING: &[&str] =
        &["addr", "IP", "ip", "@", "world", "in", "SP", "PC", "another", "Failed", "ack"];
    let last = message.split_whitespace().next_back().unwrap_or_default();
    EXPECTING.contains(&last) || has_open(message, '(', ')') || has_open(message, '[', ']')
}

fn has_open(message: &str, open: char, close: char) -> bool {
    message.matches(open).count() > message.matches(close).count()
}

/// True when the address of the message is on the next line.
fn message_gains(before: &Message, whole: &Message) -> bool {
    before.panic.ip.is_none() && whole.panic.ip.is_some()
}

/// True when the next line adds to the clock and spoils no value: `TSC: 17512ITimerWheel` has none.
fn clock_goes_on(before: &Clock, whole: &Clock) -> bool {
    before != whole
        && before.code_start.is_some() <= whole.code_start.is_some()
        && before.uptime_ms.is_some() <= whole.uptime_ms.is_some()
        && before.tsc.is_some() <= whole.tsc.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(first: &str, next: &str, expected: Option<&str>) {
        let [one, two] = [first, next].map(|text| {
            let line = Line::new(1, text);
            Line { item: parse_item(&line.body), ..line }
        });
        let found = joined(&one, &two).map(|line| line.body);
        assert_eq!(found.as_deref(), expected, "{first} / {next}");
    }

    #[test]
    fn frames_get_their_end_back() {
        check(
            "0x45390391bd10:[0x4200381158ad]Panic_OnAssertAt@vmkernel#nover+0xba stack: 0x8f6",
            "00000000, 0x420038114d31",
            Some(
                "0x45390391bd10:[0x4200381158ad]Panic_OnAssertAt@vmkernel#nover+0xba stack: 0x8f600000000, 0x420038114d31",
            ),
        );
        check(
            "2017-01-03T17:45:49.661Z cpu7:69126)0x4539b829b180:[0x42000f4ff0a3]PanicvPanicI",
            "nt@vmkernel#nover+0x327 stack: 0x4539b829b288",
            Some(
                "0x4539b829b180:[0x42000f4ff0a3]PanicvPanicInt@vmkernel#nover+0x327 stack: 0x4539b829b288",
            ),
        );
        check(
            "0x45390391bd10:[0x4200381158ad]Panic_OnAssertAt@vmkernel#nover+0xba stack: 0x8f6",
            "0x45390391bd20:[0x4200381158ad]Next@vmkernel#nover+0xba stack: 0x8f6",
            None,
        );
        check(
            "0x45390391bd10:[0x4200381158ad]Panic_OnAssertAt@vmkernel#nover+0xba stack: 0x8f6",
            "base fs=0x0 gs=0x418041800000 Kgs=0x0.",
            None,
        );
    }

    #[test]
    fn messages_get_their_end_back() {
        check(
            "NMI IPI: Panic requested by another PCPU. RIPOFF(base):RBP:CS [0xdfa70(0x4200120",
            "00000):0x0:0xf48] (Src 0x1, CPU89)",
            Some(
                "NMI IPI: Panic requested by another PCPU. RIPOFF(base):RBP:CS [0xdfa70(0x420012000000):0x0:0xf48] (Src 0x1, CPU89)",
            ),
        );
        check("PCPU 1 locked up. Failed to ack TLB invalidate.", "This is prose.", None);
    }

    const LOG: &str = "2024-06-21T21:50:40.320Z cpu56:2097460)";

    #[test]
    fn a_name_completes_a_frame_that_ends_inside_its_name() {
        let first = "0x45396649b660:[0x4200120dfa6f]IntrCookie_VmkernelInterruptHand";
        let whole = format!("{first}lerSlow+0x3c4");
        check(first, "lerSlow+0x3c4", Some(&whole));
        let whole = format!("{first}ler@vmkernel#nover+0x3c4");
        check(first, "ler@vmkernel#nover+0x3c4", Some(&whole));
        let first = "0x45396649b660:[0x4200120dfa6f]IntrCookie_Interrupt@vmkernel#nover";
        check(first, "+0x3c4", Some(&format!("{first}+0x3c4")));
    }

    #[test]
    fn a_name_after_a_complete_frame_is_a_frame_of_its_own() {
        let whole = "0x45396649b660:[0x4200120dfa6f]IntrCookie_Interrupt@vmkernel#nover";
        let typed = format!("{LOG}CpuSched_StartWorld@vmkernel");
        let panic = format!("{LOG}Panic_WithBacktraceOfCurrentPcpu");
        for first in [whole, &typed, &panic] {
            for next in ["HeapFree+0x12", "Heap_Free@vmkernel#nover+0x12", "HeapCheckPressure"] {
                check(first, next, None);
            }
        }
    }

    #[test]
    fn only_digits_go_on_after_a_complete_clock() {
        let clock = format!("{LOG}VMK uptime: 7:05:43:45.014 TSC: ");
        let body = "VMK uptime: 7:05:43:45.014 TSC: 1751259";
        check(&format!("{clock}1751259"), "712918392", Some(&format!("{body}712918392")));
        for next in ["ITimerWheelHandler", "a line of a mail"] {
            check(&format!("{clock}1751259712918392"), next, None);
        }
    }
}
