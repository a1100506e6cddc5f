//! Makes cargo embed the knowledge base, migrations and texts again when they
//! change, and gives the compiled cache a key that changes with the sources.

use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};

fn main() {
    for directory in ["kb", "migrations", "locales", "src"] {
        println!("cargo::rerun-if-changed={directory}");
    }
    // A parser that reads more makes other frames out of the same kb/, so a
    // cache that an older build has compiled must not be used.
    println!("cargo::rustc-env=PSOD_MATCH_SOURCES={:016x}", hash_of(Path::new("src")));
}

fn hash_of(directory: &Path) -> u64 {
    let mut files = Vec::new();
    collect(directory, &mut files);
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        hasher.write(file.to_string_lossy().as_bytes());
        hasher.write(&fs::read(&file).unwrap_or_default());
    }
    hasher.finish()
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}
