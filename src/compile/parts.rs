//! What a compiled knowledge base is made of: the store's issues, the terms of the index, the
//! documents of the full-text search, out of the files and the crash texts of `kb/`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::slice;

use rayon::prelude::*;

use super::form;
use super::texts::PrintedTexts;
use crate::crash::{Crash, PanicKind, Role};
use crate::error::Result;
use crate::index::{CrashTerms, Index, IndexFiles, IssueTerms, SearchDocument, SearchIndex};
use crate::kb::{
    CheckPattern, Exemplar, FramePattern, Issue, KnowledgeBase, Rarity, Signature, Subjects,
};
use crate::read::{crashes_in_text, kind_words};
use crate::signature::{ComparableCrash, CrashKeys, KeyFrame, function_name, words};
use crate::store::{CompiledIssue, KnownIssue, StoreParts, StoredExemplar};
use crate::text::Template;
use crate::threads::shared;

/// Fixed words that a message must have beyond those of its panic kind to prove anything.
const MIN_OWN_WORDS: usize = 2;
/// Bits of the architectural error code: a machine check that only names its class is not an
/// issue yet.
pub(crate) const ERROR_CODE_BITS: u32 = 16;

/// Functions on top of a backtrace by which its panic kind is known although no message was
/// published, those that say most first.
const KINDS_BY_FUNCTION: &[(&str, PanicKind)] = &[
    ("Int6_UD2Assert", PanicKind::Assert),
    ("Panic_OnAssertAt", PanicKind::Assert),
    ("NMI_Interrupt", PanicKind::NmiIpi),
    ("Panic_Exception", PanicKind::PageFault),
    ("vmk_PanicWithModuleID", PanicKind::Other),
    ("vmk_vPanic", PanicKind::Other),
];

/// The kind of a recorded crash whose message was not published. A panic that the code asks for has
/// `Panic` on top of its backtrace, so one that begins in another function was left by an exception,
/// and nearly all of these are page faults.
fn assumed_kind(crash: &Crash) -> Option<PanicKind> {
    let frames = crash.deciding_frames();
    let functions = functions_on_top(crash);
    let known = KINDS_BY_FUNCTION.iter().find(|(function, _)| functions.contains(function));
    let begins_in_story = functions.is_empty() && !frames.is_empty();
    known.map(|(_, kind)| *kind).or(begins_in_story.then_some(PanicKind::PageFault))
}

/// The machinery above the story of a crash.
fn functions_on_top(crash: &Crash) -> Vec<&str> {
    let frames = crash.deciding_frames().iter();
    let machinery = frames.take_while(|frame| frame.role == Role::Machinery);
    machinery.filter_map(|frame| frame.function.as_deref()).map(function_name).collect()
}

/// True when code called for the panic (`Panic_NoSave` below `PanicvPanicInt`): an exception leaves the
/// function that failed on top, or has its own entry below.
fn is_called(crash: &Crash) -> bool {
    functions_on_top(crash).first().is_some_and(|function| function.starts_with("Panic"))
}

/// The parts of a knowledge base that store and index are made of.
pub(super) struct Parts<'a> {
    kb: &'a KnowledgeBase,
    /// Keys of every crash text that belongs to an issue, by the id of the issue.
    own: BTreeMap<&'a str, Vec<CrashKeys>>,
    /// Keys of the crash texts that belong to none.
    others: Vec<CrashKeys>,
    exemplars: BTreeMap<&'a str, Vec<StoredExemplar>>,
}

impl<'a> Parts<'a> {
    pub(super) fn new(kb: &'a KnowledgeBase) -> Self {
        let mut parts =
            Parts { kb, own: BTreeMap::new(), others: Vec::new(), exemplars: BTreeMap::new() };
        let exemplars: Vec<&Exemplar> = kb.exemplars.values().collect();
        let crashes = exemplars.par_iter().filter_map(|exemplar| read(exemplar, kb));
        let crashes: Vec<(&Exemplar, ComparableCrash)> = shared(|| crashes.collect());
        for (exemplar, comparable) in crashes {
            let keys = comparable.keys;
            match exemplar.issue() {
                Some(issue) => {
                    let stored = stored_exemplar(&exemplar.path, &comparable.crash, &keys);
                    parts.exemplars.entry(issue).or_default().push(stored);
                    parts.own.entry(issue).or_default().push(keys);
                }
                None => parts.others.push(keys),
            }
        }
        parts
    }

