//! `psod-match kb list`: the known issues, a line each.

use psod_match::kb::KnowledgeBase;
use psod_match::matching::{Applies, HostRelease};
use psod_match::message::Catalog;
use psod_match::publish::{Edition, Selected, select};
use serde_json::{Value, json};

use super::super::affects::release_called;
use super::super::args::Format;
use super::super::output::complain;
use super::super::{Ending, Session};
use super::arguments::ListArguments;
use super::edition;

/// Prints the issues that fit the arguments.
pub fn list(
    kb: &KnowledgeBase,
    arguments: &ListArguments,
    session: &mut Session<'_>,
) -> anyhow::Result<Ending> {
    let (edition, matcher) = edition(kb, session)?;
    let catalog = session.catalog;
    let release = match &arguments.build {
        Some(text) => Some(release_called(text, &kb.releases, catalog)?),
        None => None,
    };
    let host = HostRelease::new(release.as_ref(), &kb.releases);
    if let (Some(build), None) = (host.build, &host.line) {
        let values = [("build", &*build.to_string())];
        complain(&catalog.text("list-build-unknown", &values));
        return Ok(Ending::Failed);
    }
    let selected = select(&edition, matcher.store(), &arguments.filter(release))?;
    if session.output.format == Format::Json {
        for found in &selected {
            session.output.json(&summary(found, &edition, catalog))?;
        }
    } else if selected.is_empty() {
        session.say("list-nothing", &[])?;
    } else {
        print(&selected, &edition, session)?;
    }
    Ok(if selected.is_empty() { Ending::NotFound } else { Ending::Good })
}

/// An issue in short.
fn summary(found: &Selected<'_>, edition: &Edition<'_>, catalog: &Catalog) -> Value {
    let issue = found.issue;
    let crashes = edition.kb.exemplars_of(&issue.id).map(|exemplar| exemplar.path.as_str());
    let signatures = issue.signatures.iter().map(|signature| signature.name.as_str());
    let subjects = edition.subjects.get(&issue.id).cloned().unwrap_or_default();
    let mut value = json!({
        "id": issue.id,
        "title": catalog.chosen(issue.title.clone(), issue.japanese.title.clone()),
        "status": issue.status,
        "strength": edition.strengths.get(&issue.id),
        "articles": issue.articles,
        "lines": issue.affected.lines,
        "kinds": subjects.kinds,
        "modules": subjects.modules,
        "signatures": signatures.collect::<Vec<_>>(),
        "crashes": crashes.collect::<Vec<_>>(),
    });
    if let Some(build) = &found.build {
        value["applicability"] = json!(build.applies);
        value["applicability_reason"] = json!(build.reason.in_language(catalog));
    }
    value
}

fn print(
    selected: &[Selected<'_>],
    edition: &Edition<'_>,
    session: &mut Session<'_>,
) -> anyhow::Result<()> {
    let catalog = session.catalog;
    let mut columns = vec!["column-id", "column-status", "column-strength", "column-crashes"];
    if selected.iter().any(|found| found.build.is_some()) {
        columns.push("column-build");
    }
    columns.push("column-title");
    let header: Vec<String> = columns.iter().map(|key| catalog.text(key, &[])).collect();
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let output = &mut session.output;
    let rows = selected.iter().map(|found| row(found, edition, catalog));
    let rows = rows.map(|row| row.iter().map(|cell| output.escape(cell)).collect()).collect();
    Ok(output.table(&header, rows)?)
}

/// The cells of one issue.
fn row(found: &Selected<'_>, edition: &Edition<'_>, catalog: &Catalog) -> Vec<String> {
    let issue = found.issue;
    let strength = edition.strengths.get(&issue.id).map_or("", |strength| strength.as_str());
    let crashes = edition.kb.exemplars_of(&issue.id).count().to_string();
    let mut row =
        vec![issue.id.clone(), issue.status.as_str().to_owned(), strength.to_owned(), crashes];
    if let Some(build) = &found.build {
        let affected = build.applies == Applies::Affected;
        let key = if affected { "applies-word-affected" } else { "applies-word-unknown" };
        row.push(catalog.text(key, &[]));
    }
    row.push(catalog.chosen(issue.title.clone(), issue.japanese.title.clone()));
    row
}
