//! The commands that search, list, show and export the knowledge base, as users run them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use assert_cmd::cargo::cargo_bin_cmd;
use psod_match::publish::Document;
use psod_match::report::json_schema;
use serde_json::Value;
use tempfile::TempDir;

use super::contract::check_json;

/// The output of a run and its exit status.
struct Run {
    stdout: String,
    stderr: String,
    status: i32,
}

fn run(arguments: &[&str]) -> Run {
    let output = cargo_bin_cmd!("psod-match")
        .env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"))
        .env("XDG_DATA_HOME", env!("CARGO_TARGET_TMPDIR"))
        .env_remove("PSOD_MATCH_KB")
        .env("LC_ALL", "C")
        .args(arguments)
        .output()
        .expect("the program runs");
    Run {
        stdout: String::from_utf8(output.stdout).expect("text"),
        stderr: String::from_utf8(output.stderr).expect("text"),
        status: output.status.code().expect("an exit status, no signal"),
    }
}

/// Runs with `arguments`, and checks the exit status and that the output contains `expected`.
#[track_caller]
fn check(arguments: &[&str], status: i32, expected: &[&str]) -> Run {
    let run = run(arguments);
    assert_eq!(run.status, status, "{arguments:?}\n{}\n{}", run.stdout, run.stderr);
    for expected in expected {
        let all = format!("{}\n{}", run.stdout, run.stderr);
        assert!(all.contains(expected), "{arguments:?}: {expected} is not in\n{all}");
    }
    run
}

#[test]
fn search_finds_functions_words_numbers_and_japanese() {
    check(
        &["kb", "search", "PFrame_IsBackedByLPage"],
        0,
        &["KB318512", "[PFrame_IsBackedByLPage]"],
    );
    check(&["kb", "search", "MemCowPShare"], 0, &["KB318512"]);
    check(&["kb", "search", "page", "sharing"], 0, &["with all words", "KB318512"]);
    check(&["kb", "search", "1020214"], 0, &["tlb-ack", "article: [1020214]"]);
    let found = check(&["--lang", "ja", "kb", "search", "割り込みストーム"], 0, &["KB414242"]);
    assert!(found.stdout.contains("HPE サーバの iLO"), "{}", found.stdout);
    check(&["kb", "search", "page", "zzzzzz"], 0, &["nothing has all words", "zzzzzz"]);
    check(&["kb", "search", "strom"], 1, &["did you mean storm"]);
}

#[test]
fn search_fits_eighty_columns_and_is_the_same_as_json() {
    let text = check(&["kb", "search", "vmkernel", "driver", "--most", "50"], 0, &[]);
    for line in text.stdout.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    let json = check(&["--format", "json", "kb", "search", "page", "--most", "3"], 0, &[]);
    let report: Value = serde_json::from_str(&json.stdout).expect("one object");
    assert_eq!(report["hits"].as_array().map(Vec::len), Some(3));
    let pieces = report["hits"][0]["fields"][0]["snippet"].as_array().expect("pieces");
    assert!(pieces.iter().any(|piece| piece["hit"] == true), "{pieces:?}");
    check(&["--format", "markdown", "kb", "search", "iLO"], 0, &["**iLO**"]);
}

#[test]
fn a_card_is_shown_by_id_and_by_the_numbers_of_its_articles() {
    let card = ["Cause", "Fix", "7.0.3: 7.0 Update 3l (21424296), 2023-03-30", "Signature page-"];
    for name in ["KB318512", "kb318512", "318512"] {
        check(&["kb", "show", name], 0, &card);
    }
    // The old number of an article whose new number gives the id.
    let list = run(&["--format", "json", "kb", "list"]).stdout;
    let issues: Vec<Value> =
        list.lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
    let articles = issues.iter().flat_map(|issue| {
        let articles = issue["articles"].as_array().expect("articles");
        articles.iter().map(move |article| (issue["id"].as_str().expect("an id"), article))
    });
    let (id, legacy) = articles
        .filter_map(|(id, article)| Some((id, article["legacy_id"].as_str()?)))
        .find(|(id, legacy)| !id.ends_with(legacy))
        .expect("an issue with an old number");
    check(&["kb", "show", legacy], 0, &[id]);
    check(&["kb", "show", "KB318521"], 2, &["did you mean KB318512"]);
    check(&["--lang", "ja", "kb", "show", "KB318512"], 0, &["ページ共有が、", "回避策"]);
    check(&["--format", "markdown", "kb", "show", "KB318512"], 0, &["## Cause"]);
    let html = check(&["--format", "html", "kb", "show", "KB318512"], 0, &["<h2>Cause</h2>"]);
    assert!(html.stdout.contains("Content-Security-Policy"), "{}", html.stdout);
    assert!(!html.stdout.contains("href=\"../"), "a page alone links to no other page");
}

