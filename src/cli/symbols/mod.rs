//! `psod-match symbols`: the names of functions, out of modules and VIBs.

pub mod arguments;
mod learn;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use psod_match::read::{Input, inputs_of};
use psod_match::report::{Detail, SymbolReport, SymbolTableReport, SymbolsReport};
use psod_match::symbols::{GivenModule, Symbols, TakenSymbols, source_places, symbols_of};
use psod_match::threads::shared;
use rayon::prelude::*;
use walkdir::WalkDir;

use super::args::{Format, HostArguments};
use super::fault::caught;
use super::inputs::{Answer, answer_all, fault_in};
use super::output::{complain, render};
use super::recognise::{given_host, subject};
use super::{Ending, Session, data_directory};
use arguments::{SymbolsArguments, SymbolsCommand};

/// Files whose symbols are held before the first of them is written.
const AHEAD: usize = 64;

/// Runs one command about symbols.
pub fn run(arguments: &SymbolsArguments, session: &mut Session<'_>) -> anyhow::Result<Ending> {
    match &arguments.command {
        SymbolsCommand::Index { files, module, module_version, replace } => {
            let given = GivenModule { module: module.clone(), version: module_version.clone() };
            index(files, &given, *replace, session)
        }
        SymbolsCommand::List => list(session),
        SymbolsCommand::Check { files, host } => restore(files, host, Detail::Short, session),
        SymbolsCommand::Apply { files, host } => restore(files, host, Detail::Full, session),
        SymbolsCommand::Learn { files, recorded, place } => {
            let place = recorded.then_some(place);
            learn::run(files, place, session)
        }
        SymbolsCommand::Show { module, version } => show(module, version.as_deref(), session),
    }
}

/// The directory of the tables that the arguments name, or the one of the data directory.
pub fn symbol_directory(session: &Session<'_>) -> anyhow::Result<PathBuf> {
    if let Some(path) = &session.common.symbols {
        return Ok(path.clone());
    }
    let data = data_directory();
    let data = data.context("there is no data directory; --symbols DIR names one for symbols")?;
    Ok(data.join("symbols"))
}

impl Session<'_> {
    /// The tables of functions; `None` where nobody has made any.
    pub fn symbols(&self) -> anyhow::Result<Option<Arc<Symbols>>> {
        let named = self.common.symbols.is_some();
        let directory = match symbol_directory(self) {
            Ok(directory) if named || directory.is_dir() => directory,
            _ => return Ok(None),
        };
        let symbols = Symbols::open(&directory).context("--symbols")?;
        Ok(Some(Arc::new(symbols)).filter(|symbols| !symbols.is_empty()))
    }
}

/// The tables that are there; without any, what makes them.
fn existing(session: &Session<'_>) -> anyhow::Result<Symbols> {
    let directory = symbol_directory(session)?;
    anyhow::ensure!(
        directory.is_dir(),
        "{}: there are no symbols yet; `psod-match symbols index FILE` takes them out of modules and VIBs",
        directory.display()
    );
    Ok(Symbols::open(&directory)?)
}

fn index(
    paths: &[PathBuf],
    given: &GivenModule,
    replace: bool,
    session: &mut Session<'_>,
) -> anyhow::Result<Ending> {
    let directory = symbol_directory(session)?;
    let limits = session.common.limits();
    let (mut ending, mut tables) = (Ending::Good, 0);
    let mut files = Vec::new();
    for path in paths {
        for file in files_of(path) {
            match file {
                Ok(file) => files.push(file),
                Err(problem) => ending = fail(&problem),
            }
        }
    }
    // A part after the other: all tables of a depot need not be in memory at once. Each part is
    // written in the order of its files, whichever thread has read them.
    for part in files.chunks(AHEAD) {
        let taken = part.par_iter().map(|file| caught(|| symbols_of(file, given, &limits)));
        let taken: Vec<Result<TakenSymbols, String>> = shared(|| taken.collect());
        for (file, taken) in part.iter().zip(taken) {
            let taken = match taken {
                Ok(taken) => taken,
                Err(panic) => {
                    ending = fail(&fault_in(file, &panic));
                    continue;
                }
            };
            for problem in &taken.problems {
                ending = fail(&problem.to_string());
            }
            for module in &taken.modules {
                match Symbols::write(&directory, module, replace) {
                    Ok(written) => {
                        session.print(&SymbolTableReport::written(&module.table.head, written))?;
                        tables += 1;
                    }
                    Err(problem) => ending = fail(&problem.to_string()),
                }
            }
        }
    }
    if session.output.format != Format::Json {
        let values = [("count", &*tables.to_string()), ("path", &directory.display().to_string())];
        session.say("symbols-indexed", &values)?;
    }
    Ok(ending)
}

