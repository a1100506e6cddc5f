//! A support request without names: redacting it again changes nothing, neither as a screen nor as running
//! text, and frames stay as printed.

use std::path::Path;

use psod_match::crash::ScreenLine;
use psod_match::diagnose::{Diagnosis, Knowledge, Subject, diagnose, prepare};
use psod_match::message::Catalog;
use psod_match::read::crashes_in_text;
use psod_match::report::{CrashReport, Request, Source};
use psod_match::text::{Redactor, SiteSecret};
use serde_json::json;

/// The crash of the requests. It names no virtual machine.
const CRASH: &str = "#PF Exception 14 in world 2097460:HELPER_UPLIN IP 0x42002b65ad3b addr 0x8\n";
/// Characters of function and module names.
const NAME: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789____";

/// Checks `data` as the lines of a screen, as running text, and as the names of a frame.
pub fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let once = redacted(&lines);
    assert_eq!(redacted(&once), once, "redacting twice is not redacting once");
    let running = redacted_text(&text);
    assert_eq!(redacted_text(&running), running, "running text redacted twice is not as once");
    let frame = frame_of(data);
    assert_eq!(redacted(std::slice::from_ref(&frame)), [frame], "a frame is changed");
}

/// A frame whose function, module and addresses are made of `data`.
fn frame_of(data: &[u8]) -> String {
    let (one, other) = data.split_at(data.len() / 2);
    let number = data.iter().take(8).fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
    format!(
        "0x451a0919bc{:02x}:[{number:#014x}]{}@{}#nover+{:#x} stack: {number:#x}, 0x0",
        number & 0xff,
        name_of(one),
        name_of(other),
        number & 0xfff
    )
}

fn name_of(data: &[u8]) -> String {
    let letters = data.iter().take(24).map(|byte| char::from(NAME[usize::from(byte % 64)]));
    std::iter::once('f').chain(letters).collect()
}

/// `text` as the lines of a log beside a screen, names replaced.
fn redacted_text(text: &str) -> String {
    let secret = SiteSecret::known([7; 32]);
    let mut redactor = Redactor::new(&secret);
    redactor.learn(text);
    redactor.redact(text)
}

/// The lines of a request about a screen with `lines`, names replaced.
fn redacted(lines: &[String]) -> Vec<String> {
    let (subject, diagnosis) = answer();
    let catalog = Catalog::english();
    let source = Source::new(Path::new("screen.txt"), None);
    let report = CrashReport::new(&subject, &diagnosis, source, catalog);
    let screen = lines.iter().map(|text| {
        serde_json::from_value(json!({ "part": "message", "text": text })).expect("a line")
    });
    let screen: Vec<ScreenLine> = screen.collect();
    let request = Request::new(&report, &screen, Some(&SiteSecret::known([7; 32])), catalog);
    let part = request.parts.into_iter().find(|part| part.screen).expect("the screen");
    part.lines
}

fn answer() -> (Subject, Diagnosis) {
    use std::sync::OnceLock;
    static ANSWER: OnceLock<(Subject, Diagnosis)> = OnceLock::new();
    let answer = ANSWER.get_or_init(|| {
        let knowledge = Knowledge::shipped().expect("the shipped knowledge base");
        let subject = prepare(crashes_in_text(CRASH).remove(0), knowledge);
        let diagnosis = diagnose(&subject, knowledge).expect("a diagnosis");
        (subject, diagnosis)
    });
    answer.clone()
}
