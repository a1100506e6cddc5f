//! `psod-match eval kb`: the knowledge base in damaged forms.

use std::io::{IsTerminal, stderr};
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};
use psod_match::compile;
use psod_match::evaluation::{
    Change, FormCase, Group, Request, Row, Share, Silence, add_issues, change, rounds, rows,
    run as run_forms, silences,
};
use psod_match::kb::KnowledgeBase;
use psod_match::matching::Matcher;
use serde::Serialize;

use crate::cli::args::{Common, EvalKbArguments, Format};
use crate::cli::output::{Output, complain};
use crate::cli::{Status, compiled, matcher, sources};

/// Runs every form, or what added issues change.
pub fn run(
    arguments: &EvalKbArguments,
    common: &Common,
    output: &mut Output,
) -> anyhow::Result<Status> {
    let start = Instant::now();
    let kb = KnowledgeBase::read(&sources(common)?)?;
    let request = Request {
        seed: arguments.seed,
        repeats: usize::from(arguments.repeats),
        forms: &arguments.form,
    };
    let own = matcher(compiled(common)?, common)?;
    let cases = measured(&kb, &own, &request)?;
    match arguments.add {
        None => print_forms(&cases, common, output)?,
        Some(added) => {
            let larger = larger_matcher(&kb, added, arguments.seed, common)?;
            let change = change(&cases, &measured(&kb, &larger, &request)?, added);
            print_change(&change, common, output)?;
        }
    }
    if common.verbose {
        complain(&format!("measured in {:.1} s", start.elapsed().as_secs_f64()));
    }
    Ok(Status::Good)
}

/// A matcher over the knowledge base and `added` made-up issues.
fn larger_matcher(
    kb: &KnowledgeBase,
    added: usize,
    seed: u64,
    common: &Common,
) -> anyhow::Result<Matcher> {
    let start = Instant::now();
    let mut larger = kb.clone();
    add_issues(&mut larger, added, seed);
    let compiled = compile::of(&larger)?;
    if common.verbose {
        let (issues, seconds) = (larger.issues.len(), start.elapsed().as_secs_f64());
        complain(&format!("compiled {issues} issues in {seconds:.1} s"));
    }
    matcher(compiled, common)
}

/// A bar over so many texts, on a terminal only.
pub fn progress_bar(texts: usize) -> ProgressBar {
    let bar = match stderr().is_terminal() {
        true => ProgressBar::new(texts as u64),
        false => ProgressBar::hidden(),
    };
    if let Ok(style) = ProgressStyle::with_template("{pos} of {len} texts, {eta} left") {
        bar.set_style(style);
    }
    bar
}

/// Runs the forms, with a bar on a terminal.
fn measured(
    kb: &KnowledgeBase,
    matcher: &Matcher,
    request: &Request<'_>,
) -> anyhow::Result<Vec<FormCase>> {
    let bar = progress_bar(rounds(kb, request));
    let cases = run_forms(kb, matcher, request, &|| bar.inc(1));
    bar.finish_and_clear();
    Ok(cases?)
}

