//! The command line: arguments, standard output, exit status.

mod affects;
mod args;
mod at_once;
mod cluster;
mod exception;
mod fault;
mod font;
mod in_order;
mod inputs;
mod interrupt;
mod kb;
mod knowledge;
mod ledger;
mod mce;
mod output;
mod pictures;
mod printer;
mod recognise;
mod symbols;
mod triage;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{CommandFactory, FromArgMatches};
use etcetera::BaseStrategy;
use psod_match::kb::KbSource;
use psod_match::message::Catalog;
use psod_match::report::{Detail, Printed};
use psod_match::text::SiteSecret;
use serde::Serialize;

use args::{Arguments, Command, Common, Format, KbCommand};
use kb::flow::arguments::FlowCommand;
use output::Output;

/// The exit status of a run. The greater one wins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ending {
    /// Every crash is a match; no finding.
    #[default]
    Good,
    /// A crash is not a match, no crash was found, or lint has findings.
    NotFound,
    /// An input could not be read, or the arguments are wrong.
    Failed,
    /// The reader wanted no more; as shells have it, 128 and the number of the signal.
    Interrupted = 130,
}

impl From<Ending> for ExitCode {
    fn from(status: Ending) -> Self {
        ExitCode::from(status as u8)
    }
}

/// One run of the program: its options, the texts in the reader's language, and its output.
pub struct Session<'a> {
    common: &'a Common,
    catalog: &'static Catalog,
    output: Output,
    /// Why the compiled knowledge base in the cache must not be used, once it has failed.
    distrust: Option<String>,
    /// True when crashes keep the files of their pictures.
    keeps_pictures: bool,
}

impl Session<'_> {
    /// Lists the sources of the knowledge base: the shipped one, then every `--kb`.
    fn sources(&self) -> anyhow::Result<Vec<KbSource>> {
        let mut sources = vec![KbSource::Shipped];
        for directory in &self.common.kb {
            anyhow::ensure!(
                directory.is_dir(),
                "--kb {}: not a directory, expected one with issues/, crashes/, … as kb/README.md describes",
                directory.display()
            );
            sources.push(KbSource::Directory(directory.clone()));
        }
        Ok(sources)
    }

    /// How much of an answer was asked for.
    fn detail(&self) -> Detail {
        if self.common.verbose { Detail::Full } else { Detail::Short }
    }

    /// Prints a view in the format that was asked for.
    fn print(&mut self, view: &(impl Printed + Serialize)) -> anyhow::Result<()> {
        let text = output::render(view, self.output.format, self.catalog, self.detail())?;
        Ok(self.output.rendered(&text)?)
    }

    /// Prints the text of `key` with its placeholders filled in, as a line for a terminal.
    fn say(&mut self, key: &str, values: &[(&str, &str)]) -> anyhow::Result<()> {
        let text = self.catalog.text(key, values);
        let text = self.output.escape(&text);
        Ok(self.output.text(&format!("{text}\n"))?)
    }
}

/// Runs psod-match with the arguments of the process.
pub fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().collect();
    let arguments = match Arguments::without_command(&words) {
        Some(arguments) => Ok(arguments),
        None => arguments_of(&words),
    };
    let arguments = match arguments {
        Ok(arguments) => arguments,
        // Help and version go to standard output with status 0.
        Err(error) if !error.use_stderr() => error.exit(),
        Err(error) => {
            output::complain_of_arguments(&error.render().to_string());
            return Ending::Failed.into();
        }
    };
    match run(arguments) {
        Ok(status) => status.into(),
        Err(error) if output::is_broken_pipe(&error) => Ending::Good.into(),
        Err(error) => {
            output::complain(&format!("{error:#}"));
            Ending::Failed.into()
        }
    }
}

/// Reads the arguments of the process, with all commands. What help and version need costs more than an
/// answer, so that it is made only where it may be printed.
fn arguments_of(words: &[OsString]) -> Result<Arguments, clap::Error> {
    let mut command = Arguments::command();
    if has_any(words, &["-h", "--help", "help"]) {
        command = args::command_line_for_help();
    }
    if has_any(words, &["-V", "--version"]) {
        command = command.version(version());
    }
    Arguments::from_arg_matches(&command.try_get_matches_from(words)?)
}

