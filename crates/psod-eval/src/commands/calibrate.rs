//! `psod-eval calibrate`: fits the coefficients of the confidence, prints how true it is with them,
//! and writes them into a knowledge base.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use psod_eval::calibration::{
    Bin, FOLDS, FirstAnswer, LABELS, Loss, Observation, Spread, answers, bins, fit, loss, observe,
    spreads,
};
use psod_eval::forms::{FormRequest, rounds};
use psod_match::kb::{CALIBRATION_FILE, Coefficients, Fitted, KnowledgeBase, RARITY_FILE};
use psod_match::matching::calibration_stamp;
use serde::Serialize;
use serde_json::Value;
use tempfile::NamedTempFile;

use super::arguments::{CalibrateArguments, Common};
use super::output::{Output, complain, progress_bar};
use super::{forms::TEXTS_LEFT, knowledge_base, matcher};

/// The printed result.
#[derive(Serialize)]
struct CalibrationReport {
    stamp: String,
    observations: usize,
    clusters: usize,
    coefficients: Vec<Spread>,
    /// With the coefficients as they were set by hand.
    as_set: Loss,
    /// Each fold with coefficients that were fitted to the others.
    held_out: Loss,
    reliability: Vec<Bin>,
}

/// Fits and prints; with `--update` writes.
pub(super) fn run(
    arguments: &CalibrateArguments,
    common: &Common,
    output: &mut Output,
) -> anyhow::Result<()> {
    let replacement = if arguments.update { Some(Replacement::begin(common)?) } else { None };
    let mut kb = knowledge_base(common)?;
    kb.rarity = kb.count_functions();
    // Points as they were set by hand: their factors are fitted.
    kb.fitted = None;
    let observations = observed(&kb, arguments, common)?;
    let fitted = Fitted {
        stamp: calibration_stamp(&kb),
        seed: arguments.chance.seed,
        repeats: arguments.chance.repeats,
        coefficients: fit(&observations, &LABELS),
    };
    let report = report(&fitted, &observations);
    if output.is_json() {
        output.json(&rounded(serde_json::to_value(&report)?))?;
    } else {
        print(&report, common, output)?;
    }
    match replacement {
        Some(replacement) => replacement.write([kb.rarity.to_csv(), fitted.to_toml()]),
        None => Ok(()),
    }
}

pub(super) fn observed(
    kb: &KnowledgeBase,
    arguments: &CalibrateArguments,
    common: &Common,
) -> anyhow::Result<Vec<Observation>> {
    let matcher = matcher(kb, common)?;
    let request = FormRequest {
        seed: arguments.chance.seed,
        repeats: usize::from(arguments.chance.repeats),
        forms: &[],
    };
    let bar = progress_bar(rounds(kb, &request) as u64, TEXTS_LEFT);
    let observations = observe(kb, &matcher, &request, &|| bar.inc(1));
    bar.finish_and_clear();
    Ok(observations?)
}

/// The files that belong together.
const PATHS: [&str; 2] = [RARITY_FILE, CALIBRATION_FILE];

/// The new files of a calibration, beside the old ones until both are written.
struct Replacement {
    directory: PathBuf,
    files: [NamedTempFile; 2],
}

impl Replacement {
    /// Begins the files before anything is measured: a directory that cannot be written to is
    /// found at once, and not after minutes.
    fn begin(common: &Common) -> anyhow::Result<Self> {
        let directory =
            common.kb.last().context("--update: expected --kb DIR, the directory to write into")?;
        let files = [begin_file(directory, PATHS[0])?, begin_file(directory, PATHS[1])?];
        Ok(Self { directory: directory.clone(), files })
    }

    /// Writes the texts and replaces the old files.
    fn write(mut self, texts: [String; 2]) -> anyhow::Result<()> {
        for (file, text) in self.files.iter_mut().zip(&texts) {
            file.write_all(text.as_bytes()).context("cannot write the calibration")?;
        }
        for (file, path) in self.files.into_iter().zip(PATHS) {
            let path = self.directory.join(path);
            replace(file, &path).with_context(|| cannot_write(&path))?;
            complain(&format!("wrote {}", path.display()));
        }
        Ok(())
    }
}

