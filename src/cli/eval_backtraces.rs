//! `psod-match eval backtraces`: our comparison beside published methods.

use std::fs;
use std::io::{IsTerminal, stderr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use psod_match::evaluation::{
    Chosen, Comparison, Estimate, Experiment, MethodResult, SetSummary, TraceSet,
};

use super::Status;
use super::args::{BacktracesArguments, Common, Format};
use super::output::{Output, complain};

/// A shorter run shows no progress.
const PROGRESS_AFTER: Duration = Duration::from_secs(1);

/// Measures on the set in a file.
pub fn run(
    arguments: &BacktracesArguments,
    common: &Common,
    output: &mut Output,
) -> anyhow::Result<Status> {
    let path = arguments.file.display();
    let text = fs::read(&arguments.file).with_context(|| format!("{path}: cannot read"))?;
    let (set, bad_lines) = TraceSet::read(&text);
    for bad in &bad_lines {
        complain(&format!("{path}:{bad}"));
    }
    anyhow::ensure!(set.lines > 0, "{path}: no backtrace in it, expected one JSON object a line");
    let experiment = Experiment::new(&set, arguments.seed).with_context(|| path.to_string())?;
    let comparison = watched(experiment);
    match output.format {
        Format::Json => {
            output.json(&serde_json::json!({ "set": comparison.set }))?;
            comparison.methods.iter().try_for_each(|row| output.json(row))?;
        }
        Format::Text | Format::Markdown | Format::Html => print(&comparison, common, output)?,
    }
    Ok(if bad_lines.is_empty() { Status::Good } else { Status::Failed })
}

/// Compares, with a bar on a terminal.
fn watched(experiment: Experiment<'_>) -> Comparison {
    if !stderr().is_terminal() {
        return experiment.compare(&|_| ());
    }
    let bar = ProgressBar::new(experiment.scorings());
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {percent} %, {eta} left") {
        bar.set_style(style);
    }
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
    output.paragraph(&set_text(&comparison.set, common))?;
    let text = |key: &str| common.catalog().text(key, &[]);
    let methods = &comparison.methods;
    let rows = |row: fn(&MethodResult) -> Vec<String>| methods.iter().map(row).collect();
    let deals = comparison.set.deals.to_string();
    output.paragraph(&common.catalog().text("eval-ranking", &[("deals", &deals)]))?;
    output.table(&["method", "tried", "MRR", "hit@1", "hit@5"], rows(ranking))?;
    output.text("\n")?;
    output.paragraph(&text("eval-separation"))?;
    output.table(&["method", "AUC, taken out", "AUC, singles"], rows(separation))?;
    output.text("\n")?;
    output.paragraph(&text("eval-differences"))?;
    let header = ["ours minus", "MRR", "AUC, taken out", "AUC, singles"];
    output.table(&header, methods.iter().filter_map(difference).collect())?;
    if common.verbose {
        output.text("\n")?;
        output.paragraph(&text("eval-chosen"))?;
        output.table(
            &["method", "halves", "parameters"],
            methods.iter().flat_map(chosen).collect(),
        )?;
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

fn ranking(row: &MethodResult) -> Vec<String> {
    let share = |estimate: &Estimate| short(format!("{:.3}", estimate.value));
    vec![
        row.method.to_owned(),
        row.configurations.to_string(),
        interval(&row.mrr),
        share(&row.hit_1),
        share(&row.hit_5),
    ]
}

fn separation(row: &MethodResult) -> Vec<String> {
    vec![row.method.to_owned(), interval(&row.auc), optional(row.auc_singles.as_ref(), interval)]
}

fn difference(row: &MethodResult) -> Option<Vec<String>> {
    let minus = row.ours_minus.as_ref()?;
    let singles = optional(minus.auc_singles.as_ref(), signed);
    Some(vec![row.method.to_owned(), signed(&minus.mrr), signed(&minus.auc), singles])
}

/// The parameters that measured most often.
fn chosen(row: &MethodResult) -> Vec<Vec<String>> {
    const SHOWN: usize = 3;
    let line = |one: &Chosen| {
        let values = one.values.iter().map(|(name, value)| format!("{name} {value}"));
        vec![row.method.to_owned(), one.times.to_string(), values.collect::<Vec<_>>().join(", ")]
    };
    row.chosen.iter().take(SHOWN).map(line).collect()
}

fn interval(estimate: &Estimate) -> String {
    let [value, low, high] =
        [estimate.value, estimate.low, estimate.high].map(|number| short(format!("{number:.3}")));
    format!("{value} [{low}, {high}]")
}

fn signed(estimate: &Estimate) -> String {
    // Minus zero is no less than zero.
    let [value, low, high] = [estimate.value, estimate.low, estimate.high]
        .map(|number| if number.abs() < 0.0005 { 0.0 } else { number })
        .map(|number| short(format!("{number:+.3}")));
    format!("{value} [{low}, {high}]")
}

/// Without the zero in front of the point, so that three columns fit.
fn short(number: String) -> String {
    number.replacen("0.", ".", usize::from(number.trim_start_matches(['+', '-']).starts_with("0.")))
}

fn optional(estimate: Option<&Estimate>, write: fn(&Estimate) -> String) -> String {
    estimate.map_or("-".to_owned(), write)
}
