//! The report as headings, fields and paragraphs: written once, rendered as
//! text and as Markdown.

use super::release_names::{fixed_in, mark};
use super::types::{
    CrashReport, CrashView, LimitReport, MatchReport, OneOfReport, ReleaseReport, SourceReport,
    percent,
};
use super::{machine_checks, why};
use crate::crash::{CoreDumpOutcome, Frame, Role, World};
use crate::explain::duration;
use crate::kb::{Article, FixBuild};
use crate::matching::{Applies, Calibration, Verdict};
use crate::message::Catalog;

/// One part of a page. Texts are raw: renderers escape them.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// The crash itself.
    Title(String),
    /// A part of the answer.
    Heading(String, Tone),
    /// A name and its value.
    Field(&'static str, String),
    /// One of several statements.
    Item(String),
    /// One line whose columns count.
    Preformatted(String),
    /// Running text.
    Paragraph(String),
    /// One of several steps.
    Step(usize, String),
}

/// What a heading says about the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Proven.
    Match,
    /// Worth showing.
    Possible,
    /// Neither.
    Plain,
}

/// How much is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Detail {
    /// Show every candidate with its evidence and alignment.
    pub why: bool,
}

/// Issues that are shown without `--why`.
const SHOWN: usize = 3;

/// The whole report as blocks.
pub(super) fn page(catalog: &Catalog, report: &CrashReport, detail: Detail) -> Vec<Block> {
    let mut blocks = vec![title(catalog, &report.source)];
    blocks.extend(screen_fields(catalog, &report.crash));
    blocks.extend(verdict_blocks(catalog, report, detail));
    for guidance in &report.guidance {
        let heading = match guidance.panic_kind {
            Some(kind) => catalog.text("heading-guidance-kind", &[("kind", kind.as_str())]),
            None => catalog.text("heading-guidance", &[]),
        };
        blocks.push(Block::Heading(heading, Tone::Plain));
        blocks.push(Block::Paragraph(guidance.text.clone()));
        blocks.extend(guidance.articles.iter().map(article));
    }
    if !report.next_steps.is_empty() {
        blocks.push(Block::Heading(catalog.text("heading-next", &[]), Tone::Plain));
        let steps = report.next_steps.iter().enumerate();
        blocks.extend(steps.map(|(index, step)| Block::Step(index + 1, step.clone())));
    }
    blocks.extend(limit_blocks(&report.limits));
    blocks
}

/// The bounds that cut something.
pub(super) fn limit_blocks(limits: &[LimitReport]) -> impl Iterator<Item = Block> {
    limits
        .iter()
        .map(|limit| Block::Field("label-limit", format!("{}: {}", limit.code, limit.text)))
}

/// Where the crash was found.
pub(super) fn title(catalog: &Catalog, source: &SourceReport) -> Block {
    let line = source.line.to_string();
    let mut path =
        if source.path == "-" { catalog.text("standard-input", &[]) } else { source.path.clone() };
    if let Some(member) = &source.member {
        path = format!("{path}: {member}");
    }
    Block::Title(catalog.text("title-crash", &[("path", &path), ("line", &line)]))
}

/// The fields of the screen, in the order in which it prints them.
pub(super) fn screen_fields(catalog: &Catalog, crash: &CrashView) -> Vec<Block> {
    let mut fields = Vec::new();
    let mut add = |label, value: Option<String>| {
        if let Some(value) = value {
            fields.push(Block::Field(label, value));
        }
    };
    add("label-release", crash.release.as_ref().map(|found| release(catalog, found)));
    add("label-panic", crash.panic.as_ref().map(|panic| panic.message.clone()));
    add("label-kind", crash.panic.as_ref().map(|panic| panic.kind.as_str().to_owned()));
    add("label-reporter", reporter(catalog, crash));
    add("label-culprit", culprit(catalog, crash));
    add("label-top-frame", top_frame(crash).map(frame));
    add("label-decides", decides(catalog, crash));
    add("label-uptime", crash.uptime_ms.map(duration));
    add("label-core-dump", crash.core_dump.as_ref().map(|dump| outcome(catalog, dump.outcome)));
    add("label-modules", modules(crash));
    add("label-model", host_model(catalog, crash));
    for line in machine_checks::lines(&crash.machine_checks, catalog) {
        add("label-machine-check", Some(line));
    }
    add("label-defects", defects(crash));
    fields
}

