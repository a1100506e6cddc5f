//! Rules about single patterns of a signature: would a curator mean this?

use std::sync::LazyLock;

use regex::Regex;

use super::Rules;
use crate::kb::finding::{Finding, FindingCode};
use crate::kb::issue::Issue;
use crate::kb::pattern::{FramePattern, Signature};
use crate::signature::function_name;
use crate::text::Template;

/// Fewest fixed words of a template that does not hold anywhere.
const TEMPLATE_WORDS: usize = 2;
/// A function that one in so many stacks prints is generic.
const GENERIC_SHARE: u32 = 5;

/// Every signature of an issue with its key.
pub(super) fn keyed(issue: &Issue) -> impl Iterator<Item = (String, &Signature)> {
    let key = |(index, signature)| (format!("signatures[{index}]"), signature);
    issue.signatures.iter().enumerate().map(key)
}

/// The frames of a signature with their keys.
fn keyed_frames<'a>(
    key: &str,
    signature: &'a Signature,
) -> impl Iterator<Item = (String, &'a FramePattern)> {
    let (ordered, some) = (format!("{key}.frames"), format!("{key}.some.of"));
    let frames = signature.frames.iter().enumerate();
    let frames = frames.map(move |(index, frame)| (format!("{ordered}[{index}]"), frame));
    let of = signature.some.iter().flat_map(|some| &some.of).enumerate();
    frames.chain(of.map(move |(index, frame)| (format!("{some}[{index}]"), frame)))
}

pub(super) fn frames(rules: &Rules<'_>, issue: &Issue, findings: &mut Vec<Finding>) {
    let lists = &rules.kb.lists;
    let mut add = |code, key: String, detail: &str| {
        findings.push(Finding::new(&issue.path, code, detail).value(key));
    };
    for (key, signature) in keyed(issue) {
        for (place, frame) in keyed_frames(&key, signature) {
            let function = frame.function.as_str();
            let name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '$');
            let is_name = !function.is_empty() && function.chars().all(name);
            let of_module = frame.module.as_deref().is_none_or(is_module);
            if !is_name || function_name(function) != function || !of_module {
                add(FindingCode::FrameForm, place, &frame.to_string());
            } else if lists.machinery.contains(function) {
                add(FindingCode::MachineryFrame, place, function);
            }
        }
        if is_generic(rules, signature) {
            let names: Vec<&str> = signature.wanted_frames().map(FramePattern::name).collect();
            add(FindingCode::GenericFrames, format!("{key}.frames"), &names.join(", "));
        }
        let last = signature.frames.len().saturating_sub(1);
        for place in if last == 0 { vec![0] } else { vec![0, last] } {
            if let Some(frame) = signature.frames.get(place).filter(|frame| frame.optional) {
                add(FindingCode::OptionalEnd, format!("{key}.frames[{place}]"), &frame.function);
            }
        }
    }
}

/// True for the name of a module, perhaps with `*`; not for `(foo)#<None>+0x12`.
fn is_module(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '*'))
}

/// True for a signature of frames alone that are all frequent. Machinery has a code of its own.
fn is_generic(rules: &Rules<'_>, signature: &Signature) -> bool {
    let (lists, rarity) = (&rules.kb.lists, &rules.kb.rarity);
    let is_frequent = |function: &str| {
        let count = rarity.counts.get(function).copied().unwrap_or(0);
        count > 1 && count.saturating_mul(GENERIC_SHARE) >= rarity.total
    };
    let is_generic = |name: &str| lists.shared.contains(name) || is_frequent(name);
    let mut names = signature
        .wanted_frames()
        .map(FramePattern::name)
        .filter(|name| !lists.machinery.contains(*name))
        .peekable();
    let texts = [&signature.messages, &signature.logs].iter().any(|texts| !texts.is_empty());
    let more = texts || !signature.sources.is_empty() || signature.machine_check.is_some();
    names.peek().is_some() && !more && names.all(is_generic)
}

/// What differs from host to host or from day to day: its name and how it is found.
const RAW: &[(&str, &str)] = &[
    ("address", r"0x[0-9a-fA-F]{5,}"),
    ("time", r"\d{4}-\d\d-\d\d[T ]|\b\d\d:\d\d:\d\d\b"),
    ("world", r"(?i)\b(?:world|pid|cartel)[ =:]+\d+"),
    ("PCPU", r"(?i)\bP?CPU ?#?\d+"),
    ("build", r"(?i)\b(?:release)?build[ =-]+\d+"),
    ("number", r"\b\d{7,}\b"),
];

static RAW_SEARCHES: LazyLock<Vec<(&str, Regex)>> = LazyLock::new(|| {
    RAW.iter().filter_map(|(name, pattern)| Some((*name, Regex::new(pattern).ok()?))).collect()
});

