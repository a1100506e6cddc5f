//! How good is our comparison of backtraces beside published methods?
//!
//! A labelled set of backtraces in, a table of methods out; `docs/evaluation.md`
//! has the protocol. Compiled only with the feature `eval`: recognising a crash
//! needs nothing of it.

mod bootstrap;
mod comparison;
mod ours;
mod peers;
mod protocol;
mod question;
mod rank;
mod separation;
mod traces;

pub use bootstrap::{Estimate, RESAMPLES};
pub use comparison::{Comparison, Difference, Experiment, MethodResult, SetSummary};
pub use protocol::{NotEnough, Progress};
pub use traces::{BadLine, Trace, TraceSet};
