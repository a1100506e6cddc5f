//! The steps when no known issue is proven: the texts to search for, the files to collect, and how to
//! file a support request (VMware 1004250).

use crate::crash::{Crash, Panic, PanicKind, Role, VMKERNEL};
use crate::kb::Component;
use crate::matching::Together;
use crate::message::{Bilingual, Sentence};
use crate::text::clip;

/// Functions that make a search: fewer find too much, more find nothing.
const FUNCTIONS: usize = 2;
/// Functions of the story among which the rarest are looked for.
const NEAR_THE_TOP: usize = 6;
/// Words that make a search: a shorter part of a message stands in too many.
const MIN_WORDS: usize = 2;
/// Longest search string, in characters.
const SEARCH_LENGTH: usize = 100;

/// The known issue that is proven, as far as the next steps depend on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proven {
    /// Issue id.
    pub issue: String,
    /// The fix.
    pub fix: Bilingual,
    /// True when the source names no fix, and the text of the fix says no more than that.
    pub no_fix: bool,
    /// The workaround; may be empty.
    pub workaround: Bilingual,
    /// First fixed drivers, firmware or plug-ins.
    pub components: Vec<Component>,
    /// What a crash of this host means although the issue cannot be on it, if so.
    pub ruled_out: Option<RuledOut>,
}

/// Why a host cannot have an issue that its crash looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuledOut {
    /// The host has the fix.
    HasFix,
    /// Its build is outside the affected ones.
    NotAffected,
}

/// The facts that the steps depend on beside the crash.
pub struct Known<'a> {
    /// The issue that is proven, if any.
    pub proven: Option<&'a Proven>,
    /// Issues that the crash does not tell apart, if any.
    pub one_of: Option<&'a Together>,
    /// How rare a function is; 0 for one that tells nothing.
    pub weight: &'a dyn Fn(&str) -> f64,
    /// The package whose version is that of a module; `None` for a module of the kernel, which has
    /// that of the host.
    pub package_of: &'a dyn Fn(&str) -> Option<String>,
}

/// What a panic kind asks for beside the steps of every crash.
struct KindSteps {
    kind: PanicKind,
    /// The key of its first step.
    first: &'static str,
    /// What is kept of the crash, and for whom.
    then: Then,
}

/// The steps after those of the kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    /// Somebody asked for the crash: there is nothing to look for.
    Nothing,
    /// The host does not start: it has a screen, and neither dump nor bundle.
    Screen,
    /// Screen, dump and bundle, and a request.
    Everything,
}

/// One row a kind with steps of its own; any other kind has those of every crash.
const KIND_STEPS: &[KindSteps] = &[
    KindSteps { kind: PanicKind::Deliberate, first: "next-deliberate", then: Then::Nothing },
    KindSteps { kind: PanicKind::SecureBoot, first: "next-secure-boot", then: Then::Screen },
    KindSteps {
        kind: PanicKind::SecurityViolation,
        first: "next-security-violation",
        then: Then::Screen,
    },
    KindSteps {
        kind: PanicKind::HardwareMismatch,
        first: "next-hardware-mismatch",
        then: Then::Screen,
    },
    KindSteps { kind: PanicKind::MachineCheck, first: "next-hardware", then: Then::Everything },
    KindSteps { kind: PanicKind::NmiLint1, first: "next-hardware", then: Then::Everything },
    KindSteps { kind: PanicKind::NmiHandler, first: "next-hardware", then: Then::Everything },
    KindSteps { kind: PanicKind::PciError, first: "next-hardware", then: Then::Everything },
    KindSteps { kind: PanicKind::IommuFault, first: "next-hardware", then: Then::Everything },
];

/// The steps, in order.
pub fn next_steps(crash: &Crash, known: &Known<'_>) -> Vec<Sentence> {
    let mut steps = Vec::new();
    if let Some(proven) = known.proven {
        steps.extend(steps_of_proven(proven));
        if proven.ruled_out.is_none() && !proven.no_fix {
            return steps;
        }
    }
    let of_kind = KIND_STEPS.iter().find(|row| Some(row.kind) == crash.kind());
    steps.extend(known.one_of.map(which_of));
    let is_known = known.proven.is_some_and(|proven| proven.ruled_out.is_none());
    // The workaround of an issue is nearer to it than the advice for its panic kind.
    if !is_known || known.proven.is_some_and(|proven| proven.workaround.is_empty()) {
        steps.extend(of_kind.map(|row| Sentence::new(row.first, &[])));
    }
    let then = of_kind.map_or(Then::Everything, |row| row.then);
    if then == Then::Nothing {
        return steps;
    }
    if !is_known {
        steps.extend(search_step(crash, known.weight));
        let driver = driver_in_question(crash, known.package_of);
        steps.extend(driver.map(|(module, package)| {
            Sentence::new("next-driver", &[("module", module), ("package", &package)])
        }));
    }
    let collect = if then == Then::Screen { "next-collect-screen" } else { "next-collect" };
    steps.push(Sentence::new(collect, &[]));
    steps.push(Sentence::new("next-request", &[]));
    steps
}

