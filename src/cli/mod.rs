//! The command line: arguments, standard output, exit status.

mod affects;
mod args;
mod exception;
mod inputs;
mod kb;
mod mce;
mod output;
mod recognise;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{CommandFactory, FromArgMatches};
use etcetera::BaseStrategy;
use psod_match::compile::{self, Compiled};
use psod_match::kb::KbSource;
use psod_match::matching::{Calibration, Matcher};
use psod_match::store::Store;

use args::{Arguments, Command, Common, Format, KbCommand};
use output::Output;

/// The exit status of a run. The greater one wins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ending {
    /// Every crash is a match; no finding.
    #[default]
    Good,
    /// A crash is not a match, there is no crash, or there are findings.
    NotFound,
    /// An input could not be read, or the arguments are wrong.
    Failed,
}

impl From<Ending> for ExitCode {
    fn from(status: Ending) -> Self {
        ExitCode::from(status as u8)
    }
}

/// Runs psod-match with the arguments of the process.
pub fn main() -> ExitCode {
    let arguments = match Arguments::command().try_get_matches() {
        Ok(matches) => Arguments::from_arg_matches(&matches),
        Err(error) => Err(error),
    };
    let arguments = match arguments {
        Ok(arguments) => arguments,
        // Prints help to standard output with status 0, errors to standard error with 2.
        Err(error) => error.exit(),
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

fn run(arguments: Arguments) -> anyhow::Result<Ending> {
    let common = &arguments.common;
    if let (Some(file), true) = (arguments.files.first(), arguments.command.is_some()) {
        anyhow::bail!(
            "{}: a file before a command; put -- before files that have the name of a command",
            file.display()
        );
    }
    let writes_pages = matches!(
        arguments.command,
        Some(Command::Explain { .. } | Command::Kb { command: KbCommand::Show { .. } })
    );
    anyhow::ensure!(
        common.format != Format::Html || writes_pages,
        "--format html: only `explain` and `kb show` write a page, expected text, json or markdown"
    );
    let mut output = Output::new(common.format);
    match arguments.command {
        None => recognise::recognise(&arguments.files, arguments.why, common, &mut output),
        Some(Command::Why { files, issue }) => recognise::why(&files, &issue, common, &mut output),
        Some(Command::Parse { files }) => recognise::parse(&files, common, &mut output),
        Some(Command::Mce(registers)) => mce::run(&registers, common.catalog(), &mut output),
        Some(Command::Explain { files }) => recognise::explain(&files, common, &mut output),
        Some(Command::Request { files, no_redact }) => {
            recognise::request(&files, !no_redact, common, &mut output)
        }
        Some(Command::Kb { command }) => kb::run(command, common, &mut output),
        Some(Command::Exception { name, error_code }) => {
            exception::run(&name, error_code.as_deref(), common.catalog(), &mut output)
        }
        Some(Command::Completions { shell }) => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "psod-match", &mut script);
            output.raw(&script)?;
            Ok(Ending::Good)
        }
    }
}

/// Lists the sources of the knowledge base: the shipped one, then every `--kb`.
fn sources(common: &Common) -> anyhow::Result<Vec<KbSource>> {
    let mut sources = vec![KbSource::Shipped];
    for directory in &common.kb {
        anyhow::ensure!(
            directory.is_dir(),
            "--kb {}: not a directory, expected one with issues/, crashes/, … as kb/README.md describes",
            directory.display()
        );
        sources.push(KbSource::Directory(directory.clone()));
    }
    Ok(sources)
}

/// Finds the directory for compiled knowledge bases; `None` without a home.
fn cache_directory() -> Option<PathBuf> {
    let base = etcetera::choose_base_strategy().ok()?;
    Some(base.cache_dir().join("psod-match"))
}

fn compiled(common: &Common) -> anyhow::Result<Compiled> {
    let sources = sources(common)?;
    let compiled = compile::open(&sources, cache_directory().as_deref())
        .context("cannot open the knowledge base")?;
    complain_of_unread_files(&compiled.store)?;
    Ok(compiled)
}

fn complain_of_unread_files(store: &Store) -> anyhow::Result<()> {
    let unread = store.unread_files()?;
    if unread > 0 {
        output::complain(&format!(
            "{unread} files of the knowledge base were left out; `psod-match kb lint` names them"
        ));
    }
    Ok(())
}

fn matcher(compiled: Compiled, common: &Common) -> anyhow::Result<Matcher> {
    Ok(Matcher::new(compiled, Calibration::SHIPPED, common.drafts)?)
}
