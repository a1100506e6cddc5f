//! `psod-match kb search`: which issues speak of these words.

use psod_match::compile::open_search;
use psod_match::kb::KnowledgeBase;
use psod_match::message::Catalog;
use psod_match::publish::{FoundReport, HitReport, found_report};
use psod_match::text::{escape_markdown, escape_terminal};

use super::super::args::{Common, Format};
use super::super::output::Output;
use super::super::{Status, compiled, sources};
use super::arguments::SearchArguments;

/// Searches the texts of the knowledge base.
pub fn search(
    kb: &KnowledgeBase,
    arguments: &SearchArguments,
    common: &Common,
    output: &mut Output,
) -> anyhow::Result<Status> {
    let question = arguments.words.join(" ");
    let index = open_search(&sources(common)?, &compiled(common)?)?;
    let catalog = common.catalog();
    let report = found_report(&question, index.search(&question)?, arguments.most, kb, catalog);
    match output.format {
        Format::Json => output.json(&report)?,
        _ => print(&report, catalog, output)?,
    }
    Ok(if report.hits.is_empty() { Status::NotFound } else { Status::Good })
}

fn print(report: &FoundReport, catalog: &Catalog, output: &mut Output) -> anyhow::Result<()> {
    let (all, some) = (report.with_all_words, report.with_some_words);
    if all + some == 0 {
        let values = [("question", report.question.as_str())];
        output.text(&line(&catalog.text("search-nothing", &values)))?;
    }
    let (with_all, with_some): (Vec<&HitReport>, Vec<&HitReport>) =
        report.hits.iter().partition(|hit| hit.all_words);
    if all > 0 {
        let (count, more) = (all.to_string(), some.to_string());
        let key = if some > 0 { "search-some" } else { "search-all" };
        let values = [("count", count.as_str()), ("more", &more)];
        output.text(&line(&catalog.text(key, &values)))?;
        table(&with_all, catalog, output)?;
    } else if some > 0 {
        let values = [("count", &*some.to_string())];
        output.text(&line(&catalog.text("search-some-only", &values)))?;
    }
    if !with_some.is_empty() {
        if all > 0 {
            output.text(&line(&format!("\n{}", catalog.text("search-part", &[]))))?;
        }
        table(&with_some, catalog, output)?;
    }
    if report.hits.len() < all + some {
        let count = report.hits.len().to_string();
        output.text(&line(&catalog.text("search-shown", &[("count", &count)])))?;
    }
    for unknown in &report.unknown {
        let near = unknown.near.join(", ");
        let key = if near.is_empty() { "search-unknown" } else { "search-near" };
        let values = [("word", unknown.word.as_str()), ("near", &near)];
        output.text(&line(&catalog.text(key, &values)))?;
    }
    Ok(())
}

/// A line whose words may come from anywhere.
fn line(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(escape_terminal).collect();
    format!("{}\n", lines.join("\n"))
}

fn table(hits: &[&HitReport], catalog: &Catalog, output: &mut Output) -> anyhow::Result<()> {
    let markdown = output.format == Format::Markdown;
    let escape = |text: &str| match markdown {
        true => escape_markdown(text),
        false => escape_terminal(text).into_owned(),
    };
    let marks = if markdown { ("**", "**") } else { ("[", "]") };
    let rows = hits
        .iter()
        .map(|hit| vec![escape(&hit.id), escape(&hit.title), hit.why(catalog, marks, &escape)]);
    let header = ["column-id", "column-title", "column-why"].map(|key| catalog.text(key, &[]));
    output.table(&header.each_ref().map(String::as_str), rows.collect())?;
    Ok(())
}
