//! Words of running text that no public list has: whatever nobody's vocabulary knows may be a name,
//! so it is replaced. The rules that know a kind by its form or context go first.

use std::ops::Range;

use super::PrivatePlace;
use super::class::Class;
use super::domains::is_of_a_setting;
use super::drivers::is_driver;
use super::evidence::is_masked;
use super::pseudonym::is_pseudonym;
use super::shapes::is_device;
use super::split::{Script, capital_parts, script_runs};
use super::vocabulary::{is_name_too, is_public, is_special};

/// Letters of a short word: the most that an abbreviation of a log has.
const SHORT: usize = 3;

/// What somebody does or is told: a name stands before or behind these words.
const DEEDS: &str = "
    said says told tells asked asks wrote writes called calls mentioned mentions noticed reported
    reports thinks thought found replaced rebooted restarted installed upgraded checked swapped
    confirmed confirms answered replied looked saw sent believes suggested suggests opened moved
    added removed changed fixed wants knows left started stopped patched updated reseated visited";

/// Finds the unknown words of `line` outside of `taken`; words of `kept` are the screen's and stay.
pub(super) fn unknown_in(
    line: &str,
    taken: Vec<Range<usize>>,
    kept: &dyn Fn(&str) -> bool,
) -> Vec<PrivatePlace> {
    let taken = joined(taken);
    let tokens: Vec<Token<'_>> = tokens_in(line);
    let mut next = 0;
    let mut free: Vec<bool> = Vec::with_capacity(tokens.len());
    let mut private: Vec<bool> = Vec::with_capacity(tokens.len());
    for (index, token) in tokens.iter().enumerate() {
        while taken.get(next).is_some_and(|range| range.end <= token.range.start) {
            next += 1;
        }
        let is_taken = taken.get(next).is_some_and(|range| range.start < token.range.end);
        let previous = index.checked_sub(1).map(|before| &tokens[before]);
        let is_free =
            !is_taken && !is_pseudonym(token.text) && !is_masked(token.text) && !kept(token.text);
        let is_private = is_free
            && (is_unknown(line, token)
                || is_name_in_sentence(line, token, previous, tokens.get(index + 1)));
        free.push(is_free);
        private.push(is_private);
    }
    // `Mark Olsen`: a first name that is a word as well, before a name that is none.
    for index in 1..tokens.len() {
        let (first, second) = (&tokens[index - 1], &tokens[index]);
        let is_pair = private[index]
            && free[index - 1]
            && is_capitalised(first.text)
            && is_capitalised(second.text)
            && &line[first.range.end..second.range.start] == " ";
        if is_pair && is_name_too(&first.text.to_lowercase()) {
            private[index - 1] = true;
        }
    }
    let found = tokens.into_iter().zip(private).filter(|(_, is_private)| *is_private);
    found.map(|(token, _)| PrivatePlace { class: Class::Word, range: token.range }).collect()
}

/// The ranges in their order, those that touch made one.
fn joined(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| range.start);
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}

/// A word with the signs inside of it: `sql-nord_7`.
struct Token<'a> {
    text: &'a str,
    range: Range<usize>,
}

fn tokens_in(line: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut start = None;
    for (at, character) in line.char_indices().chain([(line.len(), ' ')]) {
        let is_inside = character.is_alphanumeric() || matches!(character, '_' | '-');
        match (start, is_inside) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                push_scripts(line, from..at, &mut tokens);
                start = None;
            }
            _ => {}
        }
    }
    tokens
}

/// Adds the parts of a token that are of one way of writing each: Japanese has no blanks.
fn push_scripts<'a>(line: &'a str, range: Range<usize>, tokens: &mut Vec<Token<'a>>) {
    for run in script_runs(&line[range.clone()]) {
        let run_start = range.start + run.start;
        let text = &line[run_start..range.start + run.end];
        let trimmed = text.trim_matches(['-', '_']);
        let start = run_start + (text.len() - text.trim_start_matches(['-', '_']).len());
        if !trimmed.is_empty() {
            tokens.push(Token { text: trimmed, range: start..start + trimmed.len() });
        }
    }
}

