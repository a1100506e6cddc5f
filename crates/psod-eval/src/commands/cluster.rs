//! `psod-eval cluster`: clusters beside the labels of a set.

use psod_eval::clustering::{DEALS, MethodResult, compare};

use super::Ending;
use super::arguments::{ClusterArguments, Common};
use super::backtraces::set_of;
use super::output::Output;

/// Measures each of the sets.
pub(super) fn run(
    arguments: &ClusterArguments,
    common: &Common,
    output: &mut Output,
) -> anyhow::Result<Ending> {
    let mut ending = Ending::Measured;
    for file in &arguments.data {
        let (set, is_complete) = set_of(file)?;
        if !is_complete {
            ending = Ending::Incomplete;
        }
        anyhow::ensure!(
            set.labels.len() >= 4,
            "{}: {} labels, expected four at least: they are dealt into halves",
            file.display(),
            set.labels.len()
        );
        let results = compare(&set, arguments.seed);
        if output.is_json() {
            results.iter().try_for_each(|row| output.json(row))?;
            continue;
        }
        let (lines, labels) = (set.lines.to_string(), set.labels.len().to_string());
        let (deals, seed) = (DEALS.to_string(), arguments.seed.to_string());
        let values =
            [("lines", lines.as_str()), ("labels", &labels), ("deals", &deals), ("seed", &seed)];
        output.paragraph(&common.catalog().text("eval-clusters", &values))?;
        let header = ["method", "P", "R", "F1", "of deals", "cut", "ours not below"];
        output.table(&header, results.iter().map(row).collect())?;
        output.line("")?;
    }
    Ok(ending)
}

fn row(result: &MethodResult) -> Vec<String> {
    let [low, high] = result.range.map(|number| format!("{number:.3}"));
    vec![
        result.method.to_owned(),
        format!("{:.3}", result.mean.precision),
        format!("{:.3}", result.mean.recall),
        format!("{:.3}", result.mean.f1),
        format!("{low}-{high}"),
        result.cut.map_or("own".to_owned(), |cut| format!("{cut:.2}")),
        format!("{} of {DEALS}", result.not_above_ours),
    ]
}
