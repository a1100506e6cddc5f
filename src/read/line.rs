//! One line: what the log put in front is taken off.

use super::markup::undo_markup;
use super::panic_message::recognise;
use crate::crash::DefectCode;
use crate::text::{Scanner, strip_terminal_codes};

/// What a log puts in front of a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Line of the input, counted from 1.
    pub number: usize,
    /// What the log put in front.
    pub prefix: Prefix,
    /// The rest.
    pub body: String,
    /// Characters of the line as it was, with its prefix: lines are wrapped at a width.
    pub width: usize,
    /// What was repaired in the line.
    pub repairs: Vec<DefectCode>,
}

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
        Line { number, prefix, body: body.trim().to_owned(), width, repairs }
    }

    /// The same line with another body, and what was repaired for it.
    pub(super) fn with_body(&self, body: impl Into<String>, repairs: &[DefectCode]) -> Self {
        let mut line = Line { body: body.into(), ..self.clone() };
        line.repairs.extend(repairs.iter().filter(|code| !self.repairs.contains(code)));
        line
    }
}

/// Splits `0:08:04:55.679 cpu0:1024)`, `2015-08-17T14:19:25.710Z cpu2:1075473)`,
/// `… In(182) vmkernel: cpu93:2098107)` and `… LogEFI[2098777]: ` off.
fn split_prefix(text: &str) -> (Prefix, &str) {
    const SEARCHED: usize = 200;
    let mut end = text.len().min(SEARCHED);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    for at in memchr::memmem::find_iter(&text.as_bytes()[..end], "cpu") {
        // `10Z cpu2:1075473)` behind the end of a message: a carriage return has overwritten it.
        if text[..at].contains(") - ") && text[at..].contains("@BlueScreen:") {
            break;
        }
        if let Some((pcpu, world, body)) = pcpu_mark(&text[at..]) {
            // A message that the lines of a log were joined to is no part of a prefix.
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
    if let Some(at) = text[..end].find("LogEFI") {
        let mut scanner = Scanner::new(&text[at..]);
        if scanner.until(": ").is_some() {
            let date = text[..at].split_whitespace().find_map(parse_date);
            let prefix = Prefix { present: true, date, ..Prefix::default() };
            return (prefix, scanner.rest());
        }
    }
    (Prefix::default(), text)
}

/// `cpu2:1075473)` and its masked forms `cpu##:########)`, `cpu*:****)`.
pub(super) fn pcpu_mark(text: &str) -> Option<(Option<u32>, Option<u64>, &str)> {
    // Masks of publishers, and digits that were read as letters.
    let masked = |c: char| {
        c.is_ascii_digit()
            || matches!(c, '#' | '*' | 'X' | 'x' | 'n' | 'O' | 'o' | 'l' | 'I' | 'S' | 'B')
    };
    let mut scanner = Scanner::new(text);
    scanner.eat("cpu").then_some(())?;
    let pcpu = scanner.take_while(masked);
    (!pcpu.is_empty() && scanner.eat(":")).then_some(())?;
    let world = scanner.take_while(masked);
    (!world.is_empty()).then_some(())?;
    // `cpu56:2097460 opID=3f2a1b4c)`: the operation that a management agent had asked for.
    if scanner.eat(" opID=") {
        scanner.take_while(|c| c != ')' && !c.is_whitespace());
    }
    scanner.skip_blanks().eat(")").then_some(())?;
    Some((pcpu.parse().ok(), world.parse().ok(), scanner.rest()))
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

/// Reads `d:hh:mm:ss.mmm` as milliseconds.
pub(super) fn parse_uptime(text: &str) -> Option<u64> {
    let mut scanner = Scanner::new(text);
    let mut fields = [0_u64; 3];
    for field in &mut fields {
        *field = scanner.decimal()?;
        scanner.eat(":").then_some(())?;
    }
    let seconds = scanner.decimal()?;
    let [days, hours, minutes] = fields;
    let mut milliseconds = 0;
    if scanner.eat(".") {
        let digits = scanner.take_while(|c| c.is_ascii_digit());
        milliseconds = format!("{digits:0<3}").get(..3)?.parse().ok()?;
    }
    days.checked_mul(24)?
        .checked_add(hours)?
        .checked_mul(60)?
        .checked_add(minutes)?
        .checked_mul(60)?
        .checked_add(seconds)?
        .checked_mul(1000)?
        .checked_add(milliseconds)
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
            "2015-08-17T14:19:25.710Z cpu2:1075473)@BlueScreen: x",
            (Some(2), Some(1_075_473), None),
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
        check("*0:1037/helper1-4", (None, None, None), "*0:1037/helper1-4");
        let joined =
            "#GP Exception 13 in world 4376:usb 53:22:52:05.325 cpu35:4376)Code start: 0x1";
        check(joined, (None, None, None), joined);
    }

    #[test]
    fn uptimes_are_milliseconds() {
        assert_eq!(parse_uptime("7:05:43:45.014"), Some(625_425_014));
        assert_eq!(parse_uptime("0:00:00:01"), Some(1000));
        assert_eq!(parse_uptime("99999999999999999999:0:0:0"), None);
        assert_eq!(parse_uptime("2015-08-17T14:19:25.710Z"), None);
    }
}
