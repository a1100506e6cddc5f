//! Crashes that look like a known issue and are none, or are one in spite of their looks.
//!
//! Damaged copies of known crashes say how much is still recognised; they cannot say what is
//! wrongly recognised, because everything in them is known. Here crashes are made of which the right
//! answer is known, written as a log, read by the real reader and answered by the real matcher.

mod forms;
mod retired;
mod symptoms;

use std::collections::{BTreeMap, BTreeSet};

use psod_match::crash::{Crash, Frame, Role};
use psod_match::diagnose::prepare;
use psod_match::error::Result;
use psod_match::kb::{Exemplar, KnowledgeBase};
use psod_match::matching::{Exclude, Match, Matcher};
use psod_match::read::crashes_in_text;
use rayon::prelude::*;
use serde::Serialize;

use crate::damage::{Draw, own_log};
use crate::forms::FEW_FRAMES;
use crate::tally::wilson;

pub use forms::{LOOKALIKES, LookalikeForm, RightAnswer};
pub use retired::{RETIRED_FORMS, retired};
pub use symptoms::symptoms;

/// A confidence from which an issue is shown prominently.
pub const SHOWN: f64 = 0.5;

/// A crash of the knowledge base as the forms take it.
pub struct Original<'a> {
    /// Path of its text.
    pub path: &'a str,
    /// Its issue.
    pub issue: &'a str,
    /// Its crash, with roles.
    pub crash: &'a Crash,
    /// Its story frames, top first.
    pub story: &'a [Frame],
    /// Stories of issues that have nothing to do with it: issue and frames.
    pub strangers: Vec<(&'a str, &'a [Frame])>,
}

impl Original<'_> {
    /// The issue and story of an unrelated issue with `count` frames or more.
    fn stranger(&self, count: usize, draw: &mut Draw) -> Option<(&str, &[Frame])> {
        let long: Vec<_> =
            self.strangers.iter().filter(|(_, story)| story.len() >= count).collect();
        if long.is_empty() {
            return None;
        }
        let (issue, story) = **draw.pick(&long);
        Some((issue, story))
    }

    /// Frames of unrelated issues, each of another one as far as chance goes: together they are the
    /// story of none of them.
    fn foreign_frames(&self, count: usize, draw: &mut Draw) -> Option<Vec<Frame>> {
        (0..count)
            .map(|_| {
                let (_, story) = self.stranger(1, draw)?;
                Some(draw.pick(story).clone())
            })
            .collect()
    }
}

/// One made crash and its answer.
#[derive(Clone, Debug, Serialize)]
pub struct LookalikeCase {
    /// The form.
    pub form: String,
    /// Path of the crash text that it was made of; a description without one.
    pub path: String,
    /// What stands and falls together: the issue, or the message.
    pub cluster: String,
    /// The issue found first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<String>,
    /// Its confidence; 0 without one.
    pub confidence: f64,
    /// True when the answer is called a match.
    pub sure: bool,
    /// True when the answer is not the right one: see [`RightAnswer`].
    pub wrong: bool,
    /// True when something wrong is shown with [`SHOWN`] or more.
    pub shown: bool,
}

impl LookalikeCase {
    /// Judges the answer `found` to a crash whose issue may be `allowed`.
    fn new(
        form: &str,
        path: &str,
        cluster: &str,
        found: &[Match],
        allowed: Option<&str>,
        matcher: &Matcher,
    ) -> Self {
        let first = found.first();
        let confidence = first.map_or(0.0, |first| first.confidence);
        let sure = confidence >= matcher.calibration().match_threshold;
        let right = allowed.is_some() && first.map(|first| first.issue.as_str()) == allowed;
        Self {
            form: form.to_owned(),
            path: path.to_owned(),
            cluster: cluster.to_owned(),
            first: first.map(|first| first.issue.clone()),
            confidence,
            sure,
            wrong: sure && !right,
            shown: confidence >= SHOWN && !right,
        }
    }
}

/// Counts of one form.
#[derive(Clone, Debug, Serialize)]
pub struct LookalikeRow {
    /// The form.
    pub form: String,
    /// Made crashes.
    pub cases: usize,
    /// Issues or messages that they are of.
    pub clusters: usize,
    /// Share that is answered wrongly: see [`RightAnswer`].
    pub wrong: f64,
    /// Upper 95 % bound of that share, by cluster.
    pub high: f64,
    /// Share that shows something wrong with [`SHOWN`] or more.
    pub shown: f64,
    /// The accepted share of wrong answers.
    pub target: f64,
}

/// The rows of `cases`, in the order in which their forms appear.
pub fn lookalike_rows(cases: &[LookalikeCase]) -> Vec<LookalikeRow> {
    let mut order: Vec<&str> = Vec::new();
    let mut by_form: BTreeMap<&str, Vec<&LookalikeCase>> = BTreeMap::new();
    for case in cases {
        if !by_form.contains_key(case.form.as_str()) {
            order.push(&case.form);
        }
        by_form.entry(&case.form).or_default().push(case);
    }
    order.into_iter().map(|form| row_of(form, &by_form[form])).collect()
}

