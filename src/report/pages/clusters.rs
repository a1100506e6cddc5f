//! The page of `psod-match cluster`.

use super::super::block::{Block, Tone};
use super::super::render::clusters::render_clusters;
use super::super::views::{BuildCount, ClusterReport, ClustersReport, ReopenedReport};
use super::super::{Detail, Printed};
use crate::message::Catalog;

/// Places, hosts and builds of a cluster that are shown before their number.
const FEW: usize = 8;

impl Printed for ClustersReport {
    /// Each cluster with its fields; the table of all of them is [`ClustersReport::rows`].
    fn page(&self, catalog: &Catalog, detail: Detail) -> Vec<Block> {
        let shown =
            self.clusters.iter().filter(|one| detail > Detail::Short || one.crashes.len() > 1);
        let contradictory = self.contradictory.iter().map(|[one, other]| {
            let values = [("one", &**one), ("other", &**other)];
            Block::Paragraph(catalog.text("cluster-contradictory", &values))
        });
        let blocks = shown.flat_map(|one| blocks(one, detail, catalog));
        contradictory.chain(blocks).collect()
    }

    fn html(&self, catalog: &Catalog) -> Option<String> {
        Some(render_clusters(catalog, self))
    }
}

impl ClustersReport {
    /// One line about all of it.
    pub fn summary(&self, catalog: &Catalog) -> String {
        let alone = self.clusters.iter().filter(|one| one.crashes.len() == 1).count();
        let clusters = self.clusters.len() - alone;
        let numbers = [self.crashes, clusters, alone].map(|number| number.to_string());
        let values =
            [("crashes", &*numbers[0]), ("clusters", &*numbers[1]), ("alone", &*numbers[2])];
        catalog.text("cluster-summary", &values)
    }

    /// The headings of [`Self::rows`].
    pub fn header(catalog: &Catalog) -> Vec<String> {
        const COLUMNS: &[&str] = &["number", "crashes", "title", "builds", "first", "last", "note"];
        COLUMNS
            .iter()
            .map(|column| catalog.text(&format!("cluster-column-{column}"), &[]))
            .collect()
    }

    /// The table, a row for each cluster.
    pub fn rows(&self, catalog: &Catalog) -> Vec<Vec<String>> {
        let rows = self.clusters.iter().map(|one| {
            vec![
                name(one),
                one.crashes.len().to_string(),
                one.title.clone(),
                one.builds.len().to_string(),
                one.first.clone().unwrap_or_default(),
                one.last.clone().unwrap_or_default(),
                note(one, catalog),
            ]
        });
        rows.collect()
    }
}

/// Its name in the ledger, such as `C-12 (2)`, else its number in this list.
fn name(one: &ClusterReport) -> String {
    let name = one.id.clone().unwrap_or_else(|| one.number.to_string());
    numbered(&name, &one.reopened)
}

/// `C-12 (2)` after a fix that did not help.
pub(in crate::report) fn numbered(name: &str, reopened: &[ReopenedReport]) -> String {
    match reopened.last() {
        Some(reopened) => format!("{name} ({})", reopened.number),
        None => name.to_owned(),
    }
}

/// What is odd about a cluster, in a word or two.
fn note(one: &ClusterReport, catalog: &Catalog) -> String {
    let notes = [
        ("cluster-note-reopened", !one.reopened.is_empty()),
        ("cluster-note-chain", one.chain.is_some()),
        ("cluster-note-not-comparable", one.basis != "backtrace"),
    ];
    let notes = notes.iter().filter(|(_, holds)| *holds).map(|(key, _)| catalog.text(key, &[]));
    notes.collect::<Vec<_>>().join(", ")
}

