//! Inputs that are made to harm whoever runs the program; `docs/hostile-input.md` lists them with all
//! others.

use std::fs;
use std::io::{Cursor, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use assert_cmd::cargo::cargo_bin;
use tempfile::TempDir;

const SCREEN: &[u8] = include_bytes!("../../examples/known-issue.txt");

/// A run inside of a directory of its own, with a cache that belongs to the tests.
fn inside(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(cargo_bin!("psod-match"));
    command
        .env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"))
        .env("XDG_DATA_HOME", env!("CARGO_TARGET_TMPDIR"))
        .env("TMPDIR", directory)
        .env("LC_ALL", "C")
        .env_remove("PSOD_MATCH_KB")
        .current_dir(directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .args(arguments);
    command
}

/// Runs, and returns the exit status, standard output and standard error.
fn run(mut command: Command) -> (Option<i32>, String, String) {
    let output = command.output().expect("the program runs");
    let [printed, complaints] =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).expect("text"));
    (output.status.code(), printed, complaints)
}

/// Names that lead out of a directory, to a device, or to something else than they show.
const NAMES: [&str; 10] = [
    "../escaped.txt",
    "/escaped-to-the-root.txt",
    "a/../../escaped.txt",
    "C:\\escaped.txt",
    "\\\\server\\share\\escaped.txt",
    "one.txt:stream",
    "one\0.png.txt",
    "one\n2\u{1b}]0;owned\u{7}.txt",
    "-rf",
    "$(touch escaped.txt)`touch escaped.txt`.txt",
];

fn tar_of_names() -> Vec<u8> {
    let mut archive = Vec::new();
    for name in NAMES {
        let mut header = tar::Header::new_gnu();
        let place = &mut header.as_gnu_mut().expect("a header of GNU").name;
        place[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(SCREEN.len() as u64);
        header.set_cksum();
        archive.extend(header.as_bytes());
        archive.extend(SCREEN);
        archive.resize(archive.len().next_multiple_of(512), 0);
    }
    archive
}

fn zip_of_names() -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for name in NAMES {
        writer.start_file(name, zip::write::SimpleFileOptions::default()).expect("memory");
        writer.write_all(SCREEN).expect("memory");
    }
    writer.finish().expect("memory").into_inner()
}

#[test]
fn names_of_members_lead_nowhere() {
    for (file, bytes) in [("names.tar", tar_of_names()), ("names.zip", zip_of_names())] {
        let around = TempDir::new().expect("a directory");
        let directory = around.path().join("a");
        fs::create_dir(&directory).expect("made");
        fs::write(directory.join(file), bytes).expect("written");
        let (status, stdout, stderr) = run(inside(&directory, &[file]));
        assert_eq!((status, stderr.as_str()), (Some(0), ""), "{file}: {stdout}");
        assert_eq!(stdout.matches(" MATCH ").count(), NAMES.len(), "{file}: {stdout}");
        assert!(!stdout.contains(['\u{1b}', '\u{7}', '\0']), "{file}: {stdout:?}");
        for (place, expected) in [(around.path(), "a"), (&directory, file)] {
            let names = fs::read_dir(place).expect("a directory").map(|e| e.expect("one"));
            let names: Vec<_> = names.map(|entry| entry.file_name()).collect();
            assert_eq!(names, [expected], "{file}");
        }
        assert!(!Path::new("/escaped-to-the-root.txt").exists());
    }
}

#[test]
fn a_slow_pipe_is_read_to_its_end() {
    let directory = TempDir::new().expect("a directory");
    fs::write(directory.path().join("screen.txt"), SCREEN).expect("written");
    let (status, whole, _) = run(inside(directory.path(), &["--format", "json", "screen.txt"]));
    let mut slow = inside(directory.path(), &["--format", "json"]).spawn().expect("a run");
    let mut pipe = slow.stdin.take().expect("a pipe");
    for piece in SCREEN.chunks(SCREEN.len() / 5 + 1) {
        pipe.write_all(piece).expect("written");
        std::thread::sleep(Duration::from_millis(30));
    }
    drop(pipe);
    let output = slow.wait_with_output().expect("an end");
    let found = String::from_utf8(output.stdout).expect("text");
    assert_eq!(output.status.code(), status);
    assert_eq!(found.replace("\"path\":\"-\"", "\"path\":\"screen.txt\""), whole);
}

