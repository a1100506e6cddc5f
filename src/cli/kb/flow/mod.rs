//! The commands of the day of a curator: what is to do, and each step of an issue on its way.
//!
//! Each step prints what it changes as `git diff` shows it, and changes only the files of the team's own
//! directory; git keeps them, when a person says so.

mod adopt;
pub mod arguments;
mod changelog;
mod ids;
mod near;
mod promote;
mod review;
mod stats;
mod todo;

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use psod_match::curate::{FileChange, TrialSide, retired};
use psod_match::kb::{Issue, KbFile, KbSource, KnowledgeBase};

use super::super::output::complain;
use super::super::{Ending, Session};
use super::own::write_new;
use arguments::FlowCommand;

/// Runs one command.
pub fn run(
    command: &FlowCommand,
    kb: &KnowledgeBase,
    session: &mut Session<'_>,
) -> anyhow::Result<Ending> {
    match command {
        FlowCommand::Todo(arguments) => todo::run(kb, arguments, session),
        FlowCommand::Similar(arguments) => near::run(kb, arguments, session),
        FlowCommand::Review(arguments) => review::run(kb, arguments, session),
        FlowCommand::Stats(arguments) => stats::run(kb, arguments, session),
        FlowCommand::Changelog(arguments) => changelog::run(arguments, session),
        FlowCommand::Adopt(arguments) => adopt::run(kb, arguments, session),
        FlowCommand::Promote(arguments) => promote::promote(kb, arguments, session),
        FlowCommand::Demote(arguments) => promote::demote(kb, arguments, session),
        FlowCommand::Retire(arguments) => promote::retire(kb, arguments, session),
        FlowCommand::AssignIds(arguments) => ids::run(kb, arguments, session),
    }
}

/// True for an issue that has a file in a directory of `--kb`; without one, for every issue.
fn is_own(issue: &Issue, session: &Session<'_>) -> bool {
    let directories = &session.common.kb;
    directories.is_empty() || directories.iter().any(|own| own.join(&issue.path).is_file())
}

/// The directory that is changed: the last one of `--kb`.
fn own_directory<'a>(session: &Session<'a>) -> anyhow::Result<&'a Path> {
    let directory = session.common.kb.last().map(PathBuf::as_path);
    directory.context(
        "--kb DIR: the directory of the team's own issues; `psod-match kb init DIR` makes one",
    )
}

/// The issue `id` of the knowledge base, retired ones too, and the text of its file where the team has
/// one of its own.
fn own_issue<'a>(
    kb: &'a KnowledgeBase,
    id: &str,
    session: &Session<'_>,
) -> anyhow::Result<Option<(&'a Issue, Option<String>)>> {
    let mut issues = kb.issues.values().chain(kb.retired.values());
    let Some(issue) = issues.find(|issue| issue.id.eq_ignore_ascii_case(id)) else {
        return Ok(None);
    };
    let path = own_directory(session)?.join(&issue.path);
    let text = match fs::read_to_string(&path) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(error).context(format!("{}: cannot read", path.display())),
    };
    Ok(Some((issue, text)))
}

/// The knowledge base without one issue, of the team or a shipped one.
fn without(issue: &Issue, session: &Session<'_>) -> anyhow::Result<TrialSide> {
    let mut files = files_of(session)?.concat();
    for file in files.iter_mut().filter(|file| file.path == issue.path) {
        file.text = retired(issue, &file.text, "-")?.into();
    }
    Ok(TrialSide::new(&files)?)
}

/// The knowledge base with `files` instead of those of the last directory of `--kb`.
fn side_over(files: Vec<KbFile>, session: &Session<'_>) -> anyhow::Result<TrialSide> {
    let mut of_each = files_of(session)?;
    of_each.pop();
    of_each.push(files);
    Ok(TrialSide::new(&of_each.concat())?)
}

/// The files of each source of the knowledge base.
fn files_of(session: &Session<'_>) -> anyhow::Result<Vec<Vec<KbFile>>> {
    Ok(session.sources()?.iter().map(KbSource::files).collect::<Result<_, _>>()?)
}

/// Prints the changes, and brings them to the disk unless it is only asked what they would be.
fn apply(changes: &[FileChange], is_dry: bool, session: &mut Session<'_>) -> anyhow::Result<()> {
    let directory = own_directory(session)?;
    for change in changes {
        for line in change.diff().lines() {
            let line = psod_match::text::escape_terminal(line);
            session.output.raw(format!("{line}\n").as_bytes())?;
        }
    }
    if is_dry {
        complain(&session.catalog.text("flow-dry-run", &[]));
        return Ok(());
    }
    changes.iter().try_for_each(|change| write(directory, change))
}

/// Writes one file; what is moved is there under both names before the old one goes.
fn write(directory: &Path, change: &FileChange) -> anyhow::Result<()> {
    let path = directory.join(&change.path);
    if change.before.is_none() || change.moved_from.is_some() {
        write_new(&path, &change.after)?;
    } else {
        let mut file = OpenOptions::new()
            .write(true)
            .truncate(true)
            .open(&path)
            .with_context(|| format!("{}: cannot write", path.display()))?;
        file.write_all(change.after.as_bytes())
            .with_context(|| format!("{}: cannot write", path.display()))?;
    }
    let Some(old) = &change.moved_from else { return Ok(()) };
    let old = directory.join(old);
    fs::remove_file(&old).with_context(|| format!("{}: cannot remove", old.display()))
}
