//! Inputs that are made to lead a reader astray; `docs/hostile-input.md` lists them with all others.

use std::io::{Cursor, Write as _};

use psod_match::crash::DefectCode;
use psod_match::read::Limits;
use zip::write::SimpleFileOptions;

use super::sources::{describe, file, gzipped, tar_of};

const SCREEN: &[u8] = include_bytes!("../../examples/known-issue.txt");

/// Reads `content` and asks for so many crashes, and so many lines that complain.
#[track_caller]
fn check(name: &str, content: &[u8], crashes: usize, complaints: usize) -> String {
    let (_directory, input) = file(name, content);
    let found = describe(&input, &Limits::default());
    assert_eq!(found.matches("CRASH:").count(), crashes, "{found}");
    let told = found.lines().filter(|l| l.starts_with("PROBLEM") || l.starts_with("ERROR")).count();
    assert_eq!(told, complaints, "{found}");
    found
}

/// Bytes without any order, the same in each run.
fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut bytes = Vec::with_capacity(length);
    for _ in 0..length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.push(state.to_le_bytes()[7]);
    }
    bytes
}

#[test]
fn noise_behind_any_beginning_ends_in_one_line() {
    let beginnings: [&[u8]; 8] = [
        b"",
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03",
        b"PK\x03\x04\x14\x00\x00\x00\x08\x00",
        b"BZh9",
        b"\xfd7zXZ\x00",
        b"\x28\xb5\x2f\xfd",
        b"\xff\xfe",
        b"#PF Exception 14 in world 1:a IP 0x1 addr 0x8\n",
    ];
    for beginning in beginnings {
        for seed in 1..12 {
            let bytes = [beginning, &noise(seed, 40_000)].concat();
            let (_directory, input) = file("noise", &bytes);
            let found = describe(&input, &Limits::default());
            let told = found.lines().filter(|l| l.starts_with("PROBLEM")).count();
            assert!(told <= 1, "{beginning:?} {seed}: {found}");
            let last = found.lines().last().unwrap_or_default();
            assert!(last.starts_with("TOTAL") || last.starts_with("ERROR"), "{found}");
        }
    }
}

#[test]
fn a_flood_of_combining_marks_is_a_defect_and_hides_no_frame() {
    let flood = "\u{301}\u{489}".repeat(9_000);
    let screen = format!(
        "@BlueScreen: CrashMe\n[0x1]F{flood}@vmkernel#nover+0x1\n[0x2]Next@vmkernel#nover+0x2\n"
    );
    let crashes = psod_match::read::crashes_in_text(&screen);
    let [found] = crashes.as_slice() else { panic!("{} crashes", crashes.len()) };
    let names: Vec<_> =
        found.crash.deciding_frames().iter().map(|f| f.function.as_deref()).collect();
    assert_eq!(names, [Some("F"), Some("Next")]);
    let odd = found.crash.defects.iter().find(|defect| defect.code == DefectCode::OddName);
    let shown = odd.map(|defect| defect.text.len());
    assert!(shown.is_some_and(|length| length < 1_000), "{shown:?}");
}

/// A zip archive of files with these names and contents.
fn zip_of(members: &[(&str, &[u8])], options: SimpleFileOptions) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        writer.start_file(*name, options).expect("memory");
        writer.write_all(content).expect("memory");
    }
    writer.finish().expect("memory").into_inner()
}

const DEFLATED: SimpleFileOptions =
    SimpleFileOptions::DEFAULT.compression_method(zip::CompressionMethod::Deflated);

/// Where a record of a zip begins, counted from the end.
fn record(zip: &[u8], signature: &[u8; 4]) -> usize {
    zip.windows(4).rposition(|bytes| bytes == signature).expect("a record")
}

#[test]
fn a_zip_with_the_long_fields_of_large_files_is_read() {
    let zip = zip_of(&[("one.txt", SCREEN)], DEFLATED.large_file(true));
    check("large.zip", &zip, 1, 0);
    check("large.tar", &tar_of(&[("large.zip", &zip)]), 1, 0);
}

#[test]
fn a_password_is_told_and_the_other_members_are_read() {
    let mut zip = zip_of(&[("one.txt", SCREEN), ("two.txt", SCREEN)], DEFLATED);
    let second = record(&zip, b"PK\x01\x02");
    let local = record(&zip, b"PK\x03\x04");
    zip[second + 8] |= 1;
    zip[local + 6] |= 1;
    check("password.zip", &zip, 1, 1);
}

#[test]
fn the_directory_of_a_zip_counts_where_a_member_has_another_name() {
    let mut zip = zip_of(&[("one.txt", SCREEN)], DEFLATED);
    let local = record(&zip, b"PK\x03\x04");
    zip[local + 30..local + 33].copy_from_slice(b"two");
    let found = check("names.zip", &zip, 1, 0);
    assert!(found.contains("one.txt") && !found.contains("two.txt"), "{found}");
}

