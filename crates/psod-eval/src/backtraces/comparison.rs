//! The table: every method on one set, with intervals and differences.

use std::collections::BTreeMap;

use fastrand::Rng;
use serde::Serialize;

use super::bootstrap::{Estimate, Measured, draws, mean_of};
use super::ours::Ours;
use super::peers::{Bm25, Brodie, Damerau, Fast, Lerch, Method, Pdm, TraceSim};
use super::protocol::{Answers, FOLDS, NotEnough, Plan, Progress, ask, scorings};
use super::rank::ExpectedRank;
use super::separation::{Scored, Separation};
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
}

/// Parameters, and how often they were best on one half of the labels.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Chosen {
    /// In so many halves, of two for each deal.
    pub times: usize,
    /// The values by name.
    pub values: BTreeMap<&'static str, f64>,
}

/// Ours minus another method on the same draws.
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

/// Every method on one set.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// The set.
    pub set: SetSummary,
    /// Ours first, then the others.
    pub methods: Vec<MethodResult>,
}

/// A set, and the methods that are asked about it.
pub struct Experiment<'a> {
    set: &'a TraceSet,
    seed: u64,
    plan: Plan,
    methods: Vec<Box<dyn Method>>,
    random: Rng,
}

impl<'a> Experiment<'a> {
    /// Deals the labels of `set` into folds; `seed` decides how.
    ///
    /// # Errors
    /// [`NotEnough`] when fewer than two labels have anything to be found.
    pub fn new(set: &'a TraceSet, seed: u64) -> Result<Self, NotEnough> {
        let mut random = Rng::with_seed(seed);
        let plan = Plan::new(set, &mut random)?;
        let methods: Vec<Box<dyn Method>> = vec![
            Box::new(Ours::new(set)),
            Box::new(Fast),
            Box::new(Pdm),
            Box::new(TraceSim),
            Box::new(Brodie),
            Box::new(Lerch),
            Box::new(Bm25),
            Box::new(Damerau),
        ];
        Ok(Self { set, seed, plan, methods, random })
    }

    /// How many scorings [`Self::compare`] reports.
    pub fn scorings(&self) -> u64 {
        self.methods.iter().map(|method| scorings(method.as_ref(), &self.plan)).sum()
    }

    /// Asks every method, and puts the answers side by side.
    pub fn compare(mut self, progress: Progress<'_>) -> Comparison {
        let summary = self.summary();
        let draws = Draws {
            queries: draws(self.plan.family_count(), &mut self.random),
            singles: draws(self.plan.singles.len(), &mut self.random),
        };
        let mut ours: Option<MethodNumbers> = None;
        let mut methods = Vec::with_capacity(self.methods.len());
        for method in &self.methods {
            let answers = ask(method.as_ref(), self.set, &self.plan, progress);
            let numbers = MethodNumbers::new(&answers, &self.plan, &draws);
            let difference = ours.as_ref().map(|ours| ours.minus(&numbers));
            methods.push(numbers.result(method.as_ref(), &answers.chosen, difference));
            ours.get_or_insert(numbers);
        }
        Comparison { set: summary, methods }
    }

