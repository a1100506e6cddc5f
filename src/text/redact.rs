//! Replaces the names that identify a site by pseudonyms: the same name always gets the same one,
//! and redacting twice changes nothing.
//!
//! A pseudonym is a kind and six digits of a hash. Anyone who guesses a name can check the guess:
//! this keeps names out of a ticket, it does not hide them from an attacker.

use std::sync::LazyLock;

use regex::{Captures, Regex};
use sha2::{Digest, Sha256};

/// A kind of name, and the regular expression that finds it.
type RedactedName = (&'static str, &'static str);

/// Each pattern has the groups `before` and `name`, and `name` is replaced. Frames
/// (`Func@com.vmware.sunrpc#1`), versions of drivers (`1.11.1.31-1vmw`) and the vendor's own
/// addresses look like some of them and must stay.
const PATTERNS: &[RedactedName] = &[
    (
        "mail",
        r"(?P<before>^|[\s<(,:;])(?P<name>[\w.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)(?:$|[\s>),:;])",
    ),
    (
        "serial",
        r#"(?i)(?P<before>serial(?: ?number|no\.?| no\.?)?\s*[:=]\s*"?)(?P<name>[A-Z0-9][A-Z0-9-]{4,})"#,
    ),
    ("licence", r"(?P<before>^|[^\w-])(?P<name>[0-9A-Z]{5}(?:-[0-9A-Z]{5}){4})(?:$|[^\w-])"),
    ("disk", r"(?P<before>\b(?:naa|eui)\.)(?P<name>[0-9a-fA-F]{8,})"),
    (
        "uuid",
        r"(?P<before>^|[^\w-])(?P<name>[0-9a-fA-F]{8}-[0-9a-fA-F]{4,8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-?[0-9a-fA-F]{0,12})",
    ),
    ("mac", r"(?P<before>^|[^\w:])(?P<name>(?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2})(?:$|[^\w:])"),
    (
        "ip",
        r"(?P<before>^|[^\w.#-])(?P<name>(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d))(?:$|[^\w.-])",
    ),
    (
        "ip",
        r"(?P<before>^|[\s\[(,=])(?P<name>(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}|(?:[0-9a-fA-F]{1,4}:){0,6}(?:[0-9a-fA-F]{1,4})?::(?:[0-9a-fA-F]{1,4}:){0,6}[0-9a-fA-F]{1,4})(?:$|[\s\]),/])",
    ),
    (
        "host",
        r"(?P<before>^|[\s(,:=])(?P<name>[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.(?:com|net|org|local|lan|corp|internal|intra|de|jp|example))(?:$|[\s),:;/])",
    ),
    (
        "vm",
        r"(?P<before>\b(?:vmm\d*|mks|vmx|vcpu-\d+|vmx-vcpu-\d+|vmx-[a-z]+|vmware-vmx):)(?P<name>[^\s,;)\]/]+)",
    ),
];

static SEARCHES: LazyLock<Vec<(&str, Regex)>> = LazyLock::new(|| {
    PATTERNS.iter().filter_map(|(kind, pattern)| Some((*kind, Regex::new(pattern).ok()?))).collect()
});

/// Names that are the vendor's, not the site's.
const PUBLIC: &[&str] = &["broadcom.com", "vmware.com", "com.vmware"];
/// Digits of a pseudonym.
const DIGITS: usize = 6;

