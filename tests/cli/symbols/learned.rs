//! Which build is this? Out of generated crashes of many builds.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use psod_match::Crash;
use psod_match::read::crashes_in_text;
use psod_match::symbols::{LearnedMap, Lesson, Symbols, infer_build};

const BUILDS: u32 = 20;
const FUNCTIONS: usize = 600;
/// The functions through which every crash goes: the ways into the panic, and the starts of a world.
const COMMON: usize = 4;
/// Functions that must lie where they do in a build before it is inferred.
const ENOUGH: usize = 3;
const CODE: u64 = 0x4200_1200_0000;

/// Numbers that are the same in each run (the generator of Numerical Recipes).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most
    }
}

/// Where the functions of a build begin, and their sizes.
struct Build {
    number: u32,
    functions: Vec<(u64, u64)>,
}

/// The next build: some functions are longer or shorter, from the function `first` on.
fn next_build(before: &Build, first: usize, numbers: &mut Numbers) -> Build {
    let mut start = 0x1000;
    let mut functions = Vec::new();
    for (at, (_, size)) in before.functions.iter().enumerate() {
        let changed = at == first || at > first && numbers.below(10) == 0;
        let size = if changed { size + 16 * (1 + numbers.below(8) as u64) } else { *size };
        functions.push((start, size));
        start += size;
    }
    Build { number: before.number + 1000, functions }
}

/// A crash of a build, with `common` functions through which all crashes go.
fn crash_through(common: usize, build: &Build, prints_build: bool, numbers: &mut Numbers) -> Crash {
    let mut text = String::new();
    if prints_build {
        let _ = writeln!(text, "VMware ESXi 7.0.3 [Releasebuild-{} x86_64]", build.number);
    }
    let uptime = numbers.below(60);
    let _ = writeln!(
        text,
        "@BlueScreen: Oops\nCode start: {CODE:#x} VMK uptime: 0:00:{uptime:02}:00.000"
    );
    for depth in 0..10 {
        let function =
            if depth < common { depth } else { common + numbers.below(FUNCTIONS - common) };
        let (start, size) = build.functions[function];
        let offset = numbers.below(size as usize) as u64;
        let ip = CODE + start + offset;
        let _ = writeln!(
            text,
            "0x4539:[{ip:#x}]Kernel_Work{function}@vmkernel#nover+{offset:#x} stack: 0x0"
        );
    }
    crashes_in_text(&text).remove(0).crash
}

/// As on public screens: the way into the panic and the start of the world are of every crash.
fn crash(build: &Build, prints_build: bool, numbers: &mut Numbers) -> Crash {
    crash_through(COMMON, build, prints_build, numbers)
}

/// Right, wrong and silent answers about crashes of these builds that print none.
fn answers(symbols: &Symbols, builds: &[Build], numbers: &mut Numbers) -> (usize, usize, usize) {
    let (mut right, mut wrong, mut silent) = (0, 0, 0);
    for build in builds {
        for _ in 0..50 {
            let mut crash = crash(build, false, numbers);
            match infer_build(symbols, &mut crash, 1, &|_| None) {
                Some(found) if found.build == build.number => right += 1,
                Some(_) => wrong += 1,
                None => silent += 1,
            }
        }
    }
    (right, wrong, silent)
}

fn learned(
    builds: &[Build],
    crashes: usize,
    numbers: &mut Numbers,
) -> (tempfile::TempDir, Symbols) {
    let directory = tempfile::tempdir().expect("a directory");
    for build in builds {
        let mut map = LearnedMap::new(build.number);
        for _ in 0..crashes {
            let lesson = Lesson::from_crash(&crash(build, true, numbers)).expect("a lesson");
            map.learn(&lesson);
        }
        Symbols::write_learned(directory.path(), &map).expect("written");
    }
    let symbols = Symbols::open(directory.path()).expect("symbols");
    (directory, symbols)
}

#[test]
fn the_build_of_a_crash_is_inferred_or_nothing_is_said() {
    let mut numbers = Numbers(1);
    let first = Build {
        number: 20_000_000,
        functions: (0..FUNCTIONS).map(|_| (0, 64 + 16 * numbers.below(60) as u64)).collect(),
    };
    let mut builds = vec![next_build(&first, 0, &mut numbers)];
    while builds.len() < BUILDS as usize {
        let next = next_build(&builds[builds.len() - 1], 0, &mut numbers);
        builds.push(next);
    }
    let (_kept, symbols) = learned(&builds, 40, &mut numbers);
    let (right, wrong, silent) = answers(&symbols, &builds, &mut numbers);
    eprintln!("builds that were learned: {right} right, {wrong} wrong, {silent} silent");
    assert!(wrong == 0 && right * 100 >= (right + silent) * 99, "{right} {wrong} {silent}");

    // Nobody has learned these.
    let last = &builds[builds.len() - 1];
    let unknown = [next_build(last, 0, &mut numbers), next_build(&first, 1, &mut numbers)];
    let (right, wrong, silent) = answers(&symbols, &unknown, &mut numbers);
    assert_eq!((right, wrong, silent), (0, 0, 100));
}

