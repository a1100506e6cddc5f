//! Error codes as the manuals write them: `000F0001RRRRTTLL`.
//!
//! A digit of a pattern is a bit of the code; equal letters are one field. A code with hidden bits has
//! a class only when it fits no pattern above it.

use schemars::JsonSchema;
use serde::Serialize;

use super::part::Part;
use crate::text::Masked;

/// The value of one field of an error code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum FieldValue {
    /// A number, such as that of a channel.
    Number(u64),
    /// A stable code, such as `DRD`.
    Name(&'static str),
    /// A bit that is set.
    Flag(bool),
}

/// One kind of error code.
#[derive(Debug)]
pub(super) struct CodePattern {
    /// Stable code of the class.
    pub class: &'static str,
    /// Sixteen characters: `0`, `1`, or the letter of a field.
    pub digits: &'static str,
    /// The part to have checked.
    pub part: Part,
    /// The words of ESXi, `{…}` for the word of a field.
    pub meaning: &'static str,
}

/// Declares the patterns of a vendor, a row each.
macro_rules! code_patterns {
    ($($class:literal $digits:literal $part:expr, $meaning:literal;)*) => {
        &[$(CodePattern { class: $class, digits: $digits, part: $part, meaning: $meaning }),*]
    };
}
pub(super) use code_patterns;

/// The names of one field's values; values after the last name are reserved.
#[derive(Debug)]
pub(super) struct FieldNames {
    /// Letter in the patterns.
    pub letter: char,
    /// Stable name of the field.
    pub field: &'static str,
    /// Stable codes of the values, from 0, and their words.
    pub values: &'static [(&'static str, &'static str)],
}

/// The kind of a request: the same for Intel and AMD.
pub(super) const REQUEST: FieldNames = FieldNames {
    letter: 'R',
    field: "rrrr",
    values: &[
        ("GEN", "Generic"),
        ("RD", "Read"),
        ("WR", "Write"),
        ("DRD", "DataRead"),
        ("DWR", "DataWrite"),
        ("IRD", "InstructionFetch"),
        ("PREFETCH", "Prefetch"),
        ("EVICT", "Eviction"),
        ("SNOOP", "Snoop"),
    ],
};
/// The kind of a transaction.
pub(super) const TRANSACTION: FieldNames = FieldNames {
    letter: 'T',
    field: "tt",
    values: &[("INSN", "Instruction"), ("DATA", "Data"), ("GEN", "Generic")],
};
/// The role of the processor in a transaction of the bus.
pub(super) const PARTICIPATION: FieldNames = FieldNames {
    letter: 'P',
    field: "pp",
    values: &[
        ("SRC", "Local Request"),
        ("RES", "Response"),
        ("OBS", "Observed"),
        ("GENERIC", "Generic Participant"),
    ],
};
/// Whether the request timed out.
pub(super) const TIMEOUT: FieldNames =
    FieldNames { letter: 'O', field: "t", values: &[("no_timeout", ""), ("timeout", "Timeout")] };

/// A value that the manuals reserve.
pub(super) const RESERVED: (&str, &str) = ("RESV", "Reserved");

/// How a code with hidden bits fits a pattern.
#[derive(PartialEq, Eq)]
enum Fit {
    Certain,
    Possible,
    None,
}

/// Finds the pattern of `code`; `None` where no pattern fits, or hidden bits leave more than one.
pub(super) fn find(patterns: &'static [CodePattern], code: Masked) -> Option<&'static CodePattern> {
    let mut possible: Option<&CodePattern> = None;
    for pattern in patterns {
        match fit(pattern.digits, code) {
            Fit::Certain if possible.is_none_or(|other| other.class == pattern.class) => {
                return Some(pattern);
            }
            Fit::Certain => return None,
            Fit::Possible => possible = possible.or(Some(pattern)),
            Fit::None => {}
        }
    }
    None
}

fn fit(digits: &str, code: Masked) -> Fit {
    let mut fit = Fit::Certain;
    for (place, digit) in (0..16).rev().zip(digits.chars()) {
        let wanted = match digit {
            '0' => false,
            '1' => true,
            _ => continue,
        };
        match code.bit(place) {
            Some(bit) if bit == wanted => {}
            Some(_) => return Fit::None,
            None => fit = Fit::Possible,
        }
    }
    fit
}

/// Returns the bits of `code` where the pattern has `letter`; `None` without any, or when one of
/// them is hidden.
pub(super) fn field(pattern: &CodePattern, letter: char, code: Masked) -> Option<u64> {
    let mut value = None;
    for (place, _) in
        (0..16).rev().zip(pattern.digits.chars()).filter(|(_, digit)| *digit == letter)
    {
        let bit = u64::from(code.bit(place)?);
        value = Some(value.unwrap_or(0) << 1 | bit);
    }
    value
}

impl FieldNames {
    /// Returns the stable code of this field's value in `code`, and its word; `None` without the field.
    pub(super) fn value(
        &self,
        pattern: &CodePattern,
        code: Masked,
    ) -> Option<(&'static str, &'static str)> {
        let value = usize::try_from(field(pattern, self.letter, code)?).ok()?;
        Some(self.values.get(value).copied().unwrap_or(RESERVED))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static PATTERNS: &[CodePattern] = code_patterns! {
        "timer" "0000010000000000" Part::Unknown, "";
        "internal" "000001xxxxxxxxxx" Part::Unknown, "";
        "memory" "000F00001MMMCCCC" Part::Unknown, "";
    };

    #[track_caller]
    fn check(code: &str, class: Option<&str>) {
        // The mask parser takes the last digits of a text that is shorter than 64 bits.
        let code = Masked::parse(code).expect(code);
        assert_eq!(find(PATTERNS, code).map(|pattern| pattern.class), class);
    }

    #[test]
    fn hidden_bits_leave_a_class_only_where_nothing_else_fits() {
        check("0400", Some("timer"));
        check("0401", Some("internal"));
        check("000000000000040#", None);
        check("000000000000041#", Some("internal"));
        check("000000000000009#", Some("memory"));
        check("000000000000####", None);
        check("0200", None);
    }

    #[test]
    fn fields_are_the_bits_of_their_letter() {
        let memory = &PATTERNS[2];
        assert_eq!(field(memory, 'M', Masked::whole(0x91)), Some(1));
        assert_eq!(field(memory, 'C', Masked::whole(0x9f)), Some(15));
        assert_eq!(field(memory, 'F', Masked::whole(0x1091)), Some(1));
        assert_eq!(field(memory, 'L', Masked::whole(0x91)), None);
    }
}
