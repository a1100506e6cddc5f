//! `psod-match kb search`: the issues and guidance with the words of a question.

use psod_match::kb::KnowledgeBase;
use psod_match::message::Catalog;
use psod_match::publish::{FoundReport, HitReport, found_report};
use psod_match::text::{escape_markdown, escape_terminal};

use super::super::args::Format;
use super::super::output::Output;
use super::super::{Ending, Session};
use super::arguments::SearchArguments;

/// Searches the texts of the knowledge base.
pub fn search(
    kb: &KnowledgeBase,
    arguments: &SearchArguments,
    session: &mut Session<'_>,
) -> anyhow::Result<Ending> {
    let question = arguments.words.join(" ");
    let index = session.search_index()?;
    let found = index.search(&question)?;
    let report = found_report(&question, found, arguments.most, kb, session.catalog);
    match session.output.format {
        Format::Json => session.output.json(&report)?,
        _ => print(&report, session)?,
    }
    Ok(if report.hits.is_empty() && report.leads.is_empty() {
        Ending::NotFound
    } else {
        Ending::Good
    })
}

fn print(report: &FoundReport, session: &mut Session<'_>) -> anyhow::Result<()> {
    let (with_all, with_some): (Vec<&HitReport>, Vec<&HitReport>) =
        report.hits.iter().partition(|hit| hit.all_words);
    let heading = printable(&heading(report, session.catalog), &session.output);
    session.output.text(&heading)?;
    if report.with_all_words > 0 {
        table(&with_all, session)?;
    }
    if !with_some.is_empty() {
        if report.with_all_words > 0 {
            session.output.text("\n")?;
            session.say("search-part", &[])?;
        }
        table(&with_some, session)?;
    }
    if report.hits.len() < report.with_all_words + report.with_some_words {
        session.say("search-shown", &[("count", &report.hits.len().to_string())])?;
    }
    if !report.leads.is_empty() {
        session.output.text("\n")?;
        session.say("heading-leads", &[])?;
    }
    for lead in &report.leads {
        let line = format!("- {} {}", lead.words(session.catalog), lead.source);
        let line = printable(&line, &session.output);
        session.output.text(&line)?;
    }
    for unknown in &report.unknown {
        let near = unknown.near.join(", ");
        let key = if near.is_empty() { "search-unknown" } else { "search-near" };
        session.say(key, &[("word", unknown.word.as_str()), ("near", &near)])?;
    }
    Ok(())
}

/// The number of hits with all words and with some.
fn heading(report: &FoundReport, catalog: &Catalog) -> String {
    let (all, some) = (report.with_all_words.to_string(), report.with_some_words.to_string());
    let (key, values) = match (report.with_all_words, report.with_some_words) {
        (0, 0) => ("search-nothing", vec![("question", report.question.as_str())]),
        (0, _) => ("search-some-only", vec![("count", some.as_str())]),
        (_, 0) => ("search-all", vec![("count", all.as_str()), ("more", &some)]),
        (_, _) => ("search-some", vec![("count", all.as_str()), ("more", &some)]),
    };
    catalog.text(key, &values)
}

/// Lines whose words may come from anywhere, escaped.
fn printable(text: &str, output: &Output) -> String {
    let lines: Vec<_> = text.split('\n').map(|line| output.escape(line)).collect();
    format!("{}\n", lines.join("\n"))
}

fn table(hits: &[&HitReport], session: &mut Session<'_>) -> anyhow::Result<()> {
    let (catalog, output) = (session.catalog, &mut session.output);
    let (escape, marks): (fn(&str) -> String, _) = if output.format == Format::Markdown {
        (escape_markdown, ("**", "**"))
    } else {
        (|text| escape_terminal(text).into_owned(), ("[", "]"))
    };
    let rows = hits
        .iter()
        .map(|hit| vec![escape(&hit.id), escape(&hit.title), hit.why(catalog, marks, &escape)]);
    let header = ["column-id", "column-title", "column-why"].map(|key| catalog.text(key, &[]));
    Ok(output.table(&header.each_ref().map(String::as_str), rows.collect())?)
}
