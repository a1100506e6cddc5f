//! `psod-eval kb` and `psod-eval calibrate` on a small knowledge base.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use assert_cmd::cargo::cargo_bin_cmd;
use psod_eval::calibration::{answers, bins, fit, observe};
use psod_eval::cases::Setting;
use psod_eval::crowd::{add_issues, change};
use psod_eval::damage::FORMS;
use psod_eval::forms::{FormCase, FormRequest, run};
use psod_eval::lookalikes::{LOOKALIKES, RETIRED_FORMS, UNHEARD_FORMS};
use psod_eval::nameless::{Aid, Loss};
use psod_eval::tally::{CrashGroup, rows, silences};
use psod_match::compile;
use psod_match::kb::{Coefficients, KbSource, KnowledgeBase};
use psod_match::matching::{Calibration, Matcher, calibration_finding};
use serde_json::Value;

/// Two issues with one crash each, and one unknown crash.
fn small_kb(directory: &Path) -> KnowledgeBase {
    let first = ["PFrame_IsBacked", "VmMemCowHintPost", "VmMemCowPShareFn", "VmAssistantTasks"];
    let second = ["NfsTokenRelease", "NfsAsyncDone", "SunRPC_Reply", "NfsWorldLoop"];
    let unknown = ["UsbHubReset", "UsbPortPower", "UsbQueueRun"];
    for (path, text) in [
        ("issues/TEAM-0001.md", issue("TEAM-0001", &first)),
        ("issues/TEAM-0002.md", issue("TEAM-0002", &second)),
        ("crashes/TEAM-0001-1.txt", crash("TEAM-0001", &first)),
        ("crashes/TEAM-0002-1.txt", crash("TEAM-0002", &second)),
        ("unknown/other.txt", crash("none", &unknown)),
        ("frames/rarity.csv", "function,count\n*,40\n".to_owned()),
    ] {
        let path = directory.join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("create");
        fs::write(path, text).expect("write");
    }
    KnowledgeBase::read(&[KbSource::Directory(directory.to_path_buf())]).expect("a kb")
}

fn issue(id: &str, functions: &[&str]) -> String {
    let frames: Vec<String> = functions.iter().map(|name| format!("\"{name}\"")).collect();
    let frames = frames.join(", ");
    format!(
        "+++\nschema = 1\nid = \"{id}\"\ntitle = \"t\"\nstatus = \"test\"\nauthor = \"a\"\n\
         created = 2026-11-23\n[[signatures]]\nname = \"s\"\nframes = [{frames}]\n+++\n"
    )
}

fn crash(expect: &str, functions: &[&str]) -> String {
    let mut text =
        format!("EXPECT: {expect}\nSOURCE: x\n\n#PF Exception 14 in world 33:w IP 0x1 addr 0x8\n");
    for (at, name) in functions.iter().enumerate() {
        text += &format!(
            "0x4539a0c1bd{at}0:[0x42001ab7c29{at}]{name}@vmkernel#nover+0x1{at} stack: 0x0\n"
        );
    }
    text
}

fn measured(kb: &KnowledgeBase, of: &KnowledgeBase, repeats: usize) -> Vec<FormCase> {
    let compiled = compile::compile(of).expect("compiled");
    let matcher = Matcher::new(compiled, Calibration::SHIPPED, false).expect("a matcher");
    let request = FormRequest { seed: 1, repeats, forms: &[] };
    run(kb, &matcher, &request, &|| {}).expect("cases")
}