fn has_any(words: &[OsString], wanted: &[&str]) -> bool {
    words.iter().any(|word| wanted.iter().any(|wanted| word == wanted))
}

/// The version of the program and of the knowledge base in it: the day of its newest issue.
fn version() -> String {
    format!(
        "{} (knowledge base of {}: {} issues)",
        env!("CARGO_PKG_VERSION"),
        env!("SHIPPED_KB_DATE"),
        env!("SHIPPED_KB_ISSUES"),
    )
}

fn run(Arguments { question, command }: Arguments) -> anyhow::Result<Ending> {
    let common = &question.common;
    if let (Some(file), true) = (question.files.first(), command.is_some()) {
        anyhow::bail!(
            "{}: a file before a command; put -- before files that have the name of a command",
            file.display()
        );
    }
    let writes_pages = matches!(
        command,
        Some(
            Command::Explain { .. }
                | Command::Cluster(_)
                | Command::Kb {
                    command: KbCommand::Show { .. } | KbCommand::Flow(FlowCommand::Review(_))
                }
        )
    );
    anyhow::ensure!(
        common.format != Format::Html || writes_pages,
        "--format html: only `explain`, `cluster`, `kb show` and `kb review` write a page, expected text, json or markdown"
    );
    let (catalog, output) = (common.catalog(), Output::new(common.format));
    let session = &mut Session { common, catalog, output, distrust: None, keeps_pictures: false };
    match command {
        None => recognise::recognise(&question.files, question.why, &question.host, session),
        Some(Command::Why { files, issue, host }) => recognise::why(&files, &issue, &host, session),
        Some(Command::Parse { files, show_picture }) => {
            recognise::parse(&files, show_picture, session)
        }
        Some(Command::Mce(registers)) => mce::run(&registers, session),
        Some(Command::Explain { files }) => recognise::explain(&files, session),
        Some(Command::Request { files, no_redact, host }) => {
            recognise::request(&files, !no_redact, &host, session)
        }
        Some(Command::Record(arguments)) => ledger::record::run(&arguments, session),
        Some(Command::Similar(arguments)) => ledger::similar::run(&arguments, session),
        Some(Command::Ledger(arguments)) => ledger::run(&arguments, session),
        Some(Command::Symbols(arguments)) => symbols::run(&arguments, session),
        Some(Command::Font(arguments)) => font::run(&arguments, session),
        Some(Command::Triage(arguments)) => triage::run(&arguments, session),
        Some(Command::Cluster(arguments)) => cluster::run(&arguments, session),
        Some(Command::Kb { command }) => kb::run(&command, session),
        Some(Command::Exception { name, error_code }) => {
            exception::run(&name, error_code.as_deref(), session)
        }
        Some(Command::Completions { shell }) => print_completions(shell, session),
        Some(Command::Man { directory }) => {
            clap_mangen::generate_to(args::command_line_for_help(), &directory)
                .with_context(|| format!("{}: not written", directory.display()))?;
            Ok(Ending::Good)
        }
    }
}

fn print_completions(
    shell: clap_complete::Shell,
    session: &mut Session<'_>,
) -> anyhow::Result<Ending> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut args::command_line_for_help(), "psod-match", &mut script);
    session.output.raw(&script)?;
    Ok(Ending::Good)
}

/// Finds the directory for what is kept; `None` without a home.
fn data_directory() -> Option<PathBuf> {
    let base = etcetera::choose_base_strategy().ok()?;
    Some(base.data_dir().join("psod-match"))
}

/// Reads the secret of the pseudonyms out of the data directory; the first use makes it.
fn site_secret() -> anyhow::Result<SiteSecret> {
    SiteSecret::of_site(data_directory().as_deref())
        .context("the system has no random bytes for the pseudonyms; --no-redact goes without")
}
