//! Sets lines apart that a page, a mail or a carriage return has run together.
//!
//! One line of the input goes in, one or more lines come out. A frame just as the VMkernel prints it
//! is passed on at once with its item; all other lines have none yet, and are searched for the starts of further
//! lines.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::classify::{classify, is_setting};
use super::formats::parse_item;
use super::frames::{is_printed_frame, is_telling, parse_certain_frame};
use super::item::Item;
use super::line::{Line, pcpu_mark};
use super::log_lines::starts_with_clock;
use super::panic_message::{MNEMONICS, recognise};
use super::worlds::is_world_word;
use crate::crash::{DefectCode, VMKERNEL};

/// Characters that end a line as a line feed does: a lone carriage return, vertical tab, form
/// feed, the separators of Unicode.
const SEPARATORS: &[char] = &['\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'];
/// A line break in a string of JSON.
const ESCAPED_BREAK: &str = "\\n";
/// Shortest line, in bytes, that may be a whole screen without its line breaks.
const MIN_FLATTENED_BYTES: usize = 120;
/// Fewest lines in such a line.
const MIN_LINES: usize = 3;
/// Most words before a screen among which its message is looked for: the longest message
/// (`LINT1/NMI (motherboard nonmaskable interrupt), undiagnosed. …`) has some twenty.
const MAX_WORDS_BEFORE: usize = 32;
/// Most bytes in which the opening of a message is looked for.
const MAX_OPENING_BYTES: usize = 200;
/// Most bytes of a clock before a PCPU, with the space between them.
const MAX_CLOCK_BYTES: usize = 32;

/// The lines that one line feed ends: `number` is theirs.
pub(super) fn lines_of(number: usize, text: &str) -> Vec<Line> {
    let text = text.trim_start_matches('\u{feff}').trim_end_matches('\r');
    if is_setting(text.trim()) {
        return vec![Line::new(number, text)];
    }
    let mut pieces = split_breaks(text);
    if starts_with_clock(text.as_bytes()) && !belong_together(&pieces) {
        pieces = vec![text];
    }
    let is_value = pieces.len() > 1 && is_json_string(text);
    let lines = pieces.into_iter().map(|piece| {
        let line = Line::new(number, piece);
        if is_value { line.into_quoted() } else { line }
    });
    lines.flat_map(lines_of_piece).collect()
}

/// True for a string of JSON that holds its line breaks as two characters: the field of a ticket, or
/// a name that its owner chose.
fn is_json_string(text: &str) -> bool {
    text.matches(ESCAPED_BREAK).count() >= MIN_LINES
}

/// True for the pieces of a line of a log that may be lines of their own.
///
/// A VM's owner chooses its name, which the lines of many logs hold: a piece of an ordinary line is
/// no line of a screen, whatever it looks like. No name has room for as many clocks as a part of a
/// log that lost its line breaks.
fn belong_together(pieces: &[&str]) -> bool {
    let [first, others @ ..] = pieces else {
        return true;
    };
    let clocks = others.iter().filter(|piece| starts_with_clock(piece.trim_start().as_bytes()));
    others.is_empty()
        || is_of_screen(Line::new(0, first))
        || clocks.count() >= MIN_LINES
        || !others.iter().any(|piece| is_of_screen(Line::new(0, piece)))
}

fn is_of_screen(line: Line) -> bool {
    classify(line).item.as_ref().is_some_and(Item::is_sure)
}

/// True for a line of any log, with or without a PCPU.
fn is_of_log(line: &Line) -> bool {
    line.prefix.present || starts_with_clock(line.body.as_bytes())
}

fn lines_of_piece(line: Line) -> Vec<Line> {
    if is_printed_frame(&line.body) {
        // Most lines of a screen: no other class of line begins so. In a frame of the VMkernel nothing
        // is left to repair; another module may be `vmkerne1`.
        let parsed = parse_certain_frame(&line.body);
        let of_kernel = parsed.filter(|parsed| parsed.frame.module.as_deref() == Some(VMKERNEL));
        return vec![match of_kernel {
            Some(frame) => line.with_item(Item::Frame(frame)),
            None => line,
        }];
    }
    let starts = glued_prefixes(&line.body);
    split_entry(line, &starts).into_iter().flat_map(lines_of_entry).collect()
}

