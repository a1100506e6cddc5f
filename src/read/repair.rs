//! Undoes the damage that photographs, web pages and mail programs do to single lines.
//!
//! These are guesses: they are asked only for lines that nothing recognises, and an answer is kept
//! only when the line is recognised then. Each one names itself as a defect, so that the reader
//! sees each guess.

use std::borrow::Cow;

use super::confusion::confused;
use super::panic_message::{is_exception, recognise, with_mnemonic};
use crate::crash::DefectCode;
use crate::text::strip_ignore_case;

/// One guess: the defect that it undoes, and how.
type Repair = (DefectCode, fn(&str) -> Option<String>);

/// The guesses, the surest first; each one builds on those before it.
const REPAIRS: &[Repair] = &[
    (DefectCode::OverwrittenLine, overwritten),
    (DefectCode::QuotedLine, without_marks),
    (DefectCode::ConfusedCharacters, confused),
];

/// The part of a line that begins like nothing else does, after a label, in a cell or in quotes.
///
/// Not for lines of a log: there a VM's name, which its owner chooses, may look like that.
pub(super) fn quoted(body: &str) -> Option<&str> {
    let places = ["@BlueScreen:", "VMware ESX"]
        .into_iter()
        .filter_map(|mark| body.find(mark))
        .chain(memchr::memchr_iter(b'#', body.as_bytes()).filter(|&at| is_exception(&body[at..])));
    let at = places.filter(|at| *at > 0).find(|at| is_label(&body[..*at], &body[*at..]))?;
    Some(body[at..].trim_end_matches(['"', '\'', '”', ',', '|', ' ']))
}

/// Words that a person or a program writes before a message at the start of a line.
const LABELS: &[&str] = &[
    "PSOD error",
    "PSOD",
    "Error message",
    "Error",
    "Crash message",
    "Panic",
    "Purple screen",
    "Fehlermeldung",
    "エラー メッセージ",
    "エラーメッセージ",
];

/// Signs before the items of a list.
const LIST_SIGNS: [char; 7] = ['•', '·', '▪', '◦', '-', '–', '*'];
/// Most digits of the number of an item.
const LIST_NUMBER: usize = 2;

/// The item of a list behind its sign or number: `• Error message: …`, and `4. Panic Message: …` of
/// Broadcom 391216.
fn list_item(body: &str) -> Option<&str> {
    let body = body.trim_start();
    let digits = body.bytes().take_while(u8::is_ascii_digit).count();
    let rest = if (1..=LIST_NUMBER).contains(&digits) {
        body[digits..].strip_prefix(['.', ')'])?
    } else {
        body.strip_prefix(LIST_SIGNS)?
    };
    rest.starts_with([' ', '\t']).then(|| rest.trim_start())
}

/// The message of a line behind such words, and with the sign of an exception where it was left out:
/// `PSOD: Spin count exceeded`, `Error: PF Exception 14 in world 12:x`.
pub(super) fn unlabelled(body: &str) -> Option<(String, Vec<DefectCode>)> {
    let item = list_item(body);
    let mut rest = item.unwrap_or(body);
    let mut codes = Vec::new();
    if item.is_some() {
        codes = vec![DefectCode::QuotedLine];
    }
    while let Some(after) = LABELS.iter().find_map(|label| strip_ignore_case(rest, label))
        && let Some(after) = after.trim_start().strip_prefix([':', '-', '–', '—'])
    {
        rest = after.trim_start();
        codes = vec![DefectCode::QuotedLine];
    }
    let named = with_mnemonic(rest);
    if named.is_some() {
        codes.push(DefectCode::ConfusedCharacters);
    }
    if codes.is_empty() {
        return None;
    }
    let message = named.unwrap_or_else(|| rest.to_owned());
    recognise(&message).is_some().then_some((message, codes))
}

/// Signs at which a quotation begins, each with the one at which it ends.
const QUOTES: &[(char, char)] = &[('"', '"'), ('\'', '\''), ('“', '”')];

