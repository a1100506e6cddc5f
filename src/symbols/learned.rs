//! What recorded crashes teach about a build: where the functions of the VMkernel lie, from its code
//! start. A screen that prints the code start says it with every named frame: address − code start − offset.
//!
//! All screens of one build must say the same about a function, else it is never used again. Two uses:
//! the build of a screen that prints none, and the name of an address at or below one that was seen.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::elf::is_name;
use super::form::{LEARNED, SymbolForm, damaged, hexadecimal, write};
use super::lookup::filed_as;
use crate::crash::{Crash, DefectCode, Frame, Role, Trust, VMKERNEL};
use crate::error::Result;

/// Functions of a crash that must agree before its build is inferred.
const MIN_STARTS: usize = 3;
/// Functions by which two builds are told apart.
const MIN_IN_COMMON: usize = 3;
/// Bytes of the VMkernel's code; an address further away is of something else.
const MAX_CODE: u64 = 256 * 1024 * 1024;
/// Crashes of one build that are remembered, so that none teaches twice.
const MAX_CRASHES: usize = 10_000;

/// What was learned about one build.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LearnedMap {
    /// The build.
    pub build: u32,
    /// The functions.
    functions: BTreeMap<String, Sighted>,
    /// The crashes that have taught it, by their hashes.
    crashes: BTreeSet<String>,
}

/// A function that crashes have shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sighted {
    /// From the code start.
    start: u64,
    /// The highest offset that was printed.
    highest: u64,
    /// Crashes that have shown it.
    sightings: u32,
    /// True when two crashes have said different things: it is of no use.
    contradicted: bool,
}

impl Sighted {
    fn reaches(&self, address: u64) -> bool {
        (self.start..=self.start.saturating_add(self.highest)).contains(&address)
    }
}

/// The build of a crash that prints none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct InferredBuild {
    /// The build.
    pub build: u32,
    /// Functions of the crash that lie just where they do in this build.
    pub agree: usize,
    /// Functions of the crash whose place is printed.
    pub of: usize,
}

/// What a crash has taught.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Learned {
    /// Functions that were not known.
    pub new: usize,
    /// Functions that were known at the same place.
    pub known: usize,
    /// Functions that are of no use any more.
    pub contradicted: usize,
}

/// Where a crash shows a function: its start from the code start, and the highest offset; `None` where
/// it contradicts itself.
type Starts = BTreeMap<String, Option<(u64, u64)>>;

/// The functions of the VMkernel whose place the screen prints.
fn starts(crash: &Crash) -> Starts {
    let mut starts = Starts::new();
    let Some(code_start) = crash.code_start.filter(|start| start.0 > 0) else {
        return starts;
    };
    let others = crash.other_backtraces.iter().flat_map(|other| &other.frames);
    for frame in crash.backtrace.iter().chain(others) {
        let Some((name, start, offset)) = start_of(frame, code_start.0) else { continue };
        starts
            .entry(name.to_owned())
            .and_modify(|known| {
                *known = known
                    .filter(|(known, _)| *known == start)
                    .map(|(start, highest)| (start, highest.max(offset)));
            })
            .or_insert(Some((start, offset)));
    }
    starts
}

fn start_of(frame: &Frame, code_start: u64) -> Option<(&str, u64, u64)> {
    let name = frame.function.as_deref().filter(|name| is_name(name))?;
    let printed = frame.trust == Trust::Printed && frame.role != Role::Noise;
    let of_kernel = frame.module.as_deref().map(filed_as) == Some(VMKERNEL);
    let (ip, offset) = (frame.ip?.0, frame.offset?.0);
    let start = ip.checked_sub(offset)?.checked_sub(code_start)?;
    (printed && of_kernel && start < MAX_CODE).then_some((name, start, offset))
}

/// True for a crash whose build nobody has printed: it must not teach what it was told.
fn is_told(crash: &Crash) -> bool {
    let told = [DefectCode::ReleaseInferred, DefectCode::ReleaseGiven];
    crash.defects.iter().any(|defect| told.contains(&defect.code))
}

/// What a crash can teach: its build, and the functions that it shows; `None` for one that prints no
/// build, no code start, or no place of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lesson {
    /// The build.
    pub build: u32,
    starts: Starts,
    hash: String,
}

impl Lesson {
    /// What `crash` can teach.
    pub fn from_crash(crash: &Crash) -> Option<Self> {
        let build = crash.release.as_ref()?.build.filter(|_| !is_told(crash))?;
        let starts = starts(crash);
        // The same screen is published more than once.
        let mut hash = Sha256::new();
        hash.update(format!("{:?} {:?} {:?}", crash.code_start, crash.tsc, starts));
        let hash: String =
            hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        (!starts.is_empty()).then_some(Self { build, starts, hash })
    }
}

impl LearnedMap {
    /// A map of which nothing is known yet.
    pub fn new(build: u32) -> Self {
        Self { build, ..Self::default() }
    }

    /// Number of crashes that have taught it.
    pub fn crashes(&self) -> usize {
        self.crashes.len()
    }

