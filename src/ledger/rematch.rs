//! Asking again about recorded crashes, after the knowledge base has changed.

use std::collections::BTreeMap;

use rusqlite::OptionalExtension;

use super::Ledger;
use super::body::Dictionaries;
use super::record::insert_answer;
use super::row::LedgerAnswer;
use crate::crash::Crash;
use crate::error::Result;

/// Groups of crashes whose answers come to the disk together.
const BATCH: usize = 256;

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

impl Ledger {
    /// Asks about every recorded crash again, once for all crashes of the same keys, and keeps the
    /// answers that are others than before; `ask` gives the answer, `None` to leave a crash as it is.
    ///
    /// # Errors
    /// [`crate::error::Error::Ledger`] when the ledger cannot be read or written, and every error of
    /// `ask`; the answers before it are kept.
    pub fn rematch(
        &mut self,
        ask: &mut dyn FnMut(Crash) -> Result<Option<LedgerAnswer>>,
    ) -> Result<Vec<Change>> {
        let mut changes = Vec::new();
        let mut dictionaries = Dictionaries::default();
        let groups: Vec<Vec<i64>> = self.by_keys()?.into_values().collect();
        for groups in groups.chunks(BATCH) {
            let mut answers = Vec::with_capacity(groups.len());
            let mut fault = None;
            for crashes in groups {
                match self.asked_again(crashes, &mut dictionaries, ask) {
                    Ok(answer) => answers.extend(answer.map(|answer| (crashes, answer))),
                    Err(error) => {
                        fault = Some(error);
                        break;
                    }
                }
            }
            changes.extend(self.keep_answers(&answers)?);
            if let Some(fault) = fault {
                return Err(fault);
            }
        }
        changes.sort_by_key(|change| change.crash);
        Ok(changes)
    }

    /// The answer to some crashes of the same keys.
    fn asked_again(
        &self,
        crashes: &[i64],
        dictionaries: &mut Dictionaries,
        ask: &mut dyn FnMut(Crash) -> Result<Option<LedgerAnswer>>,
    ) -> Result<Option<LedgerAnswer>> {
        let sql = "SELECT dictionary, body FROM crash WHERE id = ?";
        let stored: Option<(i64, Vec<u8>)> = self
            .connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement.query_row([crashes.first()], |row| Ok((row.get(0)?, row.get(1)?)))
            })
            .optional()
            .map_err(self.failed("read it"))?;
        // Somebody may have taken it out meanwhile.
        let Some((dictionary, body)) = stored else { return Ok(None) };
        ask(dictionaries.unpacked(&self.connection, dictionary, &body)?)
    }

    /// Keeps the answers that are others than before, in one transaction.
    fn keep_answers(&self, answers: &[(&Vec<i64>, LedgerAnswer)]) -> Result<Vec<Change>> {
        let mut changes = Vec::new();
        let transaction =
            self.connection.unchecked_transaction().map_err(self.failed("write it"))?;
        for (crashes, answer) in answers {
            for id in *crashes {
                changes.extend(self.answer_again(*id, answer)?);
            }
        }
        transaction.commit().map_err(self.failed("write it"))?;
        Ok(changes)
    }

    /// The crashes of each keys.
    fn by_keys(&self) -> Result<BTreeMap<Vec<u8>, Vec<i64>>> {
        let read = || {
            let mut statement =
                self.connection.prepare("SELECT keys, id FROM crash ORDER BY id")?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let mut groups: BTreeMap<Vec<u8>, Vec<i64>> = BTreeMap::new();
            for row in rows {
                let (keys, id) = row?;
                groups.entry(keys).or_default().push(id);
            }
            Ok(groups)
        };
        read().map_err(self.failed("read it"))
    }

    fn answer_again(&self, id: i64, answer: &LedgerAnswer) -> Result<Option<Change>> {
        let before = self.answers_of(id)?.pop();
        if before.as_ref().is_some_and(|before| before.says_the_same(answer)) {
            return Ok(None);
        }
        insert_answer(&self.connection, id, answer).map_err(self.failed("write it"))?;
        Ok(Some(Change { crash: id, before, after: answer.clone() }))
    }
}
