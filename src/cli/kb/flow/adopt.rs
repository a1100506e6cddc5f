//! `psod-match kb adopt`: decided crashes become crash texts and near misses.

use std::collections::BTreeSet;
use std::path::Path;

use psod_match::crash::Crash;
use psod_match::curate::{AdoptAs, FileChange, NotAdopted, adopted, adopted_as};
use psod_match::kb::{Exemplar, KnowledgeBase};
use psod_match::ledger::Ledger;

use super::super::super::ledger::ledger_path;
use super::super::super::output::complain;
use super::super::super::{Ending, Session, site_secret};
use super::super::own::first_crash;
use super::arguments::AdoptArguments;
use super::{apply, own_directory};

/// A crash that is to be adopted.
struct Adoptee {
    crash: Crash,
    adopt_as: AdoptAs,
    source: String,
    is_redacted: bool,
}

/// Adopts each crash, or says why not.
pub fn run(
    kb: &KnowledgeBase,
    arguments: &AdoptArguments,
    session: &mut Session<'_>,
) -> anyhow::Result<Ending> {
    let directory = own_directory(session)?;
    let (mut kb, mut changes, mut ending) = (kb.clone(), Vec::new(), Ending::Good);
    let mut paths = BTreeSet::new();
    for name in &arguments.crashes {
        let found = match adoptee(name, arguments, session)? {
            Ok(adoptee) => new_file(&kb, &adoptee, directory, &paths)?,
            Err(reason) => Err(reason),
        };
        match found {
            Ok(change) => {
                // The next one may have the same text.
                let exemplar = Exemplar::parse(&change.path, &change.after)?;
                kb.exemplars.insert(change.path.clone(), exemplar);
                paths.insert(change.path.clone());
                changes.push(change);
            }
            Err((reason, detail)) => {
                complain(&reason.text(name, &detail, session.catalog));
                ending = Ending::NotFound;
            }
        }
    }
    apply(&changes, arguments.dry.dry_run, session)?;
    Ok(ending)
}

fn new_file(
    kb: &KnowledgeBase,
    adoptee: &Adoptee,
    directory: &Path,
    paths: &BTreeSet<String>,
) -> anyhow::Result<Result<FileChange, (NotAdopted, String)>> {
    let Adoptee { crash, adopt_as, source, is_redacted } = adoptee;
    let secret = if *is_redacted { None } else { Some(site_secret()?) };
    Ok(adopted(kb, crash, adopt_as, source, secret.as_ref(), &|path| {
        paths.contains(path) || kb.exemplars.contains_key(path) || directory.join(path).exists()
    }))
}

/// The crash that `name` means, a recorded one or the first of a file, and what it is adopted as.
fn adoptee(
    name: &str,
    arguments: &AdoptArguments,
    session: &Session<'_>,
) -> anyhow::Result<Result<Adoptee, (NotAdopted, String)>> {
    let as_issue = arguments.as_issue.clone().map(AdoptAs::Crash);
    let wanted = as_issue.or_else(|| arguments.near.clone().map(AdoptAs::Near));
    let given = arguments.source.clone();
    let Ok(number) = name.parse::<i64>() else {
        let Some(found) = first_crash(Path::new(name), session)? else {
            anyhow::bail!("{name}: no purple screen found");
        };
        // A file has no decision: the person who names an issue decides.
        return Ok(match wanted {
            None => Err((NotAdopted::NotDecided, String::new())),
            Some(adopt_as) => {
                let source = given.unwrap_or_else(|| "a host of ours".to_owned());
                Ok(Adoptee { crash: found.crash, adopt_as, source, is_redacted: false })
            }
        });
    };
    let ledger = Ledger::open_to_read(&ledger_path(&arguments.place)?)?;
    let Some(found) = ledger.crash(number)? else {
        anyhow::bail!(session.catalog.text("ledger-no-crash", &[("id", name)]));
    };
    let case = found.row.case.as_ref().map(|case| format!("a host of ours, case {case}"));
    let source = given.or(case).unwrap_or_else(|| "a host of ours".to_owned());
    let is_redacted = found.redacted;
    Ok(adopted_as(found.row.decision.as_ref(), wanted).map(|adopt_as| Adoptee {
        crash: found.crash,
        adopt_as,
        source,
        is_redacted,
    }))
}