/// Finds out whether no list knows a token.
fn is_unknown(line: &str, token: &Token<'_>) -> bool {
    let text = token.text;
    match Script::new(text.chars().next().unwrap_or_default()) {
        Script::Hiragana => return false,
        Script::Kanji | Script::Katakana => return !is_made_of_words(text),
        Script::Other => {}
    }
    if is_identifier(text) || is_serial(text) {
        return true;
    }
    if !text.contains(char::is_alphabetic) || is_number(text) || is_pattern(text) {
        return false;
    }
    if is_device(text) || is_driver(text) {
        return false;
    }
    if is_of_a_setting(line, &token.range) || is_source(line, token) {
        return false;
    }
    let parts = parts_of(text);
    let is_compound = parts.len() > 1 || text.len() > parts.first().map_or(0, |part| part.len());
    if !is_compound {
        return is_unknown_word(text);
    }
    if is_public(&text.to_lowercase()) {
        return false;
    }
    let unknown = parts.iter().filter(|part| is_unknown_part(text, part)).count();
    unknown > 0 && !(is_code(text, &parts) && unknown * 3 <= parts.len())
}

/// Kanji and katakana that are words of the program's own texts, one behind another.
fn is_made_of_words(text: &str) -> bool {
    let mut rest = text;
    while !rest.is_empty() {
        let mut ends = rest.char_indices().map(|(at, c)| at + c.len_utf8());
        let longest = ends.rfind(|&end| is_special(&rest[..end]));
        match longest {
            Some(end) => rest = &rest[end..],
            None => return false,
        }
    }
    true
}

/// `0x41f`, `c0ffee12`, `12ms`: digits, and a letter or two around them.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    let has_digit = text.contains(|c: char| c.is_ascii_digit());
    let is_hex = digits.chars().all(|c| c.is_ascii_hexdigit() || c == '-' || c == '_');
    has_digit && (is_hex || text.starts_with("0x"))
}

/// A number of a machine without a word that tells its kind: the length and the first digits of a
/// UUID, of a world-wide name and of a MAC address. Addresses of the kernel begin with 4 or f.
fn is_identifier(text: &str) -> bool {
    let is_hex = text.bytes().all(|c| c.is_ascii_hexdigit());
    let has_letter = text.bytes().any(|c| c.is_ascii_alphabetic());
    let is_name = text.starts_with("500") || text.starts_with("2000") || text.starts_with("2100");
    is_hex
        && match text.len() {
            32 => has_letter && !text.starts_with("ffff") && !text.starts_with("0000"),
            16 => is_name,
            12 => has_letter && !text.starts_with(['4', 'f', 'F']),
            _ => false,
        }
}

/// A number of a thing: capital letters and digits that change often, `CZJ2340ABC`, or letters before
/// a long number, `IM00456123`.
fn is_serial(text: &str) -> bool {
    const SHORTEST: usize = 7;
    const DIGITS: usize = 6;
    const CHANGES: usize = 2;
    let is_hex = text.bytes().all(|c| c.is_ascii_hexdigit() || c == b'X');
    let is_plain = !is_hex && text.bytes().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let letters = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_counted = letters.len() >= 2
        && text.len() - letters.len() >= DIGITS
        && letters.bytes().all(|c| c.is_ascii_uppercase());
    let bytes = text.as_bytes();
    let changes = bytes
        .windows(2)
        .filter(|pair| pair[0].is_ascii_digit() != pair[1].is_ascii_digit())
        .count();
    let is_mixed = digits >= 2 && text.len() - digits >= 2 && changes >= CHANGES;
    let is_known = is_special(&letters.to_lowercase());
    is_plain && text.len() >= SHORTEST && !is_known && (is_counted || is_mixed)
}

