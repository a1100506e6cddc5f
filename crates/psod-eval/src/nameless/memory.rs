//! A host in whose memory every known function has its place: the tables that a team would index.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use psod_match::crash::{Crash, Frame, Release, Role};
use psod_match::error::Result;
use psod_match::symbols::{
    FunctionTable, LearnedMap, Lesson, Section, Symbol, SymbolKind, Symbols, TableHead, TakenModule,
};
use psod_match::text::Hex;

use crate::damage::{Draw, usual_release};
use crate::known::KnownCrash;

/// The module that holds the VMkernel itself.
const KERNEL: &str = "vmkernel";
/// Where the VMkernel lies, and how far from each other the modules do.
const CODE_START: u64 = 0x4200_1200_0000;
const BETWEEN_MODULES: u64 = 0x0100_0000;
/// Bytes of a function, in steps of those to which compilers align it.
const ALIGNMENT: u64 = 16;
const STEPS: std::ops::Range<usize> = 4..132;

/// Where the functions of each module lie.
#[derive(Clone, Debug)]
pub(super) struct Memory {
    modules: BTreeMap<String, PlacedModule>,
}

#[derive(Clone, Debug, Default)]
struct PlacedModule {
    base: u64,
    size: u64,
    /// Address in the module and bytes of each function.
    functions: BTreeMap<String, (u64, u64)>,
}

impl Memory {
    /// Places all functions that `crashes` print, in an order that `seed` decides.
    pub(super) fn new(crashes: &[KnownCrash<'_>], seed: u64) -> Self {
        let mut names: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for frame in crashes.iter().flat_map(|known| frames_of(&known.crash)) {
            if let Some((function, module)) = placeable(frame) {
                names.entry(module).or_default().insert(function);
            }
        }
        let modules = names.into_iter().enumerate().map(|(at, (module, names))| {
            let mut draw = Draw::new(seed, &["memory", module]);
            let base = match module {
                KERNEL => CODE_START,
                _ => CODE_START + (at as u64 + 2) * BETWEEN_MODULES,
            };
            (module.to_owned(), PlacedModule::new(base, names, &mut draw))
        });
        Self { modules: modules.collect() }
    }

    /// The crash as this host would print it.
    pub(super) fn placed(&self, crash: &Crash) -> Crash {
        let mut crash = crash.clone();
        let has_build = crash.release.as_ref().is_some_and(|release| release.build.is_some());
        if !has_build {
            crash.release = Some(usual_release());
        }
        crash.code_start = Some(Hex(CODE_START));
        let others = crash.other_backtraces.iter_mut().flat_map(|other| &mut other.frames);
        for frame in crash.backtrace.iter_mut().chain(others) {
            let Some((module, function)) = self.place_of(frame) else { continue };
            let (start, size) = module.functions[function];
            let offset = frame.offset.map_or(1, |offset| offset.0) % size;
            frame.ip = Some(Hex(module.base + start + offset));
            frame.offset = Some(Hex(offset));
        }
        crash
    }

    fn place_of<'a>(&self, frame: &'a Frame) -> Option<(&PlacedModule, &'a str)> {
        let (function, module) = placeable(frame)?;
        Some((self.modules.get(module)?, function))
    }

    /// Writes the tables of the modules of `crash` into `directory`.
    pub(super) fn write_tables(&self, crash: &Crash, directory: &Path) -> Result<()> {
        let modules: BTreeSet<&str> =
            frames_of(crash).filter_map(placeable).map(|(_, module)| module).collect();
        for (name, module) in modules.iter().filter_map(|name| self.modules.get_key_value(*name)) {
            let table = module.table(name, &versions_of(crash, name));
            Symbols::write(directory, &TakenModule { table, lines: None }, true)?;
        }
        Ok(())
    }
}

impl PlacedModule {
    fn new(base: u64, names: BTreeSet<&str>, draw: &mut Draw) -> Self {
        let mut order: Vec<(u64, &str)> =
            names.into_iter().map(|name| (draw.number(), name)).collect();
        order.sort_unstable();
        let mut module = Self { base, ..Self::default() };
        for (_, name) in order {
            let size = ALIGNMENT * (STEPS.start + draw.below(STEPS.len())) as u64;
            module.functions.insert(name.to_owned(), (module.size, size));
            module.size += size;
        }
        module
    }

    fn table(&self, name: &str, versions: &[String]) -> FunctionTable {
        let symbols = self.functions.iter().map(|(name, (address, size))| Symbol {
            section: 0,
            address: *address,
            size: *size,
            kind: SymbolKind::Function,
            name: name.clone(),
        });
        let head = TableHead {
            module: name.to_owned(),
            version: versions.first().cloned().unwrap_or_default(),
            also: versions.to_vec(),
            source: "made up".to_owned(),
            complete: true,
            sections: vec![Section { name: ".text".to_owned(), address: 0, size: self.size }],
            functions: self.functions.len(),
            ..TableHead::default()
        };
        FunctionTable::new(head, symbols.collect())
    }
}

/// Writes what another crash of the same kind on this host would have taught.
pub(super) fn write_learned(crash: &Crash, directory: &Path) -> Result<()> {
    let Some(lesson) = Lesson::from_crash(crash) else { return Ok(()) };
    let mut map = LearnedMap::new(lesson.build);
    map.learn(&lesson);
    Symbols::write_learned(directory, &map)
}

/// The versions by which the table of a module may be asked for.
fn versions_of(crash: &Crash, module: &str) -> Vec<String> {
    let drivers = crash.host.drivers.iter().chain(&crash.host.installed);
    let drivers = drivers.filter(|driver| driver.name == module);
    let of_drivers = drivers.filter_map(|driver| driver.version.clone());
    let of_frames = frames_of(crash)
        .filter(|frame| frame.module.as_deref() == Some(module))
        .filter_map(|frame| frame.version.clone());
    let build = crash.release.as_ref().and_then(|release: &Release| release.build);
    of_drivers.chain(of_frames).chain(build.map(|build| build.to_string())).collect()
}

/// All frames of a crash.
pub(super) fn frames_of(crash: &Crash) -> impl Iterator<Item = &Frame> {
    let others = crash.other_backtraces.iter().flat_map(|other| &other.frames);
    crash.backtrace.iter().chain(others)
}

/// Function and module of a frame that has both, and is no noise.
pub(super) fn placeable(frame: &Frame) -> Option<(&str, &str)> {
    let is_real = frame.role != Role::Noise;
    Some((frame.function.as_deref().filter(|_| is_real)?, frame.module.as_deref()?))
}
