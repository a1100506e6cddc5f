//! A trial says what two whole runs say, before the change and after it, whatever the change is.

use std::collections::BTreeMap;

use super::*;
use crate::curate::edits::{Chance, edit, ledger, small_kb};
use crate::kb::KbSource;
use crate::matching::run_corpus;

const EDITS: usize = 50;

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

#[test]
fn a_trial_is_what_two_whole_runs_say() {
    let mut chance = Chance(1);
    let mut changed = [0, 0];
    let mut base = TrialSide::from_knowledge_base(small_kb(&mut chance)).expect("a knowledge base");
    let (mut _directory, mut ledger_now) = ledger(&base.kb, &base.matcher, &mut chance);
    for round in 0..EDITS {
        if round % 20 == 19 {
            base = TrialSide::from_knowledge_base(small_kb(&mut chance)).expect("a knowledge base");
            (_directory, ledger_now) = ledger(&base.kb, &base.matcher, &mut chance);
        }
        let mut kb = base.kb.clone();
        let what = [edit(&mut kb, &mut chance), edit(&mut kb, &mut chance)].join("; ");
        let after = TrialSide::from_knowledge_base(kb).expect("a knowledge base");
        let against = Against { kb: true, ..Against::default() };
        let found = trial(&base, &after, &against).expect("a trial");
        assert_eq!(tried(&found, &base, &after), whole_runs(&base, &after), "{what}");
        let [quick, thorough] = [false, true].map(|thorough| {
            let against = Against { ledger: Some(&ledger_now), thorough, ..Against::default() };
            trial(&base, &after, &against).expect("a trial")
        });
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
    let [with, without] =
        [kb, fewer].map(|kb| TrialSide::from_knowledge_base(kb).expect("a knowledge base"));
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
