//! The pages of recorded crashes.

use super::super::block::{Block, Tone};
use super::super::views::{
    LedgerChange, LedgerCluster, LedgerEntry, LedgerPage, RecordReport, SimilarReport,
};
use super::super::{Detail, Printed};
use super::clusters::{build_texts, days_text, listed, most_shown, numbered, reopened_texts};
use super::comparison::row_text;
use super::screen::{screen_fields, title};
use crate::ledger::{Decision, LedgerAnswer, LedgerRow};
use crate::message::Catalog;

impl Printed for RecordReport {
    fn page(&self, catalog: &Catalog, _: Detail) -> Vec<Block> {
        let key = if self.known { "ledger-known" } else { "ledger-new" };
        let place = format!("{}:{}", self.source.path, self.source.line);
        let answer = answer_words(catalog, self.answer.as_ref());
        let values = [("id", &*self.id.to_string()), ("place", &place), ("answer", &answer)];
        vec![Block::Paragraph(catalog.text(key, &values))]
    }
}

impl LedgerPage {
    /// The headings and the rows of a list.
    pub fn table(&self, catalog: &Catalog) -> (Vec<String>, Vec<Vec<String>>) {
        const COLUMNS: &[&str] = &["id", "seen", "host", "build", "kind", "answer", "decision"];
        let header = COLUMNS.iter().map(|name| catalog.text(&format!("ledger-column-{name}"), &[]));
        (header.collect(), self.crashes.iter().map(|row| cells(catalog, row)).collect())
    }
}

fn cells(catalog: &Catalog, row: &LedgerRow) -> Vec<String> {
    vec![
        row.id.to_string(),
        row.seen.clone().unwrap_or_default(),
        row.host.clone().unwrap_or_default(),
        row.build.map(|build| build.to_string()).unwrap_or_default(),
        row.kind.clone().unwrap_or_default(),
        answer_words(catalog, row.answer.as_ref()),
        row.decision.as_ref().map(|decision| decision_words(catalog, decision)).unwrap_or_default(),
    ]
}

/// `match KB414242`.
fn answer_words(catalog: &Catalog, answer: Option<&LedgerAnswer>) -> String {
    let Some(answer) = answer else {
        return catalog.text("ledger-no-answer", &[]);
    };
    let key = format!("ledger-verdict-{}", answer.verdict);
    let verdict = catalog.text(&key, &[]);
    match answer.issue.as_ref().filter(|_| answer.verdict != "none") {
        Some(issue) => format!("{verdict} {issue}"),
        None => verdict,
    }
}

/// `is KB414242`.
fn decision_words(catalog: &Catalog, decision: &Decision) -> String {
    let key = format!("ledger-decision-{}", decision.kind.as_str());
    catalog.text(&key, &[("value", decision.value.as_deref().unwrap_or_default())])
}

impl Printed for LedgerEntry {
    fn page(&self, catalog: &Catalog, _: Detail) -> Vec<Block> {
        let LedgerRow { id, seen, host, recorded, source, case, .. } = &self.recorded;
        let title = catalog.text("ledger-title", &[("id", &id.to_string())]);
        let mut blocks = vec![Block::Title(title)];
        let fields = [
            ("label-recorded", Some(recorded)),
            ("label-day", seen.as_ref()),
            ("label-host", host.as_ref()),
            ("label-case", case.as_ref()),
            ("label-file", Some(source)),
        ];
        let fields = fields.into_iter().filter_map(|(label, value)| Some((label, value?)));
        blocks.extend(fields.map(|(label, value)| Block::Field(label, value.clone())));
        let key = if self.redacted { "ledger-redacted" } else { "ledger-not-redacted" };
        blocks.push(Block::Field("label-names", catalog.text(key, &[])));
        blocks.extend(screen_fields(catalog, &self.crash));
        let answers = self
            .answers
            .iter()
            .map(|answer| format!("{}: {}", answer.asked, answer_words(catalog, Some(answer))));
        blocks.extend(section(catalog, "heading-answers", answers.collect()));
        let decisions = self.decisions.iter().map(|decision| decision_line(catalog, decision));
        blocks.extend(section(catalog, "heading-decisions", decisions.collect()));
        blocks
    }
}

