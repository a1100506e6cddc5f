//! Every file of `tests/corpus/`: the expected result on top, the text as published below.
//!
//! `PSOD_MATCH_UPDATE=1 cargo test --test reading corpus` writes the top again; look at the
//! difference before you commit it. `PSOD_MATCH_THOROUGH=1` runs the properties at
//! every position instead of a sample.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use psod_match::crash::{Crash, Role};
use psod_match::read::{FoundCrash, Limits, Scan, crashes_in_text};
use rayon::prelude::*;

fn files(directory: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).expect("a directory");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut files: Vec<PathBuf> = paths.filter(|path| path.is_file()).collect();
    files.sort();
    files
}

/// The text of a file without its header.
fn text_of(path: &Path) -> String {
    let content = fs::read_to_string(path).expect("a file");
    content.split_once("\n\n").expect("a header and a text").1.to_owned()
}

/// The fields of a crash, one line each; absent fields have no line.
fn describe(found: &FoundCrash) -> String {
    let crash = &found.crash;
    let mut text = format!("CRASH: line {}\n", found.line);
    add(&mut text, "RELEASE", crash.release.as_ref().map(|release| format!("{release:?}")));
    add(&mut text, "KIND", crash.panic.as_ref().map(|panic| panic.kind.as_str().to_owned()));
    add(&mut text, "MESSAGE", crash.panic.as_ref().map(|panic| panic.message.clone()));
    add(&mut text, "PCPU", crash.pcpu.map(|pcpu| pcpu.to_string()));
    add(
        &mut text,
        "WORLD",
        crash.world.as_ref().map(|world| format!("{:?} {:?}", world.id, world.name)),
    );
    add(&mut text, "CULPRITS", list(crash.culprits().iter().map(u32::to_string).collect()));
    add(&mut text, "PCPUS", list(crash.pcpus.iter().map(|entry| entry.pcpu.to_string()).collect()));
    add(
        &mut text,
        "STATES",
        Some(crash.pcpu_states.len()).filter(|n| *n > 0).map(|n| n.to_string()),
    );
    add(&mut text, "REGISTERS", list(crash.registers.keys().cloned().collect()));
    add(&mut text, "UPTIME", crash.uptime_ms.map(|uptime| uptime.to_string()));
    add(&mut text, "TSC", crash.tsc.map(|tsc| tsc.to_string()));
    add(&mut text, "CODE", crash.code_start.map(|start| start.to_string()));
    add(&mut text, "FRAMES", list(frames(crash)));
    for other in &crash.other_backtraces {
        let decides = if other.decides { ", decides" } else { "" };
        add(
            &mut text,
            "OTHER",
            Some(format!("{}{decides}: {} frames", other.origin, other.frames.len())),
        );
    }
    add(
        &mut text,
        "CHECKS",
        Some(crash.machine_checks.len()).filter(|n| *n > 0).map(|n| n.to_string()),
    );
    add(
        &mut text,
        "DRIVERS",
        list(crash.host.drivers.iter().map(|driver| driver.name.clone()).collect()),
    );
    add(&mut text, "DUMP", crash.core_dump.as_ref().map(|dump| format!("{:?}", dump.outcome)));
    add(&mut text, "LOGS", Some(crash.log_lines.len()).filter(|n| *n > 0).map(|n| n.to_string()));
    let mut defects: Vec<String> =
        crash.defects.iter().map(|defect| format!("{:?}", defect.code)).collect();
    defects.dedup();
    add(&mut text, "DEFECTS", list(defects));
    text
}

fn add(text: &mut String, name: &str, value: Option<String>) {
    if let Some(value) = value.filter(|value| !value.is_empty()) {
        let _ = writeln!(text, "{name}: {value}");
    }
}

fn list(values: Vec<String>) -> Option<String> {
    Some(values.join(" "))
}

/// The deciding frames by name; noise in brackets, nameless ones as `?`.
fn frames(crash: &Crash) -> Vec<String> {
    let names = crash.deciding_frames().iter().map(|frame| {
        let name = frame.function.clone().unwrap_or_else(|| "?".to_owned());
        if frame.role == Role::Noise { format!("[{name}]") } else { name }
    });
    names.collect()
}

#[test]
fn every_file_says_what_its_header_expects() {
    let update = std::env::var_os("PSOD_MATCH_UPDATE").is_some();
    for path in files("tests/corpus") {
        let content = fs::read_to_string(&path).expect("a file");
        let (header, text) = content.split_once("\n\n").expect("a header and a text");
        let source = header.lines().next().expect("a source line");
        let found: String = crashes_in_text(text).iter().map(describe).collect();
        let expected = format!("{source}\n{found}");
        let expected = expected.trim_end();
        if update {
            fs::write(&path, format!("{expected}\n\n{text}")).expect("write");
        }
        let header = if update { expected } else { header };
        assert_eq!(header, expected, "{}", path.display());
    }
}

fn crash_texts() -> Vec<(PathBuf, String)> {
    ["tests/corpus", "kb/crashes", "kb/near", "kb/unknown"]
        .iter()
        .flat_map(|directory| files(directory))
        .map(|path| (path.clone(), text_of(&path)))
        .collect()
}

