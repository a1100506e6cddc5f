//! Versions of drivers, firmware and plug-ins as ESXi prints them, and ranges of them.
//!
//! A VIB is called `12.8.351.30-1OEM.700.1.0.15843807`: the maker's version, a hyphen, and the
//! packing of it for one release. The two are compared separately: an article names the maker's
//! version, and any packing of it has the fix.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A version as printed, in parts that can be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    main: Vec<VersionPart>,
    packing: Option<Packing>,
}

/// One part between dots: `351`, or `8a`.
type VersionPart = (u64, String);

/// The text after the hyphen: `1OEM.700.1.0.15843807`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Packing {
    number: u64,
    /// `OEM`, `vmw`, `vmw.` …: who packed it; packings of different makers have no order.
    maker: String,
    rest: Vec<VersionPart>,
}

impl Version {
    /// Reads a printed version; `None` when it has no numbers, or when digits of it are hidden.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
        let (main, packing) = match text.split_once('-') {
            Some((main, packing)) => (main, Some(parse_packing(packing)?)),
            None => (text, None),
        };
        Some(Self { main: parse_parts(main)?, packing })
    }

    /// The order of two versions; `None` when it cannot be decided. A packing counts
    /// only when `bound` names one.
    pub fn compare(&self, bound: &Self) -> Option<Ordering> {
        let main = compare_parts(&self.main, &bound.main);
        match (main, &self.packing, &bound.packing) {
            (Ordering::Equal, _, None) => Some(main),
            (Ordering::Equal, None, Some(_)) => None,
            (Ordering::Equal, Some(printed), Some(bound)) => {
                if !printed.maker.eq_ignore_ascii_case(&bound.maker) {
                    return None;
                }
                let order = printed.number.cmp(&bound.number);
                Some(order.then_with(|| compare_parts(&printed.rest, &bound.rest)))
            }
            _ => Some(main),
        }
    }
}

fn parse_packing(text: &str) -> Option<Packing> {
    let (head, rest) = text.split_once('.').unwrap_or((text, ""));
    let (number, maker) = parse_part(head)?;
    let rest = if rest.is_empty() { Vec::new() } else { parse_parts(rest)? };
    Some(Packing { number, maker, rest })
}

fn parse_parts(text: &str) -> Option<Vec<VersionPart>> {
    text.split('.').map(parse_part).collect()
}

fn parse_part(text: &str) -> Option<VersionPart> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, letters) = text.split_at(end);
    if !letters.chars().all(|c| c.is_ascii_alphabetic()) {
        return None;
    }
    Some((number.parse().ok()?, letters.to_ascii_lowercase()))
}

