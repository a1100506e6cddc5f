//! Observations of a labelled set of backtraces, whose crashes of one cause are independent of each
//! other.
//!
//! The crash texts of the knowledge base are one or two an issue, and damaged copies of them are no
//! independent crashes. A labelled set has several crashes a cause that somebody else told apart.
//! Each becomes a knowledge base of recorded crashes alone, which the shipped reader and matcher are
//! asked about: so it determines what frames prove, and nothing about messages and circumstances.

use std::collections::{BTreeMap, BTreeSet};

use psod_match::compile;
use psod_match::error::Result;
use psod_match::kb::{Exemplar, KnowledgeBase, Signature};
use psod_match::matching::{Calibration, Exclude, Matcher};
use psod_match::read::crashes_in_text;
use psod_match::signature::{ComparableCrash, CrashKeys};
use rayon::prelude::*;

use super::observe::{Observation, deal, observation, weigh};
use crate::backtraces::{Trace, TraceSet};
use crate::crowd::{made_exemplar, made_issue};
use crate::damage::Draw;

/// All crashes have one message: only their frames differ.
const MESSAGE: &str = "#PF Exception 14 in world 2098051:worker IP 0x420012345678 addr 0x10";

/// A crash of a set, read back.
struct LabelledCrash {
    /// What the family of its labels is called.
    issue: String,
    exemplar: Exemplar,
    keys: CrashKeys,
}

/// Observes every crash of `set` once with the others of its labels known, and once without them;
/// calls `done` after each. Labels that share a backtrace are one issue: no one can tell them apart.
///
/// # Errors
/// [`psod_match::error::Error::Store`] when a compiled set is damaged.
pub fn observe_labelled(
    set: &TraceSet,
    seed: u64,
    done: &(dyn Fn() + Sync),
) -> Result<Vec<Observation>> {
    let crashes = crashes_of(set, seed);
    let mut families: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, crash) in crashes.iter().enumerate() {
        families.entry(&crash.issue).or_default().push(place);
    }
    let several = families.values().filter(|members| members.len() > 1).flatten();
    let several: Vec<usize> = several.copied().collect();
    let known = several.par_iter().map(|place| {
        let found = known_observation(&crashes, *place);
        done();
        found
    });
    let mut all = known.collect::<Result<Vec<Observation>>>()?;
    let unknown = families.into_par_iter().map(|(issue, members)| {
        let found = unknown_observations(&crashes, issue, &members);
        members.iter().for_each(|_| done());
        found
    });
    all.extend(unknown.collect::<Result<Vec<_>>>()?.into_iter().flatten());
    deal(&mut all, seed);
    weigh(&mut all);
    Ok(all)
}

/// Every crash of a set as the reader reads it. Two in which it reads the same functions are one.
fn crashes_of(set: &TraceSet, seed: u64) -> Vec<LabelledCrash> {
    let mut seen = BTreeSet::new();
    let all = (0..set.traces.len()).filter_map(|place| {
        let issue = format!("LABELS-{:05}", set.family(place));
        let frames = printed_frames(set, &set.traces[place]);
        let path = format!("crashes/{issue}-{place}.txt");
        let draw = &mut Draw::new(seed, &["labelled", &path]);
        let exemplar = made_exemplar(&path, &issue, MESSAGE, &frames, draw);
        let read = crashes_in_text(&exemplar.text).into_iter().next()?;
        let keys = ComparableCrash::new(read.crash, &Default::default()).keys;
        let functions: Vec<String> = keys.functions().map(str::to_owned).collect();
        let is_new = !functions.is_empty() && seen.insert(functions);
        is_new.then_some(LabelledCrash { issue, exemplar, keys })
    });
    all.collect()
}

/// The functions of a trace with their modules; what is in no module is in the kernel.
fn printed_frames(set: &TraceSet, trace: &Trace) -> Vec<String> {
    let pairs = trace.functions.iter().zip(&trace.modules);
    pairs
        .map(|(function, module)| {
            let (name, module) = (&set.functions[*function as usize], module.as_deref());
            format!("{name}@{}", module.unwrap_or("vmkernel"))
        })
        .collect()
}

