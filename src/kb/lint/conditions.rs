//! Rules about conditions that contradict each other.

use super::Rules;
use super::patterns::keyed;
use crate::crash::PanicKind;
use crate::kb::finding::{Finding, FindingCode};
use crate::kb::issue::Issue;
use crate::kb::pattern::{CheckPattern, FramePattern, Signature};
use crate::machine_check::{Processor, Registers, UNKNOWN_CLASS, decode};
use crate::text::{Masked, Template};

/// Signatures that no crash can show: they forbid what they ask for, or ask for more than there is.
pub(super) fn unsatisfiable(_: &Rules<'_>, issue: &Issue, findings: &mut Vec<Finding>) {
    for (key, signature) in keyed(issue) {
        for (index, pattern) in signature.forbid.iter().enumerate() {
            if let Some(function) = needed(signature, pattern) {
                let finding = Finding::new(&issue.path, FindingCode::Unsatisfiable, function);
                findings.push(finding.value(format!("{key}.forbid[{index}]")));
            }
        }
        if let Some(some) = &signature.some
            && (some.least == 0 || some.least > some.of.len())
        {
            let detail = format!("{} / {}", some.least, some.of.len());
            let finding = Finding::new(&issue.path, FindingCode::SomeLeast, detail);
            findings.push(finding.value(format!("{key}.some.least")));
        }
    }
}

/// The function that the signature needs although `pattern` forbids it.
fn needed<'a>(signature: &'a Signature, pattern: &str) -> Option<&'a str> {
    let pattern = Template::new(pattern);
    let is_forbidden = |frame: &&FramePattern| pattern.is_all_of(frame.name());
    let ordered = signature.frames.iter().filter(|frame| !frame.optional).find(is_forbidden);
    let some = signature.some.as_ref().and_then(|some| {
        let forbidden = some.of.iter().filter(is_forbidden).count();
        // As long as enough others are left, one of them may be forbidden.
        some.of.iter().find(is_forbidden).filter(|_| some.of.len() - forbidden < some.least)
    });
    ordered.or(some).map(FramePattern::name)
}

pub(super) fn machine_check(_: &Rules<'_>, issue: &Issue, findings: &mut Vec<Finding>) {
    for (key, signature) in keyed(issue) {
        let Some((part, detail)) = signature.machine_check.as_ref().and_then(check_fault) else {
            continue;
        };
        let finding = Finding::new(&issue.path, FindingCode::MaskValue, detail);
        findings.push(finding.value(format!("{key}.machine_check.{part}")));
    }
}

/// The part of a machine check that can never hold, and why.
fn check_fault(check: &CheckPattern) -> Option<(&'static str, String)> {
    let (mask, value) = match (check.mask, check.value) {
        (Some(mask), Some(value)) => (mask, value),
        (Some(mask), None) => return Some(("mask", format!("{mask}, -"))),
        (None, Some(value)) => (crate::text::Hex(u64::MAX), value),
        (None, None) => return None,
    };
    if mask.0 == 0 || value.0 & !mask.0 != 0 {
        return Some(("value", format!("{mask}, {value}")));
    }
    const ERROR_CODE: u64 = 0xffff;
    let class = check.class.as_deref()?;
    if mask.0 & ERROR_CODE != ERROR_CODE {
        return None;
    }
    let processor = Processor { vendor: check.vendor, ..Processor::default() };
    let status = Masked { value: value.0, known: mask.0 };
    let decoded = decode(&Registers { status, processor, ..Registers::default() });
    let is_other = decoded.class != class && decoded.class != UNKNOWN_CLASS;
    is_other.then(|| ("class", format!("{class}, {value}: {}", decoded.class)))
}

/// Exception numbers beside kinds that are exceptions of other numbers.
pub(super) fn exceptions(_: &Rules<'_>, issue: &Issue, findings: &mut Vec<Finding>) {
    for (key, signature) in keyed(issue) {
        let kinds: Vec<PanicKind> =
            signature.kinds.iter().filter_map(|kind| PanicKind::from_name(kind)).collect();
        let numbers = &signature.exceptions;
        let is_of = |kind: &PanicKind| match number_of(*kind) {
            Some(number) => numbers.contains(&number),
            None => true,
        };
        if !numbers.is_empty() && !kinds.is_empty() && !kinds.iter().any(is_of) {
            let numbers: Vec<String> = numbers.iter().map(u8::to_string).collect();
            let detail = format!("{}, {}", signature.kinds.join(", "), numbers.join(", "));
            let finding = Finding::new(&issue.path, FindingCode::ExceptionKind, detail);
            findings.push(finding.value(format!("{key}.exceptions")));
        }
    }
}

/// The exception number of a panic kind that is one.
fn number_of(kind: PanicKind) -> Option<u8> {
    (0..=u8::MAX).find(|number| PanicKind::from_exception(*number) == Some(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let check: CheckPattern = toml::from_str(text).expect("a machine check");
        assert_eq!(check_fault(&check).map(|(part, _)| part), expected, "{text}");
    }

    #[test]
    fn masks_and_values_must_agree() {
        check("mask = \"0xffff\"\nvalue = \"0x0e0b\"", None);
        check("mask = \"0xff\"\nvalue = \"0x0e0b\"", Some("value"));
        check("mask = \"0x0\"\nvalue = \"0x0\"", Some("value"));
        check("mask = \"0xff\"", Some("mask"));
        check(
            "vendor = \"intel\"\nmask = \"0xffff\"\nvalue = \"0x0e0b\"\nclass = \"io_error\"",
            None,
        );
        check(
            "vendor = \"intel\"\nmask = \"0xffff\"\nvalue = \"0x0e0b\"\nclass = \"tlb\"",
            Some("class"),
        );
    }

    #[track_caller]
    fn check_forbid(text: &str, expected: Option<&str>) {
        let signature: Signature = toml::from_str(text).expect("a signature");
        assert_eq!(needed(&signature, &signature.forbid[0]), expected, "{text}");
    }

    #[test]
    fn what_is_needed_must_not_be_forbidden() {
        check_forbid("frames = [\"A_b\", \"B\"]\nforbid = [\"A_*\"]", Some("A_b"));
        check_forbid("frames = [\"B\"]\nforbid = [\"A_*\"]", None);
        let optional = "frames = [\"B\", { function = \"A_b\", optional = true }, \"C\"]";
        check_forbid(&format!("{optional}\nforbid = [\"A_*\"]"), None);
        check_forbid("some = { least = 1, of = [\"A\", \"B\"] }\nforbid = [\"A\"]", None);
        check_forbid("some = { least = 2, of = [\"A\", \"B\"] }\nforbid = [\"A\"]", Some("A"));
    }
}