#[test]
fn every_form_is_run_and_counted() {
    let directory = tempfile::tempdir().expect("a directory");
    let kb = small_kb(directory.path());
    let cases = measured(&kb, &kb, 2);
    let rows = rows(&cases, CrashGroup::Enough);
    assert_eq!(rows.len(), FORMS.len());
    for (row, form) in rows.iter().zip(FORMS) {
        let texts = if form.random { 4 } else { 2 };
        assert_eq!((row.form, row.right_first.of, row.right_first.issues), (form.name, texts, 2));
    }
    for name in ["published", "log", "masked", "interleaved"] {
        let row = rows.iter().find(|row| row.form == name).expect(name);
        assert_eq!(row.right_first.count, row.right_first.of, "{row:?}");
    }
    for silence in silences(&cases) {
        assert_eq!((silence.taken_out.count, silence.unknown.count), (0, 0), "{silence:?}");
    }
    let names = cases.iter().filter(|case| case.form == "names-only");
    let own = names.filter(|case| case.case.setting == Setting::Own);
    // A text of names alone is read.
    assert!(own.clone().count() == 2 && own.clone().all(|case| case.kept == 4));
    assert!(own.clone().all(|case| case.is_right_in(1)), "{cases:?}");
}

#[test]
fn the_same_seed_gives_the_same_cases_on_every_number_of_threads() {
    let directory = tempfile::tempdir().expect("a directory");
    let kb = small_kb(directory.path());
    let [one, four] = [1, 4].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| measured(&kb, &kb, 1))
    });
    assert_eq!(one, four);
}

#[test]
fn added_issues_change_little_and_are_counted() {
    let directory = tempfile::tempdir().expect("a directory");
    let kb = small_kb(directory.path());
    let mut larger = kb.clone();
    add_issues(&mut larger, 60, 1);
    let (before, after) = (measured(&kb, &kb, 1), measured(&kb, &larger, 1));
    let change = change(&before, &after, 60);
    assert_eq!((change.added, change.cases), (60, before.len()));
    assert!(change.right_first_after <= change.right_first_before, "{change:?}");
    assert_eq!(change.wrong_after, 0, "{change:?}");
}

#[test]
fn a_fit_sees_every_crash_with_and_without_its_issue() {
    let directory = tempfile::tempdir().expect("a directory");
    let kb = small_kb(directory.path());
    let compiled = compile::compile(&kb).expect("compiled");
    let matcher = Matcher::new(compiled, Calibration::SHIPPED, false).expect("a matcher");
    let forms = ["published".to_owned(), "log".to_owned()];
    let request = FormRequest { seed: 1, repeats: 1, forms: &forms };
    let observations = observe(&kb, &matcher, &request, &|| {}).expect("observations");
    let known = observations.iter().filter(|one| one.known);
    // Two crashes in two forms; each of them without its issue, the unknown one, and look-alikes.
    assert_eq!(known.clone().count(), 4);
    assert!(observations.len() > 4 + 4 + 2, "{}", observations.len());
    assert!(known.clone().all(|one| one.right == Some(0)), "{observations:?}");
    let coefficients = fit(&observations, &Coefficients::AS_SET);
    let again = observe(&kb, &matcher, &request, &|| {}).expect("observations");
    assert_eq!(coefficients, fit(&again, &Coefficients::AS_SET));
    let bins = bins(&answers(&observations, &coefficients));
    let sure = bins.last().expect("a bin");
    assert!(sure.right > 0.9 && sure.said > 0.8, "{bins:?}");
}

/// A labelled set: `labels` causes with three crashes each, which all are reached through one path.
fn labelled_set(directory: &Path, name: &str, labels: usize) -> String {
    let mut text = String::new();
    for label in 0..labels {
        for way in ["open", "close", "flush"] {
            let frames: Vec<Value> = [
                format!("{name}_fail_{label}"),
                format!("{name}_work_{label}"),
                format!("{name}_{way}"),
                "vfs_call".to_owned(),
                "entry_call".to_owned(),
            ]
            .iter()
            .map(|function| serde_json::json!({ "function": function }))
            .collect();
            let line = serde_json::json!({ "label": format!("{name} {label}"), "frames": frames });
            text += &format!("{line}\n");
        }
    }
    let path = directory.join(format!("{name}.jsonl"));
    fs::write(&path, text).expect("write");
    path.to_str().expect("a path").to_owned()
}

