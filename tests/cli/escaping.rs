//! No command in any format prints a character that nobody sees, and none makes a link of an input.

use std::fs;
use std::path::Path;
use std::process::Output;

use assert_cmd::cargo::cargo_bin_cmd;
use tempfile::TempDir;
use unicode_general_category::{GeneralCategory, get_general_category};

/// Characters of one crash text: every field of it has all of them.
const AT_ONCE: usize = 40;

/// Every character that controls, reorders, hides or splits text, but for the line end. Of the 4,096
/// that are reserved to be invisible, and have no meaning yet, some.
fn hidden() -> impl Iterator<Item = char> {
    const STEP: usize = 61;
    let characters = (0..=u32::from(char::MAX)).filter_map(char::from_u32);
    let (known, reserved): (Vec<char>, Vec<char>) = characters
        .filter(|&c| is_hidden(c))
        .partition(|&c| get_general_category(c) != GeneralCategory::Unassigned);
    known.into_iter().chain(reserved.into_iter().step_by(STEP))
}

fn is_hidden(c: char) -> bool {
    let is_of_class = matches!(
        get_general_category(c),
        GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
    );
    (is_of_class || ('\u{e0000}'..='\u{e0fff}').contains(&c)) && c != '\n'
}

/// A crash that has `x` in every field that it can have it in.
fn crash(x: &str) -> String {
    let lines = [
        "2021-04-27T10:00:00.123Z cpu0:2098051)WARNING: Evil{x}: 12: https://evil.example/{x} {x}",
        "VMware ESXi 7.0.3 [Releasebuild-23307199 x86_64] {x}",
        "#PF Exception 14 in world 2098051:vmm0:https://evil.example/{x} IP 0x42002b65ad3b addr 0x8",
        "PTEs:0x16b741023;{x}",
        "cr0=0x80010031 cr2=0x{x} cr3=0x20cdde000 cr4=0x140768 {x}",
        "*PCPU0:2098051/vmm0:www.evil.example{x}",
        "PCPU  0: SVIU",
        "Code start: 0x420012000000 VMK uptime: 12:04:11:09.120",
        "0x45396649b660:[0x42001ab7c298]PFrame_IsBackedByLPage@vmkernel#nover+0x0 stack: {x}",
        "0x45396649b670:[0x42001ab7c298]Evil{x}@vmkernel{x}#nover{x}+0x0 stack: 0x4",
        "0x45396649b680:[0x42001ab7c298]Evil@https://evil.example/{x}#1+0x0 stack: 0x4",
        "Saved backtrace from: pcpu 4 {x} NMI",
        "0x45396649b690:[0x42001ab7c299]Other_Function@vmkernel#nover+0x1",
        "cpu3:2098051)MCE: 222: cpu3: bank9: status=0x9c0000400001009f: {x} jo@evil.example",
        "cpu3:2098051)World: 12: [a](https://evil.example) <https://evil.example> {x}",
        "Starting coredump to disk Dumping using slot 1 of 1... {x} https://evil.example",
    ];
    lines.join("\n").replace("{x}", x) + "\n"
}

/// A directory with crashes that have every hidden character, in their names too.
fn crashes() -> TempDir {
    let directory = TempDir::new().expect("a directory");
    let all: Vec<char> = hidden().collect();
    for (number, some) in all.chunks(AT_ONCE).enumerate() {
        let x: String = some.iter().collect();
        let in_name: String = if cfg!(unix) { x.replace('\0', "") } else { String::new() };
        let path = directory.path().join(format!("{number}-{in_name}.txt"));
        fs::write(&path, crash(&x)).expect("written");
        fs::write(path.with_extension("gz"), "no archive").expect("written");
    }
    directory
}

/// A knowledge base of one issue that has every hidden character in every text.
fn kb() -> TempDir {
    let directory = TempDir::new().expect("a directory");
    let x: String = hidden().collect();
    let evil =
        format!("evil {x} https://evil.example/{x} www.evil.example [a](https://evil.example)");
    let quoted: String = evil.chars().map(|c| format!("\\U{:08X}", u32::from(c))).collect();
    let issue = ISSUE.replace("{quoted}", &quoted).replace("{x}", &evil.replace('\r', ""));
    for (path, text) in [
        ("issues/TEAM-0001.md", issue),
        (
            "crashes/TEAM-0001-1.txt",
            format!("EXPECT: TEAM-0001\nSOURCE: {evil}\nNOTE: {evil}\n\n{}", crash(&x)),
        ),
    ] {
        let path = directory.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        fs::write(path, text).expect("written");
    }
    directory
}

const ISSUE: &str = r#"+++
schema = 1
id = "TEAM-0001"
title = "{quoted}"
title_ja = "{quoted}"
status = "test"
author = "{quoted}"
created = 2026-11-23

[[articles]]
id = "12{quoted}"
url = "{quoted}"

[[articles]]
id = "13"
url = "https://good.example/13"

[affected]
lines = ["7.0.3"]
text = "{quoted}"

