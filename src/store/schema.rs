//! Making an empty store and opening a finished one.
//!
//! The shape is one file, `migrations/store/schema.sql`, with a number in it. A store of another
//! number is never brought up to date: it is derived, so it is compiled again.

use std::io::Read;
use std::sync::atomic::Ordering;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, MAIN_DB};

use super::{Store, failed};
use crate::error::{Error, Result};

const SCHEMA: &str = include_str!("../../migrations/store/schema.sql");

/// The number in `migrations/store/schema.sql`.
pub(crate) const SCHEMA_VERSION: u32 = 10;

/// What a finished store is opened with. Nothing that a file says about itself is run: neither
/// views nor triggers, nor functions in its schema that could do anything.
const READING: &[(DbConfig, bool)] = &[
    (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
    (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
    (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
    (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
    // Without this SQLite plans a statement again for each value bound to it: a quarter of the time
    // of a run.
    (DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true),
];

/// Steps of SQLite's machine after which it is asked whether the query has gone on for too long.
const STEPS: i32 = 1_000_000;
/// How often it is asked before it has: about a second, and a hundred times what a knowledge base of
/// ten thousand issues needs.
const MAX_STEPS: u32 = 50;

/// More bytes than a store has.
const EVERY_PAGE: i64 = 1 << 40;

impl Store {
    /// Makes an empty store in memory.
    ///
    /// # Errors
    /// [`Error::Store`] when SQLite fails; so for every method here.
    pub fn in_memory() -> Result<Self> {
        let connection = Connection::open_in_memory().map_err(failed("create the database"))?;
        connection.execute_batch(SCHEMA).map_err(failed("create the tables"))?;
        Ok(Self::new(connection))
    }

    /// The file of a finished store.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut connection = self.connection();
        let bytes = connection.serialize(MAIN_DB).map_err(failed("write the database"))?;
        Ok(bytes.to_vec())
    }

    /// Opens the file of a finished store, of `length` bytes, for reading only. SQLite gets a copy
    /// in memory: whatever happens to the file afterwards changes no answer.
    ///
    /// # Errors
    /// [`Error::Compiled`] when it has another schema.
    pub fn open(file: impl Read, length: usize) -> Result<Self> {
        let mut connection = Connection::open_in_memory().map_err(failed("open the database"))?;
        connection
            .deserialize_read_exact(MAIN_DB, file, length, true)
            .map_err(failed("read the database"))?;
        // With a bound above zero SQLite looks at the pages where they are. Without, it copies each.
        connection
            .pragma_update(None, "mmap_size", EVERY_PAGE)
            .map_err(failed("set up the database"))?;
        for (name, on) in READING {
            connection.set_db_config(*name, *on).map_err(failed("set up the database"))?;
        }
        check_schema(&connection)?;
        let store = Self::new(connection);
        let steps = store.steps.clone();
        store
            .connection()
            .progress_handler(
                STEPS,
                Some(move || steps.fetch_add(1, Ordering::Relaxed) >= MAX_STEPS),
            )
            .map_err(failed("set up the database"))?;
        Ok(store)
    }
}

/// Compares the schema with the one that this program writes, row by row: a view, a trigger or a
/// table of somebody else could make each query another one.
fn check_schema(connection: &Connection) -> Result<()> {
    let reading = "read the schema";
    let version: u32 = connection
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .map_err(failed(reading))?;
    if version != SCHEMA_VERSION {
        let problem = format!("it has schema version {version}, expected {SCHEMA_VERSION}");
        return Err(Error::Compiled(problem));
    }
    let sql = "SELECT name, sql FROM sqlite_schema";
    let rows: Vec<(String, Option<String>)> =
        super::collect(connection, sql, [], |row| row.try_into()).map_err(failed(reading))?;
    let mut written = 0;
    for (name, sql) in rows {
        let known = match sql {
            // SQLite makes one for each primary key of a table with row numbers.
            None => name.starts_with("sqlite_autoindex_"),
            Some(sql) => {
                written += 1;
                memchr::memmem::find(SCHEMA.as_bytes(), format!("{sql};").as_bytes()).is_some()
            }
        };
        if !known {
            return Err(Error::Compiled(format!("its schema has {name}, which is not its own")));
        }
    }
    let expected = SCHEMA.lines().filter(|line| line.starts_with("CREATE ")).count();
    if written != expected {
        let problem = format!("its schema has {written} tables and indexes, expected {expected}");
        return Err(Error::Compiled(problem));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(bytes: &[u8]) -> Result<Store> {
        Store::open(bytes, bytes.len())
    }

    /// A store that `sql` has been done to.
    fn changed(sql: &str) -> Result<Store> {
        let store = Store::in_memory().expect("a store");
        store.connection().execute_batch(sql).expect("changed");
        open(&store.to_bytes().expect("bytes"))
    }

    #[track_caller]
    fn check(sql: &str, expected: &str) {
        let error = changed(sql).expect_err("another schema").to_string();
        assert!(error.contains(expected), "{error}");
    }

    #[test]
    fn the_schema_version_is_the_number_in_the_schema_file() {
        assert!(SCHEMA.contains(&format!("PRAGMA user_version = {SCHEMA_VERSION};")));
    }

    #[test]
    fn a_store_of_another_schema_is_not_opened() {
        check("PRAGMA user_version = 5", "schema version 5, expected 10");
        check("CREATE VIEW endless AS SELECT 1", "has endless, which is not its own");
        check(
            "DROP TABLE meta; CREATE VIEW meta AS WITH RECURSIVE n(key) AS \
             (SELECT 1 UNION ALL SELECT key FROM n) SELECT key, key AS value FROM n",
            "has meta, which is not its own",
        );
        check(
            "CREATE TRIGGER t AFTER INSERT ON meta BEGIN DELETE FROM meta; END",
            "has t, which is not its own",
        );
        check("DROP INDEX builds_by_line", "13 tables and indexes, expected 14");
        check("CREATE INDEX meta_by_value ON meta (value)", "has meta_by_value");
    }

    #[test]
    fn a_finished_store_cannot_be_written() {
        let store = changed("").expect("a store");
        let error = store.connection().execute_batch("DELETE FROM meta").expect_err("read only");
        assert!(error.to_string().contains("readonly"), "{error}");
    }

    #[test]
    fn bytes_that_are_cut_or_no_store_are_an_error() {
        for bytes in [&b""[..], b"SQLite format 3\0", &[0; 4096]] {
            assert!(open(bytes).is_err());
        }
    }

    #[test]
    fn no_query_goes_on_forever() {
        let store = changed("").expect("a store");
        let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT i FROM n \
                   WHERE i > 1";
        let error = store.first(sql, []).expect_err("an endless query").to_string();
        assert!(error.contains("interrupted"), "{error}");
        assert!(store.issue_ids().expect("the next query").is_empty());
    }
}
