//! Every query asked of every method: leave-one-out, parameters chosen on other labels.

use std::collections::BTreeMap;

use fastrand::Rng;
use rayon::prelude::*;

use super::peers::Method;
use super::question::Question;
use super::rank::{Place, place};
use super::traces::TraceSet;

/// Labels are dealt into this many folds: each is measured with what was best on the other.
pub(super) const FOLDS: usize = 2;

/// How often the labels are dealt anew: with one deal it is chance which configuration a method is
/// measured with, and that moves its MRR by more than most methods differ.
pub(super) const DEALS: usize = 20;

/// The set has too little to measure anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0} independent labels have two or more distinct backtraces, expected at least {FOLDS}: one to choose the parameters on, one to measure"
)]
pub struct NotEnough(usize);

/// Told how many more scorings are done.
pub type Progress<'a> = &'a (dyn Fn(u64) + Sync);

/// Who is asked, and which fold each is in, deal by deal.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Plan {
    /// Traces with another trace of their label, in the order of the set.
    pub queries: Vec<usize>,
    /// Traces without one: unknown as they stand.
    pub singles: Vec<usize>,
    /// Family of each query, counted from 0 over the families that have queries.
    pub families: Vec<usize>,
    /// Fold of each of these families in every deal.
    pub deals: Vec<Vec<usize>>,
}

impl Plan {
    /// Finds the queries and deals their families into folds.
    ///
    /// # Errors
    /// [`NotEnough`] when a fold would stay empty.
    pub(super) fn new(set: &TraceSet, random: &mut Rng) -> Result<Self, NotEnough> {
        let all = 0..set.traces.len();
        let (queries, singles): (Vec<usize>, Vec<usize>) =
            all.partition(|trace| set.relatives(*trace).next().is_some());
        let mut used: Vec<usize> = queries.iter().map(|query| set.family(*query)).collect();
        used.sort_unstable();
        used.dedup();
        if used.len() < FOLDS {
            return Err(NotEnough(used.len()));
        }
        let dense = |query: &usize| used.partition_point(|family| *family < set.family(*query));
        let families = queries.iter().map(dense).collect();
        let mut deal = |_| {
            let mut folds: Vec<usize> = (0..used.len()).map(|place| place % FOLDS).collect();
            random.shuffle(&mut folds);
            folds
        };
        Ok(Self { queries, singles, families, deals: (0..DEALS).map(&mut deal).collect() })
    }

    /// Number of families that have queries.
    pub(super) fn family_count(&self) -> usize {
        self.deals.first().map_or(0, Vec::len)
    }

    /// The fold of the query at `place` of the queries.
    pub(super) fn fold(&self, deal: usize, place: usize) -> usize {
        self.deals[deal][self.families[place]]
    }
}

/// What one method answered with the configurations chosen for it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Answers {
    /// The configuration that measures each fold, deal by deal.
    pub chosen: Vec<[usize; FOLDS]>,
    /// Where the right answer stands, query by query: the mean over the deals.
    pub places: Vec<Place>,
    /// Best score of each query with its label among the candidates, query by query and in it deal
    /// by deal.
    pub known: Vec<Vec<f64>>,
    /// Best score of each query without it.
    pub unknown: Vec<Vec<f64>>,
    /// Best score of each single trace, trace by trace, in it deal by deal, with the configuration
    /// of each fold.
    pub singles: Vec<Vec<[f64; FOLDS]>>,
}

/// Scorings that [`ask`] reports for one method.
pub(super) fn scorings(method: &dyn Method, plan: &Plan) -> u64 {
    let (queries, singles) = (plan.queries.len(), plan.singles.len());
    (queries * (method.configurations().len() + DEALS) + singles * DEALS * FOLDS) as u64
}

/// Place of the right answer and best score, query by query and in it configuration by configuration.
fn every_answer(
    method: &dyn Method,
    configurations: &[Vec<f64>],
    set: &TraceSet,
    plan: &Plan,
    progress: Progress<'_>,
) -> Vec<Vec<(Place, f64)>> {
    let ask = |query: &usize| {
        let question = Question::known(set, *query);
        let own = question.query();
        let is_right = |candidate: &usize| set.traces[*candidate].shares_label(own);
        let right: Vec<bool> = question.candidates.iter().map(is_right).collect();
        let answer = |values: &Vec<f64>| {
            let scores = method.scores(values, &question);
            progress(1);
            (place(&scores, &right), best(&scores))
        };
        configurations.iter().map(answer).collect()
    };
    plan.queries.par_iter().map(ask).collect()
}