#[test]
fn a_file_that_grows_or_shrinks_while_it_is_read_is_read_as_far_as_it_goes() {
    let directory = TempDir::new().expect("a directory");
    let path = directory.path().join("vmkernel.log");
    let line = b"2024-06-21T20:00:00.001Z cpu3:2100001)ScsiDeviceIO: 1: Cmd 0x1a\n";
    let log = [SCREEN, b"\n", &line.repeat(200_000)].concat();
    fs::write(&path, &log).expect("written");
    let child = inside(directory.path(), &["parse", "vmkernel.log"]).spawn().expect("a run");
    let mut file = fs::OpenOptions::new().append(true).open(&path).expect("a file");
    for _ in 0..50 {
        file.write_all(&line.repeat(100)).expect("written");
    }
    file.set_len(log.len() as u64 / 2).expect("cut");
    let output = child.wait_with_output().expect("an end");
    assert!(output.status.code().is_some_and(|status| status < 2), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("vmkernel.log, line 1"), "{output:?}");
}

#[test]
fn what_is_asked_of_the_search_and_of_the_cards_is_no_path_and_no_pattern() {
    let directory = TempDir::new().expect("a directory");
    let many = "heartbeat nmi ".repeat(500);
    for words in ["*", "\"", "heart* AND (", "+-!{}[]^~?:\\/", "id:KB318512 OR *:*", &many] {
        let (status, _, stderr) = run(inside(directory.path(), &["kb", "search", words]));
        assert!(status.is_some_and(|status| status < 2), "{words:.40}: {stderr:.300}");
    }
    for id in ["../../etc/passwd", "KB318512/../KB370976", "", "'; DROP TABLE issues; --"] {
        let (status, stdout, stderr) = run(inside(directory.path(), &["kb", "show", "--", id]));
        assert_eq!((status, stdout.as_str()), (Some(2), ""), "{id}");
        assert_eq!(stderr.lines().count(), 1, "{id}: {stderr}");
    }
}

/// The test `module::…::name` of a target (`lib`, or a directory of `tests/`) exists.
fn is_test(target: &str, path: &str) -> bool {
    let (module, name) = path.rsplit_once("::").expect("a module");
    let module = module.trim_end_matches("::tests");
    let file = module.replace("::", "/");
    let files = match (target, module.split_once("::")) {
        ("lib", _) => ["", "/mod", "/tests"].map(|end| format!("src/{file}{end}.rs")),
        _ => [format!("tests/{target}/{file}.rs"), String::new(), String::new()],
    };
    let texts = files.iter().filter_map(|file| fs::read_to_string(file).ok());
    texts.into_iter().any(|text| text.contains(&format!("fn {name}(")))
}

#[test]
fn the_page_about_hostile_input_names_tests_and_files_that_exist() {
    let page = fs::read_to_string("docs/hostile-input.md").expect("the page");
    let mut named = 0;
    for code in page.split('`').skip(1).step_by(2).filter(|code| !code.contains("NAME")) {
        let exists = match code.split_once(' ') {
            Some((target @ ("lib" | "cli" | "kb" | "reading"), path)) => is_test(target, path),
            None if code.ends_with(".txt") => Path::new("tests/corpus").join(code).exists(),
            None if code.starts_with("sources/") => Path::new("tests/corpus").join(code).exists(),
            _ => continue,
        };
        assert!(exists, "{code}");
        named += 1;
    }
    assert!(named > 80, "{named}");
    let rows =
        page.lines().filter(|line| line.starts_with("| ") && line.as_bytes()[2].is_ascii_digit());
    assert_eq!(rows.count(), 44);
}
