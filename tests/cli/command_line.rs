//! The program as its users run it: JSON, inputs, bad inputs. Whole outputs are checked in
//! `commands.rs`, the cache in `cache.rs`.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use assert_cmd::cargo::cargo_bin_cmd;
use psod_match::kb::{KbSource, KnowledgeBase};
use serde_json::Value;
use tempfile::TempDir;

/// Makes a run of psod-match with a cache that belongs to the tests.
fn psod_match(arguments: &[&str]) -> Command {
    let mut command = cargo_bin_cmd!("psod-match");
    command
        .env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"))
        .env("XDG_DATA_HOME", env!("CARGO_TARGET_TMPDIR"))
        .env_remove("PSOD_MATCH_KB")
        .env("LC_ALL", "C")
        .args(arguments);
    command
}

/// The output of a run and its exit status.
struct Run {
    stdout: String,
    stderr: String,
    status: i32,
}

fn run(command: &mut Command) -> Run {
    let output = command.output().expect("the program runs");
    Run {
        stdout: String::from_utf8(output.stdout).expect("text"),
        stderr: String::from_utf8(output.stderr).expect("text"),
        status: output.status.code().expect("an exit status, no signal"),
    }
}

/// Runs with `arguments` and checks the exit status.
#[track_caller]
fn check(arguments: &[&str], status: i32) -> Run {
    let run = run(&mut psod_match(arguments));
    assert_eq!(run.status, status, "{}\n{}", run.stdout, run.stderr);
    run
}

fn json_lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("one object a line")).collect()
}

/// Writes a file with `content` in a directory of its own, which lives as long as the first value.
fn file(name: &str, content: &[u8]) -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join(name);
    fs::write(&path, content).expect("write");
    (directory, path)
}

const SCREEN: &str = "examples/tlb-invalidate.txt";

#[test]
fn the_version_names_the_knowledge_base_that_is_inside() {
    let kb = KnowledgeBase::read(&[KbSource::Shipped]).expect("the shipped one");
    let newest = kb.issues.values().map(|issue| issue.created.as_str()).max().expect("an issue");
    let expected = format!("(knowledge base of {newest}: {} issues)\n", kb.issues.len());
    let found = check(&["--version"], 0).stdout;
    assert!(found.ends_with(&expected), "{found}");
}

#[test]
fn a_pipe_gets_no_colours() {
    let found = check(&[SCREEN], 1);
    assert!(!found.stdout.contains('\u{1b}'), "{}", found.stdout);
}

#[test]
fn text_fits_eighty_columns_except_addresses() {
    let found = run(&mut psod_match(&["--why", "kb/crashes", "kb/unknown"]));
    for line in found.stdout.lines() {
        let address = line.contains("https://") || line.contains("http://");
        assert!(line.chars().count() <= 80 || address, "{line}");
    }
}

#[test]
fn every_crash_of_the_knowledge_base_finds_its_own_issue_first() {
    let found = run(&mut psod_match(&["--format", "json", "kb/crashes/"]));
    let reports = json_lines(&found.stdout);
    assert!(reports.len() >= 40, "{}", reports.len());
    for report in &reports {
        let path = report["source"]["path"].as_str().expect("a path");
        let name = path.rsplit('/').next().expect("a name");
        let (issue, _) = name.rsplit_once('-').expect("a number");
        assert_eq!(report["matches"][0]["issue"], issue, "{path}");
    }
}

#[test]
fn nothing_matches_a_near_miss_or_an_unknown_crash() {
    let found = check(&["--format", "json", "kb/near", "kb/unknown"], 1);
    for report in json_lines(&found.stdout) {
        assert_ne!(report["verdict"], "match", "{}", report["source"]["path"]);
    }
}

#[test]
fn standard_input_is_read_with_and_without_a_dash() {
    let text = fs::read(SCREEN).expect("the example");
    let piped = run(psod_match(&[]).write_stdin(text.clone()));
    let dashed = run(psod_match(&["-"]).write_stdin(text));
    assert_eq!((piped.status, piped.stdout.as_str()), (1, dashed.stdout.as_str()));
    assert!(piped.stdout.contains("standard input"), "{}", piped.stdout);
}

