//! Numbers in which a publisher hid some digits: `9c0000####0091`.
//!
//! A number is kept as its known bits and a mask of the known places. A field of the number can be
//! read when all its digits are known, and only then.

/// A 64-bit number and which of its bits are known; unknown bits are 0 in `value`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Masked {
    /// The known bits.
    pub value: u64,
    /// A one for every bit that is known.
    pub known: u64,
}

/// Hexadecimal digits of 64 bits.
const DIGITS: usize = 16;

/// Returns true for the characters that publishers write in place of a hidden digit.
pub(crate) fn is_mask(character: char) -> bool {
    matches!(character, '#' | '*' | 'x' | 'X' | 'n' | 'N' | '?')
}

impl Masked {
    /// Makes a number in which every digit is known.
    pub fn whole(value: u64) -> Self {
        Self { value, known: u64::MAX }
    }

    /// Reads hexadecimal digits, some of them hidden, with or without `0x`, and with the apostrophe
    /// that HPE prints in the middle; `None` for anything else.
    ///
    /// A mask may be shorter than the digits it hides (Broadcom 373203 prints 14 places of 16). The
    /// digits after such a mask are the last ones. The digits before it are the first ones when the
    /// highest bit is set, as it is in every machine-check status that is reported.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text);
        let digits: Vec<char> =
            digits.chars().filter(|c| !matches!(c, '\'' | '’' | '`' | '_')).collect();
        let fits = digits.iter().all(|c| c.is_ascii_hexdigit() || is_mask(*c));
        if digits.is_empty() || !fits {
            return None;
        }
        let Some(first_mask) = digits.iter().position(|c| is_mask(*c)) else {
            let digits: String = digits.iter().collect();
            return u64::from_str_radix(&digits, 16).ok().map(Self::whole);
        };
        let first = digits.iter().enumerate().map(|(place, digit)| (DIGITS - 1 - place, *digit));
        if digits.len() == DIGITS {
            return Some(Self::default().with_digits(first));
        }
        let after = digits.iter().rev().take_while(|c| !is_mask(**c)).count();
        if first_mask + after > DIGITS {
            return None;
        }
        let last = digits.iter().rev().take(after).copied().enumerate();
        let number = Self::default().with_digits(last);
        let first_digit = digits.first().and_then(|first| first.to_digit(16));
        if first_digit.is_none_or(|digit| digit < 8) {
            return Some(number);
        }
        Some(number.with_digits(first.take(first_mask)))
    }

    /// Adds digits, each with its place from the end; hidden ones add nothing.
    fn with_digits(mut self, digits: impl Iterator<Item = (usize, char)>) -> Self {
        for (place, digit) in digits.filter_map(|(place, digit)| Some((place, digit.to_digit(16)?)))
        {
            self.value |= u64::from(digit) << (4 * place);
            self.known |= 0xf << (4 * place);
        }
        self
    }

    /// Returns bit `place`, counted from 0; `None` where it is hidden.
    pub fn bit(self, place: u32) -> Option<bool> {
        self.bits(place, place).map(|bit| bit == 1)
    }

    /// Returns bits `high` to `low`; `None` where any of them is hidden.
    pub fn bits(self, high: u32, low: u32) -> Option<u64> {
        let part = self.part(high, low);
        (part.known == ones(high, low)).then_some(part.value)
    }

    /// Returns bits `high` to `low` as a number of their own.
    pub fn part(self, high: u32, low: u32) -> Self {
        let mask = ones(high, low);
        Self { value: (self.value >> low) & mask, known: (self.known >> low) & mask }
    }

    /// Prints the last `digits` digits, `#` for each hidden one; `None` when all of them are.
    pub fn to_hex(self, digits: u32) -> Option<String> {
        let text: String = (0..digits).rev().map(|place| self.digit(place)).collect();
        text.contains(|c| c != '#').then(|| format!("0x{text}"))
    }

    /// Prints the digit `place`, counted from 0 at the end.
    fn digit(self, place: u32) -> char {
        let value = self.bits(4 * place + 3, 4 * place);
        let value = value.and_then(|value| u32::try_from(value).ok());
        value.and_then(|value| char::from_digit(value, 16)).unwrap_or('#')
    }
}

fn ones(high: u32, low: u32) -> u64 {
    u64::MAX >> (63 - high.saturating_sub(low).min(63))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let found = Masked::parse(text).map(|number| number.to_hex(16).unwrap_or_default());
        assert_eq!(found.as_deref(), expected, "{text}");
    }

    #[test]
    fn hidden_digits_hide_nothing_else() {
        check("0xbf80000000000114", Some("0xbf80000000000114"));
        check("0xBB800000'00000E0B", Some("0xbb80000000000e0b"));
        check("9c0000####010091", Some("0x9c0000####010091"));
        check("9c0000####0091", Some("0x9c0000######0091"));
        check("1c0000####0091", Some("0x############0091"));
        check("****************", Some(""));
        check("nnnnnnnnnnn", Some(""));
        check("fffffffffffffffff", None);
        check("ffffffffffff#fffff", None);
        check("", None);
        check("0x", None);
        check("hello", None);
        check("+1", None);
    }

    #[test]
    fn bits_are_known_only_where_their_digits_are() {
        let status = Masked::parse("9c0000####0091").expect("a number");
        assert_eq!(status.bit(63), Some(true));
        assert_eq!(status.bit(61), Some(false));
        assert_eq!(status.bits(15, 0), Some(0x91));
        assert_eq!(status.bits(31, 16), None);
        assert_eq!(Masked::whole(u64::MAX).bits(63, 0), Some(u64::MAX));
    }
}
