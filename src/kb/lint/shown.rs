//! Rules that compare signatures with crash texts: those of the issue must show the signature, and
//! those of other issues must not.

use std::collections::BTreeSet;

use super::patterns::{keyed, keyed_frames};
use super::{FileFindings, LintSubject};
use crate::kb::exemplar::Exemplar;
use crate::kb::finding::FindingCode;
use crate::kb::issue::Issue;
use crate::kb::pattern::{FramePattern, Signature};
use crate::kb::{Checked, Condition, State, conditions, text_holds};
use crate::signature::CrashKeys;
use crate::text::Template;

/// Other issues and unknown crashes that may show a signature before it is too broad.
const MAX_OTHERS: usize = 2;

/// Asks that a crash text of the issue prints every frame, and that one shows every signature.
pub(super) fn check_printed(
    subject: &LintSubject<'_>,
    issue: &Issue,
    findings: &mut FileFindings<'_>,
) {
    let exemplars = subject.exemplars_of(&issue.id);
    if exemplars.is_empty() {
        findings.add(FindingCode::NoCrash, &issue.id);
        return;
    }
    for (key, signature) in keyed(issue) {
        let mut all_printed = true;
        for (place, frame) in keyed_frames(&key, signature) {
            if !exemplars.iter().any(|exemplar| prints(&exemplar.text, frame)) {
                all_printed = false;
                findings.add_value(FindingCode::FrameNotPrinted, place, &frame.function);
            }
        }
        if all_printed
            && signature.recognises_something()
            && !exemplars.iter().any(|exemplar| shows(subject, exemplar, signature))
        {
            let key = format!("{key}.name");
            findings.add_value(FindingCode::SignatureNotShown, key, &signature.name);
        }
    }
}

fn prints(text: &str, frame: &FramePattern) -> bool {
    text.contains(&frame.function)
}

/// True when a crash text prints the frames of the signature, and one of its messages, log lines,
/// sources and machine checks each.
fn shows(subject: &LintSubject<'_>, exemplar: &Exemplar, signature: &Signature) -> bool {
    let asks_crash = !signature.sources.is_empty() || signature.machine_check.is_some();
    has_frames(signature, |frame| prints(&exemplar.text, frame))
        && has_one_of(&exemplar.text, &signature.messages)
        && has_one_of(&exemplar.text, &signature.logs)
        && (!asks_crash
            || subject.crashes_in(exemplar).iter().any(|crash| has_parts(crash, signature)))
}

/// True when `has` holds for every required frame, and for enough of those in any order.
fn has_frames(signature: &Signature, has: impl Fn(&FramePattern) -> bool) -> bool {
    signature.frames.iter().filter(|frame| !frame.optional).all(&has)
        && signature
            .some
            .as_ref()
            .is_none_or(|some| some.of.iter().filter(|frame| has(frame)).count() >= some.least)
}

/// True when a line of the text holds one of the templates, or there are none.
fn has_one_of(text: &str, templates: &[String]) -> bool {
    templates.is_empty()
        || templates.iter().any(|template| {
            let template = Template::new(template);
            text.lines().any(|line| template.is_in(line))
        })
}

/// True when the crash holds the source and the machine check of the signature.
fn has_parts(crash: &CrashKeys, signature: &Signature) -> bool {
    conditions(signature, crash).iter().all(|checked| match checked.condition {
        Condition::Source | Condition::MachineCheck => {
            matches!(checked.state, State::Held | State::Near)
        }
        _ => true,
    })
}

/// Conditions that only support, their keys, and whether a crash text must decide them: the parts
/// of a host are in bundles, not on screens.
const SUPPORTING: &[(Condition, &str, bool)] = &[
    (Condition::PanicKind, "kinds", true),
    (Condition::Exception, "exceptions", true),
    (Condition::World, "worlds", true),
    (Condition::Module, "modules", true),
    (Condition::Component, "host.components", false),
    (Condition::Model, "host.models", false),
    (Condition::Device, "host.pci", false),
];

/// Finds conditions that no crash text of the issue fulfils: they can only weaken the signature.
pub(super) fn check_supporting(
    subject: &LintSubject<'_>,
    issue: &Issue,
    findings: &mut FileFindings<'_>,
) {
    let exemplars = subject.exemplars_of(&issue.id).iter();
    let crashes: Vec<&CrashKeys> =
        exemplars.flat_map(|exemplar| subject.crashes_in(exemplar)).collect();
    if crashes.is_empty() {
        return;
    }
    for (key, signature) in keyed(issue) {
        let answers: Vec<Checked> =
            crashes.iter().flat_map(|crash| conditions(signature, crash)).collect();
        for (condition, name, must_say) in SUPPORTING {
            let checked = answers.iter().filter(|checked| checked.condition == *condition);
            let states: Vec<State> = checked.map(|checked| checked.state).collect();
            let is_decided = *must_say || states.contains(&State::Contradicted);
            if !states.is_empty() && is_decided && !states.contains(&State::Held) {
                let detail = format!("{}: {name}", signature.name);
                let key = format!("{key}.{name}");
                findings.add_value(FindingCode::UnshownCondition, key, detail);
            }
        }
    }
}

/// Finds signatures that crashes of several other issues show.
pub(super) fn check_breadth(
    subject: &LintSubject<'_>,
    issue: &Issue,
    findings: &mut FileFindings<'_>,
) {
    for (key, signature) in keyed(issue).filter(|(_, s)| s.recognises_something()) {
        let mut others = BTreeSet::new();
        for exemplar in subject.kb.exemplars.values() {
            let owner = exemplar.issue().unwrap_or(&exemplar.path);
            if owner != issue.id
                && !subject.are_related(&issue.id, owner)
                && subject.crashes_in(exemplar).iter().any(|crash| holds(crash, signature))
            {
                others.insert(owner);
            }
        }
        if others.len() > MAX_OTHERS {
            let others: Vec<&str> = others.into_iter().collect();
            let detail = format!("{}: {}", signature.name, others.join(", "));
            findings.add_value(FindingCode::TooBroad, format!("{key}.name"), detail);
        }
    }
}

/// True when the crash has the frames and one of the texts of the signature, and contradicts
/// nothing.
fn holds(crash: &CrashKeys, signature: &Signature) -> bool {
    let needs_text = !signature.messages.is_empty()
        || !signature.logs.is_empty()
        || !signature.sources.is_empty()
        || signature.machine_check.is_some();
    // Frames first: few crashes have them, and comparing names is the cheapest question.
    has_frames(signature, |wanted| crash.frames.iter().any(|frame| frame.function == wanted.name()))
        && (!needs_text || text_holds(signature, crash))
        && conditions(signature, crash).iter().all(|c| c.state != State::Contradicted)
}
