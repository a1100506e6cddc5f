//! Makes cargo embed the knowledge base and the texts again when they change, gives compiled
//! knowledge bases a key that changes with the sources that decide their content, and says what
//! would have to be read in every run: the digest, the number and the day of the issues.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

#[path = "src/text/redact/split.rs"]
mod split;

use split::{capital_parts, script_runs};

/// What a compiled knowledge base is made by: a parser that reads more makes other frames out of
/// the same kb/, so one that an older program has compiled must not be used. `compile/` is at the
/// end of this list, with every room that it and they import; a test in `tests/cli/architecture.rs`
/// checks that the list is complete. The rooms after it only read the compiled form, so an edit of
/// them keeps the caches valid.
const COMPILING: &[&str] = &[
    "src/error.rs",
    "src/threads.rs",
    "src/text",
    "src/picture",
    "src/crash",
    "src/read",
    "src/machine_check",
    "src/signature",
    "src/kb",
    "src/store",
    "src/index",
    "src/compile",
    "migrations/store",
];

/// What decides how alike two backtraces are: a ledger keeps that, and works it out again when one of
/// these changes.
const COMPARING: &[&str] = &[
    "src/text",
    "src/signature",
    "src/matching/align.rs",
    "src/triage/edges.rs",
    "src/triage/names.rs",
    "src/triage/neighbours.rs",
    "src/triage/node.rs",
];

fn main() -> io::Result<()> {
    for directory in ["assets", "kb", "migrations", "locales", "src"] {
        println!("cargo::rerun-if-changed={directory}");
    }
    for (name, list) in [("SOURCES", COMPILING), ("COMPARING", COMPARING)] {
        let sources: Vec<&Path> = list.iter().map(Path::new).collect();
        println!("cargo::rustc-env=PSOD_MATCH_{name}={:016x}", hash(&sources));
    }
    println!("cargo::rustc-env=SHIPPED_KB_DIGEST={:016x}", hash(&[Path::new("kb")]));
    let (issues, newest) = issues();
    println!("cargo::rustc-env=SHIPPED_KB_ISSUES={issues}");
    println!("cargo::rustc-env=SHIPPED_KB_DATE={newest}");
    if target("OS") == "linux" && target("ENV") == "gnu" {
        // A position-independent program has 31,000 addresses that the loader corrects at each start,
        // on pages that are then its own: a tenth of the time of one crash.
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let mut texts = String::new();
    for (name, language) in [("ENGLISH", "en"), ("JAPANESE", "ja")] {
        write_texts(&mut texts, name, &Path::new("locales").join(language))?;
    }
    fs::write(out.join("texts.rs"), texts)?;
    fs::write(out.join("knowledge_words.txt"), knowledge_words())?;
    fs::write(out.join("lookalikes.rs"), lookalikes(&fs::read_to_string(LOOKALIKES)?))
}

/// What the program is compiled for, such as its `OS`.
fn target(name: &str) -> String {
    env::var(format!("CARGO_CFG_TARGET_{name}")).unwrap_or_default()
}

/// Texts whose words everybody may read: what a site calls its own is in none of them.
const PUBLIC_TEXTS: &[&str] = &[
    "kb/frames",
    "kb/guidance",
    "kb/issues",
    "kb/leads.csv",
    "kb/modules.csv",
    "kb/releases.csv",
    "locales",
];

/// The words of the public texts in small letters, a line each: redaction leaves them.
fn knowledge_words() -> String {
    let mut files = Vec::new();
    for path in PUBLIC_TEXTS {
        collect(Path::new(path), &mut files);
    }
    let mut words = BTreeSet::new();
    for file in files {
        let text = fs::read_to_string(file).unwrap_or_default();
        for word in text.split(|c: char| !c.is_alphabetic()) {
            words.extend(parts_of(word).into_iter().map(|part| part.to_lowercase()));
        }
    }
    words.retain(|word| word.chars().count() > 1 || !word.is_ascii());
    words.into_iter().collect::<Vec<String>>().join("\n")
}

/// The whole word, and its parts as redaction cuts a word.
fn parts_of(word: &str) -> Vec<&str> {
    let runs = script_runs(word).into_iter().map(|run| &word[run]);
    std::iter::once(word).chain(runs.flat_map(capital_parts)).collect()
}

/// Characters that look alike; its head tells what the columns are.
const LOOKALIKES: &str = "src/text/lookalikes.csv";

/// Writes the entries of the `.ftl` files in `directory` as a table in the order of their keys, each
/// with its source: a run parses only those that it says.
fn write_texts(texts: &mut String, name: &str, directory: &Path) -> io::Result<()> {
    let mut files = Vec::new();
    collect(directory, &mut files);
    let mut entries: Vec<(String, String)> = Vec::new();
    for file in files {
        for line in fs::read_to_string(&file)?.lines().filter(|line| !line.starts_with('#')) {
            if line.starts_with(|first: char| first.is_ascii_lowercase()) {
                let key = line.split([' ', '=']).next().unwrap_or_default();
                entries.push((key.to_owned(), String::new()));
            } else if !line.is_empty() && !line.starts_with(' ') {
                return Err(io::Error::other(format!("{}: {line}", file.display())));
            }
            if let Some((_, source)) = entries.last_mut() {
                source.push_str(line);
                source.push('\n');
            }
        }
    }
    entries.sort();
    writeln!(texts, "static {name}: &[(&str, &str)] = &{entries:#?};").map_err(io::Error::other)
}

/// The uses of the rows of `lookalikes.csv`.
const USES: &[&str] = &["line", "name", "digit", "decimal", "zero", "bracket"];

/// A table for each use: what is read, and the character that was printed.
fn lookalikes(table: &str) -> String {
    let rows = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(table.as_bytes());
    let rows: Vec<csv::StringRecord> = rows.into_records().filter_map(Result::ok).collect();
    let mut tables = String::new();
    for wanted in USES {
        let rows = rows.iter().filter(|row| row[3].split(' ').any(|word| word == *wanted));
        let rows: Vec<(&str, char)> = rows
            .filter_map(|row| Some((&row[1], row[0].chars().next()?)))
            .filter(|(read, _)| !read.is_empty())
            .collect();
        let name = wanted.to_uppercase();
        let _ = writeln!(tables, "const {name}_ROWS: &[(&str, char)] = &{rows:?};");
    }
    tables
}

/// How many issues the knowledge base has, and the day of the newest one: `--version` says both
/// without reading them.
fn issues() -> (usize, String) {
    let mut files = Vec::new();
    collect(Path::new("kb/issues"), &mut files);
    files.retain(|file| file.extension().is_some_and(|extension| extension == "md"));
    let texts = files.iter().map(|file| fs::read_to_string(file).unwrap_or_default());
    let days = texts.filter_map(|text| {
        let line = text.lines().find_map(|line| line.strip_prefix("created = "))?;
        Some(line.trim().to_owned())
    });
    (files.len(), days.max().unwrap_or_default())
}

fn hash(sources: &[&Path]) -> u64 {
    let mut files = Vec::new();
    for path in sources {
        collect(path, &mut files);
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        hasher.write(file.to_string_lossy().as_bytes());
        hasher.write(&fs::read(&file).unwrap_or_default());
    }
    hasher.finish()
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if !path.is_dir() {
        files.push(path.to_path_buf());
        return;
    }
    for entry in fs::read_dir(path).into_iter().flatten().flatten() {
        collect(&entry.path(), files);
    }
}
