//! Reads inputs, several at once, and prints the answers about their crashes in the order of the
//! inputs.

use std::io::{IsTerminal, stderr};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use clap::CommandFactory;
use indicatif::{ProgressBar, ProgressStyle};
use psod_match::error::Error;
use psod_match::message::Catalog;
use psod_match::read::{
    Found, FoundCrash, Input, Limits, Meter, PictureReader, Totals, inputs_of,
    with_pictures_together,
};
use psod_match::report::{OverviewRow, Source};

use super::args::Arguments;
use super::at_once::{read_at_once, threads};
use super::fault::caught;
use super::in_order::read_in_order;
use super::interrupt::interrupted;
use super::output::complain;
use super::printer::Printer;
use super::{Ending, Session};

/// Likeness from which a missing file may have been meant as a command.
const LIKE_A_COMMAND: f64 = 0.8;
/// A shorter run shows no progress.
const PROGRESS_AFTER: Duration = Duration::from_secs(1);

/// Makes an answer of one crash: its text in the format that was asked for, and its meaning for the
/// exit status.
type AnswerCrash<'a> = &'a (dyn Fn(FoundCrash, Source<'_>) -> anyhow::Result<Answer> + Sync);

/// The answer about a crash.
pub struct Answer {
    /// The answer, in the format that was asked for.
    pub text: String,
    /// Its row in the overview of several crashes; `None` for a command without one.
    pub row: Option<OverviewRow>,
    /// Its meaning for the exit status.
    pub ending: Ending,
    /// True for an answer of one line, which stands directly below the one before.
    pub is_line: bool,
}

impl Answer {
    /// An answer that is printed as soon as those before it are.
    pub fn new(text: String, ending: Ending) -> Self {
        Self { text, row: None, ending, is_line: false }
    }

    /// An answer of one line.
    pub fn line(text: String, ending: Ending) -> Self {
        Self { is_line: true, ..Self::new(text, ending) }
    }

    /// Nothing to print: the crash was taken for an answer about all of them.
    pub fn collected() -> Self {
        Self::new(String::new(), Ending::Good)
    }
}

/// One thing that an input leads to.
pub enum Outcome {
    /// The answer about a crash.
    Answer(Answer),
    /// An input without a crash: a line for standard error.
    Nothing(String),
    /// A line for standard error, and its meaning for the exit status.
    Complaint(String, Ending),
}

/// Reads all of `files`, standard input when there are none, and prints the answer about every crash
/// in their order.
pub fn answer_all(
    files: &[PathBuf],
    session: &mut Session<'_>,
    answer: AnswerCrash<'_>,
) -> anyhow::Result<Ending> {
    answer_each(files, session, answer, Pace::AtOnce)
}

/// As [`answer_all`], one crash after the other in their order: for answers that leave something
/// behind.
pub fn answer_in_turn(
    files: &[PathBuf],
    session: &mut Session<'_>,
    answer: AnswerCrash<'_>,
) -> anyhow::Result<Ending> {
    answer_each(files, session, answer, Pace::InTurn)
}

/// What `take` makes of each crash, in their order, for an answer about all of them.
pub fn collect_in_turn<T: Send>(
    files: &[PathBuf],
    session: &mut Session<'_>,
    take: &(dyn Fn(FoundCrash, Source<'_>) -> anyhow::Result<T> + Sync),
) -> anyhow::Result<(Vec<T>, Ending)> {
    let taken = Mutex::new(Vec::new());
    let ending = answer_in_turn(files, session, &|found, source| {
        let one = take(found, source)?;
        taken.lock().unwrap_or_else(PoisonError::into_inner).push(one);
        Ok(Answer::collected())
    })?;
    Ok((taken.into_inner().unwrap_or_else(PoisonError::into_inner), ending))
}

/// How many crashes are answered at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pace {
    /// One on each processor.
    AtOnce,
    /// One.
    InTurn,
}

fn answer_each(
    files: &[PathBuf],
    session: &mut Session<'_>,
    answer: AnswerCrash<'_>,
    pace: Pace,
) -> anyhow::Result<Ending> {
    let standard_input = [PathBuf::from("-")];
    let paths = if files.is_empty() { &standard_input } else { files };
    let (inputs, empty) = inputs_and_empty(paths);
    let meter = Meter::new(interrupted());
    let common = session.common;
    let inputs = with_pictures_together(inputs, common.limits().joined_pictures);
    let pictures = session.picture_reader()?;
    let reader = Reader {
        limits: common.limits(),
        meter: &meter,
        pictures: &pictures,
        catalog: session.catalog,
        answer,
    };
    let start = Instant::now();
    let catalog = session.catalog;
    let bar = progress_bar(&inputs);
    let mut printer = Printer::new(&mut session.output, bar, catalog, inputs.len(), common.verbose);
    for path in empty {
        let values = [("path", &*path.display().to_string())];
        printer.print(Outcome::Complaint(catalog.text("no-file", &values), Ending::NotFound))?;
    }
    let totals = thread::scope(|scope| {
        let (done, waiting) = mpsc::channel::<()>();
        if !printer.bar().is_hidden() {
            let (bar, meter) = (printer.bar().clone(), &meter);
            // Without a thread to spare nothing is shown.
            let _ = thread::Builder::new()
                .spawn_scoped(scope, move || show_progress(&bar, meter, &waiting));
        }
        let totals = read_inputs(&inputs, &reader, &mut printer, pace);
        drop(done);
        totals
    });
    let totals = totals?;
    let ending = printer.finish()?;
    session.keep_learned(&pictures);
    let ending = if meter.is_stopped() {
        let (read, all) = (totals.inputs.to_string(), inputs.len().to_string());
        complain(&catalog.text("interrupted", &[("read", &read), ("all", &all)]));
        Ending::Interrupted
    } else {
        ending
    };
    if common.verbose {
        complain(&speed(&meter, &totals.totals, start.elapsed()));
    }
    Ok(ending)
}

/// The inputs that the paths stand for, and the paths that stand for none.
fn inputs_and_empty(paths: &[PathBuf]) -> (Vec<Result<Input, Error>>, Vec<&PathBuf>) {
    let (mut inputs, mut empty) = (Vec::new(), Vec::new());
    for path in paths {
        let before = inputs.len();
        inputs.extend(inputs_of(path));
        if inputs.len() == before {
            empty.push(path);
        }
    }
    (inputs, empty)
}

/// What was read of all inputs.
#[derive(Default)]
pub struct Read {
    totals: Totals,
    /// Inputs that were read to their end.
    inputs: usize,
}

impl Read {
    /// Adds what was read of one input.
    pub fn add(&mut self, totals: &Totals, meter: &Meter) {
        self.totals.texts += totals.texts;
        self.totals.lines += totals.lines;
        self.totals.bytes += totals.bytes;
        self.totals.skipped += totals.skipped;
        self.inputs += usize::from(!meter.is_stopped());
    }
}

fn read_inputs(
    inputs: &[Result<Input, Error>],
    reader: &Reader<'_>,
    printer: &mut Printer<'_>,
    pace: Pace,
) -> anyhow::Result<Read> {
    let at_once = pace == Pace::AtOnce;
    if let Some(threads) = (at_once && inputs.len() > 1).then(threads).flatten() {
        let mut all = Read::default();
        read_at_once(inputs, reader, &threads, &mut |printable| {
            for outcome in printable.outcomes {
                printer.print(outcome)?;
            }
            printable.ended.iter().for_each(|totals| all.add(totals, reader.meter));
            Ok(())
        })?;
        return Ok(all);
    }
    let mut all = Read::default();
    for input in inputs {
        if reader.meter.is_stopped() {
            break;
        }
        let mut printed = Ok(());
        // An input may be a log of many gigabytes: it is printed while it is read.
        let totals = read_one(input, reader, pace, &mut |outcome| {
            if printed.is_ok() {
                printed = printer.print(outcome);
            }
        });
        printed?;
        all.add(&totals, reader.meter);
    }
    Ok(all)
}

fn read_one(
    input: &Result<Input, Error>,
    reader: &Reader<'_>,
    pace: Pace,
    take: &mut dyn FnMut(Outcome),
) -> Totals {
    match input {
        Ok(input) if pace == Pace::AtOnce => read_in_order(reader, input, take),
        _ => reader.outcomes(input, take),
    }
}

/// Where what an input holds goes, in its order.
pub trait Answers {
    /// Takes something that was found in the input `path`.
    fn found(&mut self, path: &Path, found: Found);

    /// Takes what is said of the input as a whole.
    fn outcome(&mut self, outcome: Outcome);
}

/// Makes each answer where the crash is read.
struct OneByOne<'a> {
    reader: &'a Reader<'a>,
    take: &'a mut dyn FnMut(Outcome),
}

impl Answers for OneByOne<'_> {
    fn found(&mut self, path: &Path, found: Found) {
        (self.take)(self.reader.outcome_of(path, found));
    }

    fn outcome(&mut self, outcome: Outcome) {
        (self.take)(outcome);
    }
}

/// Turns inputs into answers; shared by all threads.
pub struct Reader<'a> {
    limits: Limits,
    meter: &'a Meter,
    pictures: &'a PictureReader,
    catalog: &'static Catalog,
    answer: AnswerCrash<'a>,
}

