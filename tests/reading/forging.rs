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
