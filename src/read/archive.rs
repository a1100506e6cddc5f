//! Reads one input down to its texts: packed streams are unpacked as they are read, and nothing
//! is ever written to disk. Names of members are only labels.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use encoding_rs::Encoding;
use encoding_rs_io::DecodeReaderBytesBuilder;
use walkdir::WalkDir;

use super::budget::{BoundReached, Budget, Meter, Packed, Unpacked};
use super::fragments::{Fragments, Whole, fragment_of};
use super::host_files::{HostFacts, Member, member_of};
use super::limits::{Bound, Limits};
use super::parse::FoundCrash;
use super::scan::{Scan, Summary};
use super::sniff::{Codec, Kind, SNIFFED, kind_of};
use crate::error::{Error, Result};
use crate::text::clip_bytes;

/// One thing that reading leads to.
#[derive(Debug)]
pub enum Found {
    /// A crash, and the member of an archive that holds it.
    Crash(Option<String>, Box<FoundCrash>),
    /// A part that could not be read, or not to its end.
    Problem(Error),
    /// Something worth knowing that is not a failure.
    Note(Error),
}

/// The size of one input and of its crashes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Totals {
    /// Texts that were read.
    pub texts: usize,
    /// Lines of these texts.
    pub lines: usize,
    /// Bytes of these texts.
    pub bytes: u64,
    /// Crashes.
    pub crashes: usize,
    /// Texts of which only literal anchors were searched.
    pub literal: usize,
    /// Members that were passed over.
    pub skipped: u64,
}

/// Compressions inside each other, without an archive between.
const MAX_LAYERS: u64 = 3;

/// One input that is being read.
pub(super) struct Walk<'a> {
    pub(super) path: &'a Path,
    limits: &'a Limits,
    meter: &'a Meter,
    budget: Rc<Budget>,
    found: &'a mut dyn FnMut(Found),
    pub(super) totals: Totals,
}

/// The place of a stream in its input.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// Name inside the archives around it.
    pub member: Option<&'a str>,
    /// Archives around it.
    pub depth: u64,
    /// Compressions directly around it.
    pub layers: u64,
}

/// The findings of one archive: crashes wait for the facts about their host.
#[derive(Default)]
pub(super) struct Bundle {
    facts: HostFacts,
    crashes: Vec<(Option<String>, FoundCrash)>,
    fragments: BTreeMap<String, Fragments>,
    members: u64,
}

impl<'a> Walk<'a> {
    /// Begins the input at `path`.
    pub(super) fn new(
        path: &'a Path,
        limits: &'a Limits,
        meter: &'a Meter,
        found: &'a mut dyn FnMut(Found),
    ) -> Self {
        let totals = Totals::default();
        Self { path, limits, meter, budget: Rc::default(), found, totals }
    }

    /// Reads a stream.
    pub(super) fn stream(mut self, reader: Box<dyn Read + '_>) -> Result<Totals> {
        let mut reader = self.packed(reader);
        let place = Place { member: None, depth: 0, layers: 0 };
        self.any(&mut reader, place, None)?;
        Ok(self.totals)
    }

    /// Reads a file; a zip archive by its directory, anything else as a stream.
    pub(super) fn file(mut self, mut file: File) -> Result<Totals> {
        let head = read_head(&mut file).map_err(Error::io("read", self.path))?;
        let path = self.path.to_string_lossy();
        if kind_of(&path, &head) == Kind::Zip && file.rewind().is_ok() {
            self.bundle(1, |walk, bundle| walk.zip_file(file, bundle))?;
            return Ok(self.totals);
        }
        // A pipe cannot be rewound.
        let rest: Box<dyn Read> = match file.seek(SeekFrom::Start(0)) {
            Ok(_) => Box::new(file),
            Err(_) => Box::new(Cursor::new(head).chain(file)),
        };
        self.stream(rest)
    }

    /// Reads an unpacked bundle.
    pub(super) fn directory(mut self, root: &Path) -> Result<Totals> {
        let mut bundle = Bundle::default();
        for entry in WalkDir::new(root).sort_by_file_name() {
            let entry = match entry {
                Ok(entry) if entry.file_type().is_file() => entry,
                Ok(_) => continue,
                Err(error) => {
                    self.problem(walk_error(error, root));
                    continue;
                }
            };
            let name = entry.path().strip_prefix(root).unwrap_or(entry.path()).to_string_lossy();
            match File::open(entry.path()) {
                Ok(file) => {
                    let mut reader = self.packed(file);
                    let place = Place { member: Some(&name), depth: 1, layers: 0 };
                    self.member(&mut reader, place, &mut bundle);
                }
                Err(error) => self.problem(Error::io("open", entry.path())(error)),
            }
        }
        self.finish(bundle, 1);
        Ok(self.totals)
    }

    /// Hands over why a part could not be read.
    pub(super) fn problem(&mut self, error: Error) {
        (self.found)(Found::Problem(error));
    }

