//! The parts of a line that are evidence of a crash or already harmless, and stay whatever a rule
//! or a VM's name says.

use std::net::Ipv4Addr;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::blocks::is_match;
use super::domains::is_host;
use super::drivers::versions_in;
use super::pseudonym::pseudonyms_in;
use super::public::is_vendor;
use super::shapes::words;

/// What stays, each with a sample.
const EVIDENCE: &[&str] = &[
    // 0x453a:[0x418019a6d0b3]SunRPC_MsgCntxtRun@com.vmware.sunrpc#1+0x5db
    r"(?:0x[0-9A-Fa-f#]+:)?\[0x[0-9A-Fa-f#xX]+\][^\s]+",
    // IntrCookie_DoInterrupt@vmkernel#nover+0x3c4, blk_dev+0xfd76461f
    r"[\w.$~:<>,&*()-]+@[\w.()-]+#[^\s,;]+",
    r"[\w.$~:<>]+(?:@[\w.-]+)?\+0x[0-9A-Fa-f]+",
    // ASSERT bora/vmkernel/main/dlmalloc.c:4924
    r"(?:/build/|bora[/\\])[\w./\\+-]+(?::\d+)?",
    // ESXi510-201503401-BG
    r"(?i:\bESXi?\d{3}-\d{6,}[\w-]*)",
    // ESXi-8.0U2-22380479-standard
    r"(?i:\bESXi-\d+\.\d+[\w.]*-\d{6,}(?:-(?:standard|no-tools))?)",
    // Releasebuild-23307199, 7.0.3-0.50.20036589, 1.11.1.31-1vmw.703.0.20.19193900
    r"(?i:(?:release)?build[- ]\d+)",
    r"\b\d+(?:\.\d+)+-\d[\w.]*",
    // ESX 9.0.1.0, com.vmware.driverAPI-9.2.2.0
    r"(?i:\b(?:esxi?|vcenter|vsphere|nsx|vsan|vxrail|tools|release|update|patch)\b[ -])\d+(?:\.\d+)+",
    r"(?i:[a-z]-)\d(?:\.\d+)+",
    // driver version 1.11.1.31, FW 8.30.0.1, BIOS: 2.12.1.0
    r#"(?i:\b(?:version|driver|firmware|fw|bios|release|revision|rev|ver|microcode|ucode|vib|v)\b[ :="']{0,3})v?\d[\w.]*"#,
    // fixed from 2.4.1.0, 2.4.1.0 or later
    r"(?i:\b(?:fixed (?:from|in|by|with|since)|older than|newer than|earlier than)\s)v?\d+(?:\.\d+)+",
    r"(?i:\bv?\d+(?:\.\d+)+,? (?:or|and) (?:later|newer|above|higher|earlier|older))",
    r"\bv\d+(?:\.\d+)+",
    // sub=Vimsvc.TaskManager, Originator@6876
    r"\bsub=[\w.]+",
    r"\bOriginator@\d+",
    // logged in as VMware-client/6.5.0: a program
    r"(?i:\blogged in as )(?:\w+ )?[\w.-]+/\d[\w.]*",
    // running world 2108172 - Ens-Lcore-12.
    r"\brunning world \d+ - [\w-]+(?:\.|\s|$)",
    // <hostname>, [REDACTED]
    r"\bsecret-removed\b",
    r"<[A-Za-z][A-Za-z _-]*>|\[[A-Z]+\]",
    // PCI addresses: 0000:3b:00.0
    r"\b[0-9A-Fa-f]{4}:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}\.[0-9A-Fa-f]\b",
];

static SEARCHES: LazyLock<Vec<Regex>> =
    LazyLock::new(|| EVIDENCE.iter().filter_map(|pattern| Regex::new(pattern).ok()).collect());

static ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?i)https?://(?P<host>[\w.-]+)(?:/[^\s"'<>)\]]*)?(?:$|[\s"'<>)\].,;])"#).ok()
});