#[test]
fn the_frames_of_the_candidates_are_printed_on_demand() {
    let why = check(&["--why", "examples/known-issue.txt"], 0);
    assert!(why.stdout.contains("frame of the crash"), "{}", why.stdout);
}

// Not among the whole outputs: trycmd takes the backslashes of Markdown for those of paths.
#[test]
fn markdown_begins_with_a_heading() {
    let markdown = check(&["--format", "markdown", "examples/known-issue.txt"], 0);
    assert!(markdown.stdout.starts_with("# "), "{}", markdown.stdout);
}

#[test]
fn a_crash_as_it_was_read_has_no_matches() {
    let json = json_lines(&check(&["parse", "--format", "json", SCREEN], 0).stdout);
    assert_eq!(json[0]["crash"]["backtrace"][2]["function"], "TLBDoInvalidate");
    assert_eq!(json[0]["crash"]["registers"]["cr3"], "0x40c66000");
    assert!(json[0].get("matches").is_none());
}

#[test]
fn a_bundle_gives_its_host_to_the_crash() {
    let bundle = "tests/corpus/sources/bundle.tgz";
    let found = run(&mut psod_match(&["--format", "json", bundle]));
    let report = &json_lines(&found.stdout)[0];
    assert_eq!(report["source"]["path"], bundle);
    let member = report["source"]["member"].as_str().expect("a member");
    assert!(member.ends_with("var/run/log/vmkernel.log"), "{member}");
    assert_eq!(report["crash"]["host"]["model"], "HPE ProLiant DL380 Gen10");
    assert!(found.stderr.contains("vmkdump_extract"), "{}", found.stderr);
}

#[test]
fn limits_are_set_by_name_and_reported() {
    let found = check(&["--limit", "frames=2", "--format", "json", SCREEN], 1);
    let report = &json_lines(&found.stdout)[0];
    assert_eq!(report["limits"][0]["code"], "frames");
    let wrong = check(&["--limit", "frame=2", SCREEN], 2);
    assert!(wrong.stderr.contains("frames"), "{}", wrong.stderr);
    let speed = check(&["-v", SCREEN], 1);
    assert!(speed.stderr.contains("MiB/s"), "{}", speed.stderr);
}

#[test]
fn bad_inputs_give_one_line_each_and_the_run_goes_on() {
    let (_empty, empty) = file("empty.txt", b"");
    let (_binary, binary) = file("vmkernel-zdump.1", b"\x00\x01\x02\x00");
    let (_picture, picture) = file("screen.png", b"\x89PNG\r\n\x1a\n");
    let (_log, log) = file("vmkernel.log", b"2017-01-03T17:45:49.660Z cpu7:69126)Scsi: 1: ok\n");
    let missing = Path::new("no-such-file.txt");
    for (path, status, expected) in [
        (empty.as_path(), 1, "0 lines"),
        (binary.as_path(), 2, "vmkdump_extract"),
        (picture.as_path(), 2, "a picture"),
        (log.as_path(), 1, "no purple screen found in 1 lines"),
        (missing, 2, "cannot open"),
    ] {
        let name = path.to_str().expect("text");
        let found = check(&[name, SCREEN], status.max(1));
        assert_eq!(found.stderr.lines().count(), 1, "{}", found.stderr);
        assert!(found.stderr.contains(expected), "{}", found.stderr);
        assert!(found.stderr.contains(name), "{}", found.stderr);
        assert!(found.stdout.contains("TLBDoInvalidate"), "the other input is still read");
    }
}

#[test]
fn a_mistyped_command_is_recognised() {
    let found = check(&["explian"], 2);
    assert!(found.stderr.contains("`explain`"), "{}", found.stderr);
    // The command of older versions is a program of its own.
    let found = check(&["eval"], 2);
    assert!(found.stderr.contains("`psod-eval`"), "{}", found.stderr);
    check(&["--no-such-flag"], 2);
}

#[test]
fn a_crash_cut_anywhere_is_answered() {
    let text = fs::read("kb/crashes/KB414242-1.txt").expect("a crash");
    for cut in (0..text.len()).step_by(400) {
        let found = run(psod_match(&["-"]).write_stdin(&text[..cut]));
        assert!(found.status <= 1, "cut at {cut}: {}", found.stderr);
    }
}

