//! Characters that look alike on a photograph: the table `lookalikes.csv`.
//!
//! Its head tells the use of each group and why they differ. The table is brought into arrays
//! over ASCII on first use, so that a look-up costs one access. The callers decide which characters
//! are corrected; damaged crashes are drawn from the counts of the same file.

use std::sync::LazyLock;

/// The table itself, for readers of its counts.
pub const LOOKALIKES: &str = include_str!("lookalikes.csv");

// The rows of each use, which `build.rs` takes out of the table.
include!(concat!(env!("OUT_DIR"), "/lookalikes.rs"));

static LINE: LazyLock<Looks> = LazyLock::new(|| Looks::new(LINE_ROWS));
static NAME: LazyLock<Looks> = LazyLock::new(|| Looks::new(NAME_ROWS));
static DIGIT: LazyLock<Looks> = LazyLock::new(|| Looks::new(DIGIT_ROWS));
static DECIMAL: LazyLock<Looks> = LazyLock::new(|| Looks::new(DECIMAL_ROWS));
static ZERO: LazyLock<Looks> = LazyLock::new(|| Looks::new(ZERO_ROWS));
static BRACKET: LazyLock<Looks> = LazyLock::new(|| Looks::new(BRACKET_ROWS));

/// The looks of lines in both cases, every other ASCII character as itself.
static LOOKS_IN_LINES: LazyLock<[char; 128]> = LazyLock::new(|| {
    let mut looks = std::array::from_fn(|character| {
        let lower = char::from(character as u8).to_ascii_lowercase();
        LINE.get(lower).unwrap_or(lower)
    });
    looks[usize::from(b'\t')] = ' ';
    looks
});

/// Marks in [`line_looks`] the characters that begin a pair.
pub(crate) const BEGINS_PAIR: u8 = 0x80;

/// [`look_in_line`] of each ASCII character in one byte, so that a line is looked at without a question for
/// each of its letters; marked where [`pair_in_line`] may answer.
static LINE_LOOKS: LazyLock<[u8; 128]> = LazyLock::new(|| {
    std::array::from_fn(|character| {
        let character = char::from(character as u8);
        let look = u8::try_from(look_in_line(character)).unwrap_or(b'?');
        let begins = LINE.begins_pair(character.to_ascii_lowercase() as u8);
        look | if begins { BEGINS_PAIR } else { 0 }
    })
});

/// The look of each ASCII character in a line of the screen, with [`BEGINS_PAIR`].
pub(crate) fn line_looks() -> &'static [u8; 128] {
    &LINE_LOOKS
}

/// The one ASCII character for all that look like `character` in a line of the screen.
pub(crate) fn look_in_line(character: char) -> char {
    if character.is_ascii() {
        LOOKS_IN_LINES[character as usize]
    } else {
        LINE.get(character).unwrap_or('?')
    }
}

/// The letter that two letters of a line look like, in either case.
pub(crate) fn pair_in_line(first: u8, second: u8) -> Option<char> {
    LINE.pair(first.to_ascii_lowercase(), second.to_ascii_lowercase())
}

/// The one character for all that look like `character` in a name in lower case.
pub(crate) fn look_in_name(character: char) -> char {
    NAME.get(character).unwrap_or(character)
}

/// Two letters of a name in lower case that look like one, and that one.
pub(crate) fn pairs_in_names() -> impl Iterator<Item = (&'static str, char)> {
    NAME.pairs.iter().map(|(pair, look)| (*pair, *look))
}

/// True when a name in lower case contains two letters that look like one.
pub(crate) fn has_pair_in_name(name: &str) -> bool {
    let names: &Looks = &NAME;
    name.as_bytes().windows(2).any(|pair| names.pair(pair[0], pair[1]).is_some())
}

/// The digit that was printed where `character` is read in a hexadecimal number.
pub(crate) fn hexadecimal_digit(character: char) -> Option<char> {
    if character.is_ascii_hexdigit() { Some(character) } else { DIGIT.get(character) }
}

/// The digit that was printed where `character` is read in a decimal number.
pub(crate) fn decimal_digit(character: char) -> Option<char> {
    if character.is_ascii_digit() {
        return Some(character);
    }
    DECIMAL.get(character).or_else(|| DIGIT.get(character))
}

/// True for the characters that a zero before an x is read as, and for the zero.
pub(crate) fn is_zero_before_x(character: char) -> bool {
    character == '0' || ZERO.get(character).is_some()
}

/// True for the characters that a closing bracket after an address is read as.
pub(crate) fn is_closing_bracket(character: char) -> bool {
    BRACKET.get(character).is_some()
}

