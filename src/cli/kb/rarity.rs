//! `psod-match kb rarity`: how often each function occurs.

use psod_match::kb::{KnowledgeBase, Rarity};

use super::super::Status;
use super::super::output::Output;

/// Counts functions over issues and unknown crashes: all crashes of an issue are one stack.
pub fn rarity(kb: &KnowledgeBase, output: &mut Output) -> anyhow::Result<Status> {
    output.raw(Rarity::of(kb).to_csv().as_bytes())?;
    Ok(Status::Good)
}
