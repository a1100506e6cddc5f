//! Unpacks an input down to its members, for rooms that look for other things in it than crashes.
//!
//! The bounds are those of every archive. Nothing is written to disk, names of members are only labels.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::ar_archive::{ArMember, MARK};
use super::archive::{bound_reached, decoder, read_head};
use super::budget::{Budget, HeaderPlace, Headers, Meter, Packed, Unpacked};
use super::limits::{Bound, Limits};
use super::sniff::{Codec, Kind, kind_of};
use super::visor_tar::{BLOCK, VisorMember, is_visor_tar};
use super::zip_archive::{CheckedMember, content, unpack_failure};
use crate::error::{Error, Result};
use crate::text::clip_bytes;

/// Takes a member by its name inside the archives around it, which is empty for the input itself; or
/// gives the reason why it cannot be taken.
pub(crate) type TakeMember<'a> = &'a mut dyn FnMut(&str, &mut dyn Read) -> Result<()>;

/// What is directly around the archive of a VIB's files: `ar`, gzip, and in 9.0 Zstandard.
const MAX_LAYERS: u64 = 3;

/// One input that is unpacked.
pub(crate) struct Members<'a> {
    path: &'a Path,
    limits: &'a Limits,
    take: TakeMember<'a>,
    problems: Vec<Error>,
    told: bool,
}

/// The place of a stream in its input.
#[derive(Clone, Copy)]
struct MemberPlace<'a> {
    name: &'a str,
    depth: u64,
    layers: u64,
}

/// What the first bytes of a stream begin.
enum Layout {
    Ar,
    VisorTar,
    Tar,
    Zip,
    Compressed(Codec),
    Single,
}

impl<'a> Members<'a> {
    /// The input at `path`.
    pub(crate) fn new(path: &'a Path, limits: &'a Limits, take: TakeMember<'a>) -> Self {
        Self { path, limits, take, problems: Vec::new(), told: false }
    }

    /// Unpacks the input, and hands every member over; returns what could not be read.
    pub(crate) fn read(mut self) -> Vec<Error> {
        let budget = Rc::new(Budget::default());
        let outcome = File::open(self.path).map_err(Error::io("open", self.path));
        let outcome = outcome.and_then(|file| self.file(file, &budget));
        if let Err(error) = outcome {
            self.problem(error, &budget);
        }
        if let Some(bound) = budget.reached().filter(|_| !self.told) {
            self.problems.push(bound_reached(bound, self.path));
        }
        self.problems
    }

    /// Keeps why a part could not be read. A bound that has ended the input ends every part of it, and is
    /// told once.
    fn problem(&mut self, error: Error, budget: &Budget) {
        if budget.reached().is_some() && std::mem::replace(&mut self.told, true) {
            return;
        }
        self.problems.push(error);
    }

    fn file(&mut self, mut file: File, budget: &Rc<Budget>) -> Result<()> {
        let head = read_head(&mut file).map_err(Error::io("read", self.path))?;
        let rewound = file.seek(SeekFrom::Start(0)).is_ok();
        let is_zip = matches!(layout_of(self.path, &head), Layout::Zip);
        let at = MemberPlace { name: "", depth: 0, layers: 0 };
        let meter = Meter::default();
        if is_zip && rewound {
            let mut packed = Packed { reader: file, meter: &meter, budget: Rc::clone(budget) };
            return self.zip(&mut packed, at, budget);
        }
        let rest: Box<dyn Read> =
            if rewound { Box::new(file) } else { Box::new(Cursor::new(head).chain(file)) };
        let mut packed = Packed { reader: rest, meter: &meter, budget: Rc::clone(budget) };
        self.stream(&mut packed, at, budget)
    }

    /// The path with the name of a member, as errors name it.
    fn place_name(&self, name: &str) -> PathBuf {
        if name.is_empty() {
            return self.path.to_path_buf();
        }
        PathBuf::from(format!("{}: {name}", self.path.display()))
    }

