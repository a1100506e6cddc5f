//! Opening a ledger: its mark, its version, and the migrations to the present one.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::upgrade::find_circumstances;
use super::{Ledger, damaged, failed, is_busy};
use crate::error::{Error, Result};

/// One file a version, from the first on; each is run once.
const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/ledger/V1.sql"),
    include_str!("../../migrations/ledger/V2.sql"),
];
/// The version that keeps the circumstances of crashes.
const WITH_CIRCUMSTANCES: usize = 2;
/// `PSDL` in the header of the file: a database of another program is never touched.
const APPLICATION: i32 = 0x5053_444c;
/// How long a writer waits for another one.
const PATIENCE: Duration = Duration::from_secs(10);
/// Between two looks whether the other one is done.
const PAUSE: Duration = Duration::from_millis(5);
/// Bytes of a page: a crash takes about a thousand.
const PAGE_BYTES: u32 = 8192;

/// What the header of a file says about it.
#[derive(Clone, Copy, Debug)]
struct Marks {
    application: i32,
    version: usize,
    tables: i32,
}

impl Ledger {
    /// Opens the ledger at `path` for reading and writing; a missing one is made.
    ///
    /// # Errors
    /// [`Error::Ledger`] for a file that cannot be written, is no ledger, or is of a newer program.
    pub fn open(path: &Path) -> Result<Self> {
        if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty())
        {
            fs::create_dir_all(directory).map_err(Error::io("create", directory))?;
        }
        let connection = Connection::open(path).map_err(failed("open it", path))?;
        Self::prepared(connection, path)
    }

    /// Opens an existing ledger for reading alone.
    ///
    /// # Errors
    /// As [`Self::open`]; also when there is none.
    pub fn open_to_read(path: &Path) -> Result<Self> {
        if !path.exists() {
            let problem = "there is no ledger yet; `psod-match record FILE` makes it";
            return Err(damaged(path, problem));
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection =
            Connection::open_with_flags(path, flags).map_err(failed("open it", path))?;
        connection.busy_timeout(PATIENCE).map_err(failed("open it", path))?;
        let ledger = Self { connection, path: path.to_path_buf(), packer: None };
        let marks = ledger.marks()?;
        ledger.check_marks(&marks)?;
        if marks.version < newest() {
            // Bringing it up to date needs to write.
            return Self::open(path);
        }
        Ok(ledger)
    }

    fn prepared(connection: Connection, path: &Path) -> Result<Self> {
        connection.busy_timeout(PATIENCE).map_err(failed("open it", path))?;
        let mut ledger = Self { connection, path: path.to_path_buf(), packer: None };
        let marks = ledger.marks()?;
        ledger.check_marks(&marks)?;
        if marks.version == 0 {
            let pragmas = format!("PRAGMA page_size = {PAGE_BYTES}");
            ledger.connection.execute_batch(&pragmas).map_err(failed("create it", path))?;
        }
        ledger.prepare_to_write().map_err(failed("open it for writing", path))?;
        if marks.version < newest() {
            ledger.bring_up_to_date(marks.version)?;
        }
        Ok(ledger)
    }

    /// A change is on the disk when its command returns, whatever happens to the power after that.
    ///
    /// The first writer changes the mode of the journal, and for that SQLite does not wait for others
    /// who read the header, such as other first writers: it is tried again.
    fn prepare_to_write(&self) -> rusqlite::Result<()> {
        let begun = Instant::now();
        loop {
            let outcome = self.connection.execute_batch(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON",
            );
            match outcome {
                Err(error) if is_busy(&error) && begun.elapsed() < PATIENCE => thread::sleep(PAUSE),
                outcome => return outcome,
            }
        }
    }

    /// What the header of the file says, as one moment has it: another process may be making it.
    fn marks(&self) -> Result<Marks> {
        marks(&self.connection).map_err(self.failed("read it"))
    }

    fn check_marks(&self, marks: &Marks) -> Result<()> {
        let Marks { application, version, tables } = *marks;
        let is_new = application == 0 && version == 0 && tables == 0;
        if application != APPLICATION && !is_new {
            let problem = "it is the database of another program; give another file with --ledger";
            return Err(damaged(&self.path, problem));
        }
        if version > newest() {
            let problem = format!(
                "a newer psod-match wrote it (schema {version}, this one knows up to {})",
                newest()
            );
            return Err(damaged(&self.path, problem));
        }
        Ok(())
    }

    /// Brings the ledger of a version to the present one, and gives the space back that is left over.
    fn bring_up_to_date(&mut self, version: usize) -> Result<()> {
        let path = self.path.clone();
        let action = "bring it to the present version";
        // A table that is made again under its old name must not take with it what refers to it.
        self.connection
            .execute_batch("PRAGMA foreign_keys = OFF")
            .map_err(failed(action, &path))?;
        self.migrate()?;
        self.connection.execute_batch("PRAGMA foreign_keys = ON").map_err(failed(action, &path))?;
        if version > 0 {
            // Space that cannot be given back, on a disk that is nearly full, is used by the next crashes.
            let _ = self.connection.execute_batch("VACUUM");
        }
        Ok(())
    }

    /// Brings the ledger to the present version, in one transaction: another process that opens it
    /// at the same time waits, and finds it done.
    fn migrate(&mut self) -> Result<()> {
        let path = self.path.clone();
        let action = "bring it to the present version";
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(failed(action, &path))?;
        let version: usize = transaction
            .query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0))
            .map(|version| usize::try_from(version).unwrap_or_default())
            .map_err(failed(action, &path))?;
        for (index, migration) in MIGRATIONS.iter().enumerate().skip(version) {
            transaction.execute_batch(migration).map_err(failed(action, &path))?;
            if index + 1 == WITH_CIRCUMSTANCES {
                find_circumstances(&transaction).map_err(failed(action, &path))?;
            }
            let marks = format!(
                "PRAGMA user_version = {}; PRAGMA application_id = {APPLICATION}",
                index + 1
            );
            transaction.execute_batch(&marks).map_err(failed(action, &path))?;
        }
        transaction.commit().map_err(failed(action, &path))
    }
}

