//! Where a module lies in memory, by the frames of it that print a name.
//!
//! Each of them says how far the sections of its module were moved: address − offset − place in the table.
//! They must all say the same.

use std::collections::{BTreeMap, BTreeSet};

use super::table::{FunctionTable, Group, Symbol};
use crate::crash::{Frame, Trust};

/// How far a group of sections was moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Base {
    pub shift: u64,
    /// The places of the functions that say so.
    pub witnesses: BTreeSet<u64>,
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
            let new = || Base { shift, witnesses: BTreeSet::new() };
            let base = bases.by_group.entry(group).or_insert_with(new);
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
        self.by_group.get(&group).filter(|base| base.witnesses.len() >= witnesses)
    }
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
