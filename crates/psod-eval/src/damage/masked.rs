//! Digits that a publisher hides.

use super::Draw;

/// The signs that publishers put in the place of a digit.
const MASKS: &[char] = &['#', 'x', '*'];
/// Shorter numbers after `0x` stay: a publisher hides addresses.
const ADDRESS_DIGITS: usize = 6;
/// Digits that stay before and after a mask inside a number: `0x4539######30`.
const KEPT: (usize, usize) = (4, 2);

/// How one publisher hides digits.
struct MaskStyle {
    mask: char,
    /// The ends of addresses stay.
    inside: bool,
    offsets: bool,
}

/// Hides the digits of addresses and world ids; one style for the whole text.
pub(super) fn masked(text: &str, draw: &mut Draw) -> String {
    let style = MaskStyle {
        mask: *draw.pick(MASKS),
        inside: draw.happens(0.5),
        offsets: draw.happens(0.3),
    };
    let lines = text.split_inclusive('\n');
    lines.map(|line| without_ids(&without_addresses(line, &style), style.mask)).collect()
}

fn without_addresses(line: &str, style: &MaskStyle) -> String {
    // An article about a machine check needs its status: it is hidden in part at most.
    let status = line.to_lowercase().contains("status") || line.contains(" S:0x");
    let mut written = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find("0x") {
        let digits_at = at + 2;
        let digits = rest[digits_at..].find(|c: char| !c.is_ascii_hexdigit());
        let end = digits_at + digits.unwrap_or(rest.len() - digits_at);
        let offset = rest[..at].ends_with('+');
        let digits = &rest[digits_at..end];
        written.push_str(&rest[..digits_at]);
        let hide = digits.len() >= ADDRESS_DIGITS || offset && style.offsets && digits.len() > 1;
        if hide {
            written.push_str(&hidden(digits, style, status));
        } else {
            written.push_str(digits);
        }
        rest = &rest[end..];
    }
    written + rest
}

fn hidden(digits: &str, style: &MaskStyle, status: bool) -> String {
    let inside = (style.inside || status) && digits.len() > KEPT.0 + KEPT.1;
    let (front, back) = if inside { KEPT } else { (0, 0) };
    let last = digits.len() - back;
    digits
        .char_indices()
        .map(|(at, digit)| if (front..last).contains(&at) { style.mask } else { digit })
        .collect()
}

/// Hides the world ids of `cpu12:2098051)` and `world 2098051:`.
fn without_ids(line: &str, mask: char) -> String {
    let mut written = String::with_capacity(line.len());
    for (at, character) in line.char_indices() {
        let digits = line[..at].trim_end_matches(|c: char| c.is_ascii_digit());
        let after = line[at..].trim_start_matches(|c: char| c.is_ascii_digit());
        let of_prefix = after.starts_with(')')
            && digits.ends_with(':')
            && digits.rfind("cpu").is_some_and(|cpu| digits.len() - cpu < 8);
        let is_id = of_prefix || digits.ends_with("world ");
        written.push(if character.is_ascii_digit() && is_id { mask } else { character });
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(mask: char, inside: bool, offsets: bool, text: &str, expected: &str) {
        let style = MaskStyle { mask, inside, offsets };
        assert_eq!(without_ids(&without_addresses(text, &style), mask), expected);
    }

    #[test]
    fn addresses_and_ids_are_hidden_and_names_stay() {
        let line =
            "cpu2:2097234)0x4539b829b180:[0x42000f4ff0a3]PanicvPanicInt@vmkernel#nover+0x327";
        let whole =
            "cpu2:#######)0x############:[0x############]PanicvPanicInt@vmkernel#nover+0x327";
        check('#', false, false, line, whole);
        let inside =
            "cpu2:xxxxxxx)0x4539xxxxxx80:[0x4200xxxxxxa3]PanicvPanicInt@vmkernel#nover+0xxxx";
        check('x', true, true, line, inside);
        check(
            '*',
            false,
            false,
            "in world 33101:memMap-0 IP 0x41",
            "in world *****:memMap-0 IP 0x41",
        );
        let status = "MC:PCPU1 B:4 S:0xbe00000000800400";
        check('#', false, false, status, "MC:PCPU1 B:4 S:0xbe00##########00");
    }
}
