//! Names with dots in them: hosts and domains of any ending, but not files, events and options.
//!
//! A list of top-level domains would not help: sites make up their own endings, and `pl`, `sh` and
//! `py` end files too. So a dotted name is a host unless its form says that it is something else.

use std::ops::Range;

use super::public::is_vendor;

/// Endings that are a domain whatever stands before them.
const DOMAINS: &[&str] = &[
    "arpa",
    "at",
    "au",
    "br",
    "ca",
    "ch",
    "cloud",
    "cn",
    "com",
    "corp",
    "cz",
    "de",
    "dk",
    "edu",
    "es",
    "eu",
    "example",
    "fi",
    "fr",
    "gov",
    "home",
    "int",
    "internal",
    "intern",
    "intra",
    "intranet",
    "io",
    "it",
    "jp",
    "kr",
    "lan",
    "local",
    "localdomain",
    "lokal",
    "mil",
    "net",
    "nl",
    "no",
    "nz",
    "online",
    "org",
    "priv",
    "private",
    "ru",
    "se",
    "site",
    "test",
    "uk",
    "us",
];

/// Endings of files.
const FILES: &[&str] = &[
    "bin", "bz2", "c", "cc", "cfg", "conf", "core", "cpp", "cs", "csv", "dat", "db", "dll", "dmp",
    "dump", "efi", "elf", "exe", "gz", "h", "hpp", "htm", "html", "idx", "img", "ini", "iso",
    "java", "jpeg", "jpg", "jsf", "json", "jsp", "ko", "lck", "lock", "log", "logs", "lua", "mod",
    "nvram", "old", "ova", "ovf", "pdf", "php", "pid", "png", "rom", "rpm", "ftl", "rs", "sf",
    "so", "sock", "sqlite", "svg", "swp", "sys", "tar", "tgz", "tmp", "toml", "txt", "v00", "vib",
    "vmdk", "vmem", "vmsd", "vmsn", "vmss", "vmx", "vmxf", "vswp", "xml", "xz", "yaml", "yml",
    "zdump", "zip",
];

/// Endings of files that are countries too: `esx01.firma.pl`, but `vm-support.pl`.
const FILES_OR_COUNTRIES: &[&str] = &["do", "md", "pl", "py", "sh", "so", "cc", "rs", "zip"];

/// First parts of names of events, options and settings.
const FIRST_PARTS: &[&str] = &[
    "annotation",
    "annotations",
    "auth",
    "authpriv",
    "bios",
    "bmc",
    "boot",
    "buffercache",
    "cbrc",
    "checkpoint",
    "cleanshutdown",
    "cmmds",
    "config",
    "cow",
    "cpu",
    "cpuid",
    "daemon",
    "datamover",
    "dcui",
    "debug",
    "digest",
    "dvs",
    "direntrycache",
    "disk",
    "esx",
    "esxcli",
    "eui",
    "event",
    "extendedconfigfile",
    "fc",
    "fss",
    "ft",
    "gio",
    "guestinfo",
    "ha",
    "hatask",
    "hbr",
    "hostd",
    "hostsvc",
    "hpp",
    "hypervisor",
    "info",
    "ioc",
    "irq",
    "isci",
    "iscsi",
    "isolation",
    "kern",
    "lacp",
    "log",
    "logging",
    "lpage",
    "lsom",
    "lsom2",
    "mem",
    "migrate",
    "misc",
    "mks",
    "monitor",
    "mpx",
    "naa",
    "netlb",
    "nfs",
    "netsched",
    "nfs41",
    "nmp",
    "numa",
    "numvcpus",
    "nvme",
    "policy",
    "power",
    "powertype",
    "rdmfilter",
    "replay",
    "sas",
    "sched",
    "scratchconfig",
    "scsi",
    "scsivmk",
    "se",
    "security",
    "siocontrol",
    "snapshot",
    "solo",
    "storage",
    "sunrpc",
    "svga",
    "svmotion",
    "syslog",
    "t10",
    "tools",
    "toolscripts",
    "usb",
    "uservars",
    "uuid",
    "vcpu",
    "vflash",
    "vim",
    "vimsvc",
    "virtualhw",
    "vmci",
    "vmfs",
    "vmfs3",
    "vmk",
    "vmkapi",
    "vmkernel",
    "vml",
    "vmodl",
    "vmotion",
    "vmsvc",
    "vob",
    "vprob",
    "vpx",
    "vpxa",
    "vpxd",
    "vsan",
    "wsmanager",
    "xvmotion",
];

/// Last parts of names of settings: `vc.uuid`.
const LAST_PARTS: &[&str] = &["uuid", "present", "filename", "displayname", "networkname"];

/// Those that a number follows: `ethernet0.present`, `local6.info`.
const NUMBERED_PARTS: &[&str] = &[
    "ethernet", "floppy", "hpet", "ide", "local", "nvme", "parallel", "sata", "scsi", "serial",
    "sound", "usb", "vcpu", "vmci",
];

/// Finds out whether a dotted name is a host or a domain of a site.
pub(super) fn is_private_domain(name: &str) -> bool {
    is_host(name) && !is_vendor(name.trim_end_matches('.'))
}

