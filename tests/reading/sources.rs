//! Every kind of file that holds a purple screen, or that people give by mistake.
//!
//! `tests/corpus/sources/NAME` is the file, `tests/corpus/sources/expected/NAME.txt` the result
//! of reading it. `PSOD_MATCH_UPDATE=1 cargo test --test reading sources` writes the latter again.

use std::fmt::Write as _;
use std::fs;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};

use psod_match::read::{Bound, Found, FoundCrash, Input, Limits, Meter, Scan, Summary, inputs_of};
use tempfile::TempDir;

const SOURCES: &str = "tests/corpus/sources";

/// The crashes, problems and notes of an input, one line each.
pub(crate) fn describe(input: &Input, limits: &Limits) -> String {
    let mut text = String::new();
    let outcome = input.read(limits, &Meter::default(), &mut |found| match found {
        Found::Crash(member, found) => {
            let crash = &found.crash;
            let release = crash.release.as_ref().and_then(|release| release.build);
            let frames: Vec<String> = crash
                .deciding_frames()
                .iter()
                .map(|frame| frame.function.clone().unwrap_or_default())
                .collect();
            let drivers: Vec<String> = crash
                .host
                .drivers
                .iter()
                .map(|d| format!("{} {}", d.name, d.version.as_deref().unwrap_or("-")))
                .collect();
            let _ = writeln!(
                text,
                "CRASH: {} line {}, {:?}, build {release:?}, {}",
                member.as_deref().unwrap_or("-"),
                found.line,
                crash.kind(),
                frames.join(" ")
            );
            let host = &crash.host;
            if host.model.is_some() || !drivers.is_empty() {
                let devices: Vec<&str> = host.devices.iter().map(|d| d.address.as_str()).collect();
                let _ = writeln!(
                    text,
                    "HOST: {:?} {:?}, {}, {} of {} VIBs, {}",
                    host.model,
                    host.firmware,
                    drivers.join(", "),
                    drivers.len(),
                    host.installed.len(),
                    devices.join(" ")
                );
            }
            let codes: Vec<String> =
                crash.defects.iter().map(|defect| format!("{:?}", defect.code)).collect();
            if !codes.is_empty() {
                let _ = writeln!(text, "DEFECTS: {}", codes.join(" "));
            }
        }
        Found::Problem(error) => {
            let _ = writeln!(text, "PROBLEM: {error}");
        }
        Found::Note(error) => {
            let _ = writeln!(text, "NOTE: {error}");
        }
    });
    let _ = match outcome {
        Ok(totals) => writeln!(
            text,
            "TOTAL: {} texts, {} lines, {} passed over",
            totals.texts, totals.lines, totals.skipped
        ),
        Err(error) => writeln!(text, "ERROR: {error}"),
    };
    text
}

fn sources() -> Vec<PathBuf> {
    let entries = fs::read_dir(SOURCES).expect("a directory").map(|entry| entry.expect("an entry"));
    let mut files: Vec<PathBuf> = entries.map(|e| e.path()).filter(|p| p.is_file()).collect();
    files.sort();
    files
}

#[test]
fn every_kind_of_source_leads_to_what_is_expected() {
    let update = std::env::var_os("PSOD_MATCH_UPDATE").is_some();
    let sources = sources();
    assert!(sources.len() >= 40, "{}", sources.len());
    for path in sources {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let expectation = Path::new(SOURCES).join("expected").join(format!("{name}.txt"));
        let found = describe(&Input::File(path), &Limits::default());
        if update {
            fs::write(&expectation, &found).expect("write");
        }
        let expected = fs::read_to_string(&expectation).unwrap_or_default();
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn a_source_cut_anywhere_is_read_as_far_as_it_goes() {
    for path in sources() {
        let bytes = fs::read(&path).expect("a file");
        let directory = tempfile::tempdir().expect("a directory");
        let cut = directory.path().join(path.file_name().expect("a name"));
        for length in (0..bytes.len()).step_by((bytes.len() / 6).max(1)) {
            fs::write(&cut, &bytes[..length]).expect("write");
            describe(&Input::File(cut.clone()), &Limits::default());
        }
    }
}

/// A file with `content`, which lives as long as the first value.
pub(crate) fn file(name: &str, content: &[u8]) -> (TempDir, Input) {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join(name);
    fs::write(&path, content).expect("write");
    (directory, Input::File(path))
}

pub(crate) fn gzipped(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content).expect("memory");
    encoder.finish().expect("memory")
}

#[test]
fn a_bomb_is_unpacked_up_to_the_bound_and_what_came_before_is_read() {
    let mut content = fs::read("examples/known-issue.txt").expect("the example");
    content.resize(64 << 20, b'\n');
    let (_directory, input) = file("bomb.gz", &gzipped(&content));
    let found = describe(&input, &Limits::default());
    assert!(found.contains("CRASH"), "{found}");
    assert!(found.contains("archive-ratio"), "{found}");
    let raised = Limits { archive_ratio: 100_000, ..Limits::default() };
    assert!(!describe(&input, &raised).contains("ERROR"));
}

/// A tar archive of files with these names and contents.
pub(crate) fn tar_of(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, content) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, Cursor::new(content)).expect("memory");
    }
    builder.into_inner().expect("memory")
}

