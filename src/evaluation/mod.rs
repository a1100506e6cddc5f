//! How well does it work? Measurements over the knowledge base, in the forms in which
//! purple screens really arrive.

mod crowd;
pub mod damage;
mod forms;
mod tally;

pub use crowd::{Change, add_issues, change};
pub use forms::{Cause, FormCase, Request, rounds, run};
pub use tally::{Group, Row, Share, Silence, rows, silences};
