//! How sure an issue is, and the reasons for and against it: every piece of evidence with its points,
//! the conditions that the crash neither holds nor contradicts, and the frames side by side.

use super::super::Detail;
use super::super::block::{Block, Tone};
use super::super::views::{ConditionReport, CrashView, MatchReport};
use super::super::words;
use crate::crash::{Frame, Role};
use crate::matching::{Applies, Certainty, MAX_FRAMES};
use crate::message::Catalog;
use crate::text::clip;

/// Rows of the comparison that are shown.
const MAX_ROWS: usize = 40;
/// Width of each of its two columns.
const COLUMN: usize = 34;

/// `MATCH (proven) KB414242: Interrupt storm`; with the confidence in percent for those who ask why.
pub(super) fn match_heading(catalog: &Catalog, found: &MatchReport, detail: Detail) -> Block {
    let (key, tone) = match found.certainty {
        // The screen fits, and the advice of the issue does not: said before anybody follows it.
        Certainty::Proven if found.applicability == Applies::Fixed => {
            ("heading-match-fixed", Tone::Possible)
        }
        Certainty::Proven if found.applicability == Applies::NotAffected => {
            ("heading-match-not-affected", Tone::Possible)
        }
        Certainty::Proven => ("heading-match", Tone::Match),
        Certainty::Likely | Certainty::Weak => ("heading-possible", Tone::Possible),
        Certainty::Unlikely => ("heading-unlikely", Tone::Plain),
    };
    let certainty = words::certainty(
        catalog,
        found.certainty,
        (detail == Detail::Why).then_some(found.confidence),
    );
    let percent = words::percent(found.confidence);
    let values = [
        ("certainty", certainty.as_str()),
        ("percent", &percent),
        ("issue", &found.issue),
        ("title", &found.title),
    ];
    Block::Heading(catalog.text(key, &values), tone)
}

/// The reason why the issue is not proven; nothing for a match.
pub(super) fn not_proven(catalog: &Catalog, found: &MatchReport) -> Option<Block> {
    found.not_proven(catalog).map(|reason| Block::Field("label-unproven", reason))
}

/// The evidence, the conditions that are neither held nor contradicted, and the frames side by side.
pub(super) fn comparison_blocks(
    catalog: &Catalog,
    crash: &CrashView,
    found: &MatchReport,
) -> Vec<Block> {
    let mut blocks = vec![Block::Field("label-signature", found.signature.clone())];
    if let Some(excluded) = &found.excluded {
        let text = condition(catalog, excluded);
        blocks.push(Block::Field("label-excluded", text));
    }
    for evidence in &found.evidence {
        let line = format!("{:+.2} {}", evidence.points, evidence.detail);
        blocks.push(Block::Field("label-evidence", line));
    }
    for absent in &found.absent {
        blocks.push(Block::Field("label-absent", condition(catalog, absent)));
    }
    blocks.extend(side_by_side(catalog, crash, found));
    blocks
}

fn condition(catalog: &Catalog, found: &ConditionReport) -> String {
    catalog.text(&format!("condition-{}", found.kind.as_str()), &[("text", &found.text)])
}

/// One row of the comparison: a frame of the crash, one of the signature, and how alike they are.
type ComparisonRow = (Option<String>, Option<String>, Option<f64>);

fn side_by_side(catalog: &Catalog, crash: &CrashView, found: &MatchReport) -> Vec<Block> {
    if found.frames.is_empty() {
        return Vec::new();
    }
    let rows = rows(frames_of(crash, found), found);
    let crash = catalog.text("why-of-crash", &[]);
    let wanted = found
        .exemplar
        .clone()
        .unwrap_or_else(|| catalog.text("why-of-signature", &[("signature", &found.signature)]));
    let mut blocks = vec![Block::Preformatted(row_text(&crash, &wanted, ""))];
    for (crash, signature, similarity) in rows.iter().take(MAX_ROWS) {
        let likeness = similarity.map(|similarity| format!("{similarity:.2}")).unwrap_or_default();
        let missing = "-".to_owned();
        let crash = crash.as_ref().unwrap_or(&missing);
        let signature = signature.as_ref().unwrap_or(&missing);
        blocks.push(Block::Preformatted(row_text(crash, signature, &likeness)));
    }
    if let Some(hidden) = rows.len().checked_sub(MAX_ROWS).filter(|hidden| *hidden > 0) {
        let count = hidden.to_string();
        blocks.push(Block::Preformatted(catalog.text("why-more-rows", &[("count", &count)])));
    }
    blocks
}

pub(super) fn row_text(crash: &str, signature: &str, likeness: &str) -> String {
    let (crash, signature) = (clip(crash, COLUMN), clip(signature, COLUMN));
    format!("{crash:<COLUMN$} {signature:<COLUMN$} {likeness}").trim_end().to_owned()
}