    /// How often functions are printed: as the knowledge base has it, or counted again when it has
    /// grown far beyond the crash texts that were counted. The counts of a few dozen shipped issues
    /// say nothing about which functions tell a thousand issues of a team apart.
    fn rarity(&self) -> Cow<'_, Rarity> {
        const OUTGROWN: usize = 2;
        let counted = &self.kb.rarity;
        if self.own.len() + self.others.len() <= OUTGROWN * counted.total as usize {
            return Cow::Borrowed(counted);
        }
        let own = self.own.values().map(|crashes| functions_of(crashes));
        let others = self.others.iter().map(|crash| functions_of(slice::from_ref(crash)));
        Cow::Owned(Rarity::count(own.chain(others)))
    }

    fn crashes_of(&self, issue: &Issue) -> &[CrashKeys] {
        self.own.get(issue.id.as_str()).map(Vec::as_slice).unwrap_or_default()
    }

    fn subjects_of(&self, issue: &Issue) -> Subjects {
        Subjects::new(issue, self.crashes_of(issue))
    }

    /// The issues as the store keeps them.
    fn compiled_issues(&self) -> Vec<CompiledIssue> {
        let own = self.own.iter();
        let own = own.flat_map(|(id, crashes)| crashes.iter().map(|keys| (Some(*id), keys)));
        let others = self.others.iter().map(|keys| (None, keys));
        let printed = PrintedTexts::new(self.kb.issues.values(), own.chain(others).collect());
        let issues = self.kb.issues.values();
        issues.map(|issue| self.compiled_issue(issue, &printed)).collect()
    }

    fn compiled_issue(&self, issue: &Issue, printed: &PrintedTexts) -> CompiledIssue {
        let signatures = issue.signatures.iter();
        let known = KnownIssue {
            issue: issue.clone(),
            decisive: signatures.map(|signature| is_decisive(issue, signature, printed)).collect(),
            exemplars: self.exemplars.get(issue.id.as_str()).cloned().unwrap_or_default(),
        };
        CompiledIssue { known, modules: self.subjects_of(issue).modules }
    }

    /// The terms of every issue, for the candidates of a crash.
    fn terms(&self) -> Vec<IssueTerms> {
        self.kb.issues.values().map(|issue| self.terms_of(issue)).collect()
    }

    fn terms_of(&self, issue: &Issue) -> IssueTerms {
        let mut terms = CrashTerms::default();
        for signature in &issue.signatures {
            terms.add_signature(signature);
        }
        for keys in self.crashes_of(issue) {
            terms.add(&CrashTerms::from_keys(keys));
        }
        IssueTerms { issue: issue.id.clone(), terms }
    }

    fn search_documents(&self) -> Vec<SearchDocument> {
        let issues = self
            .kb
            .issues
            .values()
            .map(|issue| SearchDocument::from_issue(issue, &self.subjects_of(issue)));
        issues.chain(self.kb.guidance.values().map(SearchDocument::from_guidance)).collect()
    }

    fn store(&self) -> Result<StoreParts> {
        StoreParts::new(self.kb, &self.compiled_issues(), &self.rarity())
    }

    /// The bytes of the compiled form, with the full-text search where it is wanted.
    pub(super) fn form(&self, stamp: &str, with_search: bool) -> Result<Vec<u8>> {
        let (store, (index, search)) = shared(|| {
            rayon::join(
                || self.store(),
                || rayon::join(|| Index::create(&self.terms()), || self.search(with_search)),
            )
        });
        form::bytes_of(stamp, &store?, &index?, search.transpose()?.as_ref())
    }

    fn search(&self, is_wanted: bool) -> Option<Result<IndexFiles>> {
        is_wanted.then(|| SearchIndex::create(&self.search_documents()))
    }
}

fn functions_of(crashes: &[CrashKeys]) -> Vec<&str> {
    crashes.iter().flat_map(CrashKeys::functions).collect()
}

/// The first crash of a crash text.
fn read<'a>(exemplar: &'a Exemplar, kb: &KnowledgeBase) -> Option<(&'a Exemplar, ComparableCrash)> {
    let found = crashes_in_text(&exemplar.text).into_iter().next()?;
    Some((exemplar, ComparableCrash::new(found.crash, &kb.lists)))
}

/// A crash with its keys as the crash text `path` of an issue.
pub(crate) fn stored_exemplar(path: &str, crash: &Crash, keys: &CrashKeys) -> StoredExemplar {
    let frames = keys.frames.iter().map(stored_frame).collect();
    let kind = keys.kind.or_else(|| assumed_kind(crash));
    let is_called = kind.is_none() && is_called(crash);
    StoredExemplar { path: path.to_owned(), kind, is_called, frames }
}

