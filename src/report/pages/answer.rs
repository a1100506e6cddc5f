//! The page of the answer about one crash.

use super::super::block::{Block, Tone, article};
use super::super::views::{
    CrashReport, FixReport, GuidanceReport, LeadReport, MatchReport, OneOfReport,
};
use super::super::{Detail, Printed, words};
use super::comparison::{comparison_blocks, match_heading, not_proven};
use super::one_screen::{AnswerPart, Room, on_one_screen};
use super::screen::{few_fields, limit_blocks, screen_fields, title};
use crate::diagnose::Causes;
use crate::kb::FixBuild;
use crate::matching::{Certainty, Verdict};
use crate::message::Catalog;

/// Issues that are shown without `--why`.
const SHOWN: usize = 3;
/// Steps that stand on the first screen in any case.
const FIRST_STEPS: usize = 2;

impl Printed for CrashReport {
    /// The verdict and the first thing to do, what stands against it, the crash itself, and the
    /// further steps: the reader of a terminal sees the answer without scrolling.
    fn page(&self, catalog: &Catalog, detail: Detail) -> Vec<Block> {
        on_one_screen(catalog, detail, &|room| page_in(catalog, self, room))
    }
}

fn page_in(catalog: &Catalog, report: &CrashReport, room: Room) -> Vec<Block> {
    let mut blocks = verdict_blocks(catalog, report, room);
    blocks.push(title(catalog, &report.source));
    if room.is_short() {
        blocks.extend(few_fields(catalog, &report.crash, room));
    } else {
        blocks.extend(screen_fields(catalog, &report.crash));
    }
    blocks.extend(limit_blocks(&report.limits));
    if !room.is_short() || (report.verdict != Verdict::Match && room.has(AnswerPart::Leads)) {
        blocks.extend(lead_blocks(catalog, &report.leads));
    }
    blocks.extend(step_blocks(catalog, report, room));
    blocks.extend(guidance_blocks(catalog, report, room));
    blocks
}

/// The articles that a search for the names of the crash would find, below the known issues.
fn lead_blocks(catalog: &Catalog, leads: &[LeadReport]) -> Vec<Block> {
    if leads.is_empty() {
        return Vec::new();
    }
    let heading = Block::Heading(catalog.text("heading-leads", &[]), Tone::Plain);
    let links =
        leads.iter().map(|lead| Block::Link(None, lead.words(catalog), lead.source.clone()));
    std::iter::once(heading).chain(links).collect()
}

/// The steps but for the one that stands at the verdict already.
fn step_blocks(catalog: &Catalog, report: &CrashReport, room: Room) -> Vec<Block> {
    let done = usize::from(first_action(report).is_some());
    let steps = report.next_steps.get(done..).unwrap_or_default();
    let shown =
        if room.has(AnswerPart::LastSteps) { steps.len() } else { FIRST_STEPS.min(steps.len()) };
    let steps = &steps[..shown];
    if steps.is_empty() {
        return Vec::new();
    }
    let key = if done == 0 { "heading-next" } else { "heading-then" };
    let heading = Block::Heading(catalog.text(key, &[]), Tone::Plain);
    let steps = steps.iter().enumerate();
    let steps = steps.map(|(index, step)| Block::Step(index + 1, step.clone()));
    std::iter::once(heading).chain(steps).collect()
}

/// The step that stands at the verdict: what to do about an issue that is proven, or the question
/// which of several it is.
fn first_action(report: &CrashReport) -> Option<&String> {
    let stands_there = report.verdict == Verdict::Match || report.one_of.is_some();
    report.next_steps.first().filter(|_| stands_there)
}

/// General advice: a known issue has its own, so it is shown below a match only when all is.
fn guidance_blocks(catalog: &Catalog, report: &CrashReport, room: Room) -> Vec<Block> {
    if room.is_short() {
        let is_match = report.verdict == Verdict::Match;
        let kind = report.guidance.iter().find_map(|guidance| guidance.panic_kind);
        let kind = kind.filter(|_| !is_match && room.has(AnswerPart::Advice));
        let hint = kind.map(|kind| catalog.text("more-guidance", &[("kind", kind.as_str())]));
        return hint.map(Block::Paragraph).into_iter().collect();
    }
    report.guidance.iter().flat_map(|guidance| advice_blocks(catalog, guidance)).collect()
}

