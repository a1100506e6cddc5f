//! `psod-match kb show`: one known issue as a card.

use psod_match::kb::{Issue, KnowledgeBase};
use psod_match::publish::Card;
use psod_match::report::Printed;

use super::super::args::{Common, Format};
use super::super::output::Output;
use super::super::{Status, compiled};
use super::edition;

/// Prints the card of the issue that `name` stands for: its id, or an article's number.
pub fn show(
    kb: &KnowledgeBase,
    name: &str,
    common: &Common,
    output: &mut Output,
) -> anyhow::Result<Status> {
    let issue = find(kb, name)?;
    let compiled = compiled(common)?;
    let digest = compiled.digest.clone();
    let card = Card::new(issue, &edition(kb, &digest, compiled, common)?);
    let catalog = common.catalog();
    match output.format {
        Format::Json => output.json(&card)?,
        Format::Html => output.raw(card.html(catalog).unwrap_or_default().as_bytes())?,
        Format::Text | Format::Markdown => output.page(&card, catalog, true)?,
    }
    Ok(Status::Good)
}

/// The issue that `name` stands for: its id, or the number of an article that only it cites.
pub fn find<'a>(kb: &'a KnowledgeBase, name: &str) -> anyhow::Result<&'a Issue> {
    match kb.issues_called(name).as_slice() {
        [issue] => Ok(issue),
        [] => Err(not_found(kb, name)),
        issues => {
            let ids: Vec<&str> = issues.iter().map(|issue| issue.id.as_str()).collect();
            anyhow::bail!("article {name} is cited by {}: name one of them", ids.join(", "))
        }
    }
}

fn not_found(kb: &KnowledgeBase, name: &str) -> anyhow::Error {
    const LIKE: f64 = 0.9;
    let likeness = |id: &str| strsim::jaro_winkler(id, name);
    let ids = kb.issues.keys().filter(|id| likeness(id) > LIKE);
    match ids.max_by(|one, other| likeness(one).total_cmp(&likeness(other))) {
        Some(id) => anyhow::anyhow!("there is no issue {name}, did you mean {id}?"),
        None => anyhow::anyhow!(
            "no issue is called {name} and none cites such an article; `psod-match kb list` lists \
             them, `psod-match kb search` looks into their texts"
        ),
    }
}
