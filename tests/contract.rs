//! The published JSON: schema and worked example in `docs/` are generated, and
//! every real output follows the schema.
//!
//! `PSOD_MATCH_UPDATE=1 cargo test --test contract` writes both files again; a
//! change of meaning needs a new number in the field `schema`.

use std::fs;

use assert_cmd::cargo::cargo_bin_cmd;
use psod_match::report::{CrashReport, Reading, json_schema};
use serde_json::Value;

const SCHEMA: &str = "docs/report.schema.json";
const EXAMPLE: &str = "docs/report.example.json";
/// A crash of a known issue that prints most of what a screen can print.
const EXAMPLE_CRASH: &str = "examples/known-issue.txt";

fn reports(arguments: &[&str]) -> Vec<Value> {
    let output = cargo_bin_cmd!("psod-match")
        .env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"))
        .env_remove("PSOD_MATCH_KB")
        .args(["--format", "json"])
        .args(arguments)
        .output()
        .expect("the program runs");
    let text = String::from_utf8(output.stdout).expect("JSON is UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("one object a line")).collect()
}

/// Compares a generated file with the committed one, or writes it.
#[track_caller]
fn check_file(path: &str, generated: &Value) {
    let generated = format!("{generated:#}\n");
    if std::env::var_os("PSOD_MATCH_UPDATE").is_some() {
        fs::write(path, &generated).expect("write");
    }
    let committed = fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == generated,
        "{path} is out of date; the head of this file says how to renew it"
    );
}

#[test]
fn the_published_schema_is_that_of_the_types() {
    check_file(SCHEMA, &json_schema::<CrashReport>());
    check_file("docs/parse.schema.json", &json_schema::<Reading>());
}

#[test]
fn the_worked_example_is_real_output() {
    let mut example = reports(&[EXAMPLE_CRASH]).remove(0);
    // The digest changes with every word of the knowledge base.
    example["kb"] = "the digest of the knowledge base".into();
    check_file(EXAMPLE, &example);
}

#[test]
fn real_output_follows_the_published_schema() {
    let validator =
        jsonschema::validator_for(&json_schema::<CrashReport>()).expect("a valid schema");
    let reports = reports(&["examples", "kb/crashes", "kb/near", "kb/unknown", "tests/corpus"]);
    assert!(reports.len() > 80, "{} reports", reports.len());
    for report in &reports {
        let faults: Vec<String> =
            validator.iter_errors(report).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(faults.is_empty(), "{}: {}", report["source"]["path"], faults.join("; "));
    }
}

#[test]
fn the_schema_refuses_what_is_no_report() {
    let validator =
        jsonschema::validator_for(&json_schema::<CrashReport>()).expect("a valid schema");
    let mut report = reports(&[EXAMPLE_CRASH]).remove(0);
    assert!(validator.is_valid(&report));
    report["verdict"] = "perhaps".into();
    assert!(!validator.is_valid(&report));
}