[[affected.components]]
kind = "driver"
name = "{quoted}"
versions = "{quoted}"

[[fix.builds]]
line = "7.0.3"
name = "{quoted}"
build = 23307199

[[signatures]]
name = "{quoted}"
kinds = ["page-fault"]
worlds = ["{quoted}"]
logs = ["{quoted}"]
frames = ["{quoted}", "PFrame_IsBackedByLPage"]
+++

## Cause

{x}

## Fix

{x}

## Workaround

{x}

## Notes

{x}
"#;

fn run(arguments: &[&str], kb: Option<&Path>) -> Output {
    let mut command = cargo_bin_cmd!("psod-match");
    command
        .env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"))
        .env("XDG_DATA_HOME", env!("CARGO_TARGET_TMPDIR"))
        .env("LC_ALL", "C")
        .env("NO_COLOR", "1");
    match kb {
        Some(kb) => command.env("PSOD_MATCH_KB", kb),
        None => command.env_remove("PSOD_MATCH_KB"),
    };
    command.args(arguments).output().expect("the program runs")
}

/// Checks one text that the program has written.
#[track_caller]
fn check_text(what: &str, text: &str, is_markdown: bool) {
    let at = text.char_indices().find(|&(_, c)| is_hidden(c));
    let around = at.map(|(at, _)| &text[text.floor_char_boundary(at.saturating_sub(60))..at]);
    assert_eq!(at, None, "{what}: raw after {around:?}");
    if is_markdown {
        let rest = without_code(text);
        let links = ["://evil", "www.evil", "@evil", "<http://evil", "<https://evil"];
        let live = links.iter().find(|link| rest.contains(**link));
        assert_eq!(live, None, "{what}: a link in {rest}");
        let bracket = rest.match_indices("](").find(|&(at, _)| !rest[..at].ends_with('\\'));
        assert_eq!(bracket, None, "{what}: a link in {rest}");
    }
    let href = text
        .match_indices("href=\"")
        .find(|&(at, _)| text[at..].split('"').nth(1).is_some_and(|to| to.contains("evil")));
    assert_eq!(href, None, "{what}: a link");
}

/// The text of a Markdown page without its spans of code.
fn without_code(text: &str) -> String {
    let mut rest = String::new();
    let mut fence = None;
    for line in text.lines() {
        // A block of code goes on to the fence that it began with.
        if fence.is_some_and(|fence| line == fence) {
            fence = None;
            continue;
        }
        if fence.is_none() && line.starts_with("```") && line.chars().all(|c| c == '`') {
            fence = Some(line);
        }
        if fence.is_some() {
            continue;
        }
        let mut from = line;
        while let Some(start) = from.find('`') {
            rest.push_str(&from[..start]);
            if from[..start].ends_with('\\') {
                from = &from[start + 1..];
                continue;
            }
            let length = from[start..].len() - from[start..].trim_start_matches('`').len();
            let (fence, inside) = from[start..].split_at(length);
            let Some(end) = inside.find(fence) else {
                break;
            };
            from = &inside[end + length..];
        }
        rest.push_str(from);
        rest.push('\n');
    }
    rest
}

/// Runs a command in some formats.
#[track_caller]
fn check(arguments: &[&str], formats: &[&str], kb: Option<&Path>) {
    for format in formats {
        let all: Vec<&str> =
            ["--format", *format].into_iter().chain(arguments.iter().copied()).collect();
        let output = run(&all, kb);
        let (stdout, stderr) = (String::from_utf8(output.stdout), String::from_utf8(output.stderr));
        let (stdout, stderr) = (stdout.expect("UTF-8"), stderr.expect("UTF-8"));
        let what = format!("{format} {arguments:?}");
        assert!(!stdout.is_empty(), "{what} printed nothing: {stderr}");
        // Rows of CSV end with both.
        let is_csv = arguments.contains(&"csv");
        let stdout = if is_csv { stdout.replace("\r\n", "\n") } else { stdout };
        check_text(&what, &stdout, *format == "markdown");
        check_text(&format!("stderr of {what}"), &stderr, false);
    }
}

const ALL: &[&str] = &["text", "json", "markdown"];

#[test]
fn nothing_hidden_of_a_crash_comes_out_raw() {
    let crashes = crashes();
    let path = crashes.path().to_str().expect("a path");
    check(&[path], ALL, None);
    check(&["--why", path], ALL, None);
    check(&["why", path, "KB318512"], ALL, None);
    check(&["parse", path], ALL, None);
    check(&["explain", path], &["text", "json", "markdown", "html"], None);
    check(&["request", path], ALL, None);
    check(&["request", "--no-redact", path], ALL, None);
    check(&["--lang", "ja", "request", path], ALL, None);
}

