//! The cache heals and harms nobody: damaged, forged, killed, full, shared by several runs at once.
//! `benches/cache.py` does the same at length.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
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

    /// A question that is being answered.
    fn started(&self) -> Child {
        let mut command = self.command(QUESTION);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program runs")
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
        assert_eq!(first.stderr.lines().count(), 1, "{arguments:?}: {}", first.stderr);
        assert!(first.stderr.contains(expected), "{arguments:?}: {}", first.stderr);
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
    let index = Parts::new(&bytes).place("index");
    for number in 0..12_u8 {
        let mut damaged = bytes.clone();
        let most = if number % 3 == 0 { HEAD } else { index.end };
        // Anywhere, and at the same place in each run.
        let place = crc32fast::hash(&[number]) as usize % most;
        damaged[place] ^= 1 << (number % 8);
        fs::write(&path, damaged).expect("write");
        cache.check_heals(QUESTION, &right, "is damaged");
    }
    fs::write(&path, &bytes[..index.end]).expect("write");
    cache.check_heals(QUESTION, &right, "bytes, expected");
    fs::write(&path, "").expect("write");
    cache.check_heals(QUESTION, &right, "is damaged");
}

/// A run reads some of the records, and finds damage in these alone; its answer is right in any case.
#[test]
fn damage_to_records_changes_no_answer() {
    let cache = Cache::new();
    let (path, bytes) = cache.compiled();
    let right = cache.ask(QUESTION);
    let records = Parts::new(&bytes).place("records");
    let mut healed = 0;
    for number in 0..24 {
        let mut damaged = bytes.clone();
        damaged[records.start + number * records.len() / 24] ^= 1;
        fs::write(&path, damaged).expect("write");
        let answer = cache.ask(QUESTION);
        assert_eq!((answer.status, &answer.stdout), (right.status, &right.stdout));
        if !answer.stderr.is_empty() {
            assert!(answer.stderr.ends_with("part `records` is damaged; compiled again\n"));
            healed += 1;
        }
    }
    assert!((1..24).contains(&healed), "{healed}");
    let mut damaged = bytes.clone();
    damaged[records].iter_mut().for_each(|byte| *byte ^= 1);
    fs::write(&path, damaged).expect("write");
    cache.check_heals(QUESTION, &right, "part `records` is damaged");
}

#[test]
fn damage_to_the_tables_is_healed_by_a_question_about_all_issues() {
    let cache = Cache::new();
    let (path, bytes) = cache.compiled();
    for arguments in [&["kb", "affects", "20842708"][..], &["kb", "show", "318512"]] {
        let right = cache.ask(arguments);
        let mut damaged = bytes.clone();
        damaged[Parts::new(&bytes).place("tables").start + 5000] ^= 4;
        fs::write(&path, damaged).expect("write");
        cache.check_heals(arguments, &right, "its part `tables` is damaged");
    }
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
    cache.check_heals(&search, &right, "its part `search` is damaged");
}

/// The parts of a compiled form.
struct Parts {
    head: Value,
    parts: BTreeMap<String, Vec<u8>>,
}

/// The place of a record, as the form keeps it: start, length, checksum.
type RecordPlace = (u64, u64, u32);

/// The places of all records: of each issue its id, its status, what is compared of it and its document;
/// and the named ones.
type RecordPlaces = (Vec<(String, u32, RecordPlace, RecordPlace)>, Vec<(String, RecordPlace)>);

impl Parts {
    fn new(bytes: &[u8]) -> Self {
        let head: Value = serde_json::from_slice(&bytes[BODY..HEAD]).expect("a head");
        let mut found = Self { head, parts: BTreeMap::new() };
        for part in found.head["parts"].as_array().expect("parts") {
            let name = part["name"].as_str().expect("a name").to_owned();
            let place = found.place(&name);
            found.parts.insert(name, bytes[place].to_vec());
        }
        found
    }

    /// Where a part lies in the file.
    fn place(&self, name: &str) -> Range<usize> {
        let mut parts = self.head["parts"].as_array().expect("parts").iter();
        let part = parts.find(|part| part["name"] == name).expect("a part");
        let [start, length] =
            ["start", "length"].map(|key| part["place"][key].as_u64().expect("a number") as usize);
        start..start + length
    }

    /// Replaces every `from` in a part by `to`.
    fn replace(&mut self, part: &str, from: &str, to: &str) {
        assert_eq!(from.len(), to.len());
        let bytes = self.parts.get_mut(part).expect("a part");
        let places: Vec<usize> = (0..bytes.len() - from.len())
            .filter(|&place| bytes[place..].starts_with(from.as_bytes()))
            .collect();
        assert!(!places.is_empty(), "the {part} have no {from}");
        for place in places {
            bytes[place..place + to.len()].copy_from_slice(to.as_bytes());
        }
    }

    /// Sums every record anew.
    fn sum_records(&mut self) {
        let (mut issues, mut others): RecordPlaces =
            postcard::from_bytes(&self.parts["places"]).expect("places");
        let records = &self.parts["records"];
        let places = issues.iter_mut().flat_map(|(_, _, face, document)| [face, document]);
        for (start, length, checksum) in places.chain(others.iter_mut().map(|(_, place)| place)) {
            *checksum = crc32fast::hash(&records[*start as usize..(*start + *length) as usize]);
        }
        let places = postcard::to_allocvec(&(issues, others)).expect("places");
        self.parts.insert("places".into(), places);
    }

