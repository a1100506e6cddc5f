//! Recorded crashes as they are kept, for those who look through very many and read few of them.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};

use rusqlite::{Connection, OptionalExtension, Row};
use zstd::bulk::Decompressor;
use zstd::dict::DecoderDictionary;

use super::Ledger;
use super::body::{PackedBody, crash_of, damaged, unpacked_by};
use super::circumstance::{COLUMNS as CIRCUMSTANCE_COLUMNS, Circumstance, circumstance_of};
use super::memory::{Rematched, rematched};
use crate::crash::{Crash, PanicKind};
use crate::error::Result;

/// Crashes that are handed on together.
const BATCH: usize = 1024;

/// How much of a crash is wanted, by what its row says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Nothing.
    No,
    /// It depends on what only its body says.
    Perhaps,
    /// All of it.
    Yes,
}

/// Which crashes are asked about, by what gave their last answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// None: it would be the same answer.
    Holds,
    /// Those that show what is wanted.
    Chosen,
    /// All.
    Unknown,
}

/// Chooses crashes by panic kind and message.
pub type MessageChooser<'a> = dyn Fn(Option<PanicKind>, &str) -> bool + 'a;

/// Chooses crashes without reading their bodies.
pub struct Chooser<'a> {
    /// By the number of the knowledge that gave the last answer, where that is known.
    pub knowledge: &'a dyn Fn(Option<i64>) -> Standing,
    /// True for a function whose crashes are wanted.
    pub function: &'a dyn Fn(&str) -> bool,
    /// By what many crashes have in common.
    pub circumstance: &'a dyn Fn(&Circumstance) -> Wanted,
    /// True for a message that is wanted; absent where none is.
    pub message: Option<&'a MessageChooser<'a>>,
}

/// A crash that was not unpacked.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PackedCrash {
    /// Its place in [`PackedGroups::ids`].
    pub group: usize,
    /// False when it depends on its body whether it is wanted.
    pub is_sure: bool,
    body: PackedBody,
}

/// The crashes that were handed on: those of the same keys once.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct PackedGroups {
    /// The numbers of the crashes of each keys, in the order of the first of them.
    pub ids: Vec<Vec<i64>>,
    /// Crashes that are not wanted.
    pub passed_over: usize,
}

/// Unpacks crashes, on several threads.
#[derive(Default)]
pub struct Unpacker {
    dictionaries: BTreeMap<i64, DecoderDictionary<'static>>,
}

/// What one thread unpacks with.
#[derive(Default)]
pub struct UnpackingThread<'a> {
    loaded: BTreeMap<i64, Decompressor<'a>>,
}

impl Unpacker {
    /// The JSON of a stored crash.
    ///
    /// # Errors
    /// [`crate::error::Error::Stored`] for one that is damaged.
    pub fn text<'a>(
        &'a self,
        packed: &PackedCrash,
        thread: &mut UnpackingThread<'a>,
    ) -> Result<String> {
        let loaded = match thread.loaded.entry(packed.body.dictionary) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                let dictionary = self.dictionaries.get(&packed.body.dictionary);
                let dictionary =
                    dictionary.ok_or_else(|| damaged(&"its dictionary is not there"))?;
                let loaded = Decompressor::with_prepared_dictionary(dictionary);
                entry.insert(loaded.map_err(|error| damaged(&error))?)
            }
        };
        unpacked_by(loaded, &packed.body)
    }

    /// The crash of such a text.
    ///
    /// # Errors
    /// As [`crate::diagnose::Stored::from_json`].
    pub fn crash(text: &str) -> Result<Crash> {
        crash_of(text)
    }
}

/// Rows on their way into groups.
struct Grouping<'a> {
    chooser: &'a Chooser<'a>,
    /// The fingerprints with a function that is wanted.
    stories: HashSet<i64>,
    /// What is wanted of each circumstance, and its panic kind.
    circumstances: HashMap<i64, (Wanted, Option<PanicKind>)>,
    rematched: Option<Rematched>,
    known: HashMap<Vec<u8>, usize>,
    groups: PackedGroups,
}

