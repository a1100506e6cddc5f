//! The directory of the tables: which are there, and which one is of a module and a version.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use schemars::JsonSchema;
use serde::Serialize;
use strum::IntoStaticStr;

use super::form::{SymbolForm, TABLE};
use super::learned::LearnedMap;
use super::lines::LineTable;
use super::sources::TakenModule;
use super::table::{FunctionTable, TableHead};
use crate::error::{Error, Result};

/// The ends of the names of tables, of their lines, and of what was learned.
const EXTENSION: &str = "symbols";
const LINES_EXTENSION: &str = "lines";
const LEARNED_EXTENSION: &str = "learned";
const LEARNED_NAME: &str = "build-";
/// Between the name of the module and its version, in the name of a file.
const SEPARATOR: char = '@';
/// Longest part of a file's name that comes out of a module.
const MAX_PART: usize = 80;

/// The symbols that a team has: tables of modules, read when a crash asks for them.
#[derive(Debug)]
pub struct Symbols {
    directory: PathBuf,
    /// The tables, by the part of their names that stands for the module.
    files: BTreeMap<String, Vec<PathBuf>>,
    /// What crashes have taught, by the build.
    learned: BTreeMap<u32, PathBuf>,
    read: Mutex<HashMap<PathBuf, Read<FunctionTable>>>,
    heads: Mutex<HashMap<PathBuf, Read<TableHead>>>,
    lines: Mutex<HashMap<PathBuf, Read<LineTable>>>,
    maps: Mutex<HashMap<PathBuf, Read<LearnedMap>>>,
}

/// Something that was read once, or the reason why it could not be.
type Read<T> = std::result::Result<Arc<T>, Arc<str>>;

/// What a table did, when it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema, IntoStaticStr)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Written {
    /// It is new.
    New,
    /// One was there that says all that it says.
    Same,
    /// One was there of the same functions: what both say was kept.
    Merged,
    /// It took the place of another one.
    Replaced,
}

impl Written {
    /// The published code.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// The answer of the directory about a module.
#[derive(Debug)]
pub(super) enum Answer {
    Table(Arc<FunctionTable>),
    Missing,
    /// There are tables of these versions.
    OtherVersions(Vec<String>),
    Malformed(Arc<str>),
}

impl Symbols {
    /// Lists the tables of `directory`; none of them is read.
    ///
    /// # Errors
    /// [`Error::Io`] when there is no such directory.
    pub fn open(directory: &Path) -> Result<Self> {
        let mut files: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
        let mut learned = BTreeMap::new();
        for entry in fs::read_dir(directory).map_err(Error::io("read", directory))? {
            let path = entry.map_err(Error::io("read", directory))?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let is_table = path.extension().is_some_and(|extension| extension == EXTENSION);
            if let Some(build) = build_of(&name) {
                learned.insert(build, path.clone());
            } else if let Some((module, _)) = name.split_once(SEPARATOR).filter(|_| is_table) {
                files.entry(module.to_owned()).or_default().push(path.clone());
            }
        }
        // The order in which a directory is listed decides nothing.
        files.values_mut().for_each(|paths| paths.sort());
        let directory = directory.to_path_buf();
        Ok(Self {
            directory,
            files,
            learned,
            read: Mutex::default(),
            heads: Mutex::default(),
            lines: Mutex::default(),
            maps: Mutex::default(),
        })
    }

    /// The directory.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// True when there is nothing to ask.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.learned.is_empty()
    }

    /// The heads of all tables in the order of their files, and why one cannot be read.
    pub fn heads(&self) -> (Vec<Arc<TableHead>>, Vec<Error>) {
        let (mut heads, mut problems) = (Vec::new(), Vec::new());
        for path in self.files.values().flatten() {
            match self.head(path) {
                Ok(head) => heads.push(head),
                Err(problem) => {
                    problems
                        .push(Error::Symbols { path: path.clone(), problem: problem.to_string() });
                }
            }
        }
        (heads, problems)
    }

