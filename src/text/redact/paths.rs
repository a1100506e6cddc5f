//! Paths that an administrator or a person has named: datastores, home directories, shares.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::class::Class;
use super::public::{is_common_word, is_no_name};
use super::values::is_share;
use super::{PrivatePlace, placed};

/// Endings of the files of a VM.
const VM_FILES: &str =
    r"(?:vmx|vmdk|vswp|nvram|vmsd|vmsn|vmem|vmxf|vmss|vmtx|vmtm|lck|ova|ovf|iso|log|hlog|flp)";

/// What the path of a match stands for.
type Parts = for<'a> fn(&Captures<'a>) -> Vec<(Class, &'a str)>;

struct PathForm {
    regex: Regex,
    parts: Parts,
}

static FORMS: LazyLock<Vec<PathForm>> = LazyLock::new(|| {
    let forms: [(String, Parts); 13] = [
        // /vmfs/volumes/My store/My VM/My VM.vmx, with blanks only before the ending of a file.
        (format!(r#"/vmfs/volumes/(?P<path>[^"'<>|,;\n]*?\.{VM_FILES})\b"#), volume),
        (r#"/vmfs/volumes/(?P<path>[^\s"'<>|,;()\[\]]+)"#.to_owned(), volume),
        (format!(r#"\[(?P<store>[^\[\]/"'=]{{1,80}})\]\s+(?P<path>[^\s/"'<>|,;:\[\]=][^"'<>|,;:\[\]=]*?\.{VM_FILES})\b"#), store),
        (r#"\[(?P<store>[^\[\]/"'=:]{1,80})\]\s+(?P<path>[\w-][\w .-]*/[^\s"'<>|,;:]*)"#.to_owned(), store),
        (r#"/(?:home|Users|export/home|var/users|usr/home)/(?P<user>[^\s/"'<>|,;:()]+)(?:/(?P<path>[^\s"'<>|,;:()]+))?"#.to_owned(), home),
        (r#"(?i)\b[a-z]:[\\/]+(?:users|documents and settings)[\\/]+(?:(?P<user>[^\\/"'<>|,;:\n]{1,40})[\\/]+(?P<path>[^\s"'<>|,;]+)|(?P<only>[^\\/\s"'<>|,;:]+))"#.to_owned(), home),
        (r#"\\\\(?P<host>[A-Za-z0-9][\w.-]*)\\+(?P<path>[^\s"'<>|,;]+)"#.to_owned(), share),
        (r#"(?:^|[\s"'(=])//(?P<host>[A-Za-z0-9][\w.-]*)/(?P<path>[^\s"'<>|,;]+)"#.to_owned(), share),
        (r#"(?:^|[\s"'(=])[A-Za-z0-9][\w.-]*:(?P<path>/[\w.-][^\s"'<>|,;()]*)"#.to_owned(), export),
        // The place of a private server; those of vendors are evidence.
        (r#"(?i)\b[a-z][a-z0-9+.-]*://[^\s/"'<>]+/(?P<path>[^\s"'<>?#]+)"#.to_owned(), address),
        (r#"(?:^|[\s"'(=:])~(?P<user>\w[\w.-]*)/(?P<path>[^\s"'<>|,;]+)"#.to_owned(), home),
        (r#"(?:^|[\s"'(=:])(?P<path>/(?:root|tmp|mnt|media|srv|exports?|volumes?\d+|nfs\d*|backups?|data|shares?|ifs|pool\w*)/[^\s"'<>|,;()]+)"#.to_owned(), named),
        (r#"(?i)\b(?:exportfs:|exports?|shares?|mount point|remote ?path|mounting|unexported)\s+"?(?P<path>/[^\s"'<>|,;()]+(?: (?-i:[A-Z]|[^\x00-\x7f])[^\s"'<>|,;()]*)*)"#.to_owned(), named),
    ];
    forms
        .into_iter()
        .filter_map(|(regex, parts)| Some(PathForm { regex: Regex::new(&regex).ok()?, parts }))
        .collect()
});

/// `Payroll-flat.vmdk`, anywhere.
static VM_FILE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?P<path>[\w.-]*\w)\.(?:vmx|vmdk|vswp|nvram|vmsd|vmsn|vmem|vmxf|vmss|vmtx|ova|ovf)\b",
    )
    .ok()
});

/// Finds the named parts of the paths of `line`.
pub(super) fn paths_in(line: &str) -> Vec<PrivatePlace> {
    let mut found: Vec<PrivatePlace> = Vec::new();
    for form in FORMS.iter() {
        for captures in form.regex.captures_iter(line) {
            let parts = (form.parts)(&captures).into_iter();
            found.extend(parts.filter_map(|(class, part)| placed(line, class, part)));
        }
    }
    let files = VM_FILE.iter().flat_map(|file| file.captures_iter(line));
    let stems = files.filter_map(|captures| stem(captures.get(0)?.as_str()));
    found.extend(stems.filter_map(|stem| placed(line, Class::Vm, stem)));
    found
}

fn group<'a>(captures: &Captures<'a>, name: &str) -> &'a str {
    captures.name(name).map_or("", |group| group.as_str())
}

/// The first part names the datastore, the others the VM.
fn volume<'a>(captures: &Captures<'a>) -> Vec<(Class, &'a str)> {
    let path = group(captures, "path");
    let (store, rest) = path.split_once('/').unwrap_or((path, ""));
    let store = store.trim_end_matches(['.', ':']);
    let mut parts = stems(rest);
    if !store.is_empty() {
        let is_uuid = store.len() >= 32 && store.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
        parts.push((if is_uuid { Class::Uuid } else { Class::Datastore }, store));
    }
    parts
}

/// The names of a directory and its files: `web_1.vmdk` in `web` is the VM `web` as well.
fn stems(path: &str) -> Vec<(Class, &str)> {
    let mut names: Vec<&str> = path.split('/').filter_map(stem).collect();
    let directory = names.first().copied().unwrap_or_default();
    for name in names.iter_mut().skip(1) {
        let rest = name.strip_prefix(directory).and_then(|rest| rest.strip_prefix(['-', '_']));
        if rest.is_some_and(|rest| rest.len() <= 8 && rest.bytes().all(|c| c.is_ascii_hexdigit())) {
            *name = &name[..directory.len()];
        }
    }
    names.into_iter().map(|name| (Class::Vm, name)).collect()
}

/// `[datastore1] vm/vm.vmx`; a log has `[0x4180…]` and `[info]` in brackets too.
fn store<'a>(captures: &Captures<'a>) -> Vec<(Class, &'a str)> {
    let (store, path) = (group(captures, "store"), group(captures, "path"));
    // `[vob.vm.kill] The VM of /vmfs/volumes/…`
    let is_event =
        path.contains("/vmfs/") || store.starts_with("vob.") || store.starts_with("esx.");
    let is_address = store.starts_with("0x") || store.contains('@') || is_event;
    if is_address || is_no_name(store) {
        return Vec::new();
    }
    std::iter::once((Class::Datastore, store)).chain(stems(path)).collect()
}

fn home<'a>(captures: &Captures<'a>) -> Vec<(Class, &'a str)> {
    let (user, path) = (group(captures, "user"), group(captures, "path"));
    let user =
        if user.is_empty() { captures.name("only").map_or("", |only| only.as_str()) } else { user };
    let named = [
        (Class::User, user.trim_end_matches(['.', ' '])),
        (Class::Path, path.trim_end_matches('.')),
    ];
    named.into_iter().filter(|(_, part)| !part.is_empty()).collect()
}

fn share<'a>(captures: &Captures<'a>) -> Vec<(Class, &'a str)> {
    vec![(Class::Host, group(captures, "host")), (Class::Path, group(captures, "path"))]
}

fn export<'a>(captures: &Captures<'a>) -> Vec<(Class, &'a str)> {
    vec![(Class::Path, group(captures, "path"))]
}

/// `/repo/index.xml` of a private server, and not the `/sdk` that every server has.
fn address<'a>(captures: &Captures<'a>) -> Vec<(Class, &'a str)> {
    const EVERYBODYS: &[&str] = &["sdk", "ui", "mob", "folder", "redfish", "rest", "api"];
    let path = group(captures, "path").trim_end_matches(['/', '.', ',', ')', ';', ':']);
    if path.is_empty() || EVERYBODYS.contains(&path) || path.starts_with("vmfs/") {
        return Vec::new();
    }
    vec![(Class::Path, path)]
}

/// A directory that somebody has named.
fn named<'a>(captures: &Captures<'a>) -> Vec<(Class, &'a str)> {
    let path = group(captures, "path").trim_end_matches(['.', ':']);
    if is_share(path) || path.starts_with("/tmp/") { vec![(Class::Path, path)] } else { Vec::new() }
}

/// The part of a file name that somebody chose; `None` for the system's own names.
fn stem(name: &str) -> Option<&str> {
    let name = name.trim_matches([' ', '.']);
    let (mut stem, _) = match name.rsplit_once('.') {
        Some((stem, ending)) if ending.len() <= 5 && ending.chars().all(char::is_alphanumeric) => {
            (stem, ending)
        }
        _ => (name, ""),
    };
    for suffix in ["-flat", "-delta", "-ctk", "-sesparse", "-rdm", "-rdmp", "-aux"] {
        stem = stem.strip_suffix(suffix).unwrap_or(stem);
    }
    let is_own = !stem.contains(|c: char| c.is_alphanumeric() && c != '0')
        || is_common_word(stem)
        || stem.starts_with("vmware-") && stem[7..].bytes().all(|c| c.is_ascii_digit())
        || stem.starts_with("vmkernel-")
        || ["vmkdump", "core", ".locker", "packages", "catalog", "downloads"].contains(&stem);
    (!is_own && stem.chars().count() >= 2).then_some(stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &[&str]) {
        let mut places = Vec::new();
        for place in paths_in(line) {
            super::super::add(&mut places, place);
        }
        places.sort_by_key(|place| place.range.start);
        let found: Vec<&str> = places.into_iter().map(|place| &line[place.range]).collect();
        assert_eq!(found, expected, "{line}");
    }

    #[test]
    fn every_pattern_is_valid() {
        assert_eq!(FORMS.len(), 13);
        assert!(VM_FILE.is_some());
    }

    #[test]
    fn the_named_parts_of_a_path_are_found() {
        check("open [Gold 01] My VM/My VM.vmx failed", &["Gold 01", "My VM", "My VM"]);
        check("/vmfs/volumes/gold/pay/pay-flat.vmdk", &["gold", "pay", "pay"]);
        check("/vmfs/volumes/gold/pay/vmware.log", &["gold", "pay"]);
        check("in /home/jo/x.txt", &["jo", "x.txt"]);
        check(r"C:\Users\jo doe\x.txt", &["jo doe", "x.txt"]);
        check(r"\\files01\team\x", &["files01", r"team\x"]);
        check("[0x4180]Foo@vmkernel#nover+0x3 /bin/x.log", &[]);
    }
}