/// A row that is wanted, and the first of its keys.
struct NewRow {
    id: i64,
    fingerprint: Option<i64>,
    group: usize,
    is_sure: bool,
}

impl Grouping<'_> {
    /// What is wanted of a row.
    fn wanted(&self, row: &Row<'_>) -> rusqlite::Result<Wanted> {
        let id: i64 = row.get(0)?;
        let of_rematch = self.rematched.filter(|rematched| id <= rematched.through);
        let knowledge = match of_rematch {
            Some(rematched) => Some(rematched.knowledge),
            None => row.get(5)?,
        };
        match (self.chooser.knowledge)(knowledge) {
            Standing::Holds => return Ok(Wanted::No),
            Standing::Unknown => return Ok(Wanted::Yes),
            Standing::Chosen => {}
        }
        let story: Option<i64> = row.get(2)?;
        if story.is_some_and(|story| self.stories.contains(&story)) {
            return Ok(Wanted::Yes);
        }
        let circumstance = self.circumstances.get(&row.get(3)?).copied();
        let (wanted, kind) = circumstance.unwrap_or((Wanted::Yes, None));
        if wanted != Wanted::Yes
            && let Some(message) = self.chooser.message
            && message(kind, row.get_ref(4)?.as_str().unwrap_or_default())
        {
            return Ok(Wanted::Yes);
        }
        Ok(wanted)
    }

    /// The crash of a row; `None` when it is not wanted, or one of its keys was handed on before.
    fn new_row(&mut self, row: &Row<'_>) -> rusqlite::Result<Option<NewRow>> {
        let wanted = self.wanted(row)?;
        if wanted == Wanted::No {
            self.groups.passed_over += 1;
            return Ok(None);
        }
        let (id, keys): (i64, Vec<u8>) = (row.get(0)?, row.get(1)?);
        if let Some(group) = self.known.get(&keys) {
            self.groups.ids[*group].push(id);
            return Ok(None);
        }
        let group = self.groups.ids.len();
        self.known.insert(keys, group);
        self.groups.ids.push(vec![id]);
        let is_sure = wanted == Wanted::Yes;
        Ok(Some(NewRow { id, fingerprint: row.get(2)?, group, is_sure }))
    }
}

impl Ledger {
    /// What its crashes are unpacked with.
    ///
    /// # Errors
    /// [`crate::error::Error::Ledger`] when the ledger cannot be read; so for every method here.
    pub fn unpacker(&self) -> Result<Unpacker> {
        unpacker(&self.connection).map_err(self.failed("read it"))
    }

    /// Hands on the crashes that `chooser` wants, in the order in which they were recorded and those of
    /// the same keys once.
    ///
    /// # Errors
    /// Also every error of `take`.
    pub fn each_packed(
        &self,
        chooser: &Chooser<'_>,
        take: &mut dyn FnMut(Vec<PackedCrash>) -> Result<()>,
    ) -> Result<PackedGroups> {
        let mut grouping = self.grouping(chooser).map_err(self.failed("read it"))?;
        let sql =
            "SELECT id, keys, fingerprint, circumstance, message, knowledge FROM crash ORDER BY id";
        let mut statement = self.connection.prepare(sql).map_err(self.failed("read it"))?;
        let mut rows = statement.query([]).map_err(self.failed("read it"))?;
        let mut batch = Vec::new();
        while let Some(row) = rows.next().map_err(self.failed("read it"))? {
            if let Some(new) = grouping.new_row(row).map_err(self.failed("read it"))? {
                batch.extend(self.packed(&new).map_err(self.failed("read it"))?);
            }
            if batch.len() >= BATCH {
                take(std::mem::take(&mut batch))?;
            }
        }
        take(batch)?;
        Ok(grouping.groups)
    }

