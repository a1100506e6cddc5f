//! `psod-eval kb`: the knowledge base in damaged forms.

use std::time::Instant;

use psod_eval::crowd::{CrowdChange, add_issues, add_real_issues, change};
use psod_eval::forms::{FormCase, FormRequest, rounds, run as run_forms};
use psod_eval::tally::{CrashGroup, FormRow, Share, Silence, rows, silences};
use psod_match::kb::KnowledgeBase;
use psod_match::matching::Matcher;
use serde::Serialize;

use super::arguments::{Common, CrowdNames, KbArguments};
use super::output::{Output, complain, progress_bar};
use super::{knowledge_base, matcher};

/// The progress over texts.
pub(super) const TEXTS_LEFT: &str = "{pos} of {len} texts, {eta} left";

/// Runs every form; with `--add`, prints what added issues change.
pub(super) fn run(
    arguments: &KbArguments,
    common: &Common,
    output: &mut Output,
) -> anyhow::Result<()> {
    let start = Instant::now();
    let kb = knowledge_base(common)?;
    let request = FormRequest {
        seed: arguments.chance.seed,
        repeats: usize::from(arguments.chance.repeats),
        forms: &arguments.form,
    };
    let cases = measured(&kb, &matcher(&kb, common)?, &request)?;
    match arguments.add {
        None => print_forms(&cases, common, output)?,
        Some(added) => {
            let larger = larger_matcher(&kb, added, arguments, common)?;
            let change = change(&cases, &measured(&kb, &larger, &request)?, added);
            print_change(&change, common, output)?;
        }
    }
    if common.verbose {
        complain(&format!("measured in {:.1} s", start.elapsed().as_secs_f64()));
    }
    Ok(())
}

/// Makes a matcher over the knowledge base and `added` made-up issues.
fn larger_matcher(
    kb: &KnowledgeBase,
    added: usize,
    arguments: &KbArguments,
    common: &Common,
) -> anyhow::Result<Matcher> {
    let start = Instant::now();
    let mut larger = kb.clone();
    let add = match arguments.names {
        CrowdNames::Random => add_issues,
        CrowdNames::Real => add_real_issues,
    };
    add(&mut larger, added, arguments.chance.seed);
    let matcher = matcher(&larger, common)?;
    if common.verbose {
        let (issues, seconds) = (larger.issues.len(), start.elapsed().as_secs_f64());
        complain(&format!("compiled {issues} issues in {seconds:.1} s"));
    }
    Ok(matcher)
}

/// Runs the forms, with a bar on a terminal.
fn measured(
    kb: &KnowledgeBase,
    matcher: &Matcher,
    request: &FormRequest<'_>,
) -> anyhow::Result<Vec<FormCase>> {
    let bar = progress_bar(rounds(kb, request) as u64, TEXTS_LEFT);
    let cases = run_forms(kb, matcher, request, &|| bar.inc(1));
    bar.finish_and_clear();
    Ok(cases?)
}