#[test]
fn hostile_names_are_escaped() {
    let screen = "VMware ESXi 7.0.3 [Releasebuild-23307199 x86_64]\n\
        #PF Exception 14 in world 2098051:\u{1b}]0;owned\u{7}<b>x IP 0x42 addr 0x8\n\
        [0x42001ab7c298]PFrame_IsBackedByLPage@vmkernel#nover+0x0\n\
        [0x42001abb988f]VmMemCowHintUpdatePost@vmkernel#nover+0x94\n";
    let text = run(psod_match(&["-"]).write_stdin(screen));
    assert!(!text.stdout.contains(['\u{1b}', '\u{7}']), "{:?}", text.stdout);
    let markdown = run(psod_match(&["--format", "markdown", "-"]).write_stdin(screen));
    assert!(!markdown.stdout.contains("<b>"), "{}", markdown.stdout);
}

#[test]
fn the_shipped_knowledge_base_has_no_finding() {
    let found = check(&["kb", "lint"], 0);
    assert!(found.stdout.ends_with(" 0 errors\n"), "{}", found.stdout);
}

#[test]
fn missing_japanese_is_advice_that_does_not_fail() {
    let team = tempfile::tempdir().expect("a directory");
    fs::create_dir(team.path().join("guidance")).expect("a directory");
    let guidance =
        "+++\nschema = 1\nid = \"ours\"\nkinds = [\"deliberate\"]\n+++\n\n## Advice\n\nAsk us.\n";
    fs::write(team.path().join("guidance/ours.md"), guidance).expect("write");
    let kb = team.path().to_str().expect("text");
    let code = "P017 no-japanese]: guidance/ours.md";
    let quiet = check(&["--kb", kb, "kb", "lint"], 0);
    assert!(!quiet.stdout.contains(code), "{}", quiet.stdout);
    assert!(quiet.stdout.ends_with(" 0 errors\n"), "{}", quiet.stdout);
    let verbose = check(&["--kb", kb, "kb", "lint", "-v"], 0);
    assert!(verbose.stdout.contains(code), "{}", verbose.stdout);
}

#[test]
fn lint_names_file_line_and_remedy() {
    let team = tempfile::tempdir().expect("a directory");
    fs::create_dir(team.path().join("issues")).expect("a directory");
    fs::write(team.path().join("issues/TEAM-0001.md"), "+++\nschema = 1\nid = 5\n+++\n")
        .expect("write");
    let found = check(&["--kb", team.path().to_str().expect("text"), "kb", "lint"], 1);
    assert!(found.stdout.contains("issues/TEAM-0001.md:3:6"), "{}", found.stdout);
    assert!(found.stdout.contains("P003 wrong-value"), "{}", found.stdout);
    let missing = check(&["--kb", "no/such/directory", SCREEN], 2);
    assert!(missing.stderr.contains("not a directory"), "{}", missing.stderr);
}

/// An issue of a team about frames that no shipped issue knows.
const TEAM_ISSUE: &str = r#"+++
schema = 1
id = "TEAM-0001"
title = "The team's own driver loses a lock"
status = "test"
author = "a team"
created = 2026-11-25

[[signatures]]
name = "lock"
frames = ["TeamDriver_LoseLock", "TeamDriver_Poll", "TeamDriver_Attach"]
+++

## Cause

A lock is lost.

## Fix

Use another driver.
"#;

#[test]
fn a_team_adds_replaces_and_hides_issues() {
    let team = tempfile::tempdir().expect("a directory");
    let issues = team.path().join("issues");
    fs::create_dir(&issues).expect("a directory");
    fs::write(issues.join("TEAM-0001.md"), TEAM_ISSUE).expect("write");
    let shipped = fs::read_to_string("kb/issues/KB370976.md").expect("an issue");
    let retired = shipped.replacen("status = \"test\"", "status = \"retired\"", 1);
    fs::write(issues.join("KB370976.md"), retired).expect("write");
    let kb = team.path().to_str().expect("text");
    let screen = "@BlueScreen: PCPU 3: no heartbeat (3/3 IPIs received)\n\
        [0x1]TeamDriver_LoseLock@(team)#<None>+0x1\n\
        [0x2]TeamDriver_Poll@(team)#<None>+0x2\n\
        [0x3]TeamDriver_Attach@(team)#<None>+0x3\n";
    let found = run(psod_match(&["--kb", kb]).write_stdin(screen));
    assert!(found.status == 0 && found.stdout.contains("TEAM-0001"), "{}", found.stdout);
    let hidden = check(&["--kb", kb, "examples/known-issue.txt"], 1);
    assert!(!hidden.stdout.contains("KB370976:"), "{}", hidden.stdout);
}

