//! `psod-match kb init` and `kb new`: a team's own knowledge base, from nothing to a first draft.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;

use anyhow::Context;
use psod_match::curate::next_number;
use psod_match::diagnose::{DraftNames, draft_of, prepare};
use psod_match::kb::{AssignedId, AssignedIds, IDS_FILE, KnowledgeBase, TEAM_IDS};
use psod_match::read::{Found, Input, Meter, inputs_of};
use time::OffsetDateTime;

use super::super::output::complain;
use super::super::{Ending, Session, site_secret};
use super::arguments::NewArguments;

/// The folders of a knowledge base, and that of its checks.
const FOLDERS: &[&str] =
    &["issues", "crashes", "near", "unknown", "guidance", "frames", ".github/workflows"];
/// The files of a new one; `docs/own-kb.md` and `kb/README.md` say what they hold.
const FILES: &[(&str, &str)] = &[
    ("README.md", include_str!("../../../templates/own-kb/README.md")),
    ("issues/DRAFT-example.md", include_str!("../../../templates/own-kb/example.md")),
    ("crashes/DRAFT-example-1.txt", include_str!("../../../templates/own-kb/example-1.txt")),
    (".github/workflows/kb.yml", include_str!("../../../templates/own-kb/kb.yml")),
    (".github/CODEOWNERS", include_str!("../../../templates/own-kb/CODEOWNERS")),
    (".pre-commit-config.yaml", include_str!("../../../templates/own-kb/pre-commit.yaml")),
    ("frames/shared.txt", "# Functions of yours that crashes of many causes pass through.\n"),
    ("modules.csv", "module,owner,vendor,device,vib,title,source\n"),
    ("leads.csv", "number,names,lines,fixed,title,title_ja,source\n"),
];

/// Writes the layout of a knowledge base into `directory`; files that exist stay as they are.
pub fn init(directory: &Path, session: &mut Session<'_>) -> anyhow::Result<Ending> {
    for folder in FOLDERS {
        make_folder(&directory.join(folder))?;
    }
    for (name, content) in FILES {
        let path = directory.join(name);
        if !path.exists() {
            write_new(&path, content)?;
        }
    }
    let ids = directory.join(IDS_FILE);
    if !ids.exists() {
        write_new(&ids, &AssignedIds::with_more(None, &[]))?;
    }
    let directory = directory.display().to_string();
    session.say("own-init", &[("path", &directory)])?;
    Ok(Ending::Good)
}

/// Drafts an issue from the first crash of a text, in the last directory of `--kb`.
pub fn new(
    kb: &KnowledgeBase,
    arguments: &NewArguments,
    session: &mut Session<'_>,
) -> anyhow::Result<Ending> {
    let directory = session
        .common
        .kb
        .last()
        .context("--kb DIR: the directory for the new issue; `psod-match kb init DIR` makes one")?
        .clone();
    let id = arguments.id.clone().unwrap_or_else(|| next_id(kb));
    let is_given = kb.issues.contains_key(&id)
        || kb.retired.contains_key(&id)
        || kb.assigned.as_ref().is_some_and(|ids| ids.get(&id).is_some());
    anyhow::ensure!(!is_given, "{id} exists already; --id gives another one");
    let is_plain = id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    anyhow::ensure!(is_plain, "{id} is no id, expected one such as TEAM-0001");
    let knowledge = session.knowledge()?;
    let knowledge = knowledge.opened();
    let Some(found) = first_crash(&arguments.from, session)? else {
        complain(&format!("{}: no purple screen found", arguments.from.display()));
        return Ok(Ending::NotFound);
    };
    let subject = prepare(found, knowledge);
    let today = OffsetDateTime::now_utc().date().to_string();
    let names = DraftNames { id: &id, author: &arguments.author, created: &today };
    let draft = draft_of(&subject, knowledge, names, &arguments.source, &site_secret()?);
    let issue = directory.join("issues").join(format!("{id}.md"));
    let crash_text = directory.join("crashes").join(format!("{id}-1.txt"));
    write_new(&issue, &draft.issue)?;
    write_new(&crash_text, &draft.crash_text)?;
    note_id(&directory, &id, &today)?;
    let (issue, crash_text) = (issue.display().to_string(), crash_text.display().to_string());
    let directory = directory.display().to_string();
    let values = [("issue", issue.as_str()), ("crash", &crash_text), ("kb", &directory)];
    session.say("own-new", &values)?;
    if !draft.tells {
        session.say("own-tells-nothing", &[])?;
    }
    Ok(Ending::Good)
}

/// The first id of a team that was never given.
fn next_id(kb: &KnowledgeBase) -> String {
    format!("{TEAM_IDS}{:04}", next_number(kb))
}

/// Adds an id of the team to the list of those that were given, where there is one.
fn note_id(directory: &Path, id: &str, created: &str) -> anyhow::Result<()> {
    let path = directory.join(IDS_FILE);
    if !id.starts_with(TEAM_IDS) || !path.exists() {
        return Ok(());
    }
    let before =
        fs::read_to_string(&path).with_context(|| format!("{}: cannot read", path.display()))?;
    let assigned = AssignedId { created: created.to_owned(), draft: "-".to_owned() };
    let after = AssignedIds::with_more(Some(&before), &[(id, assigned)]);
    fs::write(&path, after).with_context(|| format!("{}: cannot write", path.display()))
}

/// The first crash of a file; `None` without one.
pub fn first_crash(
    path: &Path,
    session: &Session<'_>,
) -> anyhow::Result<Option<psod_match::read::FoundCrash>> {
    let mut first = None;
    let pictures = session.picture_reader()?;
    for input in inputs_of(path) {
        let input: Input = input?;
        input.read_with(&pictures, &session.common.limits(), &Meter::default(), &mut |found| {
            if let Found::Crash(_, crash) = found
                && first.is_none()
            {
                first = Some(*crash);
            }
        })?;
    }
    Ok(first)
}

fn make_folder(path: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(path)
        .with_context(|| format!("{}: cannot make the directory", path.display()))
}

/// Writes a file that must not exist yet, and its folder: nothing that somebody wrote is ever replaced.
pub fn write_new(path: &Path, content: &str) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        make_folder(folder)?;
    }
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .with_context(|| format!("{}: cannot make the file", path.display()))?;
    file.write_all(content.as_bytes()).with_context(|| format!("{}: cannot write", path.display()))
}
