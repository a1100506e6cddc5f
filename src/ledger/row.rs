//! What is read of the ledger: crashes in a list, and one crash with everything about it.

use rusqlite::{Connection, OptionalExtension, Row};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Ledger;
use super::body::{Dictionaries, PackedBody};
use super::decision::{Decision, decided};
use super::query::Query;
use crate::crash::Crash;
use crate::error::Result;
use crate::signature::KeyFrame;

/// A recorded crash as a list shows it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct LedgerRow {
    /// Its number in this ledger.
    pub id: i64,
    /// Hash of the stored crash, the same in every ledger.
    pub digest: String,
    /// Hash of the story frames; absent without any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// Panic kind; absent without a message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The panic message; may be empty.
    pub message: String,
    /// Build of the host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build: Option<u32>,
    /// Update line of the host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
    /// The host, as a pseudonym unless names are kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Day of the crash, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<String>,
    /// When it was recorded, UTC.
    pub recorded: String,
    /// The file that it was read from.
    pub source: String,
    /// Number of a case or ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    /// The last answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<LedgerAnswer>,
    /// What the team decided, where something holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
}

/// An answer of the program about a recorded crash.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct LedgerAnswer {
    /// When it was asked, UTC.
    pub asked: String,
    /// Digest of the knowledge base that was asked.
    pub kb: String,
    /// Version of psod-match.
    pub tool: String,
    /// `match`, `possible` or `none`.
    pub verdict: String,
    /// The likeliest issue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issue: Option<String>,
    /// Its confidence, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// Whether the build has the issue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applies: Option<String>,
}

impl LedgerAnswer {
    /// True when both say the same, whenever and by whatever program they were given.
    pub fn says_the_same(&self, other: &Self) -> bool {
        (&self.verdict, &self.issue, &self.applies)
            == (&other.verdict, &other.issue, &other.applies)
    }
}

/// One recorded crash with everything about it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LedgerCrash {
    /// As a list shows it.
    pub row: LedgerRow,
    /// The stored crash.
    pub crash: Crash,
    /// True when private strings were replaced before it was stored.
    pub redacted: bool,
    /// Every answer, the first one first.
    pub answers: Vec<LedgerAnswer>,
    /// Every decision, the first one first.
    pub decisions: Vec<Decision>,
}

/// A recorded backtrace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordedFingerprint {
    /// Its number in this ledger.
    pub number: i64,
    /// Hash of the story frames.
    pub fingerprint: String,
    /// The functions, from the top.
    pub functions: Vec<String>,
    /// Their modules, as the first crash prints them.
    pub modules: Vec<Option<String>>,
    /// Number of its cluster, once the recorded crashes were dealt into clusters.
    pub cluster: Option<i64>,
    /// True when its edges with all others that have joined are known.
    pub is_joined: bool,
    /// Its crashes, the first recorded first.
    pub crashes: Vec<i64>,
}

impl RecordedFingerprint {
    /// The story frames that it is made of.
    pub fn frames(&self) -> Vec<KeyFrame> {
        let frames = self.functions.iter().enumerate().map(|(index, function)| {
            let module = self.modules.get(index).and_then(Option::as_deref);
            KeyFrame::new(function, module, index)
        });
        frames.collect()
    }
}

/// The columns of a crash that [`row_of`] reads.
pub(super) const COLUMNS: &str = "crash.id, lower(hex(crash.digest)), fingerprint.value, \
    circumstance.kind, crash.message, crash.build, crash.line, host.name, crash.seen, crash.recorded, \
    crash.source, crash.case_number, ifnull(answer.asked, crash.recorded), asked.kb, asked.tool, \
    answer.verdict, answer.issue, answer.confidence, answer.applies";

/// The tables that they are read from: each crash with its last answer.
pub(super) const TABLES: &str = "crash LEFT JOIN circumstance ON circumstance.id = crash.circumstance \
    LEFT JOIN fingerprint ON fingerprint.id = crash.fingerprint \
    LEFT JOIN host ON host.id = crash.host \
    LEFT JOIN answer ON answer.id = \
    (SELECT max(last.id) FROM answer AS last WHERE last.crash = crash.id) \
    LEFT JOIN asked ON asked.id = answer.by";

/// The tables that a condition of a query is about. Without the last answer, which SQLite would look for
/// although nothing asks for it, an index alone tells the crashes of a fingerprint.
fn tables_of(condition: &str) -> &'static str {
    const WITHOUT_ANSWER: &str = "crash \
        LEFT JOIN circumstance ON circumstance.id = crash.circumstance \
        LEFT JOIN fingerprint ON fingerprint.id = crash.fingerprint";
    if condition.contains("answer.") { TABLES } else { WITHOUT_ANSWER }
}