/// The crash at `place` beside all others: its own frames are not even counted.
fn known_observation(crashes: &[LabelledCrash], place: usize) -> Result<Observation> {
    let own = &crashes[place];
    let matcher =
        matcher_of(crashes.iter().filter(|other| other.exemplar.path != own.exemplar.path))?;
    let found = matcher.matches(&own.keys, &Exclude::default())?;
    Ok(observation(own.issue.clone(), &found, Some(&own.issue)))
}

/// The crashes of one issue beside those of all others.
fn unknown_observations(
    crashes: &[LabelledCrash],
    issue: &str,
    members: &[usize],
) -> Result<Vec<Observation>> {
    let matcher = matcher_of(crashes.iter().filter(|other| other.issue != issue))?;
    let observations = members.iter().map(|place| {
        let found = matcher.matches(&crashes[*place].keys, &Exclude::default())?;
        Ok(observation(issue.to_owned(), &found, None))
    });
    observations.collect()
}

/// A matcher of a knowledge base of these recorded crashes, with the points as they were set by hand.
/// It has no counts of functions: they are made of the crashes when it is compiled.
fn matcher_of<'a>(crashes: impl Iterator<Item = &'a LabelledCrash>) -> Result<Matcher> {
    let mut kb = KnowledgeBase::default();
    for LabelledCrash { issue, exemplar, .. } in crashes {
        kb.exemplars.insert(exemplar.path.clone(), exemplar.clone());
        let signature = Signature { name: "recorded".to_owned(), ..Signature::default() };
        kb.issues.entry(issue.clone()).or_insert_with(|| made_issue(issue.clone(), signature));
    }
    Matcher::new(compile::compile(&kb)?, Calibration::SHIPPED, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The set of `label: A B C` lines.
    fn set(lines: &[&str]) -> TraceSet {
        let lines = lines.iter().map(|line| {
            let (label, functions) = line.split_once(": ").expect("label: functions");
            let frames: Vec<_> = functions
                .split_whitespace()
                .map(|function| serde_json::json!({ "function": function }))
                .collect();
            serde_json::json!({ "label": label, "frames": frames }).to_string()
        });
        TraceSet::read(lines.collect::<Vec<_>>().join("\n").as_bytes()).0
    }

    #[test]
    fn crashes_are_known_by_the_others_of_their_label_and_unknown_without_them() {
        let set = set(&[
            "lock: spin_wait port_flush port_close sys_close entry_call",
            "lock: spin_wait port_flush port_reset sys_close entry_call",
            "disk: bio_submit journal_commit journal_thread entry_call",
            "disk: bio_submit journal_commit journal_flush entry_call",
            "timer: wheel_run timer_tick entry_call",
        ]);
        let all = observe_labelled(&set, 1, &|| {}).expect("observations");
        let (known, unknown): (Vec<_>, Vec<_>) = all.iter().partition(|one| one.known);
        assert_eq!((known.len(), unknown.len()), (4, 5));
        assert!(known.iter().all(|one| one.right == Some(0)), "{known:?}");
        assert!(unknown.iter().all(|one| one.right.is_none()), "{unknown:?}");
        // Only the frames of a labelled crash say anything about it.
        let candidates = all.iter().flat_map(|one| &one.candidates);
        let [frames, others @ ..] = candidates.fold([0.0; 5], |mut sum, one| {
            sum.iter_mut().zip(one.points).for_each(|(sum, points)| *sum += points.abs());
            sum
        });
        assert!(frames > 0.0 && others == [0.0; 4], "{frames} {others:?}");
    }

    #[test]
    fn labels_of_one_backtrace_are_one_issue() {
        let set = set(&["one: A B C", "two: A B C", "two: A B D", "other: E F G"]);
        let clusters: Vec<String> =
            crashes_of(&set, 1).into_iter().map(|crash| crash.issue).collect();
        assert_eq!(clusters, ["LABELS-00000", "LABELS-00000", "LABELS-00001"]);
    }
}
