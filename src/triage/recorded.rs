//! The recorded crashes of a ledger, ready to be dealt into clusters.

use super::cluster::{ClusteredCrash, Known};
use super::edges::Constraints;
use crate::diagnose::{Knowledge, diagnose, prepare};
use crate::error::Result;
use crate::kb::date_of;
use crate::ledger::{DecisionKind, Ledger, LedgerRow, Query};
use crate::read::FoundCrash;

/// More crashes than a ledger can hold.
const ALL: usize = i32::MAX.unsigned_abs() as usize;

/// The crashes that `query` asks for. What the team decided about one counts more than the answer.
///
/// # Errors
/// As [`Ledger::list`] and [`Ledger::crash`], and those of a diagnosis.
pub fn recorded_crashes(
    ledger: &Ledger,
    query: &Query,
    knowledge: &Knowledge,
) -> Result<Vec<ClusteredCrash>> {
    let (rows, _) = ledger.list(query, ALL)?;
    let crashes = rows.iter().map(|row| recorded_crash(ledger, row, knowledge));
    let crashes: Vec<Option<ClusteredCrash>> = crashes.collect::<Result<_>>()?;
    Ok(crashes.into_iter().flatten().collect())
}

fn recorded_crash(
    ledger: &Ledger,
    row: &LedgerRow,
    knowledge: &Knowledge,
) -> Result<Option<ClusteredCrash>> {
    // Somebody may have taken it out since it was listed.
    let Some(found) = ledger.crash(row.id)? else { return Ok(None) };
    let subject = prepare(FoundCrash::from(found.crash), knowledge);
    let answer = diagnose(&subject, knowledge)?;
    let weights = knowledge.matcher().weights();
    let mut crash = ClusteredCrash::new(row.id.to_string(), &subject, &answer, weights);
    crash.host.clone_from(&row.host);
    crash.day = crash.day.or(row.seen.as_deref().and_then(date_of));
    if let Some(decision) = &row.decision {
        crash.known = match (decision.kind, &decision.value) {
            (DecisionKind::Issue, Some(issue)) => known(issue, knowledge)?,
            _ => None,
        };
    }
    Ok(Some(crash))
}

fn known(issue: &str, knowledge: &Knowledge) -> Result<Option<Known>> {
    let Some(found) = knowledge.issue(issue)? else { return Ok(None) };
    Ok(Some(Known {
        issue: issue.to_owned(),
        title: found.issue.title.clone(),
        title_ja: found.issue.japanese.title.clone(),
    }))
}

/// What the team decided about pairs of crashes.
///
/// # Errors
/// As [`Ledger::decided_pairs`].
pub fn recorded_constraints(ledger: &Ledger) -> Result<Constraints> {
    let decided = ledger.decided_pairs()?;
    let same = decided.same.iter();
    let constraints =
        same.fold(Constraints::default(), |all, [one, other]| all.same_as(one, other));
    let apart = decided.apart.iter();
    Ok(apart.fold(constraints, |all, [one, other]| all.not_same_as(one, other)))
}
