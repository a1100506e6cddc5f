//! The clusters of a ledger keep their names: a cluster is called by a number that stays, whatever is
//! recorded or decided later, and each fingerprint that comes into another one leaves a line about it.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, TransactionBehavior, params};

use super::decision::{DecisionKind, holding};
use super::{Ledger, failed};
use crate::error::Result;

/// A fingerprint that came into another cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterMove {
    /// The fingerprint.
    pub fingerprint: String,
    /// Number of its cluster before; `None` for a new one.
    pub from: Option<i64>,
    /// Number of its cluster now.
    pub to: i64,
}

/// The names of some clusters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamedClusters {
    /// The number of each cluster, in the order in which they were given.
    pub numbers: Vec<i64>,
    /// What came into another one.
    pub moves: Vec<ClusterMove>,
}

/// A fix that did not help: a crash of the cluster's issue came on a build that has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reopening {
    /// Number of the cluster.
    pub cluster: i64,
    /// The issue.
    pub issue: String,
    /// The update line of the crash.
    pub line: String,
    /// The first release of this line with the fix.
    pub fix: String,
    /// Number of the crash.
    pub crash: i64,
    /// Its build.
    pub build: u32,
}

/// The decisions about pairs of crashes, as pairs of fingerprints.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decided {
    /// The same by decision.
    pub same: BTreeSet<[String; 2]>,
    /// Not the same by decision.
    pub apart: BTreeSet<[String; 2]>,
}

/// What a decision about two crashes can do: clusters are made of fingerprints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pair {
    /// They have different backtraces: it parts or joins them.
    Two,
    /// They have the same backtrace, and are in one cluster whatever is decided.
    OneBacktrace,
    /// One of them has no story frames: it is grouped by its message alone.
    NoBacktrace,
}

/// A cluster by the rows of its fingerprints, the oldest one first, and its number once it has one.
type Assigned = (Vec<i64>, Option<i64>);

impl Ledger {
    /// Gives each cluster, a list of fingerprints, its number: that of its oldest fingerprint. A
    /// cluster that goes up in another one becomes an alias of it; a part that comes off one gets a
    /// new number.
    ///
    /// # Errors
    /// [`crate::error::Error::Ledger`] when the ledger cannot be written; so for every method here.
    pub fn name_clusters(&mut self, clusters: &[Vec<String>], now: &str) -> Result<NamedClusters> {
        let path = self.path.clone();
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(failed("write it", &path))?;
        let named = named(&transaction, clusters, now).map_err(failed("write it", &path))?;
        transaction.commit().map_err(failed("write it", &path))?;
        Ok(named)
    }

    /// Keeps which fixes did not help, and returns all of them, the first one first: a cluster that was
    /// re-opened stays so when a later fix is known. `holds` says whether the crash of a former one is
    /// still in that cluster, as that issue.
    pub fn reopen_clusters(
        &mut self,
        found: &[Reopening],
        now: &str,
        holds: &dyn Fn(&Reopening) -> bool,
    ) -> Result<Vec<Reopening>> {
        reopen(&mut self.connection, found, now, holds).map_err(self.failed("write it"))
    }

    /// The decisions that hold about pairs of crashes.
    pub fn decided_pairs(&self) -> Result<Decided> {
        let sql = "SELECT DISTINCT crash FROM decision WHERE kind IN ('same-as', 'not-same-as')";
        let crashes: Vec<i64> = self
            .connection
            .prepare(sql)
            .and_then(|mut statement| {
                statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()
            })
            .map_err(self.failed("read it"))?;
        let mut decided = Decided::default();
        for crash in crashes {
            let own = self.fingerprint_of("id = ?", &crash.to_string())?;
            for decision in holding(&self.decisions_of(crash)?) {
                let other = decision.value.as_deref().unwrap_or_default();
                let (Some(own), Some(other)) =
                    (&own, self.fingerprint_of("digest = unhex(?)", other)?)
                else {
                    continue;
                };
                let mut pair = [own.clone(), other];
                pair.sort();
                match decision.kind {
                    DecisionKind::SameAs => decided.same.insert(pair),
                    DecisionKind::NotSameAs => decided.apart.insert(pair),
                    _ => false,
                };
            }
        }
        Ok(decided)
    }