/// The states of all PCPUs, a letter each, a mask of a clock or of one letter, and a number of many
/// letters: `SSSSVSSU`, `YYYY-MM-DDTHH`, `wwww`, `ffffffff`.
fn is_pattern(text: &str) -> bool {
    const SHORTEST: usize = 4;
    const STATES: &[u8] = b"SVUI";
    const CLOCK: &[u8] = b"YMDTHSZ-";
    let is_one = text.chars().all(|c| text.starts_with(c));
    let is_clock = has_only(text, CLOCK)
        && (text.contains("YY") || text.contains("DD") || text.contains("HH"));
    let is_long = text.len() >= 2 * SHORTEST;
    let is_hex = text.bytes().all(|c| c.is_ascii_hexdigit());
    text.len() >= SHORTEST && (is_one || is_clock || is_long && (has_only(text, STATES) || is_hex))
}

fn has_only(text: &str, letters: &[u8]) -> bool {
    text.bytes().all(|c| letters.contains(&c))
}

/// `FSS: 5749:`, `nmp_Throttle(`, `ScsiDeviceIO.c`: where a log names its own source.
fn is_source(line: &str, token: &Token<'_>) -> bool {
    let rest = &line[token.range.end..];
    let number = rest.strip_prefix(':').unwrap_or(rest).trim_start_matches(' ');
    let digits = number.len() - number.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let has_line = rest.starts_with(':') && digits > 0 && number[digits..].starts_with(':');
    let has_capital = token.text.contains(char::is_uppercase);
    let is_call = rest.starts_with("()") || rest.starts_with("@vmk") || rest.starts_with("+0x");
    let is_file = rest.starts_with(".c:") || rest.starts_with(".h:") || rest.starts_with(".cpp:");
    has_line && has_capital || is_call || is_file
}

/// The words of a compound: cut at signs, digits and capital letters.
fn parts_of(text: &str) -> Vec<&str> {
    let words = text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    words.flat_map(capital_parts).collect()
}

/// A name as programmers give them: capital letters inside, or signs between and no hyphen.
fn is_code(text: &str, parts: &[&str]) -> bool {
    !text.contains('-') && parts.len() >= 3
}

/// A part of a compound; with hyphens between them, two letters are a part as well: `hv-star`.
fn is_unknown_part(text: &str, part: &str) -> bool {
    let shortest = if text.contains('-') { SHORT - 1 } else { SHORT };
    part.chars().count() >= shortest && !is_public(&part.to_lowercase())
}

/// A letter that is a word: those of Korean are syllables.
fn is_syllable(letter: char) -> bool {
    matches!(letter, '\u{ac00}'..='\u{d7a3}')
}

fn is_unknown_word(word: &str) -> bool {
    let lower = word.to_lowercase();
    let count = word.chars().count();
    let is_acronym = count <= SHORT && word.is_ascii() && !is_capitalised(word);
    let is_letter = count < 2 && !word.starts_with(is_syllable);
    !is_letter && !is_acronym && !is_public(&lower)
}

fn is_capitalised(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_uppercase)
        && word.contains(char::is_lowercase)
        && !letters.any(|c| c.is_uppercase() || c.is_ascii_digit())
}

/// A common word that is a name where it stands: `we rebooted Falcon`, `Frank said`.
fn is_name_in_sentence(
    line: &str,
    token: &Token<'_>,
    previous: Option<&Token<'_>>,
    next: Option<&Token<'_>>,
) -> bool {
    if !is_capitalised(token.text) || token.text.chars().count() < 2 {
        return false;
    }
    let lower = token.text.to_lowercase();
    if is_special(&lower) && !is_name_too(&lower) {
        return false;
    }
    let between = previous.map(|previous| &line[previous.range.end..token.range.start]);
    let is_inside = matches!(between, Some(" " | ", "))
        && previous.is_some_and(|it| it.text.contains(char::is_alphabetic));
    let does = next
        .is_some_and(|next| &line[token.range.end..next.range.start] == " " && is_deed(next.text));
    (is_inside && !is_special(&lower))
        || (is_name_too(&lower)
            && (does || is_inside && previous.is_some_and(|it| is_deed(it.text))))
}

fn is_deed(word: &str) -> bool {
    DEEDS.split_whitespace().any(|deed| deed == word)
}
