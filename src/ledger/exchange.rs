//! A ledger as lines of JSON: one crash a line, in the order of their digests, so that the same
//! crashes, answers and decisions are the same bytes wherever they come from.

use std::io::{BufRead, Read, Write};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::body::{Dictionaries, PackedBody};
use super::decision::Decision;
use super::record::{NewCrash, Recorded};
use super::row::LedgerAnswer;
use super::{Ledger, damaged};
use crate::crash::Crash;
use crate::diagnose::{Lists, STORED_VERSION, prepare};
use crate::error::{Error, Result};
use crate::read::FoundCrash;

/// Version of the lines: it changes when an older program would read them wrongly.
const EXCHANGE_VERSION: u32 = 1;

/// Crashes of an import that come to the disk together: each by itself would take a second for every
/// two hundred.
const BATCH: usize = 256;

/// Lines of so many bytes come to the disk although they are fewer.
const BATCH_BYTES: usize = 16 << 20;

/// Most bytes of a line of an import: a crash of the largest bound, each of its bytes escaped, has 50 MB.
const MAX_LINE_BYTES: u64 = 64 << 20;

/// The first line.
#[derive(Serialize, Deserialize)]
struct Header {
    ledger: u32,
    crash: u32,
}

/// One crash.
#[derive(Serialize, Deserialize)]
struct Line {
    digest: String,
    redacted: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    host: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seen: Option<String>,
    recorded: String,
    source: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    case: Option<String>,
    crash: Crash,
    answers: Vec<LedgerAnswer>,
    decisions: Vec<Decision>,
}

/// What an import has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Crashes that are new.
    pub new: usize,
    /// Crashes that were recorded already.
    pub known: usize,
    /// Decisions that are new.
    pub decisions: usize,
}

impl Ledger {
    /// Writes everything to `target`; returns the number of crashes.
    ///
    /// # Errors
    /// [`Error::Ledger`] when the ledger cannot be read, [`Error::Io`] when `target` cannot be written.
    pub fn export(&self, target: &mut dyn Write) -> Result<usize> {
        let path = std::path::Path::new("export");
        let header = Header { ledger: EXCHANGE_VERSION, crash: STORED_VERSION };
        write_line(target, &header).map_err(Error::io("write", path))?;
        let sql = "SELECT id FROM crash ORDER BY digest";
        let mut statement = self.connection.prepare(sql).map_err(self.failed("read it"))?;
        let ids = statement.query_map([], |row| row.get(0)).map_err(self.failed("read it"))?;
        let mut dictionaries = Dictionaries::default();
        let mut count = 0;
        for id in ids {
            let id = id.map_err(self.failed("read it"))?;
            let line = self.line_of(id, &mut dictionaries)?;
            write_line(target, &line).map_err(Error::io("write", path))?;
            count += 1;
        }
        target.flush().map_err(Error::io("write", path))?;
        Ok(count)
    }