impl Reader<'_> {
    /// True once the run is to end early.
    pub fn is_stopped(&self) -> bool {
        self.meter.is_stopped()
    }

    /// Hands over every outcome of one input, or of what stands in the place of one.
    pub fn outcomes(&self, input: &Result<Input, Error>, take: &mut dyn FnMut(Outcome)) -> Totals {
        match input {
            Ok(input) => self.read(input, &mut OneByOne { reader: self, take }),
            Err(error) => {
                take(Outcome::Complaint(error.to_string(), Ending::Failed));
                Totals::default()
            }
        }
    }

    /// Reads one input and hands over what it holds. A fault of the program ends this input alone.
    pub fn read(&self, input: &Input, answers: &mut dyn Answers) -> Totals {
        let path = input.path();
        let mut failed = false;
        let read = caught(|| {
            input.read_with(self.pictures, &self.limits, self.meter, &mut |found| {
                let problem = matches!(found, Found::Problem(_));
                failed |= problem;
                // An archive that is left in the middle is not cut.
                if !(problem && self.meter.is_stopped()) {
                    answers.found(path, found);
                }
            })
        });
        match read {
            Err(panic) => {
                let message = format!("{}; the rest of it is left out", fault_in(path, &panic));
                answers.outcome(Outcome::Complaint(message, Ending::Failed));
                Totals::default()
            }
            Ok(Ok(totals)) => {
                if totals.crashes == 0 && !failed && !self.meter.is_stopped() {
                    let message = nothing_found(path, &totals, self.catalog);
                    answers.outcome(Outcome::Nothing(message));
                }
                totals
            }
            Ok(Err(_)) if self.meter.is_stopped() => Totals::default(),
            Ok(Err(error)) => {
                let hint = hint_for(&error, path);
                answers.outcome(Outcome::Complaint(format!("{error}{hint}"), Ending::Failed));
                Totals::default()
            }
        }
    }

    /// The outcome of something that was found in the input `path`.
    pub fn outcome_of(&self, path: &Path, found: Found) -> Outcome {
        match found {
            Found::Crash(member, crash) => {
                let own_path = crash.path.clone();
                let path = own_path.as_deref().unwrap_or(path);
                let source = Source::new(path, member.as_deref());
                // A fault of ours in one crash costs its answer, not those of the others.
                match caught(|| (self.answer)(*crash, source)) {
                    Ok(Ok(answer)) => Outcome::Answer(answer),
                    Ok(Err(error)) => {
                        Outcome::Complaint(format!("{}: {error}", path.display()), Ending::Failed)
                    }
                    Err(panic) => Outcome::Complaint(fault_in(path, &panic), Ending::Failed),
                }
            }
            Found::Problem(error) => Outcome::Complaint(error.to_string(), Ending::Failed),
            Found::Note(error) => Outcome::Complaint(error.to_string(), Ending::Good),
        }
    }
}