    /// Whether a decision about this pair of crashes can change clusters.
    pub fn pair(&self, crash: i64, other: i64) -> Result<Pair> {
        let prints = [crash, other].map(|id| self.fingerprint_of("id = ?", &id.to_string()));
        let [one, other] = prints;
        Ok(match (one?, other?) {
            (Some(one), Some(other)) if one == other => Pair::OneBacktrace,
            (Some(_), Some(_)) => Pair::Two,
            _ => Pair::NoBacktrace,
        })
    }

    /// The fingerprint of the crash of which `condition` holds with `value`; `None` without story frames, and for a
    /// crash that was taken out.
    fn fingerprint_of(&self, condition: &'static str, value: &str) -> Result<Option<String>> {
        let sql = format!(
            "SELECT fingerprint.value FROM crash JOIN fingerprint ON \
             fingerprint.id = crash.fingerprint WHERE crash.{condition}"
        );
        let found = self.connection.query_row(&sql, [value], |row| row.get(0));
        match found {
            Ok(fingerprint) => Ok(Some(fingerprint)),
            Err(rusqlite::Error::QueryReturnedNoRows) => Ok(None),
            Err(error) => Err(self.failed("read it")(error)),
        }
    }
}

fn reopen(
    connection: &mut Connection,
    found: &[Reopening],
    now: &str,
    holds: &dyn Fn(&Reopening) -> bool,
) -> rusqlite::Result<Vec<Reopening>> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for (row, _) in reopenings(&transaction)?.iter().filter(|(_, one)| !holds(one)) {
        transaction.execute("DELETE FROM cluster_reopened WHERE id = ?", [row])?;
    }
    let sql = "INSERT OR IGNORE INTO cluster_reopened \
        (cluster, reopened, issue, line, fix, crash, build) VALUES (?, ?, ?, ?, ?, ?, ?)";
    for one in found {
        let Reopening { cluster, issue, line, fix, crash, build } = one;
        transaction.execute(sql, params![cluster, now, issue, line, fix, crash, build])?;
    }
    let all = reopenings(&transaction)?;
    transaction.commit()?;
    Ok(all.into_iter().map(|(_, one)| one).collect())
}

/// Every fix that did not help, with its row, the first one first.
pub(super) fn reopenings(connection: &Connection) -> rusqlite::Result<Vec<(i64, Reopening)>> {
    let sql =
        "SELECT id, cluster, issue, line, fix, crash, build FROM cluster_reopened ORDER BY id";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| {
        let reopening = Reopening {
            cluster: row.get(1)?,
            issue: row.get(2)?,
            line: row.get(3)?,
            fix: row.get(4)?,
            crash: row.get(5)?,
            build: row.get(6)?,
        };
        Ok((row.get(0)?, reopening))
    })?;
    rows.collect()
}

fn named(
    connection: &Connection,
    clusters: &[Vec<String>],
    now: &str,
) -> rusqlite::Result<NamedClusters> {
    let mut statement = connection.prepare("SELECT value, id, cluster FROM fingerprint")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))?;
    let known: BTreeMap<String, (i64, Option<i64>)> = rows.collect::<rusqlite::Result<_>>()?;
    let before: BTreeMap<i64, i64> =
        known.values().filter_map(|(row, cluster)| Some((*row, (*cluster)?))).collect();
    let rows = clusters.iter().map(|fingerprints| rows_of(fingerprints, &known));
    let mut assigned = assigned(rows.collect(), &before);
    let values: BTreeMap<i64, &str> =
        known.iter().map(|(value, (row, _))| (*row, value.as_str())).collect();
    let mut result = NamedClusters::default();
    for (rows, number) in &mut assigned {
        let number = match *number {
            Some(number) => number,
            None => {
                connection.execute("INSERT INTO cluster (made) VALUES (?)", [now])?;
                *number.insert(connection.last_insert_rowid())
            }
        };
        result.numbers.push(number);
        for row in rows.iter().filter(|row| before.get(row) != Some(&number)) {
            let from = before.get(row).copied();
            connection
                .execute("UPDATE fingerprint SET cluster = ? WHERE id = ?", params![number, row])?;
            connection.execute(
                "INSERT INTO cluster_move (moved, fingerprint, from_cluster, to_cluster) \
                 VALUES (?, ?, ?, ?)",
                params![now, row, from, number],
            )?;
            let fingerprint = values.get(row).map(|value| (*value).to_owned()).unwrap_or_default();
            result.moves.push(ClusterMove { fingerprint, from, to: number });
        }
    }
    keep_aliases(connection, &result)?;
    Ok(result)
}