/// One object of the JSON output.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
enum Printed<'a> {
    Recognised(&'a FormRow),
    Silent(&'a Silence),
    Case(&'a FormCase),
    Change(&'a CrowdChange),
}

fn print_forms(cases: &[FormCase], common: &Common, output: &mut Output) -> anyhow::Result<()> {
    let groups = CrashGroup::ALL.map(|group| (group, rows(cases, group)));
    let silences = silences(cases);
    let listed: Vec<&FormCase> =
        cases.iter().filter(|case| common.verbose && case.needs_a_look()).collect();
    if output.is_json() {
        let rows = groups.iter().flat_map(|(_, rows)| rows).map(Printed::Recognised);
        let silences = silences.iter().map(Printed::Silent);
        let listed = listed.into_iter().map(Printed::Case);
        return rows.chain(silences).chain(listed).try_for_each(|part| output.json(&part));
    }
    let catalog = common.catalog();
    output.paragraph(&catalog.text("eval-forms", &[]))?;
    for (group, rows) in groups.iter().filter(|(_, rows)| !rows.is_empty()) {
        output.paragraph(&catalog.text(heading(*group), &[]))?;
        let header =
            ["form", "n", "issues", "right first", "in five", "sure, right", "sure, wrong"];
        output.table(&header, rows.iter().map(recognised_row).collect())?;
        output.line("")?;
    }
    output.paragraph(&catalog.text("eval-forms-silent", &[]))?;
    let header = ["form", "taken out", "with < 3 frames", "near", "unknown"];
    output.table(&header, silences.iter().map(silence_row).collect())?;
    print_listed(listed, common, output)
}

/// The text above the table of a group.
fn heading(group: CrashGroup) -> &'static str {
    match group {
        CrashGroup::Enough => "eval-forms-enough",
        CrashGroup::Few => "eval-forms-few",
        CrashGroup::LeftOut => "eval-forms-left-out",
    }
}

fn print_listed(
    mut listed: Vec<&FormCase>,
    common: &Common,
    output: &mut Output,
) -> anyhow::Result<()> {
    if listed.is_empty() {
        return Ok(());
    }
    listed.sort_by_key(|case| case.cause);
    output.line("")?;
    output.paragraph(&common.catalog().text("eval-forms-cases", &[]))?;
    output.line(CASE_HEADER)?;
    listed.into_iter().try_for_each(|case| Ok(output.line(&case_line(case))?))
}

fn recognised_row(row: &FormRow) -> Vec<String> {
    let Share { of, issues, .. } = row.right_first;
    let shares = [row.right_first, row.right_in_five, row.sure_and_right, row.sure_and_wrong];
    let fixed = [row.form.to_owned(), of.to_string(), issues.to_string()];
    let shares = shares.iter().map(|share| with_bounds(&share.count.to_string(), share));
    fixed.into_iter().chain(shares).collect()
}

/// All forms of a group of crashes beside these issues.
fn total_row(row: &FormRow, issues: &str) -> Vec<String> {
    let group = match row.group {
        CrashGroup::Enough => "3+ frames",
        CrashGroup::Few => "fewer",
        CrashGroup::LeftOut => "left out",
    };
    let shares = [row.right_first, row.sure_and_right, row.sure_and_wrong];
    let shares =
        shares.iter().map(|share| format!("{:.3}", share.count as f64 / share.of.max(1) as f64));
    let fixed = [group.to_owned(), issues.to_owned(), row.right_first.of.to_string()];
    fixed.into_iter().chain(shares).collect()
}

fn silence_row(row: &Silence) -> Vec<String> {
    let shares = [row.taken_out, row.taken_out_few, row.near, row.unknown];
    let cells = shares.iter().map(|share| match share.of {
        0 => "-".to_owned(),
        of => with_bounds(&format!("{}/{of}", share.count), share),
    });
    [row.form.to_owned()].into_iter().chain(cells).collect()
}

/// `39 81-98%`.
fn with_bounds(count: &str, share: &Share) -> String {
    format!("{count} {:.0}-{:.0}%", 100.0 * share.low, 100.0 * share.high)
}

/// The columns of [`case_line`].
const CASE_HEADER: &str = "cause      form          setting   crash                  first       conf rank  own frames unproven";

/// One case on one line: there are hundreds of them, too many for a table with long cells.
fn case_line(case: &FormCase) -> String {
    let found = &case.case;
    let name = found.path.rsplit('/').next().unwrap_or(&found.path);
    format!(
        "{:<10} {:<13} {:<9} {:<22} {:<11} {:.2} {:>4} {:.2} {:<6} {}",
        case.cause.map_or("-", |cause| cause.as_str()),
        format!("{}/{}", case.form, case.repeat),
        found.setting.as_str(),
        name.trim_end_matches(".txt"),
        found.first.as_deref().unwrap_or("-"),
        found.confidence,
        found.rank.map_or("-".to_owned(), |rank| rank.to_string()),
        case.expected_confidence,
        format!("{}/{}", case.read, case.kept),
        case.unproven.map_or("-", |reason| reason.as_str()),
    )
}

fn print_change(change: &CrowdChange, common: &Common, output: &mut Output) -> anyhow::Result<()> {
    if output.is_json() {
        return output.json(&Printed::Change(change));
    }
    let numbers = [
        ("added", change.added),
        ("cases", change.cases),
        ("verdicts", change.verdicts),
        ("before", change.right_first_before),
        ("after", change.right_first_after),
        ("wrong_before", change.wrong_before),
        ("wrong_after", change.wrong_after),
    ]
    .map(|(name, number)| (name, number.to_string()));
    let values: Vec<(&str, &str)> =
        numbers.iter().map(|(name, number)| (*name, number.as_str())).collect();
    output.line(&common.catalog().text("eval-change", &values))?;
    output.line("")?;
    let header = ["crashes", "issues", "n", "right first", "sure, right", "sure, wrong"];
    let rows = change.totals.iter().flat_map(|(before, after)| {
        [total_row(before, "known"), total_row(after, "known and added")]
    });
    output.table(&header, rows.collect())?;
    if common.verbose && !change.differing.is_empty() {
        output.line(&format!("\n{CASE_HEADER}"))?;
        for (before, after) in &change.differing {
            output.line(&case_line(before))?;
            output.line(&case_line(after))?;
        }
    }
    Ok(())
}