#[test]
fn labelled_backtraces_are_fitted_to_and_asked_about() {
    let directory = tempfile::tempdir().expect("a directory");
    let [one, other] = ["disk", "port"].map(|name| labelled_set(directory.path(), name, 6));
    let arguments =
        ["--format", "json", "calibrate", "--repeats", "1", "--data", &one, "--data", &other];
    let (printed, _) = output(&arguments, 0);
    let rows: Vec<Value> =
        printed.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let (fitted, judged): (Vec<&Value>, Vec<&Value>) =
        rows.iter().partition(|row| row["coefficients"].is_object());
    let names: Vec<&str> = fitted.iter().filter_map(|row| row["fitted_to"].as_str()).collect();
    assert_eq!(names, ["set by hand", "kb", &one, &other, "labels", "labels, then kb"]);
    // Backtraces say nothing about messages.
    assert_eq!(fitted[2]["coefficients"]["texts"], 1.0, "{printed}");
    assert_eq!(judged.len(), 4 + 5 + 5, "{printed}");
    for row in judged.iter().filter(|row| row["asked"] != "kb") {
        assert_eq!(
            (&row["right_first"], &row["unknown_sure"]),
            (&1.0.into(), &0.0.into()),
            "{row}"
        );
    }
}

#[test]
fn what_was_calibrated_fits_until_a_crash_changes() {
    let directory = tempfile::tempdir().expect("a directory");
    let kb = directory.path().to_str().expect("a path");
    small_kb(directory.path());
    let (json, _) = output(&["--format", "json", "--kb", kb, "calibrate", "--repeats", "1"], 0);
    assert!(!directory.path().join("calibration.toml").exists(), "no one asked for it");
    let update = ["--kb", kb, "calibrate", "--repeats", "1", "--update"];
    let (_, told) = output(&update, 0);
    assert!(told.contains("rarity.csv") && told.contains("calibration.toml"), "{told}");
    let outcome: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(outcome["coefficients"].as_array().map(Vec::len), Some(7), "{outcome}");
    let file = fs::read_to_string(directory.path().join("calibration.toml")).expect("a file");
    assert!(file.contains(outcome["stamp"].as_str().expect("a stamp")), "{file}");
    assert!(directory.path().join("frames/rarity.csv").is_file());
    let sources = [KbSource::Shipped, KbSource::Directory(directory.path().to_path_buf())];
    assert_eq!(calibration_finding(&sources).expect("files"), None);
    let crash = directory.path().join("crashes/TEAM-0001-1.txt");
    let text = fs::read_to_string(&crash).expect("a crash");
    fs::write(&crash, text.replace("VmAssistantTasks", "VmAssistantWork")).expect("write");
    assert!(calibration_finding(&sources).expect("files").is_some());
}

fn psod_eval(arguments: &[&str]) -> Command {
    let mut command = cargo_bin_cmd!("psod-eval");
    command.env_remove("PSOD_MATCH_KB").args(arguments);
    command
}

fn output(arguments: &[&str], status: i32) -> (String, String) {
    let output = psod_eval(arguments).output().expect("the program runs");
    let [stdout, stderr] =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).expect("text"));
    assert_eq!(output.status.code(), Some(status), "{stderr}");
    (stdout, stderr)
}

#[test]
fn the_command_prints_tables_and_json_and_lists_cases() {
    let (table, _) = output(&["kb", "--form", "published"], 0);
    assert!(table.contains("right first") && table.contains("taken out"), "{table}");
    assert!(!table.contains("cause"), "{table}");
    let (json, _) = output(&["--format", "json", "-v", "kb", "--form", "names-only"], 0);
    let parts: Vec<Value> =
        json.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    for kind in ["recognised", "silent", "case"] {
        assert!(parts.iter().any(|part| part.get(kind).is_some()), "{kind}: {json}");
    }
    let wrong = psod_eval(&["kb", "--form", "postcard"]).output().expect("runs");
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("names-only"));
}

#[test]
fn the_table_behind_the_threshold_is_printed() {
    let (table, _) = output(&["kb", "--thresholds"], 0);
    assert!(table.contains("0.85 *"), "{table}");
}

