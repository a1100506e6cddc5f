//! Rules that compare signatures with crash texts: those of the issue must show the signature, and
//! those of other issues must not.

use std::collections::BTreeSet;

use super::patterns::{keyed, keyed_frames};
use super::printed::Printed;
use super::{FileFindings, IssueCheck, LintSubject};
use crate::kb::exemplar::Exemplar;
use crate::kb::finding::{Finding, FindingCode};
use crate::kb::issue::Issue;
use crate::kb::pattern::{FramePattern, Signature};
use crate::kb::{CONDITIONS, Condition, ConditionAnswer, ShownRule, SignatureConditions, State};
use crate::signature::CrashKeys;
use crate::text::Template;

/// Other issues and unknown crashes that may show a signature before it is too broad.
const MAX_OTHERS: usize = 2;

/// Asks that a crash text of the issue prints every frame, and that one shows every signature.
pub(super) fn check_printed(IssueCheck { subject, issue, findings }: &mut IssueCheck<'_>) {
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
        let asked = SignatureConditions::new(signature.clone());
        if all_printed
            && signature.recognises_something()
            && !exemplars.iter().any(|exemplar| shows(subject, exemplar, &asked))
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
fn shows(subject: &LintSubject<'_>, exemplar: &Exemplar, asked: &SignatureConditions) -> bool {
    let signature = &asked.signature;
    let asks_crash = !signature.sources.is_empty() || signature.machine_check.is_some();
    has_frames(signature, |frame| prints(&exemplar.text, frame))
        && has_one_of(&exemplar.text, &signature.messages)
        && has_one_of(&exemplar.text, &signature.logs)
        && (!asks_crash || subject.crashes_in(exemplar).iter().any(|crash| has_parts(crash, asked)))
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
fn has_parts(crash: &CrashKeys, asked: &SignatureConditions) -> bool {
    asked.ask(crash).iter().all(|checked| match checked.condition {
        Condition::Source | Condition::MachineCheck => {
            matches!(checked.state, State::Held | State::Near)
        }
        _ => true,
    })
}

/// Finds conditions that no crash text of the issue fulfils: they can only weaken the signature.
pub(super) fn check_supporting(IssueCheck { subject, issue, findings }: &mut IssueCheck<'_>) {
    let exemplars = subject.exemplars_of(&issue.id).iter();
    let crashes: Vec<&CrashKeys> =
        exemplars.flat_map(|exemplar| subject.crashes_in(exemplar)).collect();
    if crashes.is_empty() {
        return;
    }
    for (key, signature) in keyed(issue) {
        let asked = SignatureConditions::new(signature.clone());
        let answers: Vec<ConditionAnswer<'_>> =
            crashes.iter().flat_map(|crash| asked.ask(crash)).collect();
        for row in CONDITIONS.iter().filter(|row| row.shown != ShownRule::Elsewhere) {
            let checked = answers.iter().filter(|checked| checked.condition == row.condition);
            let states: Vec<State> = checked.map(|checked| checked.state).collect();
            let is_decided =
                row.shown == ShownRule::Always || states.contains(&State::Contradicted);
            if !states.is_empty() && is_decided && !states.contains(&State::Held) {
                let detail = format!("{}: {}", signature.name, row.key);
                let key = format!("{key}.{}", row.key);
                findings.add_value(FindingCode::UnshownCondition, key, detail);
            }
        }
    }
}

/// Finds signatures that crashes of several other issues show.
pub(super) fn check_breadth(subject: &LintSubject<'_>, findings: &mut Vec<Finding>) {
    let mut printed = Printed::default();
    for (path, crashes) in &subject.crashes {
        printed.add(path, crashes);
    }
    for issue in subject.kb.issues.values() {
        let mut findings = FileFindings::new(&issue.path, findings);
        for (key, signature) in keyed(issue).filter(|(_, s)| s.recognises_something()) {
            let others = others_that_show(signature, issue, &printed, subject);
            if others.len() > MAX_OTHERS {
                let others: Vec<&str> = others.into_iter().collect();
                let detail = format!("{}: {}", signature.name, others.join(", "));
                findings.add_value(FindingCode::TooBroad, format!("{key}.name"), detail);
            }
        }
    }
}

/// The unrelated issues, and the paths of unknown crashes, that show a signature of `issue`.
fn others_that_show<'a>(
    signature: &Signature,
    issue: &Issue,
    printed: &Printed<'a>,
    subject: &LintSubject<'a>,
) -> BTreeSet<&'a str> {
    let asked = SignatureConditions::new(signature.clone());
    let mut others = BTreeSet::new();
    for path in printed.that_may_hold(signature) {
        let owner = subject.kb.exemplars.get(path).and_then(Exemplar::issue).unwrap_or(path);
        if owner != issue.id
            && !others.contains(owner)
            && !subject.are_related(&issue.id, owner)
            && subject.crashes[path].iter().any(|crash| holds(crash, &asked))
        {
            others.insert(owner);
        }
    }
    others
}

/// True when the crash has the frames and one of the texts of the signature, and contradicts
/// nothing.
fn holds(crash: &CrashKeys, asked: &SignatureConditions) -> bool {
    let signature = &asked.signature;
    // Frames first: few crashes have them, and comparing names is the cheapest question.
    has_frames(signature, |wanted| crash.frames.iter().any(|frame| frame.function == wanted.name()))
        && (!signature.asks_for_text() || asked.text_holds(crash))
        && asked.ask(crash).iter().all(|answer| answer.state != State::Contradicted)
}
