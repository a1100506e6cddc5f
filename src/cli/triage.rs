//! `psod-match triage`: what the crashes of one host say together.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use psod_match::diagnose::{Knowledge, Subject, diagnose, prepare};
use psod_match::ledger::{Ledger, Query};
use psod_match::matching::Verdict;
use psod_match::read::FoundCrash;
use psod_match::report::TriageReport;
use psod_match::text::Class;
use psod_match::triage::{HostEvent, patterns_of_host};
use time::OffsetDateTime;

use super::args::Format;
use super::inputs::collect_in_turn;
use super::knowledge::Asked;
use super::ledger::arguments::LedgerPlace;
use super::ledger::ledger_path;
use super::output::complain;
use super::{Ending, Session, site_secret};

/// The arguments of `triage`.
#[derive(Args, Debug)]
pub struct TriageArguments {
    /// Files or directories with the crashes of one host; - is standard input
    #[arg(value_name = "FILE", required_unless_present = "host")]
    pub files: Vec<PathBuf>,
    /// The recorded crashes of this host, instead of files
    #[arg(long, value_name = "NAME", conflicts_with = "files")]
    pub host: Option<String>,
    #[command(flatten)]
    pub place: LedgerPlace,
}

/// Compares the crashes of one host, and prints what they say together.
pub fn run(arguments: &TriageArguments, session: &mut Session<'_>) -> anyhow::Result<Ending> {
    let knowledge = session.knowledge()?;
    let (events, ending) = match &arguments.host {
        Some(host) => (recorded(host, &arguments.place, knowledge)?, Ending::Good),
        None => read(&arguments.files, knowledge, session)?,
    };
    if events.is_empty() {
        return Ok(ending.max(Ending::NotFound));
    }
    let report = TriageReport::new(&patterns_of_host(events), session.catalog);
    session.print(&report)?;
    if session.output.format != Format::Json {
        let (header, rows) = report.table(session.catalog);
        session.output.text("\n")?;
        session.output.raw_table(&header, &rows)?;
    }
    Ok(ending)
}

/// The crashes of files.
fn read(
    files: &[PathBuf],
    knowledge: &Asked<Knowledge>,
    session: &mut Session<'_>,
) -> anyhow::Result<(Vec<HostEvent>, Ending)> {
    collect_in_turn(files, session, &|found, source| {
        let subject = prepare(found, knowledge.opened());
        let file = source.path.file_name().map(|name| name.to_string_lossy().into_owned());
        let place = format!("{}:{}", file.unwrap_or_else(|| "-".to_owned()), subject.line);
        event_of(place, &subject, None, knowledge)
    })
}

/// The recorded crashes of a host.
fn recorded(
    host: &str,
    place: &LedgerPlace,
    knowledge: &Asked<Knowledge>,
) -> anyhow::Result<Vec<HostEvent>> {
    let ledger = Ledger::open_to_read(&ledger_path(place)?)?;
    let secret = site_secret()?;
    let today = OffsetDateTime::now_utc().date();
    let query = format!("host:\"{}\"", host.replace('"', ""));
    let query = Query::parse(&query, today, &|name| secret.pseudonym(Class::Host, name))?;
    let (rows, _) = ledger.list(&query, usize::try_from(i64::MAX).unwrap_or(usize::MAX))?;
    if rows.is_empty() {
        complain(&format!("{}: no crash of {host} is recorded", ledger.path().display()));
    }
    let events = rows.into_iter().map(|row| {
        let found = ledger.crash(row.id)?.context("a crash that was listed is gone")?;
        let subject = prepare(FoundCrash::from(found.crash), knowledge.opened());
        event_of(row.id.to_string(), &subject, row.seen, knowledge)
    });
    events.collect()
}

fn event_of(
    place: String,
    subject: &Subject,
    seen: Option<String>,
    knowledge: &Asked<Knowledge>,
) -> anyhow::Result<HostEvent> {
    let diagnosis = knowledge.ask(|knowledge| Ok(diagnose(subject, knowledge)?))?;
    let proven = diagnosis.matches.first().filter(|_| diagnosis.verdict == Verdict::Match);
    Ok(HostEvent::new(place, subject, seen, proven.map(|found| found.issue.clone())))
}