/// Takes one line of a log or of a screen apart.
fn lines_of_entry(entry: Line) -> Vec<Line> {
    let pieces = split_names(&entry)
        .or_else(|| split_flattened(&entry).filter(|pieces| keeps_names_whole(&entry, pieces)))
        .or_else(|| split_run(&entry))
        .unwrap_or_else(|| vec![entry]);
    let unglued = pieces.into_iter().flat_map(|piece| {
        let starts = glued_starts(&piece.body);
        split_entry(piece, &starts)
    });
    unglued.collect()
}

/// As [`split_at`], but for a line of a log only where no piece can be part of a name.
fn split_entry(line: Line, starts: &[usize]) -> Vec<Line> {
    if starts.is_empty() {
        return vec![line];
    }
    let pieces = split_at(line.clone(), starts);
    if keeps_names_whole(&line, &pieces) { pieces } else { vec![line] }
}

fn keeps_names_whole(entry: &Line, pieces: &[Line]) -> bool {
    let clocks = pieces.iter().skip(1).filter(|piece| piece.prefix.date.is_some());
    !is_of_log(entry)
        || pieces.first().is_some_and(|piece| is_of_screen(piece.clone()))
        || clocks.count() >= MIN_LINES
        || !pieces.iter().skip(1).any(|piece| is_of_screen(piece.clone()))
}

/// False for a text without any of the breaks that [`split_breaks`] knows.
fn may_have_breaks(text: &str) -> bool {
    let control = text.bytes().any(|byte| matches!(byte, b'\r' | 0x0b | 0x0c | b'<' | b'\\'));
    control || (!text.is_ascii() && text.contains(SEPARATORS))
}

fn split_breaks(text: &str) -> Vec<&str> {
    if !may_have_breaks(text) {
        return vec![text];
    }
    // A string of JSON holds its line breaks as two characters.
    if is_json_string(text) {
        return text.split(ESCAPED_BREAK).collect();
    }
    text.split(SEPARATORS)
        .flat_map(|piece| piece.split("<br>"))
        .flat_map(|piece| piece.split("<br/>"))
        .flat_map(|piece| piece.split("<br />"))
        .flat_map(|piece| piece.split("<BR>"))
        .collect()
}

/// The pieces of a line that begin at `starts`; the line itself without any.
fn split_at(line: Line, starts: &[usize]) -> Vec<Line> {
    if starts.is_empty() {
        return vec![line];
    }
    cut_at(&line, starts).into_iter().map(with_own_prefix).collect()
}

/// A piece may be a line of a log with a prefix of its own, at its start.
fn with_own_prefix(piece: Line) -> Line {
    let first = piece.body.split_whitespace().next().unwrap_or_default();
    if !is_clock(first) && !first.starts_with("cpu") {
        return piece;
    }
    let own = Line::new(piece.number, &piece.body);
    if !own.prefix.present {
        return piece;
    }
    Line { quoted: piece.quoted, ..own.with_body(own.body.clone(), &piece.repairs) }
}

fn cut_at(line: &Line, starts: &[usize]) -> Vec<Line> {
    let mut pieces = Vec::with_capacity(starts.len() + 1);
    let mut from = 0;
    for &end in starts.iter().chain([&line.body.len()]) {
        let body = line.body[from..end].trim();
        if !body.is_empty() {
            let mut piece = line.with_body(body, &[DefectCode::GluedLines]);
            // A piece that was cut here was not wrapped at a width.
            piece.width = 0;
            pieces.push(piece);
        }
        from = end;
    }
    pieces
}

