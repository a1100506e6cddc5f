//! Crashes dealt into clusters, as published.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use time::Date;

use super::envelope::{SCHEMA, tool};
use crate::ledger::{NamedClusters, Reopening};
use crate::message::Catalog;
use crate::triage::{Basis, Cluster, ClusterTitle, ClusteredCrash, Clustering, Weeks};

/// The output of `psod-match cluster`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct ClustersReport {
    /// Version of this format; it changes when a field changes its meaning.
    pub schema: u32,
    /// Version of psod-match.
    pub tool: String,
    /// Digest of the knowledge base that gave rarity and known issues.
    pub kb: String,
    /// How alike two backtraces must be to be neighbours.
    pub cut: f64,
    /// The number of crashes.
    pub crashes: usize,
    /// The clusters, the largest first.
    pub clusters: Vec<ClusterReport>,
    /// Pairs of fingerprints that are the same by one decision, and kept apart by others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contradictory: Vec<[String; 2]>,
    /// The crashes of each week, by build and cluster.
    pub weeks: WeeksReport,
}

/// Crashes that belong together.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct ClusterReport {
    /// Number in this list, from 1.
    pub number: usize,
    /// Its name in the ledger, `C-12`, which stays; absent for crashes of files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// `backtrace`: they are alike; `fingerprint`, `message`, `nothing`: they cannot be compared with others,
    /// and have this in common.
    pub basis: &'static str,
    /// What it is called.
    pub title: String,
    /// The known issue that it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issue: Option<String>,
    /// The panic kind of the crash in the middle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The places of its crashes.
    pub crashes: Vec<String>,
    /// Its distinct fingerprints.
    pub fingerprints: Vec<String>,
    /// The hosts that are known.
    pub hosts: Vec<String>,
    /// The builds.
    pub builds: Vec<BuildCount>,
    /// The first day, where a clock is printed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<String>,
    /// The last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<String>,
    /// The place of the crash that is most like all others.
    pub medoid: String,
    /// Fixes of its issue that did not help, the first one first: with one of them it is `C-12 (2)`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reopened: Vec<ReopenedReport>,
    /// Set when it holds together only over some of its members.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chain: Option<ChainReport>,
    /// The cluster that is most like it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nearest: Option<NearestReport>,
}

/// The crashes of a build.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct BuildCount {
    /// Build number.
    pub build: u32,
    /// Number of crashes.
    pub crashes: usize,
}

/// A crash of the issue of a cluster on a build that has the fix.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct ReopenedReport {
    /// Number of the cluster since then, from 2.
    pub number: usize,
    /// The issue.
    pub issue: String,
    /// The update line.
    pub line: String,
    /// The first release of the line with the fix.
    pub fix: String,
    /// The first crash on a build with the fix, by its number in the ledger.
    pub crash: String,
    /// Its build.
    pub build: u32,
}

/// A cluster with members that are there only over others.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct ChainReport {
    /// Pairs of fingerprints that are less alike than the cut.
    pub unlike: usize,
    /// All pairs.
    pub pairs: usize,
    /// The pair of fingerprints without which there would be two clusters.
    pub weakest: [String; 2],
    /// How alike they are.
    pub similarity: f64,
    /// The fingerprint that is least like the crash in the middle.
    pub farthest: String,
    /// How alike these two are.
    pub from_middle: f64,
}

/// Another cluster.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct NearestReport {
    /// Its number.
    pub number: usize,
    /// Its name in the ledger.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// How alike the crashes in the middle of both are.
    pub similarity: f64,
}

/// When crashes happened.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct WeeksReport {
    /// The crashes of each week that has one.
    pub counts: Vec<WeekReport>,
    /// Crashes that print no date.
    pub undated: usize,
    /// Crashes of weeks before those that are listed.
    pub earlier: usize,
    /// What the counts are made of, for the picture.
    #[serde(skip)]
    pub(in crate::report) weeks: Weeks,
}

/// The crashes of one cluster on one build in one week.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct WeekReport {
    /// The Monday of the week.
    pub week: String,
    /// Build number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub build: Option<u32>,
    /// Number of the cluster.
    pub cluster: usize,
    /// Number of crashes.
    pub crashes: usize,
}

impl ClustersReport {
    /// The published form of clusters that were made with `cut` and the knowledge base `kb`.
    pub fn new(found: &Clustering, cut: f64, kb: &str, catalog: &Catalog) -> Self {
        let clusters = found.clusters.iter().enumerate();
        Self {
            schema: SCHEMA,
            tool: tool(),
            kb: kb.to_owned(),
            cut,
            crashes: found.crashes.len(),
            clusters: clusters
                .map(|(place, cluster)| cluster_report(place, cluster, &found.crashes, catalog))
                .collect(),
            contradictory: found.contradictory.clone(),
            weeks: weeks_report(&found.weeks),
        }
    }

    /// The same with the names of the ledger, in the order of the clusters that have fingerprints.
    #[must_use]
    pub fn with_names(mut self, named: &NamedClusters) -> Self {
        let comparable = self.clusters.iter_mut().filter(|one| !one.fingerprints.is_empty());
        for (cluster, number) in comparable.zip(&named.numbers) {
            cluster.id = Some(cluster_name(*number));
        }
        let ids: Vec<Option<String>> = self.clusters.iter().map(|one| one.id.clone()).collect();
        for nearest in self.clusters.iter_mut().filter_map(|one| one.nearest.as_mut()) {
            nearest.id = ids.get(nearest.number - 1).cloned().flatten();
        }
        self
    }
}

