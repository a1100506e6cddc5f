//! Files that a curator writes, in any state: each fault is a finding at a place of the file, and a
//! condition answers the same each time.

use std::fs;

use psod_match::kb::{
    Exemplar, KbSource, KbTexts, KnowledgeBase, Releases, Signature, VersionRange, conditions,
    date_of, lint, settle,
};
use psod_match::matching::{Weights, align, asked_release, found_of};
use psod_match::message::Catalog;
use psod_match::read::crashes_in_text;
use psod_match::signature::{ComparableCrash, FrameLists};
use psod_match::text::Template;

use super::escaped::check_terminal;

/// The line between the two parts of an input.
const BETWEEN: &str = "\n====\n";

/// The parts of an input before and after the line between them.
fn halves(data: &[u8]) -> (String, String) {
    let text = String::from_utf8_lossy(data);
    let (one, other) = text.split_once(BETWEEN).unwrap_or((&text, ""));
    (one.to_owned(), other.to_owned())
}

/// Checks an issue file and, after the line between, a crash text that belongs to it.
pub fn check_issue(data: &[u8]) {
    let (issue, crash) = halves(data);
    let directory = tempfile::tempdir().expect("a directory");
    for (folder, name, text) in
        [("issues", "KB318512.md", &issue), ("crashes", "KB318512-1.txt", &crash)]
    {
        fs::create_dir(directory.path().join(folder)).expect("a directory");
        fs::write(directory.path().join(folder).join(name), text).expect("a file");
    }
    let sources = [KbSource::Directory(directory.path().to_owned())];
    let texts = KbTexts::read(&sources).expect("the texts");
    let kb = KnowledgeBase::read(&sources).expect("a knowledge base");
    let today = date_of("2026-06-30").expect("a day");
    let findings = settle(lint(&kb, &texts), &texts, today);
    assert_eq!(findings, settle(lint(&kb, &texts), &texts, today), "the second answer differs");
    for finding in &findings {
        let Some(position) = finding.position else { continue };
        let text = texts.get(&finding.path).expect("the file of a finding");
        assert!(text.get(position.start..position.end).is_some(), "{finding:?} in {text:?}");
        let line = text.split('\n').nth(position.line - 1).expect("the line of a finding");
        assert!(position.column - 1 <= line.chars().count(), "{finding:?}");
        let key = format!("lint-{}", finding.code.as_str());
        assert!(!Catalog::english().text(&key, &[("detail", &finding.detail)]).is_empty());
    }
    let _ = Exemplar::parse("crashes/x.txt", &crash);
    let _ = Releases::parse("releases.csv", &crash);
}

/// Checks a signature and, after the line between, a crash text that it is asked about.
pub fn check_signature(data: &[u8]) {
    let (signature, text) = halves(data);
    let Ok(signature) = toml::from_str::<Signature>(&signature) else { return };
    let weights = Weights::default();
    for found in crashes_in_text(&text).into_iter().take(3) {
        let keys = ComparableCrash::new(found.crash, &FrameLists::default()).keys;
        let asked = conditions(&signature, &keys);
        assert_eq!(asked, conditions(&signature, &keys), "the second answer differs");
        let frames = weights.prepare_crash(&keys.frames, &[]);
        let pattern = weights.prepare_pattern(&signature.frames, &[]);
        let aligned = align(&pattern, &frames);
        for step in &aligned.steps {
            // The place in the backtrace: nameless frames have one and no name to compare.
            assert!(keys.frames.iter().any(|frame| frame.index == step.crash), "{step:?}");
            assert!(step.signature < signature.frames.len(), "{step:?}");
            assert!((0.0..=1.0).contains(&step.similarity), "{step:?}");
        }
        for pair in aligned.steps.windows(2) {
            assert!(pair[0].crash < pair[1].crash && pair[0].signature < pair[1].signature);
        }
        if let Some(some) = &signature.some {
            let held = found_of(&weights.prepare_pattern(&some.of, &[]), &frames);
            assert!(held.len() <= some.of.len(), "more frames than are asked for");
        }
    }
}

/// Checks a range of versions or a template, and after the line between a printed text.
pub fn check_versions(data: &[u8]) {
    let (asked, printed) = halves(data);
    match VersionRange::parse(&asked) {
        Ok(range) => {
            let again = VersionRange::parse(range.as_str()).expect("the range as it was written");
            assert_eq!(again, range);
            assert_eq!(range.holds(&printed), again.holds(&printed));
        }
        Err(error) => check_terminal(&psod_match::text::escape_terminal(&error.to_string())),
    }
    let template = Template::new(&asked);
    // One that opens with anything, or is empty, starts nothing: it would start everything.
    let opens = !asked.is_empty() && !asked.starts_with('*');
    let covers = opens && template.is_all_of(&printed);
    assert!(!covers || template.starts(&printed), "{asked:?} {printed:?}");
    assert_eq!(template.is_in(&printed), Template::new(&asked).is_in(&printed));
    let _ = asked_release(&printed, &Releases::default());
}
