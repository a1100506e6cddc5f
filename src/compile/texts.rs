//! Which crashes may print the texts of a signature: found in one pass through each crash for all
//! signatures together. With 20,000 issues, holding each text against each crash took a minute.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::AhoCorasick;

use crate::kb::{Issue, Signature, SignatureConditions};
use crate::signature::CrashKeys;
use crate::text::Template;

/// A crash, and the issue that it is recorded for, if any.
type Recorded<'a> = (Option<&'a str>, &'a CrashKeys);

/// The crashes of a knowledge base by the fixed texts of its signatures.
pub(super) struct PrintedTexts<'a> {
    crashes: Vec<Recorded<'a>>,
    /// Numbers of the crashes that print a fixed text, by that text in lower case.
    holders: BTreeMap<String, Vec<usize>>,
    /// Numbers of the crashes with a machine check.
    with_checks: Vec<usize>,
    /// Numbers of all crashes, for a text without a fixed part.
    all: Vec<usize>,
}

impl<'a> PrintedTexts<'a> {
    /// Looks for the texts of `issues` in `crashes`.
    pub(super) fn new(issues: impl Iterator<Item = &'a Issue>, crashes: Vec<Recorded<'a>>) -> Self {
        let texts = issues
            .flat_map(|issue| &issue.signatures)
            .flat_map(fixed_texts)
            .flatten()
            .collect::<BTreeSet<String>>();
        let holders = holders_of(texts, &crashes);
        let with_checks =
            (0..crashes.len()).filter(|number| !crashes[*number].1.checks.is_empty()).collect();
        let all = (0..crashes.len()).collect();
        Self { crashes, holders, with_checks, all }
    }

    /// True when a text or machine check of the signature holds for a crash that is not of `issue`.
    pub(super) fn holds_elsewhere(&self, issue: &Issue, signature: &Signature) -> bool {
        let asked = SignatureConditions::new(signature.clone());
        let of_texts = fixed_texts(signature).into_iter().map(|texts| self.rarest(&texts));
        let of_checks = signature.machine_check.as_ref().map(|_| self.with_checks.as_slice());
        of_texts.chain(of_checks).flatten().any(|number| {
            let (owner, keys) = self.crashes[*number];
            owner != Some(issue.id.as_str()) && asked.text_holds(keys)
        })
    }

    /// The crashes that print the one of `texts` that the fewest print.
    fn rarest(&self, texts: &[String]) -> &[usize] {
        let holders = texts.iter().filter_map(|text| self.holders.get(text));
        holders.min_by_key(|holders| holders.len()).unwrap_or(&self.all)
    }
}

/// The numbers of the `crashes` that print each of `texts`; all of them where the texts are too many
/// to be looked for at once.
fn holders_of(texts: BTreeSet<String>, crashes: &[Recorded]) -> BTreeMap<String, Vec<usize>> {
    let mut holders = vec![Vec::new(); texts.len()];
    match AhoCorasick::builder().ascii_case_insensitive(true).build(&texts) {
        Ok(automaton) => {
            for (number, (_, keys)) in crashes.iter().enumerate() {
                let printed = printed_by(keys);
                let places = printed.flat_map(|printed| automaton.find_overlapping_iter(printed));
                let found: BTreeSet<usize> =
                    places.map(|place| place.pattern().as_usize()).collect();
                found.into_iter().for_each(|text| holders[text].push(number));
            }
        }
        Err(_) => holders.fill((0..crashes.len()).collect()),
    }
    texts.into_iter().zip(holders).collect()
}

/// For each text that a signature asks for, the parts that are printed wherever it holds.
fn fixed_texts(signature: &Signature) -> Vec<Vec<String>> {
    let templates = signature.messages.iter().chain(&signature.logs);
    let of_templates = templates.map(|source| {
        let template = Template::new(source);
        template.literals().map(str::to_owned).collect()
    });
    let files = signature.sources.iter().map(|place| vec![place.file.to_ascii_lowercase()]);
    of_templates.chain(files).collect()
}

