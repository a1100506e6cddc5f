//! Making an empty store and opening a finished one.
//!
//! The shape is one file, `migrations/store/schema.sql`, with a number in it. A store of another
//! number is never brought up to date: it is derived, so it is compiled again.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::{Store, failed};
use crate::error::{Error, Result};

const SCHEMA: &str = include_str!("../../migrations/store/schema.sql");

/// The number in `migrations/store/schema.sql`.
pub(crate) const SCHEMA_VERSION: u32 = 8;

impl Store {
    /// Makes an empty store in the file `path`.
    ///
    /// # Errors
    /// [`Error::Store`] when SQLite cannot write there.
    pub fn create(path: &Path) -> Result<Self> {
        Self::empty(Connection::open(path).map_err(failed("create the database"))?)
    }

    /// Makes an empty store in memory.
    ///
    /// # Errors
    /// [`Error::Store`] when SQLite fails.
    pub fn in_memory() -> Result<Self> {
        Self::empty(Connection::open_in_memory().map_err(failed("create the database"))?)
    }

    /// Opens the finished store in the file `path` for reading only.
    ///
    /// # Errors
    /// [`Error::Store`] when the file does not exist, [`Error::Compiled`] when it has another schema.
    pub fn open(path: &Path) -> Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection =
            Connection::open_with_flags(path, flags).map_err(failed("open the database"))?;
        // Without this SQLite plans a statement again for each value bound to it: a quarter of
        // the time of a run.
        connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
            .map_err(failed("set up the database"))?;
        // One transaction for all that is read: outside of one SQLite locks the file and looks
        // for journals again at each statement, a thousand system calls in a run.
        connection.execute_batch("BEGIN").map_err(failed("set up the database"))?;
        let version: u32 = connection
            .query_row("PRAGMA user_version", [], |row| row.get(0))
            .map_err(failed("read the schema version"))?;
        if version != SCHEMA_VERSION {
            let problem = format!(
                "{} has schema version {version}, expected {SCHEMA_VERSION}",
                path.display()
            );
            return Err(Error::Compiled(problem));
        }
        Ok(Self::new(connection))
    }

    fn empty(connection: Connection) -> Result<Self> {
        // Neither a journal nor waiting for the disk would protect anything: no one reads the file
        // before it is renamed as a whole, and one that a power failure has damaged is found by its
        // stamp or its schema and compiled again.
        connection
            .execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
            .map_err(failed("set up the database"))?;
        connection.execute_batch(SCHEMA).map_err(failed("create the tables"))?;
        Ok(Self::new(connection))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_version_is_the_number_in_the_schema_file() {
        assert!(SCHEMA.contains(&format!("PRAGMA user_version = {SCHEMA_VERSION};")));
    }

    #[test]
    fn a_store_of_another_schema_is_not_opened() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("store.sqlite");
        let connection = Connection::open(&path).expect("a database");
        connection.execute_batch("PRAGMA user_version = 5").expect("set");
        drop(connection);
        let error = Store::open(&path).expect_err("another schema");
        assert!(error.to_string().contains("schema version 5, expected 8"), "{error}");
    }
}
