//! Update names, builds and dates: `kb/releases.csv`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

use super::issue::FixBuild;
use super::source::{row_error, syntax_error};
use super::update_names::{normalized, spellings};
use crate::error::Result;

/// One released build.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Its branch inside the line.
    pub branch: Branch,
    /// The vendor's full name; where one build has two, ESXi and ESX, both with ` / ` between.
    pub vendor_name: String,
}

impl ReleaseEntry {
    /// True when the vendor offers it to every customer, so that an update to it may be advised.
    pub fn is_offered(&self) -> bool {
        self.branch == Branch::Main && !self.date.is_empty()
    }
}

/// The relation of a build to the order of its update line.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
    IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Branch {
    /// In order: it has all that lower builds of the line have.
    #[default]
    #[serde(rename = "")]
    #[strum(serialize = "")]
    Main,
    /// Built beside the order, for hosts on an older update: its number does not show what it contains.
    Side,
    /// Given to single customers; beside the order too.
    HotPatch,
    /// In order, and no longer offered.
    Withdrawn,
}

impl Branch {
    /// The name as the table writes it.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// True for an ordinary build, which needs no mark.
    pub fn is_main(&self) -> bool {
        *self == Self::Main
    }

    /// True when the build number does not tell which fixes are in the build.
    pub fn is_off(self) -> bool {
        matches!(self, Self::Side | Self::HotPatch)
    }
}

/// Every release that the knowledge base lists, in the order of the build numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Releases {
    entries: Vec<ReleaseEntry>,
    spellings: KnownSpellings,
}

/// The spellings of the releases by their place, each made when it is first asked for.
#[derive(Clone, Debug, Default)]
struct KnownSpellings(Vec<OnceLock<Vec<String>>>);

/// They follow from the releases.
impl PartialEq for KnownSpellings {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for KnownSpellings {}

impl Releases {
    /// These releases; of two with one build number the last is kept.
    pub fn new(entries: Vec<ReleaseEntry>) -> Self {
        // As the store has them.
        if entries.is_sorted_by(|one, other| one.build < other.build) {
            let mut releases = Self::default();
            releases.set(entries);
            return releases;
        }
        let mut releases = Self::default();
        releases.overlay(entries);
        releases
    }

    /// Reads the table in the file `path`, which has the content `text`.
    ///
    /// # Errors
    /// [`crate::error::Error::KbSyntax`] for the first row that is not a release, or whose build has a row
    /// already: a build with two names has both in one row.
    pub fn parse(path: &str, text: &str) -> Result<Self> {
        let mut entries: Vec<ReleaseEntry> = Vec::new();
        let mut builds = BTreeSet::new();
        for (index, row) in csv::Reader::from_reader(text.as_bytes()).deserialize().enumerate() {
            let entry: ReleaseEntry = row.map_err(|error| row_error(path, &error))?;
            if !builds.insert(entry.build) {
                let problem = format!("a second row of build {}", entry.build);
                // The header is line 1.
                return Err(syntax_error(path, index + 2, problem));
            }
            entries.push(entry);
        }
        Ok(Self::new(entries))
    }

    /// Lays releases over these: a row replaces the one of the same build.
    pub fn overlay(&mut self, entries: Vec<ReleaseEntry>) {
        let all = std::mem::take(&mut self.entries).into_iter().chain(entries);
        let by_build: BTreeMap<u32, ReleaseEntry> = all.map(|entry| (entry.build, entry)).collect();
        self.set(by_build.into_values().collect());
    }

    /// Takes releases in the order of their builds.
    fn set(&mut self, entries: Vec<ReleaseEntry>) {
        self.spellings = KnownSpellings(entries.iter().map(|_| OnceLock::new()).collect());
        self.entries = entries;
    }

    /// All of them, lowest build first.
    pub fn entries(&self) -> &[ReleaseEntry] {
        &self.entries
    }

    /// All of them, lowest build first, to keep.
    pub fn into_entries(self) -> Vec<ReleaseEntry> {
        self.entries
    }

    /// The release with this build number.
    pub fn by_build(&self, build: u32) -> Option<&ReleaseEntry> {
        let place = self.entries.binary_search_by_key(&build, |entry| entry.build).ok()?;
        self.entries.get(place)
    }

