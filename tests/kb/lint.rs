//! Every lint code has a change of a good knowledge base that leads to it and to nothing else, and
//! the pages about lint agree with the program.
//!
//! `PSOD_MATCH_UPDATE=1 cargo test --test kb lint` updates the pages.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use assert_cmd::cargo::cargo_bin_cmd;
use psod_match::compile;
use psod_match::kb::{
    Finding, FindingCode, KbSource, KbTexts, KnowledgeBase, LintExamples, date_of, lint, settle,
};
use psod_match::matching::{
    Calibration, Matcher, calibration_finding, corpus_findings, meeting_findings, run_corpus,
    telling_findings,
};

const GOOD: &str = "tests/lint/good";
const BROKEN: &str = "tests/lint/broken";
const TODAY: &str = "2026-11-25";

/// The files of a directory by path.
fn files(directory: &str) -> BTreeMap<String, String> {
    let sources = [KbSource::Directory(directory.into())];
    let texts = KbTexts::read(&sources).expect("texts");
    texts.iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect()
}

fn write_file(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a parent")).expect("create");
    fs::write(path, text).expect("write");
}

/// Everything that lint finds in `files`, the matcher's findings included.
fn findings(files: &BTreeMap<String, String>, is_own: &dyn Fn(&str) -> bool) -> Vec<Finding> {
    let directory = tempfile::tempdir().expect("a directory");
    for (path, text) in files {
        write_file(&directory.path().join(path), text);
    }
    let sources = [KbSource::Directory(directory.path().to_path_buf())];
    let (kb, texts) = (KnowledgeBase::read(&sources).expect("a kb"), KbTexts::read(&sources));
    let texts = texts.expect("texts");
    let compiled = compile::open(&sources, None).expect("compiled");
    let matcher = Matcher::new(compiled, Calibration::SHIPPED, true).expect("a matcher");
    let runs = run_corpus(&kb, &matcher).expect("runs");
    let mut found = lint(&kb, &texts);
    found.extend(corpus_findings(&kb, &runs, &Calibration::SHIPPED));
    found.extend(telling_findings(&kb, &matcher).expect("worths"));
    found.extend(meeting_findings(&kb, &runs, &Calibration::SHIPPED, is_own));
    found.extend(calibration_finding(&sources).expect("a calibration"));
    settle(found, &texts, date_of(TODAY).expect("a day"))
}

fn shown(found: &[Finding]) -> Vec<String> {
    found
        .iter()
        .map(|finding| {
            let Finding { path, position, code, detail, .. } = finding;
            let place = position.map_or(String::new(), |at| format!(":{}:{}", at.line, at.column));
            format!("{path}{place}: {} {}: {detail}", code.code(), code.as_str())
        })
        .collect()
}

#[test]
fn the_good_knowledge_base_has_no_finding() {
    assert_eq!(shown(&findings(&files(GOOD), &|_| false)), Vec::<String>::new());
}

