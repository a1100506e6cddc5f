//! A panic message whose opening a photograph has blurred beyond the repair of single characters.
//!
//! Asked only for the line below a header, which is the message in any words: there a near opening
//! is worth a guess. In a log any line could be meant.

use std::cmp::Reverse;

use super::panic_message::{MNEMONICS, NUMBER, openings};
use crate::text::{decimal_digit, look_in_line};

/// Characters of an opening, spaces left out, for each of which one may be wrong, missing or too many.
const CHARACTERS_PER_ERROR: usize = 5;
/// Shortest opening that is compared: others are near too many words.
const SHORTEST: usize = 12;
/// The sign for a number that no one can read.
const MASK: &str = "#";

/// The text before the number in the opening of an exception.
const EXCEPTION: &str = "#PF Exception ";
/// Letters that may be missing before a number.
const MISSING: usize = 2;

/// An opening that the start of a line is near to.
struct Near {
    errors: usize,
    /// Where the text ends that was read for the opening.
    end: usize,
    opening: String,
}

/// The message with the opening that it nearly has; `None` when it is near none, or has one already.
pub(super) fn misread_message(body: &str) -> Option<String> {
    let letters = letters_of(body);
    let near = openings().filter_map(|opening| near(body, &letters, opening.to_owned()));
    let plain = near.min_by_key(Near::rank).map(|near| {
        let before = near.opening.split(NUMBER).next().unwrap_or_default();
        let number = number_in(&body[..near.end], before).unwrap_or_else(|| MASK.to_owned());
        Near { opening: near.opening.replace(NUMBER, &number), ..near }
    });
    let near = exception(body, &letters).into_iter().chain(plain).min_by_key(Near::rank)?;
    let (read, rest) = body.split_at(near.end);
    let space = if read.ends_with(' ') { " " } else { "" };
    let message = format!("{}{space}{rest}", near.opening);
    (near.errors > 0 || message != body).then_some(message)
}

impl Near {
    /// The nearest comes first, of two the longer one.
    fn rank(&self) -> (usize, Reverse<usize>) {
        (self.errors, Reverse(self.opening.len()))
    }
}

/// How near the start of the line is to an opening, if it is near enough.
fn near(body: &str, letters: &[(usize, char)], opening: String) -> Option<Near> {
    let wanted: Vec<char> =
        letters_of(&opening.replace(NUMBER, "0")).into_iter().map(|(_, c)| c).collect();
    let (errors, length) = nearest_prefix(&wanted, letters);
    let end = letters.get(length).map_or(body.len(), |(at, _)| *at);
    let near = wanted.len() >= SHORTEST && errors * CHARACTERS_PER_ERROR <= wanted.len();
    near.then_some(Near { errors, end, opening })
}

/// The opening of an exception. Its number tells which one it is, and the name only where no one can
/// read the number; a name or number that the table does not hold stays as it was read.
fn exception(body: &str, letters: &[(usize, char)]) -> Option<Near> {
    let openings = MNEMONICS.iter().flat_map(|row| ["in world", "IP"].map(|next| (row, next)));
    let mut candidates: Vec<_> = openings
        .filter_map(|(row, next)| {
            let near = near(body, letters, format!("#{} Exception {NUMBER} {next}", row.0))?;
            Some((near, row, next))
        })
        .collect();
    candidates.sort_by_key(|(near, _, _)| near.rank());
    let (best, row, next) = candidates.first()?;
    let number = number_in(&body[..best.end], EXCEPTION)?;
    let known = MNEMONICS.iter().find(|(_, known)| number == known.to_string());
    let first = body.split_whitespace().next()?;
    let name = first.strip_prefix('#').unwrap_or_default();
    if number == MASK {
        let clear =
            !candidates.iter().any(|other| other.0.errors == best.errors && other.1 != *row);
        let opening = format!("#{} Exception {} {next}", row.0, row.1);
        return clear.then_some(Near { opening, ..*best });
    }
    match known.filter(|known| name == known.0 || !is_mnemonic(name)) {
        Some(known) => {
            let (near, _, next) = candidates.iter().find(|(_, row, _)| *row == known)?;
            let opening = format!("#{} Exception {number} {next}", known.0);
            Some(Near { opening, ..*near })
        }
        None => {
            let named = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase());
            let opening = format!("#{name} Exception {number} {next}");
            named.then_some(Near { opening, ..*best })
        }
    }
}

fn is_mnemonic(name: &str) -> bool {
    MNEMONICS.iter().any(|(mnemonic, _)| *mnemonic == name)
}

/// The letters of a text as they look, spaces left out and each number one letter, with their places.
fn letters_of(text: &str) -> Vec<(usize, char)> {
    let mut letters: Vec<(usize, char)> = Vec::with_capacity(text.len());
    let mut in_number = false;
    for (at, character) in text.char_indices().filter(|(_, c)| !c.is_whitespace()) {
        let number = character.is_ascii_digit() || character == '#' && in_number;
        if !(number && in_number) {
            letters.push((at, if number { '0' } else { look_in_line(character) }));
        }
        in_number = number;
    }
    letters
}

/// The fewest errors between `wanted` and a prefix of `letters`, and the length of that prefix.
fn nearest_prefix(wanted: &[char], letters: &[(usize, char)]) -> (usize, usize) {
    let most = letters.len().min(wanted.len() * 2);
    let mut row: Vec<usize> = (0..=most).collect();
    for (index, sign) in wanted.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for column in 1..=most {
            let same = usize::from(letters[column - 1].1 != *sign);
            let best = (diagonal + same).min(row[column] + 1).min(row[column - 1] + 1);
            diagonal = std::mem::replace(&mut row[column], best);
        }
    }
    let best = row.into_iter().enumerate().min_by_key(|(_, errors)| *errors);
    best.map_or((usize::MAX, 0), |(length, errors)| (errors, length))
}

