//! Whether a ledger is whole, copies of it, and taking a crash out.

use std::fs;
use std::path::Path;

use rusqlite::backup::Backup;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use super::body::{Dictionaries, PackedBody};
use super::edges::forget_orphan;
use super::{Ledger, damaged, failed};
use crate::error::{Error, Result};

/// Pages that are copied in a row: all of them, so that the copy is of one moment.
const ALL_PAGES: i32 = -1;

/// Something that is wrong with a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The crash; absent for a fault of the whole file.
    pub crash: Option<i64>,
    /// What is wrong, as SQLite or zstd says it.
    pub problem: String,
}

impl Ledger {
    /// Looks at every page, reference and body.
    ///
    /// # Errors
    /// [`Error::Ledger`] when it cannot be read at all.
    pub fn check(&self) -> Result<Vec<Fault>> {
        let mut faults = Vec::new();
        for pragma in ["PRAGMA integrity_check", "PRAGMA foreign_key_check"] {
            let mut statement = self.connection.prepare(pragma).map_err(self.failed("check it"))?;
            let columns = statement.column_count();
            let rows = statement
                .query_map([], |row| {
                    let cells = (0..columns).map(|column| {
                        let cell: rusqlite::types::Value = row.get(column)?;
                        Ok(match cell {
                            rusqlite::types::Value::Text(text) => text,
                            other => format!("{other:?}"),
                        })
                    });
                    cells.collect::<rusqlite::Result<Vec<String>>>()
                })
                .map_err(self.failed("check it"))?;
            for row in rows {
                let problem = row.map_err(self.failed("check it"))?.join(" ");
                if problem != "ok" {
                    faults.push(Fault { crash: None, problem });
                }
            }
        }
        faults.extend(self.damaged_bodies()?);
        Ok(faults)
    }

    fn damaged_bodies(&self) -> Result<Vec<Fault>> {
        let mut dictionaries = Dictionaries::default();
        let mut faults = Vec::new();
        let sql = "SELECT crash.id, dictionary, packed, functions FROM crash \
            LEFT JOIN body ON body.crash = crash.id \
            LEFT JOIN fingerprint ON fingerprint.id = crash.fingerprint ORDER BY crash.id";
        let mut statement = self.connection.prepare(sql).map_err(self.failed("check it"))?;
        let mut rows = statement.query([]).map_err(self.failed("check it"))?;
        while let Some(row) = rows.next().map_err(self.failed("check it"))? {
            let id = row.get(0).map_err(self.failed("check it"))?;
            let unpacked = match PackedBody::from_row(row, 1) {
                Ok(body) => dictionaries.unpacked(&self.connection, &body),
                Err(_) => Err(Error::Stored("its body is not there".to_owned())),
            };
            if let Err(error) = unpacked {
                faults.push(Fault { crash: Some(id), problem: error.to_string() });
            }
        }
        Ok(faults)
    }

    /// Takes a crash out, with its answers and decisions.
    ///
    /// # Errors
    /// [`Error::Ledger`] for a crash that is not there, and when the ledger cannot be written.
    pub fn remove(&mut self, crash: i64) -> Result<()> {
        self.digest_of(crash)?;
        remove(&mut self.connection, crash).map_err(self.failed("write it"))
    }

    /// Writes a copy of this moment to `target`, which must not exist; written beside it and renamed,
    /// so that a copy is whole or not there.
    ///
    /// # Errors
    /// [`Error::Io`] and [`Error::Ledger`] when it cannot be written.
    pub fn backup(&self, target: &Path) -> Result<()> {
        if target.exists() {
            return Err(damaged(target, "exists already; a backup never replaces a file"));
        }
        let directory = target.parent().filter(|path| !path.as_os_str().is_empty());
        let directory = directory.unwrap_or(Path::new("."));
        let unfinished = tempfile::Builder::new()
            .prefix("backup-")
            .tempfile_in(directory)
            .map_err(Error::io("write", target))?;
        copy(&self.connection, unfinished.path(), target)?;
        unfinished.as_file().sync_all().map_err(Error::io("write", target))?;
        unfinished
            .persist_noclobber(target)
            .map(|_| ())
            .map_err(|error| Error::io("write", target)(error.error))
    }

    /// Puts the backup `source` in the place of the ledger at `path`; the ledger that was there is kept
    /// beside it, under the returned name.
    ///
    /// # Errors
    /// As [`Ledger::open_to_read`] for a backup that is none, [`Error::Ledger`] when it is damaged,
    /// [`Error::Io`] when a file cannot be written.
    pub fn restore(source: &Path, path: &Path) -> Result<Option<std::path::PathBuf>> {
        let backup = Self::open_to_read(source)?;
        if let Some(fault) = backup.check()?.into_iter().next() {
            return Err(damaged(source, format!("not restored: {}", fault.problem)));
        }
        let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into());
        let before = (1..).map(|number| path.with_file_name(format!("{name}.before-{number}")));
        let mut kept = None;
        if path.exists() {
            let place = before.into_iter().find(|place| !place.exists());
            if let Some(place) = place {
                fs::rename(path, &place).map_err(Error::io("rename", path))?;
                kept = Some(place);
            }
        }
        // What its journal holds belongs to the ledger that is no longer there.
        for ending in ["-wal", "-shm"] {
            let beside = path.with_file_name(format!("{name}{ending}"));
            if let (true, Some(kept)) = (beside.exists(), &kept) {
                let kept = format!("{}{ending}", kept.display());
                fs::rename(&beside, kept).map_err(Error::io("rename", &beside))?;
            }
        }
        backup.backup(path)?;
        Ok(kept)
    }
}

fn remove(connection: &mut Connection, crash: i64) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let sql = "DELETE FROM crash WHERE id = ? RETURNING fingerprint";
    let fingerprint: Option<Option<i64>> =
        transaction.query_row(sql, [crash], |row| row.get(0)).optional()?;
    if let Some(fingerprint) = fingerprint.flatten() {
        forget_orphan(&transaction, fingerprint)?;
    }
    transaction.commit()
}

/// Copies a ledger into an empty file that becomes `target`.
fn copy(source: &Connection, unfinished: &Path, target: &Path) -> Result<()> {
    let mut copy = Connection::open(unfinished).map_err(failed("write it", target))?;
    let backup = Backup::new(source, &mut copy).map_err(failed("write it", target))?;
    backup.step(ALL_PAGES).map_err(failed("write it", target))?;
    drop(backup);
    // A copy is one file: without a journal beside it.
    copy.execute_batch("PRAGMA journal_mode = DELETE").map_err(failed("write it", target))
}
