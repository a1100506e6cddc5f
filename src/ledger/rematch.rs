//! Asking again about recorded crashes, after the knowledge base has changed.

use std::collections::BTreeMap;

use super::Ledger;
use super::body::Dictionaries;
use super::record::insert_answer;
use super::row::LedgerAnswer;
use crate::crash::Crash;
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
        for (_, crashes) in self.by_keys()? {
            let Some(first) = crashes.first() else { continue };
            let sql = "SELECT dictionary, body FROM crash WHERE id = ?";
            let (dictionary, body): (i64, Vec<u8>) = self
                .connection
                .prepare_cached(sql)
                .and_then(|mut statement| {
                    statement.query_row([first], |row| Ok((row.get(0)?, row.get(1)?)))
                })
                .map_err(self.failed("read it"))?;
            let crash = dictionaries.unpacked(&self.connection, dictionary, &body)?;
            let Some(answer) = ask(crash)? else { continue };
            for id in crashes {
                changes.extend(self.answer_again(id, &answer)?);
            }
        }
        changes.sort_by_key(|change| change.crash);
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
