//! What a team adds to its knowledge, as published: drafts, and what a change would do.

use schemars::JsonSchema;
use serde::Serialize;

use super::envelope::{SCHEMA, tool};
use crate::curate::{
    DraftRefusal, DraftedIssue, Effect, RefusalReason, Separator, Standing, Trial, TrialAnswer,
    TrialChange, TrialLimit,
};
use crate::kb::Signature;
use crate::matching::Unproven;

/// Crashes of one effect that are listed.
const MOST: usize = 100;

/// The output of `psod-match kb try`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct TrialReport {
    /// Version of this format; it changes when a field changes its meaning.
    pub schema: u32,
    /// Version of psod-match.
    pub tool: String,
    /// The issues that are other ones after the change: new, changed, or gone.
    pub issues: Vec<String>,
    /// The crashes that were asked about.
    pub crashes: usize,
    /// How many crashes there are of each effect.
    pub counts: TrialCounts,
    /// Crashes that were a match of nothing, and are one of the issue.
    #[serde(rename = "in")]
    pub newly: Vec<TrialEntry>,
    /// Crashes that were a match of the issue, and are one of nothing.
    pub out: Vec<TrialEntry>,
    /// Crashes that were a match of another issue, and are none of it any more.
    pub stolen: Vec<TrialEntry>,
    /// Crashes that were a match of the issue, and are one of another.
    pub lost: Vec<TrialEntry>,
    /// What was not looked at, or not listed.
    pub limits: Vec<TrialLimitReport>,
}

/// Numbers of crashes by effect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct TrialCounts {
    /// New matches.
    #[serde(rename = "in")]
    pub newly: usize,
    /// Matches that are gone.
    pub out: usize,
    /// Matches of other issues that are gone.
    pub stolen: usize,
    /// Matches that went to other issues.
    pub lost: usize,
    /// Crash texts whose new answer is another one than they expect, of all effects.
    pub wrong: usize,
}

/// A crash whose match is another one after the change.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct TrialEntry {
    /// Path of the crash text, number of a recorded crash, or place in a file.
    pub crash: String,
    /// The issue that is changed.
    pub issue: String,
    /// The issue that it is stolen from or lost to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other: Option<String>,
    /// True when its text expects another answer than the new one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub wrong: bool,
    /// The answer before.
    pub before: TrialAnswerReport,
    /// The answer after.
    pub after: TrialAnswerReport,
}

/// An answer about a crash, and how the changed issue fits it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct TrialAnswerReport {
    /// `match`, `possible` or `none`.
    pub verdict: &'static str,
    /// The likeliest issue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<String>,
    /// Confidence of the changed issue, 0 to 1; absent where it has nothing in common with the crash.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// The frames that the changed issue looks for, each with the function of the crash that corresponds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub frames: Vec<(String, Option<String>)>,
}

/// Something that was not looked at, or not listed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct TrialLimitReport {
    /// `passed-over`: recorded crashes that share nothing with the issue; `damaged`: recorded crashes that
    /// cannot be read; `not-listed`: crashes that are counted only; `left-out`: files of the knowledge
    /// base that cannot be read.
    pub code: &'static str,
    /// How many.
    pub count: usize,
}

impl TrialReport {
    /// The published form of a trial.
    pub fn new(trial: &Trial) -> Self {
        let counts = TrialCounts {
            newly: trial.count(Effect::In),
            out: trial.count(Effect::Out),
            stolen: trial.count(Effect::Stolen),
            lost: trial.count(Effect::Lost),
            wrong: trial.wrong(),
        };
        let [newly, out, stolen, lost] =
            [Effect::In, Effect::Out, Effect::Stolen, Effect::Lost].map(|one| listed(trial, one));
        let shown = newly.len() + out.len() + stolen.len() + lost.len();
        let all: usize = Effect::ALL.iter().map(|effect| trial.count(*effect)).sum();
        let limits = trial.limits.iter().map(|limit| match limit {
            TrialLimit::PassedOver(count) => ("passed-over", *count),
            TrialLimit::Damaged(count) => ("damaged", *count),
            TrialLimit::LeftOut(count) => ("left-out", *count),
        });
        let not_listed = ("not-listed", all - shown);
        let limits = limits.chain([not_listed]).filter(|(_, count)| *count > 0);
        Self {
            schema: SCHEMA,
            tool: tool(),
            issues: trial.issues.clone(),
            crashes: trial.crashes,
            counts,
            newly,
            out,
            stolen,
            lost,
            limits: limits.map(|(code, count)| TrialLimitReport { code, count }).collect(),
        }
    }

    /// The lists with the codes and full counts of their effects.
    pub(crate) fn lists(&self) -> [(Effect, usize, &[TrialEntry]); 4] {
        let Self { counts, newly, out, stolen, lost, .. } = self;
        [
            (Effect::In, counts.newly, newly),
            (Effect::Out, counts.out, out),
            (Effect::Stolen, counts.stolen, stolen),
            (Effect::Lost, counts.lost, lost),
        ]
    }
}

fn listed(trial: &Trial, effect: Effect) -> Vec<TrialEntry> {
    trial.of(effect).take(MOST).map(TrialEntry::new).collect()
}