fn fail(problem: &str) -> Ending {
    complain(problem);
    Ending::Failed
}

/// The files that `path` names: a file, or every file below a directory in the order of their names.
fn files_of(path: &Path) -> Vec<Result<PathBuf, String>> {
    let inputs = inputs_of(path).into_iter();
    let files = inputs.flat_map(|input| match input {
        Ok(Input::File(path)) => vec![Ok(path)],
        Ok(Input::Bundle(path)) => {
            let entries = WalkDir::new(path).sort_by_file_name().into_iter().flatten();
            entries
                .filter(|entry| entry.file_type().is_file())
                .map(|entry| Ok(entry.into_path()))
                .collect()
        }
        Ok(_) => {
            vec![Err("-: a module cannot be read from standard input; give a file".to_owned())]
        }
        Err(error) => vec![Err(error.to_string())],
    });
    files.collect()
}

fn list(session: &mut Session<'_>) -> anyhow::Result<Ending> {
    let symbols = existing(session)?;
    let (heads, problems) = symbols.heads();
    let reports: Vec<SymbolTableReport> =
        heads.iter().map(|head| SymbolTableReport::new(head)).collect();
    if session.output.format == Format::Json {
        for report in &reports {
            session.output.json(report)?;
        }
    } else if !reports.is_empty() {
        let (header, rows) = SymbolTableReport::table(&reports, session.catalog);
        session.output.raw_table(&header, &rows)?;
    }
    let ending = problems.iter().map(|problem| fail(&problem.to_string())).max();
    let nothing = if reports.is_empty() { Ending::NotFound } else { Ending::Good };
    Ok(ending.unwrap_or_default().max(nothing))
}

fn show(module: &str, version: Option<&str>, session: &mut Session<'_>) -> anyhow::Result<Ending> {
    let symbols = existing(session)?;
    let (mut ending, mut others) = (None, Vec::new());
    for table in symbols.tables_of(module) {
        let table = match table {
            Ok(table) => table,
            Err(problem) => {
                ending = Some(fail(&problem.to_string()));
                continue;
            }
        };
        if version.is_some_and(|version| !table.head.is_version(version)) {
            others.push(table.head.version.clone());
            continue;
        }
        ending = ending.max(Some(Ending::Good));
        let rows: Vec<SymbolReport> = SymbolReport::from_table(&table);
        if session.output.format == Format::Json {
            for row in &rows {
                session.output.json(row)?;
            }
        } else {
            session.print(&SymbolTableReport::new(&table.head))?;
            let (header, rows) = SymbolReport::table(&rows, session.catalog);
            session.output.raw_table(&header, &rows)?;
        }
    }
    if ending.is_none() {
        let key = if others.is_empty() {
            "symbols-outcome-missing"
        } else {
            "symbols-outcome-other-version"
        };
        let values = [("module", module), ("versions", &*others.join(", "))];
        complain(&session.catalog.text(key, &values));
    }
    Ok(ending.unwrap_or(Ending::NotFound))
}

/// Prints each crash with what the tables say about it: its frames only with `detail`.
fn restore(
    files: &[PathBuf],
    host: &HostArguments,
    detail: Detail,
    session: &mut Session<'_>,
) -> anyhow::Result<Ending> {
    let symbols = existing(session)?;
    let (knowledge, catalog, format) =
        (session.knowledge()?, session.catalog, session.output.format);
    let host = given_host(host, knowledge, catalog)?;
    answer_all(files, session, &|found, source| {
        let subject = subject(found, &host, source, knowledge);
        let (places, problems) = source_places(&symbols, &subject.crash);
        for problem in problems {
            complain(&problem.to_string());
        }
        let report = SymbolsReport::new(&subject, places, source);
        let ending = if report.has_contradictions() { Ending::NotFound } else { Ending::Good };
        Ok(Answer::new(render(&report, format, catalog, detail)?, ending))
    })
}
