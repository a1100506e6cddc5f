//! Checks, repairs and restores the names of a crash.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::bases::{Bases, only_holding, witness};
use super::directory::{Answer, Symbols};
use super::learned::{InferredBuild, LearnedMap, inferred_build};
use super::lookup::{LookupOutcome, ModuleLookup, PrintedVersions, filed_as};
use super::masked::{Hidden, solve};
use super::repair::repaired;
use super::table::{FunctionTable, Symbol};
use crate::crash::{Crash, Defect, DefectCode, Frame, Release, Role, Trust, VMKERNEL};
use crate::error::Result;
use crate::text::Hex;

/// Functions that must agree about the place of a module before an address alone has a name.
const WITNESSES: usize = 2;
/// Fewest letters that a name which the margin of a picture has cut must have kept.
const MIN_CUT_NAME: usize = 6;

/// The product of a release that nothing is known of but its build.
const INFERRED_PRODUCT: &str = "VMware ESXi";

/// A module with its table.
pub(super) struct Module {
    lookup: ModuleLookup,
    /// False for one that only may have frames which print no module.
    printed: bool,
    pub(super) table: Option<Arc<FunctionTable>>,
}

/// The frames of a crash, of all its backtraces.
struct Frames<'a> {
    frames: Vec<&'a mut Frame>,
    code_start: Option<u64>,
    defects: Vec<(DefectCode, String)>,
}

/// Checks the names of a crash by the tables of its modules, repairs damaged ones, and names frames that
/// have none. `line` is the place of the crash in its input. Returns what was looked for, a row a module.
pub fn apply(symbols: &Symbols, crash: &mut Crash, line: usize) -> Vec<ModuleLookup> {
    let mut modules = modules_of(symbols, crash);
    let build = crash.release.as_ref().and_then(|release| release.build);
    let Crash { backtrace, other_backtraces, code_start, .. } = &mut *crash;
    let code_start = *code_start;
    let others = other_backtraces.iter_mut().flat_map(|other| &mut other.frames);
    let frames = backtrace.iter_mut().chain(others).collect();
    let code_start = code_start.map(|start| start.0);
    let mut frames = Frames { frames, code_start, defects: Vec::new() };
    for module in &mut modules {
        if let Some(table) = module.table.clone() {
            frames.check(&table, &mut module.lookup);
            frames.own(&table, &mut module.lookup);
            frames.repair(&table, &mut module.lookup);
            frames.name(&table, &mut module.lookup);
        }
    }
    frames.name_bare(&mut modules);
    let learned = learned_of(symbols, build, &mut modules);
    if let (Some(learned), Some(code_start)) = (learned, code_start) {
        frames.learn(&learned, code_start, &mut modules);
    }
    for (code, text) in frames.defects {
        let defect = Defect { code, line, text };
        if !crash.defects.contains(&defect) {
            crash.defects.push(defect);
        }
    }
    modules.retain(Module::is_of_crash);
    modules.into_iter().map(|module| module.lookup).collect()
}

impl Module {
    /// True for a module that the crash prints, and for one that has something of it.
    fn is_of_crash(&self) -> bool {
        let ModuleLookup { failed, named, owned, learned, .. } = &self.lookup;
        self.printed || failed + named + owned + learned > 0
    }
}

/// Gives the release of a crash that prints no build the one in which its functions lie where it shows
/// them. A version that is printed stays; `line_of` knows the update line of a build, and the two must not
/// contradict each other.
pub fn infer_build(
    symbols: &Symbols,
    crash: &mut Crash,
    line: usize,
    line_of: &dyn Fn(u32) -> Option<String>,
) -> Option<InferredBuild> {
    if crash.release.as_ref().is_some_and(|release| release.build.is_some()) {
        return None;
    }
    // A map that cannot be read might be the one that rules the others out.
    let maps: Result<Vec<Option<Arc<LearnedMap>>>> =
        symbols.learned_builds().map(|build| symbols.learned(build)).collect();
    let maps: Vec<Arc<LearnedMap>> = maps.ok()?.into_iter().flatten().collect();
    let inferred = inferred_build(maps.iter().map(|map| &**map), crash)?;
    let printed = crash.release.as_ref().and_then(Release::line);
    let known = line_of(inferred.build);
    if let (Some(printed), Some(known)) = (printed, known)
        && !format!("{known}.").starts_with(&format!("{printed}."))
    {
        return None;
    }
    let release = crash.release.get_or_insert_with(|| Release {
        product: INFERRED_PRODUCT.to_owned(),
        ..Release::default()
    });
    release.build = Some(inferred.build);
    crash.defects.retain(|defect| defect.code != DefectCode::NoRelease);
    let text = format!("{}: {} / {}", inferred.build, inferred.agree, inferred.of);
    crash.defects.push(Defect { code: DefectCode::ReleaseInferred, line, text });
    Some(inferred)
}