    /// Reads a stream of any kind.
    fn stream(
        &mut self,
        reader: &mut dyn Read,
        at: MemberPlace<'_>,
        budget: &Rc<Budget>,
    ) -> Result<()> {
        let path = self.place_name(at.name);
        let head = read_head(reader).map_err(Error::io("read", &path))?;
        let layout = layout_of(&path, &head);
        let mut whole = Cursor::new(head).chain(reader);
        let too_deep = at.depth >= self.limits.archive_depth || at.layers > MAX_LAYERS;
        match layout {
            Layout::Single => (self.take)(at.name, &mut whole),
            _ if too_deep => Err(Error::TooDeep { path, most: self.limits.archive_depth }),
            Layout::Compressed(codec) => {
                let decoder =
                    decoder(codec, whole, self.limits).map_err(Error::io("unpack", &path))?;
                let at = MemberPlace { layers: at.layers + 1, ..at };
                let mut content = unpacked(decoder, budget, self.limits);
                self.stream(&mut content, at, budget)?;
                // The checksum is behind the last byte.
                let read = skip(&mut content, u64::MAX);
                read.map(|_| ()).map_err(Error::io("unpack to its end", &path))
            }
            Layout::Ar => self.ar(&mut whole, at, budget),
            Layout::Tar => self.tar(&mut whole, at, budget),
            Layout::VisorTar => self.visor_tar(&mut whole, at, budget),
            Layout::Zip => {
                // Its directory is at its end: a bundle inside of a download is held whole.
                let bytes = read_whole(&mut whole, self.limits.module_bytes)
                    .map_err(Error::io("unpack", &path))?;
                let bytes = bytes.ok_or_else(|| bound_reached(Bound::ModuleBytes, &path))?;
                self.zip(&mut Cursor::new(bytes), at, budget)
            }
        }
    }

    fn ar(
        &mut self,
        reader: &mut dyn Read,
        at: MemberPlace<'_>,
        budget: &Rc<Budget>,
    ) -> Result<()> {
        let path = self.place_name(at.name);
        skip(reader, MARK.len() as u64).map_err(Error::io("unpack", &path))?;
        while let Some(member) =
            ArMember::next(reader).map_err(Error::io("unpack to its end", &path))?
        {
            self.count(&path, budget)?;
            let mut content = (&mut *reader).take(member.bytes);
            self.member(&mut content, &member.name, at, Layers::Around, budget);
            let left = content.limit() + member.padding();
            let skipped = skip(reader, left).map_err(Error::io("unpack to its end", &path))?;
            // An archive may leave the last padding out.
            if skipped + 1 < left {
                return Err(Error::io("unpack to its end", &path)(cut_off()));
            }
        }
        Ok(())
    }

    fn tar(
        &mut self,
        reader: &mut dyn Read,
        at: MemberPlace<'_>,
        budget: &Rc<Budget>,
    ) -> Result<()> {
        let path = self.place_name(at.name);
        let place = Rc::new(HeaderPlace::new(self.limits.header_bytes));
        let reader = Headers { reader, budget: Rc::clone(budget), place: Rc::clone(&place) };
        let mut archive = tar::Archive::new(reader);
        for entry in archive.entries().map_err(Error::io("unpack", &path))? {
            let mut entry = entry.map_err(Error::io("unpack to its end", &path))?;
            self.count(&path, budget)?;
            place.skip(entry.size(), self.limits.header_bytes);
            if entry.header().entry_type().is_file() {
                let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
                self.member(&mut entry, &name, at, Layers::None, budget);
            }
        }
        Ok(())
    }

    fn visor_tar(
        &mut self,
        reader: &mut dyn Read,
        at: MemberPlace<'_>,
        budget: &Rc<Budget>,
    ) -> Result<()> {
        let path = self.place_name(at.name);
        let mut place = 0;
        let mut waiting: Vec<VisorMember> = Vec::new();
        while first_start(&waiting).is_none_or(|start| place < start) {
            let next = VisorMember::next(reader).map_err(Error::io("unpack to its end", &path))?;
            place += BLOCK as u64;
            let Some(member) = next else { break };
            self.count(&path, budget)?;
            if member.start > 0 {
                waiting.push(member);
                continue;
            }
            // Older ones have the content behind its header, as any tar has.
            place += self.visor_member(reader, &member, at, budget)?;
            let padding = (BLOCK as u64 - member.bytes % BLOCK as u64) % BLOCK as u64;
            place += skip(reader, padding).map_err(Error::io("unpack to its end", &path))?;
        }
        waiting.sort_by_key(|member| member.start);
        for member in &waiting {
            let Some(gap) = member.start.checked_sub(place) else {
                let error = io::Error::other("its content begins inside of another file");
                self.problem(Error::io("unpack", &self.place_name(&member.name))(error), budget);
                continue;
            };
            let skipped = skip(reader, gap).map_err(Error::io("unpack to its end", &path))?;
            if skipped < gap {
                return Err(Error::io("unpack to its end", &path)(cut_off()));
            }
            place += gap + self.visor_member(reader, member, at, budget)?;
        }
        Ok(())
    }