    /// The tables of `module`, or why one cannot be read.
    pub fn tables_of(&self, module: &str) -> Vec<Result<Arc<FunctionTable>>> {
        let paths = self.files.get(&file_part(module)).into_iter().flatten();
        let tables = paths.map(|path| self.table(path).map_err(|problem| unusable(path, &problem)));
        tables
            .filter(|table| table.as_ref().map_or(true, |table| table.head.module == module))
            .collect()
    }

    /// Writes a table into the directory. Where one of the same module and version is there, the one that
    /// says more is kept, with what the other one adds. One that contradicts it is only replaced when
    /// `replace` says so: one of the two is not what it says it is.
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be written, [`Error::Symbols`] for another table in its place.
    pub fn write(directory: &Path, module: &TakenModule, replace: bool) -> Result<Written> {
        let TakenModule { table, lines } = module;
        let path = directory.join(file_name(&table.head));
        let lines_path = path.with_extension(LINES_EXTENSION);
        let before = path.exists().then(|| FunctionTable::read(&path));
        if let Some(Ok(before)) = &before {
            // Who says `--replace` wants none of the other table's names.
            let is_kept = !replace || before.symbols() == table.symbols();
            if let Some(merged) = before.merged(table).filter(|_| is_kept) {
                let has_more = merged != *before;
                if has_more {
                    merged.write(&path)?;
                }
                let has_lines = write_richer_lines(&lines_path, lines.as_ref())?;
                return Ok(if has_more || has_lines { Written::Merged } else { Written::Same });
            }
            if !replace {
                let TableHead { module, version, source, .. } = &before.head;
                let problem = format!(
                    "the table of {module} {version} out of {source} is there already, and {} has other symbols; --replace puts these in its place",
                    table.head.source
                );
                return Err(Error::Symbols { path, problem });
            }
        }
        if lines_path.exists() {
            // They are of the other table.
            fs::remove_file(&lines_path).map_err(Error::io("remove", &lines_path))?;
        }
        table.write(&path)?;
        write_richer_lines(&lines_path, lines.as_ref())?;
        Ok(if before.is_some() { Written::Replaced } else { Written::New })
    }

    /// Looks for the table of `module` in the version that `is_wanted` knows.
    pub(super) fn look_up(&self, module: &str, is_wanted: &dyn Fn(&TableHead) -> bool) -> Answer {
        let mut others = Vec::new();
        let mut malformed = None;
        for path in self.files.get(&file_part(module)).into_iter().flatten() {
            match self.head(path) {
                Ok(head) if head.module != module => {}
                Ok(head) if is_wanted(&head) => match self.table(path) {
                    Ok(table) => return Answer::Table(table),
                    Err(problem) => malformed = Some(problem),
                },
                Ok(head) => others.push(head.version.clone()),
                Err(problem) => malformed = Some(problem),
            }
        }
        match malformed {
            Some(problem) => Answer::Malformed(problem),
            None if others.is_empty() => Answer::Missing,
            None => Answer::OtherVersions(others),
        }
    }

    /// The lines of the source of a table's module; `None` without debug information.
    ///
    /// # Errors
    /// [`Error::Symbols`] when they cannot be read.
    pub(super) fn lines_of(&self, head: &TableHead) -> Result<Option<Arc<LineTable>>> {
        let path = self.directory.join(file_name(head)).with_extension(LINES_EXTENSION);
        if !path.exists() {
            return Ok(None);
        }
        let found = remembered(&self.lines, &path, || LineTable::read(&path));
        found.map(Some).map_err(|problem| unusable(&path, &problem))
    }

    /// What crashes have taught about a build; `None` where none has.
    ///
    /// # Errors
    /// [`Error::Symbols`] when it cannot be read.
    pub fn learned(&self, build: u32) -> Result<Option<Arc<LearnedMap>>> {
        let Some(path) = self.learned.get(&build) else {
            return Ok(None);
        };
        let found = remembered(&self.maps, path, || LearnedMap::read(path));
        found.map(Some).map_err(|problem| unusable(path, &problem))
    }

