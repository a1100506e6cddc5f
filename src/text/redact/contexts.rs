//! Private strings that are known by what stands before them: `Service Tag: 7XK2J93`.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::class::Class;
use super::evidence::is_masked;
use super::public::{is_common_word, is_no_name};
use super::shapes::{is_device, looks_like_host};
use super::{Place, placed};

/// What stands between the key and its value.
#[derive(Clone, Copy)]
enum Joint {
    /// A colon, an equals sign or the end of a tag.
    Sign,
    /// One of those, or only blanks.
    Any,
    /// Blanks and the quote that the value is in.
    Quote,
    /// Nothing: the key says it all.
    None,
}

/// Where a value ends.
#[derive(Clone, Copy)]
enum Value {
    /// At a blank, a bracket or a comma.
    Word,
    /// At a blank alone, as passwords do.
    Token,
    /// At punctuation: names with blanks in them.
    Phrase,
    /// At the end of the line, each word by itself.
    List,
}

/// Tells a value from what a sentence goes on with.
type IsPrivate = fn(&str) -> bool;

/// A context: the class of the value, the keys before it, and how the value is written.
type Context = (Class, &'static str, Joint, Value, IsPrivate);

/// Contexts of secrets: they go first, since a password may look like anything.
const SECRETS: &[Context] = &[
    (
        Class::Secret,
        r"[\w.-]*(?:password|passwd|passphrase|passwort|kennwort|pwd)",
        Joint::Sign,
        Value::Token,
        is_secret,
    ),
    (
        Class::Secret,
        r"\b(?:password|passwd|passphrase|pwd)(?: is| was)?",
        Joint::Any,
        Value::Token,
        is_secret_word,
    ),
    (Class::Secret, r"\b(?:pass|pw)\b", Joint::Sign, Value::Token, is_secret),
    (
        Class::Secret,
        r"--?(?:password|passwd|pass|secret|token|api-key|p)\b",
        Joint::Any,
        Value::Token,
        is_secret,
    ),
    (
        Class::Secret,
        r"[\w.-]*(?:secret|token|api[_ -]?key|access[_ -]?key(?:[_ -]?id)?|auth[_ -]?key|private[_ -]?key|encryption[_ -]?key|shared[_ -]?key|session[_ -]?(?:id|key|ticket|token|secret)|csrf[\w-]*|ticket|cookie|credentials?|nonce)(?:[_ -]?(?:key|value|string|text|data))?",
        Joint::Sign,
        Value::Token,
        is_secret,
    ),
    (
        Class::Secret,
        r"\b(?:vmware-api-session-id|vmware_soap_session|vmware_cgi_ticket|jsessionid|x-auth-token|wssotoken)",
        Joint::Sign,
        Value::Token,
        is_secret,
    ),
    (
        Class::Secret,
        r"\b(?:basic|bearer|digest|negotiate|sign)\s",
        Joint::None,
        Value::Token,
        is_long_token,
    ),
    (
        Class::Secret,
        r"\b(?:snmp[ -])?communit(?:y|ies)(?: string| name)?",
        Joint::Any,
        Value::Word,
        is_word,
    ),
    (Class::Secret, r"\b(?:ro|rw|trap)community6?", Joint::Any, Value::Word, is_word),
    (
        Class::Secret,
        r"(?:secret|token|ticket|credentials?|session|cookie|password|passphrase)(?:[_ -]?(?:key|value|id))?",
        Joint::Quote,
        Value::Token,
        is_secret,
    ),
    (
        Class::Secret,
        r"\bchap[ _-](?:secret|password|key)(?: is| was)?",
        Joint::Any,
        Value::Token,
        is_secret,
    ),
    (
        Class::Licence,
        r"\b(?:licen[sc]e|product|activation|vsphere)[ _-]?(?:key|code|serial)",
        Joint::Any,
        Value::Word,
        is_number_of_thing,
    ),
];

/// All other contexts.
const CONTEXTS: &[Context] = &[
    // People.
    (
        Class::User,
        r"\b(?:user[ _-]?(?:name|id)?|usr|uid|login(?: name)?|log[io]n[ _-]?(?:user|name)|account(?: ?name)?|owner|principal|samaccountname|suser|ruser|acct|auid|chap[ _-](?:name|user)|logged in as|run ?as)",
        Joint::Sign,
        Value::Word,
        is_account,
    ),
    (
        Class::User,
        r"\b(?:for|by|invalid|as|of)(?: invalid)? user(?: name)?",
        Joint::Any,
        Value::Word,
        is_account,
    ),
    (
        Class::User,
        r"\b(?:accepted|failed|postponed) [\w/-]+ for(?: invalid user)?",
        Joint::Any,
        Value::Word,
        is_account,
    ),
    (
        Class::User,
        r"\b(?:user|account|login|administrator)",
        Joint::Quote,
        Value::Phrase,
        is_account,
    ),
    (Class::User, r"\b(?:user|account)\s", Joint::None, Value::Word, is_account_of_sentence),
    (Class::User, r"\bsudo:\s+", Joint::None, Value::Word, is_account),
    (
        Class::User,
        r"\b(?:logged (?:in|on|out) (?:as|by)|requested by|initiated by|started by|executed by|performed by|authored by|contact(?:ed)? person)",
        Joint::Any,
        Value::Word,
        is_account_of_sentence,
    ),
    (Class::User, r"\b(?:shell|ssh|dcui)\[\d+\]: \[", Joint::None, Value::Word, is_account),
    (Class::User, r"\b[ug]id=\d+\(", Joint::None, Value::Word, is_account),
    (Class::User, r"\bsu: [^\n]{0,40}\(to \w+\) ", Joint::None, Value::Word, is_account),
    (Class::User, r"\bsu: [^\n]{0,40}\bby ", Joint::None, Value::Word, is_account),
    // Numbers of things.
    (
        Class::Serial,
        r"(?:\b|_)serial(?:[ _-]?(?:number|num|no|nr|id)\b\.?|\s?#)?(?: is| was)?",
        Joint::Any,
        Value::Word,
        is_number_of_thing,
    ),
    (
        Class::Serial,
        r"\b(?:s/n|sn|ser\.? ?no\.?|seriennummer|numéro de série)",
        Joint::Any,
        Value::Word,
        is_number_of_thing,
    ),
    (Class::Serial, r"シリアル\s?(?:番号|ナンバー)", Joint::Any, Value::Word, is_number_of_thing),
    (
        Class::Serial,
        r"\b(?:service|svc|asset|chassis|property|inventory)[ _-]?(?:tag|no|num|number|id|code)\.?(?: is| was)?",
        Joint::Any,
        Value::Word,
        is_number_of_thing,
    ),
    (
        Class::Serial,
        r"\b(?:express service code|enclosure id|system id|machine id|unit id|board id|hardware id|chassis|enclosure)",
        Joint::Sign,
        Value::Word,
        is_number_of_thing,
    ),
    // VMs.
    (
        Class::Vm,
        r"\b(?:vm|guest|virtual ?machine)[ _-]?name|\bdisplay ?name|\bvirtual ?machine|\bvmname|\bguestinfo\.hostname",
        Joint::Sign,
        Value::Phrase,
        is_vm,
    ),
    (
        Class::Vm,
        r"\b(?:vm|virtual ?machine|guest|vms)(?: named| called| name)?",
        Joint::Quote,
        Value::Phrase,
        is_word,
    ),
    (
        Class::Vm,
        r"(?:^|[^\w-])(?:vm|virtual ?machine|guest)(?: named| called)?\s",
        Joint::None,
        Value::Word,
        is_name_of_sentence,
    ),
    // Datastores and what is on them.
    (
        Class::Datastore,
        r"\b(?:datastore|volume|vmfs|vmfs volume|mount ?point)(?:[ _-]?(?:name|label))?",
        Joint::Quote,
        Value::Phrase,
        is_word,
    ),
    (
        Class::Datastore,
        r"\b(?:datastore|volume|volume ?label|mount ?point)(?:[ _-]?(?:name|label))?",
        Joint::Sign,
        Value::Word,
        is_word,
    ),
    (
        Class::Datastore,
        r"\b(?:datastore|volume (?:label|name)|mount ?point)\s",
        Joint::None,
        Value::Word,
        is_marked,
    ),
    (Class::Datastore, r"\bvolume [0-9a-f-]{20,} \(", Joint::None, Value::Phrase, is_word),
    // Names that an administrator gives.
    (
        Class::Name,
        r"\b(?:cluster|data ?center|resource ?pool|(?:dv)?port ?group|(?:v|dv|distributed )?switch|dvs|network|folder|vapp|tenant|customer|site|rack|zone|group|role|tag|snapshot|policy|profile)(?:[ _-]?name)?",
        Joint::Quote,
        Value::Phrase,
        is_word,
    ),
    (
        Class::Name,
        r"\b(?:cluster|data ?center|resource ?pool|port ?group|network|folder|vapp|tenant|customer|dvs|dvswitch|snapshot)[ _-]?name",
        Joint::Sign,
        Value::Phrase,
        is_word,
    ),
    (
        Class::Name,
        r"\b(?:cluster|data ?center|resource ?pool|port ?group|tenant|customer|sys ?contact|sys ?location|contact|company|organi[sz]ation|department|location)",
        Joint::Sign,
        Value::Phrase,
        is_name_of_sentence,
    ),
    (
        Class::Name,
        r"\b(?:cluster|data ?center|resource ?pool|vapp|folder|dvswitch|tenant|customer)\s",
        Joint::None,
        Value::Word,
        is_marked,
    ),
    (Class::Name, r"(?:^|[,/\s\x22'(=:])(?:CN|OU|DC)", Joint::Sign, Value::Phrase, is_word),
    // Hosts and domains.
    (
        Class::Host,
        r"\b(?:host ?name|esxi? ?host|fqdn|name ?servers?|log ?host|node ?name|sys ?name|gateway|dns(?: servers?)?|ntp(?: servers?)?|syslog(?: server)?|remote[ _-]?host|target[ _-]?host|source[ _-]?host|nfs[ _-]?server|v ?center(?: server)?|vc|kdc|domain controller|proxy(?: server)?|trap (?:target|destination)|computer ?name|peer ?name)",
        Joint::Sign,
        Value::Word,
        is_host,
    ),
    (
        Class::Host,
        r"\b(?:remote ?host|host|servers?|node|peer|client|machine|target|source|destination|src|dst|nas|filer|origin|to|from)",
        Joint::Sign,
        Value::Word,
        looks_like_host,
    ),
    (
        Class::Host,
        r"\b(?:host ?name|host|server|remote ?host|node ?name)",
        Joint::Quote,
        Value::Word,
        is_host,
    ),
    (
        Class::Host,
        r"\b(?:host ?name|host|servers?|node|peer|filer|v ?center(?: server)?|name ?server|gateway|nas|machine|appliance|proxy|hypervisor|controller|target)\s",
        Joint::None,
        Value::Word,
        looks_like_host,
    ),
    (
        Class::Host,
        r"\b(?:connect(?:ed|ions?|ing)?|mount(?:ed|ing)?|log(?:in|on|ged in)|sessions?|migrat\w+|ping(?:ed|ing)?|heartbeats?|repl(?:y|ies)|requests?|resolv\w+|lookup|reach(?:able|ed)?|contact\w*|refused|closed|timed out|receive[ds]?|response|packets?|traffic|failover|vmotion|sync\w*|replicat\w+|for \S+|forward\w*|sent|sending|joined|unreachable)(?: \w+)? (?:to|from|by|of|for|with|at|via|towards)\s",
        Joint::None,
        Value::Word,
        looks_like_host,
    ),
    (
        Class::Host,
        r"\b(?:ping|traceroute|nslookup|vmkping|ssh|scp|resolve|resolving|reach|contact|lookup|telnet)\s",
        Joint::None,
        Value::Word,
        looks_like_host,
    ),
    (Class::Host, r"\broot@", Joint::None, Value::Word, is_host),
    (
        Class::Host,
        r"(?:tcp|udp|ssl|tls|https?|nfs|ldaps?|smb|cifs|ftp|sftp|ssh|ntp|snmp|rtsp|vnc)://(?:[^\s/@]*@)?",
        Joint::None,
        Value::Word,
        is_host_of_url,
    ),
    (Class::Host, r"\bVMkernel ", Joint::None, Value::Word, looks_like_host),
    (
        Class::Host,
        r"\[(?:release)?build-[\d#]+[^\]]*\]\s+(?:on\s+|host\s*[:=]?\s*)?",
        Joint::None,
        Value::Word,
        looks_like_host,
    ),
    (
        Class::Domain,
        r"\b(?:ad |windows |dns |nis |default |kerberos )?(?:domain|realm|workgroup)(?: ?name)?|\bnetbios(?: ?name)?|\bsearch ?domains?|\bdns ?suffix(?:es)?",
        Joint::Sign,
        Value::List,
        is_domain,
    ),
    (
        Class::Domain,
        r"\b(?:join(?:ed|ing)?|left|leave|leaving)(?: to)?(?: the)?(?: ad| active directory| windows)? domain\s",
        Joint::None,
        Value::Word,
        is_domain,
    ),
    (
        Class::Domain,
        r"\b(?:search ?domains?|dns ?suffix(?:es)?|realm|workgroup)\s",
        Joint::None,
        Value::List,
        is_domain,
    ),
    (Class::Domain, r"^\s*(?:search|domain)\s+", Joint::None, Value::List, is_domain),
    (Class::Domain, r"\b(?:domain|realm|workgroup)", Joint::Quote, Value::Phrase, is_domain),
    // Addresses that only their context tells.
    (
        Class::Mac,
        r"\b(?:mac(?:[ _-]?addr(?:ess)?)?|hwaddr|hw addr(?:ess)?|ether(?:net)?(?: address)?|hardware address|lladdr|node address|permanent address)",
        Joint::Any,
        Value::Word,
        is_bare_mac,
    ),
    (
        Class::Wwn,
        r"\b(?:ww[pn]?n|wwid|(?:world ?wide )?(?:port|node)[ _-]?(?:name|wwn)|portwwn|nodewwn|fcid|port ?id|port|node|sas ?addr(?:ess)?|guid|initiator|target)",
        Joint::Any,
        Value::Word,
        is_bare_wwn,
    ),
    (
        Class::Uuid,
        r"\b[\w.]*(?:uuid|guid|instance ?id|bios ?id|object ?id|cluster ?id|host ?id)(?:\.\w+)?",
        Joint::Any,
        Value::Word,
        is_bare_uuid,
    ),
    (
        Class::Path,
        r"\b(?:share|export|remote ?path|path|volume|directory|dir|mounted|mounting)",
        Joint::Any,
        Value::Word,
        is_share,
    ),
];

/// A compiled row.
struct Search {
    class: Class,
    regex: Regex,
    value: Value,
    is_private: IsPrivate,
}

static SECRET_SEARCHES: LazyLock<Vec<Search>> = LazyLock::new(|| compiled(SECRETS));
static SEARCHES: LazyLock<Vec<Search>> = LazyLock::new(|| compiled(CONTEXTS));

/// `Nov 26 03:29:49 esx01 vmkernel:`, `<166>2021-04-27T10:00:00.123Z esx01 Hostd[2099]:`.
static SYSLOG: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let stamp =
        r"(?:\w{3} +\d+ (?:\d{4} )?\d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d))";
    let host = r"(?P<name>[A-Za-z0-9][\w-]*)";
    let program = r"(?:[\w./-]+(?:\[\d+\])?:|vmkernel|cpu\d+:|-\s)";
    Regex::new(&format!(r"^(?:[^\s:]{{1,40}}:)?\s*(?:<\d+>\d*\s*)?{stamp} {host} {program}")).ok()
});

