//! Tells a private value from what a sentence goes on with.

use super::public::{is_common_word, is_no_name, is_technical};
use super::shapes::is_device;

pub(super) fn is_secret(value: &str) -> bool {
    !is_no_name(value) && !value.starts_with("0x") && !value.is_empty()
}

/// `PWD=/home` and `-p /vmfs` are directories, and `-p 22` is a port.
pub(super) fn is_short_secret(value: &str) -> bool {
    is_secret(value) && !value.starts_with(['/', '-', '~']) && value.parse::<u32>().is_err()
}

/// A password in a sentence: `password hunter2`, and not `password expired`.
pub(super) fn is_secret_word(value: &str) -> bool {
    let has_mark = value.chars().any(|c| !c.is_alphabetic() && !matches!(c, '-' | ':' | '.' | ','));
    is_secret(value) && has_mark && value.len() >= 4 && !value.starts_with(['(', '/', '[', '='])
}

pub(super) fn is_long_token(value: &str) -> bool {
    value.len() >= 12 && value.chars().any(|c| c.is_ascii_digit() || c == '=')
}

pub(super) fn is_word(value: &str) -> bool {
    let is_number = value.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '%'));
    !is_number
        && !is_no_name(value)
        && !is_common_word(value)
        && !value.starts_with("0x")
        && value.len() >= 2
}

/// A name in quotes, and no group of the scheduler: `group 'host/user'`.
pub(super) fn is_quoted_name(value: &str) -> bool {
    is_word(value) && !value.starts_with("host/")
}

/// `vmm3:VM_NAME:vcpu-3:Received` has the placeholder of an article for a key.
pub(super) fn is_vm(value: &str) -> bool {
    is_word(value) && !value.starts_with("vcpu-")
}

pub(super) fn is_account(value: &str) -> bool {
    value.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && !is_no_name(value)
        && !is_common_word(value)
        && value.chars().all(|c| {
            c.is_alphanumeric()
                || matches!(c, '_' | '.' | '-' | '$' | '\\' | '/' | '\'' | '^' | '@' | ' ')
        })
}

/// An account in a sentence: `user jdoe`, and not `user input`.
pub(super) fn is_account_of_sentence(value: &str) -> bool {
    const NO_NAMES: &[&str] = &[
        "a",
        "an",
        "and",
        "are",
        "as",
        "can",
        "data",
        "has",
        "if",
        "in",
        "interface",
        "latency",
        "is",
        "mode",
        "more",
        "of",
        "on",
        "one",
        "or",
        "pages",
        "process",
        "programs",
        "space",
        "that",
        "the",
        "to",
        "was",
        "who",
        "will",
        "worlds",
    ];
    is_account(value)
        && value.len() >= 3
        && !NO_NAMES.contains(&value)
        && !VERBS.split_whitespace().any(|verb| verb == value)
        && !value.ends_with('s')
}

/// `VM Payroll-DB failed`, and not `VM monitor` or `guest memory`.
pub(super) fn is_name_of_sentence(value: &str) -> bool {
    let is_marked = value.contains(|c: char| c.is_ascii_digit() || matches!(c, '-' | '_'));
    let is_proper = value.starts_with(char::is_uppercase) && value.contains(char::is_lowercase);
    is_word(value) && (is_marked || is_proper) && value.len() >= 3 && !is_device(value)
}

pub(super) fn is_marked(value: &str) -> bool {
    let starts = value.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    is_word(value)
        && starts
        && value.contains(|c: char| c.is_ascii_digit() || matches!(c, '-' | '_'))
}

/// A serial number has a digit in it, and no small words.
pub(super) fn is_number_of_thing(value: &str) -> bool {
    value.len() >= 4
        && value.contains(|c: char| c.is_ascii_digit())
        && !value.starts_with("0x")
        && value
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '/' | '#' | ' '))
}

pub(super) fn is_host(value: &str) -> bool {
    let is_name = value.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
    is_name && is_word(value) && value.starts_with(|c: char| c.is_alphanumeric())
}

pub(super) fn is_host_of_url(value: &str) -> bool {
    is_host(value) && !value.contains('.')
}

pub(super) fn is_domain(value: &str) -> bool {
    is_host(value) && value.starts_with(char::is_alphabetic) && !super::public::is_vendor(value)
}

pub(super) fn is_hex(value: &str, lengths: &[usize]) -> bool {
    let digits = value.trim_start_matches("0x");
    lengths.contains(&digits.len()) && digits.bytes().all(|c| c.is_ascii_hexdigit())
}

pub(super) fn is_bare_mac(value: &str) -> bool {
    is_hex(value, &[12])
}