fn blocks(one: &ClusterReport, detail: Detail, catalog: &Catalog) -> Vec<Block> {
    let (number, crashes) = (name(one), one.crashes.len().to_string());
    let values = [("number", &*number), ("title", &*one.title), ("crashes", &*crashes)];
    let tone = if one.issue.is_some() { Tone::Match } else { Tone::Plain };
    let mut blocks = vec![Block::Heading(catalog.text("cluster-heading", &values), tone)];
    let most = most_shown(detail);
    let builds = build_texts(&one.builds);
    let days = days_text(one.first.as_ref(), one.last.as_ref());
    let fields = [
        ("label-crashes", listed(&one.crashes, most, catalog)),
        ("label-hosts", listed(&one.hosts, most, catalog)),
        ("label-builds", listed(&builds, most, catalog)),
        ("label-seen", days),
        ("label-middle", one.medoid.clone()),
        ("label-fingerprints", listed(&one.fingerprints, most, catalog)),
        ("label-together", basis_text(one, catalog)),
        ("label-chain", chain_text(one, catalog)),
        ("label-nearest", nearest_text(one, catalog)),
    ];
    let id = one.id.as_deref().unwrap_or_default();
    let reopened = reopened_texts(id, &one.reopened, catalog).map(|text| ("label-reopened", text));
    let fields = reopened.chain(fields);
    let fields = fields.into_iter().filter(|(_, value)| !value.is_empty());
    blocks.extend(fields.map(|(label, value)| Block::Field(label, value)));
    blocks
}

/// `20842708 (3)`.
pub(in crate::report) fn build_texts(builds: &[BuildCount]) -> Vec<String> {
    builds.iter().map(|build| format!("{} ({})", build.build, build.crashes)).collect()
}

/// `2026-11-02 – 2026-11-06`.
pub(in crate::report) fn days_text(first: Option<&String>, last: Option<&String>) -> String {
    match (first, last) {
        (Some(first), Some(last)) if first != last => format!("{first} – {last}"),
        (first, _) => first.cloned().unwrap_or_default(),
    }
}

/// The most values of a list that are shown before their number.
pub(in crate::report) fn most_shown(detail: Detail) -> usize {
    if detail > Detail::Short { usize::MAX } else { FEW }
}

/// The first of some values, and how many more there are.
pub(in crate::report) fn listed(values: &[String], most: usize, catalog: &Catalog) -> String {
    let shown = values[..values.len().min(most)].join(", ");
    let more = values.len().saturating_sub(most).to_string();
    if values.len() <= most {
        return shown;
    }
    catalog.text("cluster-and-more", &[("shown", &shown), ("more", &more)])
}

pub(in crate::report) fn basis_text(one: &ClusterReport, catalog: &Catalog) -> String {
    if one.basis == "backtrace" {
        return String::new();
    }
    catalog.text(&format!("cluster-basis-{}", one.basis), &[])
}

pub(in crate::report) fn chain_text(one: &ClusterReport, catalog: &Catalog) -> String {
    let Some(chain) = &one.chain else { return String::new() };
    let numbers = [chain.unlike.to_string(), chain.pairs.to_string()];
    let [similarity, from_middle] =
        [chain.similarity, chain.from_middle].map(|likeness| format!("{likeness:.2}"));
    let values = [
        ("unlike", &*numbers[0]),
        ("pairs", &*numbers[1]),
        ("one", &*chain.weakest[0]),
        ("other", &*chain.weakest[1]),
        ("similarity", &*similarity),
        ("farthest", &*chain.farthest),
        ("middle", &*from_middle),
    ];
    catalog.text("cluster-chain", &values)
}

/// A sentence for each fix of the cluster `name` that did not help.
pub(in crate::report) fn reopened_texts<'a>(
    name: &'a str,
    reopened: &'a [ReopenedReport],
    catalog: &'a Catalog,
) -> impl Iterator<Item = String> + 'a {
    reopened.iter().map(move |one| {
        let (number, build) = (one.number.to_string(), one.build.to_string());
        let values = [
            ("name", name),
            ("number", &*number),
            ("crash", &*one.crash),
            ("build", &*build),
            ("issue", &*one.issue),
            ("fix", &*one.fix),
        ];
        catalog.text("cluster-reopened", &values)
    })
}

pub(in crate::report) fn nearest_text(one: &ClusterReport, catalog: &Catalog) -> String {
    let Some(nearest) = &one.nearest else { return String::new() };
    let number = nearest.id.clone().unwrap_or_else(|| nearest.number.to_string());
    let similarity = format!("{:.2}", nearest.similarity);
    catalog.text("cluster-nearest", &[("number", &number), ("similarity", &similarity)])
}
