//! Update names, builds and dates: `kb/releases.csv`.

use serde::Deserialize;

use crate::error::{Error, Result};

/// One released build.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseEntry {
    /// Update line: `7.0.3` from 7.0 on, `6.7` before.
    pub line: String,
    /// Short name: `7.0 Update 3l`.
    pub name: String,
    /// Build number.
    pub build: u32,
    /// Date of release, `2023-03-30`; may be empty.
    pub date: String,
    /// `side` for a build outside the main order of its line, such as a hot patch.
    pub branch: String,
    /// The vendor's full name.
    pub vendor_name: String,
}

/// Every release that the knowledge base lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Releases {
    /// The releases, in the order of the file.
    pub entries: Vec<ReleaseEntry>,
}

impl Releases {
    /// Reads the table in the file `path`, which has the content `text`.
    ///
    /// # Errors
    /// [`Error::KbSyntax`] for the first row that is not a release.
    pub fn parse(path: &str, text: &str) -> Result<Self> {
        let rows = csv::Reader::from_reader(text.as_bytes()).into_deserialize();
        let entries = rows.collect::<Result<Vec<ReleaseEntry>, csv::Error>>().map_err(|error| {
            let line = error.position().map_or(1, |position| position.line() as usize);
            Error::KbSyntax { path: path.to_owned(), line, problem: error.to_string() }
        })?;
        Ok(Self { entries })
    }

    /// The release with this build number.
    pub fn by_build(&self, build: u32) -> Option<&ReleaseEntry> {
        self.entries.iter().find(|entry| entry.build == build)
    }

    /// The release called `name` in the update line `line`: by its short name or by a name in
    /// the vendor's full name, such as `ESXi600-201608001`.
    pub fn by_name(&self, line: &str, name: &str) -> Option<&ReleaseEntry> {
        let wanted = short_name(name);
        let in_line = || self.entries.iter().filter(|entry| entry.line == line);
        in_line()
            .find(|entry| entry.name.eq_ignore_ascii_case(wanted))
            .or_else(|| in_line().find(|entry| has_word(&entry.vendor_name, wanted)))
    }

    /// True when some release belongs to the update line that `prefix` names or begins.
    pub fn knows_line(&self, prefix: &str) -> bool {
        self.entries.iter().any(|entry| line_has_prefix(&entry.line, prefix))
    }

    /// The date of the first release of an update line; empty dates are skipped.
    pub fn first_date(&self, line: &str) -> Option<&str> {
        let in_line = self.entries.iter().filter(|entry| entry.line == line);
        in_line.map(|entry| entry.date.as_str()).filter(|date| !date.is_empty()).min()
    }
}

fn short_name(name: &str) -> &str {
    let name = name.trim();
    ["VMware ", "ESXi ", "ESX Server ", "ESX "]
        .iter()
        .fold(name, |name, product| name.strip_prefix(product).unwrap_or(name))
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '/' | ','))
        .any(|part| part.eq_ignore_ascii_case(word))
}

/// True when the update line `line` is `prefix` or lies below it: `7.0.3` below `7.0` and `7`.
pub fn line_has_prefix(line: &str, prefix: &str) -> bool {
    line.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Orders update lines by their numbers: `6.7` before `7.0.3` before `10.0`.
pub fn compare_lines(one: &str, other: &str) -> std::cmp::Ordering {
    let numbers = |line: &str| -> Vec<u32> {
        line.split('.').map(|part| part.parse().unwrap_or(0)).collect()
    };
    numbers(one).cmp(&numbers(other)).then_with(|| one.cmp(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "line,name,build,date,branch,vendor_name\n\
        7.0.3,7.0 Update 3l,21424296,2023-03-30,,ESXi 7.0.3 EP8 (ESXi 7.0 Update 3l)\n\
        6.0,6.0 Patch 3,4192238,2016-08-04,,ESXi 6.0 Patch 3 (ESXi600-201608001)\n";

    #[test]
    fn names_resolve_to_builds_inside_a_line() {
        let releases = Releases::parse("releases.csv", TABLE).expect("a table");
        let build = |line, name| releases.by_name(line, name).map(|entry| entry.build);
        assert_eq!(build("7.0.3", "7.0 Update 3l"), Some(21_424_296));
        assert_eq!(build("7.0.3", "ESXi 7.0 Update 3l"), Some(21_424_296));
        assert_eq!(build("6.0", "ESXi600-201608001"), Some(4_192_238));
        assert_eq!(build("7.0.2", "7.0 Update 3l"), None);
    }

    #[test]
    fn lines_are_compared_by_their_numbers() {
        assert!(line_has_prefix("7.0.3", "7.0"));
        assert!(line_has_prefix("7.0.3", "7"));
        assert!(!line_has_prefix("7.0.3", "7.0.30"));
        assert!(!line_has_prefix("70.0", "7"));
        assert!(compare_lines("6.7", "7.0.3").is_lt() && compare_lines("10.0", "9.1.0").is_gt());
    }

    #[test]
    fn a_bad_row_is_named() {
        let error = Releases::parse("releases.csv", "line,name\n1,2\n").expect_err("a bad table");
        assert!(error.to_string().starts_with("releases.csv:"), "{error}");
    }
}
