//! The page of `psod-match cluster`.

use super::super::block::{Block, Tone};
use super::super::render::clusters::render_clusters;
use super::super::views::{ClusterReport, ClustersReport};
use super::super::{Detail, Printed};
use crate::message::Catalog;

/// Places, hosts and builds of a cluster that are shown before their number.
const FEW: usize = 8;

impl Printed for ClustersReport {
    /// Each cluster with its fields; the table of all of them is [`ClustersReport::rows`].
    fn page(&self, catalog: &Catalog, detail: Detail) -> Vec<Block> {
        let shown =
            self.clusters.iter().filter(|one| detail > Detail::Short || one.crashes.len() > 1);
        shown.flat_map(|one| blocks(one, detail, catalog)).collect()
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
        let row = |one: &ClusterReport| {
            vec![
                name(one),
                one.crashes.len().to_string(),
                one.title.clone(),
                one.builds.len().to_string(),
                one.first.clone().unwrap_or_default(),
                one.last.clone().unwrap_or_default(),
                note(one, catalog),
            ]
        };
        self.clusters.iter().map(row).collect()
    }
}

/// Its name in the ledger, else its number in this list.
fn name(one: &ClusterReport) -> String {
    one.id.clone().unwrap_or_else(|| one.number.to_string())
}

/// What is odd about a cluster, in a word.
fn note(one: &ClusterReport, catalog: &Catalog) -> String {
    let key = match (one.basis, &one.chain) {
        (_, Some(_)) => "cluster-note-chain",
        ("backtrace", None) => return String::new(),
        _ => "cluster-note-not-comparable",
    };
    catalog.text(key, &[])
}

fn blocks(one: &ClusterReport, detail: Detail, catalog: &Catalog) -> Vec<Block> {
    let (number, crashes) = (name(one), one.crashes.len().to_string());
    let values = [("number", &*number), ("title", &*one.title), ("crashes", &*crashes)];
    let tone = if one.issue.is_some() { Tone::Match } else { Tone::Plain };
    let mut blocks = vec![Block::Heading(catalog.text("cluster-heading", &values), tone)];
    let most = if detail > Detail::Short { usize::MAX } else { FEW };
    let builds: Vec<String> =
        one.builds.iter().map(|build| format!("{} ({})", build.build, build.crashes)).collect();
    let days = match (&one.first, &one.last) {
        (Some(first), Some(last)) if first != last => format!("{first} – {last}"),
        (first, _) => first.clone().unwrap_or_default(),
    };
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
    let fields = fields.into_iter().filter(|(_, value)| !value.is_empty());
    blocks.extend(fields.map(|(label, value)| Block::Field(label, value)));
    blocks
}

/// The first of some values, and how many more there are.
fn listed(values: &[String], most: usize, catalog: &Catalog) -> String {
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
    let similarity = format!("{:.2}", chain.similarity);
    let values = [
        ("unlike", &*numbers[0]),
        ("pairs", &*numbers[1]),
        ("one", &*chain.weakest[0]),
        ("other", &*chain.weakest[1]),
        ("similarity", &*similarity),
    ];
    catalog.text("cluster-chain", &values)
}

pub(in crate::report) fn nearest_text(one: &ClusterReport, catalog: &Catalog) -> String {
    let Some(nearest) = one.nearest else { return String::new() };
    let (number, similarity) = (nearest.number.to_string(), format!("{:.2}", nearest.similarity));
    catalog.text("cluster-nearest", &[("number", &number), ("similarity", &similarity)])
}