/// What was learned about a build; a map that cannot be read is told with the VMkernel.
fn learned_of(
    symbols: &Symbols,
    build: Option<u32>,
    modules: &mut [Module],
) -> Option<Arc<LearnedMap>> {
    match symbols.learned(build?) {
        Ok(found) => found,
        Err(problem) => {
            let kernel = modules.iter_mut().find(|module| module.lookup.module == VMKERNEL);
            if let Some(module) = kernel {
                module.lookup.problem.get_or_insert(problem.to_string());
            }
            None
        }
    }
}

pub(super) fn all_frames(crash: &Crash) -> impl Iterator<Item = &Frame> {
    crash.backtrace.iter().chain(crash.other_backtraces.iter().flat_map(|other| &other.frames))
}

/// The modules that the frames print, in the order of their names; those of the host that have tables,
/// where a frame prints none.
pub(super) fn modules_of(symbols: &Symbols, crash: &Crash) -> Vec<Module> {
    let versions = PrintedVersions::new(crash);
    let printed = all_frames(crash).filter_map(|frame| frame.module.as_deref());
    let mut names: BTreeSet<String> = printed.map(|module| filed_as(module).to_owned()).collect();
    let open = all_frames(crash).any(|frame| frame.module.is_none() && frame.role != Role::Noise);
    let mut modules: Vec<Module> =
        names.iter().map(|name| look_up(symbols, name, &versions, true)).collect();
    if open {
        let host = crash.host.drivers.iter().chain(&crash.host.installed);
        let host = host.map(|driver| filed_as(&driver.name).to_owned());
        let further: BTreeSet<String> = host.chain([VMKERNEL.to_owned()]).collect();
        names = further.difference(&names).cloned().collect();
        let further = names.iter().map(|name| look_up(symbols, name, &versions, false));
        modules.extend(
            further.filter(|module| module.table.is_some() || module.lookup.module == VMKERNEL),
        );
    }
    modules
}

fn look_up(symbols: &Symbols, name: &str, versions: &PrintedVersions<'_>, printed: bool) -> Module {
    let version = versions.of(name);
    let mut lookup = ModuleLookup { module: name.to_owned(), version, ..ModuleLookup::default() };
    let mut table = None;
    match symbols.look_up(name, &|head| versions.are_of(head)) {
        Answer::Table(found) => {
            lookup.outcome = LookupOutcome::Found;
            lookup.source = Some(found.head.source.clone());
            lookup.version = Some(found.head.version.clone());
            table = Some(found);
        }
        Answer::Missing => lookup.outcome = LookupOutcome::Missing,
        Answer::OtherVersions(others) => {
            let known = lookup.version.is_some();
            lookup.outcome =
                if known { LookupOutcome::OtherVersion } else { LookupOutcome::NoVersion };
            lookup.versions = others;
        }
        Answer::Malformed(problem) => {
            lookup.outcome = LookupOutcome::Malformed;
            lookup.problem = Some(problem.to_string());
        }
    }
    Module { lookup, printed, table }
}

fn is_of(frame: &Frame, table: &FunctionTable) -> bool {
    frame.module.as_deref().map(filed_as) == Some(table.head.module.as_str())
}

/// True for a frame whose printed name may be compared with a table.
fn is_named(frame: &Frame) -> bool {
    frame.function.is_some()
        && frame.role != Role::Noise
        && matches!(frame.trust, Trust::Printed | Trust::Repaired | Trust::Doubtful)
}