/// The rows of some fingerprints, the oldest one first.
fn rows_of(fingerprints: &[String], known: &BTreeMap<String, (i64, Option<i64>)>) -> Vec<i64> {
    let mut rows: Vec<i64> =
        fingerprints.iter().filter_map(|value| Some(known.get(value)?.0)).collect();
    rows.sort_unstable();
    rows
}

/// A number whose last fingerprint has left stands for the cluster that its oldest one went to.
fn keep_aliases(connection: &Connection, result: &NamedClusters) -> rusqlite::Result<()> {
    let in_use: BTreeSet<i64> = result.numbers.iter().copied().collect();
    for moved in &result.moves {
        let Some(from) = moved.from.filter(|from| !in_use.contains(from)) else { continue };
        connection.execute(
            "UPDATE cluster SET alias_of = ?1 WHERE (id = ?2 AND alias_of IS NULL) OR alias_of = ?2",
            params![moved.to, from],
        )?;
    }
    Ok(())
}

/// The number that each cluster keeps. Of two that have parts of an old cluster the one with its oldest
/// fingerprint keeps the number; one that may keep several keeps that of its oldest fingerprint.
fn assigned(clusters: Vec<Vec<i64>>, before: &BTreeMap<i64, i64>) -> Vec<Assigned> {
    let mut oldest: BTreeMap<i64, i64> = BTreeMap::new();
    for (row, number) in before {
        oldest.entry(*number).or_insert(*row);
    }
    let assigned = clusters.into_iter().map(|rows| {
        let number = number_of(&rows, before, &oldest);
        (rows, number)
    });
    assigned.collect()
}

/// The number that a cluster of these rows keeps; `oldest` has the oldest row of each number.
fn number_of(
    rows: &[i64],
    before: &BTreeMap<i64, i64>,
    oldest: &BTreeMap<i64, i64>,
) -> Option<i64> {
    let kept = rows.iter().filter_map(|row| {
        let number = before.get(row)?;
        (oldest.get(number) == Some(row)).then_some(*number)
    });
    kept.min_by_key(|number| oldest.get(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: &[(i64, i64)], clusters: &[&[i64]], expected: &[Option<i64>]) {
        let before = before.iter().copied().collect();
        let clusters = clusters.iter().map(|rows| rows.to_vec()).collect();
        let found: Vec<Option<i64>> =
            assigned(clusters, &before).into_iter().map(|(_, number)| number).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_cluster_keeps_the_number_of_its_oldest_fingerprint() {
        check(&[], &[&[1, 2]], &[None]);
        check(&[(1, 7), (2, 7)], &[&[1, 2, 3]], &[Some(7)]);
        // Two become one.
        check(&[(1, 7), (2, 8), (3, 8)], &[&[1, 2, 3]], &[Some(7)]);
        // One falls apart: the part with the oldest fingerprint keeps the number.
        check(&[(1, 7), (2, 7), (3, 7)], &[&[2, 3], &[1]], &[None, Some(7)]);
        // A part of one goes to another.
        check(&[(1, 7), (2, 7), (3, 8)], &[&[1], &[2, 3]], &[Some(7), Some(8)]);
    }
}
