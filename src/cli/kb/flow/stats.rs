//! `psod-match kb stats`: what the knowledge base holds, in numbers.

use std::collections::BTreeSet;
use std::path::PathBuf;

use psod_match::curate::{KbStats, stats};
use psod_match::kb::KnowledgeBase;
use psod_match::ledger::{DecisionKind, Ledger, LedgerRow, Query};
use psod_match::report::StatsReport;
use time::Date;

use super::super::super::args::Format;
use super::super::super::ledger::ledger_path;
use super::super::super::{Ending, Session};
use super::super::lint;
use super::arguments::StatsArguments;

/// Prints the numbers of all files, and those of the team beside them.
pub fn run(
    kb: &KnowledgeBase,
    arguments: &StatsArguments,
    session: &mut Session<'_>,
) -> anyhow::Result<Ending> {
    let today = arguments.today.unwrap_or_else(lint::today);
    let path = ledger_path(&arguments.place)?;
    let hits = if path.exists() { Some(hits(&Ledger::open_to_read(&path)?)?) } else { None };
    let directories = &session.common.kb;
    let own = (!directories.is_empty())
        .then(|| stats_with_hits(kb, &|path| is_in(path, directories), hits.as_ref(), today));
    let report = StatsReport::new(stats_with_hits(kb, &|_| true, hits.as_ref(), today), own);
    if session.output.format == Format::Json {
        session.output.json(&report)?;
    } else {
        let (header, rows) = report.table(session.catalog);
        session.output.raw_table(&header, &rows)?;
    }
    Ok(Ending::Good)
}

fn is_in(path: &str, directories: &[PathBuf]) -> bool {
    directories.iter().any(|own| own.join(path).is_file())
}

/// The numbers of those files that count; `hits` are the issues that the team has met.
fn stats_with_hits(
    kb: &KnowledgeBase,
    counts: &dyn Fn(&str) -> bool,
    hits: Option<&BTreeSet<String>>,
    today: Date,
) -> KbStats {
    match hits {
        Some(hits) => stats(kb, counts, Some(&|id| hits.contains(id)), today),
        None => stats(kb, counts, None, today),
    }
}

/// The issues that a recorded crash is, by decision or by its last answer.
fn hits(ledger: &Ledger) -> anyhow::Result<BTreeSet<String>> {
    let (rows, _) = ledger.list(&Query::default(), i32::MAX.unsigned_abs() as usize)?;
    Ok(rows.into_iter().filter_map(issue_of).collect())
}

fn issue_of(row: LedgerRow) -> Option<String> {
    match row.decision {
        Some(decision) if decision.kind == DecisionKind::Issue => decision.value,
        Some(_) => None,
        None => row.answer.filter(|answer| answer.verdict == "match")?.issue,
    }
}
