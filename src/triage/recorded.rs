//! The recorded crashes of a ledger, ready to be dealt into clusters.
//!
//! Crashes are not read again: what is compared of them is in their rows and fingerprints. Only
//! fingerprints that are new since the last time are held against the others.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::cluster::{AlikeNodes, ClusteredCrash, Known};
use super::edges::{Constraints, Edge, TOP_PRICE};
use super::neighbours::Neighbours;
use super::node::{CLUSTER_SHAPE, MIN_TELLING, Node};
use super::partition::edge_of;
use crate::diagnose::Knowledge;
use crate::error::Result;
use crate::kb::date_of;
use crate::ledger::{
    DecisionKind, Ledger, LedgerRow, Query, RecordedEdge, RecordedEdges, RecordedFingerprint,
};
use crate::matching::{MAX_FRAMES, Weights};
use crate::signature::KeyFrame;

/// More crashes than a ledger can hold.
const ALL: usize = i32::MAX.unsigned_abs() as usize;
/// Bytes of the stamp of edges.
const STAMP_BYTES: usize = 16;

/// The crashes that `query` asks for, with the last answer to each. What the team decided about one
/// counts more than the answer.
///
/// # Errors
/// As [`Ledger::list`], and those of reading an issue.
pub fn recorded_crashes(
    ledger: &Ledger,
    query: &Query,
    knowledge: &Knowledge,
) -> Result<Vec<ClusteredCrash>> {
    let (rows, _) = ledger.list(query, ALL)?;
    let weights = knowledge.matcher().weights();
    let backtraces = ledger.fingerprints()?.into_iter().map(|recorded| {
        let frames: Arc<[KeyFrame]> = recorded.frames().into();
        (recorded.fingerprint, (Node::new(&frames, weights), frames))
    });
    let backtraces: HashMap<String, Backtrace> = backtraces.collect();
    let mut issues = Issues { knowledge, read: BTreeMap::new() };
    let crashes = rows.into_iter().map(|row| recorded_crash(row, &backtraces, &mut issues));
    crashes.collect()
}

/// What is compared of a fingerprint, and its frames as printed.
type Backtrace = (Option<Node>, Arc<[KeyFrame]>);

fn recorded_crash(
    row: LedgerRow,
    backtraces: &HashMap<String, Backtrace>,
    issues: &mut Issues<'_>,
) -> Result<ClusteredCrash> {
    let backtrace = row.fingerprint.as_ref().and_then(|print| backtraces.get(print));
    let (node, frames) = backtrace.cloned().unwrap_or_else(|| (None, [].into()));
    Ok(ClusteredCrash {
        place: row.id.to_string(),
        node,
        frames,
        known: issues.known(&row)?,
        is_declined: row.decision.as_ref().is_some_and(|one| one.kind != DecisionKind::Issue),
        kind: row.kind.and_then(|kind| kind.parse().ok()),
        message: row.message,
        build: row.build,
        line: row.line,
        host: row.host,
        day: row.seen.as_deref().and_then(date_of),
    })
}

/// The titles of issues, each read once.
struct Issues<'a> {
    knowledge: &'a Knowledge,
    read: BTreeMap<String, Option<Known>>,
}

impl Issues<'_> {
    /// The issue that a crash is by decision, else by its last answer.
    fn known(&mut self, row: &LedgerRow) -> Result<Option<Known>> {
        let decided = row.decision.as_ref();
        let issue = match (decided, row.answer.as_ref().filter(|one| one.verdict == "match")) {
            (Some(decision), _) if decision.kind == DecisionKind::Issue => decision.value.as_ref(),
            (Some(_), _) => None,
            (None, answer) => answer.and_then(|answer| answer.issue.as_ref()),
        };
        let Some(issue) = issue else { return Ok(None) };
        if let Some(known) = self.read.get(issue) {
            return Ok(known.clone());
        }
        let found = self.knowledge.issue(issue)?.map(|found| Known {
            issue: issue.clone(),
            title: found.issue.title.clone(),
            title_ja: found.issue.japanese.title.clone(),
        });
        self.read.insert(issue.clone(), found.clone());
        Ok(found)
    }
}

