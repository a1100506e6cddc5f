//! What the packages hold exists, or is made by `packaging/release`, which also checks the binary.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use toml::{Table, Value};

/// The sources of the files that a package of `Cargo.toml` lists.
fn sources(package: &str) -> BTreeSet<String> {
    let text = fs::read_to_string("Cargo.toml").expect("Cargo.toml");
    let manifest: Table = text.parse().expect("TOML");
    let assets = manifest["package"]["metadata"][package]["assets"].as_array().expect("a list");
    assets.iter().map(source).collect()
}

/// The first cell of a row of cargo-deb, and the key of one of cargo-generate-rpm.
fn source(row: &Value) -> String {
    let source = row.get("source").or_else(|| row.get(0));
    source.and_then(Value::as_str).expect("a source").to_owned()
}

/// True when a file of the tree has this path, which may end in `*`.
fn is_in_tree(pattern: &str) -> bool {
    let Some(start) = pattern.strip_suffix('*') else {
        return Path::new(pattern).is_file();
    };
    let (directory, start) = start.rsplit_once('/').unwrap_or((".", start));
    let mut entries = fs::read_dir(directory).expect("a directory");
    entries.any(|entry| {
        entry.expect("an entry").file_name().to_str().is_some_and(|name| name.starts_with(start))
    })
}

#[test]
fn every_file_of_the_packages_exists_or_is_built() {
    let script = fs::read_to_string("packaging/release").expect("the script");
    let listed = sources("deb");
    assert_eq!(listed, sources("generate-rpm"));
    assert!(listed.contains("target/release/psod-match") && listed.len() >= 8, "{listed:?}");
    for source in listed {
        // A placeholder of both tools for the binary that was built last.
        if source == "target/release/psod-match" {
            continue;
        }
        let exists = match source.strip_prefix("target/packaging/") {
            Some(built) => script.contains(&format!("\"$out/{}\"", built.trim_end_matches("/*.1"))),
            None => is_in_tree(&source),
        };
        assert!(exists, "{source}");
    }
}
