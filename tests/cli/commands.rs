//! Whole outputs of the program: the cases in `tests/cmd/`, and the samples of the README and of
//! `docs/a-week.md`, which is the one case with a ledger.
//!
//! `TRYCMD=overwrite cargo test --test cli commands` writes the outputs of the cases again; read
//! the difference.

/// Runs every sample with a cache of the test run, in English and without colours.
#[test]
fn whole_outputs_are_as_written() {
    // Pseudonyms depend on the secret of the site.
    let home = tempfile::tempdir().expect("a directory");
    let directory = home.path().join("psod-match");
    std::fs::create_dir(&directory).expect("made");
    std::fs::write(directory.join("site-secret.key"), [7; 32]).expect("written");
    trycmd::TestCases::new()
        .register_bin("psod-match", assert_cmd::cargo::cargo_bin!("psod-match"))
        .env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"))
        .env("XDG_DATA_HOME", home.path().display().to_string())
        .env("PSOD_MATCH_LEDGER", home.path().join("crashes.ledger").display().to_string())
        .env("USER", "jo")
        .env("LC_ALL", "C")
        .env("NO_COLOR", "1")
        .case("tests/cmd/*.trycmd")
        .case("docs/a-week.md")
        .case("README.md");
}
