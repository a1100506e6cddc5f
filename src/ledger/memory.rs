//! What the knowledge bases were that gave the answers: after a change only those crashes have to be asked
//! about again that it can touch.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use sha2::{Digest, Sha256};

use super::Ledger;
use super::body::{damaged, packed_alone, unpacked_alone};
use crate::error::Result;

/// Bytes of the hash of an issue that are kept.
const HASH_BYTES: usize = 16;

/// A knowledge base that answers were given by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RememberedKnowledge {
    /// Digest of its files.
    pub kb: String,
    /// Version of psod-match.
    pub tool: String,
    /// How it was asked, in a word.
    pub manner: String,
    /// The name of its tables: by other ones any crash may have another answer.
    pub tables: Vec<u8>,
    /// Its issues.
    pub issues: Vec<RememberedIssue>,
}

/// An issue as a knowledge base had it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RememberedIssue {
    /// Its id.
    pub id: String,
    /// Everything about it that an answer may depend on.
    pub document: String,
}

/// An issue as it is stored.
struct PackedIssue<'a> {
    id: &'a str,
    hash: Vec<u8>,
    document: Vec<u8>,
}

/// Up to which crash every one was asked about, and by what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rematched {
    pub(super) through: i64,
    pub(super) knowledge: i64,
}

pub(super) fn rematched(connection: &Connection) -> rusqlite::Result<Option<Rematched>> {
    let sql = "SELECT through, knowledge FROM rematched";
    let found = connection
        .query_row(sql, [], |row| Ok(Rematched { through: row.get(0)?, knowledge: row.get(1)? }));
    found.optional()
}

impl Ledger {
    /// The number of a knowledge base that is remembered; `None` for another one.
    ///
    /// # Errors
    /// [`crate::error::Error::Ledger`] when the ledger cannot be read; so for every method here.
    pub fn remembered(&self, kb: &str, tool: &str, manner: &str) -> Result<Option<i64>> {
        number_of(&self.connection, (kb, tool, manner)).map_err(self.failed("read it"))
    }

    /// Remembers a knowledge base; returns its number.
    ///
    /// # Errors
    /// Also when the ledger cannot be written.
    pub fn remember(&mut self, knowledge: &RememberedKnowledge) -> Result<i64> {
        let packed = knowledge.issues.iter().map(|issue| {
            let mut hash = Sha256::digest(&issue.document).to_vec();
            hash.truncate(HASH_BYTES);
            Ok(PackedIssue { id: &issue.id, hash, document: packed_alone(&issue.document)? })
        });
        let packed: Vec<_> = packed.collect::<Result<_>>()?;
        remember(&mut self.connection, knowledge, &packed).map_err(self.failed("write it"))
    }

    /// The knowledge bases that gave the last answers, by their numbers; without a number for crashes of
    /// which it is not known.
    pub fn knowledge_in_use(&self) -> Result<BTreeMap<Option<i64>, RememberedKnowledge>> {
        self.known_by_numbers(&|| {
            let done = rematched(&self.connection)?;
            let through = done.map_or(0, |done| done.through);
            let sql = "SELECT DISTINCT knowledge FROM crash WHERE id > ?";
            let mut statement = self.connection.prepare(sql)?;
            let numbers = statement.query_map([through], |row| row.get(0))?;
            let mut numbers: Vec<Option<i64>> = numbers.collect::<rusqlite::Result<_>>()?;
            numbers.extend(done.map(|done| Some(done.knowledge)));
            Ok(numbers)
        })
    }

    /// The knowledge bases that were asked about every crash and not to the end: any last answer may be
    /// theirs.
    pub fn knowledge_begun(&self) -> Result<BTreeMap<Option<i64>, RememberedKnowledge>> {
        self.known_by_numbers(&|| {
            let mut statement = self.connection.prepare("SELECT knowledge FROM rematch_begun")?;
            statement.query_map([], |row| row.get(0))?.collect()
        })
    }