#[test]
fn every_form_is_described_in_the_documentation() {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/damage.md"))
        .expect("docs/damage.md");
    for form in FORMS {
        let row = format!("| {} | {} |", form.name, form.description);
        assert!(text.contains(&row), "{row}");
    }
}

/// Wrong answers that are known, with one text a crash: they may become fewer, and then the numbers
/// here have to follow.
const KNOWN_MISSES: &[(&str, u64)] = &[("unknown-between", 3)];

#[test]
fn look_alikes_are_told_apart_but_for_known_misses() {
    let (printed, _) = output(&["--format", "json", "lookalikes", "--repeats", "1"], 0);
    let rows: Vec<Value> =
        printed.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(rows.len(), LOOKALIKES.len() + RETIRED_FORMS.len() + UNHEARD_FORMS.len() + 1);
    for row in &rows {
        let (form, cases) = (row["form"].as_str().expect("a name"), row["cases"].as_u64());
        assert!(cases >= Some(20), "{row}");
        let wrong = (number(row, "wrong") * cases.unwrap_or(0) as f64).round() as u64;
        match KNOWN_MISSES.iter().find(|(known, _)| *known == form) {
            Some((_, misses)) => assert_eq!(wrong, *misses, "{row}"),
            None => assert!(number(row, "wrong") <= number(row, "target"), "{row}"),
        }
    }
    assert_eq!(printed, output(&["--format", "json", "lookalikes", "--repeats", "1"], 0).0);
}

fn number(row: &Value, key: &str) -> f64 {
    row[key].as_f64().expect("a number")
}

#[test]
fn tables_give_names_back_and_never_a_wrong_one() {
    let (printed, _) = output(&["--format", "json", "nameless"], 0);
    let rows: Vec<Value> =
        printed.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(rows.len(), Loss::ALL.len() * Aid::ALL.len());
    for of_loss in rows.chunks(Aid::ALL.len()) {
        let [without, aided @ ..] = of_loss else { panic!("no row") };
        assert_eq!(
            (count(without, "right"), count(without, "sure_and_wrong")),
            (0, 0),
            "{without}"
        );
        for row in aided {
            assert!(count(row, "crashes") >= 25, "{row}");
            assert_eq!((count(row, "wrong"), count(row, "sure_and_wrong")), (0, 0), "{row}");
            assert!(3 * count(row, "right") >= 2 * count(row, "taken"), "{row}");
            assert!(count(row, "sure_and_right") >= count(without, "sure_and_right"), "{row}");
        }
    }
}

fn count(row: &Value, key: &str) -> u64 {
    row[key].as_u64().expect("a count")
}

/// Issues of every sort that a single text makes a draft of: with all modules printed, with none, of a
/// debugger, without a message.
const DRAFTED: &[&str] = &[
    "KB1016070",
    "KB2011474",
    "KB311334",
    "KB318512",
    "KB381540",
    "KB394393",
    "KB409770",
    "KB426284",
    "KB431682",
    "PSOD-0001",
];

#[test]
fn drafts_find_their_crashes_and_nothing_that_looks_like_them() {
    let arguments: Vec<&str> =
        ["--format", "json", "drafts"].iter().chain(DRAFTED).copied().collect();
    let (printed, _) = output(&arguments, 0);
    let cases = printed.lines().map(|line| serde_json::from_str(line).expect("JSON"));
    let cases: Vec<Value> = cases.filter(|case: &Value| case["issue"].is_string()).collect();
    assert_eq!(cases.len(), DRAFTED.len(), "{printed}");
    let (mut asked, mut matched) = (0, 0);
    for case in &cases {
        assert_eq!(case["refused"], Value::Null, "{case}");
        for wrong in ["stolen", "wrong", "lookalikes"] {
            assert_eq!(case[wrong], Value::Array(Vec::new()), "{case}");
        }
        asked += case["asked"].as_u64().expect("a number");
        matched += case["matched"].as_u64().expect("a number");
    }
    // The backtraces of KB381540 reach the fault by three paths, of which the draft knows one.
    assert!(matched * 10 >= asked * 9, "{matched} of {asked}");
}
