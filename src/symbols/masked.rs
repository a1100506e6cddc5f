//! Names that a page has hidden, where no frame of the module kept its own: the addresses of the frames and
//! their offsets leave one way to lay the module into memory, or no name is given.

use std::collections::{BTreeSet, HashSet};

use super::table::{FunctionTable, Group, Symbol, SymbolKind};

/// A frame without a name: its address and its offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hidden {
    pub ip: u64,
    pub offset: u64,
}

/// A function that a hidden frame may be of.
struct MaskedCandidate<'t> {
    symbol: &'t Symbol,
    place: MaskedPlace,
}

/// Where a candidate puts its group of sections.
type MaskedPlace = (Group, u64);

/// The functions that a hidden frame may be of, and where they put their groups: each candidate of a frame
/// is held against all of the others, and a VMkernel has tens of thousands.
struct Candidates<'t> {
    all: Vec<MaskedCandidate<'t>>,
    places: HashSet<MaskedPlace>,
    groups: BTreeSet<Group>,
}

/// The function of each hidden frame of a module; `None` where more than one is left, or none, or where
/// no other frame agrees about the place of the module.
///
/// A function is left when every other frame has a function that lies as far from it as the addresses say,
/// or one in another section, which may lie anywhere. More are left than can be true together, so the true
/// one is always among them, as long as the table has every function.
pub(super) fn solve<'t>(table: &'t FunctionTable, hidden: &[Hidden]) -> Vec<Option<&'t Symbol>> {
    let candidates: Vec<Candidates<'t>> =
        hidden.iter().map(|frame| candidates_of(table, *frame)).collect();
    (0..hidden.len()).map(|at| solved(at, hidden, &candidates)).collect()
}

fn solved<'t>(at: usize, hidden: &[Hidden], candidates: &[Candidates<'t>]) -> Option<&'t Symbol> {
    let own = candidates[at].all.iter();
    let mut left = own.filter(|one| is_possible(one.place, at, hidden, candidates));
    let found = left.next().filter(|_| left.next().is_none())?;
    let is_function = found.symbol.kind == SymbolKind::Function;
    let sure = is_function && has_witness(found.place, at, hidden, candidates);
    sure.then_some(found.symbol)
}

fn candidates_of(table: &FunctionTable, frame: Hidden) -> Candidates<'_> {
    let start = frame.ip.checked_sub(frame.offset);
    // The VMkernel names the nearest name below an address, even behind the end of its function.
    let near = table.code().filter(|symbol| {
        frame.offset <= symbol.size
            || table.extent(symbol).is_none_or(|extent| frame.offset < extent)
    });
    let all = near.filter_map(|symbol| {
        let shift = start?.checked_sub(symbol.address)?;
        Some(MaskedCandidate { symbol, place: (table.group(symbol), shift) })
    });
    let all: Vec<MaskedCandidate<'_>> = all.collect();
    let places = all.iter().map(|one| one.place).collect();
    let groups = all.iter().map(|one| one.place.0).collect();
    Candidates { all, places, groups }
}

fn is_possible(
    one: MaskedPlace,
    at: usize,
    hidden: &[Hidden],
    candidates: &[Candidates<'_>],
) -> bool {
    let others = candidates.iter().enumerate().filter(|(place, _)| *place != at);
    let mut others = others.filter(|(place, _)| hidden[*place] != hidden[at]);
    others.all(|(_, other)| {
        other.places.contains(&one) || other.groups.iter().any(|group| *group != one.0)
    })
}

/// True when another function's frame agrees, by a function that holds its offset.
fn has_witness(
    one: MaskedPlace,
    at: usize,
    hidden: &[Hidden],
    candidates: &[Candidates<'_>],
) -> bool {
    let mut others = candidates.iter().enumerate();
    others.any(|(place, other)| {
        start_of(hidden[place]) != start_of(hidden[at]) && other.places.contains(&one)
    })
}

/// Where the function of a frame begins.
fn start_of(frame: Hidden) -> u64 {
    frame.ip.wrapping_sub(frame.offset)
}

#[cfg(test)]
mod tests {
    use super::super::table::tests::table_of;
    use super::*;

    const BASE: u64 = 0x4180_0000_0000;

    #[track_caller]
    fn check(frames: &[(u64, u64)], expected: &[Option<&str>]) {
        let table = table_of(&[
            ("a", 0, 0x100),
            ("b", 0x100, 0x40),
            ("c", 0x140, 0x200),
            ("d", 0x340, 0x100),
            ("e", 0x440, 0x90),
        ]);
        let hidden: Vec<Hidden> = frames
            .iter()
            .map(|(start, offset)| Hidden { ip: BASE + start + offset, offset: *offset })
            .collect();
        let found = solve(&table, &hidden);
        let names: Vec<Option<&str>> =
            found.iter().map(|one| one.map(|symbol| symbol.name.as_str())).collect();
        assert_eq!(names, expected);
    }

    #[test]
    fn the_distances_of_frames_leave_one_function_or_none() {
        // Only c and then d lie 0x200 from each other with an offset of 0x120 in the first.
        check(&[(0x140, 0x120), (0x340, 0x20)], &[Some("c"), Some("d")]);
        // A frame alone, and one function twice: nothing agrees.
        check(&[(0x140, 0x120)], &[None]);
        check(&[(0x140, 0x120), (0x140, 0x110)], &[None, None]);
        // a and b, or d and e.
        check(&[(0, 0x10), (0x100, 0x10)], &[None, None]);
        // No two functions lie so.
        check(&[(0, 0x10), (0x77, 0x10)], &[None, None]);
        // The third frame decides between the two.
        check(&[(0, 0x10), (0x100, 0x10), (0x140, 0x90)], &[Some("a"), Some("b"), Some("c")]);
    }
}
