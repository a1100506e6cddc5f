//! Clusters as a person reads them: title, size, builds, days, the crash in the middle.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use time::{Date, Month};

use super::edges::{Constraints, Edge};
use super::neighbours::Neighbours;
use super::node::Node;
use super::partition::{Chain, Partition, partition_of_edges};
use super::weeks::{Dated, Weeks};
use crate::crash::PanicKind;
use crate::diagnose::{Diagnosis, Subject};
use crate::matching::{Verdict, Weights};
use crate::message::Bilingual;
use crate::signature::KeyFrame;

/// Functions in the title of a cluster.
const TITLE_FUNCTIONS: usize = 2;
/// Likeness below which two clusters have nothing to do with each other.
const NEAREST: f64 = 0.1;

/// A crash that is dealt into a cluster.
#[derive(Clone, Debug, PartialEq)]
pub struct ClusteredCrash {
    /// Where it comes from; crashes are listed in this order.
    pub place: String,
    /// Its backtrace; `None` without story frames.
    pub node: Option<Node>,
    /// Its story frames, with their modules.
    pub frames: Arc<[KeyFrame]>,
    /// The panic kind.
    pub kind: Option<PanicKind>,
    /// The panic message, empty when absent.
    pub message: String,
    /// Build of the host.
    pub build: Option<u32>,
    /// Update line of the host.
    pub line: Option<String>,
    /// The host, where something outside of the crash names it.
    pub host: Option<String>,
    /// The day, where a clock is printed.
    pub day: Option<Date>,
    /// The known issue that it is a match of.
    pub known: Option<Known>,
    /// True when a person has decided that it is no known issue.
    pub is_declined: bool,
}

/// A known issue.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Known {
    /// Issue id.
    pub issue: String,
    /// English title.
    pub title: String,
    /// Japanese title.
    pub title_ja: String,
}

impl ClusteredCrash {
    /// The crash of a subject with its answer.
    pub fn new(place: String, subject: &Subject, answer: &Diagnosis, weights: &Weights) -> Self {
        let keys = &subject.keys;
        let best = answer.matches.first().filter(|_| answer.verdict == Verdict::Match);
        let known = best.map(|best| {
            let Bilingual { english, japanese } = best.title.clone();
            Known { issue: best.issue.clone(), title: english, title_ja: japanese }
        });
        Self {
            place,
            node: Node::new(&keys.frames, weights),
            frames: keys.frames.as_slice().into(),
            kind: keys.kind,
            message: keys.message.clone(),
            build: subject.host.build,
            line: subject.host.line.clone(),
            host: None,
            day: subject.crash.date.and_then(day_of),
            known,
            is_declined: false,
        }
    }

    /// True when nothing says that it is something else than the issue of its cluster.
    pub fn may_be(&self, known: &Known) -> bool {
        !self.is_declined && self.known.as_ref().is_none_or(|own| own == known)
    }
}

fn day_of((year, month, day): (i32, u8, u8)) -> Option<Date> {
    Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()
}

/// What brings the crashes of a cluster together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// Their backtraces are alike.
    Backtrace,
    /// They have the same fingerprint, which says too little to be compared with others.
    Fingerprint,
    /// They have no story frames, and the same panic message but for its numbers.
    Message,
    /// Nothing: a crash without frames and message is alone.
    Nothing,
}

/// Crashes that belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// What brings them together.
    pub basis: Basis,
    /// What it is called.
    pub title: ClusterTitle,
    /// Its crashes, as places in [`Clustering::crashes`], in order.
    pub crashes: Vec<usize>,
    /// Its distinct fingerprints, in order.
    pub fingerprints: Vec<String>,
    /// The hosts that are known, in order.
    pub hosts: Vec<String>,
    /// Crashes of each build, in order.
    pub builds: BTreeMap<u32, usize>,
    /// The first and the last day.
    pub days: Option<[Date; 2]>,
    /// The crash that is most like all others.
    pub medoid: usize,
    /// Set when the cluster holds together only over some of its members.
    pub chain: Option<ChainOf>,
    /// The cluster whose middle is most like that of this one, and how much.
    pub nearest: Option<Nearest>,
}