fn release(catalog: &Catalog, release: &ReleaseReport) -> String {
    let mut parts = vec![release.product.clone()];
    parts.extend(release.version.clone());
    if let Some(build) = release.build {
        parts.push(catalog.text("build-number", &[("build", &build.to_string())]));
    }
    let named = [release.name.clone(), release.date.clone(), mark(catalog, release.branch)];
    let named: Vec<String> = named.into_iter().flatten().collect();
    if !named.is_empty() {
        parts.push(format!("({})", named.join(", ")));
    }
    parts.join(" ")
}

fn reporter(catalog: &Catalog, crash: &CrashView) -> Option<String> {
    let pcpu = crash.pcpu.map(|pcpu| format!("PCPU {pcpu}"));
    let world = crash.world.as_ref().map(|found| world(catalog, found));
    join([pcpu, world])
}

/// The PCPU that the message names, and the world that ran there.
fn culprit(catalog: &Catalog, crash: &CrashView) -> Option<String> {
    let panic = crash.panic.as_ref()?;
    let name = |pcpu: &u32| {
        let entry = crash.pcpus.iter().find(|entry| entry.pcpu == *pcpu);
        let world = entry.map(|entry| world(catalog, &entry.world));
        join([Some(format!("PCPU {pcpu}")), world])
    };
    let names: Vec<String> = panic.pcpus.iter().filter_map(name).collect();
    (!names.is_empty()).then(|| names.join("; "))
}

/// `world 1037:helper1-4`.
pub(super) fn world(catalog: &Catalog, world: &World) -> String {
    catalog.text("world", &[("world", &world.label())])
}