/// Absent parts count as 0: `2.4.1` is `2.4.1.0`.
fn compare_parts(left: &[VersionPart], right: &[VersionPart]) -> Ordering {
    let absent = (0, String::new());
    (0..left.len().max(right.len()))
        .map(|index| left.get(index).unwrap_or(&absent).cmp(right.get(index).unwrap_or(&absent)))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

/// A range of versions: bounds (`>= 2.4.1.0, < 3`), one version (`2.4.1.0`) or a pattern
/// (`12.8.351.30-1OEM.700*`). All conditions between the commas must hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", extend("format" = "version-range"))]
pub struct VersionRange {
    text: String,
    conditions: Vec<RangeCondition>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum RangeCondition {
    Bound(&'static [Ordering], Version),
    Pattern(String),
}

/// The operators, each with the orders of a version and its bound that it allows. Longer spellings
/// come before those that begin them.
const OPERATORS: &[(&str, &[Ordering])] = &[
    (">=", &[Ordering::Greater, Ordering::Equal]),
    ("<=", &[Ordering::Less, Ordering::Equal]),
    (">", &[Ordering::Greater]),
    ("<", &[Ordering::Less]),
    ("=", EQUAL),
];

const EQUAL: &[Ordering] = &[Ordering::Equal];

/// The reason why a text is not a range of versions.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VersionRangeError {
    /// The text, or the part between two commas, is empty.
    #[error("a condition is empty")]
    Empty,
    /// The text of a condition is not a version.
    #[error("`{0}` is no version")]
    NoVersion(String),
    /// Patterns cannot be ordered.
    #[error("`{0}`: `*` cannot stand in a bound")]
    PatternInBound(String),
}

impl VersionRange {
    /// Reads a range.
    ///
    /// # Errors
    /// [`VersionRangeError`] for the first condition that cannot be read.
    pub fn parse(text: &str) -> Result<Self, VersionRangeError> {
        let conditions = text.split(',').map(parse_condition).collect::<Result<_, _>>()?;
        Ok(Self { text: text.trim().to_owned(), conditions })
    }

    /// Whether the printed version is in the range; `None` when that cannot be decided: the printed
    /// text is not a version, its digits are hidden, or it lacks the packing that would decide.
    pub fn holds(&self, printed: &str) -> Option<bool> {
        let version = Version::parse(printed);
        let answers: Vec<Option<bool>> = self
            .conditions
            .iter()
            .map(|condition| condition.holds(printed.trim(), version.as_ref()))
            .collect();
        if answers.contains(&Some(false)) {
            return Some(false);
        }
        if answers.contains(&None) { None } else { Some(true) }
    }

    /// The range as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

fn parse_condition(text: &str) -> Result<RangeCondition, VersionRangeError> {
    let text = text.trim();
    let spelled = OPERATORS.iter().find_map(|(spelling, allowed)| {
        text.strip_prefix(spelling).map(|rest| (*allowed, rest.trim()))
    });
    let (allowed, rest) = spelled.unwrap_or((EQUAL, text));
    if rest.is_empty() {
        return Err(VersionRangeError::Empty);
    }
    if !rest.contains('*') {
        return Version::parse(rest)
            .map(|version| RangeCondition::Bound(allowed, version))
            .ok_or_else(|| VersionRangeError::NoVersion(rest.to_owned()));
    }
    match spelled {
        None => Ok(RangeCondition::Pattern(rest.to_owned())),
        Some(_) => Err(VersionRangeError::PatternInBound(text.to_owned())),
    }
}

impl RangeCondition {
    fn holds(&self, printed: &str, version: Option<&Version>) -> Option<bool> {
        match self {
            Self::Bound(allowed, bound) => Some(allowed.contains(&version?.compare(bound)?)),
            // Hidden digits could be those of the pattern.
            Self::Pattern(pattern) => {
                version.map(|_| fits(&pattern.to_ascii_lowercase(), &printed.to_ascii_lowercase()))
            }
        }
    }
}

/// True when `text` is `pattern`, in which `*` is any text.
fn fits(pattern: &str, text: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut rest) = text.strip_prefix(head) else {
        return false;
    };
    let mut pieces: Vec<&str> = tail.split('*').collect();
    // The last piece must be at the end; taking each other one as early as possible leaves it the
    // most room.
    let last = pieces.pop().unwrap_or_default();
    for piece in pieces {
        match rest.split_once(piece) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

impl TryFrom<String> for VersionRange {
    type Error = VersionRangeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(range: &str, printed: &str, expected: Option<bool>) {
        let found = VersionRange::parse(range).expect("a range").holds(printed);
        assert_eq!(found, expected, "{printed} in {range}");
    }

    #[test]
    fn numbers_are_compared_as_numbers_and_absent_ones_are_zero() {
        check(">= 2.4.1.0", "2.10.0.0", Some(true));
        check(">= 2.4.1.0", "2.4.1", Some(true));
        check("< 2.4.1", "2.4.0.9", Some(true));
        check("> 2.4.1", "2.4.1.0", Some(false));
        check("<= 10.8.2", "10.8.2a", Some(false));
        check("= 900.14.4.390.20", "v900.14.4.390.20", Some(true));
    }

    #[test]
    fn all_bounds_must_hold() {
        check(">= 2.4.1.0, < 3", "2.9", Some(true));
        check(">= 2.4.1.0, < 3", "3.0", Some(false));
        check(">= 2.4.1.0, < 3", "2.4.0", Some(false));
    }

    #[test]
    fn the_packing_counts_only_where_the_bound_names_one() {
        let printed = "12.8.351.30-1OEM.700.1.0.15843807";
        check(">= 12.8.351.30", printed, Some(true));
        check("= 12.8.351.30", printed, Some(true));
        check("> 12.8.351.30", printed, Some(false));
        check(">= 12.8.351.30-1OEM.700.1.0.15843807", printed, Some(true));
        check(">= 12.8.351.30-2OEM.700.1.0.15843807", printed, Some(false));
        check(">= 12.8.351.30-1OEM.800.1.0.20143090", printed, Some(false));
        check(">= 12.8.351.30-1vmw.700.1.0.15843807", printed, None);
        check(">= 12.8.351.30-1OEM.700.1.0.15843807", "12.8.351.30", None);
        check(">= 12.8.351.30-1OEM.700.1.0.15843807", "12.8.351.31", Some(true));
    }

    #[test]
    fn a_pattern_is_compared_as_text() {
        let printed = "12.8.351.30-1OEM.700.1.0.15843807";
        check("12.8.351.30-1OEM.700*", printed, Some(true));
        check("12.8.351.30-1oem.*.15843807", printed, Some(true));
        check("12.8.351.30-1OEM.800*", printed, Some(false));
        check("12.8.*.0", printed, Some(false));
        check("12.8.*, < 12.8.400", printed, Some(true));
        check("1.*.1", "1.1", Some(false));
    }

    #[test]
    fn versions_that_cannot_be_compared_are_not_decided() {
        check(">= 2.4.1.0", "2.4.#.0", None);
        check(">= 2.4.1.0", "unknown", None);
        check("2.4.*", "2.x.1", None);
        check(">= 2.4.1.0", "", None);
        check(">= 2.4.1.0", "99999999999999999999.1", None);
    }

    #[track_caller]
    fn check_error(range: &str, expected: &str) {
        let error = VersionRange::parse(range).expect_err("no range");
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn bad_ranges_say_what_is_wrong() {
        check_error("", "a condition is empty");
        check_error(">= 2.4,", "a condition is empty");
        check_error(">=", "a condition is empty");
        check_error("all before 2.4", "`all before 2.4` is no version");
        check_error(">= 2.4.*", "`>= 2.4.*`: `*` cannot stand in a bound");
    }

    #[test]
    fn ranges_are_texts_in_kb_files() {
        let range: VersionRange = serde_json::from_str("\">= 2.4.1.0, < 3\"").expect("a range");
        assert_eq!(range.to_string(), ">= 2.4.1.0, < 3");
        assert_eq!(serde_json::to_string(&range).expect("a text"), "\">= 2.4.1.0, < 3\"");
        assert!(serde_json::from_str::<VersionRange>("\"new\"").is_err());
    }
}
