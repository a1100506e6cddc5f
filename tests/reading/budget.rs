//! One budget an input: a bound that is reached ends the input, says so once, and keeps what was
//! found before. `benches/hostile/measure.py` prints the peaks of memory.

use psod_match::read::Limits;

use super::sources::{describe, file, tar_of};

const SCREEN: &[u8] = include_bytes!("../../examples/known-issue.txt");

/// Reads `archive` and asks for so many crashes, and for one line that names `bound`, or none.
#[track_caller]
fn check(name: &str, archive: &[u8], limits: Limits, crashes: usize, bound: Option<&str>) {
    let (_directory, input) = file(name, archive);
    let found = describe(&input, &limits);
    assert_eq!(found.matches("CRASH:").count(), crashes, "{found}");
    let complaints: Vec<&str> = found
        .lines()
        .filter(|line| line.starts_with("PROBLEM") || line.starts_with("ERROR"))
        .collect();
    assert_eq!(complaints.len(), usize::from(bound.is_some()), "{found}");
    let named = bound.is_none_or(|bound| complaints[0].contains(&format!("--limit {bound}=")));
    assert!(named, "{found}");
}

/// A member of a tar archive that describes the next one.
fn description(kind: u8, length: usize) -> Vec<u8> {
    let mut header = tar::Header::new_gnu();
    header.set_path("././@LongLink").expect("a short path");
    header.set_entry_type(tar::EntryType::new(kind));
    header.set_size(length as u64);
    header.set_cksum();
    let mut bytes = header.as_bytes().to_vec();
    bytes.resize(512 + length.next_multiple_of(512), b'a');
    bytes
}

#[test]
fn a_long_name_ends_the_archive() {
    for kind in *b"LKx" {
        let mut archive = tar_of(&[("one.txt", SCREEN)]);
        archive.truncate(archive.len() - 1024);
        archive.extend(description(kind, 200_000));
        archive.extend(tar_of(&[("two.txt", SCREEN)]));
        let limits = Limits { header_bytes: 100_000, ..Limits::default() };
        check("long.tar", &archive, limits, 1, Some("header-bytes"));
    }
}

#[test]
fn a_long_member_is_no_header() {
    let log = "2024-06-21T20:00:00.001Z cpu3:2100001)ScsiDeviceIO: 1: done\n".repeat(9_000);
    let members =
        [("one.txt", log.as_bytes()), ("vmkernel-zdump.1", &[7; 300_000]), ("two.txt", SCREEN)];
    let limits = Limits { header_bytes: 2_048, ..Limits::default() };
    check("long.tar", &tar_of(&members), limits, 1, None);
}

#[test]
fn fragments_are_counted_over_the_whole_archive() {
    let names: Vec<String> = (0..100).map(|number| format!("log/{number}.FRAG-00001")).collect();
    let first: Vec<String> = (0..100).map(|number| format!("log/{number}.FRAG-00000")).collect();
    for names in [names, first] {
        let mut members = vec![("one.txt", SCREEN)];
        members.extend(names.iter().map(|name| (name.as_str(), SCREEN)));
        let limits = Limits { fragment_bytes: 40_000, crashes: 100_000, ..Limits::default() };
        let (_directory, input) = file("fragments.tar", &tar_of(&members));
        let found = describe(&input, &limits);
        assert_eq!(found.matches("--limit fragment-bytes=").count(), 1, "{found}");
        assert!(found.matches("CRASH:").count() < 50, "{found}");
    }
}

#[test]
fn crashes_are_counted_over_all_texts() {
    let two = [SCREEN, b"\n", SCREEN].concat();
    let members = [("one.txt", &*two), ("two.txt", &*two), ("three.txt", &*two)];
    let limits = Limits { crashes: 3, ..Limits::default() };
    check("many.tar", &tar_of(&members), limits, 3, Some("crashes"));
    check("many.txt", &two.repeat(3), limits, 3, Some("crashes"));
    check("many.tar", &tar_of(&members), Limits::default(), 6, None);
    let limits = Limits { crash_bytes: 10_000, ..Limits::default() };
    let (_directory, input) = file("many.tar", &tar_of(&members));
    let found = describe(&input, &limits);
    assert_eq!(found.matches("--limit crash-bytes=").count(), 1, "{found}");
}

#[test]
fn lines_are_counted_over_all_texts() {
    let members = [("one.txt", SCREEN), ("two.txt", SCREEN), ("three.txt", SCREEN)];
    let limits = Limits { parsed_bytes: 1_500, ..Limits::default() };
    let (_directory, input) = file("many.tar", &tar_of(&members));
    let found = describe(&input, &limits);
    assert_eq!(found.matches("--limit parsed-bytes=").count(), 1, "{found}");
    assert!((1..3).contains(&found.matches("CRASH:").count()), "{found}");
}

#[test]
fn a_bound_that_is_reached_ends_all_members() {
    let text = "a line of a text\n".repeat(1_000);
    let members: Vec<(&str, &[u8])> = vec![("one.txt", text.as_bytes()); 50];
    let (_directory, input) = file("many.tar.gz", &super::sources::gzipped(&tar_of(&members)));
    let found = describe(&input, &Limits { archive_bytes: 40_000, ..Limits::default() });
    assert_eq!(found.matches("archive-bytes").count(), 2, "both words of one line: {found}");
    assert!(found.contains("TOTAL: 3 texts"), "{found}");
}

#[test]
fn a_window_that_is_too_wide_is_told() {
    for name in ["screen.txt.xz", "screen.txt.zst"] {
        let packed = std::fs::read(format!("tests/corpus/sources/{name}")).expect("a file");
        let wide = [("wide", &*packed), ("one.txt", SCREEN)];
        let limits = Limits { window_bytes: 1 << 30, ..Limits::default() };
        check("wide.tar", &tar_of(&wide), limits, 2, None);
    }
    let mut encoder = zstd::stream::Encoder::new(Vec::new(), 1).expect("memory");
    encoder.window_log(27).expect("a window");
    std::io::Write::write_all(&mut encoder, &vec![b'a'; 1 << 20]).expect("memory");
    let packed = encoder.finish().expect("memory");
    let members = [("wide", &*packed), ("one.txt", SCREEN)];
    let limits = Limits { window_bytes: 1 << 20, ..Limits::default() };
    check("wide.tar", &tar_of(&members), limits, 1, Some("window-bytes"));
}
