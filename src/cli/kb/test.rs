//! `psod-match kb test`: the answer for every crash text of the knowledge base, and the answer that
//! was last accepted.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::Context;
use psod_match::kb::{
    Expectation, ExpectedRow, Finding, FindingSeverity, KbTexts, KnowledgeBase, expected_csv,
    settle,
};
use psod_match::matching::{
    Calibration, CorpusRun, IssueSummary, Matcher, Verdict, corpus_findings, issue_summaries,
    run_corpus,
};
use serde_json::json;

use super::super::args::{Format, TestArguments};
use super::super::output::Output;
use super::super::{Ending, Session};
use super::lint;

/// The file with the accepted answers.
const EXPECTED: &str = "expected.csv";

/// Runs every crash text, and compares the answers with the accepted ones or accepts them.
pub fn run(
    kb: &KnowledgeBase,
    arguments: &TestArguments,
    session: &mut Session<'_>,
) -> anyhow::Result<Ending> {
    let texts = KbTexts::read(&session.sources()?)?;
    let matcher = Matcher::new(session.compiled()?, Calibration::SHIPPED, true)?;
    let runs = run_corpus(kb, &matcher)?;
    let rows: BTreeMap<String, ExpectedRow> =
        runs.iter().map(|run| (run.path.clone(), run.row(&Calibration::SHIPPED))).collect();
    let changes = changes(&kb.expected, &rows);
    let found = corpus_findings(kb, &runs, &Calibration::SHIPPED);
    let mut found = settle(found, &texts, arguments.today.unwrap_or_else(lint::today));
    found.retain(|finding| finding.severity == FindingSeverity::Error && is_measured(finding));
    match session.output.format {
        Format::Json => print_objects(kb, &runs, &rows, &mut session.output)?,
        Format::Text | Format::Markdown | Format::Html => print_tables(kb, &runs, session)?,
    }
    for finding in &found {
        lint::print(finding, &texts, session)?;
    }
    if arguments.update {
        let directory =
            session.common.kb.last().context("--update: expected --kb DIR, which it writes")?;
        update(kb, directory, &rows)?;
    }
    print_changes(&changes, arguments.update, session)?;
    let fails = !found.is_empty() || (!changes.is_empty() && !arguments.update);
    Ok(if fails { Ending::NotFound } else { Ending::Good })
}

/// True for findings about answers, not about comments.
fn is_measured(finding: &Finding) -> bool {
    !finding.code.as_str().starts_with("allow-")
}

/// The accepted row and the present one of a crash text.
struct RowChange<'a> {
    before: Option<&'a ExpectedRow>,
    now: Option<&'a ExpectedRow>,
}

/// The rows that differ, in the order of the paths.
fn changes<'a>(
    before: &'a BTreeMap<String, ExpectedRow>,
    now: &'a BTreeMap<String, ExpectedRow>,
) -> Vec<RowChange<'a>> {
    let paths: BTreeSet<&String> = before.keys().chain(now.keys()).collect();
    paths
        .into_iter()
        .map(|path| RowChange { before: before.get(path), now: now.get(path) })
        .filter(|change| change.before != change.now)
        .collect()
}

/// Writes the rows of the crash texts in `directory`, and the rows of other crash texts whose answer
/// differs from the one that the sources before it accept.
fn update(
    kb: &KnowledgeBase,
    directory: &Path,
    rows: &BTreeMap<String, ExpectedRow>,
) -> anyhow::Result<()> {
    let kept = rows.values().filter(|row| {
        directory.join(&row.path).is_file() || kb.expected.get(&row.path) != Some(*row)
    });
    let path = directory.join(EXPECTED);
    fs::write(&path, expected_csv(kept)).with_context(|| format!("cannot write {}", path.display()))
}

fn print_tables(
    kb: &KnowledgeBase,
    runs: &[CorpusRun],
    session: &mut Session<'_>,
) -> anyhow::Result<()> {
    let summaries = issue_summaries(kb, runs, &Calibration::SHIPPED);
    let rows = summaries.iter().map(issue_row).chain([total_row(&summaries)]);
    let header =
        ["issue", "crashes", "first", "match", "possible", "weakest", "near", "nearest other"];
    let output = &mut session.output;
    let rows = rows.map(|row| row.iter().map(|cell| output.escape(cell)).collect()).collect();
    output.table(&header, rows)?;
    output.text("\n")?;
    session.say("test-summary", &lint::borrowed(&count_others(runs)))
}

