//! What the reviewer of an issue looks at: each of its crash texts and near misses with the answer, and
//! the margin between the weakest crash of its own and the strongest of all others.

use super::nearest::side_by_side;
use crate::diagnose::prepare;
use crate::error::Result;
use crate::kb::{Exemplar, Expectation, Issue, KnowledgeBase};
use crate::matching::{Calibration, CorpusRun, Matcher, Verdict, issue_summaries};
use crate::read::crashes_in_text;

/// The measured part of the sheet of a review.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Sheet {
    /// Its crash texts, then its near misses.
    pub fixtures: Vec<SheetFixture>,
    /// The crash of its own for which it is least sure.
    pub weakest: Option<Measured>,
    /// The crash of anything else for which it is surest.
    pub strongest: Option<Measured>,
    /// The other issue that comes nearest on its own crash texts.
    pub rival: Option<Measured>,
}

/// A crash text, or an issue, with a confidence.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Measured {
    /// The path or the id.
    pub name: String,
    /// 0 to 1.
    pub confidence: f64,
}

/// A crash text or near miss of the issue.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SheetFixture {
    /// Its path.
    pub path: String,
    /// True for a crash that must not match.
    pub is_near_miss: bool,
    /// Where it was published.
    pub source: String,
    /// The answer to it.
    pub verdict: Verdict,
    /// The issue that comes first.
    pub first: Option<String>,
    /// The confidence of the issue.
    pub confidence: f64,
    /// The frames that the issue looks for, each with the function of the crash that corresponds.
    pub rows: Vec<(String, Option<String>)>,
}

/// Measures one issue; `runs` are those of every crash text of `kb`.
///
/// # Errors
/// [`crate::error::Error::Store`] when the compiled knowledge base is damaged.
pub fn sheet(
    kb: &KnowledgeBase,
    matcher: &Matcher,
    runs: &[CorpusRun],
    issue: &Issue,
) -> Result<Sheet> {
    let id = issue.id.as_str();
    let mut sheet = Sheet::default();
    for run in runs {
        let is_own = run.issue() == Some(id);
        let confidence = run.confidence(id);
        let measured = Measured { name: run.path.clone(), confidence };
        if is_own {
            if sheet.weakest.as_ref().is_none_or(|weakest| confidence < weakest.confidence) {
                sheet.weakest = Some(measured);
            }
        } else if confidence
            > sheet.strongest.as_ref().map_or(0.0, |strongest| strongest.confidence)
        {
            sheet.strongest = Some(measured);
        }
        let is_near_miss = run.expectation == Expectation::Not(id.to_owned());
        if let Some(exemplar) = kb.exemplars.get(&run.path).filter(|_| is_own || is_near_miss) {
            sheet.fixtures.push(fixture(exemplar, run, matcher, id)?);
        }
    }
    sheet.fixtures.sort_by_key(|fixture| fixture.is_near_miss);
    let summaries = issue_summaries(kb, runs, &Calibration::SHIPPED);
    let own = summaries.into_iter().find(|summary| summary.issue == id);
    let nearest = own.and_then(|summary| summary.nearest);
    sheet.rival = nearest.map(|(name, confidence)| Measured { name, confidence });
    Ok(sheet)
}

fn fixture(
    exemplar: &Exemplar,
    run: &CorpusRun,
    matcher: &Matcher,
    id: &str,
) -> Result<SheetFixture> {
    let verdict = run.verdict(&Calibration::SHIPPED);
    let first = run.found.first().filter(|_| verdict != Verdict::None);
    let crash = crashes_in_text(&exemplar.text).into_iter().next();
    let rows = match crash {
        Some(crash) => {
            let keys = prepare(crash, matcher).keys;
            matcher.against(&keys, id)?.map(|found| side_by_side(&found, &keys)).unwrap_or_default()
        }
        None => Vec::new(),
    };
    Ok(SheetFixture {
        path: exemplar.path.clone(),
        is_near_miss: matches!(exemplar.expectation, Expectation::Not(_)),
        source: exemplar.source.clone(),
        verdict,
        first: first.map(|found| found.issue.clone()),
        confidence: run.confidence(id),
        rows,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile;
    use crate::kb::KbSource;
    use crate::matching::run_corpus;

    #[test]
    fn a_sheet_has_every_fixture_and_the_margin() {
        let sources = [KbSource::Directory("tests/lint/good".into())];
        let kb = KnowledgeBase::read(&sources).expect("a kb");
        let compiled = compile::open(&sources, None).expect("compiled");
        let matcher = Matcher::new(compiled, Calibration::SHIPPED, true).expect("a matcher");
        let runs = run_corpus(&kb, &matcher).expect("runs");
        let sheet = sheet(&kb, &matcher, &runs, &kb.issues["KB1"]).expect("a sheet");
        let fixtures: Vec<(&str, bool)> =
            sheet.fixtures.iter().map(|one| (one.path.as_str(), one.is_near_miss)).collect();
        assert_eq!(fixtures, [("crashes/KB1-1.txt", false), ("near/KB1-other-driver.txt", true)]);
        assert_eq!(sheet.fixtures[0].rows[0], ("foo_poll".to_owned(), Some("foo_poll".to_owned())));
        let (weakest, strongest) = (sheet.weakest.expect("its own"), sheet.strongest);
        assert_eq!(weakest.name, "crashes/KB1-1.txt");
        let others = strongest.map_or(0.0, |strongest| strongest.confidence);
        assert!(weakest.confidence > others, "{} {others}", weakest.confidence);
    }
}