fn compiled(contexts: &[Context]) -> Vec<Search> {
    let rows = contexts.iter().filter_map(|&(class, keys, joint, value, is_private)| {
        let (joint, quoted_only) = match joint {
            Joint::Sign => (r#"\\?["'\]]?\s*(?:=>|->|[:=>])\s*[(\[]?"#, false),
            Joint::Any => (r#"\\?["'\]]?(?:\s*(?:=>|->|[:=>])\s*|\s+)[(\[]?"#, false),
            Joint::Quote => (r"\s*[:=]?\s*", true),
            Joint::None => ("", false),
        };
        let bare = match value {
            Value::Word => r#"[^\s"'<>,;()\[\]{}|&?/\\=:]+|/[^\s"'<>,;()\[\]{}|&?]+"#,
            Value::Token => r#"[^\s"'<>]+"#,
            Value::Phrase => r#"[^\s"'<>,;()\[\]{}|/][^"'<>,;()\[\]{}|/]*"#,
            Value::List => r#"[^\s"'<>,;()\[\]{}|][^"'<>;()\[\]{}|]*"#,
        };
        let quoted =
            r#"\\?"(?P<double>[^"\\]+)|'(?P<single>[^']+)'|`(?P<back>[^`]+)`|“(?P<curly>[^”]+)”"#;
        let bare = if quoted_only { String::new() } else { format!("|(?P<name>{bare})") };
        let regex = Regex::new(&format!(r"(?i)(?:{keys}){joint}(?:{quoted}{bare})")).ok()?;
        Some(Search { class, regex, value, is_private })
    });
    rows.collect()
}

/// Finds the passwords and keys of `line`.
pub(super) fn secrets_in(line: &str) -> Vec<Place> {
    SECRET_SEARCHES.iter().flat_map(|search| search.places(line)).collect()
}

/// Finds everything else of `line` that its context tells.
pub(super) fn contexts_in(line: &str) -> Vec<Place> {
    let of_prefix = SYSLOG.as_ref().and_then(|syslog| syslog.captures(line));
    let host = of_prefix.and_then(|captures| captures.name("name"));
    let host = host.filter(|host| is_host(host.as_str()) && !is_level(host.as_str()));
    let mut found: Vec<Place> =
        host.and_then(|host| placed(line, Class::Host, host.as_str())).into_iter().collect();
    found.extend(SEARCHES.iter().flat_map(|search| search.places(line)));
    found
}

/// `2021-04-27T10:00:00.123Z info hostd[2099]`, `… In(182) vmkernel:`.
fn is_level(word: &str) -> bool {
    const LEVELS: &[&str] = &[
        "info", "error", "warning", "verbose", "trivia", "debug", "panic", "in", "wa", "er", "db",
        "no", "al", "em", "cr",
    ];
    LEVELS.contains(&word.to_ascii_lowercase().as_str()) || word.starts_with("cpu")
}

impl Search {
    fn places(&self, line: &str) -> Vec<Place> {
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(captures) = self.regex.captures_at(line, from) {
            let values = self.values(&captures);
            // A value that is none may be the key of the next one: `target host esx-dr-4`.
            let key_end =
                captures.name("name").map(|value| value.start()).filter(|_| values.is_empty());
            let end = key_end.or(captures.get(0).map(|whole| whole.end())).unwrap_or(line.len());
            from = if end > from { end } else { line.len() };
            found.extend(values.into_iter().filter_map(|value| placed(line, self.class, value)));
        }
        found
    }

    /// The values of one match that are private.
    fn values<'a>(&self, captures: &Captures<'a>) -> Vec<&'a str> {
        let quoted =
            ["double", "single", "back", "curly"].iter().find_map(|name| captures.name(name));
        let (value, is_quoted) = match (quoted, captures.name("name")) {
            (Some(quoted), _) => (quoted.as_str(), true),
            (None, Some(bare)) => (bare.as_str(), false),
            (None, None) => return Vec::new(),
        };
        let is_private = |value: &&str| !is_masked(value) && (self.is_private)(value);
        if let Value::List = self.value {
            return value
                .split([' ', ','])
                .map(|word| word.trim_matches('.'))
                .filter(is_private)
                .collect();
        }
        let value = if is_quoted { value.trim() } else { trimmed(value, self.value) };
        Some(value).filter(is_private).into_iter().collect()
    }
}

