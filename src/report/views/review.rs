//! The sheet of a review, as published: all that a second person looks at before an issue is reviewed.

use schemars::JsonSchema;
use serde::Serialize;

use super::envelope::{SCHEMA, tool};
use super::flow::NearFrame;
use crate::curate::{Effect, Measured, Refused, Sheet, SheetFixture, Trial, TrialChange};
use crate::kb::{Article, Issue, Status};
use crate::matching::Verdict;
use crate::message::Catalog;

/// Most crashes of each effect that a sheet lists; the counts are of all.
const MAX_TRIED: usize = 100;

/// What a sheet is made of.
pub struct ReviewParts<'a> {
    /// The issue.
    pub issue: &'a Issue,
    /// The mark of its files.
    pub mark: String,
    /// The revision that it is compared with.
    pub base: Option<String>,
    /// The difference of its files.
    pub diff: String,
    /// What was measured.
    pub sheet: &'a Sheet,
    /// What it would do to crashes.
    pub trial: &'a Trial,
    /// What lint finds in its files.
    pub findings: Vec<String>,
    /// What stands in the way of a promotion.
    pub refused: &'a [Refused],
}

/// The sheet of a review.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct ReviewReport {
    /// Version of this format; it changes when a field changes its meaning.
    pub schema: u32,
    /// Version of psod-match.
    pub tool: String,
    /// The issue.
    pub issue: String,
    /// Its title.
    pub title: String,
    /// Its status.
    pub status: Status,
    /// A hash of its files: `kb promote --sheet` refuses when they have changed since.
    pub mark: String,
    /// The revision that it is compared with; absent for the file as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// Who has written it.
    pub author: String,
    /// The day of its first version.
    pub created: String,
    /// Who has reviewed it before, and on which day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reviewed: Option<String>,
    /// The articles that it cites.
    pub articles: Vec<Article>,
    /// Its crash texts, then its near misses.
    pub fixtures: Vec<ReviewFixture>,
    /// The crash of its own for which it is least sure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weakest: Option<MeasuredReport>,
    /// The crash of anything else for which it is surest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strongest: Option<MeasuredReport>,
    /// The other issue that comes nearest on its own crash texts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rival: Option<MeasuredReport>,
    /// What it does to crashes, beside the base or a knowledge base without it.
    pub trial: ReviewTrial,
    /// What lint finds in its files.
    pub findings: Vec<String>,
    /// What stands in the way of a promotion by another person.
    pub refused: Vec<String>,
    /// The difference of its files, as `git diff` shows it.
    pub diff: String,
}

/// A crash text or an issue with a confidence.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct MeasuredReport {
    /// The path or the id.
    pub name: String,
    /// 0 to 1.
    pub confidence: f64,
}

/// A crash text or near miss of the issue.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct ReviewFixture {
    /// Its path.
    pub path: String,
    /// True for a crash that must not match.
    pub near_miss: bool,
    /// Where it was published.
    pub source: String,
    /// The answer to it.
    pub verdict: Verdict,
    /// The issue that comes first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<String>,
    /// The confidence of the issue.
    pub confidence: f64,
    /// The frames that it looks for, side by side with the crash.
    pub frames: Vec<NearFrame>,
}

/// What an issue does to crashes.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct ReviewTrial {
    /// Crashes that were looked at.
    pub crashes: usize,
    /// Crashes that become a match of it.
    pub newly: usize,
    /// Crashes that stop being one.
    pub out: usize,
    /// Crashes that it takes from another issue.
    pub stolen: usize,
    /// Crashes that it loses to another issue.
    pub lost: usize,
    /// Crashes whose text says that the new answer is wrong.
    pub wrong: usize,
    /// The crashes, 100 of each effect at most.
    pub changes: Vec<ReviewTried>,
}

