//! Recording a crash: the same event once, however often and in whatever form it arrives.

use rusqlite::{Connection, OptionalExtension, Params, TransactionBehavior, params};
use sha2::{Digest, Sha256};

use super::body::{Packer, shortened, trained};
use super::circumstance;
use super::row::LedgerAnswer;
use super::{Ledger, damaged, failed};
use crate::diagnose::{Diagnosis, Stored, Subject};
use crate::error::Result;
use crate::matching::{Applies, Verdict};

/// Bytes of a hash that are kept.
const HASH_BYTES: usize = 16;
/// The same of the keys, by which crashes are only grouped.
const KEYS_BYTES: usize = 8;
const NO_DICTIONARY: &str = "it keeps no dictionary";

/// A crash that is to be recorded. Its texts are stored as they are: see [`super::redacted`].
#[derive(Clone, Debug)]
pub struct NewCrash {
    /// The crash, ready to be diagnosed.
    pub subject: Subject,
    /// True when private strings were replaced.
    pub redacted: bool,
    /// The host.
    pub host: Option<String>,
    /// Day of the crash, `YYYY-MM-DD`.
    pub seen: Option<String>,
    /// When it is recorded, UTC.
    pub recorded: String,
    /// The file that it was read from.
    pub source: String,
    /// Number of a case or ticket.
    pub case: Option<String>,
    /// The answers that it got, the first one first.
    pub answers: Vec<LedgerAnswer>,
    /// The number of the knowledge that gave the last of them, as [`Ledger::remember`] returns it.
    pub knowledge: Option<i64>,
}

#[cfg(test)]
impl NewCrash {
    /// The first crash of `text`, of which nothing else is known.
    pub(crate) fn of_text(text: &str) -> Self {
        let found = crate::read::crashes_in_text(text).into_iter().next().expect("a crash");
        let (frames, releases) = Default::default();
        let lists = crate::diagnose::Lists { frames: &frames, releases: &releases, symbols: None };
        Self {
            subject: crate::diagnose::prepare(found, lists),
            redacted: false,
            host: None,
            seen: None,
            recorded: "2026-11-26T10:00:00Z".to_owned(),
            source: "test".to_owned(),
            case: None,
            answers: Vec::new(),
            knowledge: None,
        }
    }
}

/// The outcome of recording a crash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// It is new, and has this number.
    New(i64),
    /// The same event is recorded already, under this number.
    Known(i64),
}

impl Recorded {
    /// The number of the crash in the ledger.
    pub fn id(self) -> i64 {
        let (Self::New(id) | Self::Known(id)) = self;
        id
    }
}

impl LedgerAnswer {
    /// What a diagnosis says about a crash.
    pub fn new(diagnosis: &Diagnosis, asked: &str) -> Self {
        let best = diagnosis.matches.first();
        Self {
            asked: asked.to_owned(),
            kb: diagnosis.kb.clone(),
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            verdict: verdict_code(diagnosis.verdict).to_owned(),
            issue: best.map(|best| best.issue.clone()),
            confidence: best.map(|best| best.confidence),
            applies: best.map(|best| applies_code(best.applicability.applies).to_owned()),
        }
    }
}

fn verdict_code(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Match => "match",
        Verdict::Possible => "possible",
        Verdict::None => "none",
    }
}

fn applies_code(applies: Applies) -> &'static str {
    match applies {
        Applies::Affected => "affected",
        Applies::Fixed => "fixed",
        Applies::NotAffected => "not-affected",
        Applies::Unknown => "unknown",
    }
}

/// A crash in the form of its row.
struct Prepared<'a> {
    new: &'a NewCrash,
    digest: Vec<u8>,
}

impl Ledger {
    /// Records a crash, in one transaction that is on the disk when it returns.
    ///
    /// Known is a crash of the same digest, and one of the same message and uptime whose build and
    /// time stamp counter do not contradict: the screen and the log of one event.
    ///
    /// # Errors
    /// [`crate::error::Error::Ledger`] when the ledger cannot be written, and
    /// [`crate::error::Error::Stored`] when the crash cannot be packed.
    pub fn record(&mut self, new: &NewCrash) -> Result<Recorded> {
        let recorded = self.record_all(std::slice::from_ref(new))?;
        recorded.first().copied().ok_or_else(|| damaged(&self.path, "nothing was recorded"))
    }