/// A frame of a crash text as signatures write it.
fn stored_frame(frame: &KeyFrame) -> FramePattern {
    let (function, module) = (frame.function.clone(), frame.module.clone());
    FramePattern { function, module, ..FramePattern::default() }
}

/// A message, source line, log line or machine check proves an issue when it holds for crashes of no
/// other issue and is more than the text of its panic kind.
fn is_decisive(issue: &Issue, signature: &Signature, printed: &PrintedTexts) -> bool {
    is_more_than_its_kind(signature) && !printed.holds_elsewhere(issue, signature)
}

/// True when every text and machine check of the signature is more than any crash of its kind
/// prints.
pub(crate) fn is_more_than_its_kind(signature: &Signature) -> bool {
    let kinds = signature.panic_kinds().into_iter();
    let common: Vec<String> = kinds.flat_map(kind_words).collect();
    let mut texts = signature.messages.iter().chain(&signature.logs);
    signature.asks_for_text()
        && texts.all(|text| has_own_words(text, &common))
        && signature.sources.iter().all(|place| place.line.is_some())
        && signature.machine_check.iter().all(is_more_than_an_error_code)
}

/// True when the template has enough fixed words beside the `common` ones of its panic kind.
fn has_own_words(text: &str, common: &[String]) -> bool {
    let template = Template::new(text);
    let own = template.fixed_words().into_iter().flat_map(words);
    own.filter(|word| !common.contains(word)).count() >= MIN_OWN_WORDS
}

fn is_more_than_an_error_code(check: &CheckPattern) -> bool {
    let mask = check.mask.map_or(u64::MAX, |mask| mask.0);
    check.value.is_some() && mask.count_ones() > ERROR_CODE_BITS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kb::{Exemplar, KbSource};

    /// A knowledge base whose counts are of one crash, with this many crash texts of no issue.
    fn with_unknown_crashes(count: usize) -> KnowledgeBase {
        let mut kb = KnowledgeBase {
            rarity: Rarity { total: 2, ..Rarity::default() },
            ..KnowledgeBase::default()
        };
        for number in 0..count {
            let path = format!("unknown/{number}.txt");
            let text = format!(
                "EXPECT: none\n\n#PF Exception 14 in world 1:w IP 0x1 addr 0x8\n\
                 0x1:[0x2]Often@vmkernel#nover+0x1 stack: 0x0\n\
                 0x1:[0x2]Rare{number}@vmkernel#nover+0x1 stack: 0x0\n"
            );
            kb.exemplars.insert(path.clone(), Exemplar::parse(&path, &text).expect("a crash text"));
        }
        kb
    }

    /// Checks what is known of the kind of a crash without a message, by its functions from the top.
    #[track_caller]
    fn check_kind(functions: &str, kind: Option<PanicKind>, called: bool) {
        let frames = functions.split_whitespace().enumerate();
        let lines = frames.map(|(number, function)| {
            format!("0x{number}:[0x2]{function}@vmkernel#nover+0x1 stack: 0x0\n")
        });
        let text: String = std::iter::once("EXPECT: A\n\n".to_owned()).chain(lines).collect();
        let shipped = KnowledgeBase::read(&[KbSource::Shipped]).expect("the shipped files");
        let exemplar = Exemplar::parse("crashes/A-1.txt", &text).expect("a crash text");
        let (_, crash) = read(&exemplar, &shipped).expect("a crash");
        let stored = stored_exemplar(&exemplar.path, &crash.crash, &crash.keys);
        assert_eq!((stored.kind, stored.is_called), (kind, called), "{functions}");
    }

    #[test]
    fn a_backtrace_tells_what_kind_of_panic_it_may_be() {
        check_kind("Alpha Beta", Some(PanicKind::PageFault), false);
        check_kind("Panic_OnAssertAt Alpha", Some(PanicKind::Assert), false);
        check_kind("Panic_Exception IDTReturnPrepare Alpha", Some(PanicKind::PageFault), false);
        check_kind("PanicvPanicInt Panic_NoSave Alpha", None, true);
    }

    #[test]
    fn functions_are_counted_again_when_a_knowledge_base_has_outgrown_its_counts() {
        let counts =
            [4, 5].map(|count| Parts::new(&with_unknown_crashes(count)).rarity().count_of("Often"));
        assert_eq!(counts, [1, 5]);
    }
}
