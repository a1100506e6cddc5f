//! `psod-match kb …`: check, search, list, show, compile and export known issues.

pub mod arguments;
mod build;
pub mod draft;
mod export;
pub mod flow;
mod git;
mod lint;
mod list;
mod own;
mod search;
mod show;
mod test;
pub mod trial;

pub use show::find;

use std::collections::BTreeMap;

use psod_match::kb::KnowledgeBase;
use psod_match::matching::{Calibration, Matcher};
use psod_match::publish::Edition;

use super::args::KbCommand;
use super::knowledge::attempt;
use super::{Ending, Session};

/// Runs one command about the knowledge base; again when the compiled one is at fault.
pub fn run(command: &KbCommand, session: &mut Session<'_>) -> anyhow::Result<Ending> {
    let kb = KnowledgeBase::read(&session.sources()?)?;
    match attempt(|| run_once(command, &kb, session)) {
        Ok(ended) => ended,
        Err(problem) => {
            session.distrust = Some(problem);
            run_once(command, &kb, session)
        }
    }
}

fn run_once(
    command: &KbCommand,
    kb: &KnowledgeBase,
    session: &mut Session<'_>,
) -> anyhow::Result<Ending> {
    match command {
        KbCommand::Lint(arguments) => lint::run(kb, arguments, session),
        KbCommand::Test(arguments) => test::run(kb, arguments, session),
        KbCommand::List(arguments) => list::list(kb, arguments, session),
        KbCommand::Show { id } => show::show(kb, id, session),
        KbCommand::Search(arguments) => search::search(kb, arguments, session),
        KbCommand::Export(arguments) => export::export(kb, arguments, session),
        KbCommand::Affects { build } => super::affects::run(build, session),
        KbCommand::Init { directory } => own::init(directory, session),
        KbCommand::New(arguments) => own::new(kb, arguments, session),
        KbCommand::Draft(arguments) => draft::run(arguments, session),
        KbCommand::Try(arguments) => trial::run(arguments, session),
        KbCommand::Flow(command) => flow::run(command, kb, session),
        KbCommand::Build => build::build(kb, session),
        KbCommand::Rarity => {
            session.output.raw(kb.count_functions().to_csv().as_bytes())?;
            Ok(Ending::Good)
        }
    }
}

/// The knowledge base with the measured strength of its issues, and the matcher that measured it.
fn edition<'a>(
    kb: &'a KnowledgeBase,
    session: &Session<'_>,
) -> anyhow::Result<(Edition<'a>, Matcher)> {
    let compiled = session.compiled()?;
    let digest = compiled.digest.clone();
    let matcher = Matcher::new(compiled, Calibration::SHIPPED, session.common.drafts)?;
    let mut strengths = BTreeMap::new();
    let mut worths = BTreeMap::new();
    for id in kb.issues.keys() {
        strengths.insert(id.clone(), matcher.strength(id)?);
        worths.insert(id.clone(), matcher.signature_worths(id)?);
    }
    Ok((Edition::new(kb, digest, strengths, worths), matcher))
}
