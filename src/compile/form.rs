//! The compiled form: one file with a head and five parts, the records with their places, the tables,
//! and the two indexes.
//!
//! The head has the stamp, and for each part its place and its checksum; the places have those of each
//! record. What is read is used when its checksum is right; SQLite and tantivy see only bytes that were
//! compiled, in memory, where no one can change them. CRC-32 finds every single wrong bit; it is no
//! protection against somebody who may write the file, from whom its owner and its mode protect
//! (`cache.rs`).

use std::fmt::Display;
use std::io::{Read, SeekFrom};
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::index::{Index, IndexFiles, SearchIndex};
use crate::store::{Extent, FormPart, FormSource, Store, StoreParts, unread};

/// The first bytes of every compiled form, by which this program knows its own files.
pub(super) const MARKER: &[u8] = b"psod-match compiled knowledge base\n";
/// Bytes of the head: the marker, the checksum of what follows in hexadecimal, a line end, and JSON
/// with blanks behind it.
const HEAD: usize = 4096;
const CHECKSUM: usize = 8;
const BODY: usize = MARKER.len() + CHECKSUM + 1;

const PLACES: &str = "places";
const INDEX: &str = "index";
const RECORDS: &str = "records";
const TABLES: &str = "tables";
const SEARCH: &str = "search";

#[derive(Serialize, Deserialize)]
struct Head {
    stamp: String,
    /// In the order of the file, each where the one before it ends.
    parts: Vec<PartHead>,
}

#[derive(Clone, Serialize, Deserialize)]
struct PartHead {
    name: String,
    place: Extent,
    /// The files of an index, with their lengths.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    files: Vec<(String, usize)>,
}

/// A compiled form whose head was read.
pub(super) struct Form {
    source: Arc<Mutex<dyn FormSource>>,
    head: Head,
}

impl Form {
    /// Reads the head of the compiled form in `source`.
    ///
    /// # Errors
    /// [`Error::Compiled`] when it is damaged, or is not the one of `stamp`.
    pub(super) fn open(mut source: impl FormSource + 'static, stamp: &str) -> Result<Self> {
        let length = source.seek(SeekFrom::End(0)).map_err(unread)?;
        source.rewind().map_err(unread)?;
        let mut head = Vec::with_capacity(HEAD);
        source.by_ref().take(HEAD as u64).read_to_end(&mut head).map_err(unread)?;
        let head =
            understood_head(&head).ok_or_else(|| Error::Compiled("its head is damaged".into()))?;
        if head.stamp != stamp {
            return Err(Error::Compiled("it was compiled from something else".into()));
        }
        let expected = head.parts.last().map_or(HEAD as u64, |part| part.place.end());
        if length != expected {
            return Err(Error::Compiled(format!("it has {length} bytes, expected {expected}")));
        }
        Ok(Self { source: Arc::new(Mutex::new(source)), head })
    }

    /// The store, which reads records and tables when they are asked for.
    ///
    /// # Errors
    /// [`Error::Compiled`] when it is damaged; so for every method here.
    pub(super) fn store(&self) -> Result<Store> {
        let places = self.part(PLACES)?.whole()?;
        Store::open(&places, self.part(RECORDS)?, self.part(TABLES)?)
    }

    /// The index by which crashes are recognised.
    pub(super) fn index(&self) -> Result<Index> {
        Index::open(self.index_files(INDEX)?)
    }

    /// The index of the full-text search.
    pub(super) fn search(&self) -> Result<SearchIndex> {
        SearchIndex::open(self.index_files(SEARCH)?)
    }

    fn index_files(&self, name: &'static str) -> Result<IndexFiles> {
        let bytes = self.part(name)?.whole()?;
        Ok(IndexFiles { names: self.head_of(name)?.files.clone(), bytes })
    }

    fn part(&self, name: &'static str) -> Result<FormPart> {
        Ok(FormPart::new(name, Arc::clone(&self.source), self.head_of(name)?.place))
    }

    fn head_of(&self, name: &str) -> Result<&PartHead> {
        let part = self.head.parts.iter().find(|part| part.name == name);
        part.ok_or_else(|| Error::Compiled(format!("it has no {name}")))
    }
}

fn understood_head(bytes: &[u8]) -> Option<Head> {
    let behind_marker = bytes.strip_prefix(MARKER)?;
    let (checksum, _) = behind_marker.split_at_checked(CHECKSUM + 1)?;
    let body = bytes.get(BODY..HEAD)?;
    let right = checksum == checksum_line(body).as_bytes();
    right.then(|| serde_json::from_slice(body).ok())?
}

