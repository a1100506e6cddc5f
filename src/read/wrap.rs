//! Joins a line that was broken at the width of a screen, a serial console or a mail.

use super::fields::parse_clock;
use super::formats::Class;
use super::frames::{Certainty, parse_frame};
use super::line::Line;
use super::panic_message::parse_panic;
use crate::crash::{DefectCode, Frame};

/// Shortest line, in characters, that may have been broken: mails break at about 72.
const BROKEN_FROM: usize = 60;
/// Width of a screen and of most serial consoles.
const SCREEN_WIDTH: usize = 80;

/// True when the end of `line` may stand on the next one.
pub(super) fn may_be_broken(line: &Line) -> bool {
    line.width >= BROKEN_FROM
}

/// The line that `first` and `next` were, when together they say more than apart.
pub(super) fn joined(
    first: &Line,
    class: Class,
    next: &Line,
    next_class: Class,
) -> Option<(Line, Class)> {
    if next.prefix.present || next.body.is_empty() || !may_be_broken(first) {
        return None;
    }
    [format!("{}{}", first.body, next.body), format!("{} {}", first.body, next.body)]
        .into_iter()
        .find_map(|body| {
            let whole =
                Line { width: next.width, ..first.with_body(body, &[DefectCode::WrappedLine]) };
            let whole_class = Class::of(&whole.body);
            says_more(first, class, next, next_class, &whole, whole_class)
                .then_some((whole, whole_class))
        })
}

fn says_more(
    first: &Line,
    class: Class,
    next: &Line,
    next_class: Class,
    whole: &Line,
    whole_class: Class,
) -> bool {
    let at_screen_width = (SCREEN_WIDTH - 4..=SCREEN_WIDTH + 2).contains(&first.width);
    let weak = |class| matches!(class, Class::Other | Class::BareFrame);
    match (class, whole_class) {
        (Class::Frame, Class::Frame) => frame_says_more(first, next, next_class, whole),
        (Class::Message, Class::Message) => {
            next_class == Class::Other && message_says_more(first, whole)
        }
        (Class::Registers, Class::Registers) => {
            let digits = next.body.split_whitespace().next().unwrap_or_default();
            at_screen_width && weak(next_class) && digits.bytes().all(|c| c.is_ascii_hexdigit())
        }
        (Class::Clock, Class::Clock) => {
            weak(next_class) && parse_clock(&whole.body) != parse_clock(&first.body)
        }
        (Class::Other | Class::BareFrame, strong) => {
            at_screen_width && weak(next_class) && strong.starts_region()
        }
        _ => false,
    }
}

/// A message goes on when it ends inside brackets, in front of a number (`… IP 0x42 addr`), or when
/// its address stands on the next line.
fn message_says_more(first: &Line, whole: &Line) -> bool {
    const EXPECTING: &[&str] =
        &["addr", "IP", "ip", "@", "world", "in", "SP", "PC", "another", "Failed", "ack"];
    let message = first.body.as_str();
    let open = |one, other| message.matches(one).count() > message.matches(other).count();
    let last = message.split_whitespace().next_back().unwrap_or_default();
    let address = |line: &Line| parse_panic(&line.body).ip;
    open('(', ')')
        || open('[', ']')
        || EXPECTING.contains(&last)
        || (address(first).is_none() && address(whole).is_some())
}

/// A frame is longer as a whole when its offset or more of its stack stands on the next line.
fn frame_says_more(first: &Line, next: &Line, next_class: Class, whole: &Line) -> bool {
    let frame =
        |line: &Line| parse_frame(&line.body).map(|(parsed, _)| parsed.frame).unwrap_or_default();
    let (before, after) = (frame(first), frame(whole));
    let alone: Option<Frame> = parse_frame(&next.body)
        .filter(|(_, certainty)| *certainty == Certainty::Certain)
        .map(|(parsed, _)| parsed.frame);
    let new_frame = alone.is_some_and(|frame| frame.ip.is_some() || before.offset.is_some());
    if new_frame || !matches!(next_class, Class::Other | Class::BareFrame | Class::Frame) {
        return false;
    }
    let gains_offset = before.offset.is_none() && after.offset.is_some();
    let words = next.body.trim_start_matches("stack:");
    let stack_goes_on = first.body.contains("stack:") || next.body.starts_with("stack:");
    let only_words = words
        .split([',', ' '])
        .all(|word| word.bytes().all(|c| c.is_ascii_hexdigit() || c == b'x'));
    gains_offset || (stack_goes_on && only_words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(first: &str, next: &str, expected: Option<&str>) {
        let (one, two) = (Line::new(1, first), Line::new(2, next));
        let found = joined(&one, Class::of(&one.body), &two, Class::of(&two.body));
        assert_eq!(found.map(|(line, _)| line.body).as_deref(), expected, "{first} / {next}");
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
            "2015-08-17T14:19:25.711Z cpu2:1075473)0x4122e445b4d8:[0x418014a7b71a]PanicvPanicI",
            "nt@vmkernel#nover+0x61 stack: 0x3000000008",
            Some(
                "0x4122e445b4d8:[0x418014a7b71a]PanicvPanicInt@vmkernel#nover+0x61 stack: 0x3000000008",
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
}