/// What only the lines of a screen have, and frames by their bare name.
static SCREEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i:[0o@ø]x[\w#*])|CPU|pcpu|VMware ESX|xception|BlueScreen|[Dd]ump|NMI|MC[EA]|Machine|uptime|build-|ASSERT|bora/|P(?:anic|ANIC)|Lost (?:heart|access)|heartbeat|[Ss]pin|LINT|Bank|Oops|COS |BUG|vmkdrivers|[Mm]odule|Heap|LogEFI|IDT:|HEST|correctable|@\w|ip_init|^\s*#\d|^\S* *[A-Za-z_]\w*[A-Z_][\w@#+.()<> -]*\s*$",
    )
    .ok()
});
/// What a screen has in lines without the prefix of a log.
static BARE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)error|fault|failed|unable|secure boot|system|firmware|heap|iommu|pci|microcode|debugger|stack|trace|eip|eax|esi|cs:|esxi|base fs|ptes|code start|exception|nmi|panic|unrecognized|excp|hardware|feature|abort|\w=\w|slot|log|\(\)|world",
    )
    .ok()
});
static LOG_PREFIX: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^\S*\d\d:\d\d:\d\d|^\w{3} +\d+ \d\d:|^\S*cpu\d+:").ok());

/// Finds what stays in `line`.
pub(super) fn evidence_in(line: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = SEARCHES
        .iter()
        .flat_map(|search| search.find_iter(line))
        .filter(|found| !goes_on(line, found.end()))
        .filter(|found| !is_mail_of_a_person(found.as_str()) && !is_range(found.as_str()))
        .map(|found| found.range())
        .collect();
    found.extend(vendor_addresses_in(line));
    found.extend(versions_in(line));
    found.extend(pseudonyms_in(line));
    found.extend(words(line).filter(|word| is_masked(&line[word.clone()])));
    found
}

/// `Target-1.2a3b4c` is a part of the name of a target and no version.
fn goes_on(line: &str, end: usize) -> bool {
    let is_number = line[..end].ends_with(|c: char| c.is_ascii_digit());
    is_number && line[end..].starts_with(|c: char| c.is_ascii_alphabetic() && c != 'v' && c != 'u')
}

/// `https://knowledge.broadcom.com/external/article/…/esxi-801-host.html`, whole.
fn vendor_addresses_in(line: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let found = ADDRESS.iter().flat_map(|address| address.captures_iter(line));
    found
        .filter(|captures| captures.name("host").is_some_and(|host| is_vendor(host.as_str())))
        .filter_map(|captures| Some(captures.get(0)?.range()))
}

/// `10.20.30.40-10.20.30.50` and `10.20.30.40-50` have the form of a version.
fn is_range(version: &str) -> bool {
    let Some((first, last)) = version.split_once('-') else {
        return false;
    };
    let first: Option<Ipv4Addr> = first.parse().ok();
    let is_number = last.bytes().all(|c| c.is_ascii_digit() || c == b'.');
    let is_last = last.parse::<Ipv4Addr>().is_ok();
    first.is_some_and(|first| is_last || (is_number && first.is_private()))
}

/// Finds the words of a line of a screen: a VM that is called like one of them is not looked for.
pub(super) fn is_of_a_screen(line: &str) -> bool {
    is_match(&SCREEN, line) || (!is_match(&LOG_PREFIX, line) && is_match(&BARE, line))
}

/// `jo@corp.example#1` has the form of a frame.
fn is_mail_of_a_person(frame: &str) -> bool {
    let module = frame.split_once('@').and_then(|(_, module)| module.split(['#', '+']).next());
    let has_offset = frame.contains("+0x");
    !has_offset && module.is_some_and(|module| !module.starts_with("com.") && is_host(module))
}

/// True for `####`, `xx-xx` and `<VM>`: nothing is left of the name.
pub(super) fn is_masked(name: &str) -> bool {
    const MASK: &[char] = &['#', '*', 'x', 'X', '?', '…'];
    const BETWEEN: &[char] = &['-', '.', ':', '_', ' '];
    let is_mask = name.chars().all(|c| MASK.contains(&c) || BETWEEN.contains(&c));
    // `<jo` of `<jo@corp.example>` is none.
    let is_placeholder = name.starts_with(['<', '[', '('])
        && name.ends_with(['>', ']', ')'])
        && name[1..]
            .chars()
            .all(|c| c.is_alphabetic() || matches!(c, ' ' | '_' | '-' | '>' | ']' | ')'));
    let masked = name.chars().filter(|c| MASK.contains(c)).count();
    (is_mask && (masked > 1 || name.contains(['#', '*', '?', '…']))) || is_placeholder
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_valid() {
        assert_eq!(SEARCHES.len(), EVIDENCE.len());
        assert!(SCREEN.is_some() && BARE.is_some() && LOG_PREFIX.is_some() && ADDRESS.is_some());
    }
}
