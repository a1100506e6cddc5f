//! The main job: every crash of every input, recognised and printed in order.

use std::io::{IsTerminal, stdin};
use std::path::PathBuf;

use clap::CommandFactory;
use psod_match::error::Error;
use psod_match::kb::KnowledgeBase;
use psod_match::matching::Verdict;
use psod_match::message::Catalog;
use psod_match::read::FoundCrash;
use psod_match::report::{self, Context, Printed};
use serde::Serialize;

use super::args::{Arguments, Common, Format};
use super::inputs::{Answer, read_all};
use super::output::{Output, complain};
use super::{Status, compiled, matcher, sources};

/// Recognises every crash of `files`, or of standard input when there are none.
pub fn recognise(
    files: &[PathBuf],
    why: bool,
    common: &Common,
    output: &mut Output,
) -> anyhow::Result<Status> {
    if files.is_empty() && stdin().is_terminal() {
        let help = Arguments::command().render_long_help();
        output.text(&help.ansi().to_string())?;
        return Ok(Status::Good);
    }
    let status_of = |report: &report::CrashReport| match report.verdict {
        Verdict::Match => Status::Good,
        _ => Status::NotFound,
    };
    let least = if why { CANDIDATES_SHOWN } else { 0 };
    let printer = Printer { why, status_of, ..Printer::new(output, common) };
    each(files, common, printer, least, report::report)
}

/// Says why one issue fits each crash of `files`, and why not.
pub fn why(
    files: &[PathBuf],
    issue: &str,
    common: &Common,
    output: &mut Output,
) -> anyhow::Result<Status> {
    let kb = KnowledgeBase::read(&sources(common)?)?;
    let id = super::kb::find(&kb, issue)?.id.clone();
    each(files, common, Printer::new(output, common), 0, move |found, source, context| {
        let answer = report::why(found, source, &id, context)?;
        answer.ok_or_else(|| Error::Compiled(format!("{id} is not in the compiled knowledge base")))
    })
}

/// Prints what every crash of `files` says, and what was odd about it.
pub fn parse(files: &[PathBuf], common: &Common, output: &mut Output) -> anyhow::Result<Status> {
    each(files, common, Printer::new(output, common), 0, report::reading)
}

/// Explains the screen of every crash of `files`.
pub fn explain(files: &[PathBuf], common: &Common, output: &mut Output) -> anyhow::Result<Status> {
    each(files, common, Printer::new(output, common), 0, report::explanation)
}

/// Writes a support request for every crash of `files`.
pub fn request(
    files: &[PathBuf],
    redacted: bool,
    common: &Common,
    output: &mut Output,
) -> anyhow::Result<Status> {
    // What was ruled out is below the threshold of what is shown otherwise.
    let printer = Printer::new(output, common);
    each(files, common, printer, usize::MAX, move |found, source, context| {
        let screen = found.crash.screen.clone();
        let report = report::report(found, source, context)?;
        Ok(report::request(&report, &screen, redacted, context.catalog))
    })
}

/// Candidates that `--why` shows.
const CANDIDATES_SHOWN: usize = 5;

/// Prints what `make` makes of every crash of `files`.
fn each<T: Printed + Serialize + Send>(
    files: &[PathBuf],
    common: &Common,
    mut printer: Printer<'_, T>,
    least: usize,
    make: impl Fn(FoundCrash, report::Source<'_>, &Context<'_>) -> Result<T, Error> + Sync,
) -> anyhow::Result<Status> {
    let compiled = compiled(common)?;
    let kb = compiled.digest.clone();
    let matcher = matcher(compiled, common)?;
    let context = Context { matcher: &matcher, kb: &kb, catalog: common.catalog(), least };
    let make = |source: report::Source<'_>, found| make(found, source, &context);
    read_all(&paths(files), common, make, |answer| printer.print(answer))?;
    printer.end()
}

/// Standard input when no file is named.
fn paths(files: &[PathBuf]) -> Vec<PathBuf> {
    if files.is_empty() { vec![PathBuf::from("-")] } else { files.to_vec() }
}

/// Prints one answer after another.
struct Printer<'a, T> {
    output: &'a mut Output,
    catalog: &'static Catalog,
    /// Show all there is.
    why: bool,
    /// What an answer means for the exit status.
    status_of: fn(&T) -> Status,
    printed: usize,
    status: Status,
}

impl<'a, T: Printed + Serialize> Printer<'a, T> {
    /// Prints what is worth showing; every answer is a good one.
    fn new(output: &'a mut Output, common: &Common) -> Self {
        let status_of = |_: &T| Status::Good;
        let catalog = common.catalog();
        Self { output, catalog, why: false, status_of, printed: 0, status: Status::Good }
    }

    fn print(&mut self, answer: Answer<T>) -> anyhow::Result<()> {
        let report = match answer {
            Answer::Crash(report) => report,
            Answer::Complaint(message, status) => {
                // What is printed before it stays before it where both go to one terminal.
                self.output.flush()?;
                complain(&message);
                self.status = self.status.max(status);
                return Ok(());
            }
        };
        self.status = self.status.max((self.status_of)(&report));
        if self.printed > 0 && self.output.format != Format::Json {
            self.output.text("\n")?;
        }
        self.printed += 1;
        match self.output.format {
            Format::Text | Format::Markdown => self.output.page(&report, self.catalog, self.why)?,
            Format::Json => self.output.json(&report)?,
            Format::Html => match report.html(self.catalog) {
                Some(page) => self.output.raw(page.as_bytes())?,
                None => anyhow::bail!("--format html: only `psod-match explain` writes a page"),
            },
        }
        Ok(())
    }

    fn end(self) -> anyhow::Result<Status> {
        self.output.flush()?;
        Ok(self.status)
    }
}