/// The value without the punctuation of the sentence.
fn trimmed(value: &str, form: Value) -> &str {
    match form {
        Value::Token => value.trim_end_matches([',', ';', '.']),
        Value::Phrase => {
            let value = value.split("  ").next().unwrap_or(value);
            let value = value.split(". ").next().unwrap_or(value);
            let value = [" is ", " was ", " has ", " on ", " in ", " at ", " from ", " failed"]
                .iter()
                .fold(value, |value, stop| value.split(stop).next().unwrap_or(value));
            value.trim_end_matches([':', '.', ' '])
        }
        _ => value.trim_end_matches(['.', '!', '?']),
    }
}

fn is_secret(value: &str) -> bool {
    !is_no_name(value) && !value.starts_with("0x") && !value.is_empty()
}

/// A password in a sentence: `password hunter2`, and not `password expired`.
fn is_secret_word(value: &str) -> bool {
    let has_mark = value.chars().any(|c| !c.is_alphabetic() && !matches!(c, '-' | ':' | '.' | ','));
    is_secret(value) && has_mark && value.len() >= 4 && !value.starts_with(['(', '/', '[', '='])
}

fn is_long_token(value: &str) -> bool {
    value.len() >= 12 && value.chars().any(|c| c.is_ascii_digit() || c == '=')
}