/// The fix or the workaround of an issue, and how to see whether the host has it.
fn steps_of_proven(proven: &Proven) -> Vec<Sentence> {
    let issue = ("issue", proven.issue.as_str());
    match proven.ruled_out {
        Some(RuledOut::HasFix) => return vec![Sentence::new("next-proven-has-fix", &[issue])],
        Some(RuledOut::NotAffected) => {
            return vec![Sentence::new("next-proven-not-affected", &[issue])];
        }
        None => {}
    }
    let mut steps = Vec::new();
    if !proven.no_fix {
        steps.push(Sentence::new("next-proven-fix", &[issue]).with("fix", proven.fix.clone()));
    }
    if !proven.workaround.is_empty() {
        let key =
            if proven.no_fix { "next-proven-workaround-only" } else { "next-proven-workaround" };
        steps.push(Sentence::new(key, &[issue]).with("workaround", proven.workaround.clone()));
    } else if proven.no_fix {
        steps.push(Sentence::new("next-proven-no-fix", &[issue]));
    }
    steps.extend(proven.components.iter().filter_map(how_to_read_version));
    steps
}

/// The commands that print the installed version of a driver, firmware or plug-in.
fn how_to_read_version(component: &Component) -> Option<Sentence> {
    let key = match component.kind.as_str() {
        // A name with a blank (`NVIDIA vGPU software`) is not that of a module.
        "driver" if !component.name.contains(' ') => "next-version-driver",
        "driver" => "next-version-plugin",
        "firmware" => "next-version-firmware",
        "plugin" => "next-version-plugin",
        _ => return None,
    };
    let (name, version) = (component.name.as_str(), component.version.as_str());
    Some(Sentence::new(key, &[("name", name), ("version", version)]))
}

fn search_step(crash: &Crash, weight: &dyn Fn(&str) -> f64) -> Option<Sentence> {
    let searches = search_strings(crash, weight);
    let quoted: Vec<String> = searches.iter().map(|search| format!("\"{search}\"")).collect();
    (!quoted.is_empty()).then(|| Sentence::new("next-search", &[("searches", &quoted.join(", "))]))
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

/// The topmost module that is not of the kernel, where its version is not known, and its package.
fn driver_in_question<'a>(
    crash: &'a Crash,
    package_of: &dyn Fn(&str) -> Option<String>,
) -> Option<(&'a str, String)> {
    let story = crash.deciding_frames().iter().filter(|frame| frame.role == Role::Story);
    let module =
        story.filter_map(|frame| frame.module.as_deref()).find(|module| *module != VMKERNEL)?;
    let known =
        crash.host.drivers.iter().any(|driver| driver.name == module && driver.version.is_some());
    if known || module.contains('.') {
        return None;
    }
    Some((module, package_of(module)?))
}

/// Up to three strings to search the vendor's knowledge base for, the most telling first: functions
/// that tell something, and words of the message that every host prints.
pub fn search_strings(crash: &Crash, weight: &dyn Fn(&str) -> f64) -> Vec<String> {
    let mut searches = Vec::new();
    let story = telling_functions(crash, weight);
    if !story.is_empty() {
        searches.push(story.join(" "));
    }
    if let Some(panic) = &crash.panic {
        searches.extend(fixed_words(panic));
    }
    if let Some(driver) = crash.host.drivers.first() {
        searches.push(format!("PSOD {}", driver.name));
    }
    searches.dedup();
    searches.truncate(3);
    searches.iter().map(|search| clip(search, SEARCH_LENGTH).into_owned()).collect()
}

/// The rarest functions near the top of the story, in the order of the stack trace.
fn telling_functions<'a>(crash: &'a Crash, weight: &dyn Fn(&str) -> f64) -> Vec<&'a str> {
    let mut story: Vec<(usize, &str)> = crash
        .deciding_frames()
        .iter()
        .filter(|frame| frame.role == Role::Story)
        .filter_map(|frame| frame.function.as_deref())
        .enumerate()
        .take(NEAR_THE_TOP)
        .filter(|(_, function)| weight(function) > 0.0)
        .collect();
    story.sort_by(|one, other| weight(other.1).total_cmp(&weight(one.1)).then(one.0.cmp(&other.0)));
    story.truncate(FUNCTIONS);
    story.sort_unstable();
    story.into_iter().map(|(_, function)| function).collect()
}

/// The words of a message that another host prints too; `None` where only the name of an exception
/// is left, which every crash of that exception prints.
pub(crate) fn fixed_words(panic: &Panic) -> Option<String> {
    if panic.exception.is_some() {
        return None;
    }
    let message = &panic.message;
    if let Some((file, _)) = &panic.source {
        // The line moves with the build, the file stays (Broadcom 316522).
        let file = file.rsplit('/').next().unwrap_or(file);
        let assertion = message.split_whitespace().next().filter(|word| !varies(word));
        return Some(assertion.map_or_else(|| file.to_owned(), |word| format!("{word} {file}")));
    }
    let words: Vec<&str> = message.split_whitespace().collect();
    // The longest run without a number, a path, an address or a placeholder.
    let run = words.split(|word| varies(word)).rev().max_by_key(|run| run.len())?;
    let run = without_dangling_end(&run.join(" ")).to_owned();
    (run.split(' ').count() >= MIN_WORDS).then_some(run)
}