#[test]
fn every_bound_of_archives_says_that_it_cut() {
    let screen = fs::read("examples/known-issue.txt").expect("the example");
    let long = "n".repeat(90);
    let archive = tar_of(&[("one.txt", &screen), ("two.txt", &screen), (long.as_str(), &screen)]);
    let (_directory, input) = file("many.tar", &archive);
    let all = describe(&input, &Limits::default());
    assert_eq!(all.matches("CRASH").count(), 3, "{all}");
    let few = describe(&input, &Limits { archive_members: 1, ..Limits::default() });
    assert!(few.matches("CRASH").count() == 1 && few.contains("archive-members"), "{few}");
    let flat = describe(&input, &Limits { archive_depth: 0, ..Limits::default() });
    assert!(flat.contains("archive-depth"), "{flat}");
    let short = describe(&input, &Limits { member_name_bytes: 3, ..Limits::default() });
    assert!(short.contains("CRASH: nnn line 1"), "{short}");
    let blank = vec![b' '; 1 << 20];
    let archive = tar_of(&[("one.txt", &screen), ("blank.txt", &blank)]);
    let (_directory, packed) = file("many.tar.gz", &gzipped(&archive));
    let small = describe(&packed, &Limits { archive_bytes: 100, ..Limits::default() });
    assert!(small.contains("archive-bytes"), "{small}");
}

#[test]
fn nothing_is_written_outside_of_memory() {
    for name in ["path-traversal.tar", "bundle.tgz", "nested-too-deep.zip"] {
        let input = Input::File(Path::new(SOURCES).join(name));
        describe(&input, &Limits::default());
    }
    assert!(!Path::new("/tmp/psod-match-escaped.txt").exists());
    assert!(!Path::new("/etc/psod-match-escaped.txt").exists());
}

#[test]
fn a_directory_that_is_an_unpacked_bundle_is_read_as_one() {
    let directory = tempfile::tempdir().expect("a directory");
    let packed = fs::read(Path::new(SOURCES).join("bundle.tgz")).expect("a bundle");
    let tar = flate2::read::GzDecoder::new(packed.as_slice());
    tar::Archive::new(tar).unpack(directory.path()).expect("unpack");
    let inputs = inputs_of(directory.path());
    let [Ok(input @ Input::Bundle(_))] = inputs.as_slice() else { panic!("{inputs:?}") };
    let found = describe(input, &Limits::default());
    assert!(found.contains("build Some(20842708)"), "{found}");
    assert!(found.contains("ProLiant DL380 Gen10"), "{found}");
}

/// A log of `lines` ordinary lines with the crash at the given places.
fn large_log(lines: usize, crash: &str, places: &[usize]) -> String {
    let mut log = String::new();
    for number in 0..lines {
        if places.contains(&number) {
            log.push_str(crash);
        }
        let _ = writeln!(
            log,
            "2024-06-21T20:00:00.{:03}Z cpu{}:2097{:03})ScsiDeviceIO: {number}: Cmd 0x1a",
            number % 1000,
            number % 64,
            number % 999
        );
    }
    log
}

#[test]
fn a_large_log_is_searched_by_its_anchors_and_line_numbers_stay_true() {
    let log = fs::read_to_string("tests/corpus/esxi-8.0-log.txt").expect("a corpus file");
    let crash = log.split_once("\n\n").expect("a header").1;
    let places = [0, 40_000, 79_999];
    let text = large_log(80_000, crash, &places);
    assert!(text.len() > 4 << 20);
    let crash_lines = crash.lines().count();
    let expected: Vec<String> =
        (0..3).map(|n| format!("line {},", places[n] + n * crash_lines + 1)).collect();
    let (_directory, input) = file("vmkernel.log", text.as_bytes());
    let found = describe(&input, &Limits::default());
    for line in &expected {
        assert!(found.contains(line), "{line}\n{found}");
    }
    assert_eq!(found.matches("CRASH").count(), 3, "{found}");
    assert!(found.contains(&format!("{} lines", text.lines().count())), "{found}");
    let every_line = Limits { tolerant_bytes: u64::MAX, ..Limits::default() };
    assert_eq!(found, describe(&input, &every_line), "both ways of searching agree");
}

