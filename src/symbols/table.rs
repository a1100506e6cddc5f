//! The symbols of one module in one version: which name lies where.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::text::{ComparableName, function_name};

/// The symbols of one module in one version.
#[derive(Clone, Debug)]
pub struct FunctionTable {
    /// What it is of.
    pub head: TableHead,
    /// The symbols, by section and address.
    symbols: Vec<Symbol>,
    /// The places of the symbols, by their names without what compilers add.
    by_name: Vec<u32>,
    /// The names of the functions in the form in which damaged ones are compared, made when the first one
    /// is.
    comparable: OnceLock<Vec<(u32, ComparableName)>>,
    /// The part with code, looked for when the first crash asks.
    code: OnceLock<Option<CodePart>>,
}

/// The part of a module that has functions.
#[derive(Clone, Debug)]
struct CodePart {
    starts: [u64; 2],
    range: Range<u64>,
}

impl PartialEq for FunctionTable {
    fn eq(&self, other: &Self) -> bool {
        self.head == other.head && self.symbols == other.symbols
    }
}

/// What a table is of, and what it was made of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableHead {
    /// Name of the module.
    pub module: String,
    /// Its version, as the module gives it, else as its package does.
    pub version: String,
    /// Other names of the same version: that of the package, the build of the host.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
    /// The package that it came in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package: Option<String>,
    /// The file that the symbols were read out of.
    pub source: String,
    /// True when every function of the module is here: a name that is not is none of this module.
    pub complete: bool,
    /// True for a module whose sections are placed one by one when it is loaded.
    pub relocatable: bool,
    /// The sections that are loaded.
    pub sections: Vec<Section>,
    /// Number of its functions.
    pub functions: usize,
}

/// A part of a module that is loaded as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Its name.
    pub name: String,
    /// Its address; 0 in a module that is not linked yet.
    pub address: u64,
    /// Its bytes.
    pub size: u64,
}

/// A name and its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Symbol {
    /// The section, by its place in the head.
    pub section: u32,
    /// The address, or the place in its section in a module that is not linked yet.
    pub address: u64,
    /// Its bytes; 0 where they are not known.
    pub size: u64,
    /// What it is the name of.
    pub kind: SymbolKind,
    /// The name.
    pub name: String,
}

/// What a symbol is the name of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SymbolKind {
    /// A function.
    Function,
    /// Anything else: a variable, a label.
    Other,
}

/// The sections that are moved together when the module is loaded: a section of a module that is not
/// linked yet, all of them in one that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Group(pub u32);

impl TableHead {
    /// True when `version` is a name of this version.
    pub fn is_version(&self, version: &str) -> bool {
        !version.is_empty()
            && (self.version == version || self.also.iter().any(|one| one == version))
    }
}

impl FunctionTable {
    /// The table of `symbols`, in any order.
    pub fn new(head: TableHead, mut symbols: Vec<Symbol>) -> Self {
        symbols.sort_unstable();
        symbols.dedup();
        Self::of_sorted(head, symbols)
    }

    fn of_sorted(mut head: TableHead, symbols: Vec<Symbol>) -> Self {
        head.functions = symbols.iter().filter(|one| one.kind == SymbolKind::Function).count();
        // The names are cut once, not in each comparison: a VMkernel has tens of thousands.
        let names = symbols.iter().map(|one| function_name(&one.name));
        let mut by_name: Vec<(&str, u32)> = names.zip(0..).collect();
        by_name.sort_unstable();
        let by_name = by_name.into_iter().map(|(_, at)| at).collect();
        Self { head, symbols, by_name, comparable: OnceLock::new(), code: OnceLock::new() }
    }

    /// The symbols, by section and address.
    pub fn symbols(&self) -> &[Symbol] {
        &self.symbols
    }

    pub(super) fn group(&self, symbol: &Symbol) -> Group {
        Group(if self.head.relocatable { symbol.section } else { 0 })
    }

