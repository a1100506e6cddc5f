//! How well does it work? Measurements over the knowledge base, in the forms in which purple
//! screens really arrive, and over labelled sets of backtraces, beside published methods.
//!
//! Compiled only with the feature `eval`: recognising a crash needs nothing of it.

mod bootstrap;
mod calibration;
mod comparison;
mod crowd;
pub mod damage;
mod forms;
mod ours;
mod peers;
mod protocol;
mod question;
mod rank;
mod separation;
mod tally;
mod traces;

pub use bootstrap::{Estimate, RESAMPLES};
pub use calibration::{
    Answer, Bin, FOLDS, Loss, Observation, Spread, answers, bins, fit, loss, observe, spreads,
};
pub use comparison::{Chosen, Comparison, Difference, Experiment, MethodResult, SetSummary};
pub use crowd::{Change, add_issues, change};
pub use forms::{Cause, FormCase, Request, rounds, run};
pub use protocol::{NotEnough, Progress};
pub use tally::{Group, Row, Share, Silence, rows, silences};
pub use traces::{BadLine, Trace, TraceSet};