#[test]
fn hostile_shapes_of_text_are_read_in_bounds() {
    let one_line = "x".repeat(3 << 20);
    let blank = "\n".repeat(2 << 20);
    let frames = "0x1:[0x42]F@vmkernel#nover+0x1 stack: 0x0\n".repeat(100_000);
    let nested = format!("@BlueScreen: {}", "[(".repeat(100_000));
    let name =
        format!("[0x42]{}@vmkernel#nover+0x1\n[0x43]G@vmkernel#nover+0x1\n", "f".repeat(60_000));
    let words = "a ".repeat(30_000);
    let names = format!("{words}Foo_BarBaz Foo_BarBaz Foo_BarBaz\n").repeat(16);
    let screens = format!("{words}Code start: 0x1 TSC: 1 PTEs:0x1; LBR: 0x1\n").repeat(16);
    let prefixes = format!("{}\n", "cpu1:1)".repeat(9_000)).repeat(16);
    for text in [one_line, blank, frames, nested, name, names, screens, prefixes] {
        let (_directory, input) = file("hostile.txt", text.as_bytes());
        let found = describe(&input, &Limits::default());
        assert!(!found.contains("ERROR"), "{found}");
    }
}

#[test]
fn the_sizes_of_the_pieces_change_nothing() {
    let log = fs::read_to_string("tests/corpus/esxi-8.0-log.txt").expect("a corpus file");
    let crash = log.split_once("\n\n").expect("a header").1;
    let text = large_log(9_000, crash, &[100, 4_000, 8_000]);
    let limits = Limits { tolerant_bytes: 300_000, ..Limits::default() };
    let whole = read_in_pieces(&text, text.len(), &limits);
    assert_eq!(whole.0.len(), 3);
    assert!(whole.1.literal);
    for size in [1_000, 65_536, 400_001] {
        assert_eq!(read_in_pieces(&text, size, &limits), whole, "{size}");
    }
}

fn read_in_pieces(text: &str, size: usize, limits: &Limits) -> (Vec<FoundCrash>, Summary) {
    let mut found = Vec::new();
    let mut scan = Scan::new(limits);
    for piece in text.as_bytes().chunks(size) {
        scan.push(piece, &mut |crash| found.push(crash));
    }
    let summary = scan.finish(&mut |crash| found.push(crash));
    (found, summary)
}

#[test]
fn every_bound_of_a_text_says_that_it_cut() {
    let screen = fs::read_to_string("examples/known-issue.txt").expect("the example");
    let check = "MC:PCPU42 B:4 S:0xbe00000000800400 M:0x41800d55315c A:0x41800d55315c 5\n";
    let checks = format!("{screen}{check}{check}");
    let default = Limits::default();
    let cases: [(Bound, Limits, &str); 9] = [
        (Bound::LineBytes, Limits { line_bytes: 40, ..default }, &screen),
        (Bound::RegionLines, Limits { region_lines: 5, ..default }, &screen),
        (Bound::RegionBytes, Limits { region_bytes: 300, ..default }, &screen),
        (Bound::Frames, Limits { frames: 2, ..default }, &screen),
        (Bound::NameBytes, Limits { name_bytes: 5, ..default }, &screen),
        (Bound::MessageBytes, Limits { message_bytes: 30, ..default }, &screen),
        (Bound::MachineChecks, Limits { machine_checks: 1, ..default }, &checks),
        (Bound::Defects, Limits { defects: 1, ..default }, "@BlueScreen: CrashMe\n"),
        (Bound::Crashes, Limits { crashes: 1, ..default }, &format!("{screen}{screen}")),
    ];
    for (bound, limits, text) in cases {
        let cuts = bounds_that_cut(text, &limits);
        assert!(cuts.contains(&bound), "{bound:?}: {cuts:?}");
        let cuts = bounds_that_cut(text, &default);
        assert!(!cuts.contains(&bound), "{bound:?} cuts without being lowered");
    }
}

