//! Knowledge bases that are changed at random, and ledgers of their crashes, for the tests that compare a
//! quick way with the plain one.

use std::collections::BTreeSet;

use crate::diagnose::prepare;
use crate::kb::{Expectation, FramePattern, KbSource, KnowledgeBase, Signature};
use crate::ledger::{Ledger, NewCrash};
use crate::matching::Matcher;
use crate::read::{FoundCrash, crashes_in_text};

/// Issues of the small knowledge base: some share functions, some have texts, two a machine check.
const ISSUES: usize = 8;
/// Numbers that only look random, the same in each run (splitmix64).
pub(super) struct Chance(pub(super) u64);

impl Chance {
    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % bound.max(1) as u64).expect("below a usize")
    }

    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// A part of the shipped knowledge base: related issues come together.
pub(super) fn small_kb(chance: &mut Chance) -> KnowledgeBase {
    let mut kb = KnowledgeBase::read(&[KbSource::Shipped]).expect("the shipped files");
    let ids: Vec<String> = kb.issues.keys().cloned().collect();
    let mut kept = BTreeSet::new();
    while kept.len() < ISSUES {
        let id = chance.pick(&ids).clone();
        kept.extend(kb.related_to(&id).into_iter().map(str::to_owned));
        kept.insert(id);
    }
    kb.issues.retain(|id, _| kept.contains(id));
    kb.exemplars.retain(|_, exemplar| match &exemplar.expectation {
        Expectation::Issue(id) | Expectation::Not(id) => kept.contains(id),
        Expectation::Nothing => chance.below(4) == 0,
    });
    // Where a recorded crash says it all a signature decides nothing: half of the issues have none.
    for exemplar in kb.exemplars.values_mut() {
        let id = exemplar.issue().and_then(|id| id.bytes().last());
        if id.is_some_and(|last| last % 2 == 0) {
            exemplar.expectation = Expectation::Nothing;
        }
    }
    kb
}

/// Changes a signature, an issue, or which issues there are.
pub(super) fn edit(kb: &mut KnowledgeBase, chance: &mut Chance) -> String {
    let ids: Vec<String> = kb.issues.keys().cloned().collect();
    let id = chance.pick(&ids).clone();
    let other = kb.issues[chance.pick(&ids)].clone();
    let strangers: Vec<FramePattern> =
        other.signatures.iter().flat_map(|one| one.frames.clone()).collect();
    let stranger = if strangers.is_empty() {
        FramePattern::from_word("Nobody_PrintsThis")
    } else {
        chance.pick(&strangers).clone()
    };
    let texts: Vec<String> = kb.exemplars.values().map(|one| one.text.clone()).collect();
    let message = message_of(chance.pick::<String>(&texts));
    // Issues that go or come change the most answers.
    let kind = chance.below(12).min(9);
    if kind == 8 {
        kb.issues.remove(&id);
        kb.exemplars.retain(|_, exemplar| exemplar.issue() != Some(&id));
        return format!("{id} retired");
    }
    if kind == 9 {
        let mut new = other.clone();
        "DRAFT-new".clone_into(&mut new.id);
        new.signatures.truncate(1);
        kb.issues.insert(new.id.clone(), new);
        return format!("DRAFT-new as {}", other.id);
    }
    let issue = kb.issues.get_mut(&id).expect("an issue");
    let place = chance.below(issue.signatures.len());
    let signature = &mut issue.signatures[place];
    change(signature, kind, (stranger, message), chance);
    format!("{id} {kind}: {signature:?}")
}

fn change(
    signature: &mut Signature,
    kind: usize,
    (stranger, message): (FramePattern, String),
    chance: &mut Chance,
) {
    let frames = signature.frames.len();
    match kind {
        0 if frames > 2 => signature.frames.truncate(1 + chance.below(2)),
        1 if frames > 1 => signature.frames.swap(0, 1 + chance.below(frames - 1)),
        2 if frames > 0 => {
            signature.frames[chance.below(frames)].module = Some("elsewhere".to_owned());
        }
        3 => signature.messages = vec![message],
        4 => {
            signature.messages.clear();
            signature.logs.clear();
        }
        5 => signature.forbid.push(stranger.function),
        6 => signature.logs.push(message),
        _ => signature.frames.insert(chance.below(frames + 1), stranger),
    }
}

fn message_of(text: &str) -> String {
    let found = crashes_in_text(text).into_iter().next();
    let panic = found.and_then(|found| found.crash.panic);
    panic.map_or("nothing is known".to_owned(), |panic| panic.message)
}

/// A ledger of every crash text, and of each one with lines left out.
pub(super) fn ledger(
    kb: &KnowledgeBase,
    matcher: &Matcher,
    chance: &mut Chance,
) -> (tempfile::TempDir, Ledger) {
    let directory = tempfile::tempdir().expect("a directory");
    let mut ledger = Ledger::open(&directory.path().join("crashes.ledger")).expect("a ledger");
    for exemplar in kb.exemplars.values() {
        let lines: Vec<&str> = exemplar.text.lines().filter(|_| chance.below(4) > 0).collect();
        for text in [exemplar.text.clone(), lines.join("\n")] {
            let Some(found) = crashes_in_text(&text).into_iter().next() else { continue };
            let subject = prepare(FoundCrash::from(found.crash), matcher);
            ledger.record(&NewCrash { subject, ..NewCrash::of_text(&text) }).expect("recorded");
        }
    }
    (directory, ledger)
}
