//! The questions that the crash texts of the knowledge base answer, and their answers.
//!
//! Known crashes: every exemplar, itself left out where its issue has another one. Unknown ones:
//! every exemplar with its own and the related issues taken out, near misses, and published crashes
//! that belong to no issue. None of them is invented. `Evaluation` is the table from which the
//! thresholds are chosen.

use std::collections::BTreeSet;

use psod_match::diagnose::prepare;
use psod_match::error::Result;
use psod_match::kb::{Exemplar, Expectation, KnowledgeBase};
use psod_match::matching::{Exclude, Match, Matcher};
use psod_match::read::crashes_in_text;
use psod_match::signature::CrashKeys;
use serde::Serialize;

/// Which question a case asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Setting {
    /// The crash as it is: its issue must come first.
    Own,
    /// Its exemplar left out: the issue has another one.
    LeftOut,
    /// Its issue and the related ones taken out: nothing may match.
    TakenOut,
    /// A near miss: its look-alike must not match.
    Near,
    /// A published crash of no issue: nothing may match.
    Unknown,
}

impl Setting {
    /// The code in tables, as in the JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::LeftOut => "left-out",
            Self::TakenOut => "taken-out",
            Self::Near => "near",
            Self::Unknown => "unknown",
        }
    }
}

/// One crash under one setting.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Case {
    /// Path of the crash text.
    pub path: String,
    /// The question.
    pub setting: Setting,
    /// The issue that should be found, or must not be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// The issue found first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<String>,
    /// Its confidence; 0 when no issue has anything in common with the crash.
    pub confidence: f64,
    /// Place of the expected issue, counted from 1; absent when it is not shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<usize>,
}

impl Case {
    /// True for the cases in which the right answer is an issue.
    pub fn is_known(&self) -> bool {
        matches!(self.setting, Setting::Own | Setting::LeftOut)
    }
}

/// Every case, and the table over thresholds.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Evaluation {
    /// Every case, by setting and path.
    pub cases: Vec<Case>,
}

impl Evaluation {
    /// Lists the cases under `setting`.
    pub fn under(&self, setting: Setting) -> impl Iterator<Item = &Case> {
        self.cases.iter().filter(move |case| case.setting == setting)
    }

    /// Counts the known crashes with their issue first and at least `threshold`, or the unknown
    /// ones with any issue and at least that; and all of the setting.
    pub fn at(&self, setting: Setting, threshold: f64) -> (usize, usize) {
        let counted = self.under(setting).filter(|case| {
            let right = !case.is_known() || case.rank == Some(1);
            right && case.confidence >= threshold
        });
        (counted.count(), self.under(setting).count())
    }
}

/// Runs every case of `kb` against `matcher`, which was made of the same files.
///
/// # Errors
/// [`psod_match::error::Error::Store`] when the store is damaged.
pub fn evaluate(kb: &KnowledgeBase, matcher: &Matcher) -> Result<Evaluation> {
    let mut evaluation = Evaluation::default();
    for exemplar in kb.exemplars.values() {
        let Some(keys) = keys_of(exemplar, matcher) else {
            continue;
        };
        for (setting, exclude) in settings_of(kb, exemplar) {
            let found = matcher.matches(&keys, &exclude)?;
            evaluation.cases.push(case_of(exemplar, setting, &found));
        }
    }
    evaluation
        .cases
        .sort_by(|one, other| (one.setting, &one.path).cmp(&(other.setting, &other.path)));
    Ok(evaluation)
}

fn keys_of(exemplar: &Exemplar, matcher: &Matcher) -> Option<CrashKeys> {
    let found = crashes_in_text(&exemplar.text).into_iter().next()?;
    Some(prepare(found, matcher).keys)
}

/// Lists the questions that one crash text answers, with the issues that each leaves out.
pub fn settings_of<'a>(
    kb: &'a KnowledgeBase,
    exemplar: &'a Exemplar,
) -> Vec<(Setting, Exclude<'a>)> {
    let Some(id) = exemplar.issue() else {
        let setting = match exemplar.expectation {
            Expectation::Not(_) => Setting::Near,
            _ => Setting::Unknown,
        };
        return vec![(setting, Exclude::default())];
    };
    let mut settings = vec![(Setting::Own, Exclude::default())];
    if kb.exemplars_of(id).count() > 1 {
        let exclude = Exclude { exemplar: Some(&exemplar.path), ..Exclude::default() };
        settings.push((Setting::LeftOut, exclude));
    }
    let mut issues: BTreeSet<&str> = kb.related_to(id);
    issues.insert(id);
    settings.push((Setting::TakenOut, Exclude { issues, exemplar: None }));
    settings
}

/// Judges the issues found for a crash text under `setting`, best first.
pub fn case_of(exemplar: &Exemplar, setting: Setting, found: &[Match]) -> Case {
    let expected = match &exemplar.expectation {
        Expectation::Issue(id) | Expectation::Not(id) => Some(id.clone()),
        Expectation::Nothing => None,
    };
    let rank = found.iter().position(|found| Some(&found.issue) == expected.as_ref());
    // Of a near miss only its look-alike is asked.
    let shown = match setting {
        Setting::Near => rank.and_then(|rank| found.get(rank)),
        _ => found.first(),
    };
    Case {
        path: exemplar.path.clone(),
        setting,
        expected,
        first: shown.map(|found| found.issue.clone()),
        confidence: shown.map_or(0.0, |found| found.confidence),
        rank: rank.map(|rank| rank + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(setting: Setting, rank: Option<usize>, confidence: f64) -> Case {
        Case {
            path: "x".into(),
            setting,
            expected: None,
            first: Some("KB1".into()),
            confidence,
            rank,
        }
    }

    #[test]
    fn knowns_count_when_first_and_unknowns_when_anything_is_shown() {
        let evaluation = Evaluation {
            cases: vec![
                case(Setting::Own, Some(1), 0.9),
                case(Setting::Own, Some(2), 0.9),
                case(Setting::Unknown, None, 0.6),
            ],
        };
        assert_eq!(evaluation.at(Setting::Own, 0.8), (1, 2));
        assert_eq!(evaluation.at(Setting::Unknown, 0.5), (1, 1));
        assert_eq!(evaluation.at(Setting::Unknown, 0.8), (0, 1));
    }
}
