//! Frames that a photograph has blurred beyond the repair of single characters.
//!
//! A frame of a 64-bit VMkernel is `0x453949a1be20:[0x42002b65ad3b]Function@module#version+0x45f`:
//! two addresses of twelve digits, then the name. Brackets are read as letters, digits as other
//! digits, and spaces come and go, but the places stay nearly the same.

use std::ops::RangeInclusive;

use super::frames::{begins_name, is_compiled_name_character};
use crate::crash::VMKERNEL;

/// The characters that are read for a digit of an address, and the digit; `None` for an unknown one.
const DIGITS: &[(&str, Option<char>)] = &[
    ("oOQ@©®DUu", Some('0')),
    ("lI|!iJ", Some('1')),
    ("zZ", Some('2')),
    ("Ss$", Some('5')),
    ("G", Some('6')),
    ("?T", Some('7')),
    ("&", Some('8')),
    ("gq", Some('9')),
    ("(){}<>/yYmnrPhkKt.,'*%", None),
];
/// The characters that are read for the bracket after an address.
const CLOSING: &str = "]I1l|!)}Jjf";
/// The characters that are read for the sign between function and module.
const AT: &str = "@©®";
/// Digits of an address.
const ADDRESS: usize = 12;
/// Places in which the second address may begin, spaces left out.
const SECOND: RangeInclusive<usize> = 12..=20;
/// Fewest letters of a name that is worth the risk.
const NAME: usize = 4;

/// The frame that a blurred line shows, as the screen would print it, without the first address.
pub(super) fn loose_frame(body: &str) -> Option<String> {
    if !body.contains(['x', 'X', '×']) {
        return None;
    }
    let letters: Vec<char> = body.chars().filter(|c| !c.is_whitespace()).collect();
    let second = second_address(&letters)?;
    let first = letters.get(3..second.checked_sub(2)?)?;
    if !first.iter().all(|c| digit(*c).is_some() || ":;[".contains(*c)) {
        return None;
    }
    let digits = &letters[second..letters.len().min(second + ADDRESS)];
    let mut known = digits.iter().map_while(|c| digit(*c)).collect::<Vec<_>>();
    // A digit more or less is lost easily; the bracket tells where the digits end.
    let bracket = second + ADDRESS - 2..=second + ADDRESS + 2;
    let printed = bracket.clone().find(|place| letters.get(*place) == Some(&']'));
    let after = match printed {
        // `])PanicvPanicInt`: a sign that begins no name belongs to the bracket.
        Some(place) => {
            let after = letters.get(place + 1..)?;
            let sign = after.first().is_some_and(|c| CLOSING.contains(*c) && !begins_name(*c));
            &after[usize::from(sign)..]
        }
        None => match lost_bracket(body, second + ADDRESS - 1..=second + ADDRESS, &letters) {
            Some(place) if known.len() + second >= place.min(second + ADDRESS) => {
                known.truncate(place - second);
                &letters[place..]
            }
            _ if known.len() == ADDRESS => name_after(letters.get(second + ADDRESS..)?),
            _ => return None,
        },
    };
    let (name, module) = symbol(after)?;
    let address: String = known.into_iter().map(|digit| digit.unwrap_or('#')).collect();
    Some(format!("[0x{address}]{name}{module}"))
}

/// `[0x428024b5c47 qla27xxCopyFpinPkt+0x344`: where a name begins after a space, where only
/// the space is left of the bracket.
fn lost_bracket(body: &str, places: RangeInclusive<usize>, letters: &[char]) -> Option<usize> {
    let lengths = body.split_whitespace().map(|word| word.chars().count());
    let after_spaces = lengths.scan(0, |end, length| {
        *end += length;
        Some(*end)
    });
    // Spaces come inside addresses and names too: there a digit follows, or a letter is before them.
    after_spaces.filter(|place| places.contains(place)).find(|&place| {
        let before = place.checked_sub(1).and_then(|before| letters.get(before));
        let after = letters.get(place);
        after.is_some_and(|c| begins_name(*c) && !c.is_ascii_hexdigit())
            && before.is_some_and(|c| c.is_ascii_hexdigit() && *c != '1')
    })
}

/// The name after twelve digits, perhaps one more, and a bracket read as another sign.
fn name_after(letters: &[char]) -> &[char] {
    let digit = usize::from(letters.first().is_some_and(char::is_ascii_digit));
    let closed = misread_bracket(letters).or_else(|| misread_bracket(&letters[digit..]));
    closed.unwrap_or(letters)
}

/// The text after a bracket that was read as another sign, if it is a name.
fn misread_bracket(letters: &[char]) -> Option<&[char]> {
    let (bracket, name) = letters.split_first()?;
    (CLOSING.contains(*bracket) && begins_name(*name.first()?)).then_some(name)
}