#[test]
fn issues_are_listed_and_shown() {
    let list = check(&["kb", "list"], 0);
    assert!(list.stdout.contains("KB318512"), "{}", list.stdout);
    let all = json_lines(&check(&["--format", "json", "kb", "list"], 0).stdout);
    assert!(all.len() >= 30, "{}", all.len());
    let card = check(&["kb", "show", "KB318512"], 0);
    assert!(card.stdout.contains("VmMemCowPShareFn"), "{}", card.stdout);
    let typo = check(&["kb", "show", "KB318521"], 2);
    assert!(typo.stderr.contains("KB318512"), "{}", typo.stderr);
}

#[test]
fn completions_are_printed_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = check(&["completions", shell], 0);
        assert!(script.stdout.contains("psod-match"), "{shell}");
    }
}

#[test]
fn the_parts_of_an_explained_screen_have_codes() {
    let json = json_lines(&check(&["explain", "--format", "json", SCREEN], 0).stdout);
    assert_eq!(json[0]["sections"][4]["part"], "stack");
}

#[test]
fn every_corpus_screen_is_explained_in_both_languages() {
    for language in ["en", "ja"] {
        let found =
            run(&mut psod_match(&["explain", "--lang", language, "tests/corpus", "kb/crashes"]));
        assert!(found.stdout.lines().count() > 5000, "{}", found.stderr);
        for line in found.stdout.lines() {
            assert!(!line.trim_start().starts_with("- explain-"), "a key without a text: {line}");
            assert!(
                !line.trim_start().starts_with("- error-type-"),
                "a key without a text: {line}"
            );
        }
    }
}

#[test]
fn the_page_is_one_file_and_nothing_of_the_crash_is_markup_in_it() {
    let screen = "VMware ESXi 7.0.3 [Releasebuild-23307199 x86_64]\n\
        #PF Exception 14 in world 2098051:<script>alert(1)</script> IP 0x42 addr 0x8\n\
        [0x42001ab7c298]PFrame_IsBackedByLPage@vmkernel#nover+0x0\n";
    let page = run(psod_match(&["explain", "--format", "html", "-"]).write_stdin(screen));
    assert!(page.stdout.starts_with("<!doctype html>"), "{}", page.stdout);
    assert!(!page.stdout.contains("<script"), "{}", page.stdout);
    assert!(!page.stdout.contains("src="), "{}", page.stdout);
    let refused = check(&["--format", "html", SCREEN], 2);
    assert!(refused.stderr.contains("explain"), "{}", refused.stderr);
}

#[test]
fn a_support_request_holds_no_name_of_a_vm() {
    let found = check(&["request", SCREEN], 0);
    assert!(!found.stdout.contains("Fagi") && !found.stdout.contains("Franc"), "{}", found.stdout);
    assert!(found.stdout.contains("vmm0:vm-"), "{}", found.stdout);
    assert!(found.stdout.contains("TLBDoInvalidate+0x38f"), "{}", found.stdout);
    let kept = check(&["request", "--no-redact", SCREEN], 0);
    assert!(kept.stdout.contains("vmm0:Fagi"), "{}", kept.stdout);
    assert!(!kept.stdout.contains("pseudonym"), "{}", kept.stdout);
}

