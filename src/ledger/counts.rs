//! What is counted about one cluster, out of an index alone.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension};

use super::Ledger;
use super::clusters::{Reopening, reopenings};
use crate::error::Result;

/// The crashes of one cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClusterCounts {
    /// Its number: that of the cluster that it went up in, for an old one.
    pub number: i64,
    /// Its fingerprints, the first recorded first.
    pub fingerprints: Vec<String>,
    /// Number of crashes.
    pub crashes: usize,
    /// Crashes of each build; those that print none are left out.
    pub builds: BTreeMap<u32, usize>,
    /// The hosts that are known.
    pub hosts: BTreeSet<String>,
    /// The first and the last day.
    pub days: Option<[String; 2]>,
    /// The fixes that did not help.
    pub reopened: Vec<Reopening>,
    /// What came into it or left it, the first move first.
    pub moves: Vec<KeptMove>,
}

/// A fingerprint that came into another cluster, and when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeptMove {
    /// When, UTC.
    pub moved: String,
    /// The fingerprint.
    pub fingerprint: String,
    /// Number of its cluster before.
    pub from: i64,
    /// Number of its cluster since then.
    pub to: i64,
}

impl Ledger {
    /// The counts of the cluster of this number; `None` where there is none.
    ///
    /// # Errors
    /// [`crate::error::Error::Ledger`] when the ledger cannot be read.
    pub fn cluster(&self, number: i64) -> Result<Option<ClusterCounts>> {
        cluster(&self.connection, number).map_err(self.failed("read it"))
    }
}

fn cluster(connection: &Connection, number: i64) -> rusqlite::Result<Option<ClusterCounts>> {
    let moment = connection.unchecked_transaction()?;
    let sql = "SELECT coalesce(alias_of, id) FROM cluster WHERE id = ?";
    let number = moment.query_row(sql, [number], |row| row.get(0)).optional()?;
    let Some(number) = number else { return Ok(None) };
    let mut counts = counts(&moment, number)?;
    counts.fingerprints = fingerprints(&moment, number)?;
    let reopened = reopenings(&moment)?.into_iter().map(|(_, one)| one);
    counts.reopened = reopened.filter(|one| one.cluster == number).collect();
    counts.moves = moves(&moment, number)?;
    Ok(Some(counts))
}

fn counts(connection: &Connection, number: i64) -> rusqlite::Result<ClusterCounts> {
    // The order of the index, so that nothing is sorted.
    let sql = "SELECT seen, build, host FROM fingerprint JOIN crash \
        ON crash.fingerprint = fingerprint.id WHERE fingerprint.cluster = ?";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([number])?;
    let mut counts = ClusterCounts { number, ..ClusterCounts::default() };
    let mut hosts = BTreeSet::new();
    while let Some(row) = rows.next()? {
        counts.crashes += 1;
        if let Some(build) = row.get(1)? {
            *counts.builds.entry(build).or_default() += 1;
        }
        hosts.extend(row.get::<_, Option<i64>>(2)?);
        if let Some(day) = row.get_ref(0)?.as_str_or_null()? {
            let [first, last] = counts.days.get_or_insert_with(|| [day.to_owned(), day.to_owned()]);
            if day < first.as_str() {
                day.clone_into(first);
            }
            if day > last.as_str() {
                day.clone_into(last);
            }
        }
    }
    counts.hosts = names_of_hosts(connection, &hosts)?;
    Ok(counts)
}

/// The names of some hosts: one by one for a large cluster would take longer than its crashes.
fn names_of_hosts(
    connection: &Connection,
    hosts: &BTreeSet<i64>,
) -> rusqlite::Result<BTreeSet<String>> {
    let sql = "SELECT id, name FROM host WHERE id BETWEEN ? AND ?";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query((hosts.first(), hosts.last()))?;
    let mut names = BTreeSet::new();
    while let Some(row) = rows.next()? {
        if hosts.contains(&row.get(0)?) {
            names.insert(row.get(1)?);
        }
    }
    Ok(names)
}

fn fingerprints(connection: &Connection, number: i64) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT value FROM fingerprint WHERE cluster = ? ORDER BY id";
    let mut statement = connection.prepare_cached(sql)?;
    statement.query_map([number], |row| row.get(0))?.collect()
}

fn moves(connection: &Connection, number: i64) -> rusqlite::Result<Vec<KeptMove>> {
    // Each half by its own index: most moves are of new fingerprints, and come from nowhere.
    let sql = "SELECT moved, value, from_cluster, to_cluster FROM cluster_move \
        JOIN fingerprint ON fingerprint.id = cluster_move.fingerprint WHERE cluster_move.id IN \
        (SELECT id FROM cluster_move WHERE from_cluster = ?1 UNION \
         SELECT id FROM cluster_move WHERE to_cluster = ?1 AND from_cluster IS NOT NULL) \
        ORDER BY cluster_move.id";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([number], |row| {
        Ok(KeptMove {
            moved: row.get(0)?,
            fingerprint: row.get(1)?,
            from: row.get(2)?,
            to: row.get(3)?,
        })
    })?;
    rows.collect()
}