/// A run of words without what only led to the number after it: `Failed to ack TLB invalidate (total
/// of`, `Machine Check Exception on`.
fn without_dangling_end(run: &str) -> &str {
    const LEADING: &[&str] =
        &["at", "by", "for", "from", "in", "is", "of", "on", "to", "was", "with"];
    let mut run = match run.rsplit_once('(') {
        Some((before, opened)) if !opened.contains(')') => before,
        _ => run,
    };
    loop {
        run = run.trim_matches(|c: char| !c.is_alphanumeric() && c != ')' && c != '(');
        match run.rsplit_once(' ') {
            Some((before, last)) if LEADING.contains(&last) => run = before,
            _ => return run,
        }
    }
}

/// True for a word that another host prints otherwise: a number, a path, an address, or what a
/// publisher put in the place of one (`#`, `<vmname>`, `XX`).
fn varies(word: &str) -> bool {
    let letters = word.trim_matches(|c: char| !c.is_alphanumeric());
    word.contains(['/', '=', '#', '<', '>', '*'])
        || word.trim_end_matches(':').contains(':')
        || word.contains(|c: char| c.is_ascii_digit())
        || (!letters.is_empty() && letters.chars().all(|c| matches!(c, 'x' | 'X')))
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
            &["TLBDoInvalidate XMapForceFlush", "locked up. Failed to ack TLB invalidate"],
        );
        // What leads to a number is no part of the search.
        check(
            "@BlueScreen: PCPU 1 locked up. Failed to ack TLB invalidate (total of 1 locked up)\n",
            &["locked up. Failed to ack TLB invalidate"],
        );
        check("@BlueScreen: Machine Check Exception on PCPU##\n", &["Machine Check Exception"]);
        // The name of an exception stands in thousands of articles.
        check("@BlueScreen: #PF Exception 14 in world 2097460:x IP 0x42 addr 0x8\n", &[]);
        check(
            "@BlueScreen: NOT_IMPLEMENTED bora/vmkernel/main/world.c:2307\n",
            &["NOT_IMPLEMENTED world.c"],
        );
        check("@BlueScreen: PCPU ##: no heartbeat (#/# IPIs received)\n", &["no heartbeat"]);
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
            package_of: &|module| Some(module.to_owned()),
        };
        let steps = next_steps(crash, &known);
        steps.iter().map(|step| step.in_language(Catalog::english())).collect()
    }

    #[test]
    fn an_unknown_crash_asks_for_the_version_of_its_driver() {
        let steps = steps(None).join("\n");
        assert!(steps.contains("vib list | grep -i lpfc"), "{steps}");
        assert!(steps.contains("2038891"), "{steps}");
    }

    #[test]
    fn a_proven_issue_needs_its_fix_and_no_search() {
        let fix = Bilingual { english: "Update.".into(), ..Bilingual::default() };
        let mut proven = Proven { issue: "KB1".into(), fix, ..Proven::default() };
        assert_eq!(steps(Some(&proven)).len(), 1);
        proven.components =
            vec![Component { kind: "driver".into(), name: "lpfc".into(), version: "14.2".into() }];
        let with_driver = steps(Some(&proven));
        assert!(
            with_driver[1].contains("esxcli software vib list | grep -i lpfc"),
            "{with_driver:?}"
        );
        proven.ruled_out = Some(RuledOut::HasFix);
        assert!(steps(Some(&proven)).join("\n").contains("already has the fix"));
    }

    #[test]
    fn an_issue_without_a_fix_asks_for_a_request_instead() {
        let proven = Proven { issue: "KB1".into(), no_fix: true, ..Proven::default() };
        let steps = steps(Some(&proven)).join("\n");
        assert!(steps.starts_with("No fix of KB1 is known"), "{steps}");
        assert!(steps.contains("support request") && !steps.contains("Search"), "{steps}");
    }

    #[test]
    fn the_steps_follow_from_the_kind() {
        #[track_caller]
        fn check(message: &str, has: &[&str], has_not: &[&str]) {
            let crash = &crashes_in_text(&format!("@BlueScreen: {message}\n"))[0].crash;
            let known = Known {
                proven: None,
                one_of: None,
                weight: &|_| 1.0,
                package_of: &|module| Some(module.to_owned()),
            };
            let steps = next_steps(crash, &known).into_iter();
            let steps: Vec<String> =
                steps.map(|step| step.in_language(Catalog::english())).collect();
            let steps = steps.join("\n");
            assert!(has.iter().all(|part| steps.contains(part)), "{message}: {steps}");
            assert!(!has_not.iter().any(|part| steps.contains(part)), "{message}: {steps}");
        }
        check("CrashMe", &["asked for"], &["support request", "Search"]);
        check(
            "HW feature incompatibility detected; cannot start",
            &["cpuUniformityHardCheckPanic", "support request"],
            &["vm-support", "vmkdump_extract"],
        );
        check("Machine Check Exception on PCPU 3", &["iDRAC", "vm-support"], &[]);
    }
}
