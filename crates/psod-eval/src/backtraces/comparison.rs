//! The table: every method on one set or several, with intervals and differences.
//!
//! Of several sets each is asked for itself: candidates, counts and parameters come from the set of
//! the query. Pooled are the answers: a mean over the queries of all sets, an area over the pairs
//! inside each set, draws of the families of all.

use std::collections::BTreeMap;

use fastrand::Rng;
use serde::Serialize;

use super::bootstrap::{Estimate, Measured, draws, mean_of};
use super::ours::Ours;
use super::peers::{Bm25, Brodie, Damerau, Fast, Lerch, Method, Pdm, TraceSim};
use super::protocol::{Answers, FOLDS, NotEnough, Plan, Progress, ask, scorings};
use super::rank::ExpectedRank;
use super::separation::{Scored, Separation};
use super::shipped::Shipped;
use super::traces::TraceSet;

/// The measured set.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SetSummary {
    /// Lines that were read.
    pub lines: usize,
    /// Distinct backtraces.
    pub traces: usize,
    /// Labels.
    pub labels: usize,
    /// Distinct backtraces under several labels.
    pub ambiguous: usize,
    /// Backtraces with another one of their label.
    pub queries: usize,
    /// Independent groups of labels that have queries; these are drawn for the intervals.
    pub families: usize,
    /// How often these groups were dealt into two halves.
    pub deals: usize,
    /// Backtraces that are the only one of their label.
    pub singles: usize,
    /// The start of the chance by which folds and draws were made.
    pub seed: u64,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MethodResult {
    /// Name of the method.
    pub method: &'static str,
    /// Where it is published.
    pub citation: &'static str,
    /// Configurations that were tried.
    pub configurations: usize,
    /// The parameters that measured, the most frequent first.
    pub chosen: Vec<Chosen>,
    /// Mean of the reciprocal rank of the best right candidate.
    pub mrr: Estimate,
    /// Share of the queries with a right candidate first.
    pub hit_1: Estimate,
    /// Share of the queries with a right candidate among the first five.
    pub hit_5: Estimate,
    /// Known against unknown: each query with its label, and with its label taken out.
    pub auc: Estimate,
    /// Known against unknown: the queries, and the backtraces that are alone under their label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auc_singles: Option<Estimate>,
    /// Ours minus this method; absent in our own row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ours_minus: Option<Difference>,
    /// The shipped points minus this method; absent in their own row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shipped_minus: Option<Difference>,
}

/// Parameters, and how often they were best on one half of the labels.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Chosen {
    /// In so many halves, of two for each deal.
    pub times: usize,
    /// The values by name.
    pub values: BTreeMap<&'static str, f64>,
}

/// One method minus another on the same draws.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// Of the mean reciprocal rank.
    pub mrr: Estimate,
    /// Of the area with labels taken out.
    pub auc: Estimate,
    /// Of the area with single backtraces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auc_singles: Option<Estimate>,
}

/// Every method on the sets.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// The sets together.
    pub set: SetSummary,
    /// Ours first, then the shipped points, then the others.
    pub methods: Vec<MethodResult>,
}

/// Sets, and the methods that are asked about them.
pub struct Experiment<'a> {
    parts: Vec<Part<'a>>,
    seed: u64,
    random: Rng,
}

/// A set, and the methods prepared for it.
struct Part<'a> {
    set: &'a TraceSet,
    plan: Plan,
    methods: Vec<Box<dyn Method>>,
}

impl Part<'_> {
    fn scorings(&self) -> u64 {
        self.methods.iter().map(|one| scorings(one.as_ref(), &self.plan)).sum()
    }
}

impl<'a> Experiment<'a> {
    /// Deals the labels of each of `sets` into folds; `seed` decides how.
    ///
    /// # Errors
    /// [`NotEnough`] when in a set fewer than two labels have anything to be found.
    pub fn new(sets: &'a [TraceSet], seed: u64) -> Result<Self, NotEnough> {
        let mut random = Rng::with_seed(seed);
        let parts = sets.iter().map(|set| {
            let plan = Plan::new(set, &mut random)?;
            Ok(Part { set, plan, methods: methods(set) })
        });
        let parts = parts.collect::<Result<_, _>>()?;
        Ok(Self { parts, seed, random })
    }

