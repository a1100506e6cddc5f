//! SQLite: known issues as documents, and tables that answer questions about all of them.
//!
//! Everything in here is derived from `kb/`; the file can be deleted at any time. A store is
//! written once (`write.rs`) and then only read: documents by their id (`read.rs`), issues by the
//! builds, functions, modules, panic kinds and articles that they name (`questions.rs`). A document
//! is read once and then shared, so a store may be used by several threads at once.

mod questions;
mod read;
mod schema;
mod write;

pub use questions::ListedIssue;
pub use read::{KnownIssue, StoredExemplar, StoredFace, StoredSignature};
pub(crate) use schema::SCHEMA_VERSION;
pub use write::CompiledIssue;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use rusqlite::{Connection, Params};

use crate::error::{Error, Result};
use crate::kb::Status;

impl FromSql for Status {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str()?.parse().map_err(|error| FromSqlError::Other(Box::new(error)))
    }
}

/// The compiled knowledge base in SQLite.
#[derive(Debug)]
pub struct Store {
    /// Locked for the length of one query.
    connection: Mutex<Connection>,
    /// How far the present query is, in steps of `schema.rs`, which ends one that goes on forever.
    steps: Arc<AtomicU32>,
    issues: OnceLock<BTreeMap<String, IssueEntry>>,
}

/// A known issue with its document, once it has been read.
#[derive(Debug)]
struct IssueEntry {
    status: Status,
    document: OnceLock<Arc<KnownIssue>>,
}

impl Store {
    fn new(connection: Connection) -> Self {
        let (connection, steps) = (Mutex::new(connection), Arc::default());
        Self { connection, steps, issues: OnceLock::new() }
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        // A panic while reading leaves nothing half done in a store that is only read.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Collects the rows of one query.
    fn rows<T>(
        &self,
        sql: &str,
        parameters: impl Params,
        read: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let connection = self.connection();
        self.steps.store(0, Ordering::Relaxed);
        collect(&connection, sql, parameters, read).map_err(failed("read the knowledge base"))
    }
}

fn collect<T>(
    connection: &Connection,
    sql: &str,
    parameters: impl Params,
    read: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    connection.prepare_cached(sql)?.query_map(parameters, read)?.collect()
}

/// Wraps an error of SQLite with the attempted action.
fn failed(action: &'static str) -> impl FnOnce(rusqlite::Error) -> Error {
    move |source| Error::Store { action, source: source.into() }
}