fn checksum_line(body: &[u8]) -> String {
    format!("{:08x}\n", crc32fast::hash(body))
}

/// A compiled form that is being put together.
struct NewForm<'a> {
    head: Head,
    parts: Vec<&'a [u8]>,
}

impl<'a> NewForm<'a> {
    fn end(&self) -> u64 {
        self.head.parts.last().map_or(HEAD as u64, |part| part.place.end())
    }

    fn add(&mut self, name: &str, bytes: &'a [u8], files: &[(String, usize)]) {
        let place = Extent::new(self.end(), bytes);
        self.head.parts.push(PartHead { name: name.to_owned(), place, files: files.to_vec() });
        self.parts.push(bytes);
    }

    fn bytes(&self) -> Result<Vec<u8>> {
        let mut body = serde_json::to_vec(&self.head).map_err(|error| unwritten(&error))?;
        if body.len() > HEAD - BODY {
            let problem = format!("{} bytes, expected {}", body.len(), HEAD - BODY);
            return Err(unwritten(&problem));
        }
        body.resize(HEAD - BODY, b' ');
        let mut bytes = Vec::with_capacity(usize::try_from(self.end()).unwrap_or_default());
        bytes.extend_from_slice(MARKER);
        bytes.extend_from_slice(checksum_line(&body).as_bytes());
        bytes.extend_from_slice(&body);
        for part in &self.parts {
            bytes.extend_from_slice(part);
        }
        Ok(bytes)
    }
}

fn unwritten(problem: &dyn Display) -> Error {
    Error::Compiled(format!("the head: {problem}"))
}

/// The compiled form of these parts.
///
/// # Errors
/// [`Error::Compiled`] when an index has too many files for the head.
pub(super) fn bytes_of(
    stamp: &str,
    store: &StoreParts,
    index: &IndexFiles,
    search: Option<&IndexFiles>,
) -> Result<Vec<u8>> {
    let head = Head { stamp: stamp.to_owned(), parts: Vec::new() };
    let mut form = NewForm { head, parts: Vec::new() };
    form.add(PLACES, &store.places, &[]);
    form.add(INDEX, &index.bytes, &index.names);
    form.add(RECORDS, &store.records, &[]);
    form.add(TABLES, &store.tables, &[]);
    if let Some(search) = search {
        form.add(SEARCH, &search.bytes, &search.names);
    }
    form.bytes()
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::kb::{KbSource, KnowledgeBase};

    /// The compiled form of the files of `source`.
    fn form_of(source: KbSource) -> Vec<u8> {
        let kb = KnowledgeBase::read(&[source]).expect("a kb");
        super::super::Parts::new(&kb).form("stamp", true).expect("compiled")
    }

    /// That of an empty knowledge base.
    fn form() -> Vec<u8> {
        form_of(KbSource::Directory("tests/cmd".into()))
    }

    /// Reads all of it.
    fn open(bytes: Vec<u8>) -> Result<()> {
        let form = Form::open(Cursor::new(bytes), "stamp")?;
        form.store()?.check_all()?;
        form.index()?;
        form.search().map(drop)
    }

    /// Flips a bit at each of `places`.
    #[track_caller]
    fn check_flips(bytes: &[u8], places: impl Iterator<Item = usize>) {
        open(bytes.to_vec()).expect("what was written");
        for place in places {
            let mut flipped = bytes.to_vec();
            flipped[place] ^= 1 << (place % 8);
            assert!(open(flipped).is_err(), "byte {place}");
        }
    }

    /// Every byte of the head, and one of a hundred of the rest; of the shipped form fewer.
    #[test]
    fn every_wrong_bit_is_found() {
        let bytes = form();
        check_flips(&bytes, (0..HEAD).chain((HEAD..bytes.len()).step_by(97)));
        let shipped = form_of(KbSource::Shipped);
        check_flips(&shipped, (HEAD..shipped.len()).step_by(4_001));
    }

    #[test]
    fn a_form_that_is_cut_or_has_more_is_an_error() {
        let bytes = form();
        for length in [0, 1, MARKER.len(), HEAD - 1, HEAD, HEAD + 1, bytes.len() - 1] {
            assert!(open(bytes[..length].to_vec()).is_err(), "{length} bytes");
        }
        assert!(open([bytes, vec![0]].concat()).is_err());
    }

    #[test]
    fn the_form_of_something_else_is_an_error() {
        let error = Form::open(Cursor::new(form()), "another").err().expect("another stamp");
        assert!(error.to_string().contains("something else"), "{error}");
    }
}
