//! `psod-match kb show`: one known issue as a card.

use psod_match::kb::{Issue, KnowledgeBase};
use psod_match::publish::Card;
use psod_match::report::Printed;

use super::super::args::{Common, Format};
use super::super::output::Output;
use super::super::{Ending, compiled};
use super::edition;

/// Prints the card of the issue that `name` means: its id, or an article's number.
pub fn show(
    kb: &KnowledgeBase,
    name: &str,
    common: &Common,
    output: &mut Output,
) -> anyhow::Result<Ending> {
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
    Ok(Ending::Good)
}

/// The issue that `name` means: its id, or the number of an article that only it cites.
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

/// The likeness from which on an unknown name is taken for a misspelled id.
const MIN_LIKENESS: f64 = 0.9;

fn not_found(kb: &KnowledgeBase, name: &str) -> anyhow::Error {
    let ids = kb.issues.keys().map(|id| (strsim::jaro_winkler(id, name), id));
    match ids.filter(|(likeness, _)| *likeness > MIN_LIKENESS).max_by(|a, b| a.0.total_cmp(&b.0)) {
        Some((_, id)) => anyhow::anyhow!("there is no issue {name}, did you mean {id}?"),
        None => anyhow::anyhow!(
            "no issue is called {name} and none cites such an article; `psod-match kb list` lists \
             them, `psod-match kb search` looks into their texts"
        ),
    }
}
