//! What a ledger of many crashes takes: space, the time to record one more, and the time to ask.
//!
//! `cargo bench --bench ledger -- 100000`; without a number 100,000 crashes. They are printed by a seeded
//! generator, read, prepared and recorded as those of `psod-match record` are; only their answers are
//! made up, since asking the knowledge base is no work of the ledger.

mod made_up;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use made_up::{Numbers, Times, bug, functions, processor_time};
use psod_match::diagnose::{Knowledge, diagnose, prepare};
use psod_match::ledger::{Ledger, LedgerAnswer, NewCrash, Query};
use psod_match::read::{FoundCrash, crashes_in_text};
use psod_match::triage::{CUT, recorded_alike};

/// Crashes without an argument.
const CRASHES: usize = 100_000;
/// Crashes of one transaction while the ledger is filled.
const BATCH: usize = 1_000;
/// Crashes, lookups and counts that are timed.
const TIMED: usize = 200;
/// The clusters of the largest bugs that are counted.
const LARGEST: usize = 8;
/// Backtraces of each bug that exist: crashes repeat them.
const VARIANTS: u64 = 8;
const BUILDS: [u32; 8] =
    [20842708, 21424296, 22348816, 22380479, 23305546, 24022510, 24414501, 24784735];

/// The screen of one crash of a bug, of about the length of published ones.
fn screen(bug: u64, number: usize, numbers: &mut Numbers) -> String {
    let variant = numbers.below(VARIANTS);
    let names = functions(
        bug,
        &mut Numbers((bug * VARIANTS + variant).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1),
    );
    let build = BUILDS[numbers.below(BUILDS.len() as u64) as usize];
    let world = 2_097_000 + numbers.below(9_000);
    let address = 0x4200_2b00_0000 + numbers.below(0x00ff_ffff);
    let mut text = format!(
        "VMware ESXi 8.0.2 [Releasebuild-{build} x86_64]\n\
         #PF Exception 14 in world {world}:helper{} IP {address:#x} addr {:#x}\n\
         PTEs:0x{:x};0x0;\n",
        numbers.below(20),
        numbers.below(0xffff_ffff),
        numbers.below(0xffff_ffff),
    );
    let registers = ["cr0", "cr2", "cr3", "cr4"];
    let registers = registers.map(|name| format!("{name}=0x{:x}", numbers.below(1 << 36)));
    text.push_str(&format!("{}\n", registers.join(" ")));
    let cpu = numbers.below(64);
    text.push_str(&format!(
        "*PCPU{cpu}:{world}/helper\nPCPU  0: SUUUSSSUUUUUSUSUSUSUSUSUUUUUUUSUUUU\n"
    ));
    text.push_str(&format!(
        "Code start: 0x420012000000 VMK uptime: {}:{:02}:{:02}:{:02}.{:03} TSC: {}\n",
        numbers.below(400),
        number / 3600 % 24,
        number / 60 % 60,
        number % 60,
        numbers.below(1000),
        numbers.below(1 << 50),
    ));
    for (place, name) in names.iter().enumerate() {
        text.push_str(&format!(
            "0x453{place:x}91a1be20:[0x{:x}]{name}@ourdrv#nover+0x{:x} stack: 0x{:x}\n",
            address + numbers.below(0xffff),
            numbers.below(0xfff),
            numbers.below(1 << 36),
        ));
    }
    text
}

fn new_crash(bug: u64, number: usize, numbers: &mut Numbers, knowledge: &Knowledge) -> NewCrash {
    let text = screen(bug, number, numbers);
    let found = crashes_in_text(&text).into_iter().next().expect("a crash");
    let mut answer = LedgerAnswer::default();
    answer.asked = "2026-11-26T10:00:00Z".to_owned();
    answer.kb = knowledge.digest().to_owned();
    answer.tool = env!("CARGO_PKG_VERSION").to_owned();
    let is_known = bug.is_multiple_of(3);
    answer.verdict = if is_known { "match" } else { "none" }.to_owned();
    answer.issue = Some(format!("KB{}", 300_000 + bug % 500)).filter(|_| is_known);
    answer.confidence = answer.issue.as_ref().map(|_| 0.97);
    NewCrash {
        subject: prepare(found, knowledge),
        redacted: true,
        host: Some(format!("host-{:08x}", numbers.below(5_000) * 0x9e37)),
        seen: Some(format!("2026-{:02}-{:02}", 1 + numbers.below(12), 1 + numbers.below(28))),
        recorded: "2026-11-26T10:00:00Z".to_owned(),
        source: "screen.txt".to_owned(),
        case: None,
        answers: vec![answer],
    }
}

