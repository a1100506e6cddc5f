//! `psod-eval lookalikes`: crashes that look like a known issue and are another one.

use psod_eval::lookalikes::{
    LookalikeCase, LookalikeRow, lookalike_rows, lookalikes, retired, symptoms, unheard,
};

use super::arguments::{Chance, Common};
use super::output::Output;
use super::{knowledge_base, matcher};

/// Makes the crashes, asks about each, and prints a row a form.
pub(super) fn run(chance: &Chance, common: &Common, output: &mut Output) -> anyhow::Result<()> {
    let kb = knowledge_base(common)?;
    let matcher = matcher(&kb, common)?;
    let mut cases = lookalikes(&kb, &matcher, chance.seed, usize::from(chance.repeats))?;
    cases.extend(retired(&kb, &matcher, chance.seed)?);
    cases.extend(unheard(&kb, chance.seed)?);
    cases.extend(symptoms(&matcher)?);
    let rows = lookalike_rows(&cases);
    if output.is_json() {
        rows.iter().try_for_each(|row| output.json(row))?;
        let wrong = cases.iter().filter(|case| common.verbose && case.wrong);
        return wrong.into_iter().try_for_each(|case| output.json(case));
    }
    let header = ["form", "texts", "issues", "wrong", "up to", "target", "shown"];
    output.table(&header, rows.iter().map(row_cells).collect())?;
    if common.verbose {
        let wrong = cases.iter().filter(|case| case.wrong);
        output.line("")?;
        output.table(&["form", "crash", "first", "confidence"], wrong.map(case_cells).collect())?;
    }
    Ok(())
}

fn row_cells(row: &LookalikeRow) -> Vec<String> {
    vec![
        row.form.clone(),
        row.cases.to_string(),
        row.clusters.to_string(),
        format!("{:.3}", row.wrong),
        format!("{:.3}", row.high),
        format!("{:.3}", row.target),
        format!("{:.3}", row.shown),
    ]
}

fn case_cells(case: &LookalikeCase) -> Vec<String> {
    vec![
        case.form.clone(),
        case.path.clone(),
        case.first.clone().unwrap_or_else(|| "-".to_owned()),
        format!("{:.2}", case.confidence),
    ]
}
