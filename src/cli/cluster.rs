//! `psod-match cluster FILE…`: which of many crashes are the same?

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use psod_match::diagnose::{diagnose, prepare};
use psod_match::report::{ClustersReport, Source};
use psod_match::triage::{CUT, ClusteredCrash, Constraints, cluster};

use super::args::Format;
use super::inputs::{Answer, answer_all};
use super::{Ending, Session};

/// Reads every crash of `files`, and prints the clusters that they make.
pub fn run(files: &[PathBuf], session: &mut Session<'_>) -> anyhow::Result<Ending> {
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
        let header: Vec<&str> = header.iter().map(String::as_str).collect();
        let rows = report.rows(session.catalog).into_iter();
        let escaped =
            |row: Vec<String>| row.iter().map(|cell| session.output.escape(cell)).collect();
        let rows = rows.map(escaped).collect();
        session.output.table(&header, rows)?;
        session.output.text("\n")?;
    }
    session.print(report)
}
