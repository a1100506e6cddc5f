//! `psod-match cluster FILE…`: which of many crashes are the same?

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use clap::Args;
use psod_match::diagnose::{Knowledge, diagnose, prepare};
use psod_match::ledger::{Ledger, NamedClusters, Query, Reopening};
use psod_match::report::{ClustersReport, Source};
use psod_match::triage::{
    CUT, ClusterTitle, ClusteredCrash, Clustering, Constraints, Regression, cluster, cluster_alike,
    recorded_alike, recorded_constraints, recorded_crashes, regressions,
};

use super::args::Format;
use super::inputs::{Answer, answer_all};
use super::knowledge::Asked;
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

/// The recorded crashes of a ledger, dealt into clusters, with all that the ledger keeps about these.
pub struct RecordedClustering {
    /// The clusters.
    pub found: Clustering,
    /// Their names.
    pub named: NamedClusters,
    /// The fixes that did not help, of earlier runs too.
    pub reopenings: Vec<Reopening>,
    /// Those of each cluster, as they are found now.
    pub regressions: Vec<Vec<Regression>>,
}

/// Deals all recorded crashes into clusters, and keeps their names; `None` when none is recorded.
pub fn recorded_clustering(
    ledger: &mut Ledger,
    knowledge: &Asked<Knowledge>,
) -> anyhow::Result<Option<RecordedClustering>> {
    let crashes =
        knowledge.ask(|knowledge| Ok(recorded_crashes(ledger, &Query::default(), knowledge)?))?;
    if crashes.is_empty() {
        return Ok(None);
    }
    let weights = knowledge.opened().matcher().weights();
    let alike = recorded_alike(ledger, weights, CUT)?;
    let found = cluster_alike(crashes, alike, &recorded_constraints(ledger)?, CUT);
    let (named, now) = (names_of(&found, ledger)?, now());
    let regressions = knowledge.ask(|knowledge| Ok(regressions(&found, knowledge)?))?;
    let reopenings = reopened(&found, &named, &regressions, ledger, &now)?;
    Ok(Some(RecordedClustering { found, named, reopenings, regressions }))
}

/// Deals all recorded crashes into clusters, and prints them.
fn recorded(place: &LedgerPlace, session: &mut Session<'_>) -> anyhow::Result<Ending> {
    let knowledge = session.knowledge()?;
    let mut ledger = existing(&ledger_path(place)?)?;
    let Some(recorded) = recorded_clustering(&mut ledger, knowledge)? else {
        complain(&format!("{}: no crash is recorded", ledger.path().display()));
        return Ok(Ending::NotFound);
    };
    let RecordedClustering { found, named, reopenings, .. } = &recorded;
    let digest = knowledge.opened().digest();
    let report = ClustersReport::new(found, CUT, digest, session.catalog)
        .with_names(named)
        .with_reopenings(reopenings);
    print(&report, session)?;
    if matches!(session.output.format, Format::Text | Format::Markdown) {
        say_moves(named, session)?;
    }
    Ok(Ending::Good)
}

/// The names of the clusters that have fingerprints, kept in the ledger.
fn names_of(found: &Clustering, ledger: &mut Ledger) -> anyhow::Result<NamedClusters> {
    let comparable = found.clusters.iter().map(|cluster| cluster.fingerprints.clone());
    let comparable: Vec<Vec<String>> = comparable.filter(|prints| !prints.is_empty()).collect();
    Ok(ledger.name_clusters(&comparable, &now())?)
}

/// Keeps which fixes did not help; returns them all, of earlier runs too.
fn reopened(
    found: &Clustering,
    named: &NamedClusters,
    regressions: &[Vec<Regression>],
    ledger: &mut Ledger,
    now: &str,
) -> anyhow::Result<Vec<Reopening>> {
    let comparable = found.clusters.iter().zip(regressions);
    let comparable = comparable.filter(|(cluster, _)| !cluster.fingerprints.is_empty());
    let (mut reopenings, mut members) = (Vec::new(), BTreeSet::new());
    for ((cluster, regressions), number) in comparable.zip(&named.numbers) {
        if let ClusterTitle::Known(known) = &cluster.title {
            let crashes = cluster.crashes.iter().map(|place| &found.crashes[*place]);
            let crashes = crashes.filter(|crash| crash.may_be(known));
            members.extend(crashes.map(|crash| (*number, &*crash.place, &*known.issue)));
        }
        reopenings.extend(regressions.iter().filter_map(|one| {
            Some(Reopening {
                cluster: *number,
                issue: one.issue.clone(),
                line: one.line.clone(),
                fix: one.fix.clone(),
                crash: one.crash.parse().ok()?,
                build: one.build,
            })
        }));
    }
    Ok(ledger.reopen_clusters(&reopenings, now, &|one| {
        members.contains(&(one.cluster, one.crash.to_string().as_str(), one.issue.as_str()))
    })?)
}

/// Prints which fingerprints came into another cluster.
pub fn say_moves(named: &NamedClusters, session: &mut Session<'_>) -> anyhow::Result<()> {
    for moved in &named.moves {
        let (to, from) = (format!("C-{}", moved.to), moved.from);
        let Some(from) = from.map(|from| format!("C-{from}")) else { continue };
        let values = [("fingerprint", &*moved.fingerprint), ("from", &from), ("to", &to)];
        session.say("cluster-moved", &values)?;
    }
    Ok(())
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
