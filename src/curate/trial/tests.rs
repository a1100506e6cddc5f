//! A trial says what two whole runs say, before the change and after it, whatever the change is.

use std::collections::BTreeMap;

use super::*;
use crate::diagnose::prepare;
use crate::kb::{Expectation, FramePattern, KbSource, Signature};
use crate::ledger::NewCrash;
use crate::matching::run_corpus;
use crate::read::{FoundCrash, crashes_in_text};

/// Issues of the small knowledge base: some share functions, some have texts, two a machine check.
const ISSUES: usize = 8;
const EDITS: usize = 50;

/// Numbers that only look random, the same in each run (splitmix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % bound.max(1) as u64).expect("below a usize")
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// A part of the shipped knowledge base: related issues come together.
fn small_kb(chance: &mut Chance) -> KnowledgeBase {
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
fn edit(kb: &mut KnowledgeBase, chance: &mut Chance) -> String {
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

/// The match of every crash text, by two whole runs: those that differ.
fn whole_runs(before: &TrialSide, after: &TrialSide) -> BTreeMap<String, [Option<String>; 2]> {
    let mut answers: BTreeMap<String, [Option<String>; 2]> = BTreeMap::new();
    for (place, side) in [before, after].into_iter().enumerate() {
        for run in run_corpus(&side.kb, &side.matcher).expect("a run") {
            let is_match = run.verdict(side.matcher.calibration()) == Verdict::Match;
            let first = run.found.first().filter(|_| is_match).map(|first| first.issue.clone());
            answers.entry(run.path).or_default()[place] = first;
        }
    }
    answers.retain(|path, [before_it, after_it]| {
        // A text of one side alone has no answer on the other in `kb test`.
        let is_on_both = [before, after].iter().all(|side| side.kb.exemplars.contains_key(path));
        is_on_both && before_it != after_it
    });
    answers
}

/// The matches that a trial says to be others, of the crash texts that are on both sides.
fn tried(
    trial: &Trial,
    before: &TrialSide,
    after: &TrialSide,
) -> BTreeMap<String, [Option<String>; 2]> {
    let sides = [before, after];
    let changes = trial.changes.iter();
    let on_both = changes
        .filter(|change| sides.iter().all(|side| side.kb.exemplars.contains_key(&change.crash)));
    on_both.map(|change| (change.crash.clone(), matches_of(change))).collect()
}

fn matches_of(change: &TrialChange) -> [Option<String>; 2] {
    [&change.before, &change.after]
        .map(|answer| answer.first.clone().filter(|_| answer.verdict == Verdict::Match))
}

/// A ledger of every crash text, and of each one with lines left out.
fn ledger(
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

#[test]
fn a_trial_is_what_two_whole_runs_say() {
    let mut chance = Chance(1);
    let mut changed = [0, 0];
    let mut base = TrialSide::of(small_kb(&mut chance)).expect("a knowledge base");
    let (mut _directory, mut ledger_now) = ledger(&base.kb, &base.matcher, &mut chance);
    for round in 0..EDITS {
        if round % 20 == 19 {
            base = TrialSide::of(small_kb(&mut chance)).expect("a knowledge base");
            (_directory, ledger_now) = ledger(&base.kb, &base.matcher, &mut chance);
        }
        let mut kb = base.kb.clone();
        let what = [edit(&mut kb, &mut chance), edit(&mut kb, &mut chance)].join("; ");
        let after = TrialSide::of(kb).expect("a knowledge base");
        let against = Against { kb: true, ..Against::default() };
        let found = trial(&base, &after, &against).expect("a trial");
        assert_eq!(tried(&found, &base, &after), whole_runs(&base, &after), "{what}");
        let recorded = |thorough| {
            let against = Against { ledger: Some(&ledger_now), thorough, ..Against::default() };
            trial(&base, &after, &against).expect("a trial")
        };
        let (quick, thorough) = (recorded(false), recorded(true));
        assert_eq!(quick.changes, thorough.changes, "{what}");
        changed[0] += found.changes.len();
        changed[1] += quick.changes.len();
    }
    // Edits that change nothing would prove nothing.
    assert!(changed.iter().all(|count| *count >= EDITS / 10), "{changed:?}");
}

#[test]
fn effects_are_told_of_the_issue_that_is_changed() {
    let kb = KnowledgeBase::read(&[KbSource::Shipped]).expect("the shipped files");
    let mut fewer = kb.clone();
    let gone = fewer.issues.remove("KB318512").expect("an issue");
    fewer.exemplars.retain(|_, exemplar| exemplar.issue() != Some("KB318512"));
    let [with, without] = [kb, fewer].map(|kb| TrialSide::of(kb).expect("a knowledge base"));
    let against = Against { kb: true, ..Against::default() };
    let new = trial(&without, &with, &against).expect("a trial");
    assert_eq!(new.issues, std::slice::from_ref(&gone.id));
    assert!(new.is_clean() && new.count(Effect::In) > 0, "{:?}", new.changes);
    assert!(new.of(Effect::In).all(|change| change.issue == gone.id && !change.is_wrong));
    let entry = new.of(Effect::In).next().expect("a change");
    assert!(entry.after.frames.iter().any(|frame| frame.found.is_some()), "{entry:?}");
    let retired = trial(&with, &without, &against).expect("a trial");
    assert_eq!(retired.count(Effect::Out), new.count(Effect::In));
    let same = trial(&with, &with, &against).expect("a trial");
    assert_eq!((same.issues.len(), same.changes.len()), (0, 0));
    assert!(same.crashes > 80, "{}", same.crashes);
}