/// The weak place of a chain, by fingerprint.
#[derive(Clone, Debug, PartialEq)]
pub struct ChainOf {
    /// Pairs of fingerprints that are less alike than the cut.
    pub unlike: usize,
    /// All pairs.
    pub pairs: usize,
    /// The pair without which there would be two clusters.
    pub weakest: [String; 2],
    /// How alike they are.
    pub similarity: f64,
    /// The member that is least like the crash in the middle.
    pub farthest: String,
    /// How alike these two are.
    pub from_middle: f64,
}

/// Another cluster that is a little alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nearest {
    /// Its place in [`Clustering::clusters`].
    pub cluster: usize,
    /// How alike the crashes in the middle of both are.
    pub similarity: f64,
}

/// What a cluster is called.
#[derive(Clone, Debug, PartialEq)]
pub enum ClusterTitle {
    /// The known issue that most of its crashes, or the one in the middle, are a match of.
    Known(Known),
    /// The panic kind and the rarest functions near the top of the crash in the middle.
    Frames(Option<PanicKind>, Vec<KeyFrame>),
    /// The panic kind and the message.
    Message(Option<PanicKind>, String),
}

/// Crashes dealt into clusters.
#[derive(Clone, Debug, PartialEq)]
pub struct Clustering {
    /// All crashes, by place.
    pub crashes: Vec<ClusteredCrash>,
    /// The clusters: the largest first, of equal ones the one with the first crash.
    pub clusters: Vec<Cluster>,
    /// The decisions that contradict others.
    pub contradictory: Vec<[String; 2]>,
    /// When they happened.
    pub weeks: Weeks,
}

/// Distinct backtraces, and all pairs of them that reach the cut.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AlikeNodes {
    /// The backtraces, each once.
    pub nodes: Vec<Node>,
    /// The pairs, each once.
    pub edges: Vec<Edge>,
}

impl AlikeNodes {
    /// The backtraces of some crashes, held against each other.
    pub fn of_crashes(crashes: &[ClusteredCrash], cut: f64) -> Self {
        let (mut index, mut known) = (Neighbours::new(cut), HashSet::new());
        for node in crashes.iter().filter_map(|crash| crash.node.as_ref()) {
            if known.insert(node.fingerprint()) {
                index.insert(node.clone());
            }
        }
        Self { nodes: index.nodes().to_vec(), edges: index.edges() }
    }
}

/// Deals crashes into clusters: by backtraces that are alike by `cut` at least, or that `constraints`
/// puts together; without a backtrace that can be compared by the fingerprint, or by the message.
pub fn cluster(crashes: Vec<ClusteredCrash>, constraints: &Constraints, cut: f64) -> Clustering {
    let alike = AlikeNodes::of_crashes(&crashes, cut);
    cluster_alike(crashes, alike, constraints, cut)
}

/// As [`fn@cluster`], by edges that are known for this cut. Backtraces without a crash play no part.
pub fn cluster_alike(
    mut crashes: Vec<ClusteredCrash>,
    alike: AlikeNodes,
    constraints: &Constraints,
    cut: f64,
) -> Clustering {
    // The order in which crashes were read must not matter. Crashes of a ledger have numbers.
    crashes.sort_by_cached_key(|crash| (crash.place.parse::<u64>().ok(), crash.place.clone()));
    let prints = Prints::new(&crashes, alike, constraints, cut);
    let mut clusters = prints.clusters(&crashes);
    clusters.extend(without_frames(&crashes));
    clusters.sort_by_key(|cluster| (usize::MAX - cluster.crashes.len(), cluster.crashes[0]));
    name_nearest(&mut clusters, &crashes);
    let weeks = weeks_of(&clusters, &crashes);
    let contradictory = prints.partition.contradictory;
    Clustering { crashes, clusters, contradictory, weeks }
}

