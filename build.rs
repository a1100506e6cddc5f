//! Makes cargo embed the knowledge base and the texts again when they change, and gives compiled
//! knowledge bases a key that changes with the sources that decide their content.

use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};

/// What a compiled knowledge base is made by: a parser that reads more makes other frames out of
/// the same kb/, so one that an older program has compiled must not be used. `compile/` is at the
/// end of this list, with every room that it and they import; a test in `tests/cli/architecture.rs`
/// checks that the list is complete. The rooms after it only read the compiled form, so an edit of
/// them keeps the caches valid.
const COMPILING: &[&str] = &[
    "src/error.rs",
    "src/text",
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

fn main() {
    for directory in ["kb", "migrations", "locales", "src"] {
        println!("cargo::rerun-if-changed={directory}");
    }
    for (name, list) in [("SOURCES", COMPILING), ("COMPARING", COMPARING)] {
        let sources: Vec<&Path> = list.iter().map(Path::new).collect();
        println!("cargo::rustc-env=PSOD_MATCH_{name}={:016x}", hash(&sources));
    }
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
