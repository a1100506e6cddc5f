//! Redaction: what must go, what must stay, and that a redacted text says the same about the crash.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use psod_match::crash::Crash;
use psod_match::kb::{KbSource, KnowledgeBase};
use psod_match::read::{FoundCrash, crashes_in_text};
use psod_match::text::{Redactor, SiteSecret};
use rayon::prelude::*;

/// Private strings that are not found. The list may only become shorter.
const SURVIVORS: &[&str] = &[];
/// The same of the strings that were written after the rules.
const LATER_SURVIVORS: &[&str] = &["0x10000010 9baabb02"];
/// The same of the strings that no rule was written for.
const UNSEEN_SURVIVORS: &[&str] = &["J12345-007"];

fn redacted(text: &str) -> String {
    let secret = SiteSecret::known([7; 32]);
    let mut redactor = Redactor::new(&secret);
    redactor.learn(text);
    redactor.redact(text)
}

/// A screen as the program redacts it: its words are evidence.
fn redacted_screen(text: &str) -> String {
    let secret = SiteSecret::known([7; 32]);
    let mut redactor = Redactor::new(&secret);
    redactor.learn_screen(text);
    redactor.redact_screen(text)
}

fn lines_of(file: &str) -> Vec<String> {
    let text = fs::read_to_string(Path::new("tests/private").join(file)).expect("a file");
    text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
}

/// Returns the private strings of `file` that redacting leaves in their line, and how many there are.
fn survivors(file: &str) -> (Vec<String>, usize) {
    let lines = lines_of(file);
    let mut left = Vec::new();
    for line in &lines {
        let (_, marked) = line.split_once('\t').expect("a class and a line");
        let (before, rest) = marked.split_once('«').expect("a marked string");
        let (name, after) = rest.split_once('»').expect("the end of the string");
        let text = format!("{before}{name}{after}").replace('⏎', "\n");
        let once = redacted(&text);
        if once.to_lowercase().contains(&name.to_lowercase()) {
            println!("{marked}\n    {}", once.replace('\n', "⏎"));
            left.push(name.to_owned());
        }
        assert_eq!(redacted(&once), once, "not the same a second time: {text}");
    }
    (left, lines.len())
}

#[track_caller]
fn check(file: &str, expected: &[&str]) {
    let (left, all) = survivors(file);
    assert_eq!(left, expected);
    assert!(left.len() * 50 <= all, "{} of {all} private strings survive", left.len());
}

#[test]
fn private_strings_go() {
    check("private.txt", SURVIVORS);
}

#[test]
fn private_strings_that_were_written_after_the_rules_go() {
    check("later.txt", LATER_SURVIVORS);
}

#[test]
fn private_strings_that_no_rule_was_written_for_go() {
    check("unseen.txt", UNSEEN_SURVIVORS);
}

#[test]
fn private_strings_of_mended_kinds_go() {
    check("kinds.txt", &[]);
}

#[test]
fn public_strings_stay() {
    let changed: Vec<(String, String)> = lines_of("public.txt")
        .into_iter()
        .map(|line| (redacted(&line), line))
        .filter(|(redacted, line)| redacted != line)
        .collect();
    assert!(changed.is_empty(), "{changed:#?}");
}

#[test]
fn no_text_of_the_knowledge_base_changes() {
    let kb = KnowledgeBase::read(&[KbSource::Shipped]).expect("the shipped files");
    let mut changed = BTreeSet::new();
    for issue in kb.issues.values() {
        let texts = [&issue.title, &issue.cause, &issue.fix_text, &issue.workaround];
        for text in texts.into_iter().flat_map(|text| text.lines()) {
            let after = redacted(text);
            if after != text {
                changed.insert(format!("{}: {text}\n    {after}", issue.id));
            }
        }
    }
    assert!(changed.is_empty(), "{changed:#?}");
}

fn crash_texts() -> Vec<PathBuf> {
    let directories = ["kb/crashes", "kb/near", "kb/unknown", "tests/corpus"];
    let entries =
        directories.iter().flat_map(|directory| fs::read_dir(directory).expect("a directory"));
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut files: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|end| end == "txt")).collect();
    files.sort();
    files
}

