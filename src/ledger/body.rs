//! The bodies of crashes: their stored form, compressed with a dictionary that the ledger holds.

use std::collections::BTreeMap;

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

/// The dictionaries of a ledger, each read once.
#[derive(Debug, Default)]
pub(super) struct Dictionaries {
    read: BTreeMap<i64, Vec<u8>>,
}

impl Dictionaries {
    /// The newest dictionary: its number and its bytes; made where there is none.
    pub(super) fn newest(connection: &Connection) -> rusqlite::Result<Option<(i64, Vec<u8>)>> {
        let sql = "SELECT id, body FROM dictionary ORDER BY id DESC LIMIT 1";
        connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).optional()
    }

    fn get(&mut self, connection: &Connection, id: i64) -> rusqlite::Result<&[u8]> {
        if let std::collections::btree_map::Entry::Vacant(entry) = self.read.entry(id) {
            let sql = "SELECT body FROM dictionary WHERE id = ?";
            entry.insert(connection.query_row(sql, [id], |row| row.get(0))?);
        }
        Ok(self.read.get(&id).map_or(&[], Vec::as_slice))
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
        let damaged = |error: &dyn std::fmt::Display| Error::Stored(format!("damaged: {error}"));
        let dictionary = self.get(connection, dictionary).map_err(|error| damaged(&error))?;
        let mut decompressor =
            Decompressor::with_dictionary(dictionary).map_err(|error| damaged(&error))?;
        let length = zstd::zstd_safe::get_frame_content_size(body).ok().flatten();
        let length = length.and_then(|length| usize::try_from(length).ok());
        let length = length.filter(|length| *length <= MAX_BODY_BYTES);
        let length = length.ok_or_else(|| damaged(&"its length is not believed"))?;
        let text = decompressor.decompress(body, length).map_err(|error| damaged(&error))?;
        let text = String::from_utf8(text).map_err(|error| damaged(&error))?;
        Ok(Stored::from_json(&text)?.crash)
    }
}

/// Packs a stored crash with the dictionary.
///
/// # Errors
/// [`Error::Stored`] when zstd fails.
pub(super) fn packed(json: &str, dictionary: &[u8]) -> Result<Vec<u8>> {
    let failed = |error: std::io::Error| Error::Stored(format!("not packed: {error}"));
    let mut compressor = Compressor::with_dictionary(LEVEL, dictionary).map_err(failed)?;
    compressor.compress(json.as_bytes()).map_err(failed)
}