pub(super) fn is_bare_wwn(value: &str) -> bool {
    is_hex(value, &[16]) && value.trim_start_matches("0x").starts_with(['1', '2', '5', '6', 'c'])
}

pub(super) fn is_bare_uuid(value: &str) -> bool {
    is_hex(value, &[16, 24, 32])
}

/// A directory that somebody has made, in the list of another one.
pub(super) fn is_own_directory(name: &str) -> bool {
    let is_hidden = name.starts_with('.') || name.starts_with("vmware") || name.contains("->");
    !is_hidden && is_word(name) && !name.ends_with('/') && is_share(&format!("/{name}"))
}

/// A directory that a server exports; the system's own stay.
pub(super) fn is_share(value: &str) -> bool {
    const SYSTEM: &[&str] = &[
        "bin",
        "bora",
        "boot",
        "bootbank",
        "altbootbank",
        "build",
        "dev",
        "etc",
        "lib",
        "lib64",
        "opt",
        "proc",
        "sbin",
        "scratch",
        "store",
        "sys",
        "tardisks",
        "tmp",
        "usr",
        "var",
        "vmfs",
        "vmimages",
        "locker",
        "storage",
        "home",
        "Users",
    ];
    let first = value.trim_start_matches('/').split('/').next().unwrap_or_default();
    value.starts_with('/') && first.len() >= 2 && !SYSTEM.contains(&first)
}

/// What a command or a sentence goes on with where a name could stand.
const VERBS: &str = "
    add adds apply check clear come comes create delete disable does enable get gets give gives go
    goes hang hangs keep keeps load make makes modify query remove rename rescan run runs say says
    send show start starts stats stop stops take takes test unload update use uses
    became began broke came did fell froze gave goes gone got had held hung kept left lost made met
    ran rose saw seen sent shut spun stood stuck threw told took went woke
    id key keys label number numbers tag tags";

/// What a sentence goes on with where a name could stand.
const GO_ON: &[&str] = &[
    "a",
    "about",
    "after",
    "an",
    "and",
    "are",
    "as",
    "at",
    "because",
    "been",
    "before",
    "being",
    "but",
    "by",
    "can",
    "dead",
    "down",
    "due",
    "during",
    "for",
    "ftp",
    "full",
    "had",
    "has",
    "have",
    "high",
    "http",
    "https",
    "if",
    "in",
    "inaccessible",
    "into",
    "is",
    "it",
    "its",
    "list",
    "low",
    "may",
    "missing",
    "more",
    "must",
    "name",
    "new",
    "nfs",
    "no",
    "not",
    "now",
    "of",
    "offline",
    "old",
    "on",
    "online",
    "only",
    "or",
    "over",
    "own",
    "set",
    "should",
    "so",
    "than",
    "that",
    "the",
    "their",
    "then",
    "there",
    "these",
    "they",
    "this",
    "to",
    "too",
    "under",
    "until",
    "up",
    "via",
    "vms",
    "was",
    "were",
    "when",
    "which",
    "while",
    "who",
    "will",
    "with",
    "without",
    "would",
];

/// A word that stands where only a name can: no word of a sentence and no form of a verb.
pub(super) fn is_noun(value: &str) -> bool {
    let first = value.split(' ').next().unwrap_or_default();
    let lower = first.to_lowercase();
    let is_verb = first.bytes().all(|c| c.is_ascii_lowercase())
        && (lower.ends_with("ed") || lower.ends_with("ing"));
    is_word(first)
        && first.starts_with(|c: char| c.is_alphanumeric() || c == '_')
        && !is_device(first)
        && !is_verb
        && !is_cmdlet(first)
        && !GO_ON.contains(&lower.as_str())
        && !VERBS.split_whitespace().any(|verb| verb == lower)
}

/// The next command stands where a name could: `-Location (Get-Cluster x)`.
fn is_cmdlet(word: &str) -> bool {
    const VERBS: &[&str] =
        &["Get-", "Set-", "New-", "Add-", "Move-", "Remove-", "Connect-", "Select-"];
    VERBS.iter().any(|verb| word.starts_with(verb))
}

/// A host with a hyphen and a digit in its name: `W-ESX-9`.
pub(super) fn is_dashed_host(value: &str) -> bool {
    let letters = value.chars().filter(|c| c.is_alphabetic()).count();
    // `VMFS-6` and `RAID-1` are none.
    let is_thing = value.split('-').all(|part| {
        is_common_word(part)
            || is_technical(part)
            || is_device(part)
            || part.bytes().all(|c| c.is_ascii_digit())
    });
    value.contains('-')
        && !is_thing
        && value.ends_with(|c: char| c.is_ascii_digit())
        && letters >= 2
        && is_host(value)
        && !value.contains('.')
}

