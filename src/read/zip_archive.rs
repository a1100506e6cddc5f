//! Zip archives: by their directory where the file can be searched, else as they stream by.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;

use zip::CompressionMethod;
use zip::read::{ZipFile, ZipReadOptions, read_zipfile_from_stream_with_options};
use zip::result::ZipError;

use super::archive::{Bundle, StreamPlace, Walk, decoder};
use super::limits::Limits;
use super::sniff::Codec;
use crate::error::{Error, Result};

/// Bytes of the fixed part of what describes a member before its content.
const LOCAL_HEADER_BYTES: u64 = 30;
const LOCAL_HEADER: &[u8] = b"PK\x03\x04";
/// The place of a member's unpacked size in it.
const SIZE_AT: usize = 22;
/// In the place of a size that is elsewhere.
const ELSEWHERE: u64 = 0xffff_ffff;

impl Walk<'_> {
    /// Reads a zip archive that is a file.
    pub(super) fn zip_file(&mut self, file: File, bundle: &mut Bundle) -> Result<()> {
        let path = self.path;
        let (reader, headers) = self.headers(self.packed(file));
        let mut archive = zip::ZipArchive::new(io::BufReader::new(reader))
            .map_err(|error| unpack_failure(path, error))?;
        headers.skip(u64::MAX, 0);
        for index in 0..archive.len() {
            if self.is_over() {
                return Ok(());
            }
            self.count_member(path)?;
            // Unpacked here and not by the library, which knows no bound of windows and drops the bytes
            // with which a member becomes larger than its given size.
            match archive.by_index_raw(index) {
                Ok(entry) => self.packed_zip_member(entry, bundle),
                Err(error) => self.problem(unpack_failure(path, error)),
            }
        }
        Ok(())
    }

    /// A zip archive that cannot be searched for its directory: members in the order they come.
    pub(super) fn zip_stream(
        &mut self,
        reader: &mut dyn Read,
        place: StreamPlace<'_>,
        bundle: &mut Bundle,
    ) -> Result<()> {
        let name = self.place_name(place.member);
        while !self.is_over() {
            self.count_member(&name)?;
            let mut header = Vec::new();
            reader
                .take(LOCAL_HEADER_BYTES)
                .read_to_end(&mut header)
                .map_err(Error::io("unpack to its end", &name))?;
            let given = given_size(&header);
            let mut whole = Cursor::new(header).chain(&mut *reader);
            let options = ZipReadOptions::default().override_uncompressed_size(u64::MAX);
            let entry = read_zipfile_from_stream_with_options(&mut whole, options)
                .map_err(|error| Error::io("unpack to its end", &name)(error.into()))?;
            let Some(entry) = entry else {
                return Ok(());
            };
            let (method, file) = (entry.compression(), entry.is_file());
            let member = self.nested_name(place.member, &String::from_utf8_lossy(entry.name_raw()));
            let inner = StreamPlace { member: Some(&member), depth: place.depth + 1, layers: 0 };
            if !file {
                self.totals.skipped += 1;
            } else if matches!(method, CompressionMethod::Xz | CompressionMethod::Zstd) {
                let error = io::Error::other(Refused::Method(method));
                self.problem(Error::io("unpack", &self.place_name(Some(&member)))(error));
            } else {
                let checked = CheckedMember::new(entry, given, None);
                self.member(&mut self.unpacked(checked), inner, bundle);
            }
        }
        Ok(())
    }

    /// Reads a member whose content is still packed.
    fn packed_zip_member<R: Read>(&mut self, entry: ZipFile<'_, R>, bundle: &mut Bundle) {
        if !entry.is_file() {
            self.totals.skipped += 1;
            return;
        }
        let member = self.nested_name(None, &String::from_utf8_lossy(entry.name_raw()));
        let place = StreamPlace { member: Some(&member), depth: 1, layers: 0 };
        let (size, checksum) = (entry.size(), entry.crc32());
        match content(entry, self.limits()) {
            Ok(content) => {
                let checked = CheckedMember::new(content, Some(size), Some(checksum));
                self.member(&mut self.unpacked(checked), place, bundle);
            }
            Err(error) => {
                let error = Error::io("unpack", &self.place_name(Some(&member)))(error);
                self.problem(error);
            }
        }
    }
}

/// The unpacked size that a member's own header gives; `None` where it stands elsewhere.
fn given_size(header: &[u8]) -> Option<u64> {
    let size = header.get(SIZE_AT..SIZE_AT + 4)?.try_into().ok()?;
    let size = u64::from(u32::from_le_bytes(size));
    (header.starts_with(LOCAL_HEADER) && size != ELSEWHERE).then_some(size)
}

/// What unpacks a member.
pub(super) fn content<'r, R: Read>(
    entry: ZipFile<'r, R>,
    limits: &Limits,
) -> io::Result<Box<dyn Read + 'r>> {
    if entry.encrypted() {
        return Err(io::Error::other(Refused::Encrypted));
    }
    match entry.compression() {
        CompressionMethod::Stored => Ok(Box::new(entry)),
        CompressionMethod::Deflated => Ok(Box::new(flate2::read::DeflateDecoder::new(entry))),
        CompressionMethod::Bzip2 => decoder(Codec::Bzip2, entry, limits),
        CompressionMethod::Xz => decoder(Codec::Xz, entry, limits),
        CompressionMethod::Zstd => decoder(Codec::Zstd, entry, limits),
        method => Err(io::Error::other(Refused::Method(method))),
    }
}

/// Why a member is not unpacked.
#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error("it is encrypted; unpack it, and give what is inside")]
    Encrypted,
    #[error("its compression is {0}, which is not read here; unpack it, and give what is inside")]
    Method(CompressionMethod),
}

/// What an archive says wrongly of a member; all that is there was read.
#[derive(Debug, thiserror::Error)]
enum Lie {
    #[error("its size is given as {given} bytes, and it has {found}")]
    Size { given: u64, found: u64 },
    #[error("its checksum is not the one that is given")]
    Checksum,
}

/// Reads a member to its end, whatever size is given, and then says what was given wrongly.
pub(super) struct CheckedMember<R> {
    reader: R,
    size: Option<u64>,
    checksum: Option<u32>,
    found: u64,
    sum: flate2::Crc,
}

impl<R> CheckedMember<R> {
    pub(super) fn new(reader: R, size: Option<u64>, checksum: Option<u32>) -> Self {
        Self { reader, size, checksum, found: 0, sum: flate2::Crc::new() }
    }

    fn lie(&self) -> Option<Lie> {
        let found = self.found;
        let size =
            self.size.filter(|given| *given != found).map(|given| Lie::Size { given, found });
        let is_other = self.checksum.is_some_and(|given| given != self.sum.sum());
        size.or(is_other.then_some(Lie::Checksum))
    }
}

impl<R: Read> Read for CheckedMember<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.reader.read(buffer)?;
        self.found += length as u64;
        if self.checksum.is_some() {
            self.sum.update(&buffer[..length]);
        }
        match self.lie().filter(|_| length == 0 && !buffer.is_empty()) {
            Some(lie) => Err(io::Error::other(lie)),
            None => Ok(length),
        }
    }
}

pub(super) fn unpack_failure(path: &Path, error: ZipError) -> Error {
    Error::io("unpack", path)(error.into())
}
