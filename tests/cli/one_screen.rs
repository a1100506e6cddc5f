//! At 24 rows of 80 columns the answer to "what is it, and what do I do" is on one screen.

use std::fs;
use std::path::{Path, PathBuf};

use psod_match::compile;
use psod_match::diagnose::{Knowledge, diagnose, prepare};
use psod_match::kb::KbSource;
use psod_match::message::{Catalog, Language};
use psod_match::read::crashes_in_text;
use psod_match::report::{CrashReport, Detail, Printed, Source};
use rayon::prelude::*;

const ROWS: usize = 24;
const COLUMNS: usize = 80;
/// Directories with texts of one crash each, or nearly.
const DIRECTORIES: &[&str] = &["examples", "kb/crashes", "kb/near", "kb/unknown", "tests/corpus"];

fn files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let entries = DIRECTORIES
        .iter()
        .flat_map(|directory| fs::read_dir(root.join(directory)).expect(directory));
    let files = entries.map(|entry| entry.expect("an entry").path());
    files.filter(|path| path.extension().is_some_and(|extension| extension == "txt")).collect()
}

/// Each language in which the answer about the one crash of a file is no answer on one screen.
fn too_long(path: &Path, knowledge: &Knowledge) -> Vec<String> {
    let text = String::from_utf8_lossy(&fs::read(path).expect("a file")).into_owned();
    let crashes = crashes_in_text(&text);
    let [_] = crashes[..] else { return Vec::new() };
    let subject = crashes.into_iter().map(|found| prepare(found, knowledge)).next();
    let subject = subject.expect("a crash");
    let diagnosis = diagnose(&subject, knowledge).expect("an answer");
    let mut long = Vec::new();
    for language in [Language::English, Language::Japanese] {
        let catalog = Catalog::of(language);
        let name = Path::new(path.file_name().expect("a name"));
        let report = CrashReport::new(&subject, &diagnosis, Source::new(name, None), catalog);
        let answer = report.text(catalog, Detail::Short, COLUMNS);
        if answer.lines().count() > ROWS {
            long.push(format!("{} rows: {}\n{answer}", answer.lines().count(), name.display()));
        }
    }
    long
}

#[test]
fn every_answer_is_on_one_screen() {
    let compiled = compile::open(&[KbSource::Shipped], None).expect("the knowledge base");
    let knowledge = Knowledge::new(compiled, false).expect("knowledge");
    let long: Vec<String> =
        files().par_iter().flat_map_iter(|path| too_long(path, &knowledge)).collect();
    assert!(long.is_empty(), "{} answers are too long\n{}", long.len(), long.join("\n"));
}
