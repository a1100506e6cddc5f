//! `psod-match kb affects` and the answers about builds, as their users see them.

use assert_cmd::cargo::cargo_bin_cmd;
use psod_match::report::{AffectedReport, json_schema};
use serde_json::Value;

/// The printed output of a run, whose exit status must be `status`.
#[track_caller]
fn check(arguments: &[&str], input: &str, status: i32) -> String {
    let output = cargo_bin_cmd!("psod-match")
        .env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"))
        .env_remove("PSOD_MATCH_KB")
        .env("LC_ALL", "C")
        .args(arguments)
        .write_stdin(input)
        .output()
        .expect("the program runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(status), "{text}{errors}");
    if text.is_empty() { errors } else { text }
}

fn affects(build: &str) -> Value {
    let line = check(&["kb", "affects", build, "--format", "json"], "", 0);
    serde_json::from_str(&line).expect("one object")
}

#[track_caller]
fn check_classes(report: &Value, expected: &[(&str, &str)]) {
    let issues = report["issues"].as_array().expect("issues");
    for (id, class) in expected {
        let found = issues.iter().find(|issue| issue["issue"] == *id).expect("the issue");
        assert_eq!(found["class"], *class, "{found:#}");
    }
}

#[test]
fn every_issue_has_one_class_and_the_counts_add_up() {
    let report = affects("18644231");
    let schema = jsonschema::validator_for(&json_schema::<AffectedReport>()).expect("a schema");
    assert!(schema.is_valid(&report), "{report:#}");
    assert_eq!(report["release"]["branch"], "withdrawn");
    let counts = report["counts"].as_object().expect("counts");
    let total: u64 = counts.values().filter_map(Value::as_u64).sum();
    assert_eq!(Some(total as usize), report["issues"].as_array().map(Vec::len));
    check_classes(
        &report,
        &[
            ("KB307646", "affected"),
            ("KB318512", "affected"),
            ("KB385615", "covers-line"),
            ("KB316522", "covers-line"),
            ("KB431682", "unknown"),
            ("KB2145663", "fixed"),
        ],
    );
}

#[test]
fn the_advice_stays_in_the_line_and_names_no_withdrawn_build() {
    let report = affects("7.0 U3");
    assert_eq!(report["release"]["build"], 18_644_231);
    assert_eq!(report["clears_most"]["name"], "7.0 Update 3o");
    assert_eq!(report["newest"]["name"], "7.0 Update 3w");
    // Its fix is in 8.0 only.
    assert_eq!(report["newest"]["leaves"], serde_json::json!(["KB311925"]));
    let brings = affects("8.0 Update 3g");
    assert_eq!(brings["newest"]["brings"], serde_json::json!(["KB431682"]));
}

#[test]
fn an_interleaved_build_is_judged_in_its_own_line() {
    let report = affects("23305546");
    assert_eq!(report["release"]["line"], "8.0.2");
    check_classes(
        &report,
        &[("KB428541", "affected"), ("KB318512", "fixed"), ("KB94787", "unknown")],
    );
}

#[test]
fn a_build_can_be_unlisted_or_unknown() {
    let text = check(&["kb", "affects", "7.0.3-21000000"], "", 0);
    assert!(text.replace('\n', " ").contains("not in the list"), "{text}");
    let text = check(&["kb", "affects", "23400000"], "", 0);
    assert!(text.contains("interleave") && text.contains("Affected: 0"), "{text}");
    let error = check(&["kb", "affects", "7.0 Update 9"], "", 2);
    assert!(error.contains("is not a release"), "{error}");
}

#[test]
fn the_page_fits_a_terminal_and_a_ticket() {
    for arguments in
        [&["kb", "affects", "18644231"][..], &["kb", "affects", "8.0b", "--lang", "ja"]]
    {
        let text = check(arguments, "", 0);
        for line in text.lines() {
            assert!(unicode_width::UnicodeWidthStr::width(line) <= 80, "{line}");
        }
    }
    let markdown = check(&["kb", "affects", "8.0b", "--format", "markdown"], "", 0);
    assert!(markdown.starts_with("# 8.0b, build 21203435\n"), "{markdown}");
    assert!(markdown.contains("\n## Affected: "), "{markdown}");
}

#[test]
fn a_match_says_where_its_fix_is() {
    let known = std::fs::read_to_string("kb/crashes/KB318512-1.txt").expect("a crash");
    let frames = known.split_once("\n\n").expect("a header").1;
    let crash = format!("VMware ESXi 7.0.3 [Releasebuild-20842708 x86_64]\n{frames}");
    let report = check(&["--format", "json"], &crash, 0);
    let report: Value = serde_json::from_str(&report).expect("one object");
    let best = &report["matches"][0];
    assert_eq!((&best["issue"], &best["applicability"]), (&"KB318512".into(), &"affected".into()));
    assert_eq!(best["fix"]["own_line"]["name"], "7.0 Update 3l");
    assert_eq!(best["fix"]["first"]["name"], "8.0b");
    let fixed = check(&["-v"], &crash.replace("20842708", "21424296"), 0).replace('\n', " ");
    let fixed = fixed.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(fixed.contains("likely another cause"), "{fixed}");
    assert!(
        fixed.contains("fixed in 7.0 Update 3l (21424296, 2023-03-30) in this line"),
        "{fixed}"
    );
}