/// Asks one method everything.
pub(super) fn ask(
    method: &dyn Method,
    set: &TraceSet,
    plan: &Plan,
    progress: Progress<'_>,
) -> Answers {
    let configurations = method.configurations();
    let answers = every_answer(method, &configurations, set, plan, progress);
    let choose = |deal: usize| -> [usize; FOLDS] {
        std::array::from_fn(|fold| best_elsewhere(&answers, plan, deal, fold, configurations.len()))
    };
    let chosen: Vec<[usize; FOLDS]> = (0..plan.deals.len()).map(choose).collect();
    // Many deals choose the same configuration: each is asked once.
    let scored = |question: &Question<'_>, wanted: &[usize]| -> Vec<f64> {
        let mut known: BTreeMap<usize, f64> = BTreeMap::new();
        let mut score = |configuration: &usize| {
            let ask = || best(&method.scores(&configurations[*configuration], question));
            *known.entry(*configuration).or_insert_with(ask)
        };
        let scores = wanted.iter().map(&mut score).collect();
        progress(wanted.len() as u64);
        scores
    };
    // The configurations that measure the query at a place, deal by deal.
    let of_query = |place: usize| -> Vec<usize> {
        chosen.iter().enumerate().map(|(deal, chosen)| chosen[plan.fold(deal, place)]).collect()
    };
    let unknown =
        |(place, query): (usize, &usize)| scored(&Question::unknown(set, *query), &of_query(place));
    let all: Vec<usize> = chosen.iter().flatten().copied().collect();
    let single = |query: &usize| -> Vec<[f64; FOLDS]> {
        let scores = scored(&Question::known(set, *query), &all);
        scores.chunks_exact(FOLDS).map(|chunk| std::array::from_fn(|fold| chunk[fold])).collect()
    };
    let known = |(place, all): (usize, &Vec<(Place, f64)>)| -> Vec<(Place, f64)> {
        of_query(place).into_iter().map(|configuration| all[configuration]).collect()
    };
    let measured: Vec<Vec<(Place, f64)>> = answers.iter().enumerate().map(known).collect();
    Answers {
        places: measured.iter().map(|deals| mean_place(deals)).collect(),
        known: measured
            .iter()
            .map(|deals| deals.iter().map(|(_, score)| *score).collect())
            .collect(),
        unknown: plan.queries.par_iter().enumerate().map(unknown).collect(),
        singles: plan.singles.par_iter().map(single).collect(),
        chosen,
    }
}

/// The mean place over the deals.
fn mean_place(deals: &[(Place, f64)]) -> Place {
    let mean = |of: fn(&Place) -> f64| {
        deals.iter().map(|(place, _)| of(place)).sum::<f64>() / deals.len().max(1) as f64
    };
    Place {
        reciprocal: mean(|place| place.reciprocal),
        first: mean(|place| place.first),
        among_five: mean(|place| place.among_five),
    }
}

/// The configuration with the greatest MRR over the queries outside `fold`; the first of equals.
fn best_elsewhere(
    answers: &[Vec<(Place, f64)>],
    plan: &Plan,
    deal: usize,
    fold: usize,
    configurations: usize,
) -> usize {
    let sum = |configuration: usize| -> f64 {
        let elsewhere =
            answers.iter().enumerate().filter(|(place, _)| plan.fold(deal, *place) != fold);
        elsewhere.map(|(_, all)| all[configuration].0.reciprocal).sum()
    };
    let sums = (0..configurations).map(sum).enumerate();
    sums.fold((0, f64::NEG_INFINITY), |best, one| if one.1 > best.1 { one } else { best }).0
}

/// The greatest score; that of nothing in common when there is no candidate.
fn best(scores: &[f64]) -> f64 {
    scores.iter().copied().reduce(f64::max).unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::super::peers::Parameter;
    use super::*;

    /// Scores a candidate by the functions it shares, or by those that it does not.
    struct Shared;

    impl Method for Shared {
        fn name(&self) -> &'static str {
            "shared"
        }

        fn citation(&self) -> &'static str {
            ""
        }

        fn parameters(&self) -> &'static [Parameter] {
            &[Parameter { name: "sign", values: &[-1.0, 1.0] }]
        }

        fn scores(&self, values: &[f64], question: &Question<'_>) -> Vec<f64> {
            let query = question.query();
            question.each(|candidate| {
                let shared = query.counts.iter().filter(|(one, _)| candidate.count(*one) > 0);
                values[0] * shared.count() as f64
            })
        }
    }

    fn set() -> TraceSet {
        TraceSet::of(&["x: A B C", "x: A B D", "y: E F G", "y: E F H", "z: E I", "w: A E"])
    }

    #[test]
    fn the_parameters_come_from_the_other_fold() {
        let set = set();
        let plan = Plan::new(&set, &mut Rng::with_seed(1)).expect("two labels");
        assert_eq!((plan.queries.len(), plan.singles.as_slice()), (4, &[4, 5][..]));
        assert_eq!(plan.families, [0, 0, 1, 1]);
        assert!(plan.deals.len() == DEALS && plan.deals.iter().all(|folds| folds[0] != folds[1]));
        assert!(plan.deals.iter().any(|folds| folds != &plan.deals[0]));
        let answers = ask(&Shared, &set, &plan, &|_| ());
        assert_eq!(answers.chosen, [[1, 1]; DEALS]);
        assert_eq!(answers.known, [[2.0; DEALS]; 4]);
        assert_eq!(answers.unknown, [[1.0; DEALS]; 4]);
        assert_eq!(answers.singles, [[[1.0; FOLDS]; DEALS]; 2]);
        assert!(answers.places.iter().all(|place| place.reciprocal == 1.0));
    }

    #[test]
    fn every_scoring_is_reported() {
        let set = set();
        let plan = Plan::new(&set, &mut Rng::with_seed(1)).expect("two labels");
        let done = std::sync::atomic::AtomicU64::new(0);
        ask(&Shared, &set, &plan, &|more| {
            done.fetch_add(more, std::sync::atomic::Ordering::Relaxed);
        });
        assert_eq!(done.into_inner(), scorings(&Shared, &plan));
    }

    #[test]
    fn one_label_is_not_enough() {
        let one = TraceSet::of(&["x: A B", "x: A C", "y: D"]);
        assert_eq!(Plan::new(&one, &mut Rng::with_seed(1)), Err(NotEnough(1)));
        // Labels that share a backtrace are not independent.
        let family = TraceSet::of(&["x: A", "x: B", "y: A", "y: C"]);
        assert_eq!(Plan::new(&family, &mut Rng::with_seed(1)), Err(NotEnough(1)));
    }
}