fn row_of(form: &str, cases: &[&LookalikeCase]) -> LookalikeRow {
    let share = |count: usize| count as f64 / cases.len().max(1) as f64;
    let wrong = share(cases.iter().filter(|case| case.wrong).count());
    let clusters: BTreeSet<&str> = cases.iter().map(|case| case.cluster.as_str()).collect();
    LookalikeRow {
        form: form.to_owned(),
        cases: cases.len(),
        clusters: clusters.len(),
        wrong,
        high: wilson(wrong, clusters.len()).1,
        shown: share(cases.iter().filter(|case| case.shown).count()),
        target: target_of(form),
    }
}

/// The accepted share of wrong answers of a form.
fn target_of(form: &str) -> f64 {
    match LOOKALIKES.iter().find(|known| known.name == form) {
        Some(known) => known.target,
        None if form == symptoms::FORM => symptoms::TARGET,
        None => retired::TARGET,
    }
}

/// Makes every form of every crash of `kb` with three story frames or more, `repeats` times, and
/// asks `matcher`, which was made of the same files.
///
/// # Errors
/// When the compiled knowledge base is damaged.
pub fn lookalikes(
    kb: &KnowledgeBase,
    matcher: &Matcher,
    seed: u64,
    repeats: usize,
) -> Result<Vec<LookalikeCase>> {
    let known = known_crashes(kb, matcher);
    let originals = originals(kb, &known);
    let mut tasks = Vec::new();
    for form in LOOKALIKES {
        for original in &originals {
            tasks.extend((0..repeats.max(1)).map(|repeat| (form, original, repeat)));
        }
    }
    let answers: Vec<Option<LookalikeCase>> = tasks
        .par_iter()
        .map(|(form, original, repeat)| answer(form, original, matcher, seed, *repeat))
        .collect::<Result<_>>()?;
    Ok(answers.into_iter().flatten().collect())
}

fn answer(
    form: &LookalikeForm,
    original: &Original<'_>,
    matcher: &Matcher,
    seed: u64,
    repeat: usize,
) -> Result<Option<LookalikeCase>> {
    let mut draw = Draw::new(seed, &[form.name, original.path, &repeat.to_string()]);
    let Some(crash) = form.make(original, &mut draw) else {
        return Ok(None);
    };
    let found = answers(&own_log(&crash, &mut draw), None, matcher)?;
    let allowed = match form.answer {
        RightAnswer::Issue | RightAnswer::TopOnly => Some(original.issue),
        RightAnswer::NotSure | RightAnswer::Silence => None,
    };
    let mut case =
        LookalikeCase::new(form.name, original.path, original.issue, &found, allowed, matcher);
    match form.answer {
        RightAnswer::Issue => case.wrong = !case.sure || case.wrong,
        RightAnswer::Silence => case.wrong = case.shown,
        RightAnswer::NotSure | RightAnswer::TopOnly => {}
    }
    Ok(Some(case))
}

/// The answers to the first crash in `text`, best first; the issue `without` does not exist.
fn answers(text: &str, without: Option<&str>, matcher: &Matcher) -> Result<Vec<Match>> {
    let Some(found) = crashes_in_text(text).into_iter().next() else {
        return Ok(Vec::new());
    };
    let exclude = Exclude { issues: without.into_iter().collect(), exemplar: None };
    matcher.matches(&prepare(found, matcher).keys, &exclude)
}

/// A crash text of the knowledge base that is of an issue.
struct ReadCrash<'a> {
    exemplar: &'a Exemplar,
    issue: &'a str,
    crash: Crash,
    story: Vec<Frame>,
}

/// The crashes of the knowledge base that are of an issue and have a story to change.
fn known_crashes<'a>(kb: &'a KnowledgeBase, matcher: &Matcher) -> Vec<ReadCrash<'a>> {
    kb.exemplars.values().filter_map(|exemplar| known_crash(exemplar, matcher)).collect()
}

fn known_crash<'a>(exemplar: &'a Exemplar, matcher: &Matcher) -> Option<ReadCrash<'a>> {
    let issue = exemplar.issue()?;
    let found = crashes_in_text(&exemplar.text).into_iter().next()?;
    let crash = prepare(found, matcher).crash;
    let frames = crash.deciding_frames().iter();
    let story: Vec<Frame> = frames.filter(|frame| is_story(frame)).cloned().collect();
    (story.len() >= FEW_FRAMES).then_some(ReadCrash { exemplar, issue, crash, story })
}

/// True for a frame that has a name and is not machinery.
fn is_story(frame: &Frame) -> bool {
    frame.role == Role::Story && frame.function.is_some()
}

fn originals<'a>(kb: &KnowledgeBase, known: &'a [ReadCrash<'a>]) -> Vec<Original<'a>> {
    known
        .iter()
        .map(|one| {
            let related = kb.related_to(one.issue);
            let strangers = known
                .iter()
                .filter(|other| other.issue != one.issue && !related.contains(other.issue))
                .map(|other| (other.issue, other.story.as_slice()))
                .collect();
            Original {
                path: &one.exemplar.path,
                issue: one.issue,
                crash: &one.crash,
                story: &one.story,
                strangers,
            }
        })
        .collect()
}
