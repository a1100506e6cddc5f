//! 64-bit numbers that are written as `0x…` strings.
//!
//! JSON numbers lose precision above 2^53, and every address of a 64-bit
//! VMkernel is above it, so addresses travel as strings.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// A 64-bit number, printed and serialized as `0x…` in lower case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, schemars::JsonSchema)]
#[schemars(with = "String")]
pub struct Hex(pub u64);

impl Hex {
    /// Reads `0x1f` or `0X1F`; `None` for anything else, also for more than 64 bits.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"))?;
        // `from_str_radix` accepts a sign, which no crash text prints after `0x`.
        if digits.starts_with(['+', '-']) {
            return None;
        }
        u64::from_str_radix(digits, 16).ok().map(Hex)
    }
}

impl fmt::Display for Hex {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:#x}", self.0)
    }
}

impl Serialize for Hex {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hex {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Hex::parse(&text).ok_or_else(|| D::Error::custom("expected a number like 0x1f"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(input: &str, expected: Option<u64>) {
        assert_eq!(Hex::parse(input).map(|hex| hex.0), expected, "{input}");
    }

    #[test]
    fn parses_only_prefixed_numbers_of_at_most_64_bits() {
        check("0x1f", Some(0x1f));
        check("0XFF", Some(0xff));
        check("0xffffffffffffffff", Some(u64::MAX));
        check("0x10000000000000000", None);
        check("0x+1", None);
        check("0x", None);
        check("1f", None);
        check("0x####", None);
    }
}