    fn summary(&self) -> SetSummary {
        let (set, plan) = (self.set, &self.plan);
        SetSummary {
            lines: set.lines,
            traces: set.traces.len(),
            labels: set.labels.len(),
            ambiguous: set.traces.iter().filter(|trace| trace.labels.len() > 1).count(),
            queries: plan.queries.len(),
            families: plan.family_count(),
            deals: plan.deals.len(),
            singles: plan.singles.len(),
            seed: self.seed,
        }
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
}

impl MethodNumbers {
    fn new(answers: &Answers, plan: &Plan, draws: &Draws) -> Self {
        let families = plan.family_count();
        let taken_out = taken_out(answers, plan);
        let auc = Measured::new(families, &draws.queries, |times, _| taken_out.area(times, times));
        Self {
            mrr: mean(answers, plan, draws, |rank| rank.reciprocal),
            hit_1: mean(answers, plan, draws, |rank| rank.first),
            hit_5: mean(answers, plan, draws, |rank| rank.among_five),
            auc,
            auc_singles: auc_singles(answers, plan, draws),
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
        chosen: &[[usize; FOLDS]],
        ours_minus: Option<Difference>,
    ) -> MethodResult {
        let configurations = method.configurations();
        let mut times: BTreeMap<usize, usize> = BTreeMap::new();
        chosen.iter().flatten().for_each(|one| *times.entry(*one).or_default() += 1);
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
        }
    }
}

/// Measures the mean of one number of the ranks over the queries.
fn mean(
    answers: &Answers,
    plan: &Plan,
    draws: &Draws,
    number: fn(&ExpectedRank) -> f64,
) -> Measured {
    let values = answers.ranks.iter().map(number);
    let values: Vec<Scored> = plan.families.iter().copied().zip(values).collect();
    Measured::new(plan.family_count(), &draws.queries, |times, _| mean_of(&values, times))
}

/// Measures the area against single traces; `None` without any.
fn auc_singles(answers: &Answers, plan: &Plan, draws: &Draws) -> Option<Measured> {
    if plan.singles.is_empty() {
        return None;
    }
    let alone = alone(answers, plan);
    let once = vec![1; plan.singles.len()];
    Some(Measured::new(plan.family_count(), &draws.queries, |times, draw| {
        alone.area(times, draws.singles.get(draw).unwrap_or(&once))
    }))
}

/// Known against unknown inside each fold of each deal: scores of two configurations have no common
/// scale.
fn taken_out(answers: &Answers, plan: &Plan) -> Separation {
    let families = plan.family_count();
    let mut separation = Separation::new(families, families);
    for (deal, fold) in halves(plan) {
        let known = of_fold(&answers.known, plan, deal, fold);
        separation.add(&known, &of_fold(&answers.unknown, plan, deal, fold));
    }
    separation
}

/// The queries of each fold against all single traces, scored with the fold's configuration.
fn alone(answers: &Answers, plan: &Plan) -> Separation {
    let mut separation = Separation::new(plan.family_count(), plan.singles.len());
    for (deal, fold) in halves(plan) {
        let singles = answers.singles.iter().map(|deals| deals[deal][fold]);
        let singles: Vec<Scored> = singles.enumerate().collect();
        separation.add(&of_fold(&answers.known, plan, deal, fold), &singles);
    }
    separation
}

/// Every fold of every deal.
fn halves(plan: &Plan) -> impl Iterator<Item = (usize, usize)> {
    (0..plan.deals.len()).flat_map(|deal| (0..FOLDS).map(move |fold| (deal, fold)))
}

fn of_fold(scores: &[Vec<f64>], plan: &Plan, deal: usize, fold: usize) -> Vec<Scored> {
    let inside = scores.iter().enumerate().filter(|(place, _)| plan.fold(deal, *place) == fold);
    inside.map(|(place, score)| (plan.families[place], score[deal])).collect()
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
        // 10 > 9 and 0.5 < 0.6; 10 < 11 and 0.5 > 0.1.
        assert_eq!(taken_out(&answers, &plan()).area(&[1, 1], &[1, 1]), 0.5);
        assert_eq!(taken_out(&answers, &plan()).area(&[2, 0], &[2, 0]), 1.0);
        assert_eq!(alone(&answers, &plan()).area(&[1, 1], &[1]), 0.5);
        assert_eq!(alone(&answers, &plan()).area(&[0, 1], &[1]), 1.0);
    }

    fn compare(set: &TraceSet, seed: u64) -> Comparison {
        Experiment::new(set, seed).expect("enough").compare(&|_| ())
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
        assert_eq!(one.methods.len(), 8);
        for row in &one.methods {
            assert_eq!(row.mrr.value, 1.0, "{}", row.method);
            assert!(row.auc.value > 0.9, "{} {:?}", row.method, row.auc);
            assert_eq!(row.ours_minus.is_none(), row.method == "ours");
        }
    }
}