    /// The builds about which crashes have taught something.
    pub fn learned_builds(&self) -> impl Iterator<Item = u32> {
        self.learned.keys().copied()
    }

    /// Writes what crashes have taught about a build into `directory`.
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be written.
    pub fn write_learned(directory: &Path, map: &LearnedMap) -> Result<()> {
        map.write(&directory.join(format!("{LEARNED_NAME}{}.{LEARNED_EXTENSION}", map.build)))
    }

    fn head(&self, path: &Path) -> Read<TableHead> {
        remembered(&self.heads, path, || Ok(SymbolForm::<TableHead>::open(path, TABLE)?.head))
    }

    fn table(&self, path: &Path) -> Read<FunctionTable> {
        remembered(&self.read, path, || FunctionTable::read(path))
    }
}

/// Writes the lines of a module, unless those that are there say as much; true when they were written.
fn write_richer_lines(path: &Path, lines: Option<&LineTable>) -> Result<bool> {
    let Some(lines) = lines else { return Ok(false) };
    let before = path.exists().then(|| LineTable::read(path));
    if matches!(before, Some(Ok(before)) if before.ranges() >= lines.ranges()) {
        return Ok(false);
    }
    lines.write(path)?;
    Ok(true)
}

fn unusable(path: &Path, problem: &str) -> Error {
    Error::Symbols { path: path.to_path_buf(), problem: problem.to_owned() }
}

/// The build of the file `build-23307199.learned`.
fn build_of(name: &str) -> Option<u32> {
    let (build, extension) = name.strip_prefix(LEARNED_NAME)?.split_once('.')?;
    build.parse().ok().filter(|_| extension == LEARNED_EXTENSION)
}

/// Reads something when it is asked for the first time.
fn remembered<T>(
    known: &Mutex<HashMap<PathBuf, Read<T>>>,
    path: &Path,
    read: impl FnOnce() -> Result<T>,
) -> Read<T> {
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(found) = known.get(path) {
        return found.clone();
    }
    let found = read().map(Arc::new).map_err(|error| match error {
        Error::Symbols { problem, .. } => problem.into(),
        error => error.to_string().into(),
    });
    known.insert(path.to_path_buf(), found.clone());
    found
}

/// The name of the file for a table: module and version as far as a file can be called so, and a checksum
/// that tells those apart for which that is the same.
pub(super) fn file_name(head: &TableHead) -> String {
    let whole = format!("{}\0{}", head.module, head.version);
    let checksum = crc32fast::hash(whole.as_bytes());
    let (module, version) = (file_part(&head.module), file_part(&head.version));
    format!("{module}{SEPARATOR}{version}-{checksum:08x}.{EXTENSION}")
}

fn file_part(name: &str) -> String {
    let part: String = name.chars().take(MAX_PART).map(file_character).collect();
    // No hidden files, and none that lead upwards.
    if part.starts_with('.') { part.replacen('.', "_", 1) } else { part }
}

fn file_character(c: char) -> char {
    if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' }
}

#[cfg(test)]
mod tests {
    use super::super::table::tests::module_of;
    use super::*;

    #[test]
    fn a_table_is_found_by_module_and_any_name_of_its_version() {
        let directory = tempfile::tempdir().expect("a directory");
        let mut module = module_of(&[("a", 0x10, 0x20)]);
        module.table.head.also = vec!["14.4.1-1OEM.800".into()];
        assert_eq!(
            Symbols::write(directory.path(), &module, false).expect("written"),
            Written::New
        );
        assert_eq!(
            Symbols::write(directory.path(), &module, false).expect("written"),
            Written::Same
        );
        let symbols = Symbols::open(directory.path()).expect("a directory");
        #[track_caller]
        fn check(symbols: &Symbols, module: &str, version: &str, expected: &str) {
            let found = match symbols.look_up(module, &|head| head.is_version(version)) {
                Answer::Table(table) => table.head.version.clone(),
                Answer::OtherVersions(others) => format!("others: {others:?}"),
                other => format!("{other:?}"),
            };
            assert_eq!(found, expected);
        }
        check(&symbols, "lpfc", "14.4.1", "14.4.1");
        check(&symbols, "lpfc", "14.4.1-1OEM.800", "14.4.1");
        check(&symbols, "lpfc", "14.4", "others: [\"14.4.1\"]");
        check(&symbols, "lpfc", "", "others: [\"14.4.1\"]");
        check(&symbols, "i40en", "14.4.1", "Missing");
    }

