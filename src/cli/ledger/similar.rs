//! `psod-match similar`: the recorded crashes that are most like one.

use std::path::PathBuf;

use clap::Args;
use psod_match::diagnose::prepare;
use psod_match::ledger::Ledger;
use psod_match::report::SimilarReport;
use psod_match::triage::RecordedBacktraces;

use super::super::inputs::{Answer, answer_all};
use super::super::output::render;
use super::super::{Ending, Session};
use super::arguments::LedgerPlace;
use super::ledger_path;

/// The arguments of `similar`.
#[derive(Args, Debug)]
pub struct SimilarArguments {
    /// Files or directories with crash texts; - is standard input
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Recorded backtraces at most
    #[arg(long, value_name = "NUMBER", default_value_t = 5)]
    pub most: usize,
    #[command(flatten)]
    pub place: LedgerPlace,
}

/// Prints the recorded crashes that are most like each crash of the files.
pub fn run(arguments: &SimilarArguments, session: &mut Session<'_>) -> anyhow::Result<Ending> {
    let knowledge = session.knowledge()?;
    let ledger = Ledger::open_to_read(&ledger_path(&arguments.place)?)?;
    let weights = knowledge.opened().matcher().weights();
    let recorded = RecordedBacktraces::of_ledger(&ledger, weights)?;
    let (catalog, format, detail) = (session.catalog, session.output.format, session.detail());
    answer_all(&arguments.files, session, &|found, source| {
        let subject = prepare(found, knowledge.opened());
        let similar = recorded.similar_to(&subject.keys.frames, weights, arguments.most);
        let ending = if similar.is_empty() { Ending::NotFound } else { Ending::Good };
        let report = SimilarReport::new(similar, source, subject.line);
        Ok(Answer::new(render(&report, format, catalog, detail)?, ending))
    })
}