/// A zip whose directory lists `count` members that share one stream.
fn overlapping(text: &[u8], count: usize) -> Vec<u8> {
    let zip = zip_of(&[("m.txt", text)], DEFLATED);
    let (directory, end) = (record(&zip, b"PK\x01\x02"), record(&zip, b"PK\x05\x06"));
    let mut bytes = zip[..directory].to_vec();
    for number in 0..count {
        let mut entry = zip[directory..end].to_vec();
        let name = entry.len() - b"m.txt".len();
        entry[name] = b'a' + u8::try_from(number % 26).expect("a letter");
        bytes.extend(entry);
    }
    let length = u32::try_from(bytes.len() - directory).expect("small");
    let counted = u16::try_from(count).expect("few").to_le_bytes();
    let mut tail = zip[end..].to_vec();
    tail[8..10].copy_from_slice(&counted);
    tail[10..12].copy_from_slice(&counted);
    tail[12..16].copy_from_slice(&length.to_le_bytes());
    bytes.extend(tail);
    bytes
}

#[test]
fn members_of_a_zip_that_share_one_stream_are_counted_again_each_time() {
    let mut text = SCREEN.to_vec();
    text.resize(2 << 20, b'\n');
    let (_directory, input) = file("overlapping.zip", &overlapping(&text, 20));
    let found = describe(&input, &Limits::default());
    assert_eq!(found.matches("--limit archive-ratio=").count(), 1, "{found}");
    assert!((1..8).contains(&found.matches("CRASH:").count()), "{found}");
    let small = overlapping(SCREEN, 20);
    let (_directory, input) = file("overlapping.zip", &small);
    let few = Limits { crashes: 4, ..Limits::default() };
    let found = describe(&input, &few);
    assert_eq!(found.matches("CRASH:").count(), 4, "{found}");
}

#[test]
fn bombs_inside_each_other_share_one_bound() {
    let blank = vec![b'\n'; 8 << 20];
    let names: Vec<String> = (0..10).map(|number| format!("{number}.zip")).collect();
    let mut bomb = zip_of(&[("blank.txt", &blank)], DEFLATED);
    for _ in 0..2 {
        let members: Vec<(&str, &[u8])> = names.iter().map(|n| (n.as_str(), &*bomb)).collect();
        bomb = zip_of(&members, DEFLATED);
    }
    let found = check("bomb.zip", &bomb, 0, 1);
    assert!(found.contains("--limit archive-ratio="), "{found}");
}

/// A member of a tar archive as the old format writes it, with a size that may be a lie.
fn member(name: &str, kind: u8, size: u64, content: &[u8]) -> Vec<u8> {
    let mut header = tar::Header::new_ustar();
    header.set_path(name).expect("a short path");
    header.set_entry_type(tar::EntryType::new(kind));
    header.set_size(size);
    header.set_cksum();
    let mut bytes = [header.as_bytes(), content].concat();
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

/// A line of the extended header of a tar member, which begins with its own length.
fn extended(key: &str, value: &str) -> Vec<u8> {
    let rest = format!(" {key}={value}\n");
    let length = (1..).find(|n: &usize| n.to_string().len() + rest.len() == *n).expect("one");
    format!("{length}{rest}").into_bytes()
}

#[test]
fn an_extended_header_of_a_tar_counts_and_hides_no_member() {
    let size = SCREEN.len() as u64;
    let real = extended("size", &size.to_string());
    let lying = [
        member("one.txt", b'0', size, SCREEN),
        member("x", b'x', real.len() as u64, &real),
        // By its own size the member is empty, and its text would be the next header.
        member("two.txt", b'0', 0, SCREEN),
        member("three.txt", b'0', size, SCREEN),
        vec![0; 1024],
    ];
    let found = check("lying.tar", &lying.concat(), 3, 0);
    assert!(found.contains("two.txt") && found.contains("three.txt"), "{found}");
    let renamed = extended("path", "../../renamed.txt");
    let renaming = [
        member("x", b'x', renamed.len() as u64, &renamed),
        member("one.txt", b'0', size, SCREEN),
        vec![0; 1024],
    ];
    let found = check("renaming.tar", &renaming.concat(), 1, 0);
    assert!(found.contains("CRASH: ../../renamed.txt"), "{found}");
}

#[test]
fn members_without_content_are_counted() {
    let empty = member("empty.txt", b'0', 0, b"").repeat(300);
    let archive = [member("one.txt", b'0', SCREEN.len() as u64, SCREEN), empty].concat();
    let (_directory, input) = file("empty.tar.gz", &gzipped(&archive));
    let limits = Limits { archive_members: 200, ..Limits::default() };
    let found = describe(&input, &limits);
    assert_eq!(found.matches("--limit archive-members=").count(), 1, "{found}");
    assert!(found.contains("CRASH: one.txt"), "{found}");
}