    /// The symbols called `name`: exactly so, else those of which compilers made several parts.
    pub(super) fn named(&self, name: &str) -> Vec<&Symbol> {
        let plain = function_name(name);
        let start = self.by_name.partition_point(|at| function_name(self.name_at(*at)) < plain);
        let same = self.by_name[start..].iter();
        let same = same.take_while(|at| function_name(self.name_at(**at)) == plain);
        let same: Vec<&Symbol> = same.map(|at| &self.symbols[*at as usize]).collect();
        let exact: Vec<&Symbol> = same.iter().copied().filter(|one| one.name == name).collect();
        if exact.is_empty() { same } else { exact }
    }

    /// True when a name begins with `start`, as one does that the margin of a picture has cut.
    pub(super) fn has_name_beginning(&self, start: &str) -> bool {
        let place = self.by_name.partition_point(|at| function_name(self.name_at(*at)) < start);
        self.by_name.get(place).is_some_and(|at| self.name_at(*at).starts_with(start))
    }

    /// The name of the symbol at this place of the table.
    fn name_at(&self, at: u32) -> &str {
        &self.symbols[at as usize].name
    }

    /// The names of the functions, each once, with their form for comparing.
    pub(super) fn comparable_names(&self) -> impl Iterator<Item = (&str, &ComparableName)> {
        let comparable = self.comparable.get_or_init(|| {
            let mut places: Vec<u32> = self.by_name.clone();
            places.retain(|at| self.symbols[*at as usize].kind == SymbolKind::Function);
            places.sort_by_key(|at| self.name_at(*at));
            places.dedup_by_key(|at| self.name_at(*at));
            places.into_iter().map(|at| (at, ComparableName::new(self.name_at(at)))).collect()
        });
        comparable.iter().map(|(at, form)| (self.name_at(*at), form))
    }

    /// The symbols of the sections that have functions, also the labels between these.
    pub(super) fn code(&self) -> impl Iterator<Item = &Symbol> {
        let functions = self.symbols.iter().filter(|one| one.kind == SymbolKind::Function);
        let sections: BTreeSet<u32> = functions.map(|one| one.section).collect();
        self.symbols.iter().filter(move |one| sections.contains(&one.section))
    }

    fn code_part(&self) -> Option<&CodePart> {
        let found = self.code.get_or_init(|| {
            let first = self.code().min_by_key(|symbol| symbol.address)?;
            let section = self.head.sections.get(first.section as usize)?;
            let ranges = self.code().map(|one| one.address..one.address.saturating_add(one.size));
            let range =
                ranges.reduce(|one, other| one.start.min(other.start)..one.end.max(other.end));
            Some(CodePart { starts: [section.address, first.address], range: range? })
        });
        found.as_ref()
    }

    /// The addresses at which its code may begin: that of the first section with functions, and that of
    /// the first function, for a list of names does not say where sections begin.
    pub(super) fn code_starts(&self) -> Option<[u64; 2]> {
        self.code_part().map(|part| part.starts)
    }

    /// The addresses from the first function to the end of the last one.
    pub(super) fn code_range(&self) -> Option<Range<u64>> {
        self.code_part().map(|part| part.range.clone())
    }

    /// Bytes up to the next symbol, or the end of the section: an address behind them is called after
    /// another symbol. `None` where neither is known.
    pub(super) fn extent(&self, symbol: &Symbol) -> Option<u64> {
        let behind = self
            .symbols
            .partition_point(|one| (one.section, one.address) <= (symbol.section, symbol.address));
        let next = self.symbols.get(behind).filter(|one| one.section == symbol.section);
        if let Some(next) = next {
            return Some(next.address - symbol.address);
        }
        let section = self.head.sections.get(symbol.section as usize)?;
        let end = section.address.checked_add(section.size)?;
        end.checked_sub(symbol.address).filter(|left| *left > 0)
    }

    /// True when an address so many bytes behind the start of a function can be one of its calls. The
    /// address behind a call that does not return may be the first one behind the function.
    pub(super) fn holds(&self, symbol: &Symbol, offset: u64) -> bool {
        if symbol.size > 0 {
            return offset <= symbol.size;
        }
        self.extent(symbol).is_none_or(|extent| offset < extent)
    }

