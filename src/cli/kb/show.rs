//! `psod-match kb show`: one known issue as a card.

use psod_match::kb::KnowledgeBase;
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
    let compiled = compiled(common)?;
    let digest = compiled.digest.clone();
    let edition = edition(kb, &digest, compiled, common)?;
    let catalog = common.catalog();
    let card = match edition.issues_called(name).as_slice() {
        [] => return Err(not_found(kb, name)),
        [id] => Card::of(&kb.issues[*id], &edition),
        ids => anyhow::bail!("article {name} is cited by {}: name one of them", ids.join(", ")),
    };
    match output.format {
        Format::Json => output.json(&card)?,
        Format::Text => output.text(&card.text(catalog, true))?,
        Format::Markdown => output.text(&card.markdown(catalog, true))?,
        Format::Html => output.text(&card.html(catalog).unwrap_or_default())?,
    }
    Ok(Status::Good)
}

fn not_found(kb: &KnowledgeBase, name: &str) -> anyhow::Error {
    let like = |known: &&String| strsim::jaro_winkler(known, name) > 0.9;
    match kb.issues.keys().find(like) {
        Some(id) => anyhow::anyhow!("there is no issue {name}, did you mean {id}?"),
        None => anyhow::anyhow!(
            "no issue is called {name} and none cites such an article; `psod-match kb list` lists \
             them, `psod-match kb search` looks into their texts"
        ),
    }
}
