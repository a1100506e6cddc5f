//! `psod-match request`: the text of a support request, ready to be sent.

use schemars::JsonSchema;
use serde::Serialize;

use super::super::words::{self, defect_text};
use super::answer::{CrashReport, MatchReport};
use super::crash::CrashView;
use crate::crash::{ScreenLine, ScreenPart};
use crate::explain::{duration, is_hardware};
use crate::matching::Certainty;
use crate::message::Catalog;
use crate::text::{Class, Redactor, SiteSecret};
use strum::IntoEnumIterator;

/// Issues that are named as ruled out.
const RULED_OUT: usize = 3;
/// Confidence below which an issue has nothing in common with the crash.
const NOTHING_IN_COMMON: f64 = 0.015;

/// A support request.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Request {
    /// Version of this format; it changes when a field changes its meaning.
    pub schema: u32,
    /// Version of psod-match.
    pub tool: String,
    /// True when names are replaced by pseudonyms.
    pub redacted: bool,
    /// One line.
    pub title: String,
    /// The parts, in order.
    pub parts: Vec<RequestPart>,
}

/// One part of a support request.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct RequestPart {
    /// One line.
    pub heading: String,
    /// The lines below it.
    pub lines: Vec<String>,
    /// True for lines of the screen, whose columns count.
    pub screen: bool,
}

impl Request {
    /// Writes the request for a crash; `report` must hold every candidate, not only those worth
    /// showing. With the secret of the site, private strings are replaced by its pseudonyms.
    pub fn new(
        report: &CrashReport,
        screen: &[ScreenLine],
        secret: Option<&SiteSecret>,
        catalog: &Catalog,
    ) -> Self {
        let (found, others): (Vec<_>, Vec<_>) =
            report.matches.iter().partition(|found| found.certainty > Certainty::Unlikely);
        let near = others
            .into_iter()
            .filter(|found| found.confidence >= NOTHING_IN_COMMON && !found.evidence.is_empty());
        let ruled_out: Vec<&MatchReport> = near.take(RULED_OUT).collect();
        let mut parts = vec![
            RequestPart::new("request-summary", summary(&report.crash, catalog), catalog),
            RequestPart {
                screen: true,
                ..RequestPart::new("request-screen", screen_lines(screen), catalog)
            },
            RequestPart::new("request-found", found_lines(report, &found, catalog), catalog),
            RequestPart::new("request-ruled-out", ruled_out_lines(&ruled_out, catalog), catalog),
            RequestPart::new("request-odd", odd_lines(&report.crash, catalog), catalog),
            RequestPart::new("request-attach", attachments(&report.crash, catalog), catalog),
            RequestPart::new("request-questions", questions(catalog), catalog),
        ];
        if let Some(secret) = secret {
            let lines = redact(&mut parts, report, secret, catalog);
            parts.push(RequestPart::new("request-redacted", lines, catalog));
        }
        Self {
            schema: report.schema,
            tool: report.tool.clone(),
            redacted: secret.is_some(),
            title: catalog.text("request-title", &[]),
            parts,
        }
    }
}

impl RequestPart {
    fn new(heading: &str, lines: Vec<String>, catalog: &Catalog) -> Self {
        Self { heading: catalog.text(heading, &[]), lines, screen: false }
    }
}

fn summary(crash: &CrashView, catalog: &Catalog) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(release) = &crash.release {
        let build = release.build.map(|build| build.to_string());
        let parts =
            [Some(release.product.clone()), release.version.clone(), build, release.name.clone()];
        let release: Vec<String> = parts.into_iter().flatten().collect();
        lines.push(catalog.text("request-summary-release", &[("release", &release.join(" "))]));
    }
    if let Some(panic) = &crash.panic {
        lines.push(catalog.text("request-summary-message", &[("message", &panic.message)]));
    }
    if let Some(uptime) = crash.uptime_ms {
        lines.push(catalog.text("request-summary-uptime", &[("uptime", &duration(uptime))]));
    }
    if let Some(dump) = &crash.core_dump {
        lines.push(catalog.text("request-summary-dump", &[("dump", &dump.text)]));
    }
    lines.extend(crash.top_frame().map(words::frame));
    lines
}

/// The lines of the screen without those that a log printed between them.
fn screen_lines(screen: &[ScreenLine]) -> Vec<String> {
    let own = screen.iter().filter(|line| line.part != ScreenPart::Log);
    own.map(|line| line.text.clone()).collect()
}

fn found_lines(report: &CrashReport, found: &[&MatchReport], catalog: &Catalog) -> Vec<String> {
    let one_of = report.one_of.as_ref().map(|one_of| {
        catalog.text("request-found-one-of", &[("issues", &one_of.issues.join(", "))])
    });
    let lines = issue_lines(found, found_line, "request-found-none", catalog);
    one_of.into_iter().chain(lines).collect()
}

fn ruled_out_lines(others: &[&MatchReport], catalog: &Catalog) -> Vec<String> {
    issue_lines(others, ruled_out_line, "request-ruled-out-none", catalog)
}

/// One line an issue, or the text for none.
fn issue_lines(
    found: &[&MatchReport],
    line: fn(&MatchReport, &Catalog) -> String,
    none: &str,
    catalog: &Catalog,
) -> Vec<String> {
    if found.is_empty() {
        return vec![catalog.text(none, &[])];
    }
    found.iter().map(|found| line(found, catalog)).collect()
}

