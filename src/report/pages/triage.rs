//! The page of `psod-match triage`: what the crashes of one host say together, below a table of them.

use super::super::block::{Block, Tone};
use super::super::views::{EventReport, TriageReport};
use super::super::{Detail, Printed};
use crate::explain::duration;
use crate::message::Catalog;

impl TriageReport {
    /// The headings and the rows of the table of its crashes, without columns that say nothing.
    pub fn table(&self, catalog: &Catalog) -> (Vec<String>, Vec<Vec<String>>) {
        let columns = COLUMNS.iter().filter_map(|(name, cell)| {
            let cells: Vec<String> = self.events.iter().map(cell).collect();
            let is_empty = cells.iter().all(String::is_empty);
            // The build of all crashes is no difference between them.
            let is_one = *name == "build" && cells.iter().all(|cell| *cell == cells[0]);
            (!is_empty && !is_one).then_some((*name, cells))
        });
        let (names, columns): (Vec<&str>, Vec<Vec<String>>) = columns.unzip();
        let header = names.iter().map(|name| catalog.text(&format!("triage-column-{name}"), &[]));
        let places = 0..self.events.len();
        let rows = places.map(|index| columns.iter().map(|cells| cells[index].clone()).collect());
        (header.collect(), rows.collect())
    }
}

/// The name of a column, and what a crash has in it.
type Column = (&'static str, fn(&EventReport) -> String);

/// The columns of the table of crashes.
const COLUMNS: &[Column] = &[
    ("place", |event| event.place.clone()),
    ("seen", |event| event.seen.clone().unwrap_or_default()),
    ("build", |event| number(event.build)),
    ("kind", |event| event.kind.clone().unwrap_or_default()),
    ("pcpu", pcpus),
    ("world", |event| event.world.clone().unwrap_or_default()),
    ("uptime", |event| event.uptime_ms.map(duration).unwrap_or_default()),
    ("issue", |event| event.issue.clone().unwrap_or_default()),
];

fn number(number: Option<u32>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

/// `12/0`: the culprits, and the PCPU that has printed the screen.
fn pcpus(event: &EventReport) -> String {
    let culprits: Vec<String> = event.culprits.iter().map(ToString::to_string).collect();
    let pcpus = format!("{}/{}", culprits.join(","), number(event.reporter));
    if pcpus == "/" { String::new() } else { pcpus }
}

impl Printed for TriageReport {
    fn page(&self, catalog: &Catalog, _: Detail) -> Vec<Block> {
        let count = self.events.len().to_string();
        let mut blocks = vec![Block::Title(catalog.text("triage-title", &[("count", &count)]))];
        if self.repeated > 0 {
            let count = self.repeated.to_string();
            blocks.push(Block::Paragraph(catalog.text("triage-repeated", &[("count", &count)])));
        }
        for pattern in &self.patterns {
            blocks.push(Block::Heading(pattern.counts.clone(), Tone::Plain));
            blocks.push(Block::Paragraph(pattern.meaning.clone()));
            blocks.push(Block::Item(pattern.reservation.clone()));
        }
        blocks.push(Block::Paragraph(catalog.text("triage-article", &[])));
        blocks
    }
}
