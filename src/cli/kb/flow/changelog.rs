//! `psod-match kb changelog`: what happened to the issues between two revisions of git.

use psod_match::curate::changelog;
use psod_match::kb::{KbSource, KnowledgeBase};
use psod_match::report::LoggedReport;

use super::super::super::args::Format;
use super::super::super::{Ending, Session};
use super::super::git;
use super::arguments::ChangelogArguments;
use super::own_directory;

/// Prints the changes of the team's own directory.
pub fn run(arguments: &ChangelogArguments, session: &mut Session<'_>) -> anyhow::Result<Ending> {
    let directory = own_directory(session)?;
    let (from, to) = arguments.range.split_once("..").unwrap_or((&arguments.range, ""));
    anyhow::ensure!(!from.is_empty(), "{}: expected REV..REV, such as v1.0..main", arguments.range);
    let before = git::files_of(from, directory)?;
    let after = if to.is_empty() {
        KbSource::Directory(directory.to_path_buf()).files()?
    } else {
        git::files_of(to, directory)?
    };
    let log = changelog(&KnowledgeBase::of_files(&before), &KnowledgeBase::of_files(&after));
    let reports: Vec<LoggedReport> = log.into_iter().map(LoggedReport::new).collect();
    if session.output.format == Format::Json {
        reports.iter().try_for_each(|report| session.output.json(report))?;
    } else {
        print(&reports, session)?;
    }
    Ok(if reports.is_empty() { Ending::NotFound } else { Ending::Good })
}

/// A heading for each kind of change, and the issues below it.
fn print(reports: &[LoggedReport], session: &mut Session<'_>) -> anyhow::Result<()> {
    if reports.is_empty() {
        return session.say("changelog-nothing", &[]);
    }
    let is_markdown = session.output.format == Format::Markdown;
    let (mark, item) = if is_markdown { ("### ", "- ") } else { ("", "  ") };
    let mut heading = String::new();
    for report in reports {
        let own = report.heading(session.catalog);
        if own != heading {
            let gap = if heading.is_empty() { "" } else { "\n" };
            session.output.text(&format!("{gap}{mark}{own}\n"))?;
            if is_markdown {
                session.output.text("\n")?;
            }
            heading = own;
        }
        let line = session.output.escape(&report.line(session.catalog));
        session.output.text(&format!("{item}{line}\n"))?;
    }
    Ok(())
}
