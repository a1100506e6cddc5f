//! The published JSON: schema and worked example in `docs/` are generated, and
//! every real output follows the schema.
//!
//! `PSOD_MATCH_UPDATE=1 cargo test --test cli contract` writes both files again; a
//! change of meaning needs a new number in the field `schema`.

use std::fs;

use assert_cmd::cargo::cargo_bin_cmd;
use psod_match::ledger::LedgerRow;
use psod_match::read::{ANCHORS, Limits};
use psod_match::report::{
    AffectedReport, ClustersReport, CrashReport, DraftReport, Explanation, LedgerChange,
    LedgerCluster, LedgerEntry, LoggedReport, NearReport, Reading, RecordReport, Request,
    ReviewReport, SimilarReport, StatsReport, SymbolsReport, TodoReport, TriageReport, TrialReport,
    WhyReport, json_schema,
};
use serde_json::Value;

const SCHEMA: &str = "docs/report.schema.json";
const EXAMPLE: &str = "docs/report.example.json";
/// A crash of a known issue with most of the parts that a screen has.
const EXAMPLE_CRASH: &str = "examples/known-issue.txt";

fn reports(arguments: &[&str]) -> Vec<Value> {
    let output = cargo_bin_cmd!("psod-match")
        .env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"))
        .env_remove("PSOD_MATCH_KB")
        .env("LC_ALL", "C")
        .args(["--format", "json"])
        .args(arguments)
        .output()
        .expect("the program runs");
    let text = String::from_utf8(output.stdout).expect("JSON is UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("one object a line")).collect()
}

/// Compares a generated file with the committed one, or writes it.
#[track_caller]
pub fn check_json(path: &str, generated: &Value) {
    check_file(path, &format!("{generated:#}\n"));
}

#[track_caller]
fn check_file(path: &str, generated: &str) {
    if std::env::var_os("PSOD_MATCH_UPDATE").is_some() {
        fs::write(path, generated).expect("write");
    }
    let committed = fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == generated,
        "{path} is out of date; the head of this file says how to renew it"
    );
}

#[test]
fn the_published_schema_is_that_of_the_types() {
    check_json(SCHEMA, &json_schema::<CrashReport>());
    check_json("docs/parse.schema.json", &json_schema::<Reading>());
    check_json("docs/explain.schema.json", &json_schema::<Explanation>());
    check_json("docs/affects.schema.json", &json_schema::<AffectedReport>());
    check_json("docs/clusters.schema.json", &json_schema::<ClustersReport>());
    check_json("docs/record.schema.json", &json_schema::<RecordReport>());
    check_json("docs/ledger.schema.json", &json_schema::<LedgerEntry>());
    check_json("docs/ledger-list.schema.json", &json_schema::<LedgerRow>());
    check_json("docs/ledger-cluster.schema.json", &json_schema::<LedgerCluster>());
    check_json("docs/ledger-change.schema.json", &json_schema::<LedgerChange>());
    check_json("docs/similar.schema.json", &json_schema::<SimilarReport>());
    check_json("docs/trial.schema.json", &json_schema::<TrialReport>());
    check_json("docs/draft.schema.json", &json_schema::<DraftReport>());
    check_json("docs/triage.schema.json", &json_schema::<TriageReport>());
    check_json("docs/request.schema.json", &json_schema::<Request>());
    check_json("docs/kb-todo.schema.json", &json_schema::<TodoReport>());
    check_json("docs/kb-similar.schema.json", &json_schema::<NearReport>());
    check_json("docs/kb-review.schema.json", &json_schema::<ReviewReport>());
    check_json("docs/kb-stats.schema.json", &json_schema::<StatsReport>());
    check_json("docs/kb-changelog.schema.json", &json_schema::<LoggedReport>());
    check_json("docs/symbols.schema.json", &json_schema::<SymbolsReport>());
    check_json("docs/why.schema.json", &json_schema::<WhyReport>());
}

#[test]
fn the_worked_example_is_real_output() {
    let mut example = reports(&[EXAMPLE_CRASH]).remove(0);
    // The digest changes with every word of the knowledge base.
    example["kb"] = "the digest of the knowledge base".into();
    check_json(EXAMPLE, &example);
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
fn issues_that_share_a_backtrace_are_answered_together() {
    let report = reports(&["examples/one-of-two.txt"]).remove(0);
    let one_of = &report["one_of"];
    assert_eq!(report["verdict"], "possible");
    assert_eq!(one_of["issues"], serde_json::json!(["KB94787", "KB406077"]));
    assert!(one_of["confidence"].as_f64().is_some_and(|sure| sure >= 0.9), "{one_of}");
    assert_eq!(telling_frames(one_of, "KB94787"), ["ip_init"]);
    assert_eq!(telling_frames(one_of, "KB406077"), ["syncache_init", "tcp_init"]);
}

/// The frames that `issue` alone would show.
fn telling_frames<'a>(one_of: &'a Value, issue: &str) -> Vec<&'a str> {
    let apart = one_of["apart"].as_array().expect("a list").iter();
    let own = apart.filter(|telling| telling["issue"] == issue && telling["kind"] == "frames");
    own.filter_map(|telling| telling["text"].as_str()).collect()
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

/// The table of `docs/limits.md`, out of the types.
fn limits_page() -> String {
    let mut page = String::from(
        "# Limits and anchors\n\n\
         Generated from `src/read/limits.rs` and `src/read/anchors.rs`; `tests/cli/contract.rs` keeps it true.\n\n\
         Every limit is raised or lowered with `--limit NAME=NUMBER` (`K`, `M` and `G` stand for\n\
         1024, 1024² and 1024³). One that cuts something says so: in `limits` of the crash, or in a\n\
         line on standard error when it is about a whole input. There is no limit of time.\n\n\
         | limit | default | what it bounds |\n|---|---|---|\n",
    );
    for (bound, default, meaning) in Limits::TABLE {
        let code = bound.as_str();
        page.push_str(&format!("| `{code}` | {} | {} |\n", with_unit(*default), meaning.trim()));
    }
    page.push_str(
        "\nAfter the first `tolerant-bytes` of a text only the lines around these words are looked at. A\n\
         crash is found there when at least one of them is undamaged; `limits` then holds `tolerant-bytes`.\n\
         In a log of more than 64 KiB the lines before that bound are skipped too, with a closer look: it\n\
         stops at more words, those of frames, machine checks and panic messages, and at every line\n\
         without a clock.\n\n",
    );
    for anchor in ANCHORS {
        page.push_str(&format!("- `{anchor}`\n"));
    }
    page
}

fn with_unit(number: u64) -> String {
    let units = [(30, "G"), (20, "M"), (10, "K")];
    let unit =
        units.iter().find(|(bits, _)| number >= 1 << bits && number.is_multiple_of(1 << bits));
    unit.map_or_else(|| number.to_string(), |(bits, unit)| format!("{}{unit}", number >> bits))
}

#[test]
fn the_limits_are_documented() {
    check_file("docs/limits.md", &limits_page());
}