fn crashes_in_bytes(bytes: &[u8]) -> usize {
    let mut crashes = 0;
    let mut scan = Scan::new(&Limits::default());
    scan.push(bytes, &mut |_| crashes += 1);
    scan.finish(&mut |_| crashes += 1);
    crashes
}

/// Positions of `text`: every one with `PSOD_MATCH_THOROUGH`, else a few.
fn positions(text: &str) -> Vec<usize> {
    let all = std::env::var_os("PSOD_MATCH_THOROUGH").is_some();
    let step = if all { 1 } else { (text.len() / 4).max(1) };
    (0..text.len()).step_by(step).collect()
}

#[test]
fn a_text_cut_anywhere_or_with_any_byte_changed_is_read_without_failing() {
    crash_texts().par_iter().for_each(|(_, text)| {
        for position in positions(text) {
            let bytes = text.as_bytes();
            crashes_in_bytes(&bytes[..position]);
            crashes_in_bytes(&bytes[position..]);
            for change in [0x00, 0x5b, 0x0a, 0xff] {
                let mut changed = bytes.to_vec();
                changed[position] = change;
                crashes_in_bytes(&changed);
            }
            let mut flipped = bytes.to_vec();
            flipped[position] ^= 1 << (position % 8);
            crashes_in_bytes(&flipped);
        }
    });
}

#[test]
fn carriage_returns_change_nothing() {
    for (path, text) in crash_texts() {
        let with_returns = text.replace('\n', "\r\n");
        assert_eq!(crashes_in_text(&text), crashes_in_text(&with_returns), "{}", path.display());
    }
}

/// The fields of a crash that do not depend on its place in the text.
fn core(crash: &Crash) -> impl PartialEq + std::fmt::Debug + use<> {
    (crash.release.clone(), crash.panic.clone(), crash.backtrace.clone(), crash.uptime_ms)
}

#[test]
fn a_crash_is_found_again_from_the_line_where_it_starts() {
    for (path, text) in crash_texts() {
        for found in crashes_in_text(&text) {
            let rest: String = text.split_inclusive('\n').skip(found.line - 1).collect();
            let again = crashes_in_text(&rest);
            let first = again.first().unwrap_or_else(|| panic!("{}: nothing", path.display()));
            assert_eq!(core(&first.crash), core(&found.crash), "{}", path.display());
        }
    }
}

/// Screens that have a header, a message, an uptime and frames: the end of one is certain.
fn whole_screens() -> Vec<(PathBuf, String)> {
    let mut texts = crash_texts();
    texts.retain(|(_, text)| {
        let found = crashes_in_text(text);
        found.len() == 1 && is_whole(&found[0])
    });
    assert!(texts.len() >= 60, "{}", texts.len());
    texts
}

fn is_whole(found: &FoundCrash) -> bool {
    let crash = &found.crash;
    let complete = crash.release.is_some() && crash.panic.is_some() && crash.uptime_ms.is_some();
    complete && !crash.backtrace.is_empty() && crash.other_backtraces.is_empty() && found.line == 1
}

#[test]
fn a_whole_screen_twice_is_two_crashes() {
    for (path, text) in whole_screens() {
        let once = crashes_in_text(&text);
        let twice = crashes_in_text(&format!("{}\n{text}", text.trim_end()));
        let cores: Vec<_> = twice.iter().map(|found| core(&found.crash)).collect();
        assert_eq!(cores, [core(&once[0].crash), core(&once[0].crash)], "{}", path.display());
    }
}

/// Files about wrapped or quoted lines: a prefix on every line is another damage to them.
fn is_about_lines(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    name.is_some_and(|name| name.starts_with("damage-") || name.starts_with("summary-"))
}

#[test]
fn a_screen_says_the_same_behind_the_prefix_of_a_log() {
    for (path, text) in whole_screens() {
        if is_about_lines(&path) || text.contains("cpu") {
            continue;
        }
        let prefix = "2024-06-21T21:50:40.305Z cpu3:2097152)";
        let log: String = text.lines().map(|line| format!("{prefix}{line}\n")).collect();
        let (screen, log) = (crashes_in_text(&text), crashes_in_text(&log));
        let [names, names_in_log] = [&screen, &log]
            .map(|found| found.iter().map(|one| frames(&one.crash)).collect::<Vec<_>>());
        assert_eq!(names, names_in_log, "{}", path.display());
        assert_eq!(screen[0].crash.release, log[0].crash.release, "{}", path.display());
        assert_eq!(screen[0].crash.registers, log[0].crash.registers, "{}", path.display());
    }
}

/// Ordinary lines of a log, more than are looked at one by one.
fn ordinary_log() -> String {
    let line = "2024-06-21T21:50:40.305Z cpu7:2099999)NetPort: 1879: disabled port 0x2000004\n";
    line.repeat(80 * 1024 / line.len())
}

#[test]
fn a_screen_says_the_same_in_the_middle_of_a_long_log() {
    let log = ordinary_log();
    for (path, text) in whole_screens() {
        let once = crashes_in_text(&text);
        let inside = crashes_in_text(&format!("{log}{}\n{log}", text.trim_end()));
        let cores: Vec<_> = inside.iter().map(|found| core(&found.crash)).collect();
        assert_eq!(cores, [core(&once[0].crash)], "{}", path.display());
        assert_eq!(inside[0].line, once[0].line + log.lines().count(), "{}", path.display());
    }
}
