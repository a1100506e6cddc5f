//! Nothing that a guest's owner names, and nothing that an unrelated line repeats, makes an answer
//! surer: every text of the knowledge base is put into names and log lines of crashes that are of no
//! known issue.

use psod_match::diagnose::recognise;
use psod_match::kb::{KbSource, KnowledgeBase};
use psod_match::matching::Verdict;

/// Crashes of no known issue; `{name}` is the world that ran, `{before}` and `{between}` are lines of
/// the log.
const CRASHES: &[&str] = &[
    "{before}{p}@BlueScreen: #PF Exception 14 in world 2097460:vmm0:{name} IP 0x4200120dfa6f addr 0x10\n\
     {between}{frames}",
    "{before}{p}@BlueScreen: #GP Exception 13 in world 2097460:vmx-vcpu-0:{name} @ 0x4200120dfa6f\n\
     {between}{frames}",
    "{before}{p}@BlueScreen: PCPU 4: no heartbeat (2/2 IPIs received)\n\
     {between}{p}cpu 4 / world 2097460: vmm0:{name}\n{frames}",
    "{before}{p}@BlueScreen: LINT1/NMI (motherboard nonmaskable interrupt), undiagnosed.\n{between}",
    "{before}{p}@BlueScreen: IOMMU Fault detected for 0000:3b:00.0 (vmnic9/ourdrv) IOaddr: 0x1.\n\
     {between}{frames}",
];

/// Lines of a log that repeat a name.
const LINES: &[&str] = &[
    "World: vm 77: 1647: Starting world vmm0:{text} of type 8",
    "Net: 2312: connected {text} eth0 to vDS, portID 0x3000004",
    "Config: 681: \"displayName\" = \"{text}\", Old Value: \"\"",
    "vmx: {text}: powered on",
    "WARNING: vmx: 12: {text}",
    "Hbr: 5: guest of '{text}' began",
    "VMotion: 4: id 12 {text}",
];

const PREFIX: &str = "2026-01-02T03:04:05.678Z cpu4:2097460)";
const FRAMES: &[&str] =
    &["ourdrv_FlushRing", "ourdrv_DrainWork", "ourdrv_PollLoop", "OurQueueDispatch"];

/// A text that the template fits.
fn example(template: &str) -> String {
    template.replace("{n}", "12").replace("{w}", "x").replace('*', " ")
}

fn crash(pattern: &str, name: &str, before: &str, between: &str) -> String {
    let frames = FRAMES.iter().map(|function| {
        format!("{PREFIX}0x453a9b19b660:[0x4200120dfa6f]{function}@ourdrv#nover+0x3c stack: 0x0\n")
    });
    pattern
        .replace("{before}", &line(before))
        .replace("{between}", &line(between))
        .replace("{frames}", &frames.collect::<String>())
        .replace("{p}", PREFIX)
        .replace("{name}", name)
}

/// A line of the log; nothing without a text.
fn line(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{PREFIX}{text}\n") }
}

/// The verdict about a text, and how many crashes it holds.
fn verdict(text: &str) -> (Verdict, usize) {
    let found = recognise(text).expect("an answer");
    (found.iter().map(|one| one.verdict).max().unwrap_or(Verdict::None), found.len())
}

/// Every message and log text that a shipped signature asks for.
fn texts() -> Vec<String> {
    let kb = KnowledgeBase::read(&[KbSource::Shipped]).expect("the shipped knowledge base");
    let signatures = kb.issues.values().flat_map(|issue| &issue.signatures);
    signatures
        .flat_map(|one| one.messages.iter().chain(&one.logs))
        .map(|one| example(one))
        .collect()
}

#[track_caller]
fn check(text: &str, expected: (Verdict, usize)) {
    let found = verdict(text);
    assert!(found.0 <= expected.0 && found.1 == expected.1, "{found:?} {expected:?}\n{text}");
}

#[test]
fn no_name_and_no_line_that_repeats_one_makes_an_answer_surer() {
    let texts = texts();
    assert!(texts.len() > 20, "{texts:?}");
    for pattern in CRASHES {
        let honest = verdict(&crash(pattern, "web server", "", ""));
        assert!(honest.0 < Verdict::Match, "{honest:?} {pattern}");
        for text in &texts {
            for name in
                [text.clone(), format!("x IP 0x1 addr 0x0 {text}"), format!("in world 1:{text}")]
            {
                check(&crash(pattern, &name, "", ""), honest);
            }
            for line in LINES.iter().map(|line| line.replace("{text}", text)) {
                check(&crash(pattern, "web server", &line, ""), honest);
                check(&crash(pattern, "web server", "", &line), honest);
            }
        }
    }
}
