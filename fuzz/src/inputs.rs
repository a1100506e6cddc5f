//! The bytes of a file, whatever it is, to crashes and problems: the same each time.

use std::fs;

use psod_match::read::{Found, Input, Limits, Meter};

/// Bytes that an archive may unpack to here: an input that runs into the bound stays quick.
const ARCHIVE_BYTES: u64 = 1 << 20;

/// Checks `data` as the content of a file.
pub fn check(data: &[u8]) {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("input");
    fs::write(&path, data).expect("a file");
    let once = read(&Input::File(path.clone()));
    assert_eq!(once, read(&Input::File(path)), "the second reading differs");
    let left = fs::read_dir(directory.path()).expect("the directory").count();
    assert_eq!(left, 1, "reading writes no files");
}

/// Everything that reading leads to, in words.
fn read(input: &Input) -> Vec<String> {
    let limits = Limits { archive_bytes: ARCHIVE_BYTES, ..Limits::default() };
    let (mut found, mut crashes) = (Vec::new(), 0);
    let totals = input.read(&limits, &Meter::default(), &mut |part| {
        crashes += usize::from(matches!(part, Found::Crash(..)));
        found.push(format!("{part:?}"));
    });
    if let Ok(totals) = &totals {
        assert_eq!(totals.crashes, crashes, "the total counts every crash");
    }
    found.push(format!("{totals:?}"));
    found
}
