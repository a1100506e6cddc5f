//! Two tables of one module and version: which of them is kept, and what the other one adds.
//!
//! The same module comes as a file of a host, in a VIB, in a bundle, and as a list of names. They say the
//! same about its functions, but only the package knows its version and the build of the host, and a list
//! knows neither sizes nor sections.

use std::collections::BTreeSet;

use super::table::{FunctionTable, Symbol, TableHead};

impl FunctionTable {
    /// The one table that says all that both say; `None` when they contradict each other.
    pub(super) fn merged(&self, other: &Self) -> Option<Self> {
        let (rich, poor) = match (other.says_all_of(self), self.says_all_of(other)) {
            (true, true) if other.is_richer_than(self) => (other, self),
            (_, true) => (self, other),
            (true, false) => (other, self),
            (false, false) => return None,
        };
        let mut merged = rich.clone();
        merged.head.add(&poor.head);
        Some(merged)
    }

    /// True when each symbol of `other` is one of this table at the same place. A list of names knows no
    /// sections, and often no sizes.
    fn says_all_of(&self, other: &Self) -> bool {
        let sections = self.head.relocatable && other.head.relocatable;
        let own = self.symbols().iter();
        let own: BTreeSet<_> =
            own.map(|one| (one.name.as_str(), place_of(one, sections), one.size)).collect();
        other.symbols().iter().all(|one| {
            let (name, place) = (one.name.as_str(), place_of(one, sections));
            if one.size > 0 {
                return own.contains(&(name, place, one.size));
            }
            own.range((name, place, 0)..)
                .next()
                .is_some_and(|found| (found.0, found.1) == (name, place))
        })
    }

    /// True when of two tables with the same symbols this one is to be kept: the one that knows more of
    /// the sections, else the one out of a package.
    fn is_richer_than(&self, other: &Self) -> bool {
        self.head.worth() > other.head.worth()
    }
}

/// The place of a symbol, with its section where `sections` count.
fn place_of(symbol: &Symbol, sections: bool) -> (Option<u32>, u64) {
    (sections.then_some(symbol.section), symbol.address)
}

impl TableHead {
    /// What makes one of two tables with the same symbols the richer one, the most important first.
    fn worth(&self) -> (bool, bool, bool) {
        (self.complete, self.relocatable, self.package.is_some())
    }

    /// Takes over what another source of the same table knows, and this one does not.
    fn add(&mut self, other: &Self) {
        self.package = self.package.take().or_else(|| other.package.clone());
        for version in &other.also {
            if !self.is_version(version) {
                self.also.push(version.clone());
            }
        }
    }
}
