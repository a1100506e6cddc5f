//! Recorded crashes, as published.

use schemars::JsonSchema;
use serde::Serialize;

use super::clusters::{BuildCount, ReopenedReport, cluster_name, reopened_reports};
use super::crash::CrashView;
use super::envelope::{SCHEMA, Source, SourceReport, tool};
use crate::diagnose::Subject;
use crate::ledger::{
    Change, ClusterCounts, Decision, LedgerAnswer, LedgerCrash, LedgerRow, NewCrash,
};
use crate::triage::SimilarCrash;

/// A crash that `psod-match record` has kept.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct RecordReport {
    /// Version of this format; it changes when a field changes its meaning.
    pub schema: u32,
    /// Version of psod-match.
    pub tool: String,
    /// Where the crash was found.
    pub source: SourceReport,
    /// Its number in the ledger.
    pub id: i64,
    /// True when the same event was recorded before, so that nothing is added.
    pub known: bool,
    /// True when private strings were replaced.
    pub redacted: bool,
    /// The answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<LedgerAnswer>,
}

impl RecordReport {
    /// The published form of a crash that was recorded.
    pub fn new(id: i64, known: bool, new: &NewCrash, source: Source<'_>, line: usize) -> Self {
        Self {
            schema: SCHEMA,
            tool: tool(),
            source: source.report(line),
            id,
            known,
            redacted: new.redacted,
            answer: new.answers.last().cloned(),
        }
    }
}

/// Some recorded crashes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LedgerPage {
    /// The crashes, the last recorded first.
    pub crashes: Vec<LedgerRow>,
    /// How many there are in all.
    pub all: usize,
}

impl LedgerPage {
    /// A part of all that was asked for.
    pub fn new(crashes: Vec<LedgerRow>, all: usize) -> Self {
        Self { crashes, all }
    }
}

/// One recorded crash with everything about it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct LedgerEntry {
    /// Version of this format; it changes when a field changes its meaning.
    pub schema: u32,
    /// Version of psod-match.
    pub tool: String,
    /// As a list shows it.
    pub recorded: LedgerRow,
    /// True when private strings were replaced before it was stored.
    pub redacted: bool,
    /// The content of the screen.
    pub crash: CrashView,
    /// Every answer, the first one first.
    pub answers: Vec<LedgerAnswer>,
    /// Every decision, the first one first.
    pub decisions: Vec<Decision>,
}

impl LedgerEntry {
    /// The published form of a recorded crash.
    pub fn new(found: &LedgerCrash, subject: &Subject) -> Self {
        Self {
            schema: SCHEMA,
            tool: tool(),
            recorded: found.row.clone(),
            redacted: found.redacted,
            crash: CrashView::new(subject),
            answers: found.answers.clone(),
            decisions: found.decisions.clone(),
        }
    }
}

/// One cluster of the ledger: what is counted about it, and what happened to it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct LedgerCluster {
    /// Version of this format; it changes when a field changes its meaning.
    pub schema: u32,
    /// Version of psod-match.
    pub tool: String,
    /// Its name, `C-12`: that of the cluster that it went up in, for an old one.
    pub id: String,
    /// Number of crashes.
    pub crashes: usize,
    /// Its fingerprints, the first recorded first.
    pub fingerprints: Vec<String>,
    /// The hosts that are known.
    pub hosts: Vec<String>,
    /// The builds.
    pub builds: Vec<BuildCount>,
    /// The first day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<String>,
    /// The last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<String>,
    /// Fixes of its issue that did not help, the first one first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reopened: Vec<ReopenedReport>,
    /// What came into it or left it, the first move first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub moves: Vec<MoveReport>,
}

/// A fingerprint that came into another cluster.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct MoveReport {
    /// When, UTC.
    pub moved: String,
    /// The fingerprint.
    pub fingerprint: String,
    /// Name of its cluster before.
    pub from: String,
    /// Name of its cluster since then.
    pub to: String,
}

impl LedgerCluster {
    /// The published form of a cluster.
    pub fn new(found: ClusterCounts) -> Self {
        let moves = found.moves.into_iter().map(|one| MoveReport {
            moved: one.moved,
            fingerprint: one.fingerprint,
            from: cluster_name(one.from),
            to: cluster_name(one.to),
        });
        let builds = found.builds.into_iter().map(|(build, crashes)| BuildCount { build, crashes });
        let (first, last) = found.days.map(|[first, last]| (first, last)).unzip();
        Self {
            schema: SCHEMA,
            tool: tool(),
            id: cluster_name(found.number),
            crashes: found.crashes,
            fingerprints: found.fingerprints,
            hosts: found.hosts.into_iter().collect(),
            builds: builds.collect(),
            first,
            last,
            reopened: reopened_reports(&found.reopened),
            moves: moves.collect(),
        }
    }
}

/// An answer about a recorded crash that is another one now.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct LedgerChange {
    /// Version of this format; it changes when a field changes its meaning.
    pub schema: u32,
    /// Version of psod-match.
    pub tool: String,
    /// The crash.
    pub id: i64,
    /// The answer before; absent when there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<LedgerAnswer>,
    /// The answer now.
    pub after: LedgerAnswer,
}

impl LedgerChange {
    /// The published form of a change.
    pub fn new(change: &Change) -> Self {
        Self {
            schema: SCHEMA,
            tool: tool(),
            id: change.crash,
            before: change.before.clone(),
            after: change.after.clone(),
        }
    }
}

/// The recorded crashes that are most like a crash.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct SimilarReport {
    /// Version of this format; it changes when a field changes its meaning.
    pub schema: u32,
    /// Version of psod-match.
    pub tool: String,
    /// Where the crash was found.
    pub source: SourceReport,
    /// The recorded backtraces, the most alike first.
    pub similar: Vec<SimilarEntry>,
}

/// A recorded backtrace that is like a crash.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct SimilarEntry {
    /// How alike they are, 0 to 1.
    pub similarity: f64,
    /// Hash of the story frames.
    pub fingerprint: String,
    /// Name of its cluster, once the recorded crashes were dealt into clusters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
    /// Numbers of its crashes.
    pub crashes: Vec<i64>,
    /// The functions of the crash and of the recorded one; those that correspond are one pair.
    pub rows: Vec<[Option<String>; 2]>,
}

impl SimilarReport {
    /// The published form of what is like a crash.
    pub fn new(found: Vec<SimilarCrash>, source: Source<'_>, line: usize) -> Self {
        let similar = found.into_iter().map(|one| SimilarEntry {
            similarity: (one.similarity * 1000.0).round() / 1000.0,
            fingerprint: one.recorded.fingerprint,
            cluster: one.recorded.cluster.map(cluster_name),
            crashes: one.recorded.crashes,
            rows: one.rows,
        });
        Self {
            schema: SCHEMA,
            tool: tool(),
            source: source.report(line),
            similar: similar.collect(),
        }
    }
}