impl ClustersReport {
    /// The same with the fixes that did not help, the first one first.
    #[must_use]
    pub fn with_reopenings(mut self, reopenings: &[Reopening]) -> Self {
        let mut of_clusters: BTreeMap<String, Vec<&Reopening>> = BTreeMap::new();
        for one in reopenings {
            of_clusters.entry(cluster_name(one.cluster)).or_default().push(one);
        }
        for cluster in &mut self.clusters {
            let own = cluster.id.as_ref().and_then(|id| of_clusters.remove(id));
            cluster.reopened = reopened_reports(own.unwrap_or_default());
        }
        self
    }
}

/// The fixes of one cluster that did not help: it was the first one, and is the second since the first
/// of them.
pub(in crate::report) fn reopened_reports<'a>(
    reopenings: impl IntoIterator<Item = &'a Reopening>,
) -> Vec<ReopenedReport> {
    let reports = (2..).zip(reopenings).map(|(number, one)| ReopenedReport {
        number,
        issue: one.issue.clone(),
        line: one.line.clone(),
        fix: one.fix.clone(),
        crash: one.crash.to_string(),
        build: one.build,
    });
    reports.collect()
}

/// `C-12`.
pub(in crate::report) fn cluster_name(number: i64) -> String {
    format!("C-{number}")
}

fn cluster_report(
    place: usize,
    cluster: &Cluster,
    crashes: &[ClusteredCrash],
    catalog: &Catalog,
) -> ClusterReport {
    let issue = match &cluster.title {
        ClusterTitle::Known(known) => Some(known.issue.clone()),
        _ => None,
    };
    let middle = &crashes[cluster.medoid];
    ClusterReport {
        number: place + 1,
        id: None,
        basis: basis_code(cluster.basis),
        title: title(&cluster.title, catalog),
        issue,
        kind: middle.kind.map(|kind| kind.as_str().to_owned()),
        crashes: cluster.crashes.iter().map(|place| crashes[*place].place.clone()).collect(),
        fingerprints: cluster.fingerprints.clone(),
        hosts: cluster.hosts.clone(),
        builds: cluster
            .builds
            .iter()
            .map(|(build, crashes)| BuildCount { build: *build, crashes: *crashes })
            .collect(),
        first: cluster.days.map(|[first, _]| day(first)),
        last: cluster.days.map(|[_, last]| day(last)),
        medoid: middle.place.clone(),
        reopened: Vec::new(),
        chain: cluster.chain.as_ref().map(|chain| ChainReport {
            unlike: chain.unlike,
            pairs: chain.pairs,
            weakest: chain.weakest.clone(),
            similarity: rounded(chain.similarity),
            farthest: chain.farthest.clone(),
            from_middle: rounded(chain.from_middle),
        }),
        nearest: cluster.nearest.map(|nearest| NearestReport {
            number: nearest.cluster + 1,
            id: None,
            similarity: rounded(nearest.similarity),
        }),
    }
}

fn basis_code(basis: Basis) -> &'static str {
    match basis {
        Basis::Backtrace => "backtrace",
        Basis::Fingerprint => "fingerprint",
        Basis::Message => "message",
        Basis::Nothing => "nothing",
    }
}

/// The words for the title of a cluster.
pub(super) fn title(title: &ClusterTitle, catalog: &Catalog) -> String {
    match title {
        ClusterTitle::Known(known) => {
            let words = catalog.chosen(known.title.clone(), known.title_ja.clone());
            format!("{} {words}", known.issue)
        }
        ClusterTitle::Frames(found, frames) => {
            let names = frames.iter().map(|frame| match &frame.module {
                Some(module) => format!("{}@{module}", frame.function),
                None => frame.function.clone(),
            });
            let names = names.collect::<Vec<_>>().join(", ");
            let values = [("kind", &*kind_word(*found, catalog)), ("functions", &names)];
            catalog.text("cluster-title-frames", &values)
        }
        ClusterTitle::Message(found, message) if message.is_empty() => kind_word(*found, catalog),
        ClusterTitle::Message(found, message) => {
            format!("{}: {message}", kind_word(*found, catalog))
        }
    }
}

fn kind_word(kind: Option<crate::crash::PanicKind>, catalog: &Catalog) -> String {
    match kind {
        Some(kind) => kind.as_str().to_owned(),
        None => catalog.text("cluster-no-panic", &[]),
    }
}

fn weeks_report(weeks: &Weeks) -> WeeksReport {
    let counts = weeks.counts.iter().map(|count| WeekReport {
        week: day(weeks.weeks[count.week]),
        build: weeks.builds[count.build],
        cluster: count.cluster + 1,
        crashes: count.crashes,
    });
    WeeksReport {
        counts: counts.collect(),
        undated: weeks.undated,
        earlier: weeks.earlier,
        weeks: weeks.clone(),
    }
}

/// `2026-11-02`.
pub(in crate::report) fn day(day: Date) -> String {
    format!("{:04}-{:02}-{:02}", day.year(), u8::from(day.month()), day.day())
}

/// The last digits of a sum differ between machines.
fn rounded(similarity: f64) -> f64 {
    (similarity * 1000.0).round() / 1000.0
}
