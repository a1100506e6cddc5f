//! `psod-match eval calibrate`: coefficients for the confidence, and how true it is with them.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use psod_match::compile;
use psod_match::evaluation::{
    Answer, Bin, FOLDS, Loss, Observation, Request, Spread, answers, bins, fit, loss, observe,
    rounds, spreads,
};
use psod_match::kb::{CALIBRATION_FILE, Coefficients, Fitted, KnowledgeBase, RARITY_FILE, Rarity};
use psod_match::matching::calibration_stamp;
use serde::Serialize;
use tempfile::NamedTempFile;

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
    let files = match (arguments.update, common.kb.last()) {
        (false, _) => None,
        (true, Some(directory)) => Some(Files::begin(directory)?),
        (true, None) => anyhow::bail!("--update: expected --kb DIR, the directory to write into"),
    };
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
    let stamp = calibration_stamp(&kb);
    let fitted = Fitted { stamp, seed, repeats: arguments.repeats, coefficients };
    print(&outcome(&fitted, &observations), common, output)?;
    if let Some(files) = files {
        files.write([kb.rarity.to_csv(), fitted.to_toml()])?;
    }
    Ok(Status::Good)
}

/// The two files of a calibration, which are replaced together.
struct Files {
    directory: PathBuf,
    written: [NamedTempFile; 2],
}

/// Where they are.
const PATHS: [&str; 2] = [RARITY_FILE, CALIBRATION_FILE];

impl Files {
    /// Begins new files beside the old ones, before anything is measured for them.
    fn begin(directory: &Path) -> anyhow::Result<Self> {
        let begin = |path: &str| {
            let path = directory.join(path);
            let parent = path.parent().unwrap_or(directory);
            fs::create_dir_all(parent)
                .and_then(|()| NamedTempFile::new_in(parent))
                .with_context(|| format!("cannot write {}", path.display()))
        };
        let written = [begin(PATHS[0])?, begin(PATHS[1])?];
        Ok(Self { directory: directory.to_path_buf(), written })
    }

    /// Puts the texts into place.
    fn write(mut self, texts: [String; 2]) -> anyhow::Result<()> {
        for (file, text) in self.written.iter_mut().zip(&texts) {
            file.write_all(text.as_bytes()).context("cannot write the calibration")?;
        }
        for (file, path) in self.written.into_iter().zip(PATHS) {
            let path = self.directory.join(path);
            let context = || format!("cannot write {}", path.display());
            // A temporary file is its owner's alone; these are as open as other files here. What is
            // there already stays whole until the new one is in its place.
            let old = OpenOptions::new().append(true).create(true).open(&path);
            let metadata = old.and_then(|old| old.metadata()).with_context(context)?;
            file.as_file().set_permissions(metadata.permissions()).with_context(context)?;
            file.persist(&path).map_err(|error| error.error).with_context(context)?;
            complain(&format!("wrote {}", path.display()));
        }
        Ok(())
    }
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

/// The same value with numbers of five places: the last digits of sums differ between machines.
fn rounded(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    const SCALE: f64 = 1e5;
    match value {
        Value::Number(number) if number.is_f64() => {
            number.as_f64().map_or(Value::Null, |number| ((number * SCALE).round() / SCALE).into())
        }
        Value::Array(values) => values.into_iter().map(rounded).collect(),
        Value::Object(fields) => {
            fields.into_iter().map(|(name, value)| (name, rounded(value))).collect()
        }
        other => other,
    }
}

fn print(outcome: &Outcome, common: &Common, output: &mut Output) -> anyhow::Result<()> {
    if output.format == Format::Json {
        return output.json(&rounded(serde_json::to_value(outcome)?));
    }
    let text = |key: &str, values: &[(&str, &str)]| common.catalog().text(key, values);
    let (observations, clusters) = (outcome.observations.to_string(), outcome.clusters.to_string());
    let values = [("observations", observations.as_str()), ("clusters", &clusters)];
    output.paragraph(&text("eval-calibrate", &values))?;
    let row = |one: &Spread| {
        let numbers = [one.set, one.fitted, one.low, one.high].map(|value| format!("{value:.3}"));
        [one.name.to_owned()].into_iter().chain(numbers).collect()
    };
    let header = ["coefficient", "set by hand", "fitted", "least of folds", "most of folds"];
    output.table(&header, outcome.coefficients.iter().map(row).collect())?;
    output.text("\n")?;
    output.paragraph(&text("eval-calibrate-reliability", &[]))?;
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
    let header = ["confidence", "answers", "groups", "said", "right", "95 % bounds"];
    output.table(&header, outcome.reliability.iter().map(row).collect())?;
    output.text("\n")?;
    output.paragraph(&text("eval-calibrate-loss", &[]))?;
    let row = |name: &str, loss: Loss| {
        vec![name.to_owned(), format!("{:.4}", loss.brier), format!("{:.4}", loss.logarithmic)]
    };
    let rows = vec![row("set by hand", outcome.as_set), row("fitted", outcome.held_out)];
    output.table(&["coefficients", "Brier", "logarithmic"], rows)?;
    Ok(output.text(&format!("\nstamp {}\n", outcome.stamp))?)
}
