//! `psod-match eval kb --thresholds`: the table behind the thresholds.

use psod_match::kb::KnowledgeBase;
use psod_match::matching::{Calibration, Evaluation, Setting, evaluate};

use crate::cli::args::{Common, Format};
use crate::cli::output::Output;
use crate::cli::{Status, compiled, matcher, sources};

/// Thresholds of the table.
const THRESHOLDS: &[f64] = &[0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95];
/// The columns: knowns first, then those that must stay silent.
const SETTINGS: &[Setting] =
    &[Setting::Own, Setting::LeftOut, Setting::TakenOut, Setting::Near, Setting::Unknown];

/// Measures the texts as published over the thresholds.
pub fn run(common: &Common, output: &mut Output) -> anyhow::Result<Status> {
    let kb = KnowledgeBase::read(&sources(common)?)?;
    let matcher = matcher(compiled(common)?, common)?;
    let evaluation = evaluate(&kb, &matcher)?;
    match output.format {
        Format::Json => {
            for case in &evaluation.cases {
                output.json(case)?;
            }
        }
        Format::Text | Format::Markdown | Format::Html => print_table(&evaluation, common, output)?,
    }
    Ok(Status::Good)
}

fn print_table(
    evaluation: &Evaluation,
    common: &Common,
    output: &mut Output,
) -> anyhow::Result<()> {
    let text = |key: &str| common.catalog().text(key, &[]);
    let chosen = Calibration::SHIPPED.match_threshold;
    output.paragraph(&text("eval-explanation"))?;
    let rows = THRESHOLDS.iter().map(|threshold| {
        let mark = if *threshold == chosen { " *" } else { "" };
        let cells = SETTINGS.iter().map(|setting| {
            let (count, all) = evaluation.at(*setting, *threshold);
            format!("{count}/{all}")
        });
        [format!("{threshold:.2}{mark}")].into_iter().chain(cells).collect()
    });
    let header = ["confidence", "own", "left out", "taken out", "near", "unknown"];
    output.table(&header, rows.collect())?;
    if common.verbose {
        let rows = evaluation.cases.iter().map(|case| {
            let name = |id: &Option<String>| id.clone().unwrap_or_else(|| "-".to_owned());
            let setting = serde_json::to_value(case.setting).ok();
            let setting = setting.and_then(|value| value.as_str().map(str::to_owned));
            vec![
                setting.unwrap_or_default(),
                case.path.clone(),
                name(&case.first),
                format!("{:.2}", case.confidence),
                case.rank.map_or("-".to_owned(), |rank| rank.to_string()),
            ]
        });
        output.text("\n")?;
        output.table(&["setting", "crash", "first", "confidence", "rank"], rows.collect())?;
    }
    Ok(())
}
