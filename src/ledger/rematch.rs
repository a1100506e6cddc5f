//! Keeping the answers to recorded crashes that were asked about again.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use super::Ledger;
use super::record::insert_answer;
use super::row::LedgerAnswer;
use crate::error::Result;

/// An answer that is another one now.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Change {
    /// The crash.
    pub crash: i64,
    /// The last answer before; absent when there was none.
    pub before: Option<LedgerAnswer>,
    /// The answer now.
    pub after: LedgerAnswer,
}

/// The ledger as it was when all crashes began to be asked about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RematchBegun {
    last_crash: i64,
    last_answer: i64,
    /// Answers that were added since then by the one who asks.
    added: i64,
    knowledge: Option<i64>,
}

impl Ledger {
    /// Begins to ask about all crashes, by this `knowledge`; absent where nobody will be able to tell what
    /// it was. Until the end it is not known of any crash whether its last answer is of it.
    ///
    /// # Errors
    /// [`crate::error::Error::Ledger`] when the ledger cannot be read or written; so for every method
    /// here.
    pub fn begin_rematch(&mut self, knowledge: Option<i64>) -> Result<RematchBegun> {
        begin(&mut self.connection, knowledge).map_err(self.failed("write it"))
    }

    /// Keeps the answers that are others than before, in one transaction: each with the crashes that it is
    /// about.
    pub fn keep_answers(
        &mut self,
        begun: &mut RematchBegun,
        answers: &[(&[i64], &LedgerAnswer)],
    ) -> Result<Vec<Change>> {
        let mut changes = Vec::new();
        let transaction =
            self.connection.unchecked_transaction().map_err(self.failed("write it"))?;
        for (crashes, answer) in answers {
            for id in *crashes {
                changes.extend(self.answer_again(*id, answer)?);
            }
        }
        transaction.commit().map_err(self.failed("write it"))?;
        begun.added += i64::try_from(changes.len()).unwrap_or_default();
        Ok(changes)
    }

    /// Every crash that was there at the beginning has the answer that was asked for now. When somebody has
    /// brought answers from elsewhere meanwhile, that is not kept and the next one asks again.
    pub fn end_rematch(&mut self, begun: &RematchBegun) -> Result<()> {
        end(&mut self.connection, begun).map_err(self.failed("write it"))
    }

    fn answer_again(&self, id: i64, answer: &LedgerAnswer) -> Result<Option<Change>> {
        if self.is_answered_so(id, answer)? {
            return Ok(None);
        }
        let before = self.answers_of(id)?.pop();
        self.add_answer(id, answer)?;
        Ok(Some(Change { crash: id, before, after: answer.clone() }))
    }

    /// True when the last answer about a crash says the same, and for a crash that was taken out.
    fn is_answered_so(&self, id: i64, answer: &LedgerAnswer) -> Result<bool> {
        let sql = "SELECT (SELECT verdict = ?2 AND issue IS ?3 AND applies IS ?4 FROM answer \
            WHERE answer.crash = ?1 ORDER BY answer.id DESC LIMIT 1) FROM crash WHERE id = ?1";
        let mut statement = self.connection.prepare_cached(sql).map_err(self.failed("read it"))?;
        let LedgerAnswer { verdict, issue, applies, .. } = answer;
        let found = statement.query_row((id, verdict, issue, applies), |row| row.get(0)).optional();
        let found: Option<Option<bool>> = found.map_err(self.failed("read it"))?;
        Ok(found.is_none_or(|same| same == Some(true)))
    }

    /// Adds an answer to those about a crash.
    pub(super) fn add_answer(&self, id: i64, answer: &LedgerAnswer) -> Result<()> {
        let sql = "SELECT recorded FROM crash WHERE id = ?";
        let recorded = self
            .connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.query_row([id], |row| row.get(0)));
        let recorded: String = recorded.map_err(self.failed("read it"))?;
        insert_answer(&self.connection, (id, &recorded), answer).map_err(self.failed("write it"))
    }
}

fn begin(connection: &mut Connection, knowledge: Option<i64>) -> rusqlite::Result<RematchBegun> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute("INSERT INTO rematch_begun (knowledge) VALUES (?)", [knowledge])?;
    let sql = "SELECT (SELECT ifnull(max(id), 0) FROM crash), \
        (SELECT ifnull(max(id), 0) FROM answer)";
    let begun = transaction.query_row(sql, [], |row| {
        let (last_crash, last_answer) = (row.get(0)?, row.get(1)?);
        Ok(RematchBegun { last_crash, last_answer, added: 0, knowledge })
    })?;
    transaction.commit()?;
    Ok(begun)
}

fn end(connection: &mut Connection, begun: &RematchBegun) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let sql = "SELECT count(*) FROM answer WHERE id > ? AND crash <= ?";
    let values = (begun.last_answer, begun.last_crash);
    let added: i64 = transaction.query_row(sql, values, |row| row.get(0))?;
    if added != begun.added {
        return Ok(());
    }
    transaction.execute_batch("DELETE FROM rematched; DELETE FROM rematch_begun")?;
    if let Some(knowledge) = begun.knowledge {
        let sql = "INSERT INTO rematched (through, knowledge) VALUES (?, ?)";
        transaction.execute(sql, (begun.last_crash, knowledge))?;
    } else {
        let sql = "UPDATE crash SET knowledge = NULL WHERE id <= ?";
        transaction.execute(sql, [begun.last_crash])?;
    }
    transaction.commit()
}