    fn grouping<'a>(&self, chooser: &'a Chooser<'a>) -> rusqlite::Result<Grouping<'a>> {
        let sql = format!("SELECT {CIRCUMSTANCE_COLUMNS} FROM circumstance");
        let mut statement = self.connection.prepare(&sql)?;
        let circumstances = statement.query_map([], circumstance_of)?;
        let circumstances = circumstances.map(|found| {
            let (id, circumstance) = found?;
            Ok((id, ((chooser.circumstance)(&circumstance), circumstance.keys.kind)))
        });
        Ok(Grouping {
            chooser,
            stories: self.stories_with(chooser.function)?,
            circumstances: circumstances.collect::<rusqlite::Result<_>>()?,
            rematched: rematched(&self.connection)?,
            known: HashMap::new(),
            groups: PackedGroups::default(),
        })
    }

    /// The body of a crash; `None` when somebody has taken it out meanwhile.
    fn packed(&self, new: &NewRow) -> rusqlite::Result<Option<PackedCrash>> {
        let sql = "SELECT dictionary, packed, functions FROM body \
            LEFT JOIN fingerprint ON fingerprint.id = ?2 WHERE crash = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let values = (new.id, new.fingerprint);
        let body = statement.query_row(values, |row| PackedBody::from_row(row, 0)).optional()?;
        let NewRow { group, is_sure, .. } = *new;
        Ok(body.map(|body| PackedCrash { group, is_sure, body }))
    }

    /// The fingerprints whose story has a function that is wanted.
    fn stories_with(&self, wanted: &dyn Fn(&str) -> bool) -> rusqlite::Result<HashSet<i64>> {
        let mut names = self.connection.prepare("SELECT id, text FROM name")?;
        let mut names = names.query([])?;
        let sql = "SELECT fingerprint FROM function WHERE name = ?";
        let (mut statement, mut stories) = (self.connection.prepare(sql)?, HashSet::new());
        while let Some(row) = names.next()? {
            if wanted(row.get_ref(1)?.as_str().unwrap_or_default()) {
                let found = statement.query_map([row.get::<_, i64>(0)?], |row| row.get(0))?;
                for story in found {
                    stories.insert(story?);
                }
            }
        }
        Ok(stories)
    }

    /// A crash of each other cluster, of the backtrace that most of its crashes have, and one of each
    /// backtrace that is in no cluster yet; at most `most` of them, the most frequent first.
    pub fn frequent_crashes(&self, without: Option<i64>, most: usize) -> Result<Vec<i64>> {
        frequent_crashes(&self.connection, without, most).map_err(self.failed("read it"))
    }
}

fn unpacker(connection: &Connection) -> rusqlite::Result<Unpacker> {
    let mut statement = connection.prepare("SELECT id, body FROM dictionary")?;
    let rows = statement.query_map([], |row| {
        let body: Vec<u8> = row.get(1)?;
        Ok((row.get(0)?, DecoderDictionary::copy(&body)))
    })?;
    Ok(Unpacker { dictionaries: rows.collect::<rusqlite::Result<_>>()? })
}

fn frequent_crashes(
    connection: &Connection,
    without: Option<i64>,
    most: usize,
) -> rusqlite::Result<Vec<i64>> {
    let sql = "SELECT first, max(crashes) FROM (SELECT fingerprint.cluster AS cluster, \
        fingerprint.id AS print, min(crash.id) AS first, count(*) AS crashes FROM crash \
        JOIN fingerprint ON fingerprint.id = crash.fingerprint \
        WHERE ifnull(fingerprint.cluster, -1) <> ifnull(?1, -2) GROUP BY fingerprint.id) \
        GROUP BY ifnull(cluster, -print) ORDER BY 2 DESC, 1 LIMIT ?2";
    let mut statement = connection.prepare(sql)?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let rows = statement.query_map((without, most), |row| row.get(0))?;
    rows.collect()
}