/// The places in `body`, in bytes, where a new frame or another line begins without a line break.
///
/// A frame whose stack word runs into the next frame: `…stack: 0x4539b829b2880x4539b829b250:[0x42000f4ff90a]…`
/// (copies of VMware 94787); a message that runs into the code start (Broadcom 406077).
fn glued_starts(body: &str) -> Vec<usize> {
    let mut starts: Vec<usize> = GLUED
        .iter()
        .filter_map(|mark| mark.find(body.as_bytes()))
        .filter(|&start| start > 0 && !body[..start].ends_with([' ', '*']))
        .collect();
    if !body.starts_with('[') {
        starts.extend(GLUED_CODE_START.find(body.as_bytes()));
    }
    starts.extend(glued_name(body));
    for bracket in BRACKET.find_iter(body.as_bytes()) {
        let run =
            body[..bracket].trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '#').len();
        let Some(start) = body[run..bracket].rfind("0x").map(|at| run + at) else {
            continue;
        };
        let before = body[..start].trim_end();
        // `pcpu 118 Heartbeat NMI: 0x…:[0x…]` (Broadcom 385615) and list marks
        // belong to the frame after them.
        let belongs = before.ends_with(':') || before.len() <= 4;
        if !before.is_empty() && !belongs {
            starts.push(start);
        }
    }
    starts.sort_unstable();
    starts.dedup();
    starts
}

/// The beginnings of lines that follow the end of another line when the line break is gone.
static GLUED: LazyLock<[Finder<'static>; 7]> = LazyLock::new(|| {
    ["Code start: ", "PTEs:0x", "cr0=0x", "*PCPU", "PCPU  0: ", "Saved backtrace from:", "base fs="]
        .map(Finder::new)
});

static GLUED_CODE_START: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(" Code start: "));
static BRACKET: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(":[0x"));
static PCPU: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("cpu"));
static KERNEL_MODULE: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("@vmkernel#"));

/// `SP 0x453a89e4####Syscall_InstructionHandler@vmkernel#nover` (Broadcom 435592): the frame after
/// a masked number.
fn glued_name(body: &str) -> Option<usize> {
    if body.contains('[') {
        return None;
    }
    let at = KERNEL_MODULE.find(body.as_bytes())?;
    let start = body[..at].trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '_').len();
    (start > 0 && body[..start].ends_with('#')).then_some(start)
}

/// Log prefixes inside the line: `…0x0;2024-06-21T21:50:40.320Z cpu56:2097460)Code start: …`.
fn glued_prefixes(body: &str) -> Vec<usize> {
    const CLOCK: usize = "2024-06-21T21:50:40.320Z ".len();
    PCPU.find_iter(body.as_bytes())
        .filter(|&at| at > 0 && pcpu_mark(&body[at..]).is_some())
        .filter_map(|at| {
            let clock = at.checked_sub(CLOCK).filter(|&start| {
                body.get(start..at)
                    .is_some_and(|word| word.ends_with(' ') && is_clock(word.trim_end()))
            });
            // The clocks of older logs are of any length: `53:22:52:05.325 cpu35:4376)`.
            let clock = clock.or_else(|| {
                let word = last_word_start(body, at);
                Some(word).filter(|&start| is_clock(body[start..at].trim()))
            });
            let glued = !body[..at].ends_with(char::is_whitespace);
            let start = clock.or_else(|| glued.then_some(at)).filter(|&start| start > 0);
            // What follows there is the value of something: a name.
            start.filter(|&start| !body[..start].ends_with(['/', '"', '\'', '=', ':']))
        })
        .collect()
}

/// Where the word before `at` begins, or as far before it as a clock could.
fn last_word_start(body: &str, at: usize) -> usize {
    let from = body.floor_char_boundary(at.saturating_sub(MAX_CLOCK_BYTES));
    let blank = body[from..at].trim_end().char_indices().rfind(|(_, c)| c.is_whitespace());
    blank.map_or(from, |(blank, sign)| from + blank + sign.len_utf8())
}

/// Names in one line: `a() , b(), c()` and `a <- b <- c`, innermost first; `None` for any other line.
fn split_names(line: &Line) -> Option<Vec<Line>> {
    let separator = ["<-", "←", ","].into_iter().find(|mark| line.body.contains(mark))?;
    let names = line.body.split(separator).map(str::trim);
    if names.clone().any(|name| !is_telling(name.trim_end_matches("()"))) {
        return None;
    }
    let names: Vec<Line> =
        names.map(|name| line.with_body(name, &[DefectCode::GluedLines])).collect();
    (names.len() >= MIN_LINES).then_some(names)
}

