//! The stack trace of a crash: the machinery apart from the story, and the owners of its modules.

use crate::crash::{Crash, Frame, Role};
use crate::error::Result;
use crate::kb::{ModuleEntry, Owner};
use crate::message::Sentence;

/// Looks a module up by the name that a backtrace prints.
pub type FindModule<'a> = &'a dyn Fn(&str) -> Result<Option<ModuleEntry>>;

/// Functions that are named of each role; the rest is in the screen above.
const NAMED: usize = 6;

/// The sentences about the stack trace.
///
/// # Errors
/// [`crate::error::Error::Store`] when the store is damaged.
pub(super) fn sentences(crash: &Crash, module: FindModule<'_>) -> Result<Vec<Sentence>> {
    let frames = crash.deciding_frames();
    if frames.is_empty() {
        return Ok(vec![Sentence::new("explain-stack-none", &[])]);
    }
    let mut says = vec![Sentence::new("explain-stack-read", &[])];
    if let Some(other) = crash.other_backtraces.iter().find(|other| other.decides) {
        says.push(Sentence::new("explain-stack-decides", &[("origin", &other.origin)]));
    }
    let machinery = names(frames, Role::Machinery);
    if !machinery.is_empty() {
        says.push(Sentence::new("explain-stack-machinery", &[("names", &machinery)]));
    }
    let story = names(frames, Role::Story);
    says.push(match story.as_str() {
        "" => Sentence::new("explain-stack-no-story", &[]),
        story => Sentence::new("explain-stack-story", &[("names", story)]),
    });
    let noise = frames.iter().filter(|frame| frame.role == Role::Noise).count();
    if noise > 0 {
        says.push(Sentence::new("explain-stack-noise", &[("count", &noise.to_string())]));
    }
    says.extend(owners(frames, module)?);
    let others = crash.other_backtraces.iter().filter(|other| !other.decides);
    let others: Vec<&str> = others.map(|other| other.origin.as_str()).collect();
    if !others.is_empty() {
        says.push(Sentence::new("explain-stack-others", &[("origins", &others.join(", "))]));
    }
    Ok(says)
}

/// The first functions of one role, each once.
fn names(frames: &[Frame], role: Role) -> String {
    let mut names: Vec<&str> = Vec::new();
    for frame in frames.iter().filter(|frame| frame.role == role) {
        let name = frame.function.as_deref().unwrap_or("?");
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let more = if names.len() > NAMED { ", …" } else { "" };
    names.truncate(NAMED);
    format!("{}{more}", names.join(", "))
}

/// The owner of each module of the story, in the order of the frames.
fn owners(frames: &[Frame], find: FindModule<'_>) -> Result<Vec<Sentence>> {
    let mut modules: Vec<&str> = Vec::new();
    for frame in frames.iter().filter(|frame| frame.role == Role::Story) {
        if let Some(module) = frame.module.as_deref().filter(|module| !modules.contains(module)) {
            modules.push(module);
        }
    }
    let mut says = Vec::new();
    for module in modules {
        let entry = find(module)?;
        let key = match entry.as_ref().map(|entry| entry.owner) {
            Some(Owner::Vmkernel) => "explain-owner-vmkernel",
            Some(Owner::Inbox) => "explain-owner-inbox",
            Some(Owner::Partner) => "explain-owner-partner",
            Some(Owner::Unknown) | None => "explain-owner-unknown",
        };
        let title = entry.as_ref().map_or("", |entry| entry.title.as_str());
        says.push(Sentence::new(key, &[("module", module), ("title", title)]));
    }
    Ok(says)
}