    /// The form, with the checksums of what it has now.
    fn form(mut self) -> Vec<u8> {
        self.sum_records();
        let mut rest = Vec::new();
        for part in self.head["parts"].as_array_mut().expect("parts") {
            let bytes = &self.parts[part["name"].as_str().expect("a name")];
            part["place"]["start"] = (HEAD + rest.len()).into();
            part["place"]["length"] = bytes.len().into();
            part["place"]["checksum"] = crc32fast::hash(bytes).into();
            rest.extend_from_slice(bytes);
        }
        let mut body = serde_json::to_vec(&self.head).expect("a head");
        body.resize(HEAD - BODY, b' ');
        let checksum = format!("{:08x}\n", crc32fast::hash(&body));
        [MARKER.as_bytes(), checksum.as_bytes(), &body, &rest].concat()
    }
}

/// The compiled form with every `from` of a part replaced, and the checksums of that.
fn forged(bytes: &[u8], (part, from, to): (&str, &str, &str)) -> Vec<u8> {
    let mut parts = Parts::new(bytes);
    parts.replace(part, from, to);
    parts.form()
}

/// Words of a part, and what they become by forging.
const FORGED_DOCUMENT: (&str, &str, &str) = ("records", "\"decisive\"", "\"dexisive\"");
const FORGED_SIGNATURE: (&str, &str, &str) = ("records", "\"kinds\"", "\"kindz\"");
const FORGED_NAME: (&str, &str, &str) = ("places", "frame lists", "frame listz");
const FORGED_SCHEMA: (&str, &str, &str) = ("tables", "'fixed')", "'fixes')");

/// What no checksum finds shows itself in a question that fails.
#[test]
fn a_forged_store_changes_no_answer_and_is_healed() {
    let cache = Cache::new();
    let (path, bytes) = cache.compiled();
    let cases: [(&[&str], _, _); 6] = [
        (QUESTION, FORGED_SIGNATURE, "unknown field `kindz`"),
        (QUESTION, FORGED_DOCUMENT, "missing field `decisive`"),
        (&["kb", "show", "KB318512"], FORGED_SIGNATURE, "unknown field `kindz`"),
        (&["why", QUESTION[2], "KB318512"], FORGED_SIGNATURE, "unknown field `kindz`"),
        (&["explain", QUESTION[2]], FORGED_NAME, "the store has no frame lists"),
        (
            &["kb", "affects", "20842708"],
            FORGED_SCHEMA,
            "its schema has builds, which is not its own",
        ),
    ];
    for (arguments, forging, expected) in cases {
        let right = cache.ask(arguments);
        fs::write(&path, forged(&bytes, forging)).expect("write");
        cache.check_heals(arguments, &right, expected);
    }
}

#[test]
fn eight_at_once_and_those_that_are_killed_leave_a_whole_cache() {
    let cache = Cache::new();
    for wait in [5, 20, 60, 120, 220, 320] {
        let mut killed = cache.started();
        std::thread::sleep(Duration::from_millis(wait));
        killed.kill().expect("killed, or at its end");
        killed.wait().expect("ended");
    }
    let _ = fs::remove_dir_all(cache.directory());
    let processes: Vec<_> = (0..8).map(|_| cache.started()).collect();
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

/// Where no thread can be started, a first use compiles on the one that is there. The limit is one of a
/// user, and root has none: there the run belongs to nobody, who can read a directory of his own alone.
#[cfg(target_os = "linux")]
#[test]
fn first_use_needs_no_second_thread() {
    use std::os::unix::fs::PermissionsExt;

    const NOBODY: u32 = 65_534;
    let directory = tempfile::tempdir().expect("a directory");
    let open = fs::Permissions::from_mode(0o755);
    fs::set_permissions(directory.path(), open).expect("a mode");
    fs::copy(cargo_bin!("psod-match"), directory.path().join("psod-match")).expect("a copy");
    fs::copy(QUESTION[2], directory.path().join("crash.txt")).expect("a copy");
    let right = run_as(None, "exec", directory.path()).expect("a shell");
    let is_root = rustix::process::geteuid().is_root();
    let user = Some(NOBODY).filter(|_| is_root);
    let Ok(alone) = run_as(user, "ulimit -u 1 && exec", directory.path()) else {
        eprintln!("nobody cannot be asked here: there is nothing to check");
        return;
    };
    assert_eq!((right.status, alone.status), (Some(0), Some(0)), "{}", alone.stderr);
    assert_eq!(alone.stdout, right.stdout);
    assert!(!alone.stderr.contains("panicked"), "{}", alone.stderr);
}

#[cfg(target_os = "linux")]
fn run_as(user: Option<u32>, limit: &str, directory: &Path) -> std::io::Result<Answer> {
    use std::os::unix::process::CommandExt;

    // `sh` may have no such limit.
    let mut command = Command::new("bash");
    command.current_dir(directory).env_clear().env("HOME", "/nowhere").env("LC_ALL", "C");
    command.arg("-c").arg(format!("{limit} ./psod-match --format json crash.txt"));
    command.uid(user.unwrap_or_else(|| rustix::process::geteuid().as_raw()));
    command.output().map(Answer::from)
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
    foreign.iter().for_each(|path| write_foreign(path));
    (0..9).for_each(|number| fs::write(old(number, &cache), &bytes).expect("write"));
    let kb = tempfile::tempdir().expect("a directory");
    write_foreign(&kb.path().join("issues/note.txt"));
    cache.ask(&["--kb", kb.path().to_str().expect("a path"), "--format", "json", QUESTION[2]]);
    assert!(foreign.iter().all(|path| path.exists()), "{:?}", cache.names());
    assert!(
        (0..9).filter(|number| old(*number, &cache).exists()).count() < 9,
        "{:?}",
        cache.names()
    );
}

fn write_foreign(path: &Path) {
    fs::create_dir_all(path.parent().expect("a parent")).expect("create");
    fs::write(path, "mine").expect("write");
}

fn old(number: usize, cache: &Cache) -> PathBuf {
    cache.directory().join(format!("{number:032x}.kb"))
}