#[test]
fn cards_fit_eighty_columns_except_addresses() {
    for line in run(&["kb", "show", "KB414242"]).stdout.lines() {
        assert!(line.chars().count() <= 80 || line.contains("https://"), "{line}");
    }
}

/// The ids that `kb list` prints with `arguments`.
fn listed(arguments: &[&str]) -> Vec<String> {
    let all = [&["--format", "json", "kb", "list"], arguments].concat();
    let mut ids = Vec::new();
    for line in run(&all).stdout.lines() {
        let issue: Value = serde_json::from_str(line).expect("an object");
        ids.push(issue["id"].as_str().expect("an id").to_owned());
    }
    ids
}

#[test]
fn the_list_is_filtered() {
    #[track_caller]
    fn check_listed(arguments: &[&str], id: &str, expected: bool) {
        let ids = listed(arguments);
        assert_eq!(ids.iter().any(|found| found == id), expected, "{arguments:?}: {ids:?}");
    }
    check_listed(&["--build", "20842708"], "KB318512", true);
    check_listed(&["--build", "21424296"], "KB318512", false);
    check_listed(&["--module", "ilo", "--line", "8.0.3", "--kind", "nmi-ipi"], "KB414242", true);
    check_listed(&["--module", "ilo", "--line", "5.0"], "KB414242", false);
    let none = listed(&["--status", "reviewed", "--module", "no-such-module"]);
    assert_eq!(none, Vec::<String>::new());
    check(&["kb", "list", "--build", "20842708"], 0, &["affected", "strength"]);
    check_listed(&["--build", "7.0U3c"], "KB318512", true);
    check(&["kb", "list", "--build", "17"], 2, &["not a release"]);
    check(&["kb", "list", "--build", "98000000"], 2, &["not in the release list"]);
    check(&["kb", "show", "1020214"], 0, &["General advice for tlb-ack"]);
    check(&["kb", "show", "tlb-ack"], 0, &["General advice for tlb-ack"]);
    check(&["kb", "list", "--kind", "page-fold"], 2, &["not a panic kind"]);
    check(&["kb", "list", "--module", "no-such-module"], 1, &["no issue matches"]);
}

#[test]
fn the_json_export_follows_its_schema() {
    check_json("docs/knowledge-base.schema.json", &json_schema::<Document>());
    let export = check(&["kb", "export", "--to", "json"], 0, &[]);
    let document: Value = serde_json::from_str(&export.stdout).expect("JSON");
    let validator = jsonschema::validator_for(&json_schema::<Document>()).expect("a schema");
    let faults: Vec<String> = validator.iter_errors(&document).map(|e| e.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?}");
    assert!(document["issues"].as_array().is_some_and(|issues| issues.len() > 30));
}

/// A team's knowledge base whose texts are markup, formulas and control characters.
static HOSTILE: LazyLock<TempDir> = LazyLock::new(|| {
    let directory = tempfile::tempdir().expect("a directory");
    write_file(
        &directory.path().join("issues/TEAM-0001.md"),
        "+++\nschema = 1\nid = \"TEAM-0001\"\ntitle = \"=cmd|'/c calc'!A0 <script>alert(1)</script> & \\\"x\\\"\"\n\
         status = \"test\"\nauthor = \"a\\u202e\"\ncreated = 2026-11-23\n\
         [[articles]]\nid = \"1\"\nurl = \"javascript:alert(1)\"\n\
         [affected]\nlines = [\"7.0.3\"]\n\
         [[signatures]]\nname = \"<b>\"\nkinds = [\"spin-count\"]\nmodules = [\"../../<i>\"]\n\
         messages = [\"<img src=x onerror=alert(1)>\"]\n\
         +++\n\n## Cause\n\n<script>alert(2)</script> `<u>`\n\n## Fix\n\n+1\n",
    );
    write_file(
        &directory.path().join("crashes/TEAM-0001-1.txt"),
        "EXPECT: TEAM-0001\nSOURCE: javascript:alert(3)\n\n\
         @BlueScreen: Spin count exceeded (</script><svg onload=alert(4)>) hostile\u{1b}[2J\n[0x1]A_b@m#1+0x1\n",
    );
    directory
});

fn write_file(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a parent")).expect("create");
    fs::write(path, text).expect("write");
}

