//! The commands, a file for each; here their common beginning.

mod arguments;
mod backtraces;
mod calibrate;
mod cluster;
mod drafts;
mod forms;
mod labelled;
mod lookalikes;
mod nameless;
mod output;
mod pictures;
mod speed;
mod thresholds;

use std::process::ExitCode;

use clap::Parser;
use psod_match::compile;
use psod_match::kb::{KbSource, KnowledgeBase};
use psod_match::matching::{Calibration, Matcher};

use arguments::{Arguments, Command, Common};
use output::Output;

/// How a measurement ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    /// Everything was measured.
    Measured,
    /// Some of the input could not be read.
    Incomplete,
}

/// Runs psod-eval with the arguments of the process.
pub(crate) fn main() -> ExitCode {
    const FAILED: u8 = 2;
    match run(&Arguments::parse()) {
        Ok(Ending::Measured) => ExitCode::SUCCESS,
        Ok(Ending::Incomplete) => FAILED.into(),
        Err(error) if output::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            output::complain(&format!("{error:#}"));
            FAILED.into()
        }
    }
}

fn run(arguments: &Arguments) -> anyhow::Result<Ending> {
    let common = &arguments.common;
    let mut output = Output::new(common.format);
    match &arguments.command {
        Command::Kb(kb) if kb.thresholds => thresholds::run(common, &mut output)?,
        Command::Kb(kb) => forms::run(kb, common, &mut output)?,
        Command::Pictures(pictures) => pictures::run(pictures, common, &mut output)?,
        Command::Lookalikes(chance) => lookalikes::run(chance, common, &mut output)?,
        Command::Nameless(names) => nameless::run(names, common, &mut output)?,
        Command::Speed => speed::run(common, &mut output)?,
        Command::Drafts(chance) => drafts::run(chance, common, &mut output)?,
        Command::Calibrate(calibrate) if !calibrate.data.is_empty() => {
            return labelled::run(calibrate, common, &mut output);
        }
        Command::Calibrate(calibrate) => calibrate::run(calibrate, common, &mut output)?,
        Command::Cluster(sets) => return cluster::run(sets, common, &mut output),
        Command::Backtraces(set) => return backtraces::run(set, common, &mut output),
    }
    Ok(Ending::Measured)
}

/// Reads the shipped knowledge base and every `--kb` over it.
fn knowledge_base(common: &Common) -> anyhow::Result<KnowledgeBase> {
    let mut sources = vec![KbSource::Shipped];
    for directory in &common.kb {
        anyhow::ensure!(directory.is_dir(), "--kb {}: not a directory", directory.display());
        sources.push(KbSource::Directory(directory.clone()));
    }
    let kb = KnowledgeBase::read(&sources)?;
    if !kb.findings.is_empty() {
        output::complain(&format!(
            "{} files of the knowledge base were left out; `psod-match kb lint` names them",
            kb.findings.len()
        ));
    }
    Ok(kb)
}

/// Compiles a knowledge base in memory: it may have issues, or lack a calibration, that no cache has.
fn matcher(kb: &KnowledgeBase, common: &Common) -> anyhow::Result<Matcher> {
    Ok(Matcher::new(compile::compile(kb)?, Calibration::SHIPPED, common.drafts)?)
}
