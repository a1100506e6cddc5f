//! Parts of a compiled form, each with its checksum: read whole, or record by record where they
//! lie, so that of twenty thousand issues a run reads those that it compares.
//!
//! CRC-32 finds every single wrong bit. What is read is checked each time: bytes that another program
//! has changed since the file was opened are an error, and no other answer.

use std::fmt::{self, Debug, Formatter};
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crc32fast::Hasher;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// What a compiled form is read from: a file, or the bytes that were just made.
pub(crate) trait FormSource: Read + Seek + Send {}

impl<T: Read + Seek + Send> FormSource for T {}

/// The place of some bytes, counted from the start of the form or of a part of it, with their checksum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Extent {
    pub start: u64,
    pub length: u64,
    pub checksum: u32,
}

impl Extent {
    /// The place of `bytes` when they are written at `start`.
    pub(crate) fn new(start: u64, bytes: &[u8]) -> Self {
        Self { start, length: bytes.len() as u64, checksum: crc32fast::hash(bytes) }
    }

    /// The place after the last byte.
    pub(crate) fn end(self) -> u64 {
        self.start.saturating_add(self.length)
    }
}

/// A part of a compiled form that can be read.
#[derive(Clone)]
pub(crate) struct FormPart {
    name: &'static str,
    source: Arc<Mutex<dyn FormSource>>,
    place: Extent,
}

impl Debug for FormPart {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} at {:?}", self.name, self.place)
    }
}

impl FormPart {
    /// The part `name` of `source` at `place`.
    pub(crate) fn new(
        name: &'static str,
        source: Arc<Mutex<dyn FormSource>>,
        place: Extent,
    ) -> Self {
        Self { name, source, place }
    }

    /// All of its bytes.
    ///
    /// # Errors
    /// [`Error::Compiled`] when they are damaged; so for every method here.
    pub(crate) fn whole(&self) -> Result<Vec<u8>> {
        self.checked(self.place)
    }

    /// The record at `place` in it.
    pub(super) fn record(&self, place: Extent) -> Result<Vec<u8>> {
        if place.end() > self.place.length {
            return Err(self.damaged());
        }
        self.checked(Extent { start: self.place.start + place.start, ..place })
    }

    /// Lets `read` read all of it, which gets an error instead of the last byte when one is wrong.
    pub(super) fn read_with<T>(
        &self,
        read: impl FnOnce(&mut dyn Read, u64) -> Result<T>,
    ) -> Result<T> {
        let mut source = self.locked();
        source.seek(SeekFrom::Start(self.place.start)).map_err(unread)?;
        let (left, expected) = (self.place.length, self.place.checksum);
        let hasher = Hasher::new();
        let mut summed = Summed { source: &mut *source, left, hasher, expected, is_damaged: false };
        let result = read(&mut summed, self.place.length);
        if summed.is_damaged { Err(self.damaged()) } else { result }
    }

    fn checked(&self, place: Extent) -> Result<Vec<u8>> {
        let length = usize::try_from(place.length).map_err(|_| self.damaged())?;
        let mut bytes = vec![0; length];
        let mut source = self.locked();
        source.seek(SeekFrom::Start(place.start)).map_err(unread)?;
        source.read_exact(&mut bytes).map_err(unread)?;
        drop(source);
        let right = crc32fast::hash(&bytes) == place.checksum;
        right.then_some(bytes).ok_or_else(|| self.damaged())
    }

    fn locked(&self) -> MutexGuard<'_, dyn FormSource + 'static> {
        // Whoever reads next begins at a place of its own.
        self.source.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn damaged(&self) -> Error {
        Error::Compiled(format!("its part `{}` is damaged", self.name))
    }
}

/// Bytes that are summed while they are read, straight into the memory of SQLite: it gets none of
/// them unless the checksum is right.
struct Summed<'a> {
    source: &'a mut dyn FormSource,
    left: u64,
    hasher: Hasher,
    expected: u32,
    is_damaged: bool,
}

impl Read for Summed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.hasher.update(&buffer[..read]);
        self.left = self.left.saturating_sub(read as u64);
        self.is_damaged = self.left == 0 && self.hasher.clone().finalize() != self.expected;
        if self.is_damaged {
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(read)
    }
}

/// The error of a compiled form that the system cannot read.
pub(crate) fn unread(error: io::Error) -> Error {
    Error::Compiled(format!("it cannot be read: {error}"))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// A part of these bytes, with one before and one behind it.
    fn part(bytes: &[u8], place: Extent) -> FormPart {
        let source = [b"x", bytes, b"y"].concat();
        FormPart::new("test", Arc::new(Mutex::new(Cursor::new(source))), place)
    }

    #[test]
    fn a_part_and_its_records_are_read_where_they_lie() {
        let place = Extent::new(1, b"one two");
        let part = part(b"one two", place);
        assert_eq!(part.whole().expect("all of it"), b"one two");
        assert_eq!(part.record(Extent::new(4, b"two")).expect("a record"), b"two");
        let mut text = String::new();
        let read = part.read_with(|reader, length| {
            reader.take(length).read_to_string(&mut text).map_err(unread)
        });
        assert_eq!(read.expect("read"), 7);
        assert_eq!(text, "one two");
    }

    #[test]
    fn other_bytes_and_places_beyond_the_end_are_errors() {
        let place = Extent::new(1, b"one two");
        let changed = part(b"one tvo", place);
        let damage = changed.whole().expect_err("damage").to_string();
        assert!(damage.contains("part `test` is damaged"));
        assert!(changed.record(Extent::new(4, b"two")).is_err());
        assert_eq!(changed.record(Extent::new(0, b"one")).expect("a record"), b"one");
        let read =
            changed.read_with(|reader, _| reader.read_to_end(&mut Vec::new()).map_err(unread));
        assert!(read.is_err());
        let whole = part(b"one two", place);
        assert!(whole.record(Extent::new(5, b"woy")).is_err(), "a byte that is not its own");
        assert!(whole.record(Extent { start: u64::MAX, ..Extent::new(0, b"one") }).is_err());
    }
}