/// What a crash says, without the names that redacting replaces.
fn evidence(found: &FoundCrash) -> impl PartialEq + std::fmt::Debug + use<> {
    let Crash { release, panic, pcpu, registers, uptime_ms, tsc, code_start, .. } = &found.crash;
    let crash = &found.crash;
    let mut frames = crash.backtrace.clone();
    frames.extend(crash.other_backtraces.iter().flat_map(|other| other.frames.clone()));
    let checks: Vec<_> = crash
        .machine_checks
        .iter()
        .map(|check| (check.bank, check.status, check.address))
        .collect();
    let panic = panic.as_ref().map(|panic| (panic.kind, panic.pcpus.clone()));
    (
        (release.clone(), panic, *pcpu, registers.clone(), *uptime_ms, *tsc, *code_start),
        (frames, checks, crash.host.drivers.clone(), crash.pcpus.len()),
    )
}

#[track_caller]
fn says_the_same(path: &Path, text: &str, after: &str) -> Vec<String> {
    let before: Vec<_> = crashes_in_text(text).iter().map(evidence).collect();
    let after: Vec<_> = crashes_in_text(after).iter().map(evidence).collect();
    if before == after {
        Vec::new()
    } else {
        vec![format!("{}\n{before:#?}\n{after:#?}", path.display())]
    }
}

#[test]
fn a_redacted_crash_says_the_same() {
    let changed: Vec<String> = crash_texts()
        .par_iter()
        .flat_map_iter(|path| {
            let text = fs::read_to_string(path).expect("a file");
            let once = redacted_screen(&text);
            assert_eq!(redacted_screen(&once), once, "{}", path.display());
            says_the_same(path, &text, &once)
        })
        .collect();
    assert!(changed.is_empty(), "{} files: {}", changed.len(), changed.join("\n"));
}

/// As running text a crash has words that no list knows; they are few, and redacting them twice is
/// redacting them once.
#[test]
fn few_words_of_public_texts_are_unknown() {
    let counts: Vec<(usize, usize)> = crash_texts()
        .par_iter()
        .map(|path| {
            let text = fs::read_to_string(path).expect("a file");
            let once = redacted(&text);
            assert_eq!(redacted(&once), once, "{}", path.display());
            (once.matches("word-").count(), text.split_whitespace().count())
        })
        .collect();
    let unknown: usize = counts.iter().map(|(unknown, _)| unknown).sum();
    let all: usize = counts.iter().map(|(_, all)| all).sum();
    println!("{unknown} of {all} words are replaced though everybody may read them");
    assert!(unknown * 100 <= all, "{unknown} of {all} words");
}

/// A guest's owner calls the VM like any word of the crash.
#[test]
fn no_name_of_a_vm_destroys_evidence() {
    const NAMES: usize = 12;
    let changed: Vec<String> = crash_texts()
        .par_iter()
        .flat_map_iter(|path| {
            let text = fs::read_to_string(path).expect("a file");
            let words: BTreeSet<&str> =
                text.split(|c: char| c.is_whitespace() || "@:[](),/".contains(c)).collect();
            let words: Vec<&str> = words.into_iter().filter(|word| word.len() > 2).collect();
            let step = (words.len() / NAMES).max(1);
            let names: Vec<&str> = words.into_iter().step_by(step).collect();
            names
                .into_iter()
                .flat_map(|name| {
                    let secret = SiteSecret::known([7; 32]);
                    let mut redactor = Redactor::new(&secret);
                    redactor.learn_screen(&text);
                    redactor.learn(&format!("1:1107/vmm0:{name}"));
                    says_the_same(path, &text, &redactor.redact_screen(&text))
                        .into_iter()
                        .map(|change| format!("{name}: {change}"))
                        .collect::<Vec<_>>()
                })
                .collect::<Vec<_>>()
        })
        .collect();
    let names: Vec<&str> = changed.iter().filter_map(|change| change.lines().next()).collect();
    assert!(changed.is_empty(), "{} changes: {names:#?}\n{}", changed.len(), changed[0]);
}
