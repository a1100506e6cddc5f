//! Where a module lies in memory, by the frames of it that print a name.
//!
//! Each of them says how far the sections of its module were moved: address − offset − place in the table.
//! They must all say the same.

use std::collections::{BTreeMap, BTreeSet};

use super::table::{FunctionTable, Group, Symbol};
use crate::crash::{Frame, Trust};

/// The one group of a module that is moved as a whole.
const WHOLE: Group = Group(0);

/// How far a group of sections was moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Base {
    pub shift: u64,
    /// The places of the functions that say so.
    pub witnesses: BTreeSet<u64>,
    /// True when the screen prints the start of its code, which says so too.
    pub at_code_start: bool,
}

/// The groups of a module, and how far each was moved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bases {
    pub by_group: BTreeMap<Group, Base>,
    /// Groups whose frames contradict each other.
    pub contradicted: BTreeSet<Group>,
}

impl Bases {
    /// Asks the frames of `table`.
    pub(super) fn new<'a>(table: &FunctionTable, frames: impl Iterator<Item = &'a Frame>) -> Self {
        let mut bases = Self::default();
        for frame in frames {
            let Some((group, shift, place)) = witness(table, frame) else { continue };
            let base = bases.by_group.entry(group).or_insert_with(|| Base {
                shift,
                witnesses: BTreeSet::new(),
                at_code_start: false,
            });
            if base.shift == shift {
                base.witnesses.insert(place);
            } else {
                bases.contradicted.insert(group);
            }
        }
        bases.by_group.retain(|group, _| !bases.contradicted.contains(group));
        bases
    }

    /// The base of a group, when so many functions say so.
    pub(super) fn of(&self, group: Group, witnesses: usize) -> Option<&Base> {
        let base = self.by_group.get(&group)?;
        (base.witnesses.len() + usize::from(base.at_code_start) >= witnesses).then_some(base)
    }

    /// Asks the start of the VMkernel's code that a screen prints. Where no frame has kept its name, those
    /// of the `nameless` ones that print an offset, too, must agree: all in its code, and more than one.
    pub(super) fn add_code_start(
        &mut self,
        table: &FunctionTable,
        code_start: u64,
        nameless: &[&Frame],
    ) {
        if table.head.relocatable || !self.contradicted.is_empty() {
            return;
        }
        let starts: BTreeSet<u64> = table.code_starts().into_iter().flatten().collect();
        let shifts = starts.into_iter().filter_map(|start| code_start.checked_sub(start));
        if let Some(base) = self.by_group.get_mut(&WHOLE) {
            base.at_code_start = shifts.into_iter().any(|shift| shift == base.shift);
            return;
        }
        let mut found = shifts.filter_map(|shift| {
            let witnesses = places_of(table, shift, nameless)?;
            (witnesses.len() > 1).then_some(Base { shift, witnesses, at_code_start: true })
        });
        if let (Some(base), None) = (found.next(), found.next()) {
            self.by_group.insert(WHOLE, base);
        }
    }
}

/// The functions that begin where the frames inside the code say, when it was moved so far; `None` where
/// none begins at one of these places.
fn places_of(table: &FunctionTable, shift: u64, frames: &[&Frame]) -> Option<BTreeSet<u64>> {
    let code = table.code_range()?;
    let printed = frames.iter().filter_map(|frame| Some((frame.ip?.0, frame.offset?.0)));
    let inside = printed.filter_map(|(ip, offset)| Some((ip.checked_sub(shift)?, offset)));
    let inside = inside.filter(|(address, _)| code.contains(address));
    inside
        .map(|(address, offset)| {
            let function = table.at(WHOLE, address)?;
            (function.address.checked_add(offset)? == address).then_some(function.address)
        })
        .collect()
}

/// What a named frame says: the group, how far it was moved, and the place of the function.
pub(super) fn witness(table: &FunctionTable, frame: &Frame) -> Option<(Group, u64, u64)> {
    let name = frame.function.as_deref().filter(|_| frame.trust == Trust::Printed)?;
    let (ip, offset) = (frame.ip?.0, frame.offset?.0);
    let start = ip.checked_sub(offset)?;
    let symbol = only_holding(table, name, offset)?;
    Some((table.group(symbol), start.checked_sub(symbol.address)?, symbol.address))
}

/// The one symbol of this name that holds the offset; `None` where several do.
pub(super) fn only_holding<'t>(
    table: &'t FunctionTable,
    name: &str,
    offset: u64,
) -> Option<&'t Symbol> {
    let mut holding = table.named(name).into_iter().filter(|symbol| table.holds(symbol, offset));
    holding.next().filter(|_| holding.next().is_none())
}