fn found_line(found: &MatchReport, catalog: &Catalog) -> String {
    let certainty = words::certainty(catalog, found.certainty, None);
    let unproven = found.not_proven(catalog);
    let key = if unproven.is_some() { "request-found-possible" } else { "request-found-match" };
    let values = [
        ("issue", found.issue.as_str()),
        ("certainty", &certainty),
        ("title", &found.title),
        ("evidence", &found.reasons()),
        ("unproven", &unproven.unwrap_or_default()),
        ("reason", &found.applicability_reason),
    ];
    catalog.text(key, &values)
}

fn ruled_out_line(found: &MatchReport, catalog: &Catalog) -> String {
    let evidence = found.reasons();
    let values =
        [("issue", found.issue.as_str()), ("title", &found.title), ("evidence", &evidence)];
    catalog.text("request-ruled-out-issue", &values)
}

fn odd_lines(crash: &CrashView, catalog: &Catalog) -> Vec<String> {
    let mut lines: Vec<String> =
        crash.defects.iter().map(|defect| defect_text(catalog, defect.code)).collect();
    lines.sort();
    lines.dedup();
    if lines.is_empty() { vec![catalog.text("request-odd-clean", &[])] } else { lines }
}

fn attachments(crash: &CrashView, catalog: &Catalog) -> Vec<String> {
    let mut keys = vec!["request-attach-picture", "request-attach-bundle", "request-attach-dump"];
    let kind = crash.panic.as_ref().map(|panic| panic.kind);
    if kind.is_some_and(is_hardware) || !crash.machine_checks.is_empty() {
        keys.push("request-attach-hardware");
    }
    keys.into_iter().map(|key| catalog.text(key, &[])).collect()
}

fn questions(catalog: &Catalog) -> Vec<String> {
    ["request-question-when", "request-question-change", "request-question-impact"]
        .map(|key| catalog.text(key, &[]))
        .to_vec()
}

/// What the summary repeats of the screen, as it was read: a photograph may have other letters.
fn evidence_texts(crash: &CrashView) -> impl Iterator<Item = &str> {
    let message = crash.panic.iter().map(|panic| panic.message.as_str());
    let dump = crash.core_dump.iter().map(|dump| dump.text.as_str());
    let frame = crash.top_frame().into_iter();
    let names = frame.flat_map(|frame| [frame.function.as_deref(), frame.module.as_deref()]);
    message.chain(dump).chain(names.flatten())
}

/// Replaces the private strings of all parts, and says what was looked for and found.
fn redact(
    parts: &mut [RequestPart],
    report: &CrashReport,
    secret: &SiteSecret,
    catalog: &Catalog,
) -> Vec<String> {
    let mut redactor = Redactor::new(secret);
    let listed = report.crash.pcpus.iter().map(|entry| &entry.world);
    for world in listed.chain(report.crash.world.as_ref()) {
        redactor.learn(&world.label());
    }
    for text in evidence_texts(&report.crash) {
        redactor.learn_screen(text);
    }
    for part in parts.iter() {
        let text = part.lines.join("\n");
        if part.screen { redactor.learn_screen(&text) } else { redactor.learn(&text) }
    }
    for part in parts.iter_mut() {
        for line in &mut part.lines {
            *line = if part.screen { redactor.redact_screen(line) } else { redactor.redact(line) };
        }
    }
    redaction_lines(&redactor, secret, catalog)
}

/// What was replaced, what was looked for and not found, and what a reader still has to look at.
fn redaction_lines(redactor: &Redactor<'_>, secret: &SiteSecret, catalog: &Catalog) -> Vec<String> {
    let found: Vec<(Class, usize)> = redactor.replaced().collect();
    let counts = found.iter();
    let counts: Vec<String> =
        counts.map(|&(class, count)| format!("{} {count}", class_word(class, catalog))).collect();
    let others: Vec<String> = Class::iter()
        .filter(|class| !found.iter().any(|(known, _)| known == class))
        .map(|class| class_word(class, catalog))
        .collect();
    let mut lines = Vec::new();
    if !counts.is_empty() {
        lines.push(catalog.text("request-redacted-found", &[("counts", &counts.join(", "))]));
    }
    if !others.is_empty() {
        lines.push(catalog.text("request-redacted-others", &[("classes", &others.join(", "))]));
    }
    lines.push(catalog.text("request-redacted-look", &[]));
    let kept = if secret.is_kept() { "request-redacted-site" } else { "request-redacted-run" };
    lines.push(catalog.text(kept, &[]));
    lines
}

fn class_word(class: Class, catalog: &Catalog) -> String {
    catalog.text(&format!("redacted-{}", class.as_str()), &[])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crash::{Backtrace, Frame, Role};

    fn story(function: &str) -> Vec<Frame> {
        let function = Some(function.to_owned());
        vec![Frame { function, role: Role::Story, ..Frame::default() }]
    }

    #[test]
    fn the_summary_names_the_top_frame_of_the_backtrace_that_decides() {
        let mut crash = CrashView { backtrace: story("Reporter"), ..CrashView::default() };
        assert_eq!(summary(&crash, Catalog::english()), ["Reporter"]);
        let (origin, frames) = ("pcpu 1".to_owned(), story("Culprit"));
        crash.other_backtraces = vec![Backtrace { origin, pcpu: Some(1), decides: true, frames }];
        assert_eq!(summary(&crash, Catalog::english()), ["Culprit"]);
    }
}
