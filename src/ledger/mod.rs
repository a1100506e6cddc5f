//! The ledger: the crashes that a team has recorded, and what it has decided about them.
//!
//! One SQLite file of its own, which nothing can make again: only `migrations/ledger/` changes its
//! shape, answers and decisions are only added, and every change is one transaction that is on the
//! disk when it returns. What it holds was redacted before it came here (`redacted.rs`).

mod body;
mod check;
mod circumstance;
mod clusters;
mod counts;
mod decision;
mod edges;
mod exchange;
mod lines;
mod memory;
mod packed;
mod query;
mod record;
mod redacted;
mod rematch;
mod row;
mod schema;
mod upgrade;

pub use check::Fault;
pub use circumstance::Circumstance;
pub use clusters::{ClusterMove, Decided, NamedClusters, Pair, Reopening};
pub use counts::{ClusterCounts, KeptMove};
pub use decision::{Decision, DecisionKind, NewDecision};
pub use edges::{RecordedEdge, RecordedEdges};
pub use exchange::Imported;
pub use memory::{RememberedIssue, RememberedKnowledge};
pub use packed::{
    Chooser, MessageChooser, PackedCrash, PackedGroups, Standing, Unpacker, UnpackingThread, Wanted,
};
pub use query::{QUERY_FIELDS, Query};
pub use record::{NewCrash, Recorded};
pub use redacted::redacted;
pub use rematch::{Change, RematchBegun};
pub use row::{LedgerAnswer, LedgerCrash, LedgerRow, RecordedFingerprint};

use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode};

use crate::error::Error;

/// The recorded crashes of a team.
#[derive(Debug)]
pub struct Ledger {
    connection: Connection,
    path: PathBuf,
    /// Made by the first crash that is recorded.
    packer: Option<body::Packer>,
}

impl Ledger {
    /// The file of the ledger.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Wraps an error of SQLite with the attempted action.
    fn failed(&self, action: &'static str) -> impl FnOnce(rusqlite::Error) -> Error {
        failed(action, &self.path)
    }
}

/// The error for a statement that SQLite refused, in the words of somebody who has to mend it.
fn failed(action: &'static str, path: &Path) -> impl FnOnce(rusqlite::Error) -> Error {
    let path = path.to_path_buf();
    move |error| {
        let code = error.sqlite_error_code();
        let reason = match code {
            _ if is_busy(&error) => {
                "another program writes it; try again when that is done".to_owned()
            }
            // Reading needs to write, too: who reads stands in a file beside the ledger.
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                "it, or the directory that it is in, may not be written".to_owned()
            }
            Some(ErrorCode::DiskFull) => {
                "the disk is full; nothing of this change is kept".to_owned()
            }
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
                "it is damaged or no ledger; `ledger restore` puts a backup in its place".to_owned()
            }
            _ => error.to_string(),
        };
        Error::Ledger { path, problem: format!("cannot {action}: {reason}") }
    }
}

/// True when another connection hindered a statement.
fn is_busy(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error_code();
    matches!(code, Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// The error for something that a record holds and this program does not understand.
fn damaged(path: &Path, problem: impl Into<String>) -> Error {
    Error::Ledger { path: path.to_path_buf(), problem: problem.into() }
}
