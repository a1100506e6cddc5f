//! Trying a change on a ledger: only the crashes that it can touch are read as a whole.
//!
//! A crash that shows no trace of a changed issue ([`Traces`]) has the same match before and after. Of
//! the others those are asked about as a whole in which a changed issue has another standing than
//! before, each class of crashes once ([`Classes`]).

use super::question::{TrialQuestion, TrialSides};
use super::{Trial, TrialChange, TrialLimit};
use crate::crash::Crash;
use crate::curate::classes::{Asking, wanted_by_texts};
use crate::error::Result;
use crate::ledger::{Chooser, Ledger, Standing};
use crate::matching::{Classes, CrashClass, Match, Traces, has_same_tables};

/// More changed issues than these are not compared one by one.
const MAX_SINGLE: usize = 20;

/// The recorded crashes, beside a change.
struct Recorded<'a> {
    asked: TrialSides<'a>,
    traces: Traces,
    classes: Classes,
    /// True when both sides take the same keys out of a crash.
    has_same_lists: bool,
    /// True when every crash is asked about.
    is_thorough: bool,
    /// True when a changed issue is about other releases than before.
    has_other_releases: bool,
}

/// Adds what happens to the recorded crashes.
pub(super) fn add_recorded(
    trial: &mut Trial,
    asked: TrialSides<'_>,
    ledger: &Ledger,
    thorough: bool,
) -> Result<()> {
    let recorded = Recorded::new(asked, thorough)?;
    let chooser = Chooser {
        knowledge: &|_| if recorded.is_thorough { Standing::Unknown } else { Standing::Chosen },
        function: &|function| recorded.traces.has_function(function),
        circumstance: &|circumstance| wanted_by_texts(&recorded.traces, circumstance),
        message: if recorded.traces.have_texts() {
            Some(&|kind, message: &str| recorded.traces.has_message(kind, message))
        } else {
            None
        },
    };
    let asking = Asking {
        may_matter: &|text| recorded.traces.may_be_in(text),
        subject: &|crash| recorded.subject(&crash),
        answer: &|question| recorded.change(question),
    };
    let answered = asking.ask(ledger, &chooser)?;
    let mut damaged = 0;
    for (ids, place) in answered.groups {
        let Some(place) = place else {
            damaged += ids.len();
            continue;
        };
        trial.crashes += ids.len();
        if let Some(change) = &answered.answers[place] {
            ids.iter().for_each(|id| trial.add(change.of(id.to_string())));
        }
    }
    let limits = [
        (answered.passed_over, TrialLimit::PassedOver(answered.passed_over)),
        (damaged, TrialLimit::Damaged(damaged)),
    ];
    trial.limits.extend(limits.into_iter().filter(|(count, _)| *count > 0).map(|(_, limit)| limit));
    Ok(())
}

impl<'a> Recorded<'a> {
    fn new(asked: TrialSides<'a>, thorough: bool) -> Result<Self> {
        let mut traces = Traces::default();
        for side in asked.sides {
            for issue in asked.changed {
                traces.add(issue, side)?;
            }
        }
        let [before, after] = asked.sides;
        Ok(Self {
            asked,
            traces,
            classes: Classes::new(&asked.sides)?,
            has_same_lists: before.lists() == after.lists(),
            is_thorough: thorough || !has_same_tables(before, after)?,
            has_other_releases: has_other_releases(asked)?,
        })
    }

    /// The question about a crash, and its class.
    fn subject(&self, crash: &Crash) -> Option<(CrashClass, TrialQuestion)> {
        let question = if self.has_same_lists {
            TrialQuestion::of_one_list("", crash, self.asked)
        } else {
            TrialQuestion::new("", crash, self.asked)
        };
        let [before, after] = &question.keys;
        let mut class = self.classes.of(before);
        if !self.has_same_lists {
            let other = self.classes.of(after);
            // Two crashes are of one class where both halves are.
            let half = class.len() / 2;
            class[half..].copy_from_slice(&other[..half]);
        }
        Some((class, question))
    }

    /// What happens to a crash.
    fn change(&self, question: &TrialQuestion) -> Result<Option<TrialChange>> {
        if !self.is_thorough && !self.matters(question)? {
            return Ok(None);
        }
        self.asked.change(question)
    }

    /// True when a changed issue has another standing in a crash than before.
    fn matters(&self, question: &TrialQuestion) -> Result<bool> {
        if self.asked.changed.len() > MAX_SINGLE {
            let calibration = self.asked.sides[1].calibration();
            return Ok(question.keys.iter().any(|keys| self.traces.are_in(keys, calibration)));
        }
        for issue in self.asked.changed {
            let [before, after] = [0, 1].map(|side: usize| {
                let found = self.asked.sides[side].against(&question.keys[side], issue);
                found.map(|found| found.filter(|found| !found.is_idle()))
            });
            let (before, after): (Option<Match>, Option<Match>) = (before?, after?);
            if before != after || (self.has_other_releases && before.is_some()) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// True when a changed issue is about other releases than before: these count in the answer, and in no
/// comparison of the issue alone.
fn has_other_releases(asked: TrialSides<'_>) -> Result<bool> {
    for issue in asked.changed {
        let [before, after] = asked.sides.map(|side| side.store().issue(issue));
        if let (Some(before), Some(after)) = (before?, after?)
            && (&before.issue.affected, &before.issue.fix)
                != (&after.issue.affected, &after.issue.fix)
        {
            return Ok(true);
        }
    }
    Ok(false)
}
