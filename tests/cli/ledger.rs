//! The ledger as its users run it: recorded once, decided, carried away and back, killed and shared.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use assert_cmd::cargo::cargo_bin;
use psod_match::ledger::QUERY_FIELDS;
use serde_json::Value;
use tempfile::TempDir;

/// A ledger of its own, with the cache of the test run.
struct Home {
    directory: TempDir,
}

impl Home {
    fn new() -> Self {
        Self { directory: tempfile::tempdir().expect("a directory") }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn ledger(&self) -> PathBuf {
        self.path("crashes.ledger")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(cargo_bin!("psod-match"));
        command.env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR")).env("LC_ALL", "C");
        command.env("XDG_DATA_HOME", self.directory.path()).env_remove("PSOD_MATCH_KB");
        command.env("PSOD_MATCH_LEDGER", self.ledger()).env("USER", "jo").args(arguments);
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the program runs")
    }

    /// What a command prints that must end well.
    #[track_caller]
    fn said(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{arguments:?}: {errors}");
        String::from_utf8(output.stdout).expect("text")
    }

    /// The one line with which a command fails.
    #[track_caller]
    fn fault(&self, arguments: &[&str], expected: &str) {
        let output = self.run(arguments);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {errors}");
        assert!(errors.contains(expected) && errors.lines().count() == 1, "{errors}");
    }

    fn listed(&self, query: &[&str]) -> Vec<Value> {
        let arguments =
            [&["--format", "json", "ledger", "list", "--most", "100000"], query].concat();
        let output = self.run(&arguments);
        let lines = String::from_utf8(output.stdout).expect("text");
        lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }
}

#[test]
fn an_event_is_recorded_once_in_whatever_form_it_arrives() {
    let home = Home::new();
    let first = home.said(&["record", "kb/crashes/KB370976-1.txt", "--host", "esx01"]);
    assert!(first.contains("crash 1 recorded") && first.contains("match KB370976"), "{first}");
    // The same screen as a log: other lines, the same message and uptime.
    let again = home.said(&["record", "kb/crashes/KB370976-1.txt", "examples/known-issue.txt"]);
    assert_eq!(again.matches("is recorded already").count(), 2, "{again}");
    // Another host may have the same.
    let other = home.said(&["record", "kb/crashes/KB370976-1.txt", "--host", "esx02"]);
    assert!(other.contains("crash 2 recorded"), "{other}");
    assert_eq!(home.listed(&["host:esx01"]).len(), 1);
    let bytes = fs::read(home.ledger()).expect("the ledger");
    assert!(!bytes.windows(5).any(|word| word == b"esx01"), "the host is kept as a pseudonym");
}

#[test]
fn queries_find_what_they_ask_for() {
    let home = Home::new();
    home.run(&["record", "kb/crashes", "--seen", "2026-11-02"]);
    #[track_caller]
    fn check(home: &Home, query: &[&str], holds: impl Fn(&Value) -> bool) {
        let (found, all) = (home.listed(query), home.listed(&[]));
        assert!(!found.is_empty() && found.len() < all.len(), "{query:?}: {}", found.len());
        assert!(found.iter().all(&holds), "{query:?}: {found:?}");
        assert_eq!(found.len(), all.iter().filter(|row| holds(row)).count(), "{query:?}");
    }
    check(&home, &["build:23307199"], |row| row["build"] == 23307199);
    check(&home, &["kind:page-fault", "verdict:match"], |row| {
        row["kind"] == "page-fault" && row["answer"]["verdict"] == "match"
    });
    check(&home, &["issue:KB414242"], |row| {
        row["answer"]["issue"] == "KB414242" && row["answer"]["verdict"] != "none"
    });
    check(&home, &["--", "-verdict:match"], |row| row["answer"]["verdict"] != "match");
    check(&home, &["seen:<2026-11-02"], |row| row["seen"].as_str() < Some("2026-11-02"));
    check(&home, &["\"no heartbeat\""], |row| {
        row["message"].as_str().is_some_and(|text| text.contains("no heartbeat"))
    });
    assert!(!home.listed(&["frame:~i40en_Uplink"]).is_empty());
    assert!(home.listed(&["frame:i40en_Uplink"]).is_empty());
    home.fault(&["ledger", "list", "fame:x"], "there is no field fame");
    // What a bound cuts is said, in the JSON beside it.
    let all = home.listed(&[]).len();
    let listed = home.said(&["ledger", "list", "--most", "3"]);
    assert!(listed.contains(&format!("{} more: --most {all}, or --most all", all - 3)), "{listed}");
    for most in ["0", "all"] {
        let listed = home.said(&["ledger", "list", "--most", most]);
        assert!(listed.contains(&format!("{all} of {all}")), "{listed}");
    }
    let output = home.run(&["--format", "json", "ledger", "list", "--most", "3"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("--most all"));
    let help = home.said(&["ledger", "list", "--help"]);
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    for (field, about) in QUERY_FIELDS {
        assert!(help.contains(&format!("{field} {about}")), "{field}: {help}");
    }
    // Only a host asks for the secret of the site.
    let secret = home.path("psod-match").join("site-secret.key");
    fs::remove_file(&secret).expect("recording has made it");
    home.run(&["ledger", "list", "build:23307199"]);
    assert!(!secret.exists());
    home.run(&["ledger", "list", "host:esx01"]);
    assert!(secret.exists());
}

#[test]
fn decisions_stick_and_can_be_undone() {
    let home = Home::new();
    home.said(&["record", "examples/not-proven.txt", "examples/tlb-invalidate.txt"]);
    home.said(&["ledger", "decide", "1", "--none", "--note", "another storm"]);
    assert_eq!(home.listed(&["issue:none"]).len(), 2);
    let last = home.said(&["ledger", "decide", "1", "--issue", "KB414242"]);
    assert_eq!(home.listed(&["issue:KB414242"]).len(), 1);
    home.said(&["ledger", "decide", "1", "--not-same-as", "2"]);
    assert_eq!(home.said(&["ledger", "rematch"]), "answers that are others than before: 0\n");
    let shown = home.said(&["ledger", "show", "1"]);
    for part in ["another storm", "is KB414242", "not the same as", "jo"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let name = last.split_whitespace().find(|word| word.starts_with("D-")).expect("a name");
    home.said(&["ledger", "undo", name]);
    assert_eq!(home.listed(&["issue:none"]).len(), 2);
    home.fault(&["ledger", "undo", name], "undone already");
    home.fault(&["ledger", "decide", "7", "--new"], "there is no crash 7");
    home.fault(&["ledger", "decide", "1", "--issue", "KB1"], "no issue is called KB1");
    home.said(&["ledger", "remove", "1"]);
    assert_eq!(home.listed(&[]).len(), 1);
    assert_eq!(home.run(&["ledger", "show", "1"]).status.code(), Some(1));
}

#[test]
fn an_export_comes_back_as_the_same_bytes_and_a_backup_as_it_was() {
    let home = Home::new();
    home.run(&["record", "kb/crashes", "--case", "12-34"]);
    let decided = home.said(&["ledger", "decide", "3", "--same-as", "4"]);
    let name = decided.split_whitespace().find(|word| word.starts_with("D-")).expect("a name");
    home.said(&["ledger", "undo", name]);
    home.said(&["ledger", "decide", "5", "--new"]);
    let (first, second) = (home.path("first.jsonl"), home.path("second.jsonl"));
    home.said(&["ledger", "export", text_of(&first)]);
    let backup = home.path("backup.ledger");
    home.said(&["ledger", "backup", text_of(&backup)]);
    home.fault(&["ledger", "backup", text_of(&backup)], "exists already");
    let other = home.path("other.ledger");
    home.said(&["ledger", "--ledger", text_of(&other), "import", text_of(&first)]);
    home.said(&["ledger", "--ledger", text_of(&other), "import", text_of(&first)]);
    home.said(&["ledger", "--ledger", text_of(&other), "export", text_of(&second)]);
    assert_eq!(fs::read(&first).expect("bytes"), fs::read(&second).expect("bytes"));
    home.said(&["ledger", "remove", "1"]);
    let restored = home.said(&["ledger", "restore", text_of(&backup)]);
    assert!(restored.contains("crashes.ledger.before-1"), "{restored}");
    home.said(&["ledger", "export", text_of(&second)]);
    assert_eq!(fs::read(&first).expect("bytes"), fs::read(&second).expect("bytes"));
    assert!(home.path("crashes.ledger.before-1").exists());
}

fn text_of(path: &Path) -> &str {
    path.to_str().expect("text")
}

#[test]
fn what_is_no_ledger_is_told_in_one_line_and_left_alone() {
    let home = Home::new();
    home.fault(&["ledger", "list"], "there is no ledger yet");
    fs::write(home.ledger(), "a text that is no database. ".repeat(99)).expect("written");
    home.fault(&["record", "examples/known-issue.txt"], "damaged or no ledger");
    home.fault(&["ledger", "check"], "damaged or no ledger");
    fs::remove_file(home.ledger()).expect("removed");
    home.said(&["record", "examples/known-issue.txt"]);
    let mut bytes = fs::read(home.ledger()).expect("bytes");
    let half = bytes.len() / 2;
    bytes.truncate(half);
    let backup = home.path("cut.ledger");
    fs::write(&backup, &bytes).expect("written");
    let output = home.run(&["ledger", "restore", backup.to_str().expect("text")]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(home.listed(&[]).len(), 1, "the ledger is as it was");
    let import = home.path("import.jsonl");
    fs::write(&import, "{\"ledger\":9,\"crash\":1}\n").expect("written");
    home.fault(&["ledger", "import", import.to_str().expect("text")], "version 9.1");
    fs::write(&import, "{\"ledger\":1,\"crash\":1}\n{\"a\":1}\n").expect("written");
    home.fault(&["ledger", "import", import.to_str().expect("text")], "line 2 of the import");
}

/// How often the program is killed; more with `PSOD_MATCH_THOROUGH`.
fn kills() -> u32 {
    if std::env::var_os("PSOD_MATCH_THOROUGH").is_some() { 500 } else { 12 }
}

/// The directory of a turn, with crashes that no other turn has.
fn crashes_of(home: &Home, turn: u32) -> String {
    let directory = home.path(&format!("turn-{turn}"));
    fs::create_dir(&directory).expect("made");
    for number in 0..8 {
        let text = format!(
            "@BlueScreen: #PF Exception 14 in world {turn}{number}:x IP 0x42 addr 0x8\n\
             [0x42]Turn{turn}_{number}@vmkernel#nover+0x1 stack: 0x0\n"
        );
        fs::write(directory.join(format!("{number}.txt")), text).expect("written");
    }
    directory.to_str().expect("text").to_owned()
}

/// Runs a command and kills it after this time; returns what it had printed.
fn killed_after(home: &Home, arguments: &[&str], time: Duration) -> String {
    let mut command = home.command(arguments);
    let mut run = command.stdout(Stdio::piped()).spawn().expect("the program runs");
    std::thread::sleep(time);
    let _ = run.kill();
    let output = run.wait_with_output().expect("ended");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn a_killed_run_loses_nothing_that_it_has_said() {
    let home = Home::new();
    home.said(&["record", "examples/known-issue.txt", "kb/crashes/KB318512-1.txt"]);
    // Kills are spread over the time that a run takes, so that they meet every part of it.
    let mut whole = [Duration::ZERO; 3];
    for (kind, arguments) in [
        &["record", &*crashes_of(&home, 1000)][..],
        &["ledger", "decide", "1", "--new"],
        &["ledger", "backup", home.path("first.ledger").to_str().expect("text")],
    ]
    .into_iter()
    .enumerate()
    {
        let begun = Instant::now();
        home.said(arguments);
        whole[kind] = begun.elapsed();
    }
    let mut decided = Vec::new();
    for turn in 0..kills() {
        let kind = turn as usize % 3;
        let time = whole[kind] * (turn * 7919 % 110) / 100;
        match kind {
            0 => {
                let files = crashes_of(&home, turn);
                let printed = killed_after(&home, &["record", &files], time);
                let printed = printed.lines().filter(|line| line.contains(" recorded: ")).count();
                let kept = home.listed(&[&format!("frame:~Turn{turn}_")]).len();
                assert!(kept >= printed, "turn {turn}: {printed} were printed, {kept} are kept");
            }
            1 => {
                let note = format!("turn {turn}");
                let arguments = ["ledger", "decide", "1", "--new", "--note", &note];
                let printed = killed_after(&home, &arguments, time);
                decided.extend(printed.contains("is kept").then_some(note));
            }
            _ => {
                let backup = home.path(&format!("{turn}.ledger"));
                let backup = backup.to_str().expect("text");
                killed_after(&home, &["ledger", "backup", backup], time);
                // A backup is whole, or not there.
                if Path::new(backup).exists() {
                    home.said(&["ledger", "--ledger", backup, "check"]);
                }
            }
        }
    }
    let shown = home.said(&["ledger", "show", "1"]);
    for note in &decided {
        assert!(shown.contains(&format!("({note})")), "{note} was printed: {shown}");
    }
    home.said(&["ledger", "check"]);
}

#[test]
fn two_writers_at_once_lose_nothing() {
    let home = Home::new();
    let runs: Vec<_> = ["kb/crashes", "kb/near", "kb/unknown", "kb/crashes"]
        .into_iter()
        .map(|files| {
            let mut command = home.command(&["record", files]);
            command.stdout(Stdio::null()).stderr(Stdio::piped());
            command.spawn().expect("the program runs")
        })
        .collect();
    for run in runs {
        let output = run.wait_with_output().expect("ended");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(!errors.contains("crashes.ledger"), "{errors}");
    }
    let many = home.listed(&[]).len();
    home.run(&["record", "kb/crashes", "kb/near", "kb/unknown"]);
    assert_eq!(home.listed(&[]).len(), many);
    assert!(many > 60, "{many}");
    home.said(&["ledger", "check"]);
}

#[test]
fn the_recorded_crashes_of_a_host_are_compared() {
    let home = Home::new();
    home.fault(&["triage", "--host", "esx01"], "there is no ledger yet");
    for number in 1..=3 {
        let text = format!(
            "@BlueScreen: PCPU 7: no heartbeat (2/2 IPIs received)\n*PCPU{number}:20974{number}/x\n\
             VMK uptime: 3:0{number}:42:08.100\n[0x42]Alpha@vmkernel#nover+0x1 stack: 0x0\n"
        );
        let file = home.path("crash.txt");
        fs::write(&file, text).expect("written");
        home.said(&["record", "--host", "esx01", file.to_str().expect("text")]);
    }
    let report = home.said(&["--format", "json", "triage", "--host", "esx01"]);
    let report: Value = serde_json::from_str(&report).expect("JSON");
    assert_eq!(report["events"].as_array().map(Vec::len), Some(3), "{report}");
    let patterns = report["patterns"].as_array().expect("patterns").iter();
    let codes: Vec<&str> = patterns.map(|one| one["code"].as_str().expect("a code")).collect();
    assert_eq!(codes, ["same-story", "same-culprit", "same-world", "same-age"]);
    let page = home.said(&["triage", "--host", "ESX01", "--lang", "ja"]);
    assert!(page.contains("PCPU 7") && page.contains("3 件"), "{page}");
    assert_eq!(home.run(&["triage", "--host", "esx02"]).status.code(), Some(1));
    assert_eq!(home.run(&["triage"]).status.code(), Some(2));
}

/// A crash with these functions, of its own uptime.
fn crash(home: &Home, name: &str, functions: &str, hours: u32) -> String {
    let frames = functions.split_whitespace().enumerate().map(|(index, function)| {
        format!(
            "0x45390391b{index:03x}:[0x42003811{index:04x}]{function}@ourdrv#1.2+0x3c stack: 0x0\n"
        )
    });
    let text = format!(
        "VMware ESXi 8.0.2 [Releasebuild-22380479 x86_64]\n\
         #PF Exception 14 in world 2097460:ourworld IP 0x42002b65ad3b addr 0x8\n\
         Code start: 0x420012000000 VMK uptime: 3:{hours:02}:42:08.477\n{}",
        frames.collect::<String>()
    );
    let path = home.path(name);
    fs::write(&path, text).expect("written");
    path.to_str().expect("text").to_owned()
}

/// A release below the first fixed one of KB318512, and that one.
const BEFORE_FIX: &str = "VMware ESXi 7.0.3 [Releasebuild-20842708 x86_64]";
const AT_FIX: &str = "VMware ESXi 7.0.3 [Releasebuild-21424296 x86_64]";

#[test]
fn a_crash_on_a_build_with_the_fix_opens_its_cluster_again() {
    let home = Home::new();
    let before = crash_on_build(&home, "1.txt", BEFORE_FIX, "3:01:42:08.477");
    home.said(&["record", &before]);
    let [(name, _)] = &clusters(&home)[..] else { panic!("one cluster") };
    let page = home.said(&["cluster", "--recorded"]);
    assert!(page.contains(&format!("{name} ")) && !page.contains("(2)"), "{page}");
    home.said(&["record", &crash_on_build(&home, "2.txt", AT_FIX, "4:01:42:08.477")]);
    let sentence = format!("open again, as {name} (2)");
    for arguments in [&[][..], &["--format", "html"], &["--format", "markdown"]] {
        let page = said_of_clusters(&home, arguments);
        assert!(page.contains(&sentence), "{page}");
    }
    assert!(said_of_clusters(&home, &["--lang", "ja"]).contains(&format!("{name} (2)")));
    let report: Value =
        serde_json::from_str(&said_of_clusters(&home, &["--format", "json"])).expect("JSON");
    let reopened = &report["clusters"][0]["reopened"];
    assert_eq!((&reopened[0]["number"], &reopened[0]["crash"]), (&2.into(), &"2".into()));
    assert_eq!(report["clusters"][0]["id"], **name);
    // A further crash with the same fix changes nothing; the cluster itself says the same.
    home.said(&["record", &crash_on_build(&home, "3.txt", AT_FIX, "5:01:42:08.477")]);
    assert_eq!(said_of_clusters(&home, &[]).matches("open again").count(), 1);
    let shown = home.said(&["ledger", "show", name]);
    assert!(shown.contains(&sentence) && shown.contains("(2)"), "{shown}");
    assert_eq!(home.run(&["ledger", "show", "C-99"]).status.code(), Some(1));
    // What turns out to be something else has not opened it.
    home.said(&["ledger", "decide", "2", "--none"]);
    home.said(&["ledger", "decide", "3", "--none"]);
    assert!(!said_of_clusters(&home, &[]).contains(&format!("{name} (2)")));
}

/// The file of a crash of a known issue on another release.
fn crash_on_build(home: &Home, name: &str, release: &str, uptime: &str) -> String {
    let text = fs::read_to_string("kb/crashes/KB318512-1.txt").expect("a crash");
    let path = home.path(name);
    let mut lines: Vec<&str> = text.lines().skip_while(|line| !line.is_empty()).skip(1).collect();
    lines.retain(|line| !line.contains("Releasebuild"));
    let uptime = format!("VMK uptime: {uptime}");
    fs::write(&path, format!("{release}\n{}\n{uptime}\n", lines.join("\n"))).expect("written");
    path.to_str().expect("text").to_owned()
}

fn said_of_clusters(home: &Home, arguments: &[&str]) -> String {
    home.said(&[&["cluster", "--recorded"], arguments].concat())
}

/// What the commands of the ledger print as JSON follows the published schemas.
#[test]
fn the_json_of_the_ledger_follows_its_schemas() {
    let home = Home::new();
    check_schema(
        &home,
        "record",
        &["record", "kb/crashes/KB370976-1.txt", "examples", "--host", "esx01"],
    );
    home.said(&["ledger", "decide", "1", "--none", "--note", "a note"]);
    check_schema(&home, "clusters", &["cluster", "--recorded"]);
    check_schema(&home, "ledger-list", &["ledger", "list"]);
    check_schema(&home, "ledger", &["ledger", "show", "1"]);
    check_schema(&home, "ledger-cluster", &["ledger", "show", "C-1"]);
    check_schema(&home, "similar", &["similar", "kb/crashes/KB370976-1.txt"]);
    check_schema(&home, "triage", &["triage", "--host", "esx01"]);
}

#[track_caller]
fn check_schema(home: &Home, schema: &str, arguments: &[&str]) {
    let schema = fs::read_to_string(format!("docs/{schema}.schema.json")).expect("a schema");
    let schema = serde_json::from_str(&schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    let printed = home.said(&[&["--format", "json"], arguments].concat());
    assert!(!printed.is_empty(), "{arguments:?}");
    for line in printed.lines() {
        let line = serde_json::from_str(line).expect("JSON");
        let faults: Vec<String> = validator
            .iter_errors(&line)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(faults.is_empty(), "{arguments:?}: {}", faults.join("; "));
        let other: Value = serde_json::json!({"schema": "one"});
        assert!(!validator.is_valid(&other), "{arguments:?}");
    }
}

/// The names of the clusters that have several crashes, each with these.
fn clusters(home: &Home) -> Vec<(String, Vec<String>)> {
    let report: Value =
        serde_json::from_str(&home.said(&["--format", "json", "cluster", "--recorded"]))
            .expect("JSON");
    let clusters = report["clusters"].as_array().expect("clusters").iter();
    clusters
        .map(|one| {
            let crashes = one["crashes"].as_array().expect("crashes").iter();
            (string(&one["id"]), crashes.map(string).collect())
        })
        .collect()
}

fn string(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}

#[test]
fn clusters_of_the_ledger_keep_their_names_and_decisions_part_them() {
    let home = Home::new();
    let first = crash(&home, "1.txt", "Alpha_Drain Alpha_Poll Beta_Loop Gamma_Run", 1);
    let second = crash(&home, "2.txt", "Alpha_Drain Alpha_Poll Beta_Loop Gamma_Start", 2);
    let other = crash(&home, "3.txt", "Omega_Walk Omega_Free Psi_Step", 3);
    home.said(&["record", &first, &other]);
    let before = clusters(&home);
    assert_eq!(before.len(), 2);
    home.said(&["record", &second]);
    let joined = clusters(&home);
    let name = &before.iter().find(|(_, crashes)| crashes == &["1"]).expect("a cluster").0;
    assert_eq!(crashes_in(&joined, name), ["1", "3"]);
    assert_eq!(home.listed(&[&format!("cluster:{name}")]).len(), 2);
    // What a person keeps apart stays apart, and the older part keeps the name.
    let decided = home.said(&["ledger", "decide", "3", "--not-same-as", "1"]);
    let apart = clusters(&home);
    assert_eq!((apart.len(), crashes_in(&apart, name)), (3, &["1".to_owned()][..]));
    assert_eq!(clusters(&home), apart, "nothing moves without a cause");
    let parted = &apart.iter().find(|(_, crashes)| crashes == &["3"]).expect("a cluster").0;
    // Undone, they are one again, and the other name leads to it.
    let decision = decided.split_whitespace().find(|word| word.starts_with("D-")).expect("a name");
    home.said(&["ledger", "undo", decision]);
    assert_eq!(crashes_in(&clusters(&home), name), ["1", "3"]);
    assert_eq!(home.listed(&[&format!("cluster:{parted}")]).len(), 2);
    // A decision that parts nothing says so, and is kept all the same.
    let same = crash(&home, "4.txt", "Alpha_Drain Alpha_Poll Beta_Loop Gamma_Run", 4);
    home.said(&["record", &same]);
    let decided = home.said(&["ledger", "decide", "4", "--not-same-as", "1"]);
    assert!(decided.contains("1 have the same backtrace"), "{decided}");
    let similar = home.said(&["similar", &second, "--most", "2"]);
    assert!(similar.contains("1.00 alike: crashes 3"), "{similar}");
    assert!(similar.contains("alike: crashes 1, 4, cluster"), "{similar}");
    home.said(&["ledger", "check"]);
}

/// The crashes of the cluster of this name.
fn crashes_in<'a>(found: &'a [(String, Vec<String>)], id: &str) -> &'a [String] {
    found.iter().find(|(name, _)| name == id).map(|(_, crashes)| crashes).expect("one")
}
