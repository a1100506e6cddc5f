//! From a crash and its matches to the report.

use std::path::Path;

use super::machine_checks::machine_check_reports;
use super::types::{
    BacktraceReport, ConditionReport, CrashReport, CrashView, EvidenceReport, FixReport,
    GuidanceReport, LimitReport, MatchReport, OneOfReport, PanicReport, Reading, ReleaseReport,
    SourceLine, SourceReport, TellingReport,
};
use crate::crash::{Crash, Driver, Host, Panic};
use crate::error::Result;
use crate::explain;
use crate::kb::{Checked, FixBuild, Guidance, Releases};
use crate::matching::{
    Applicability, Applies, Evidence, Exclude, FixedRelease, HostRelease, MAX_FRAMES, Match,
    Matcher, Telling, Together, Verdict, applicability, together,
};
use crate::message::Catalog;
use crate::read::FoundCrash;
use crate::signature::{CrashKeys, assign_roles, fingerprint};
use crate::store::{Store, StoredIssue};

/// Version of the published JSON.
pub(super) const SCHEMA: u32 = 1;

/// What every report of one run shares.
pub struct Context<'a> {
    /// The matcher with its knowledge base.
    pub matcher: &'a Matcher,
    /// Digest of the knowledge base.
    pub kb: &'a str,
    /// The texts, in the reader's language.
    pub catalog: &'a Catalog,
    /// Candidates that are reported even when they are not worth showing.
    pub least: usize,
}

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

/// Collects what a crash says, without matching it.
///
/// # Errors
/// [`crate::error::Error::Store`] when the compiled knowledge base is damaged.
pub fn reading(found: FoundCrash, source: Source<'_>, context: &Context<'_>) -> Result<Reading> {
    let FoundCrash { line, mut crash, limits } = found;
    assign_roles(&mut crash, context.matcher.lists());
    let fingerprint = fingerprint(&CrashKeys::of(&crash).frames);
    let host = HostRelease::of(crash.release.as_ref(), context.matcher.releases());
    Ok(Reading {
        schema: SCHEMA,
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        source: source.report(line),
        fingerprint,
        limits: limits.iter().map(|code| limit_report(code, context.catalog)).collect(),
        crash: view(crash, &host),
    })
}

/// Matches a crash and collects everything that is to be said about it.
///
/// # Errors
/// [`crate::error::Error::Store`] and [`crate::error::Error::Index`] when the compiled knowledge base is damaged.
pub fn report(found: FoundCrash, source: Source<'_>, context: &Context<'_>) -> Result<CrashReport> {
    let FoundCrash { line, mut crash, mut limits } = found;
    assign_roles(&mut crash, context.matcher.lists());
    let keys = CrashKeys::of(&crash);
    if keys.frames.len().max(keys.reporter_frames.len()) > MAX_FRAMES {
        limits.push("frames-compared");
    }
    let mut matches = context.matcher.matches(&keys, &Exclude::default())?;
    let calibration = context.matcher.calibration();
    let verdict = calibration.verdict(matches.first().map(|best| best.confidence));
    let one_of = together(&matches, &keys, context.matcher);
    let worth_showing = matches.partition_point(|m| m.confidence >= calibration.possible_threshold);
    matches.truncate(worth_showing.max(context.least));
    let kind = crash.kind();
    let host = HostRelease::of(crash.release.as_ref(), context.matcher.releases());
    context.matcher.with_store(|store| {
        let asked = Asked { host: &host, crash: &crash, releases: context.matcher.releases() };
        let matches =
            matches.iter().map(|found| match_report(found, &asked, store, context.catalog));
        let matches = matches.collect::<Result<Vec<Option<MatchReport>>>>()?;
        let matches: Vec<MatchReport> = matches.into_iter().flatten().collect();
        let proven = matches.first().filter(|_| verdict == Verdict::Match).map(proven);
        let weight = |function: &str| context.matcher.weight(function);
        let one_of = one_of.as_ref();
        let known = explain::Known { proven: proven.as_ref(), one_of, weight: &weight };
        let next_steps = explain::next_steps(&crash, &known, context.catalog);
        let guidance = explain::guidance(kind, store)?;
        Ok(CrashReport {
            schema: SCHEMA,
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            kb: context.kb.to_owned(),
            source: source.report(line),
            fingerprint: fingerprint(&keys.frames),
            verdict,
            one_of: one_of.map(one_of_report),
            matches,
            guidance: guidance
                .into_iter()
                .map(|found| guidance_report(found, context.catalog))
                .collect(),
            next_steps,
            limits: limits.iter().map(|code| limit_report(code, context.catalog)).collect(),
            crash: view(crash, &host),
        })
    })
}

fn view(crash: Crash, host: &HostRelease) -> CrashView {
    let release = crash.release.as_ref().map(|release| ReleaseReport {
        product: release.product.clone(),
        version: release.version.clone(),
        build: release.build,
        arch: release.arch.clone(),
        name: host.entry.as_ref().map(|entry| entry.name.clone()),
        date: host.entry.as_ref().map(|entry| entry.date.clone()).filter(|date| !date.is_empty()),
        branch: host.entry.as_ref().map(|entry| entry.branch).unwrap_or_default(),
    });
    let machine_checks = machine_check_reports(&crash);
    let other_backtraces = crash.other_backtraces.into_iter().map(|other| BacktraceReport {
        origin: other.origin,
        pcpu: other.pcpu,
        decides: other.decides,
        frames: other.frames,
    });
    CrashView {
        release,
        panic: crash.panic.map(panic_report),
        pcpu: crash.pcpu,
        world: crash.world,
        pcpus: crash.pcpus,
        pcpu_states: crash.pcpu_states,
        nmi: crash.nmi,
        registers: crash.registers,
        uptime_ms: crash.uptime_ms,
        tsc: crash.tsc.map(|tsc| tsc.to_string()),
        code_start: crash.code_start,
        backtrace: crash.backtrace,
        other_backtraces: other_backtraces.collect(),
        machine_checks,
        host: crash.host,
        core_dump: crash.core_dump,
        log_lines: crash.log_lines,
        defects: crash.defects,
    }
}

