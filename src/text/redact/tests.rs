use super::*;

fn secret() -> SiteSecret {
    SiteSecret::known([7; 32])
}

fn redacted(text: &str) -> String {
    let secret = secret();
    let mut redactor = Redactor::new(&secret);
    redactor.learn(text);
    redactor.redact(text)
}

/// Checks that `name` is gone and that a second time changes nothing.
#[track_caller]
fn check(text: &str, name: &str) {
    let once = redacted(text);
    assert!(!once.contains(name), "{once}");
    assert_eq!(redacted(&once), once);
}

#[test]
fn names_of_a_site_are_replaced() {
    check("*0:1107/vmm0:Payroll 1:1/x", "Payroll");
    check("world 2098051:vmx-vcpu-0:DC02", "DC02");
    check("write to admin@corp.example, please", "admin@corp.example");
    check("host 10.20.30.40 and 10.20.30.41", "10.20.30.41");
    check("from fe80::1ff:fe23:4567:890a to", "4567");
    check("mac 00:50:56:ab:cd:ef", "ab:cd");
    check("Serial Number: \"VMW1234567\"", "VMW1234567");
    check("dev naa.6000c29f00112233", "6000c29f");
    check("on esx01.corp.local now", "esx01");
    check("key AAAAA-BBBBB-CCCCC-DDDDD-00000 is", "BBBBB");
}

#[test]
fn names_are_found_with_their_kind_and_place() {
    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str)]) {
        let names = names_in(text);
        let found: Vec<(&str, &str)> =
            names.into_iter().map(|(kind, at)| (kind, &text[at])).collect();
        assert_eq!(found, expected, "{text}");
    }
    check("vmm0:Payroll,\n10.20.30.40", &[("vm", "Payroll"), ("ip", "10.20.30.40")]);
    check("key AAAAA-BBBBB-CCCCC-DDDDD-00000.", &[("licence", "AAAAA-BBBBB-CCCCC-DDDDD-00000")]);
    check("vmm0:#### on naa.################ and <vm>", &[]);
}

#[test]
fn a_value_ends_with_its_line() {
    let once = redacted("cN:Y\nd");
    assert!(once.starts_with("cN:") && once.ends_with("\nd"), "{once}");
    assert_eq!(redacted(&once), once);
}

#[test]
fn letters_of_any_script_end_a_dotted_name() {
    check("host sql.haus.ӈD is down", "haus");
    redacted("orp.ӈD");
}

#[test]
fn the_same_name_gets_the_same_pseudonym_everywhere() {
    let text = redacted("1:1/vmm0:Payroll\nPayroll and PAYROLL.\nx-Payrolls");
    let lines: Vec<&str> = text.lines().collect();
    let pseudonym = lines[0].strip_prefix("1:1/vmm0:").expect("the world stays");
    assert!(is_pseudonym(pseudonym), "{pseudonym}");
    assert!(lines[1].starts_with(pseudonym) && !lines[1].contains("PAYROLL"), "{text}");
    // Another word, which is not that name.
    assert!(!lines[2].contains(pseudonym), "{text}");
}

/// Checks that the names of VMs in `text` all have one pseudonym.
#[track_caller]
fn check_one(text: &str, count: usize) {
    let text = redacted(text);
    let found: Vec<&str> = text.match_indices("vm-").map(|(at, _)| &text[at..at + 19]).collect();
    assert!(found.len() == count && found.iter().all(|name| *name == found[0]), "{text}");
}

#[test]
fn one_vm_has_one_pseudonym_in_all_its_forms() {
    check_one("vmm0:KASSE1 IP 0x1\nvmm0:kasse1 IP 0x1", 2);
    check_one("/vmfs/volumes/x/kasse1/kasse1_2.vmdk", 2);
    check_one("1:7/vmm0:Kass 2:8/idle\nworld 7:vmm0:Kasse Nord IP 0x1", 2);
    check_one("in vmm0:Jo's old PC of us. This\nworld 7:vmm0:Jo's old PC of us IP 0x1", 2);
}

#[test]
fn four_numbers_are_a_version_or_an_address() {
    let text = "fixed from 3.1.4.0, ixgben 1.8.7.0, 1.8.9.0 or later";
    assert_eq!(redacted(text), text);
    check("ixgben lost 10.8.7.6", "10.8.7.6");
    check("esx7.Muster.LAN and vc.rz.muster.local", "uster");
}

#[test]
fn a_name_that_is_a_word_of_the_screen_goes_only_where_a_world_has_it() {
    let frame = "0x41:[0x42]Foo_Bar@vmkernel#nover+0x4 stack: 0x4";
    for name in ["vmkernel", "0x4", "Foo_Bar", "world", "nover"] {
        let text = redacted(&format!("1:1/vmm0:{name}\n{frame}"));
        assert!(text.ends_with(frame) && !text.contains(&format!("vmm0:{name}\n")), "{text}");
    }
}