#[test]
fn pseudonyms_stay_the_same_where_their_secret_can_be_kept() {
    let home = tempfile::tempdir().expect("a directory");
    let first = request(home.path());
    assert!(first.contains("names of VMs 2") && first.contains("site-secret.key"), "{first}");
    assert_eq!(request(home.path()), first);
    let secret = home.path().join("psod-match/site-secret.key");
    assert_eq!(fs::read(&secret).expect("the secret").len(), 32);
    // A file is in the place of the directory.
    let unkept = request(&secret);
    assert!(
        unkept.contains("in this run alone") && !unkept.contains("site-secret.key"),
        "{unkept}"
    );
    assert_ne!(request(&secret), unkept);
}

/// A support request whose secret is kept below `home`.
fn request(home: &Path) -> String {
    let found = run(psod_match(&["request", SCREEN]).env("XDG_DATA_HOME", home));
    assert_eq!(found.status, 0, "{}", found.stderr);
    found.stdout
}

#[test]
fn a_directory_without_files_says_so() {
    let directory = tempfile::tempdir().expect("a directory");
    let found = check(&[directory.path().to_str().expect("text")], 1);
    assert!(found.stderr.contains("holds no file") && found.stdout.is_empty(), "{}", found.stderr);
}

#[test]
fn many_files_without_a_crash_are_one_line() {
    let directory = tempfile::tempdir().expect("a directory");
    for number in 0..5 {
        fs::write(directory.path().join(format!("{number}.txt")), "nothing").expect("write");
    }
    let path = directory.path().to_str().expect("text");
    let found = check(&[path], 1);
    assert_eq!(found.stderr.lines().count(), 1, "{}", found.stderr);
    assert!(found.stderr.contains("none of 5 files"), "{}", found.stderr);
    let all = check(&[path, "-v"], 1);
    assert_eq!(all.stderr.matches("no purple screen found").count(), 5, "{}", all.stderr);
}

#[test]
fn a_draft_that_fits_is_named() {
    let directory = tempfile::tempdir().expect("a directory");
    fs::create_dir(directory.path().join("issues")).expect("a directory");
    let issue = "+++\nschema = 1\nid = \"TEAM-0001\"\ntitle = \"Our own\"\nstatus = \"draft\"\n\
        author = \"us\"\ncreated = 2026-01-02\n\n[[articles]]\nid = \"ours\"\n\
        url = \"https://example.org/1\"\n\n[[signatures]]\nname = \"main\"\n\
        messages = [\"A text that no other issue has\"]\n+++\n\n## Cause\n\nUnknown.\n\n\
        ## Fix\n\nNone.\n";
    fs::write(directory.path().join("issues/TEAM-0001.md"), issue).expect("write");
    let (_kept, crash) = file("crash.txt", b"@BlueScreen: A text that no other issue has\n");
    let kb = directory.path().to_str().expect("text");
    let crash = crash.to_str().expect("text");
    let found = check(&["--kb", kb, crash], 1);
    assert!(found.stdout.contains("draft TEAM-0001 fits"), "{}", found.stdout);
    let asked = run(&mut psod_match(&["--kb", kb, "--drafts", crash]));
    assert!(asked.stdout.contains("TEAM-0001: Our own"), "{}", asked.stdout);
    assert!(!asked.stdout.contains("fits:"), "{}", asked.stdout);
}

#[test]
fn several_explanations_are_one_page() {
    let page = check(&["explain", "--format", "html", "examples"], 0).stdout;
    assert_eq!(page.matches("<!doctype html>").count(), 1);
    assert_eq!(page.matches("</html>").count(), 1);
    assert_eq!(page.matches("<article>").count(), 4);
    let ids: Vec<&str> =
        page.split("<section id=\"").skip(1).filter_map(|part| part.split('"').next()).collect();
    let unique: std::collections::BTreeSet<&&str> = ids.iter().collect();
    assert_eq!(ids.len(), unique.len(), "{ids:?}");
    let links = page.split("href=\"#").skip(1).filter_map(|part| part.split('"').next());
    assert_eq!(links.filter(|link| !ids.contains(link)).count(), 0, "{ids:?}");
}

#[test]
fn a_release_of_the_arguments_never_replaces_a_printed_one() {
    let screen =
        b"VMware ESXi 8.0.2 [Releasebuild-23305546 x86_64]\n@BlueScreen: Spin count exceeded\n";
    let (_kept, path) = file("crash.txt", screen);
    let found = check(&["--format", "json", "--build", "7.0U3n", path.to_str().expect("text")], 1);
    assert_eq!(json_lines(&found.stdout)[0]["crash"]["release"]["build"], 23_305_546);
    assert!(found.stderr.contains("--build is not used"), "{}", found.stderr);
}

