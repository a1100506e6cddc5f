//! `psod-eval calibrate --data`: coefficients that were fitted to labelled backtraces, beside those of
//! the knowledge base.

use psod_eval::calibration::{Judged, Observation, fit, judge, judge_held_out, observe_labelled};
use psod_match::kb::Coefficients;
use serde::Serialize;

use super::arguments::{CalibrateArguments, Common};
use super::backtraces::set_of;
use super::calibrate::observed;
use super::output::{Output, progress_bar};
use super::{Ending, forms::TEXTS_LEFT, knowledge_base};

/// What the numbers are fitted to, or asked about.
struct Source {
    name: String,
    observations: Vec<Observation>,
}

/// The coefficients of one source.
#[derive(Serialize)]
struct FittedRow {
    fitted_to: String,
    coefficients: Coefficients,
}

impl FittedRow {
    fn new(fitted_to: &str, coefficients: Coefficients) -> Self {
        Self { fitted_to: fitted_to.to_owned(), coefficients }
    }
}

/// The answers to one source with the coefficients of another one.
#[derive(Serialize)]
struct JudgedRow {
    asked: String,
    fitted_to: String,
    #[serde(flatten)]
    judged: Judged,
}

impl JudgedRow {
    fn new(asked: &Source, fitted_to: &str, judged: Judged) -> Self {
        Self { asked: asked.name.clone(), fitted_to: fitted_to.to_owned(), judged }
    }
}

/// The rows of [`Source`]s that are no file.
const SET_BY_HAND: &str = "set by hand";
const KNOWLEDGE_BASE: &str = "kb";

/// Observes everything, fits, and prints.
pub(super) fn run(
    arguments: &CalibrateArguments,
    common: &Common,
    output: &mut Output,
) -> anyhow::Result<Ending> {
    let mut ending = Ending::Measured;
    let mut sets = Vec::new();
    for file in &arguments.data {
        let (set, is_complete) = set_of(file)?;
        if !is_complete {
            ending = Ending::Incomplete;
        }
        let bar = progress_bar(2 * set.traces.len() as u64, TEXTS_LEFT);
        let observations = observe_labelled(&set, arguments.chance.seed, &|| bar.inc(1))?;
        bar.finish_and_clear();
        sets.push(Source { name: file.display().to_string(), observations });
    }
    let mut kb = knowledge_base(common)?;
    kb.rarity = kb.count_functions();
    kb.fitted = None;
    let kb =
        Source { name: KNOWLEDGE_BASE.to_owned(), observations: observed(&kb, arguments, common)? };
    let fitted = fitted_rows(&kb, &sets);
    let judged = judged_rows(&kb, &sets);
    if output.is_json() {
        fitted.iter().try_for_each(|row| output.json(row))?;
        judged.iter().try_for_each(|row| output.json(row))?;
    } else {
        print(&fitted, &judged, output)?;
    }
    Ok(ending)
}

fn fit_all<'a>(sets: impl IntoIterator<Item = &'a Source>, centre: &Coefficients) -> Coefficients {
    fit(sets.into_iter().flat_map(|set| &set.observations), centre)
}

fn fitted_rows(kb: &Source, sets: &[Source]) -> Vec<FittedRow> {
    let as_set = Coefficients::AS_SET;
    let labels = fit_all(sets, &as_set);
    let mut rows =
        vec![FittedRow::new(SET_BY_HAND, as_set), FittedRow::new(&kb.name, fit_all([kb], &as_set))];
    rows.extend(sets.iter().map(|set| FittedRow::new(&set.name, fit_all([set], &as_set))));
    rows.push(FittedRow::new("labels", labels));
    rows.push(FittedRow::new("labels, then kb", fit_all([kb], &labels)));
    rows
}

/// Every source with what was fitted to others, never to itself.
fn judged_rows(kb: &Source, sets: &[Source]) -> Vec<JudgedRow> {
    let as_set = Coefficients::AS_SET;
    let labels = fit_all(sets, &as_set);
    let mut rows = vec![
        JudgedRow::new(kb, SET_BY_HAND, judge(&kb.observations, &as_set)),
        JudgedRow::new(kb, "kb", judge_held_out(&kb.observations, &as_set)),
        JudgedRow::new(kb, "labels", judge(&kb.observations, &labels)),
        JudgedRow::new(kb, "labels, then kb", judge_held_out(&kb.observations, &labels)),
    ];
    let of_kb = fit_all([kb], &as_set);
    for (place, set) in sets.iter().enumerate() {
        let asked = &set.observations;
        rows.push(JudgedRow::new(set, SET_BY_HAND, judge(asked, &as_set)));
        rows.push(JudgedRow::new(set, "kb", judge(asked, &of_kb)));
        rows.push(JudgedRow::new(set, "own, held out", judge_held_out(asked, &as_set)));
        let others = sets.iter().enumerate().filter(|(other, _)| *other != place);
        if sets.len() > 1 {
            let labels = fit_all(others.map(|(_, set)| set), &as_set);
            rows.push(JudgedRow::new(set, "other labels", judge(asked, &labels)));
            rows.push(JudgedRow::new(
                set,
                "other labels, then kb",
                judge(asked, &fit_all([kb], &labels)),
            ));
        }
    }
    rows
}

fn print(fitted: &[FittedRow], judged: &[JudgedRow], output: &mut Output) -> anyhow::Result<()> {
    let mut header = vec!["fitted to"];
    header.extend(Coefficients::NAMES);
    output.table(&header, fitted.iter().map(fitted_cells).collect())?;
    output.line("")?;
    let header = [
        "asked",
        "fitted to",
        "Brier",
        "log",
        "right first",
        "sure, right",
        "sure, wrong",
        "unknown sure",
        "gap",
    ];
    output.table(&header, judged.iter().map(judged_cells).collect())?;
    Ok(())
}

fn fitted_cells(row: &FittedRow) -> Vec<String> {
    let numbers = row.coefficients.to_array().map(|value| format!("{value:.3}"));
    [row.fitted_to.clone()].into_iter().chain(numbers).collect()
}

fn judged_cells(row: &JudgedRow) -> Vec<String> {
    let Judged { loss, right_first, sure_right, sure_wrong, unknown_sure, gap } = row.judged;
    let errors = [loss.brier, loss.logarithmic].map(|error| format!("{error:.4}"));
    let shares = [right_first, sure_right, sure_wrong, unknown_sure, gap];
    let shares = shares.map(|share| format!("{share:.3}"));
    let names = [row.asked.clone(), row.fitted_to.clone()];
    names.into_iter().chain(errors).chain(shares).collect()
}
