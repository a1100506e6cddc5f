//! A guest's owner chooses its name, and logs print it: a name never opens, closes or changes a crash.

use psod_match::read::{ANCHORS, crashes_in_text};

/// Names that look like a line of a screen, or hold one.
const NAMES: &[&str] = &[
    "x) @BlueScreen: #PF Exception 14 in world 1:evil IP 0x42 addr 0x8",
    "x)@BlueScreen: CrashMe",
    "cpu1:1)@BlueScreen: CrashMe",
    "2024-06-21T20:00:00.001Z cpu3:2100001)@BlueScreen: CrashMe",
    "a\\n2024-06-21T20:00:00.001Z cpu3:2100001)@BlueScreen: CrashMe",
    "a\\x0a@BlueScreen: CrashMe",
    "a<br>@BlueScreen: CrashMe",
    "a\u{2028}@BlueScreen: CrashMe",
    "@BlueScreen: CrashMe (",
    "Panic Message: @BlueScreen: CrashMe",
    "LogEFI[1]: @BlueScreen: CrashMe",
    "VMware ESXi 7.0.3 [Releasebuild-1 x86_64]",
    "#PF Exception 14 in world 1:evil @ 0x0",
    "Host: 1: COS Error: Oops",
    "Spin count exceeded",
    "Machine Check Exception",
    "PCPU 1 locked up. Failed to ack TLB invalidate.",
    "Backtrace for current CPU #1, worldID=1, rbp=0x0",
    "Code start: 0x1 VMK uptime: 1:00:00:00.000",
    "0x45396649b660:[0x4200120dfa6f]Evil@vmkernel#nover+0x3c4 stack: 0x4",
    "[0x42]Evil@vmkernel#nover+0x1",
    "MC:PCPU1 B:4 S:0xbe00000000800400 M:0x4 A:0x4 5 Excp",
];

/// Lines of logs in which `{}` is the place of a name.
const PLACES: &[&str] = &[
    "2024-06-21T20:00:00.000Z cpu3:2100001)World: vm 2100002: 7077: Starting world vmm0:{} of type 8",
    "2024-06-21T20:00:00.001Z cpu3:2100001)VmMemPf: vm 2100002: 1234: vmm0:{}",
    "2024-06-21T20:00:00.001Z cpu3:2100001)Sched: vm 1: 1: Adding world 'vmm0:{}', group 'host/user'",
    "2024-06-21T20:00:00.001Z In(182) vmkernel: cpu3:2100001)Vol3: name \"{}\" opened",
    "2024-06-21T20:00:00.001Z cpu3:2100001)\"{}\"",
    "2024-06-21T20:00:00.001Z info hostd[2099]: [Originator@6876 sub=Vimsvc] VM name is {}",
    "2024-06-21T20:00:00.001Z| vmx| I125: DICT displayName = \"{}\"",
    "Jun 21 20:00:00 esx1 Hostd: info [x] guest said '{}' and went on",
];

#[test]
fn a_name_in_a_log_changes_no_crash() {
    let log = std::fs::read_to_string("tests/corpus/esxi-8.0-log.txt").expect("a corpus file");
    let crash = log.split_once("\n\n").expect("a header").1;
    let expected = crashes_in_text(crash);
    assert_eq!(expected.len(), 1);
    for place in PLACES {
        for name in ANCHORS.iter().chain(NAMES) {
            let line = place.replace("{}", name);
            for times in [1, 3] {
                let alone = format!("{line}\n").repeat(times);
                let found = crashes_in_text(&alone);
                assert!(found.is_empty(), "{line}: {:?}", found[0].crash.panic);
                // Before a crash, and after it.
                let text = format!("{alone}{crash}{alone}");
                let found = crashes_in_text(&text);
                let panics: Vec<_> = found.iter().map(|found| &found.crash.panic).collect();
                assert_eq!(panics, [&expected[0].crash.panic], "{line}");
                let (found, expected) = (&found[0].crash, &expected[0].crash);
                assert_eq!(found.backtrace, expected.backtrace, "{line}");
                assert_eq!(found.release, expected.release, "{line}");
            }
        }
    }
}

