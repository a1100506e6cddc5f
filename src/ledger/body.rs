//! The bodies of crashes: their stored form, without what their fingerprint and frames tell again, compressed
//! with a dictionary that the ledger holds.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;

use rusqlite::{Connection, OptionalExtension, Row};
use zstd::bulk::{Compressor, Decompressor};

use super::lines::{with_lines, without_lines};
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

/// A body as it is kept.
#[derive(Clone, Debug)]
pub(super) struct PackedBody {
    pub(super) dictionary: i64,
    packed: Vec<u8>,
    /// The functions of its fingerprint, one a line; absent without a fingerprint.
    functions: Option<String>,
}

impl PackedBody {
    /// The body in three columns of a row, from `first` on: dictionary, packed, functions.
    pub(super) fn from_row(row: &Row<'_>, first: usize) -> rusqlite::Result<Self> {
        let functions = row.get(first + 2)?;
        Ok(Self { dictionary: row.get(first)?, packed: row.get(first + 1)?, functions })
    }
}

/// Functions that are left out: as many as there are characters that JSON writes in another way, so that
/// each stands for one of them.
const MAX_FUNCTIONS: usize = 30;
/// The next of these characters, before a body that is short: those of the first version are not.
const SHORT: char = '\u{1f}';
/// Bytes of the shortest name that is left out.
const MIN_FUNCTION: usize = 3;

/// The functions that are left out of a body, each with the character in its place.
fn left_out<'a>(functions: impl Iterator<Item = &'a str>) -> Vec<(char, &'a str)> {
    let mut found: Vec<(char, &str)> = Vec::new();
    for function in functions {
        if found.iter().all(|(_, known)| *known != function) {
            let place = u8::try_from(found.len() + 1).unwrap_or(u8::MAX);
            found.push((char::from(place), function));
        }
        if found.len() == MAX_FUNCTIONS {
            break;
        }
    }
    found
}

/// The body of a crash, without the lines that its frames tell and the functions that its fingerprint has:
/// thousands of crashes share one.
///
/// # Errors
/// As [`Stored::to_json`].
pub(super) fn shortened<'a>(
    crash: &Crash,
    functions: impl Iterator<Item = &'a str>,
) -> Result<String> {
    let json = Stored::new(without_lines(crash), None).to_json()?;
    Ok(format!("{SHORT}{}", without_functions(&json, functions)))
}

/// The crash of a body with its functions.
///
/// # Errors
/// As [`Stored::from_json`], and for a crash that is damaged.
pub(super) fn crash_of(text: &str) -> Result<Crash> {
    match text.strip_prefix(SHORT) {
        Some(json) => with_lines(Stored::from_json(json)?.crash),
        None => Ok(Stored::from_json(text)?.crash),
    }
}

fn without_functions<'a>(json: &str, functions: impl Iterator<Item = &'a str>) -> String {
    let mut functions = left_out(functions);
    // Each is a line beside the fingerprint.
    if functions.iter().any(|(_, function)| function.contains(char::is_control)) {
        return json.to_owned();
    }
    functions.retain(|(_, function)| function.len() >= MIN_FUNCTION);
    // A name may be a part of another one.
    functions.sort_by_key(|(_, function)| std::cmp::Reverse(function.len()));
    let mut short = json.to_owned();
    for (place, function) in functions {
        short = short.replace(function, place.encode_utf8(&mut [0; 4]));
    }
    short
}

/// The body again, with the functions of its fingerprint, one a line.
fn restored(short: String, functions: Option<&str>) -> Result<String> {
    if !short.contains(is_place) {
        return Ok(short);
    }
    let functions = left_out(functions.unwrap_or_default().lines());
    let mut text = String::with_capacity(short.len() * 2);
    let mut rest = short.as_str();
    while let Some(place) = rest.find(is_place) {
        let (before, after) = rest.split_at(place);
        let number = usize::from(after.as_bytes()[0]);
        let function = functions.get(number - 1);
        let (_, function) = function.ok_or_else(|| damaged(&"a function of it is not there"))?;
        text.push_str(before);
        text.push_str(function);
        rest = &after[1..];
    }
    text.push_str(rest);
    Ok(text)
}

/// True for a character that stands for a function of the fingerprint.
fn is_place(character: char) -> bool {
    (1..=MAX_FUNCTIONS).contains(&(character as usize))
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

/// A text packed without a dictionary.
///
/// # Errors
/// [`Error::Stored`] when zstd fails.
pub(super) fn packed_alone(text: &str) -> Result<Vec<u8>> {
    zstd::bulk::compress(text.as_bytes(), LEVEL).map_err(not_packed)
}

/// The opposite of [`packed_alone`].
///
/// # Errors
/// [`Error::Stored`] for one that is damaged.
pub(super) fn unpacked_alone(packed: &[u8]) -> Result<String> {
    let mut decompressor = Decompressor::new().map_err(|error| damaged(&error))?;
    text_of(&mut decompressor, packed)
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
    pub(super) fn unpacked(&mut self, connection: &Connection, body: &PackedBody) -> Result<Crash> {
        crash_of(&unpacked_by(self.get(connection, body.dictionary)?, body)?)
    }
}

/// The JSON of a body.
///
/// # Errors
/// [`Error::Stored`] for one that is damaged.
pub(super) fn unpacked_by(
    decompressor: &mut Decompressor<'_>,
    body: &PackedBody,
) -> Result<String> {
    let PackedBody { packed, functions, .. } = body;
    restored(text_of(decompressor, packed)?, functions.as_deref())
}

fn text_of(decompressor: &mut Decompressor<'_>, packed: &[u8]) -> Result<String> {
    let length = zstd::zstd_safe::get_frame_content_size(packed).ok().flatten();
    let length = length.and_then(|length| usize::try_from(length).ok());
    let length = length.filter(|length| *length <= MAX_BODY_BYTES);
    let length = length.ok_or_else(|| damaged(&"its length is not believed"))?;
    let text = decompressor.decompress(packed, length).map_err(|error| damaged(&error))?;
    String::from_utf8(text).map_err(|error| damaged(&error))
}

pub(super) fn damaged(error: &dyn fmt::Display) -> Error {
    Error::Stored(format!("damaged: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &str, functions: &[&str], expected: &str) {
        let short = without_functions(json, functions.iter().copied());
        assert_eq!(short, expected, "{json}");
        let lines = functions.join("\n");
        assert_eq!(restored(short, Some(&lines)).expect("restored"), json);
    }

    #[test]
    fn functions_are_left_out_and_come_back() {
        check("{\"f\":\"Alpha\"}", &["Beta", "Alpha"], "{\"f\":\"\u{2}\"}");
        // A part of another name, a repeated one, and one that is too short.
        check("AlphaOne Alpha", &["Alpha", "Alpha", "AlphaOne"], "\u{2} \u{1}");
        check("to go", &["to", "go"], "to go");
        check("nothing of it", &["Alpha"], "nothing of it");
        let many: Vec<String> = (10..60).map(|number| format!("Function{number}")).collect();
        let names: Vec<&str> = many.iter().map(String::as_str).collect();
        let short = without_functions("Function10 Function39 Function40", names.iter().copied());
        assert_eq!(short, "\u{1} \u{1e} Function40");
    }

    #[test]
    fn a_body_whose_functions_are_gone_is_damaged() {
        for functions in [None, Some("Alpha")] {
            let error = restored("\u{2}".to_owned(), functions).expect_err("damaged").to_string();
            assert!(error.contains("a function of it is not there"), "{error}");
        }
    }
}