/// The distinct fingerprints with their crashes and clusters.
struct Prints {
    cut: f64,
    nodes: Vec<Node>,
    /// The crashes of each node.
    crashes: Vec<Vec<usize>>,
    edges: Vec<Edge>,
    partition: Partition,
}

impl Prints {
    fn new(
        crashes: &[ClusteredCrash],
        alike: AlikeNodes,
        constraints: &Constraints,
        cut: f64,
    ) -> Self {
        let (mut nodes, mut of_nodes) = (Vec::new(), Vec::<Vec<usize>>::new());
        let mut places: HashMap<&str, usize> = HashMap::new();
        for (number, crash) in crashes.iter().enumerate() {
            let Some(node) = &crash.node else { continue };
            let place = *places.entry(node.fingerprint()).or_insert_with(|| {
                of_nodes.push(Vec::new());
                nodes.push(node.clone());
                nodes.len() - 1
            });
            of_nodes[place].push(number);
        }
        let own: Vec<Option<usize>> =
            alike.nodes.iter().map(|node| places.get(node.fingerprint()).copied()).collect();
        let edges = alike.edges.iter().filter_map(|edge| {
            Some(Edge { a: own[edge.a]?, b: own[edge.b]?, similarity: edge.similarity })
        });
        let edges: Vec<Edge> = edges.collect();
        let partition = partition_of_edges(&nodes, edges.clone(), constraints);
        Self { cut, nodes, crashes: of_nodes, edges, partition }
    }

    fn clusters(&self, crashes: &[ClusteredCrash]) -> Vec<Cluster> {
        let middles = self.middle_nodes();
        let chains =
            Chain::of_partition(&self.partition, &self.edges, &self.nodes, &middles, self.cut);
        let groups = self.partition.clusters.iter().enumerate();
        let clusters = groups.map(|(number, members)| {
            self.cluster(members, middles[number], chains.get(&number), crashes)
        });
        clusters.collect()
    }

    /// The cluster of these nodes, of which `middle` is the one in the middle.
    fn cluster(
        &self,
        members: &[usize],
        middle: usize,
        chain: Option<&Chain>,
        crashes: &[ClusteredCrash],
    ) -> Cluster {
        let mut own: Vec<usize> =
            members.iter().flat_map(|place| self.crashes[*place].iter().copied()).collect();
        own.sort_unstable();
        let is_compared = members.len() > 1 || self.nodes[middle].is_comparable();
        let basis = if is_compared { Basis::Backtrace } else { Basis::Fingerprint };
        let medoid = self.crashes[middle][0];
        let title =
            title_of(&own, medoid, crashes, frames_title(&self.nodes[middle], &crashes[medoid]));
        Cluster {
            fingerprints: members.iter().map(|place| self.fingerprint_of(*place)).collect(),
            chain: chain.map(|chain| ChainOf {
                unlike: chain.unlike,
                pairs: chain.pairs,
                weakest: [
                    self.fingerprint_of(chain.weakest.a),
                    self.fingerprint_of(chain.weakest.b),
                ],
                similarity: chain.weakest.similarity,
                farthest: self.fingerprint_of(chain.farthest),
                from_middle: chain.from_middle,
            }),
            ..described(basis, title, own, medoid, crashes)
        }
    }

    fn fingerprint_of(&self, place: usize) -> String {
        self.nodes[place].fingerprint().to_owned()
    }

    /// The node in the middle of each cluster: the one that is most like all its crashes.
    fn middle_nodes(&self) -> Vec<usize> {
        let middles = self.middles();
        self.partition.clusters.iter().map(|members| self.middle_of(members, &middles)).collect()
    }

    fn middle_of(&self, members: &[usize], middles: &[f64]) -> usize {
        let middle = members.iter().copied().max_by(|one, other| {
            // Of equal ones the one with the smaller fingerprint, which comes first.
            let prints = [other, one].map(|place| self.nodes[*place].fingerprint());
            middles[*one].total_cmp(&middles[*other]).then(prints[0].cmp(prints[1]))
        });
        middle.unwrap_or(members[0])
    }

