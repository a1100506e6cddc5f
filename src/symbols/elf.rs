//! Symbols of an ELF file: a module of the VMkernel, or an executable.

use object::{
    File, Object, ObjectKind, ObjectSection, ObjectSymbol, SectionFlags, SectionIndex, elf,
};

use super::table::{FunctionTable, Section, Symbol, SymbolKind, TableHead};
use crate::text::clip_bytes;

/// Sections that say what a module is: `name=value` one after the other, with NULs between.
const INFO_SECTIONS: &[&str] = &[".vmkmodinfo", ".modinfo"];
/// Bytes of them that are read.
const MAX_INFO: usize = 64 * 1024;
/// Bytes of a name that are kept; a longer one is left out.
const MAX_NAME: usize = 4096;

/// What an ELF file says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ModuleInfo {
    pub name: Option<String>,
    pub version: Option<String>,
    /// The build of the host, where the version names it.
    pub build: Option<String>,
}

/// Why symbols cannot be taken out of a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NoSymbols {
    #[error("it is damaged: {0}")]
    Damaged(String),
    #[error("it has no symbols: they were removed")]
    Stripped,
    #[error("it has more than {0} symbols; --limit module-symbols=NUMBER raises that")]
    TooMany(u64),
}

impl From<object::Error> for NoSymbols {
    fn from(error: object::Error) -> Self {
        Self::Damaged(error.to_string())
    }
}

/// The table of an ELF file, without module and version where `head` has none.
pub(super) fn table_of(
    file: &File<'_>,
    head: TableHead,
    most: u64,
) -> Result<FunctionTable, NoSymbols> {
    let loaded = loaded_sections(file);
    let sections: Result<Vec<Section>, object::Error> = loaded
        .iter()
        .map(|index| {
            let section = file.section_by_index(*index)?;
            let name = String::from_utf8_lossy(section.name_bytes()?);
            let name = clip_bytes(&name, MAX_NAME).to_owned();
            Ok(Section { name, address: section.address(), size: section.size() })
        })
        .collect();
    let complete = file.symbol_table().is_some();
    let mut symbols = Vec::new();
    let table: Box<dyn Iterator<Item = object::Symbol<'_, '_>>> =
        if complete { Box::new(file.symbols()) } else { Box::new(file.dynamic_symbols()) };
    for symbol in table {
        symbols.extend(taken(&symbol, &loaded));
        if symbols.len() as u64 > most {
            return Err(NoSymbols::TooMany(most));
        }
    }
    if !symbols.iter().any(|symbol| symbol.kind == SymbolKind::Function) {
        return Err(NoSymbols::Stripped);
    }
    let relocatable = file.kind() == ObjectKind::Relocatable;
    let head = TableHead { complete, relocatable, sections: sections?, ..head };
    Ok(FunctionTable::new(head, symbols))
}

/// The sections that are in memory when the module runs, in the order of a table's head.
pub(super) fn loaded_sections(file: &File<'_>) -> Vec<SectionIndex> {
    file.sections().filter(is_loaded).map(|section| section.index()).collect()
}

/// True for a section that is in memory when the module runs.
fn is_loaded<'data, S: ObjectSection<'data>>(section: &S) -> bool {
    let SectionFlags::Elf { sh_flags, .. } = section.flags() else {
        return false;
    };
    sh_flags.0 & elf::SHF_ALLOC.0 != 0
}

/// A named symbol of a section that is loaded.
fn taken<'data, S: ObjectSymbol<'data>>(symbol: &S, loaded: &[SectionIndex]) -> Option<Symbol> {
    let section = loaded.binary_search_by_key(&symbol.section_index()?.0, |one| one.0).ok()?;
    let kind = match symbol.kind() {
        object::SymbolKind::Text => SymbolKind::Function,
        object::SymbolKind::Section | object::SymbolKind::File => return None,
        _ => SymbolKind::Other,
    };
    let name = symbol.name().ok().filter(|name| is_name(name))?.to_owned();
    let (address, size) = (symbol.address(), symbol.size());
    address.checked_add(size)?;
    Some(Symbol { section: u32::try_from(section).ok()?, address, size, kind, name })
}

/// True for a name that can be kept on a line.
pub(super) fn is_name(name: &str) -> bool {
    (1..=MAX_NAME).contains(&name.len()) && !name.contains(|c: char| c.is_control() || c == ' ')
}

/// What the file says about itself.
pub(super) fn module_info(file: &File<'_>) -> ModuleInfo {
    let mut info = ModuleInfo::default();
    for name in INFO_SECTIONS {
        let Some(data) = file.section_by_name(name).and_then(|section| section.data().ok()) else {
            continue;
        };
        let data = &data[..data.len().min(MAX_INFO)];
        for entry in data.split(|byte| *byte == 0) {
            info.read(&String::from_utf8_lossy(entry));
        }
    }
    info
}

impl ModuleInfo {
    /// Reads `version=14.4.0.39-1OEM.800.1.0.20613240`; the first of its kind counts.
    fn read(&mut self, entry: &str) {
        let Some((key, value)) = entry.split_once('=') else { return };
        let value = value.trim();
        if value.is_empty() || !is_name(&value.replace(' ', "_")) {
            return;
        }
        match key {
            "name" => self.name = self.name.take().or_else(|| Some(value.to_owned())),
            "version" if self.version.is_none() => {
                self.build = build_in(value);
                self.version = Some(value.to_owned());
            }
            _ => {}
        }
    }
}

/// The build that a module of the host itself names: `Version 7.0.3, Build: 23307199, Interface: 9.2`.
fn build_in(version: &str) -> Option<String> {
    let (_, rest) = version.split_once("Build: ")?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    (!digits.is_empty()).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_says_name_and_version() {
        let mut info = ModuleInfo::default();
        for entry in
            ["license=GPL", "version=1.14-7vmw.803.0.0.24022510", "version=2", "name=vmkusb", ""]
        {
            info.read(entry);
        }
        assert_eq!(info.name.as_deref(), Some("vmkusb"));
        assert_eq!(info.version.as_deref(), Some("1.14-7vmw.803.0.0.24022510"));
        assert_eq!(info.build, None);
        let build = build_in("Version 7.0.3, Build: 23307199, Interface: 9.2 Built on: Mar 1 2024");
        assert_eq!(build.as_deref(), Some("23307199"));
    }
}
