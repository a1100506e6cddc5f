//! The comparison of backtraces beside published methods, on a labelled set.
//!
//! Each set ([`TraceSet`]) is dealt into folds; every method is asked about every backtrace with
//! parameters that were chosen on other labels, and the answers become ranks, areas and intervals.
//! `docs/evaluation.md` has the protocol. The published methods are in `peers/`.

mod bootstrap;
mod comparison;
mod ours;
mod peers;
mod protocol;
mod question;
mod rank;
mod separation;
mod shipped;
mod traces;

pub use bootstrap::{Estimate, RESAMPLES};
pub use comparison::{Chosen, Comparison, Difference, Experiment, MethodResult, SetSummary};
pub use protocol::{NotEnough, Progress};
pub use traces::{BadLine, Case, Trace, TraceSet};
