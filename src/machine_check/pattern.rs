//! Error codes as the manuals write them: `000F0001RRRRTTLL`, in `error_codes.csv`, with their fields
//! in `error_fields.csv`. A code with hidden bits has a class only when it fits no pattern above it.

use std::str::FromStr;
use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::part::Part;
use super::vendor::Vendor;
use crate::text::{Masked, csv_cell, csv_rows};

const CODES: &str = include_str!("error_codes.csv");
const FIELD_TABLE: &str = include_str!("error_fields.csv");

static PATTERNS: LazyLock<Vec<CodePattern>> = LazyLock::new(|| csv_rows(CODES));
static FIELDS: LazyLock<Vec<FieldNames>> = LazyLock::new(|| csv_rows(FIELD_TABLE));

/// A value that the manuals reserve.
const RESERVED: (&str, &str) = ("RESV", "Reserved");

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
#[derive(Debug, Deserialize)]
pub(super) struct CodePattern {
    vendor: Vendor,
    /// Stable code of the class.
    pub class: String,
    /// Sixteen characters: `0`, `1`, `x`, or the letter of a field.
    digits: String,
    /// The part to have checked.
    #[serde(deserialize_with = "csv_cell")]
    pub part: Part,
    /// The words of ESXi, `{…}` for the word of a field.
    pub meaning: String,
}

/// The names of one field's values.
#[derive(Debug, Deserialize)]
pub(super) struct FieldNames {
    vendor: Option<Vendor>,
    letter: char,
    /// Stable name of the field.
    pub field: String,
    /// Stable codes of the values, from 0, and their words.
    #[serde(deserialize_with = "csv_cell")]
    values: FieldWords,
}

#[derive(Debug)]
struct FieldWords(Vec<(String, String)>);

impl FromStr for FieldWords {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let values = text.split("; ").map(|value| match value.split_once('=') {
            Some((code, word)) => Ok((code.to_owned(), word.to_owned())),
            None => Err(format!("{value} is not CODE=WORD")),
        });
        values.collect::<Result<_, _>>().map(Self)
    }
}

/// How a code with hidden bits fits a pattern.
#[derive(PartialEq, Eq)]
enum Fit {
    Certain,
    Possible,
    None,
}

/// Finds the pattern of `code`; `None` where no pattern fits, or hidden bits leave more than one.
pub(super) fn find(vendor: Vendor, code: Masked) -> Option<&'static CodePattern> {
    let mut possible: Option<&CodePattern> = None;
    for pattern in PATTERNS.iter().filter(|pattern| pattern.vendor == vendor) {
        match fit(&pattern.digits, code) {
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
    /// The fields that codes of a vendor have.
    pub(super) fn of_vendor(vendor: Vendor) -> impl Iterator<Item = &'static Self> {
        FIELDS.iter().filter(move |field| field.vendor.is_none_or(|maker| maker == vendor))
    }

    /// Returns the stable code of this field's value in `code`, and its word; `None` without the field.
    pub(super) fn value(&self, pattern: &CodePattern, code: Masked) -> Option<(&str, &str)> {
        let value = usize::try_from(field(pattern, self.letter, code)?).ok()?;
        let names = self.values.0.get(value);
        Some(names.map_or(RESERVED, |(code, word)| (code, word)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::check_csv;

    #[test]
    fn every_row_can_be_read() {
        check_csv::<CodePattern>(CODES);
        check_csv::<FieldNames>(FIELD_TABLE);
    }

    #[track_caller]
    fn check(code: &str, class: Option<&str>) {
        // The mask parser takes the last digits of a text that is shorter than 64 bits.
        let code = Masked::parse(code).expect(code);
        assert_eq!(find(Vendor::Intel, code).map(|pattern| &pattern.class[..]), class);
    }

    #[test]
    fn hidden_bits_leave_a_class_only_where_nothing_else_fits() {
        check("0400", Some("internal_timer"));
        check("0401", Some("internal_unclassified"));
        check("000000000000040#", None);
        check("000000000000041#", Some("internal_unclassified"));
        check("000000000000009#", Some("memory_controller"));
        check("000000000000####", None);
        check("0200", None);
    }

    #[test]
    fn fields_are_the_bits_of_their_letter() {
        let memory = find(Vendor::Intel, Masked::whole(0x91)).expect("a pattern");
        assert_eq!(field(memory, 'M', Masked::whole(0x91)), Some(1));
        assert_eq!(field(memory, 'C', Masked::whole(0x9f)), Some(15));
        assert_eq!(field(memory, 'F', Masked::whole(0x1091)), Some(1));
        assert_eq!(field(memory, 'L', Masked::whole(0x91)), None);
    }
}