/// One object of the JSON output.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
enum Part<'a> {
    Recognised(&'a Row),
    Silent(&'a Silence),
    Case(&'a FormCase),
    Change(&'a Change),
}

/// True for the cases that somebody must look at.
fn is_listed(case: &&FormCase) -> bool {
    case.cause.is_some() || case.is_sure_and_wrong()
}

fn print_forms(cases: &[FormCase], common: &Common, output: &mut Output) -> anyhow::Result<()> {
    let groups = Group::ALL.map(|group| (group, rows(cases, group)));
    let silences = silences(cases);
    let listed = cases.iter().filter(is_listed).filter(|_| common.verbose);
    if output.format == Format::Json {
        let rows = groups.iter().flat_map(|(_, rows)| rows).map(Part::Recognised);
        let silences = silences.iter().map(Part::Silent);
        for part in rows.chain(silences).chain(listed.map(Part::Case)) {
            output.json(&part)?;
        }
        return Ok(());
    }
    let text = |key: &str| common.catalog().text(key, &[]);
    output.paragraph(&text("eval-forms"))?;
    for (group, rows) in groups.iter().filter(|(_, rows)| !rows.is_empty()) {
        let heading = match group {
            Group::Enough => "eval-forms-enough",
            Group::Few => "eval-forms-few",
            Group::LeftOut => "eval-forms-left-out",
        };
        output.paragraph(&text(heading))?;
        let header =
            ["form", "n", "issues", "right first", "in five", "sure, right", "sure, wrong"];
        output.table(&header, rows.iter().map(recognised).collect())?;
        output.text("\n")?;
    }
    output.paragraph(&text("eval-forms-silent"))?;
    let header = ["form", "taken out", "with < 3 frames", "near", "unknown"];
    output.table(&header, silences.iter().map(silent).collect())?;
    let mut listed: Vec<&FormCase> = listed.collect();
    listed.sort_by_key(|case| case.cause);
    if !listed.is_empty() {
        output.text("\n")?;
        output.paragraph(&text("eval-forms-cases"))?;
        output.text(&format!("{CASE_HEADER}\n"))?;
    }
    for case in listed {
        output.text(&case_line(case))?;
    }
    Ok(())
}

fn recognised(row: &Row) -> Vec<String> {
    let Share { of, issues, .. } = row.right_first;
    let shares = [row.right_first, row.right_in_five, row.sure_and_right, row.sure_and_wrong];
    let fixed = [row.form.to_owned(), of.to_string(), issues.to_string()];
    fixed
        .into_iter()
        .chain(shares.iter().map(|share| bounded(share.count.to_string(), share)))
        .collect()
}

fn silent(row: &Silence) -> Vec<String> {
    let shares = [row.taken_out, row.taken_out_few, row.near, row.unknown];
    let cells = shares.iter().map(|share| match share.of {
        0 => "-".to_owned(),
        of => bounded(format!("{}/{of}", share.count), share),
    });
    [row.form.to_owned()].into_iter().chain(cells).collect()
}

/// `39 81-98%`.
fn bounded(count: String, share: &Share) -> String {
    format!("{count} {:.0}-{:.0}%", 100.0 * share.low, 100.0 * share.high)
}

/// What the columns of [`case_line`] are.
const CASE_HEADER: &str =
    "cause      form          setting   crash                  first       conf rank  own frames";

/// One case on one line: there are hundreds of them.
fn case_line(case: &FormCase) -> String {
    let found = &case.case;
    let setting = serde_json::to_value(found.setting).ok();
    let name = found.path.rsplit('/').next().unwrap_or(&found.path);
    format!(
        "{:<10} {:<13} {:<9} {:<22} {:<11} {:.2} {:>4} {:.2} {}/{}\n",
        case.cause.map_or("-", |cause| cause.as_str()),
        format!("{}/{}", case.form, case.repeat),
        setting.as_ref().and_then(|value| value.as_str()).unwrap_or_default(),
        name.trim_end_matches(".txt"),
        found.first.as_deref().unwrap_or("-"),
        found.confidence,
        found.rank.map_or("-".to_owned(), |rank| rank.to_string()),
        case.expected_confidence,
        case.read,
        case.kept,
    )
}

fn print_change(change: &Change, common: &Common, output: &mut Output) -> anyhow::Result<()> {
    if output.format == Format::Json {
        return output.json(&Part::Change(change));
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
    output.text(&format!("{}\n", common.catalog().text("eval-change", &values)))?;
    if common.verbose && !change.differing.is_empty() {
        output.text(&format!("\n{CASE_HEADER}\n"))?;
        for (before, after) in &change.differing {
            output.text(&case_line(before))?;
            output.text(&case_line(after))?;
        }
    }
    Ok(())
}