fn begin_file(directory: &Path, name: &str) -> anyhow::Result<NamedTempFile> {
    let path = directory.join(name);
    let parent = path.parent().unwrap_or(directory);
    fs::create_dir_all(parent)
        .and_then(|()| NamedTempFile::new_in(parent))
        .with_context(|| cannot_write(&path))
}

/// Puts a finished file in the place of an old one, which stays whole until then.
fn replace(file: NamedTempFile, path: &Path) -> std::io::Result<()> {
    // A temporary file is its owner's alone; this one becomes as open as the other files here.
    let old = OpenOptions::new().append(true).create(true).open(path)?;
    file.as_file().set_permissions(old.metadata()?.permissions())?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

fn cannot_write(path: &Path) -> String {
    format!("cannot write {}", path.display())
}

/// The tables: every answer comes from coefficients that were fitted to the other folds.
fn report(fitted: &Fitted, observations: &[Observation]) -> CalibrationReport {
    let folds: Vec<(Coefficients, Vec<FirstAnswer>)> =
        (0..FOLDS).map(|fold| held_out(observations, fold)).collect();
    let fold_coefficients: Vec<Coefficients> = folds.iter().map(|(found, _)| *found).collect();
    let held_out: Vec<FirstAnswer> = folds.into_iter().flat_map(|(_, answers)| answers).collect();
    let clusters: BTreeSet<&str> = observations.iter().map(|one| one.cluster.as_str()).collect();
    CalibrationReport {
        stamp: fitted.stamp.clone(),
        observations: observations.len(),
        clusters: clusters.len(),
        coefficients: spreads(&fitted.coefficients, &fold_coefficients),
        as_set: loss(&answers(observations, &Coefficients::AS_SET)),
        held_out: loss(&held_out),
        reliability: bins(&held_out),
    }
}

/// Fits to the other folds, and answers this one.
fn held_out(observations: &[Observation], fold: usize) -> (Coefficients, Vec<FirstAnswer>) {
    let (own, others): (Vec<_>, Vec<_>) =
        observations.iter().partition(|one: &&Observation| one.fold == fold);
    let coefficients = fit(others, &LABELS);
    (coefficients, answers(own, &coefficients))
}

/// Cuts numbers to five places: the last digits of sums differ between machines.
fn rounded(value: Value) -> Value {
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

fn print(report: &CalibrationReport, common: &Common, output: &mut Output) -> anyhow::Result<()> {
    let catalog = common.catalog();
    let (observations, clusters) = (report.observations.to_string(), report.clusters.to_string());
    let values = [("observations", observations.as_str()), ("clusters", &clusters)];
    output.paragraph(&catalog.text("eval-calibrate", &values))?;
    let header =
        ["coefficient", "set by hand", "labels", "fitted", "least of folds", "most of folds"];
    output.table(&header, report.coefficients.iter().map(coefficient_row).collect())?;
    output.line("")?;
    output.paragraph(&catalog.text("eval-calibrate-reliability", &[]))?;
    let header = ["confidence", "answers", "groups", "said", "right", "95 % bounds"];
    output.table(&header, report.reliability.iter().map(reliability_row).collect())?;
    output.line("")?;
    output.paragraph(&catalog.text("eval-calibrate-loss", &[]))?;
    let rows = vec![loss_row("set by hand", report.as_set), loss_row("fitted", report.held_out)];
    output.table(&["coefficients", "Brier", "logarithmic"], rows)?;
    Ok(output.line(&format!("\nstamp {}", report.stamp))?)
}

fn coefficient_row(one: &Spread) -> Vec<String> {
    let numbers =
        [one.set, one.centre, one.fitted, one.low, one.high].map(|value| format!("{value:.3}"));
    [one.name.to_owned()].into_iter().chain(numbers).collect()
}

fn reliability_row(one: &Bin) -> Vec<String> {
    vec![
        format!("{} – {}", percent(one.from), percent(one.to)),
        one.count.to_string(),
        one.clusters.to_string(),
        percent(one.said),
        percent(one.right),
        format!("{} – {}", percent(one.low), percent(one.high)),
    ]
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

fn loss_row(name: &str, loss: Loss) -> Vec<String> {
    vec![name.to_owned(), format!("{:.4}", loss.brier), format!("{:.4}", loss.logarithmic)]
}
