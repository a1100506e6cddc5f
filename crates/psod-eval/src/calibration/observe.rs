//! The observations that are fitted to: every crash text in every form, once with its issue in the
//! knowledge base and once without it.

use std::collections::{BTreeMap, BTreeSet};

use psod_match::error::Result;
use psod_match::kb::{Coefficients, Expectation, KnowledgeBase};
use psod_match::matching::{Contender, Exclude, Match, Matcher, Points, log_odds};
use psod_match::signature::CrashKeys;
use rayon::prelude::*;

use super::FOLDS;
use crate::damage::Draw;
use crate::forms::{FormRequest, WrittenText, each_text};
use crate::lookalikes::{RightAnswer, made_crashes, symptom_crashes};

/// One crash text and the issues that come into question.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    /// A group of related issues, or a crash of no issue: answers that are not independent.
    pub cluster: String,
    /// Which part of the clusters, from 0.
    pub fold: usize,
    /// True when the issue of the crash is in the knowledge base.
    pub known: bool,
    /// How much it counts: each cluster as much as any other, and the known ones together as much
    /// as the unknown ones.
    pub weight: f64,
    /// Those that are proven, the best one and the right one.
    pub candidates: Vec<CandidatePoints>,
    /// Which of them is right.
    pub right: Option<usize>,
}

/// An issue that comes into question.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CandidatePoints {
    /// Its points as the table of the program has them.
    pub points: Points,
    /// Frame points that saturation has taken away.
    pub beyond: f64,
    /// True when the evidence may make a match.
    pub proven: bool,
}

impl CandidatePoints {
    /// The candidate as the matcher weighs it, with `coefficients`.
    pub fn contender(&self, coefficients: &Coefficients) -> Contender {
        let Self { points, beyond, proven } = *self;
        Contender { log_odds: log_odds(&points, coefficients), beyond, proven }
    }
}

/// Observes `kb` in the forms of `request` with `matcher`, which has no fitted coefficients; calls
/// `done` after each text. A crash is not compared with itself: its own exemplar is left out, so
/// that the fit holds for crashes that no one has seen.
///
/// # Errors
/// [`psod_match::error::Error::Store`] when the store is damaged.
pub fn observe(
    kb: &KnowledgeBase,
    matcher: &Matcher,
    request: &FormRequest<'_>,
    done: &(dyn Fn() + Sync),
) -> Result<Vec<Observation>> {
    let mut all = each_text(kb, matcher, request, done, |text| observations_of(kb, matcher, text))?;
    all.extend(unknown_lookalikes(kb, matcher, request)?);
    deal(&mut all, request.seed);
    weigh(&mut all);
    Ok(all)
}

fn observations_of(
    kb: &KnowledgeBase,
    matcher: &Matcher,
    text: &WrittenText<'_>,
) -> Result<Vec<Observation>> {
    let Some(keys) = &text.keys else {
        return Ok(Vec::new());
    };
    let exemplar = text.exemplar;
    let Some(id) = exemplar.issue() else {
        let mut found = matcher.matches(keys, &Exclude::default())?;
        let mut cluster = exemplar.path.clone();
        if let Expectation::Not(look_alike) = &exemplar.expectation {
            // Of a near miss nothing is known but that it is not this one.
            found.retain(|found| found.issue == *look_alike);
            cluster = cluster_of(kb, look_alike);
        }
        return Ok(vec![observation(cluster, &found, None)]);
    };
    let cluster = cluster_of(kb, id);
    let own = Exclude { exemplar: Some(&exemplar.path), ..Exclude::default() };
    let known = matcher.matches(keys, &own)?;
    // Its relatives stay: to them an unknown bug is as alike as theirs are to each other.
    let unknown = matcher.matches(keys, &Exclude { issues: [id].into(), exemplar: None })?;
    Ok(vec![observation(cluster.clone(), &known, Some(id)), observation(cluster, &unknown, None)])
}