#[test]
fn nothing_hidden_of_a_knowledge_base_comes_out_raw() {
    let (crashes, kb) = (crashes(), kb());
    let path = crashes.path().to_str().expect("a path");
    let directory = Some(kb.path());
    check(&[path], ALL, directory);
    check(&["--why", path], ALL, directory);
    check(&["why", path, "TEAM-0001"], ALL, directory);
    check(&["request", path], ALL, directory);
    check(&["kb", "list"], ALL, directory);
    check(&["kb", "show", "TEAM-0001"], &["text", "json", "markdown", "html"], directory);
    check(&["kb", "search", "evil"], ALL, directory);
    check(&["kb", "affects", "23307199"], ALL, directory);
    check(&["kb", "lint"], ALL, directory);
    check(&["kb", "test"], ALL, directory);
    check(&["kb", "build"], ALL, directory);
    check(&["kb", "export", "--to", "json"], &["text"], directory);
    check(&["kb", "export", "--to", "csv"], &["text"], directory);
    let site = TempDir::new().expect("a directory");
    let place = site.path().join("site");
    check(
        &["kb", "export", "--to", "site", "--output", place.to_str().expect("a path")],
        &["text"],
        directory,
    );
    for entry in walk(&place) {
        let page = fs::read_to_string(&entry).expect("text");
        check_text(&entry.display().to_string(), &page, false);
    }
}

fn walk(directory: &Path) -> Vec<std::path::PathBuf> {
    let entries =
        fs::read_dir(directory).expect("a directory").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

/// Runs a command whose arguments are wrong: what it says about them is checked.
#[track_caller]
fn check_refused(arguments: &[&str]) {
    for language in ["en", "ja"] {
        for format in ALL {
            let options = ["--lang", language, "--format", *format];
            let all: Vec<&str> = options.into_iter().chain(arguments.iter().copied()).collect();
            let output = run(&all, None);
            let what = format!("{language} {format} {arguments:?}");
            assert!(!output.status.success(), "{what}");
            let (stdout, stderr) =
                (String::from_utf8(output.stdout), String::from_utf8(output.stderr));
            let (stdout, stderr) = (stdout.expect("UTF-8"), stderr.expect("UTF-8"));
            assert!(!(stdout.is_empty() && stderr.is_empty()), "{what}");
            check_text(&what, &stdout, false);
            check_text(&format!("stderr of {what}"), &stderr, false);
        }
    }
}

/// Commands with a wrong argument, whose words are set apart by blanks; `{x}` is all that is hidden.
const REFUSED: &[&str] = &[
    "mce 0x{x}",
    "mce 0xbe00000000800400 --bank {x}",
    "mce 0xbe00000000800400 --misc 0x{x}",
    "mce 0xbe00000000800400 --addr 0x{x}",
    "mce 0xbe00000000800400 --mcg 0x{x}",
    "mce 0xbe00000000800400 --ipid 0x{x}",
    "mce 0xbe00000000800400 --fms {x}",
    "mce 0xbe00000000800400 --vendor {x}",
    "exception {x}",
    "exception 14 --error-code {x}",
    "completions {x}",
    "evil{x}/missing",
    "parse evil{x}/missing",
    "explain evil{x}/missing",
    "request evil{x}/missing",
    "why examples/known-issue.txt {x}",
    "why evil{x}/missing KB318512",
    "--limit {x}=1 parse examples/known-issue.txt",
    "--limit line-bytes={x} parse examples/known-issue.txt",
    "--kb evil{x}/missing examples/known-issue.txt",
    "--lang {x} examples/known-issue.txt",
    "--format {x} examples/known-issue.txt",
    "evil{x} kb list",
    "kb {x}",
    "kb show {x}",
    "kb affects {x}",
    "kb lint --code {x}",
    "kb lint --today {x}",
    "kb test --today {x}",
    "kb list --kind {x}",
    "kb list --build {x}",
    "kb list --status {x}",
    "kb search --most {x} a",
    "kb search evil{x}",
    "kb export --to {x}",
    "--evil{x}",
];

/// Commands that read neither a crash nor a team's knowledge base.
const TABLES: &[(&str, &[&str])] = &[
    ("mce 0xbe0000000080040# --bank 4 --fms 06/55/7", ALL),
    ("mce 0xbe00000000800400 --vendor amd --ipid 0x9600050f00", ALL),
    ("exception 14 --error-code 0x2", ALL),
    ("exception #GP", ALL),
    ("completions bash", &["text"]),
    ("kb lint --code P031", &["text"]),
    ("kb lint --codes", &["text"]),
    ("kb rarity", &["text"]),
];

#[test]
fn nothing_hidden_of_an_argument_comes_out_raw() {
    let x: String = hidden().filter(|&c| c != '\0').collect();
    for command in REFUSED {
        let words: Vec<String> = command.split(' ').map(|word| word.replace("{x}", &x)).collect();
        let arguments: Vec<&str> = words.iter().map(String::as_str).collect();
        check_refused(&arguments);
    }
}

#[test]
fn nothing_hidden_comes_out_of_the_tables() {
    for (command, formats) in TABLES {
        for language in ["en", "ja"] {
            let arguments: Vec<&str> = command.split(' ').chain(["--lang", language]).collect();
            check(&arguments, formats, None);
        }
    }
}