    /// Number of functions that are of use.
    pub fn functions(&self) -> usize {
        self.usable().count()
    }

    fn usable(&self) -> impl Iterator<Item = (&str, &Sighted)> {
        let known = self.functions.iter().filter(|(_, sighted)| !sighted.contradicted);
        known.map(|(name, sighted)| (name.as_str(), sighted))
    }

    fn usable_start(&self, name: &str) -> Option<u64> {
        self.functions.get(name).filter(|one| !one.contradicted).map(|one| one.start)
    }

    /// Takes over what a crash teaches; `None` when it has taught it before, or nothing more is
    /// remembered.
    pub fn learn(&mut self, lesson: &Lesson) -> Option<Learned> {
        if self.crashes.len() >= MAX_CRASHES || !self.crashes.insert(lesson.hash.clone()) {
            return None;
        }
        let mut learned = Learned::default();
        for (name, place) in &lesson.starts {
            let known = self.functions.get_mut(name);
            match (known, place) {
                (None, Some((start, highest))) => {
                    let new = Sighted {
                        start: *start,
                        highest: *highest,
                        sightings: 1,
                        contradicted: false,
                    };
                    self.functions.insert(name.clone(), new);
                    learned.new += 1;
                }
                (None, None) => {
                    let useless = Sighted { contradicted: true, ..Sighted::default() };
                    self.functions.insert(name.clone(), useless);
                    learned.contradicted += 1;
                }
                (Some(known), Some((start, highest)))
                    if known.start == *start && !known.contradicted =>
                {
                    known.highest = known.highest.max(*highest);
                    known.sightings += 1;
                    learned.known += 1;
                }
                (Some(known), _) => {
                    known.contradicted = true;
                    learned.contradicted += 1;
                }
            }
        }
        Some(learned)
    }

    /// The function at an address from the code start, at or below the highest offset that was seen of
    /// it, and the crashes that have shown it; `None` where two functions reach there.
    pub(super) fn at(&self, address: u64) -> Option<(&str, u64, u32)> {
        let mut reaching = self.usable().filter(|(_, sighted)| sighted.reaches(address));
        let (name, sighted) = reaching.next().filter(|_| reaching.next().is_none())?;
        Some((name, sighted.start, sighted.sightings))
    }

    /// Functions of the crash that lie where they do here, and those that lie elsewhere.
    fn compare(&self, starts: &Starts) -> (usize, usize) {
        let known =
            starts.iter().filter_map(|(name, place)| Some((self.usable_start(name)?, (*place)?.0)));
        let (same, other): (Vec<_>, Vec<_>) = known.partition(|(here, there)| here == there);
        (same.len(), other.len())
    }

    fn agrees_with(&self, starts: &Starts) -> bool {
        let (same, other) = self.compare(starts);
        other == 0 && same >= MIN_STARTS
    }

    /// True when the functions that both builds have shown lie at other places.
    fn is_told_apart_from(&self, other: &Self) -> bool {
        let common =
            self.usable().filter_map(|(name, one)| Some((one.start, other.usable_start(name)?)));
        let (same, different): (Vec<_>, Vec<_>) = common.partition(|(here, there)| here == there);
        same.is_empty() && different.len() >= MIN_IN_COMMON
    }

    /// Writes the map.
    pub(super) fn write(&self, path: &Path) -> Result<()> {
        let mut body = String::new();
        for crash in &self.crashes {
            // Writing into a text does not fail.
            let _ = writeln!(body, "crash {crash}");
        }
        for (name, Sighted { start, highest, sightings, contradicted }) in &self.functions {
            let word = if *contradicted { "contradicted" } else { "at" };
            let _ = writeln!(body, "{word} {start:x} {highest:x} {sightings} {name}");
        }
        write(path, LEARNED, MapHead { build: self.build }, &body)
    }

    /// Reads a map.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let (head, body) = SymbolForm::<MapHead>::open(path, LEARNED)?.body(path)?;
        let mut map = Self::new(head.build);
        for line in body.lines() {
            map.read_line(line).ok_or_else(|| damaged(path, "its body is damaged"))?;
        }
        Ok(map)
    }

    fn read_line(&mut self, line: &str) -> Option<()> {
        let (word, rest) = line.split_once(' ')?;
        if word == "crash" {
            self.crashes.insert(rest.to_owned());
            return Some(());
        }
        let mut parts = rest.splitn(4, ' ');
        let (start, highest) = (hexadecimal(parts.next()?)?, hexadecimal(parts.next()?)?);
        let sightings = parts.next()?.parse().ok()?;
        let name = parts.next().filter(|name| is_name(name))?.to_owned();
        let contradicted = match word {
            "at" => false,
            "contradicted" => true,
            _ => return None,
        };
        self.functions.insert(name, Sighted { start, highest, sightings, contradicted });
        Some(())
    }
}

#[derive(Deserialize, Serialize)]
struct MapHead {
    build: u32,
}