/// Where the digits of the second address begin: after the `x` that is nearest to its place.
fn second_address(letters: &[char]) -> Option<usize> {
    let mut places = SECOND;
    let start = places.find(|&place| {
        let zero = place.checked_sub(1).and_then(|before| letters.get(before));
        matches!(letters.get(place), Some('x' | 'X' | '×'))
            && zero.is_some_and(|zero| "0oOQ@©86GBC(".contains(*zero))
    });
    start.map(|place| place + 1)
}

/// The digit that a character is read for: `Some(None)` for one that is not known.
fn digit(character: char) -> Option<Option<char>> {
    if character.is_ascii_hexdigit() {
        return Some(Some(character.to_ascii_lowercase()));
    }
    DIGITS.iter().find(|(signs, _)| signs.contains(character)).map(|(_, digit)| *digit)
}

/// The function, and the module as the screen would print it.
fn symbol(letters: &[char]) -> Option<(String, String)> {
    let text: String = letters.iter().collect();
    let end = text.find(|c: char| AT.contains(c) || "#+(<".contains(c));
    let kernel = kernel_at(&text);
    let end = match (end, kernel) {
        (Some(end), Some(kernel)) => end.min(kernel),
        (end, kernel) => end.or(kernel)?,
    };
    let name: String = text[..end].chars().filter(|c| is_compiled_name_character(*c)).collect();
    if !name.starts_with(begins_name) || name.len() < NAME {
        return None;
    }
    let rest = text[end..].trim_start_matches(|c: char| AT.contains(c));
    let module = match rest.strip_prefix('(').and_then(|rest| rest.split_once([')', '}', ']'])) {
        Some((module, _)) => format!("@({module})#<None>"),
        // `Name+0x11b`: the screen prints no module.
        None if rest.starts_with('+') => "@<None>#<None>".to_owned(),
        None => match other_module(rest) {
            Some(module) => format!("@{module}#nover"),
            None => "@vmkernel#nover".to_owned(),
        },
    };
    Some((name, module))
}

/// The module after the sign, where it can be read and is not `vmkernel` with damaged letters.
fn other_module(rest: &str) -> Option<&str> {
    const MIN_LETTERS: usize = 3;
    let (module, _) = rest.split_once(['#', ':'])?;
    let is_name = module.len() >= MIN_LETTERS
        && module.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    let like_vmkernel = strsim::normalized_levenshtein(&module.to_lowercase(), VMKERNEL);
    (is_name && like_vmkernel < 0.5).then_some(module)
}

/// Where `@vmkernel` begins when its sign was read as a letter.
fn kernel_at(text: &str) -> Option<usize> {
    let at = text.find("kernel")?;
    // Two letters of the module and the sign come before.
    text[..at].char_indices().nth_back(2).map(|(place, _)| place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, expected: Option<&str>) {
        assert_eq!(loose_frame(body).as_deref(), expected, "{body}");
    }

    #[test]
    fn brackets_and_digits_may_be_letters_and_blanks_come_and_go() {
        check(
            "6x453949a1be 26:(0x42002b65ad3b1i40en_UplinkPriyStatsGet@(i40en)#<None>+@x45f",
            Some("[0x42002b65ad3b]i40en_UplinkPriyStatsGet@(i40en)#<None>"),
        );
        check(
            "0x453949a1be8 0:f0x420O2aa8da15]UplinkDeyiceGetStatsAsyncCB@vmkernel#nover +0x2fe",
            Some("[0x42002aa8da15]UplinkDeyiceGetStatsAsyncCB@vmkernel#nover"),
        );
        check(
            "8x453949a1bf e0:[Ox42e62abb3e29ICpuSched _Startworld@vmkernelfnover+@x86 stack: 8x0",
            Some("[0x42e62abb3e29]CpuSched_Startworld@vmkernel#nover"),
        );
        check(
            "0x45390e9ccS9d:[0x42@01ab7c298 PFrame_IsBackedByLPage@vmkerne tnover+0x0",
            Some("[0x42001ab7c298]PFrame_IsBackedByLPage@vmkernel#nover"),
        );
        check(
            "0x453900c 2 f92 :[0x429689086c618Iqla24xxProcessResponseQueue+@x11b",
            Some("[0x429689086c61]qla24xxProcessResponseQueue@<None>#<None>"),
        );
        check(
            "Ox4539O2c2b5dc:[0x42(6O@31bedac]IDTNMIWork+0x38a",
            Some("[0x42#60031beda]IDTNMIWork@<None>#<None>"),
        );
        check(
            "0x4539050336ae:[0x428024b5c47 qla27xxCopyFpinPkt+0x344",
            Some("[0x428024b5c47]qla27xxCopyFpinPkt@<None>#<None>"),
        );
    }

    #[test]
    fn what_is_no_frame_stays_what_it_is() {
        check("Code start: 0x42000f400000 VMK uptime: 87:01:14:56.283", None);
        check("cr0=0x80010031 cr2=0x9cc7ca0960 cr3=0x20cdde000 cr4=0x140768", None);
        check("0x45390391bd10:[0x42000c0de001]", None);
        check("the frame 0x453 of the host at address 0x42 is printed in a sentence", None);
        check("", None);
    }
}
