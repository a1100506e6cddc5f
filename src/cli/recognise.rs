//! The main job: every crash of every input, recognised and printed in order.

use std::io::{IsTerminal, stdin};
use std::path::PathBuf;

use anyhow::Context;
use clap::CommandFactory;
use psod_match::compile;
use psod_match::diagnose::{Handbook, Knowledge, diagnose_against, diagnose_at_least, prepare};
use psod_match::kb::KnowledgeBase;
use psod_match::matching::Verdict;
use psod_match::report::{CrashReport, Explanation, Reading, Request, WhyReport};

use super::args::{Arguments, Common};
use super::inputs::{Answer, answer_all};
use super::output::Output;
use super::{Ending, cache_directory, compiled, complain_of_unread_files, sources};

/// Candidates that `--why` shows.
const CANDIDATES_SHOWN: usize = 5;

/// Recognises every crash of `files`, or of standard input when there are none.
pub fn recognise(
    files: &[PathBuf],
    why: bool,
    common: &Common,
    output: &mut Output,
) -> anyhow::Result<Ending> {
    if files.is_empty() && stdin().is_terminal() {
        let help = Arguments::command().render_long_help();
        output.text(&help.ansi().to_string())?;
        return Ok(Ending::Good);
    }
    let (knowledge, catalog) = (knowledge(common)?, common.catalog());
    let least = if why { CANDIDATES_SHOWN } else { 0 };
    answer_all(files, common, output, &|found, source| {
        let subject = prepare(found, &knowledge);
        let diagnosis = diagnose_at_least(&subject, &knowledge, least)?;
        let report = CrashReport::new(&subject, &diagnosis, source, catalog);
        let answer = Answer::new(&report, common, why)?;
        Ok(answer.with_status(status_of(report.verdict)))
    })
}

fn status_of(verdict: Verdict) -> Ending {
    match verdict {
        Verdict::Match => Ending::Good,
        Verdict::Possible | Verdict::None => Ending::NotFound,
    }
}

/// Says why one issue fits each crash of `files`, and why not.
pub fn why(
    files: &[PathBuf],
    issue: &str,
    common: &Common,
    output: &mut Output,
) -> anyhow::Result<Ending> {
    let kb = KnowledgeBase::read(&sources(common)?)?;
    let id = super::kb::find(&kb, issue)?.id.clone();
    let (knowledge, catalog) = (knowledge(common)?, common.catalog());
    answer_all(files, common, output, &|found, source| {
        let subject = prepare(found, &knowledge);
        let diagnosis = diagnose_against(&subject, &id, &knowledge)?
            .with_context(|| format!("{id} is not in the compiled knowledge base"))?;
        Answer::new(&WhyReport::new(&subject, &diagnosis, source, catalog), common, false)
    })
}

/// Prints the content of every crash of `files`, with its oddities.
pub fn parse(files: &[PathBuf], common: &Common, output: &mut Output) -> anyhow::Result<Ending> {
    let (handbook, catalog) = (handbook(common)?, common.catalog());
    answer_all(files, common, output, &|found, source| {
        let subject = prepare(found, &handbook);
        Answer::new(&Reading::new(&subject, source, catalog), common, false)
    })
}

/// Explains the screen of every crash of `files`.
pub fn explain(files: &[PathBuf], common: &Common, output: &mut Output) -> anyhow::Result<Ending> {
    let (handbook, catalog) = (handbook(common)?, common.catalog());
    answer_all(files, common, output, &|found, source| {
        let subject = prepare(found, &handbook);
        let sections = handbook.explain(&subject)?;
        Answer::new(&Explanation::new(&subject, &sections, source, catalog), common, false)
    })
}

/// Writes a support request for every crash of `files`.
pub fn request(
    files: &[PathBuf],
    redacted: bool,
    common: &Common,
    output: &mut Output,
) -> anyhow::Result<Ending> {
    let (knowledge, catalog) = (knowledge(common)?, common.catalog());
    answer_all(files, common, output, &|found, source| {
        let subject = prepare(found, &knowledge);
        // The issues that are ruled out are below the threshold of those worth showing.
        let diagnosis = diagnose_at_least(&subject, &knowledge, usize::MAX)?;
        let report = CrashReport::new(&subject, &diagnosis, source, catalog);
        let request = Request::new(&report, &subject.crash.screen, redacted, catalog);
        Answer::new(&request, common, false)
    })
}

fn knowledge(common: &Common) -> anyhow::Result<Knowledge> {
    Ok(Knowledge::new(compiled(common)?, common.drafts)?)
}

/// The tables alone: reading a crash needs neither index nor matcher.
fn handbook(common: &Common) -> anyhow::Result<Handbook> {
    let store = compile::open_store(&sources(common)?, cache_directory().as_deref())
        .context("cannot open the knowledge base")?;
    complain_of_unread_files(&store)?;
    Ok(Handbook::new(store)?)
}
