//! Rules about single patterns of a signature: frames, templates, modules.

use std::fmt::Display;
use std::sync::LazyLock;

use regex::Regex;

use super::IssueCheck;
use crate::kb::CONDITIONS;
use crate::kb::finding::FindingCode;
use crate::kb::issue::Issue;
use crate::kb::knowledge_base::KnowledgeBase;
use crate::kb::pattern::{FramePattern, Signature};
use crate::signature::{Background, function_name};
use crate::text::Template;

/// Fixed words that a template needs so that it does not match almost anywhere.
const MIN_TEMPLATE_WORDS: usize = 2;
/// A function is generic when one in this many backtraces prints it.
const GENERIC_SHARE: u32 = 5;

/// The items of the list `key` with their keys: `related[0]`, `related[1]`.
pub(super) fn keyed_items<T>(key: impl Display, items: &[T]) -> impl Iterator<Item = (String, &T)> {
    items.iter().enumerate().map(move |(index, item)| (format!("{key}[{index}]"), item))
}

/// Every signature of an issue with its key.
pub(super) fn keyed(issue: &Issue) -> impl Iterator<Item = (String, &Signature)> {
    keyed_items("signatures", &issue.signatures)
}

/// The frames of a signature with their keys.
pub(super) fn keyed_frames<'a>(
    key: &str,
    signature: &'a Signature,
) -> impl Iterator<Item = (String, &'a FramePattern)> {
    let some = signature.some.as_ref().map_or(&[][..], |some| &some.of);
    let frames = keyed_items(format!("{key}.frames"), &signature.frames);
    frames.chain(keyed_items(format!("{key}.some.of"), some))
}

pub(super) fn check_frames(IssueCheck { subject, issue, findings }: &mut IssueCheck<'_>) {
    let lists = &subject.kb.lists;
    for (key, signature) in keyed(issue) {
        for (place, frame) in keyed_frames(&key, signature) {
            if !has_frame_form(frame) {
                findings.add_value(FindingCode::FrameForm, place, frame.to_string());
            } else if lists.machinery.contains(&frame.function) {
                findings.add_value(FindingCode::MachineryFrame, place, &frame.function);
            }
        }
        if is_generic(signature, subject.kb, &subject.background) {
            let names: Vec<&str> = signature.wanted_frames().map(FramePattern::name).collect();
            let key = format!("{key}.frames");
            findings.add_value(FindingCode::GenericFrames, key, names.join(", "));
        }
        let last = signature.frames.len().saturating_sub(1);
        for (index, frame) in signature.frames.iter().enumerate() {
            if frame.optional && (index == 0 || index == last) {
                let key = format!("{key}.frames[{index}]");
                findings.add_value(FindingCode::OptionalEnd, key, &frame.function);
            }
        }
    }
}

/// True for the name of a function, perhaps with that of its module; not for `foo+0x12` or `0x41…`.
fn has_frame_form(frame: &FramePattern) -> bool {
    let function = frame.function.as_str();
    !function.is_empty()
        && function.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '$'))
        && function_name(function) == function
        && frame.module.as_deref().is_none_or(is_module)
}

/// True for the name of a module, perhaps with `*`; not for `(foo)#<None>+0x12`.
fn is_module(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '*'))
}

/// True for a signature of frames alone that are all frequent. Machinery has a code of its own.
pub(crate) fn is_generic(
    signature: &Signature,
    kb: &KnowledgeBase,
    background: &Background,
) -> bool {
    let names = signature.wanted_frames().map(FramePattern::name);
    let mut names = names.filter(|name| !kb.lists.machinery.contains(*name)).peekable();
    let kinds = signature.panic_kinds();
    !signature.asks_for_text()
        && names.peek().is_some()
        && names.all(|name| background.has(name, &kinds) || is_frequent(name, kb))
}

/// True for a function that many unrelated crashes print.
fn is_frequent(function: &str, kb: &KnowledgeBase) -> bool {
    let count = kb.rarity.counts.get(function).copied().unwrap_or(0);
    count > 1 && count.saturating_mul(GENERIC_SHARE) >= kb.rarity.total
}

/// Numbers that differ from host to host or from day to day: the name and the pattern of each.
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

pub(super) fn check_templates(IssueCheck { issue, findings, .. }: &mut IssueCheck<'_>) {
    for (key, signature) in keyed(issue) {
        let lists = [
            ("messages", &signature.messages, true),
            ("logs", &signature.logs, true),
            ("worlds", &signature.worlds, false),
        ];
        for (name, templates, is_text) in lists {
            for (key, template) in keyed_items(format!("{key}.{name}"), templates) {
                for (code, detail) in template_faults(template, is_text) {
                    findings.add_value(code, &key, detail);
                }
            }
        }
    }
}

fn template_faults(template: &str, is_text: bool) -> Vec<(FindingCode, String)> {
    let mut faults = Vec::new();
    if is_text && Template::new(template).fixed_words().len() < MIN_TEMPLATE_WORDS {
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

/// Finds values that are twice in a list. Frames may be: recursion prints a function twice.
pub(super) fn check_repeated(IssueCheck { issue, findings, .. }: &mut IssueCheck<'_>) {
    for (key, signature) in keyed(issue) {
        let some = signature.some.iter().flat_map(|some| &some.of).map(ToString::to_string);
        let rows = CONDITIONS.iter().filter(|row| !row.key.starts_with("host."));
        let lists = rows.map(|row| (row.key, (row.values)(signature)));
        for (name, values) in lists.chain([("some.of", some.collect())]) {
            for (index, value) in values.iter().enumerate() {
                if values[..index].iter().any(|other| other.eq_ignore_ascii_case(value)) {
                    let key = format!("{key}.{name}[{index}]");
                    findings.add_value(FindingCode::DuplicateValue, key, value);
                }
            }
        }
    }
}

/// Finds modules that are not listed. A name with `*` may mean an unlisted one.
pub(super) fn check_modules(IssueCheck { subject, issue, findings }: &mut IssueCheck<'_>) {
    for (key, signature) in keyed(issue) {
        let listed = keyed_items(format!("{key}.modules"), &signature.modules);
        let frames = keyed_frames(&key, signature)
            .filter_map(|(key, frame)| Some((key, frame.module.as_ref()?)));
        for (key, module) in listed.chain(frames) {
            if is_module(module)
                && !module.contains('*')
                && !subject.kb.modules.entries.contains_key(module)
            {
                findings.add_value(FindingCode::UnknownModule, key, module);
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
    fn numbers_of_one_host_are_found() {
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
