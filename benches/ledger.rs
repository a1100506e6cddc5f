//! What a ledger of many crashes takes: space, the time to record one more, and the time to ask.
//!
//! `cargo bench --bench ledger -- 100000`; without a number 100,000 crashes. They are printed by a seeded
//! generator, read, prepared and recorded as those of `psod-match record` are; only their answers are
//! made up, since asking the knowledge base is no work of the ledger. With `keep FILE` behind the number
//! the ledger is left there, and with `at FILE` one is measured that was left so.

mod made_up;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::Instant;

use made_up::{Numbers, Times, bug, functions, processor_time};
use psod_match::curate::{Against, Effect, Rematch, TrialSide, remembered, trial};
use psod_match::diagnose::{Knowledge, prepare};
use psod_match::kb::{KbFile, KbSource};
use psod_match::ledger::{Ledger, LedgerAnswer, NewCrash, Query};
use psod_match::read::crashes_in_text;
use psod_match::triage::{CUT, recorded_alike};

/// Crashes without an argument.
const CRASHES: usize = 100_000;
/// Crashes of one transaction while the ledger is filled.
const BATCH: usize = 1_000;
/// Crashes, lookups and counts that are timed.
const TIMED: usize = 200;
/// The clusters of the largest bugs that are counted.
const LARGEST: usize = 8;
/// More crashes than these are not asked about as a whole.
const MOST_ASKED: usize = 100_000;
/// The bugs that the issue is made of which changes: each is about a crash in a hundred.
const CHANGED: [u64; 3] = [8, 9, 10];
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
        knowledge: None,
    }
}

/// Records `count` crashes; returns the fingerprints of each bug, those of most crashes first.
fn fill(
    ledger: &mut Ledger,
    count: usize,
    numbers: &mut Numbers,
    knowledge: &Knowledge,
) -> Vec<Vec<String>> {
    let known_by = remembered(ledger, knowledge).expect("remembered");
    let mut bugs: BTreeMap<u64, BTreeSet<String>> = BTreeMap::new();
    let mut keys = HashSet::new();
    for start in (0..count).step_by(BATCH) {
        let batch = (start..count.min(start + BATCH)).map(|number| {
            let bug = bug(numbers);
            let mut new = new_crash(bug, number, numbers, knowledge);
            new.knowledge = known_by;
            bugs.entry(bug).or_default().extend(new.subject.fingerprint.clone());
            let mut hash = DefaultHasher::new();
            format!("{:?}", new.subject.keys).hash(&mut hash);
            keys.insert(hash.finish());
            new
        });
        let batch: Vec<NewCrash> = batch.collect();
        ledger.record_all(&batch).expect("recorded");
    }
    println!("{} distinct keys", keys.len());
    bugs.into_values().map(|prints| prints.into_iter().collect()).collect()
}

fn bytes_of(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |file| file.len())
}

/// The file behind a word of the command line.
fn file_behind(word: &str) -> Option<PathBuf> {
    let mut arguments = std::env::args().skip_while(|argument| argument != word);
    arguments.nth(1).map(PathBuf::from)
}

fn main() {
    let count = std::env::args().filter_map(|argument| argument.parse().ok()).next();
    let count = count.unwrap_or(CRASHES);
    let directory = tempfile::tempdir_in(".").expect("a directory on the disk");
    let knowledge = Knowledge::shipped().expect("the shipped knowledge base");
    let mut numbers = Numbers(1);
    let (path, bugs) = match file_behind("at") {
        Some(path) => {
            let ledger = Ledger::open(&path).expect("a ledger");
            // Not those that made it, or their crashes would be known.
            numbers = Numbers(2);
            (path, recorded_bugs(&ledger))
        }
        None => {
            let kept = file_behind("keep");
            let path = kept.unwrap_or_else(|| directory.path().join("crashes.ledger"));
            let mut ledger = Ledger::open(&path).expect("a ledger");
            let begun = processor_time();
            let bugs = fill(&mut ledger, count, &mut numbers, knowledge);
            let seconds = (processor_time() - begun).as_secs_f64();
            println!("{count} crashes recorded in {seconds:.0} s of a processor");
            (path, bugs)
        }
    };
    let mut ledger = Ledger::open(&path).expect("a ledger");
    record_more(&mut ledger, count, &mut numbers, knowledge);
    look_up(&mut ledger, &bugs);
    edges(&mut ledger, knowledge);
    drop(ledger);
    let bytes = bytes_of(&path);
    println!(
        "{:.2} GB on disk, {:.2} GB for 1,000,000 crashes",
        bytes as f64 / 1e9,
        bytes as f64 / count as f64 / 1e3
    );
    measure_changes(&path, count, directory.path(), knowledge);
}

/// The fingerprints of each bug of a ledger that has named them.
fn recorded_bugs(ledger: &Ledger) -> Vec<Vec<String>> {
    let mut bugs: BTreeMap<Option<i64>, Vec<String>> = BTreeMap::new();
    for print in ledger.fingerprints().expect("fingerprints") {
        bugs.entry(print.cluster).or_default().push(print.fingerprint);
    }
    bugs.remove(&None);
    bugs.into_values().collect()
}

