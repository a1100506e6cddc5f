//! Takes frames away, breaks names, and puts the lines of another crash between.

use std::collections::BTreeSet;

use psod_match::crash::{Crash, Role};

use super::Draw;

/// Most story frames that are lost at the top.
const MAX_TOP: usize = 3;

/// Positions of the named story frames in the backtrace that decides.
pub(super) fn story(crash: &Crash) -> Vec<usize> {
    let frames = crash.deciding_frames().iter().enumerate();
    let story = frames.filter(|(_, frame)| frame.role == Role::Story && frame.function.is_some());
    story.map(|(index, _)| index).collect()
}

/// Chooses one to three frames at the top; at least one stays.
pub(super) fn top(story: &[usize], draw: &mut Draw) -> Option<BTreeSet<usize>> {
    let most = MAX_TOP.min(story.len().checked_sub(1)?);
    (most > 0).then(|| story[..=draw.below(most)].iter().copied().collect())
}

/// Chooses half of the frames, rounded down, in one piece.
pub(super) fn half(story: &[usize], draw: &mut Draw) -> Option<BTreeSet<usize>> {
    let lost = story.len() / 2;
    let start = draw.below(story.len() - lost + 1);
    (lost > 0).then(|| story[start..start + lost].iter().copied().collect())
}

/// Chooses three of ten frames, at least one; at least one stays.
pub(super) fn scattered(story: &[usize], draw: &mut Draw) -> Option<BTreeSet<usize>> {
    if story.len() <= 1 {
        return None;
    }
    let lost = ((story.len() * 3 + 5) / 10).max(1);
    let mut left = story.to_vec();
    Some((0..lost).map(|_| left.remove(draw.below(left.len()))).collect())
}

/// Takes these frames out of the backtrace that decides.
pub(super) fn without(crash: &Crash, gone: &BTreeSet<usize>) -> Crash {
    let mut crash = crash.clone();
    let decides = crash.other_backtraces.iter_mut().find(|other| other.decides);
    let frames = decides.map_or(&mut crash.backtrace, |other| &mut other.frames);
    let mut index = 0;
    frames.retain(|_| {
        index += 1;
        !gone.contains(&(index - 1))
    });
    crash
}

/// Puts a space into half of the names of story frames, at least one; `None` without a name.
pub(super) fn with_spaces(text: &str, crash: &Crash, draw: &mut Draw) -> Option<String> {
    let frames = crash.deciding_frames();
    let names: BTreeSet<&str> = story(crash)
        .into_iter()
        .filter_map(|index| frames[index].function.as_deref())
        .filter(|name| name.len() > 1 && name.is_ascii())
        .collect();
    let mut names: Vec<&str> = names.into_iter().collect();
    if names.is_empty() {
        return None;
    }
    let mut text = text.to_owned();
    for _ in 0..names.len().div_ceil(2) {
        let name = names.remove(draw.below(names.len()));
        let (before, after) = name.split_at(1 + draw.below(name.len() - 1));
        text = with_whole(&text, name, &format!("{before} {after}"));
    }
    Some(text)
}

/// Replaces `name` where it is not a part of a longer name.
fn with_whole(text: &str, name: &str, replacement: &str) -> String {
    let mut written = String::with_capacity(text.len() + replacement.len());
    let mut copied = 0;
    for (at, _) in text.match_indices(name) {
        let end = at + name.len();
        if text[..at].ends_with(is_part_of_name) || text[end..].starts_with(is_part_of_name) {
            continue;
        }
        written.push_str(&text[copied..at]);
        written.push_str(replacement);
        copied = end;
    }
    written + &text[copied..]
}

fn is_part_of_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

/// Puts the lines of `foreign` between those of `own`; the order of each stays. Before its message, or
/// its first frame where it has none, no reader could tell whose crash it is.
pub(super) fn merged(own: Vec<String>, foreign: Vec<String>, draw: &mut Draw) -> Vec<String> {
    let message = own.iter().position(|line| line.contains("@BlueScreen:"));
    let first_frame = own.iter().position(|line| line.contains(":[0x"));
    let start = message.or(first_frame).unwrap_or(0);
    let mut merged: Vec<String> = own[..start].to_vec();
    let mut foreign = foreign.into_iter().filter(|line| !line.contains("@BlueScreen:")).peekable();
    for line in own.into_iter().skip(start) {
        merged.push(line);
        while foreign.peek().is_some() && draw.happens(0.5) {
            merged.extend(foreign.next());
        }
    }
    merged
}