/// Crashes that share part of a known backtrace, or only its symptoms, and are of no issue: the
/// unknowns of the knowledge base alone are too few, and unlike everything in it.
fn unknown_lookalikes(
    kb: &KnowledgeBase,
    matcher: &Matcher,
    request: &FormRequest<'_>,
) -> Result<Vec<Observation>> {
    let mut unknown: Vec<(String, CrashKeys)> = Vec::new();
    for made in made_crashes(kb, matcher, request.seed, request.repeats) {
        let is_unknown = matches!(made.form.answer, RightAnswer::NotSure | RightAnswer::Silence);
        unknown.extend(
            made.keys.filter(|_| is_unknown).map(|keys| (cluster_of(kb, &made.issue), keys)),
        );
    }
    let symptoms = symptom_crashes(matcher).into_iter();
    unknown.extend(symptoms.map(|keys| ("symptoms".to_owned(), keys)));
    unknown
        .into_par_iter()
        .map(|(cluster, keys)| {
            Ok(observation(cluster, &matcher.matches(&keys, &Exclude::default())?, None))
        })
        .collect()
}

/// The first of all issues that are related to `id`, directly or over others.
fn cluster_of(kb: &KnowledgeBase, id: &str) -> String {
    let mut reached: BTreeSet<&str> = BTreeSet::new();
    let mut next = vec![id];
    while let Some(id) = next.pop() {
        let related = kb.related_to(id);
        next.extend(related.iter().filter(|other| !reached.contains(*other)));
        reached.extend(related);
    }
    reached.into_iter().chain([id]).min().unwrap_or(id).to_owned()
}

/// Keeps the issues that count among those found, best first.
pub(super) fn observation(cluster: String, found: &[Match], right: Option<&str>) -> Observation {
    let kept: Vec<&Match> = found
        .iter()
        .enumerate()
        .filter(|(place, found)| {
            *place == 0 || found.unproven.is_none() || right == Some(&found.issue)
        })
        .map(|(_, found)| found)
        .collect();
    let candidates = kept.iter().map(|found| CandidatePoints {
        points: found.as_set,
        beyond: found.beyond,
        proven: found.unproven.is_none(),
    });
    Observation {
        cluster,
        fold: 0,
        known: right.is_some(),
        weight: 0.0,
        right: kept.iter().position(|found| right == Some(&found.issue)),
        candidates: candidates.collect(),
    }
}

/// Deals whole clusters into the folds.
pub(super) fn deal(all: &mut [Observation], seed: u64) {
    let clusters: BTreeSet<String> = all.iter().map(|one| one.cluster.clone()).collect();
    let mut order: Vec<(u64, String)> = clusters
        .into_iter()
        .map(|cluster| (Draw::new(seed, &["fold", &cluster]).number(), cluster))
        .collect();
    order.sort();
    let folds: BTreeMap<String, usize> =
        order.into_iter().enumerate().map(|(place, (_, name))| (name, place % FOLDS)).collect();
    for one in all {
        one.fold = folds.get(&one.cluster).copied().unwrap_or_default();
    }
}

/// Gives every cluster the weight 1 among the known ones, and all unknown ones together the weight
/// of the known ones: half of the crashes are of a known issue.
pub(super) fn weigh(all: &mut [Observation]) {
    let mut sizes: BTreeMap<(bool, String), f64> = BTreeMap::new();
    for one in all.iter() {
        *sizes.entry((one.known, one.cluster.clone())).or_default() += 1.0;
    }
    let knowns = sizes.keys().filter(|(known, _)| *known).count();
    let unknown = knowns as f64 / ((sizes.len() - knowns) as f64).max(1.0);
    for one in all {
        let size = sizes.get(&(one.known, one.cluster.clone())).copied().unwrap_or(1.0);
        one.weight = if one.known { 1.0 } else { unknown } / size;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(cluster: &str, known: bool) -> Observation {
        let (candidates, right) = (Vec::new(), None);
        Observation { cluster: cluster.into(), fold: 9, known, weight: 0.0, candidates, right }
    }

    #[test]
    fn half_of_the_weight_is_known_and_clusters_stay_together() {
        let mut all =
            vec![one("A", true), one("A", true), one("B", true), one("A", false), one("x", false)];
        all.extend((0..4).map(|_| one("y", false)));
        weigh(&mut all);
        deal(&mut all, 1);
        for known in [true, false] {
            let weights = all.iter().filter(|one| one.known == known).map(|one| one.weight);
            assert!((weights.sum::<f64>() - 2.0).abs() < 1e-9, "{known}");
        }
        assert_eq!((all[0].weight, all[2].weight), (0.5, 1.0));
        assert!(all.iter().all(|one| one.fold < FOLDS));
        assert!(all[0].fold == all[1].fold && all[0].fold == all[3].fold);
    }
}
