//! Each form on one small crash.

use super::*;
use psod_match::read::crashes_in_text;
use psod_match::signature::{ComparableCrash, FrameLists};

const TEXT: &str = "VMware ESXi 7.0.3 [Releasebuild-23307199 x86_64]\n\
    #PF Exception 14 in world 2098051:vmnic4-pollW IP 0x42001ab7c298 addr 0x8\n\
    0x4539a0c1bd00:[0x42001ab7c298]PFrame_IsBackedByLPage@vmkernel#nover+0x0 stack: 0x1\n\
    0x4539a0c1bd20:[0x42001abb988f]VmMemCowHintUpdatePost@vmkernel#nover+0x94 stack: 0x2\n\
    0x4539a0c1bd40:[0x42001abbc136]VmMemCowPShareFn@vmkernel#nover+0xedf stack: 0x3\n\
    0x4539a0c1bd60:[0x42001ab14432]VmAssistantProcessTasks@vmkernel#nover+0x14b stack: 0x4\n\
    0x4539a0c1bd80:[0x42001adb33e1]CpuSched_StartWorld@vmkernel#nover+0x86 stack: 0x0\n";
const OTHER: &str = "@BlueScreen: Spin count exceeded (netLock) - possible deadlock with PCPU 3\n\
    0x412300b075c8:[0x418036a2f2c0]NetSchedSFQInput@vmkernel#nover+0x21b stack: 0x0\n\
    0x412300b07678:[0x418036580add]NetSchedInput@vmkernel#nover+0x320 stack: 0x0\n";
const STORY: [&str; 4] = [
    "PFrame_IsBackedByLPage",
    "VmMemCowHintUpdatePost",
    "VmMemCowPShareFn",
    "VmAssistantProcessTasks",
];

fn read(text: &str, pcpu: Option<u32>) -> Crash {
    let found = crashes_in_text(text);
    let own = found.iter().position(|found| pcpu.is_some() && found.crash.pcpu == pcpu);
    let crash = found.into_iter().nth(own.unwrap_or(0)).expect("a crash").crash;
    let machinery = ["CpuSched_StartWorld".to_owned()].into();
    ComparableCrash::new(crash, &FrameLists { machinery, ..FrameLists::default() }).crash
}

fn story(crash: &Crash) -> Vec<String> {
    CrashKeys::new(crash).frames.into_iter().map(|frame| frame.function).collect()
}

fn damaged(name: &str, seed: u64) -> Damaged {
    let (crash, other) = (read(TEXT, None), read(OTHER, None));
    let specimen = Specimen { text: TEXT, crash: &crash, other: Some(&other) };
    let form = FORMS.iter().find(|form| form.name == name).expect(name);
    form.write(&specimen, &mut Draw::new(seed, &[name])).expect(name)
}

/// The lines of one form: the first, the last and how many there are.
#[track_caller]
fn check(name: &str, first: &str, last: &str, lines: usize) {
    let text = damaged(name, 1).text;
    let found: Vec<&str> = text.lines().collect();
    assert_eq!((found[0], found[found.len() - 1], found.len()), (first, last, lines), "{text}");
}

#[test]
fn names_are_unique() {
    let names: std::collections::BTreeSet<&str> = FORMS.iter().map(|form| form.name).collect();
    assert_eq!(names.len(), FORMS.len());
}

#[test]
fn forms_without_chance_are_written_as_expected() {
    let header = "VMware ESXi 7.0.3 [Releasebuild-23307199 x86_64]";
    let last = "0x4539a0c1bd80:[0x42001adb33e1]CpuSched_StartWorld@vmkernel#nover+0x86 stack: 0x0";
    check("published", header, last, 7);
    let dump = "Coredump to disk. Slot 1 of 1 on device naa.600508b1001c4d41:9.";
    check("screen", header, dump, 11);
    check("names-only", STORY[0], "CpuSched_StartWorld", 5);
    let flat = TEXT.trim_end().replace('\n', " ");
    check("flattened", &flat, &flat, 1);
}

#[test]
fn the_screen_has_every_part() {
    let text = damaged("screen", 1).text;
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[1], TEXT.lines().nth(1).expect("a message"));
    assert!(lines[2].starts_with("cr0="), "{text}");
    assert!(lines[3].starts_with("*PCPU") && lines[3].ends_with("/vmnic4-pollW"), "{text}");
    assert!(lines[4].starts_with("Code start: 0x42"), "{text}");
    assert_eq!(lines[5], TEXT.lines().nth(2).expect("a frame"));
}

#[test]
fn the_story_that_a_form_claims_to_keep_is_what_it_holds() {
    // A photograph holds the story in damaged names; names alone do not begin a crash.
    let unread = ["ocr-1", "ocr-4", "ocr-10", "names-only"];
    for form in FORMS.iter().filter(|form| !unread.contains(&form.name)) {
        for seed in 0..20 {
            let damaged = damaged(form.name, seed);
            let crash = read(&damaged.text, damaged.pcpu);
            assert_eq!(story(&crash), damaged.story, "{} {seed}\n{}", form.name, damaged.text);
            assert_eq!(crash.kind(), damaged.kind, "{} {seed}\n{}", form.name, damaged.text);
        }
    }
}

#[test]
fn cut_forms_lose_what_they_say() {
    for seed in 0..20 {
        let top = damaged("top-lost", seed).story;
        assert!((1..=3).contains(&top.len()) && STORY.ends_with(&as_words(&top)), "{top:?}");
        let half = damaged("half-lost", seed).story;
        assert_eq!(half.len(), 2);
        let inlined = damaged("inlined", seed).story;
        assert_eq!(inlined.len(), 3);
    }
}

fn as_words(story: &[String]) -> Vec<&str> {
    story.iter().map(String::as_str).collect()
}

#[test]
fn another_build_has_other_numbers() {
    let text = damaged("log", 1).text;
    for printed in ["23307199", "0x42001abb988f", "+0xedf", "2098051", "0x42001ab7c298"] {
        assert!(!text.contains(printed), "{printed} in {text}");
    }
    assert!(text.contains("addr 0x8") && text.contains(":vmnic4-pollW IP 0x4200"), "{text}");
    assert!(text.lines().all(|line| line.starts_with("2024-05-14T")), "{text}");
}

#[test]
fn half_of_the_names_have_blanks_and_foreign_lines_come_between() {
    let text = damaged("blanks", 1).text;
    assert_eq!(STORY.iter().filter(|name| !text.contains(**name)).count(), 2, "{text}");
    let text = damaged("interleaved", 1).text;
    let writers: std::collections::BTreeSet<&str> =
        text.lines().filter_map(|line| line.split(' ').nth(1)?.split(':').next()).collect();
    assert_eq!(writers.len(), 2, "{text}");
    assert!(text.contains("NetSchedInput") && !text.contains("Spin count"), "{text}");
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_one_others() {
    for form in FORMS {
        assert_eq!(damaged(form.name, 7), damaged(form.name, 7), "{}", form.name);
        let differs = (8..20).any(|seed| damaged(form.name, seed) != damaged(form.name, 7));
        let made_up = form.name == "screen";
        assert_eq!(differs, form.random || made_up, "{}", form.name);
    }
}