fn marks(connection: &Connection) -> rusqlite::Result<Marks> {
    let moment = connection.unchecked_transaction()?;
    Ok(Marks {
        application: number(&moment, "PRAGMA application_id")?,
        version: usize::try_from(number(&moment, "PRAGMA user_version")?).unwrap_or(usize::MAX),
        tables: number(&moment, "SELECT count(*) FROM sqlite_schema")?,
    })
}

fn number(connection: &Connection, sql: &str) -> rusqlite::Result<i32> {
    connection.query_row(sql, [], |row| row.get(0))
}

fn newest() -> usize {
    MIGRATIONS.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_error(sql: &str, expected: &str) {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("crashes.ledger");
        drop(Ledger::open(&path).expect("a ledger"));
        Connection::open(&path).expect("a database").execute_batch(sql).expect("changed");
        for opened in [Ledger::open(&path), Ledger::open_to_read(&path)] {
            let error = opened.expect_err("refused").to_string();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn ledgers_of_newer_and_other_programs_are_refused() {
        check_error("PRAGMA user_version = 99", "schema 99, this one knows up to 2");
        check_error("PRAGMA application_id = 7", "another program");
    }

    /// Hinders the writing of a ledger with one recorded crash, and checks what recording another one
    /// says; afterwards the first crash is there, and nothing of the second one.
    #[track_caller]
    fn check_hindered(hinder: impl FnOnce(&Ledger, &Connection), expected: &str) {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("crashes.ledger");
        let mut ledger = Ledger::open(&path).expect("a ledger");
        ledger.record(&crash(7)).expect("recorded");
        let other = Connection::open(&path).expect("a database");
        hinder(&ledger, &other);
        let errors: Vec<String> = (8..64)
            .filter_map(|number| ledger.record(&crash(number)).err())
            .map(|error| error.to_string())
            .collect();
        assert!(!errors.is_empty(), "{expected}");
        for error in errors {
            assert!(error.contains(expected) && error.lines().count() == 1, "{error}");
        }
        drop((ledger, other));
        let ledger = Ledger::open(&path).expect("a ledger");
        assert_eq!(ledger.check().expect("checked"), []);
        assert!(ledger.crash(1).expect("read").is_some());
    }

    /// A crash of this uptime.
    fn crash(hours: u32) -> crate::ledger::NewCrash {
        let text = format!(
            "#PF Exception 14 in world 2097460:helper IP 0x42002b65ad3b addr 0x8\n\
             VMK uptime: {hours}:01:02:03.004\n{}",
            "0x453949a1be20:[0x42002b65ad3b]Walk@vmkernel#nover+0x45f stack: 0x1\n".repeat(9)
        );
        crate::ledger::NewCrash::of_text(&text)
    }

    #[test]
    fn what_hinders_a_writer_is_told_in_one_line() {
        check_hindered(lock, "another program writes it");
        // What a full disk and a file without rights lead to in SQLite.
        check_hindered(fill, "the disk is full; nothing of this change is kept");
        check_hindered(forbid_writing, "may not be written");
    }

    fn lock(ledger: &Ledger, other: &Connection) {
        ledger.connection.busy_timeout(Duration::from_millis(1)).expect("set");
        other.execute_batch("BEGIN IMMEDIATE").expect("locked");
    }

    fn fill(ledger: &Ledger, _: &Connection) {
        let pages = number(&ledger.connection, "PRAGMA page_count").expect("a number");
        let sql = format!("PRAGMA max_page_count = {pages}");
        ledger.connection.query_row(&sql, [], |_| Ok(())).expect("bounded");
    }

    fn forbid_writing(ledger: &Ledger, _: &Connection) {
        ledger.connection.execute_batch("PRAGMA query_only = ON").expect("set");
    }

    /// Making it asks for more than a writer's turn: SQLite waits for nobody who reads it meanwhile.
    #[test]
    fn a_new_ledger_is_made_by_many_at_once() {
        for _ in 0..40 {
            let directory = tempfile::tempdir().expect("a directory");
            let path = directory.path().join("crashes.ledger");
            let all_ready = std::sync::Barrier::new(4);
            std::thread::scope(|scope| {
                for number in 0..4 {
                    let (path, all_ready) = (&path, &all_ready);
                    scope.spawn(move || {
                        all_ready.wait();
                        let mut ledger = Ledger::open(path).expect("opened");
                        ledger.record(&crash(number)).expect("recorded");
                    });
                }
            });
            assert!(Ledger::open(&path).expect("opened").crash(4).expect("read").is_some());
        }
    }

    #[test]
    fn a_file_that_is_no_database_and_a_missing_one_are_told() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("text.ledger");
        assert!(
            Ledger::open_to_read(&path).expect_err("none").to_string().contains("no ledger yet")
        );
        fs::write(
            &path,
            "a text that is long enough to be read as the header of a database ".repeat(9),
        )
        .expect("written");
        let error = Ledger::open(&path).expect_err("no database").to_string();
        assert!(error.contains("damaged or no ledger"), "{error}");
    }
}