    /// How many scorings [`Self::compare`] reports.
    pub fn scorings(&self) -> u64 {
        self.parts.iter().map(Part::scorings).sum()
    }

    /// Asks every method, and puts the answers side by side.
    pub fn compare(mut self, progress: Progress<'_>) -> Comparison {
        let set = self.summary();
        let draws = Draws {
            queries: draws(set.families, &mut self.random),
            singles: draws(set.singles, &mut self.random),
        };
        let count = self.parts.first().map_or(0, |part| part.methods.len());
        let measured: Vec<MethodNumbers> =
            (0..count).map(|place| self.numbers(place, &draws, progress)).collect();
        let methods = (0..count).map(|place| self.result(place, &measured)).collect();
        Comparison { set, methods }
    }

    /// The numbers of the method at `place` over all sets.
    fn numbers(&self, place: usize, draws: &Draws, progress: Progress<'_>) -> MethodNumbers {
        let mut pool = Pool::default();
        for part in &self.parts {
            let answers = ask(part.methods[place].as_ref(), part.set, &part.plan, progress);
            pool.add(&part.plan, answers);
        }
        MethodNumbers::new(&pool, draws)
    }

    /// The row of the method at `place`.
    fn result(&self, place: usize, measured: &[MethodNumbers]) -> MethodResult {
        let method = self.parts[0].methods[place].as_ref();
        let own = &measured[place];
        // Our likeness is the first row, the shipped points are the second.
        let [ours_minus, shipped_minus] =
            [0, 1].map(|first: usize| (first != place).then(|| measured[first].minus(own)));
        own.result(method, ours_minus, shipped_minus)
    }

    fn summary(&self) -> SetSummary {
        SetSummary {
            lines: self.sum(|part| part.set.lines),
            traces: self.sum(|part| part.set.traces.len()),
            labels: self.sum(|part| part.set.labels.len()),
            ambiguous: self
                .sum(|part| part.set.traces.iter().filter(|trace| trace.labels.len() > 1).count()),
            queries: self.sum(|part| part.plan.queries.len()),
            families: self.sum(|part| part.plan.family_count()),
            deals: self.parts.first().map_or(0, |part| part.plan.deals.len()),
            singles: self.sum(|part| part.plan.singles.len()),
            seed: self.seed,
        }
    }

    fn sum(&self, number: fn(&Part<'_>) -> usize) -> usize {
        self.parts.iter().map(number).sum()
    }
}

/// The methods that are asked about `set`: ours first, then the shipped points.
fn methods(set: &TraceSet) -> Vec<Box<dyn Method>> {
    vec![
        Box::new(Ours::new(set)),
        Box::new(Shipped::new(set)),
        Box::new(Fast),
        Box::new(Pdm),
        Box::new(TraceSim),
        Box::new(Brodie),
        Box::new(Lerch),
        Box::new(Bm25),
        Box::new(Damerau),
    ]
}

/// The answers of one method about all sets: families and single traces are counted on from set to
/// set.
#[derive(Default)]
struct Pool<'a> {
    sets: Vec<PooledSet<'a>>,
    families: usize,
    singles: usize,
}

/// The answers about one set, and where its families and single traces begin.
struct PooledSet<'a> {
    plan: &'a Plan,
    answers: Answers,
    first_family: usize,
    first_single: usize,
}

impl<'a> Pool<'a> {
    fn add(&mut self, plan: &'a Plan, answers: Answers) {
        let (first_family, first_single) = (self.families, self.singles);
        self.families += plan.family_count();
        self.singles += plan.singles.len();
        self.sets.push(PooledSet { plan, answers, first_family, first_single });
    }
}

/// The draws of the families that have queries, and of the single backtraces.
struct Draws {
    queries: Vec<Vec<u32>>,
    singles: Vec<Vec<u32>>,
}

