//! Takes symbols out of what people have: modules, lists of names, VIBs, offline bundles, archives.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use object::{File, Object, ObjectKind};

use super::elf::{self, ModuleInfo, NoSymbols};
use super::lines::LineTable;
use super::names_list;
use super::package::{self, Package};
use super::table::{FunctionTable, TableHead};
use crate::error::{Error, Result};
use crate::read::{Bound, Limits, Members, bound_reached, read_whole};
use crate::text::clip_bytes;

/// What the person who indexes says about a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GivenModule {
    /// Name of the module.
    pub module: Option<String>,
    /// Its version; the build of the host for the VMkernel.
    pub version: Option<String>,
}

/// The symbols of one module.
#[derive(Debug)]
pub struct TakenModule {
    /// Its functions.
    pub table: FunctionTable,
    /// The lines of its source, where it has debug information.
    pub lines: Option<LineTable>,
}

/// What one file holds.
#[derive(Debug, Default)]
pub struct TakenSymbols {
    /// The modules, in the order of the file.
    pub modules: Vec<TakenModule>,
    /// Why a part has no table.
    pub problems: Vec<Error>,
}

/// Bytes by which the kind of a file is told.
const SNIFFED: usize = 4096;
const ELF_MARK: &[u8] = b"\x7fELF";
/// The directory of the modules of a host.
const MODULES: &str = "vmkmod/";
/// Longest name of a module.
const MAX_MODULE: usize = 256;
/// Ends of the names of files that hold modules.
const EXTENSIONS: &[&str] = &[".ko", ".o", ".elf", ".debug"];

/// Takes the symbols out of the file at `path`.
pub fn symbols_of(path: &Path, given: &GivenModule, limits: &Limits) -> TakenSymbols {
    let mut taker = Taker {
        path,
        given,
        limits,
        packages: BTreeMap::new(),
        taken: TakenSymbols::default(),
        places: Vec::new(),
    };
    let problems = Members::new(path, limits, &mut |name, reader| taker.take(name, reader)).read();
    let (mut taken, places) = (taker.taken, taker.places);
    keep_sound(&mut taken, &places, &problems);
    taken.problems.extend(problems);
    let is_given = given.module.is_some() || given.version.is_some();
    if is_given && taken.modules.len() > 1 {
        let problem = format!(
            "it holds {} modules, and --module and --module-version speak of one; give the file of that one",
            taken.modules.len()
        );
        taken.modules.clear();
        taken.problems.push(Error::Symbols { path: path.to_path_buf(), problem });
    }
    if taken.modules.is_empty() && taken.problems.is_empty() {
        let problem = "it holds no module of the VMkernel, and no list of names as nm prints it";
        let problem = problem.to_owned();
        taken.problems.push(Error::Symbols { path: path.to_path_buf(), problem });
    }
    taken
}

/// Leaves the modules of an archive out that was not read to its end: the checksum is there, and what was
/// unpacked before it may be anything.
fn keep_sound(taken: &mut TakenSymbols, places: &[PathBuf], problems: &[Error]) {
    let broken = problems.iter().filter_map(|problem| match problem {
        Error::Io { path, .. } => Some(path.to_string_lossy()),
        _ => None,
    });
    let broken: Vec<_> = broken.collect();
    let mut places = places.iter().map(|place| place.to_string_lossy());
    taken.modules.retain(|_| {
        let place = places.next().unwrap_or_default();
        !broken.iter().any(|archive| is_within(&place, archive))
    });
}

fn is_within(place: &str, archive: &str) -> bool {
    place.strip_prefix(archive).is_some_and(|rest| rest.is_empty() || rest.starts_with(": "))
}

struct Taker<'a> {
    path: &'a Path,
    given: &'a GivenModule,
    limits: &'a Limits,
    /// The packages by the names of their archives.
    packages: BTreeMap<String, Package>,
    taken: TakenSymbols,
    /// Where the modules were found.
    places: Vec<PathBuf>,
}

