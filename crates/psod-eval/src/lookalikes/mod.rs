//! Crashes that look like a known issue and are none, or are one in spite of their looks.
//!
//! Damaged copies of known crashes say how much is still recognised; they cannot say what is
//! wrongly recognised, because everything in them is known. Here crashes are made of which the right
//! answer is known, written as a log, read by the real reader and answered by the real matcher.

mod forms;
mod retired;
mod symptoms;

use std::collections::{BTreeMap, BTreeSet};

use psod_match::crash::{Crash, Frame};
use psod_match::diagnose::prepare;
use psod_match::error::Result;
use psod_match::kb::KnowledgeBase;
use psod_match::matching::{Exclude, Match, Matcher};
use psod_match::read::crashes_in_text;
use psod_match::signature::CrashKeys;
use rayon::prelude::*;
use serde::Serialize;

use crate::damage::{Draw, own_log};
use crate::known::{FEW_FRAMES, KnownCrash};
use crate::tally::wilson;

pub use forms::{LOOKALIKES, LookalikeForm, RightAnswer};
pub use retired::{RETIRED_FORMS, UNHEARD_FORMS, retired, unheard};
pub use symptoms::{symptom_crashes, symptoms};

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
    let all = cases.len().max(1) as f64;
    let wrong = cases.iter().filter(|case| case.wrong).count() as f64 / all;
    let clusters: BTreeSet<&str> = cases.iter().map(|case| case.cluster.as_str()).collect();
    LookalikeRow {
        form: form.to_owned(),
        cases: cases.len(),
        clusters: clusters.len(),
        wrong,
        high: wilson(wrong, clusters.len()).1,
        shown: cases.iter().filter(|case| case.shown).count() as f64 / all,
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

/// A made crash, read back, and what is right about it.
pub struct MadeCrash {
    /// Its form.
    pub form: &'static LookalikeForm,
    /// Path of the crash text that it was made of.
    pub path: String,
    /// The issue of that text.
    pub issue: String,
    /// The comparable parts of the crash; `None` where the reader finds none.
    pub keys: Option<CrashKeys>,
}

/// Makes every form of every crash of `kb` with three story frames or more, `repeats` times.
pub fn made_crashes(
    kb: &KnowledgeBase,
    matcher: &Matcher,
    seed: u64,
    repeats: usize,
) -> Vec<MadeCrash> {
    let known = known_crashes(kb);
    let originals = originals(kb, &known);
    let mut tasks = Vec::new();
    for form in LOOKALIKES {
        for original in &originals {
            tasks.extend((0..repeats.max(1)).map(|repeat| (form, original, repeat)));
        }
    }
    tasks
        .par_iter()
        .filter_map(|(form, original, repeat)| made_crash(form, original, matcher, seed, *repeat))
        .collect()
}

fn made_crash(
    form: &'static LookalikeForm,
    original: &Original<'_>,
    matcher: &Matcher,
    seed: u64,
    repeat: usize,
) -> Option<MadeCrash> {
    let mut draw = Draw::new(seed, &[form.name, original.path, &repeat.to_string()]);
    let crash = form.make(original, &mut draw)?;
    Some(MadeCrash {
        form,
        path: original.path.to_owned(),
        issue: original.issue.to_owned(),
        keys: keys_of(&own_log(&crash, &mut draw), matcher),
    })
}

/// Asks `matcher`, which was made of `kb`, about every [`MadeCrash`].
///
/// # Errors
/// When the compiled knowledge base is damaged.
pub fn lookalikes(
    kb: &KnowledgeBase,
    matcher: &Matcher,
    seed: u64,
    repeats: usize,
) -> Result<Vec<LookalikeCase>> {
    let made = made_crashes(kb, matcher, seed, repeats);
    made.par_iter().map(|made| answer(made, matcher)).collect()
}

fn answer(made: &MadeCrash, matcher: &Matcher) -> Result<LookalikeCase> {
    let MadeCrash { form, path, issue, keys } = made;
    let found = match keys {
        Some(keys) => matcher.matches(keys, &Exclude::default())?,
        None => Vec::new(),
    };
    let allowed = match form.answer {
        RightAnswer::Issue | RightAnswer::TopOnly => Some(issue.as_str()),
        RightAnswer::NotSure | RightAnswer::Silence => None,
    };
    let mut case = LookalikeCase::new(form.name, path, issue, &found, allowed, matcher);
    match form.answer {
        RightAnswer::Issue => case.wrong = !case.sure || case.wrong,
        RightAnswer::Silence => case.wrong = case.shown,
        RightAnswer::NotSure | RightAnswer::TopOnly => {}
    }
    Ok(case)
}

/// The answers to the first crash in `text`, best first; the issue `without` does not exist.
fn answers(text: &str, without: Option<&str>, matcher: &Matcher) -> Result<Vec<Match>> {
    let Some(keys) = keys_of(text, matcher) else {
        return Ok(Vec::new());
    };
    let exclude = Exclude { issues: without.into_iter().collect(), exemplar: None };
    matcher.matches(&keys, &exclude)
}

/// The comparable parts of the first crash in `text`.
fn keys_of(text: &str, matcher: &Matcher) -> Option<CrashKeys> {
    let found = crashes_in_text(text).into_iter().next()?;
    Some(prepare(found, matcher).keys)
}

/// A crash text of the knowledge base that is of an issue.
struct ReadCrash<'a> {
    known: KnownCrash<'a>,
    issue: &'a str,
    story: Vec<Frame>,
}

/// The crashes of the knowledge base that are of an issue and have a story to change.
fn known_crashes(kb: &KnowledgeBase) -> Vec<ReadCrash<'_>> {
    let known = KnownCrash::read_all(kb).into_iter();
    let known = known.filter_map(|known| {
        let (issue, story) = (known.exemplar.issue()?, known.story());
        Some(ReadCrash { known, issue, story })
    });
    known.filter(|one| one.story.len() >= FEW_FRAMES).collect()
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
                path: &one.known.exemplar.path,
                issue: one.issue,
                crash: &one.known.crash,
                story: &one.story,
                strangers,
            }
        })
        .collect()
}
