//! What to do when no known issue is proven: what to search for, what to
//! collect, and how to file a support request (VMware 1004250).

use crate::crash::{Crash, PanicKind, Role};
use crate::message::Catalog;
use crate::text::clip;

/// Functions that make a search: fewer find too much, more find nothing.
const FUNCTIONS: usize = 2;
/// Longest search string, in characters.
const SEARCH_LENGTH: usize = 100;

/// The steps, in order. `proven` when a known issue matches: then the fix is the next step.
pub fn next_steps(crash: &Crash, proven: bool, catalog: &Catalog) -> Vec<String> {
    if proven {
        return Vec::new();
    }
    let text = |key: &str, values: &[(&str, &str)]| catalog.text(key, values);
    let searches: Vec<String> =
        search_strings(crash).iter().map(|search| format!("\"{search}\"")).collect();
    let mut steps = Vec::new();
    if !searches.is_empty() {
        steps.push(text("next-search", &[("searches", &searches.join(", "))]));
    }
    let kind = crash.kind();
    if kind.is_some_and(is_hardware) {
        steps.push(text("next-hardware", &[]));
    }
    steps.push(text("next-collect", &[]));
    steps.push(text("next-request", &[]));
    steps
}

/// Up to three strings to search the vendor's knowledge base for, the most telling first.
pub fn search_strings(crash: &Crash) -> Vec<String> {
    let story: Vec<&str> = crash
        .deciding_frames()
        .iter()
        .filter(|frame| frame.role == Role::Story)
        .filter_map(|frame| frame.function.as_deref())
        .take(FUNCTIONS)
        .collect();
    let mut searches = Vec::new();
    if !story.is_empty() {
        searches.push(story.join(" "));
    }
    if let Some(panic) = &crash.panic {
        if let Some((file, _)) = &panic.source {
            // The line moves with the build, the file stays (Broadcom 316522).
            searches.push(file.rsplit('/').next().unwrap_or(file).to_owned());
        }
        searches.push(fixed_part(&panic.message));
    }
    if let Some(driver) = crash.host.drivers.first() {
        searches.push(format!("PSOD {}", driver.name));
    }
    searches.dedup();
    searches.truncate(3);
    searches.iter().map(|search| clip(search, SEARCH_LENGTH).into_owned()).collect()
}

/// The longest run of words without a number, a path or an address: what another host prints too.
fn fixed_part(message: &str) -> String {
    let varies = |word: &&str| {
        word.contains(['/', ':', '='])
            || word.contains("0x")
            || word.contains(|c: char| c.is_ascii_digit())
    };
    let mut best: Vec<&str> = Vec::new();
    let mut run: Vec<&str> = Vec::new();
    // `#PF Exception 14 in world 2097460:…`: the number of an exception is part of its name.
    if let Some((name, _)) = message.split_once(" in world ") {
        return name.to_owned();
    }
    for word in message.split_whitespace() {
        if varies(&word) {
            run.clear();
            continue;
        }
        run.push(word);
        if run.len() > best.len() {
            best.clone_from(&run);
        }
    }
    if best.len() < 2 { message.to_owned() } else { best.join(" ") }
}

/// Kinds for which the hardware's own log is the first place to look.
fn is_hardware(kind: PanicKind) -> bool {
    matches!(
        kind,
        PanicKind::MachineCheck
            | PanicKind::NmiLint1
            | PanicKind::NmiHandler
            | PanicKind::PciError
            | PanicKind::IommuFault
            | PanicKind::HardwareMismatch
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::crashes_in_text;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found = crashes_in_text(text);
        assert_eq!(search_strings(&found[0].crash), expected, "{text}");
    }

    #[test]
    fn searches_name_what_other_hosts_print_too() {
        check(
            "@BlueScreen: PCPU 1 locked up. Failed to ack TLB invalidate.\n\
             [0x1]TLBDoInvalidate+0x38f stack: 0x1\n[0x2]XMapForceFlush+0x64 stack: 0x0\n",
            &["TLBDoInvalidate XMapForceFlush", "locked up. Failed to ack TLB invalidate."],
        );
        check(
            "@BlueScreen: #PF Exception 14 in world 2097460:x IP 0x42 addr 0x8\n",
            &["#PF Exception 14"],
        );
        check(
            "@BlueScreen: NOT_IMPLEMENTED bora/vmkernel/main/world.c:2307\n",
            &["world.c", "NOT_IMPLEMENTED bora/vmkernel/main/world.c:2307"],
        );
    }

    #[test]
    fn a_proven_issue_needs_no_search() {
        let catalog = Catalog::english();
        assert!(next_steps(&Crash::default(), true, catalog).is_empty());
        assert_eq!(next_steps(&Crash::default(), false, catalog).len(), 2);
    }
}
