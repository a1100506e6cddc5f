//! `psod-match eval calibrate`: coefficients for the confidence, and how true it is with them.

use std::fs;

use anyhow::Context;
use psod_match::compile;
use psod_match::evaluation::{
    Answer, Bin, FOLDS, Loss, Observation, Request, Spread, answers, bins, fit, loss, observe,
    rounds, spreads,
};
use psod_match::kb::{CALIBRATION_FILE, Coefficients, Fitted, KnowledgeBase, Rarity};
use psod_match::matching::calibration_stamp;
use serde::Serialize;

use super::forms::progress_bar;
use crate::cli::args::{CalibrateArguments, Common, Format};
use crate::cli::output::{Output, complain};
use crate::cli::{Status, matcher, sources};

/// What is printed.
#[derive(Serialize)]
struct Outcome {
    stamp: String,
    observations: usize,
    clusters: usize,
    coefficients: Vec<Spread>,
    /// With the coefficients as they were set by hand.
    as_set: Loss,
    /// Each fold with what was fitted to the others.
    held_out: Loss,
    reliability: Vec<Bin>,
}

/// Fits, prints and, where there is a directory to write into, writes.
pub fn run(
    arguments: &CalibrateArguments,
    common: &Common,
    output: &mut Output,
) -> anyhow::Result<Status> {
    let mut kb = KnowledgeBase::read(&sources(common)?)?;
    kb.rarity = Rarity::of(&kb);
    // Points as they were set by hand: what is fitted are their factors.
    kb.fitted = None;
    let matcher = matcher(compile::of(&kb)?, common)?;
    let (seed, repeats) = (arguments.seed, usize::from(arguments.repeats));
    let request = Request { seed, repeats, forms: &[] };
    let bar = progress_bar(rounds(&kb, &request));
    let observations = observe(&kb, &matcher, &request, &|| bar.inc(1));
    bar.finish_and_clear();
    let observations = observations?;
    let coefficients = fit(&observations);
    let fitted = Fitted { stamp: calibration_stamp(&kb), coefficients };
    print(&outcome(&fitted, &observations), common, output)?;
    if let Some(directory) = common.kb.last() {
        let write = |path: &str, text: String| {
            let path = directory.join(path);
            let parent = path.parent().unwrap_or(directory);
            fs::create_dir_all(parent)
                .and_then(|()| fs::write(&path, text))
                .with_context(|| format!("cannot write {}", path.display()))
        };
        write("frames/rarity.csv", kb.rarity.to_csv())?;
        write(CALIBRATION_FILE, fitted.to_toml())?;
        if common.verbose {
            complain(&format!("wrote rarity and coefficients into {}", directory.display()));
        }
    }
    Ok(Status::Good)
}

/// The tables: every answer comes from what was fitted to the other folds.
fn outcome(fitted: &Fitted, observations: &[Observation]) -> Outcome {
    let of_fold = |fold: usize| {
        let (own, others): (Vec<_>, Vec<_>) =
            observations.iter().partition(|one: &&Observation| one.fold == fold);
        let coefficients = fit(others);
        (coefficients, answers(own, &coefficients))
    };
    let folds: Vec<(Coefficients, Vec<Answer>)> = (0..FOLDS).map(of_fold).collect();
    let fold_coefficients: Vec<Coefficients> = folds.iter().map(|(found, _)| *found).collect();
    let held_out: Vec<Answer> = folds.into_iter().flat_map(|(_, answers)| answers).collect();
    let clusters: std::collections::BTreeSet<&str> =
        observations.iter().map(|one| one.cluster.as_str()).collect();
    Outcome {
        stamp: fitted.stamp.clone(),
        observations: observations.len(),
        clusters: clusters.len(),
        coefficients: spreads(&fitted.coefficients, &fold_coefficients),
        as_set: loss(&answers(observations, &Coefficients::AS_SET)),
        held_out: loss(&held_out),
        reliability: bins(&held_out),
    }
}

fn print(outcome: &Outcome, common: &Common, output: &mut Output) -> anyhow::Result<()> {
    if output.format == Format::Json {
        return output.json(outcome);
    }
    let text = |key: &str, values: &[(&str, &str)]| common.catalog().text(key, values);
    let (observations, clusters) = (outcome.observations.to_string(), outcome.clusters.to_string());
    let values = [("observations", observations.as_str()), ("clusters", &clusters)];
    output.text(&format!("{}\n\n", text("eval-calibrate", &values)))?;
    let row = |one: &Spread| {
        let numbers = [one.set, one.fitted, one.low, one.high].map(|value| format!("{value:.3}"));
        [one.name.to_owned()].into_iter().chain(numbers).collect()
    };
    let header = ["coefficient", "set by hand", "fitted", "least of folds", "most of folds"];
    output.table(&header, outcome.coefficients.iter().map(row).collect())?;
    output.text(&format!("\n{}\n", text("eval-calibrate-reliability", &[])))?;
    let percent = |share: f64| format!("{:.1} %", share * 100.0);
    let row = |one: &Bin| {
        vec![
            format!("{} – {}", percent(one.from), percent(one.to)),
            one.count.to_string(),
            one.clusters.to_string(),
            percent(one.said),
            percent(one.right),
            format!("{} – {}", percent(one.low), percent(one.high)),
        ]
    };
    let header = ["confidence", "answers", "issues", "said", "right", "95 % bounds"];
    output.table(&header, outcome.reliability.iter().map(row).collect())?;
    output.text(&format!("\n{}\n", text("eval-calibrate-loss", &[])))?;
    let row = |name: &str, loss: Loss| {
        vec![name.to_owned(), format!("{:.4}", loss.brier), format!("{:.4}", loss.logarithmic)]
    };
    let rows = vec![row("set by hand", outcome.as_set), row("fitted", outcome.held_out)];
    output.table(&["coefficients", "Brier", "logarithmic"], rows)?;
    Ok(output.text(&format!("\nstamp {}\n", outcome.stamp))?)
}
