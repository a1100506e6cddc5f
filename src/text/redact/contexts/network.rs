//! Keys before hosts, domains and addresses.

use super::super::class::Class;
use super::super::shapes::looks_like_host;
use super::super::values::*;
use super::{Context, Joint, Value};

/// Hosts and domains.
pub(super) const HOSTS: &[Context] = &[
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
];

/// Addresses that only their context tells.
pub(super) const ADDRESSES: &[Context] = &[
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