fn bounds_that_cut(text: &str, limits: &Limits) -> Vec<Bound> {
    let mut bounds = Vec::new();
    let mut scan = Scan::new(limits);
    scan.push(text.as_bytes(), &mut |crash| bounds.extend(crash.limits));
    scan.finish(&mut |crash| bounds.extend(crash.limits));
    bounds
}

#[test]
fn a_long_file_of_a_bundle_is_read_up_to_its_bound() {
    let input = Input::File(Path::new(SOURCES).join("bundle.tgz"));
    let short = Limits { host_file_bytes: 20, ..Limits::default() };
    let found = describe(&input, &short);
    assert!(found.contains("CRASH") && !found.contains("ProLiant"), "{found}");
    assert!(found.contains("host-file-bytes"), "{found}");
    let small = Limits { fragment_bytes: 10, ..Limits::default() };
    let packed = Input::File(Path::new(SOURCES).join("bundle-packed-fragments.tgz"));
    assert!(describe(&packed, &small).contains("fragment-bytes"));
}

/// The first crash of a file with `content` is that of the example.
#[track_caller]
fn check_same_screen(name: &str, content: &[u8]) {
    let screen = fs::read("examples/known-issue.txt").expect("the example");
    let (_directory, example) = file("screen.txt", &screen);
    let expected = describe(&example, &Limits::default());
    let expected = expected.split_once(", ").expect("a crash").1.lines().next();
    let (_directory, input) = file(name, content);
    let found = describe(&input, &Limits::default());
    let parts = found.split_once(", ").map_or("", |(_, parts)| parts);
    assert_eq!(parts.lines().next(), expected, "{name}: {found}");
}

#[test]
fn a_screen_in_odd_surroundings_is_read() {
    let screen = fs::read_to_string("examples/known-issue.txt").expect("the example");
    for hole in [8 * 1024, 8 * 1024 + 3, 64 * 1024, 1024 * 1024, 1024 * 1024 + 5, 3 << 20] {
        check_same_screen("hole.txt", &[vec![0; hole], screen.clone().into_bytes()].concat());
    }
    for lines in [1, 20, 600] {
        let log = "a line of a log\n".repeat(lines).into_bytes();
        check_same_screen("appended.txt", &[log.clone(), utf_16(&screen)].concat());
        let mark = b"\xff\xfe".to_vec();
        check_same_screen("marked.txt", &[log, mark, utf_16(&screen)].concat());
        let log = utf_16(&"a line of a log\n".repeat(lines));
        check_same_screen("narrow.txt", &[log.clone(), screen.clone().into_bytes()].concat());
        let mark = b"\xff\xfe".to_vec();
        check_same_screen("narrow.txt", &[mark, log, screen.clone().into_bytes()].concat());
    }
    let hole = vec![0; 9_000];
    check_same_screen("hole.txt", &[hole, utf_16(&screen)].concat());
    for order in [u32::to_le_bytes, u32::to_be_bytes] {
        check_same_screen("marked.txt", &utf_32(&format!("\u{feff}{screen}"), order));
        check_same_screen("four.txt", &utf_32(&screen, order));
    }
}