/// Records some crashes more, one by one.
fn record_more(ledger: &mut Ledger, count: usize, numbers: &mut Numbers, knowledge: &Knowledge) {
    let new = (0..TIMED).map(|number| {
        let bug = bug(numbers);
        new_crash(bug, count + number, numbers, knowledge)
    });
    let new: Vec<NewCrash> = new.collect();
    println!(
        "durable record: {}",
        Times::of(&new, |new| {
            let _ = ledger.record(new).expect("kept");
        })
    );
}

/// What a changed issue costs, and asking about everything.
fn measure_changes(path: &Path, count: usize, scratch: &Path, knowledge: &Knowledge) {
    let mut ledger = Ledger::open(path).expect("a ledger");
    try_a_change(&ledger);
    let changed = scratch.join("kb");
    std::fs::create_dir_all(changed.join("issues")).expect("a directory");
    let file = changed_issue();
    std::fs::write(changed.join(&file.path), file.text.as_bytes()).expect("written");
    let sources = [KbSource::Shipped, KbSource::Directory(changed)];
    let changed = Knowledge::open(&sources, None, false).expect("a knowledge base");
    rematch(&mut ledger, &changed, false, "one changed issue");
    rematch(&mut ledger, &changed, false, "no changed issue");
    rematch(&mut ledger, knowledge, false, "the issue gone again");
    if count <= MOST_ASKED {
        rematch(&mut ledger, knowledge, true, "all");
        rematch(&mut ledger, &changed, false, "one changed issue");
    }
}

/// An issue of the functions of some bugs.
fn changed_issue() -> KbFile {
    let mut text = "+++\nschema = 1\nid = \"TEAM-0001\"\ntitle = \"Made up\"\nstatus = \"test\"\n\
        author = \"a bench\"\ncreated = 2026-11-25\n"
        .to_owned();
    for bug in CHANGED {
        let mut names = functions(bug, &mut Numbers(7));
        names.retain(|name| !name.starts_with("Plumbing"));
        names.truncate(4);
        text.push_str(&format!(
            "\n[[signatures]]\nname = \"bug-{bug}\"\nkinds = [\"page-fault\"]\nframes = {names:?}\n"
        ));
    }
    text.push_str("+++\n\n## Cause\n\nNobody knows.\n\n## Fix\n\nThere is none.\n");
    KbFile { path: "issues/TEAM-0001.md".to_owned(), text: text.into(), unread: None }
}

/// Tries a new issue on every recorded crash.
fn try_a_change(ledger: &Ledger) {
    let before = KbSource::Shipped.files().expect("the shipped files");
    let mut after = before.clone();
    after.push(changed_issue());
    let [before, after] = [before, after].map(|files| TrialSide::new(&files).expect("a side"));
    let against = Against { ledger: Some(ledger), ..Against::default() };
    let begun = Instant::now();
    let found = trial(&before, &after, &against).expect("tried");
    println!(
        "a new issue tried: {:.1} s by the clock, {} crashes asked about, {} of them in",
        begun.elapsed().as_secs_f64(),
        found.crashes,
        found.count(Effect::In)
    );
}

/// Asks for the crashes of fingerprints, and for the counts of clusters.
fn look_up(ledger: &mut Ledger, bugs: &[Vec<String>]) {
    let prints: Vec<&String> = bugs.iter().flatten().collect();
    let named = ledger.name_clusters(bugs, "2026-11-26T10:00:00Z").expect("named");
    println!("{} fingerprints, {} clusters", prints.len(), bugs.len());
    let today = time::Date::from_calendar_date(2026, time::Month::November, 26).expect("a day");
    let some = prints.iter().step_by(prints.len().div_ceil(TIMED));
    for (most, what) in [(1, "last crash"), (20, "last 20 crashes")] {
        let times = Times::of(some.clone(), |print| {
            let query = format!("fingerprint:{print}");
            let query = Query::parse(&query, today, &str::to_owned).expect("a query");
            assert!(!ledger.list(&query, most).expect("listed").0.is_empty());
        });
        println!("{what} of a fingerprint: {times}");
    }
    let every = named.numbers.iter().step_by(named.numbers.len().div_ceil(TIMED));
    let (times, _) = time_counts(ledger, every);
    println!("counts of a cluster: {times}");
    let largest = (0..LARGEST).flat_map(|_| named.numbers.iter().take(LARGEST));
    let (times, most) = time_counts(ledger, largest);
    println!("counts of the {LARGEST} largest clusters, of {most} crashes at most: {times}");
}

/// How long the counts of clusters take, and how many crashes the largest has.
fn time_counts<'a>(ledger: &mut Ledger, clusters: impl Iterator<Item = &'a i64>) -> (Times, usize) {
    let mut most = 0;
    let times = Times::of(clusters, |number| {
        let found = ledger.cluster(*number).expect("counted").expect("a cluster");
        most = most.max(found.crashes);
    });
    (times, most)
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

/// Asks again about every crash that may have another answer, or about all.
fn rematch(ledger: &mut Ledger, knowledge: &Knowledge, thorough: bool, what: &str) {
    let begun = Instant::now();
    let asked = "2026-11-27T10:00:00Z";
    let found = Rematch { knowledge, asked, thorough }.run(ledger).expect("asked again");
    println!(
        "{what}, asked again: {:.1} s by the clock, {} crashes asked about, {} answers changed",
        begun.elapsed().as_secs_f64(),
        found.asked,
        found.changes.len()
    );
}
