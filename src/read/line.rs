//! One line of a text: the prefix of the log, the body after it, and the item that the body holds.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::fields::parse_uptime;
use super::item::{Item, LineClass};
use super::markup::undo_markup;
use super::panic_message::recognise;
use crate::crash::DefectCode;
use crate::text::{Scanner, strip_terminal_codes};

/// The part of a line that a log writes before the message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Prefix {
    /// PCPU that wrote the line.
    pub pcpu: Option<u32>,
    /// World that wrote the line.
    pub world: Option<u64>,
    /// The clock of 3.x and 4.x logs: time since boot in milliseconds.
    pub uptime_ms: Option<u64>,
    /// The day of the clock of 5.x and later logs: year, month, day.
    pub date: Option<(i32, u8, u8)>,
    /// True when there was a prefix at all, even a masked one.
    pub present: bool,
}

/// A line without its prefix and without terminal codes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    /// Line of the input, counted from 1.
    pub number: usize,
    /// The prefix of the log.
    pub prefix: Prefix,
    /// The rest.
    pub body: String,
    /// Characters of the line as it was, with its prefix: lines are wrapped at a width.
    pub width: usize,
    /// The repairs of the line.
    pub repairs: Vec<DefectCode>,
    /// True for a part of a longer line, which may only speak of a screen: the value of a field, words
    /// in quotation marks.
    pub quoted: bool,
    /// The parsed value of the body; `None` for a line that belongs to no screen by itself.
    pub item: Option<Item>,
}

/// Bytes of parsed values for each byte of a line, at most: `r8=1` becomes two strings.
const VALUE_BYTES: usize = 32;

impl Line {
    /// Takes `text` (line `number` of the input) apart.
    pub(super) fn new(number: usize, text: &str) -> Self {
        let width = text.trim_end().chars().count();
        let plain = undo_markup(text.trim_end());
        let mut repairs = Vec::new();
        if plain != text.trim_end() {
            repairs.push(DefectCode::Markup);
        }
        let clean = strip_terminal_codes(&plain);
        if clean != plain {
            repairs.push(DefectCode::TerminalCodes);
        }
        let (prefix, body) = split_prefix(&clean);
        let body = body.trim().to_owned();
        Line { number, prefix, body, width, repairs, quoted: false, item: None }
    }

    /// The same line with another body, not yet parsed, and the repairs that led to it.
    pub(super) fn with_body(&self, body: impl Into<String>, repairs: &[DefectCode]) -> Self {
        let mut all = self.repairs.clone();
        all.extend(repairs.iter().filter(|code| !self.repairs.contains(code)));
        Line { body: body.into(), repairs: all, item: None, ..*self }
    }

    /// The same line as a part of a longer one.
    pub(super) fn into_quoted(self) -> Self {
        Line { quoted: true, ..self }
    }

    /// The same line with its item.
    pub(super) fn with_item(self, item: Item) -> Self {
        Line { item: Some(item), ..self }
    }

    /// Bytes of memory that the line takes, roughly.
    pub(super) fn held_bytes(&self) -> u64 {
        let values = if self.item.is_some() { VALUE_BYTES } else { 1 };
        (size_of::<Self>() + self.body.len() * values) as u64
    }

    /// The class of the line; `None` for a line without an item.
    pub(super) fn class(&self) -> Option<LineClass> {
        self.item.as_ref().map(Item::class)
    }
}

// Made once, for all lines.
static PCPU: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("cpu"));
static LOG_EFI: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("LogEFI"));

/// Splits `0:08:04:55.679 cpu0:1024)`, `2017-01-03T17:45:49.660Z cpu7:69126)`,
/// `… In(182) vmkernel: cpu93:2098107)` and `… LogEFI[2098777]: ` off.
fn split_prefix(text: &str) -> (Prefix, &str) {
    const SEARCHED: usize = 200;
    let end = text.floor_char_boundary(SEARCHED);
    for at in PCPU.find_iter(&text.as_bytes()[..end]) {
        // `59Z cpu7:69126)` after the end of a message: a carriage return has overwritten it.
        if text[..at].contains(") - ") && text[at..].contains("@BlueScreen:") {
            break;
        }
        if let Some((pcpu, world, body)) = pcpu_mark(&text[at..]) {
            if !is_before_prefix(&text[..at]) {
                break;
            }
            // A message that the lines of a log were joined to is not part of a prefix.
            let clock = text.starts_with(|c: char| c.is_ascii_digit());
            if !clock && recognise(text[..at].trim_start()).is_some() {
                break;
            }
            let prefix = Prefix {
                pcpu,
                world,
                uptime_ms: last_word(&text[..at]).and_then(parse_uptime),
                date: text[..at].split_whitespace().find_map(parse_date),
                present: true,
            };
            return (prefix, body);
        }
    }
    let firmware_log = LOG_EFI.find(&text.as_bytes()[..end]);
    if let Some(at) = firmware_log.filter(|at| is_before_prefix(&text[..*at])) {
        let mut scanner = Scanner::new(&text[at..]);
        if scanner.until(": ").is_some() {
            let date = text[..at].split_whitespace().find_map(parse_date);
            let prefix = Prefix { present: true, date, ..Prefix::default() };
            return (prefix, scanner.rest());
        }
    }
    (Prefix::default(), text)
}