    fn write_function(directory: &Path, name: &str, replace: bool) -> Result<Written> {
        Symbols::write(directory, &module_of(&[(name, 0x10, 0x20)]), replace)
    }

    #[test]
    fn two_tables_of_one_version_that_differ_are_never_mixed() {
        let directory = tempfile::tempdir().expect("a directory");
        let directory = directory.path();
        write_function(directory, "a", false).expect("written");
        let problem = write_function(directory, "b", false).expect_err("another one").to_string();
        assert!(problem.contains("--replace"), "{problem}");
        assert_eq!(write_function(directory, "b", true).expect("written"), Written::Replaced);
    }

    /// A module that a file of its own holds, and the same one as a VIB holds it.
    fn bare_and_packed() -> (TakenModule, TakenModule) {
        let bare = module_of(&[("a", 0x10, 0x20)]);
        let mut packed = module_of(&[("a", 0x10, 0x20)]);
        packed.table.head.source = "lpfc.vib: payload: lpfc".into();
        packed.table.head.also = vec!["14.4.1-1OEM.800.1.0.1".into(), "20613240".into()];
        packed.table.head.package = Some("lpfc".into());
        (bare, packed)
    }

    #[test]
    fn what_two_sources_say_of_one_module_is_kept_in_whatever_order_they_come() {
        let (bare, packed) = bare_and_packed();
        for order in [[&bare, &packed], [&packed, &bare]] {
            let directory = tempfile::tempdir().expect("a directory");
            for module in order {
                Symbols::write(directory.path(), module, false).expect("written");
            }
            let (heads, _) = Symbols::open(directory.path()).expect("a directory").heads();
            assert_eq!(heads.iter().map(|head| &**head).collect::<Vec<_>>(), [&packed.table.head]);
        }
    }

    #[test]
    fn a_list_of_names_gives_way_to_the_module_that_has_them_all() {
        let whole = module_of(&[("a", 0x10, 0x20), ("b", 0x30, 0x10)]);
        let mut list = module_of(&[("a", 0x10, 0x20)]);
        list.table.head.complete = false;
        list.table.head.source = "lpfc.nm".into();
        for order in [[&whole, &list], [&list, &whole]] {
            let directory = tempfile::tempdir().expect("a directory");
            for module in order {
                Symbols::write(directory.path(), module, false).expect("written");
            }
            let symbols = Symbols::open(directory.path()).expect("a directory");
            let table = symbols.tables_of("lpfc").remove(0).expect("a table");
            assert_eq!(*table, whole.table);
        }
        let directory = tempfile::tempdir().expect("a directory");
        let mut other = module_of(&[("a", 0x18, 0x20)]);
        other.table.head.complete = false;
        Symbols::write(directory.path(), &other, false).expect("written");
        Symbols::write(directory.path(), &whole, false).expect_err("another place of a function");
    }

    fn name_of(module: &str) -> String {
        file_name(&TableHead {
            module: module.into(),
            version: "1/2".into(),
            ..TableHead::default()
        })
    }

    #[test]
    fn names_of_modules_are_never_paths() {
        assert!(name_of("../../etc/passwd").starts_with("_._.._etc_passwd@1_2-"));
        assert_ne!(name_of("a/b"), name_of("a_b"));
    }
}
