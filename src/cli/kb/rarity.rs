//! `psod-match kb rarity`: the number of backtraces that print each function.

use psod_match::kb::KnowledgeBase;

use super::super::Ending;
use super::super::output::Output;

/// Counts functions over issues and unknown crashes: all crashes of an issue are one backtrace.
pub fn rarity(kb: &KnowledgeBase, output: &mut Output) -> anyhow::Result<Ending> {
    output.raw(kb.count_functions().to_csv().as_bytes())?;
    Ok(Ending::Good)
}