/// Names in a row among any other words: a list of bare names that lost its line breaks (Broadcom
/// 380959 and 430676, flattened); `None` for any other line.
fn split_run(line: &Line) -> Option<Vec<Line>> {
    if line.prefix.present {
        return None;
    }
    let words = words_of(&line.body);
    let first = (0..words.len()).find(|from| run_length(&words[*from..]) >= MIN_LINES)?;
    let end = first + run_length(&words[first..]);
    let ends = words.get(first..=end).unwrap_or(&words[first..]);
    let mut starts: Vec<usize> = ends.iter().map(|(at, _)| *at).filter(|at| *at > 0).collect();
    starts.splice(0..0, message_start(&line.body, &words[..first]));
    Some(cut_at(line, &starts))
}

fn run_length(words: &[(usize, &str)]) -> usize {
    words.iter().take_while(|(_, word)| is_name(word)).count()
}

/// True for the name of a function that is not a hexadecimal number.
fn is_name(word: &str) -> bool {
    is_telling(word) && !word.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Where the panic message begins after the log lines before a screen; `None` when no line of a
/// screen, or nothing but one, is there.
fn message_start(body: &str, words: &[(usize, &str)]) -> Option<usize> {
    let end = words.last().map_or(0, |(at, word)| at + word.len());
    let before = &body[..end];
    if parse_item(before).is_some() {
        return None;
    }
    message_places(before, words).find(|(_, text)| recognise(text).is_some()).map(|(at, _)| at)
}

/// The places where the message may begin, each with the text that would show it: few and short, or
/// the time for a line would grow with the square of its length.
fn message_places<'a>(
    before: &'a str,
    words: &[(usize, &str)],
) -> impl Iterator<Item = (usize, &'a str)> {
    let near = &words[words.len().saturating_sub(MAX_WORDS_BEFORE)..];
    let places = near.iter().map(|(at, _)| *at).filter(|at| *at > 0);
    places.map(|at| (at, &before[at..before.floor_char_boundary(at + MAX_OPENING_BYTES)]))
}

/// The kind of line that a word begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Begins {
    /// A line, after any words.
    Line,
    /// A line, unless the words before are registers too.
    Registers,
    /// A line, unless the words before are worlds too.
    Worlds,
}

/// Words that begin a line of a screen, beside the names of exceptions.
const STARTS: &[&str] =
    &["@BlueScreen:", "PTEs:", "LBR:", "FMS=", "lastClrIntrRA:", "Panic_", "PanicvPanicInt"];

/// Two words that begin a line of a screen.
const PAIRS: &[(&str, &str)] = &[
    ("VMware", "ESX"),
    ("[VMware", "ESX"),
    ("Code", "start"),
    ("Saved", "backtrace"),
    ("Backtrace", "for"),
    ("base", "fs="),
    ("Starting", "coredump"),
    ("Coredump", "to"),
    ("Disk", "dump"),
    ("No", "place"),
    ("Module(s)", "involved"),
    ("Version", "Details:"),
    ("Panic", "Details:"),
    ("Panic", "Message:"),
    ("PSOD", "Message:"),
    ("Backtrace:", "0x"),
];

/// The lines of a screen that lost all its line breaks; `None` for any other line.
fn split_flattened(line: &Line) -> Option<Vec<Line>> {
    if line.body.len() < MIN_FLATTENED_BYTES {
        return None;
    }
    let words: Vec<(usize, &str)> = words_of(&line.body);
    let mut starts = Vec::new();
    let mut previous: Option<Begins> = None;
    for (index, &(at, word)) in words.iter().enumerate() {
        let next = words.get(index + 1).map_or("", |(_, next)| next);
        // `Code start: 0x… VMK uptime: …` is one line; up to 3.5 the uptime has its own.
        let uptime = word == "VMK" && next.starts_with("uptime");
        let own_uptime = uptime && index.checked_sub(3).is_none_or(|code| words[code].1 != "Code");
        // `Panic Message: @BlueScreen: #PF …` is one line.
        let before = index.checked_sub(1).map_or("", |before| words[before].1);
        let goes_on =
            before.ends_with("Message:") || matches!(before, "@BlueScreen:" | "Details:" | "base");
        let begins = if own_uptime {
            Some(Begins::Line)
        } else if goes_on || in_name(before, word) {
            None
        } else {
            begins(word, next)
        };
        let new_line = begins.is_some_and(|kind| kind == Begins::Line || previous != Some(kind));
        if new_line && at > 0 {
            starts.push(at);
        }
        // A world's name may hold a space: the words after it do not end the list.
        previous = begins.or(previous.filter(|kind| *kind == Begins::Worlds));
    }
    if starts.len() + 1 < MIN_LINES {
        return None;
    }
    let front = words.iter().take_while(|(at, _)| *at < starts[0]).count();
    starts.splice(0..0, message_start(&line.body, &words[..front]));
    Some(cut_at(line, &starts).into_iter().map(with_own_prefix).collect())
}

