//! Every query asked of every method: leave-one-out, parameters chosen on other labels.
//!
//! A [`Plan`] deals the labels into folds, several times; [`ask`] measures one method on it. Nothing
//! here knows a method by name.

use std::collections::BTreeMap;

use fastrand::Rng;
use rayon::prelude::*;

use super::peers::Method;
use super::question::TraceQuestion;
use super::rank::{ExpectedRank, rank};
use super::traces::TraceSet;

/// Labels are dealt into this many folds: each is measured with the parameters that were best on the
/// other.
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
    /// Traces without one: unknown as they are.
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
        let families = queries
            .iter()
            .map(|query| used.partition_point(|family| *family < set.family(*query)))
            .collect();
        let dealt: Vec<usize> = (0..used.len()).map(|place| place % FOLDS).collect();
        let mut deals = vec![dealt; DEALS];
        deals.iter_mut().for_each(|folds| random.shuffle(folds));
        Ok(Self { queries, singles, families, deals })
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

/// The answers of one method with the configurations chosen for it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Answers {
    /// The configuration that measures each fold, deal by deal.
    pub chosen: Vec<[usize; FOLDS]>,
    /// The rank of the right answer, query by query: the mean over the deals.
    pub ranks: Vec<ExpectedRank>,
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

/// One method with its configurations, and the set that it is asked about.
struct Examination<'a> {
    method: &'a dyn Method,
    configurations: Vec<Vec<f64>>,
    set: &'a TraceSet,
    progress: Progress<'a>,
}

/// The rank of the right answer, and the best score.
type Answered = (ExpectedRank, f64);

/// Asks one method everything.
pub(super) fn ask(
    method: &dyn Method,
    set: &TraceSet,
    plan: &Plan,
    progress: Progress<'_>,
) -> Answers {
    let examination =
        Examination { method, configurations: method.configurations(), set, progress };
    let everything: Vec<Vec<Answered>> =
        plan.queries.par_iter().map(|query| examination.every_answer(*query)).collect();
    let chosen: Vec<[usize; FOLDS]> = (0..plan.deals.len())
        .map(|deal| std::array::from_fn(|fold| best_elsewhere(&everything, plan, deal, fold)))
        .collect();
    let measured: Vec<Vec<Answered>> = everything
        .iter()
        .enumerate()
        .map(|(place, all)| {
            let measuring = measuring(&chosen, plan, place);
            measuring.into_iter().map(|configuration| all[configuration]).collect()
        })
        .collect();
    let unknown = plan.queries.par_iter().enumerate().map(|(place, query)| {
        let question = TraceQuestion::unknown(set, *query);
        examination.best_scores(&question, &measuring(&chosen, plan, place))
    });
    let all: Vec<usize> = chosen.iter().flatten().copied().collect();
    let singles = plan.singles.par_iter().map(|query| {
        let scores = examination.best_scores(&TraceQuestion::known(set, *query), &all);
        scores.chunks_exact(FOLDS).map(|chunk| std::array::from_fn(|fold| chunk[fold])).collect()
    });
    Answers {
        ranks: measured.iter().map(|deals| mean_rank(deals)).collect(),
        known: measured
            .iter()
            .map(|deals| deals.iter().map(|(_, score)| *score).collect())
            .collect(),
        unknown: unknown.collect(),
        singles: singles.collect(),
        chosen,
    }
}

impl Examination<'_> {
    /// Asks about a query with its label among the candidates, configuration by configuration.
    fn every_answer(&self, query: usize) -> Vec<Answered> {
        let question = TraceQuestion::known(self.set, query);
        let own = question.query();
        let candidates = question.candidates.iter();
        let right: Vec<bool> =
            candidates.map(|candidate| self.set.traces[*candidate].shares_label(own)).collect();
        self.configurations
            .iter()
            .map(|values| {
                let scores = self.method.scores(values, &question);
                (self.progress)(1);
                (rank(&scores, &right), best(&scores))
            })
            .collect()
    }

    /// The best score with each of the wanted configurations. Many deals choose the same one: each
    /// is asked once.
    fn best_scores(&self, question: &TraceQuestion<'_>, wanted: &[usize]) -> Vec<f64> {
        let mut known: BTreeMap<usize, f64> = BTreeMap::new();
        for configuration in wanted {
            known.entry(*configuration).or_insert_with(|| {
                best(&self.method.scores(&self.configurations[*configuration], question))
            });
        }
        (self.progress)(wanted.len() as u64);
        wanted.iter().map(|configuration| known[configuration]).collect()
    }
}

/// The configurations that measure the query at a place, deal by deal.
fn measuring(chosen: &[[usize; FOLDS]], plan: &Plan, place: usize) -> Vec<usize> {
    chosen.iter().enumerate().map(|(deal, chosen)| chosen[plan.fold(deal, place)]).collect()
}

/// The mean rank over the deals.
fn mean_rank(deals: &[Answered]) -> ExpectedRank {
    let count = deals.len().max(1) as f64;
    ExpectedRank {
        reciprocal: deals.iter().map(|(rank, _)| rank.reciprocal).sum::<f64>() / count,
        first: deals.iter().map(|(rank, _)| rank.first).sum::<f64>() / count,
        among_five: deals.iter().map(|(rank, _)| rank.among_five).sum::<f64>() / count,
    }
}

/// The configuration with the greatest MRR over the queries outside `fold`; the first of equals.
fn best_elsewhere(answers: &[Vec<Answered>], plan: &Plan, deal: usize, fold: usize) -> usize {
    let configurations = answers.first().map_or(0, Vec::len);
    let mut best = (0, f64::NEG_INFINITY);
    for configuration in 0..configurations {
        let elsewhere =
            answers.iter().enumerate().filter(|(place, _)| plan.fold(deal, *place) != fold);
        let sum: f64 = elsewhere.map(|(_, all)| all[configuration].0.reciprocal).sum();
        if sum > best.1 {
            best = (configuration, sum);
        }
    }
    best.0
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

        fn scores(&self, values: &[f64], question: &TraceQuestion<'_>) -> Vec<f64> {
            let query = question.query();
            question.each(|candidate| {
                let shared = query.counts.iter().filter(|(one, _)| candidate.count(*one) > 0);
                values[0] * shared.count() as f64
            })
        }
    }

    fn set() -> TraceSet {
        TraceSet::from_lines(&["x: A B C", "x: A B D", "y: E F G", "y: E F H", "z: E I", "w: A E"])
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
        assert!(answers.ranks.iter().all(|rank| rank.reciprocal == 1.0));
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
        let one = TraceSet::from_lines(&["x: A B", "x: A C", "y: D"]);
        assert_eq!(Plan::new(&one, &mut Rng::with_seed(1)), Err(NotEnough(1)));
        // Labels that share a backtrace are not independent.
        let family = TraceSet::from_lines(&["x: A", "x: B", "y: A", "y: C"]);
        assert_eq!(Plan::new(&family, &mut Rng::with_seed(1)), Err(NotEnough(1)));
    }
}