    fn note(&mut self, error: Error) {
        (self.found)(Found::Note(error));
    }

    pub(super) fn packed<R>(&self, reader: R) -> Packed<'a, R> {
        Packed { reader, meter: self.meter, budget: Rc::clone(&self.budget) }
    }

    pub(super) fn unpacked<R>(&self, reader: R) -> Unpacked<R> {
        Unpacked { reader, budget: Rc::clone(&self.budget), limits: *self.limits }
    }

    /// The path with the member, as errors and notes name it.
    pub(super) fn place_name(&self, member: Option<&str>) -> PathBuf {
        match member {
            Some(member) => PathBuf::from(format!("{}: {member}", self.path.display())),
            None => self.path.to_path_buf(),
        }
    }

    /// Reads a stream of any kind.
    fn any(
        &mut self,
        reader: &mut dyn Read,
        place: Place<'_>,
        bundle: Option<&mut Bundle>,
    ) -> Result<()> {
        let name = self.place_name(place.member);
        let head = read_head(reader).map_err(Error::io("read", &name))?;
        let kind = kind_of(&name.to_string_lossy(), &head);
        let mut whole = Cursor::new(head).chain(reader);
        let too_deep = place.depth >= self.limits.archive_depth || place.layers >= MAX_LAYERS;
        match kind {
            Kind::Text(encoding) => self.text(&mut whole, encoding, place, bundle),
            Kind::Other(found, remedy) => Err(Error::NotText { path: name, found, remedy }),
            _ if too_deep => Err(Error::TooDeep { path: name, most: self.limits.archive_depth }),
            Kind::Compressed(codec) => {
                let place = Place { layers: place.layers + 1, ..place };
                let decoder = decoder(codec, whole).map_err(Error::io("unpack", &name))?;
                self.any(&mut self.unpacked(decoder), place, bundle)
            }
            Kind::Tar => {
                self.bundle(place.depth + 1, |walk, bundle| walk.tar(&mut whole, place, bundle))
            }
            Kind::Zip => self
                .bundle(place.depth + 1, |walk, bundle| walk.zip_stream(&mut whole, place, bundle)),
        }
    }

    fn text(
        &mut self,
        reader: &mut dyn Read,
        encoding: Option<&'static Encoding>,
        place: Place<'_>,
        bundle: Option<&mut Bundle>,
    ) -> Result<()> {
        let mut scan = Scan::new(self.limits);
        if place.member.is_none() {
            scan = scan.with_names();
        }
        let member = place.member.map(str::to_owned);
        let found = &mut *self.found;
        let mut waiting = bundle.map(|bundle| &mut bundle.crashes);
        let sink: &mut dyn FnMut(FoundCrash) = &mut |crash| match &mut waiting {
            Some(waiting) => waiting.push((member.clone(), crash)),
            None => found(Found::Crash(member.clone(), Box::new(crash))),
        };
        let outcome = match encoding {
            None => scan.read_all(reader, sink),
            Some(_) => {
                let mut builder = DecodeReaderBytesBuilder::new();
                let mut decoded = builder.encoding(encoding).build(reader);
                scan.read_all(&mut decoded, sink)
            }
        };
        let summary = scan.finish(sink);
        self.add(summary);
        let name = self.place_name(place.member);
        let action = if place.layers > 0 || place.depth > 0 { "unpack to its end" } else { "read" };
        outcome.map_err(Error::io(action, &name))
    }

    fn add(&mut self, summary: Summary) {
        self.totals.texts += 1;
        self.totals.lines += summary.lines;
        self.totals.bytes += summary.bytes;
        self.totals.crashes += summary.crashes;
        self.totals.literal += usize::from(summary.literal);
    }

    /// Reads the members of an archive by `read`; those before a failure are kept.
    fn bundle(
        &mut self,
        depth: u64,
        read: impl FnOnce(&mut Self, &mut Bundle) -> Result<()>,
    ) -> Result<()> {
        let mut bundle = Bundle::default();
        let outcome = read(self, &mut bundle);
        self.finish(bundle, depth);
        outcome
    }

    fn tar(&mut self, reader: &mut dyn Read, place: Place<'_>, bundle: &mut Bundle) -> Result<()> {
        let name = self.place_name(place.member);
        let mut archive = tar::Archive::new(reader);
        for entry in archive.entries().map_err(Error::io("unpack", &name))? {
            let mut entry = entry.map_err(Error::io("unpack to its end", &name))?;
            self.count_member(bundle, &name)?;
            if !entry.header().entry_type().is_file() {
                self.totals.skipped += 1;
                continue;
            }
            let member = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            let member = self.nested_name(place.member, &member);
            let inner = Place { member: Some(&member), depth: place.depth + 1, layers: 0 };
            self.member(&mut entry, inner, bundle);
        }
        Ok(())
    }

    /// The name of a member with those of the archives around it, clipped.
    pub(super) fn nested_name(&self, around: Option<&str>, name: &str) -> String {
        let most = usize::try_from(self.limits.member_name_bytes).unwrap_or(usize::MAX);
        let name = clip_bytes(name, most);
        around.map_or_else(|| name.to_owned(), |around| format!("{around}: {name}"))
    }

    /// Counts one more member of the archive called `name`.
    pub(super) fn count_member(&self, bundle: &mut Bundle, name: &Path) -> Result<()> {
        bundle.members += 1;
        if bundle.members > self.limits.archive_members {
            return Err(bound_reached(Bound::ArchiveMembers, name));
        }
        Ok(())
    }

    /// Reads one member of an archive; its failure does not end the others.
    pub(super) fn member(&mut self, reader: &mut dyn Read, place: Place<'_>, bundle: &mut Bundle) {
        let name = place.member.unwrap_or_default();
        if let Some((base, number)) = fragment_of(name) {
            let fragments = bundle.fragments.entry(base.to_owned());
            let fragments = fragments.or_insert_with(|| Fragments::new(base, self.limits));
            if let Err(error) = fragments.push(number, reader) {
                self.problem(Error::io("unpack to its end", &self.place_name(place.member))(error));
            }
            return;
        }
        match member_of(name) {
            Member::Skipped => self.totals.skipped += 1,
            Member::Facts(file) => {
                let mut bytes = Vec::new();
                // The bytes before a failure are as true as the rest.
                let _ = reader.take(self.limits.host_file_bytes).read_to_end(&mut bytes);
                if bytes.len() as u64 == self.limits.host_file_bytes {
                    let path = self.place_name(place.member);
                    self.note(bound_reached(Bound::HostFileBytes, &path));
                }
                bundle.facts.read(file, &String::from_utf8_lossy(&bytes));
            }
            Member::Dump | Member::Any => {
                let outcome = self.any(reader, place, Some(bundle));
                self.ended(name, outcome);
            }
        }
    }

    /// Reports how the part called `name` ended. Bundles hold many things that are not text, which
    /// is not a failure; but the log of a dump may be the only one with the crash.
    fn ended(&mut self, name: &str, outcome: Result<()>) {
        match outcome {
            Ok(()) => {}
            Err(error @ Error::NotText { .. }) => {
                self.totals.skipped += 1;
                if member_of(name) == Member::Dump {
                    self.note(error);
                }
            }
            Err(error) => self.problem(error),
        }
    }

    /// Ends an archive: joins fragments, gives the crashes the facts about their host.
    fn finish(&mut self, mut bundle: Bundle, depth: u64) {
        for (name, fragments) in std::mem::take(&mut bundle.fragments) {
            let (whole, missing, cut) = fragments.finish();
            let path = self.place_name(Some(&name));
            if !missing.is_empty() {
                self.problem(Error::MissingFragments { path: path.clone(), missing });
            }
            if cut {
                self.problem(bound_reached(Bound::FragmentBytes, &path));
            }
            match whole {
                Whole::Text(crashes, summary) => {
                    self.add(summary);
                    bundle.crashes.extend(crashes.into_iter().map(|c| (Some(name.clone()), c)));
                }
                Whole::Packed(bytes) => {
                    let place = Place { member: Some(&name), depth, layers: 0 };
                    let outcome = self.any(&mut bytes.as_slice(), place, Some(&mut bundle));
                    self.ended(&name, outcome);
                }
                Whole::Other(found, remedy) => {
                    self.note(Error::NotText { path, found, remedy });
                }
            }
        }
        for (member, mut crash) in bundle.crashes {
            bundle.facts.attach(&mut crash.crash);
            (self.found)(Found::Crash(member, Box::new(crash)));
        }
    }
}

