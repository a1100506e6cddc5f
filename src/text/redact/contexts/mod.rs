//! Private strings that are known by what stands before them: `Service Tag: 7XK2J93`.

mod inventory;
mod network;
mod people;
mod secrets;

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::class::Class;
use super::evidence::is_masked;
use super::values::is_host;
use super::{PrivatePlace, placed};
use inventory::{DATASTORES, NAMES, VMS};
use network::{ADDRESSES, HOSTS};
use people::{ACCOUNTS, NUMBERS};
use secrets::SECRETS;

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

/// All tables but that of the secrets, in the order of their rules: the first one that takes a place
/// has it.
const TABLES: &[&[Context]] = &[ACCOUNTS, NUMBERS, VMS, DATASTORES, NAMES, HOSTS, ADDRESSES];

/// A compiled row.
struct Search {
    class: Class,
    regex: Regex,
    value: Value,
    is_private: IsPrivate,
}

static SECRET_SEARCHES: LazyLock<Vec<Search>> = LazyLock::new(|| compiled(SECRETS));
static SEARCHES: LazyLock<Vec<Search>> =
    LazyLock::new(|| TABLES.iter().flat_map(|table| compiled(table)).collect());

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
pub(super) fn secrets_in(line: &str) -> Vec<PrivatePlace> {
    SECRET_SEARCHES.iter().flat_map(|search| search.places(line)).collect()
}

/// Finds everything else of `line` that its context tells.
pub(super) fn contexts_in(line: &str) -> Vec<PrivatePlace> {
    let of_prefix = SYSLOG.as_ref().and_then(|syslog| syslog.captures(line));
    let host = of_prefix.and_then(|captures| captures.name("name"));
    let host = host.filter(|host| is_host(host.as_str()) && !is_level(host.as_str()));
    let host = host.filter(|host| !is_thread(host.as_str()));
    let mut found: Vec<PrivatePlace> =
        host.and_then(|host| placed(line, Class::Host, host.as_str())).into_iter().collect();
    // A key may stand in the quotes of another one's value: `portgroup "VM Netz Nord"`.
    let places = SEARCHES.iter().flat_map(|search| search.places(line));
    let (quoted, bare): (Vec<PrivatePlace>, Vec<PrivatePlace>) =
        places.partition(|place| is_quoted(line, place));
    found.extend(quoted);
    found.extend(bare);
    found
}

fn is_quoted(line: &str, place: &PrivatePlace) -> bool {
    line[..place.range.start].ends_with(['"', '\''])
        && line[place.range.end..].starts_with(['"', '\''])
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
    fn places(&self, line: &str) -> Vec<PrivatePlace> {
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
        if let Value::List = self.value {
            return value
                .split([' ', ','])
                .map(|word| word.trim_matches('.'))
                .filter(|word| self.is_private_value(word))
                .collect();
        }
        let value = if is_quoted { value.trim() } else { trimmed(value, self.value) };
        Some(value).filter(|value| self.is_private_value(value)).into_iter().collect()
    }

    fn is_private_value(&self, value: &str) -> bool {
        !is_masked(value) && (self.is_private)(value)
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
        let rows: usize = TABLES.iter().map(|table| table.len()).sum();
        assert_eq!(SEARCHES.len(), rows);
        assert!(SYSLOG.is_some());
    }
}