    /// As [`Self::record`] for many crashes in one transaction: all of them are recorded, or none.
    ///
    /// # Errors
    /// As [`Self::record`].
    pub fn record_all(&mut self, new: &[NewCrash]) -> Result<Vec<Recorded>> {
        let prepared: Vec<Prepared<'_>> = new.iter().map(Prepared::new).collect::<Result<_>>()?;
        let path = self.path.clone();
        if self.packer.is_none() {
            self.packer = Some(self.newest_packer()?);
        }
        let Some(packer) = &mut self.packer else { return Err(damaged(&path, NO_DICTIONARY)) };
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(failed("write it", &path))?;
        let mut recorded = Vec::with_capacity(new.len());
        for prepared in prepared {
            let known = prepared.known(&transaction).map_err(failed("read it", &path))?;
            recorded.push(match known {
                Some(id) => Recorded::Known(id),
                None => {
                    let body = packer.packed(&prepared.shortened()?)?;
                    let id = prepared.insert(&transaction, packer.dictionary, &body);
                    Recorded::New(id.map_err(failed("write it", &path))?)
                }
            });
        }
        transaction.commit().map_err(failed("write it", &path))?;
        Ok(recorded)
    }

    /// The packer of the newest dictionary; the first crash makes that.
    fn newest_packer(&self) -> Result<Packer> {
        if let Some(found) = Packer::newest(&self.connection)? {
            return Ok(found);
        }
        let sql = "INSERT INTO dictionary (body) SELECT ? \
            WHERE NOT EXISTS (SELECT 1 FROM dictionary)";
        self.connection.execute(sql, [trained()?]).map_err(self.failed("write it"))?;
        Packer::newest(&self.connection)?.ok_or_else(|| damaged(&self.path, NO_DICTIONARY))
    }
}

impl<'a> Prepared<'a> {
    fn new(new: &'a NewCrash) -> Result<Self> {
        let json = Stored::new(new.subject.crash.clone(), None).to_json()?;
        // Two hosts may print the same screen, such as an article's.
        let host = new.host.as_deref().unwrap_or_default();
        let digest = hashed(&[&json, host]);
        Ok(Self { new, digest })
    }

    /// The body without what is told again elsewhere.
    fn shortened(&self) -> Result<String> {
        let Subject { crash, keys, .. } = &self.new.subject;
        shortened(crash, keys.frames.iter().map(|frame| frame.function.as_str()))
    }

    fn known(&self, connection: &Connection) -> rusqlite::Result<Option<i64>> {
        let sql = "SELECT id FROM crash WHERE digest = ?";
        let mut statement = connection.prepare_cached(sql)?;
        let same = statement.query_row([&self.digest], |row| row.get(0)).optional()?;
        if same.is_some() {
            return Ok(same);
        }
        let crash = &self.new.subject.crash;
        let (Some(uptime), Some(panic)) = (crash.uptime_ms, &crash.panic) else {
            return Ok(None);
        };
        let sql = "SELECT id FROM crash WHERE uptime_ms = ?1 AND message = ?2 \
            AND (build IS NULL OR ?3 IS NULL OR build = ?3) \
            AND (tsc IS NULL OR ?4 IS NULL OR tsc = ?4) \
            AND (host IS NULL OR ?5 IS NULL OR host = (SELECT id FROM host WHERE name = ?5)) \
            ORDER BY id LIMIT 1";
        let build = crash.release.as_ref().and_then(|release| release.build);
        let values =
            params![number(uptime), panic.message, build, crash.tsc.map(number), self.new.host];
        connection.prepare_cached(sql)?.query_row(values, |row| row.get(0)).optional()
    }

