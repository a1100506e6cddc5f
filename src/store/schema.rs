//! Opening a store, and bringing a new one to the current schema.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::error::{Error, Result};

mod embedded {
    refinery::embed_migrations!("migrations/store");
}

/// The number of the last file in `migrations/store/`; a test compares them.
pub const SCHEMA_VERSION: u32 = 5;

/// The compiled knowledge base in SQLite.
#[derive(Debug)]
pub struct Store {
    pub(super) connection: Connection,
}

impl Store {
    /// Makes an empty store in the file `path`.
    ///
    /// # Errors
    /// [`Error::Store`] and [`Error::Migration`] when SQLite cannot write there.
    pub fn create(path: &Path) -> Result<Self> {
        let connection = Connection::open(path).map_err(Error::store("create the database"))?;
        Self::migrated(connection)
    }

    /// Makes an empty store in memory.
    ///
    /// # Errors
    /// As [`Store::create`].
    pub fn in_memory() -> Result<Self> {
        let connection =
            Connection::open_in_memory().map_err(Error::store("create the database"))?;
        Self::migrated(connection)
    }

    /// Opens the finished store in the file `path` for reading only.
    ///
    /// # Errors
    /// [`Error::Store`] when there is none.
    pub fn open(path: &Path) -> Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection =
            Connection::open_with_flags(path, flags).map_err(Error::store("open the database"))?;
        // Without this SQLite plans a statement again for each value bound to it: a quarter of
        // the time of a run.
        connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
            .map_err(Error::store("set up the database"))?;
        // One transaction for all that is read: outside of one SQLite locks the file and looks
        // for journals again at each statement, a thousand system calls in a run.
        connection.execute_batch("BEGIN").map_err(Error::store("set up the database"))?;
        Ok(Self { connection })
    }

    fn migrated(mut connection: Connection) -> Result<Self> {
        // The file is written once into a place that nobody reads yet and then renamed:
        // a journal would protect nothing.
        connection
            .execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
            .map_err(Error::store("set up the database"))?;
        embedded::migrations::runner().run(&mut connection)?;
        Ok(Self { connection })
    }

    /// The stamp that the store was compiled with.
    ///
    /// # Errors
    /// [`Error::Store`] when the file is no store.
    pub fn stamp(&self) -> Result<String> {
        self.connection
            .query_row("SELECT value FROM meta WHERE key = 'stamp'", [], |row| row.get(0))
            .map_err(Error::store("read the stamp"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_version_is_that_of_the_last_migration() {
        let last = embedded::migrations::runner()
            .get_migrations()
            .iter()
            .map(|migration| migration.version())
            .max();
        assert_eq!(last.map(|version| version as u32), Some(SCHEMA_VERSION));
    }
}