    /// The releases of an update line, lowest build first.
    pub fn in_line<'a>(&'a self, line: &str) -> impl Iterator<Item = &'a ReleaseEntry> {
        self.entries.iter().filter(move |entry| entry.line == line)
    }

    /// The release called `name` in the update line `line`, in any spelling: `7.0 U3l`, or the
    /// number of a bulletin such as `ESXi600-201608001`.
    pub fn by_name(&self, line: &str, name: &str) -> Option<&ReleaseEntry> {
        self.called(name, |entry| entry.line == line)
    }

    /// The release that an article names as having the fix; `None` when it is not listed.
    pub fn with_fix(&self, fix: &FixBuild) -> Option<&ReleaseEntry> {
        match fix.build {
            Some(build) => self.by_build(build),
            None => self.by_name(&fix.line, &fix.name),
        }
    }

    /// The release called `name` in any update line.
    pub fn named(&self, name: &str) -> Option<&ReleaseEntry> {
        self.called(name, |_| true)
    }

    /// The release called `name` among those that `is_asked` for. One update may have several builds (an
    /// installer and a patch, ESXi and ESX): its name stands for the lowest, so that a host on any of
    /// them has it. A build beside the order bears a name only when no other does.
    fn called(
        &self,
        name: &str,
        is_asked: impl Fn(&ReleaseEntry) -> bool,
    ) -> Option<&ReleaseEntry> {
        let wanted = normalized(name);
        if wanted.is_empty() {
            return None;
        }
        let asked = self.entries.iter().zip(&self.spellings.0).filter(|(entry, _)| is_asked(entry));
        let called = asked.filter(|(entry, known)| {
            let ReleaseEntry { line, name, vendor_name, .. } = entry;
            known.get_or_init(|| spellings(line, name, vendor_name)).contains(&wanted)
        });
        let called = called.map(|(entry, _)| entry);
        called.min_by_key(|entry| (entry.branch.is_off(), entry.build))
    }

    /// True when some release belongs to the update line that `prefix` names or begins.
    pub fn knows_line(&self, prefix: &str) -> bool {
        self.entries.iter().any(|entry| line_has_prefix(&entry.line, prefix))
    }

    /// The date of the first release of an update line; `None` when the list does not date it,
    /// for the date of a later release does not tell when the line began.
    pub fn first_date(&self, line: &str) -> Option<&str> {
        let first = self.in_line(line).next()?;
        Some(first.date.as_str()).filter(|date| !date.is_empty())
    }

    /// The update lines that have builds below and above `build`: those that it can be of.
    pub fn lines_around(&self, build: u32) -> Vec<&str> {
        let (below, above) =
            self.entries.split_at(self.entries.partition_point(|entry| entry.build <= build));
        lines_of(below).intersection(&lines_of(above)).copied().collect()
    }

    /// The releases just below and just above `build`, of one line or of all; builds beside
    /// the order of their line are left out.
    pub fn neighbours(
        &self,
        line: Option<&str>,
        build: u32,
    ) -> (Option<&ReleaseEntry>, Option<&ReleaseEntry>) {
        let mut ordered = self
            .entries
            .iter()
            .filter(|entry| !entry.branch.is_off() && line.is_none_or(|line| entry.line == line));
        let below = ordered.clone().take_while(|entry| entry.build < build).last();
        (below, ordered.find(|entry| entry.build > build))
    }
}

fn lines_of(entries: &[ReleaseEntry]) -> BTreeSet<&str> {
    entries.iter().map(|entry| entry.line.as_str()).collect()
}