#[test]
fn every_code_has_an_example_that_leads_to_it_and_to_no_other() {
    let (good, examples) = (files(GOOD), LintExamples::shipped());
    let codes: BTreeSet<&str> = FindingCode::ALL.iter().map(|code| code.code()).collect();
    assert_eq!(examples.codes().collect::<BTreeSet<_>>(), codes, "codes and examples differ");
    let mut faults = Vec::new();
    for code in FindingCode::ALL {
        let example = examples.example(*code).expect("an example");
        let mut bad = good.clone();
        if !example.apply(&mut bad) {
            faults.push(format!("{}: a change has no place in {GOOD}", code.code()));
            continue;
        }
        let found = findings(&bad, &|path| example.is_own(path));
        if found.is_empty() || found.iter().any(|finding| finding.code != *code) {
            faults.push(format!("{}: {:#?}", code.code(), shown(&found)));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The standard output of the program for `arguments`, and its exit status.
fn run(arguments: &[&str]) -> (String, i32) {
    let output = cargo_bin_cmd!("psod-match")
        .env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"))
        .env_remove("PSOD_MATCH_KB")
        .env("LC_ALL", "C")
        .args(arguments)
        .output()
        .expect("the program runs");
    let text = String::from_utf8(output.stdout).expect("the output is UTF-8");
    (text, output.status.code().expect("an exit status"))
}

/// Compares a generated file with the committed one, or writes it.
#[track_caller]
fn check_file(path: &str, generated: &str) {
    if std::env::var_os("PSOD_MATCH_UPDATE").is_some() {
        fs::write(path, generated).expect("write");
    }
    let committed = fs::read_to_string(path).unwrap_or_default();
    assert!(committed == generated, "{path} is out of date; the head of this file says more");
}

#[test]
fn the_page_of_codes_is_what_the_program_prints() {
    let (page, status) = run(&["kb", "lint", "--codes", "--format", "markdown"]);
    assert_eq!(status, 0);
    check_file("docs/lint.md", &page);
}

/// Replaces the block after the line `mark` of `page` by `text`.
fn with_block(page: &str, mark: &str, text: &str) -> String {
    let (before, rest) = page.split_once(mark).unwrap_or_else(|| panic!("{mark} is not there"));
    let (_, after) = rest.split_once("\n```\n").expect("the end of the block");
    format!("{before}{mark}\n```text\n{}\n```\n{after}", text.trim_end())
}

#[test]
fn the_page_for_curators_shows_the_findings_of_the_broken_file() {
    let broken = fs::read_to_string(Path::new(BROKEN).join("issues/TEAM-0007.md")).expect("a file");
    let (found, status) = run(&["--kb", BROKEN, "kb", "lint", "--today", TODAY]);
    assert_eq!(status, 1, "{found}");
    assert!(found.matches("error[").count() >= 10, "{found}");
    let page = fs::read_to_string("docs/curating.md").expect("docs/curating.md");
    let page = with_block(&page, "<!-- the broken file -->", &broken);
    // The last line counts the shipped issues, which change.
    let found = found.trim_end().rsplit_once('\n').expect("findings").0.to_owned();
    check_file("docs/curating.md", &with_block(&page, "<!-- its findings -->", &found));
}

#[test]
fn findings_are_objects_too() {
    let (found, status) =
        run(&["--format", "json", "--kb", BROKEN, "kb", "lint", "--today", TODAY]);
    assert_eq!(status, 1);
    let mut objects = found.lines().map(|line| serde_json::from_str(line).expect("an object"));
    let first: serde_json::Value = objects
        .find(|finding: &serde_json::Value| !finding["line"].is_null())
        .expect("a finding with a place");
    for key in ["path", "line", "column", "code", "name", "severity", "text", "remedy"] {
        assert!(!first[key].is_null(), "{key} is missing in {first}");
    }
}

#[test]
fn codes_are_explained_and_unknown_ones_suggest() {
    let (text, status) = run(&["kb", "lint", "--code", "p031"]);
    assert_eq!(status, 0);
    assert!(text.contains("fix-build") && text.contains("build = 21424269"), "{text}");
    let mut command = cargo_bin_cmd!("psod-match");
    let output = command.args(["kb", "lint", "--code", "fix-biuld"]).output().expect("a run");
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(error.contains("did you mean P031 fix-build?"), "{error}");
}

#[test]
fn control_characters_of_a_file_do_not_reach_the_terminal() {
    let team = tempfile::tempdir().expect("a directory");
    let text = "+++\nschema = 1\nid = \"TEAM-0001\"\ntitle = \"a\u{202e}b\" # \u{9b}31m\nfix_js = 1\n+++\n";
    write_file(&team.path().join("issues/TEAM-0001.md"), text);
    let (found, status) = run(&["--kb", team.path().to_str().expect("text"), "kb", "lint"]);
    assert_eq!(status, 1);
    assert!(!found.contains(['\u{1b}', '\u{202e}', '\u{9b}']), "{found:?}");
    assert!(found.contains("fix_js → fix_ja"), "{found}");
}

#[test]
fn the_test_of_a_knowledge_base_shows_the_effect_of_a_change() {
    let team = tempfile::tempdir().expect("a directory");
    let good = files(GOOD);
    for path in ["issues/KB2.md", "crashes/KB2-1.txt"] {
        write_file(&team.path().join(path), &good[path]);
    }
    let kb = team.path().to_str().expect("text");
    let (new, status) = run(&["--kb", kb, "kb", "test"]);
    assert_eq!(status, 1, "{new}");
    assert!(new.contains("\n+crashes/KB2-1.txt,match,KB2,"), "{new}");
    assert_eq!(run(&["--kb", kb, "kb", "test", "--update"]).1, 0);
    assert_eq!(run(&["--kb", kb, "kb", "test"]).1, 0);
    let issue = good["issues/KB2.md"].replace("name = \"full\"", "name = \"ring\"");
    fs::write(team.path().join("issues/KB2.md"), issue).expect("write");
    let (changed, status) = run(&["--kb", kb, "kb", "test"]);
    assert_eq!(status, 1, "{changed}");
    assert!(changed.contains(",full\n+crashes/KB2-1.txt,match,KB2,"), "{changed}");
    let (objects, _) = run(&["--kb", kb, "--format", "json", "kb", "test"]);
    let mut own = objects.lines().filter(|line| line.contains("KB2-1.txt"));
    assert!(own.any(|line| line.contains("\"changed\":true")), "{objects}");
}

/// The findings of a team's files as objects.
fn objects(team: &Path) -> Vec<serde_json::Value> {
    let kb = team.to_str().expect("text");
    let (found, _) = run(&["--kb", kb, "--format", "json", "-v", "kb", "lint", "--today", TODAY]);
    found.lines().map(|line| serde_json::from_str(line).expect("an object")).collect()
}

#[test]
fn a_team_learns_which_shipped_files_its_issue_meets() {
    let team = tempfile::tempdir().expect("a directory");
    for (path, copy) in [
        ("issues/KB318512.md", "issues/TEAM-0001.md"),
        ("crashes/KB318512-1.txt", "crashes/TEAM-0001-1.txt"),
    ] {
        let text = fs::read_to_string(Path::new("kb").join(path)).expect("a shipped file");
        write_file(&team.path().join(copy), &text.replace("KB318512", "TEAM-0001"));
    }
    let met: BTreeSet<(String, String)> = objects(team.path())
        .iter()
        .filter(|finding| finding["name"] == "meets-shipped")
        .map(|finding| {
            assert_eq!(finding["severity"], "advice");
            let text = finding["text"].as_str().expect("a text");
            let shipped = text.split(": ").nth(1).expect("a path");
            (finding["path"].as_str().expect("a path").to_owned(), shipped.to_owned())
        })
        .collect();
    let pairs = [
        ("crashes/TEAM-0001-1.txt", "issues/KB318512.md"),
        ("issues/TEAM-0001.md", "crashes/KB318512-1.txt"),
        ("issues/TEAM-0001.md", "issues/KB318512.md"),
    ];
    assert_eq!(met, pairs.map(|(own, shipped)| (own.to_owned(), shipped.to_owned())).into());
}

#[test]
fn lint_shows_which_frames_tell_an_issue_when_it_is_asked() {
    let team = tempfile::tempdir().expect("a directory");
    let good = files(GOOD);
    for path in ["issues/KB2.md", "crashes/KB2-1.txt"] {
        write_file(&team.path().join(path), &good[path]);
    }
    let worths = objects(team.path());
    let worth = worths.iter().find(|object| object["signature"] == "full").expect("a signature");
    assert_eq!(worth["telling"], serde_json::json!(["bar_send", "bar_queue", "bar_flush"]));
    assert_eq!((&worth["issue"], &worth["decisive_text"]), (&"KB2".into(), &true.into()));
}

#[cfg(unix)]
#[test]
fn a_file_that_is_not_read_is_named_and_the_rest_goes_on() {
    let team = tempfile::tempdir().expect("a directory");
    let good = files(GOOD);
    for path in ["issues/KB2.md", "crashes/KB2-1.txt"] {
        write_file(&team.path().join(path), &good[path]);
    }
    std::os::unix::fs::symlink("KB2.md", team.path().join("issues/KB9.md")).expect("a link");
    fs::File::create(team.path().join("vmcore")).expect("a file").set_len(1 << 40).expect("sparse");
    let found = objects(team.path());
    let names: Vec<(&str, &str)> = found
        .iter()
        .filter_map(|finding| Some((finding["path"].as_str()?, finding["name"].as_str()?)))
        .filter(|(path, _)| ["issues/KB9.md", "vmcore"].contains(path))
        .collect();
    assert_eq!(names, [("issues/KB9.md", "unread-file"), ("vmcore", "unexpected-file")]);
    let output = cargo_bin_cmd!("psod-match")
        .env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"))
        .args(["--kb", team.path().to_str().expect("text"), "kb", "show", "KB2"])
        .output()
        .expect("the program runs");
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(error.contains("1 files of the knowledge base were left out"), "{error}");
}

#[test]
fn a_checkout_with_carriage_returns_is_the_same_knowledge_with_a_warning_a_file() {
    let mut files = files(GOOD);
    for text in files.values_mut() {
        *text = text.replace('\n', "\r\n");
    }
    let found = findings(&files, &|_| false);
    let others: Vec<_> = found.iter().filter(|f| f.code != FindingCode::LineForm).collect();
    assert!(others.is_empty() && !found.is_empty(), "{:?}", shown(&found));
}

#[test]
fn issues_that_are_related_in_a_circle_are_no_finding() {
    let mut files = files(GOOD);
    let first = files.get_mut("issues/KB1.md").expect("an issue");
    *first = first.replace("related = []", "related = [\"KB2\"]");
    let second = files.get_mut("issues/KB2.md").expect("an issue");
    *second =
        second.replacen("created = 2026-11-23\n", "created = 2026-11-23\nrelated = [\"KB1\"]\n", 1);
    assert!(second.contains("\"KB1\"]"), "{second}");
    assert_eq!(shown(&findings(&files, &|_| false)), Vec::<String>::new());
}
