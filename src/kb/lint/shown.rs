//! Rules that hold signatures against crash texts: those of the issue must show them, those of
//! others must not.

use std::collections::BTreeSet;

use super::Rules;
use super::patterns::keyed;
use crate::kb::exemplar::Exemplar;
use crate::kb::finding::{Finding, FindingCode};
use crate::kb::issue::Issue;
use crate::kb::pattern::Signature;
use crate::kb::{Condition, State, conditions, text_holds};
use crate::signature::CrashKeys;
use crate::text::Template;

/// Other issues and unknown crashes that may show a signature before it is too broad.
const MAX_OTHERS: usize = 2;

/// Every signature frame must be printed by a crash text of the issue, and every signature shown.
pub(super) fn printed(rules: &Rules<'_>, issue: &Issue, findings: &mut Vec<Finding>) {
    let exemplars: Vec<&Exemplar> = rules.kb.exemplars_of(&issue.id).collect();
    if exemplars.is_empty() {
        findings.push(Finding::new(&issue.path, FindingCode::NoCrash, &issue.id));
        return;
    }
    let is_printed = |function: &str| exemplars.iter().any(|e| e.text.contains(function));
    for (key, signature) in keyed(issue) {
        let mut whole = true;
        let some = signature.some.iter().flat_map(|some| &some.of).enumerate();
        let some = some.map(|(index, frame)| (format!("{key}.some.of[{index}]"), frame));
        let frames = signature.frames.iter().enumerate();
        let frames = frames.map(|(index, frame)| (format!("{key}.frames[{index}]"), frame));
        for (place, frame) in frames.chain(some) {
            if !is_printed(&frame.function) {
                whole = false;
                let finding =
                    Finding::new(&issue.path, FindingCode::FrameNotPrinted, &frame.function);
                findings.push(finding.value(place));
            }
        }
        let is_shown = |e: &&Exemplar| is_shown(signature, &e.text, rules.crashes.get(&*e.path));
        if whole && signature.recognises_something() && !exemplars.iter().any(is_shown) {
            let finding =
                Finding::new(&issue.path, FindingCode::SignatureNotShown, &signature.name);
            findings.push(finding.value(format!("{key}.name")));
        }
    }
}

/// True when `text`, whose crashes are `crashes`, prints the frames of the signature, and one of its
/// messages, log lines, sources and machine checks each.
fn is_shown(signature: &Signature, text: &str, crashes: Option<&Vec<CrashKeys>>) -> bool {
    let any = |templates: &[String]| {
        let line = |template: &Template| text.lines().any(|line| template.is_in(line));
        templates.is_empty() || templates.iter().any(|source| line(&Template::new(source)))
    };
    let ordered = signature.frames.iter().filter(|frame| !frame.optional);
    let some = signature.some.as_ref().is_none_or(|some| {
        some.of.iter().filter(|frame| text.contains(&frame.function)).count() >= some.least
    });
    let asks_crash = |condition| matches!(condition, Condition::Source | Condition::MachineCheck);
    let held = |crash: &CrashKeys| {
        let checked = conditions(signature, crash);
        checked
            .iter()
            .all(|c| !asks_crash(c.condition) || matches!(c.state, State::Held | State::Near))
    };
    let asked = !signature.sources.is_empty() || signature.machine_check.is_some();
    ordered.into_iter().all(|frame| text.contains(&frame.function))
        && some
        && any(&signature.messages)
        && any(&signature.logs)
        && (!asked || crashes.is_some_and(|crashes| crashes.iter().any(held)))
}

/// Conditions that only support, the keys they stand under, and whether a crash text must say
/// something about them. What a host is made of stands in bundles, not on screens.
const SUPPORTING: &[(Condition, &str, bool)] = &[
    (Condition::PanicKind, "kinds", true),
    (Condition::Exception, "exceptions", true),
    (Condition::World, "worlds", true),
    (Condition::Module, "modules", true),
    (Condition::Component, "host.components", false),
    (Condition::Model, "host.models", false),
    (Condition::Device, "host.pci", false),
];

/// A condition that no crash text of the issue fulfils can only make the signature worse.
pub(super) fn shown(rules: &Rules<'_>, issue: &Issue, findings: &mut Vec<Finding>) {
    let crashes: Vec<&CrashKeys> = rules.crashes_of(&issue.id).collect();
    if crashes.is_empty() {
        return;
    }
    for (key, signature) in keyed(issue) {
        let answers: Vec<_> = crashes.iter().map(|crash| conditions(signature, crash)).collect();
        for (condition, name, must_say) in SUPPORTING {
            let checked = answers.iter().flatten().filter(|c| c.condition == *condition);
            let states: Vec<State> = checked.map(|checked| checked.state).collect();
            let says = *must_say || states.contains(&State::Contradicted);
            if !states.is_empty() && says && !states.contains(&State::Held) {
                let detail = format!("{}: {name}", signature.name);
                let finding = Finding::new(&issue.path, FindingCode::UnshownCondition, detail);
                findings.push(finding.value(format!("{key}.{name}")));
            }
        }
    }
}

/// A signature that crashes of several others show says nothing.
pub(super) fn too_broad(rules: &Rules<'_>, issue: &Issue, findings: &mut Vec<Finding>) {
    let related = rules.kb.related_to(&issue.id);
    for (key, signature) in keyed(issue).filter(|(_, s)| s.recognises_something()) {
        let mut others = BTreeSet::new();
        for exemplar in rules.kb.exemplars.values() {
            let owner = exemplar.issue().unwrap_or(&exemplar.path);
            let crashes = rules.crashes.get(exemplar.path.as_str());
            let is_other = owner != issue.id && !related.contains(owner);
            if is_other
                && crashes.is_some_and(|crashes| crashes.iter().any(|c| holds(signature, c)))
            {
                others.insert(owner);
            }
        }
        if others.len() > MAX_OTHERS {
            let others: Vec<&str> = others.into_iter().collect();
            let detail = format!("{}: {}", signature.name, others.join(", "));
            let finding = Finding::new(&issue.path, FindingCode::TooBroad, detail);
            findings.push(finding.value(format!("{key}.name")));
        }
    }
}

/// True when nothing that the signature asks for is contradicted or missing.
fn holds(signature: &Signature, crash: &CrashKeys) -> bool {
    let prints = |function: &str| crash.frames.iter().any(|frame| frame.function == function);
    let ordered = signature.frames.iter().filter(|frame| !frame.optional);
    let some = signature.some.as_ref().is_none_or(|some| {
        some.of.iter().filter(|frame| prints(frame.name())).count() >= some.least
    });
    let needs_text = !signature.messages.is_empty()
        || !signature.logs.is_empty()
        || !signature.sources.is_empty()
        || signature.machine_check.is_some();
    let fits = conditions(signature, crash).iter().all(|c| c.state != State::Contradicted);
    ordered.into_iter().all(|frame| prints(frame.name()))
        && some
        && fits
        && (!needs_text || text_holds(signature, crash))
}
