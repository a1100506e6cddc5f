//! A team drafts an issue from crashes and tries it, in a directory with git.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use assert_cmd::cargo::cargo_bin;
use serde_json::Value;
use tempfile::TempDir;

/// A team's knowledge base, its ledger, and two crashes of a bug that nobody knows.
struct Team {
    directory: TempDir,
}

impl Team {
    fn new() -> Self {
        let team = Self { directory: tempfile::tempdir().expect("a directory") };
        assert!(team.run(&["kb", "init", "kb"]).status.success());
        team.write("one.txt", &crash(1, "AcmeRing_Drain"));
        team.write("two.txt", &crash(2, "AcmeRing_DrainAll"));
        team
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("written");
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(cargo_bin!("psod-match"));
        command.env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR")).env("LC_ALL", "C");
        command.env("XDG_DATA_HOME", self.directory.path()).env_remove("PSOD_MATCH_KB");
        command.env("PSOD_MATCH_LEDGER", self.path("crashes.ledger"));
        command.current_dir(self.directory.path()).args(arguments).output().expect("it runs")
    }

    /// The JSON of a command that must end with `status`.
    #[track_caller]
    fn json(&self, arguments: &[&str], status: i32) -> Value {
        let output = self.run(&[arguments, &["--format", "json"]].concat());
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {errors}");
        serde_json::from_slice(&output.stdout).expect("JSON")
    }

    fn draft(&self, crashes: &[&str]) -> Value {
        let arguments = [&["--kb", "kb", "kb", "draft", "--author", "jo"], crashes].concat();
        self.json(&arguments, 0)["draft"].take()
    }

    /// The one line with which a command fails.
    #[track_caller]
    fn fault(&self, arguments: &[&str], expected: &str) {
        let output = self.run(arguments);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {errors}");
        assert!(errors.contains(expected) && errors.lines().count() == 1, "{errors}");
    }

