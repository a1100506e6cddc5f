//! `psod-eval kb --thresholds`: the table from which the thresholds were chosen.

use psod_eval::cases::{Case, Evaluation, Setting, evaluate};
use psod_match::matching::Calibration;

use super::arguments::Common;
use super::output::Output;
use super::{knowledge_base, matcher};

/// Thresholds of the table.
const THRESHOLDS: &[f64] = &[0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95];
/// The columns: known crashes first, then those that must stay silent.
const SETTINGS: &[Setting] =
    &[Setting::Own, Setting::LeftOut, Setting::TakenOut, Setting::Near, Setting::Unknown];

/// Measures the texts as published over the thresholds.
pub(super) fn run(common: &Common, output: &mut Output) -> anyhow::Result<()> {
    let kb = knowledge_base(common)?;
    let evaluation = evaluate(&kb, &matcher(&kb, common)?)?;
    if output.is_json() {
        return evaluation.cases.iter().try_for_each(|case| output.json(case));
    }
    output.paragraph(&common.catalog().text("eval-explanation", &[]))?;
    let rows = THRESHOLDS.iter().map(|threshold| threshold_row(&evaluation, *threshold));
    let header = ["confidence", "own", "left out", "taken out", "near", "unknown"];
    output.table(&header, rows.collect())?;
    if common.verbose {
        let rows = evaluation.cases.iter().map(case_row);
        output.line("")?;
        output.table(&["setting", "crash", "first", "confidence", "rank"], rows.collect())?;
    }
    Ok(())
}

fn threshold_row(evaluation: &Evaluation, threshold: f64) -> Vec<String> {
    let mark = if threshold == Calibration::SHIPPED.match_threshold { " *" } else { "" };
    let cells = SETTINGS.iter().map(|setting| {
        let (count, all) = evaluation.at(*setting, threshold);
        format!("{count}/{all}")
    });
    [format!("{threshold:.2}{mark}")].into_iter().chain(cells).collect()
}

fn case_row(case: &Case) -> Vec<String> {
    vec![
        case.setting.as_str().to_owned(),
        case.path.clone(),
        case.first.clone().unwrap_or_else(|| "-".to_owned()),
        format!("{:.2}", case.confidence),
        case.rank.map_or("-".to_owned(), |rank| rank.to_string()),
    ]
}