fn advice_blocks(catalog: &Catalog, guidance: &GuidanceReport) -> Vec<Block> {
    let heading = match guidance.panic_kind {
        Some(kind) => catalog.text("heading-guidance-kind", &[("kind", kind.as_str())]),
        None => catalog.text("heading-guidance", &[]),
    };
    let mut blocks =
        vec![Block::Heading(heading, Tone::Plain), Block::Paragraph(guidance.text.clone())];
    blocks.extend(guidance.articles.iter().map(article));
    blocks
}

fn verdict_blocks(catalog: &Catalog, report: &CrashReport, room: Room) -> Vec<Block> {
    let detail = room.detail;
    let mut blocks = Vec::new();
    if report.verdict == Verdict::None {
        blocks.push(Block::Heading(catalog.text("verdict-none", &[]), Tone::Plain));
    }
    if let Some(one_of) = &report.one_of {
        blocks.extend(one_of_blocks(catalog, report, one_of, room));
    }
    // The heads of issues that are answered together stand there already.
    let told = report.one_of.as_ref().filter(|_| detail == Detail::Short);
    let told = told.map_or(&[][..], |one_of| &one_of.issues);
    let shown = if detail == Detail::Why { report.matches.len() } else { SHOWN.max(told.len()) };
    let matches = report.matches.iter().take(shown).enumerate();
    for (place, found) in matches.filter(|(_, found)| !told.contains(&found.issue)) {
        if place == 0 || !room.is_short() {
            blocks.extend(match_blocks(catalog, report, found, room));
        } else if room.has(AnswerPart::OtherIssues) {
            blocks.push(Block::Item(one_line(catalog, found)));
        }
    }
    let hidden = report.matches.len().saturating_sub(shown);
    if hidden > 0 && room.has(AnswerPart::OtherIssues) {
        let count = hidden.to_string();
        blocks.push(Block::Paragraph(catalog.text("more-matches", &[("count", &count)])));
    }
    let causes = report.causes.as_ref().filter(|_| room.has(AnswerPart::Shares));
    blocks.extend(causes.map(|causes| causes_block(catalog, causes, shown)));
    if !report.drafts.is_empty() {
        let issues = report.drafts.join(", ");
        blocks.push(Block::Paragraph(catalog.text("draft-fits", &[("issues", &issues)])));
    }
    blocks
}

