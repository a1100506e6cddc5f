//! Private strings that are known by their form alone.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::addresses::{has_letter, is_adapter, private_ipv4, private_ipv6};
use super::class::Class;
use super::contexts::is_level;
use super::domains::is_private_domain;
use super::drivers::{is_driver, is_module};
use super::public::{is_common_word, is_no_name, is_technical};
use super::values::{
    is_dashed_host, is_host_noun, is_ip_number, is_marked, is_noun, is_own_directory,
    is_proper_name,
};
use super::{PrivatePlace, placed};

/// Narrows what a pattern has found; `None` when it is something else after all.
type Narrow = for<'a> fn(&'a str) -> Option<&'a str>;

/// A form: its class, a pattern with the group `name`, and what it is narrowed by.
type Shape = (Class, &'static str, Narrow);

/// The forms; the first one that takes a place has it.
const SHAPES: &[Shape] = &[
    // Keys and tokens with a form of their own.
    (Class::Secret, r"\b(?P<name>eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*)", whole),
    (
        Class::Secret,
        r"\b(?P<name>(?:AKIA|ASIA)[0-9A-Z]{16}|gh[pousr]_\w{30,}|glpat-[\w-]{20,}|xox[abprs]-[\w-]{10,}|SHA256:[A-Za-z0-9+/]{43}=?)",
        whole,
    ),
    (
        Class::Secret,
        r"\b(?:ssh-(?:rsa|ed25519|dss)|ecdsa-sha2-nistp\d+) (?P<name>AAAA[A-Za-z0-9+/=]+)",
        whole,
    ),
    (Class::Secret, r"(?P<name>(?:\b[0-9A-Fa-f]{2}[:-]){15,}[0-9A-Fa-f]{2})\b", whole),
    (Class::Secret, r"\b(?P<name>(?:SHA1|SHA256|SHA512|MD5):[A-Za-z0-9+/]{22,}=*)", whole),
    (
        Class::Secret,
        r"(?i)(?:fingerprint|thumbprint|known_hosts|host ?key|sha-?(?:1|256)|ssh2?: \w+)(?: is| of)?[ :=]+(?P<name>[0-9a-f]{32,128}\b|[a-z0-9+/]{43}=?)",
        whole,
    ),
    (Class::Secret, r"(?i)://[^\s/:@]+:(?P<name>[^\s/@]+)@", whole),
    (Class::Secret, r"(?P<name>\$[156y]\$[^\s:]{8,})", whole),
    (Class::User, r"(?i)://(?P<name>[^\s/:@]+)(?::[^\s/@]*)?@", account),
    (Class::Licence, r"(?i)(?P<name>\b[0-9A-Z]{5}(?:-[0-9A-Z]{5}){4}\b)", whole),
    (Class::Licence, r"(?P<name>\b[0-9A-Z]{5}(?: [0-9A-Z]{5}){4}\b)", mixed),
    (Class::Licence, r"(?P<name>\b[0-9A-Z]{25}\b)", mixed),
    // Users and groups of Windows by their number.
    (Class::User, r"(?P<name>\bS-1-\d+(?:-\d+){2,})", whole),
    // People.
    (Class::Mail, r"(?i)(?P<name>[\w.+%'-]*[\w+%-]@[\w-]+(?:\.[\w-]+)+)", mail),
    (
        Class::User,
        r"(?P<name>\b[A-Za-z][\w.-]{1,30}\\{1,2}[A-Za-z][\w.$-]*(?: [A-Z][\w.$-]*){0,3} (?:Admins?|Administrators|Users|Operators|Owners|Readers|Group|Computers|Guests))\b",
        whole,
    ),
    (Class::User, r"(?P<name>\b[A-Za-z][\w.-]{1,30}\\{1,2}[A-Za-z][\w.$-]*)", windows_account),
    // User jroe@10.1.2.3 logged in
    (Class::User, r"(?P<name>[^\W\d][\w.$+-]*)@(?:\d{1,3}\.){3}\d", account),
    // for jroe from 10.1.2.3, jroe  pts/0
    (
        Class::User,
        r"\b(?:for|user|by) (?P<name>[^\s:,;()]+) from (?:\d{1,3}\.|ip-|host-|port|[0-9a-f]*:)",
        noun,
    ),
    (Class::User, r"(?P<name>[\w.-]+)\s+(?:pts/|tty|/dev/|char/pty)", user_of_terminal),
    (
        Class::User,
        r"(?i)\b(?:changed|modified|edited|created|deleted|rebooted|approved|installed|initiated|triggered|scheduled) by (?:user )?(?P<name>[\w.$\\-]+)",
        noun,
    ),
    // jo (at) corp.example, jo [at] corp [dot] example
    (
        Class::Mail,
        r"(?i)(?P<name>[\w.+-]+ ?[(\[{]at[)\]}] ?[\w-]+(?:(?:\.| ?[(\[{]dot[)\]}] ?)[\w-]+)+)",
        whole,
    ),
    (Class::Mail, r#"(?P<name>"[^"]{1,40}"@[\w-]+(?:\.[\w-]+)+)"#, whole),
    // Storage; the name of a target may end in a UUID.
    (Class::Disk, r#"(?i)\b(?P<name>iqn\.\d{4}-\d{2}\.[^\s"'<>,;)\]]+)"#, target),
    (Class::Disk, r#"(?i)\b(?P<name>nqn\.\d{4}-\d{2}\.[^\s"'<>,;)\]]+)"#, target),
    (
        Class::Uuid,
        r"(?i)(?P<name>\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{6,12}\b)",
        adapter,
    ),
    (Class::Uuid, r"(?i)(?P<name>\b[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{12}\b)", adapter),
    (
        Class::Uuid,
        r"(?i)(?P<name>\b[0-9a-f]{2}(?: [0-9a-f]{2}){7} ?[ -] ?[0-9a-f]{2}(?: [0-9a-f]{2}){7}\b)",
        adapter,
    ),
    (Class::Uuid, r"(?i)(?P<name>\b[0-9a-f]{16}-[0-9a-f]{16}\b)", adapter),
    // The bytes of a number one by one, and a number with other signs between its groups.
    (Class::Uuid, r"(?i)(?P<name>\b0x[0-9a-f]{1,2}(?:,? 0x[0-9a-f]{1,2}){15}\b)", adapter),
    (
        Class::Uuid,
        r"(?i)(?P<name>\b[0-9a-f]{8}_[0-9a-f]{4}_[0-9a-f]{4}_[0-9a-f]{4}_[0-9a-f]{12})",
        adapter,
    ),
    (Class::Uuid, r"(?i)\buuid\.(?P<name>[0-9a-f]{16,})\b", whole),
    (Class::Disk, r#"(?i)\b(?:naa|eui)\.(?P<name>[0-9a-f]{8,})"#, whole),
    (Class::Disk, r#"(?i)\bt10\.(?P<name>[^\s"'<>,;)\]:]+)"#, whole),
    (Class::Disk, r#"(?i)\bvml\.(?P<name>[0-9a-f]{8,})"#, whole),
    (Class::Wwn, r"(?i)\bfc\.(?P<name>[0-9a-f]{16}:[0-9a-f]{16})\b", whole),
    (Class::Wwn, r"(?i)(?P<name>\b[125c][0-9a-f]{15}:[125c][0-9a-f]{15}\b)", whole),
    (Class::Wwn, r"(?i)\b(?:fc|sas)\.(?P<name>[0-9a-f]{16})\b", whole),
    (Class::Wwn, r"(?i)\b(?:fc|sas)\.(?P<name>[0-9a-f]{2}(?::[0-9a-f]{2}){7})\b", whole),
    (Class::Wwn, r"(?i)(?P<name>\b[0-9a-f]{2}(?::[0-9a-f]{2}){7}\b)", adapter),
    (Class::Wwn, r"(?i)(?P<name>\b[0-9a-f]{2}(?:-[0-9a-f]{2}){7}\b)", adapter),
    // Network; vmnic4 (3cfdfe9e1121) first.
    (Class::Mac, r"(?i)\bvmnic\d+(?: ?[(\[:,] ?| )(?:mac )?(?P<name>[0-9a-f]{12})\b", adapter),
    (Class::Mac, r"(?i)(?P<name>\b[0-9a-f]{2}(?::[0-9a-f]{2}){5}\b)", adapter),
    (Class::Mac, r"(?i)(?P<name>\b[0-9a-f]{2}(?:-[0-9a-f]{2}){5}\b)", adapter),
    (
        Class::Mac,
        r"(?i)(?P<name>\b[0-9a-f]{4}(?:\.[0-9a-f]{4}){2}\b|\b[0-9a-f]{2}(?:\.[0-9a-f]{2}){5}\b)",
        has_letters,
    ),
    // The groups are six digits each.
    (Class::Mac, r"(?i)(?P<name>\b[0-9a-f]{6}[-:][0-9a-f]{6}\b)", has_letters),
    (
        Class::Mac,
        r"(?i)\b(?:mac|arp|addr(?:ess)?|device|nic|l2|src|dst|hwaddr|ether|node|station|chaddr)\b[:=]? ?(?P<name>[0-9a-f]{2}(?: [0-9a-f]{2}){5}|[0-9a-f]{5} [0-9a-f]{7})\b",
        has_letters,
    ),
    // vmnic2  ntg3  Up  1000  0c:c4:…
    (Class::Mac, r"(?i)\b(?:up|down) +\d+ (?:full )?(?P<name>[0-9a-f]{12})\b", adapter),
    (
        Class::Ip,
        r"(?i)(?P<name>[0-9a-f]*:[0-9a-f:]*:(?:\d+\.\d+\.\d+\.\d+|[0-9a-f:]*))",
        private_ipv6,
    ),
    // Groups of four, and groups without the zeros in front: behind the addresses that have more.
    (Class::Wwn, r"(?i)(?P<name>\b[125c][0-9a-f]{3}(?::[0-9a-f]{4}){3}\b)", whole),
    (Class::Mac, r"(?i)(?P<name>\b[0-9a-f]{1,2}(?::[0-9a-f]{1,2}){5}\b)", has_letters),
    (Class::Ip, r"(?P<name>\d{1,3}(?:[\[(]\.[\])]\d{1,3}){3})", whole),
    (
        Class::Ip,
        r"(?i)\b(?:who-has|ip|address|addr|ping|from|to|host|server|gateway|peer|src|dst|portal|client|bmc|cimc|idrac|ilo|ipmi)[:=]? (?P<name>\d{1,3}(?:[-_]\d{1,3}){3})\b",
        whole,
    ),
    (
        Class::Ip,
        r"(?i)\b(?:ping|who-has|response from|reply from)[:=]? (?P<name>0x[0-9a-f]{8}|\d{8,10})\b",
        ip_number,
    ),
    (Class::Ip, r"(?P<name>\d{1,3}(?:\.\d+){3,})", private_ipv4),
    // Files that are called after the host: esx-knecht-2024-01-02--03.04-7.tgz.
    (Class::Host, r"\besxi?-(?P<name>[\w.-]+?)-\d{4}-\d\d-\d\d--\d\d\.\d\d", whole),
    (
        Class::Host,
        r"\b(?:vmkdump|vm-?support|vmkernel-zdump|coredump|psod|configBundle)[_-](?P<name>[A-Za-z][\w-]*?)[_-]?(?:\d{8}|\d{4}-\d\d-\d\d|\.\d+\b|\.tgz)",
        host,
    ),
    // Prompts: [root@knecht:~], jo@knecht:/var$.
    (Class::Host, r"(?:^|[\s\[(])[\w.$-]+@(?P<name>[A-Za-z][A-Za-z0-9-]*)[: ][~/]", host),
    // Before the names without a dot: `esx01` of `esx01.corp.local` is not all of it.
    (Class::Host, r"(?P<name>[\w-]+(?:\.[\w-]+)+\.?)", domain),
    (Class::Host, r"(?i)(?P<name>\bip(?:-\d{1,3}){4}\b)", whole),
    (
        Class::Host,
        r"(?i)(?P<name>[\w-]+) (?:timed out|is unreachable|not reachable|did not (?:answer|respond))",
        dashed,
    ),
    // The end of the header.
    (
        Class::Host,
        r"(?i)\[(?:release)?build-[\d#]+[^\]]*\]\s+\(?(?:(?:on )?host(?:name)?[: ]\s*|on )?(?P<name>[\w.-]+)\)?\s*$",
        host,
    ),
    (
        Class::Host,
        r"(?i)\[(?:release)?build-[\d#]+[^\]]*\]\s+(?:on )?host(?:name)?[: ]\s*(?P<name>[\w-]+(?: [\w.-]+){1,4})\s*$",
        host_of_words,
    ),
    (Class::Host, r"\bVMkernel (?P<name>[\w.-]+) \d+\.\d+\.\d+ #", host),
    // Host knecht is not responding; `host memory` is none.
    (
        Class::Host,
        r"(?i)\b(?:host|server|node|master|slave|member|peer|witness|hypervisor) (?P<name>[\w.-]+)(?: is| was| has(?: been)?| did| does)?(?: now| no longer)? (?:not (?:respond|reach|avail)\w*|n't respond|responding|lost|declared|disconnected|isolated|dead|down|offline|unreachable|rebooted|removed|partitioned|rejected|refused|prefer|iburst|console)\b",
        host,
    ),
    (
        Class::Host,
        r"(?i)\besxcli (?:[\w.-]+ )*?(?:dns|ntp|syslog|coredump|nfs|hostname|snmp|ping|diag|traceroute)\b[\w .-]*? (?:-[shH]|--(?:server|host|hostname|fqdn|servers)[\w-]*)[ =](?P<name>[\w.-]+)",
        host,
    ),
    (
        Class::Host,
        r"(?i)\b(?:netdump|coredump|core dump|dump)(?: to)?(?: the)? (?:network|server|collector|netdump server|coredump server) (?P<name>[\w.-]+)",
        host,
    ),
    (
        Class::Host,
        r"(?i)\b(?:netdump|coredump|core dump) to (?P<name>[\w.-]+) (?:port|failed|timed|via|on|using|over|through|with)",
        host,
    ),
    (
        Class::Host,
        r"(?i)\b(?:admin(?:istrator)?|root|operator|user) on (?P<name>[\w-]+) (?:via|from|using|through)\b",
        host,
    ),
    // The columns of lists: 12  Payroll  [store] …, and what became of a VM.
    (Class::Vm, r"\b\d+\s{2,}(?P<name>[^\s\[](?:[^\s\[]| [^\s\[])*)\s{2,}\[", noun),
    (
        Class::Vm,
        r"(?i)\b(?:event|task)(?: \d+)?\s?: (?P<name>[^:]{1,80}?) on\s+\S+ in \S+ (?:is|was|has)\b",
        noun,
    ),
    (
        Class::Vm,
        r"\b[\w.]*Event\s?: (?P<name>[^:]{1,80}?) (?:on|of|from)\s+\S+ in [^:]{1,60}? (?:is|was|has)\b",
        noun,
    ),
    (
        Class::Name,
        r"\b[\w.]*Event\s?: [^:]{1,80}? (?:on|of|from)\s+\S+ in (?P<name>[^:]{1,60}?) (?:is|was|has)\b",
        noun,
    ),
    (
        Class::Vm,
        r"(?i)\b(?:v?motion|migration|relocation|clone|cloning|snapshot|backup|restart|replication|consolidation|failover|reset|power[ -]?o(?:n|ff)) (?:of|for) (?-i:(?P<name>[\w][\w.&#-]*(?: (?:[A-Z0-9(]|[a-z]+\d)[\w.()&#-]*)*))(?: (?:from|to|on|at|in|has|was|is|failed)\b|[,.:]|\s*$)",
        proper,
    ),
    (Class::Vm, r"\b(?:primary|secondary)(?: vm| VM)? (?:for|of) (?P<name>[\w.-]+)", marked),
    (
        Class::Vm,
        r"(?i)\b(?:to (?:suspend|migrate|power (?:on|off)|clone|restart|reset|revert|resume|register|unregister|evacuate|deploy)|clone|cloning|deploying|suspending|resuming|reverting) (?P<name>[\w.-]+)",
        marked,
    ),
    // Dell R650 tag 7XY5ZZ1
    (Class::Serial, r"\b[Tt]ag:? (?P<name>[0-9A-Z]{7})\b", mixed),
    // Powered off Pay Roll by hand
    (
        Class::Vm,
        r"\b(?:[Pp]owered (?:on|off)|[Rr]ebooted|[Rr]estarted|[Mm]igrated|[Ss]uspended|[Cc]loned|[Rr]everted|[Uu]nregistered|[Rr]egistered) (?P<name>[A-Z0-9][\w.&#-]*(?: [A-Z0-9][\w.&#-]*)*)",
        proper,
    ),
    // \\esx7\Group Cpu(2744105:Payroll)\% Used
    (Class::Vm, r"\b(?:Group|Vcpu|Virtual) ?\w*\(\d+:(?P<name>[^():\\]+)[:)]", noun),
    (
        Class::User,
        r"(?i)\bpermissions? (?:rule )?(?:for|of) (?:user |principal |group )?(?P<name>[\w.\\$-]+) (?:was |has been |is )?(?:changed|created|removed|updated|added|set|revoked|granted)",
        noun,
    ),
    (
        Class::Name,
        r"\bsettings advanced set\b.*?\s(?:-s|--string-value)[ =](?P<name>[\w.-]+)",
        marked,
    ),
    // /vm/#_Payroll/ of the database of a VM
    (Class::Vm, r"/vm/#_(?P<name>[^/\s]+)", noun),
    (Class::Vm, r"\bNetWorld-VM-\d+[-:.](?P<name>[^\s,;:]+)", noun),
    // Lists of directories: their owner and their names.
    (
        Class::User,
        r"^[d-][rwxsStT-]{9}[+.]?\s+\d+\s+(?P<name>[A-Za-z][\w.$-]*)\s+\S+\s+\d+\s",
        account,
    ),
    (
        Class::Path,
        r"^d[rwxsStT-]{9}[+.]?\s+\d+\s+\S+\s+\S+\s+\d+\s+\w{3}\s+\d+\s+[\d:]+\s+(?P<name>\S.*?)\s*$",
        own_directory,
    ),
    (Class::Vm, r"(?P<name>[\w.-]+) \(cartel \d", noun),
    (Class::Vm, r"(?i)\bft: (?:\d+: )?(?P<name>[\w.-]+) (?:primary|secondary)", noun),
    (
        Class::Datastore,
        r"(?i)\besxcli storage [\w .-]+? (?:-[vl]|--volume-(?:name|label))[ =](?P<name>[\w.-]+)",
        noun,
    ),
    (Class::Path, r"(?i)\besxcli storage .*?(?:-s|--share)[ =](?P<name>/[^\s,;]+)", whole),
    (Class::Name, r"\besxcfg-vswitch -[ApDC][ =](?P<name>[^\s,;-][^\s,;]*)", noun),
    // The tree of a vCenter: /Centre/host/Cluster/esx7, /Resources/Gold.
    (
        Class::Name,
        r#"(?:^|[\s"'=(])/(?P<name>[^/\n"']{1,60})/(?:host|vm|network|datastore)/"#,
        noun,
    ),
    (
        Class::Name,
        r#"(?:^|[\s"'=(])/[^/\n"']{1,60}/(?:host|vm|network|datastore)/(?P<name>[^/\n"',;]+?)(?:/|["',;]|\s{2}|\s(?:is|was|has|failed|on)\b|\s*$)"#,
        noun,
    ),
    (Class::Name, r#"\bResources/(?P<name>[^/\s"',;()]+)"#, noun),
    (Class::Name, r#"\borg-(?P<name>[\w.-]+)(?:/|\b)"#, organization),
    (Class::Host, r#"\borg-[\w.-]+/(?:[\w.-]+/)*?ls-(?P<name>[\w.-]+)"#, noun),
    // What stands in brackets and quotes behind an identifier is its name.
    (
        Class::Name,
        r#"\b(?:uuid|disk|wwn|mac|ip|serial)-[0-9a-f]{16} ?\(["'](?P<name>[^"'\n]{2,80})["']\)"#,
        noun,
    ),
    // A switch tells its serial number behind its name.
    (
        Class::Serial,
        r"(?i)\b(?:device|chassis|switch|system)[ _-]?(?:id|name):?\s+[^\s(]+ ?\((?-i:(?P<name>[A-Z0-9]{8,}))\)",
        mixed,
    ),
    // A collector repeats what another host sent: kernel: knecht vmkernel: x.
    (
        Class::Host,
        r": (?P<name>[A-Za-z][\w-]+) (?:vmkernel|vmkwarning|[Hh]ostd|[Vv]pxa|vobd|[Ff]dm|[Rr]httpproxy|storageRM|esxupdate|shell|sshd)(?:\[\d+\])?: ",
        relayed,
    ),
    (Class::Name, r"\bdvs\.port (?P<name>[\w.-]+)", noun),
    // The columns of lists: name, host, true, true.
    (Class::Name, r"(?:^|\s)(?P<name>[\w.-]+)\s{2,}(?:true|false)\b", noun),
    (
        Class::Name,
        r"(?i)\blist:?\s+(?P<name>[^\s:](?:[^\s:]| [^\s:])*)\s{2,}(?:vSwitch|DvsPortset|\d+\s)",
        noun,
    ),
    (
        Class::Host,
        r"(?i)(?P<name>\b(?:i?lo|idrac|imm|xcc|bmc|cimc|ilom?)-?(?:[0-9A-Z]+-)*[0-9A-Z]*\d[0-9A-Z-]{3,})\b",
        management,
    ),
    (Class::Host, r"(?i)(?P<name>\besxi?(?:[a-z0-9]*-)?[a-z0-9-]*\d[a-z0-9-]*)", named_esx),
    // The host of a mounted directory: nas01:/vol/vms.
    (Class::Host, r#"(?:^|[\s"'(=])(?P<name>[A-Za-z][\w-]*):/(?:[\w.-]+/?)+"#, mounted),
    // A name with hyphens and a number, or with a port, wherever it stands: names of a site have
    // that form, and words, functions and drivers have not.
    (
        Class::Host,
        r#"(?:^|[\s("'\[=,])(?P<name>[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*-[A-Za-z]*\d+[a-z]?)(?:$|[\s)"'\],;]|[:.](?:\s|$|\d{2,5}\b))"#,
        numbered,
    ),
    (
        Class::Host,
        r#"(?:^|[\s("'\[=,/])(?P<name>[a-z][a-z0-9]*(?:-[a-z0-9]+)+):\d{2,5}(?:$|[\s)"'\],;./])"#,
        numbered,
    ),
    (
        Class::User,
        r"(?:^|[^\w.])(?P<name>[a-zA-Z][\w.$-]*)@(?:host|ip|domain)-[0-9a-f]{16}",
        account,
    ),
];

static SEARCHES: LazyLock<Vec<(Class, Regex, Narrow)>> = LazyLock::new(|| {
    let compiled = SHAPES
        .iter()
        .filter_map(|&(class, pattern, narrow)| Some((class, Regex::new(pattern).ok()?, narrow)));
    compiled.collect()
});

/// `jo@esx7`: who logs in, and where.
static LOGIN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?P<user>[A-Za-z][\w.$-]*)@(?P<host>[A-Za-z][A-Za-z0-9-]*)").ok()
});

/// Finds accounts with the short name of a host.
fn logins_in(line: &str) -> Vec<PrivatePlace> {
    let logins = LOGIN.iter().flat_map(|login| login.captures_iter(line));
    let mut found = Vec::new();
    for login in logins {
        let (Some(user), Some(host)) = (login.name("user"), login.name("host")) else { continue };
        let goes_on = line[host.end()..].starts_with(['.', '_', '#', '+', '@']);
        if host_of_account(host.as_str()).is_none() || goes_on {
            continue;
        }
        found.extend(placed(line, Class::Host, host.as_str()));
        let is_whole = !line[..user.start()].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let user = account(user.as_str()).filter(|_| is_whole);
        found.extend(user.and_then(|user| placed(line, Class::User, user)));
    }
    found
}

/// Finds every place of `line` that has a form of the table, in the order of the table.
pub(super) fn shapes_in(line: &str) -> Vec<PrivatePlace> {
    let mut found = Vec::new();
    for (class, search, narrow) in SEARCHES.iter() {
        let mut from = 0;
        // A separator that ends one name may begin the next one.
        while let Some(captures) = search.captures_at(line, from) {
            from = next_start(line, &captures);
            found.extend(narrowed(line, *class, &captures, *narrow));
        }
    }
    found.extend(logins_in(line));
    found
}

/// Where the search goes on after `captures`: at the end of the name.
fn next_start(line: &str, captures: &Captures<'_>) -> usize {
    let end = captures.name("name").map_or(line.len(), |name| name.end());
    let whole = captures.get(0).map_or(line.len(), |whole| whole.start());
    if end > whole { end } else { line.len() }
}

fn narrowed(
    line: &str,
    class: Class,
    captures: &Captures<'_>,
    narrow: Narrow,
) -> Option<PrivatePlace> {
    let name = captures.name("name")?;
    let is_bare = captures.get(0).is_some_and(|whole| whole.start() == name.start());
    if touches(line, class, name.start(), name.end(), is_bare) {
        return None;
    }
    placed(line, class, narrow(name.as_str())?)
}

/// Returns true where a name is only a part of a longer one.
fn touches(line: &str, class: Class, start: usize, end: usize, is_bare: bool) -> bool {
    let before = line[..start].chars().next_back();
    let after = line[end..].chars().next();
    let is_number = matches!(class, Class::Ip | Class::Mac | Class::Wwn);
    // The target of a trap has a port behind the sign: `nms.corp.example@162`.
    let port = line[end..].trim_start_matches('@').trim_start_matches(|c: char| c.is_ascii_digit());
    let has_port = port.len() + 2 < line.len() - end
        && !port.starts_with(|c: char| c == '.' || c.is_alphabetic());
    before.is_some_and(|c| is_bare && is_number && (c.is_alphanumeric() || c == '.'))
        || after.is_some_and(|c| {
            is_number && c.is_alphanumeric() || c == '@' && class == Class::Host && !has_port
        })
}

/// Splits a line into words at blanks, quotes and brackets.
pub(super) fn words(line: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    const BETWEEN: &[char] =
        &['"', '\'', '(', ')', '[', ']', ',', ';', '=', ':', '/', '|', '@', '`'];
    let mut start = 0;
    line.split(|c: char| c.is_whitespace() || BETWEEN.contains(&c)).filter_map(move |word| {
        let from = start;
        start =
            from + word.len() + line[from + word.len()..].chars().next().map_or(0, char::len_utf8);
        (!word.is_empty()).then_some(from..from + word.len())
    })
}

fn whole(name: &str) -> Option<&str> {
    Some(name)
}

fn adapter(name: &str) -> Option<&str> {
    is_adapter(name).then_some(name)
}

/// A key without signs has letters and digits.
fn mixed(name: &str) -> Option<&str> {
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    let letters = name.bytes().filter(u8::is_ascii_alphabetic).count();
    (digits >= 3 && letters >= 3).then_some(name)
}

fn ip_number(name: &str) -> Option<&str> {
    is_ip_number(name).then_some(name)
}

fn host(name: &str) -> Option<&str> {
    let name = name.trim_end_matches(['.', '-']);
    is_host_noun(name).then_some(name)
}

/// `blade 4 rack 12`, and no message.
fn host_of_words(name: &str) -> Option<&str> {
    (!name.split(' ').any(is_common_word)).then_some(name)
}

/// A host, and not the level of a message: `: info hostd[7]: x`.
fn relayed(name: &str) -> Option<&str> {
    host(name).filter(|name| !is_level(name))
}

/// `hv-brno-2`, and no word, part or standard with a number: a part of three letters and more that is
/// no public word.
fn numbered(name: &str) -> Option<&str> {
    let parts: Vec<&str> = name.split('-').collect();
    let has_own = parts.iter().any(|part| is_own_part(part) && part.len() >= 3);
    let is_public = parts.iter().any(|part| is_technical(part) || is_year(part)) || is_driver(name);
    // `rhel8-64` is the kind of a guest.
    let is_guest = name.ends_with("-64") || name.ends_with("-32");
    (has_own && !is_public && !is_guest && is_noun(name)).then_some(name)
}

/// A part of a numbered name that is no public word.
fn is_own_part(part: &str) -> bool {
    let stem = part.trim_end_matches(|c: char| c.is_ascii_digit());
    stem.len() >= 2
        && stem.bytes().all(|c| c.is_ascii_alphabetic())
        && !is_common_word(stem)
        && !is_device(part)
        && !is_technical(stem)
}

fn is_year(part: &str) -> bool {
    part.len() == 4 && (part.starts_with("19") || part.starts_with("20"))
}

fn marked(name: &str) -> Option<&str> {
    (is_marked(name) && is_noun(name)).then_some(name)
}

fn proper(name: &str) -> Option<&str> {
    is_proper_name(name).then_some(name)
}

fn own_directory(name: &str) -> Option<&str> {
    is_own_directory(name).then_some(name)
}

/// An organization of UCS; `org-root` is every domain's.
fn organization(name: &str) -> Option<&str> {
    (name != "root" && is_proper_name(name)).then_some(name)
}

fn dashed(name: &str) -> Option<&str> {
    is_dashed_host(name).then_some(name)
}

fn user_of_terminal(name: &str) -> Option<&str> {
    (is_noun(name) && name != "pts" && !name.starts_with("tty")).then_some(name)
}

fn noun(name: &str) -> Option<&str> {
    is_noun(name.split(' ').next()?).then_some(name)
}

fn has_letters(name: &str) -> Option<&str> {
    has_letter(name).then_some(name)
}

fn account(name: &str) -> Option<&str> {
    (!is_no_name(name)).then_some(name)
}

fn domain(name: &str) -> Option<&str> {
    let name = name.trim_matches(['-', '_']);
    let name = name.strip_suffix('.').unwrap_or(name);
    is_private_domain(name).then_some(name)
}

/// A mail address, whose domain no event or module has: `Rpc_Run@com.vmware.sunrpc`.
fn mail(name: &str) -> Option<&str> {
    let name = name.trim_start_matches(['\'', '-', '.']);
    let (person, domain) = name.split_once('@')?;
    let is_function = person.contains('_') && person.contains(char::is_uppercase);
    let is_number = domain.chars().all(|c| c.is_ascii_digit() || c == '.');
    let is_module = domain.starts_with("com.vmware") || is_function;
    (!is_number && !is_module && super::domains::is_host(domain)).then_some(name)
}

/// `CORP\jo`, and not `bora\main.c` or a line end that is spelled out: `0x17\n0x3a37`.
fn windows_account(name: &str) -> Option<&str> {
    let (domain, person) = name.split_once('\\')?;
    let person = person.trim_start_matches('\\').trim_end_matches('.');
    let is_line_end = person.starts_with(['n', 'r', 't'])
        && (!domain.contains(char::is_uppercase)
            || person[1..].starts_with(|c: char| c.is_ascii_digit() || c.is_uppercase()));
    let is_file = person
        .rsplit_once('.')
        .is_some_and(|(_, end)| matches!(end, "c" | "h" | "exe" | "dll" | "sys"));
    let is_number = domain.starts_with("0x") || person.starts_with("x0");
    let is_escape = person.len() < 2
        || person.starts_with(['u', 'x']) && person[1..].bytes().all(|c| c.is_ascii_hexdigit());
    (!is_line_end && !is_file && !is_number && !is_escape).then_some(name.trim_end_matches('.'))
}

/// The part of a storage target that a site has chosen: all behind the name of the maker.
fn target(name: &str) -> Option<&str> {
    Some(name.trim_end_matches([':', '.']))
}

/// A management controller that is named after a serial number.
fn management(name: &str) -> Option<&str> {
    name.contains(|c: char| c.is_ascii_digit()).then_some(name)
}

/// `esx-lyon-01`, and not the product `ESXi-7.0`.
fn named_esx(name: &str) -> Option<&str> {
    let rest = name[3..].trim_start_matches(['i', 'I']);
    let is_version = rest.trim_start_matches('-').chars().all(|c| c.is_ascii_digit() || c == '-');
    let is_long = rest.starts_with(char::is_numeric) && rest.len() >= 2;
    let is_article = name.matches('-').count() > 4;
    ((!is_version || is_long) && !is_article && looks_like_host(name))
        .then_some(name.trim_end_matches('-'))
}

fn mounted(name: &str) -> Option<&str> {
    const SCHEMES: &[&str] = &[
        "http", "https", "ftp", "file", "nfs", "tcp", "udp", "ssl", "ldap", "ldaps", "ds", "vmfs",
    ];
    let is_scheme = SCHEMES.contains(&name.to_ascii_lowercase().as_str());
    (!is_scheme && name.len() > 1 && looks_like_host(name)).then_some(name)
}

fn host_of_account(name: &str) -> Option<&str> {
    (looks_like_host(name) && !is_module(name)).then_some(name)
}

/// Returns true for a name with a digit or hyphen in it, as names of hosts mostly have and words
/// have not.
pub(super) fn looks_like_host(name: &str) -> bool {
    let has_mark = name.contains(|c: char| c.is_ascii_digit() || c == '-');
    let starts = name.starts_with(|c: char| c.is_alphabetic());
    has_mark && starts && name.len() >= 3 && !is_device(name) && !name.ends_with('-')
}

/// Names that ESXi gives to its own parts, followed by a number.
const DEVICES: &[&str] = &[
    "vmnic", "vmk", "vmhba", "cpu", "pcpu", "eth", "lag", "port", "vswitch", "dvs", "dvport",
    "lun", "bank", "slot", "disk", "ring", "tcpip", "queue", "node", "numa", "vcpu", "vmm",
    "world", "channel", "dimm", "pci", "usb", "bus", "irq", "core", "thread", "socket", "chassis",
    "rank", "page", "lcore", "vf", "pf", "nic", "hba", "path", "adapter", "sd", "cr", "rx", "tx",
    "rxq", "txq", "ipv", "v", "x", "nfs", "vmfs", "sha", "md", "md5", "int", "uint", "scsi",
    "sata", "ide", "ethernet", "mcelog", "lint", "nvme", "helper", "i", "e", "u",
];

pub(super) fn is_device(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    // The product, and not the host esx07.
    if matches!(name.trim_end_matches(|c: char| c.is_ascii_digit()), "esx" | "esxi") {
        return name.bytes().filter(u8::is_ascii_digit).count() < 2;
    }
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    DEVICES.contains(&stem) || name.starts_with("0x") || is_driver(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_valid() {
        assert_eq!(SEARCHES.len(), SHAPES.len());
    }

    #[test]
    fn words_are_cut_at_blanks_quotes_and_brackets() {
        let line = "a=\"b c\"(d) é";
        let found: Vec<&str> = words(line).map(|word| &line[word]).collect();
        assert_eq!(found, ["a", "b", "c", "d", "é"]);
    }
}
