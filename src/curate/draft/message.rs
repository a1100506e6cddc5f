//! The template that several panic messages have in common.
//!
//! What differs between two of them, or from host to host in one, becomes a placeholder: a number is
//! `{n}`, a word `{w}`, and several words are `*`. The name of a world is left out, because a guest
//! chooses it.

use std::sync::LazyLock;

use regex::Regex;

use crate::text::without_world_name;

/// Words of a message that are compared: a panic message is one line.
const MAX_WORDS: usize = 64;
const NUMBER: &str = "{n}";
const WORD: &str = "{w}";
const ANYTHING: &str = "*";

/// Numbers that another host prints otherwise, wherever they stand: addresses, and digits that no letter
/// precedes. `e1000` and `ixgben2` are names.
static NUMBERS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"0x[0-9a-fA-F]+|\b[0-9]+(?:\.[0-9]+)*\b|\b[0-9a-fA-F]{8,}\b").ok()
});
/// The name of a device, which another host counts otherwise.
static DEVICE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\b(?:vmnic|vmrdma|vmhba|vmgfx|vmgp|vmk)[0-9]+\w*\b").ok());

/// The common template of `messages`; `None` without a message, and where one is empty.
pub(super) fn common_template<'a>(messages: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let mut common: Option<Vec<String>> = None;
    let mut count = 0;
    for message in messages {
        let words = words_of(message);
        if words.is_empty() {
            return None;
        }
        common = Some(match common {
            None => words,
            Some(common) => unified(&common, &words),
        });
        count += 1;
    }
    let mut template = common?;
    if count == 1 {
        // Nothing says which names are those of this host.
        let devices = DEVICE.as_ref()?;
        for word in &mut template {
            *word = devices.replace_all(word, WORD).into_owned();
        }
    }
    while template.last().is_some_and(|word| word == ANYTHING) {
        template.pop();
    }
    let first = template.iter().position(|word| word != ANYTHING)?;
    Some(template[first..].join(" "))
}

/// The words of a message, its numbers replaced.
fn words_of(message: &str) -> Vec<String> {
    let nameless = without_world_name(message, ANYTHING);
    // A `*` would be a placeholder, and so would be braces.
    let words = nameless.split_whitespace().take(MAX_WORDS).map(|word| {
        let word =
            NUMBERS.as_ref().map_or_else(|| word.into(), |search| search.replace_all(word, NUMBER));
        if word.contains(ANYTHING) { ANYTHING.to_owned() } else { word.into_owned() }
    });
    let mut words: Vec<String> = words.collect();
    words.dedup_by(|one, other| one == ANYTHING && other == ANYTHING);
    words
}

/// The common subsequence of two lists of words, with placeholders between.
fn unified(one: &[String], other: &[String]) -> Vec<String> {
    let width = other.len() + 1;
    let mut longest = vec![0_usize; (one.len() + 1) * width];
    for row in (0..one.len()).rev() {
        for column in (0..other.len()).rev() {
            longest[row * width + column] = if one[row] == other[column] {
                1 + longest[(row + 1) * width + column + 1]
            } else {
                longest[(row + 1) * width + column].max(longest[row * width + column + 1])
            };
        }
    }
    let (mut row, mut column) = (0, 0);
    let mut words = Vec::new();
    let (mut skipped, mut passed) = (0, 0);
    while row < one.len() && column < other.len() {
        if one[row] == other[column] {
            close_gap(&mut words, skipped, passed);
            (skipped, passed) = (0, 0);
            words.push(one[row].clone());
            row += 1;
            column += 1;
        } else if longest[(row + 1) * width + column] >= longest[row * width + column + 1] {
            row += 1;
            skipped += 1;
        } else {
            column += 1;
            passed += 1;
        }
    }
    close_gap(&mut words, skipped + one.len() - row, passed + other.len() - column);
    words
}

/// A placeholder for the words that only one side has.
fn close_gap(words: &mut Vec<String>, skipped: usize, passed: usize) {
    let placeholder = match (skipped, passed) {
        (0, 0) => return,
        (1, 1) => WORD,
        _ => ANYTHING,
    };
    if words.last().is_none_or(|last| last != ANYTHING) {
        words.push(placeholder.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Template;

    #[track_caller]
    fn check(messages: &[&str], expected: Option<&str>) {
        let found = common_template(messages.iter().copied());
        assert_eq!(found.as_deref(), expected, "{messages:?}");
        let template = found.map(|found| Template::new(&found));
        for message in messages.iter().filter(|_| expected.is_some_and(|text| !text.is_empty())) {
            assert!(template.as_ref().is_some_and(|one| one.is_in(message)), "{message}");
        }
    }

    #[test]
    fn numbers_names_and_what_differs_become_placeholders() {
        check(&["Heap full at 0x4300 after 12 tries"], Some("Heap full at {n} after {n} tries"));
        check(&["port vmnic4 lost its ring"], Some("port {w} lost its ring"));
        let ports = ["port vmnic4 lost its ring", "port vmnic7 lost its ring"];
        check(&ports, Some("port {w} lost its ring"));
        // As in the article 1016070.
        check(&["Int3 @ mp_register_ioapic"], Some("Int3 @ mp_register_ioapic"));
        let longer = ["queue of lpfc is full", "queue of the new driver is full"];
        check(&longer, Some("queue of * is full"));
        check(&["PCPU 3: stuck", ""], None);
        check(&[], None);
    }

    #[test]
    fn the_name_of_a_world_is_left_out() {
        let message = "Timer lost in world 2098051:vmm0:payroll is full IP 0x41 addr 0x8";
        let found = common_template([message]).expect("a template");
        assert!(!found.contains("payroll"), "{found}");
    }
}
