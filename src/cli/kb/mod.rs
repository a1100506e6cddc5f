//! `psod-match kb …`: check, search, list, show, compile and export known issues.

pub mod arguments;
mod build;
mod export;
mod lint;
mod list;
mod rarity;
mod search;
mod show;
mod test;

pub use show::find;

use psod_match::compile::Compiled;
use psod_match::kb::KnowledgeBase;
use psod_match::matching::Matcher;
use psod_match::publish::Edition;

use super::args::{Common, KbCommand};
use super::output::Output;
use super::{Ending, matcher, sources};

/// Runs one command about the knowledge base.
pub fn run(command: KbCommand, common: &Common, output: &mut Output) -> anyhow::Result<Ending> {
    let kb = KnowledgeBase::read(&sources(common)?)?;
    match command {
        KbCommand::Lint(arguments) => lint::run(&kb, &arguments, common, output),
        KbCommand::Test(arguments) => test::run(&kb, &arguments, common, output),
        KbCommand::List(arguments) => list::list(&kb, &arguments, common, output),
        KbCommand::Show { id } => show::show(&kb, &id, common, output),
        KbCommand::Search(arguments) => search::search(&kb, &arguments, common, output),
        KbCommand::Export(arguments) => export::export(&kb, &arguments, common, output),
        KbCommand::Affects { build } => super::affects::run(&build, common, output),
        KbCommand::Build => build::build(&kb, common, output),
        KbCommand::Rarity => rarity::rarity(&kb, output),
    }
}

/// The knowledge base with the measured strength of its issues.
fn edition<'a>(
    kb: &'a KnowledgeBase,
    digest: &'a str,
    compiled: Compiled,
    common: &Common,
) -> anyhow::Result<Edition<'a>> {
    Ok(edition_and_store(kb, digest, compiled, common)?.0)
}

/// The same, and the matcher that measured it.
fn edition_and_store<'a>(
    kb: &'a KnowledgeBase,
    digest: &'a str,
    compiled: Compiled,
    common: &Common,
) -> anyhow::Result<(Edition<'a>, Matcher)> {
    let matcher = matcher(compiled, common)?;
    let strengths = kb
        .issues
        .keys()
        .map(|id| Ok((id.clone(), matcher.strength(id)?)))
        .collect::<psod_match::error::Result<_>>()?;
    Ok((Edition::new(kb, digest, strengths), matcher))
}
