//! Bytes to crashes: the same answer each time and for any cut into pieces, places inside the text,
//! a crash that is found again from the line where it starts, and a stored form that is read back.

use psod_match::crash::DefectCode;
use psod_match::diagnose::Stored;
use psod_match::read::{FoundCrash, Limits, Scan, crashes_in_text};

/// Characters inside a line of the input at which the reader may begin another one.
const LINE_ENDS: &[char] = &['\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'];

/// Checks `data` as the bytes of a text.
pub fn check(data: &[u8]) {
    let whole = scanned(data, data.len().max(1));
    assert_eq!(whole, scanned(data, data.len().max(1)), "the second reading differs");
    assert_eq!(whole, scanned(data, 7), "reading it in pieces of 7 bytes differs");
    let Ok(text) = std::str::from_utf8(data) else { return };
    let found = crashes_in_text(text);
    check_places(&found, text);
    for (index, crash) in found.iter().enumerate() {
        check_stored(crash);
        let is_start_of_text = index == 0 && crash.line == 1;
        if is_start_of_text || !begins_inside_a_line(crash, text) {
            check_again(crash, text);
        }
    }
}

fn scanned(data: &[u8], piece: usize) -> Vec<FoundCrash> {
    let mut found = Vec::new();
    let mut scan = Scan::new(&Limits::default()).with_names();
    for bytes in data.chunks(piece) {
        scan.push(bytes, &mut |crash| found.push(crash));
    }
    scan.finish(&mut |crash| found.push(crash));
    found
}

fn check_places(found: &[FoundCrash], text: &str) {
    let lines = text.split(['\n', '\r']).count();
    for crash in found {
        assert!((1..=lines).contains(&crash.line), "line {} of {lines}", crash.line);
        for defect in &crash.crash.defects {
            assert!((1..=lines).contains(&defect.line), "{defect:?} in {lines} lines");
        }
    }
    for pair in found.windows(2) {
        assert!(pair[0].line <= pair[1].line, "crashes in the order of their lines");
    }
}

/// True where the line of its start was taken apart: what comes before it in that line belongs to the
/// crash before, and to this one when nothing is above (`…Port_ReleaseLonexcl@v2024-06-21T21:50:40.305Z
/// cpu56:2097460)@BlueScreen: …`). The same is true of a line that holds a break of a page or a character
/// that ends a line (`#P Exception60x:[0x]`, a vertical tab, `BlueScreen:4`).
fn begins_inside_a_line(found: &FoundCrash, text: &str) -> bool {
    let mut defects = found.crash.defects.iter();
    let line = text.split('\n').nth(found.line - 1).unwrap_or_default();
    line.to_ascii_lowercase().contains("<br")
        || line.contains(LINE_ENDS)
        || defects.any(|defect| defect.line == found.line && defect.code == DefectCode::GluedLines)
}

fn check_stored(found: &FoundCrash) {
    let stored = Stored::new(found.crash.clone(), None);
    let json = stored.to_json().expect("a record");
    assert_eq!(Stored::from_json(&json).expect("the record again"), stored);
}

/// A crash does not depend on what is printed before it, but for the lines of the log around it.
fn check_again(found: &FoundCrash, text: &str) {
    // A lone carriage return may end a line or not; the lines of such a text are not counted here.
    if text.contains('\r') {
        return;
    }
    let rest: String = text.split_inclusive('\n').skip(found.line - 1).collect();
    let again = crashes_in_text(&rest);
    let first = again.first().unwrap_or_else(|| panic!("nothing from line {} on", found.line));
    assert_eq!(first.crash.panic, found.crash.panic);
    assert_eq!(first.crash.release, found.crash.release);
    assert_eq!(first.crash.backtrace, found.crash.backtrace);
    assert_eq!(first.crash.uptime_ms, found.crash.uptime_ms);
}