fn hostile() -> &'static str {
    HOSTILE.path().to_str().expect("a path in UTF-8")
}

#[test]
fn cells_of_the_table_are_no_formulas() {
    let table = check(&["--kb", hostile(), "kb", "export", "--to", "csv"], 0, &[]).stdout;
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    assert!(reader.headers().expect("a header").iter().any(|column| column == "legacy_articles"));
    let mut rows = 0;
    for record in reader.records() {
        rows += 1;
        for cell in record.expect("a record").iter() {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell:?}");
            assert!(!cell.contains(|c: char| c.is_control()), "{cell:?}");
        }
    }
    assert!(rows > 30 && table.contains("'=cmd|"), "{rows}");
}

#[test]
fn hostile_texts_are_harmless_on_a_terminal() {
    let found = check(&["--kb", hostile(), "kb", "search", "hostile"], 0, &["TEAM-0001"]);
    assert!(!found.stdout.contains('\u{1b}'), "{:?}", found.stdout);
    let card = check(&["--kb", hostile(), "kb", "show", "TEAM-0001"], 0, &["\\u{202e}"]);
    assert!(!card.stdout.contains('\u{202e}'), "{:?}", card.stdout);
}

/// Every file below `directory` with its content.
fn files(directory: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let text = fs::read_to_string(&path).expect("text");
            found.push((path, text));
        }
    }
    found.sort();
    found
}

/// The values of the attributes `href` and `src`.
fn links(page: &str) -> BTreeSet<&str> {
    let attributes = [" href=\"", " src=\""];
    let values = attributes.iter().flat_map(|start| {
        page.match_indices(start).map(|(at, _)| {
            let value = &page[at + start.len()..];
            value.split('"').next().unwrap_or_default()
        })
    });
    values.collect()
}

/// Every file below `root` with its path below it and its content.
fn relative_files(root: &Path) -> Vec<(PathBuf, String)> {
    let mut relative = Vec::new();
    for (path, text) in files(root) {
        relative.push((path.strip_prefix(root).expect("below").to_path_buf(), text));
    }
    relative
}

fn export_site(directory: &Path) -> Run {
    let place = directory.to_str().expect("a path in UTF-8");
    check(&["--kb", hostile(), "kb", "export", "--to", "site", "--output", place], 0, &[])
}

#[test]
fn every_link_of_the_site_leads_somewhere() {
    let directory = tempfile::tempdir().expect("a directory");
    export_site(directory.path());
    let pages = files(directory.path());
    let mut followed = 0;
    for (path, text) in
        pages.iter().filter(|(path, _)| path.extension().is_some_and(|e| e == "html"))
    {
        for link in links(text) {
            if link.starts_with("https://") || link.starts_with("http://") {
                continue;
            }
            let (file, fragment) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() {
                path.clone()
            } else {
                path.parent().expect("a directory").join(file)
            };
            let page = fs::read_to_string(&target);
            let page = page.unwrap_or_else(|_| panic!("{} leads to {link}", path.display()));
            let marked = fragment.is_empty() || page.contains(&format!("id=\"{fragment}\""));
            assert!(marked, "{} leads to {link}", path.display());
            followed += 1;
        }
    }
    assert!(followed > 1000, "{followed} links");
    // A script of the page itself may lead to every entry.
    let script =
        fs::read_to_string(directory.path().join("assets/search-data.js")).expect("a script");
    let entries = script.split("\"page\":\"").skip(1);
    for page in entries.map(|rest| rest.split('"').next().expect("a page")) {
        assert!(directory.path().join(page).exists(), "{page}");
        assert!(directory.path().join("ja").join(page).exists(), "{page}");
    }
}

#[test]
fn hostile_texts_are_escaped_on_every_page() {
    let directory = tempfile::tempdir().expect("a directory");
    export_site(directory.path());
    let mut seen = 0;
    for (path, text) in files(directory.path()) {
        seen += usize::from(text.contains("alert(1)"));
        for hostile in ["<script>alert", "<img", "<svg", "<i>", "<b>", "<u>", "\u{202e}", "\u{1b}"]
        {
            assert!(!text.contains(hostile), "{hostile:?} in {}", path.display());
        }
        for link in links(&text) {
            assert!(!link.starts_with("javascript"), "{link} in {}", path.display());
        }
        let page = path.extension().is_some_and(|extension| extension == "html");
        assert!(!page || text.contains("Content-Security-Policy"), "{}", path.display());
        // Only articles and sources are elsewhere; nothing is loaded from there.
        assert!(!text.contains("src=\"http") && !text.contains("@import"), "{}", path.display());
    }
    assert!(seen >= 2, "the hostile title is on {seen} pages");
}

