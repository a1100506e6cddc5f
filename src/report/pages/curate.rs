//! The pages of drafts, and of what a change would do.

use super::super::block::{Block, Tone};
use super::super::views::{
    DraftReport, DraftView, RefusalView, StandingReport, TrialAnswerReport, TrialEntry, TrialReport,
};
use super::super::{Detail, Printed};
use super::comparison::row_text;
use crate::curate::Effect;
use crate::message::Catalog;
use crate::text::{escape_markdown, markdown_table};

impl Printed for TrialReport {
    fn page(&self, catalog: &Catalog, detail: Detail) -> Vec<Block> {
        let mut blocks = vec![Block::Paragraph(summary(self, catalog))];
        for (effect, count, entries) in self.lists() {
            if count == 0 {
                continue;
            }
            blocks.push(Block::Heading(effect_heading(effect, count, catalog), Tone::Plain));
            let is_harm = matches!(effect, Effect::Stolen | Effect::Lost);
            for entry in entries {
                blocks.push(Block::Item(entry_line(entry, catalog)));
                if is_harm || detail > Detail::Short {
                    blocks.extend(frame_rows(&entry.after));
                }
            }
        }
        blocks.extend(limit_lines(self, catalog).map(Block::Paragraph));
        blocks
    }

    /// As a comment under a pull request: a table of the counts, and one of the crashes.
    fn markdown(&self, catalog: &Catalog, _: Detail) -> String {
        let lists = self.lists();
        let counts = lists
            .iter()
            .map(|(effect, count, _)| vec![effect_name(*effect, catalog), count.to_string()]);
        let header = column_names(&["trial-column-effect", "trial-column-crashes"], catalog);
        let mut text = format!("{}\n\n", escape_markdown(&summary(self, catalog)));
        text.push_str(&markdown(&header, counts.collect()));
        let rows: Vec<Vec<String>> = lists
            .iter()
            .flat_map(|(effect, _, entries)| {
                entries.iter().map(|entry| row(*effect, entry, catalog))
            })
            .collect();
        if !rows.is_empty() {
            let columns = [
                "trial-column-effect",
                "trial-column-crash",
                "trial-column-before",
                "trial-column-after",
                "trial-column-confidence",
                "trial-column-frames",
            ];
            text.push('\n');
            text.push_str(&markdown(&column_names(&columns, catalog), rows));
        }
        for line in limit_lines(self, catalog) {
            text.push_str(&format!("\n{}\n", escape_markdown(&line)));
        }
        text
    }
}

fn column_names(names: &[&str], catalog: &Catalog) -> Vec<String> {
    names.iter().map(|name| catalog.text(name, &[])).collect()
}

fn markdown(header: &[String], rows: Vec<Vec<String>>) -> String {
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let rows = rows.iter().map(|row| row.iter().map(|cell| escape_markdown(cell)).collect());
    markdown_table(&header, rows.collect())
}

fn row(effect: Effect, entry: &TrialEntry, catalog: &Catalog) -> Vec<String> {
    let found = entry.after.frames.iter().filter(|(_, found)| found.is_some()).count();
    let wrong = if entry.wrong { " !" } else { "" };
    vec![
        format!("{}{wrong}", effect_name(effect, catalog)),
        entry.crash.clone(),
        answer_words(&entry.before, catalog),
        answer_words(&entry.after, catalog),
        confidences(entry),
        format!("{found} / {}", entry.after.frames.len()),
    ]
}

fn summary(report: &TrialReport, catalog: &Catalog) -> String {
    let issues = match report.issues.as_slice() {
        [] => catalog.text("trial-no-issue", &[]),
        issues => issues.join(", "),
    };
    let counts = report.counts;
    let numbers =
        [report.crashes, counts.newly, counts.out, counts.stolen, counts.lost, counts.wrong];
    let [crashes, newly, out, stolen, lost, wrong] = numbers.map(|number| number.to_string());
    let values = [
        ("issues", &*issues),
        ("crashes", &crashes),
        ("in", &newly),
        ("out", &out),
        ("stolen", &stolen),
        ("lost", &lost),
        ("wrong", &wrong),
    ];
    catalog.text("trial-summary", &values)
}

fn effect_name(effect: Effect, catalog: &Catalog) -> String {
    catalog.text(&format!("trial-effect-{}", effect.as_str()), &[])
}

fn effect_heading(effect: Effect, count: usize, catalog: &Catalog) -> String {
    format!("{}: {count}", effect_name(effect, catalog))
}

/// `crashes/KB1-1.txt: none → match DRAFT-1 (DRAFT-1 0.41 → 0.96)`.
fn entry_line(entry: &TrialEntry, catalog: &Catalog) -> String {
    let [before, after] = [&entry.before, &entry.after].map(|answer| answer_words(answer, catalog));
    let confidences = confidences(entry);
    let values = [
        ("crash", &*entry.crash),
        ("before", &before),
        ("after", &after),
        ("issue", &entry.issue),
        ("confidences", &confidences),
    ];
    let key = if entry.wrong { "trial-line-wrong" } else { "trial-line" };
    catalog.text(key, &values)
}

