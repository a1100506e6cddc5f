//! The main job: every crash of every input, recognised and printed in order.

use std::io::{IsTerminal, stdin};
use std::path::PathBuf;

use anyhow::Context;
use clap::CommandFactory;
use psod_match::diagnose::{diagnose_against, diagnose_at_least, prepare};
use psod_match::matching::Verdict;
use psod_match::report::{CrashReport, Explanation, Reading, Request, WhyReport};

use super::args::Arguments;
use super::inputs::answer_all;
use super::output::render;
use super::{Ending, Session, site_secret};

/// Candidates that `--why` shows.
const CANDIDATES_SHOWN: usize = 5;

/// Recognises every crash of `files`, or of standard input when there are none.
pub fn recognise(
    files: &[PathBuf],
    why: bool,
    session: &mut Session<'_>,
) -> anyhow::Result<Ending> {
    if files.is_empty() && stdin().is_terminal() {
        let help = Arguments::command().render_long_help();
        session.output.text(&help.ansi().to_string())?;
        return Ok(Ending::Good);
    }
    let (knowledge, catalog, format) =
        (session.knowledge()?, session.catalog, session.output.format);
    let least = if why { CANDIDATES_SHOWN } else { 0 };
    answer_all(files, session, &|found, source| {
        let subject = prepare(found, knowledge.opened());
        let diagnosis =
            knowledge.ask(|knowledge| Ok(diagnose_at_least(&subject, knowledge, least)?))?;
        let report = CrashReport::new(&subject, &diagnosis, source, catalog);
        Ok((render(&report, format, catalog, why)?, status_of(report.verdict)))
    })
}

fn status_of(verdict: Verdict) -> Ending {
    match verdict {
        Verdict::Match => Ending::Good,
        Verdict::Possible | Verdict::None => Ending::NotFound,
    }
}

/// Prints the evidence for and against one issue for each crash of `files`.
pub fn why(files: &[PathBuf], issue: &str, session: &mut Session<'_>) -> anyhow::Result<Ending> {
    let (knowledge, catalog, format) =
        (session.knowledge()?, session.catalog, session.output.format);
    let id = knowledge.ask(|knowledge| super::kb::find(knowledge.matcher().store(), issue))?;
    answer_all(files, session, &|found, source| {
        let subject = prepare(found, knowledge.opened());
        let diagnosis = knowledge
            .ask(|knowledge| Ok(diagnose_against(&subject, &id, knowledge)?))?
            .with_context(|| format!("{id} is not in the compiled knowledge base"))?;
        let report = WhyReport::new(&subject, &diagnosis, source, catalog);
        Ok((render(&report, format, catalog, false)?, Ending::Good))
    })
}

/// Prints the content of every crash of `files`, with its oddities.
pub fn parse(files: &[PathBuf], session: &mut Session<'_>) -> anyhow::Result<Ending> {
    let (handbook, catalog, format) = (session.handbook()?, session.catalog, session.output.format);
    answer_all(files, session, &|found, source| {
        let subject = prepare(found, handbook.opened());
        let reading = Reading::new(&subject, source, catalog);
        Ok((render(&reading, format, catalog, false)?, Ending::Good))
    })
}

/// Explains the screen of every crash of `files`.
pub fn explain(files: &[PathBuf], session: &mut Session<'_>) -> anyhow::Result<Ending> {
    let (handbook, catalog, format) = (session.handbook()?, session.catalog, session.output.format);
    answer_all(files, session, &|found, source| {
        let subject = prepare(found, handbook.opened());
        let sections = handbook.ask(|handbook| Ok(handbook.explain(&subject)?))?;
        let explanation = Explanation::new(&subject, &sections, source, catalog);
        Ok((render(&explanation, format, catalog, false)?, Ending::Good))
    })
}

/// Writes a support request for every crash of `files`.
pub fn request(
    files: &[PathBuf],
    redacted: bool,
    session: &mut Session<'_>,
) -> anyhow::Result<Ending> {
    let (knowledge, catalog, format) =
        (session.knowledge()?, session.catalog, session.output.format);
    let secret = if redacted { Some(site_secret()?) } else { None };
    answer_all(files, session, &|found, source| {
        let subject = prepare(found, knowledge.opened());
        // The issues that are ruled out are below the threshold of those worth showing.
        let diagnosis =
            knowledge.ask(|knowledge| Ok(diagnose_at_least(&subject, knowledge, usize::MAX)?))?;
        let report = CrashReport::new(&subject, &diagnosis, source, catalog);
        let request = Request::new(&report, &subject.crash.screen, secret.as_ref(), catalog);
        Ok((render(&request, format, catalog, false)?, Ending::Good))
    })
}
