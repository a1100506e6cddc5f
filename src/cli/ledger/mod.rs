//! `psod-match record` and `psod-match ledger`: the recorded crashes of a team.

pub mod arguments;
pub mod record;
pub mod similar;
mod transfer;

use std::path::PathBuf;

use anyhow::Context;
use psod_match::curate::Rematch;
use psod_match::diagnose::prepare;
use psod_match::ledger::{DecisionKind, Ledger, NewDecision, Pair, Query};
use psod_match::read::FoundCrash;
use psod_match::report::{LedgerChange, LedgerCluster, LedgerEntry, LedgerPage};
use psod_match::text::Class;
use time::OffsetDateTime;

use super::args::Format;
use super::output::complain;
use super::{Ending, Session, data_directory, site_secret};
use arguments::{DecideArguments, LedgerArguments, LedgerCommand, LedgerPlace};

/// Runs one command about the ledger.
pub fn run(arguments: &LedgerArguments, session: &mut Session<'_>) -> anyhow::Result<Ending> {
    let path = ledger_path(&arguments.place)?;
    match &arguments.command {
        LedgerCommand::List { query, most } => {
            list(&Ledger::open_to_read(&path)?, &query.join(" "), *most, session)
        }
        LedgerCommand::Show { id } => {
            let ledger = Ledger::open_to_read(&path)?;
            match id.strip_prefix("C-") {
                Some(number) => show_cluster(&ledger, number_of(number, id)?, session),
                None => show(&ledger, number_of(id, id)?, session),
            }
        }
        LedgerCommand::Decide(decision) => decide(&mut existing(&path)?, decision, session),
        LedgerCommand::Undo { decision, by } => {
            let id = existing(&path)?.undo(decision, &now(), by)?.to_string();
            session.say("ledger-undone", &[("decision", decision), ("id", &id)])?;
            Ok(Ending::Good)
        }
        LedgerCommand::Remove { id } => {
            existing(&path)?.remove(*id)?;
            session.say("ledger-removed", &[("id", &id.to_string())])?;
            Ok(Ending::Good)
        }
        LedgerCommand::Export { file } => {
            transfer::export(&Ledger::open_to_read(&path)?, file.as_deref(), session)
        }
        LedgerCommand::Import { file } => transfer::import(&path, file, session),
        LedgerCommand::Backup { file } => {
            Ledger::open_to_read(&path)?.backup(file)?;
            session.say("ledger-backup", &[("path", &file.display().to_string())])?;
            Ok(Ending::Good)
        }
        LedgerCommand::Restore { file } => transfer::restore(file, &path, session),
        LedgerCommand::Rematch { thorough } => rematch(&mut existing(&path)?, *thorough, session),
        LedgerCommand::Check => check(&Ledger::open_to_read(&path)?, session),
    }
}

/// The ledger that the arguments name, or the one of the data directory.
pub fn ledger_path(place: &LedgerPlace) -> anyhow::Result<PathBuf> {
    if let Some(path) = &place.ledger {
        return Ok(path.clone());
    }
    let data = data_directory();
    let data = data.context("there is no data directory; --ledger FILE names the ledger")?;
    Ok(data.join("crashes.ledger"))
}

/// The present moment, in UTC and to the second.
pub fn now() -> String {
    let now = OffsetDateTime::now_utc();
    let (hour, minute, second) = (now.hour(), now.minute(), now.second());
    format!("{}T{hour:02}:{minute:02}:{second:02}Z", now.date())
}

/// A ledger that is there: only recording makes one.
pub fn existing(path: &std::path::Path) -> anyhow::Result<Ledger> {
    Ledger::open_to_read(path)?;
    Ok(Ledger::open(path)?)
}

fn list(
    ledger: &Ledger,
    query: &str,
    most: usize,
    session: &mut Session<'_>,
) -> anyhow::Result<Ending> {
    let today = OffsetDateTime::now_utc().date();
    // Only the name of a host needs the secret of the site, which may not be there to read.
    let query = if Query::names_host(query) {
        let secret = site_secret()?;
        Query::parse(query, today, &|name| secret.pseudonym(Class::Host, name))?
    } else {
        Query::parse(query, today, &str::to_owned)?
    };
    let (rows, all) = ledger.list(&query, most)?;
    let page = LedgerPage::new(rows, all);
    if session.output.format == Format::Json {
        for entry in &page.crashes {
            session.output.json(entry)?;
        }
    } else {
        let (header, rows) = page.table(session.catalog);
        session.output.raw_table(&header, &rows)?;
        let numbers = [page.crashes.len(), all, all - page.crashes.len().min(all)];
        let key = if numbers[2] > 0 { "ledger-listed-more" } else { "ledger-listed" };
        let [shown, all, more] = numbers.map(|number| number.to_string());
        session.say(key, &[("shown", &shown), ("all", &all), ("more", &more)])?;
    }
    if session.output.format == Format::Json && page.crashes.len() < all {
        let numbers = [page.crashes.len(), all, all - page.crashes.len()];
        let [shown, all, more] = numbers.map(|number| number.to_string());
        let values = [("shown", &*shown), ("all", &*all), ("more", &*more)];
        complain(&session.catalog.text("ledger-listed-more", &values));
    }
    Ok(if all == 0 { Ending::NotFound } else { Ending::Good })
}

