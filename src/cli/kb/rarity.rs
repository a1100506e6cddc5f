//! `psod-match kb rarity`: how often each function occurs.

use std::collections::BTreeMap;

use psod_match::kb::{KnowledgeBase, Rarity};
use psod_match::read::crashes_in_text;
use psod_match::signature::{CrashKeys, assign_roles};

use super::super::Status;
use super::super::output::Output;

/// Counts functions over issues and unknown crashes: all crashes of an issue are one stack.
pub fn rarity(kb: &KnowledgeBase, output: &mut Output) -> anyhow::Result<Status> {
    let mut stacks: BTreeMap<&str, Vec<String>> = Default::default();
    for exemplar in kb.exemplars.values() {
        let stack = stacks.entry(exemplar.issue().unwrap_or(&exemplar.path)).or_default();
        for mut found in crashes_in_text(&exemplar.text) {
            assign_roles(&mut found.crash, &kb.lists);
            let keys = CrashKeys::of(&found.crash);
            let frames = keys.frames.into_iter().chain(keys.reporter_frames);
            stack.extend(frames.map(|frame| frame.function));
        }
    }
    stacks.retain(|_, functions| !functions.is_empty());
    let stacks = stacks.values().map(|stack| stack.iter().map(String::as_str).collect());
    output.raw(Rarity::count(stacks).to_csv().as_bytes())?;
    Ok(Status::Good)
}