    /// How much each node is like the crashes of its cluster, itself included.
    fn middles(&self) -> Vec<f64> {
        let mut numbers = vec![0; self.nodes.len()];
        for (number, members) in self.partition.clusters.iter().enumerate() {
            members.iter().for_each(|member| numbers[*member] = number);
        }
        let places = 0..self.nodes.len();
        let mut middles: Vec<f64> = places.map(|place| self.crash_count(place)).collect();
        for edge in self.edges.iter().filter(|edge| numbers[edge.a] == numbers[edge.b]) {
            middles[edge.a] += edge.similarity * self.crash_count(edge.b);
            middles[edge.b] += edge.similarity * self.crash_count(edge.a);
        }
        middles
    }

    /// How many crashes a node has.
    fn crash_count(&self, place: usize) -> f64 {
        self.crashes[place].len() as f64
    }
}

/// Crashes without story frames, by kind and message.
fn without_frames(crashes: &[ClusteredCrash]) -> Vec<Cluster> {
    let mut groups: BTreeMap<(Option<PanicKind>, String), Vec<usize>> = BTreeMap::new();
    let mut clusters = Vec::new();
    for (number, crash) in crashes.iter().enumerate().filter(|(_, crash)| crash.node.is_none()) {
        if crash.message.is_empty() {
            let title = ClusterTitle::Message(crash.kind, String::new());
            let title = title_of(&[number], number, crashes, title);
            clusters.push(described(Basis::Nothing, title, vec![number], number, crashes));
        } else {
            groups.entry((crash.kind, without_numbers(&crash.message))).or_default().push(number);
        }
    }
    clusters.extend(groups.into_iter().map(|((kind, message), own)| {
        let title = title_of(&own, own[0], crashes, ClusterTitle::Message(kind, message));
        let medoid = own[0];
        described(Basis::Message, title, own, medoid, crashes)
    }));
    clusters
}

/// The message with `#` for each number: those of worlds, PCPUs and addresses differ from crash to crash.
fn without_numbers(message: &str) -> String {
    let mut text = String::with_capacity(message.len());
    let mut characters = message.chars().peekable();
    while let Some(character) = characters.next() {
        if !character.is_ascii_digit() {
            text.push(character);
            continue;
        }
        let is_hexadecimal = character == '0' && characters.next_if(|next| *next == 'x').is_some();
        let radix = if is_hexadecimal { 16 } else { 10 };
        while characters.next_if(|next| next.is_digit(radix)).is_some() {}
        text.push('#');
    }
    text
}

fn described(
    basis: Basis,
    title: ClusterTitle,
    own: Vec<usize>,
    medoid: usize,
    crashes: &[ClusteredCrash],
) -> Cluster {
    let hosts: BTreeSet<String> =
        own.iter().filter_map(|number| crashes[*number].host.clone()).collect();
    let mut builds = BTreeMap::new();
    for build in own.iter().filter_map(|number| crashes[*number].build) {
        *builds.entry(build).or_default() += 1;
    }
    let days = days_of(&own, crashes).min().zip(days_of(&own, crashes).max());
    Cluster {
        basis,
        title,
        fingerprints: Vec::new(),
        hosts: hosts.into_iter().collect(),
        builds,
        days: days.map(|(first, last)| [first, last]),
        crashes: own,
        medoid,
        chain: None,
        nearest: None,
    }
}

fn days_of(own: &[usize], crashes: &[ClusteredCrash]) -> impl Iterator<Item = Date> {
    own.iter().filter_map(|number| crashes[*number].day)
}

