//! The page of the answer about one crash.

use super::super::Printed;
use super::super::block::{Block, Tone, article};
use super::super::views::{CrashReport, FixReport, MatchReport, OneOfReport};
use super::super::words;
use super::comparison::{comparison_blocks, match_heading, not_proven};
use super::screen::{limit_blocks, screen_fields, title};
use crate::diagnose::Causes;
use crate::kb::FixBuild;
use crate::matching::{Applies, Certainty, Verdict};
use crate::message::Catalog;

/// Issues that are shown without `--why`.
const SHOWN: usize = 3;

impl Printed for CrashReport {
    /// The whole report as blocks; every candidate with its evidence and alignment with `why`.
    fn page(&self, catalog: &Catalog, why: bool) -> Vec<Block> {
        let mut blocks = vec![title(catalog, &self.source)];
        blocks.extend(screen_fields(catalog, &self.crash));
        blocks.extend(verdict_blocks(catalog, self, why));
        for guidance in &self.guidance {
            let heading = match guidance.panic_kind {
                Some(kind) => catalog.text("heading-guidance-kind", &[("kind", kind.as_str())]),
                None => catalog.text("heading-guidance", &[]),
            };
            blocks.push(Block::Heading(heading, Tone::Plain));
            blocks.push(Block::Paragraph(guidance.text.clone()));
            blocks.extend(guidance.articles.iter().map(article));
        }
        if !self.next_steps.is_empty() {
            blocks.push(Block::Heading(catalog.text("heading-next", &[]), Tone::Plain));
            let steps = self.next_steps.iter().enumerate();
            blocks.extend(steps.map(|(index, step)| Block::Step(index + 1, step.clone())));
        }
        blocks.extend(limit_blocks(&self.limits));
        blocks
    }
}

fn verdict_blocks(catalog: &Catalog, report: &CrashReport, why: bool) -> Vec<Block> {
    let mut blocks = Vec::new();
    if report.verdict == Verdict::None {
        blocks.push(Block::Heading(catalog.text("verdict-none", &[]), Tone::Plain));
    }
    if let Some(one_of) = &report.one_of {
        blocks.extend(one_of_blocks(catalog, one_of, why));
    }
    let shown = if why { report.matches.len() } else { SHOWN };
    for found in report.matches.iter().take(shown) {
        blocks.extend(match_blocks(catalog, report, found, why));
    }
    let hidden = report.matches.len().saturating_sub(shown);
    if hidden > 0 {
        let count = hidden.to_string();
        blocks.push(Block::Paragraph(catalog.text("more-matches", &[("count", &count)])));
    }
    blocks.extend(report.causes.as_ref().map(|causes| causes_block(catalog, causes, shown)));
    blocks
}

/// The known issues with the same panic kind, and the shares of those that are shown.
fn causes_block(catalog: &Catalog, causes: &Causes, shown: usize) -> Block {
    let shares = causes.shares.iter().take(shown);
    let shares = shares.map(|one| format!("{} {} %", one.issue, words::percent(one.share)));
    let shares = shares.collect::<Vec<_>>().join(", ");
    let key = if shares.is_empty() { "causes-none" } else { "causes-shares" };
    let known = causes.known.to_string();
    let kind = causes.panic_kind.as_str();
    let values = [("known", known.as_str()), ("kind", kind), ("shares", &shares)];
    Block::Paragraph(catalog.text(key, &values))
}

/// Issues that are answered together, and the evidence to look for.
fn one_of_blocks(catalog: &Catalog, one_of: &OneOfReport, why: bool) -> Vec<Block> {
    let (percent, issues) = (words::percent(one_of.confidence), one_of.issues.join(", "));
    let values = [("percent", percent.as_str()), ("issues", &issues)];
    let heading = if why { "heading-one-of-percent" } else { "heading-one-of" };
    let mut blocks = vec![Block::Heading(catalog.text(heading, &values), Tone::Possible)];
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
    why: bool,
) -> Vec<Block> {
    let mut blocks = vec![match_heading(catalog, found, why)];
    if found.certainty == Certainty::Unlikely {
        // Shown for its reasons only: its fix would be taken for advice.
        blocks.extend(not_proven(catalog, found));
        blocks.extend(comparison_blocks(catalog, &report.crash, found));
        return blocks;
    }
    blocks.push(Block::Field("label-why", found.reasons()));
    blocks.extend(not_proven(catalog, found));
    let applies = catalog.text(applies_key(found.applicability), &[]);
    blocks.push(Block::Field("label-build", format!("{applies}: {}", found.applicability_reason)));
    blocks.extend(
        found.applicability_notes.iter().map(|note| Block::Field("label-note", note.clone())),
    );
    let FixReport { own_line, first, .. } = &found.fix;
    let fixed_in = words::fixed_releases(catalog, own_line.as_ref(), first.as_ref());
    blocks.push(Block::Field("label-fixed-in", fixed_in));
    blocks.push(Block::Field("label-cause", found.cause.clone()));
    blocks.push(Block::Field("label-fix", fix(catalog, found)));
    if !found.fix.workaround.is_empty() {
        blocks.push(Block::Field("label-workaround", found.fix.workaround.clone()));
    }
    blocks.extend(found.articles.iter().map(article));
    if why {
        blocks.extend(comparison_blocks(catalog, &report.crash, found));
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
    if parts.is_empty() {
        return found.fix.text.clone();
    }
    let first = catalog.text("fix-first", &[("fixes", &parts.join(", "))]);
    format!("{} {first}", found.fix.text)
}

fn fix_build(fix: &FixBuild) -> String {
    match fix.build {
        Some(build) => format!("{} ({build})", fix.name),
        None => fix.name.clone(),
    }
}