    /// Reads the content of one file, where the reader stands; returns its bytes.
    fn visor_member(
        &mut self,
        reader: &mut dyn Read,
        member: &VisorMember,
        at: MemberPlace<'_>,
        budget: &Rc<Budget>,
    ) -> Result<u64> {
        let mut content = reader.take(member.bytes);
        if member.is_file && member.bytes > 0 {
            self.member(&mut content, &member.name, at, Layers::None, budget);
        }
        let left = content.limit();
        let path = self.place_name(at.name);
        let skipped = skip(&mut content, left).map_err(Error::io("unpack to its end", &path))?;
        if skipped < left {
            Err(Error::io("unpack to its end", &path)(cut_off()))
        } else {
            Ok(member.bytes)
        }
    }

    fn zip(
        &mut self,
        reader: &mut dyn ReadAndSeek,
        at: MemberPlace<'_>,
        budget: &Rc<Budget>,
    ) -> Result<()> {
        let path = &self.place_name(at.name);
        let place = Rc::new(HeaderPlace::new(self.limits.header_bytes));
        let reader = Headers { reader, budget: Rc::clone(budget), place: Rc::clone(&place) };
        let mut archive = zip::ZipArchive::new(io::BufReader::new(reader))
            .map_err(|error| unpack_failure(path, error))?;
        place.skip(u64::MAX, 0);
        for index in 0..archive.len() {
            self.count(path, budget)?;
            let entry = match archive.by_index_raw(index) {
                Ok(entry) => entry,
                Err(error) => {
                    self.problem(unpack_failure(path, error), budget);
                    continue;
                }
            };
            if !entry.is_file() {
                continue;
            }
            let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
            let (size, checksum) = (entry.size(), entry.crc32());
            match content(entry, self.limits) {
                Ok(content) => {
                    let checked = CheckedMember::new(content, Some(size), Some(checksum));
                    let mut content = unpacked(checked, budget, self.limits);
                    self.member(&mut content, &name, at, Layers::None, budget);
                    if let Err(error) = skip(&mut content, u64::MAX) {
                        let error = Error::io("unpack to its end", &self.place_name(&name))(error);
                        self.problem(error, budget);
                    }
                }
                Err(error) => {
                    self.problem(Error::io("unpack", &self.place_name(&name))(error), budget);
                }
            }
        }
        Ok(())
    }

    fn count(&self, path: &Path, budget: &Budget) -> Result<()> {
        let counted = budget.take_member(self.limits).map_err(io::Error::other);
        counted.map_err(Error::io("unpack to its end", path))
    }

    /// Reads one member; its failure does not end the others.
    fn member(
        &mut self,
        reader: &mut dyn Read,
        name: &str,
        around: MemberPlace<'_>,
        within: Layers,
        budget: &Rc<Budget>,
    ) {
        let most = usize::try_from(self.limits.member_name_bytes).unwrap_or(usize::MAX);
        let name = clip_bytes(name, most);
        let name = match around.name {
            "" => name.to_owned(),
            around => format!("{around}: {name}"),
        };
        let at = match within {
            Layers::Around => MemberPlace { name: &name, layers: around.layers + 1, ..around },
            Layers::None => MemberPlace { name: &name, depth: around.depth + 1, layers: 0 },
        };
        if let Err(error) = self.stream(reader, at, budget) {
            self.problem(error, budget);
        }
    }
}

/// Whether an archive is one more around its members, or a layer: a VIB is one archive, in an `ar`.
#[derive(Clone, Copy)]
enum Layers {
    Around,
    None,
}

/// What a zip archive is read out of.
trait ReadAndSeek: Read + Seek {}

impl<T: Read + Seek> ReadAndSeek for T {}

fn layout_of(path: &Path, head: &[u8]) -> Layout {
    if head.starts_with(MARK) {
        return Layout::Ar;
    }
    if is_visor_tar(head) {
        return Layout::VisorTar;
    }
    match kind_of(&path.to_string_lossy(), head) {
        Kind::Compressed(codec) => Layout::Compressed(codec),
        Kind::Tar => Layout::Tar,
        Kind::Zip => Layout::Zip,
        Kind::Text | Kind::Picture(_) | Kind::Other(..) => Layout::Single,
    }
}

fn unpacked<R>(reader: R, budget: &Rc<Budget>, limits: &Limits) -> Unpacked<R> {
    Unpacked { reader, budget: Rc::clone(budget), limits: *limits }
}

fn first_start(waiting: &[VisorMember]) -> Option<u64> {
    waiting.iter().map(|member| member.start).min()
}

/// All that is there; `None` when it is more than `most` bytes.
pub(crate) fn read_whole(reader: &mut dyn Read, most: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    reader.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= most).then_some(bytes))
}

/// Passes over so many bytes; returns how many there were.
fn skip(reader: &mut dyn Read, bytes: u64) -> io::Result<u64> {
    io::copy(&mut reader.take(bytes), &mut io::sink())
}

fn cut_off() -> io::Error {
    io::Error::from(io::ErrorKind::UnexpectedEof)
}