/// `…:[0x420002512369]Ti mer_GetCycles@vmkernel#nover+0x2`: the end of a name with a space inside.
fn in_name(before: &str, word: &str) -> bool {
    let opened = before.rsplit_once(']').filter(|(address, _)| address.contains("[0x"));
    let open = opened.is_some_and(|(_, name)| !name.is_empty() && !name.contains(['@', '+']));
    open && !word.contains(['[', ']']) && word.contains(['@', '+'])
}

/// The words of a line with their places.
fn words_of(body: &str) -> Vec<(usize, &str)> {
    let begin = body.as_ptr().addr();
    body.split_whitespace().map(|word| (word.as_ptr().addr() - begin, word)).collect()
}

fn begins(word: &str, next: &str) -> Option<Begins> {
    // `0xnnnnnnnn :[ 0xnnnnnnnn ]Panic_Exception@vmkernel#nover` (Broadcom 2145663).
    let spaced = word.starts_with("0x") && next.starts_with(":[");
    let pair = PAIRS.iter().any(|(one, two)| word == *one && next.starts_with(two));
    let clock = is_clock(word)
        && (next.starts_with("cpu") || next.contains("vmkernel") || next.starts_with("In("));
    let states = word == "PCPU" && next.ends_with(':') && next.len() <= 5;
    let exception = word
        .strip_prefix('#')
        .is_some_and(|name| MNEMONICS.iter().any(|(known, _)| name.starts_with(known)));
    let starts = exception || STARTS.iter().any(|start| word.starts_with(start));
    if begins_frame(word) || spaced || pair || clock || states || is_frame_number(word) || starts {
        return Some(Begins::Line);
    }
    if is_register(word) {
        return Some(Begins::Registers);
    }
    is_world_word(word).then_some(Begins::Worlds)
}

/// `cr0=0x80010031`, `err=-1`, `ef=0`.
fn is_register(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, value)| {
        name.len() <= 6
            && name.starts_with(|c: char| c.is_ascii_alphabetic())
            && (value.starts_with("0x") || value.starts_with('-') || value == "0")
    })
}

/// `0x45396649b660:[0x4200120dfa6f]Name@…`, `[0x4200120dfa6f]Name`, `Name@module#version+0x1`.
fn begins_frame(word: &str) -> bool {
    let symbol = word.contains('@')
        && (word.contains('#') || word.contains("+0x"))
        && !word.starts_with(['@', ']'])
        && !word.contains('[');
    symbol
        || word.split_once(":[0x").is_some_and(|(sp, _)| is_address(sp))
        || word
            .strip_prefix('[')
            .and_then(|rest| rest.split_once(']'))
            .is_some_and(|(ip, _)| is_address(ip))
}

/// True for `0x45396649b660`, also masked. A word that runs into a frame is set apart later.
fn is_address(text: &str) -> bool {
    text.strip_prefix("0x")
        .is_some_and(|digits| digits.chars().all(|c| c.is_ascii_hexdigit() || c == '#'))
}

/// `#0`, `#12`: the number of a frame in a debugger.
fn is_frame_number(word: &str) -> bool {
    let digits = word.strip_prefix('#').unwrap_or_default();
    (1..=3).contains(&digits.len()) && digits.bytes().all(|c| c.is_ascii_digit())
}

/// `2017-01-03T17:45:49.659Z`, `53:22:52:05.325`.
fn is_clock(word: &str) -> bool {
    let punctuation = word.bytes().filter(|c| matches!(c, b':' | b'-')).count();
    let digits =
        word.bytes().all(|c| c.is_ascii_digit() || matches!(c, b':' | b'-' | b'.' | b'T' | b'Z'));
    digits && punctuation >= 3
}

#[cfg(test)]
mod tests;
