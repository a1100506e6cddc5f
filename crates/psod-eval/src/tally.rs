//! Counts by form, with bounds by issue.
//!
//! Crashes of one issue, and repeats of one crash, are right or wrong together: the bounds of a
//! share rest on the number of issues, not on the number of texts.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::cases::Setting;
use crate::damage::FORMS;
use crate::forms::FormCase;
use crate::known::FEW_FRAMES;

/// Which crashes one table is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CrashGroup {
    /// With three or more story frames; the targets are about these.
    Enough,
    /// With fewer story frames.
    Few,
    /// With three or more story frames, its own exemplar left out.
    LeftOut,
}

impl CrashGroup {
    /// Every group, in the order of the report.
    pub const ALL: [Self; 3] = [Self::Enough, Self::Few, Self::LeftOut];

    fn holds(self, case: &FormCase) -> bool {
        let few = case.story < FEW_FRAMES;
        match (self, case.case.setting) {
            (Self::Enough, Setting::Own) | (Self::LeftOut, Setting::LeftOut) => !few,
            (Self::Few, Setting::Own) => few,
            _ => false,
        }
    }
}

/// A count with its bounds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Share {
    /// How many.
    pub count: usize,
    /// Of how many.
    pub of: usize,
    /// Issues (or crashes without one) that these are of.
    pub issues: usize,
    /// Lower 95 % bound of the share.
    pub low: f64,
    /// Upper 95 % bound of the share.
    pub high: f64,
}

impl Share {
    fn new<'a>(cases: &[&'a FormCase], counts: impl Fn(&FormCase) -> bool) -> Self {
        let count = cases.iter().filter(|case| counts(case)).count();
        let issues: BTreeSet<&'a str> = cases.iter().map(|case| case.cluster()).collect();
        let (low, high) = wilson(count as f64 / cases.len().max(1) as f64, issues.len());
        Self { count, of: cases.len(), issues: issues.len(), low, high }
    }
}

/// Wilson's 95 % bounds of the share `share` of `size` independent things. The crashes and
/// repeats of one issue are not: the size is the number of issues.
pub(crate) fn wilson(share: f64, size: usize) -> (f64, f64) {
    const Z: f64 = 1.959_963_984_540_054;
    if size == 0 {
        return (0.0, 1.0);
    }
    let size = size as f64;
    let middle = share + Z * Z / (2.0 * size);
    let width = Z * (share * (1.0 - share) / size + Z * Z / (4.0 * size * size)).sqrt();
    let scale = 1.0 + Z * Z / size;
    (((middle - width) / scale).max(0.0), ((middle + width) / scale).min(1.0))
}

/// How known crashes are recognised in one form.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FormRow {
    /// Which crashes.
    pub group: CrashGroup,
    /// The form.
    pub form: &'static str,
    /// The right issue comes first and is shown.
    pub right_first: Share,
    /// The right issue is among the first five and is shown.
    pub right_in_five: Share,
    /// A match of the right issue.
    pub sure_and_right: Share,
    /// A match of a wrong issue.
    pub sure_and_wrong: Share,
}

/// Counts the crashes of `group`, in the order of the forms.
pub fn rows(cases: &[FormCase], group: CrashGroup) -> Vec<FormRow> {
    let rows = FORMS.iter().map(|form| {
        let of_form = cases.iter().filter(|case| case.form == form.name);
        form_row(of_form, group, form.name)
    });
    rows.flatten().collect()
}

/// Counts the crashes of `group` in all forms together; `None` where there is none.
pub fn total(cases: &[FormCase], group: CrashGroup) -> Option<FormRow> {
    form_row(cases.iter(), group, "all")
}

/// Counts one form; `None` where none of its crashes is of the group.
fn form_row<'a>(
    cases: impl Iterator<Item = &'a FormCase>,
    group: CrashGroup,
    form: &'static str,
) -> Option<FormRow> {
    let cases: Vec<&FormCase> = cases.filter(|case| group.holds(case)).collect();
    if cases.is_empty() {
        return None;
    }
    Some(FormRow {
        group,
        form,
        right_first: Share::new(&cases, |case| case.is_right_in(1)),
        right_in_five: Share::new(&cases, |case| case.is_right_in(5)),
        sure_and_right: Share::new(&cases, FormCase::is_sure_and_right),
        sure_and_wrong: Share::new(&cases, FormCase::is_sure_and_wrong),
    })
}

