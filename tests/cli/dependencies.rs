//! Every crate has a licence that `deny.toml` allows, and comes from crates.io.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

fn allowed() -> BTreeSet<String> {
    let text = std::fs::read_to_string("deny.toml").expect("deny.toml");
    let table: toml::Table = text.parse().expect("TOML");
    let allow = table["licenses"]["allow"].as_array().expect("a list");
    allow.iter().map(|licence| licence.as_str().expect("a string").to_owned()).collect()
}

/// True when one side of every `AND` offers an allowed licence; `/` is an old spelling of `OR`.
fn is_allowed(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let plain = expression.replace(['(', ')'], "").replace('/', " OR ");
    plain.split(" AND ").all(|part| part.split(" OR ").any(|one| allowed.contains(one.trim())))
}

#[test]
fn every_crate_has_an_allowed_licence_and_comes_from_the_registry() {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        .output()
        .expect("cargo metadata");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let allowed = allowed();
    let packages = metadata["packages"].as_array().expect("a list");
    assert!(packages.len() > 100, "{} packages", packages.len());
    for package in packages.iter().filter(|package| !package["source"].is_null()) {
        let name = package["name"].as_str().expect("a name");
        let licence = package["license"].as_str().unwrap_or("none");
        assert!(is_allowed(licence, &allowed), "{name} is licensed {licence}");
        let source = package["source"].as_str().expect("a source");
        assert!(source.starts_with("registry+"), "{name} comes from {source}");
    }
}

#[test]
fn expressions_are_read_part_by_part() {
    let allowed = ["MIT".to_owned(), "Unicode-3.0".to_owned()].into();
    assert!(is_allowed("MIT/Apache-2.0", &allowed));
    assert!(is_allowed("(MIT OR GPL-3.0) AND Unicode-3.0", &allowed));
    assert!(!is_allowed("MIT AND GPL-3.0", &allowed));
    assert!(!is_allowed("none", &allowed));
}
