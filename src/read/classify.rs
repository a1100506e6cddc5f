//! The item of a line, after the repairs that give it one.
//!
//! A repair is tried only on a line without an item, or on one whose item lacks a value; it is kept
//! only where the line then has an item, or one with more values.

use super::confusion::{confused, restore_hexadecimals};
use super::formats::parse_item;
use super::item::Item;
use super::line::{Line, is_before_prefix};
use super::log_lines::starts_with_clock;
use super::loose::loose_frame;
use super::repair::{quoted, repaired, unlabelled};
use crate::crash::{DefectCode, PanicKind, VMKERNEL};
use crate::text::strip_ignore_case;

/// The line with its item, repaired where that makes it a line of a screen or gives it more values.
pub(super) fn classify(line: Line) -> Line {
    if line.item.is_some() || is_setting(&line.body) {
        return line;
    }
    if let Some((body, item)) = restore_hexadecimals(&line.body).and_then(surely_parsed) {
        return complete(line.with_body(body, &[DefectCode::ConfusedCharacters]), item);
    }
    if let Some((body, codes)) = unlabelled(&line.body)
        && let Some(item @ Item::Message(_)) = parse_item(&body)
    {
        return complete(line.with_body(body, &codes), item);
    }
    match parse_item(&line.body) {
        Some(Item::Frame(_)) if quotes_frame(&line) => line,
        Some(item) => complete(line, item),
        None => repair(line),
    }
}

/// True for a line of a `.vmx` file, `annotation = "…"`: whoever owns a virtual machine chooses its
/// values, and no screen has such a line.
pub(super) fn is_setting(body: &str) -> bool {
    let Some((key, value)) = body.split_once('=') else {
        return false;
    };
    let key = key.trim_end();
    let is_key = key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | ':' | '_' | '-'));
    let value = value.trim();
    is_key && value.len() > 1 && value.starts_with('"') && value.ends_with('"')
}

/// `body` with its item, where no ordinary text has such an item by chance.
fn surely_parsed(body: String) -> Option<(String, Item)> {
    let item = parse_sure_item(&body)?;
    Some((body, item))
}

fn parse_sure_item(body: &str) -> Option<Item> {
    parse_item(body).filter(Item::is_sure)
}

/// Repairs a line that has no item.
fn repair(line: Line) -> Line {
    // In a log a VM's name, which its owner chooses, may look like a quoted line.
    let in_log = line.prefix.present || is_of_other_log(&line.body);
    if !in_log
        && let Some(part) = quoted(&line.body)
        && let Some(item) = parse_sure_item(part)
    {
        let before = line.body.find(part).map_or("", |at| &line.body[..at]);
        // A mail that quotes marks each line, and says nothing before it.
        let speaks = before.contains(char::is_alphanumeric);
        let whole = line.with_body(part, &[DefectCode::QuotedLine]).with_item(item);
        return if speaks { whole.into_quoted() } else { whole };
    }
    if let Some((body, item, codes)) = repaired(&line.body, parse_sure_item)
        && !(in_log && codes.contains(&DefectCode::QuotedLine))
    {
        return line.with_body(body, &codes).with_item(item);
    }
    // `Jun 21 21:50:40 box01 sshd[20205]: pam_unix(…` is no blurred frame.
    if !starts_with_clock(line.body.as_bytes())
        && let Some(body) = loose_frame(&line.body)
        && let Some(item @ Item::Frame(_)) = parse_item(&body)
    {
        return line.with_body(body, &[DefectCode::ConfusedCharacters]).with_item(item);
    }
    line
}

