//! `psod-match kb …`: check, list, show and compile known issues.

mod build;
mod lint;
mod list;
mod rarity;
mod show;

use psod_match::kb::KnowledgeBase;

use super::args::{Common, KbCommand};
use super::output::Output;
use super::{Status, sources};

/// Runs one command about the knowledge base.
pub fn run(command: KbCommand, common: &Common, output: &mut Output) -> anyhow::Result<Status> {
    let kb = KnowledgeBase::read(&sources(common)?)?;
    match command {
        KbCommand::Lint => lint::run_lint(&kb, common, output),
        KbCommand::List => list::list(&kb, output),
        KbCommand::Show { id } => show::show(&kb, &id, output),
        KbCommand::Build => build::build(&kb, common, output),
        KbCommand::Rarity => rarity::rarity(&kb, output),
    }
}
