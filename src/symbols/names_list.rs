//! Lists of names as `nm` prints them, with sizes or without, and as `System.map` has them.

use super::elf::{NoSymbols, is_name};
use super::table::{FunctionTable, Section, Symbol, SymbolKind, TableHead};

/// Letters of `nm` for functions; of the others only absolute and undefined names have no place.
const FUNCTIONS: &str = "TtWwVvi";
const WITHOUT_PLACE: &str = "AaUN";
/// Longest digits of an address.
const DIGITS: std::ops::RangeInclusive<usize> = 4..=16;

/// True for the first lines of such a list.
pub(super) fn is_list(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head);
    // The last line may be cut.
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let lines: Vec<&str> = lines.take(10).collect();
    let whole = &lines
        [..lines.len().saturating_sub(usize::from(lines.len() == 10)).max(1).min(lines.len())];
    !whole.is_empty() && whole.iter().all(|line| entry(line).is_some() || is_undefined(line))
}

/// The table of a list; lines that are none are counted.
pub(super) fn table_of(
    text: &str,
    head: TableHead,
    most: u64,
) -> Result<(FunctionTable, usize), NoSymbols> {
    let (mut symbols, mut others, mut has_static) = (Vec::new(), 0, false);
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        match entry(line) {
            Some(Entry::Symbol(symbol, letter)) => {
                has_static |= letter == 't';
                symbols.push(symbol);
            }
            Some(Entry::WithoutPlace) => {}
            None if is_undefined(line) => {}
            None => others += 1,
        }
        if symbols.len() as u64 > most {
            return Err(NoSymbols::TooMany(most));
        }
    }
    if !symbols.iter().any(|symbol| symbol.kind == SymbolKind::Function) {
        return Err(NoSymbols::Stripped);
    }
    // Where sections begin and end is not said; a list may also be a part of one.
    let sections = vec![Section { name: "list".into(), address: 0, size: 0 }];
    // `nm -g` leaves the static functions out.
    let complete = others == 0 && has_static;
    let head = TableHead { complete, relocatable: false, sections, ..head };
    Ok((FunctionTable::new(head, symbols), others))
}

enum Entry {
    /// With its letter.
    Symbol(Symbol, char),
    WithoutPlace,
}

/// Reads `ffffffff81000000 T startup_64`, `0000000000001a20 000000000000004c t lpfc_work /src/lpfc.c:12`.
fn entry(line: &str) -> Option<Entry> {
    let mut words = line.split_whitespace();
    let address = number(words.next()?)?;
    let next = words.next()?;
    let (size, letter) = match number(next).filter(|_| next.len() > 1) {
        Some(size) => (size, words.next()?),
        None => (0, next),
    };
    let name = words.next()?;
    if letter.len() != 1 || !letter.starts_with(|c: char| c.is_ascii_alphabetic()) || !is_name(name)
    {
        return None;
    }
    // `startup_64 [module]` of a running kernel is of another file.
    if WITHOUT_PLACE.contains(letter) || words.next().is_some_and(|word| word.starts_with('[')) {
        return Some(Entry::WithoutPlace);
    }
    let kind = if FUNCTIONS.contains(letter) { SymbolKind::Function } else { SymbolKind::Other };
    address.checked_add(size)?;
    let symbol = Symbol { section: 0, address, size, kind, name: name.to_owned() };
    Some(Entry::Symbol(symbol, letter.chars().next()?))
}

/// Reads `                 U memcpy`.
fn is_undefined(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    matches!(words[..], ["U" | "w" | "v", name] if is_name(name))
}

fn number(word: &str) -> Option<u64> {
    let word = word.strip_prefix("0x").unwrap_or(word);
    let digits = DIGITS.contains(&word.len()) && word.chars().all(|c| c.is_ascii_hexdigit());
    digits.then(|| u64::from_str_radix(word, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&[(&str, u64, u64)], NoSymbols>) {
        assert_eq!(
            is_list(text.as_bytes()),
            expected != Err(NoSymbols::Stripped) || text.contains(" U "),
            "{text}"
        );
        let found = table_of(text, TableHead::default(), 10).map(|(table, _)| {
            let symbols = table.symbols().iter();
            symbols.map(|one| (one.name.clone(), one.address, one.size)).collect::<Vec<_>>()
        });
        let expected = expected.map(|all| {
            all.iter().map(|(name, address, size)| ((*name).to_owned(), *address, *size)).collect()
        });
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn lists_have_addresses_sizes_and_names() {
        check(
            "0000000000001a20 T a\n0000000000001b20 t b.isra.0\n",
            Ok(&[("a", 0x1a20, 0), ("b.isra.0", 0x1b20, 0)]),
        );
        check(
            "0000000000001a20 000000000000004c T a\t/src/a.c:12\n                 U memcpy\n",
            Ok(&[("a", 0x1a20, 0x4c)]),
        );
        check("                 U memcpy\n", Err(NoSymbols::Stripped));
        check("A text about something.\n", Err(NoSymbols::Stripped));
        check("", Err(NoSymbols::Stripped));
    }

    #[test]
    fn a_line_that_is_none_makes_a_list_incomplete() {
        let (table, others) =
            table_of("0000000000001a20 T a\nodd\n", TableHead::default(), 10).expect("a list");
        assert!(others == 1 && !table.head.complete);
    }
}
