//! `psod-match kb show`: one known issue as a card, or the guidance for a panic kind.

use anyhow::Context;
use psod_match::kb::KnowledgeBase;
use psod_match::publish::{Card, GuidanceCard};
use psod_match::store::Store;

use super::super::{Ending, Session};
use super::edition;

/// Prints the card of the issue that `name` means: its id, or an article's number; guidance when no
/// issue is called so.
pub fn show(kb: &KnowledgeBase, name: &str, session: &mut Session<'_>) -> anyhow::Result<Ending> {
    let (edition, matcher) = edition(kb, session)?;
    let store = matcher.store();
    if store.issues_called(name)?.is_empty() {
        let guidance: Vec<GuidanceCard> = guidance_called(name, kb).collect();
        for card in &guidance {
            session.print(card)?;
        }
        if !guidance.is_empty() {
            return Ok(Ending::Good);
        }
    }
    let id = find(store, name)?;
    let issue = kb.issues.get(&id).context("the compiled knowledge base has other issues")?;
    session.print(&Card::new(issue, &edition))?;
    Ok(Ending::Good)
}

/// The guidance that is called `name`, is about the panic kind of that name, or cites that article.
fn guidance_called<'a>(
    name: &'a str,
    kb: &'a KnowledgeBase,
) -> impl Iterator<Item = GuidanceCard> + 'a {
    let called = kb.guidance.values().filter(move |guidance| {
        let articles = guidance.articles.iter();
        guidance.id == name
            || guidance.kinds.iter().any(|kind| kind == name)
            || articles.into_iter().any(|article| article.is_called(name))
    });
    called.map(GuidanceCard::new)
}

/// The id that `name` means: an id in any case, or the number of an article that only it cites.
pub fn find(store: &Store, name: &str) -> anyhow::Result<String> {
    let ids: Vec<String> = store.issues_called(name)?.into_iter().collect();
    match ids.as_slice() {
        [id] => Ok(id.clone()),
        [] => Err(not_found(store, name)?),
        ids => {
            anyhow::bail!("article {name} is cited by {}: name one of them", ids.join(", "))
        }
    }
}

/// The likeness from which on an unknown name is taken for a misspelled id.
const MIN_LIKENESS: f64 = 0.9;

fn not_found(store: &Store, name: &str) -> anyhow::Result<anyhow::Error> {
    let ids = store.issues().map(|(id, _)| (strsim::jaro_winkler(id, name), id));
    let nearest =
        ids.filter(|(likeness, _)| *likeness > MIN_LIKENESS).max_by(|a, b| a.0.total_cmp(&b.0));
    Ok(match nearest {
        Some((_, id)) => anyhow::anyhow!("there is no issue {name}, did you mean {id}?"),
        None => anyhow::anyhow!(
            "no issue is called {name} and none cites such an article; `psod-match kb list` lists \
             them, `psod-match kb search` looks into their texts"
        ),
    })
}
