//! The compiled form: one file with a head and three parts, the store and the two indexes.
//!
//! The head has the stamp, and for each part its length and its checksum. A part is read whole, and
//! is used when its checksum is right; SQLite and tantivy see only bytes that were compiled, in
//! memory, where no one can change them. CRC-32 finds every single wrong bit; it is no protection against
//! somebody who may write the file, from whom its owner and its mode protect (`cache.rs`).

use std::io::{self, Read, Seek, SeekFrom, Write};

use crc32fast::Hasher;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::index::{Index, IndexFiles, SearchIndex};
use crate::store::Store;

/// The first bytes of every compiled form, by which this program knows its own files.
pub(super) const MARKER: &[u8] = b"psod-match compiled knowledge base\n";
/// Bytes of the head: the marker, the checksum of what follows in hexadecimal, a line end, and JSON
/// with blanks behind it.
const HEAD: usize = 4096;
const CHECKSUM: usize = 8;
const BODY: usize = MARKER.len() + CHECKSUM + 1;

const STORE: &str = "store";
const INDEX: &str = "index";
const SEARCH: &str = "search";

#[derive(Serialize, Deserialize)]
struct Head {
    stamp: String,
    /// In the order of the file, each where the one before it ends.
    parts: Vec<Part>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Part {
    name: String,
    length: u64,
    checksum: u32,
    /// The files of an index, with their lengths.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    files: Vec<(String, usize)>,
}

impl Part {
    fn new(name: &str, bytes: &[u8], files: &[(String, usize)]) -> Self {
        Self {
            name: name.to_owned(),
            length: bytes.len() as u64,
            checksum: crc32fast::hash(bytes),
            files: files.to_vec(),
        }
    }
}

/// What a compiled form is read from: a file, or the bytes that were just made.
pub(super) trait Source: Read + Seek {}

impl<T: Read + Seek> Source for T {}

/// A compiled form whose head was read.
pub(super) struct Form {
    source: Box<dyn Source>,
    head: Head,
}

impl Form {
    /// Reads the head of the compiled form in `source`.
    ///
    /// # Errors
    /// [`Error::Compiled`] when it is damaged, or is not the one of `stamp`.
    pub(super) fn open(source: impl Source + 'static, stamp: &str) -> Result<Self> {
        let mut source: Box<dyn Source> = Box::new(source);
        let length = source.seek(SeekFrom::End(0)).map_err(unread)?;
        let head = bytes_at(&mut *source, 0, (HEAD as u64).min(length))?;
        let head = understood_head(&head).ok_or_else(|| damaged("head"))?;
        if head.stamp != stamp {
            return Err(Error::Compiled("it was compiled from something else".into()));
        }
        let parts = head.parts.iter().map(|part| part.length);
        let expected = parts.fold(HEAD as u64, u64::saturating_add);
        if length != expected {
            return Err(Error::Compiled(format!("it has {length} bytes, expected {expected}")));
        }
        Ok(Self { source, head })
    }

    /// The store.
    ///
    /// # Errors
    /// [`Error::Compiled`] when it is damaged; so for every method here.
    pub(super) fn store(&mut self) -> Result<Store> {
        let (part, start) = self.place_of(STORE)?;
        self.source.seek(SeekFrom::Start(start)).map_err(unread)?;
        let length = usize::try_from(part.length).map_err(|_| damaged(STORE))?;
        let (hasher, expected) = (Hasher::new(), part.checksum);
        let source = &mut *self.source;
        let mut summed = Summed { source, left: length, hasher, expected, is_damaged: false };
        let store = Store::open(&mut summed, length);
        if summed.is_damaged { Err(damaged(STORE)) } else { store }
    }

    /// The index by which crashes are recognised.
    pub(super) fn index(&mut self) -> Result<Index> {
        Index::open(self.part(INDEX)?)
    }

    /// The index of the full-text search.
    pub(super) fn search(&mut self) -> Result<SearchIndex> {
        SearchIndex::open(self.part(SEARCH)?)
    }

