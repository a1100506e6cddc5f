//! Numbers of which a publisher hid some digits: `9c0000####0091`.
//!
//! A number is kept as its known bits and a mask that says which they are, so that what the known
//! digits say can be read, and nothing else.

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

/// What stands for a hidden digit.
pub fn is_mask(character: char) -> bool {
    matches!(character, '#' | '*' | 'x' | 'X' | 'n' | 'N' | '?')
}

impl Masked {
    /// A number that is known as a whole.
    pub fn whole(value: u64) -> Self {
        Self { value, known: u64::MAX }
    }

    /// Reads hexadecimal digits with hidden ones between, with or without `0x`, and with the
    /// apostrophe that HPE puts in the middle; `None` for anything else.
    ///
    /// A mask need not be as long as what it hides (Broadcom 373203 prints 14 places of 16). The
    /// digits behind such a mask are the last ones; those in front of it are the first ones when
    /// the highest bit is set, as it is in every machine-check status that is reported.
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
        if digits.len() == DIGITS {
            let places = digits.iter().enumerate();
            return Some(places.fold(Self::default(), |number, (place, digit)| {
                number.with_digit(DIGITS - 1 - place, *digit)
            }));
        }
        let behind = digits.iter().rev().take_while(|c| !is_mask(**c)).count();
        if first_mask + behind > DIGITS {
            return None;
        }
        let last = digits.iter().rev().take(behind).enumerate();
        let number =
            last.fold(Self::default(), |number, (place, digit)| number.with_digit(place, *digit));
        let high = |first: &char| first.to_digit(16).is_some_and(|digit| digit >= 8);
        let from_the_top = digits.first().is_some_and(high);
        if !from_the_top {
            return Some(number);
        }
        let first = digits.iter().take(first_mask).enumerate();
        Some(
            first.fold(number, |number, (place, digit)| {
                number.with_digit(DIGITS - 1 - place, *digit)
            }),
        )
    }

    fn with_digit(mut self, place: usize, digit: char) -> Self {
        if let Some(digit) = digit.to_digit(16) {
            self.value |= u64::from(digit) << (4 * place);
            self.known |= 0xf << (4 * place);
        }
        self
    }

    /// Bit `place`, counted from 0; `None` where it is hidden.
    pub fn bit(self, place: u32) -> Option<bool> {
        self.bits(place, place).map(|bit| bit == 1)
    }

    /// Bits `high` to `low`; `None` where any of them is hidden.
    pub fn bits(self, high: u32, low: u32) -> Option<u64> {
        let part = self.part(high, low);
        (part.known == ones(high, low)).then_some(part.value)
    }

    /// Bits `high` to `low` as a number of their own.
    pub fn part(self, high: u32, low: u32) -> Self {
        let mask = ones(high, low);
        Self { value: (self.value >> low) & mask, known: (self.known >> low) & mask }
    }

    /// The last `digits` digits, `#` for each that is hidden; `None` when all of them are.
    pub fn to_hex(self, digits: u32) -> Option<String> {
        let digit = |place: u32| {
            let part = self.part(4 * place + 3, 4 * place);
            let digit =
                u32::try_from(part.value).ok().and_then(|value| char::from_digit(value, 16));
            if part.known == 0xf { digit.unwrap_or('#') } else { '#' }
        };
        let text: String = (0..digits).rev().map(digit).collect();
        text.contains(|c| c != '#').then(|| format!("0x{text}"))
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
