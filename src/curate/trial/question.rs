//! One crash, asked about before a change and after it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Effect, TrialAnswer, TrialChange, TrialFrame, TrialSide};
use crate::crash::Crash;
use crate::diagnose::prepare;
use crate::error::Result;
use crate::kb::{Exemplar, Expectation};
use crate::matching::{Exclude, Match, Matcher, Verdict};
use crate::read::{FoundCrash, crashes_in_text};
use crate::signature::CrashKeys;

/// A crash, with its keys by the lists of each side.
pub(super) struct TrialQuestion {
    name: String,
    expectation: Option<Expectation>,
    pub(super) keys: [CrashKeys; 2],
}

/// What is asked: the knowledge base before the change and after it.
#[derive(Clone, Copy)]
pub(super) struct TrialSides<'a> {
    pub sides: [&'a Matcher; 2],
    /// The issues that are other ones afterwards.
    pub changed: &'a BTreeSet<String>,
}

impl TrialQuestion {
    /// The question about a crash that nothing is expected of.
    pub(super) fn new(name: &str, crash: &Crash, asked: TrialSides<'_>) -> Self {
        let keys = asked.sides.map(|side| prepare(FoundCrash::from(crash.clone()), side).keys);
        Self { name: name.to_owned(), expectation: None, keys }
    }

    /// The same where both sides have the same lists.
    pub(super) fn of_one_list(name: &str, crash: &Crash, asked: TrialSides<'_>) -> Self {
        let keys = prepare(FoundCrash::from(crash.clone()), asked.sides[0]).keys;
        Self { name: name.to_owned(), expectation: None, keys: [keys.clone(), keys] }
    }
}

/// The questions about every crash text of both sides, in the order of the paths. A text that is on
/// one side alone is asked about on both.
pub(super) fn kb_questions(before: &TrialSide, after: &TrialSide) -> Vec<TrialQuestion> {
    let mut texts: BTreeMap<&str, [Option<&Exemplar>; 2]> = BTreeMap::new();
    for (place, side) in [before, after].into_iter().enumerate() {
        for (path, exemplar) in &side.kb.exemplars {
            texts.entry(path).or_default()[place] = Some(exemplar);
        }
    }
    let questions = texts.into_iter().filter_map(|(path, texts)| {
        let [one, other] = [texts[0].or(texts[1])?, texts[1].or(texts[0])?];
        let keys = [keys_of(one, before)?, keys_of(other, after)?];
        let expectation = Some(other.expectation.clone());
        Some(TrialQuestion { name: path.to_owned(), expectation, keys })
    });
    questions.collect()
}

/// The keys of the crash of a text; `None` without one.
fn keys_of(exemplar: &Exemplar, side: &TrialSide) -> Option<CrashKeys> {
    let found = crashes_in_text(&exemplar.text).into_iter().next()?;
    Some(prepare(found, &side.matcher).keys)
}

impl TrialSides<'_> {
    /// What happens to a crash; `None` while its match stays the same.
    pub(super) fn change(self, question: &TrialQuestion) -> Result<Option<TrialChange>> {
        let [before, after] = &question.keys;
        let before = self.sides[0].matches(before, &Exclude::default())?;
        let after = self.sides[1].matches(after, &Exclude::default())?;
        let matched = [(self.sides[0], &before), (self.sides[1], &after)];
        let [was, is] = matched.map(|(side, found)| match_of(side, found));
        if was == is {
            return Ok(None);
        }
        let (effect, issue, other) = self.effect(was, is, &after);
        let answers = [
            (self.sides[0], &before, &question.keys[0]),
            (self.sides[1], &after, &question.keys[1]),
        ];
        let [before, after] = answers.map(|(side, found, keys)| answer(side, found, keys, &issue));
        Ok(Some(TrialChange {
            effect,
            crash: question.name.clone(),
            issue,
            other,
            is_wrong: is_wrong(question.expectation.as_ref(), is),
            before,
            after,
        }))
    }

    /// What it means that a crash was a match of one issue and is one of another: the effect, the
    /// changed issue that it is told of, and the other issue.
    fn effect(
        self,
        was: Option<&str>,
        is: Option<&str>,
        after: &[Match],
    ) -> (Effect, String, Option<String>) {
        let name = str::to_owned;
        match (was, is) {
            (None, Some(is)) => (Effect::In, name(is), None),
            (Some(was), Some(is)) if self.is_changed(was) && !self.is_changed(is) => {
                (Effect::Lost, name(was), Some(name(is)))
            }
            (Some(was), Some(is)) => (Effect::Stolen, name(is), Some(name(was))),
            (Some(was), None) if self.is_changed(was) => (Effect::Out, name(was), None),
            // A changed issue that is none itself takes it away as a rival.
            (was, None) => {
                let mut found = after.iter().map(|found| found.issue.as_str());
                let rival = found.find(|one| self.is_changed(one));
                let rival = rival.or(self.changed.first().map(String::as_str)).or(was);
                (Effect::Stolen, rival.unwrap_or_default().to_owned(), was.map(name))
            }
        }
    }

    fn is_changed(self, issue: &str) -> bool {
        self.changed.contains(issue)
    }
}

/// The issue that a crash is a match of.
fn match_of<'a>(side: &Matcher, found: &'a [Match]) -> Option<&'a str> {
    let first = found.first()?;
    let verdict = side.calibration().verdict(Some(first.confidence));
    (verdict == Verdict::Match).then_some(first.issue.as_str())
}

fn answer(side: &Matcher, found: &[Match], keys: &CrashKeys, issue: &str) -> TrialAnswer {
    let first = found.first();
    let verdict = side.calibration().verdict(first.map(|first| first.confidence));
    let own = found.iter().find(|found| found.issue == issue);
    TrialAnswer {
        verdict,
        first: first.filter(|_| verdict != Verdict::None).map(|first| first.issue.clone()),
        confidence: own.map(|own| own.confidence),
        frames: own.map(|own| frames_of(own, keys)).unwrap_or_default(),
    }
}

/// The frames that were looked for, each with the function of the crash that corresponds.
pub(crate) fn frames_of(found: &Match, keys: &CrashKeys) -> Vec<TrialFrame> {
    let printed = if found.reporter { &keys.reporter_frames } else { &keys.frames };
    let frames = found.wanted.iter().enumerate().map(|(place, wanted)| {
        let step = found.alignment.iter().find(|step| step.signature == place);
        let frame = step.and_then(|step| printed.iter().find(|frame| frame.index == step.crash));
        TrialFrame { wanted: wanted.to_string(), found: frame.map(|frame| frame.function.clone()) }
    });
    frames.collect()
}

/// True when a crash text expects another answer.
fn is_wrong(expectation: Option<&Expectation>, is: Option<&str>) -> bool {
    match expectation {
        None => false,
        Some(Expectation::Issue(id)) => is.is_some_and(|is| is != id),
        Some(Expectation::Not(id)) => is == Some(id.as_str()),
        Some(Expectation::Nothing) => is.is_some(),
    }
}