    /// The bytes of a part, with the names of the files in it when it is an index.
    fn part(&mut self, name: &str) -> Result<IndexFiles> {
        let (part, start) = self.place_of(name)?;
        let bytes = bytes_at(&mut *self.source, start, part.length)?;
        let right = crc32fast::hash(&bytes) == part.checksum;
        right.then_some(IndexFiles { names: part.files, bytes }).ok_or_else(|| damaged(name))
    }

    /// A part, and where its bytes begin.
    fn place_of(&self, name: &str) -> Result<(Part, u64)> {
        let mut start = HEAD as u64;
        for part in &self.head.parts {
            if part.name == name {
                return Ok((part.clone(), start));
            }
            start += part.length;
        }
        Err(Error::Compiled(format!("it has no {name}")))
    }
}

/// Bytes that are summed while they are read, straight into the memory of SQLite: it gets none of
/// them unless the checksum is right.
struct Summed<'a> {
    source: &'a mut dyn Source,
    left: usize,
    hasher: Hasher,
    expected: u32,
    is_damaged: bool,
}

impl Read for Summed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.hasher.update(&buffer[..read]);
        self.left = self.left.saturating_sub(read);
        self.is_damaged = self.left == 0 && self.hasher.clone().finalize() != self.expected;
        if self.is_damaged {
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(read)
    }
}

/// `length` bytes from `start` on; fewer are an error.
fn bytes_at(source: &mut dyn Source, start: u64, length: u64) -> Result<Vec<u8>> {
    source.seek(SeekFrom::Start(start)).map_err(unread)?;
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
    source.take(length).read_to_end(&mut bytes).map_err(unread)?;
    if bytes.len() as u64 == length { Ok(bytes) } else { Err(damaged("length")) }
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

fn damaged(what: &str) -> Error {
    Error::Compiled(format!("its {what} is damaged"))
}

fn unread(error: std::io::Error) -> Error {
    Error::Compiled(format!("cannot be read: {error}"))
}

/// The compiled form of these parts.
///
/// # Errors
/// [`Error::Compiled`] when an index has too many files for the head.
pub(super) fn bytes_of(
    stamp: &str,
    store: &[u8],
    index: &IndexFiles,
    search: Option<&IndexFiles>,
) -> Result<Vec<u8>> {
    let mut parts = vec![(Part::new(STORE, store, &[]), store)];
    for (name, index) in [(INDEX, Some(index)), (SEARCH, search)] {
        let part = |files: &IndexFiles| Part::new(name, &files.bytes, &files.names);
        parts.extend(index.map(|index| (part(index), index.bytes.as_slice())));
    }
    let head = Head {
        stamp: stamp.to_owned(),
        parts: parts.iter().map(|(part, _)| part.clone()).collect(),
    };
    let unwritten = |problem: String| Error::Compiled(format!("the head: {problem}"));
    let mut body = serde_json::to_vec(&head).map_err(|error| unwritten(error.to_string()))?;
    if body.len() > HEAD - BODY {
        return Err(unwritten(format!("{} bytes, expected {}", body.len(), HEAD - BODY)));
    }
    body.resize(HEAD - BODY, b' ');
    let mut bytes = [MARKER, checksum_line(&body).as_bytes(), &body].concat();
    for (_, part) in &parts {
        bytes.write_all(part).map_err(unread)?;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::kb::{KbSource, KnowledgeBase};

    /// The compiled form of an empty knowledge base.
    fn form() -> Vec<u8> {
        let kb = KnowledgeBase::read(&[KbSource::Directory("tests/cmd".into())]).expect("a kb");
        super::super::Parts::new(&kb).form("stamp", true).expect("compiled")
    }

    fn open(bytes: Vec<u8>) -> Result<()> {
        let mut form = Form::open(Cursor::new(bytes), "stamp")?;
        form.store()?;
        form.index()?;
        form.search().map(drop)
    }

    /// Every byte of the head, and one of a hundred of the rest.
    #[test]
    fn every_wrong_bit_is_found() {
        let bytes = form();
        open(bytes.clone()).expect("what was written");
        for place in (0..HEAD).chain((HEAD..bytes.len()).step_by(97)) {
            let mut flipped = bytes.clone();
            flipped[place] ^= 1 << (place % 8);
            assert!(open(flipped).is_err(), "byte {place}");
        }
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
