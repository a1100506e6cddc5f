//! Reads inputs, several at once, and hands over what they lead to in their order.

use std::io::{IsTerminal, stderr};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use clap::CommandFactory;
use indicatif::{ProgressBar, ProgressStyle};
use psod_match::error::Error;
use psod_match::message::Catalog;
use psod_match::read::{Found, FoundCrash, Input, Limits, Meter, Totals, inputs_of};
use psod_match::report::Source;
use rayon::prelude::*;

use super::Status;
use super::args::{Arguments, Common};
use super::output::complain;

/// Inputs that are read at once; their answers are kept until those before them are printed.
const BATCH: usize = 64;
/// Likeness from which a missing file may have been meant as a command.
const LIKE_A_COMMAND: f64 = 0.8;
/// A shorter run shows no progress.
const PROGRESS_AFTER: Duration = Duration::from_secs(1);

/// One thing that an input leads to.
pub enum Answer<T> {
    /// What was made of a crash.
    Crash(T),
    /// A line for standard error, and what it means for the exit status.
    Complaint(String, Status),
}

/// Reads all of `paths`: `make` turns a crash into what `print` prints.
pub fn read_all<T: Send>(
    paths: &[PathBuf],
    common: &Common,
    make: impl Fn(Source<'_>, FoundCrash) -> Result<T, Error> + Sync,
    mut print: impl FnMut(Answer<T>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let (limits, catalog) = (common.limits(), common.catalog());
    let inputs: Vec<Result<Input, Error>> = paths.iter().flat_map(|path| inputs_of(path)).collect();
    let meter = Meter::default();
    let start = Instant::now();
    let totals = thread::scope(|scope| {
        let (done, waiting) = mpsc::channel::<()>();
        let bar = progress_bar(&inputs);
        let meter = &meter;
        if !bar.is_hidden() {
            let watched = bar.clone();
            scope.spawn(move || show_progress(&watched, meter, &waiting));
        }
        let mut print = |answer| bar.suspend(|| print(answer));
        let totals = read_inputs(&inputs, &limits, meter, catalog, &make, &mut print);
        drop(done);
        bar.finish_and_clear();
        totals
    })?;
    if common.verbose {
        complain(&speed(&meter, &totals, start.elapsed()));
    }
    Ok(())
}

fn read_inputs<T: Send>(
    inputs: &[Result<Input, Error>],
    limits: &Limits,
    meter: &Meter,
    catalog: &'static Catalog,
    make: &(impl Fn(Source<'_>, FoundCrash) -> Result<T, Error> + Sync),
    print: &mut impl FnMut(Answer<T>) -> anyhow::Result<()>,
) -> anyhow::Result<Totals> {
    let mut all = Totals::default();
    if let [Ok(input)] = inputs {
        // A single input may be a log of many gigabytes: print while reading.
        let mut failure = None;
        let totals = read_one(input, limits, meter, catalog, make, &mut |answer| {
            if failure.is_none() {
                failure = print(answer).err();
            }
        });
        return failure.map_or(Ok(totals), Err);
    }
    for batch in inputs.chunks(BATCH) {
        let read = |input: &Result<Input, Error>| match input {
            Ok(input) => {
                let mut answers = Vec::new();
                let totals = read_one(input, limits, meter, catalog, make, &mut |answer| {
                    answers.push(answer)
                });
                (answers, totals)
            }
            Err(error) => {
                let complaint = Answer::Complaint(error.to_string(), Status::Failed);
                (vec![complaint], Totals::default())
            }
        };
        let answers: Vec<(Vec<Answer<T>>, Totals)> = batch.par_iter().map(read).collect();
        for (answers, totals) in answers {
            answers.into_iter().try_for_each(&mut *print)?;
            all.texts += totals.texts;
            all.lines += totals.lines;
            all.bytes += totals.bytes;
            all.skipped += totals.skipped;
        }
    }
    Ok(all)
}

/// Reads one input and hands over what it leads to.
fn read_one<T>(
    input: &Input,
    limits: &Limits,
    meter: &Meter,
    catalog: &'static Catalog,
    make: &impl Fn(Source<'_>, FoundCrash) -> Result<T, Error>,
    answer: &mut dyn FnMut(Answer<T>),
) -> Totals {
    let path = input.path();
    let mut failed = false;
    let outcome = input.read(limits, meter, &mut |found| {
        answer(match found {
            Found::Crash(member, crash) => {
                let source = Source { path, member: member.as_deref() };
                match make(source, *crash) {
                    Ok(made) => Answer::Crash(made),
                    Err(error) => {
                        Answer::Complaint(format!("{}: {error}", path.display()), Status::Failed)
                    }
                }
            }
            Found::Problem(error) => {
                failed = true;
                Answer::Complaint(error.to_string(), Status::Failed)
            }
            Found::Note(error) => Answer::Complaint(error.to_string(), Status::Good),
        });
    });
    match outcome {
        Ok(totals) => {
            if totals.crashes == 0 && !failed {
                answer(Answer::Complaint(nothing_found(path, &totals, catalog), Status::NotFound));
            }
            totals
        }
        Err(error) => {
            let hint = hint_for(&error, path);
            answer(Answer::Complaint(format!("{error}{hint}"), Status::Failed));
            Totals::default()
        }
    }
}

fn nothing_found(path: &Path, totals: &Totals, catalog: &Catalog) -> String {
    let (lines, texts) = (totals.lines.to_string(), totals.texts.to_string());
    let path = path.display().to_string();
    let values = [("path", path.as_str()), ("lines", &lines), ("texts", &texts)];
    let key = if totals.texts > 1 { "nothing-found-in-texts" } else { "nothing-found" };
    let mut message = catalog.text(key, &values);
    if totals.literal > 0 {
        message.push_str(&catalog.text("only-literal-anchors", &[]));
    }
    message
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

/// A bar on standard error, drawn only on a terminal.
fn progress_bar(inputs: &[Result<Input, Error>]) -> ProgressBar {
    if !stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    // Asks for the size of every file below a bundle: only where somebody looks at it.
    let size: Option<u64> = inputs.iter().flatten().map(Input::size).sum();
    let (bar, template) = match size {
        Some(size) => {
            (ProgressBar::new(size), "{bytes} of {total_bytes}, {bytes_per_sec}, {eta} left")
        }
        None => (ProgressBar::no_length(), "{bytes}, {bytes_per_sec}"),
    };
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Moves the bar until the other end of `done` is dropped.
fn show_progress(bar: &ProgressBar, meter: &Meter, done: &mpsc::Receiver<()>) {
    const STEP: Duration = Duration::from_millis(200);
    if done.recv_timeout(PROGRESS_AFTER) != Err(RecvTimeoutError::Timeout) {
        return;
    }
    while done.recv_timeout(STEP) == Err(RecvTimeoutError::Timeout) {
        bar.set_position(meter.bytes());
    }
}

fn speed(meter: &Meter, totals: &Totals, elapsed: Duration) -> String {
    const MIB: f64 = 1024.0 * 1024.0;
    let mebibytes = meter.bytes() as f64 / MIB;
    let seconds = elapsed.as_secs_f64().max(1e-6);
    format!(
        "read {mebibytes:.1} MiB in {seconds:.2} s ({:.0} MiB/s): {} texts, {} lines, {} members passed over",
        mebibytes / seconds,
        totals.texts,
        totals.lines,
        totals.skipped
    )
}