impl Printed for LedgerCluster {
    fn page(&self, catalog: &Catalog, detail: Detail) -> Vec<Block> {
        let title = numbered(&self.id, &self.reopened);
        let mut blocks = vec![Block::Title(catalog.text("ledger-cluster", &[("name", &title)]))];
        let most = most_shown(detail);
        let fields = [
            ("label-crashes", self.crashes.to_string()),
            ("label-hosts", listed(&self.hosts, most, catalog)),
            ("label-builds", listed(&build_texts(&self.builds), most, catalog)),
            ("label-seen", days_text(self.first.as_ref(), self.last.as_ref())),
            ("label-fingerprints", listed(&self.fingerprints, most, catalog)),
        ];
        let reopened = reopened_texts(&self.id, &self.reopened, catalog);
        let fields = fields.into_iter().chain(reopened.map(|text| ("label-reopened", text)));
        let fields = fields.filter(|(_, value)| !value.is_empty());
        blocks.extend(fields.map(|(label, value)| Block::Field(label, value)));
        let moves = self.moves.iter().map(|one| {
            let values = [("fingerprint", &*one.fingerprint), ("from", &one.from), ("to", &one.to)];
            format!("{}: {}", one.moved, catalog.text("cluster-moved", &values))
        });
        blocks.extend(section(catalog, "heading-moves", moves.collect()));
        blocks
    }
}

/// `D-1a2b3c4d5e6f, 2026-11-26T10:00:00Z, jo: is KB414242 (seen at two hosts)`.
fn decision_line(catalog: &Catalog, decision: &Decision) -> String {
    let Decision { name, decided, by, note, .. } = decision;
    let words = decision_words(catalog, decision);
    let note = if note.is_empty() { String::new() } else { format!(" ({note})") };
    format!("{name}, {decided}, {by}: {words}{note}")
}

/// A heading with its items; nothing without items.
fn section(catalog: &Catalog, heading: &str, items: Vec<String>) -> Vec<Block> {
    if items.is_empty() {
        return Vec::new();
    }
    let heading = Block::Heading(catalog.text(heading, &[]), Tone::Plain);
    std::iter::once(heading).chain(items.into_iter().map(Block::Item)).collect()
}

impl Printed for LedgerChange {
    fn page(&self, catalog: &Catalog, _: Detail) -> Vec<Block> {
        let before = answer_words(catalog, self.before.as_ref());
        let after = answer_words(catalog, Some(&self.after));
        let values = [("id", &*self.id.to_string()), ("before", &before), ("after", &after)];
        vec![Block::Paragraph(catalog.text("ledger-changed", &values))]
    }
}

impl Printed for SimilarReport {
    fn page(&self, catalog: &Catalog, _: Detail) -> Vec<Block> {
        let mut blocks = vec![title(catalog, &self.source)];
        if self.similar.is_empty() {
            blocks.push(Block::Paragraph(catalog.text("similar-none", &[])));
        }
        for one in &self.similar {
            let crashes: Vec<String> = one.crashes.iter().map(ToString::to_string).collect();
            let similarity = format!("{:.2}", one.similarity);
            let cluster = one.cluster.as_deref().unwrap_or("-");
            let values = [
                ("similarity", &*similarity),
                ("cluster", cluster),
                ("crashes", &crashes.join(", ")),
            ];
            blocks.push(Block::Heading(catalog.text("similar-heading", &values), Tone::Plain));
            blocks.extend(one.rows.iter().map(|[own, other]| {
                let [own, other] = [own, other].map(|name| name.as_deref().unwrap_or("-"));
                Block::Preformatted(row_text(own, other, ""))
            }));
        }
        blocks
    }
}
