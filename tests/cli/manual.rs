//! `psod-match man` writes a page for each command, with all that its `--help` lists.

use std::fs;
use std::path::Path;

use assert_cmd::cargo::cargo_bin_cmd;

/// The pages that `psod-match man` writes, by name.
fn pages() -> Vec<(String, String)> {
    let directory = tempfile::tempdir().expect("a directory");
    cargo_bin_cmd!("psod-match").arg("man").arg(directory.path()).assert().success().stdout("");
    let entries = fs::read_dir(directory.path()).expect("a directory");
    entries.map(|entry| page(&entry.expect("an entry").path())).collect()
}

fn page(path: &Path) -> (String, String) {
    let name = path.file_name().expect("a name").to_str().expect("text").to_owned();
    (name, fs::read_to_string(path).expect("text").replace("\\-", "-"))
}

/// The commands and the options that `--help` lists after these words.
fn help(words: &[String]) -> (Vec<String>, Vec<String>) {
    let run = cargo_bin_cmd!("psod-match").args(words).arg("--help").output().expect("a run");
    let text = String::from_utf8(run.stdout).expect("text");
    let commands = text.split_once("\nCommands:\n").map_or("", |(_, rest)| rest);
    let commands = commands.split("\n\n").next().unwrap_or_default().lines();
    let commands = commands.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    let commands = commands.filter(|word| !word.is_empty() && *word != "help");
    let options = text.lines().map(str::trim_start).filter(|line| line.starts_with('-'));
    let options = options.filter_map(|line| line.split([' ', ',']).find(|w| w.starts_with("--")));
    (commands.map(str::to_owned).collect(), options.map(str::to_owned).collect())
}

#[test]
fn every_command_has_a_manual_page_with_every_option() {
    let pages = pages();
    let mut commands: Vec<Vec<String>> = vec![Vec::new()];
    let mut seen = 0;
    while let Some(words) = commands.pop() {
        let (below, options) = help(&words);
        let name = format!("psod-match {}", words.join(" ")).trim_end().replace(' ', "-");
        let page = pages.iter().find(|(file, _)| *file == format!("{name}.1"));
        let page = &page.unwrap_or_else(|| panic!("{name} has no page")).1;
        assert!(page.contains("\n.SH NAME\n") && page.contains("\n.SH SYNOPSIS\n"), "{name}");
        assert!(options.iter().any(|option| option == "--help"), "{name}: {options:?}");
        for option in options {
            assert!(page.contains(&option), "{name} lacks {option}");
        }
        for word in below {
            assert!(page.contains(&format!("{name}-{word}(1)")), "{name} does not name {word}");
            commands.push(words.iter().cloned().chain([word]).collect());
        }
        seen += 1;
    }
    assert_eq!(seen, pages.len(), "a page of each command of --help, and no other");
    assert!(seen > 15, "{seen}");
}

#[test]
fn a_directory_for_pages_that_is_missing_is_said_in_one_line() {
    let run = cargo_bin_cmd!("psod-match").args(["man", "no-such-directory"]).assert().code(2);
    let stderr = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
    assert!(stderr.lines().count() == 1 && stderr.contains("no-such-directory"), "{stderr}");
}