impl Frames<'_> {
    fn of<'s>(&'s self, table: &'s FunctionTable) -> impl Iterator<Item = &'s Frame> {
        self.frames.iter().map(|frame| &**frame).filter(|frame| is_of(frame, table))
    }

    fn bases(&self, table: &FunctionTable) -> Bases {
        let mut bases = Bases::new(table, self.of(table).filter(|frame| frame.role != Role::Noise));
        let nameless =
            self.frames.iter().map(|frame| &**frame).filter(|frame| {
                is_nameless(frame) && (frame.module.is_none() || is_of(frame, table))
            });
        let nameless: Vec<&Frame> = nameless.collect();
        let code_start = self.code_start.filter(|_| table.head.module == VMKERNEL);
        if let Some(code_start) = code_start.filter(|_| !nameless.is_empty()) {
            bases.add_code_start(table, code_start, &nameless);
        }
        bases
    }

    /// Takes the weight of frames whose offset is behind the end of their function: the nearest name below
    /// an address was printed, as in `blk_dev+0xfd76461f` (VMware 1004250).
    fn check(&mut self, table: &FunctionTable, lookup: &mut ModuleLookup) {
        for frame in self.frames.iter_mut().filter(|frame| is_of(frame, table)) {
            let Some(name) = frame.function.clone().filter(|_| is_named(frame)) else { continue };
            let found = table.named(&name);
            if found.is_empty() {
                continue;
            }
            let offset = frame.offset.map(|offset| offset.0);
            let holds =
                offset.is_none_or(|offset| found.iter().any(|one| table.holds(one, offset)));
            if holds {
                lookup.checked += 1;
                continue;
            }
            lookup.failed += 1;
            frame.role = Role::Noise;
            let bytes = found.iter().map(|one| one.size).max().unwrap_or_default();
            let offset = Hex(offset.unwrap_or_default());
            self.defects.push((
                DefectCode::OffsetBeyondFunction,
                format!("{name}+{offset} ({})", Hex(bytes)),
            ));
        }
    }

    /// Gives frames without a module this one, when two of its functions lie just as they do.
    fn own(&mut self, table: &FunctionTable, lookup: &mut ModuleLookup) {
        let candidates = self.frames.iter().map(|frame| &**frame);
        let bases = Bases::new(
            table,
            candidates.filter(|frame| is_of(frame, table) || is_ownerless(frame)),
        );
        for frame in self.frames.iter_mut().filter(|frame| is_ownerless(frame)) {
            let Some((group, shift, _)) = witness(table, frame) else { continue };
            if bases.of(group, WITNESSES).is_some_and(|base| base.shift == shift) {
                frame.module = Some(table.head.module.clone());
                lookup.owned += 1;
            }
        }
    }

    /// Repairs names that the module does not have, where only one of its own can be meant.
    fn repair(&mut self, table: &FunctionTable, lookup: &mut ModuleLookup) {
        let bases = self.bases(table);
        for frame in self.frames.iter_mut().filter(|frame| is_of(frame, table)) {
            let Some(name) = frame.function.clone().filter(|_| is_named(frame)) else { continue };
            if !table.named(&name).is_empty() {
                continue;
            }
            let offset = frame.offset.map(|offset| offset.0);
            // A name that the table lacks may be the one that was meant.
            let found = repaired(table, &name, offset).filter(|_| table.head.complete);
            let found = found.filter(|symbol| !contradicts(table, symbol, frame, &bases));
            if let Some(symbol) = found {
                frame.function = Some(symbol.name.clone());
                frame.trust = Trust::Repaired;
                lookup.repaired += 1;
                continue;
            }
            let cut = name.len() >= MIN_CUT_NAME && table.has_name_beginning(&name);
            if table.head.complete && !cut {
                lookup.failed += 1;
                frame.role = Role::Noise;
                let text = format!("{name}@{}", table.head.module);
                self.defects.push((DefectCode::NameNotInModule, text));
            }
        }
    }

    /// Names the frames of the module that have none.
    fn name(&mut self, table: &FunctionTable, lookup: &mut ModuleLookup) {
        let bases = self.bases(table);
        if !bases.contradicted.is_empty() {
            lookup.contradiction = true;
            self.defects.push((DefectCode::ModuleInTwoPlaces, table.head.module.clone()));
            return;
        }
        let hidden: Vec<(usize, Hidden)> = self
            .frames
            .iter()
            .enumerate()
            .filter(|(_, frame)| is_nameless_of(frame, table))
            .filter_map(|(at, frame)| {
                Some((at, Hidden { ip: frame.ip?.0, offset: frame.offset?.0 }))
            })
            .collect();
        let solved = if bases.by_group.is_empty() && table.head.complete {
            let frames: Vec<Hidden> = hidden.iter().map(|(_, frame)| *frame).collect();
            solve(table, &frames)
        } else {
            vec![None; hidden.len()]
        };
        let frames = self.frames.iter_mut().enumerate();
        for (at, frame) in frames.filter(|(_, frame)| is_nameless_of(frame, table)) {
            let place = hidden.iter().position(|(hidden, _)| *hidden == at);
            let by_offset = place.and_then(|place| solved[place]);
            let offset = frame.offset.map(|offset| offset.0);
            let by_offset =
                by_offset.filter(|symbol| offset.is_some_and(|offset| table.holds(symbol, offset)));
            if let Some(symbol) = by_offset.or_else(|| by_base(table, frame, &bases)) {
                frame.function = Some(symbol.name.clone());
                frame.trust = Trust::Symbols;
                lookup.named += 1;
            }
        }
    }

    /// Names frames of the VMkernel by what other crashes of its build have shown.
    fn learn(&mut self, learned: &LearnedMap, code_start: u64, modules: &mut [Module]) {
        for frame in self.frames.iter_mut().filter(|frame| is_nameless(frame)) {
            let of_kernel =
                frame.module.as_deref().is_none_or(|module| filed_as(module) == VMKERNEL);
            let address = frame.ip.and_then(|ip| ip.0.checked_sub(code_start));
            let Some(address) = address.filter(|_| of_kernel) else { continue };
            let Some((name, start, sightings)) = learned.at(address) else { continue };
            if frame.offset.is_some_and(|offset| start.checked_add(offset.0) != Some(address)) {
                continue;
            }
            frame.function = Some(name.to_owned());
            frame.module.get_or_insert_with(|| VMKERNEL.to_owned());
            frame.trust = Trust::Learned;
            let kernel = modules.iter_mut().find(|module| module.lookup.module == VMKERNEL);
            if let Some(ModuleLookup { learned, sightings: least, .. }) =
                kernel.map(|one| &mut one.lookup)
            {
                *least = if *learned == 0 { sightings } else { sightings.min(*least) };
                *learned += 1;
            }
        }
    }

    /// Names frames that print nothing but an address, where it lies in one module.
    fn name_bare(&mut self, modules: &mut [Module]) {
        let tables: Vec<Option<(Arc<FunctionTable>, Bases)>> = modules
            .iter()
            .map(|module| {
                let table = module.table.clone().filter(|_| !module.lookup.contradiction)?;
                let bases = self.bases(&table);
                Some((table, bases))
            })
            .collect();
        let frames = self.frames.iter_mut();
        for frame in frames.filter(|frame| frame.module.is_none() && is_nameless(frame)) {
            let mut found = tables.iter().enumerate().filter_map(|(at, known)| {
                let (table, bases) = known.as_ref()?;
                Some((at, table, by_base(table, frame, bases)?))
            });
            let (Some((at, table, symbol)), None) = (found.next(), found.next()) else { continue };
            frame.function = Some(symbol.name.clone());
            frame.module = Some(table.head.module.clone());
            frame.trust = Trust::Symbols;
            modules[at].lookup.named += 1;
        }
    }
}