impl TrialEntry {
    fn new(change: &TrialChange) -> Self {
        Self {
            crash: change.crash.clone(),
            issue: change.issue.clone(),
            other: change.other.clone(),
            wrong: change.is_wrong,
            before: TrialAnswerReport::new(&change.before),
            after: TrialAnswerReport::new(&change.after),
        }
    }
}

impl TrialAnswerReport {
    fn new(answer: &TrialAnswer) -> Self {
        let frames = answer.frames.iter();
        Self {
            verdict: answer.verdict.as_str(),
            first: answer.first.clone(),
            confidence: answer.confidence.map(rounded),
            frames: frames.map(|frame| (frame.wanted.clone(), frame.found.clone())).collect(),
        }
    }
}

fn rounded(confidence: f64) -> f64 {
    (confidence * 1000.0).round() / 1000.0
}

/// The output of `psod-match kb draft`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct DraftReport {
    /// Version of this format; it changes when a field changes its meaning.
    pub schema: u32,
    /// Version of psod-match.
    pub tool: String,
    /// The draft; absent when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draft: Option<DraftView>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<RefusalView>,
}

/// A drafted issue.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct DraftView {
    /// Its id.
    pub issue: String,
    /// The files that were written, as paths inside the knowledge base.
    pub files: Vec<String>,
    /// How many crashes it was made of.
    pub crashes: usize,
    /// What it asks for.
    pub signature: Signature,
    /// What tells most of it: a frame, a message, a machine check.
    pub carries: String,
    /// The crash of the draft that is the least sure.
    pub weakest: StandingReport,
    /// The other crash that comes nearest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strongest: Option<StandingReport>,
    /// True when the nearest other crash is a crash text already, so that it is the near miss.
    pub near_miss_is_there: bool,
    /// Crash texts that are the very crashes of the draft, and expect another answer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub same: Vec<String>,
}

/// A crash, and the confidence of the draft for it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct StandingReport {
    /// The crash.
    pub crash: String,
    /// 0 to 1.
    pub confidence: f64,
}

/// Why there is no draft.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct RefusalView {
    /// `nothing-in-common`, `known`, `not-recognised`, `looks-alike`, `takes`.
    pub reason: &'static str,
    /// The crash in the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crash: Option<String>,
    /// The confidence of the draft for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// Why it is no match of the draft, where it should be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unproven: Option<Unproven>,
    /// The issue that it is a match of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issue: Option<String>,
    /// What would separate the crashes from it.
    pub separators: Vec<SeparatorReport>,
}

/// Something that would separate crashes.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct SeparatorReport {
    /// `forbid`, `log`, `kind`, `machine-check`, `whole-crash`.
    pub kind: &'static str,
    /// The function, the template of the log line, the panic kind, the bank; empty for a whole crash.
    pub text: String,
}

impl DraftReport {
    /// The published form of a draft.
    pub fn of_issue(drafted: &DraftedIssue) -> Self {
        let draft = DraftView {
            issue: drafted.id.clone(),
            files: drafted.files.iter().map(|file| file.path.clone()).collect(),
            crashes: drafted.crashes,
            signature: drafted.signature.clone(),
            carries: drafted.carries.clone(),
            weakest: standing(&drafted.weakest),
            strongest: drafted.strongest.as_ref().map(standing),
            near_miss_is_there: drafted.has_near_miss,
            same: drafted.same.clone(),
        };
        Self { schema: SCHEMA, tool: tool(), draft: Some(draft), refused: None }
    }

    /// The published form of the reason why there is none.
    pub fn of_refusal(refusal: &DraftRefusal) -> Self {
        let (reason, crash, confidence, issue) = match &refusal.reason {
            RefusalReason::NothingInCommon => ("nothing-in-common", None, None, None),
            RefusalReason::Known { crash, issue } => ("known", Some(crash), None, Some(issue)),
            RefusalReason::NotRecognised(one) => {
                ("not-recognised", Some(&one.crash), Some(one.confidence), None)
            }
            RefusalReason::LooksAlike(one) => {
                ("looks-alike", Some(&one.crash), Some(one.confidence), None)
            }
            RefusalReason::Takes { crash, issue } => ("takes", Some(crash), None, Some(issue)),
        };
        let unproven = match &refusal.reason {
            RefusalReason::NotRecognised(one) => one.unproven,
            _ => None,
        };
        let separators = refusal.separators.iter().map(|separator| {
            let (kind, text) = match separator {
                Separator::Forbid(text) => ("forbid", text.as_str()),
                Separator::Log(text) => ("log", text.as_str()),
                Separator::Kind(text) => ("kind", text.as_str()),
                Separator::MachineCheck(text) => ("machine-check", text.as_str()),
                Separator::WholeCrash => ("whole-crash", ""),
            };
            SeparatorReport { kind, text: text.to_owned() }
        });
        let refused = RefusalView {
            reason,
            crash: crash.cloned(),
            confidence: confidence.map(rounded),
            unproven,
            issue: issue.cloned(),
            separators: separators.collect(),
        };
        Self { schema: SCHEMA, tool: tool(), draft: None, refused: Some(refused) }
    }
}

fn standing(standing: &Standing) -> StandingReport {
    StandingReport { crash: standing.crash.clone(), confidence: rounded(standing.confidence) }
}