impl Taker<'_> {
    fn take(&mut self, name: &str, reader: &mut dyn Read) -> Result<()> {
        let path = self.place_name(name);
        let mut head = Vec::new();
        (&mut *reader)
            .take(SNIFFED as u64)
            .read_to_end(&mut head)
            .map_err(Error::io("read", &path))?;
        let is_description = base_name(name) == package::DESCRIPTION;
        let is_list = !is_description && names_list::is_list(&head);
        let mut whole = Cursor::new(&head[..]).chain(reader);
        if is_description {
            let bytes =
                read_whole(&mut whole, package::MAX_BYTES).map_err(Error::io("read", &path))?;
            let package = bytes.and_then(|bytes| Package::parse(&String::from_utf8_lossy(&bytes)));
            self.packages.extend(package.map(|package| (around(name).to_owned(), package)));
            return Ok(());
        }
        if !head.starts_with(ELF_MARK) && !is_list {
            return Ok(());
        }
        let bytes = read_whole(&mut whole, self.limits.module_bytes)
            .map_err(Error::io("read", &path))?
            .ok_or_else(|| bound_reached(Bound::ModuleBytes, &path))?;
        let found = if is_list { self.list(name, &bytes) } else { self.elf(name, &bytes) };
        match found {
            Ok(Some(module)) => {
                self.taken.modules.push(module);
                self.places.push(path);
            }
            Ok(None) => {}
            Err(problem) => {
                let problem = problem.to_string();
                self.taken.problems.push(Error::Symbols { path, problem });
            }
        }
        Ok(())
    }

    fn list(&mut self, name: &str, bytes: &[u8]) -> Result<Option<TakenModule>, Unusable> {
        let GivenModule { module: Some(module), version: Some(version) } = self.given else {
            return Err(Unusable::Unnamed);
        };
        let head = TableHead {
            module: module.clone(),
            version: version.clone(),
            source: self.source(name),
            ..TableHead::default()
        };
        let text = String::from_utf8_lossy(bytes);
        let (table, others) = names_list::table_of(&text, head, self.limits.module_symbols)?;
        if others > 0 {
            let problem =
                format!("{others} lines are none of a list of names; they were passed over");
            self.taken.problems.push(Error::Symbols { path: self.place_name(name), problem });
        }
        Ok(Some(TakenModule { table, lines: None }))
    }

    /// The table of an ELF file; `None` for one in an archive that is no module.
    fn elf(&mut self, name: &str, bytes: &[u8]) -> Result<Option<TakenModule>, Unusable> {
        let is_single = name.is_empty();
        let file = match File::parse(bytes) {
            Ok(file) => file,
            Err(_) if !is_single && !name.contains(MODULES) => return Ok(None),
            Err(error) => return Err(NoSymbols::from(error).into()),
        };
        let info = elf::module_info(&file);
        let is_module = file.kind() == ObjectKind::Relocatable
            && (info != ModuleInfo::default() || name.contains(MODULES));
        if !is_single && !is_module {
            return Ok(None);
        }
        let head = self.head(name, &info)?;
        let table = elf::table_of(&file, head, self.limits.module_symbols)?;
        // The names are worth something without the lines.
        let lines =
            LineTable::from_file(&file, &elf::loaded_sections(&file)).unwrap_or_else(|problem| {
                self.taken.problems.push(Error::Symbols { path: self.place_name(name), problem });
                None
            });
        Ok(Some(TakenModule { table, lines }))
    }

    fn head(&self, name: &str, info: &ModuleInfo) -> Result<TableHead, Unusable> {
        let package = self.package(name);
        let file = if name.is_empty() { self.path.to_string_lossy() } else { name.into() };
        let module = self.given.module.clone().or_else(|| info.name.clone());
        let module = module.unwrap_or_else(|| module_of(base_name(&file)).to_owned());
        let of_package = package.map(|package| package.version.clone());
        let version = self.given.version.clone().or_else(|| info.version.clone());
        let version = version.or_else(|| of_package.clone()).ok_or(Unusable::NoVersion)?;
        let build = info.build.as_deref().or_else(|| package.and_then(Package::build));
        let also = [of_package, build.map(str::to_owned)].into_iter().flatten();
        Ok(TableHead {
            module: clip_bytes(&module, MAX_MODULE).to_owned(),
            also: also.filter(|one| *one != version).collect(),
            version,
            package: package.map(|package| package.name.clone()),
            source: self.source(name),
            ..TableHead::default()
        })
    }

    /// The package in whose archive a member is.
    fn package(&self, name: &str) -> Option<&Package> {
        let mut within = around(name);
        loop {
            if let Some(package) = self.packages.get(within) {
                return Some(package);
            }
            if within.is_empty() {
                return None;
            }
            within = around(within);
        }
    }

    /// The name of the file, without the directories above it, and of the member.
    fn source(&self, name: &str) -> String {
        let file = self.path.file_name().unwrap_or(self.path.as_os_str()).to_string_lossy();
        if name.is_empty() { file.into_owned() } else { format!("{file}: {name}") }
    }

    fn place_name(&self, name: &str) -> PathBuf {
        if name.is_empty() {
            return self.path.to_path_buf();
        }
        PathBuf::from(format!("{}: {name}", self.path.display()))
    }
}

/// Why a file has no table.
#[derive(Debug, thiserror::Error)]
enum Unusable {
    #[error(transparent)]
    NoSymbols(#[from] NoSymbols),
    #[error(
        "a list of names says neither module nor version; give them with --module and --module-version"
    )]
    Unnamed,
    #[error(
        "neither the module nor a package around it says its version; give it with --module-version"
    )]
    NoVersion,
}

/// The name of the archive around a member.
fn around(name: &str) -> &str {
    name.rsplit_once(": ").map_or("", |(around, _)| around)
}

fn base_name(name: &str) -> &str {
    let member = name.rsplit_once(": ").map_or(name, |(_, member)| member);
    member.rsplit(['/', '\\']).next().unwrap_or(member)
}

/// `lpfc` of `lpfc.ko`.
fn module_of(file: &str) -> &str {
    let mut name = file;
    while let Some(shorter) = EXTENSIONS.iter().find_map(|end| name.strip_suffix(end)) {
        name = shorter;
    }
    if name.is_empty() { file } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_called_after_their_files() {
        assert_eq!(module_of(base_name("/tmp/lpfc.ko.debug")), "lpfc");
        assert_eq!(base_name("b.zip: vib20/x.vib: payload: usr/lib/vmware/vmkmod/lpfc"), "lpfc");
        assert_eq!(around("x.vib: payload: lpfc"), "x.vib: payload");
        assert_eq!(around("payload"), "");
        assert_eq!(module_of(".ko"), ".ko");
    }
}