/// Finds out whether a part of `line` belongs to a dotted name of an event or a setting:
/// `esx.problem.vmfs.heartbeat`.
pub(super) fn is_of_a_setting(line: &str, range: &Range<usize>) -> bool {
    const LONGEST: usize = 120;
    let before = &line[line.floor_char_boundary(range.start.saturating_sub(LONGEST))..range.start];
    let start = before.trim_end_matches(is_of_dotted_name).len();
    let name = &before[start..];
    let first = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    name.contains('.') && is_one_of(&first, FIRST_PARTS)
}

fn is_of_dotted_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-')
}

/// Finds out whether a dotted name has the form of a host.
pub(super) fn is_host(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let labels: Vec<&str> = name.split('.').collect();
    let (Some(first), Some(last)) = (labels.first(), labels.last()) else {
        return false;
    };
    let ending = last.to_lowercase();
    if labels.len() < 2 || !labels.iter().all(|label| is_label(label)) || !is_ending(last) {
        return false;
    }
    if is_one_of(&ending, DOMAINS) || ending.starts_with("xn--") {
        // `vCenter01.Corp.local` has capital letters as a setting has.
        return !is_reversed(&labels) && !labels.iter().any(|label| label.starts_with('_'));
    }
    let of_a_country = is_one_of(&ending, FILES_OR_COUNTRIES) && labels.len() > 2;
    let is_file =
        !of_a_country && (is_one_of(&ending, FILES) || is_one_of(&ending, FILES_OR_COUNTRIES));
    let first = first.to_ascii_lowercase();
    let is_setting = is_one_of(&first, FIRST_PARTS)
        || is_one_of(&ending, LAST_PARTS)
        || is_one_of(first.trim_end_matches(|c: char| c.is_ascii_digit()), NUMBERED_PARTS);
    !is_file && !is_setting && !is_code(&labels) && !is_prose(&labels)
}

fn is_one_of(word: &str, list: &[&str]) -> bool {
    list.contains(&word)
}

fn is_label(label: &str) -> bool {
    !label.is_empty()
        && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// An ending has two characters or more and begins with a letter: `SS.953Z` is a clock.
fn is_ending(label: &str) -> bool {
    label.chars().count() >= 2
        && label.starts_with(char::is_alphabetic)
        && !(label.len() <= 3 && label.chars().skip(1).all(|c| c.is_ascii_digit()))
}

/// `Mem.ShareScanTime`, `com.vmware.sunrpc`, `foo.isra.0`.
fn is_code(labels: &[&str]) -> bool {
    is_reversed(labels)
        || labels.iter().any(|label| has_capital_inside(label))
        || labels.iter().any(|label| label.starts_with('_'))
}

/// `ShareScanTime`: a capital letter behind a small one.
fn has_capital_inside(label: &str) -> bool {
    label
        .chars()
        .zip(label.chars().skip(1))
        .any(|(one, next)| one.is_lowercase() && next.is_uppercase())
}

/// `com.vmware.sunrpc`.
fn is_reversed(labels: &[&str]) -> bool {
    matches!(labels, ["com" | "org", "vmware" | "broadcom" | "omnissa", ..])
}

/// `enabled.Addr`, `error.Valid.Overflow`: a blank is missing after the end of a sentence.
fn is_prose(labels: &[&str]) -> bool {
    let is_plain = labels.iter().all(|label| label.chars().all(char::is_alphabetic));
    let starts_small = labels[0].starts_with(char::is_lowercase);
    let is_joined =
        starts_small && labels[1..].iter().any(|label| label.starts_with(char::is_uppercase));
    // `Mirror.cswitch`, `tcp_syncache.hashbase`, `configuration.https`, and `SS.NNN` of a masked clock.
    let is_word =
        labels[0].starts_with(char::is_uppercase) && labels[0].contains(char::is_lowercase);
    let is_mask = labels.iter().all(|label| label.chars().all(|c| label.starts_with(c)));
    let is_scheme = labels.iter().any(|label| label.starts_with("http"));
    let is_variable = labels.iter().any(|label| label.contains('_'));
    is_plain && (is_joined || is_mask || (is_word && labels.len() == 2)) || is_scheme || is_variable
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expected: bool) {
        assert_eq!(is_private_domain(name), expected, "{name}");
    }

    #[test]
    fn hosts_have_any_ending() {
        for name in [
            "esx01.corp.example",
            "ESX01.CORP.LOCAL",
            "esx01.firma.pl",
            "filer.prod",
            "a.b-c.site1",
            "vmware.com.corp.example",
            "xn--mller-kva.example",
            "müller.example",
            "Esx01.Corp.Local",
            "ugg.li",
            "vCenter01.Muster.local",
        ] {
            check(name, true);
        }
    }

    #[test]
    fn files_settings_and_code_are_no_hosts() {
        for name in [
            "kb.vmware.com",
            "com.vmware.sunrpc",
            "Mem.ShareScanTime",
            "dlmalloc.c",
            "vmkernel.log",
            "vm-support.pl",
            "esx.problem.net.vmnic.linkstate.down",
            "SS.953Z",
            "enabled.Addr",
            "7.0.3",
            "ethernet0.generatedAddress",
            "scsi0.virtualDev",
            "Hostsvc.VmkVprobSource",
            "i.e",
            "s.v00",
        ] {
            check(name, false);
        }
    }
}