fn is_word(value: &str) -> bool {
    let is_number = value.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '%'));
    !is_number
        && !is_no_name(value)
        && !is_common_word(value)
        && !value.starts_with("0x")
        && value.len() >= 2
}

/// `vmm3:VM_NAME:vcpu-3:Received` has the placeholder of an article for a key.
fn is_vm(value: &str) -> bool {
    is_word(value) && !value.starts_with("vcpu-")
}

fn is_account(value: &str) -> bool {
    value.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && !is_no_name(value)
        && !is_common_word(value)
        && value
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '$' | '\\' | '@' | ' '))
}

/// An account in a sentence: `user jdoe`, and not `user input`.
fn is_account_of_sentence(value: &str) -> bool {
    const GO_ON: &[&str] = &[
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
    is_account(value) && value.len() >= 3 && !GO_ON.contains(&value) && !value.ends_with('s')
}

/// `VM Payroll-DB failed`, and not `VM monitor` or `guest memory`.
fn is_name_of_sentence(value: &str) -> bool {
    let is_marked = value.contains(|c: char| c.is_ascii_digit() || matches!(c, '-' | '_'));
    let is_proper = value.starts_with(char::is_uppercase) && value.contains(char::is_lowercase);
    is_word(value) && (is_marked || is_proper) && value.len() >= 3 && !is_device(value)
}

fn is_marked(value: &str) -> bool {
    is_word(value) && value.contains(|c: char| c.is_ascii_digit() || matches!(c, '-' | '_'))
}

/// A serial number has a digit in it, and no small words.
fn is_number_of_thing(value: &str) -> bool {
    value.len() >= 4
        && value.contains(|c: char| c.is_ascii_digit())
        && !value.starts_with("0x")
        && value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '/'))
}