/// A host where only a name can stand.
pub(super) fn is_host_noun(value: &str) -> bool {
    is_host(value) && is_noun(value)
}

/// The name of a person or a company: two words, or what no sentence has.
pub(super) fn is_named(value: &str) -> bool {
    let first = value.split(' ').next().unwrap_or_default();
    is_noun(first) && !first.bytes().all(|c| c.is_ascii_lowercase())
}

/// A telephone number has seven digits or more.
pub(super) fn is_phone(value: &str) -> bool {
    value.bytes().filter(u8::is_ascii_digit).count() >= 7
}

/// Anything but the words that say that there is nothing.
pub(super) fn is_text(value: &str) -> bool {
    value.chars().any(char::is_alphanumeric) && !is_no_name(value)
}

/// A key of letters and digits: `session key 52b7f1aa0c44e1d8`.
pub(super) fn is_key(value: &str) -> bool {
    value.len() >= 10
        && !value.starts_with("0x")
        && value.contains(|c: char| c.is_ascii_digit())
        && value.contains(|c: char| c.is_ascii_alphabetic())
}

/// A password behind its command: `rootpw secret`, and not `passwd changed`.
pub(super) fn is_password(value: &str) -> bool {
    is_secret(value) && is_text(value) && is_noun_or_mixed(value)
}

fn is_noun_or_mixed(value: &str) -> bool {
    let word = value.trim_end_matches([',', ';', '.', ':']);
    let is_plain = word.bytes().all(|c| c.is_ascii_lowercase());
    !value.starts_with(['/', '(', '=', '-']) && (!is_plain || is_noun(word))
}

/// An address in another spelling: hexadecimal or decimal, of a private network.
pub(super) fn is_ip_number(value: &str) -> bool {
    use std::net::Ipv4Addr;
    let number = match value.strip_prefix("0x") {
        Some(digits) if digits.len() == 8 => u32::from_str_radix(digits, 16).ok(),
        Some(_) => None,
        None => value.parse().ok().filter(|&number: &u32| number > 0x0100_0000),
    };
    number.map(Ipv4Addr::from).is_some_and(|address| !address.is_loopback())
}

/// A MAC address without signs, and no number of a decimal kind.
pub(super) fn is_lettered_mac(value: &str) -> bool {
    value.len() == 12 && is_bare_mac(value) && value.contains(|c: char| c.is_ascii_alphabetic())
}

/// An account behind `su:` and its like, where a word of the sentence may stand as well.
pub(super) fn is_noun_account(value: &str) -> bool {
    is_account(value) && is_noun(value)
}

/// `session of jo@corp expired`, and not `session opened for more`.
pub(super) fn is_session_account(value: &str) -> bool {
    is_noun_account(value) && value.len() >= 2
}

/// What somebody wrote on a sticker: `Eigentum Muster AG`.
pub(super) fn is_tag(value: &str) -> bool {
    is_named(value) || (is_noun(value) && value.contains(|c: char| c.is_ascii_digit()))
}

/// A port group where a log tells what became of it.
pub(super) fn is_net_name(value: &str) -> bool {
    is_named(value) && !value.starts_with("Port")
}

/// `Payroll.eth0`, the adapter of a VM.
pub(super) fn is_client(value: &str) -> bool {
    value.rsplit_once(".eth").is_some_and(|(_, end)| end.bytes().all(|c| c.is_ascii_digit()))
}

/// A name in a sentence: with a digit, a sign or a capital letter.
pub(super) fn is_proper_name(value: &str) -> bool {
    let first = value.split(' ').next().unwrap_or_default();
    // The installer calls every local store `datastore1`.
    let number = first.strip_prefix("datastore").unwrap_or("x");
    let is_default = number.bytes().all(|c| c.is_ascii_digit());
    is_noun(first) && !is_default && (is_marked(value) || is_named(value))
}

/// `name='Payroll'`, and not the name of a driver or of a part.
pub(super) fn is_chosen_name(value: &str) -> bool {
    is_quoted_name(value)
        && !value.contains('/')
        && !value.starts_with("vmk")
        && !is_device(value)
        && value.starts_with(char::is_alphanumeric)
}

/// Who signed a certificate: a name with a capital letter or a hyphen, and no key such as `CN`.
pub(super) fn is_certificate_name(value: &str) -> bool {
    is_proper_name(value) && value.chars().count() >= 4
}

/// A switch or an uplink that somebody has named.
pub(super) fn is_net_thing(value: &str) -> bool {
    value.starts_with(char::is_alphabetic) && is_marked(value) && is_proper_name(value)
}

/// Two words and more, of which the first one has a capital letter.
pub(super) fn is_two_words(value: &str) -> bool {
    is_named(value) && value.trim().contains(' ')
}