/// The build in which the functions of a crash lie just where it shows them; `None` where another one is
/// not ruled out.
///
/// A build is ruled out when a function lies elsewhere in it, or when all that it has in common with
/// the one that agrees lies elsewhere: it may have shown none of the crash's functions yet.
pub(super) fn inferred_build<'m>(
    maps: impl Iterator<Item = &'m LearnedMap> + Clone,
    crash: &Crash,
) -> Option<InferredBuild> {
    let starts = starts(crash);
    let of = starts.len();
    let mut agreeing = maps.clone().filter(|map| map.agrees_with(&starts));
    let best = agreeing.next().filter(|_| agreeing.next().is_none())?;
    let mut others = maps.filter(|map| map.build != best.build);
    if !others.all(|map| map.compare(&starts).1 > 0 || map.is_told_apart_from(best))
        || starts.values().any(Option::is_none)
    {
        return None;
    }
    Some(InferredBuild { build: best.build, agree: best.compare(&starts).0, of })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::crashes_in_text;

    /// A screen of a build whose functions lie at these places from the code start.
    fn screen(build: Option<u32>, functions: &[(&str, u64, u64)]) -> Crash {
        const CODE: u64 = 0x4200_1200_0000;
        let header =
            build.map(|build| format!("VMware ESXi 7.0.3 [Releasebuild-{build} x86_64]\n"));
        let mut text = format!(
            "{}@BlueScreen: Oops\nCode start: {CODE:#x} VMK uptime: 0:00:01:00.000\n",
            header.unwrap_or_default()
        );
        for (name, start, offset) in functions {
            let ip = CODE + start + offset;
            let _ = writeln!(text, "0x4539:[{ip:#x}]{name}@vmkernel#nover+{offset:#x} stack: 0x0");
        }
        crashes_in_text(&text).remove(0).crash
    }

    fn map(build: u32, screens: &[&[(&str, u64, u64)]]) -> LearnedMap {
        let mut map = LearnedMap::new(build);
        for functions in screens {
            map.learn(&Lesson::from_crash(&screen(Some(build), functions)).expect("a lesson"));
        }
        map
    }

    const ONE: &[(&str, u64, u64)] =
        &[("Heap_Free", 0x1000, 0x40), ("World_Run", 0x2000, 0x10), ("Idle_Loop", 0x3000, 0x20)];
    const OTHER: &[(&str, u64, u64)] =
        &[("Heap_Free", 0x1010, 0x40), ("World_Run", 0x2010, 0x10), ("Idle_Loop", 0x3010, 0x20)];

    #[test]
    fn a_build_is_inferred_where_all_functions_agree_and_no_other_build_can_be_meant() {
        #[track_caller]
        fn check(maps: &[LearnedMap], functions: &[(&str, u64, u64)], expected: Option<u32>) {
            let found = inferred_build(maps.iter(), &screen(None, functions));
            assert_eq!(found.map(|found| found.build), expected);
        }
        let (one, other) = (map(1, &[ONE]), map(2, &[OTHER]));
        check(&[one.clone(), other.clone()], ONE, Some(1));
        check(&[one.clone(), other.clone()], OTHER, Some(2));
        check(&[one.clone(), other.clone()], &ONE[..2], None);
        // One function lies elsewhere.
        check(&[one.clone(), other.clone()], &[ONE[0], ONE[1], ONE[2], OTHER[0]], None);
        // Two builds with the same VMkernel, and one of which too little is known.
        check(&[one.clone(), map(3, &[ONE])], ONE, None);
        check(&[one.clone(), map(3, &[&[("Other", 0x9000, 1)]])], ONE, None);
        // They begin alike: the functions behind the difference are not in the crash.
        let near = map(3, &[&[("Idle_Loop", 0x3000, 1), ("Late", 0x9000, 1)]]);
        let one = map(1, &[ONE, &[("Late", 0x8000, 1), ("Heap_Free", 0x1000, 1)]]);
        check(&[one, near], ONE, None);
    }

    #[test]
    fn an_address_has_the_name_that_reaches_there_and_contradictions_have_none() {
        let mut map = map(1, &[ONE]);
        assert_eq!(map.at(0x1040), Some(("Heap_Free", 0x1000, 1)));
        assert_eq!((map.at(0x1041), map.at(0xfff)), (None, None));
        let same = Lesson::from_crash(&screen(Some(1), ONE)).expect("a lesson");
        assert_eq!(map.learn(&same), None, "the same screen teaches nothing");
        let moved = Lesson::from_crash(&screen(Some(1), &OTHER[..1])).expect("a lesson");
        assert_eq!(map.learn(&moved).map(|learned| learned.contradicted), Some(1));
        assert_eq!((map.at(0x1040), map.functions()), (None, 2));
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("build-1.learned");
        map.write(&path).expect("written");
        assert_eq!(LearnedMap::read(&path).expect("a map"), map);
    }

    #[test]
    fn a_crash_without_build_or_code_start_teaches_nothing() {
        assert_eq!(Lesson::from_crash(&screen(None, ONE)), None);
        let mut crash = screen(Some(1), ONE);
        crash.code_start = None;
        assert_eq!(Lesson::from_crash(&crash), None);
    }
}