    /// The one function at an address; `None` where several begin at the same place, or lie over each
    /// other.
    pub(super) fn at(&self, group: Group, address: u64) -> Option<&Symbol> {
        /// Symbols before an address among which one that reaches over it is looked for.
        const NEAR: usize = 32;
        let sections = if self.head.relocatable {
            group.0..group.0 + 1
        } else {
            0..u32::try_from(self.head.sections.len()).ok()?
        };
        let mut found: Option<&Symbol> = None;
        for section in sections {
            let end = self
                .symbols
                .partition_point(|one| (one.section, one.address) <= (section, address));
            let near = self.symbols[..end].iter().rev().take(NEAR);
            let near = near.take_while(|one| one.section == section);
            let Some(nearest) = near.clone().next() else { continue };
            let around = near
                .filter(|one| one.address == nearest.address || one.size > address - one.address);
            for symbol in around {
                // Without sizes another function may lie between, unless all of them are here.
                let known = symbol.size > 0 || self.head.complete;
                let inside = known
                    && symbol.kind == SymbolKind::Function
                    && self.holds(symbol, address - symbol.address);
                match found {
                    _ if !inside => return None,
                    Some(other) if other.name != symbol.name => return None,
                    _ => found = Some(symbol),
                }
            }
        }
        found
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::symbols::TakenModule;

    /// A table of functions in `.text`: name, address, size.
    pub(in crate::symbols) fn table_of(functions: &[(&str, u64, u64)]) -> FunctionTable {
        let sections = vec![Section { name: ".text".into(), address: 0, size: 0x1_0000 }];
        let head = TableHead {
            module: "lpfc".into(),
            version: "14.4.1".into(),
            source: "lpfc.vib".into(),
            complete: true,
            relocatable: true,
            sections,
            ..TableHead::default()
        };
        let symbols = functions.iter().map(|(name, address, size)| Symbol {
            section: 0,
            address: *address,
            size: *size,
            kind: SymbolKind::Function,
            name: (*name).to_owned(),
        });
        FunctionTable::new(head, symbols.collect())
    }

    /// A module with such a table.
    pub(in crate::symbols) fn module_of(functions: &[(&str, u64, u64)]) -> TakenModule {
        TakenModule { table: table_of(functions), lines: None }
    }

    #[track_caller]
    fn check(table: &FunctionTable, address: u64, expected: Option<&str>) {
        let found = table.at(Group(0), address).map(|symbol| symbol.name.as_str());
        assert_eq!(found, expected, "{address:#x}");
    }

    #[test]
    fn an_address_has_the_name_of_the_one_function_around_it() {
        let table =
            table_of(&[("a", 0x10, 0x20), ("b", 0x30, 0x10), ("c", 0x100, 0), ("d", 0x140, 8)]);
        check(&table, 0xf, None);
        check(&table, 0x10, Some("a"));
        check(&table, 0x2f, Some("a"));
        check(&table, 0x30, Some("b"));
        check(&table, 0x40, Some("b"));
        check(&table, 0x41, None);
        check(&table, 0x13f, Some("c"));
        check(&table, 0x149, None);
    }

    #[test]
    fn functions_at_one_place_or_over_each_other_have_no_single_name() {
        let table = table_of(&[
            ("a", 0x10, 0x20),
            ("alias", 0x10, 0x20),
            ("b", 0x40, 0x40),
            ("c", 0x50, 8),
        ]);
        check(&table, 0x12, None);
        check(&table, 0x41, Some("b"));
        check(&table, 0x52, None);
        check(&table, 0x60, None);
    }

    #[track_caller]
    fn check_named(table: &FunctionTable, name: &str, expected: &[&str]) {
        let found: Vec<&str> = table.named(name).iter().map(|one| one.name.as_str()).collect();
        assert_eq!(found, expected, "{name}");
    }

    #[test]
    fn names_are_found_with_and_without_what_compilers_add() {
        let table = table_of(&[("f.isra.0", 0x10, 8), ("f.part.1", 0x20, 8), ("gamma", 0x30, 8)]);
        check_named(&table, "f", &["f.isra.0", "f.part.1"]);
        check_named(&table, "f.part.1", &["f.part.1"]);
        check_named(&table, "h", &[]);
        assert!(table.has_name_beginning("gam") && !table.has_name_beginning("gg"));
    }
}