    fn git(&self, arguments: &[&str]) {
        let mut command = Command::new("git");
        command.args(["-c", "user.name=jo", "-c", "user.email=jo@example.org", "-C"]);
        let output = command.arg(self.path("kb")).args(arguments).output().expect("git runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

fn crash(day: u32, second: &str) -> String {
    format!(
        "VMware ESXi 7.0.3 [Releasebuild-20842708 x86_64]\n\
         #PF Exception 14 in world 209805{day}:vmm0:payroll IP 0x42001ab7c298 addr 0x8\n\
         cr0=0x8001003d cr2=0x8 cr3=0x1000 cr4=0x2660\n\
         VMK uptime: {day}:02:03:04.005\n\
         0x45394569bb90:[0x42001ab7c298]AcmeRing_Poll@(acmenic)#<None>+0x1 stack: 0x0\n\
         0x45394569bb91:[0x42001ab7c298]{second}@(acmenic)#<None>+0x1 stack: 0x0\n\
         0x45394569bb92:[0x42001ab7c298]AcmeTimer_Run@(acmenic)#<None>+0x1 stack: 0x0\n\
         0x45394569bb93:[0x42001ab7c298]CpuSched_StartWorld@vmkernel#nover+0x1 stack: 0x0\n"
    )
}

/// The number of crashes of each effect: in, out, stolen, lost.
fn counts(trial: &Value) -> Vec<u64> {
    let counts = &trial["counts"];
    let names = ["in", "out", "stolen", "lost"];
    names.iter().map(|name| counts[name].as_u64().expect("a number")).collect()
}

#[test]
fn a_draft_of_files_finds_its_crashes_and_nothing_else() {
    let team = Team::new();
    let draft = team.draft(&["one.txt", "two.txt"]);
    let id = draft["issue"].as_str().expect("an id");
    assert_eq!(id, "DRAFT-acmering-poll");
    assert_eq!(draft["signature"]["frames"].as_array().expect("frames").len(), 2);
    let weakest = draft["weakest"]["confidence"].as_f64().expect("a number");
    let strongest = draft["strongest"]["confidence"].as_f64().unwrap_or_default();
    assert!(weakest >= 0.85 && strongest < 0.2, "{draft}");
    let issue = fs::read_to_string(team.path("kb/issues/DRAFT-acmering-poll.md")).expect("a file");
    assert!(issue.contains("status = \"draft\"") && issue.contains("author = \"jo\""), "{issue}");
    let text = fs::read_to_string(team.path("kb/crashes/DRAFT-acmering-poll-1.txt"));
    let text = text.expect("a file");
    assert!(text.starts_with("EXPECT: DRAFT-acmering-poll\n") && !text.contains("payroll"));
    // Lint asks for what only a person knows, and for nothing else.
    let lint = team.run(&["--kb", "kb", "kb", "lint"]);
    let lint = String::from_utf8_lossy(&lint.stdout).into_owned();
    assert_eq!(lint.matches("error[").count(), 2, "{lint}");
    assert_eq!(lint.matches("error[P011 section]").count(), 2, "{lint}");
    let file = "kb/issues/DRAFT-acmering-poll.md";
    let against = ["--kb", "kb", "kb", "try", file, "--against", "kb,one.txt,two.txt"];
    let tried = team.json(&against, 0);
    assert_eq!(counts(&tried), [4, 0, 0, 0], "{tried}");
    assert_eq!(tried["in"][0]["after"]["verdict"], "match");
}

#[test]
fn a_file_that_is_there_is_never_replaced() {
    let team = Team::new();
    fs::create_dir_all(team.path("kb/crashes")).expect("a folder");
    team.write("kb/crashes/DRAFT-acmering-poll-1.txt", "mine");
    let arguments = ["--kb", "kb", "kb", "draft", "--author", "jo", "one.txt", "two.txt"];
    assert_eq!(team.run(&arguments).status.code(), Some(2));
    let kept = fs::read_to_string(team.path("kb/crashes/DRAFT-acmering-poll-1.txt"));
    assert_eq!(kept.expect("a file"), "mine");
    assert!(!team.path("kb/issues/DRAFT-acmering-poll.md").exists());
}

#[test]
fn a_draft_of_a_cluster_and_a_trial_on_the_ledger() {
    let team = Team::new();
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/kb/crashes");
    assert!(team.run(&["record", "one.txt", "two.txt", shipped]).status.code().is_some());
    assert!(team.run(&["cluster", "--recorded"]).status.success());
    let draft = team.draft(&["C-1"]);
    assert_eq!(draft["crashes"], 2, "{draft}");
    let file = "kb/issues/DRAFT-acmering-poll.md";
    let ledger = ["--kb", "kb", "kb", "try", file, "--against", "ledger"];
    let quick = team.json(&ledger, 0);
    assert_eq!(counts(&quick), [2, 0, 0, 0], "{quick}");
    let thorough = team.json(&[&ledger[..], &["--thorough"]].concat(), 0);
    assert_eq!(quick["in"], thorough["in"]);
    assert_eq!(quick["limits"][0]["code"], "passed-over");
    assert_eq!(thorough["limits"], serde_json::json!([]));
}

#[test]
fn a_known_crash_and_a_common_one_are_no_draft() {
    let team = Team::new();
    let known = concat!(env!("CARGO_MANIFEST_DIR"), "/kb/crashes/KB318512-1.txt");
    let arguments = ["--kb", "kb", "kb", "draft", "--author", "jo", known];
    let refused = team.json(&arguments, 1)["refused"].take();
    assert_eq!((&refused["reason"], &refused["issue"]), (&"known".into(), &"KB318512".into()));
    // The example that `kb init` writes, and nothing else.
    let issues = Path::new(&team.path("kb/issues")).read_dir().expect("a folder").flatten();
    let names: Vec<_> = issues.map(|entry| entry.file_name()).collect();
    assert_eq!(names, ["DRAFT-example.md"]);
    let text = crash(1, "B").lines().take(4).collect::<Vec<_>>().join("\n");
    team.write("plain.txt", &text);
    let arguments = ["--kb", "kb", "kb", "draft", "--author", "jo", "plain.txt"];
    assert!(team.json(&arguments, 1)["draft"].is_null());
}

#[test]
fn revisions_are_compared_and_what_is_stolen_ends_with_1() {
    let team = Team::new();
    team.draft(&["one.txt", "two.txt"]);
    team.git(&["init", "-q"]);
    team.git(&["add", "-A"]);
    team.git(&["commit", "-qm", "draft"]);
    assert_eq!(counts(&team.json(&["--kb", "kb", "kb", "try", "--base", "HEAD"], 0)), [0, 0, 0, 0]);
    // A copy under another id that asks for the frames of a shipped issue.
    let issue = fs::read_to_string(team.path("kb/issues/DRAFT-acmering-poll.md")).expect("read");
    let thief = issue.replace("DRAFT-acmering-poll", "DRAFT-thief").replace(
        "frames = [\"AcmeRing_Poll\", ",
        "frames = [\"PFrame_IsBackedByLPage\", \"VmMemCowHintUpdatePost\", \
         \"VmMemCowPostToHintWorldIfMatched\", \"VmMemCowPShareFn\", \"VmAssistantProcessTasks\"]\n\
         # [",
    );
    team.write("thief.md", &thief);
    fs::copy(team.path("thief.md"), team.path("kb/issues/DRAFT-thief.md")).expect("copied");
    let tried = team.json(&["--kb", "kb", "kb", "try", "--base", "HEAD"], 1);
    assert!(counts(&tried)[2] > 0, "{tried}");
    assert_eq!(tried["stolen"][0]["other"], "KB318512");
    team.fault(&["--kb", "kb", "kb", "try", "nowhere"], "no revision of git");
    team.fault(&["kb", "try", "--base", "HEAD"], "--kb DIR");
}

#[test]
fn a_comment_for_a_pull_request_has_the_counts() {
    let team = Team::new();
    team.draft(&["one.txt", "two.txt"]);
    let file = "kb/issues/DRAFT-acmering-poll.md";
    let output = team.run(&["--kb", "kb", "kb", "try", file, "--format", "markdown"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("| in     | 2       |"), "{text}");
    assert!(text.contains("crashes/DRAFT-acmering-poll-1.txt"), "{text}");
}
