//! Characters that look alike on a photograph: the table `lookalikes.csv`.
//!
//! Its head says which groups serve what and why they differ. The table is brought into arrays
//! over ASCII when the program is compiled, so that a look-up costs one access. What is read and
//! corrected is decided by the callers; damaged crashes are drawn from the counts of the same
//! file.

/// The table itself, for readers of its counts.
pub const LOOKALIKES: &str = include_str!("lookalikes.csv");

static LINE: Looks = looks(b"line");
static NAME: Looks = looks(b"name");
static DIGIT: Looks = looks(b"digit");
static DECIMAL: Looks = looks(b"decimal");
static ZERO: Looks = looks(b"zero");
static BRACKET: Looks = looks(b"bracket");

/// The looks of lines in both cases, every other ASCII character as itself.
static LOOKS_IN_LINES: [u8; 128] = {
    let mut looks = [0; 128];
    let mut character = 0_u8;
    while character < 128 {
        let lower = character.to_ascii_lowercase();
        let look = LINE.ascii[lower as usize];
        looks[character as usize] = if look == 0 { lower } else { look };
        character += 1;
    }
    looks[b'\t' as usize] = b' ';
    looks
};

/// The ASCII character that stands for all that look like `character` in a line of the screen.
pub(crate) fn look_in_line(character: char) -> char {
    if character.is_ascii() {
        char::from(LOOKS_IN_LINES[character as usize])
    } else {
        LINE.beyond_ascii(character).unwrap_or('?')
    }
}

/// The letter that two letters of a line look like, in either case.
pub(crate) fn pair_in_line(first: u8, second: u8) -> Option<char> {
    LINE.pair(first.to_ascii_lowercase(), second.to_ascii_lowercase())
}

/// The character that stands for all that look like `character` in a name in lower case.
pub(crate) fn look_in_name(character: char) -> char {
    NAME.get(character).unwrap_or(character)
}

