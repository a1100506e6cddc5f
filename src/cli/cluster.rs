//! `psod-match cluster FILE…`: which of many crashes are the same?

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use clap::Args;
use psod_match::diagnose::{diagnose, prepare};
use psod_match::ledger::Query;
use psod_match::report::{ClustersReport, Source};
use psod_match::triage::{
    CUT, ClusteredCrash, Constraints, cluster, recorded_constraints, recorded_crashes,
};

use super::args::Format;
use super::inputs::{Answer, answer_all};
use super::ledger::arguments::LedgerPlace;
use super::ledger::{existing, ledger_path, now};
use super::output::complain;
use super::{Ending, Session};

/// The arguments of `cluster`.
#[derive(Args, Debug)]
pub struct ClusterArguments {
    /// Files or directories with crash texts; - is standard input
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The recorded crashes instead of files; their clusters get names that stay
    #[arg(long, conflicts_with = "files")]
    pub recorded: bool,
    #[command(flatten)]
    pub place: LedgerPlace,
}

/// Prints the clusters of files, or of the recorded crashes.
pub fn run(arguments: &ClusterArguments, session: &mut Session<'_>) -> anyhow::Result<Ending> {
    if arguments.recorded {
        recorded(&arguments.place, session)
    } else {
        of_files(&arguments.files, session)
    }
}

/// Deals all recorded crashes into clusters, keeps their names, and prints them.
fn recorded(place: &LedgerPlace, session: &mut Session<'_>) -> anyhow::Result<Ending> {
    let knowledge = session.knowledge()?;
    let mut ledger = existing(&ledger_path(place)?)?;
    let crashes =
        knowledge.ask(|knowledge| Ok(recorded_crashes(&ledger, &Query::default(), knowledge)?))?;
    if crashes.is_empty() {
        complain(&format!("{}: no crash is recorded", ledger.path().display()));
        return Ok(Ending::NotFound);
    }
    let found = cluster(crashes, &recorded_constraints(&ledger)?, CUT);
    let comparable = found.clusters.iter().map(|cluster| cluster.fingerprints.clone());
    let comparable: Vec<Vec<String>> = comparable.filter(|prints| !prints.is_empty()).collect();
    let named = ledger.name_clusters(&comparable, &now())?;
    let digest = knowledge.opened().digest();
    let report = ClustersReport::new(&found, CUT, digest, session.catalog).with_names(&named);
    print(&report, session)?;
    if matches!(session.output.format, Format::Text | Format::Markdown) {
        for moved in &named.moves {
            let (to, from) = (format!("C-{}", moved.to), moved.from);
            let Some(from) = from.map(|from| format!("C-{from}")) else { continue };
            let values = [("fingerprint", &*moved.fingerprint), ("from", &from), ("to", &to)];
            session.say("cluster-moved", &values)?;
        }
    }
    Ok(Ending::Good)
}

/// Reads every crash of `files`, and prints the clusters that they make.
fn of_files(files: &[PathBuf], session: &mut Session<'_>) -> anyhow::Result<Ending> {
    let knowledge = session.knowledge()?;
    let crashes = Mutex::new(Vec::new());
    let ending = answer_all(files, session, &|found, source| {
        let subject = prepare(found, knowledge.opened());
        let answer = knowledge.ask(|knowledge| Ok(diagnose(&subject, knowledge)?))?;
        let weights = knowledge.opened().matcher().weights();
        let crash = ClusteredCrash::new(place(source, subject.line), &subject, &answer, weights);
        crashes.lock().unwrap_or_else(PoisonError::into_inner).push(crash);
        Ok(Answer::collected())
    })?;
    let crashes = crashes.into_inner().unwrap_or_else(PoisonError::into_inner);
    if crashes.is_empty() {
        return Ok(ending.max(Ending::NotFound));
    }
    let found = cluster(crashes, &Constraints::default(), CUT);
    let digest = knowledge.opened().digest();
    print(&ClustersReport::new(&found, CUT, digest, session.catalog), session)?;
    Ok(ending)
}

fn place(source: Source<'_>, line: usize) -> String {
    match source.member {
        Some(member) => format!("{}: {member}:{line}", source.path.display()),
        None => format!("{}:{line}", source.path.display()),
    }
}

/// Prints the table of all clusters above each of them.
fn print(report: &ClustersReport, session: &mut Session<'_>) -> anyhow::Result<()> {
    if matches!(session.output.format, Format::Text | Format::Markdown) {
        let summary = session.output.escape(&report.summary(session.catalog));
        session.output.text(&format!("{summary}\n\n"))?;
        let header = ClustersReport::header(session.catalog);
        session.output.raw_table(&header, &report.rows(session.catalog))?;
        session.output.text("\n")?;
    }
    session.print(report)
}
