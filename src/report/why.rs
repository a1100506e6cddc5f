//! Why an issue fits a crash and why not: every piece of evidence with its points, what the crash
//! does not say, and the frames side by side.

use schemars::JsonSchema;
use serde::Serialize;

use super::build::{SCHEMA, Source, match_report};
use super::page::{Block, Tone, limit_blocks, screen_fields, title};
use super::types::{ConditionReport, CrashView, MatchReport, Reading};
use crate::crash::{Frame, Role};
use crate::diagnose::{IssueDiagnosis, Subject};
use crate::matching::{MAX_FRAMES, Verdict};
use crate::message::Catalog;
use crate::text::clip;

/// Rows of the comparison that are shown.
const MAX_ROWS: usize = 40;
/// Width of each of its two columns.
const COLUMN: usize = 34;

/// What `psod-match why` says of one crash and one issue.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct WhyReport {
    /// What was read of the crash.
    #[serde(flatten)]
    pub reading: Reading,
    /// Digest of the knowledge base that was asked.
    pub kb: String,
    /// What would be said of the crash with this issue alone.
    pub verdict: Verdict,
    /// Place of the issue among all that the search found, counted from 1; absent when the search
    /// did not find it, or something excludes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<usize>,
    /// What speaks for and against it.
    pub found: MatchReport,
}

impl WhyReport {
    /// The published form of one issue held against a crash.
    pub fn new(
        subject: &Subject,
        diagnosis: &IssueDiagnosis,
        source: Source<'_>,
        catalog: &Catalog,
    ) -> Self {
        Self {
            reading: Reading::new(subject, source, catalog),
            kb: diagnosis.kb.clone(),
            verdict: diagnosis.verdict,
            place: diagnosis.place,
            found: match_report(&diagnosis.found, catalog),
        }
    }
}

/// The answer as blocks.
pub(super) fn page(catalog: &Catalog, report: &WhyReport) -> Vec<Block> {
    let reading = &report.reading;
    debug_assert_eq!(reading.schema, SCHEMA);
    let mut blocks = vec![title(catalog, &reading.source)];
    blocks.extend(screen_fields(catalog, &reading.crash));
    let (key, tone) = match report.verdict {
        Verdict::Match => ("why-match", Tone::Match),
        Verdict::Possible => ("why-possible", Tone::Possible),
        Verdict::None => ("why-none", Tone::Plain),
    };
    let found = &report.found;
    let percent = found.percent();
    let values = [("percent", percent.as_str()), ("issue", &found.issue), ("title", &found.title)];
    blocks.push(Block::Heading(catalog.text(key, &values), tone));
    let place = match report.place {
        Some(place) => catalog.text("why-place", &[("place", &place.to_string())]),
        None if found.excluded.is_some() => catalog.text("why-excluded", &[]),
        None => catalog.text("why-not-found", &[]),
    };
    blocks.push(Block::Field("label-place", place));
    blocks.extend(blocks_of(catalog, &reading.crash, found));
    blocks.extend(limit_blocks(&reading.limits));
    blocks
}

/// Evidence, what is missing, and the frames side by side.
pub(super) fn blocks_of(catalog: &Catalog, crash: &CrashView, found: &MatchReport) -> Vec<Block> {
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
type Row = (Option<String>, Option<String>, Option<f64>);

fn side_by_side(catalog: &Catalog, crash: &CrashView, found: &MatchReport) -> Vec<Block> {
    if found.frames.is_empty() {
        return Vec::new();
    }
    let rows = rows(frames_of(crash, found), found);
    let text = |key: &str| catalog.text(key, &[]);
    let of = found
        .exemplar
        .clone()
        .unwrap_or_else(|| catalog.text("why-of-signature", &[("signature", &found.signature)]));
    let mut blocks = vec![Block::Preformatted(row_text(&text("why-of-crash"), &of, ""))];
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

fn row_text(crash: &str, signature: &str, likeness: &str) -> String {
    let (crash, signature) = (clip(crash, COLUMN), clip(signature, COLUMN));
    format!("{crash:<COLUMN$} {signature:<COLUMN$} {likeness}").trim_end().to_owned()
}

/// The backtrace that the alignment is about.
fn frames_of<'a>(crash: &'a CrashView, found: &MatchReport) -> &'a [Frame] {
    let other = crash.other_backtraces.iter().find(|other| other.decides);
    match other.filter(|_| !found.reporter) {
        Some(other) => &other.frames,
        None => &crash.backtrace,
    }
}

/// Both sides in their order; what has no partner stands alone. Only frames of the story count.
fn rows(frames: &[Frame], found: &MatchReport) -> Vec<Row> {
    let function = |frame: &Frame| frame.function.clone().unwrap_or_else(|| "?".to_owned());
    let name = |index: usize| frames.get(index).map(|f| format!("#{index} {}", function(f)));
    let alone = |from: usize, to: usize| {
        let story = |index: &usize| frames.get(*index).is_some_and(|f| f.role == Role::Story);
        (from..to.min(frames.len())).filter(story).map(move |index| (name(index), None, None))
    };
    let missing = |from: usize, to: usize| {
        let to = to.min(found.frames.len()).max(from);
        found.frames[from..to].iter().map(|wanted| (None, Some(wanted.clone()), None))
    };
    let mut rows: Vec<Row> = Vec::new();
    let (mut next_crash, mut next_wanted) = (0, 0);
    for step in &found.alignment {
        rows.extend(alone(next_crash, step.crash));
        rows.extend(missing(next_wanted, step.signature));
        let wanted = found.frames.get(step.signature).cloned();
        rows.push((name(step.crash), wanted, Some(step.similarity)));
        (next_crash, next_wanted) = (step.crash + 1, step.signature + 1);
    }
    rows.extend(missing(next_wanted, found.frames.len()));
    rows.extend(alone(next_crash, frames.len().min(MAX_FRAMES)));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::{Applies, Step};
    use crate::report::types::FixReport;

    fn found(frames: &[&str], alignment: &[(usize, usize)]) -> MatchReport {
        let step = |&(crash, signature)| Step { crash, signature, similarity: 1.0 };
        MatchReport {
            issue: "KB1".into(),
            title: "t".into(),
            confidence: 0.5,
            signature: "main".into(),
            applicability: Applies::Unknown,
            applicability_reason: String::new(),
            applicability_notes: Vec::new(),
            articles: Vec::new(),
            cause: String::new(),
            fix: FixReport {
                builds: Vec::new(),
                components: Vec::new(),
                own_line: None,
                first: None,
                text: String::new(),
                workaround: String::new(),
            },
            evidence: Vec::new(),
            alignment: alignment.iter().map(step).collect(),
            frames: frames.iter().map(|&frame| frame.to_owned()).collect(),
            exemplar: None,
            reporter: false,
            absent: Vec::new(),
            excluded: None,
        }
    }

    /// Writes the rows as `crash|signature`, one a line.
    #[track_caller]
    fn check(crash: &[&str], wanted: &[&str], alignment: &[(usize, usize)], expected: &[&str]) {
        let frame = |&name: &&str| Frame {
            function: Some(name.to_owned()),
            role: if name == "Panic" { Role::Machinery } else { Role::Story },
            ..Frame::default()
        };
        let frames: Vec<Frame> = crash.iter().map(frame).collect();
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