/// Two letters of a name in lower case that look like one, and that one.
pub(crate) fn pairs_in_names() -> impl Iterator<Item = (&'static str, char)> {
    NAME.pairs[..NAME.pair_count].iter().filter_map(|(pair, look)| {
        let pair = std::str::from_utf8(pair).ok()?;
        Some((pair, char::from(*look)))
    })
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

/// The most rows of one use whose `read` is beyond ASCII, or two letters.
const MAX_RARE: usize = 8;

/// The printed character for each read one, of one use.
struct Looks {
    /// By the read character; 0 where it is taken for nothing else.
    ascii: [u8; 128],
    others: [(char, u8); MAX_RARE],
    other_count: usize,
    pairs: [([u8; 2], u8); MAX_RARE],
    pair_count: usize,
}

impl Looks {
    fn get(&self, character: char) -> Option<char> {
        if !character.is_ascii() {
            return self.beyond_ascii(character);
        }
        let look = self.ascii[character as usize];
        (look != 0).then_some(char::from(look))
    }

    fn beyond_ascii(&self, character: char) -> Option<char> {
        let others = &self.others[..self.other_count];
        others.iter().find(|(read, _)| *read == character).map(|(_, look)| char::from(*look))
    }

    fn pair(&self, first: u8, second: u8) -> Option<char> {
        let pairs = &self.pairs[..self.pair_count];
        pairs.iter().find(|(pair, _)| *pair == [first, second]).map(|(_, look)| char::from(*look))
    }
}

/// The rows of the table that are taken as `wanted`.
const fn looks(wanted: &[u8]) -> Looks {
    let table = LOOKALIKES.as_bytes();
    let mut looks = Looks {
        ascii: [0; 128],
        others: [('\0', 0); MAX_RARE],
        other_count: 0,
        pairs: [([0; 2], 0); MAX_RARE],
        pair_count: 0,
    };
    let mut at = 0;
    while at < table.len() {
        if table[at] == b'#' {
            at = end_of_line(table, at) + 1;
            continue;
        }
        let printed = field(table, at);
        let read = field(table, printed.next);
        let count = field(table, read.next);
        let end = end_of_line(table, count.next);
        if has_word(table, count.next, end, wanted) {
            assert!(printed.end == printed.start + 1, "`printed` is one ASCII character");
            let look = table[printed.start];
            let (character, length) = character_at(table, read.start);
            if read.end - read.start == 2 && length == 1 {
                looks.pairs[looks.pair_count] = ([table[read.start], table[read.start + 1]], look);
                looks.pair_count += 1;
            } else {
                assert!(read.end - read.start == length, "`read` is one character or two letters");
                if character.is_ascii() {
                    looks.ascii[character as usize] = look;
                } else {
                    looks.others[looks.other_count] = (character, look);
                    looks.other_count += 1;
                }
            }
        }
        at = end + 1;
    }
    looks
}

/// Where a field lies, and where the one after it begins.
struct Field {
    start: usize,
    end: usize,
    next: usize,
}

/// The field that begins at `at`: up to the comma, or between quotes.
const fn field(table: &[u8], at: usize) -> Field {
    let quoted = table[at] == b'"';
    let start = if quoted { at + 1 } else { at };
    let mark = if quoted { b'"' } else { b',' };
    let mut end = start;
    while table[end] != mark {
        end += 1;
    }
    Field { start, end, next: if quoted { end + 2 } else { end + 1 } }
}

const fn end_of_line(table: &[u8], mut at: usize) -> usize {
    while at < table.len() && table[at] != b'\n' {
        at += 1;
    }
    at
}

/// True when one of the words between `start` and `end` is `wanted`.
const fn has_word(table: &[u8], mut start: usize, end: usize, wanted: &[u8]) -> bool {
    while start < end {
        let mut length = 0;
        let mut same = true;
        while start + length < end && table[start + length] != b' ' {
            same = same && length < wanted.len() && table[start + length] == wanted[length];
            length += 1;
        }
        if same && length == wanted.len() {
            return true;
        }
        start += length + 1;
    }
    false
}

/// The character whose UTF-8 begins at `at`, and its bytes; no character of the table has four.
const fn character_at(table: &[u8], at: usize) -> (char, usize) {
    let first = table[at] as u32;
    let (code, length) = if first < 0x80 {
        (first, 1)
    } else if first < 0xe0 {
        ((first & 0x1f) << 6 | table[at + 1] as u32 & 0x3f, 2)
    } else {
        let middle = (table[at + 1] as u32 & 0x3f) << 6;
        ((first & 0x0f) << 12 | middle | table[at + 2] as u32 & 0x3f, 3)
    };
    (char::from_u32(code).expect("the table is UTF-8"), length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Lookalike {
        printed: String,
        read: String,
        taken_as: String,
    }

    /// The rows that are taken as `wanted`.
    fn rows(wanted: &str) -> Vec<Lookalike> {
        let table = csv::ReaderBuilder::new()
            .comment(Some(b'#'))
            .from_reader(LOOKALIKES.as_bytes())
            .into_deserialize();
        let rows: Vec<Lookalike> = table.map(|row| row.expect("a row")).collect();
        rows.into_iter().filter(|row| row.taken_as.split(' ').any(|word| word == wanted)).collect()
    }

    fn only(text: &str) -> char {
        text.chars().next().expect("a character")
    }

    /// Checks that every row of a use is found, and that as many are.
    #[track_caller]
    fn check(wanted: &str, looks: &Looks) {
        let rows = rows(wanted);
        let known = looks.ascii.iter().filter(|look| **look != 0).count();
        assert_eq!(known + looks.other_count + looks.pair_count, rows.len(), "{wanted}");
        for row in &rows {
            let found = match row.read.as_bytes() {
                [first, second] if row.read.is_ascii() => looks.pair(*first, *second),
                _ => looks.get(only(&row.read)),
            };
            assert_eq!(found, Some(only(&row.printed)), "{wanted}: {}", row.read);
        }
    }

    #[test]
    fn arrays_hold_what_the_table_says() {
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
            let stand = looks.ascii.iter().filter(|look| **look != 0);
            assert!(stand.into_iter().all(|look| looks.ascii[usize::from(*look)] == 0));
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
