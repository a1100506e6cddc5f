//! `psod-eval drafts`: how good are issues that are drafted from one crash?

use psod_eval::drafts::{DraftCase, drafts, totals};

use super::arguments::{Common, DraftChance};
use super::output::Output;
use super::{knowledge_base, matcher};

/// Drafts each issue again, and prints a row an issue and the totals.
pub(super) fn run(
    chance: &DraftChance,
    common: &Common,
    output: &mut Output,
) -> anyhow::Result<()> {
    let kb = knowledge_base(common)?;
    let matcher = matcher(&kb, common)?;
    let cases = drafts(&kb, &matcher, chance.seed, &|id| is_wanted(id, chance), &|| {})?;
    let totals = totals(&cases);
    if output.is_json() {
        cases.iter().try_for_each(|case| output.json(case))?;
        return output.json(&totals);
    }
    let header = [
        "issue",
        "frames",
        "asked",
        "match",
        "before",
        "stolen",
        "wrong",
        "look-alikes",
        "refused",
    ];
    output.table(&header, cases.iter().map(cells).collect())?;
    output.line(&format!(
        "{} issues, {} drafted; of {} other texts and forms {} match the draft ({:.3}), {} matched the \
         issue; {} stolen, {} wrong, {} look-alikes",
        totals.issues,
        totals.drafted,
        totals.asked,
        totals.matched,
        totals.matched as f64 / totals.asked.max(1) as f64,
        totals.matched_before,
        totals.stolen,
        totals.wrong,
        totals.lookalikes
    ))?;
    if common.verbose {
        for case in &cases {
            let lists =
                [("missed", &case.missed), ("stolen", &case.stolen), ("wrong", &case.wrong)];
            for (name, list) in lists.into_iter().chain([("look-alike", &case.lookalikes)]) {
                list.iter()
                    .try_for_each(|one| output.line(&format!("{} {name}: {one}", case.issue)))?;
            }
        }
    }
    Ok(())
}

fn is_wanted(id: &str, chance: &DraftChance) -> bool {
    chance.issues.is_empty() || chance.issues.iter().any(|one| one == id)
}

fn cells(case: &DraftCase) -> Vec<String> {
    vec![
        case.issue.clone(),
        case.frames.to_string(),
        case.asked.to_string(),
        case.matched.to_string(),
        case.matched_before.to_string(),
        case.stolen.len().to_string(),
        case.wrong.len().to_string(),
        case.lookalikes.len().to_string(),
        case.refused.clone().unwrap_or_default(),
    ]
}
