//! The bodies of crashes: their stored form, compressed with a dictionary that the ledger holds.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;

use rusqlite::{Connection, OptionalExtension};
use zstd::bulk::{Compressor, Decompressor};

use crate::crash::Crash;
use crate::diagnose::Stored;
use crate::error::{Error, Result};
use crate::kb::{KbSource, KnowledgeBase};
use crate::read::crashes_in_text;

/// Level of compression: higher ones gain a few per cent.
const LEVEL: i32 = 9;
/// Bytes of a dictionary.
const DICTIONARY_BYTES: usize = 64 * 1024;
/// Largest body that is unpacked: a damaged file may claim any length.
const MAX_BODY_BYTES: usize = 256 << 20;

/// The dictionary that new bodies are compressed with: trained on the shipped crash texts when the
/// ledger is made, since the first crashes are few.
///
/// # Errors
/// [`Error::Stored`] when zstd cannot make one.
pub(super) fn trained() -> Result<Vec<u8>> {
    let kb = KnowledgeBase::read(&[KbSource::Shipped])?;
    let crashes = kb.exemplars.values().flat_map(|exemplar| crashes_in_text(&exemplar.text));
    let crashes =
        crashes.map(|found| Stored::new(found.crash, None).to_json().map(String::into_bytes));
    let samples: Vec<Vec<u8>> = crashes.collect::<Result<_>>()?;
    zstd::dict::from_samples(&samples, DICTIONARY_BYTES)
        .map_err(|error| Error::Stored(format!("no dictionary: {error}")))
}

/// Packs bodies with the newest dictionary of a ledger, which is loaded once.
pub(super) struct Packer {
    /// The number of the dictionary.
    pub(super) dictionary: i64,
    compressor: Compressor<'static>,
}

impl Packer {
    /// The packer of the newest dictionary; `None` where there is none yet. No dictionary ever changes.
    pub(super) fn newest(connection: &Connection) -> Result<Option<Self>> {
        let sql = "SELECT id, body FROM dictionary ORDER BY id DESC LIMIT 1";
        let newest = connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)));
        let newest: Option<(i64, Vec<u8>)> =
            newest.optional().map_err(|error| Error::Stored(format!("no dictionary: {error}")))?;
        let Some((dictionary, bytes)) = newest else { return Ok(None) };
        let compressor = Compressor::with_dictionary(LEVEL, &bytes).map_err(not_packed)?;
        Ok(Some(Self { dictionary, compressor }))
    }

    /// Packs a stored crash.
    ///
    /// # Errors
    /// [`Error::Stored`] when zstd fails.
    pub(super) fn packed(&mut self, json: &str) -> Result<Vec<u8>> {
        self.compressor.compress(json.as_bytes()).map_err(not_packed)
    }
}

impl fmt::Debug for Packer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Packer({})", self.dictionary)
    }
}

fn not_packed(error: std::io::Error) -> Error {
    Error::Stored(format!("not packed: {error}"))
}

/// The dictionaries of a ledger for unpacking, each loaded once.
#[derive(Default)]
pub(super) struct Dictionaries {
    loaded: BTreeMap<i64, Decompressor<'static>>,
}

impl Dictionaries {
    fn get(&mut self, connection: &Connection, id: i64) -> Result<&mut Decompressor<'static>> {
        match self.loaded.entry(id) {
            Entry::Occupied(entry) => Ok(entry.into_mut()),
            Entry::Vacant(entry) => {
                let sql = "SELECT body FROM dictionary WHERE id = ?";
                let bytes: Vec<u8> = connection
                    .query_row(sql, [id], |row| row.get(0))
                    .map_err(|error| damaged(&error))?;
                let loaded =
                    Decompressor::with_dictionary(&bytes).map_err(|error| damaged(&error))?;
                Ok(entry.insert(loaded))
            }
        }
    }

    /// Unpacks a body.
    ///
    /// # Errors
    /// [`Error::Stored`] for one that is damaged, and as [`Stored::from_json`].
    pub(super) fn unpacked(
        &mut self,
        connection: &Connection,
        dictionary: i64,
        body: &[u8],
    ) -> Result<Crash> {
        let text = self.text(connection, dictionary, body)?;
        Ok(Stored::from_json(&text)?.crash)
    }

    /// The JSON of a body.
    ///
    /// # Errors
    /// [`Error::Stored`] for one that is damaged.
    pub(super) fn text(
        &mut self,
        connection: &Connection,
        dictionary: i64,
        body: &[u8],
    ) -> Result<String> {
        unpacked_by(self.get(connection, dictionary)?, body)
    }
}

/// The JSON of a body.
///
/// # Errors
/// [`Error::Stored`] for one that is damaged.
pub(super) fn unpacked_by(decompressor: &mut Decompressor<'_>, body: &[u8]) -> Result<String> {
    let length = zstd::zstd_safe::get_frame_content_size(body).ok().flatten();
    let length = length.and_then(|length| usize::try_from(length).ok());
    let length = length.filter(|length| *length <= MAX_BODY_BYTES);
    let length = length.ok_or_else(|| damaged(&"its length is not believed"))?;
    let text = decompressor.decompress(body, length).map_err(|error| damaged(&error))?;
    String::from_utf8(text).map_err(|error| damaged(&error))
}

pub(super) fn damaged(error: &dyn fmt::Display) -> Error {
    Error::Stored(format!("damaged: {error}"))
}