fn panic_report(panic: Panic) -> PanicReport {
    PanicReport {
        kind: panic.kind,
        message: panic.message,
        exception: panic.exception,
        pcpus: panic.pcpus,
        ip: panic.ip,
        address: panic.address,
        source: panic.source.map(|(file, line)| SourceLine { file, line }),
    }
}

/// The host that an answer is for.
pub(super) struct Asked<'a> {
    /// Its release.
    pub host: &'a HostRelease,
    /// Its crash.
    pub crash: &'a Crash,
    /// The list of releases.
    pub releases: &'a Releases,
}

impl Asked<'_> {
    /// Whether the issue can be on the host; the versions of drivers that the screen prints
    /// count more than the VIBs of a bundle.
    fn answer(&self, issue: &StoredIssue) -> Applicability {
        let Host { drivers, installed, .. } = &self.crash.host;
        let drivers: Vec<Driver> = drivers.iter().chain(installed).cloned().collect();
        applicability(issue, self.host, &drivers, self.releases)
    }
}

/// What is to be said about one issue; `None` when the store does not have it.
pub(super) fn match_report(
    found: &Match,
    asked: &Asked<'_>,
    store: &Store,
    catalog: &Catalog,
) -> Result<Option<MatchReport>> {
    let Some(issue) = store.issue(&found.issue)? else {
        return Ok(None);
    };
    let applies = asked.answer(&issue);
    let mut builds: Vec<FixBuild> = issue.fix.builds.clone();
    for fix in &mut builds {
        fix.build = FixedRelease::of(fix, asked.releases).build;
    }
    Ok(Some(MatchReport {
        issue: issue.id,
        title: catalog.chosen(issue.title, issue.title_ja),
        confidence: rounded(found.confidence, 4),
        signature: found.signature.clone(),
        applicability: applies.applies,
        applicability_reason: applies.reason.in_language(catalog),
        applicability_notes: applies.notes.iter().map(|note| note.in_language(catalog)).collect(),
        articles: issue.articles,
        cause: catalog.chosen(issue.cause, issue.cause_ja),
        fix: FixReport {
            builds,
            own_line: applies.own_line,
            first: applies.first,
            components: issue.fix.components,
            text: catalog.chosen(issue.fix_text, issue.fix_ja),
            workaround: catalog.chosen(issue.workaround, issue.workaround_ja),
        },
        evidence: found
            .evidence
            .iter()
            .map(|evidence| evidence_report(evidence, catalog))
            .collect(),
        alignment: found.alignment.clone(),
        frames: found.wanted.iter().map(ToString::to_string).collect(),
        exemplar: found.exemplar.clone(),
        reporter: found.reporter,
        absent: found.absent.iter().map(condition_report).collect(),
        excluded: found.excluded.as_ref().map(condition_report),
    }))
}

fn one_of_report(found: &Together) -> OneOfReport {
    let telling = |telling: &Telling| TellingReport {
        issue: telling.issue.clone(),
        kind: telling.kind,
        text: telling.text.clone(),
    };
    OneOfReport {
        issues: found.issues.clone(),
        confidence: rounded(found.confidence, 4),
        apart: found.apart.iter().map(telling).collect(),
    }
}

fn proven(found: &MatchReport) -> explain::Proven {
    explain::Proven {
        issue: found.issue.clone(),
        fix: found.fix.text.clone(),
        workaround: found.fix.workaround.clone(),
        has_fix: found.applicability == Applies::Fixed,
    }
}

fn evidence_report(evidence: &Evidence, catalog: &Catalog) -> EvidenceReport {
    let (kind, points) = (evidence.kind, rounded(evidence.points, 2));
    EvidenceReport { kind, points, detail: evidence.detail.in_language(catalog) }
}

fn condition_report(checked: &Checked) -> ConditionReport {
    ConditionReport { kind: checked.condition.into(), text: checked.text.clone() }
}

/// The last digits of a sum of logarithms differ between machines; the contract does not.
fn rounded(number: f64, digits: i32) -> f64 {
    let scale = 10_f64.powi(digits);
    (number * scale).round() / scale
}

fn guidance_report(guidance: Guidance, catalog: &Catalog) -> GuidanceReport {
    let kind = guidance.kinds.first().and_then(|kind| crate::crash::PanicKind::from_name(kind));
    GuidanceReport {
        panic_kind: kind,
        text: catalog.chosen(guidance.text, guidance.advice_ja),
        articles: guidance.articles,
    }
}

/// A bound that cut something, by its code.
pub(super) fn limit_report(code: &str, catalog: &Catalog) -> LimitReport {
    let text = catalog.text(&format!("limit-{code}"), &[]);
    LimitReport { code: code.to_owned(), text }
}
