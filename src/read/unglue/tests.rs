use super::*;

fn bodies(text: &str) -> Vec<String> {
    lines_of(1, text).into_iter().map(|line| line.body).collect()
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let found = bodies(text);
    assert_eq!(found, expected, "{text}");
}

#[test]
fn glued_frames_are_set_apart() {
    check(
        "VMK uptime: 87:01:14:56.2830x4539b829b180:[0x42000f4ff0a3]Panic@vmkernel#nover+0x1 stack: 0x00x4539b829b250:[0x42000f4ff90a]F@vmkernel#nover+0x2 stack: 0x1",
        &[
            "VMK uptime: 87:01:14:56.283",
            "0x4539b829b180:[0x42000f4ff0a3]Panic@vmkernel#nover+0x1 stack: 0x0",
            "0x4539b829b250:[0x42000f4ff90a]F@vmkernel#nover+0x2 stack: 0x1",
        ],
    );
    let owned =
        "pcpu 118 Heartbeat NMI: 0x453bb891bda8:[0x420002512369]Timer_GetCycles@vmkernel#nover+0x2";
    check(owned, &[owned]);
}

#[test]
fn names_in_a_row_are_lines() {
    check(
        "deadlock with PCPU 3 qla27xxCopyFpinPkt qla24xxMsixRspQ gate_entry and more",
        &[
            "deadlock with PCPU 3",
            "qla27xxCopyFpinPkt",
            "qla24xxMsixRspQ",
            "gate_entry",
            "and more",
        ],
    );
    check(
        "qlnativefc: vmhba2: SCM: Ran out of IOCBs Spin count exceeded - possible deadlock with PCPU 3 qla27xxCopyFpinPkt qla24xxMsixRspQ gate_entry",
        &[
            "qlnativefc: vmhba2: SCM: Ran out of IOCBs",
            "Spin count exceeded - possible deadlock with PCPU 3",
            "qla27xxCopyFpinPkt",
            "qla24xxMsixRspQ",
            "gate_entry",
        ],
    );
    for line in ["qla24xxMsixRspQ gate_entry are in it", "c204fdd0 c204fdd4 c204fdd8 c8c4ae00"] {
        check(line, &[line]);
    }
}

#[test]
fn every_kind_of_break_ends_a_line() {
    check("a\rb\u{2028}c<br>d\r", &["a", "b", "c", "d"]);
}

#[test]
fn a_screen_without_line_breaks_gets_them_back() {
    check(
        "VMware ESX Server [Releasebuild-98103] PCPU 1 locked up. frame=0x3a37d98 ip=0x625e94 eax=0xffffffff *0:1037/helper1-4 1:1107/vmm0:My VM 2:1121/vmware-vm 0x3a37ef4:[0x625e94]Panic+0x17 stack: 0x833ab4, 0x1 0x3a37f48:[0x64bfa4]TLBDoInvalidate+0x38f stack: 0x1 VMK uptime: 7:05:43:45.014",
        &[
            "VMware ESX Server [Releasebuild-98103] PCPU 1 locked up.",
            "frame=0x3a37d98 ip=0x625e94 eax=0xffffffff",
            "*0:1037/helper1-4 1:1107/vmm0:My VM 2:1121/vmware-vm",
            "0x3a37ef4:[0x625e94]Panic+0x17 stack: 0x833ab4, 0x1",
            "0x3a37f48:[0x64bfa4]TLBDoInvalidate+0x38f stack: 0x1",
            "VMK uptime: 7:05:43:45.014",
        ],
    );
    check(
        "@BlueScreen: CrashMe 53:22:52:05.325 cpu35:4376)0x417f808c7c30:[0x418029c15c43]DLM_free@vmkernel:nover+0x10a 53:22:52:05.326 cpu35:4376)0x417f808c7c60:[0x418029c2524b]Heap _Free@vmkernel:nover+0x7a",
        &[
            "@BlueScreen: CrashMe",
            "0x417f808c7c30:[0x418029c15c43]DLM_free@vmkernel:nover+0x10a",
            "0x417f808c7c60:[0x418029c2524b]Heap _Free@vmkernel:nover+0x7a",
        ],
    );
    check(
        "0x4539:[0x420002512369]Ti mer_GetCycles@vmkernel#nover+0x2 0x4540:[0x420002512369]SP_Wait@vmkernel#nover+0x2 0xnn :[ 0xnnnnnnnn ]A_b@vmkernel#nover+0xa2 0xnn :[ 0xnnnnnnnn ]C_d@vmkernel#nover+0xa2",
        &[
            "0x4539:[0x420002512369]Ti mer_GetCycles@vmkernel#nover+0x2",
            "0x4540:[0x420002512369]SP_Wait@vmkernel#nover+0x2",
            "0xnn :[ 0xnnnnnnnn ]A_b@vmkernel#nover+0xa2",
            "0xnn :[ 0xnnnnnnnn ]C_d@vmkernel#nover+0xa2",
        ],
    );
}

#[test]
fn a_message_is_looked_for_in_few_and_short_pieces() {
    for word in ["a ", "\u{e4}\u{20ac} ", &"Panic".repeat(300)] {
        let front = word.repeat(20_000);
        let places: Vec<_> = message_places(&front, &words_of(&front)).collect();
        assert!(places.len() <= MAX_WORDS_BEFORE, "{}", places.len());
        assert!(places.iter().all(|(_, text)| text.len() <= MAX_OPENING_BYTES), "{word}");
    }
    let front = "something else ".repeat(1_000);
    let names = "qla27xxCopyFpinPkt qla24xxMsixRspQ gate_entry";
    let message = "Spin count exceeded - possible deadlock with PCPU 3";
    let line = format!("{front}{message} {names}");
    assert_eq!(bodies(&line)[1], message);
}

#[test]
fn the_clock_of_a_log_is_looked_for_nearby() {
    let longest = "123456:22:52:05.325 ";
    let before = "x".repeat(5_000);
    for (front, word) in [
        (format!("{before}cpu1:1)a {longest}"), before.len() + "cpu1:1)a ".len()),
        (before.clone(), before.len() - MAX_CLOCK_BYTES),
        ("\u{20ac}".repeat(100), 300 - MAX_CLOCK_BYTES - 1),
        ("a\u{a0}b".to_owned(), 3),
    ] {
        assert_eq!(last_word_start(&front, front.len()), word, "{front}");
    }
    check("@BlueScreen: CrashMe 123456:22:52:05.325 cpu35:4376)a", &["@BlueScreen: CrashMe", "a"]);
}