/// Records `count` crashes; returns the fingerprints of each bug, those of most crashes first.
fn fill(
    ledger: &mut Ledger,
    count: usize,
    numbers: &mut Numbers,
    knowledge: &Knowledge,
) -> Vec<Vec<String>> {
    let mut bugs: BTreeMap<u64, BTreeSet<String>> = BTreeMap::new();
    for start in (0..count).step_by(BATCH) {
        let batch = (start..count.min(start + BATCH)).map(|number| {
            let bug = bug(numbers);
            let new = new_crash(bug, number, numbers, knowledge);
            bugs.entry(bug).or_default().extend(new.subject.fingerprint.clone());
            new
        });
        let batch: Vec<NewCrash> = batch.collect();
        ledger.record_all(&batch).expect("recorded");
    }
    bugs.into_values().map(|prints| prints.into_iter().collect()).collect()
}

fn bytes_of(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |file| file.len())
}

fn main() {
    let count = std::env::args().filter_map(|argument| argument.parse().ok()).next();
    let count = count.unwrap_or(CRASHES);
    let directory = tempfile::tempdir_in(".").expect("a directory on the disk");
    let path = directory.path().join("crashes.ledger");
    let mut ledger = Ledger::open(&path).expect("a ledger");
    let knowledge = Knowledge::shipped().expect("the shipped knowledge base");
    let mut numbers = Numbers(1);
    let begun = processor_time();
    let bugs = fill(&mut ledger, count, &mut numbers, knowledge);
    println!(
        "{count} crashes recorded in {:.0} s of a processor",
        (processor_time() - begun).as_secs_f64()
    );
    let new = (0..TIMED).map(|number| {
        let bug = bug(&mut numbers);
        new_crash(bug, count + number, &mut numbers, knowledge)
    });
    let new: Vec<NewCrash> = new.collect();
    println!(
        "durable record: {}",
        Times::of(&new, |new| {
            let _ = ledger.record(new).expect("kept");
        })
    );
    look_up(&mut ledger, &bugs);
    edges(&mut ledger, knowledge);
    drop(ledger);
    let bytes = bytes_of(&path);
    println!(
        "{:.2} GB on disk, {:.2} GB for 1,000,000 crashes",
        bytes as f64 / 1e9,
        bytes as f64 / count as f64 / 1e3
    );
    rematch(&mut Ledger::open(&path).expect("a ledger"), knowledge);
}

/// Asks for the crashes of fingerprints, and for the counts of clusters.
fn look_up(ledger: &mut Ledger, bugs: &[Vec<String>]) {
    let prints: Vec<&String> = bugs.iter().flatten().collect();
    let named = ledger.name_clusters(bugs, "2026-11-26T10:00:00Z").expect("named");
    println!("{} fingerprints, {} clusters", prints.len(), bugs.len());
    let today = time::Date::from_calendar_date(2026, time::Month::November, 26).expect("a day");
    let some = prints.iter().step_by(prints.len().div_ceil(TIMED));
    let times = Times::of(some, |print| {
        let query = format!("fingerprint:{print}");
        let query = Query::parse(&query, today, &str::to_owned).expect("a query");
        assert!(!ledger.list(&query, 20).expect("listed").0.is_empty());
    });
    println!("last 20 of a fingerprint: {times}");
    let mut most = 0;
    let mut count = |number: &i64| {
        let found = ledger.cluster(*number).expect("counted").expect("a cluster");
        most = most.max(found.crashes);
    };
    let every = named.numbers.iter().step_by(named.numbers.len().div_ceil(TIMED));
    println!("counts of a cluster: {}", Times::of(every, &mut count));
    let largest = (0..LARGEST).flat_map(|_| named.numbers.iter().take(LARGEST));
    let times = Times::of(largest, &mut count);
    println!("counts of the {LARGEST} largest clusters, of {most} crashes at most: {times}");
}

/// Holds all backtraces against each other, and then none.
fn edges(ledger: &mut Ledger, knowledge: &Knowledge) {
    for what in ["worked out", "read again"] {
        let begun = processor_time();
        let alike = recorded_alike(ledger, knowledge.matcher().weights(), CUT).expect("edges");
        let seconds = (processor_time() - begun).as_secs_f64();
        println!("{} edges {what}: {seconds:.1} s of a processor", alike.edges.len());
    }
}

/// Asks about every crash again.
fn rematch(ledger: &mut Ledger, knowledge: &Knowledge) {
    let begun = processor_time();
    let changes = ledger.rematch(&mut |crash| {
        let diagnosis = diagnose(&prepare(FoundCrash::from(crash), knowledge), knowledge)?;
        Ok(Some(LedgerAnswer::new(&diagnosis, "2026-11-27T10:00:00Z")))
    });
    let changes = changes.expect("asked again").len();
    let seconds = (processor_time() - begun).as_secs_f64();
    println!("all asked again: {seconds:.0} s of a processor, {changes} answers changed");
}