fn is_host(value: &str) -> bool {
    let is_name = value.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
    is_name && is_word(value) && value.starts_with(|c: char| c.is_alphanumeric())
}

fn is_host_of_url(value: &str) -> bool {
    is_host(value) && !value.contains('.')
}

fn is_domain(value: &str) -> bool {
    is_host(value) && value.starts_with(char::is_alphabetic) && !super::public::is_vendor(value)
}

fn is_hex(value: &str, lengths: &[usize]) -> bool {
    let digits = value.trim_start_matches("0x");
    lengths.contains(&digits.len()) && digits.bytes().all(|c| c.is_ascii_hexdigit())
}

fn is_bare_mac(value: &str) -> bool {
    is_hex(value, &[12])
}

fn is_bare_wwn(value: &str) -> bool {
    is_hex(value, &[16]) && value.trim_start_matches("0x").starts_with(['1', '2', '5', '6', 'c'])
}

fn is_bare_uuid(value: &str) -> bool {
    is_hex(value, &[16, 24, 32])
}

/// A directory that a server exports; the system's own stay.
fn is_share(value: &str) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_valid() {
        assert_eq!(SECRET_SEARCHES.len(), SECRETS.len());
        assert_eq!(SEARCHES.len(), CONTEXTS.len());
        assert!(SYSLOG.is_some());
    }
}
