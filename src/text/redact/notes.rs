//! Values that no diagnosis needs and that go as a whole: free notes, names of people, certificates,
//! what a command line hands over.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Match, Regex};

use super::class::Class;
use super::evidence::is_masked;
use super::public::is_common_word;
use super::values::{is_named, is_password, is_phone, is_text};
use super::{PrivatePlace, placed};

/// Tells a value from what a sentence goes on with.
type IsPrivate = fn(&str) -> bool;

/// A note: its class, a pattern with the group `value`, and what the value must be.
type Note = (Class, &'static str, IsPrivate);

/// Behind the key of a note: a sign, then a value in quotes or all that follows.
const REST: &str = r#"["']?\s*[:=：]\s*(?:"(?P<quoted>[^"]+)"|(?P<value>.+))"#;

/// Keys of notes.
const KEYS: &[&str] = &[
    r"annotations?",
    r"notes?",
    r"remarks?",
    r"comments?",
    r"bemerkung(?:en)?",
    r"beschreibung",
    r"description",
    r"contact(?: ?person)?",
    r"sys ?contact",
    r"sys ?location",
    r"location",
    r"owner",
    r"besitzer",
    r"eigentümer",
    r"ansprechpartner(?:in)?",
    r"verantwortlich(?:er)?",
    r"standort",
    r"customer",
    r"kunde",
    r"client ?name",
    r"(?:company|client|site|org)(?: ?name)?",
    r"organi[sz]ation(?: ?name)?",
    r"department",
    r"abteilung",
    r"responsible",
    r"admin(?:istrator)? ?(?:name|contact)",
    r"reported ?by",
    r"on-?call",
    r"shipped to",
    r"registered to",
    r"licensed to",
    r"licensee",
    r"asset ?owner",
    r"担当者?",
    r"連絡先",
    r"所有者",
    r"備考",
    r"注釈",
    r"顧客",
    r"会社",
    r"管理者",
];

const NOTES: &[Note] = &[
    // syslocation Raum 3, contact Jo Roe
    (Class::Name, r"(?i)\b(?:sys ?(?:location|contact)|on-?call)\s+(?P<value>.+)", is_text),
    // --password several words
    (
        Class::Secret,
        r#"(?i)(?:^|\s)--?(?:password|passwd|passphrase|secret)(?:=|\s+)(?P<value>[^\s"'-][^"'\n]*?)(?:\s+-|\s*$)"#,
        is_text,
    ),
    (Class::Secret, r"(?i)\brootpw(?:\s+--\w+)*\s+(?P<value>\S+)", is_password),
    (Class::Secret, r"(?i)\bpasswd\s+(?P<value>\S+)", is_password),
    (Class::Secret, r#"(?i)(?:^|\s)(?:-u|--user)[ =]?["']?[^\s:"']+:(?P<value>[^\s"']+)"#, is_text),
    (Class::Secret, r#"(?i)(?:^|\s)-U[ =]?["']?[^\s%"']+%(?P<value>[^\s"']+)"#, is_text),
    // mysql -psecret, and root / Secret#7
    (
        Class::Secret,
        r"\b(?:mysql\w*|mariadb|sshpass|7z|zip|curl|ldap\w+)\b[^|\n]*?\s-[pPw](?P<value>[^\s\d-][^\s]+)",
        is_text,
    ),
    (
        Class::Secret,
        r"(?i)\b(?:login|log ?in|credentials?|account|user|root|admin\w*) ?[/|] ?(?P<value>[^\s/|]*[a-z][^\s/|]*[#!$%&*?+=][^\s/|]*)",
        is_password,
    ),
    (Class::Secret, r"(?i)\bset password \d+ (?P<value>\S+)", is_text),
    (
        Class::Secret,
        r#"(?i)[?&;](?:sig|signature|token|code|auth|pass\w*|pwd|sid|ticket|\w*_token|x-amz-\w+|\w*key)=(?P<value>[^\s&"'<>#]+)"#,
        is_text,
    ),
    (Class::Secret, r"(?i)\bx-amz-\w+[=:]\s*(?P<value>[^\s&,;]+)", is_text),
    (Class::Secret, r"(?i)\bauth-(?:hash|key|secret)[ =]+(?P<value>\S+)", is_text),
    // -----BEGIN PRIVATE KEY----- and the lines of it
    (Class::Secret, r"-----BEGIN [A-Z0-9 ]+-----\s*(?P<value>[^\s-].*?)\s*(?:-----END|$)", is_text),
    (Class::Secret, r"^[\s>|]*(?P<value>[A-Za-z0-9+/]{40,}={0,2})\s*$", is_base64),
    (Class::Secret, r"^[\s>|]*(?P<value>MI[A-Z][A-Za-z0-9+/]{12,}={0,2})\s*$", is_text),
    // snmpget -v2c -c public1, esxcli system snmp set -c public1
    (Class::Secret, r"(?i)\bsnmp\w*\s.*?\s-c\s+(?P<value>\S+)", is_text),
    (Class::Secret, r"@162[/ ](?P<value>[^\s,;]+)", is_text),
    (Class::Secret, r"(?i)\bengine-?id\s*[=: ]\s*(?P<value>(?:0x)?[0-9a-f]{10,})", is_text),
    // Certificates.
    (
        Class::Name,
        r#"(?:^|[,/\s"'(=+:])(?:CN|OU|O|L|ST|DC|GN|SN|UID|STREET|street|serialNumber|emailAddress|dc|cn|ou)\s?=\s?"(?P<value>[^"]+)"#,
        is_text,
    ),
    (
        Class::Name,
        r#"(?:^|[,/\s"'(=+:])(?:CN|OU|O|L|ST|DC|GN|UID|STREET|street|serialNumber|dc|cn|ou)\s?=\s?(?P<value>[^\W\d_](?:\\.|[^\\,/"'+=;()\[\]\n])*?)(?:[,/"'+;()\[\]]|\s+(?:is|was|has|expired|rejected|mismatch|failed|not|from|does|missing)\b|\s+\w+ ?=|$)"#,
        is_attribute,
    ),
    // Telephone numbers.
    (
        Class::Name,
        r"(?i)(?:^|[^\w-])(?:t[eé]l(?:efono?|éphone|éfono)?|phone|fon|mobil|handy|gsm|natel|hotline|portable|mobile?|cell|call|fax|pager|ext|durchwahl|on-?call|電話|内線)\b[.:]?\s*[:=]?\s*(?P<value>[+(-]?[x\d][\d ()/.-]{2,}\d)",
        is_text,
    ),
    (Class::Name, r"(?:^|[^\w+.-])(?P<value>\+\d{1,3}[ (/.-]{0,2}\d[\d ()/.-]{5,}\d)", is_phone),
    (
        Class::Name,
        r"(?:^|[\s:,])(?P<value>0[1-9](?:[ .]\d\d){4})(?:\s*$|[^\d\s.:-]|[ .,][^\d])",
        is_phone,
    ),
    (
        Class::Name,
        r"\b(?:[Ee]ngineer|[Tt]echnician|[Tt]echnicien|[Tt]echniker|[Cc]olleague|[Kk]olleg(?:e|in)|[Mm]anager|[Oo]perator|[Aa]dministrator|[Pp]erson|[Cc]onsultant|[Cc]ustomer) (?P<value>[A-ZÄÖÜ][\w'-]*[a-z]{2} [A-ZÄÖÜ][\w'-]*[a-z]{2})\b",
        is_person,
    ),
    (Class::Name, r"(?:^|[\s:,])(?P<value>\(0\d{2,5}\)[ ]?[\d /-]{4,}\d)", is_phone),
    (
        Class::Name,
        r"(?:^|[\s:,])(?P<value>0[1-9]\d{1,4}[ /-]\d{6,8})(?:$|[\s,;)]|\.(?:\s|$))",
        is_phone,
    ),
    (Class::Name, r"(?i)\bby (?P<value>\+?0\d[\d ()/-]{5,}\d)", is_phone),
    // Hello Jo, Frau Roe
    (
        Class::Name,
        r"^\W*(?:[Hh]i|[Hh]ello|[Dd]ear|[Hh]allo|[Ll]iebe[rs]?|[Gg]uten (?:Tag|Morgen)|[Bb]onjour|[Hh]ola|[Cc]iao)(?: (?:Herr|Frau|Mr|Mrs|Ms|Dr)\.?)? (?P<value>[A-ZÄÖÜ][\w'-]+(?: [A-ZÄÖÜ][\w'-]+)*) ?[,!:]",
        is_named,
    ),
    (
        Class::Name,
        r"\b(?:Herrn?|Frau|Mr|Mrs|Ms|Dr|Prof|Monsieur|Madame)\.? (?P<value>[A-ZÄÖÜ][\w'-]+(?: [A-ZÄÖÜ][\w'-]+)?)",
        is_named,
    ),
    // Jo Roe <jo@corp.example>, "Roe, Jo" <…>
    (
        Class::Name,
        r#"(?:"(?P<value>[^"<>]{2,60})"|(?:^|[:;,]\s*)(?P<bare>[^\s<>":;,][^<>":;,]{1,60}?)) ?<(?:[\w.+%'-]+@|mail-[0-9a-f]{16})"#,
        is_text,
    ),
    // opened by Jo Roe of Muster
    (
        Class::Name,
        r"\b(?:[Oo]pened|[Ff]iled|[Rr]aised|[Ll]ogged|[Cc]losed|[Hh]andled|[Ww]ritten|[Ss]ent|[Ss]igned|[Aa]ssigned|[Ee]scalated|[Ff]orwarded|[Cc]reated|[Ss]ubmitted|[Pp]repared|[Uu]pdated|[Aa]pproved|[Ss]poke|[Tt]alked) (?:by|to|with) (?P<value>[A-ZÄÖÜ][\w.'-]+(?: [A-ZÄÖÜ][\w.'-]*)+)",
        is_named,
    ),
    (
        Class::Name,
        r"\b(?:by|from|with|to) (?P<value>[A-ZÄÖÜ][\w'-]*[^\W\d_A-Z]{2} [A-ZÄÖÜ][\w'-]*[^\W\d_A-Z]{2})\b",
        is_person,
    ),
    // Muster Technik GmbH
    (
        Class::Name,
        r"(?:^|[^\w])(?P<value>[A-ZÄÖÜ][\w&.'-]*(?: (?:&|und|and|[A-ZÄÖÜ][\w&.'-]*)){0,4},? (?:GmbH(?: & Co\.? KG)?|AG|KG|Ltd\.?|Limited|Inc\.?|LLC|LLP|S\.?A\.?S?|B\.?V\.?|N\.?V\.?|SpA|S\.p\.A\.|S\.r\.l\.|SARL|Oyj?|AB|A/S|plc|PLC|OHG|SE|e\.V\.|Corp\.?|Pty))(?:$|[^\w])",
        is_company,
    ),
    // Ticket SR 21234567810, INC0012345
    (
        Class::Name,
        r"(?i)\b(?:sr|ritm|rfc|service request|case|ticket|incident|support request|reference|change|problem|po|order|invoice|bestellung|auftrag|rechnung|contract|vertrag)(?: (?:sr|id|no\.?|number|nr\.?))?[ #:=]+(?P<value>(?:sr ?|[a-z]{1,3}-)?\d[\d-]{5,}\d)\b",
        is_text,
    ),
    (Class::Name, r"\b(?P<value>(?:INC|CHG|RITM|REQ|PRB|CS)\d{6,})\b", is_text),
    // call Jo Roe: two words with capitals
    (
        Class::Name,
        r"\b(?:[Cc]all|[Aa]sk|[Cc]ontact|[Rr]eported by|[Mm]aintenance by|[Ii]nform|[Nn]otify) (?P<value>[A-ZÄÖÜ][\w.'-]+(?: (?:&|[A-ZÄÖÜ][\w.'-]*))+)",
        is_named,
    ),
];

static KEYED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(&format!(r"(?i)(?:^|[^\w.-]|\bvm |\bvm\.)(?:{}){REST}", KEYS.join("|"))).ok()
});
static SEARCHES: LazyLock<Vec<(Class, Regex, IsPrivate)>> = LazyLock::new(|| {
    let compiled = NOTES.iter();
    compiled
        .filter_map(|&(class, pattern, is_private)| {
            Some((class, Regex::new(pattern).ok()?, is_private))
        })
        .collect()
});

/// Finds the notes of `line`, without the parts that are in `kept`.
pub(super) fn notes_in(line: &str, kept: &[Range<usize>]) -> Vec<PrivatePlace> {
    let mut found = Vec::new();
    if let Some(captures) = KEYED.as_ref().and_then(|keyed| keyed.captures(line)) {
        let value = captures.name("quoted").or(captures.name("value"));
        found.extend(value.map(|value| (Class::Name, value.as_str())));
    }
    for (class, search, is_private) in SEARCHES.iter() {
        let mut from = 0;
        // What ends one value may begin the next one: `/O=Muster/CN=x`.
        while let Some(value) = search.captures_at(line, from).and_then(value_of) {
            from = value.end();
            let value = Some(value.as_str().trim());
            let value = value.filter(|value| !is_masked(value) && is_private(value));
            found.extend(value.map(|value| (*class, value)));
        }
    }
    found.into_iter().flat_map(|(class, value)| without(line, class, value, kept)).collect()
}

/// The parts of `value` between those that are kept.
fn without(line: &str, class: Class, value: &str, kept: &[Range<usize>]) -> Vec<PrivatePlace> {
    let Some(place) = placed(line, class, value.trim()) else {
        return Vec::new();
    };
    let mut kept: Vec<&Range<usize>> = kept
        .iter()
        .filter(|kept| kept.start < place.range.end && kept.end > place.range.start)
        .collect();
    kept.sort_by_key(|kept| kept.start);
    let mut start = place.range.start;
    let mut parts = Vec::new();
    for kept in kept {
        parts.extend(line.get(start..kept.start.max(start)));
        start = start.max(kept.end);
    }
    parts.extend(line.get(start..place.range.end.max(start)));
    let parts = parts
        .into_iter()
        .map(|part| part.trim_matches(|c: char| c.is_whitespace() || ",;:.".contains(c)));
    parts.filter(|part| is_text(part)).filter_map(|part| placed(line, class, part)).collect()
}

fn value_of(captures: Captures<'_>) -> Option<Match<'_>> {
    captures.name("value").or_else(|| captures.name("bare"))
}

/// The name of a company, and not the maker of a card.
fn is_company(value: &str) -> bool {
    const MAKERS: &[&str] = &[
        "AMD",
        "Adaptec",
        "Avago",
        "Broadcom",
        "Brocade",
        "Cavium",
        "Chelsio",
        "Cisco",
        "Dell",
        "EMC",
        "Emulex",
        "Fujitsu",
        "HP",
        "HPE",
        "Hewlett",
        "Hitachi",
        "Huawei",
        "IBM",
        "Inspur",
        "Intel",
        "Kioxia",
        "LSI",
        "Lenovo",
        "Linux",
        "Marvell",
        "Mellanox",
        "Micron",
        "Microsoft",
        "Microsemi",
        "NVIDIA",
        "NetApp",
        "Nutanix",
        "Oracle",
        "Pensando",
        "Pure",
        "QLogic",
        "Red",
        "Samsung",
        "Seagate",
        "Solarflare",
        "Supermicro",
        "Super",
        "Toshiba",
        "VMware",
        "Veeam",
        "Western",
    ];
    let first = value.split([' ', ',']).next().unwrap_or_default();
    let is_number = value.contains(|c: char| c.is_ascii_digit());
    is_text(value) && !is_number && !MAKERS.iter().any(|maker| maker.eq_ignore_ascii_case(first))
}

/// Two words that no screen has.
fn is_person(value: &str) -> bool {
    is_named(value) && !value.split(' ').any(is_common_word)
}

/// Base64 has letters of both cases and digits.
fn is_base64(value: &str) -> bool {
    value.contains(|c: char| c.is_ascii_lowercase())
        && value.contains(|c: char| c.is_ascii_uppercase())
        && value.contains(|c: char| c.is_ascii_digit() || c == '+')
}

/// `L=Muster`, and not `L=0x3` of a register.
fn is_attribute(value: &str) -> bool {
    is_text(value) && value.chars().count() >= 2 && !value.starts_with("0x")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &[&str]) {
        let mut places = Vec::new();
        for place in notes_in(line, &[]) {
            super::super::add(&mut places, place);
        }
        places.sort_by_key(|place| place.range.start);
        let found: Vec<&str> = places.into_iter().map(|place| &line[place.range]).collect();
        assert_eq!(found, expected, "{line}");
    }

    #[test]
    fn every_pattern_is_valid() {
        assert_eq!(SEARCHES.len(), NOTES.len());
        assert!(KEYED.is_some());
    }

    #[test]
    fn whole_values_are_found() {
        check("annotation = \"Jo Roe, room 7\" x", &["Jo Roe, room 7"]);
        check("担当: 鈴木 一郎", &["鈴木 一郎"]);
        check("subject: C = DE, O = Muster AG, CN = x7", &["Muster AG", "x7"]);
        check("x --password two words -v", &["two words"]);
        check("curl -u jo:pw7 https://x", &["pw7"]);
        check("phone +49 30 1234567.", &["+49 30 1234567"]);
        check("passwd changed, owner 2098051", &[]);
    }

    #[test]
    fn evidence_inside_of_a_note_stays() {
        let line = "Notes: Jo saw 7.0.3 here";
        let version = 14..19;
        let found = notes_in(line, std::slice::from_ref(&version));
        let found: Vec<&str> = found.into_iter().map(|place| &line[place.range]).collect();
        assert_eq!(found, ["Jo saw", "here"]);
    }
}
