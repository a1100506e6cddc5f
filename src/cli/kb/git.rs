//! The files of a knowledge base as a revision of git has them.

use std::borrow::Cow;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;

use anyhow::Context;
use psod_match::kb::{KbFile, MAX_FILE_BYTES, Unread, has_place};

/// Mode of a link in a tree of git.
const LINK: &str = "120000";

/// An entry of a tree of git.
struct Entry {
    path: String,
    object: String,
    is_link: bool,
}

/// The files of `directory` in `revision` that have a place in a knowledge base.
pub fn files_of(revision: &str, directory: &Path) -> anyhow::Result<Vec<KbFile>> {
    anyhow::ensure!(!revision.starts_with('-'), "{revision}: no revision of git");
    let commit = format!("{revision}^{{commit}}");
    let found = run(directory, &["rev-parse", "--quiet", "--verify", &commit])?;
    let is_known = found.status.success();
    anyhow::ensure!(is_known, "{revision}: no revision of git in {}", directory.display());
    let commit = String::from_utf8_lossy(&found.stdout).trim().to_owned();
    let listed = run(directory, &["ls-tree", "-r", "-z", &commit])?;
    anyhow::ensure!(listed.status.success(), "{}", problem(&listed));
    let entries: Vec<Entry> = listed.stdout.split(|byte| *byte == 0).filter_map(entry).collect();
    contents(directory, &entries)
}

/// `100644 blob 0a1b…\tissues/KB1.md`, where it has a place.
fn entry(line: &[u8]) -> Option<Entry> {
    let line = String::from_utf8_lossy(line);
    let (about, path) = line.split_once('\t')?;
    let mut words = about.split(' ');
    let (mode, kind, object) = (words.next()?, words.next()?, words.next()?);
    let has_place = kind == "blob" && has_place(path) && !is_hidden(path);
    has_place.then(|| Entry {
        path: path.to_owned(),
        object: object.to_owned(),
        is_link: mode == LINK,
    })
}

/// True for what lies below a folder that a directory would be read without.
fn is_hidden(path: &str) -> bool {
    path.split('/').any(|part| part.starts_with('.'))
}

/// The contents of some entries, by one process.
fn contents(directory: &Path, entries: &[Entry]) -> anyhow::Result<Vec<KbFile>> {
    let mut command = git(directory);
    command.args(["cat-file", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut process = command.spawn().map_err(not_run)?;
    let mut input = process.stdin.take().context("git takes no names")?;
    let names: String = entries.iter().map(|entry| format!("{}\n", entry.object)).collect();
    // Its output is read while it is asked: neither of the two waits for the other.
    let asking = thread::spawn(move || input.write_all(names.as_bytes()));
    let mut output = Vec::new();
    process.stdout.take().context("git says nothing")?.read_to_end(&mut output)?;
    let is_asked = asking.join().is_ok_and(|asked| asked.is_ok());
    anyhow::ensure!(process.wait()?.success() && is_asked, "git: cannot read its objects");
    let mut rest = output.as_slice();
    let files = entries.iter().map(|entry| file(entry, &mut rest));
    files.collect::<Option<_>>().context("git: its objects are not as long as it says")
}

/// The next object of the output: `<object> blob <length>`, the content, and an end of line.
fn file(entry: &Entry, rest: &mut &[u8]) -> Option<KbFile> {
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let head = std::str::from_utf8(&rest[..end]).ok()?;
    let length: usize = head.rsplit(' ').next()?.parse().ok()?;
    let content = rest.get(end + 1..end + 1 + length)?;
    *rest = rest.get(end + 2 + length..)?;
    let text = String::from_utf8_lossy(content);
    let unread = if entry.is_link {
        Some(Unread::Link(PathBuf::from(text.as_ref())))
    } else if length as u64 > MAX_FILE_BYTES {
        Some(Unread::TooLong(length as u64))
    } else {
        None
    };
    let text = if unread.is_some() { Cow::Borrowed("") } else { Cow::Owned(text.into_owned()) };
    Some(KbFile { path: entry.path.clone(), text, unread })
}

fn git(directory: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(directory);
    command
}

fn run(directory: &Path, arguments: &[&str]) -> anyhow::Result<Output> {
    git(directory).args(arguments).output().map_err(not_run)
}

fn not_run(error: std::io::Error) -> anyhow::Error {
    if error.kind() == ErrorKind::NotFound {
        return anyhow::anyhow!("git: not found; a revision is read by git");
    }
    anyhow::Error::new(error).context("git: cannot be started")
}

fn problem(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let line = text.lines().next().unwrap_or("no reason given");
    format!("git: {line}")
}