/// The recorded backtraces with all pairs that reach the cut. New backtraces are held against all
/// others, and what is found is kept in the ledger: the next time, they are not new any more.
///
/// # Errors
/// [`crate::error::Error::Ledger`] when the ledger cannot be read or written.
pub fn recorded_alike(ledger: &mut Ledger, weights: &Weights, cut: f64) -> Result<AlikeNodes> {
    let stamp = edge_stamp(weights, cut);
    let known = ledger.edges(&stamp)?;
    let (alike, joined, new) = joined(&known, weights, cut);
    if !joined.is_empty() {
        ledger.keep_edges(&stamp, &known, &joined, &new)?;
    }
    Ok(alike)
}

/// All that edges depend on: rarity and frame lists, how backtraces become nodes, and the sources of
/// the aligner.
fn edge_stamp(weights: &Weights, cut: f64) -> String {
    let numbers = format!("{CLUSTER_SHAPE:?} {TOP_PRICE} {MIN_TELLING} {MAX_FRAMES} {cut}");
    let mut digest = Sha256::new();
    for part in [env!("PSOD_MATCH_COMPARING"), &numbers, &format!("{weights:?}")] {
        digest.update(part.as_bytes());
        digest.update([0]);
    }
    digest.finalize().iter().take(STAMP_BYTES).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The nodes of the recorded backtraces with all their edges; the numbers of those that are new, and
/// the edges that these have brought.
fn joined(
    known: &RecordedEdges,
    weights: &Weights,
    cut: f64,
) -> (AlikeNodes, Vec<i64>, Vec<RecordedEdge>) {
    let comparable = known.fingerprints.iter().filter_map(|recorded| {
        let node = Node::new(&recorded.frames(), weights)?;
        Some((recorded, node))
    });
    let (mut recorded, nodes): (Vec<&RecordedFingerprint>, Vec<Node>) = comparable.unzip();
    let places: HashMap<i64, usize> =
        recorded.iter().enumerate().map(|(place, one)| (one.number, place)).collect();
    let edges = known.edges.iter().filter_map(|edge| {
        let [one, other] = edge.ends.map(|number| places.get(&number).copied());
        Some(edge_of(&nodes, one?, other?, edge.similarity))
    });
    let mut edges: Vec<Edge> = edges.collect();
    let (mut new, before) = (Vec::new(), edges.len());
    if recorded.iter().any(|one| !one.is_joined) {
        // The index numbers its nodes in the order in which it gets them.
        let mut order: Vec<usize> = (0..nodes.len()).collect();
        order.sort_by_key(|place| !recorded[*place].is_joined);
        let mut index = Neighbours::new(cut);
        for place in &order {
            if !recorded[*place].is_joined {
                let found = index.neighbours_of(&nodes[*place]).into_iter();
                edges.extend(
                    found.map(|(other, likeness)| edge_of(&nodes, *place, order[other], likeness)),
                );
            }
            index.insert(nodes[*place].clone());
        }
        new.extend(edges[before..].iter().map(|edge| RecordedEdge {
            ends: [recorded[edge.a].number, recorded[edge.b].number],
            similarity: edge.similarity,
        }));
    }
    recorded.retain(|one| !one.is_joined);
    let joined = recorded.iter().map(|one| one.number).collect();
    (AlikeNodes { nodes, edges }, joined, new)
}

/// What the team decided about pairs of crashes.
///
/// # Errors
/// As [`Ledger::decided_pairs`].
pub fn recorded_constraints(ledger: &Ledger) -> Result<Constraints> {
    let decided = ledger.decided_pairs()?;
    let same = decided.same.iter();
    let constraints =
        same.fold(Constraints::default(), |all, [one, other]| all.same_as(one, other));
    let apart = decided.apart.iter();
    Ok(apart.fold(constraints, |all, [one, other]| all.not_same_as(one, other)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tempfile::TempDir;

    use super::super::node::CUT;
    use super::super::node::tests::{FUNCTIONS, weights};
    use super::super::partition::{partition, partition_of_edges};
    use super::*;
    use crate::kb::Rarity;
    use crate::ledger::{NewCrash, NewDecision};
    use crate::signature::Background;

    /// A ledger in a directory of its own.
    fn empty() -> (TempDir, Ledger) {
        let directory = tempfile::tempdir().expect("a directory");
        let ledger = Ledger::open(&directory.path().join("crashes.ledger")).expect("a ledger");
        (directory, ledger)
    }

    /// Records a crash of these functions, with an uptime of its own; returns its number.
    fn record(ledger: &mut Ledger, functions: &str, hours: usize) -> i64 {
        let frames = functions.split_whitespace().enumerate().map(|(place, function)| {
            format!(
                "0x453949a1be{place:02x}:[0x42002b65ad3b]{function}@vmkernel#nover+0x45f stack: 0x1\n"
            )
        });
        let text = format!(
            "VMware ESXi 7.0.3 [Releasebuild-20842708 x86_64]\n\
             #PF Exception 14 in world 2097460:helper IP 0x42002b65ad3b addr 0x8\n\
             VMK uptime: {hours}:01:02:03.004\n{}",
            frames.collect::<String>()
        );
        let new = NewCrash::of_text(&text);
        ledger.record(&new).expect("recorded").id()
    }

    fn decide(ledger: &mut Ledger, crash: i64, other: i64, kind: DecisionKind) {
        let value = Some(other.to_string());
        let new = NewDecision { kind, value, ..NewDecision::default() };
        ledger.decide(crash, &new).expect("decided");
    }

    /// The clusters by what the ledger has kept and joined, each by its fingerprints.
    fn clusters(ledger: &mut Ledger, weights: &Weights) -> Vec<Vec<String>> {
        let alike = recorded_alike(ledger, weights, CUT).expect("edges");
        let constraints = recorded_constraints(ledger).expect("decisions");
        let partition = partition_of_edges(&alike.nodes, alike.edges, &constraints);
        named(&partition.fingerprints(&alike.nodes))
    }

    /// The clusters by comparing everything anew.
    fn from_scratch(ledger: &Ledger, weights: &Weights) -> Vec<Vec<String>> {
        let recorded = ledger.fingerprints().expect("fingerprints");
        let nodes = recorded.iter().filter_map(|one| Node::new(&one.frames(), weights));
        let nodes: Vec<Node> = nodes.collect();
        let constraints = recorded_constraints(ledger).expect("decisions");
        named(&partition(&nodes, &constraints, CUT).fingerprints(&nodes))
    }

    fn named(clusters: &[Vec<&str>]) -> Vec<Vec<String>> {
        clusters.iter().map(|names| names.iter().map(|name| (*name).to_owned()).collect()).collect()
    }

    #[test]
    fn what_was_compared_is_not_compared_again() {
        let (_directory, mut ledger) = empty();
        for (hours, functions) in ["Alpha Beta Gamma", "Delta Epsilon Zeta"].iter().enumerate() {
            record(&mut ledger, functions, hours);
        }
        let weights = weights();
        assert_eq!(clusters(&mut ledger, &weights).len(), 2);
        // An edge that no comparison gives shows whether one is made.
        let known = ledger.edges(&edge_stamp(&weights, CUT)).expect("edges");
        let ends = [known.fingerprints[0].number, known.fingerprints[1].number];
        let edge = RecordedEdge { ends, similarity: 0.9 };
        let stamp = edge_stamp(&weights, CUT);
        ledger.keep_edges(&stamp, &known, &ends, &[edge]).expect("kept");
        assert_eq!(clusters(&mut ledger, &weights).len(), 1);
        record(&mut ledger, "Alpha Beta Gamma Eta", 9);
        assert_eq!(clusters(&mut ledger, &weights).len(), 1);
        // With another rarity all are compared again, once.
        let rarity = Rarity { counts: [("Alpha".to_owned(), 3)].into(), total: 50 };
        let other = Weights::new(rarity, Background::default());
        assert_eq!(clusters(&mut ledger, &other).len(), 2);
        let known = ledger.edges(&edge_stamp(&other, CUT)).expect("edges");
        assert!(known.fingerprints.iter().all(|one| one.is_joined));
        // Somebody with the former program has not seen that, and changes nothing.
        ledger.keep_edges(&stamp, &RecordedEdges::default(), &ends, &[edge]).expect("passed over");
        assert_eq!(clusters(&mut ledger, &other).len(), 2);
    }

    #[test]
    fn a_crash_that_is_taken_out_joins_nothing() {
        let (_directory, mut ledger) = empty();
        let weights = weights();
        for (hours, functions) in ["A1 B1 C1 D1", "B1 C1 D1 E1", "C1 D1 E1 F1"].iter().enumerate() {
            record(&mut ledger, functions, hours);
        }
        assert_eq!(clusters(&mut ledger, &weights).len(), 1);
        ledger.remove(2).expect("taken out");
        assert_eq!(clusters(&mut ledger, &weights).len(), 2);
        record(&mut ledger, "B1 C1 D1 E1", 9);
        assert_eq!(clusters(&mut ledger, &weights).len(), 1);
    }

    /// A step of a team: a crash arrives, the clusters are asked for, somebody decides or takes out.
    #[derive(Clone, Debug)]
    enum Happening {
        Crash(Vec<&'static str>),
        Clusters,
        Decision(usize, usize, DecisionKind),
        Removal(usize),
    }

    fn happening() -> impl Strategy<Value = Happening> {
        let functions = prop::collection::vec(prop::sample::select(FUNCTIONS), 1..7);
        let kinds = prop::sample::select(&[DecisionKind::SameAs, DecisionKind::NotSameAs][..]);
        prop_oneof![
            6 => functions.prop_map(Happening::Crash),
            2 => Just(Happening::Clusters),
            1 => (0_usize..16, 0_usize..16, kinds)
                .prop_map(|(one, other, kind)| Happening::Decision(one, other, kind)),
            1 => (0_usize..16).prop_map(Happening::Removal),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]
        #[test]
        fn whatever_happens_the_clusters_are_those_from_scratch(
            happenings in prop::collection::vec(happening(), 1..24),
        ) {
            let (_directory, mut ledger) = empty();
            let weights = weights();
            let mut ids: Vec<i64> = Vec::new();
            for (number, happening) in happenings.iter().enumerate() {
                match happening {
                    Happening::Crash(functions) => {
                        ids.push(record(&mut ledger, &functions.join(" "), number));
                    }
                    Happening::Clusters => {
                        let kept = clusters(&mut ledger, &weights);
                        prop_assert_eq!(kept, from_scratch(&ledger, &weights));
                    }
                    Happening::Decision(one, other, kind) if ids.len() > 1 => {
                        let (one, other) = (ids[one % ids.len()], ids[other % ids.len()]);
                        if one != other {
                            decide(&mut ledger, one, other, *kind);
                        }
                    }
                    Happening::Removal(place) if ids.len() > 2 => {
                        let id = ids.remove(place % ids.len());
                        ledger.remove(id).expect("taken out");
                    }
                    Happening::Decision(..) | Happening::Removal(_) => {}
                }
            }
            prop_assert_eq!(clusters(&mut ledger, &weights), from_scratch(&ledger, &weights));
        }
    }
}