/// True when the update line `line` is `prefix` or part of it: `7.0.3` below `7.0` and `7`.
pub fn line_has_prefix(line: &str, prefix: &str) -> bool {
    line.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// `line` and the lines that it is part of, the longest first: `7.0.3`, `7.0`, `7`.
pub(crate) fn line_prefixes(line: &str) -> impl Iterator<Item = &str> {
    let ends = line.rmatch_indices('.').map(|(end, _)| end);
    std::iter::once(line.len()).chain(ends).map(|end| &line[..end])
}

/// Orders update lines by their numbers: `6.7` before `7.0.3` before `10.0`.
pub fn compare_lines(one: &str, other: &str) -> std::cmp::Ordering {
    line_numbers(one).cmp(&line_numbers(other)).then_with(|| one.cmp(other))
}

/// The numbers of an update line: 7, 0 and 3 of `7.0.3`.
pub(crate) fn line_numbers(line: &str) -> Vec<u32> {
    line.split('.').map(|part| part.parse().unwrap_or(0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHIPPED: &str = include_str!("../../kb/releases.csv");

    fn shipped() -> Releases {
        Releases::parse("releases.csv", SHIPPED).expect("the shipped table")
    }

    #[track_caller]
    fn check_name(line: &str, name: &str, expected: Option<u32>) {
        let found = shipped().by_name(line, name).map(|entry| entry.build);
        assert_eq!(found, expected, "{name} in {line}");
    }

    #[test]
    fn names_resolve_to_builds_inside_a_line() {
        check_name("7.0.3", "7.0 Update 3l", Some(21_424_296));
        check_name("7.0.3", "ESXi 7.0 U3l", Some(21_424_296));
        check_name("7.0.3", "7.0.3 P07", Some(21_424_296));
        check_name("7.0.2", "7.0 Update 3l", None);
        check_name("6.0", "ESXi600-201608001", Some(4_192_238));
        check_name("6.7", "6.7 Update 3b", Some(15_160_138));
        check_name("8.0.0", "ESXi 8.0", Some(20_513_097));
        check_name("9.0.0", "9.0 GA", Some(24_755_229));
        check_name("5.0", "Patch", None);
        check_name("5.0", "4", None);
    }

    #[test]
    fn a_name_of_several_builds_is_that_of_the_lowest_in_order() {
        check_name("6.5", "6.5 Patch 01", Some(5_146_843));
        check_name("4.1", "ESX 4.1 Patch 2", Some(381_591));
        // 5251621 is a patch for hosts on Update 1, and the vendor calls it Update 1 too.
        check_name("6.0", "6.0 Update 1", Some(3_029_758));
        check_name("6.0", "ESXi600-201703002", Some(5_251_621));
    }

    #[test]
    fn a_build_with_two_names_has_one_row_with_both() {
        for build in [348_481, 381_591, 398_348] {
            let releases = shipped();
            let vendor_name = &releases.by_build(build).expect("a release").vendor_name;
            let names: Vec<&str> = vendor_name.split(" / ").collect();
            assert!(names[0].starts_with("ESXi ") && names[1].starts_with("ESX "), "{names:?}");
        }
        let text = "line,name,build,date,branch,vendor_name\n4.1,a,1,,,a\n4.1,b,1,,,b\n";
        let error = Releases::parse("releases.csv", text).expect_err("a build twice");
        assert_eq!(error.to_string(), "releases.csv:3: a second row of build 1");
    }

    #[test]
    fn every_published_build_is_listed_and_marked() {
        let releases = shipped();
        // 306 rows of the vendor's table and of crash texts; three builds are in there twice.
        assert_eq!(releases.entries().len(), 303);
        let marked: Vec<(u32, Branch)> = releases
            .entries()
            .iter()
            .filter(|entry| !entry.branch.is_main())
            .map(|entry| (entry.build, entry.branch))
            .collect();
        let expected = [
            (5_251_621, Branch::Side),
            (18_644_231, Branch::Withdrawn),
            (23_465_881, Branch::HotPatch),
        ];
        assert_eq!(marked, expected);
    }

    #[test]
    fn the_file_is_in_the_order_of_lines_and_builds() {
        let mut reader = csv::Reader::from_reader(SHIPPED.as_bytes());
        let rows: Vec<ReleaseEntry> =
            reader.deserialize().collect::<Result<_, _>>().expect("releases");
        let keys: Vec<(&str, u32)> =
            rows.iter().map(|entry| (entry.line.as_str(), entry.build)).collect();
        assert!(keys.is_sorted_by(|one, other| one < other));
    }

    #[test]
    fn inside_a_line_dates_follow_builds() {
        let releases = shipped();
        let lines: BTreeSet<&str> = releases.entries().iter().map(|e| e.line.as_str()).collect();
        assert_eq!(lines.len(), 21);
        for line in lines {
            let ordered = releases.in_line(line).filter(|entry| !entry.branch.is_off());
            let dated: Vec<(&str, u32)> = ordered
                .filter(|entry| !entry.date.is_empty())
                .map(|entry| (entry.date.as_str(), entry.build))
                .collect();
            assert!(dated.is_sorted(), "{line}: {dated:?}");
            for (date, build) in dated {
                let digits = date.replace('-', "");
                assert!(digits.len() == 8 && digits.parse::<u32>().is_ok(), "{build}: {date}");
            }
        }
    }

    #[test]
    fn across_lines_dates_do_not_follow_builds() {
        let releases = shipped();
        for (earlier, later) in
            [(23_299_997, 23_305_546), (24_118_393, 24_280_767), (24_569_005, 24_585_300)]
        {
            let dates = [earlier, later].map(|build| &releases.by_build(build).expect("one").date);
            assert!(dates[0] > dates[1], "{earlier} and {later}");
        }
    }

    #[test]
    fn one_name_in_a_line_is_one_update() {
        let releases = shipped();
        for entry in releases.entries() {
            let same = releases.in_line(&entry.line).filter(|other| other.name == entry.name);
            let dates: BTreeSet<&str> = same.map(|other| other.date.as_str()).collect();
            assert_eq!(dates.len(), 1, "{}: {dates:?}", entry.name);
        }
    }

    /// How the names of a line begin.
    fn expected_starts(line: &str) -> Vec<String> {
        let parts: Vec<&str> = line.split('.').collect();
        match parts[..] {
            ["7" | "8", minor, "0"] => vec![format!("{}.{minor}", parts[0])],
            ["7" | "8", minor, update] => vec![format!("{}.{minor} Update {update}", parts[0])],
            ["9", minor, "0"] => vec![format!("9.{minor} GA"), format!("{line}.")],
            ["9", ..] => vec![format!("{line}.")],
            _ => vec![line.to_owned()],
        }
    }

    #[test]
    fn names_fit_their_lines() {
        for entry in shipped().entries() {
            let starts = expected_starts(&entry.line);
            let fits = starts.iter().any(|start| entry.name.starts_with(start));
            assert!(fits, "{} in {}", entry.name, entry.line);
            let first = entry.line.split('.').count() == 3 && entry.line.ends_with(".0");
            assert!(!(first && entry.name.contains("Update")), "{} in {}", entry.name, entry.line);
        }
    }

    #[test]
    fn neighbours_are_of_the_line_or_of_all() {
        #[track_caller]
        fn check(line: Option<&str>, build: u32, expected: [Option<u32>; 2]) {
            let releases = shipped();
            let (below, above) = releases.neighbours(line, build);
            assert_eq!([below, above].map(|entry| entry.map(|entry| entry.build)), expected);
        }
        check(Some("7.0.3"), 21_000_000, [Some(20_842_708), Some(21_053_776)]);
        check(None, 21_000_000, [Some(20_842_819), Some(21_053_776)]);
        check(Some("8.0.2"), 23_400_000, [Some(23_305_546), Some(23_825_572)]);
        check(Some("8.0.2"), 99_000_000, [Some(24_789_317), None]);
        check(Some("8.0.2"), 1, [None, Some(22_380_479)]);
        check(Some("7.0.9"), 21_000_000, [None, None]);
    }

    #[test]
    fn several_lines_are_open_at_one_build() {
        assert_eq!(shipped().lines_around(98_103), ["3.5"]);
        assert_eq!(shipped().lines_around(23_400_000), ["7.0.3", "8.0.0", "8.0.2"]);
    }

    #[test]
    fn a_line_begins_with_its_first_build() {
        assert_eq!(shipped().first_date("7.0.3"), Some("2021-10-05"));
        assert_eq!(shipped().first_date("3.5"), None);
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
        let text = "line,name,build,date,branch,vendor_name\n4.1,a,1,,beta,a\n";
        assert!(Releases::parse("releases.csv", text).is_err());
    }
}