/// What is said of an input at which the program itself has failed.
pub fn fault_in(path: &Path, panic: &str) -> String {
    format!("{}: psod-match has a fault, please report it ({panic})", path.display())
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
    if name == "eval" {
        return "; measurements are commands of `psod-eval`".to_owned();
    }
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
    // Asks for the size of every file below a bundle: only where a bar is shown.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_costs_one_answer_and_not_the_run() {
        let answer: AnswerCrash<'_> = &|found, _| {
            assert!(found.crash.panic.is_none(), "a fault of ours");
            Ok(Answer::new(String::new(), Ending::Good))
        };
        let (meter, limits) = (Meter::default(), Limits::default());
        let reader = Reader {
            limits,
            meter: &meter,
            pictures: &PictureReader::default(),
            catalog: Catalog::english(),
            answer,
        };
        let inputs = inputs_of(Path::new("examples/known-issue.txt"));
        let mut outcomes = Vec::new();
        let totals = reader.outcomes(&inputs[0], &mut |outcome| outcomes.push(outcome));
        let [Outcome::Complaint(message, Ending::Failed)] = outcomes.as_slice() else {
            panic!("{} outcomes", outcomes.len());
        };
        assert!(
            message.starts_with("examples/known-issue.txt: psod-match has a fault"),
            "{message}"
        );
        assert!(message.contains("a fault of ours") && !message.contains('\n'), "{message}");
        assert_eq!(totals.crashes, 1);
    }
}
