//! Versions of drivers, plug-ins and firmware, such as `12.8.351.30-1OEM.700.1.0.15843807`, and
//! ranges of them.
//!
//! The part before the first `-` is the maker's version; what follows says for which ESXi it was
//! built. A range that names no second part asks for the first one only.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text::Template;

/// A set of versions: comparisons joined by commas, or a pattern with `*`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", extend("format" = "version-range"))]
pub struct VersionRange {
    text: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Compared(&'static Operator, String),
    Like(Template),
}

/// A comparison: its sign, and the orders that satisfy it.
#[derive(Debug, PartialEq, Eq)]
struct Operator {
    sign: &'static str,
    orders: &'static [Ordering],
}

/// Longer signs first: `>=` begins with `>`.
const OPERATORS: &[Operator] = &[
    Operator { sign: ">=", orders: &[Ordering::Greater, Ordering::Equal] },
    Operator { sign: "<=", orders: &[Ordering::Less, Ordering::Equal] },
    Operator { sign: ">", orders: &[Ordering::Greater] },
    Operator { sign: "<", orders: &[Ordering::Less] },
    Operator { sign: "=", orders: &[Ordering::Equal] },
];

impl VersionRange {
    /// Reads `>= 2.4, < 3`, `2.4.1.0` (that version) or `12.8.351.30-1OEM.700*`.
    ///
    /// # Errors
    /// What was expected, when a part is no comparison with a version.
    pub fn parse(text: &str) -> Result<Self, String> {
        let parts =
            text.split(',').map(|part| Part::parse(part.trim())).collect::<Result<_, _>>()?;
        Ok(Self { text: text.trim().to_owned(), parts })
    }

    /// Whether `version` is in the range; `None` when it is no version.
    pub fn holds(&self, version: &str) -> Option<bool> {
        let version = version.trim();
        if !is_version(version) {
            return None;
        }
        Some(self.parts.iter().all(|part| match part {
            Part::Compared(operator, bound) => operator.orders.contains(&compare(version, bound)),
            Part::Like(pattern) => pattern.is_all_of(version),
        }))
    }
}

impl Part {
    fn parse(text: &str) -> Result<Self, String> {
        if text.contains('*') && is_version(&text.replace('*', "0")) {
            return Ok(Self::Like(Template::new(text)));
        }
        const EQUAL: &Operator = &OPERATORS[OPERATORS.len() - 1];
        let found = OPERATORS.iter().find_map(|op| Some((op, text.strip_prefix(op.sign)?)));
        let (operator, bound) = found.unwrap_or((EQUAL, text));
        match is_version(bound.trim()) {
            true => Ok(Self::Compared(operator, bound.trim().to_owned())),
            false => Err(format!("`{text}` is no version, expected `>= 2.4, < 3` or `2.4.*`")),
        }
    }
}

impl TryFrom<String> for VersionRange {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
    }
}

impl From<VersionRange> for String {
    fn from(range: VersionRange) -> Self {
        range.text
    }
}

impl fmt::Display for VersionRange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// True for texts that begin with a number and hold nothing that versions do not.
pub fn is_version(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+' | '~'))
}

/// Compares `version` with `bound`, as far as the bound says anything: `12.8.351-1OEM` is equal to
/// the bound `12.8.351`, and greater than `12.8`.
pub fn compare(version: &str, bound: &str) -> Ordering {
    let parts = |text: &str| {
        let (maker, built_for) = text.split_once('-').unwrap_or((text, ""));
        (numbers(maker), numbers(built_for))
    };
    let ((maker, built_for), (bound_maker, bound_built_for)) = (parts(version), parts(bound));
    match bound_built_for.is_empty() {
        true => compare_numbers(&maker, &bound_maker),
        false => compare_numbers(&maker, &bound_maker)
            .then_with(|| compare_numbers(&built_for, &bound_built_for)),
    }
}

/// The numbers of a version in order; letters between them (`1OEM`, `p01`) only separate.
fn numbers(text: &str) -> Vec<u64> {
    let runs = text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty());
    runs.map(|run| run.parse().unwrap_or(u64::MAX)).collect()
}

/// A missing number is 0: `2.4` is `2.4.0.0`.
fn compare_numbers(one: &[u64], other: &[u64]) -> Ordering {
    let places = 0..one.len().max(other.len());
    let at = |numbers: &[u64], place: usize| numbers.get(place).copied().unwrap_or(0);
    places
        .map(|place| at(one, place).cmp(&at(other, place)))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(range: &str, version: &str, expected: Option<bool>) {
        let found = VersionRange::parse(range).map(|range| range.holds(version));
        assert_eq!(found, Ok(expected), "{version} in {range}");
    }

    #[test]
    fn numbers_are_compared_as_numbers() {
        check("< 2.4.1.0", "2.4.0.12", Some(true));
        check("< 2.4.1.0", "2.10.0", Some(false));
        check(">= 2.4, < 3", "2.4.0.0", Some(true));
        check(">= 2.4, < 3", "3", Some(false));
        check("2.4.1", "2.4.1.0", Some(true));
        check("<= 2.4.1", "2.4.1.1", Some(false));
        check("> 2.4.1", "2.4.1-1OEM.700", Some(false));
    }

    #[test]
    fn what_a_driver_was_built_for_counts_when_the_range_names_it() {
        let printed = "12.8.351.30-1OEM.700.1.0.15843807";
        check("12.8.351.30", printed, Some(true));
        check("12.8.351.30-1OEM.700.1.0.15843807", printed, Some(true));
        check("12.8.351.30-1OEM.703.0.0.18644231", printed, Some(false));
        check("12.8.351.30-1OEM.700*", printed, Some(true));
        check("12.8.351.30-1OEM.703*", printed, Some(false));
    }

    #[test]
    fn what_is_no_version_says_nothing_and_a_bad_range_is_an_error() {
        check("< 3", "nover", None);
        check("< 3", "", None);
        for bad in ["", "<", "older than 3", "< 3,", ">= x"] {
            assert!(VersionRange::parse(bad).is_err(), "{bad}");
        }
    }
}
