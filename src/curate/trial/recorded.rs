//! Trying a change on a ledger: only the crashes that it can touch are read as a whole.
//!
//! A crash that shows no trace of a changed issue ([`Traces`]) has the same match before and after. Of
//! the others those are asked about as a whole in which a changed issue has another standing than
//! before, each keys once.

use rayon::prelude::*;

use super::question::{Asked, Question};
use super::{Trial, TrialChange, TrialLimit};
use crate::crash::PanicKind;
use crate::error::{Error, Result};
use crate::ledger::{Chooser, Ledger, PackedCrash, Unpacker, UnpackingThread, Wanted};
use crate::matching::{Match, Traces, has_same_tables};
use crate::signature::CrashKeys;

/// More changed issues than these are not compared one by one.
const MAX_SINGLE: usize = 20;
/// What a stored crash has whose deciding backtrace is not that of the reporting PCPU: the ledger knows
/// the functions of the deciding one alone.
const HAS_REPORTER: &str = "\"decides\":true";

/// The recorded crashes, beside a change.
struct Recorded<'a> {
    asked: Asked<'a>,
    traces: Traces,
    /// True when every crash is asked about.
    is_thorough: bool,
    /// True when a changed issue is about other releases than before.
    has_other_releases: bool,
    unpacker: Unpacker,
}

/// What became of a recorded crash.
enum Outcome {
    PassedOver,
    Asked(Option<Box<TrialChange>>),
}

/// Adds what happens to the recorded crashes.
pub(super) fn add_recorded(
    trial: &mut Trial,
    asked: Asked<'_>,
    ledger: &Ledger,
    thorough: bool,
) -> Result<()> {
    let recorded = Recorded::new(asked, ledger, thorough)?;
    let mut outcomes = Vec::new();
    let chooser = Chooser {
        function: &|function| recorded.traces.has_function(function),
        row: &|kind, message| recorded.wanted(kind, message),
    };
    let groups = ledger.each_packed(&chooser, &mut |batch| {
        let found = batch.par_iter().map_init(UnpackingThread::default, |thread, packed| {
            (packed.group, recorded.outcome(packed, thread))
        });
        let found: Vec<(usize, Result<Outcome>)> = found.collect();
        for (group, outcome) in found {
            outcomes.push((group, read(outcome)?));
        }
        Ok(())
    })?;
    let (mut passed_over, mut damaged) = (groups.passed_over, 0);
    for (group, outcome) in outcomes {
        let ids = &groups.ids[group];
        match outcome {
            None => damaged += ids.len(),
            Some(Outcome::PassedOver) => passed_over += ids.len(),
            Some(Outcome::Asked(change)) => {
                trial.crashes += ids.len();
                if let Some(change) = change {
                    ids.iter().for_each(|id| trial.add(change.of(id.to_string())));
                }
            }
        }
    }
    let limits = [
        (passed_over, TrialLimit::PassedOver(passed_over)),
        (damaged, TrialLimit::Damaged(damaged)),
    ];
    trial.limits.extend(limits.into_iter().filter(|(count, _)| *count > 0).map(|(_, limit)| limit));
    Ok(())
}

/// What became of a crash; `None` for one whose record is damaged, which ends nothing.
fn read(outcome: Result<Outcome>) -> Result<Option<Outcome>> {
    match outcome {
        Ok(outcome) => Ok(Some(outcome)),
        Err(Error::Stored(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

impl<'a> Recorded<'a> {
    fn new(asked: Asked<'a>, ledger: &Ledger, thorough: bool) -> Result<Self> {
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
            is_thorough: thorough || !has_same_tables(before, after)?,
            has_other_releases: has_other_releases(asked)?,
            unpacker: ledger.unpacker()?,
        })
    }

    /// Which crashes may show a trace, by what their rows say.
    fn wanted(&self, kind: Option<&str>, message: &str) -> Wanted {
        let kind = kind.and_then(PanicKind::from_name);
        let message = message.to_owned();
        if self.is_thorough
            || self.traces.has_text(&CrashKeys { kind, message, ..CrashKeys::default() })
        {
            Wanted::Yes
        } else if self.traces.need_whole_crash() || kind.is_some_and(PanicKind::names_culprit) {
            Wanted::Perhaps
        } else {
            Wanted::No
        }
    }

    fn outcome<'b>(
        &'b self,
        packed: &PackedCrash,
        thread: &mut UnpackingThread<'b>,
    ) -> Result<Outcome> {
        let text = self.unpacker.text(packed, thread)?;
        if !packed.is_sure && !text.contains(HAS_REPORTER) && !self.traces.may_be_in(&text) {
            return Ok(Outcome::PassedOver);
        }
        let question = Question::new("", &Unpacker::crash(&text)?, self.asked);
        if !self.is_thorough && !self.matters(&question)? {
            return Ok(Outcome::Asked(None));
        }
        Ok(Outcome::Asked(self.asked.change(&question)?.map(Box::new)))
    }

    /// True when a changed issue has another standing in a crash than before.
    fn matters(&self, question: &Question) -> Result<bool> {
        if self.asked.changed.len() > MAX_SINGLE {
            return Ok(question.keys.iter().any(|keys| self.traces.are_in(keys)));
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
fn has_other_releases(asked: Asked<'_>) -> Result<bool> {
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