/// True for a line of a log that says something else before a frame: `Starting world vmm0:0x1:[0x42]F`.
fn quotes_frame(line: &Line) -> bool {
    /// `Saved backtrace: pcpu 118 Heartbeat NMI: 0x45…` (Broadcom 385615).
    const OWNERS: &[&str] = &["pcpu", "cpu", "saved backtrace", "backtrace", "nmi", "heartbeat"];
    let in_log = line.prefix.present || starts_with_clock(line.body.as_bytes());
    let Some(before) = line.body.split_once("[0x").map(|(before, _)| before.trim()) else {
        return false;
    };
    let before = before.trim_end_matches(':').trim_end();
    let (label, stack) = before.rsplit_once(' ').unwrap_or(("", before));
    let owned = label.len() <= 4 || OWNERS.iter().any(|o| strip_ignore_case(label, o).is_some());
    in_log && (!owned || stack.contains([':', '"', '\'']))
}

/// True for a line of a program's log that only quotes: its clock is followed by more than the names
/// of a host and a program.
fn is_of_other_log(body: &str) -> bool {
    let mark = body.find("@BlueScreen:").or_else(|| body.find('#')).unwrap_or(body.len());
    starts_with_clock(body.as_bytes()) && !is_before_prefix(&body[..mark])
}

/// Gives a line its item, with the confused characters corrected where that adds values.
fn complete(line: Line, item: Item) -> Line {
    match fuller(&line.body, &item) {
        Some((body, item)) => {
            line.with_body(body, &[DefectCode::ConfusedCharacters]).with_item(item)
        }
        None => line.with_item(item),
    }
}

fn fuller(body: &str, item: &Item) -> Option<(String, Item)> {
    let (values, most) = fullness(item)?;
    if values >= most {
        return None;
    }
    let better = confused(body)?;
    let parsed = parse_item(&better).filter(|parsed| parsed.class() == item.class())?;
    let (more, _) = fullness(&parsed)?;
    (more > values).then_some((better, parsed))
}

/// The number of values of an item and the most that it could have; `None` for items that are
/// not compared.
fn fullness(item: &Item) -> Option<(usize, usize)> {
    Some(match item {
        Item::Header(header) => {
            let release = &header.release;
            count([release.version.is_some(), release.build.is_some(), release.arch.is_some()])
        }
        Item::Clock(clock) => {
            count([clock.code_start.is_some(), clock.uptime_ms.is_some(), clock.tsc.is_some()])
        }
        Item::Message(message) => {
            let panic = &message.panic;
            let world = panic.world.as_ref().is_some_and(|world| world.id.is_some());
            let known = panic.kind != PanicKind::Other;
            count([known, panic.ip.is_some(), world, !panic.pcpus.is_empty()])
        }
        Item::Frame(parsed) => {
            let frame = &parsed.frame;
            let named = frame.function.is_some() && !parsed.odd_name;
            let kernel = frame.module.as_deref().is_some_and(is_known_module);
            let address = frame.ip.is_some();
            count([address, frame.sp.is_some(), frame.offset.is_some(), named, kernel])
        }
        Item::Worlds(line) => (line.pcpus.len(), usize::MAX),
        _ => return None,
    })
}

/// True for the module of the VMkernel, and for one that no misread letters make of it.
fn is_known_module(module: &str) -> bool {
    /// Below it more letters are others than tesseract reads wrongly of it.
    const MIN_LIKENESS: f64 = 0.4;
    module == VMKERNEL || strsim::normalized_levenshtein(module, VMKERNEL) < MIN_LIKENESS
}

fn count<const MOST: usize>(present: [bool; MOST]) -> (usize, usize) {
    (present.iter().filter(|present| **present).count(), MOST)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::unglue::lines_of;
    use super::*;

    #[test]
    fn an_item_is_the_value_of_its_line() {
        for entry in fs::read_dir("tests/corpus").expect("the corpus") {
            let path = entry.expect("an entry").path();
            let Ok(text) = fs::read_to_string(&path) else { continue };
            for line in text.lines().flat_map(|text| lines_of(1, text)) {
                let line = classify(line);
                let again = parse_item(&line.body);
                assert!(line.item.is_none() || line.item == again, "{}", path.display());
            }
        }
    }
}