fn number_of(number: &str, id: &str) -> anyhow::Result<i64> {
    number.parse().with_context(|| format!("{id}: expected the number of a crash, or C-12"))
}

fn show_cluster(ledger: &Ledger, number: i64, session: &mut Session<'_>) -> anyhow::Result<Ending> {
    let Some(found) = ledger.cluster(number)? else {
        complain(&session.catalog.text("ledger-no-cluster", &[("id", &number.to_string())]));
        return Ok(Ending::NotFound);
    };
    session.print(&LedgerCluster::new(found))?;
    Ok(Ending::Good)
}

fn show(ledger: &Ledger, id: i64, session: &mut Session<'_>) -> anyhow::Result<Ending> {
    let Some(found) = ledger.crash(id)? else {
        complain(&session.catalog.text("ledger-no-crash", &[("id", &id.to_string())]));
        return Ok(Ending::NotFound);
    };
    let handbook = session.handbook()?;
    let subject = prepare(FoundCrash::from(found.crash.clone()), handbook.opened());
    session.print(&LedgerEntry::new(&found, &subject))?;
    Ok(Ending::Good)
}

fn decide(
    ledger: &mut Ledger,
    arguments: &DecideArguments,
    session: &mut Session<'_>,
) -> anyhow::Result<Ending> {
    let (kind, value) = match arguments {
        DecideArguments { issue: Some(issue), .. } => {
            // A misspelled id would pin the crash to nothing.
            let compiled = session.compiled()?;
            (DecisionKind::Issue, Some(super::kb::find(&compiled.store, issue)?))
        }
        DecideArguments { same_as: Some(id), .. } => (DecisionKind::SameAs, Some(id.to_string())),
        DecideArguments { not_same_as: Some(id), .. } => {
            (DecisionKind::NotSameAs, Some(id.to_string()))
        }
        DecideArguments { new: true, .. } => (DecisionKind::New, None),
        _ => (DecisionKind::None, None),
    };
    let new = NewDecision {
        decided: now(),
        by: arguments.by.clone(),
        kind,
        value,
        note: arguments.note.clone(),
    };
    let decision = ledger.decide(arguments.id, &new)?;
    let id = arguments.id.to_string();
    session.say("ledger-decided", &[("decision", &decision.name), ("id", &id)])?;
    if let Some(other) = arguments.same_as.or(arguments.not_same_as) {
        let is_same = arguments.same_as.is_some();
        let key = match ledger.pair(arguments.id, other)? {
            Pair::OneBacktrace if !is_same => "ledger-one-backtrace",
            Pair::NoBacktrace => "ledger-no-backtrace",
            Pair::OneBacktrace | Pair::Two => return Ok(Ending::Good),
        };
        session.say(key, &[("crash", &id), ("other", &other.to_string())])?;
    }
    Ok(Ending::Good)
}

fn rematch(
    ledger: &mut Ledger,
    thorough: bool,
    session: &mut Session<'_>,
) -> anyhow::Result<Ending> {
    let knowledge = session.knowledge()?.opened();
    let asked = now();
    let rematched = Rematch { knowledge, asked: &asked, thorough }.run(ledger)?;
    let changed = rematched.changes.len().to_string();
    for change in rematched.changes {
        session.print(&LedgerChange::new(&change))?;
    }
    if session.output.format != Format::Json {
        session.say("ledger-rematched", &[("count", &changed)])?;
    }
    Ok(Ending::Good)
}

fn check(ledger: &Ledger, session: &mut Session<'_>) -> anyhow::Result<Ending> {
    let faults = ledger.check()?;
    for fault in &faults {
        let crash = fault.crash.map(|id| format!("crash {id}: ")).unwrap_or_default();
        complain(&format!("{}: {crash}{}", ledger.path().display(), fault.problem));
    }
    if faults.is_empty() {
        session.say("ledger-whole", &[("path", &ledger.path().display().to_string())])?;
    }
    Ok(if faults.is_empty() { Ending::Good } else { Ending::Failed })
}