static PLACEHOLDER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\{[A-Za-z_]{1,12}\}").ok());

pub(super) fn templates(_: &Rules<'_>, issue: &Issue, findings: &mut Vec<Finding>) {
    for (key, signature) in keyed(issue) {
        let lists = [
            ("messages", &signature.messages, true),
            ("logs", &signature.logs, true),
            ("worlds", &signature.worlds, false),
        ];
        for (name, templates, is_text) in lists {
            for (index, template) in templates.iter().enumerate() {
                let key = format!("{key}.{name}[{index}]");
                for (code, detail) in template_faults(template, is_text) {
                    findings.push(Finding::new(&issue.path, code, detail).value(&key));
                }
            }
        }
    }
}

fn template_faults(template: &str, is_text: bool) -> Vec<(FindingCode, String)> {
    let mut faults = Vec::new();
    if is_text && Template::new(template).fixed_words().len() < TEMPLATE_WORDS {
        faults.push((FindingCode::ShortTemplate, template.to_owned()));
    }
    let raw = RAW_SEARCHES.iter().find_map(|(name, search)| Some((name, search.find(template)?)));
    if let Some((name, found)) = raw {
        faults.push((FindingCode::RawNumber, format!("{} ({name})", found.as_str())));
    }
    let placeholders = PLACEHOLDER.iter().flat_map(|search| search.find_iter(template));
    for found in placeholders.map(|found| found.as_str()) {
        if !is_text || !matches!(found, "{n}" | "{w}") {
            faults.push((FindingCode::OddPlaceholder, found.to_owned()));
        }
    }
    faults
}

/// A value that stands twice in a list. Functions may: recursion prints them twice.
pub(super) fn repeated(_: &Rules<'_>, issue: &Issue, findings: &mut Vec<Finding>) {
    for (key, signature) in keyed(issue) {
        let sources = signature.sources.iter().map(|place| String::from(place.clone()));
        let some = signature.some.iter().flat_map(|some| &some.of).map(ToString::to_string);
        let lists: [(&str, Vec<String>); 9] = [
            ("kinds", signature.kinds.clone()),
            ("exceptions", signature.exceptions.iter().map(u8::to_string).collect()),
            ("worlds", signature.worlds.clone()),
            ("messages", signature.messages.clone()),
            ("sources", sources.collect()),
            ("logs", signature.logs.clone()),
            ("modules", signature.modules.clone()),
            ("some.of", some.collect()),
            ("forbid", signature.forbid.clone()),
        ];
        for (name, values) in lists {
            for (index, value) in values.iter().enumerate() {
                if values[..index].iter().any(|other| other.eq_ignore_ascii_case(value)) {
                    let finding = Finding::new(&issue.path, FindingCode::DuplicateValue, value);
                    findings.push(finding.value(format!("{key}.{name}[{index}]")));
                }
            }
        }
    }
}

/// Modules by their whole names; a name with `*` may be of one that nobody has listed.
pub(super) fn modules(rules: &Rules<'_>, issue: &Issue, findings: &mut Vec<Finding>) {
    for (key, signature) in keyed(issue) {
        let listed = signature.modules.iter().enumerate();
        let listed = listed.map(|(index, name)| (format!("{key}.modules[{index}]"), name));
        let frames = keyed_frames(&key, signature);
        let frames = frames.filter_map(|(key, frame)| Some((key, frame.module.as_ref()?)));
        for (key, module) in listed.chain(frames) {
            if is_module(module)
                && !module.contains('*')
                && !rules.kb.modules.entries.contains_key(module)
            {
                let finding = Finding::new(&issue.path, FindingCode::UnknownModule, module);
                findings.push(finding.value(key));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_search_is_valid() {
        assert_eq!(RAW_SEARCHES.len(), RAW.len());
        assert!(PLACEHOLDER.is_some());
    }

    #[track_caller]
    fn check(template: &str, expected: &[&str]) {
        let found: Vec<String> =
            template_faults(template, true).into_iter().map(|(_, detail)| detail).collect();
        assert_eq!(found, expected, "{template}");
    }

    #[test]
    fn what_changes_from_host_to_host_is_found() {
        check("heap corruption at 0x43001ab7c298", &["0x43001ab7c298 (address)"]);
        check("in world 2098051:vmnic4", &["world 2098051 (world)"]);
        check("PCPU 12 locked up", &["PCPU 12 (PCPU)"]);
        check("since 2024-06-21T10:00 the driver", &["2024-06-21T (time)"]);
        check("driver of build 20842708", &["build 20842708 (build)"]);
        check("tag {x} of {w}", &["{x}"]);
        check("Failed at world.c:2307 in {n}", &[]);
        check("#PF Exception 14 in world {n}:{w}", &[]);
    }
}