/// True when `before` introduces what comes `after`: a label, a cell, an open quotation mark. A name
/// is a value too: `displayName = "…"`, `"name": "…"`, and one that goes on after its quotation.
fn is_label(before: &str, after: &str) -> bool {
    let before = before.trim_end();
    let open = QUOTES.iter().find_map(|(open, close)| Some((before.strip_suffix(*open)?, *close)));
    let (key, close) = open.map_or((before, None), |(key, close)| (key.trim_end(), Some(close)));
    let is_name = key.ends_with('=') || names_a_value(key);
    let goes_on = close.is_some_and(|close| {
        // A cell of a table doubles the quotes inside.
        let after = after.replace("\"\"", "");
        after.rsplit_once(close).is_some_and(|(_, rest)| rest.contains(char::is_alphanumeric))
    });
    let label = before.ends_with([':', '"', ',', '\'', '|', '>', '“', '：']);
    // In `x) @BlueScreen: #PF Exception` the mark itself is no label.
    label && !is_name && !goes_on && !before.ends_with("BlueScreen:")
}

/// True for `displayName = "x`, `"name": "x`: the rest of the line is a name.
fn names_a_value(before: &str) -> bool {
    const KEY: &str = "name";
    let lower = before.to_ascii_lowercase();
    lower.match_indices(KEY).any(|(at, _)| {
        let rest = lower[at + KEY.len()..].trim_start_matches(['"', '\'', ' ']);
        rest.starts_with(['=', ':'])
    })
}

/// Repairs `body` step by step until `parse` gives a value for it; `None` when it never does.
pub(super) fn repaired<T>(
    body: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> Option<(String, T, Vec<DefectCode>)> {
    let mut current = Cow::Borrowed(body);
    let mut codes = Vec::new();
    for (code, repair) in REPAIRS {
        let Some(next) = repair(&current) else {
            continue;
        };
        codes.push(*code);
        if let Some(value) = parse(&next) {
            return Some((next, value, codes));
        }
        current = Cow::Owned(next);
    }
    None
}

/// `) - possible deadlock59Z cpu7:69126)@BlueScreen: Spin count exceeded (`: a carriage return
/// inside the message put its end over the start of the line (pastebin.com/swBEsCwY).
fn overwritten(body: &str) -> Option<String> {
    const MARK: &str = "@BlueScreen:";
    let at = body.find(MARK).filter(|at| *at > 0)?;
    let message = body[at + MARK.len()..].trim();
    let over = &body[..body[..at].find("cpu").unwrap_or(at)];
    let end = over.trim_end_matches(is_clock_character);
    (end.starts_with(')') && message.ends_with('(')).then(|| format!("{MARK} {message}{end}"))
}

fn is_clock_character(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, 'Z' | 'T' | ':' | '.' | '-' | ' ')
}

/// Signs that mails and pages put before a line.
const MARKS: &[char] =
    &['>', '|', '-', '*', '+', '•', '·', '"', '\'', '`', '“', '”', '‘', '’', ' ', '\t'];
/// Signs that they put after a line.
const CLOSING_MARKS: &[char] = &['"', '\'', '`', '“', '”', '‘', '’', '|', ' '];

/// Strips quote marks, bullets and numbers that mails and pages put before a line.
fn without_marks(body: &str) -> Option<String> {
    let mut rest = unmarked(body);
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    if (1..=4).contains(&digits)
        && let Some(numbered) = rest[digits..].trim_start().strip_prefix([':', '.', ')', '|'])
        && numbered.starts_with([' ', '\t'])
    {
        rest = unmarked(numbered);
    }
    let rest = rest.trim_end_matches(CLOSING_MARKS);
    (rest.len() < body.len() && !rest.is_empty()).then(|| rest.to_owned())
}

/// `text` without the marks before it. The star before the reporting PCPU is not a bullet.
fn unmarked(text: &str) -> &str {
    let rest = text.trim_start_matches(MARKS);
    let marks = text.len() - rest.len();
    let star = text[..marks].ends_with('*')
        && rest.starts_with(|c: char| c.is_ascii_digit() || c == 'P' || c == 'C');
    &text[marks - usize::from(star)..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, expected: &str) {
        let found = repaired(body, |text| (text == expected).then_some(()));
        assert!(found.is_some(), "{body:?} never becomes {expected:?}");
    }

    #[test]
    fn lines_lose_marks_and_get_their_order_back() {
        check("> VMware ESXi 7.0.3", "VMware ESXi 7.0.3");
        check("  12: Code start: 0x1", "Code start: 0x1");
        check("“PCPU 1 locked up.”", "PCPU 1 locked up.");
        check(
            ") - possible deadlock59Z cpu7:69126)@BlueScreen: Spin count exceeded (",
            "@BlueScreen: Spin count exceeded () - possible deadlock",
        );
    }
}