/// The number in the text that was read for an opening, after `before`: masked when one of its
/// characters is not a digit, `None` without a number.
fn number_in(read: &str, before: &str) -> Option<String> {
    let word = before.split_whitespace().next_back().map_or(0, letter_count);
    let mut passed = 0;
    let mut words = read.split([' ', '\t', ':', ';', '(', ')']).skip_while(|text| {
        passed += letter_count(text);
        passed + MISSING <= letter_count(before)
            || !text.contains(|c: char| c.is_ascii_digit() || c == '#')
    });
    let first = words.next()?.trim_end_matches([',', '.']);
    // `PCPU118`: the word before has run into the number.
    let glued = first.char_indices().nth(word).map_or("", |(at, _)| &first[at..]);
    let Some(mut number) = decimal_digits(first).or_else(|| decimal_digits(glued)) else {
        return Some(MASK.to_owned());
    };
    // `Exception 1 4`: the rest of a number that a photograph has broken.
    let rest = words.take_while(|text| text.chars().all(|c| c.is_ascii_digit()));
    number.extend(rest);
    Some(number)
}

fn letter_count(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

/// The digits that all characters of `text` are read for; `None` when one is not a digit.
fn decimal_digits(text: &str) -> Option<String> {
    if text.is_empty() { None } else { text.chars().map(decimal_digit).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, expected: Option<&str>) {
        assert_eq!(misread_message(body).as_deref(), expected, "{body}");
    }

    #[test]
    fn blurred_openings_become_what_the_screen_prints() {
        check(
            "fPF Exceptiom 14 in world 2706894:NetWorld-VM- IP 0x1",
            Some("#PF Exception 14 in world 2706894:NetWorld-VM- IP 0x1"),
        );
        check(
            "tGP Excep tdion 13 in worl d 4376:usb @ 0x418029c15c43",
            Some("#GP Exception 13 in world 4376:usb @ 0x418029c15c43"),
        );
        check(
            "Sypin count exceeded - possible deadlock",
            Some("Spin count exceeded - possible deadlock"),
        );
        check(
            "PCPU118: no heart beat (3/3 IPIs received)",
            Some("PCPU 118: no heartbeat (3/3 IPIs received)"),
        );
        check("NOT_INPLEMENTED bora/vmkernel7main", Some("NOT_IMPLEMENTED bora/vmkernel7main"));
    }

    #[test]
    fn the_number_of_an_exception_says_which_one_it_is() {
        for (opening, expected) in [
            ("#UF Excepxion 6", "#UD Exception 6"),
            ("#GF Excepxion 13", "#GP Exception 13"),
            ("#FP Excepxion 14", "#PF Exception 14"),
            ("#6P Excepxion l3", "#GP Exception 13"),
            ("#GF Excepxion 1 3", "#GP Exception 13"),
            ("#PF Excepxion14", "#PF Exception 14"),
            // No one can read the number.
            ("#PF Excepxion ##", "#PF Exception 14"),
            ("#DF Excepxion 8x", "#DF Exception 8"),
            // The table holds no such number, or the name contradicts it.
            ("#MC Excepxion 18", "#MC Exception 18"),
            ("#BR Excepxion 5", "#BR Exception 5"),
            ("#PF Excepxion 13", "#PF Exception 13"),
        ] {
            for next in ["in world 4376:usb", "IP 0x42"] {
                check(&format!("{opening} {next}"), Some(&format!("{expected} {next}")));
            }
        }
        for line in [
            "#XF Excepxion ## in world 4376:usb",
            "tMC Excepxion 18 in world 4376:usb",
            "an exception in world war IP",
            "Exceptions in worlds",
        ] {
            check(line, None);
        }
    }

    #[test]
    fn a_pcpu_is_not_invented() {
        let tlb = "locked up. Failed to ack TLB";
        for (read, expected) in [
            ("PCPU 1l8: no heart beat", "PCPU 118: no heartbeat"),
            ("PCPU l18: no heart beat", "PCPU 118: no heartbeat"),
            ("PCPUl18: no heart beat", "PCPU 118: no heartbeat"),
            ("PCPU 1B: no heart beat", "PCPU 18: no heartbeat"),
            ("PCPU 1 18: no heart beat", "PCPU 118: no heartbeat"),
            ("PCPU 18; no heart beat", "PCPU 18: no heartbeat"),
            ("PCPU 18. no heart beat", "PCPU 18: no heartbeat"),
            ("PCPU 1,8: no heart beat", "PCPU #: no heartbeat"),
            ("PCPU 1x8: no heart beat", "PCPU #: no heartbeat"),
            ("PCPU x18: no heart beat", "PCPU #: no heartbeat"),
            ("PCPU 1a: no heart beat", "PCPU #: no heartbeat"),
            ("PCPU 1#: no heart beat", "PCPU #: no heartbeat"),
            ("PCPU ##: no heart beat", "PCPU #: no heartbeat"),
        ] {
            check(read, Some(expected));
        }
        let blurred = "locked up. Failed to akc TLB invalidate";
        check(&format!("PCPU 1I8 {blurred}"), Some(&format!("PCPU 118 {tlb} invalidate")));
        check(&format!("PCPU 7 {blurred}"), Some(&format!("PCPU 7 {tlb} invalidate")));
        check(&format!("PCPU 1y8 {blurred}"), Some(&format!("PCPU # {tlb} invalidate")));
    }

    #[test]
    fn other_lines_stay_what_they_are() {
        for line in
            ["Something new has happened in the host", "cr0=0x80010031 cr2=0x0", "", "ASSERTION"]
        {
            check(line, None);
        }
    }
}