fn confidences(entry: &TrialEntry) -> String {
    format!("{} → {}", confidence_of(&entry.before), confidence_of(&entry.after))
}

fn confidence_of(answer: &TrialAnswerReport) -> String {
    answer.confidence.map_or("-".to_owned(), |confidence| format!("{confidence:.2}"))
}

fn answer_words(answer: &TrialAnswerReport, catalog: &Catalog) -> String {
    let verdict = catalog.text(&format!("ledger-verdict-{}", answer.verdict), &[]);
    match &answer.first {
        Some(issue) => format!("{verdict} {issue}"),
        None => verdict,
    }
}

/// The frames that the issue looks for beside those of the crash.
fn frame_rows(answer: &TrialAnswerReport) -> impl Iterator<Item = Block> + '_ {
    answer.frames.iter().map(|(wanted, found)| {
        Block::Preformatted(row_text(found.as_deref().unwrap_or("-"), wanted, ""))
    })
}

fn limit_lines<'a>(
    report: &'a TrialReport,
    catalog: &'a Catalog,
) -> impl Iterator<Item = String> + 'a {
    report.limits.iter().map(|limit| {
        let count = limit.count.to_string();
        catalog.text(&format!("trial-limit-{}", limit.code), &[("count", &count)])
    })
}

impl Printed for DraftReport {
    fn page(&self, catalog: &Catalog, _: Detail) -> Vec<Block> {
        match (&self.draft, &self.refused) {
            (Some(draft), _) => draft_page(draft, catalog),
            (None, Some(refused)) => refusal_page(refused, catalog),
            (None, None) => Vec::new(),
        }
    }
}

fn draft_page(draft: &DraftView, catalog: &Catalog) -> Vec<Block> {
    let crashes = draft.crashes.to_string();
    let values = [("issue", &*draft.issue), ("crashes", &crashes)];
    let mut blocks = vec![Block::Title(catalog.text("draft-title", &values))];
    let near = match (&draft.strongest, draft.near_miss_is_there) {
        (None, _) => catalog.text("draft-no-rival", &[]),
        (Some(rival), true) => catalog.text("draft-near-there", &[("crash", &rival.crash)]),
        (Some(rival), false) => catalog.text("draft-near", &[("crash", &rival.crash)]),
    };
    let strongest = draft.strongest.as_ref();
    let fields = [
        ("label-weakest", measured(&draft.weakest)),
        ("label-strongest", strongest.map_or("-".to_owned(), measured)),
        ("label-carries", draft.carries.clone()),
        ("label-near-miss", near),
    ];
    blocks.extend(fields.map(|(label, value)| Block::Field(label, value)));
    blocks.push(Block::Heading(catalog.text("heading-asks-for", &[]), Tone::Plain));
    let signature = &draft.signature;
    let parts = [
        ("label-kind", signature.kinds.join(", ")),
        ("label-message", signature.messages.join("; ")),
        (
            "label-source",
            signature.sources.iter().cloned().map(String::from).collect::<Vec<_>>().join(", "),
        ),
        ("label-machine-check", signature.machine_check.iter().map(ToString::to_string).collect()),
    ];
    let parts = parts.into_iter().filter(|(_, value)| !value.is_empty());
    blocks.extend(parts.map(|(label, value)| Block::Field(label, value)));
    blocks.extend(signature.frames.iter().map(|frame| Block::Preformatted(frame.to_string())));
    blocks.push(Block::Heading(catalog.text("heading-files", &[]), Tone::Plain));
    blocks.extend(draft.files.iter().map(|file| Block::Item(file.clone())));
    if !draft.same.is_empty() {
        let files = draft.same.join(", ");
        blocks.push(Block::Paragraph(catalog.text("draft-same", &[("files", &files)])));
    }
    blocks
}

/// `0.41 (crashes/KB1-1.txt)`.
fn measured(one: &StandingReport) -> String {
    format!("{:.2} ({})", one.confidence, one.crash)
}

fn refusal_page(refused: &RefusalView, catalog: &Catalog) -> Vec<Block> {
    let confidence = refused.confidence.map(|confidence| format!("{confidence:.2}"));
    let values = [
        ("crash", refused.crash.as_deref().unwrap_or_default()),
        ("confidence", confidence.as_deref().unwrap_or_default()),
        ("issue", refused.issue.as_deref().unwrap_or_default()),
    ];
    let reason = catalog.text(&format!("draft-reason-{}", refused.reason), &values);
    let mut blocks = vec![Block::Paragraph(reason)];
    blocks.extend(refused.unproven.map(|unproven| {
        let why = catalog.text(&format!("unproven-{}", unproven.as_str()), &[]);
        Block::Field("label-unproven", why)
    }));
    if !refused.separators.is_empty() {
        let is_weak = refused.reason == "not-recognised";
        let heading = if is_weak { "heading-provers" } else { "heading-separators" };
        blocks.push(Block::Heading(catalog.text(heading, &[]), Tone::Plain));
    }
    blocks.extend(refused.separators.iter().map(|separator| {
        let key = format!("draft-separator-{}", separator.kind);
        Block::Item(catalog.text(&key, &[("text", &separator.text)]))
    }));
    blocks
}
