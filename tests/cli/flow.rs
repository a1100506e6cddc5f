//! The day of a curator as a team has it: a repository of its own, issues on their way from draft to
//! reviewed and to their ids, crashes that are taken over, and what is to do next.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use assert_cmd::cargo::cargo_bin;
use serde_json::Value;
use tempfile::TempDir;

/// A team with a directory of issues and a ledger, and nothing else.
pub struct Team {
    directory: TempDir,
}

impl Team {
    pub fn new() -> Self {
        Self { directory: tempfile::tempdir().expect("a directory") }
    }

    /// A team that has made its repository and taken the example out.
    pub fn started() -> Self {
        let team = Self::new();
        team.said(&["kb", "init", team.kb().to_str().expect("text")]);
        team.remove("issues/DRAFT-example.md");
        team.remove("crashes/DRAFT-example-1.txt");
        team
    }

    pub fn kb(&self) -> PathBuf {
        self.directory.path().join("our-kb")
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.kb().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("create");
        fs::write(path, text).expect("write");
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.kb().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    fn remove(&self, path: &str) {
        fs::remove_file(self.kb().join(path)).expect("removed");
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(cargo_bin!("psod-match"));
        command.env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR")).env("LC_ALL", "C");
        command.env("XDG_DATA_HOME", self.directory.path()).env_remove("PSOD_MATCH_KB");
        command.env("PSOD_MATCH_LEDGER", self.path("crashes.ledger")).env("USER", "jo");
        if self.kb().is_dir() {
            command.env("PSOD_MATCH_KB", self.kb());
        }
        command.args(arguments).output().expect("the program runs")
    }

    /// What a command prints that must end well.
    #[track_caller]
    pub fn said(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let said = text(&output.stdout);
        assert!(output.status.success(), "{arguments:?}: {}{said}", text(&output.stderr));
        said
    }

    /// What a command says on standard error that must end with this status.
    #[track_caller]
    pub fn refused(&self, arguments: &[&str], status: i32) -> String {
        let output = self.run(arguments);
        let errors = text(&output.stderr);
        let said = text(&output.stdout);
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {errors}{said}");
        errors
    }

    /// The codes of what lint finds in the team's own files, advice left out.
    pub fn lint(&self) -> Vec<String> {
        let output = self.run(&["--format", "json", "kb", "lint", "--today", "2026-11-26"]);
        let found = objects(&output).into_iter().filter(|found| found["severity"] != "advice");
        found.map(|found| format!("{} {}", found["code"], found["path"])).collect()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The objects that a command prints.
pub fn objects(output: &Output) -> Vec<Value> {
    let lines = text(&output.stdout);
    lines.lines().map(|line| serde_json::from_str(line).expect("an object")).collect()
}

/// A crash of these functions of a driver of the team, at this uptime.
pub fn crash(functions: &[&str], hours: usize) -> String {
    let mut text = format!(
        "VMware ESXi 8.0.2 [Releasebuild-22380479 x86_64]\n\
         #PF Exception 14 in world 2097460:acme-poll IP 0x42002b65ad3b addr 0x8\n\
         VMK uptime: 1:{hours:02}:02:03.004\n"
    );
    for (place, function) in functions.iter().enumerate() {
        text.push_str(&format!(
            "0x453949a1be{place:02x}:[0x42002b65ad{place:02x}]{function}@(acme)#<None>+0x12 stack: 0x0\n"
        ));
    }
    text + "0x453949a1befe:[0x42002abb3e29]CpuSched_StartWorld@vmkernel#nover+0x86 stack: 0x0\n"
}

const RING: &[&str] = &["acme_ring_done", "acme_ring_poll"];

/// An issue of the driver of the team.
fn issue(id: &str, status: &str, more: &str) -> String {
    format!(
        "+++\nschema = 1\nid = \"{id}\"\ntitle = \"The acme driver completes a ring of {id}\"\n\
         title_ja = \"リング\"\nstatus = \"{status}\"\nauthor = \"Jo Roe\"\ncreated = 2026-11-20\n\
         fix_ja = \"更新します。\"\n{more}\n[affected]\nlines = [\"8.0.2\"]\n\n[[fix.components]]\n\
         kind = \"driver\"\nname = \"acme\"\nversion = \"4.2\"\n\n[[signatures]]\nname = \"main\"\n\
         kinds = [\"page-fault\"]\nframes = [\"acme_ring_done\", \"acme_ring_poll\"]\n+++\n\n\
         ## Cause\n\nA ring is completed after it was freed.\n\n## Fix\n\nUpdate the driver.\n"
    )
}

/// A team with one issue that nothing stands in the way of.
fn with_issue(id: &str, status: &str) -> Team {
    let team = Team::started();
    team.write(&format!("issues/{id}.md"), &issue(id, status, ""));
    let own = format!("EXPECT: {id}\nSOURCE: a host of ours\n\n{}", crash(RING, 1));
    team.write(&format!("crashes/{id}-1.txt"), &own);
    let near = crash(&["acme_link_lost", "acme_link_poll"], 2);
    let near = format!("EXPECT: not {id}\nSOURCE: a host of ours\n\n{near}");
    team.write(&format!("near/{id}-link.txt"), &near);
    if id.starts_with("TEAM-") {
        team.write("ids.lock", &format!("{id} 2026-11-20 DRAFT-ring\n"));
    }
    team
}

#[test]
fn a_repository_is_made_in_one_step_and_is_clean() {
    let team = Team::new();
    let kb = team.kb();
    let kb = kb.to_str().expect("text");
    team.said(&["kb", "init", kb]);
    assert_eq!(team.lint(), Vec::<String>::new());
    let example = team.kb().join("crashes/DRAFT-example-1.txt");
    let example = example.to_str().expect("text");
    assert!(team.said(&["--drafts", example]).contains("MATCH (proven) DRAFT-example"));
    let workflow = team.read(".github/workflows/kb.yml");
    for step in ["kb lint", "kb test", "kb try --base origin/main --format markdown"] {
        assert!(workflow.contains(step), "{step}");
        assert!(team.read(".pre-commit-config.yaml").contains(step), "{step}");
    }
    assert!(team.read(".github/CODEOWNERS").contains("/issues/"));
    // What is there stays as it is.
    team.write("README.md", "ours\n");
    team.said(&["kb", "init", kb]);
    assert_eq!(team.read("README.md"), "ours\n");
}

#[test]
fn an_issue_goes_from_draft_to_reviewed_and_back() {
    let team = with_issue("DRAFT-ring", "draft");
    let tested = team.said(&["kb", "promote", "DRAFT-ring"]);
    assert!(tested.contains("-status = \"draft\"\n+status = \"test\"\n"), "{tested}");
    let step = ["kb", "promote", "DRAFT-ring", "--reviewer", "Kim", "--today", "2026-11-26"];
    let dry = [&step[..], &["--dry-run"]].concat();
    let before = team.read("issues/DRAFT-ring.md");
    assert!(team.said(&dry).contains("+reviewer = \"Kim\""));
    assert_eq!(team.read("issues/DRAFT-ring.md"), before, "--dry-run writes nothing");
    assert!(team.said(&step).contains("DRAFT-ring is reviewed now"));
    let reviewed = team.read("issues/DRAFT-ring.md");
    assert!(reviewed.contains("reviewer = \"Kim\"\nreviewed = 2026-11-26\n"), "{reviewed}");
    assert_eq!(team.lint(), Vec::<String>::new());
    // Words may change, the pattern may not.
    team.write("issues/DRAFT-ring.md", &reviewed.replace("Update the driver.", "Update it."));
    assert_eq!(team.lint(), Vec::<String>::new());
    let changed = reviewed.replace("\"acme_ring_done\", ", "");
    team.write("issues/DRAFT-ring.md", &changed);
    assert_eq!(team.lint(), ["\"P102\" \"issues/DRAFT-ring.md\""]);
    team.said(&["kb", "demote", "DRAFT-ring"]);
    assert_eq!(team.read("issues/DRAFT-ring.md"), before.replace("\"acme_ring_done\", ", ""));
    assert_eq!(team.lint(), Vec::<String>::new());
    assert!(team.refused(&["kb", "demote", "DRAFT-ring"], 1).contains("no review to take back"));
}

/// What is changed before a promotion, and with which code it is refused.
type Row<'a> = (&'a str, fn(&Team), &'a [&'a str], &'a str, &'a str);

const REVIEW: &[&str] = &["DRAFT-ring", "--reviewer", "Kim", "--today", "2026-11-26"];

fn replace(team: &Team, before: &str, after: &str) {
    let text = team.read("issues/DRAFT-ring.md");
    assert!(text.contains(before), "{before}");
    team.write("issues/DRAFT-ring.md", &text.replace(before, after));
}

fn set_draft(team: &Team) {
    replace(team, "\"test\"", "\"draft\"");
}

fn review(team: &Team) {
    team.said(&[&["kb", "promote"], REVIEW].concat());
}

fn review_and_change(team: &Team) {
    review(team);
    replace(team, "\"acme_ring_done\", ", "");
}

fn remove_crash(team: &Team) {
    team.remove("crashes/DRAFT-ring-1.txt");
}

fn remove_near(team: &Team) {
    team.remove("near/DRAFT-ring-link.txt");
}

fn empty_cause(team: &Team) {
    replace(team, "A ring is completed after it was freed.", "");
}

/// A near miss that matches: its text says that the answer is wrong.
fn match_near(team: &Team) {
    let near = format!("EXPECT: not DRAFT-ring\nSOURCE: us\n\n{}", crash(RING, 7));
    team.write("near/DRAFT-ring-link.txt", &near);
}

fn nothing(_: &Team) {}

const REFUSALS: &[Row<'_>] = &[
    ("there is no such issue", nothing, &["DRAFT-rang"], "no-issue", "no issue DRAFT-rang"),
    ("it is test", nothing, &["DRAFT-ring"], "not-draft", "is test, and only a draft"),
    ("it is a draft", set_draft, REVIEW, "not-test", "is draft, and only what is tested"),
    ("it is reviewed", review, REVIEW, "already-reviewed", "2026-11-26, Kim"),
    ("its pattern changed", review_and_change, REVIEW, "stale-review", "kb demote DRAFT-ring"),
    (
        "its files changed",
        nothing,
        &["DRAFT-ring", "--reviewer", "Kim", "--sheet", "00000000"],
        "stale-review",
        "read `psod-match kb review DRAFT-ring` again",
    ),
    (
        "its author reviews it",
        nothing,
        &["DRAFT-ring", "--reviewer", "jo roe"],
        "own-review",
        "another person",
    ),
    ("no crash text", remove_crash, REVIEW, "no-crash-text", "kb adopt CRASH --as DRAFT-ring"),
    ("no near miss", remove_near, REVIEW, "no-near-miss", "kb adopt CRASH --near DRAFT-ring"),
    ("lint", empty_cause, REVIEW, "lint-findings", "P011 section in issues/DRAFT-ring.md"),
    ("a near miss matches", match_near, REVIEW, "trial-not-clean", "near/DRAFT-ring-link.txt"),
];

#[test]
fn each_refusal_of_a_promotion_has_its_code_and_its_words() {
    for (what, change, arguments, code, words) in REFUSALS {
        let team = with_issue("DRAFT-ring", "test");
        change(&team);
        let before = fs::read_to_string(team.kb().join("issues/DRAFT-ring.md"));
        let refused = team.refused(&[&["kb", "promote"], *arguments].concat(), 1);
        let line = refused.lines().find(|line| line.contains(&format!("refused ({code})")));
        let line = line.unwrap_or_else(|| panic!("{what}: {refused}"));
        assert!(line.contains(words), "{what}: {line}");
        let after = fs::read_to_string(team.kb().join("issues/DRAFT-ring.md"));
        assert_eq!(before.ok(), after.ok(), "{what}: a refused promotion writes nothing");
    }
}

#[test]
fn a_retired_issue_matches_nothing_and_keeps_its_id() {
    let team = with_issue("TEAM-0001", "test");
    team.refused(&["kb", "retire", "TEAM-0001", "--reason", " "], 2);
    let retired = team.said(&["kb", "retire", "TEAM-0001", "--reason", "it was the firmware"]);
    assert!(retired.contains("+retired_because = \"it was the firmware\""), "{retired}");
    assert_eq!(team.lint(), Vec::<String>::new());
    let file = team.path("crash.txt");
    fs::write(&file, crash(RING, 8)).expect("written");
    let answer = team.run(&[file.to_str().expect("text")]);
    assert!(!text(&answer.stdout).contains("TEAM-0001"), "{}", text(&answer.stdout));
    let again = team.refused(&["kb", "retire", "TEAM-0001", "--reason", "x"], 1);
    assert!(again.contains("it was the firmware"), "{again}");
    // Neither another issue nor a missing file takes its place unseen.
    let other = issue("TEAM-0001", "test", "").replace("2026-11-20", "2026-11-25");
    team.write("issues/TEAM-0001.md", &other);
    assert_eq!(team.lint(), ["\"P104\" \"issues/TEAM-0001.md\""]);
    team.remove("issues/TEAM-0001.md");
    team.remove("crashes/TEAM-0001-1.txt");
    team.remove("near/TEAM-0001-link.txt");
    assert_eq!(team.lint(), ["\"P104\" \"ids.lock\""]);
    // A shipped issue is hidden by a file of the team.
    let hidden = team.said(&["kb", "retire", "KB318512", "--reason", "not our hosts"]);
    assert!(hidden.contains("+++ b/issues/KB318512.md"), "{hidden}");
    assert!(team.refused(&["kb", "show", "KB318512"], 2).contains("no issue"));
}

/// Runs git in a directory, as somebody who has set nothing.
#[track_caller]
fn git(directory: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new("git");
    command.arg("-C").arg(directory).args(arguments).env("GIT_CONFIG_GLOBAL", "/dev/null");
    for (name, value) in [("AUTHOR", "jo"), ("COMMITTER", "jo")] {
        command.env(format!("GIT_{name}_NAME"), value);
        command.env(format!("GIT_{name}_EMAIL"), format!("{value}@example.org"));
    }
    command.output().expect("git is installed")
}

#[track_caller]
fn git_said(directory: &Path, arguments: &[&str]) -> String {
    let output = git(directory, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

fn commit(team: &Team, message: &str) {
    git_said(&team.kb(), &["add", "--all"]);
    git_said(&team.kb(), &["commit", "--quiet", "--message", message]);
}

/// Somebody with a clone of the repository of `origin`.
fn clone_of(origin: &Team) -> Team {
    let team = Team::new();
    let (from, to) = (origin.kb(), team.kb());
    git_said(
        origin.directory.path(),
        &["clone", "--quiet", &from.to_string_lossy(), &to.to_string_lossy()],
    );
    team
}

/// Drafts an issue of the driver with functions of its own, tested already.
fn add_tested(team: &Team, name: &str) {
    let id = format!("DRAFT-{name}");
    let functions = [format!("acme_{name}_done"), format!("acme_{name}_poll")];
    let own = issue(&id, "test", "").replace("acme_ring", &format!("acme_{name}"));
    team.write(&format!("issues/{id}.md"), &own);
    let functions: Vec<&str> = functions.iter().map(String::as_str).collect();
    let text = format!("EXPECT: {id}\nSOURCE: a host of ours\n\n{}", crash(&functions, 3));
    team.write(&format!("crashes/{id}-1.txt"), &text);
}

#[test]
fn two_who_give_ids_at_once_get_a_conflict_of_git_and_no_duplicate() {
    let origin = Team::started();
    git_said(&origin.kb(), &["init", "--quiet", "--initial-branch", "main"]);
    git_said(&origin.kb(), &["config", "receive.denyCurrentBranch", "ignore"]);
    commit(&origin, "The layout");
    let (one, other) = (clone_of(&origin), clone_of(&origin));
    for (team, name) in [(&one, "ring"), (&other, "queue")] {
        add_tested(team, name);
        commit(team, "An issue");
        let given = team.said(&["kb", "assign-ids"]);
        assert!(given.contains(&format!("DRAFT-{name} → TEAM-0001")), "{given}");
        assert_eq!(team.lint(), Vec::<String>::new());
        commit(team, "Its id");
    }
    git_said(&one.kb(), &["push", "--quiet", "origin", "main"]);
    git_said(&other.kb(), &["fetch", "--quiet", "origin"]);
    let merge = git(&other.kb(), &["merge", "--no-edit", "origin/main"]);
    assert!(!merge.status.success(), "{}", text(&merge.stdout));
    assert!(text(&merge.stdout).contains("CONFLICT (content): Merge conflict in ids.lock"));
    // Lint finds a list that somebody has not mended, and no id is given by it.
    assert!(
        other.lint().iter().any(|found| found == "\"P001\" \"ids.lock\""),
        "{:?}",
        other.lint()
    );
    add_tested(&other, "link");
    assert!(other.refused(&["kb", "assign-ids"], 2).contains("ids.lock"));
    // Mended: the first one keeps the id, the second one becomes a draft again and gets the next.
    for path in ["ids.lock", "issues/TEAM-0001.md", "crashes/TEAM-0001-1.txt"] {
        git_said(&other.kb(), &["checkout", "--theirs", "--", path]);
    }
    add_tested(&other, "queue");
    let given = other.said(&["kb", "assign-ids"]);
    assert!(given.contains("DRAFT-link → TEAM-0002"), "{given}");
    assert!(given.contains("DRAFT-queue → TEAM-0003"), "{given}");
    assert_eq!(other.lint(), Vec::<String>::new());
}

#[test]
fn decided_crashes_are_taken_over_once() {
    let team = with_issue("TEAM-0001", "test");
    let (own, alike) = (team.path("own.txt"), team.path("alike.txt"));
    fs::write(&own, crash(&["acme_ring_done", "acme_ring_poll", "acme_ring_run"], 5))
        .expect("written");
    let named =
        crash(&["acme_link_down", "acme_link_poll"], 6).replace("acme-poll", "vmm0:Payroll");
    fs::write(&alike, named).expect("written");
    let (own, alike) = (own.to_str().expect("text"), alike.to_str().expect("text"));
    team.run(&["record", own, alike, "--case", "12-345"]);
    let undecided = team.refused(&["kb", "adopt", "1"], 1);
    assert!(undecided.contains("crash 1: nobody has decided"), "{undecided}");
    team.said(&["ledger", "decide", "1", "--issue", "TEAM-0001"]);
    team.said(&["ledger", "decide", "2", "--none"]);
    let other = team.refused(&["kb", "adopt", "2", "--as", "TEAM-0001"], 1);
    assert!(other.contains("was decided otherwise"), "{other}");
    team.said(&["kb", "adopt", "1"]);
    let adopted = team.read("crashes/TEAM-0001-2.txt");
    let head = "EXPECT: TEAM-0001\nSOURCE: a host of ours, case 12-345\n\nVMware ESXi 8.0.2";
    assert!(adopted.starts_with(head), "{adopted}");
    team.said(&["kb", "adopt", "2", "--near", "TEAM-0001", "--source", "a ticket"]);
    let near = team.read("near/TEAM-0001-acme-link-down.txt");
    assert!(near.starts_with("EXPECT: not TEAM-0001\nSOURCE: a ticket\n\n"), "{near}");
    assert!(!near.contains("Payroll"), "{near}");
    let again = team.refused(&["kb", "adopt", "1"], 1);
    assert!(again.contains("crashes/TEAM-0001-2.txt has the same text"), "{again}");
    assert_eq!(team.lint(), Vec::<String>::new());
    // A file is decided by the person who names the issue.
    assert!(team.refused(&["kb", "adopt", own], 1).contains("nobody has decided"));
    let file = team.refused(&["kb", "adopt", own, "--as", "TEAM-0001"], 1);
    assert!(file.contains("the same text"), "{file}");
}

#[test]
fn what_is_to_do_has_its_command() {
    let team = with_issue("TEAM-0001", "test");
    let review = "reviewer = \"Kim\"\nreviewed = 2025-01-02\nreviewed_pattern = \"x\"\n";
    let other = issue("TEAM-0002", "reviewed", review).replace("acme_ring", "acme_fan");
    team.write("issues/TEAM-0002.md", &other);
    for (number, functions) in
        [RING, &["acme_tx_a", "acme_tx_b"], &["acme_tx_a", "acme_tx_b"]].iter().enumerate()
    {
        let path = team.path(&format!("{number}.txt"));
        fs::write(&path, crash(functions, 10 + number)).expect("written");
        let host = format!("esx0{number}");
        let seen = ["2026-11-01", "2026-11-02", "2026-11-20"][number];
        team.run(&["record", path.to_str().expect("text"), "--host", &host, "--seen", seen]);
    }
    let own =
        ["never-hit psod-match kb review TEAM-0002", "old-review psod-match kb review TEAM-0002"];
    assert_eq!(todo(&team, &[]), ["unmatched psod-match kb draft C-1", own[0], own[1]]);
    assert_eq!(todo(&team, &["--since", "3d"]), own);
    let page = team.said(&["kb", "todo", "--today", "2026-11-26"]);
    let words = page.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("crashes: 2, hosts: 2, last 2026-11-20"), "{page}");
    team.refused(&["kb", "todo", "--since", "soon"], 2);
}

/// The kind and the command of each thing to do.
fn todo(team: &Team, more: &[&str]) -> Vec<String> {
    let arguments = [&["--format", "json", "kb", "todo", "--today", "2026-11-26"], more].concat();
    let found = objects(&team.run(&arguments)).into_iter();
    let short = found.map(|one| format!("{} {}", one["kind"], one["command"]).replace('"', ""));
    short.collect()
}

#[test]
fn near_issues_and_numbers_are_shown() {
    let team = with_issue("TEAM-0001", "test");
    let twin = team.read("crashes/TEAM-0001-1.txt").replace("TEAM-0001", "TEAM-0002");
    team.write("issues/TEAM-0002.md", &issue("TEAM-0002", "draft", ""));
    team.write("crashes/TEAM-0002-1.txt", &twin);
    let near = team.run(&["--format", "json", "kb", "similar", "TEAM-0001"]);
    let first = objects(&near).remove(0);
    assert_eq!((&first["issue"], &first["fixes"][0]), (&"TEAM-0002".into(), &"acme 4.2".into()));
    assert_eq!(first["frames"][0]["printed"], "acme_ring_done");
    let file = team.path("crash.txt");
    fs::write(&file, crash(RING, 9)).expect("written");
    let page = team.said(&["kb", "similar", file.to_str().expect("text")]);
    assert!(page.contains("TEAM-0001") && page.contains("TEAM-0002"), "{page}");
    let stats = team.run(&["--format", "json", "kb", "stats", "--today", "2026-11-26"]);
    let own = objects(&stats).remove(0)["own"].clone();
    assert_eq!(
        (&own["issues"], &own["crash_texts"], &own["near_misses"]),
        (&2.into(), &2.into(), &1.into())
    );
    assert_eq!(own["by_status"], serde_json::json!({"draft": 1, "test": 1}));
    assert!(team.said(&["kb", "stats"]).contains("crash texts"));
}

#[test]
fn the_sheet_of_a_review_has_all_that_decides() {
    let team = with_issue("DRAFT-ring", "test");
    git_said(&team.kb(), &["init", "--quiet", "--initial-branch", "main"]);
    commit(&team, "An issue");
    let output =
        team.run(&["--format", "json", "kb", "review", "DRAFT-ring", "--today", "2026-11-26"]);
    let sheet = objects(&output).remove(0);
    assert_eq!(sheet["refused"], serde_json::json!([]), "{sheet}");
    assert_eq!(sheet["fixtures"].as_array().map(Vec::len), Some(2));
    assert_eq!(sheet["fixtures"][0]["frames"][1]["printed"], "acme_ring_poll");
    assert_eq!(sheet["weakest"]["name"], "crashes/DRAFT-ring-1.txt");
    assert_eq!(sheet["trial"]["newly"], 1, "{sheet}");
    assert!(sheet["diff"].as_str().is_some_and(|diff| diff.contains("+++ b/issues/DRAFT-ring.md")));
    // Beside a revision only what has changed since is shown.
    replace(&team, "Update the driver.", "Update it <soon>.");
    let page = team.said(&["kb", "review", "DRAFT-ring", "--base", "main"]);
    assert!(page.contains("+Update it <soon>.") && page.contains("in 0, out 0"), "{page}");
    assert!(!page.contains("is not answered as it should be"), "{page}");
    let html = team.said(&["--format", "html", "kb", "review", "DRAFT-ring", "--base", "main"]);
    assert!(
        html.starts_with("<!doctype html>") && html.contains("+Update it &#60;soon&#62;."),
        "{html}"
    );
    let mark = sheet["mark"].as_str().expect("a mark").to_owned();
    let step = ["kb", "promote", "DRAFT-ring", "--reviewer", "Kim", "--sheet"];
    let stale = team.refused(&[&step[..], &[&mark]].concat(), 1);
    assert!(stale.contains("refused (stale-review)"), "{stale}");
    replace(&team, "Update it <soon>.", "Update the driver.");
    team.said(&[&step[..], &[&mark]].concat());
    let unknown = team.refused(&["kb", "review", "DRAFT-ring", "--base", "no-such-rev"], 2);
    assert!(unknown.contains("no-such-rev: no revision of git"), "{unknown}");
}

#[test]
fn what_happened_between_two_revisions_is_told_by_issue() {
    let team = with_issue("DRAFT-ring", "test");
    git_said(&team.kb(), &["init", "--quiet", "--initial-branch", "main"]);
    commit(&team, "An issue");
    team.said(&["kb", "assign-ids"]);
    commit(&team, "Its id");
    assert_eq!(changes(&team, "main~1..main"), ["renamed TEAM-0001 DRAFT-ring"]);
    team.said(&["kb", "retire", "TEAM-0001", "--reason", "it was the firmware"]);
    assert_eq!(changes(&team, "main"), ["retired TEAM-0001 it was the firmware"]);
    assert_eq!(changes(&team, "main..main"), Vec::<String>::new());
    let page = team.said(&["kb", "changelog", "main~1.."]);
    assert!(page.contains("Issues with another id\n  TEAM-0001: "), "{page}");
    assert!(team.refused(&["kb", "changelog", "..main"], 2).contains("expected REV..REV"));
}

/// The kind, the issue and the detail of each change.
fn changes(team: &Team, range: &str) -> Vec<String> {
    let found = objects(&team.run(&["--format", "json", "kb", "changelog", range])).into_iter();
    let short = found.map(|one| format!("{} {} {}", one["kind"], one["issue"], one["detail"]));
    short.map(|line| line.replace('"', "")).collect()
}