/// The known issue of most crashes, or of the one in the middle; else `other`.
fn title_of(
    own: &[usize],
    medoid: usize,
    crashes: &[ClusteredCrash],
    other: ClusterTitle,
) -> ClusterTitle {
    let mut counts: BTreeMap<&Known, usize> = BTreeMap::new();
    for known in own.iter().filter_map(|number| crashes[*number].known.as_ref()) {
        *counts.entry(known).or_default() += 1;
    }
    let most = counts.into_iter().find(|(_, count)| 2 * count > own.len()).map(|(known, _)| known);
    match most.or(crashes[medoid].known.as_ref()) {
        Some(known) => ClusterTitle::Known(known.clone()),
        None => other,
    }
}

/// The kind and the rarest functions near the top, as printed.
fn frames_title(node: &Node, crash: &ClusteredCrash) -> ClusterTitle {
    let frames = node.backtrace().frames();
    let mut places: Vec<usize> = (0..frames.len()).collect();
    let tells = node.backtrace().tells();
    places.sort_by(|one, other| {
        let order = tells[*other].cmp(&tells[*one]);
        order.then(node.weights()[*other].total_cmp(&node.weights()[*one])).then(one.cmp(other))
    });
    let mut seen = BTreeSet::new();
    places.retain(|place| seen.insert(frames[*place].name.plain.as_str()));
    places.truncate(TITLE_FUNCTIONS);
    places.sort_unstable();
    let chosen = places.iter().filter_map(|place| crash.frames.get(*place)).cloned();
    ClusterTitle::Frames(crash.kind, chosen.collect())
}

/// Finds for each cluster the one that is nearest, by the crashes in their middles.
fn name_nearest(clusters: &mut [Cluster], crashes: &[ClusteredCrash]) {
    let mut index = Neighbours::new(NEAREST);
    let mut numbers = Vec::new();
    for (number, cluster) in clusters.iter().enumerate() {
        if let Some(node) =
            crashes[cluster.medoid].node.as_ref().filter(|node| node.is_comparable())
        {
            index.insert(node.clone());
            numbers.push(number);
        }
    }
    for (place, node) in index.nodes().iter().enumerate() {
        let found = index.neighbours_of(node).into_iter();
        let nearest =
            found.max_by(|one, other| one.1.total_cmp(&other.1).then(other.0.cmp(&one.0)));
        clusters[numbers[place]].nearest =
            nearest.map(|(other, similarity)| Nearest { cluster: numbers[other], similarity });
    }
}