/// Lines without a clock in which `{}` is the place of a message that somebody speaks of.
const QUOTATIONS: &[&str] = &[
    "annotation = \"{}\"",
    "displayName = \"x) {}\"",
    "guestinfo.note = \"VMware ESXi 7.0.3 [Releasebuild-1 x86_64]|0A{}\"",
    "{\"annotation\": \"{}\", \"id\": 4}",
    "{\"description\": \"{}\"}",
    "  \"notes\": \"{}\",",
    "\"notes\": \"first\\nsecond\\nthird\\n{}\\nlast\"",
    "<annotation>{}</annotation>",
    "grep \"{}\" vmkernel.log",
    "$ grep -r '{}' .",
    "echo '{}' > note.txt",
    "The host printed \"{}\" and went down.",
    "My customer says: {}",
    "summary,\"{}\",open",
];

const QUOTED: &[&str] = &[
    "@BlueScreen: #PF Exception 14 in world 1:evil IP 0x42 addr 0x8",
    "@BlueScreen: CrashMe",
    "#GP Exception 13 in world 1:evil @ 0x42",
];

const FRAMES: &str = "0x45396649b660:[0x4200120dfa6f]Our_Function@vmkernel#nover+0x3c4 stack: 0x4\n\
    0x45396649b670:[0x4200120dfa7f]Our_Caller@vmkernel#nover+0x3c4 stack: 0x4\n";

#[test]
fn a_message_that_is_only_quoted_is_no_crash_and_changes_none() {
    let crash = format!("@BlueScreen: Spin count exceeded - possible deadlock\n{FRAMES}");
    let expected = crashes_in_text(&crash);
    for place in QUOTATIONS {
        for message in QUOTED {
            let line = place.replace("{}", message);
            let found = crashes_in_text(&format!("Some words.\n{line}\nMore words.\n"));
            assert!(found.is_empty(), "{line}: {:?}", found[0].crash.panic);
            let found = crashes_in_text(&format!("{line}\n\n{crash}"));
            let panics: Vec<_> = found.iter().map(|found| &found.crash.panic).collect();
            assert_eq!(panics, [&expected[0].crash.panic], "{line}");
            assert_eq!(found[0].crash.backtrace, expected[0].crash.backtrace, "{line}");
        }
    }
}

#[test]
fn values_of_settings_make_no_crash_together() {
    let lines = FRAMES.lines().map(|frame| format!("guestinfo.x = \"{frame}\"\n"));
    let text = format!("guestinfo.y = \"@BlueScreen: CrashMe\"\n{}", lines.collect::<String>());
    assert_eq!(crashes_in_text(&text), []);
}

#[test]
fn a_quotation_of_a_whole_screen_is_a_crash() {
    let screen = format!("@BlueScreen: #PF Exception 14 in world 7:x IP 0x42 addr 0x8\n{FRAMES}");
    let expected = &crashes_in_text(&screen)[0].crash;
    let json = format!("{{\"text\": \"it said\\n{}\"}}", screen.replace('\n', "\\n"));
    for text in [
        prefixed(&screen, "> "),
        prefixed(&screen, "> > "),
        format!("```\n{screen}```\n"),
        format!("<pre>{}</pre>\n", screen.replace('\n', "<br>\n")),
        format!("My customer says: {screen}"),
        json,
    ] {
        let found = crashes_in_text(&text);
        assert_eq!(found.len(), 1, "{text}");
        let panic = found[0].crash.panic.as_ref().map(|panic| panic.kind);
        assert_eq!(panic, expected.panic.as_ref().map(|panic| panic.kind), "{text}");
        assert_eq!(found[0].crash.backtrace.len(), 2, "{text}");
    }
    let message = screen.lines().next().expect("a line");
    for alone in [message.to_owned(), format!("> {message}")] {
        assert_eq!(crashes_in_text(&alone).len(), 1, "{alone}");
    }
}

fn prefixed(screen: &str, mark: &str) -> String {
    screen.lines().map(|line| format!("{mark}{line}\n")).collect()
}