/// True for what a log, a mail or `grep` puts before its mark: clocks, a host, a program.
///
/// A VM's name, which its owner chooses, comes after other words and signs.
pub(super) fn is_before_prefix(text: &str) -> bool {
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '*' | '#'));
    let ends_well = last_word(text).is_none_or(|word| word.ends_with(':') || is_like_clock(word));
    ends_well && !text.ends_with('/') && !text.contains(['[', ']', '"', '\'', '=', '|'])
}

/// True for a clock, also one that is masked or written as its form: `YYYY-MM-DDTHH:MM:SSZ`.
fn is_like_clock(word: &str) -> bool {
    let counts = word.contains(|c: char| c.is_ascii_digit() || matches!(c, '*' | '#'));
    counts || word.contains("YY") || word.ends_with('Z') || word.ends_with("SS")
}

/// `cpu7:69126)` and its masked forms `cpu##:########)`, `cpu*:****)`.
pub(super) fn pcpu_mark(text: &str) -> Option<(Option<u32>, Option<u64>, &str)> {
    let mut scanner = Scanner::new(text);
    if !scanner.eat("cpu") {
        return None;
    }
    let pcpu = scanner.take_while(is_digit_or_mask);
    if pcpu.is_empty() || !scanner.eat(":") {
        return None;
    }
    let world = scanner.take_while(is_digit_or_mask);
    if world.is_empty() {
        return None;
    }
    // `cpu56:2097460 opID=3f2a1b4c)`: the operation that a management agent had asked for.
    if scanner.eat(" opID=") {
        scanner.take_while(|c| c != ')' && !c.is_whitespace());
    }
    if !scanner.skip_blanks().eat(")") {
        return None;
    }
    Some((pcpu.parse().ok(), world.parse().ok(), scanner.rest()))
}

/// True for digits, masks of publishers, and letters that look like a digit.
fn is_digit_or_mask(c: char) -> bool {
    c.is_ascii_digit()
        || matches!(c, '#' | '*' | 'X' | 'x' | 'n' | 'O' | 'o' | 'l' | 'I' | 'S' | 'B')
}

fn last_word(text: &str) -> Option<&str> {
    text.split_whitespace().next_back()
}

/// The day of `2024-06-21T21:50:40.305Z`; `None` for a masked clock.
fn parse_date(word: &str) -> Option<(i32, u8, u8)> {
    let (day, _) = word.split_once('T')?;
    let mut numbers = day.split('-');
    let date = (
        numbers.next()?.parse().ok()?,
        numbers.next()?.parse().ok()?,
        numbers.next()?.parse().ok()?,
    );
    let (year, month, day) = date;
    let plausible =
        (1990..2200).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    (plausible && numbers.next().is_none()).then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, prefix: (Option<u32>, Option<u64>, Option<u64>), body: &str) {
        let line = Line::new(1, text);
        let found = (line.prefix.pcpu, line.prefix.world, line.prefix.uptime_ms);
        assert_eq!((found, line.body.as_str()), (prefix, body), "{text}");
    }

    #[test]
    fn every_prefix_is_taken_off() {
        check(
            "0:08:04:55.679 cpu0:1024)Host: 4781: COS Error: Oops",
            (Some(0), Some(1024), Some(29_095_679)),
            "Host: 4781: COS Error: Oops",
        );
        check(
            "2017-01-03T17:45:49.659Z cpu7:69126)@BlueScreen: x",
            (Some(7), Some(69_126), None),
            "@BlueScreen: x",
        );
        check(
            "2024-06-21T21:50:40.305Z In(182) vmkernel: cpu93:2098107)x",
            (Some(93), Some(2_098_107), None),
            "x",
        );
        check("YYYY-MM-DDTHH:MM:SS cpu##:########)x", (None, None, None), "x");
        check(
            "YYYY-MM-DDTHH:MM:SS.953Z In(14) LogEFI[2098777]: PTEs:0x0;",
            (None, None, None),
            "PTEs:0x0;",
        );
        let named = "2024-06-21T20:00:00.001Z info hostd[2099]: VM name is cpu1:1)@BlueScreen: x";
        check(named, (None, None, None), named);
        check("*0:1037/helper1-4", (None, None, None), "*0:1037/helper1-4");
        let joined =
            "#GP Exception 13 in world 4376:usb 53:22:52:05.325 cpu35:4376)Code start: 0x1";
        check(joined, (None, None, None), joined);
    }
}