/// As Windows writes it.
fn utf_16(text: &str) -> Vec<u8> {
    text.replace('\n', "\r\n").encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn utf_32(text: &str, order: fn(u32) -> [u8; 4]) -> Vec<u8> {
    text.chars().flat_map(|c| order(u32::from(c))).collect()
}

/// Beyond the first part of a log only anchors are searched, which wide letters have too.
#[test]
fn a_screen_added_in_another_encoding_to_a_large_log_is_read() {
    let screen = fs::read_to_string("examples/known-issue.txt").expect("the example");
    let log = large_log(30_000, "", &[]);
    assert!(log.len() as u64 > Limits::default().tolerant_bytes);
    let wide: Vec<u8> = screen.encode_utf16().flat_map(u16::to_le_bytes).collect();
    check_same_screen("vmkernel.log", &[log.as_bytes(), &wide].concat());
    let log: Vec<u8> = log.encode_utf16().flat_map(u16::to_le_bytes).collect();
    check_same_screen("vmkernel.log", &[b"\xff\xfe", log.as_slice(), screen.as_bytes()].concat());
}

#[test]
fn a_character_that_is_cut_is_a_defect() {
    let screen = fs::read_to_string("examples/known-issue.txt").expect("the example");
    let mut wide: Vec<u8> = screen.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let frame = 2 * screen.find("stack:").expect("a frame");
    wide[frame..frame + 2].copy_from_slice(&0xd800_u16.to_le_bytes());
    let (_directory, input) = file("damaged.txt", &wide);
    let found = describe(&input, &Limits::default());
    assert!(found.contains("CRASH") && found.contains("InvalidText"), "{found}");
}

#[test]
fn the_name_of_the_host_is_not_the_message() {
    let screen = fs::read_to_string("tests/corpus/esxi-8.0-screen.txt").expect("a corpus file");
    let screen = screen.split_once("\n\n").expect("a header").1;
    let (header, rest) = screen.split_once('\n').expect("lines");
    let expected = psod_match::read::crashes_in_text(screen).remove(0).crash;
    for name in ["esx01.example.com", "esx-07", "localhost", "192.0.2.7"] {
        let text = format!("{header}\n{name}\n{rest}");
        let found = psod_match::read::crashes_in_text(&text).remove(0).crash;
        assert_eq!(found.panic, expected.panic, "{name}");
        let unknown = format!(
            "{header}\n{name}\nsomething new\n{}",
            &rest[rest.find('\n').unwrap_or(0) + 1..]
        );
        let found = psod_match::read::crashes_in_text(&unknown).remove(0).crash;
        assert_eq!(found.panic.map(|panic| panic.message).as_deref(), Some("something new"));
    }
}

/// A member of a tar archive with a hole before its content, as `tar --sparse` writes it.
fn sparse_member(name: &str, hole: u64, content: &[u8]) -> Vec<u8> {
    let mut header = tar::Header::new_gnu();
    header.set_path(name).expect("a short path");
    header.set_entry_type(tar::EntryType::GNUSparse);
    header.set_size(content.len() as u64);
    let gnu = header.as_gnu_mut().expect("a header of GNU");
    gnu.set_real_size(hole + content.len() as u64);
    gnu.sparse[0].set_offset(hole);
    gnu.sparse[0].set_length(content.len() as u64);
    header.set_cksum();
    let mut bytes = header.as_bytes().to_vec();
    bytes.extend(content);
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

#[test]
fn a_sparse_member_is_read_behind_its_hole_up_to_the_bounds() {
    let screen = fs::read("examples/known-issue.txt").expect("the example");
    let (_directory, input) = file("sparse.tar", &sparse_member("one.txt", 512 * 1024, &screen));
    assert!(describe(&input, &Limits::default()).contains("CRASH: one.txt"));
    let mut text = screen;
    text.resize(8 * 1024, b'\n');
    let huge = [
        tar_of(&[("one.txt", &text)])[..8 * 1024 + 512].to_vec(),
        sparse_member("two.txt", 1 << 62, &text),
    ];
    let (_directory, input) = file("sparse.tar", &huge.concat());
    let found = describe(&input, &Limits::default());
    assert!(found.contains("CRASH: one.txt"), "{found}");
}

/// A zip of one member that says a size wrongly, at so many bytes behind the last `mark`.
fn lying_zip(method: zip::CompressionMethod, mark: &[u8], at: usize, size: u32) -> Vec<u8> {
    let mut bytes = zip_of(&[("one.txt", &fs::read(EXAMPLE).expect("the example"))], method);
    let start = bytes.windows(4).rposition(|four| four == mark).expect("the mark") + at;
    bytes[start..start + 4].copy_from_slice(&size.to_le_bytes());
    bytes
}

const EXAMPLE: &str = "examples/known-issue.txt";

fn zip_of(members: &[(&str, &[u8])], method: zip::CompressionMethod) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        let options = zip::write::SimpleFileOptions::default().compression_method(method);
        writer.start_file(*name, options).expect("memory");
        writer.write_all(content).expect("memory");
    }
    writer.finish().expect("memory").into_inner()
}

const LOCAL: &[u8] = b"PK\x03\x04";
const CENTRAL: &[u8] = b"PK\x01\x02";

