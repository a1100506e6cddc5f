//! Recorded crashes as they are kept, for those who look through very many and read few of them.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};

use rusqlite::Row;
use zstd::bulk::Decompressor;
use zstd::dict::DecoderDictionary;

use super::Ledger;
use super::body::{damaged, unpacked_by};
use crate::crash::Crash;
use crate::diagnose::Stored;
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

/// Chooses crashes without reading them.
pub struct Chooser<'a> {
    /// True for a function whose crashes are wanted.
    pub function: &'a dyn Fn(&str) -> bool,
    /// By panic kind and message.
    pub row: &'a dyn Fn(Option<&str>, &str) -> Wanted,
}

/// A crash that was not unpacked.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PackedCrash {
    /// Its place in [`PackedGroups::ids`].
    pub group: usize,
    /// False when it depends on its body whether it is wanted.
    pub is_sure: bool,
    dictionary: i64,
    body: Vec<u8>,
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
        let loaded = match thread.loaded.entry(packed.dictionary) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                let dictionary = self.dictionaries.get(&packed.dictionary);
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
    /// As [`Stored::from_json`].
    pub fn crash(text: &str) -> Result<Crash> {
        Ok(Stored::from_json(text)?.crash)
    }
}

/// Rows on their way into groups.
struct Grouping<'a> {
    chooser: &'a Chooser<'a>,
    /// The fingerprints with a function that is wanted.
    stories: HashSet<i64>,
    known: HashMap<Vec<u8>, usize>,
    groups: PackedGroups,
}

impl Grouping<'_> {
    /// The crash of a row; `None` when it is not wanted, or one of its keys was handed on before.
    fn packed(&mut self, row: &Row<'_>) -> rusqlite::Result<Option<PackedCrash>> {
        let story: Option<i64> = row.get(2)?;
        let wanted = if story.is_some_and(|story| self.stories.contains(&story)) {
            Wanted::Yes
        } else {
            let kind = row.get_ref(3)?.as_str_or_null().unwrap_or_default();
            (self.chooser.row)(kind, row.get_ref(4)?.as_str().unwrap_or_default())
        };
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
        Ok(Some(PackedCrash { group, is_sure, dictionary: row.get(5)?, body: row.get(6)? }))
    }
}

impl Ledger {
    /// What its crashes are unpacked with.
    ///
    /// # Errors
    /// [`crate::error::Error::Ledger`] when the ledger cannot be read; so for every method here.
    pub fn unpacker(&self) -> Result<Unpacker> {
        let read = || {
            let mut statement = self.connection.prepare("SELECT id, body FROM dictionary")?;
            let rows = statement.query_map([], |row| {
                let body: Vec<u8> = row.get(1)?;
                Ok((row.get(0)?, DecoderDictionary::copy(&body)))
            })?;
            rows.collect::<rusqlite::Result<_>>()
        };
        Ok(Unpacker { dictionaries: read().map_err(self.failed("read it"))? })
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
        let failed = || self.failed("read it");
        let stories = self.stories_with(chooser.function).map_err(failed())?;
        let sql =
            "SELECT id, keys, fingerprint, kind, message, dictionary, body FROM crash ORDER BY id";
        let mut statement = self.connection.prepare(sql).map_err(failed())?;
        let mut rows = statement.query([]).map_err(failed())?;
        let mut batch = Vec::new();
        let mut grouping =
            Grouping { chooser, stories, known: HashMap::new(), groups: PackedGroups::default() };
        while let Some(row) = rows.next().map_err(failed())? {
            batch.extend(grouping.packed(row).map_err(failed())?);
            if batch.len() >= BATCH {
                take(std::mem::take(&mut batch))?;
            }
        }
        take(batch)?;
        Ok(grouping.groups)
    }

    /// The fingerprints whose story has a function that is wanted.
    fn stories_with(&self, wanted: &dyn Fn(&str) -> bool) -> rusqlite::Result<HashSet<i64>> {
        let sql = "SELECT name, fingerprint FROM function ORDER BY name";
        let mut statement = self.connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        let (mut stories, mut last) = (HashSet::new(), (String::new(), false));
        while let Some(row) = rows.next()? {
            let name = row.get_ref(0)?.as_str().unwrap_or_default();
            if name != last.0 {
                last = (name.to_owned(), wanted(name));
            }
            if last.1 {
                stories.insert(row.get(1)?);
            }
        }
        Ok(stories)
    }

    /// A crash of each other cluster, of the backtrace that most of its crashes have, and one of each
    /// backtrace that is in no cluster yet; at most `most` of them, the most frequent first.
    pub fn frequent_crashes(&self, without: Option<i64>, most: usize) -> Result<Vec<i64>> {
        let sql = "SELECT first, max(crashes) FROM (SELECT fingerprint.cluster AS cluster, \
            fingerprint.id AS print, min(crash.id) AS first, count(*) AS crashes FROM crash \
            JOIN fingerprint ON fingerprint.id = crash.fingerprint \
            WHERE ifnull(fingerprint.cluster, -1) <> ifnull(?1, -2) GROUP BY fingerprint.id) \
            GROUP BY ifnull(cluster, -print) ORDER BY 2 DESC, 1 LIMIT ?2";
        let read = || {
            let mut statement = self.connection.prepare(sql)?;
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            let rows = statement.query_map((without, most), |row| row.get(0))?;
            rows.collect::<rusqlite::Result<_>>()
        };
        read().map_err(self.failed("read it"))
    }
}
