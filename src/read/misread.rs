//! A panic message whose opening a photograph has blurred beyond the repair of single characters.
//!
//! Asked only for the line below a header, which is the message whatever it says: there a near
//! opening is worth a guess. In a log any line could be meant.

use super::confusion::look_of;
use super::panic_message::{MNEMONICS, openings};

/// Characters of an opening, blanks left out, for each of which one may be wrong, missing or too many.
const CHARACTERS_PER_ERROR: usize = 5;
/// Shortest opening that is compared: others are near too many words.
const SHORTEST: usize = 12;
/// What stands for a number in an opening.
const NUMBER: &str = "{n}";

/// The message with the opening that it nearly has; `None` when it is near none, or has one already.
pub fn misread_message(body: &str) -> Option<String> {
    let letters = letters_of(body);
    let exceptions = MNEMONICS.iter().flat_map(|(name, number)| {
        ["in world", "IP"].map(|next| (format!("#{name} Exception {NUMBER} {next}"), Some(*number)))
    });
    let openings = openings().map(|opening| (opening.to_owned(), None));
    let (errors, end, opening, number) = exceptions
        .chain(openings)
        .filter_map(|(opening, number)| {
            let wanted: Vec<char> =
                letters_of(&opening.replace(NUMBER, "0")).into_iter().map(|(_, c)| c).collect();
            let (errors, end) = nearest_prefix(&wanted, &letters);
            let near = wanted.len() >= SHORTEST && errors * CHARACTERS_PER_ERROR <= wanted.len();
            near.then_some((errors, end, opening, number))
        })
        .min_by(|one, other| one.0.cmp(&other.0).then_with(|| other.2.len().cmp(&one.2.len())))?;
    let end = letters.get(end).map_or(body.len(), |(at, _)| *at);
    let (read, rest) = body.split_at(end);
    let number = number.map_or_else(|| number_in(read), |number: u8| number.to_string());
    let blank = if read.ends_with(' ') { " " } else { "" };
    let message = format!("{}{blank}{rest}", opening.replace(NUMBER, &number));
    (errors > 0 || message != body).then_some(message)
}

/// The letters of a text as they look, blanks left out and each number one letter, with their places.
fn letters_of(text: &str) -> Vec<(usize, char)> {
    let mut letters: Vec<(usize, char)> = Vec::with_capacity(text.len());
    let mut in_number = false;
    for (at, character) in text.char_indices().filter(|(_, c)| !c.is_whitespace()) {
        let number = character.is_ascii_digit() || character == '#' && in_number;
        if !(number && in_number) {
            letters.push((at, if number { '0' } else { look_of(character) }));
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

/// The first number of what was read for an opening; masked when there is none.
fn number_in(read: &str) -> String {
    let digits = read.trim_start_matches(|c: char| !c.is_ascii_digit());
    let length = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    if length == 0 { "#".to_owned() } else { digits[..length].to_owned() }
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
    fn other_lines_stay_what_they_are() {
        for line in
            ["Something new has happened in the host", "cr0=0x80010031 cr2=0x0", "", "ASSERTION"]
        {
            check(line, None);
        }
    }
}
