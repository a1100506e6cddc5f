//! From a subject and its diagnosis to the report.

use std::path::Path;

use super::machine_checks::machine_check_reports;
use super::types::{
    BacktraceReport, ConditionReport, CrashReport, CrashView, EvidenceReport, FixReport,
    GuidanceReport, LimitReport, MatchReport, OneOfReport, PanicReport, Reading, ReleaseReport,
    SourceLine, SourceReport, TellingReport,
};
use crate::crash::{Backtrace, Panic};
use crate::diagnose::{Advice, DiagnosedMatch, Diagnosis, Subject};
use crate::kb::Checked;
use crate::matching::{Evidence, Telling, Together};
use crate::message::Catalog;

/// Version of the published JSON.
pub(super) const SCHEMA: u32 = 1;

/// Where a crash was found.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The input, `-` for standard input.
    pub path: &'a Path,
    /// The member of an archive.
    pub member: Option<&'a str>,
}

impl Source<'_> {
    /// The published form.
    pub fn report(self, line: usize) -> SourceReport {
        let member = self.member.map(str::to_owned);
        SourceReport { path: self.path.display().to_string(), member, line }
    }
}

impl Reading {
    /// The published form of a crash that is not matched.
    pub fn new(subject: &Subject, source: Source<'_>, catalog: &Catalog) -> Self {
        Self {
            schema: SCHEMA,
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            source: source.report(subject.line),
            fingerprint: subject.fingerprint.clone(),
            limits: limit_reports(subject.limits.iter().copied(), catalog),
            crash: view(subject),
        }
    }
}

impl CrashReport {
    /// The published form of a diagnosis.
    pub fn new(
        subject: &Subject,
        diagnosis: &Diagnosis,
        source: Source<'_>,
        catalog: &Catalog,
    ) -> Self {
        let cut = subject.limits.iter().copied();
        let limits = cut.chain(diagnosis.limits.iter().map(String::as_str));
        Self {
            schema: SCHEMA,
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            kb: diagnosis.kb.clone(),
            source: source.report(subject.line),
            fingerprint: subject.fingerprint.clone(),
            verdict: diagnosis.verdict,
            one_of: diagnosis.one_of.as_ref().map(one_of_report),
            matches: diagnosis.matches.iter().map(|found| match_report(found, catalog)).collect(),
            guidance: diagnosis
                .guidance
                .iter()
                .map(|advice| guidance_report(advice, catalog))
                .collect(),
            next_steps: diagnosis.next_steps.iter().map(|step| step.in_language(catalog)).collect(),
            limits: limit_reports(limits, catalog),
            crash: view(subject),
        }
    }
}

fn view(subject: &Subject) -> CrashView {
    let (crash, host) = (&subject.crash, &subject.host);
    let release = crash.release.as_ref().map(|release| ReleaseReport {
        product: release.product.clone(),
        version: release.version.clone(),
        build: release.build,
        arch: release.arch.clone(),
        name: host.entry.as_ref().map(|entry| entry.name.clone()),
        date: host.entry.as_ref().map(|entry| entry.date.clone()).filter(|date| !date.is_empty()),
        branch: host.entry.as_ref().map(|entry| entry.branch).unwrap_or_default(),
    });
    CrashView {
        release,
        panic: crash.panic.as_ref().map(panic_report),
        pcpu: crash.pcpu,
        world: crash.world.clone(),
        pcpus: crash.pcpus.clone(),
        pcpu_states: crash.pcpu_states.clone(),
        nmi: crash.nmi.clone(),
        registers: crash.registers.clone(),
        uptime_ms: crash.uptime_ms,
        tsc: crash.tsc.map(|tsc| tsc.to_string()),
        code_start: crash.code_start,
        backtrace: crash.backtrace.clone(),
        other_backtraces: crash.other_backtraces.iter().map(backtrace_report).collect(),
        machine_checks: machine_check_reports(crash),
        host: crash.host.clone(),
        core_dump: crash.core_dump.clone(),
        log_lines: crash.log_lines.clone(),
        defects: crash.defects.clone(),
    }
}

fn panic_report(panic: &Panic) -> PanicReport {
    let source = panic.source.clone();
    PanicReport {
        kind: panic.kind,
        message: panic.message.clone(),
        exception: panic.exception,
        pcpus: panic.pcpus.clone(),
        ip: panic.ip,
        address: panic.address,
        source: source.map(|(file, line)| SourceLine { file, line }),
    }
}

fn backtrace_report(backtrace: &Backtrace) -> BacktraceReport {
    let Backtrace { origin, pcpu, decides, frames } = backtrace.clone();
    BacktraceReport { origin, pcpu, decides, frames }
}

/// The published form of one known issue that the crash may be.
pub(super) fn match_report(found: &DiagnosedMatch, catalog: &Catalog) -> MatchReport {
    let answer = &found.applicability;
    MatchReport {
        issue: found.issue.clone(),
        title: found.title.in_language(catalog).to_owned(),
        confidence: found.confidence,
        signature: found.signature.clone(),
        applicability: answer.applies,
        applicability_reason: answer.reason.in_language(catalog),
        applicability_notes: answer.notes.iter().map(|note| note.in_language(catalog)).collect(),
        articles: found.articles.clone(),
        cause: found.cause.in_language(catalog).to_owned(),
        fix: FixReport {
            builds: found.fix.builds.clone(),
            own_line: answer.own_line.clone(),
            first: answer.first.clone(),
            components: found.fix.components.clone(),
            text: found.fix.text.in_language(catalog).to_owned(),
            workaround: found.fix.workaround.in_language(catalog).to_owned(),
        },
        evidence: found
            .evidence
            .iter()
            .map(|evidence| evidence_report(evidence, catalog))
            .collect(),
        alignment: found.alignment.clone(),
        frames: found.frames.clone(),
        exemplar: found.exemplar.clone(),
        reporter: found.reporter,
        absent: found.absent.iter().map(condition_report).collect(),
        excluded: found.excluded.as_ref().map(condition_report),
    }
}

fn one_of_report(found: &Together) -> OneOfReport {
    OneOfReport {
        issues: found.issues.clone(),
        confidence: found.confidence,
        apart: found.apart.iter().map(telling_report).collect(),
    }
}

fn telling_report(telling: &Telling) -> TellingReport {
    TellingReport { issue: telling.issue.clone(), kind: telling.kind, text: telling.text.clone() }
}

fn evidence_report(evidence: &Evidence, catalog: &Catalog) -> EvidenceReport {
    let (kind, points) = (evidence.kind, evidence.points);
    EvidenceReport { kind, points, detail: evidence.detail.in_language(catalog) }
}

fn condition_report(checked: &Checked) -> ConditionReport {
    ConditionReport { kind: checked.condition.into(), text: checked.text.clone() }
}

fn guidance_report(advice: &Advice, catalog: &Catalog) -> GuidanceReport {
    GuidanceReport {
        panic_kind: advice.panic_kind,
        text: advice.text.in_language(catalog).to_owned(),
        articles: advice.articles.clone(),
    }
}

/// The bounds that cut something, by their codes.
pub(super) fn limit_reports<'a>(
    codes: impl Iterator<Item = &'a str>,
    catalog: &Catalog,
) -> Vec<LimitReport> {
    let report = codes.map(|code| LimitReport {
        code: code.to_owned(),
        text: catalog.text(&format!("limit-{code}"), &[]),
    });
    report.collect()
}