/// The numbers of one method, on the set and on every draw.
struct MethodNumbers {
    mrr: Measured,
    hit_1: Measured,
    hit_5: Measured,
    auc: Measured,
    auc_singles: Option<Measured>,
    /// The configuration that measures each fold of each deal of each set.
    chosen: Vec<usize>,
}

impl MethodNumbers {
    fn new(pool: &Pool<'_>, draws: &Draws) -> Self {
        let taken_out = taken_out(pool);
        let auc =
            Measured::new(pool.families, &draws.queries, |times, _| taken_out.area(times, times));
        Self {
            mrr: mean(pool, draws, |rank| rank.reciprocal),
            hit_1: mean(pool, draws, |rank| rank.first),
            hit_5: mean(pool, draws, |rank| rank.among_five),
            auc,
            auc_singles: auc_singles(pool, draws),
            chosen: pool.sets.iter().flat_map(|set| set.answers.chosen.concat()).collect(),
        }
    }

    fn minus(&self, other: &Self) -> Difference {
        let singles = self.auc_singles.as_ref().zip(other.auc_singles.as_ref());
        Difference {
            mrr: self.mrr.minus(&other.mrr),
            auc: self.auc.minus(&other.auc),
            auc_singles: singles.map(|(ours, theirs)| ours.minus(theirs)),
        }
    }

    fn result(
        &self,
        method: &dyn Method,
        ours_minus: Option<Difference>,
        shipped_minus: Option<Difference>,
    ) -> MethodResult {
        let configurations = method.configurations();
        let mut times: BTreeMap<usize, usize> = BTreeMap::new();
        self.chosen.iter().for_each(|one| *times.entry(*one).or_default() += 1);
        let mut chosen: Vec<Chosen> = times
            .into_iter()
            .map(|(configuration, times)| {
                let names = method.parameters().iter().map(|parameter| parameter.name);
                let values = names.zip(configurations[configuration].iter().copied()).collect();
                Chosen { times, values }
            })
            .collect();
        chosen.sort_by_key(|one| std::cmp::Reverse(one.times));
        MethodResult {
            method: method.name(),
            citation: method.citation(),
            configurations: configurations.len(),
            chosen,
            mrr: self.mrr.estimate(),
            hit_1: self.hit_1.estimate(),
            hit_5: self.hit_5.estimate(),
            auc: self.auc.estimate(),
            auc_singles: self.auc_singles.as_ref().map(Measured::estimate),
            ours_minus,
            shipped_minus,
        }
    }
}

/// Measures the mean of one number of the ranks over the queries.
fn mean(pool: &Pool<'_>, draws: &Draws, number: fn(&ExpectedRank) -> f64) -> Measured {
    let values = pool.sets.iter().flat_map(|set| {
        let families = set.plan.families.iter().map(|family| set.first_family + family);
        families.zip(set.answers.ranks.iter().map(number))
    });
    let values: Vec<Scored> = values.collect();
    Measured::new(pool.families, &draws.queries, |times, _| mean_of(&values, times))
}

/// Measures the area against single traces; `None` without any.
fn auc_singles(pool: &Pool<'_>, draws: &Draws) -> Option<Measured> {
    if pool.singles == 0 {
        return None;
    }
    let alone = alone(pool);
    let once = vec![1; pool.singles];
    Some(Measured::new(pool.families, &draws.queries, |times, draw| {
        alone.area(times, draws.singles.get(draw).unwrap_or(&once))
    }))
}

/// Known against unknown inside each fold of each deal of each set: scores of two configurations
/// have no common scale.
fn taken_out(pool: &Pool<'_>) -> Separation {
    let mut separation = Separation::new(pool.families, pool.families);
    for set in &pool.sets {
        for (deal, fold) in halves(set.plan) {
            let known = set.of_fold(&set.answers.known, deal, fold);
            separation.add(&known, &set.of_fold(&set.answers.unknown, deal, fold));
        }
    }
    separation
}

/// The queries of each fold against all single traces of their set, scored with the fold's
/// configuration.
fn alone(pool: &Pool<'_>) -> Separation {
    let mut separation = Separation::new(pool.families, pool.singles);
    for set in &pool.sets {
        for (deal, fold) in halves(set.plan) {
            let singles = set.answers.singles.iter().map(|deals| deals[deal][fold]);
            let singles: Vec<Scored> = (set.first_single..).zip(singles).collect();
            separation.add(&set.of_fold(&set.answers.known, deal, fold), &singles);
        }
    }
    separation
}