#[test]
fn the_same_knowledge_base_gives_the_same_site_and_other_directories_are_refused() {
    let directory = tempfile::tempdir().expect("a directory");
    let (one, other) = (directory.path().join("one"), directory.path().join("other"));
    export_site(&one);
    export_site(&one);
    export_site(&other);
    assert!(relative_files(&one) == relative_files(&other), "two exports of the same files differ");
    let mine = directory.path().join("mine");
    fs::create_dir(&mine).expect("create");
    fs::write(mine.join("notes.txt"), "mine").expect("write");
    let place = mine.to_str().expect("a path in UTF-8");
    check(&["kb", "export", "--to", "site", "--output", place], 2, &["no earlier export"]);
    assert_eq!(files(&mine).len(), 1);
    check(&["kb", "export", "--to", "site"], 2, &["--output"]);
}

#[test]
fn a_team_goes_from_nothing_to_a_tested_issue() {
    let directory = tempfile::tempdir().expect("a directory");
    let crash = directory.path().join("crash.txt");
    let text = "VMware ESXi 8.0.2 [Releasebuild-23305546 x86_64]\n\
        #PF Exception 14 in world 2097460:vmm0:Payroll IP 0x42002b65ad3b addr 0x8\n\
        0x453a0002:[0x42002b65ad3b]acme_ring_done@(acme)#<None>+0x12 stack: 0x0\n\
        0x453a0003:[0x42002b65ad3c]acme_ring_poll@(acme)#<None>+0x34 stack: 0x0\n\
        0x453a0004:[0x42002abb3e29]CpuSched_StartWorld@vmkernel#nover+0x86 stack: 0x0\n";
    std::fs::write(&crash, text).expect("written");
    let kb = directory.path().join("our-kb");
    let (kb, crash) = (kb.to_str().expect("text"), crash.to_str().expect("text"));
    check(&["kb", "init", kb], 0, &["README.md"]);
    // Nothing to find in an empty knowledge base, nor in the one that it is laid over.
    check(&["kb", "lint", "--kb", kb], 0, &["0 errors"]);
    check(&["kb", "new", "--kb", kb, "--from", crash], 0, &["TEAM-0001.md"]);
    check(&["--kb", kb, crash], 1, &["draft TEAM-0001 fits"]);
    check(&["--kb", kb, "--drafts", crash], 0, &["MATCH (proven) TEAM-0001"]);
    let issue = std::path::Path::new(kb).join("issues/TEAM-0001.md");
    let draft = std::fs::read_to_string(&issue).expect("an issue");
    let stored = std::path::Path::new(kb).join("crashes/TEAM-0001-1.txt");
    let stored = std::fs::read_to_string(stored).expect("a crash text");
    assert!(!stored.contains("Payroll") && stored.contains("acme_ring_done"), "{stored}");
    std::fs::write(&issue, draft.replace("\"draft\"", "\"test\"")).expect("written");
    check(&["--kb", kb, crash], 0, &["MATCH (proven) TEAM-0001"]);
    check(&["kb", "lint", "--kb", kb], 0, &["0 errors"]);
    // A second one gets the next id, and nothing is replaced.
    check(&["kb", "new", "--kb", kb, "--from", crash], 0, &["TEAM-0002.md"]);
    check(&["kb", "new", "--kb", kb, "--from", crash, "--id", "TEAM-0001"], 2, &["exists already"]);
    check(&["kb", "new", "--kb", kb, "--from", crash, "--id", "../x"], 2, &["is no id"]);
}

#[test]
fn leads_are_found_and_prove_nothing() {
    check(&["kb", "search", "RefCountBlock"], 0, &["2034680 names RefCountBlock", "no match"]);
    let directory = tempfile::tempdir().expect("a directory");
    let crash = directory.path().join("crash.txt");
    let text = "#PF Exception 14 in world 2097460:idle0 IP 0x42002b65ad3b addr 0x8\n\
        0x453a0002:[0x42002b65ad3b]RefCountBlock@vmkernel#nover+0x12 stack: 0x0\n\
        0x453a0003:[0x42002b65ad3c]Unheard_Of@vmkernel#nover+0x34 stack: 0x0\n";
    std::fs::write(&crash, text).expect("written");
    check(&[crash.to_str().expect("text")], 1, &["NOT KNOWN", "2034680 names RefCountBlock"]);
}