    fn known_by_numbers(
        &self,
        read: &dyn Fn() -> rusqlite::Result<Vec<Option<i64>>>,
    ) -> Result<BTreeMap<Option<i64>, RememberedKnowledge>> {
        let mut found = BTreeMap::new();
        for number in read().map_err(self.failed("read it"))? {
            let knowledge = number.map(|number| self.knowledge_of(number)).transpose()?;
            found.insert(number, knowledge.unwrap_or_default());
        }
        Ok(found)
    }

    fn knowledge_of(&self, number: i64) -> Result<RememberedKnowledge> {
        let sql = "SELECT kb, tool, manner, tables FROM knowledge WHERE id = ?";
        let knowledge = self.connection.query_row(sql, [number], |row| {
            let issues = Vec::new();
            let (kb, tool, manner) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(RememberedKnowledge { kb, tool, manner, tables: row.get(3)?, issues })
        });
        let mut knowledge = knowledge.map_err(self.failed("read it"))?;
        let sql = "SELECT issue, document FROM knowledge_issue \
            JOIN issue_version ON issue_version.id = version WHERE knowledge = ? ORDER BY issue";
        let mut statement = self.connection.prepare_cached(sql).map_err(self.failed("read it"))?;
        let rows = statement.query_map([number], |row| Ok((row.get(0)?, row.get(1)?)));
        let rows: rusqlite::Result<Vec<(String, Vec<u8>)>> = rows.and_then(Iterator::collect);
        for (id, document) in rows.map_err(self.failed("read it"))? {
            let document = unpacked_alone(&document).map_err(|error| damaged(&error))?;
            knowledge.issues.push(RememberedIssue { id, document });
        }
        Ok(knowledge)
    }

    /// Nobody knows any more what gave the last answer of a crash: another ledger's answer was added. The
    /// crashes after it are asked about again, too.
    pub(super) fn forget_who_answered(&self, crash: i64) -> Result<()> {
        forget_who_answered(&self.connection, crash).map_err(self.failed("write it"))
    }
}

fn remember(
    connection: &mut Connection,
    knowledge: &RememberedKnowledge,
    packed: &[PackedIssue<'_>],
) -> rusqlite::Result<i64> {
    let RememberedKnowledge { kb, tool, manner, tables, .. } = knowledge;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if let Some(number) = number_of(&transaction, (kb, tool, manner))? {
        return Ok(number);
    }
    let sql = "INSERT INTO knowledge (kb, tool, manner, tables) VALUES (?, ?, ?, ?)";
    transaction.execute(sql, params![kb, tool, manner, tables])?;
    let number = transaction.last_insert_rowid();
    for PackedIssue { id, hash, document } in packed {
        let sql = "INSERT OR IGNORE INTO issue_version (hash, document) VALUES (?, ?)";
        transaction.execute(sql, params![hash, document])?;
        let sql = "INSERT INTO knowledge_issue (knowledge, issue, version) \
            SELECT ?, ?, id FROM issue_version WHERE hash = ?";
        transaction.execute(sql, params![number, id, hash])?;
    }
    transaction.commit()?;
    Ok(number)
}

fn forget_who_answered(connection: &Connection, crash: i64) -> rusqlite::Result<()> {
    let done = rematched(connection)?;
    if let Some(Rematched { through, .. }) = done.filter(|done| done.through >= crash) {
        let sql = "UPDATE crash SET knowledge = NULL WHERE id BETWEEN ? AND ?";
        connection.execute(sql, [crash, through])?;
        connection.execute("UPDATE rematched SET through = ?", [crash - 1])?;
    }
    let sql = "UPDATE crash SET knowledge = NULL WHERE id = ?";
    connection.execute(sql, [crash]).map(|_| ())
}

fn number_of(connection: &Connection, key: (&str, &str, &str)) -> rusqlite::Result<Option<i64>> {
    let sql = "SELECT id FROM knowledge WHERE kb = ? AND tool = ? AND manner = ?";
    connection.query_row(sql, key, |row| row.get(0)).optional()
}