fn issue_row(summary: &IssueSummary) -> Vec<String> {
    let nearest = summary.nearest.as_ref();
    vec![
        summary.issue.clone(),
        summary.crashes.to_string(),
        summary.first.to_string(),
        summary.matches.to_string(),
        summary.possible.to_string(),
        summary.weakest.map_or("-".to_owned(), |weakest| format!("{weakest:.2}")),
        summary.near.to_string(),
        nearest.map_or("-".to_owned(), |(issue, confidence)| format!("{issue} {confidence:.2}")),
    ]
}

fn total_row(summaries: &[IssueSummary]) -> Vec<String> {
    let weakest = summaries.iter().filter_map(|summary| summary.weakest).min_by(f64::total_cmp);
    vec![
        summaries.len().to_string(),
        sum(summaries, |summary| summary.crashes),
        sum(summaries, |summary| summary.first),
        sum(summaries, |summary| summary.matches),
        sum(summaries, |summary| summary.possible),
        weakest.map_or("-".to_owned(), |weakest| format!("{weakest:.2}")),
        sum(summaries, |summary| summary.near),
        String::new(),
    ]
}

fn sum(summaries: &[IssueSummary], count: fn(&IssueSummary) -> usize) -> String {
    summaries.iter().map(count).sum::<usize>().to_string()
}

/// The numbers of near misses and unknowns, and of those that match or are possible.
fn count_others(runs: &[CorpusRun]) -> [(&'static str, String); 5] {
    let shipped = &Calibration::SHIPPED;
    let near: Vec<f64> = runs
        .iter()
        .filter_map(|run| match &run.expectation {
            Expectation::Not(id) => Some(run.confidence(id)),
            _ => None,
        })
        .collect();
    let false_matches = near.iter().filter(|c| **c >= shipped.match_threshold).count();
    let unknowns: Vec<Verdict> = runs
        .iter()
        .filter(|run| run.expectation == Expectation::Nothing)
        .map(|run| run.verdict(shipped))
        .collect();
    let [possible, matches] = [Verdict::Possible, Verdict::Match]
        .map(|verdict| unknowns.iter().filter(|found| **found == verdict).count());
    [
        ("near", near.len().to_string()),
        ("false-matches", false_matches.to_string()),
        ("unknowns", unknowns.len().to_string()),
        ("possible", possible.to_string()),
        ("matches", matches.to_string()),
    ]
}

/// Prints one object for each issue, then one for each crash text.
fn print_objects(
    kb: &KnowledgeBase,
    runs: &[CorpusRun],
    rows: &BTreeMap<String, ExpectedRow>,
    output: &mut Output,
) -> anyhow::Result<()> {
    for summary in issue_summaries(kb, runs, &Calibration::SHIPPED) {
        let nearest = summary.nearest.map(|(issue, c)| json!({"issue": issue, "confidence": c}));
        output.json(&json!({
            "issue": summary.issue,
            "crashes": summary.crashes,
            "first": summary.first,
            "match": summary.matches,
            "possible": summary.possible,
            "weakest": summary.weakest,
            "near": summary.near,
            "nearest": nearest,
        }))?;
    }
    for row in rows.values() {
        let before = kb.expected.get(&row.path);
        output.json(&json!({
            "crash": row.path,
            "verdict": row.verdict,
            "first": row.issue,
            "confidence": row.confidence,
            "signature": row.signature,
            "changed": before != Some(row),
        }))?;
    }
    Ok(())
}

/// Prints the rows that differ, in the form of `diff`.
fn print_changes(
    changes: &[RowChange<'_>],
    written: bool,
    session: &mut Session<'_>,
) -> anyhow::Result<()> {
    if changes.is_empty() || session.output.format == Format::Json {
        return Ok(());
    }
    let key = if written { "test-written" } else { "test-changed" };
    session.output.text("\n")?;
    session.say(key, &[("count", &changes.len().to_string())])?;
    for change in changes {
        for (mark, row) in [("-", change.before), ("+", change.now)] {
            if let Some(row) = row {
                let parts = [&row.path, &row.verdict, &row.issue, &row.confidence, &row.signature];
                let line = parts.map(String::as_str).join(",");
                let line = session.output.escape(&line);
                session.output.text(&format!("{mark}{line}\n"))?;
            }
        }
    }
    Ok(())
}
