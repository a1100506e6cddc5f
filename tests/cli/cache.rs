//! The cache heals and harms nobody: damaged, forged, killed, full, shared by several runs at once.
//! `benches/cache.py` does the same at length.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use assert_cmd::cargo::cargo_bin;
use serde_json::Value;
use tempfile::TempDir;

/// Bytes of the head, and where its JSON begins: behind the marker and the checksum.
const HEAD: usize = 4096;
const MARKER: &str = "psod-match compiled knowledge base\n";
const BODY: usize = MARKER.len() + 9;

const QUESTION: &[&str] = &["--format", "json", "examples/known-issue.txt"];

/// A cache of its own.
struct Cache {
    home: TempDir,
}

impl Cache {
    fn new() -> Self {
        Self { home: tempfile::tempdir().expect("a directory") }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(cargo_bin!("psod-match"));
        command.env("XDG_CACHE_HOME", self.home.path()).env_remove("PSOD_MATCH_KB");
        command.env("LC_ALL", "C").args(arguments);
        command
    }

    fn ask(&self, arguments: &[&str]) -> Answer {
        self.command(arguments).output().expect("the program runs").into()
    }

    fn directory(&self) -> PathBuf {
        self.home.path().join("psod-match")
    }

    /// The compiled form, and its bytes.
    fn compiled(&self) -> (PathBuf, Vec<u8>) {
        self.ask(QUESTION);
        let path = self.names().into_iter().next().expect("a file");
        let bytes = fs::read(&path).expect("bytes");
        (path, bytes)
    }

