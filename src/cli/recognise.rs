//! The main job: every crash of every input, recognised and printed in order.

use std::io::{IsTerminal, stdin};
use std::path::{Path, PathBuf};

use clap::CommandFactory;
use psod_match::error::Error;
use psod_match::matching::{Calibration, Verdict};
use psod_match::read::{Input, Limits, crashes_in, inputs_of};
use psod_match::report::{self, Context, CrashReport, render_markdown, render_text};
use rayon::prelude::*;

use super::args::{Arguments, Common, Format};
use super::output::{Output, complain};
use super::{Status, compiled, matcher};

/// Inputs that are read at once; their answers are kept until those before them are printed.
const BATCH: usize = 64;
/// Likeness from which a missing file may have been meant as a command.
const LIKE_A_COMMAND: f64 = 0.8;

/// One thing that an input leads to, in the order of the input.
enum Answer {
    Report(Box<CrashReport>),
    Complaint(String, Status),
}

/// Recognises every crash of `files`, or of standard input when there are none.
pub fn recognise(
    files: &[PathBuf],
    why: bool,
    common: &Common,
    output: &mut Output,
) -> anyhow::Result<Status> {
    let stdin_path = PathBuf::from("-");
    let paths = match files {
        [] if stdin().is_terminal() => {
            let help = Arguments::command().render_long_help();
            output.text(&help.ansi().to_string())?;
            return Ok(Status::Good);
        }
        [] => std::slice::from_ref(&stdin_path),
        files => files,
    };
    let compiled = compiled(common)?;
    let kb = compiled.digest.clone();
    let matcher = matcher(compiled, Calibration::SHIPPED, common)?;
    let context = Context { matcher: &matcher, kb: &kb };
    let mut printer = Printer { output, why, printed: 0, status: Status::Good };
    let inputs: Vec<Result<Input, Error>> = paths.iter().flat_map(|path| inputs_of(path)).collect();
    if let [Ok(input)] = inputs.as_slice() {
        // A single input may be a log of many gigabytes: print while reading.
        let mut failure = None;
        read(input, &context, |answer| {
            if failure.is_none() {
                failure = printer.print(answer).err();
            }
        });
        failure.map_or(Ok(()), Err)?;
    } else {
        for batch in inputs.chunks(BATCH) {
            let answers: Vec<Vec<Answer>> = batch
                .par_iter()
                .map(|input| match input {
                    Ok(input) => {
                        let mut answers = Vec::new();
                        read(input, &context, |answer| answers.push(answer));
                        answers
                    }
                    Err(error) => vec![Answer::Complaint(error.to_string(), Status::Failed)],
                })
                .collect();
            answers.into_iter().flatten().try_for_each(|answer| printer.print(answer))?;
        }
    }
    printer.output.flush()?;
    Ok(printer.status)
}

/// Reads one input and hands over what it leads to.
fn read(input: &Input, context: &Context<'_>, mut answer: impl FnMut(Answer)) {
    let path = input.path();
    let mut reader = match input.open() {
        Ok(reader) => reader,
        Err(error) => {
            let hint = hint_for(&error, path);
            return answer(Answer::Complaint(format!("{error}{hint}"), Status::Failed));
        }
    };
    let summary = crashes_in(&mut *reader, &Limits::default(), |found| {
        answer(match report::report(found, path, context) {
            Ok(report) => Answer::Report(Box::new(report)),
            Err(error) => Answer::Complaint(format!("{}: {error}", path.display()), Status::Failed),
        });
    });
    match summary {
        Ok(summary) if summary.crashes == 0 => {
            let lines = summary.lines;
            let message = format!(
                "{}: no purple screen found in {lines} lines, expected a panic message, a backtrace or a \
                 header such as VMware ESXi 7.0.3 [Releasebuild-20842708 x86_64]",
                path.display()
            );
            answer(Answer::Complaint(message, Status::NotFound));
        }
        Ok(_) => {}
        Err(source) => {
            let error = Error::io("read", path)(source);
            answer(Answer::Complaint(error.to_string(), Status::Failed));
        }
    }
}

/// A missing file that resembles a command may be a typing error.
fn hint_for(error: &Error, path: &Path) -> String {
    let missing =
        matches!(error, Error::Io { source, .. } if source.kind() == std::io::ErrorKind::NotFound);
    let Some(name) = path.to_str().filter(|_| missing) else {
        return String::new();
    };
    let command = Arguments::command();
    let like = command
        .get_subcommands()
        .map(|command| command.get_name())
        .find(|command| strsim::jaro_winkler(command, name) >= LIKE_A_COMMAND);
    like.map(|command| format!("; did you mean the command `{command}`?")).unwrap_or_default()
}

struct Printer<'a> {
    output: &'a mut Output,
    why: bool,
    printed: usize,
    status: Status,
}

impl Printer<'_> {
    fn print(&mut self, answer: Answer) -> anyhow::Result<()> {
        let report = match answer {
            Answer::Report(report) => report,
            Answer::Complaint(message, status) => {
                // What is printed before it stays before it where both go to one terminal.
                self.output.flush()?;
                complain(&message);
                self.status = self.status.max(status);
                return Ok(());
            }
        };
        if report.verdict != Verdict::Match {
            self.status = self.status.max(Status::NotFound);
        }
        if self.printed > 0 && self.output.format != Format::Json {
            self.output.text("\n")?;
        }
        self.printed += 1;
        match self.output.format {
            Format::Text => self.output.text(&render_text(&report, self.why))?,
            Format::Markdown => self.output.raw(render_markdown(&report, self.why).as_bytes())?,
            Format::Json => self.output.json(&*report)?,
        }
        Ok(())
    }
}