#[test]
fn answers_of_many_inputs_with_many_crashes_come_in_order() {
    let directory = tempfile::tempdir().expect("a directory");
    let screen = fs::read_to_string(SCREEN).expect("a screen") + "\n";
    // More crashes than wait for those before them, and inputs of no crash between.
    let counts = [150, 1, 0, 100, 300, 2];
    let mut arguments = vec!["--format".to_owned(), "json".to_owned(), "parse".to_owned()];
    for (number, count) in counts.iter().enumerate() {
        let path = directory.path().join(format!("{number}.txt"));
        fs::write(&path, screen.repeat(*count)).expect("written");
        arguments.push(path.to_str().expect("a path").to_owned());
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let found = check(&arguments, 1);
    let inputs: Vec<usize> = found
        .stdout
        .lines()
        .map(|line| (0..counts.len()).find(|n| line.contains(&format!("/{n}.txt"))).expect("one"))
        .collect();
    let expected: Vec<usize> = (0..counts.len()).flat_map(|n| vec![n; counts[n]]).collect();
    assert_eq!(inputs, expected);
}

/// The first crash texts of the knowledge base, without their headers, one after the other.
fn many_crashes(count: usize) -> String {
    let mut paths: Vec<PathBuf> = fs::read_dir("kb/crashes")
        .expect("a directory")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    let texts = paths.iter().take(count).map(|path| {
        let text = fs::read_to_string(path).expect("a text");
        text.split_once("\n\n").expect("a header").1.to_owned()
    });
    texts.collect::<Vec<_>>().join("\n----- end of screen -----\n\n\n")
}

#[test]
fn many_crashes_of_one_input_are_answered_in_their_order() {
    let directory = TempDir::new().expect("a directory");
    let file = directory.path().join("many.txt");
    fs::write(&file, many_crashes(usize::MAX)).expect("write");
    let path = file.to_str().expect("a path");
    let answers = json_lines(&check(&["--format", "json", path], 1).stdout);
    let lines: Vec<u64> =
        answers.iter().filter_map(|answer| answer["source"]["line"].as_u64()).collect();
    assert!(lines.len() > 30, "{}", lines.len());
    assert!(lines.is_sorted(), "{lines:?}");
    let read = json_lines(&check(&["parse", "--format", "json", path], 0).stdout);
    assert_eq!(lines.len(), read.len());
}

/// Text on a pipe that stays open, then an interrupt: what was read is answered.
#[cfg(unix)]
#[test]
fn an_interrupted_run_prints_what_it_has_and_says_so() {
    use std::io::{BufRead, BufReader, Read, Write};
    use std::process::Stdio;
    use std::sync::mpsc;

    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_psod-match"));
    command.env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR")).env("LC_ALL", "C");
    command.args(["--format", "json", "-"]);
    let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = pipes.spawn().expect("the program runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    let (answered, answers) = mpsc::channel();
    let reading = std::thread::spawn(move || {
        for line in stdout.lines() {
            // Only the first is waited for.
            let _ = answered.send(line.expect("an answer"));
        }
    });
    stdin.write_all(many_crashes(4).as_bytes()).expect("write");
    // A text is answered while it is read, some time after its crash has ended.
    let ordinary = "nothing of a screen is in this line\n".repeat(1000);
    let first = loop {
        match answers.try_recv() {
            Ok(line) => break line,
            Err(_) => stdin.write_all(ordinary.as_bytes()).expect("write"),
        }
    };
    assert!(first.starts_with('{'), "{first}");
    let id = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(id, rustix::process::Signal::INT).expect("a signal");
    // The program may wait for more text, and finds that it must not read it.
    let _ = stdin.write_all(ordinary.as_bytes());
    let mut stderr = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut stderr).expect("text");
    assert_eq!(child.wait().expect("an end").code(), Some(130), "{stderr}");
    assert!(stderr.contains("interrupted: 0 of 1 inputs"), "{stderr}");
    reading.join().expect("an end");
}
