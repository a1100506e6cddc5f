//! The tables of SQLite: made empty, opened by the first question, asked.
//!
//! The shape is one file, `migrations/store/schema.sql`, with a number in it. Tables of another
//! number are never brought up to date: they are derived, so they are compiled again.

use std::io::Read;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, MAIN_DB, Params, Row};

use super::bytes::FormPart;
use crate::error::{Error, Result};

const SCHEMA: &str = include_str!("../../migrations/store/schema.sql");

/// The number in `migrations/store/schema.sql`.
pub(crate) const SCHEMA_VERSION: u32 = 11;

/// What finished tables are opened with. Nothing that a file says about itself is run: neither
/// views nor triggers, nor functions in its schema that could do anything.
const READING: &[(DbConfig, bool)] = &[
    (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
    (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
    (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
    (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
    // Without this SQLite plans a statement again for each value bound to it.
    (DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true),
];

/// Steps of SQLite's machine after which it is asked whether the query has gone on for too long.
const STEPS: i32 = 1_000_000;
/// How often it is asked before it has: about a second, and a hundred times what a knowledge base of
/// ten thousand issues needs.
const MAX_STEPS: u32 = 50;

/// More bytes than the tables have.
const EVERY_PAGE: i64 = 1 << 40;

/// The tables of a compiled knowledge base.
#[derive(Debug)]
pub(super) struct Tables {
    part: FormPart,
    /// Opened by the first question, and locked for the length of one: a run that recognises a crash
    /// asks none.
    opened: Mutex<Option<Database>>,
}

/// The tables in the memory of SQLite.
#[derive(Debug)]
struct Database {
    connection: Connection,
    /// How far the present query is, in `STEPS`.
    steps: Arc<AtomicU32>,
}

impl Tables {
    /// The tables in `part`, for reading only.
    pub(super) fn new(part: FormPart) -> Self {
        Self { part, opened: Mutex::default() }
    }

    /// Collects the rows of one query.
    ///
    /// # Errors
    /// [`Error::Compiled`] when the tables are damaged or of another schema, [`Error::Store`] when
    /// SQLite fails.
    pub(super) fn rows<T>(
        &self,
        sql: &str,
        parameters: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        // A panic while reading leaves nothing half done in tables that are only read.
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        let database = match opened.take() {
            Some(database) => database,
            None => self.part.read_with(Database::open)?,
        };
        let rows = database.rows(sql, parameters, read);
        *opened = Some(database);
        rows
    }
}

impl Database {
    /// Opens finished tables of `length` bytes. SQLite gets a copy in memory: whatever happens to the
    /// file afterwards changes no answer.
    fn open(file: &mut dyn Read, length: u64) -> Result<Self> {
        let mut connection = Connection::open_in_memory().map_err(failed("open the database"))?;
        let length = usize::try_from(length)
            .map_err(|_| Error::Compiled("its tables are too long for this machine".into()))?;
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
        let steps: Arc<AtomicU32> = Arc::default();
        let counted = Arc::clone(&steps);
        connection
            .progress_handler(
                STEPS,
                Some(move || counted.fetch_add(1, Ordering::Relaxed) >= MAX_STEPS),
            )
            .map_err(failed("set up the database"))?;
        Ok(Self { connection, steps })
    }

    fn rows<T>(
        &self,
        sql: &str,
        parameters: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        self.steps.store(0, Ordering::Relaxed);
        collect(&self.connection, sql, parameters, read).map_err(failed("read the knowledge base"))
    }
}

/// Empty tables in memory.
///
/// # Errors
/// [`Error::Store`] when SQLite fails.
pub(super) fn empty() -> Result<Connection> {
    let connection = Connection::open_in_memory().map_err(failed("create the database"))?;
    connection.execute_batch(SCHEMA).map_err(failed("create the tables"))?;
    Ok(connection)
}

/// The bytes of filled tables.
///
/// # Errors
/// [`Error::Store`] when SQLite fails.
pub(super) fn to_bytes(mut connection: Connection) -> Result<Vec<u8>> {
    let bytes = connection.serialize(MAIN_DB).map_err(failed("write the database"))?;
    Ok(bytes.to_vec())
}

fn collect<T>(
    connection: &Connection,
    sql: &str,
    parameters: impl Params,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    connection.prepare_cached(sql)?.query_map(parameters, read)?.collect()
}

/// Wraps an error of SQLite with the attempted action.
pub(super) fn failed(action: &'static str) -> impl FnOnce(rusqlite::Error) -> Error {
    move |source| Error::Store { action, source: source.into() }
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
        collect(connection, sql, [], |row| row.try_into()).map_err(failed(reading))?;
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
    use std::io::Cursor;

    use super::super::bytes::Extent;
    use super::*;

    fn tables(bytes: Vec<u8>) -> Tables {
        let place = Extent::new(0, &bytes);
        Tables::new(FormPart::new("tables", Arc::new(Mutex::new(Cursor::new(bytes))), place))
    }

    fn ask(tables: &Tables, sql: &str) -> Result<Vec<String>> {
        tables.rows(sql, [], |row| row.get(0))
    }

    /// Tables that `sql` has been done to.
    fn changed(sql: &str) -> Tables {
        let connection = empty().expect("tables");
        connection.execute_batch(sql).expect("changed");
        tables(to_bytes(connection).expect("bytes"))
    }

    #[track_caller]
    fn check(sql: &str, expected: &str) {
        let error = ask(&changed(sql), "SELECT id FROM issues").expect_err("another schema");
        assert!(error.to_string().contains(expected), "{error}");
    }

    #[test]
    fn the_schema_version_is_the_number_in_the_schema_file() {
        assert!(SCHEMA.contains(&format!("PRAGMA user_version = {SCHEMA_VERSION};")));
    }

    #[test]
    fn tables_of_another_schema_are_not_asked() {
        check("PRAGMA user_version = 5", "schema version 5, expected 11");
        check("CREATE VIEW endless AS SELECT 1", "has endless, which is not its own");
        check(
            "DROP TABLE modules; CREATE VIEW modules AS WITH RECURSIVE n(module) AS \
             (SELECT 1 UNION ALL SELECT module FROM n) SELECT module FROM n",
            "has modules, which is not its own",
        );
        check(
            "CREATE TRIGGER t AFTER INSERT ON modules BEGIN DELETE FROM modules; END",
            "has t, which is not its own",
        );
        check("DROP INDEX builds_by_line", "8 tables and indexes, expected 9");
        check("CREATE INDEX issues_by_title ON issues (title)", "has issues_by_title");
    }

    #[test]
    fn finished_tables_cannot_be_written() {
        let error =
            ask(&changed(""), "DELETE FROM modules RETURNING module").expect_err("read only");
        assert!(error.to_string().contains("readonly"), "{error}");
    }

    #[test]
    fn bytes_that_are_cut_or_no_tables_are_an_error() {
        for bytes in [&b""[..], b"SQLite format 3\0", &[0; 4096]] {
            assert!(ask(&tables(bytes.to_vec()), "SELECT id FROM issues").is_err());
        }
    }

    #[test]
    fn damaged_tables_are_an_error_at_every_question() {
        let mut bytes = to_bytes(empty().expect("tables")).expect("bytes");
        let place = Extent::new(0, &bytes);
        bytes[1000] ^= 1;
        let source = Arc::new(Mutex::new(Cursor::new(bytes)));
        let tables = Tables::new(FormPart::new("tables", source, place));
        for _ in 0..2 {
            let error = ask(&tables, "SELECT id FROM issues").expect_err("damage").to_string();
            assert!(error.contains("part `tables` is damaged"), "{error}");
        }
    }

    #[test]
    fn no_query_goes_on_forever() {
        let tables = changed("");
        let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT i FROM n \
                   WHERE i > 1";
        let error = ask(&tables, sql).expect_err("an endless query").to_string();
        assert!(error.contains("interrupted"), "{error}");
        assert!(ask(&tables, "SELECT id FROM issues").expect("the next query").is_empty());
    }
}
