//! `psod-eval backtraces` as its users run it, on an invented set.

use std::fs;
use std::path::PathBuf;

use assert_cmd::cargo::cargo_bin_cmd;
use serde_json::Value;
use tempfile::TempDir;

/// What a run printed and how it ended.
struct Run {
    stdout: String,
    stderr: String,
    status: i32,
}

fn run(threads: &str, arguments: &[&str]) -> Run {
    let mut command = cargo_bin_cmd!("psod-eval");
    let command = command.env("LC_ALL", "C").env("RAYON_NUM_THREADS", threads);
    let output = command.arg("backtraces").args(arguments).output().expect("it runs");
    Run {
        stdout: String::from_utf8(output.stdout).expect("text"),
        stderr: String::from_utf8(output.stderr).expect("text"),
        status: output.status.code().expect("an exit status"),
    }
}

fn file(text: &str) -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("set.jsonl");
    fs::write(&path, text).expect("write");
    (directory, path)
}

fn mrr(row: &Value) -> f64 {
    row["mrr"]["value"].as_f64().expect("a number")
}

fn line(label: &str, functions: &str) -> String {
    let frames: Vec<Value> = functions
        .split_whitespace()
        .map(|function| serde_json::json!({ "function": function, "offset": null }))
        .collect();
    format!("{}\n", serde_json::json!({ "id": 1, "label": label, "frames": frames }))
}

/// Six labels with three backtraces each, one with one; every backtrace ends in the same frames.
fn invented() -> String {
    let mut text = String::new();
    for label in 0..6 {
        let (next, own) = ((label + 1) % 6, format!("Own{label}"));
        for (place, middle) in ["Lock Wait", "Read", "Wait Read Lock"].iter().enumerate() {
            let functions = format!("{own} {middle} Step{place} Own{next} Dispatch Start");
            text.push_str(&line(&format!("label {label}"), &functions));
        }
    }
    text + &line("alone", "Lone Wait Dispatch Start")
}

#[test]
fn every_method_stands_in_the_table_with_its_difference() {
    let (_directory, path) = file(&invented());
    let found = run("2", &["-v", path.to_str().expect("a path")]);
    assert_eq!((found.status, found.stderr.as_str()), (0, ""), "{}", found.stdout);
    assert!(found.stdout.contains("19 distinct backtraces out of 19 lines"), "{}", found.stdout);
    let methods =
        ["ours", "shipped", "FaST", "ReBucket", "TraceSim", "Brodie", "Lerch", "BM25", "Damerau"];
    for method in methods {
        let rows = found.stdout.lines().filter(|line| line.trim_start().starts_with(method));
        // Ours has no difference to itself, but the heading of the differences begins so.
        assert!(rows.count() >= 4, "{method}\n{}", found.stdout);
    }
    assert!(found.stdout.lines().all(|line| line.chars().count() <= 80), "{}", found.stdout);
}

#[test]
fn json_is_the_same_whatever_the_number_of_threads() {
    let (_directory, path) = file(&invented());
    let path = path.to_str().expect("a path");
    let one = run("1", &["--format", "json", path]);
    let four = run("4", &["--format", "json", path]);
    assert_eq!(one.stdout, four.stdout);
    let lines: Vec<Value> =
        one.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 10);
    let set = &lines[0]["set"];
    assert_eq!(
        (&set["queries"], &set["families"], &set["singles"]),
        (&18.into(), &6.into(), &1.into())
    );
    let ours = &lines[1];
    assert_eq!(ours["method"], "ours");
    assert!(ours["ours_minus"].is_null());
    for row in &lines[2..] {
        let difference = row["ours_minus"]["mrr"]["value"].as_f64().expect("a number");
        assert!((mrr(ours) - mrr(row) - difference).abs() < 1e-12, "{row}");
        let auc = &row["auc"];
        assert!(auc["low"].as_f64() <= auc["high"].as_f64(), "{row}");
    }
    let other = run("2", &["--format", "json", "--seed", "2", path]);
    assert_ne!(one.stdout, other.stdout);
}

#[test]
fn the_answers_about_several_files_are_pooled() {
    let (_directory, path) = file(&invented());
    let path = path.to_str().expect("a path");
    let found = run("2", &["--format", "json", path, path]);
    assert_eq!((found.status, found.stderr.as_str()), (0, ""));
    let set: Value =
        serde_json::from_str(found.stdout.lines().next().expect("a line")).expect("JSON");
    assert_eq!((&set["set"]["queries"], &set["set"]["families"]), (&36.into(), &12.into()));
}

#[test]
fn a_bad_line_is_named_and_the_run_goes_on() {
    let text = invented();
    let (first, rest) = text.split_once('\n').expect("lines");
    let (_directory, path) = file(&format!("{first}\n{{\"label\": \"x\"}}\n{rest}"));
    let found = run("2", &[path.to_str().expect("a path")]);
    assert_eq!(found.status, 2, "{}", found.stderr);
    assert_eq!(found.stderr.lines().count(), 1, "{}", found.stderr);
    assert!(found.stderr.contains("set.jsonl:2: missing field `frames`"), "{}", found.stderr);
    assert!(found.stdout.contains("out of 19 lines"), "{}", found.stdout);
}

#[test]
fn a_set_that_measures_nothing_is_refused() {
    let text = line("a", "A B") + &line("a", "A C") + &line("b", "D");
    let (_directory, path) = file(&text);
    let found = run("2", &[path.to_str().expect("a path")]);
    assert_eq!((found.status, found.stdout.as_str()), (2, ""));
    assert!(found.stderr.contains("1 independent labels"), "{}", found.stderr);
    let missing = run("2", &["no-such-set.jsonl"]);
    assert_eq!(missing.status, 2);
    assert!(missing.stderr.contains("no-such-set.jsonl: cannot read"), "{}", missing.stderr);
}
