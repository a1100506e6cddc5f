//! `psod-match kb promote`, `demote`, `retire`: the status of an issue, and who may change it.

use psod_match::curate::{
    Against, Effect, FileChange, Refusal, Refused, Step, StepCandidate, Trial, TrialChange,
    TrialSide, demoted, files_of, mark_of, promoted, refusals, retired, trial,
};
use psod_match::kb::{
    Expectation, Finding, FindingSeverity, Issue, KbTexts, KnowledgeBase, Status,
};
use psod_match::ledger::Ledger;
use psod_match::matching::{Calibration, Matcher};

use super::super::super::ledger::{existing, ledger_path};
use super::super::super::output::complain;
use super::super::super::{Ending, Session};
use super::super::lint::{self, LintOutcome};
use super::arguments::{DemoteArguments, PromoteArguments, RetireArguments};
use super::{apply, own_issue, without};

/// Takes each issue a step further, or says every reason why not.
pub fn promote(
    kb: &KnowledgeBase,
    arguments: &PromoteArguments,
    session: &mut Session<'_>,
) -> anyhow::Result<Ending> {
    let today = arguments.today.unwrap_or_else(lint::today);
    let checked = lint::check(kb, today, session)?;
    let ledger = existing(&ledger_path(&arguments.place)?).ok();
    let present = present(kb, session)?;
    let (mut changes, mut done, mut ending) = (Vec::new(), Vec::new(), Ending::Good);
    for id in &arguments.ids {
        let reviewer = arguments.reviewer.as_deref();
        let step = reviewer.map_or(Step::Test, |reviewer| Step::Review {
            reviewer,
            sheet: arguments.sheet.as_deref(),
        });
        let Some((issue, Some(text))) = own_issue(kb, id, session)? else {
            refuse(id, &[Refused::new(Refusal::NoIssue, "")], session);
            ending = Ending::NotFound;
            continue;
        };
        let trial = tried(&without(issue, session)?, &present, ledger.as_ref())?;
        let candidate = candidate(issue, kb, &checked, &trial);
        let refused = refusals(&candidate, step);
        if refused.is_empty() {
            let after = promoted(issue, &text, step, &today.to_string())?;
            changes.push(FileChange::edited(&issue.path, &text, after));
            done.push(&issue.id);
        } else {
            refuse(&issue.id, &refused, session);
            ending = Ending::NotFound;
        }
    }
    apply(&changes, arguments.dry.dry_run, session)?;
    let status = if arguments.reviewer.is_some() { Status::Reviewed } else { Status::Test };
    say_done(&done, status, arguments.dry.dry_run, session)?;
    Ok(ending)
}

/// One line on standard error for each reason.
fn refuse(id: &str, refused: &[Refused], session: &Session<'_>) {
    for one in refused {
        let values =
            [("code", one.code.as_str()), ("text", &one.text(id, session.catalog)), ("id", id)];
        complain(&session.catalog.text("flow-refused", &values));
    }
}

fn say_done(
    ids: &[&String],
    status: Status,
    is_dry: bool,
    session: &mut Session<'_>,
) -> anyhow::Result<()> {
    for id in ids.iter().filter(|_| !is_dry) {
        session.say("flow-status", &[("id", id), ("status", status.as_str())])?;
    }
    Ok(())
}

/// All that decides about the step of one issue.
pub fn candidate(
    issue: &Issue,
    kb: &KnowledgeBase,
    checked: &LintOutcome,
    trial: &Trial,
) -> StepCandidate {
    let files = files_of(kb, issue);
    let found = checked.findings.iter().filter(|finding| {
        finding.severity != FindingSeverity::Advice && files.contains(&finding.path.as_str())
    });
    let near = Expectation::Not(issue.id.clone());
    StepCandidate {
        issue: issue.clone(),
        crashes: kb.exemplars_of(&issue.id).count(),
        near: kb.exemplars.values().filter(|exemplar| exemplar.expectation == near).count(),
        findings: found.map(named).collect(),
        harm: trial.changes.iter().filter(|change| is_harm(change)).map(told).collect(),
        mark: mark_of(kb, issue, &checked.texts),
    }
}

/// `P011 section in issues/TEAM-0007.md`.
fn named(finding: &Finding) -> String {
    format!("{} {} in {}", finding.code.code(), finding.code.as_str(), finding.path)
}

/// The knowledge base as it is.
pub fn present(kb: &KnowledgeBase, session: &Session<'_>) -> anyhow::Result<TrialSide> {
    let matcher = Matcher::new(session.compiled()?, Calibration::SHIPPED, true)?;
    Ok(TrialSide { kb: kb.clone(), matcher })
}

/// What the knowledge base as it is does to crashes, beside `before`.
pub fn tried(
    before: &TrialSide,
    present: &TrialSide,
    ledger: Option<&Ledger>,
) -> anyhow::Result<Trial> {
    let against = Against { kb: true, ledger, ..Against::default() };
    Ok(trial(before, present, &against)?)
}

fn is_harm(change: &TrialChange) -> bool {
    matches!(change.effect, Effect::Stolen | Effect::Lost) || change.is_wrong
}

/// `crashes/KB318512-1.txt from KB318512`.
fn told(change: &TrialChange) -> String {
    match &change.other {
        Some(other) => format!("{} from {other}", change.crash),
        None => change.crash.clone(),
    }
}

/// Takes reviews back.
pub fn demote(
    kb: &KnowledgeBase,
    arguments: &DemoteArguments,
    session: &mut Session<'_>,
) -> anyhow::Result<Ending> {
    let (mut changes, mut done, mut ending) = (Vec::new(), Vec::new(), Ending::Good);
    for id in &arguments.ids {
        match own_issue(kb, id, session)? {
            Some((issue, Some(text))) if issue.status == Status::Reviewed => {
                changes.push(FileChange::edited(&issue.path, &text, demoted(issue, &text)?));
                done.push(&issue.id);
            }
            found => {
                let status = found.map_or("", |(issue, _)| issue.status.as_str());
                complain(
                    &session.catalog.text("flow-no-review", &[("id", id), ("status", status)]),
                );
                ending = Ending::NotFound;
            }
        }
    }
    apply(&changes, arguments.dry.dry_run, session)?;
    say_done(&done, Status::Test, arguments.dry.dry_run, session)?;
    Ok(ending)
}

/// Retires an issue; a shipped one by a file of the team that hides it.
pub fn retire(
    kb: &KnowledgeBase,
    arguments: &RetireArguments,
    session: &mut Session<'_>,
) -> anyhow::Result<Ending> {
    let (id, reason) = (&arguments.id, &arguments.reason);
    let Some((issue, own)) = own_issue(kb, id, session)? else {
        refuse(id, &[Refused::new(Refusal::NoIssue, "")], session);
        return Ok(Ending::NotFound);
    };
    if issue.status == Status::Retired {
        let values = [("id", id.as_str()), ("reason", &issue.retired_because)];
        complain(&session.catalog.text("flow-retired-already", &values));
        return Ok(Ending::NotFound);
    }
    let change = match own {
        Some(text) => FileChange::edited(&issue.path, &text, retired(issue, &text, reason)?),
        None => {
            let texts = KbTexts::read(&session.sources()?)?;
            let text = texts.get(&issue.path).unwrap_or_default();
            FileChange::new_file(&issue.path, retired(issue, text, reason)?)
        }
    };
    apply(&[change], arguments.dry.dry_run, session)?;
    say_done(&[&issue.id], Status::Retired, arguments.dry.dry_run, session)?;
    Ok(Ending::Good)
}