fn join(parts: [Option<String>; 2]) -> Option<String> {
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn deciding_frames(crash: &CrashView) -> &[Frame] {
    let other = crash.other_backtraces.iter().find(|other| other.decides);
    other.map_or(&crash.backtrace, |other| &other.frames)
}

/// The first frame of the story, in the backtrace that decides.
pub(super) fn top_frame(crash: &CrashView) -> Option<&Frame> {
    let story = |frame: &&Frame| frame.role == Role::Story && frame.function.is_some();
    deciding_frames(crash).iter().find(story)
}

/// `function@module+0xoffset`.
pub(super) fn frame(frame: &Frame) -> String {
    let function = frame.function.as_deref().unwrap_or("?");
    let module = frame.module.as_ref().map(|module| format!("@{module}")).unwrap_or_default();
    let offset = frame.offset.map(|offset| format!("+{offset}")).unwrap_or_default();
    format!("{function}{module}{offset}")
}

fn decides(catalog: &Catalog, crash: &CrashView) -> Option<String> {
    let other = crash.other_backtraces.iter().find(|other| other.decides)?;
    Some(catalog.text("decides", &[("origin", &other.origin)]))
}

fn outcome(catalog: &Catalog, outcome: CoreDumpOutcome) -> String {
    let key = match outcome {
        CoreDumpOutcome::Started => "dump-started",
        CoreDumpOutcome::Written => "dump-written",
        CoreDumpOutcome::Failed => "dump-failed",
    };
    catalog.text(key, &[])
}

fn modules(crash: &CrashView) -> Option<String> {
    let name = |driver: &crate::crash::Driver| match &driver.version {
        Some(version) => format!("{} {version}", driver.name),
        None => driver.name.clone(),
    };
    let names: Vec<String> = crash.host.drivers.iter().map(name).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// Server and BIOS, out of a support bundle.
fn host_model(catalog: &Catalog, crash: &CrashView) -> Option<String> {
    let firmware = crash.host.firmware.as_ref();
    join([
        crash.host.model.clone(),
        firmware.map(|version| catalog.text("firmware", &[("version", version)])),
    ])
}

fn defects(crash: &CrashView) -> Option<String> {
    let mut codes: Vec<String> =
        crash.defects.iter().map(|defect| defect.code.published()).collect();
    codes.sort();
    codes.dedup();
    (!codes.is_empty()).then(|| codes.join(", "))
}

fn verdict_blocks(catalog: &Catalog, report: &CrashReport, detail: Detail) -> Vec<Block> {
    let mut blocks = Vec::new();
    if report.verdict == Verdict::None {
        blocks.push(Block::Heading(catalog.text("verdict-none", &[]), Tone::Plain));
    }
    if let Some(one_of) = &report.one_of {
        blocks.extend(one_of_blocks(catalog, one_of));
    }
    let shown = if detail.why { report.matches.len() } else { SHOWN };
    for (place, found) in report.matches.iter().take(shown).enumerate() {
        let proven = report.verdict == Verdict::Match && place == 0;
        blocks.extend(match_blocks(catalog, report, found, proven, detail));
    }
    let hidden = report.matches.len().saturating_sub(shown);
    if hidden > 0 {
        let count = hidden.to_string();
        blocks.push(Block::Paragraph(catalog.text("more-matches", &[("count", &count)])));
    }
    blocks
}

/// Issues that are answered together, and what to look for.
fn one_of_blocks(catalog: &Catalog, one_of: &OneOfReport) -> Vec<Block> {
    let (percent, issues) = (percent(one_of.confidence), one_of.issues.join(", "));
    let values = [("percent", percent.as_str()), ("issues", &issues)];
    let mut blocks = vec![Block::Heading(catalog.text("heading-one-of", &values), Tone::Possible)];
    let key = if one_of.apart.is_empty() { "one-of-alike" } else { "one-of-apart" };
    blocks.push(Block::Paragraph(catalog.text(key, &[])));
    blocks.extend(one_of.apart.iter().map(|telling| {
        let key = format!("condition-{}", telling.kind.as_str());
        let text = catalog.text(&key, &[("text", &telling.text)]);
        Block::Item(format!("{}: {text}", telling.issue))
    }));
    blocks
}

fn match_blocks(
    catalog: &Catalog,
    report: &CrashReport,
    found: &MatchReport,
    proven: bool,
    detail: Detail,
) -> Vec<Block> {
    let percent = found.percent();
    let likely = found.confidence >= Calibration::SHIPPED.possible_threshold;
    let (key, tone) = match (proven, likely) {
        (true, _) => ("heading-match", Tone::Match),
        (false, true) => ("heading-possible", Tone::Possible),
        (false, false) => ("why-none", Tone::Plain),
    };
    let values = [("percent", percent.as_str()), ("issue", &found.issue), ("title", &found.title)];
    let mut blocks = vec![Block::Heading(catalog.text(key, &values), tone)];
    if !likely {
        // Shown for its reasons only: its fix would be taken for advice.
        blocks.extend(why::blocks_of(catalog, &report.crash, found));
        return blocks;
    }
    blocks.push(Block::Field("label-why", found.reasons()));
    let applies = catalog.text(applies_key(found.applicability), &[]);
    blocks.push(Block::Field("label-build", format!("{applies}: {}", found.applicability_reason)));
    blocks.extend(
        found.applicability_notes.iter().map(|note| Block::Field("label-note", note.clone())),
    );
    blocks.push(Block::Field("label-fixed-in", fixed_in(catalog, &found.fix)));
    blocks.push(Block::Field("label-cause", found.cause.clone()));
    blocks.push(Block::Field("label-fix", fix(catalog, found)));
    if !found.fix.workaround.is_empty() {
        blocks.push(Block::Field("label-workaround", found.fix.workaround.clone()));
    }
    blocks.extend(found.articles.iter().map(article));
    if detail.why {
        blocks.extend(why::blocks_of(catalog, &report.crash, found));
    }
    blocks
}

fn applies_key(applies: Applies) -> &'static str {
    match applies {
        Applies::Affected => "applies-word-affected",
        Applies::Fixed => "applies-word-fixed",
        Applies::NotAffected => "applies-word-not-affected",
        Applies::Unknown => "applies-word-unknown",
    }
}

fn fix(catalog: &Catalog, found: &MatchReport) -> String {
    let mut parts: Vec<String> = found.fix.builds.iter().map(fix_build).collect();
    parts.extend(found.fix.components.iter().map(|component| {
        catalog.text("fix-component", &[("name", &component.name), ("version", &component.version)])
    }));
    match parts.is_empty() {
        true => found.fix.text.clone(),
        false => {
            format!(
                "{} {}",
                found.fix.text,
                catalog.text("fix-first", &[("fixes", &parts.join(", "))])
            )
        }
    }
}

fn fix_build(fix: &FixBuild) -> String {
    match fix.build {
        Some(build) => format!("{} ({build})", fix.name),
        None => fix.name.clone(),
    }
}

/// An article with its numbers and address.
pub fn article(article: &Article) -> Block {
    let number = match &article.legacy_id {
        // Some pages kept the number that VMware gave them.
        Some(legacy) if *legacy != article.id => format!("{} / {legacy}", article.id),
        _ => article.id.clone(),
    };
    Block::Field("label-article", format!("{number} {}", article.url))
}
