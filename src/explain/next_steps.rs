//! The steps when no known issue is proven: the texts to search for, the files to collect, and how to
//! file a support request (VMware 1004250).

use crate::crash::{Crash, PanicKind, Role};
use crate::matching::Together;
use crate::message::{Bilingual, Sentence};
use crate::text::clip;

/// Functions that make a search: fewer find too much, more find nothing.
const FUNCTIONS: usize = 2;
/// Functions of the story among which the rarest are looked for.
const NEAR_THE_TOP: usize = 6;
/// Longest search string, in characters.
const SEARCH_LENGTH: usize = 100;

/// The known issue that is proven, as far as the next steps depend on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proven {
    /// Issue id.
    pub issue: String,
    /// The fix.
    pub fix: Bilingual,
    /// The workaround; may be empty.
    pub workaround: Bilingual,
    /// True when the build has the fix already.
    pub has_fix: bool,
}

/// The facts that the steps depend on beside the crash.
pub struct Known<'a> {
    /// The issue that is proven, if any.
    pub proven: Option<&'a Proven>,
    /// Issues that the crash does not tell apart, if any.
    pub one_of: Option<&'a Together>,
    /// How rare a function is; 0 for one that tells nothing.
    pub weight: &'a dyn Fn(&str) -> f64,
}

/// The steps, in order.
pub fn next_steps(crash: &Crash, known: &Known<'_>) -> Vec<Sentence> {
    let mut steps = Vec::new();
    if let Some(proven) = known.proven {
        let issue = ("issue", proven.issue.as_str());
        if !proven.has_fix {
            steps.push(Sentence::new("next-proven-fix", &[issue]).with("fix", proven.fix.clone()));
            if !proven.workaround.is_empty() {
                let step = Sentence::new("next-proven-workaround", &[]);
                steps.push(step.with("workaround", proven.workaround.clone()));
            }
            return steps;
        }
        steps.push(Sentence::new("next-proven-has-fix", &[issue]));
    }
    steps.extend(known.one_of.map(which_of));
    let searches: Vec<String> =
        search_strings(crash, known.weight).iter().map(|search| format!("\"{search}\"")).collect();
    if !searches.is_empty() {
        steps.push(Sentence::new("next-search", &[("searches", &searches.join(", "))]));
    }
    if let Some(module) = driver_in_question(crash) {
        steps.push(Sentence::new("next-driver", &[("module", module)]));
    }
    if crash.kind().is_some_and(is_hardware) {
        steps.push(Sentence::new("next-hardware", &[]));
    }
    steps.push(Sentence::new("next-collect", &[]));
    steps.push(Sentence::new("next-request", &[]));
    steps
}

/// The texts to look for, to know which of several issues it is.
fn which_of(one_of: &Together) -> Sentence {
    const SHOWN: usize = 4;
    let issues = one_of.issues.join(", ");
    let texts = one_of.apart.iter().take(SHOWN);
    let texts: Vec<String> =
        texts.map(|telling| format!("\"{}\" ({})", telling.text, telling.issue)).collect();
    if texts.is_empty() {
        return Sentence::new("next-one-of-alike", &[("issues", &issues)]);
    }
    Sentence::new("next-one-of", &[("issues", &issues), ("texts", &texts.join(", "))])
}

/// The topmost module that is not the kernel's, where no version of it is known.
fn driver_in_question(crash: &Crash) -> Option<&str> {
    let story = crash.deciding_frames().iter().filter(|frame| frame.role == Role::Story);
    let module =
        story.filter_map(|frame| frame.module.as_deref()).find(|module| *module != "vmkernel")?;
    let known =
        crash.host.drivers.iter().any(|driver| driver.name == module && driver.version.is_some());
    (!known && !module.contains('.')).then_some(module)
}

/// Up to three strings to search the vendor's knowledge base for, the most telling first.
pub fn search_strings(crash: &Crash, weight: &dyn Fn(&str) -> f64) -> Vec<String> {
    let mut story: Vec<(usize, &str)> = crash
        .deciding_frames()
        .iter()
        .filter(|frame| frame.role == Role::Story)
        .filter_map(|frame| frame.function.as_deref())
        .enumerate()
        .take(NEAR_THE_TOP)
        .collect();
    // The rarest functions, in the order of the stack trace.
    story.sort_by(|one, other| weight(other.1).total_cmp(&weight(one.1)).then(one.0.cmp(&other.0)));
    story.truncate(FUNCTIONS);
    story.sort_unstable();
    let story: Vec<&str> = story.into_iter().map(|(_, function)| function).collect();
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

/// The longest run of words without a number, a path or an address: another host prints it too.
fn fixed_part(message: &str) -> String {
    let mut best: Vec<&str> = Vec::new();
    let mut run: Vec<&str> = Vec::new();
    // `#PF Exception 14 in world 2097460:…`: the number of an exception is part of its name.
    if let Some((name, _)) = message.split_once(" in world ") {
        return name.to_owned();
    }
    for word in message.split_whitespace() {
        if varies(word) {
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

/// True for a word that another host prints otherwise.
fn varies(word: &str) -> bool {
    word.contains(['/', ':', '='])
        || word.contains("0x")
        || word.contains(|c: char| c.is_ascii_digit())
}

/// Kinds for which the hardware's own log is the first place to look.
pub fn is_hardware(kind: PanicKind) -> bool {
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
    use crate::message::Catalog;
    use crate::read::crashes_in_text;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found = crashes_in_text(text);
        assert_eq!(search_strings(&found[0].crash, &|_| 1.0), expected, "{text}");
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

    /// Writes the steps for a crash in lpfc, with the proven issue.
    fn steps(proven: Option<&Proven>) -> Vec<String> {
        let text = "@BlueScreen: #PF Exception 14 in world 2:x IP 0x42 addr 0x8\n\
            [0x1]lpfc_path_claim_handler@(lpfc)#<None>+0x1\n[0x2]Shared@vmkernel#nover+0x1\n";
        let crash = &crashes_in_text(text)[0].crash;
        let known = Known {
            proven,
            one_of: None,
            weight: &|function| if function == "Shared" { 0.0 } else { 1.0 },
        };
        let steps = next_steps(crash, &known);
        steps.iter().map(|step| step.in_language(Catalog::english())).collect()
    }

    #[test]
    fn an_unknown_crash_asks_for_the_version_of_its_driver() {
        let steps = steps(None).join("\n");
        assert!(steps.contains("vib list | grep lpfc"), "{steps}");
        assert!(steps.contains("2038891"), "{steps}");
    }

    #[test]
    fn a_proven_issue_needs_its_fix_and_no_search() {
        let fix = Bilingual { english: "Update.".into(), ..Bilingual::default() };
        let mut proven = Proven { issue: "KB1".into(), fix, ..Proven::default() };
        assert_eq!(steps(Some(&proven)).len(), 1);
        proven.has_fix = true;
        assert!(steps(Some(&proven)).join("\n").contains("already has the fix"));
    }
}
