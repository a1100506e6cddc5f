//! Names in the form in which they are compared.

use std::collections::BTreeSet;
use std::ops::Bound;

use crate::crash::{Crash, Frame, Role};
use crate::text::function_name;

/// Functions that say little, out of `kb/frames/`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FrameLists {
    /// Panic, interrupt and world entry.
    pub machinery: BTreeSet<String>,
    /// Shared by many unrelated bugs one level above the fault: part of the story, without weight.
    pub shared: BTreeSet<String>,
}

/// The comparable form of a module name; `None` for `<None>` and nothing.
pub fn module_name(name: &str) -> Option<&str> {
    let name = name.trim_matches(['(', ')', ' ']);
    (!name.is_empty() && name != "<None>").then_some(name)
}

/// Gives every frame of `crash` its role by the lists; noise stays noise.
pub(super) fn assign_roles(crash: &mut Crash, lists: &FrameLists) {
    let others = crash.other_backtraces.iter_mut().flat_map(|other| &mut other.frames);
    for frame in crash.backtrace.iter_mut().chain(others) {
        if frame.role != Role::Noise {
            frame.role = role_of(frame, lists);
        }
    }
}

fn role_of(frame: &Frame, lists: &FrameLists) -> Role {
    match &frame.function {
        Some(function) if is_machinery(function_name(function), lists) => Role::Machinery,
        _ => Role::Story,
    }
}

/// Fewest letters that a cut name must have kept: `Panic` may begin anything.
const MIN_CUT_NAME: usize = 6;

/// True for a listed function, and for one that is listed when the margin of a picture has cut its
/// name, as `Panic_N` is `Panic_NoSave`.
fn is_machinery(name: &str, lists: &FrameLists) -> bool {
    if lists.machinery.contains(name) {
        return true;
    }
    let mut later = lists.machinery.range::<str, _>((Bound::Excluded(name), Bound::Unbounded));
    name.len() >= MIN_CUT_NAME && later.next().is_some_and(|listed| listed.starts_with(name))
}

/// The words of a message or log line that can be searched for: lower case, no numbers.
pub fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| word.len() >= 3 && word.chars().any(char::is_alphabetic))
        .filter(|word| !word.starts_with("0x") && !word.starts_with(|c: char| c.is_ascii_digit()))
        .map(str::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_lose_their_parentheses() {
        assert_eq!(module_name("(lpfc)"), Some("lpfc"));
        assert_eq!(module_name("<None>"), None);
    }

    #[test]
    fn roles_come_from_the_lists_and_noise_stays() {
        let lists = FrameLists { machinery: ["Panic".to_owned()].into(), ..FrameLists::default() };
        let mut crash = Crash {
            backtrace: vec![
                frame("Panic", Role::Story),
                frame("TLBDoInvalidate", Role::Story),
                frame("blk_dev", Role::Noise),
            ],
            ..Crash::default()
        };
        assign_roles(&mut crash, &lists);
        let roles: Vec<Role> = crash.backtrace.iter().map(|frame| frame.role).collect();
        assert_eq!(roles, [Role::Machinery, Role::Story, Role::Noise]);
    }

    fn frame(function: &str, role: Role) -> Frame {
        Frame { function: Some(function.into()), role, ..Frame::default() }
    }

    #[test]
    fn a_name_that_is_cut_is_machinery_too() {
        let names = ["Panic_NoSave", "PanicvPanicInt"].map(str::to_owned);
        let lists = FrameLists { machinery: names.into(), ..FrameLists::default() };
        let found = ["Panic_N", "PanicvPan", "Panic", "Panic_X", "Panic_NoSave"]
            .map(|name| is_machinery(name, &lists));
        assert_eq!(found, [true, true, false, false, true]);
    }

    #[test]
    fn words_leave_numbers_out() {
        assert_eq!(words("PCPU 18 locked up, 0x12 at world.c:2307"), ["pcpu", "locked", "world"]);
    }
}