    fn names(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.directory()).expect("a directory");
        entries.map(|entry| entry.expect("an entry").path()).collect()
    }

    /// The right answer with one line about the cache, which has `expected` in it; then the right
    /// answer alone.
    #[track_caller]
    fn check_heals(&self, arguments: &[&str], right: &Answer, expected: &str) {
        let first = self.ask(arguments);
        assert_eq!(first.stderr.lines().count(), 1, "{}", first.stderr);
        assert!(first.stderr.contains(expected), "{}", first.stderr);
        assert!(first.stderr.ends_with("; compiled again\n"), "{}", first.stderr);
        assert_eq!((first.status, &first.stdout), (right.status, &right.stdout));
        assert_eq!(self.ask(arguments), *right);
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Answer {
    status: Option<i32>,
    stdout: String,
    stderr: String,
}

impl From<Output> for Answer {
    fn from(output: Output) -> Self {
        Self {
            status: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("text"),
            stderr: String::from_utf8(output.stderr).expect("text"),
        }
    }
}

#[test]
fn damage_changes_no_answer_and_is_healed() {
    let cache = Cache::new();
    let (path, bytes) = cache.compiled();
    let right = cache.ask(QUESTION);
    assert_eq!((right.status, right.stderr.as_str()), (Some(0), ""));
    let head: Value = serde_json::from_slice(&bytes[BODY..HEAD]).expect("a head");
    let length = |part: usize| head["parts"][part]["length"].as_u64().expect("a length") as usize;
    let end = HEAD + length(0) + length(1);
    for number in 0..12_u8 {
        let mut damaged = bytes.clone();
        let most = if number % 3 == 0 { HEAD } else { end };
        // Anywhere, and at the same place in each run.
        let place = crc32fast::hash(&[number]) as usize % most;
        damaged[place] ^= 1 << (number % 8);
        fs::write(&path, damaged).expect("write");
        cache.check_heals(QUESTION, &right, "is damaged");
    }
    fs::write(&path, &bytes[..end]).expect("write");
    cache.check_heals(QUESTION, &right, "bytes, expected");
    fs::write(&path, "").expect("write");
    cache.check_heals(QUESTION, &right, "is damaged");
}

#[test]
fn damage_to_the_full_text_search_is_healed_by_a_search() {
    let cache = Cache::new();
    let search = ["kb", "search", "heartbeat"];
    let (path, mut bytes) = cache.compiled();
    let right = cache.ask(&search);
    let last = bytes.len() - 100;
    bytes[last] ^= 4;
    fs::write(&path, bytes).expect("write");
    cache.check_heals(&search, &right, "its search is damaged");
}

/// The compiled form with every `from` of the store replaced, and the checksums of that.
fn forged(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut head: Value = serde_json::from_slice(&bytes[BODY..HEAD]).expect("a head");
    let length = head["parts"][0]["length"].as_u64().expect("a length") as usize;
    let (store, rest) = bytes[HEAD..].split_at(length);
    let mut store = store.to_vec();
    let places: Vec<usize> = (0..store.len() - from.len())
        .filter(|&place| store[place..].starts_with(from.as_bytes()))
        .collect();
    assert!(!places.is_empty(), "the store has no {from}");
    for place in places {
        store[place..place + to.len()].copy_from_slice(to.as_bytes());
    }
    head["parts"][0]["checksum"] = crc32fast::hash(&store).into();
    let mut body = serde_json::to_vec(&head).expect("a head");
    body.resize(HEAD - BODY, b' ');
    let checksum = format!("{:08x}\n", crc32fast::hash(&body));
    [MARKER.as_bytes(), checksum.as_bytes(), &body, &store, rest].concat()
}

/// Words of the store, and what they become by forging.
const FORGED_FIELD: (&str, &str) = ("\"decisive\"", "\"dexisive\"");
const FORGED_KEY: (&str, &str) = ("machinery", "machineri");
const FORGED_SCHEMA: (&str, &str) = ("'fixed')", "'fixes')");

/// What no checksum finds shows itself in a question that fails.
#[test]
fn a_forged_store_changes_no_answer_and_is_healed() {
    let cache = Cache::new();
    let (path, bytes) = cache.compiled();
    let field = "missing field `decisive`";
    let cases: [(&[&str], _, _); 5] = [
        (QUESTION, FORGED_FIELD, field),
        (&["kb", "show", "KB318512"], FORGED_FIELD, field),
        (&["why", QUESTION[2], "KB318512"], FORGED_FIELD, field),
        (&["explain", QUESTION[2]], FORGED_KEY, "the store has no machinery"),
        (QUESTION, FORGED_SCHEMA, "its schema has builds, which is not its own"),
    ];
    for (arguments, (from, to), expected) in cases {
        let right = cache.ask(arguments);
        fs::write(&path, forged(&bytes, from, to)).expect("write");
        cache.check_heals(arguments, &right, expected);
    }
}

#[test]
fn eight_at_once_and_those_that_are_killed_leave_a_whole_cache() {
    let cache = Cache::new();
    let start = || {
        let mut command = cache.command(QUESTION);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program runs")
    };
    for wait in [5, 20, 60, 120, 220, 320] {
        let mut killed = start();
        std::thread::sleep(Duration::from_millis(wait));
        killed.kill().expect("killed, or at its end");
        killed.wait().expect("ended");
    }
    let _ = fs::remove_dir_all(cache.directory());
    let processes: Vec<_> = (0..8).map(|_| start()).collect();
    let answers: Vec<Answer> = processes
        .into_iter()
        .map(|process| process.wait_with_output().expect("an end").into())
        .collect();
    let right = cache.ask(QUESTION);
    assert_eq!((right.status, right.stderr.as_str()), (Some(0), ""));
    assert!(answers.iter().all(|answer| *answer == right), "{answers:?}");
    assert_eq!(cache.names().len(), 1, "nothing unfinished is left");
}

#[test]
fn a_cache_that_cannot_be_written_is_said_in_one_line() {
    let cache = Cache::new();
    fs::write(cache.directory(), "a file").expect("write");
    let answer = cache.ask(QUESTION);
    assert_eq!(answer.status, Some(0));
    assert_eq!(answer.stderr.lines().count(), 1, "{}", answer.stderr);
    let expected = "psod-match: not a directory; compiled in memory, for this run alone\n";
    assert!(answer.stderr.ends_with(expected), "{}", answer.stderr);
    assert!(cache.ask(&["kb", "build"]).stdout.contains("memory"));
}

/// The answer under a limit of the shell.
#[cfg(unix)]
fn under(limit: &str, cache: &Cache) -> Answer {
    let mut command = Command::new("sh");
    let line = format!("ulimit {limit}; exec \"$0\" \"$@\"");
    command.args(["-c", &line]).arg(cargo_bin!("psod-match")).args(QUESTION);
    command.env("XDG_CACHE_HOME", cache.home.path()).env_remove("PSOD_MATCH_KB");
    command.env("LC_ALL", "C").output().expect("a shell").into()
}

#[cfg(unix)]
#[test]
fn first_use_needs_little_memory_and_no_room_on_the_disk() {
    let right = Cache::new().ask(QUESTION);
    assert_eq!(under("-v 300000", &Cache::new()), right);
    let full = under("-f 100", &Cache::new());
    assert_eq!((full.status, &full.stdout), (right.status, &right.stdout));
    assert!(
        full.stderr.contains("above the limit of a file; compiled in memory"),
        "{}",
        full.stderr
    );
    assert_eq!(full.stderr.lines().count(), 1, "{}", full.stderr);
}

/// As with `grep`: who stops to read has what he wanted.
#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let cache = Cache::new();
    cache.compiled();
    let all: &[&str] = &["--format", "json", "kb/crashes", "kb/unknown"];
    for arguments in [QUESTION, all, &["kb", "list"], &["explain", "examples/tlb-invalidate.txt"]] {
        let mut command = cache.command(arguments);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        drop(child.stdout.take());
        let answer = Answer::from(child.wait_with_output().expect("an end"));
        assert_eq!((answer.status, answer.stderr.as_str()), (Some(0), ""), "{arguments:?}");
    }
}

/// Whoever points the cache at a directory of his own loses nothing in it.
#[test]
fn nothing_of_others_is_removed() {
    let cache = Cache::new();
    let (_, bytes) = cache.compiled();
    let foreign: Vec<PathBuf> = ["src", "target", "building-1", "0123456789abcdef0123456789abcdef"]
        .iter()
        .map(|name| cache.directory().join(name).join("kept"))
        .collect();
    let write = |path: &Path| {
        fs::create_dir_all(path.parent().expect("a parent")).expect("create");
        fs::write(path, "mine").expect("write");
    };
    foreign.iter().for_each(|path| write(path));
    let old = |number: usize| cache.directory().join(format!("{number:032x}.kb"));
    (0..9).for_each(|number| fs::write(old(number), &bytes).expect("write"));
    let kb = tempfile::tempdir().expect("a directory");
    write(&kb.path().join("issues/note.txt"));
    cache.ask(&["--kb", kb.path().to_str().expect("a path"), "--format", "json", QUESTION[2]]);
    assert!(foreign.iter().all(|path| path.exists()), "{:?}", cache.names());
    assert!((0..9).filter(|number| old(*number).exists()).count() < 9, "{:?}", cache.names());
}
