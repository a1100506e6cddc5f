//! `psod-eval backtraces`: our comparison of backtraces beside published methods.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use psod_eval::backtraces::{
    Chosen, Comparison, Difference, Estimate, Experiment, MethodResult, SetSummary, TraceSet,
};

use super::Ending;
use super::arguments::{BacktracesArguments, Common};
use super::output::{Output, complain, progress_bar};

/// A shorter run shows no progress.
const PROGRESS_AFTER: Duration = Duration::from_secs(1);

/// Measures on the sets in the files.
pub(super) fn run(
    arguments: &BacktracesArguments,
    common: &Common,
    output: &mut Output,
) -> anyhow::Result<Ending> {
    let mut sets = Vec::new();
    let mut ending = Ending::Measured;
    for file in &arguments.files {
        let (set, is_complete) = set_of(file)?;
        sets.push(set);
        if !is_complete {
            ending = Ending::Incomplete;
        }
    }
    let experiment = Experiment::new(&sets, arguments.seed).with_context(|| {
        let paths: Vec<String> =
            arguments.files.iter().map(|file| file.display().to_string()).collect();
        paths.join(", ")
    })?;
    let comparison = watched(experiment);
    if output.is_json() {
        output.json(&serde_json::json!({ "set": comparison.set }))?;
        comparison.methods.iter().try_for_each(|row| output.json(row))?;
    } else {
        print(&comparison, common, output)?;
    }
    Ok(ending)
}

/// The set in a file, and whether all of its lines could be read.
pub(super) fn set_of(file: &Path) -> anyhow::Result<(TraceSet, bool)> {
    let path = file.display();
    let text = fs::read(file).with_context(|| format!("{path}: cannot read"))?;
    let (set, bad_lines) = TraceSet::read(&text);
    for bad in &bad_lines {
        complain(&format!("{path}:{bad}"));
    }
    anyhow::ensure!(set.lines > 0, "{path}: no backtrace in it, expected one JSON object a line");
    Ok((set, bad_lines.is_empty()))
}

/// Compares, with a bar on a terminal.
fn watched(experiment: Experiment<'_>) -> Comparison {
    let bar = progress_bar(experiment.scorings(), "{bar:40} {percent} %, {eta} left");
    let (start, done) = (Instant::now(), AtomicU64::new(0));
    let comparison = experiment.compare(&|more| {
        let done = done.fetch_add(more, Ordering::Relaxed) + more;
        if start.elapsed() >= PROGRESS_AFTER {
            bar.set_position(done);
        }
    });
    bar.finish_and_clear();
    comparison
}

fn print(comparison: &Comparison, common: &Common, output: &mut Output) -> anyhow::Result<()> {
    let (catalog, methods) = (common.catalog(), &comparison.methods);
    output.paragraph(&set_text(&comparison.set, common))?;
    let deals = comparison.set.deals.to_string();
    output.paragraph(&catalog.text("eval-ranking", &[("deals", &deals)]))?;
    let header = ["method", "tried", "MRR", "hit@1", "hit@5"];
    output.table(&header, methods.iter().map(ranking_row).collect())?;
    output.line("")?;
    output.paragraph(&catalog.text("eval-separation", &[]))?;
    let header = ["method", "AUC, taken out", "AUC, singles"];
    output.table(&header, methods.iter().map(separation_row).collect())?;
    output.line("")?;
    output.paragraph(&catalog.text("eval-differences", &[]))?;
    let header = ["ours minus", "MRR", "AUC, taken out", "AUC, singles"];
    let rows = methods.iter().filter_map(|row| difference_row(row, row.ours_minus));
    output.table(&header, rows.collect())?;
    output.line("")?;
    let header = ["shipped -", "MRR", "AUC, taken out", "AUC, singles"];
    let rows = methods.iter().filter_map(|row| difference_row(row, row.shipped_minus));
    output.table(&header, rows.collect())?;
    if common.verbose {
        output.line("")?;
        output.paragraph(&catalog.text("eval-chosen", &[]))?;
        let header = ["method", "halves", "parameters"];
        output.table(&header, methods.iter().flat_map(chosen_rows).collect())?;
    }
    Ok(())
}

fn set_text(set: &SetSummary, common: &Common) -> String {
    let numbers = [
        ("lines", set.lines),
        ("traces", set.traces),
        ("labels", set.labels),
        ("ambiguous", set.ambiguous),
        ("queries", set.queries),
        ("families", set.families),
        ("singles", set.singles),
    ];
    let mut values: Vec<(&str, String)> =
        numbers.iter().map(|(name, number)| (*name, number.to_string())).collect();
    values.push(("seed", set.seed.to_string()));
    let values: Vec<(&str, &str)> =
        values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    common.catalog().text("eval-set", &values)
}

fn ranking_row(row: &MethodResult) -> Vec<String> {
    vec![
        row.method.to_owned(),
        row.configurations.to_string(),
        interval(&row.mrr),
        share(&row.hit_1),
        share(&row.hit_5),
    ]
}

fn separation_row(row: &MethodResult) -> Vec<String> {
    let singles = row.auc_singles.as_ref().map_or("-".to_owned(), interval);
    vec![row.method.to_owned(), interval(&row.auc), singles]
}

fn difference_row(row: &MethodResult, minus: Option<Difference>) -> Option<Vec<String>> {
    let minus = minus?;
    let singles = minus.auc_singles.as_ref().map_or("-".to_owned(), signed);
    Some(vec![row.method.to_owned(), signed(&minus.mrr), signed(&minus.auc), singles])
}

/// The parameters that were chosen most often.
fn chosen_rows(row: &MethodResult) -> Vec<Vec<String>> {
    const SHOWN: usize = 3;
    row.chosen.iter().take(SHOWN).map(|one| chosen_row(row.method, one)).collect()
}

fn chosen_row(method: &str, chosen: &Chosen) -> Vec<String> {
    let values: Vec<String> =
        chosen.values.iter().map(|(name, value)| format!("{name} {value}")).collect();
    vec![method.to_owned(), chosen.times.to_string(), values.join(", ")]
}

fn share(estimate: &Estimate) -> String {
    short(&format!("{:.3}", estimate.value))
}

fn interval(estimate: &Estimate) -> String {
    let [value, low, high] =
        [estimate.value, estimate.low, estimate.high].map(|number| short(&format!("{number:.3}")));
    format!("{value} [{low}, {high}]")
}

fn signed(estimate: &Estimate) -> String {
    // Minus zero is not less than zero.
    let [value, low, high] = [estimate.value, estimate.low, estimate.high]
        .map(|number| if number.abs() < 0.0005 { 0.0 } else { number })
        .map(|number| short(&format!("{number:+.3}")));
    format!("{value} [{low}, {high}]")
}

/// Leaves out the zero before the point, so that three columns fit.
fn short(number: &str) -> String {
    let below_one = number.trim_start_matches(['+', '-']).starts_with("0.");
    number.replacen("0.", ".", usize::from(below_one))
}
