use super::*;

#[track_caller]
fn check(body: &str, expected: &str) {
    assert_eq!(confused(body).as_deref(), Some(expected), "{body}");
}

#[test]
fn confused_characters_become_what_the_screen_prints() {
    check(
        "VMware E5Xi 6.7.O [Re1easebuild-l6075168 x86_64]",
        "VMware ESXi 6.7.0 [Releasebuild-16075168 x86_64]",
    );
    check("UMware ESXi 6.7.0", "VMware ESXi 6.7.0");
    check(
        "C0de start: Ox41800be00000 VMK upt1me: 0:01:39:57.763",
        "Code start: 0x41800be00000 VMK uptime: 0:01:39:57.763",
    );
    check(
        "#PF Excepti0n 14 in w0rld 2O97460:HELPER_UPLIN",
        "#PF Exception 14 in world 2097460:HELPER_UPLIN",
    );
    check(
        "0x1:[0x4200ad65566d1Func@vrnkernel#nover+0x1",
        "0x1:[0x4200ad65566d]Func@vmkernel#nover+0x1",
    );
    check("Func@umkernel#nover+@x6ad2", "Func@vmkernel#nover+0x6ad2");
    check("Func@unkernelitnover+0x6ad2", "Func@vmkernel#nover+0x6ad2");
    check("Func@vnkerneltnover+0x6ad2", "Func@vmkernel#nover+0x6ad2");
    check("0x453;[0x42OO]F@vmkernel#nover", "0x453:[0x4200]F@vmkernel#nover");
    check("0x4:[9x4200120c0321]Func+0x1", "0x4:[0x4200120c0321]Func+0x1");
    check("0x4:[ x4200120c0321]Func+0x1", "0x4:[0x4200120c0321]Func+0x1");
    check(
        "Intr_VmkernelInterrupt@vnkerne1#nover Code stant: vmkerne1",
        "Intr_VmkernelInterrupt@vnkerne1#nover Code stant: vmkernel",
    );
    check(
        "NOT_IMPLEM ENTED bora/vmke rnel/main/world.c:2387",
        "NOT_IMPLEMENTED bora/vmkernel/main/world.c:2387",
    );
    check("#PF E xception 14 i n world 28", "#PF Exception 14 i n world 28");
    check("YMware ESXi 6.7.0 [Release build-14320388", "VMware ESXi 6.7.0 [Releasebuild-14320388");
}

#[test]
fn masks_and_words_are_no_numbers() {
    for body in ["0xADDRESS1", "0x####", "+0xnn", "an oxide layer", "0xbf80000000000114"] {
        assert_eq!(restore_hexadecimals(body), None, "{body}");
    }
}

/// What an automaton finds: the plain meaning of [`KeywordSearch::find_all`].
fn found_by_automaton(search: &KeywordSearch, looks: &[u8]) -> Vec<(Range<usize>, &'static str)> {
    let automaton = aho_corasick::AhoCorasick::builder()
        .match_kind(aho_corasick::MatchKind::LeftmostLongest)
        .build(search.keywords.iter().map(|(keyword, _)| keyword))
        .expect("a few literals");
    let found = automaton.find_iter(looks);
    found.map(|found| (found.range(), search.keywords[found.pattern()].1)).collect()
}

#[test]
fn each_keyword_looks_like_no_other() {
    for search in [&*KEYWORD_SEARCH, &*SPREAD_SEARCH] {
        assert!(search.keywords.is_sorted_by(|one, other| one.0 < other.0));
    }
}

proptest::proptest! {
    #[test]
    fn keywords_are_found_as_an_automaton_finds_them(
        parts in proptest::collection::vec((0..KEYWORDS.len(), 0_usize..40, "[ eixv@PC]{0,3}"), 0..6)
    ) {
        // Keywords and their beginnings, with letters between them.
        let mut text = String::new();
        for (keyword, length, between) in parts {
            let keyword = KEYWORDS[keyword];
            text += &keyword[..keyword.len().min(length)];
            text += &between;
        }
        let (looks, _) = looks_of(&text);
        for search in [&*KEYWORD_SEARCH, &*SPREAD_SEARCH] {
            let found = search.find_all(&looks).into_iter();
            let found: Vec<_> = found.map(|found| (found.looks, found.keyword)).collect();
            proptest::prop_assert_eq!(found, found_by_automaton(search, &looks), "{}", text);
        }
    }
}

#[test]
fn other_modules_of_the_host_stay() {
    for module in ["vmklinux_9#", "vmkapei#", "esx#", "kernel_x#"] {
        assert_eq!(confused(&format!("Func@{module}nover+0x6ad2")), None, "{module}");
    }
}
