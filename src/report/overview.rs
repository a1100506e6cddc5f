//! The overview of several crashes: a row each, and the totals.

use super::views::{CrashReport, FixReport, MatchReport, SourceReport};
use crate::matching::{Applies, Certainty, Verdict};
use crate::message::Catalog;

/// The row of one crash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverviewRow {
    /// Its cells, below those of [`overview_header`].
    pub cells: Vec<String>,
    verdict: Verdict,
}

/// The headings of the columns.
pub fn overview_header(catalog: &Catalog) -> Vec<String> {
    const COLUMNS: &[&str] = &["crash", "kind", "verdict", "issue", "build", "action"];
    COLUMNS.iter().map(|column| catalog.text(&format!("overview-{column}"), &[])).collect()
}

/// One line: the number of crashes, and how many of them have which verdict.
pub fn overview_totals(rows: &[OverviewRow], catalog: &Catalog) -> String {
    let values = [
        ("crashes", rows.len().to_string()),
        ("matches", count_of(rows, Verdict::Match)),
        ("possible", count_of(rows, Verdict::Possible)),
        ("unknown", count_of(rows, Verdict::None)),
    ];
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    catalog.text("overview-totals", &values)
}

fn count_of(rows: &[OverviewRow], verdict: Verdict) -> String {
    rows.iter().filter(|row| row.verdict == verdict).count().to_string()
}

impl CrashReport {
    /// The row of this crash in an overview of several.
    pub fn overview_row(&self, catalog: &Catalog) -> OverviewRow {
        let kind = self.crash.panic.as_ref().map_or("", |panic| panic.kind.as_str());
        let found = self.matches.first().filter(|found| found.certainty > Certainty::Unlikely);
        let verdict = match self.verdict {
            Verdict::Match => "overview-match",
            Verdict::Possible => "overview-possible",
            Verdict::None => "overview-none",
        };
        let issues = match &self.one_of {
            Some(one_of) => one_of.issues.join(", "),
            None => found.map(|found| found.issue.clone()).unwrap_or_default(),
        };
        let affected = found.map(|found| affected_word(found.applicability, catalog));
        let cells = vec![
            short_place(&self.source),
            kind.to_owned(),
            catalog.text(verdict, &[]),
            issues,
            affected.unwrap_or_default(),
            found.map(|found| short_action(found, catalog)).unwrap_or_default(),
        ];
        OverviewRow { cells, verdict: self.verdict }
    }
}

/// Whether the build has the issue, in a word that fits a column.
fn affected_word(applies: Applies, catalog: &Catalog) -> String {
    let key = match applies {
        Applies::Affected => "overview-affected",
        Applies::Fixed => "overview-fixed",
        Applies::NotAffected => "overview-not-affected",
        Applies::Unknown => "overview-unknown",
    };
    catalog.text(key, &[])
}

/// The end of the place of a crash, which tells more than its start.
fn short_place(source: &SourceReport) -> String {
    const LONGEST: usize = 18;
    let place = match &source.member {
        Some(member) => format!("{}: {member}:{}", source.path, source.line),
        None => format!("{}:{}", source.path, source.line),
    };
    let surplus = place.chars().count().saturating_sub(LONGEST);
    if surplus == 0 {
        return place;
    }
    let end: String = place.chars().skip(surplus + 1).collect();
    format!("…{end}")
}

/// What to do, in a few words: the release, driver or firmware to go to.
fn short_action(found: &MatchReport, catalog: &Catalog) -> String {
    let FixReport { own_line, first, components, .. } = &found.fix;
    if found.certainty != Certainty::Proven {
        return catalog.text("overview-compare", &[]);
    }
    if matches!(found.applicability, Applies::Fixed | Applies::NotAffected) {
        return catalog.text("overview-other-cause", &[]);
    }
    let release = own_line.as_ref().or(first.as_ref()).map(|release| release.name.clone());
    let component = components.first();
    let component = component.map(|found| format!("{} {}", found.name, found.version));
    let key = if found.fix.unknown { "overview-no-fix" } else { "overview-see-fix" };
    release.or(component).unwrap_or_else(|| catalog.text(key, &[]))
}