/// The failure of an archive that goes beyond `bound`.
fn bound_reached(bound: Bound, name: &Path) -> Error {
    Error::io("unpack to its end", name)(io::Error::other(BoundReached(bound)))
}

fn read_head(reader: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(SNIFFED);
    match reader.take(SNIFFED as u64).read_to_end(&mut head) {
        // A stream that breaks off after some bytes is read as far as it goes.
        Err(error) if head.is_empty() => Err(error),
        _ => Ok(head),
    }
}

fn decoder<'r>(codec: Codec, reader: impl Read + 'r) -> io::Result<Box<dyn Read + 'r>> {
    Ok(match codec {
        Codec::Gzip => Box::new(flate2::read::MultiGzDecoder::new(reader)),
        Codec::Zstd => Box::new(zstd::stream::read::Decoder::new(reader)?),
        Codec::Xz => Box::new(lzma_rust2::XzReader::new(reader, true)),
        Codec::Bzip2 => Box::new(bzip2::read::MultiBzDecoder::new(reader)),
    })
}

/// The failure of a walk, with the place where it failed.
pub(super) fn walk_error(error: walkdir::Error, root: &Path) -> Error {
    let path = error.path().unwrap_or(root).to_path_buf();
    let source = error.into_io_error().unwrap_or_else(|| io::Error::other("loop of links"));
    Error::Io { action: "walk", path, source }
}
