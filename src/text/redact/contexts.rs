//! Private strings that are known by what stands before them: `Service Tag: 7XK2J93`.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::class::Class;
use super::evidence::is_masked;
use super::shapes::looks_like_host;
use super::values::*;
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
    /// Behind an account, which may have the domain with it: `CORP/jo`.
    Account,
    /// Words that begin with a capital letter or a digit: `DSwitch Nord 2`.
    Proper,
    /// Groups of digits and capital letters: `2M2 8450 0CZ`, with slashes and hashes.
    Number,
}

/// Tells a value from what a sentence goes on with.
type IsPrivate = fn(&str) -> bool;

/// A context: the class of the value, the keys before it, and how the value is written.
type Context = (Class, &'static str, Joint, Value, IsPrivate);

/// Contexts of secrets: they go first, since a password may look like anything.
const SECRETS: &[Context] = &[
    (
        Class::Secret,
        r"[\w.-]*(?:password|passwd|passphrase|passwort|kennwort)",
        Joint::Sign,
        Value::Token,
        is_secret,
    ),
    (Class::Secret, r"[\w.-]*pwd", Joint::Sign, Value::Token, is_short_secret),
    (
        Class::Secret,
        r"\baccount (?:add|set)\b[^\n]*?\s(?:-c|--password-confirmation)[ =]",
        Joint::None,
        Value::Token,
        is_short_secret,
    ),
    (
        Class::Secret,
        r"\bpass(?:word|phrase|code) (?:for|of) \S+ (?:is|was|=)\s",
        Joint::None,
        Value::Token,
        is_short_secret,
    ),
    (
        Class::Secret,
        r"\b(?:auth|access|bearer|api|refresh|security|login) token",
        Joint::Any,
        Value::Token,
        is_key,
    ),
    (Class::Secret, r"(?-i:(?:^|\s)-p)", Joint::Any, Value::Token, is_short_secret),
    (
        Class::Secret,
        r"\b(?:password|passwd|passphrase|pwd)(?: is| was)?",
        Joint::Any,
        Value::Token,
        is_secret_word,
    ),
    (Class::Secret, r"\b\w*(?:pass|pw)\b", Joint::Sign, Value::Token, is_secret),
    (
        Class::Secret,
        r"--?(?:password|passwd|pass|secret|token|api-key)\b",
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
        r"\b(?:session|private|encryption|host|shared|secret|access|api|ssh|otp|seed)(?: key| seed)",
        Joint::Any,
        Value::Token,
        is_key,
    ),
    (
        Class::Secret,
        r"\b(?:auth|authentication|privacy|admin|root|[a-z]+)[_-]?pass(?:word)?",
        Joint::Sign,
        Value::Token,
        is_secret,
    ),
    (
        Class::Secret,
        r"\b(?:ro|rw|trap)?communit(?:y|ies)(?: string| name)?",
        Joint::Any,
        Value::Token,
        is_password,
    ),
    (Class::Secret, r"<communit(?:y|ies)>", Joint::None, Value::Token, is_text),
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
        Value::Account,
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
        r"\bsessions? (?:was |is |has been )?(?:opened|closed|started|created|terminated|established|of|for)(?: for| by| of)?(?: user)?",
        Joint::Any,
        Value::Account,
        is_session_account,
    ),
    (
        Class::User,
        r"\b(?:authenticating|invalid|from|unknown|illegal|local|remote|domain|ad|new|requesting) user(?: name)?",
        Joint::Any,
        Value::Account,
        is_account,
    ),
    (
        Class::User,
        r"\b(?:user|login|logon)(?: of| name)?(?: user)?",
        Joint::Quote,
        Value::Phrase,
        is_account,
    ),
    (
        Class::User,
        r"\bincorrect user name or password for\s",
        Joint::None,
        Value::Account,
        is_account,
    ),
    (Class::User, r"\bsu(?:\[\d+\])?: ", Joint::None, Value::Word, is_noun_account),
    (
        Class::User,
        r"\bsu(?:\[\d+\])?: [^\n]{0,40}\b(?:root-|to )",
        Joint::None,
        Value::Word,
        is_noun_account,
    ),
    (
        Class::User,
        r"(?:^|\s)(?:-u|-l|--user(?:name)?|--authname)[ =]",
        Joint::None,
        Value::Word,
        is_account,
    ),
    (
        Class::User,
        r"\b(?:account|permission) \w+ (?:-i|--id)[ =]",
        Joint::None,
        Value::Word,
        is_account,
    ),
    (
        Class::User,
        r"\b(?:account ?name|new user: name|rep?lace|logname|ruser|owner ?name)",
        Joint::Sign,
        Value::Account,
        is_account,
    ),
    (
        Class::User,
        r"\b(?:replace|edit|list|begin edit|end edit) \(",
        Joint::None,
        Value::Word,
        is_account,
    ),
    (Class::User, r"\blogin from\s", Joint::None, Value::Word, is_noun_account),
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
        r"\b(?:s/n|sn|ser\.? ?no\.?|seriennummer|inventarn(?:ummer|r\.?)|inventar-nr\.?|gerätenummer|(?:n°|numéro) d.inventaire|numéro de série)",
        Joint::Any,
        Value::Word,
        is_number_of_thing,
    ),
    (
        Class::Serial,
        r"\b(?:ser ?#|sn#|fru|serial(?:num)?|vmserialnum|part sn|s/n|sn|serial (?:number|no\.?)|product serial no\.?)",
        Joint::Any,
        Value::Number,
        is_number_of_thing,
    ),
    (
        Class::Serial,
        r"\b(?:service|svc|asset|property|inventory)[ _-]?(?:tag|no\.?|num|number|id|code)\.?(?: is| was)?",
        Joint::Any,
        Value::Number,
        is_number_of_thing,
    ),
    (
        Class::Serial,
        r"\b(?:asset|property|inventory)[ _-]?(?:tag|no\.?|num|number|id|code)?\.?",
        Joint::Any,
        Value::Proper,
        is_tag,
    ),
    (Class::Serial, r"資産(?:番号|タグ)?", Joint::Any, Value::Word, is_text),
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
    // Commands of PowerCLI, by the noun of the command.
    (
        Class::Vm,
        r"\b[a-z]+-(?:vm|template)\b(?: -(?:vm|name|entity|template))?",
        Joint::Any,
        Value::Word,
        is_noun,
    ),
    (Class::Vm, r"\b[a-z]+-[a-z]+ [^|\n]*?-vm", Joint::Any, Value::Word, is_noun),
    (
        Class::Host,
        r"\b[a-z]+-(?:vmhost|viserver|cisserver|esxcli)\b(?: -(?:vmhost|name|server))?",
        Joint::Any,
        Value::Word,
        is_host_noun,
    ),
    (
        Class::Host,
        r"\b[a-z]+-[a-z]+ [^|\n]*?-(?:vmhost|server|destination)",
        Joint::Any,
        Value::Word,
        is_host_noun,
    ),
    (
        Class::Datastore,
        r"\b[a-z]+-datastore(?:cluster)?\b(?: -(?:datastore|name))?",
        Joint::Any,
        Value::Word,
        is_noun,
    ),
    (Class::Datastore, r"\b[a-z]+-[a-z]+ [^|\n]*?-datastore", Joint::Any, Value::Word, is_noun),
    (
        Class::Name,
        r"\b[a-z]+-(?:cluster|datacenter|resourcepool|folder|vapp|snapshot|tag|virtualportgroup|vdportgroup|vdswitch|virtualswitch|oscustomizationspec|contentlibrary\w*)\b(?: -(?:name|cluster|entity))?",
        Joint::Any,
        Value::Word,
        is_noun,
    ),
    (
        Class::Name,
        r"\b[a-z]+-[a-z]+ [^|\n]*?-(?:cluster|location|resourcepool|folder|networkname|portgroup|vdswitch|virtualswitch|tag|notes|description)",
        Joint::Any,
        Value::Word,
        is_noun,
    ),
    (Class::Vm, r"\S\s+name=", Joint::Quote, Value::Phrase, is_chosen_name),
    (Class::Vm, r"\bvm:\s", Joint::None, Value::Proper, is_proper_name),
    (Class::Vm, r"\b(?:belongs to|by name|name=vmx)\s", Joint::None, Value::Proper, is_proper_name),
    // Datastores and what is on them.
    (
        Class::Datastore,
        r"\b(?:datastore|vol|volume|vmfs|vmfs volume|mount ?point)(?:[ _-]?(?:name|label))?",
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
    (
        Class::Datastore,
        r"\bvolume (?:[0-9a-f-]{20,}|uuid-[0-9a-f]{16}),? \(",
        Joint::None,
        Value::Phrase,
        is_word,
    ),
    (Class::Datastore, r"\bdatastore(?: browser)?:? \[", Joint::None, Value::Phrase, is_text),
    (Class::Datastore, r"\bmounted as [^\s,]+,? \(", Joint::None, Value::Phrase, is_text),
    (
        Class::Datastore,
        r"\b(?:hbx|fs3\w*|fss|lvm|vol3|vmfs\w*|nfs\w*|storageapdhandler)(?:: \d+)?:",
        Joint::Quote,
        Value::Phrase,
        is_word,
    ),
    (
        Class::Datastore,
        r"\b(?:datastore|on volume|nfs volume|vmfs volume|mounted volume|fss?: volume)\s",
        Joint::None,
        Value::Proper,
        is_proper_name,
    ),
    (
        Class::Datastore,
        r"\b(?:file ?system|volume) label(?: \(if any\))?",
        Joint::Sign,
        Value::Phrase,
        is_word,
    ),
    (Class::Datastore, r"\b(?:hbx|lvm|apd):?\s|\bvolume\s", Joint::None, Value::Word, is_net_thing),
    (Class::Datastore, r"\blabel", Joint::Sign, Value::Word, is_marked),
    (Class::Datastore, r"\blabel: \(", Joint::None, Value::Phrase, is_text),
    (Class::Host, r"\bserver: \(", Joint::None, Value::Word, is_host),
    (Class::Path, r"\bpath: \(", Joint::None, Value::Phrase, is_text),
    // Names that an administrator gives.
    (Class::User, r"\w*admins? ?group", Joint::Sign, Value::Phrase, is_word),
    (Class::User, r"\bcrontab (?:of|for|-u)\s", Joint::None, Value::Word, is_noun_account),
    (
        Class::User,
        r"\b(?:connected|authenticated|logging in|logged on) [^\n]{0,80}?\bas\s",
        Joint::None,
        Value::Account,
        is_noun_account,
    ),
    (
        Class::Name,
        r"\b(?:on|of|from|to|switch|pnic|lag)(?: the)? (?:(?:dv|v|distributed )?switch|dvuplink|uplink)\s|\buplink\s",
        Joint::None,
        Value::Word,
        is_net_thing,
    ),
    (
        Class::Name,
        r"\b(?:t[01]|tier-?[01]|edge|logical|dlr|distributed) (?:router|gateway|node|cluster|switch)\s",
        Joint::None,
        Value::Word,
        is_marked,
    ),
    (
        Class::Name,
        r"\b(?:issuer|issued (?:by|to|for)|signed by|common name|subject|(?-i:CN))(?: (?-i:CN))?",
        Joint::Any,
        Value::Proper,
        is_certificate_name,
    ),
    (
        Class::Name,
        r"\b(?:issued|signed) [^\n]{0,80}?\bby\s",
        Joint::None,
        Value::Proper,
        is_certificate_name,
    ),
    (
        Class::Name,
        r"\b(?:client|patient|auftraggeber|mandant|société|entreprise|cliente|azienda|empresa|hospital|school)",
        Joint::Sign,
        Value::Proper,
        is_two_words,
    ),
    (Class::Host, r"\bhost ?name (?:to|is|was|now)\s", Joint::None, Value::Word, is_host_noun),
    (
        Class::Name,
        r"\b(?:kunde|kundin|firma|mandant|property of|eigentum (?:der|des|von)|client company|on behalf of)\s",
        Joint::None,
        Value::Proper,
        is_named,
    ),
    (
        Class::Name,
        r"\b(?:cluster|data ?center|resource ?pool|(?:dv)?port ?group|(?:v|dv|distributed )?switch|dvs|network|folder|vapp|tenant|customer|site|rack|zone|group|role|tag|snapshot|policy|profile)(?:[ _-]?name)?",
        Joint::Quote,
        Value::Phrase,
        is_quoted_name,
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
        r"\b(?:cluster|data ?center|resource ?pool|port ?group|tenant|customer|folder|vapp|site|rack|room|building|team|project|sys ?contact|sys ?location|contact|company|organi[sz]ation|department|location)",
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
    (
        Class::Name,
        r"\b(?:(?:dv)?port ?group|dvs|dv ?switch|v ?switch|dvpg|logical switch|vlan name|cdp vlan|evc mode on cluster)(?: name)?:?\s",
        Joint::None,
        Value::Proper,
        is_noun,
    ),
    (
        Class::Name,
        r"\b(?:cluster|data ?center|folder|network|tenant|customer|asset|site|segment|transport zone|vapp|resource pool|depot|image profile|vds)\s",
        Joint::None,
        Value::Proper,
        is_proper_name,
    ),
    (Class::Name, r"\b(?:called|named|labell?ed)", Joint::Quote, Value::Phrase, is_word),
    (Class::Name, r"\b(?:network|vlan|port ?group|cluster)", Joint::Sign, Value::Proper, is_named),
    (
        Class::Name,
        r"\b(?:site|pool|port-?group|vswitch|dvswitch|template|ou|realm)\s",
        Joint::None,
        Value::Word,
        is_net_thing,
    ),
    (Class::Datastore, r"\b(?:ds|lun|volume)[ _-]name", Joint::Any, Value::Word, is_noun),
    (Class::Vm, r"\b(?:vmid|moid) ?\d+ ?[=:] ?", Joint::None, Value::Word, is_noun),
    (Class::Name, r"\bportset: (?:\d+: )?", Joint::None, Value::Proper, is_net_name),
    (Class::Name, r"\bnet: (?:\d+: )?", Joint::None, Value::Proper, is_client),
    (Class::Name, r"\bconnected to\s", Joint::None, Value::Proper, is_named),
    (Class::Name, r"\bgroup host/user/pool-", Joint::None, Value::Proper, is_text),
    (
        Class::Name,
        r"\b(?:software sources?|vib install -n)[: ]\s?",
        Joint::None,
        Value::Word,
        is_word,
    ),
    (Class::Name, r"/(?:ha-datacenter/host|vcenter/host)/", Joint::None, Value::Phrase, is_text),
    // Hosts and domains.
    (
        Class::Host,
        r"\b(?:dhcp-client-identifier|no answer for|quer(?:y|ies) for|look ?up of|trap target|time source|synchronized to|ptp master|hostname to|booting|new master is|console o[fn]|(?:not|cannot|to) resolve|host ?name changed from \S+ to|system name:?|device id:?|switch name:?|ntp set -s)",
        Joint::Any,
        Value::Word,
        is_host_noun,
    ),
    (
        Class::Host,
        r"(?:^|\s)--?(?:server|host|fqdn|address)(?:-?(?:ip(?:v[46])?|name))?",
        Joint::Any,
        Value::Word,
        is_host_noun,
    ),
    (
        Class::Host,
        r"(?:server|\bhost|\bpeer|\bmaster|\btarget|collector) ?= ?",
        Joint::None,
        Value::Word,
        is_host_noun,
    ),
    (
        Class::Host,
        r"\b(?:ha: master|ha: slave|ha: primary|master|slave|witness|collector|leader|replica|source|target|destination)\s",
        Joint::None,
        Value::Word,
        looks_like_host,
    ),
    (
        Class::Host,
        r"\b(?:sys ?name|system ?name|chassis id|agent on|service on|daemon on|c?imc|idrac|drac|i?lo|irmc|bmc|xcc|ipmi)\b",
        Joint::Any,
        Value::Word,
        looks_like_host,
    ),
    (Class::Host, r"\b(?:cdp |lldp )?neighbou?r", Joint::Any, Value::Word, looks_like_host),
    (Class::Host, r"\b(?:on|at|by|via|with|of)\s", Joint::None, Value::Word, is_dashed_host),
    (
        Class::Domain,
        r"\b(?:authstore|domainjoin-cli|realm|join) join(?: domain)?\s",
        Joint::None,
        Value::Word,
        is_domain,
    ),
    (
        Class::Host,
        r"\b(?:host ?name|esxi? ?host|fqdn|name ?servers?|log ?host|node ?name|sys ?name(?:\.\d)?|gateway|dns(?: servers?)?|ntp(?: servers?)?|syslog(?: server)?|remote[ _-]?host|target[ _-]?host|source[ _-]?host|nfs[ _-]?server|v ?center(?: server)?|vc|kdc|domain controller|proxy(?: server)?|trap (?:target|destination)|computer ?name|peer ?name)",
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
        r"\b(?:[a-z][a-z0-9+]*)://(?:[^\s/@]*@)?",
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
        r"\b(?:arp|l2|src|dst|chaddr|nic|uplink|station|from|lladdr|address|addr|mac)",
        Joint::Any,
        Value::Word,
        is_lettered_mac,
    ),
    (
        Class::Mac,
        r"\b(?:\w*macaddress|\w*generatedaddress|hw ?addr|\w+\.address|mac)",
        Joint::Sign,
        Value::Word,
        is_bare_mac,
    ),
    (
        Class::Mac,
        r"\b(?:mac(?:[ _-]?addr(?:ess)?)?|hwaddr|hw addr(?:ess)?|ether(?:net)?(?: address)?|hardware address|lladdr|node address|permanent address)",
        Joint::Any,
        Value::Word,
        is_bare_mac,
    ),
    (
        Class::Wwn,
        r"\b(?:ww[pn]?n|wwid|(?:world ?wide )?(?:port|node)[ _-]?(?:name|wwn)|portwwn|nodewwn|[frtnv]c?port|fcid|port ?id|port|node|sas ?addr(?:ess)?|guid|initiator|target)",
        Joint::Any,
        Value::Word,
        is_bare_wwn,
    ),
    (
        Class::Uuid,
        r"\b[\w.]*(?:uuid|guid|instance ?id|bios ?id|object ?id|cluster ?id|host ?id|machine ?id|system ?id|node ?id|member ?id)(?:\.\w+)?",
        Joint::Any,
        Value::Word,
        is_bare_uuid,
    ),
    (
        Class::Path,
        r"\b(?:share|export|remote ?path|path|volume|directory|dir|mount|mounted|mounting)",
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
/// Behind the prefix of another log too.
static SYSLOG: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let stamp =
        r"(?:\w{3} +\d+ (?:\d{4} )?\d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d))";
    let host = r"(?P<name>[A-Za-z0-9][\w-]*)";
    let program = r"(?:[\w./-]+(?:\[\d+\])?:|vmkernel|cpu\d+:|-\s)";
    Regex::new(&format!(r"(?:^|[\s:>)]){stamp} (?:\w{{1,3}}\(\d+\) )?{host} {program}")).ok()
});

fn compiled(contexts: &[Context]) -> Vec<Search> {
    let rows = contexts.iter().filter_map(|&(class, keys, joint, value, is_private)| {
        let (joint, quoted_only) = match joint {
            // Dots lead to the value in some lists: `Host Name......esx7`.
            Joint::Sign => (r#"\\?["'\]]?\s*(?:=>|->|[:=>]|\.{3,})\s*[(\[]?"#, false),
            Joint::Any => (r#"\\?["'\]]?(?:\s*(?:=>|->|[:=>]|\.{3,})\s*|\s+)[(\[]?"#, false),
            Joint::Quote => (r"\s*[:=]?\s*", true),
            Joint::None => ("", false),
        };
        let bare = match value {
            Value::Word => r#"[^\s"'<>,;()\[\]{}|&?/\\=:]+|/[^\s"'<>,;()\[\]{}|&?]+"#,
            Value::Token => r#"[^\s"'<>]+"#,
            Value::Phrase => r#"[^\s"'<>,;()\[\]{}|/][^"'<>,;()\[\]{}|/]*"#,
            Value::Account => r#"[^\s"'<>,;()\[\]{}|=:]+(?:'[a-z][^\s"'<>,;()\[\]{}|=:]*)*"#,
            Value::Proper => {
                r#"[^\s"'<>,;()\[\]{}|=:/]+(?: (?-i:[A-Z0-9]|[^\x00-\x7f])[^\s"'<>,;()\[\]{}|=:/]*)*"#
            }
            Value::Number => {
                r#"[^\s"'<>,;()\[\]{}|&?=:]+(?: (?-i:[0-9A-Z]*[0-9][0-9A-Z]+|[0-9A-Z]+[0-9])\b)*"#
            }
            Value::List => r#"[^\s"'<>,;()\[\]{}|][^"'<>;()\[\]{}|]*"#,
        };
        let quoted =
            // A quote may be an apostrophe too: 'J.O'Neil'.
            r#"\\?"(?P<double>[^"\\]+)|'(?P<single>[^']+(?:'[a-z][^']*)*)'|`(?P<back>[^`]+)`|“(?P<curly>[^”]+)”"#;
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
    let host = host.filter(|host| !is_thread(host.as_str()));
    let mut found: Vec<Place> =
        host.and_then(|host| placed(line, Class::Host, host.as_str())).into_iter().collect();
    // A key may stand in the quotes of another one's value: `portgroup "VM Netz Nord"`.
    let is_quoted = |place: &Place| {
        line[..place.range.start].ends_with(['"', '\''])
            && line[place.range.end..].starts_with(['"', '\''])
    };
    let places = SEARCHES.iter().flat_map(|search| search.places(line));
    let (quoted, bare): (Vec<Place>, Vec<Place>) = places.partition(is_quoted);
    found.extend(quoted);
    found.extend(bare);
    found
}

/// `2021-04-27T10:00:00.123Z info hostd[2099]`, `… In(182) vmkernel:`.
pub(super) fn is_level(word: &str) -> bool {
    const LEVELS: &[&str] = &[
        "info", "error", "warning", "verbose", "trivia", "debug", "panic", "in", "wa", "er", "db",
        "no", "al", "em", "cr",
    ];
    LEVELS.contains(&word.to_ascii_lowercase().as_str()) || word.starts_with("cpu")
}

/// A thread of a VM stands where the name of a host could: `In(05) vcpu-0 - x`.
fn is_thread(word: &str) -> bool {
    const THREADS: &[&str] = &["vcpu", "vmx", "mks", "svga", "worker", "vthread", "ulm", "usbccid"];
    word.split('-').next().is_some_and(|first| THREADS.contains(&first))
}

impl Search {
    fn places(&self, line: &str) -> Vec<Place> {
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(captures) = self.regex.captures_at(line, from) {
            let mut values = self.values(&captures);
            // The next key, where the first one has no value: `logname= uid=0`.
            let value_end = captures.name("name").map_or(line.len(), |value| value.end());
            if line[value_end..].starts_with('=') {
                values.clear();
            }
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
        // `4,000 on a virtual network adapter. The` is the end of one sentence, and the next.
        Value::Proper => {
            let value = value.split(". ").next().unwrap_or(value);
            value.trim_end_matches(['.', '!', '?'])
        }
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