/// A crash whose match is another one.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct ReviewTried {
    /// `in`, `out`, `stolen` or `lost`.
    pub effect: &'static str,
    /// The crash.
    pub crash: String,
    /// The issue that it is stolen from or lost to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other: Option<String>,
    /// The confidence of the issue before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<f64>,
    /// The confidence of the issue afterwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<f64>,
}

/// Three digits are enough to read.
fn rounded(number: f64) -> f64 {
    (number * 1000.0).round() / 1000.0
}

impl ReviewReport {
    /// The sheet of these parts.
    pub fn new(parts: ReviewParts<'_>, catalog: &Catalog) -> Self {
        let ReviewParts { issue, mark, base, diff, sheet, trial, findings, refused } = parts;
        let review = &issue.review;
        Self {
            schema: SCHEMA,
            tool: tool(),
            issue: issue.id.clone(),
            title: catalog.chosen(issue.title.clone(), issue.japanese.title.clone()),
            status: issue.status,
            mark,
            base,
            author: issue.author.clone(),
            created: issue.created.clone(),
            reviewed: (!review.day.is_empty())
                .then(|| format!("{}, {}", review.day, review.reviewer)),
            articles: issue.articles.clone(),
            fixtures: sheet.fixtures.iter().map(fixture_report).collect(),
            weakest: sheet.weakest.as_ref().map(measured),
            strongest: sheet.strongest.as_ref().map(measured),
            rival: sheet.rival.as_ref().map(measured),
            trial: ReviewTrial::new(trial, &issue.id),
            findings,
            refused: refused.iter().map(|one| one.text(&issue.id, catalog)).collect(),
            diff,
        }
    }
}

fn measured(one: &Measured) -> MeasuredReport {
    MeasuredReport { name: one.name.clone(), confidence: rounded(one.confidence) }
}

fn fixture_report(fixture: &SheetFixture) -> ReviewFixture {
    let frames = fixture
        .rows
        .iter()
        .map(|(wanted, printed)| NearFrame { wanted: wanted.clone(), printed: printed.clone() });
    ReviewFixture {
        path: fixture.path.clone(),
        near_miss: fixture.is_near_miss,
        source: fixture.source.clone(),
        verdict: fixture.verdict,
        first: fixture.first.clone(),
        confidence: rounded(fixture.confidence),
        frames: frames.collect(),
    }
}

impl ReviewTrial {
    fn new(trial: &Trial, id: &str) -> Self {
        let effects = [Effect::In, Effect::Out, Effect::Stolen, Effect::Lost];
        let shown =
            effects.into_iter().flat_map(|effect| changes_to(trial, id, effect).take(MAX_TRIED));
        Self {
            crashes: trial.crashes,
            newly: changes_to(trial, id, Effect::In).count(),
            out: changes_to(trial, id, Effect::Out).count(),
            stolen: changes_to(trial, id, Effect::Stolen).count(),
            lost: changes_to(trial, id, Effect::Lost).count(),
            wrong: changes_of(trial, id).filter(|change| change.is_wrong).count(),
            changes: shown.map(tried).collect(),
        }
    }

    /// Crashes that are counted and not listed.
    pub fn left_out(&self) -> usize {
        self.newly + self.out + self.stolen + self.lost - self.changes.len()
    }
}

/// The changes of an issue.
fn changes_of<'a>(trial: &'a Trial, id: &'a str) -> impl Iterator<Item = &'a TrialChange> {
    trial.changes.iter().filter(move |change| change.issue == id)
}

/// The changes of an issue that have this effect.
fn changes_to<'a>(
    trial: &'a Trial,
    id: &'a str,
    effect: Effect,
) -> impl Iterator<Item = &'a TrialChange> {
    changes_of(trial, id).filter(move |change| change.effect == effect)
}

fn tried(change: &TrialChange) -> ReviewTried {
    ReviewTried {
        effect: change.effect.as_str(),
        crash: change.crash.clone(),
        other: change.other.clone(),
        before: change.before.confidence.map(rounded),
        after: change.after.confidence.map(rounded),
    }
}
