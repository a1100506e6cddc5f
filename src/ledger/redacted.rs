//! A crash without the names of its site: what the ledger keeps.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::crash::Crash;
use crate::error::{Error, Result};
use crate::text::{Redactor, SiteSecret};

/// The crash with every private string replaced by a pseudonym of the site; frames, modules and
/// versions stay, and so do the words `public` of the knowledge base (`docs/redaction.md`).
///
/// # Errors
/// [`Error::Stored`] when a number of the crash is not finite, which none is.
pub fn redacted(crash: &Crash, secret: &SiteSecret, public: &BTreeSet<String>) -> Result<Crash> {
    let mut redactor = Redactor::new(secret);
    redactor.keep_public(public);
    let listed = crash.pcpus.iter().map(|entry| &entry.world);
    for world in listed.chain(crash.world.as_ref()) {
        redactor.learn(&world.label());
    }
    let screen: Vec<&str> = crash.screen.iter().map(|line| line.text.as_str()).collect();
    redactor.learn_screen(&screen.join("\n"));
    redactor.learn(&crash.log_lines.join("\n"));
    let mut value = serde_json::to_value(crash).map_err(not_stored)?;
    redact(&mut value, &mut redactor, false);
    serde_json::from_value(value).map_err(not_stored)
}

fn not_stored(error: serde_json::Error) -> Error {
    Error::Stored(error.to_string())
}

/// Fields that are evidence, or one of a closed list of words: they stay as they are.
const EVIDENCE: &[&str] = &[
    "function",
    "module",
    "version",
    "role",
    "trust",
    "kind",
    "part",
    "code",
    "registers",
    "release",
];

/// Fields with running text of a log: a word that no list knows may be a name.
const RUNNING: &[&str] = &["log_lines"];

fn redact(value: &mut Value, redactor: &mut Redactor<'_>, is_running: bool) {
    match value {
        // The words of a stack, which are most of all texts, name nobody.
        Value::String(text) if is_number(text) => {}
        Value::String(text) if is_running => *text = redactor.redact(text),
        Value::String(text) => *text = redactor.redact_screen(text),
        Value::Array(values) => {
            values.iter_mut().for_each(|value| redact(value, redactor, is_running));
        }
        Value::Object(fields) => {
            // A line of a log between those of the screen.
            let is_running = is_running || fields.get("part").is_some_and(|part| part == "log");
            let private = fields.iter_mut().filter(|(name, _)| !EVIDENCE.contains(&name.as_str()));
            private.for_each(|(name, value)| {
                redact(value, redactor, is_running || RUNNING.contains(&name.as_str()));
            });
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// True for a number as the screen prints it: `0x43190b62a500`.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    digits.len() <= 16 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::crashes_in_text;
    use crate::signature::{ComparableCrash, FrameLists};

    #[test]
    fn names_go_and_what_is_compared_stays() {
        let text = "VMware ESXi 7.0.3 [Releasebuild-20842708 x86_64]\n\
            #PF Exception 14 in world 2097460:vmm0:payroll-01 IP 0x42002b65ad3b addr 0x8\n\
            *PCPU5:2097460/vmm0:payroll-01\n\
            0x453949a1be20:[0x42002b65ad3b]payroll_Walk@payroll#nover+0x45f stack: 0x1\n";
        let crash = crashes_in_text(text).into_iter().next().expect("a crash").crash;
        let secret = SiteSecret::known([7; 32]);
        let without = redacted(&crash, &secret, &BTreeSet::new()).expect("redacted");
        let stored = serde_json::to_string(&without).expect("JSON");
        assert!(!stored.contains("payroll-01"), "{stored}");
        assert_eq!(without.backtrace, crash.backtrace);
        let lists = FrameLists::default();
        let prints = [crash, without].map(|crash| ComparableCrash::new(crash, &lists).fingerprint);
        assert_eq!(prints[0], prints[1]);
    }

    #[test]
    fn words_of_the_knowledge_base_stay_in_the_lines_of_a_log() {
        let crash = Crash {
            log_lines: vec!["wildgansd: heron of Kowalski lost".to_owned()],
            ..Crash::default()
        };
        let public = BTreeSet::from(["wildgansd".to_owned()]);
        let secret = SiteSecret::known([7; 32]);
        let without = redacted(&crash, &secret, &public).expect("redacted");
        assert!(without.log_lines[0].starts_with("wildgansd: "), "{:?}", without.log_lines);
        assert!(!without.log_lines[0].contains("Kowalski"), "{:?}", without.log_lines);
    }
}