/// Builds that are alike up to a function, and of which little was learned.
#[test]
fn builds_that_begin_alike_are_never_taken_for_each_other() {
    let mut numbers = Numbers(2);
    let functions = (0..FUNCTIONS).map(|_| (0, 64 + 16 * numbers.below(60) as u64)).collect();
    let mut builds = vec![next_build(&Build { number: 20_000_000, functions }, 0, &mut numbers)];
    for first in [500, 300, 550, 599, 100] {
        let next = next_build(&builds[builds.len() - 1], first, &mut numbers);
        builds.push(next);
    }
    for crashes in [1, 3, 10, 40] {
        let (_kept, symbols) = learned(&builds, crashes, &mut numbers);
        let (right, wrong, silent) = answers(&symbols, &builds, &mut numbers);
        eprintln!("{crashes} crashes of each: {right} right, {wrong} wrong, {silent} silent");
        assert_eq!(wrong, 0, "{crashes}");
    }
}

/// How often a build is inferred depends on what was learned of the functions of the crash: with three of
/// them it nearly always is, as far as the other builds are ruled out, and with fewer never.
#[test]
fn a_build_is_inferred_when_three_functions_of_the_crash_were_learned() {
    let mut numbers = Numbers(3);
    let functions = (0..FUNCTIONS).map(|_| (0, 64 + 16 * numbers.below(60) as u64)).collect();
    let mut builds = vec![next_build(&Build { number: 20_000_000, functions }, 0, &mut numbers)];
    while builds.len() < BUILDS as usize {
        let next = next_build(&builds[builds.len() - 1], 0, &mut numbers);
        builds.push(next);
    }
    for common in [4, 3, 2, 0] {
        for lessons in [10, 40, 160] {
            let directory = tempfile::tempdir().expect("a directory");
            let mut known: Vec<BTreeSet<String>> = Vec::new();
            for build in &builds {
                let mut map = LearnedMap::new(build.number);
                let mut names = BTreeSet::new();
                for _ in 0..lessons {
                    let crash = crash_through(common, build, true, &mut numbers);
                    map.learn(&Lesson::from_crash(&crash).expect("a lesson"));
                    names.extend(names_of(&crash));
                }
                Symbols::write_learned(directory.path(), &map).expect("written");
                known.push(names);
            }
            let symbols = Symbols::open(directory.path()).expect("symbols");
            let (mut right, mut enough, mut asked) = (0, 0, 0);
            for (build, known) in builds.iter().zip(&known) {
                for _ in 0..50 {
                    let mut crash = crash_through(common, build, false, &mut numbers);
                    let shared = names_of(&crash).intersection(known).count();
                    let found = infer_build(&symbols, &mut crash, 1, &|_| None);
                    let is_right = found.is_some_and(|found| found.build == build.number);
                    assert!(found.is_none() || is_right && shared >= ENOUGH, "{found:?} {shared}");
                    asked += 1;
                    right += usize::from(is_right);
                    enough += usize::from(shared >= ENOUGH);
                }
            }
            eprintln!(
                "{common} functions in common, {lessons} crashes of each build: {right} of {asked} right, \
                 three functions learned of {enough}"
            );
            assert!(right * 100 >= enough * 95, "{common} {lessons}: {right} of {enough}");
        }
    }
}

/// The functions of the VMkernel that a published crash shows are few, and mostly its own: what crashes of
/// many causes teach about a build is enough for about half of the further ones.
#[test]
fn published_crashes_share_few_functions() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut shown: BTreeSet<BTreeSet<String>> = BTreeSet::new();
    for directory in ["kb/crashes", "kb/near", "kb/unknown"] {
        for entry in fs::read_dir(root.join(directory)).expect(directory) {
            let text = fs::read(entry.expect("an entry").path()).expect("a text");
            let crashes = crashes_in_text(&String::from_utf8_lossy(&text));
            shown.extend(crashes.iter().map(|found| kernel_names_of(&found.crash)));
        }
    }
    shown.retain(|names| !names.is_empty());
    let enough = shown.iter().filter(|names| {
        let others = shown.iter().filter(|others| others != names);
        let known: BTreeSet<&String> = others.flatten().collect();
        names.iter().filter(|name| known.contains(name)).count() >= ENOUGH
    });
    let (enough, all) = (enough.count(), shown.len());
    eprintln!("{enough} of {all} published backtraces share three functions with the others");
    assert!(enough * 3 >= all && all >= 30, "{enough} of {all}");
}

fn kernel_names_of(crash: &Crash) -> BTreeSet<String> {
    let frames = crash.backtrace.iter();
    let of_kernel = frames.filter(|frame| frame.module.as_deref() == Some("vmkernel"));
    of_kernel.filter_map(|frame| frame.function.clone()).collect()
}

fn names_of(crash: &Crash) -> BTreeSet<String> {
    crash.backtrace.iter().filter_map(|frame| frame.function.clone()).collect()
}