#[test]
fn a_zip_that_lies_about_a_size_is_read_and_told() {
    use zip::CompressionMethod as Method;
    for method in [Method::Stored, Method::Deflated, Method::Bzip2, Method::Zstd] {
        for size in [0, 10, 1 << 30] {
            let found = told("lying.zip", &lying_zip(method, CENTRAL, 24, size), true);
            assert!(found.contains(&format!("given as {size} bytes")), "{method} {found}");
            if method == Method::Zstd {
                continue;
            }
            // Inside a tar the directory cannot be asked.
            let lying = lying_zip(method, LOCAL, 22, size);
            let found = told("lying.tar", &tar_of(&[("a.zip", &lying)]), true);
            assert!(found.contains(&format!("given as {size} bytes")), "{method} {found}");
        }
        // Too few packed bytes: there is no crash in ten of them.
        told("lying.zip", &lying_zip(method, CENTRAL, 20, 10), false);
    }
    // Too many: what follows belongs to no member.
    told("lying.zip", &lying_zip(Method::Stored, CENTRAL, 20, 1 << 20), true);
    let (_directory, input) = file("zip.zip", &lying_zip(Method::Deflated, CENTRAL, 20, 1 << 20));
    assert!(describe(&input, &Limits::default()).contains("CRASH"));
    // Sizes in the member's own header are not asked where there is a directory.
    for (at, size) in [(18, 10), (22, 10)] {
        let bytes = lying_zip(Method::Deflated, LOCAL, at, size);
        let (_directory, input) = file("zip.zip", &bytes);
        let found = describe(&input, &Limits::default());
        assert!(found.contains("CRASH") && !found.contains("PROBLEM"), "{found}");
    }
}

/// What is found in a file with one complaint about it.
#[track_caller]
fn told(name: &str, bytes: &[u8], has_crash: bool) -> String {
    let (_directory, input) = file(name, bytes);
    let found = describe(&input, &Limits::default());
    let complaints = found.matches("PROBLEM").count() + found.matches("ERROR").count();
    assert_eq!(found.contains("CRASH"), has_crash, "{found}");
    assert_eq!(complaints, 1, "{found}");
    found
}

#[test]
fn a_picture_in_a_zip_is_named_where_nothing_else_shows_a_crash() {
    let picture: (&str, &[u8]) = ("screen.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    let example = fs::read(EXAMPLE).expect("the example");
    for (other, told) in [(&b"hello\n"[..], true), (&example, false)] {
        let bytes = zip_of(&[picture, ("a.txt", other)], zip::CompressionMethod::Stored);
        let (_directory, input) = file("screen.zip", &bytes);
        let found = describe(&input, &Limits::default());
        let note = found.contains("screen.png: this is a picture (PNG)");
        assert_eq!(note, told, "{found}");
    }
}

#[test]
fn a_window_inside_a_zip_is_bounded_and_a_method_that_is_not_read_is_named() {
    use zip::CompressionMethod as Method;
    let screen = fs::read(EXAMPLE).expect("the example");
    for method in [Method::Xz, Method::Zstd] {
        let mut text = screen.clone();
        text.resize(4 << 20, b'\n');
        let packed = zip_of(&[("one.txt", &text)], method);
        let (_directory, input) = file("wide.zip", &packed);
        let wide = Limits { archive_ratio: 1_000_000, ..Limits::default() };
        assert!(describe(&input, &wide).contains("CRASH: one.txt"), "{method}");
        let found = describe(&input, &Limits { window_bytes: 1 << 20, ..wide });
        assert!(found.contains("--limit window-bytes="), "{method} {found}");
        // Inside another archive the library would unpack it without a bound.
        let tar = tar_of(&[("a.zip", &packed), ("two.txt", &screen)]);
        let (_directory, input) = file("wide.tar", &tar);
        let found = describe(&input, &wide);
        assert!(found.contains(&format!("compression is {method}")), "{found}");
        assert!(found.contains("CRASH: two.txt"), "{found}");
    }
}

#[test]
fn a_sparse_file_without_its_holes_is_read_and_told() {
    let screen = fs::read(EXAMPLE).expect("the example");
    let mut map = format!("1\n1048576\n{}\n", screen.len()).into_bytes();
    map.resize(512, 0);
    map.extend(&screen);
    let mut builder = tar::Builder::new(Vec::new());
    let extensions: [(&str, &[u8]); 3] =
        [("GNU.sparse.major", b"1"), ("GNU.sparse.minor", b"0"), ("GNU.sparse.name", b"one.txt")];
    builder.append_pax_extensions(extensions).expect("memory");
    let mut header = tar::Header::new_ustar();
    header.set_size(map.len() as u64);
    builder.append_data(&mut header, "GNUSparseFile.1/one.txt", map.as_slice()).expect("memory");
    let (_directory, input) = file("sparse.tar", &builder.into_inner().expect("memory"));
    let found = describe(&input, &Limits::default());
    assert!(
        found.contains("CRASH") && found.contains("NOTE") && found.contains("sparse"),
        "{found}"
    );
}