    fn insert(
        &self,
        connection: &Connection,
        dictionary: i64,
        body: &[u8],
    ) -> rusqlite::Result<i64> {
        let NewCrash { subject, redacted, host, seen, recorded, source, case, knowledge, .. } =
            self.new;
        let crash = &subject.crash;
        let fingerprint = self.fingerprint(connection)?;
        let circumstance = circumstance::number_of(connection, &subject.keys)?;
        let host = host.as_deref().map(|host| number_of_host(connection, host)).transpose()?;
        let message = crash.panic.as_ref().map_or("", |panic| panic.message.as_str());
        let build = crash.release.as_ref().and_then(|release| release.build);
        let line = subject.host.entry.as_ref().map(|entry| entry.line.clone());
        // All that a signature may ask for: crashes of the same keys have the same answer.
        let keys = hashed(&[&format!("{:?}", subject.keys)]);
        let sql = "INSERT INTO crash (digest, keys, fingerprint, circumstance, message, build, \
            line, host, seen, recorded, source, case_number, uptime_ms, tsc, redacted, knowledge) \
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        connection.prepare_cached(sql)?.execute(params![
            self.digest,
            &keys[..KEYS_BYTES],
            fingerprint,
            circumstance,
            message,
            build,
            line,
            host,
            seen,
            recorded,
            source,
            case,
            crash.uptime_ms.map(number),
            crash.tsc.map(number),
            redacted,
            knowledge,
        ])?;
        let id = connection.last_insert_rowid();
        let sql = "INSERT INTO body (crash, dictionary, packed) VALUES (?, ?, ?)";
        connection.prepare_cached(sql)?.execute(params![id, dictionary, body])?;
        for answer in &self.new.answers {
            insert_answer(connection, (id, recorded), answer)?;
        }
        Ok(id)
    }

    /// The number of its fingerprint, which is made where it is new.
    fn fingerprint(&self, connection: &Connection) -> rusqlite::Result<Option<i64>> {
        let Some(value) = &self.new.subject.fingerprint else {
            return Ok(None);
        };
        let sql = "SELECT id FROM fingerprint WHERE value = ?";
        let known = connection.prepare_cached(sql)?.query_row([value], |row| row.get(0));
        if let Some(id) = known.optional()? {
            return Ok(Some(id));
        }
        let frames = &self.new.subject.keys.frames;
        let functions: Vec<&str> = frames.iter().map(|frame| frame.function.as_str()).collect();
        let modules: Vec<&str> =
            frames.iter().map(|frame| frame.module.as_deref().unwrap_or_default()).collect();
        let sql = "INSERT INTO fingerprint (value, functions, modules) VALUES (?, ?, ?)";
        connection.prepare_cached(sql)?.execute(params![
            value,
            functions.join("\n"),
            modules.join("\n")
        ])?;
        let id = connection.last_insert_rowid();
        let sql = "INSERT OR IGNORE INTO function (name, fingerprint) VALUES (?, ?)";
        let mut statement = connection.prepare_cached(sql)?;
        for function in functions {
            statement.execute((number_of_name(connection, function)?, id))?;
        }
        Ok(Some(id))
    }
}

/// Adds an answer to those about a crash, of which the number is given and when it was recorded.
pub(super) fn insert_answer(
    connection: &Connection,
    (crash, recorded): (i64, &str),
    answer: &LedgerAnswer,
) -> rusqlite::Result<()> {
    let LedgerAnswer { asked, kb, tool, verdict, issue, confidence, applies } = answer;
    let sql = [
        "SELECT id FROM asked WHERE kb = ? AND tool = ?",
        "INSERT INTO asked (kb, tool) VALUES (?, ?)",
    ];
    let by = number_in(connection, sql, (kb, tool))?;
    let sql = "INSERT INTO answer (crash, by, asked, verdict, issue, confidence, applies) \
        VALUES (?, ?, ?, ?, ?, ?, ?)";
    let asked = Some(asked).filter(|asked| *asked != recorded);
    let values = params![crash, by, asked, verdict, issue, confidence, applies];
    connection.prepare_cached(sql)?.execute(values).map(|_| ())
}

/// The number of a host, which gets one where it is new.
fn number_of_host(connection: &Connection, name: &str) -> rusqlite::Result<i64> {
    let sql = ["SELECT id FROM host WHERE name = ?", "INSERT INTO host (name) VALUES (?)"];
    number_in(connection, sql, [name])
}

/// The number of a function, which gets one where it is new.
fn number_of_name(connection: &Connection, text: &str) -> rusqlite::Result<i64> {
    let sql = ["SELECT id FROM name WHERE text = ?", "INSERT INTO name (text) VALUES (?)"];
    number_in(connection, sql, [text])
}

/// The number that the first statement finds; without one, that of the row that the second one adds.
fn number_in(
    connection: &Connection,
    [find, add]: [&str; 2],
    values: impl Params + Clone,
) -> rusqlite::Result<i64> {
    let known = connection.prepare_cached(find)?.query_row(values.clone(), |row| row.get(0));
    if let Some(id) = known.optional()? {
        return Ok(id);
    }
    connection.prepare_cached(add)?.execute(values)?;
    Ok(connection.last_insert_rowid())
}

/// A number of a screen as SQLite keeps it: the bits count, not the sign.
fn number(value: u64) -> i64 {
    value.cast_signed()
}

pub(super) fn hashed(parts: &[&str]) -> Vec<u8> {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.finalize().iter().copied().take(HASH_BYTES).collect()
}
