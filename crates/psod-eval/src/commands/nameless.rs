//! `psod-eval nameless`: what tables of functions give back.

use psod_eval::nameless::{NamelessCase, NamelessRow, nameless, nameless_rows};

use super::arguments::{Common, NamelessArguments};
use super::output::Output;
use super::{knowledge_base, matcher};

/// Takes names away, asks with and without tables, and prints a row a loss and aid.
pub(super) fn run(
    arguments: &NamelessArguments,
    common: &Common,
    output: &mut Output,
) -> anyhow::Result<()> {
    let kb = knowledge_base(common)?;
    let cases = nameless(&kb, &matcher(&kb, common)?, arguments.seed)?;
    let rows = nameless_rows(&cases);
    let listed: Vec<&NamelessCase> = cases
        .iter()
        .filter(|case| common.verbose && (case.wrong > 0 || !case.is_right || !case.sure))
        .collect();
    if output.is_json() {
        rows.iter().try_for_each(|row| output.json(row))?;
        return listed.into_iter().try_for_each(|case| output.json(case));
    }
    let header =
        ["lost", "aid", "texts", "names", "back", "wrong", "first", "sure, right", "sure, wrong"];
    output.table(&header, rows.iter().map(row_cells).collect())?;
    if !listed.is_empty() {
        output.line("")?;
        let header = ["lost", "aid", "crash", "names", "back", "wrong", "first"];
        output.table(&header, listed.into_iter().map(case_cells).collect())?;
    }
    Ok(())
}

fn row_cells(row: &NamelessRow) -> Vec<String> {
    let counts = [
        row.crashes,
        row.taken,
        row.right,
        row.wrong,
        row.right_first,
        row.sure_and_right,
        row.sure_and_wrong,
    ];
    let names = [row.loss.as_str(), row.aid.as_str()].map(str::to_owned);
    names.into_iter().chain(counts.map(|count| count.to_string())).collect()
}

fn case_cells(case: &NamelessCase) -> Vec<String> {
    let first = case.first.clone().unwrap_or_else(|| "-".to_owned());
    let counts = [case.taken, case.right, case.wrong].map(|count| count.to_string());
    let names = [case.loss.as_str(), case.aid.as_str(), &case.path].map(str::to_owned);
    names.into_iter().chain(counts).chain([first]).collect()
}