    fn line_of(&self, id: i64, dictionaries: &mut Dictionaries) -> Result<Line> {
        let sql = "SELECT lower(hex(digest)), redacted, host.name, seen, recorded, source, case_number, \
            dictionary, packed, functions FROM crash JOIN body ON body.crash = crash.id \
            LEFT JOIN host ON host.id = crash.host \
            LEFT JOIN fingerprint ON fingerprint.id = crash.fingerprint WHERE crash.id = ?";
        let (line, body) = self
            .connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement.query_row([id], |row| {
                    let line = Line {
                        digest: row.get(0)?,
                        redacted: row.get(1)?,
                        host: row.get(2)?,
                        seen: row.get(3)?,
                        recorded: row.get(4)?,
                        source: row.get(5)?,
                        case: row.get(6)?,
                        crash: Crash::default(),
                        answers: Vec::new(),
                        decisions: Vec::new(),
                    };
                    Ok((line, PackedBody::from_row(row, 7)?))
                })
            })
            .map_err(self.failed("read it"))?;
        let crash = dictionaries.unpacked(&self.connection, &body)?;
        let (answers, decisions) = (self.answers_of(id)?, self.decisions_of(id)?);
        Ok(Line { crash, answers, decisions, ..line })
    }

    /// Takes over what [`Self::export`] has written: crashes, answers and decisions that are not there
    /// yet. `lists` prepares the crashes.
    ///
    /// # Errors
    /// [`Error::Ledger`] with the line of a text that is no export, or of one that is longer than 64 MiB;
    /// what came before it is taken over.
    pub fn import(&mut self, source: &mut dyn BufRead, lists: Lists<'_>) -> Result<Imported> {
        let mut imported = Imported::default();
        let mut lines = Vec::new();
        let mut text = String::new();
        let mut number = 0;
        let mut waiting = 0;
        loop {
            text.clear();
            number += 1;
            let read = (&mut *source).take(MAX_LINE_BYTES).read_line(&mut text);
            let read = read.map_err(Error::io("read", std::path::Path::new("import")))?;
            let line = match read {
                0 => break,
                _ if is_cut(&text) => Err(self.too_long(number)),
                _ if number == 1 => self.header_of(&text, number).map(|()| None),
                _ => self.parsed::<Line>(&text, number).map(Some),
            };
            waiting += read;
            match line {
                Ok(line) => lines.extend(line),
                Err(fault) => {
                    self.import_lines(&mut lines, lists, &mut imported)?;
                    return Err(fault);
                }
            }
            if lines.len() >= BATCH || waiting >= BATCH_BYTES {
                self.import_lines(&mut lines, lists, &mut imported)?;
                waiting = 0;
            }
        }
        self.import_lines(&mut lines, lists, &mut imported)?;
        Ok(imported)
    }

    fn header_of(&self, text: &str, number: usize) -> Result<()> {
        let header: Header = self.parsed(text, number)?;
        self.check_header(&header)
    }

    fn parsed<T: DeserializeOwned>(&self, text: &str, number: usize) -> Result<T> {
        serde_json::from_str(text)
            .map_err(|error| damaged(&self.path, format!("line {number} of the import: {error}")))
    }

    fn too_long(&self, number: usize) -> Error {
        let most = MAX_LINE_BYTES >> 20;
        damaged(&self.path, format!("line {number} of the import: longer than {most} MiB"))
    }

    fn check_header(&self, header: &Header) -> Result<()> {
        if header.ledger > EXCHANGE_VERSION || header.crash > STORED_VERSION {
            let problem = format!(
                "the import has version {}.{}, this program reads up to {EXCHANGE_VERSION}.{STORED_VERSION}",
                header.ledger, header.crash
            );
            return Err(damaged(&self.path, problem));
        }
        Ok(())
    }

    /// Takes over some lines, which it empties; a second import of them changes nothing.
    fn import_lines(
        &mut self,
        lines: &mut Vec<Line>,
        lists: Lists<'_>,
        imported: &mut Imported,
    ) -> Result<()> {
        let mut decisions = Vec::with_capacity(lines.len());
        let new = lines.drain(..).map(|line| {
            decisions.push(line.decisions);
            NewCrash {
                subject: prepare(FoundCrash::from(line.crash), lists),
                redacted: line.redacted,
                host: line.host,
                seen: line.seen,
                recorded: line.recorded,
                source: line.source,
                case: line.case,
                answers: line.answers,
                // Whoever gave them may have asked in another manner.
                knowledge: None,
            }
        });
        let new: Vec<NewCrash> = new.collect();
        let recorded = self.record_all(&new)?;
        let transaction =
            self.connection.unchecked_transaction().map_err(self.failed("write it"))?;
        for ((recorded, new), decisions) in recorded.iter().zip(&new).zip(&decisions) {
            match recorded {
                Recorded::New(_) => imported.new += 1,
                Recorded::Known(id) => {
                    imported.known += 1;
                    self.import_answers(*id, &new.answers)?;
                }
            }
            for decision in decisions {
                imported.decisions += usize::from(self.add_decision(recorded.id(), decision)?);
            }
        }
        transaction.commit().map_err(self.failed("write it"))
    }

    /// Adds the answers that are not there yet.
    fn import_answers(&self, id: i64, answers: &[LedgerAnswer]) -> Result<()> {
        let known = self.answers_of(id)?;
        let mut new = answers.iter().filter(|answer| !known.contains(answer)).peekable();
        if new.peek().is_some() {
            self.forget_who_answered(id)?;
        }
        for answer in new {
            self.add_answer(id, answer)?;
        }
        Ok(())
    }
}

fn write_line(target: &mut dyn Write, line: &impl Serialize) -> std::io::Result<()> {
    serde_json::to_writer(&mut *target, line)?;
    target.write_all(b"\n")
}

/// True for a line whose end was not reached.
fn is_cut(text: &str) -> bool {
    text.len() as u64 >= MAX_LINE_BYTES && !text.ends_with('\n')
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, repeat};

    use super::*;
    use crate::diagnose::Knowledge;

    #[test]
    fn a_line_of_an_import_has_a_bound() {
        let directory = tempfile::tempdir().expect("a directory");
        let mut ledger = Ledger::open(&directory.path().join("new.ledger")).expect("a ledger");
        let header = b"{\"ledger\":1,\"crash\":1}\n";
        let mut source = BufReader::new(header.chain(repeat(b'x')));
        let knowledge = Knowledge::shipped().expect("the shipped knowledge base");
        let fault = ledger.import(&mut source, knowledge.into()).expect_err("no end");
        assert!(fault.to_string().contains("line 2 of the import: longer than 64 MiB"), "{fault}");
    }
}
