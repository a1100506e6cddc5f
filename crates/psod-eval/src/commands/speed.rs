//! `psod-eval speed`: reading, preparing and comparing beside libcasr.

use psod_eval::speed::{SpeedRow, speed};

use super::arguments::Common;
use super::output::Output;
use super::{knowledge_base, matcher};

/// Measures each step, and prints a row for it.
pub(super) fn run(common: &Common, output: &mut Output) -> anyhow::Result<()> {
    let kb = knowledge_base(common)?;
    let rows = speed(&kb, &matcher(&kb, common)?);
    if output.is_json() {
        return rows.iter().try_for_each(|row| output.json(row));
    }
    let header = ["step", "ours, µs", "libcasr, µs", "ours / libcasr"];
    Ok(output.table(&header, rows.iter().map(row_cells).collect())?)
}

fn row_cells(row: &SpeedRow) -> Vec<String> {
    let numbers = [row.ours, row.libcasr, row.ours / row.libcasr];
    std::iter::once(row.step.to_owned())
        .chain(numbers.map(|number| format!("{number:.2}")))
        .collect()
}
