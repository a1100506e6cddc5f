//! What many crashes say together.
//!
//! [`patterns_of_host`] compares the screens of one host as the vendor's article (VMware 1004250)
//! teaches.
//!
//! [`fn@cluster`] says which of many crashes belong together. Its nodes are distinct backtraces
//! ([`Node`]), the edges pairs that the aligner finds alike ([`Edge`]); a cluster is a connected
//! component of them ([`fn@partition`]). [`Neighbours`] finds all edges of a node without a comparison with
//! each other one, and [`Clusters`] takes one node after the other and always has what a batch would
//! give. `docs/clusters.md` says why it is done so. Nothing here reads or writes.

mod chance;
mod cluster;
mod clusters;
mod edges;
mod event;
mod names;
mod neighbours;
mod node;
mod partition;
mod patterns;
mod recorded;
mod regressed;
mod similar;
mod weeks;

pub use cluster::{
    AlikeNodes, Basis, ChainOf, Cluster, ClusterTitle, ClusteredCrash, Clustering, Known, Nearest,
    cluster, cluster_alike,
};
pub use clusters::{Because, Clusters, Move};
pub use edges::{Constraints, Edge, share_of_top, similarity};
pub use event::HostEvent;
pub use neighbours::Neighbours;
pub use node::{CLUSTER_SHAPE, CUT, MIN_TELLING, Node};
pub use partition::{Partition, partition, partition_of_edges};
pub use patterns::{HostPatterns, Pattern, PatternCode, patterns_of_host};
pub use recorded::{recorded_alike, recorded_constraints, recorded_crashes};
pub use regressed::{Regression, regressions};
pub use similar::{RecordedBacktraces, SimilarCrash};
pub use weeks::{MAX_WEEKS, WeekCount, Weeks};