/// A further issue, where there is room for its name only.
fn one_line(catalog: &Catalog, found: &MatchReport) -> String {
    let certainty = words::certainty(catalog, found.certainty, None);
    let values =
        [("issue", found.issue.as_str()), ("certainty", &certainty), ("title", &found.title)];
    catalog.text("also-possible", &values)
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
fn one_of_blocks(
    catalog: &Catalog,
    report: &CrashReport,
    one_of: &OneOfReport,
    room: Room,
) -> Vec<Block> {
    let (percent, issues) = (words::percent(one_of.confidence), one_of.issues.join(", "));
    let values = [("percent", percent.as_str()), ("issues", &issues)];
    let heading =
        if room.detail == Detail::Why { "heading-one-of-percent" } else { "heading-one-of" };
    let mut blocks = vec![Block::Heading(catalog.text(heading, &values), Tone::Possible)];
    let key = if one_of.apart.is_empty() { "one-of-alike" } else { "one-of-apart" };
    blocks.push(Block::Paragraph(catalog.text(key, &[])));
    for issue in &one_of.issues {
        let found = report.matches.iter().find(|found| found.issue == *issue);
        blocks.extend(found.map(|found| Block::Item(one_of_them(catalog, found))));
        blocks.extend(telling_block(catalog, issue, one_of));
        let article_of = found.and_then(|found| found.articles.first());
        let is_shown = room.is_short() && room.has(AnswerPart::Articles);
        blocks.extend(article_of.filter(|_| is_shown).map(article));
    }
    blocks
}

/// One of several issues, and whether the build has it.
fn one_of_them(catalog: &Catalog, found: &MatchReport) -> String {
    let applies = catalog.text(words::applies_key(found.applicability), &[]);
    let values = [("issue", found.issue.as_str()), ("applies", &applies), ("title", &found.title)];
    catalog.text("one-of-them", &values)
}

/// What would show that it is this one.
fn telling_block(catalog: &Catalog, issue: &str, one_of: &OneOfReport) -> Option<Block> {
    let telling = one_of.apart.iter().filter(|telling| telling.issue == issue);
    let telling: Vec<String> = telling
        .map(|telling| {
            let key = format!("condition-{}", telling.kind.as_str());
            catalog.text(&key, &[("text", &telling.text)])
        })
        .collect();
    (!telling.is_empty()).then(|| Block::Field("label-look-for", telling.join("; ")))
}

fn match_blocks(
    catalog: &Catalog,
    report: &CrashReport,
    found: &MatchReport,
    room: Room,
) -> Vec<Block> {
    let mut blocks = vec![match_heading(catalog, found, room.detail)];
    if found.certainty == Certainty::Unlikely {
        // Shown for its reasons only: its fix would be taken for advice.
        blocks.extend(not_proven(catalog, found));
        blocks.extend(comparison_blocks(catalog, &report.crash, found));
        return blocks;
    }
    let applies = catalog.text(words::applies_key(found.applicability), &[]);
    blocks.push(Block::Field("label-build", format!("{applies}: {}", found.applicability_reason)));
    blocks.extend(
        found.applicability_notes.iter().map(|note| Block::Field("label-note", note.clone())),
    );
    if found.certainty == Certainty::Proven {
        let action = first_action(report).cloned();
        blocks.extend(action.map(|action| Block::Field("label-action", action)));
    }
    blocks.extend(not_proven(catalog, found));
    if !found.notes.is_empty() {
        let notes = found.notes.as_str();
        let notes = if room.has(AnswerPart::WholeCaveat) { notes } else { first_sentence(notes) };
        blocks.push(Block::Field("label-caveat", notes.to_owned()));
    }
    if room.has(AnswerPart::Reasons) {
        blocks.push(Block::Field("label-why", found.reasons()));
    }
    // On the first screen the name of an issue that may be another one is enough, and the caveat
    // counts more than the cause.
    let in_short = room.is_short();
    let has_room = found.notes.is_empty() && room.has(AnswerPart::Cause);
    if !in_short || (found.certainty == Certainty::Proven && has_room) {
        blocks.push(Block::Field("label-cause", found.cause.clone()));
    }
    if !in_short {
        blocks.extend(fix_blocks(catalog, found));
        let review = format!("review-{}", found.status.as_str());
        blocks.push(Block::Field("label-review", catalog.text(&review, &[])));
    }
    let articles = if in_short { 1 } else { found.articles.len() };
    blocks.extend(found.articles.iter().take(articles).map(article));
    if room.detail == Detail::Why {
        blocks.extend(comparison_blocks(catalog, &report.crash, found));
    }
    blocks
}

/// The first sentence of a text, in English or Japanese.
fn first_sentence(text: &str) -> &str {
    let ends = text.match_indices(['.', '。', '\n']).map(|(at, end)| (at + end.len(), end));
    // `8.0.3` and `vmkernel.log` end no sentence.
    let mut ends = ends.filter(|(at, end)| {
        *end != "." || text[*at..].chars().next().is_none_or(char::is_whitespace)
    });
    ends.next().map_or(text, |(at, _)| text[..at].trim_end())
}

fn fix_blocks(catalog: &Catalog, found: &MatchReport) -> Vec<Block> {
    let FixReport { own_line, first, .. } = &found.fix;
    let fixed_in = words::fixed_releases(catalog, own_line.as_ref(), first.as_ref());
    let mut blocks = vec![
        Block::Field("label-fixed-in", fixed_in),
        Block::Field("label-fix", fix(catalog, found)),
    ];
    if !found.fix.workaround.is_empty() {
        blocks.push(Block::Field("label-workaround", found.fix.workaround.clone()));
    }
    blocks
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_where_a_reader_ends_them() {
        assert_eq!(
            first_sentence("See vmkernel.log of 8.0.3. Then more."),
            "See vmkernel.log of 8.0.3."
        );
        assert_eq!(
            first_sentence("記事は 8.0.3 を挙げる。ほかは不明。"),
            "記事は 8.0.3 を挙げる。"
        );
        assert_eq!(first_sentence("No end"), "No end");
    }
}