/// How often something is called a match in one form although nothing may be.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Silence {
    /// The form.
    pub form: &'static str,
    /// Crashes with three or more story frames whose issue and the related ones are taken out.
    pub taken_out: Share,
    /// The same with fewer story frames.
    pub taken_out_few: Share,
    /// Near misses that match their look-alike.
    pub near: Share,
    /// Crashes of no issue.
    pub unknown: Share,
}

/// Counts the wrong matches of crashes that no issue may match, in the order of the forms.
pub fn silences(cases: &[FormCase]) -> Vec<Silence> {
    FORMS
        .iter()
        .filter(|form| cases.iter().any(|case| case.form == form.name))
        .map(|form| silence(cases, form.name))
        .collect()
}

fn silence(cases: &[FormCase], form: &'static str) -> Silence {
    let cases: Vec<&FormCase> = cases.iter().filter(|case| case.form == form).collect();
    let (few, enough): (Vec<&FormCase>, Vec<&FormCase>) =
        cases.iter().partition(|case| case.story < FEW_FRAMES);
    Silence {
        form,
        taken_out: sure_share(&enough, Setting::TakenOut),
        taken_out_few: sure_share(&few, Setting::TakenOut),
        near: sure_share(&cases, Setting::Near),
        unknown: sure_share(&cases, Setting::Unknown),
    }
}

/// The share of the cases under `setting` that are called a match.
fn sure_share(cases: &[&FormCase], setting: Setting) -> Share {
    let cases: Vec<&FormCase> =
        cases.iter().copied().filter(|case| case.case.setting == setting).collect();
    Share::new(&cases, |case| case.sure)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::Case;

    fn case(issue: &str, setting: Setting, story: usize, rank: Option<usize>) -> FormCase {
        let confidence = 0.9;
        let case = Case {
            path: format!("crashes/{issue}-1.txt"),
            setting,
            expected: Some(issue.to_owned()),
            first: Some("KB1".to_owned()),
            confidence,
            rank,
        };
        FormCase {
            form: "published",
            repeat: 0,
            case,
            expected_confidence: confidence,
            story,
            kept: story,
            read: story,
            cause: None,
            unproven: None,
            sure: true,
            shown: true,
        }
    }

    #[track_caller]
    fn check_bounds(share: f64, size: usize, low: f64, high: f64) {
        let found = wilson(share, size);
        assert!((found.0 - low).abs() < 0.001 && (found.1 - high).abs() < 0.001, "{found:?}");
    }

    #[test]
    fn bounds_are_wilsons() {
        // Newcombe 1998, table I.
        check_bounds(81.0 / 263.0, 263, 0.2553, 0.3662);
        check_bounds(0.0, 20, 0.0, 0.1611);
        check_bounds(1.0, 29, 0.8830, 1.0);
        check_bounds(0.0, 0, 0.0, 1.0);
    }

    #[test]
    fn rows_count_by_group_and_bounds_by_issue() {
        let cases = [
            case("KB1", Setting::Own, 5, Some(1)),
            case("KB1", Setting::Own, 5, Some(1)),
            case("KB2", Setting::Own, 5, Some(3)),
            case("KB3", Setting::Own, 2, Some(1)),
            case("KB1", Setting::TakenOut, 5, None),
        ];
        let row = &rows(&cases, CrashGroup::Enough)[0];
        let first = row.right_first;
        assert_eq!((first.count, first.of, first.issues), (2, 3, 2));
        assert_eq!((row.right_in_five.count, row.sure_and_right.count), (3, 2));
        assert_eq!(row.sure_and_wrong.count, 1);
        assert_eq!(rows(&cases, CrashGroup::Few)[0].right_first.of, 1);
        assert!(rows(&cases, CrashGroup::LeftOut).is_empty());
        assert_eq!(total(&cases, CrashGroup::Enough).map(|row| row.right_first), Some(first));
        assert_eq!(total(&cases, CrashGroup::LeftOut), None);
        let silent = &silences(&cases)[0];
        assert_eq!((silent.taken_out.count, silent.taken_out.of), (1, 1));
        assert_eq!((silent.taken_out_few.of, silent.unknown.of), (0, 0));
    }
}
