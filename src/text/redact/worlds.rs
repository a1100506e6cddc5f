//! Names of VMs in the names of worlds: the only part of a screen that a guest's owner chooses.

use std::sync::LazyLock;

use regex::Regex;

use super::class::Class;
use super::pseudonym::is_pseudonym;
use super::{PrivatePlace, placed};

/// Longest name with what ends it, in bytes: vSphere takes 80 characters, a world holds fewer.
const LONGEST: usize = 400;

/// A pattern that is written in this file.
fn pattern(text: &str) -> Option<Regex> {
    Regex::new(text).ok()
}

/// Kinds of worlds whose name goes on with the name of a VM.
static KIND: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?:^|[^\w-])(?:vmm\d*|mks|vcpu-\d+|vmx|vmware-vmx|vmx-[a-z][\w-]*|vmast|vmassistant):",
    )
});

/// Where a name ends for sure: before the rest of the message, before the next world, and before a
/// line end that is spelled out.
static END: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?i) (?:IP|RIP|EIP|addr|@) ?\(?0x|,? on CPU ?\d|:?\s+\*?P?(?:cpu)?\d*:\d*/|:?\s+cpu \d+ [\d#]|:vcpu-\d| (?:\w*status|misc|synd|rc|bank|ss|error code) ?[=:(]? ?0x|\s\d+ changed by | -\d+$|\\n|\s0x[0-9a-f]+:\[|\s+@BlueScreen|$",
    )
});

/// Where a name of which nothing tells the end stops: at punctuation and at the words that go on
/// with a sentence.
static STOP: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"[:,;](?:\s|$)|\s[-–|]\s|[.!?](?:\s|$)|\s(?:is|was|has|had|did|does|not|failed|fails|at|in|on|with|from|to|for|and|of|by|exited|died|killed|stopped|start(?:s|ed|ing)|hung|running|paused|resumed|resets?|lost|dropped|blocked|holds?|may|should|would|VMX:|becomes?|got|took|will|cannot|could|may|might|must|reported|requested|terminated|waits?|waiting|crashed|panicked|received|after|before|while|because|when|that|which)(?:\s|$)",
    )
});

/// Finds the names of VMs in `line`.
pub(super) fn vms_in(line: &str) -> Vec<PrivatePlace> {
    let (Some(kind), Some(end), Some(stop)) = (&*KIND, &*END, &*STOP) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(kind) = kind.find_at(line, from) {
        let start = kind.end();
        from = start;
        let rest = &line[start..];
        let rest = &rest[..rest.floor_char_boundary(LONGEST)];
        if rest.starts_with(char::is_whitespace)
            || rest.is_empty()
            || is_of_another_name(line, kind.start())
            || rest.split([':', ' ']).next().is_some_and(is_pseudonym)
        {
            continue;
        }
        let ended = end.find(rest).map_or(rest.len(), |end| end.start());
        let in_brackets = closed(line, start, &rest[..ended]);
        let is_sure = ended < rest.len() || in_brackets < ended || is_entry(line, kind.start());
        let length = match stop.find(&rest[..in_brackets]) {
            Some(stop) if !is_sure => stop.start(),
            _ => in_brackets,
        };
        let name = rest[..length].trim_end().trim_end_matches(':');
        if let Some(place) = placed(line, Class::Vm, name).filter(|_| !name.is_empty()) {
            from = place.range.end;
            found.push(place);
        }
    }
    found
}

/// `vcpu-3:` inside of `vmm3:NAME:vcpu-3:Received`.
fn is_of_another_name(line: &str, at: usize) -> bool {
    line[at..].starts_with(":vcpu")
}

/// An entry of a list of worlds, `1:1107/`, goes on to the next entry or the end of the line.
fn is_entry(line: &str, at: usize) -> bool {
    line[at..].starts_with('/')
        && line[..at].ends_with(|c: char| c.is_ascii_digit() || matches!(c, ':' | '#'))
}

/// The length of the part of `name` before the quote or bracket that was opened before it.
fn closed(line: &str, start: usize, name: &str) -> usize {
    let opened = line[line.floor_char_boundary(start.saturating_sub(LONGEST))..start]
        .chars()
        .rev()
        .find(|c| matches!(c, '"' | '\'' | '(' | '[' | '<' | '`' | ')' | ']' | '/'));
    let close = match opened {
        Some('(') => ')',
        Some('[') => ']',
        Some('<') => '>',
        Some(quote @ ('"' | '\'' | '`')) => quote,
        _ => return name.len(),
    };
    let mut depth = 0usize;
    for (at, character) in name.char_indices() {
        if opened == Some('(') && character == '(' {
            depth += 1;
        } else if character == close {
            if depth == 0 {
                return at;
            }
            depth -= 1;
        }
    }
    name.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &[&str]) {
        let found: Vec<&str> = vms_in(line).into_iter().map(|place| &line[place.range]).collect();
        assert_eq!(found, expected, "{line}");
    }

    #[test]
    fn names_go_on_to_the_next_part_of_the_line() {
        check("*0:1107/vmm0:My Web VM 1:2/x 2:3/mks:Two words", &["My Web VM", "Two words"]);
        check("cpu 0 2673 vmm0:keys: cpu 1 2372 mks:dc02: CPU 2 1038 hel", &["keys", "dc02"]);
        check("#PF Exception 14 in world 2098051:vmm0:Pay roll IP 0x4180 addr 0x8", &["Pay roll"]);
        check("world 2098051 (vmx-vcpu-0:Web (old)) hung", &["Web (old)"]);
        check("vmm3:VM_NAME:vcpu-3:Received VMkernel NMI IPI", &["VM_NAME"]);
        check("the world vmm0:Payroll was killed", &["Payroll"]);
        check("\"vmm0:Pay roll\" died", &["Pay roll"]);
        check("vmm0: no name", &[]);
    }
}