/// True for a frame without a module whose printed name may be compared with a table.
fn is_ownerless(frame: &Frame) -> bool {
    frame.module.is_none() && is_named(frame)
}

fn is_nameless(frame: &Frame) -> bool {
    frame.function.is_none() && frame.role != Role::Noise
}

fn is_nameless_of(frame: &Frame, table: &FunctionTable) -> bool {
    is_of(frame, table) && is_nameless(frame)
}

/// True when a repaired name would lie elsewhere than the address of its frame says.
fn contradicts(table: &FunctionTable, symbol: &Symbol, frame: &Frame, bases: &Bases) -> bool {
    let (Some(ip), Some(offset)) = (frame.ip, frame.offset) else { return false };
    let same = only_holding(table, &symbol.name, offset.0);
    let (Some(symbol), Some(base)) = (same, bases.of(table.group(symbol), 1)) else { return false };
    base.shift.checked_add(symbol.address) != ip.0.checked_sub(offset.0)
}

/// The function at the address of a frame, by the place of the module. An offset that is printed is as
/// good as a function that agrees, and must agree.
fn by_base<'t>(table: &'t FunctionTable, frame: &Frame, bases: &Bases) -> Option<&'t Symbol> {
    let ip = frame.ip?.0;
    let mut found: Option<&Symbol> = None;
    let witnesses = if frame.offset.is_some() { 1 } else { WITNESSES };
    for group in bases.by_group.keys() {
        let Some(base) = bases.of(*group, witnesses) else { continue };
        let Some(address) = ip.checked_sub(base.shift) else { continue };
        let Some(symbol) = table.at(*group, address) else { continue };
        let offset = address - symbol.address;
        if frame.offset.is_some_and(|printed| printed.0 != offset) {
            return None;
        }
        if found.is_some_and(|other| other.name != symbol.name) {
            return None;
        }
        found = Some(symbol);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::table::tests::module_of;
    use super::*;
    use crate::read::crashes_in_text;

    const FUNCTIONS: &[(&str, u64, u64)] = &[
        ("lpfc_sli4_fp_handle_cqe", 0x0, 0x300),
        ("lpfc_sli4_process_eq", 0x300, 0x200),
        ("lpfc_do_work", 0x500, 0x150),
        ("lpfc_worker", 0x650, 0x40),
    ];
    const SCREEN: &str =
        "@BlueScreen: Oops\nModule(s) involved in panic: [lpfc VERSION (External)]\n";

    /// Reads frames of a module that lies at 0x420000000000, and writes what became of them: name, trust
    /// where it is not printed, `!` for a frame without weight; then the defects.
    #[track_caller]
    fn check(
        version: &str,
        frames: &str,
        expected: &[&str],
        defects: &[DefectCode],
    ) -> ModuleLookup {
        let directory = tempfile::tempdir().expect("a directory");
        Symbols::write(directory.path(), &module_of(FUNCTIONS), false).expect("written");
        let symbols = Symbols::open(directory.path()).expect("a directory");
        let text = format!("{}{frames}", SCREEN.replace("VERSION", version));
        let mut crash = crashes_in_text(&text).remove(0).crash;
        let before = crash.defects.len();
        let mut lookups = apply(&symbols, &mut crash, 1);
        let found: Vec<String> = crash.backtrace.iter().map(words).collect();
        assert_eq!(found, expected, "{frames}");
        let codes: Vec<DefectCode> =
            crash.defects[before..].iter().map(|defect| defect.code).collect();
        assert_eq!(codes, defects, "{frames}");
        let again = crash.clone();
        apply(&symbols, &mut crash, 1);
        assert_eq!(crash, again, "a second time changes nothing");
        lookups.pop().unwrap_or_default()
    }

    fn words(frame: &Frame) -> String {
        let trust = match frame.trust {
            Trust::Printed => "",
            Trust::Symbols => " symbols",
            Trust::Learned => " learned",
            Trust::Repaired => " repaired",
            Trust::Doubtful => " doubtful",
        };
        let weight = if frame.role == Role::Noise { "!" } else { "" };
        format!("{weight}{}{trust}", frame.function.as_deref().unwrap_or("?"))
    }

    const HANDLE: &str = "[0x420000000010]lpfc_sli4_fp_handle_cqe@(lpfc)#<None>+0x10 stack: 0x0\n";
    const PROCESS: &str = "[0x420000000320]lpfc_sli4_process_eq@(lpfc)#<None>+0x20 stack: 0x0\n";

    #[test]
    fn an_offset_behind_the_end_and_a_foreign_name_lose_their_weight() {
        let beyond = "[0x420000000999]lpfc_do_work@(lpfc)#<None>+0x151 stack: 0x0\n";
        check("14.4.1", beyond, &["!lpfc_do_work"], &[DefectCode::OffsetBeyondFunction]);
        // The first address behind a call that does not return.
        let last = "[0x420000000650]lpfc_do_work@(lpfc)#<None>+0x150 stack: 0x0\n";
        assert_eq!(check("14.4.1", last, &["lpfc_do_work"], &[]).checked, 1);
        let foreign = "[0x420000000999]i40en_Reset@(lpfc)#<None>+0x1 stack: 0x0\n";
        check("14.4.1", foreign, &["!i40en_Reset"], &[DefectCode::NameNotInModule]);
        let cut = "[0x420000000999]lpfc_sli4_fp_h@(lpfc)#<None>+0x1 stack: 0x0\n";
        check("14.4.1", cut, &["lpfc_sli4_fp_h"], &[]);
    }

    #[test]
    fn a_damaged_name_is_repaired_unless_its_address_speaks_against_it() {
        let damaged = "[0x420000000320]Ipfc_sIi4_pr0cess_eq@(lpfc)#<None>+0x20 stack: 0x0\n";
        check("14.4.1", damaged, &["lpfc_sli4_process_eq repaired"], &[]);
        let agrees = format!("{HANDLE}{damaged}");
        let found = check(
            "14.4.1",
            &agrees,
            &["lpfc_sli4_fp_handle_cqe", "lpfc_sli4_process_eq repaired"],
            &[],
        );
        assert_eq!((found.checked, found.repaired), (1, 1));
        let elsewhere = damaged.replace("0x420000000320", "0x420000000340");
        check(
            "14.4.1",
            &format!("{HANDLE}{elsewhere}"),
            &["lpfc_sli4_fp_handle_cqe", "!Ipfc_sIi4_pr0cess_eq"],
            &[DefectCode::NameNotInModule],
        );
    }

    #[test]
    fn nameless_frames_get_the_name_at_their_address() {
        let masked = "[0x420000000511][email protected](lpfc)#<None>+0x11 stack: 0x0\n";
        let named = ["lpfc_sli4_fp_handle_cqe", "lpfc_do_work symbols"];
        check(
            "14.4.1",
            &format!(
                "{HANDLE}{}",
                masked.replace("[email protected](lpfc)", "[email protected]@(lpfc)")
            ),
            &named,
            &[],
        );
        // An offset that does not fit the address.
        let wrong = masked
            .replace("[email protected](lpfc)", "[email protected]@(lpfc)")
            .replace("+0x11", "+0x12");
        check("14.4.1", &format!("{HANDLE}{wrong}"), &["lpfc_sli4_fp_handle_cqe", "?"], &[]);
        // A bare address needs two functions that agree.
        let bare = "[0x420000000511] stack: 0x0\n";
        check("14.4.1", &format!("{HANDLE}{bare}"), &["lpfc_sli4_fp_handle_cqe", "?"], &[]);
        let three = ["lpfc_sli4_fp_handle_cqe", "lpfc_sli4_process_eq", "lpfc_do_work symbols"];
        check("14.4.1", &format!("{HANDLE}{PROCESS}{bare}"), &three, &[]);
        // Another module lies there.
        let far = "[0x420000100511] stack: 0x0\n";
        let none = ["lpfc_sli4_fp_handle_cqe", "lpfc_sli4_process_eq", "?"];
        check("14.4.1", &format!("{HANDLE}{PROCESS}{far}"), &none, &[]);
    }

    #[test]
    fn nothing_is_named_by_another_version_or_out_of_a_contradiction() {
        let damaged = "[0x420000000320]Ipfc_sIi4_pr0cess_eq@(lpfc)#<None>+0x20 stack: 0x0\n";
        let bare = "[0x420000000511] stack: 0x0\n";
        let all = format!("{HANDLE}{PROCESS}{damaged}{bare}");
        let untouched =
            ["lpfc_sli4_fp_handle_cqe", "lpfc_sli4_process_eq", "Ipfc_sIi4_pr0cess_eq", "?"];
        let found = check("14.4.2", &all, &untouched, &[]);
        assert_eq!(
            (found.outcome, found.versions),
            (LookupOutcome::OtherVersion, vec!["14.4.1".to_owned()])
        );
        let found = check("Built on: Jun 11 2024", &all, &untouched, &[]);
        assert_eq!(found.outcome, LookupOutcome::NoVersion);
        let moved = PROCESS.replace("0x420000000320", "0x420000000321");
        let found = check(
            "14.4.1",
            &format!("{HANDLE}{moved}{bare}"),
            &["lpfc_sli4_fp_handle_cqe", "lpfc_sli4_process_eq", "?"],
            &[DefectCode::ModuleInTwoPlaces],
        );
        assert!(found.contradiction);
    }

    #[test]
    fn frames_without_a_module_are_of_the_one_in_which_they_lie_so() {
        let both = format!("{HANDLE}{PROCESS}").replace("@(lpfc)#<None>", "");
        let names = ["lpfc_sli4_fp_handle_cqe", "lpfc_sli4_process_eq"];
        assert_eq!(check("14.4.1", &both, &names, &[]).owned, 2);
        let moved = both.replace("0x420000000320", "0x420000000330");
        assert_eq!(check("14.4.1", &moved, &names, &[]).owned, 0);
        assert_eq!(check("14.4.2", &both, &names, &[]).owned, 0);
    }

    /// Reads frames of the VMkernel of a build whose table begins at 0x1000, and writes their names.
    #[track_caller]
    fn check_kernel(frames: &str, expected: &[&str]) {
        let mut module =
            module_of(&[("a", 0x1000, 0x100), ("b", 0x1100, 0x80), ("c", 0x1180, 0x90)]);
        let head = &mut module.table.head;
        head.module = VMKERNEL.to_owned();
        head.version = "23307199".to_owned();
        head.relocatable = false;
        head.sections[0].address = 0x1000;
        let directory = tempfile::tempdir().expect("a directory");
        Symbols::write(directory.path(), &module, false).expect("written");
        let symbols = Symbols::open(directory.path()).expect("a directory");
        let text = format!(
            "VMware ESXi 7.0.3 [Releasebuild-23307199 x86_64]\n#PF Exception 14 in world 1:w IP 0x1 \
             addr 0x8\nCode start: 0x420000000000 VMK uptime: 0:00:00:01.000\n{frames}"
        );
        let mut crash = crashes_in_text(&text).remove(0).crash;
        apply(&symbols, &mut crash, 1);
        let found: Vec<String> = crash.backtrace.iter().map(words).collect();
        assert_eq!(found, expected, "{frames}");
    }

    fn hidden_frame(address: u64, offset: u64) -> String {
        let ip = Hex(0x4200_0000_0000 + address + offset);
        format!("0x1:[{ip}][email\u{a0}protected]#nover+{} stack: 0x0\n", Hex(offset))
    }

    #[test]
    fn the_start_of_the_code_and_two_frames_that_agree_name_the_kernel() {
        let [a, b] = [hidden_frame(0, 0x10), hidden_frame(0x100, 0x20)];
        check_kernel(&format!("{a}{b}"), &["a symbols", "b symbols"]);
        check_kernel(&a, &["?"]);
        // Something inside the code does not agree.
        let other = hidden_frame(0x184, 0x8);
        check_kernel(&format!("{a}{b}{other}"), &["?", "?", "?"]);
        // A module that lies elsewhere does not speak.
        let elsewhere = hidden_frame(0x10_0000, 0x8);
        check_kernel(&format!("{a}{b}{elsewhere}"), &["a symbols", "b symbols", "?"]);
        let named = "0x1:[0x420000000110]b@vmkernel#nover+0x10 stack: 0x0\n";
        let bare = "0x1:[0x420000000190]<unknown> stack: 0x0\n";
        check_kernel(&format!("{named}{bare}"), &["b", "c symbols"]);
    }

    #[test]
    fn a_frame_of_a_module_without_a_name_is_not_held_against_the_kernel() {
        let frame = "0x1:[0x420005bd667d]J6CommitInMemTxn@esx#nover+0x176 stack: 0x0\n";
        check_kernel(frame, &["J6CommitInMemTxn"]);
    }
}
