//! Rules about conditions that contradict each other.

use super::IssueCheck;
use super::patterns::{keyed, keyed_items};
use crate::crash::PanicKind;
use crate::kb::finding::FindingCode;
use crate::kb::pattern::{CheckPattern, FramePattern, Signature};
use crate::machine_check::{Processor, Registers, UNKNOWN_CLASS, decode};
use crate::text::{Hex, Masked, Template};

/// Finds signatures that no crash can show: they forbid a function that they need, or ask for more
/// functions than they list.
pub(super) fn check_forbidden(IssueCheck { issue, findings, .. }: &mut IssueCheck<'_>) {
    for (key, signature) in keyed(issue) {
        for (key, pattern) in keyed_items(format!("{key}.forbid"), &signature.forbid) {
            if let Some(function) = needed(signature, pattern) {
                findings.add_value(FindingCode::Unsatisfiable, key, function);
            }
        }
        if let Some(some) = &signature.some
            && (some.least == 0 || some.least > some.of.len())
        {
            let detail = format!("{} / {}", some.least, some.of.len());
            findings.add_value(FindingCode::SomeLeast, format!("{key}.some.least"), detail);
        }
    }
}

/// The function that the signature needs although `pattern` forbids it.
fn needed<'a>(signature: &'a Signature, pattern: &str) -> Option<&'a str> {
    let pattern = Template::new(pattern);
    let required = signature.frames.iter().filter(|frame| !frame.optional).map(FramePattern::name);
    if let Some(function) = required.into_iter().find(|name| pattern.is_all_of(name)) {
        return Some(function);
    }
    let some = signature.some.as_ref()?;
    let forbidden: Vec<&str> =
        some.of.iter().map(FramePattern::name).filter(|name| pattern.is_all_of(name)).collect();
    // Some of them may be forbidden as long as enough others are left.
    if some.of.len() - forbidden.len() < some.least { forbidden.first().copied() } else { None }
}

pub(super) fn check_machine_check(IssueCheck { issue, findings, .. }: &mut IssueCheck<'_>) {
    for (key, signature) in keyed(issue) {
        let Some((part, detail)) = signature.machine_check.as_ref().and_then(check_fault) else {
            continue;
        };
        let key = format!("{key}.machine_check.{part}");
        findings.add_value(FindingCode::MaskValue, key, detail);
    }
}

/// The low bits of a status: the error code, from which the class is decoded.
const ERROR_CODE: u64 = 0xffff;

/// The part of a machine check that can never hold, and the values that contradict it.
fn check_fault(check: &CheckPattern) -> Option<(&'static str, String)> {
    let (mask, value) = match (check.mask, check.value) {
        (Some(mask), Some(value)) => (mask, value),
        (Some(mask), None) => return Some(("mask", format!("{mask}, -"))),
        (None, Some(value)) => (Hex(u64::MAX), value),
        (None, None) => return None,
    };
    if mask.0 == 0 || value.0 & !mask.0 != 0 {
        return Some(("value", format!("{mask}, {value}")));
    }
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

/// Finds exception numbers beside panic kinds that are exceptions of other numbers.
pub(super) fn check_exceptions(IssueCheck { issue, findings, .. }: &mut IssueCheck<'_>) {
    for (key, signature) in keyed(issue) {
        let kinds = signature.panic_kinds();
        let numbers = &signature.exceptions;
        if !numbers.is_empty()
            && !kinds.is_empty()
            && !kinds.iter().any(|kind| may_have_number(*kind, numbers))
        {
            let numbers: Vec<String> = numbers.iter().map(u8::to_string).collect();
            let detail = format!("{}, {}", signature.kinds.join(", "), numbers.join(", "));
            findings.add_value(FindingCode::ExceptionKind, format!("{key}.exceptions"), detail);
        }
    }
}

/// True unless the panic kind is an exception whose number is not among `numbers`.
fn may_have_number(kind: PanicKind, numbers: &[u8]) -> bool {
    let own = (0..=u8::MAX).find(|number| PanicKind::from_exception(*number) == Some(kind));
    own.is_none_or(|own| numbers.contains(&own))
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
    fn needed_functions_must_not_be_forbidden() {
        check_forbid("frames = [\"A_b\", \"B\"]\nforbid = [\"A_*\"]", Some("A_b"));
        check_forbid("frames = [\"B\"]\nforbid = [\"A_*\"]", None);
        let optional = "frames = [\"B\", { function = \"A_b\", optional = true }, \"C\"]";
        check_forbid(&format!("{optional}\nforbid = [\"A_*\"]"), None);
        check_forbid("some = { least = 1, of = [\"A\", \"B\"] }\nforbid = [\"A\"]", None);
        check_forbid("some = { least = 2, of = [\"A\", \"B\"] }\nforbid = [\"A\"]", Some("A"));
    }
}