/// The texts of a crash in which those of a signature may stand.
fn printed_by(keys: &CrashKeys) -> impl Iterator<Item = &str> {
    let file = keys.source.as_ref().map(|(file, _)| file.as_str());
    keys.logs.iter().map(String::as_str).chain([keys.message.as_str()]).chain(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kb::{CheckPattern, KbSource, KnowledgeBase, SourcePlace};
    use crate::read::crashes_in_text;
    use crate::signature::{CheckKey, ComparableCrash};
    use crate::text::Masked;

    fn with_message(message: &str) -> CrashKeys {
        CrashKeys { message: message.to_owned(), ..CrashKeys::default() }
    }

    fn asks_for_message(text: &str) -> Signature {
        Signature { messages: vec![text.to_owned()], ..Signature::default() }
    }

    /// The crash is of issue `KB2`, and of none; the signature is of `KB1`.
    #[track_caller]
    fn check(signature: Signature, keys: &CrashKeys, expected: bool) {
        let issue =
            Issue { id: "KB1".to_owned(), signatures: vec![signature.clone()], ..Issue::default() };
        for owner in [Some("KB2"), None] {
            let texts = PrintedTexts::new([&issue].into_iter(), vec![(owner, keys)]);
            assert_eq!(texts.holds_elsewhere(&issue, &signature), expected, "{signature:?}");
        }
        let own = PrintedTexts::new([&issue].into_iter(), vec![(Some("KB1"), keys)]);
        assert!(!own.holds_elsewhere(&issue, &signature), "{signature:?}");
    }

    #[test]
    fn a_text_is_found_in_every_place_where_it_may_hold() {
        let full = with_message("Heap NET already at its maximum size of 12");
        check(asks_for_message("heap {w} already at its maximum"), &full, true);
        check(asks_for_message("{w} net already"), &full, true);
        check(asks_for_message("{n}"), &full, true);
        check(asks_for_message("Heap * minimum"), &full, false);
        let line = "WARNING: Heap: 1: Heap net already full".to_owned();
        let logged = CrashKeys { logs: vec![line], ..CrashKeys::default() };
        let asks = Signature { logs: vec!["heap net already".to_owned()], ..Signature::default() };
        check(asks, &logged, true);
    }

    #[test]
    fn a_source_line_and_a_machine_check_are_found() {
        let place = SourcePlace { file: "vmkernel/Util.c".to_owned(), line: Some(83) };
        let asks = Signature { sources: vec![place], ..Signature::default() };
        let source = Some(("/build/bora/vmkernel/Util.c".to_owned(), 83));
        check(asks.clone(), &CrashKeys { source, ..CrashKeys::default() }, true);
        let source = Some(("/build/bora/vmkernel/Util.c".to_owned(), 84));
        check(asks, &CrashKeys { source, ..CrashKeys::default() }, false);
        let machine_check = Some(CheckPattern::default());
        let asks = Signature { machine_check, ..Signature::default() };
        let status = Masked { value: 1, known: u64::MAX };
        let check_of_bank =
            CheckKey { vendor: None, bank: None, status, class: None, severity: None };
        let checks = vec![check_of_bank];
        check(asks.clone(), &CrashKeys { checks, ..CrashKeys::default() }, true);
        check(asks, &CrashKeys::default(), false);
    }

    /// Every text of the shipped knowledge base, each message of a crash as a text, and each beginning
    /// of a log line, held against every crash.
    #[test]
    fn the_texts_found_are_those_that_hold() {
        let kb = KnowledgeBase::read(&[KbSource::Shipped]).expect("the shipped files");
        let crashes = kb.exemplars.values().filter_map(|exemplar| {
            let found = crashes_in_text(&exemplar.text).into_iter().next()?;
            Some((exemplar.issue(), ComparableCrash::new(found.crash, &kb.lists).keys))
        });
        let crashes: Vec<(Option<&str>, CrashKeys)> = crashes.collect();
        let mut issues: Vec<Issue> = kb.issues.values().cloned().collect();
        for (at, issue) in issues.iter_mut().enumerate() {
            let (_, keys) = &crashes[at % crashes.len()];
            issue.signatures.push(asks_for_message(&keys.message));
            let words = keys.logs.first().map(|line| line.split(' ').take(6).collect::<Vec<_>>());
            let logs = words.map(|words| words.join(" ")).into_iter().collect();
            issue.signatures.push(Signature { logs, ..Signature::default() });
        }
        let recorded = crashes.iter().map(|(owner, keys)| (*owner, keys)).collect();
        let texts = PrintedTexts::new(issues.iter(), recorded);
        let mut held = 0;
        for issue in &issues {
            for signature in &issue.signatures {
                let asked = SignatureConditions::new(signature.clone());
                let mut others =
                    crashes.iter().filter(|(owner, _)| *owner != Some(issue.id.as_str()));
                let expected = others.any(|(_, keys)| asked.text_holds(keys));
                assert_eq!(texts.holds_elsewhere(issue, signature), expected, "{signature:?}");
                held += usize::from(expected);
            }
        }
        assert!(held > 20, "{held}");
    }
}