/// Replaces every name that a pattern finds, and every name of `known`: pairs of a kind and a name
/// that the caller knows to be the site's.
pub(crate) fn redact(text: &str, known: &[(&str, &str)]) -> String {
    let mut redacted = text.to_owned();
    let mut longest_first: Vec<&(&str, &str)> =
        known.iter().filter(|(_, name)| is_telling(name)).collect();
    longest_first.sort_by_key(|(_, name)| std::cmp::Reverse(name.len()));
    for (kind, name) in longest_first {
        redacted = redacted.replace(name, &pseudonym(kind, name));
    }
    for (kind, search) in SEARCHES.iter() {
        // A separator that ends one name may begin the next one: the second pass finds that one.
        for _ in 0..2 {
            let replaced =
                search.replace_all(&redacted, |found: &Captures<'_>| replaced(kind, found));
            redacted = replaced.into_owned();
        }
    }
    redacted
}

/// Finds the places where `text` names a site, a person or a machine: the kind of name, and its
/// bytes. Masked names do not count.
pub(crate) fn names_in(text: &str) -> Vec<(&'static str, std::ops::Range<usize>)> {
    let mut found: Vec<(&str, std::ops::Range<usize>)> = Vec::new();
    for (kind, search) in SEARCHES.iter() {
        for captures in search.captures_iter(text) {
            let Some(name) = captures.name("name") else {
                continue;
            };
            let overlaps =
                found.iter().any(|(_, known)| known.start < name.end() && name.start() < known.end);
            if !overlaps && !is_public(name.as_str()) && !is_masked(name.as_str()) {
                found.push((kind, name.range()));
            }
        }
    }
    found.sort_by_key(|(_, range)| range.start);
    found
}

fn is_public(name: &str) -> bool {
    PUBLIC.iter().any(|public| name.contains(public)) || is_pseudonym(name)
}

/// True for `####`, `xx-xx` and `<VM>`: nothing is left of the name.
fn is_masked(name: &str) -> bool {
    const MASK: &[char] = &['#', '*', 'x', 'X', '?', '…', '-', '.', ':', '_'];
    name.chars().all(|character| MASK.contains(&character)) || name.starts_with(['<', '[', '('])
}

/// Returns false for a name of one or two letters, which occurs in every text.
fn is_telling(name: &str) -> bool {
    name.chars().count() >= 3 && !is_pseudonym(name)
}

fn replaced(kind: &str, found: &Captures<'_>) -> String {
    let (Some(whole), Some(name)) = (found.get(0), found.name("name")) else {
        return String::new();
    };
    let text = whole.as_str();
    if is_public(name.as_str()) {
        return text.to_owned();
    }
    let (before, after) =
        (&text[..name.start() - whole.start()], &text[name.end() - whole.start()..]);
    format!("{before}{}{after}", pseudonym(kind, name.as_str()))
}

/// `vm-3fa2c1`.
fn pseudonym(kind: &str, name: &str) -> String {
    let hash = Sha256::digest(name.as_bytes());
    let digits: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{kind}-{}", &digits[..DIGITS])
}

fn is_pseudonym(name: &str) -> bool {
    let kinds = PATTERNS.iter().map(|(kind, _)| *kind);
    name.split_once('-').is_some_and(|(kind, digits)| {
        kinds.clone().any(|known| known == kind)
            && digits.len() == DIGITS
            && digits.bytes().all(|c| c.is_ascii_hexdigit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_valid() {
        assert_eq!(SEARCHES.len(), PATTERNS.len());
    }

    /// Checks that `name` is gone and that a second time changes nothing.
    #[track_caller]
    fn check(text: &str, name: &str) {
        let once = redact(text, &[]);
        assert!(!once.contains(name), "{once}");
        assert_eq!(redact(&once, &[]), once);
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
        check("vmm0:Payroll 10.20.30.40", &[("vm", "Payroll"), ("ip", "10.20.30.40")]);
        check(
            "key AAAAA-BBBBB-CCCCC-DDDDD-00000.",
            &[("licence", "AAAAA-BBBBB-CCCCC-DDDDD-00000")],
        );
        check("vmm0:#### on naa.################ and <vm>", &[]);
    }

    #[test]
    fn machine_output_stays() {
        for text in [
            "0x41:[0x42]SunRPC_MsgCntxtRun@com.vmware.sunrpc#1+0x5db stack: 0x0",
            "i40en 1.11.1.31-1vmw.703.0.20.19193900",
            "VMK uptime: 7:05:43:45.014 TSC: 1751259712918392",
            "https://knowledge.broadcom.com/external/article/324947",
            "NMI IPI [0xdfa70(0x420012000000):0x0:0xf48] (Src 0x1, CPU89)",
            "Uptime at the crash: 7 d 05:43:45",
            "world 2097460:HELPER_UPLIN IP 0x42002b65ad3b addr 0x8",
            "ESXi 8.0.3 build 24022510",
        ] {
            assert_eq!(redact(text, &[]), text);
        }
    }

    #[test]
    fn the_same_name_gets_the_same_pseudonym_everywhere() {
        let text = redact("Payroll and Payroll", &[("vm", "Payroll")]);
        let words: Vec<&str> = text.split(" and ").collect();
        assert_eq!(words[0], words[1]);
        assert_eq!(redact("vmm0:Payroll", &[]), format!("vmm0:{}", words[0]));
    }
}