fn row_of(row: &Row<'_>) -> rusqlite::Result<LedgerRow> {
    let kb: Option<String> = row.get(13)?;
    let answer = match kb {
        None => None,
        Some(kb) => Some(LedgerAnswer {
            asked: row.get(12)?,
            kb,
            tool: row.get(14)?,
            verdict: row.get(15)?,
            issue: row.get(16)?,
            confidence: row.get(17)?,
            applies: row.get(18)?,
        }),
    };
    Ok(LedgerRow {
        id: row.get(0)?,
        digest: row.get(1)?,
        fingerprint: row.get(2)?,
        kind: row.get(3)?,
        message: row.get(4)?,
        build: row.get(5)?,
        line: row.get(6)?,
        host: row.get(7)?,
        seen: row.get(8)?,
        recorded: row.get(9)?,
        source: row.get(10)?,
        case: row.get(11)?,
        answer,
        decision: None,
    })
}

impl Ledger {
    /// The crashes that `query` asks for, the last recorded first, at most `most`; and how many there
    /// are in all.
    ///
    /// # Errors
    /// [`crate::error::Error::Ledger`] when the ledger cannot be read; so for every method here.
    pub fn list(&self, query: &Query, most: usize) -> Result<(Vec<LedgerRow>, usize)> {
        let (condition, values) = query.sql();
        let values = rusqlite::params_from_iter(values.iter());
        let bound = i64::try_from(most).unwrap_or(i64::MAX);
        let asked = tables_of(&condition);
        // The numbers first: only of those that are listed is everything read.
        let sql = format!(
            "SELECT {COLUMNS} FROM {TABLES} WHERE crash.id IN (SELECT crash.id FROM {asked} \
             WHERE {condition} ORDER BY crash.id DESC LIMIT {bound}) ORDER BY crash.id DESC"
        );
        let mut statement = self.connection.prepare_cached(&sql).map_err(self.failed("read it"))?;
        let rows = statement.query_map(values.clone(), row_of).map_err(self.failed("read it"))?;
        let mut rows: Vec<LedgerRow> =
            rows.collect::<rusqlite::Result<_>>().map_err(self.failed("read it"))?;
        let mut all = rows.len();
        // Only a list that is cut has to be counted.
        if all >= most {
            let count = format!("SELECT count(*) FROM {asked} WHERE {condition}");
            let mut statement =
                self.connection.prepare_cached(&count).map_err(self.failed("read it"))?;
            let counted: i64 =
                statement.query_row(values, |row| row.get(0)).map_err(self.failed("read it"))?;
            all = usize::try_from(counted).unwrap_or_default();
        }
        let are_decided = self.decided_crashes()?;
        for row in rows.iter_mut().filter(|row| are_decided.contains(&row.id)) {
            row.decision = decided(&self.decisions_of(row.id)?).cloned();
        }
        Ok((rows, all))
    }

    /// One crash with everything about it; `None` for a number that is not there.
    ///
    /// # Errors
    /// Also [`crate::error::Error::Stored`] when its body is damaged or of a newer program.
    pub fn crash(&self, id: i64) -> Result<Option<LedgerCrash>> {
        let sql = format!(
            "SELECT {COLUMNS}, crash.redacted, body.dictionary, body.packed, fingerprint.functions \
             FROM {TABLES} JOIN body ON body.crash = crash.id WHERE crash.id = ?"
        );
        let found = self
            .connection
            .query_row(&sql, [id], |row| {
                Ok((row_of(row)?, row.get(19)?, PackedBody::from_row(row, 20)?))
            })
            .optional()
            .map_err(self.failed("read it"))?;
        let Some((mut row, redacted, body)) = found else {
            return Ok(None);
        };
        let crash = Dictionaries::default().unpacked(&self.connection, &body)?;
        let (answers, decisions) = (self.answers_of(id)?, self.decisions_of(id)?);
        row.decision = decided(&decisions).cloned();
        Ok(Some(LedgerCrash { row, crash, redacted, answers, decisions }))
    }

    /// Every answer about a crash, the first one first.
    pub(super) fn answers_of(&self, id: i64) -> Result<Vec<LedgerAnswer>> {
        answers_of(&self.connection, id).map_err(self.failed("read it"))
    }
}

fn answers_of(connection: &Connection, id: i64) -> rusqlite::Result<Vec<LedgerAnswer>> {
    let sql = "SELECT ifnull(answer.asked, crash.recorded), kb, tool, verdict, issue, confidence, \
        applies FROM answer JOIN asked ON asked.id = answer.by \
        JOIN crash ON crash.id = answer.crash WHERE answer.crash = ? ORDER BY answer.id";
    let mut statement = connection.prepare_cached(sql)?;
    let answers = statement.query_map([id], |row| {
        Ok(LedgerAnswer {
            asked: row.get(0)?,
            kb: row.get(1)?,
            tool: row.get(2)?,
            verdict: row.get(3)?,
            issue: row.get(4)?,
            confidence: row.get(5)?,
            applies: row.get(6)?,
        })
    })?;
    answers.collect()
}