/// The printed character for each read one, of one use.
struct Looks {
    /// By the read character; `None` where it is taken for nothing else.
    ascii: [Option<char>; 128],
    others: Vec<(char, char)>,
    pairs: Vec<(&'static str, char)>,
    /// True for the ASCII characters that begin a pair.
    pair_starts: [bool; 128],
}

impl Looks {
    fn new(rows: &[(&'static str, char)]) -> Self {
        let (others, pairs) = (Vec::new(), Vec::new());
        let mut looks = Looks { ascii: [None; 128], others, pairs, pair_starts: [false; 128] };
        for &(text, printed) in rows {
            let mut read = text.chars();
            match (read.next(), read.next()) {
                (Some(first), Some(_)) => {
                    looks.pairs.push((text, printed));
                    if let Some(starts) = looks.pair_starts.get_mut(first as usize) {
                        *starts = true;
                    }
                }
                (Some(read), None) if read.is_ascii() => looks.ascii[read as usize] = Some(printed),
                (Some(read), None) => looks.others.push((read, printed)),
                (None, _) => {}
            }
        }
        looks
    }

    fn get(&self, character: char) -> Option<char> {
        if character.is_ascii() {
            return self.ascii[character as usize];
        }
        self.others.iter().find(|(read, _)| *read == character).map(|(_, printed)| *printed)
    }

    fn begins_pair(&self, first: u8) -> bool {
        self.pair_starts.get(usize::from(first)) == Some(&true)
    }

    fn pair(&self, first: u8, second: u8) -> Option<char> {
        if !self.begins_pair(first) {
            return None;
        }
        let found = self.pairs.iter().find(|(pair, _)| pair.as_bytes() == [first, second]);
        found.map(|(_, printed)| *printed)
    }
}

#[cfg(test)]
mod tests {
    use super::super::csv_table::{check_csv, csv_rows};
    use super::*;

    /// A row of the table.
    #[derive(serde::Deserialize)]
    struct LookalikeRow {
        printed: String,
        read: String,
        taken_as: String,
    }

    fn only(text: &str) -> char {
        text.chars().next().expect("a character")
    }

    /// Checks that every row of a use is found, and that as many are.
    #[track_caller]
    fn check(wanted: &str, looks: &Looks) {
        let rows: Vec<LookalikeRow> = csv_rows(LOOKALIKES);
        let rows = rows.iter().filter(|row| row.taken_as.split(' ').any(|word| word == wanted));
        let known = looks.ascii.iter().flatten().count();
        assert_eq!(
            known + looks.others.len() + looks.pairs.len(),
            rows.clone().count(),
            "{wanted}"
        );
        for row in rows {
            assert_eq!(row.printed.len(), 1, "`printed` is one ASCII character");
            let found = match row.read.as_bytes() {
                [first, second] if row.read.is_ascii() => looks.pair(*first, *second),
                _ => looks.get(only(&row.read)),
            };
            assert_eq!(found, Some(only(&row.printed)), "{wanted}: {}", row.read);
        }
    }

    #[test]
    fn every_row_can_be_read() {
        check_csv::<LookalikeRow>(LOOKALIKES);
    }

    #[test]
    fn arrays_hold_the_rows_of_the_table() {
        check("line", &LINE);
        check("name", &NAME);
        check("digit", &DIGIT);
        check("decimal", &DECIMAL);
        check("zero", &ZERO);
        check("bracket", &BRACKET);
    }

    #[test]
    fn one_character_stands_for_a_group() {
        for looks in [&LINE, &NAME] {
            let mut stand = looks.ascii.iter().flatten();
            assert!(stand.all(|look| looks.get(*look).is_none()));
        }
    }

    #[test]
    fn uses_differ_where_they_must() {
        assert_eq!("0QÖø\t[Xy".chars().map(look_in_line).collect::<String>(), "oo?o lxv");
        assert_eq!("0q69yej!".chars().map(look_in_name).collect::<String>(), "ooggyell");
        assert_eq!(pair_in_line(b'R', b'n'), Some('m'));
        assert_eq!(pair_in_line(b'c', b'l'), None);
        assert_eq!(
            ['B', 'b', 'O', 'x'].map(|c| (hexadecimal_digit(c), decimal_digit(c))),
            [(Some('B'), Some('8')), (Some('b'), None), (Some('0'), Some('0')), (None, None)]
        );
        assert!(is_zero_before_x('@') && hexadecimal_digit('@').is_none());
        assert!(is_closing_bracket('J') && !is_closing_bracket(']'));
    }
}
