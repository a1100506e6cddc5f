//! The rooms of `src/` and who may import whom, as `ARCHITECTURE.md` lists them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The library's rooms, from top to bottom: a room imports only from rooms above it.
fn rooms() -> Vec<String> {
    let text = fs::read_to_string("ARCHITECTURE.md").expect("ARCHITECTURE.md");
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `"));
    let rooms: Vec<String> =
        rows.filter_map(|row| row.split_once('`').map(|(room, _)| room.to_owned())).collect();
    assert!(rooms.len() > 10, "the table of rooms was not found");
    rooms.iter().map(|room| room.trim_end_matches('/').to_owned()).collect()
}

fn rust_files(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

fn room_of(file: &Path) -> String {
    let below_src = file.strip_prefix("src").expect("a file below src");
    let first = below_src.iter().next().expect("a component").to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The rooms that `text` names after `crate::` or `psod_match::`, tests left out.
fn imports(text: &str) -> BTreeSet<String> {
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let mut found = BTreeSet::new();
    for mark in ["crate::", "psod_match::"] {
        for (start, _) in code.match_indices(mark) {
            let rest = &code[start + mark.len()..];
            let name: String =
                rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            found.insert(name);
        }
    }
    found
}

#[test]
fn every_room_imports_only_from_rooms_above_it() {
    let rooms = rooms();
    let mut faults = Vec::new();
    for file in rust_files(Path::new("src")) {
        let room = room_of(&file);
        if matches!(room.as_str(), "lib" | "main") {
            continue;
        }
        let here = place_of(&room, &rooms);
        if here.is_none() {
            faults.push(format!("{} is in no room of ARCHITECTURE.md", file.display()));
        }
        let text = fs::read_to_string(&file).expect("a file");
        for import in imports(&text) {
            let above = place_of(&import, &rooms).is_some_and(|there| there <= here.unwrap_or(0));
            if place_of(&import, &rooms).is_some() && !above {
                faults.push(format!("{} imports {import}, a room below its own", file.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn place_of(room: &str, rooms: &[String]) -> Option<usize> {
    rooms.iter().position(|known| known == room)
}

#[test]
fn store_and_index_never_import_each_other() {
    for (room, other) in [("store", "index"), ("index", "store")] {
        for file in rust_files(&Path::new("src").join(room)) {
            let text = fs::read_to_string(&file).expect("a file");
            assert!(!imports(&text).contains(other), "{} imports {other}", file.display());
        }
    }
}

/// A program that reads crashes and matches nothing must not need a database or a search engine.
#[test]
fn only_store_and_ledger_know_sqlite_and_only_the_index_knows_tantivy() {
    for file in rust_files(Path::new("src")) {
        let text = fs::read_to_string(&file).expect("a file");
        let owners: [(&str, &[&str]); 2] =
            [("rusqlite::", &["store", "ledger"]), ("tantivy::", &["index"])];
        for (library, owners) in owners {
            let allowed = owners.contains(&&*room_of(&file)) || !text.contains(library);
            assert!(allowed, "{} uses {library}", file.display());
        }
    }
}

/// Where no thread can be started, the pool that rayon makes by itself panics.
#[test]
fn no_work_is_shared_in_the_pool_of_rayon() {
    for file in rust_files(Path::new("src")) {
        let text = fs::read_to_string(&file).expect("a file");
        let loops = ["par_iter()", "par_chunks(", "par_sort"];
        let loops = loops.iter().map(|word| text.matches(word).count()).sum::<usize>();
        // Joins may be inside each other.
        let shares = loops + usize::from(text.contains("rayon::join("));
        let allowed = text.matches("shared(|").count();
        assert!(shares <= allowed, "{} shares by itself", file.display());
    }
}

/// A room that compiling uses and that `build.rs` does not list would leave old caches valid.
#[test]
fn the_key_of_a_cache_covers_every_room_that_compiling_imports() {
    let build = fs::read_to_string("build.rs").expect("build.rs");
    let rooms = rooms();
    let mut open = vec!["compile".to_owned()];
    let mut seen = BTreeSet::new();
    while let Some(room) = open.pop() {
        if !rooms.contains(&room) || !seen.insert(room.clone()) {
            continue;
        }
        let listed = [format!("\"src/{room}\","), format!("\"src/{room}.rs\",")];
        assert!(listed.iter().any(|row| build.contains(row)), "{room} is not in build.rs");
        for file in rust_files(Path::new("src")).iter().filter(|file| room_of(file) == room) {
            open.extend(imports(&fs::read_to_string(file).expect("a file")));
        }
    }
    assert!(seen.contains("read") && !seen.contains("report"), "{seen:?}");
}

#[test]
fn alignment_does_no_input_and_only_the_binary_uses_anyhow() {
    let align = fs::read_to_string("src/matching/align.rs").expect("a file");
    for forbidden in ["std::fs", "std::io", "Store", "Index"] {
        assert!(!align.contains(forbidden), "align.rs uses {forbidden}");
    }
    for file in rust_files(Path::new("src")) {
        if room_of(&file) != "cli" {
            let text = fs::read_to_string(&file).expect("a file");
            assert!(!text.contains("anyhow::"), "{} uses anyhow", file.display());
        }
    }
}

/// The rooms that make a crash comparable: the program does it in `diagnose/`, the others for the
/// crash texts of the knowledge base.
const ROOMS_THAT_PREPARE: &[&str] = &["signature", "kb", "compile", "matching", "diagnose"];

#[test]
fn roles_and_keys_are_given_in_one_place() {
    for file in rust_files(Path::new("src")) {
        let (text, room) = (fs::read_to_string(&file).expect("a file"), room_of(&file));
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        assert!(
            room == "signature" || !code.contains("assign_roles"),
            "{} gives roles itself",
            file.display()
        );
        assert!(
            ROOMS_THAT_PREPARE.contains(&room.as_str()) || !code.contains("ComparableCrash::new"),
            "{} prepares a crash itself, and not by diagnose::prepare",
            file.display()
        );
    }
}

/// The starts of keys that are put together from codes.
const COMPOSED: &[&str] = &[
    "condition-",
    "lint-",
    "limit-",
    "defect-",
    "exception-",
    "error-type-",
    "certainty-",
    "unproven-",
    "section-",
    "mce-word-",
    "mce-severity-",
    "branch-",
    "strength-",
    "owner-",
    "redacted-",
    "overview-",
    "review-",
    "ledger-column-",
    "ledger-decision-",
    "ledger-verdict-",
    "triage-",
    "symbols-written-",
    "symbols-column-",
    "symbols-outcome-",
    "symbols-count-",
    "symbols-trust-",
    "cluster-basis-",
    "cluster-column-",
    "trial-effect-",
    "trial-limit-",
    "draft-reason-",
    "draft-separator-",
    "refused-",
    "not-adopted-",
    "todo-",
    "changelog-",
    "font-column-",
    "picture-how-",
    "rest-",
];

#[test]
fn every_text_key_exists_and_is_used() {
    let tables = fs::read_dir("locales/en").expect("a directory");
    let table: String = tables
        .map(|entry| fs::read_to_string(entry.expect("an entry").path()).expect("a table"))
        .collect();
    let keys: BTreeSet<&str> = table
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
        .filter_map(|line| line.split_once(" =").map(|(key, _)| key))
        .collect();
    let templates = fs::read_dir("templates/site").expect("a directory");
    let templates = templates.map(|entry| entry.expect("an entry").path());
    let sources: String = rust_files(Path::new("src"))
        .into_iter()
        .chain(rust_files(Path::new("crates")))
        .chain(templates)
        .map(|file| fs::read_to_string(file).expect("a file"))
        .collect();
    for key in keys.iter().filter(|key| !COMPOSED.iter().any(|start| key.starts_with(start))) {
        assert!(sources.contains(&format!("\"{key}\"")), "{key} is used nowhere");
    }
    let starts = ["label-", "evidence-", "applies-", "heading-", "next-", "dump-", "build-"];
    for start in starts.into_iter().chain(["site-", "card-", "search-", "column-", "list-"]) {
        for (at, _) in sources.match_indices(&format!("\"{start}")) {
            let key = sources[at + 1..].split('"').next().expect("a literal");
            // Names of files and codes of findings begin like keys.
            if key.contains('.') || keys.contains(format!("lint-{key}").as_str()) {
                continue;
            }
            assert!(key == start || keys.contains(key), "{key} is in no table");
        }
    }
}
