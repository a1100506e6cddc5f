//! Runs every example of `docs/signatures.md`: a key, a crash, and the answer.

use psod_match::kb::{Signature, conditions};
use psod_match::matching::{Weights, align, found_of};
use psod_match::read::crashes_in_text;
use psod_match::signature::{ComparableCrash, CrashKeys, FrameLists};

/// One example: the signature, the crash text and the expected answer.
fn examples(page: &str) -> Vec<(&str, &str, String)> {
    let mut rest = page;
    let mut examples = Vec::new();
    while let Some((_, after)) = rest.split_once("```toml\n") {
        let (signature, after) = after.split_once("```\n").expect("the end of the key");
        let after = after.strip_prefix("```text\n").expect("a crash after the key");
        let (crash, after) = after.split_once("```\n").expect("the end of the crash");
        let answer = after.strip_prefix("> ").expect("an answer after the crash");
        examples.push((signature, crash, answer.lines().next().unwrap_or_default().to_owned()));
        rest = after;
    }
    examples
}

fn code(value: impl serde::Serialize) -> String {
    serde_json::to_string(&value).expect("a code").trim_matches('"').to_owned()
}

/// The answer of the crash to the signature, as the page writes it.
fn answer(signature: &Signature, crash: &CrashKeys) -> String {
    let mut answers = Vec::new();
    let weights = Weights::default();
    let frames = weights.prepare_crash(&crash.frames, &[]);
    if !signature.frames.is_empty() {
        let found = align(&weights.prepare_pattern(&signature.frames, &[]), &frames);
        answers.push(format!("frames: {} of {}", found.steps.len(), found.signature_length));
    }
    if let Some(some) = &signature.some {
        let found = found_of(&weights.prepare_pattern(&some.of, &[]), &frames);
        answers.push(format!("some: {} of {}", found.len(), some.of.len()));
    }
    let checked = conditions(signature, crash);
    answers.extend(checked.iter().map(|c| format!("{}: {}", code(c.condition), code(c.state))));
    answers.join(", ")
}

#[test]
fn every_example_of_the_page_is_true() {
    let page = include_str!("../../docs/signatures.md");
    let examples = examples(page);
    assert!(examples.len() > 12, "{} examples are found", examples.len());
    for (signature, text, expected) in examples {
        let parsed: Signature = toml::from_str(signature).expect("a signature");
        let mut found = crashes_in_text(text);
        assert_eq!(found.len(), 1, "{text}");
        let comparable = ComparableCrash::new(found.remove(0).crash, &FrameLists::default());
        assert_eq!(answer(&parsed, &comparable.keys), expected, "{signature}");
    }
}

#[test]
fn every_key_has_an_example() {
    let page = include_str!("../../docs/signatures.md");
    for key in [
        "kinds",
        "exceptions",
        "messages",
        "sources",
        "worlds",
        "frames",
        "some",
        "forbid",
        "modules",
        "logs",
        "machine_check",
        "host",
        "models",
        "pci",
        "components",
        "optional",
        "gap",
        "version",
    ] {
        let assignment = format!("{key} =");
        let mut examples = examples(page).into_iter();
        assert!(examples.any(|(signature, ..)| signature.contains(&assignment)), "{key}");
    }
}