fn weeks_of(clusters: &[Cluster], crashes: &[ClusteredCrash]) -> Weeks {
    let of_cluster = clusters.iter().enumerate().flat_map(|(number, cluster)| {
        cluster.crashes.iter().map(move |place| Dated {
            day: crashes[*place].day,
            build: crashes[*place].build,
            cluster: number,
        })
    });
    Weeks::new(&of_cluster.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::super::node::CUT;
    use super::super::node::tests::node;
    use super::*;

    /// A crash of `functions`, or with this message alone.
    fn crash(place: &str, functions: &str, message: &str) -> ClusteredCrash {
        let frames = functions.split_whitespace().enumerate();
        ClusteredCrash {
            place: place.to_owned(),
            node: (!functions.is_empty()).then(|| node(functions)),
            frames: frames.map(|(index, name)| KeyFrame::new(name, Some("esx"), index)).collect(),
            kind: Some(PanicKind::PageFault),
            message: message.to_owned(),
            build: Some(7),
            line: None,
            host: None,
            day: None,
            known: None,
            is_declined: false,
        }
    }

    fn title(cluster: &Cluster) -> String {
        match &cluster.title {
            ClusterTitle::Known(known) => known.issue.clone(),
            ClusterTitle::Frames(_, frames) => {
                frames.iter().map(|frame| frame.function.clone()).collect::<Vec<_>>().join(" ")
            }
            ClusterTitle::Message(_, message) => message.clone(),
        }
    }

    /// Writes each cluster as `places: title`.
    #[track_caller]
    fn check(crashes: Vec<ClusteredCrash>, expected: &[&str]) -> Clustering {
        let found = cluster(crashes, &Constraints::default(), CUT);
        let words = found.clusters.iter().map(|cluster| {
            let places: Vec<&str> = cluster
                .crashes
                .iter()
                .map(|number| found.crashes[*number].place.as_str())
                .collect();
            format!("{}: {}", places.join(""), title(cluster))
        });
        assert_eq!(words.collect::<Vec<_>>(), expected);
        found
    }

    fn known(crash: ClusteredCrash, issue: &str) -> ClusteredCrash {
        let known = Known { issue: issue.into(), title: String::new(), title_ja: String::new() };
        ClusteredCrash { known: Some(known), ..crash }
    }

    #[test]
    fn what_brings_crashes_together() {
        let found = check(
            vec![
                crash("f", "", "PCPU 7: no heartbeat (0x1f)"),
                crash("a", "A B C D", ""),
                crash("d", "Often A", ""),
                crash("b", "A B C E", ""),
                crash("e", "", "PCPU 12: no heartbeat (0x2)"),
                crash("g", "", ""),
                crash("c", "Often A", ""),
                crash("h", "", ""),
            ],
            &["ab: A B", "cd: Often A", "ef: PCPU #: no heartbeat (#)", "g: ", "h: "],
        );
        let bases: Vec<Basis> = found.clusters.iter().map(|cluster| cluster.basis).collect();
        let expected =
            [Basis::Backtrace, Basis::Fingerprint, Basis::Message, Basis::Nothing, Basis::Nothing];
        assert_eq!(bases, expected);
        assert_eq!(found.clusters[0].builds, [(7, 2)].into());
    }

    #[test]
    fn a_chain_names_its_weakest_pair() {
        let links = ["A B C D", "B C D E", "C D E F", "D E F G", "E F G H", "F G H I"];
        let links = ["a", "b", "c", "d", "e", "f"].iter().zip(links);
        let links: Vec<ClusteredCrash> =
            links.map(|(place, functions)| crash(place, functions, "")).collect();
        let found = cluster(links.clone(), &Constraints::default(), CUT);
        let chain = found.clusters[0].chain.as_ref().expect("a chain");
        assert_eq!((found.clusters.len(), chain.unlike, chain.pairs), (1, 10, 15));
        let ends = [0, 5].map(|end: usize| links[end].node.as_ref().expect("a node").fingerprint());
        assert!(ends.contains(&chain.farthest.as_str()), "{chain:?}");
        assert!(chain.from_middle < 0.3 && chain.similarity >= CUT, "{chain:?}");
        // Its ends are less alike than the cut, and both are like the middle.
        let found = check(links[..3].to_vec(), &["abc: B C"]);
        assert_eq!(found.clusters[0].chain, None);
        assert_eq!(found.crashes[found.clusters[0].medoid].place, "b");
        let found = check(vec![crash("a", "A B C", ""), crash("b", "A B C D", "")], &["ab: A B"]);
        assert_eq!(found.clusters[0].chain, None);
    }

    #[test]
    fn the_known_issue_of_most_crashes_is_the_title() {
        let (a, b, c) = (crash("a", "A B", ""), crash("b", "A B", ""), crash("c", "A B", ""));
        check(vec![a.clone(), known(b.clone(), "X"), known(c.clone(), "X")], &["abc: X"]);
        check(vec![known(a.clone(), "X"), b.clone(), c.clone()], &["abc: X"]);
        check(vec![a, known(b, "X"), c], &["abc: A B"]);
    }

    #[test]
    fn a_little_alike_clusters_are_named() {
        let found = check(
            vec![crash("a", "A B C D", ""), crash("b", "X Y C D", ""), crash("c", "U V", "")],
            &["a: A B", "b: X Y", "c: U V"],
        );
        let nearest: Vec<Option<usize>> =
            found.clusters.iter().map(|cluster| Some(cluster.nearest?.cluster)).collect();
        assert_eq!(nearest, [Some(1), Some(0), None]);
    }
}
