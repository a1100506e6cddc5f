//! Which recorded backtraces are alike, as far as it was worked out: only new ones are compared.
//!
//! Nothing here is a decision or a crash: edges of another stamp (another rarity, another aligner) are
//! thrown away and made again.

use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};

use super::Ledger;
use super::row::RecordedFingerprint;
use crate::error::Result;

/// Two recorded backtraces that are alike, by their numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RecordedEdge {
    /// The numbers of their fingerprints.
    pub ends: [i64; 2],
    /// 0 to 1.
    pub similarity: f64,
}

/// The recorded backtraces, and the edges that are known of them, as one moment has them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RecordedEdges {
    /// Every backtrace that has a crash, the first recorded first.
    pub fingerprints: Vec<RecordedFingerprint>,
    /// The edges between those that have joined.
    pub edges: Vec<RecordedEdge>,
    /// The stamp of what is stored, which may be another one.
    stored: Option<String>,
}

impl Ledger {
    /// The recorded backtraces with their edges of this `stamp`; without that, none has joined.
    ///
    /// # Errors
    /// [`crate::error::Error::Ledger`] when the ledger cannot be read; so for every method here.
    pub fn edges(&self, stamp: &str) -> Result<RecordedEdges> {
        recorded_edges(&self.connection, stamp).map_err(self.failed("read it"))
    }

    /// Keeps what was worked out beyond `known`: these fingerprints have joined, by these edges. Where
    /// somebody has begun with another stamp meanwhile, nothing is kept.
    pub fn keep_edges(
        &mut self,
        stamp: &str,
        known: &RecordedEdges,
        joined: &[i64],
        new: &[RecordedEdge],
    ) -> Result<()> {
        let kept = self.try_to_keep_edges(stamp, known, joined, new);
        kept.map_err(self.failed("write it"))
    }

    fn try_to_keep_edges(
        &mut self,
        stamp: &str,
        known: &RecordedEdges,
        joined: &[i64],
        new: &[RecordedEdge],
    ) -> rusqlite::Result<()> {
        let behavior = TransactionBehavior::Immediate;
        let transaction = self.connection.transaction_with_behavior(behavior)?;
        if stamp_of(&transaction)? != known.stored {
            return Ok(());
        }
        if known.stored.as_deref() != Some(stamp) {
            transaction.execute_batch(
                "DELETE FROM edge; DELETE FROM edge_stamp; UPDATE fingerprint SET joined = 0",
            )?;
            transaction.execute("INSERT INTO edge_stamp (stamp) VALUES (?)", [stamp])?;
        }
        insert(&transaction, joined, new)?;
        transaction.commit()
    }

    /// Every recorded backtrace that has a crash, the first recorded first.
    pub fn fingerprints(&self) -> Result<Vec<RecordedFingerprint>> {
        fingerprints(&self.connection).map_err(self.failed("read it"))
    }
}

fn recorded_edges(connection: &Connection, stamp: &str) -> rusqlite::Result<RecordedEdges> {
    let moment = connection.unchecked_transaction()?;
    let mut fingerprints = fingerprints(&moment)?;
    let stored = stamp_of(&moment)?;
    let is_current = stored.as_deref() == Some(stamp);
    if !is_current {
        fingerprints.iter_mut().for_each(|one| one.is_joined = false);
    }
    let edges = if is_current { edges(&moment)? } else { Vec::new() };
    Ok(RecordedEdges { fingerprints, edges, stored })
}

/// A fingerprint of which no crash is left joins again when one is recorded.
pub(super) fn forget_orphan(connection: &Connection, fingerprint: i64) -> rusqlite::Result<()> {
    let sql = "SELECT EXISTS (SELECT 1 FROM crash WHERE fingerprint = ?)";
    if connection.query_row(sql, [fingerprint], |row| row.get(0))? {
        return Ok(());
    }
    connection.execute("DELETE FROM edge WHERE a = ?1 OR b = ?1", [fingerprint])?;
    let sql = "UPDATE fingerprint SET joined = 0 WHERE id = ?";
    connection.execute(sql, [fingerprint]).map(|_| ())
}

fn insert(connection: &Connection, joined: &[i64], new: &[RecordedEdge]) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO edge (a, b, similarity) VALUES (?, ?, ?)";
    let mut statement = connection.prepare_cached(sql)?;
    for edge in new {
        let [one, other] = edge.ends;
        statement.execute(params![one.min(other), one.max(other), edge.similarity])?;
    }
    let sql = "UPDATE fingerprint SET joined = 1 WHERE id = ?";
    let mut statement = connection.prepare_cached(sql)?;
    joined.iter().try_for_each(|id| statement.execute([id]).map(|_| ()))
}

fn stamp_of(connection: &Connection) -> rusqlite::Result<Option<String>> {
    connection.query_row("SELECT stamp FROM edge_stamp", [], |row| row.get(0)).optional()
}

fn edges(connection: &Connection) -> rusqlite::Result<Vec<RecordedEdge>> {
    let mut statement = connection.prepare_cached("SELECT a, b, similarity FROM edge")?;
    let rows = statement.query_map([], |row| {
        Ok(RecordedEdge { ends: [row.get(0)?, row.get(1)?], similarity: row.get(2)? })
    })?;
    rows.collect()
}

fn fingerprints(connection: &Connection) -> rusqlite::Result<Vec<RecordedFingerprint>> {
    let sql = "SELECT fingerprint.id, value, functions, fingerprint.modules, cluster, joined, \
        group_concat(crash.id) FROM fingerprint JOIN crash ON crash.fingerprint = fingerprint.id \
        GROUP BY fingerprint.id";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([], fingerprint_of)?;
    rows.collect()
}

fn fingerprint_of(row: &Row<'_>) -> rusqlite::Result<RecordedFingerprint> {
    let (functions, modules): (String, String) = (row.get(2)?, row.get(3)?);
    let crashes: String = row.get(6)?;
    let mut crashes: Vec<i64> = crashes.split(',').filter_map(|id| id.parse().ok()).collect();
    crashes.sort_unstable();
    let modules = modules.split('\n').map(|module| Some(module.to_owned()));
    Ok(RecordedFingerprint {
        number: row.get(0)?,
        fingerprint: row.get(1)?,
        functions: functions.lines().map(str::to_owned).collect(),
        modules: modules.map(|module| module.filter(|name| !name.is_empty())).collect(),
        cluster: row.get(4)?,
        is_joined: row.get(5)?,
        crashes,
    })
}