/// The backtrace that the alignment is about.
fn frames_of<'a>(crash: &'a CrashView, found: &MatchReport) -> &'a [Frame] {
    if found.reporter { &crash.backtrace } else { crash.deciding_frames() }
}

/// Both sides in their order; a frame without a partner is alone. Only frames of the story count.
fn rows(frames: &[Frame], found: &MatchReport) -> Vec<ComparisonRow> {
    let mut rows = Vec::new();
    let (mut next_crash, mut next_wanted) = (0, 0);
    for step in &found.alignment {
        rows.extend(rows_of_crash(frames, next_crash, step.crash));
        rows.extend(rows_of_signature(found, next_wanted, step.signature));
        let wanted = found.frames.get(step.signature).cloned();
        let crash = frames.get(step.crash).map(|frame| name(step.crash, frame));
        rows.push((crash, wanted, Some(step.similarity)));
        (next_crash, next_wanted) = (step.crash + 1, step.signature + 1);
    }
    rows.extend(rows_of_signature(found, next_wanted, found.frames.len()));
    rows.extend(rows_of_crash(frames, next_crash, frames.len().min(MAX_FRAMES)));
    rows
}

/// The story frames of the crash from `start` to `end`, which have no partner.
fn rows_of_crash(
    frames: &[Frame],
    start: usize,
    end: usize,
) -> impl Iterator<Item = ComparisonRow> {
    let frames = frames.iter().enumerate().take(end).skip(start);
    let story = frames.filter(|(_, frame)| frame.role == Role::Story);
    story.map(|(index, frame)| (Some(name(index, frame)), None, None))
}

/// The frames of the signature from `start` to `end`, which have no partner.
fn rows_of_signature(
    found: &MatchReport,
    start: usize,
    end: usize,
) -> impl Iterator<Item = ComparisonRow> {
    let frames = found.frames.iter().take(end).skip(start);
    frames.map(|wanted| (None, Some(wanted.clone()), None))
}

/// `#2 TLBDoInvalidate`.
fn name(index: usize, frame: &Frame) -> String {
    format!("#{index} {}", frame.function.as_deref().unwrap_or("?"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kb::Status;
    use crate::matching::{Applies, Step};
    use crate::report::views::FixReport;

    fn found(frames: &[&str], alignment: &[(usize, usize)]) -> MatchReport {
        MatchReport {
            issue: "KB1".into(),
            title: "t".into(),
            confidence: 0.5,
            certainty: Certainty::Likely,
            unproven: None,
            signature: "main".into(),
            applicability: Applies::Unknown,
            applicability_reason: String::new(),
            applicability_notes: Vec::new(),
            status: Status::Test,
            articles: Vec::new(),
            cause: String::new(),
            fix: FixReport {
                builds: Vec::new(),
                components: Vec::new(),
                own_line: None,
                first: None,
                text: String::new(),
                unknown: false,
                workaround: String::new(),
            },
            notes: String::new(),
            evidence: Vec::new(),
            alignment: alignment
                .iter()
                .map(|&(crash, signature)| Step { crash, signature, similarity: 1.0 })
                .collect(),
            frames: frames.iter().map(|&frame| frame.to_owned()).collect(),
            exemplar: None,
            reporter: false,
            absent: Vec::new(),
            excluded: None,
        }
    }

    fn frame(name: &str) -> Frame {
        let role = if name == "Panic" { Role::Machinery } else { Role::Story };
        Frame { function: Some(name.to_owned()), role, ..Frame::default() }
    }

    /// Writes the rows as `crash|signature`, one a line.
    #[track_caller]
    fn check(crash: &[&str], wanted: &[&str], alignment: &[(usize, usize)], expected: &[&str]) {
        let frames: Vec<Frame> = crash.iter().map(|name| frame(name)).collect();
        let rows: Vec<String> = rows(&frames, &found(wanted, alignment))
            .into_iter()
            .map(|(crash, wanted, _)| {
                format!("{}|{}", crash.unwrap_or_default(), wanted.unwrap_or_default())
            })
            .collect();
        assert_eq!(rows, expected);
    }

    #[test]
    fn both_sides_keep_their_order_and_what_is_alone_stands_alone() {
        check(
            &["Panic", "A", "X", "B", "Y"],
            &["A", "M", "B", "C"],
            &[(1, 0), (3, 2)],
            &["#1 A|A", "#2 X|", "|M", "#3 B|B", "|C", "#4 Y|"],
        );
        check(&["A"], &["B"], &[], &["|B", "#0 A|"]);
    }
}
