//! The main job: every crash of every input, recognised and printed in order.

use std::io::{IsTerminal, stdin};
use std::path::PathBuf;

use anyhow::Context;
use psod_match::diagnose::{
    GivenHost, Knowledge, Subject, diagnose_against, diagnose_at_least, prepare,
};
use psod_match::matching::Verdict;
use psod_match::message::Catalog;
use psod_match::read::FoundCrash;
use psod_match::report::{CrashReport, Detail, Explanation, Reading, Request, Source, WhyReport};

use super::affects::release_called;
use super::args::{Format, HostArguments, command_line_for_help};
use super::inputs::{Answer, answer_all};
use super::knowledge::Asked;
use super::output::{complain, render};
use super::{Ending, Session, site_secret};

/// Candidates that `--why` shows.
const CANDIDATES_SHOWN: usize = 5;

/// Recognises every crash of `files`, or of standard input when there are none.
pub fn recognise(
    files: &[PathBuf],
    why: bool,
    host: &HostArguments,
    session: &mut Session<'_>,
) -> anyhow::Result<Ending> {
    if files.is_empty() && stdin().is_terminal() {
        let help = command_line_for_help().render_long_help();
        session.output.text(&help.ansi().to_string())?;
        return Ok(Ending::Good);
    }
    let (knowledge, catalog, format) =
        (session.knowledge()?, session.catalog, session.output.format);
    let host = given_host(host, knowledge, catalog)?;
    let detail = if why { Detail::Why } else { session.detail() };
    let least = if why { CANDIDATES_SHOWN } else { 0 };
    answer_all(files, session, &|found, source| {
        let subject = subject(found, &host, source, knowledge);
        let diagnosis =
            knowledge.ask(|knowledge| Ok(diagnose_at_least(&subject, knowledge, least)?))?;
        let report = CrashReport::new(&subject, &diagnosis, source, catalog);
        let text = render(&report, format, catalog, detail)?;
        let answer = Answer::new(text, status_of(report.verdict));
        Ok(Answer { row: Some(report.overview_row(catalog)), ..answer })
    })
}

fn status_of(verdict: Verdict) -> Ending {
    match verdict {
        Verdict::Match => Ending::Good,
        Verdict::Possible | Verdict::None => Ending::NotFound,
    }
}

/// The host that the arguments describe.
pub fn given_host(
    arguments: &HostArguments,
    knowledge: &Asked<Knowledge>,
    catalog: &Catalog,
) -> anyhow::Result<GivenHost> {
    let releases = knowledge.opened().matcher().releases();
    let release = match &arguments.build {
        Some(text) => Some(release_called(text, releases, catalog)?),
        None => None,
    };
    Ok(GivenHost::new(release, arguments.driver.clone()))
}

/// The crash with what is known of its host.
pub fn subject(
    mut found: FoundCrash,
    host: &GivenHost,
    source: Source<'_>,
    knowledge: &Asked<Knowledge>,
) -> Subject {
    if !host.add_to(&mut found.crash) {
        let place = format!("{}, line {}", source.path.display(), found.line);
        complain(&format!("{place}: the crash prints another release, so --build is not used"));
    }
    prepare(found, knowledge.opened())
}

/// Prints the evidence for and against one issue for each crash of `files`.
pub fn why(
    files: &[PathBuf],
    issue: &str,
    host: &HostArguments,
    session: &mut Session<'_>,
) -> anyhow::Result<Ending> {
    let (knowledge, catalog, format) =
        (session.knowledge()?, session.catalog, session.output.format);
    let host = given_host(host, knowledge, catalog)?;
    let id = knowledge.ask(|knowledge| super::kb::find(knowledge.matcher().store(), issue))?;
    answer_all(files, session, &|found, source| {
        let subject = subject(found, &host, source, knowledge);
        let diagnosis = knowledge
            .ask(|knowledge| Ok(diagnose_against(&subject, &id, knowledge)?))?
            .with_context(|| format!("{id} is not in the compiled knowledge base"))?;
        let report = WhyReport::new(&subject, &diagnosis, source, catalog);
        Ok(Answer::new(render(&report, format, catalog, Detail::Full)?, Ending::Good))
    })
}

/// Prints the content of every crash of `files`, with its oddities.
pub fn parse(
    files: &[PathBuf],
    shows_picture: bool,
    session: &mut Session<'_>,
) -> anyhow::Result<Ending> {
    let (handbook, catalog, format) = (session.handbook()?, session.catalog, session.output.format);
    answer_all(files, session, &|found, source| {
        let subject = prepare(found, handbook.opened());
        let reading = Reading::new(&subject, source, catalog).showing_picture(shows_picture);
        Ok(Answer::new(render(&reading, format, catalog, Detail::Full)?, Ending::Good))
    })
}

/// Explains the screen of every crash of `files`.
pub fn explain(files: &[PathBuf], session: &mut Session<'_>) -> anyhow::Result<Ending> {
    let (handbook, catalog, format) = (session.handbook()?, session.catalog, session.output.format);
    session.keeps_pictures = format == Format::Html;
    answer_all(files, session, &|found, source| {
        let subject = prepare(found, handbook.opened());
        let sections = handbook.ask(|handbook| Ok(handbook.explain(&subject)?))?;
        let explanation = Explanation::new(&subject, &sections, source, catalog);
        Ok(Answer::new(render(&explanation, format, catalog, Detail::Full)?, Ending::Good))
    })
}

/// Writes a support request for every crash of `files`.
pub fn request(
    files: &[PathBuf],
    redacted: bool,
    host: &HostArguments,
    session: &mut Session<'_>,
) -> anyhow::Result<Ending> {
    let (knowledge, catalog, format) =
        (session.knowledge()?, session.catalog, session.output.format);
    let host = given_host(host, knowledge, catalog)?;
    let secret = if redacted { Some(site_secret()?) } else { None };
    answer_all(files, session, &|found, source| {
        let subject = subject(found, &host, source, knowledge);
        // The issues that are ruled out are below the threshold of those worth showing.
        let diagnosis =
            knowledge.ask(|knowledge| Ok(diagnose_at_least(&subject, knowledge, usize::MAX)?))?;
        let report = CrashReport::new(&subject, &diagnosis, source, catalog);
        let request = Request::new(&report, &subject.crash.screen, secret.as_ref(), catalog);
        Ok(Answer::new(render(&request, format, catalog, Detail::Full)?, Ending::Good))
    })
}