/// Every fold of every deal.
fn halves(plan: &Plan) -> impl Iterator<Item = (usize, usize)> {
    (0..plan.deals.len()).flat_map(|deal| (0..FOLDS).map(move |fold| (deal, fold)))
}

impl PooledSet<'_> {
    /// The scores of the queries of one fold, with their families.
    fn of_fold(&self, scores: &[Vec<f64>], deal: usize, fold: usize) -> Vec<Scored> {
        let inside =
            scores.iter().enumerate().filter(|(place, _)| self.plan.fold(deal, *place) == fold);
        inside
            .map(|(place, score)| (self.first_family + self.plan.families[place], score[deal]))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two labels in two folds, one query each; one deal.
    fn plan() -> Plan {
        let (queries, singles, families) = (vec![0, 1], vec![2], vec![0, 1]);
        Plan { queries, singles, families, deals: vec![vec![0, 1]] }
    }

    #[test]
    fn scores_are_compared_inside_a_fold_only() {
        let answers = Answers {
            known: vec![vec![10.0], vec![0.5]],
            unknown: vec![vec![9.0], vec![0.6]],
            singles: vec![vec![[11.0, 0.1]]],
            ..Answers::default()
        };
        let (one, other) = (plan(), plan());
        let mut pool = Pool::default();
        pool.add(&one, answers.clone());
        // 10 > 9 and 0.5 < 0.6; 10 < 11 and 0.5 > 0.1.
        assert_eq!(taken_out(&pool).area(&[1, 1], &[1, 1]), 0.5);
        assert_eq!(taken_out(&pool).area(&[2, 0], &[2, 0]), 1.0);
        assert_eq!(alone(&pool).area(&[1, 1], &[1]), 0.5);
        assert_eq!(alone(&pool).area(&[0, 1], &[1]), 1.0);
        // Another set has families of its own, and is compared with itself alone.
        pool.add(&other, answers);
        assert_eq!(taken_out(&pool).area(&[1; 4], &[1; 4]), 0.5);
        assert_eq!(taken_out(&pool).area(&[1, 0, 1, 0], &[1, 0, 1, 0]), 1.0);
        assert_eq!(alone(&pool).area(&[0, 1, 0, 1], &[1, 1]), 1.0);
    }

    fn compare(set: &TraceSet, seed: u64) -> Comparison {
        Experiment::new(std::slice::from_ref(set), seed).expect("enough").compare(&|_| ())
    }

    #[test]
    fn a_comparison_is_the_same_twice_and_moves_with_the_seed() {
        let lines: Vec<String> = (0..6)
            .flat_map(|label| {
                let own = format!("F{label} G{label}");
                [format!("{label}: {own} M{} N", label % 2), format!("{label}: {own} O N")]
            })
            .chain(["alone: F0 X Y N".to_owned()])
            .collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let set = TraceSet::from_lines(&lines);
        let one = compare(&set, 1);
        assert_eq!(one, compare(&set, 1));
        assert_ne!(one.set, compare(&set, 2).set);
        assert_eq!((one.set.queries, one.set.families, one.set.singles), (12, 6, 1));
        assert_eq!(one.methods.len(), 9);
        for row in &one.methods {
            assert_eq!(row.mrr.value, 1.0, "{}", row.method);
            assert!(row.auc.value > 0.9, "{} {:?}", row.method, row.auc);
            assert_eq!(row.ours_minus.is_none(), row.method == "ours");
            assert_eq!(row.shipped_minus.is_none(), row.method == "shipped");
        }
        let twice = [set.clone(), set];
        let pooled = Experiment::new(&twice, 1).expect("enough").compare(&|_| ());
        assert_eq!((pooled.set.queries, pooled.set.families, pooled.set.singles), (24, 12, 2));
        assert_eq!(pooled.methods[0].mrr.value, 1.0);
    }
}
