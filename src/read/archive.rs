//! Reads one input down to its texts: packed streams are unpacked as they are read, and nothing
//! is ever written to disk. Names of members are only labels.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use walkdir::WalkDir;

use super::budget::{BoundReached, Budget, HeaderPlace, Headers, Meter, Packed, Unpacked};
use super::fragments::{Fragments, Whole, fragment_of};
use super::host_files::{HostFacts, Member, member_of};
use super::limits::{Bound, Limits};
use super::members::read_whole;
use super::parse::FoundCrash;
use super::pictures::{HeldPicture, NoScreen, PictureReader, Screen};
use super::scan::{Scan, Summary};
use super::sniff::{COPY, Codec, Kind, LEARN, RETYPE, SNIFFED, kind_of};
use super::wide::{Narrowed, Narrower};
use crate::error::{Error, Result};
use crate::picture::NotRead;
use crate::picture::join::joined;
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
    reader: &'a PictureReader,
    budget: Rc<Budget>,
    found: &'a mut dyn FnMut(Found),
    pub(super) totals: Totals,
    /// Pictures outside of archives, until others of the same screen are read.
    pictures: Vec<HeldPicture>,
    /// True where each file of the input has a path of its own.
    has_paths: bool,
    /// The first part that may show a screen and is not text, such as a picture in a zip archive.
    unread: Option<Error>,
    /// True once the bound that ended the input was told, and one that ended a part.
    told: Told,
}

/// What is told once for an input, however often it happens.
#[derive(Default)]
struct Told {
    bound: bool,
    depth: bool,
}

/// The place of a stream in its input.
#[derive(Clone, Copy)]
pub(super) struct StreamPlace<'a> {
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
    pictures: Vec<HeldPicture>,
}

impl<'a> Walk<'a> {
    /// Begins the input at `path`.
    pub(super) fn new(
        path: &'a Path,
        limits: &'a Limits,
        meter: &'a Meter,
        reader: &'a PictureReader,
        found: &'a mut dyn FnMut(Found),
    ) -> Self {
        Self {
            path,
            limits,
            meter,
            reader,
            budget: Rc::default(),
            found,
            totals: Totals::default(),
            pictures: Vec::new(),
            has_paths: false,
            unread: None,
            told: Told::default(),
        }
    }

    /// Reads a stream.
    pub(super) fn stream(mut self, reader: Box<dyn Read + '_>) -> Result<Totals> {
        let mut reader = self.packed(reader);
        let place = StreamPlace { member: None, depth: 0, layers: 0 };
        let outcome = self.any(&mut reader, place, None);
        self.conclude(outcome)
    }

    /// Ends the input; a bound that ended it is told, unless it was told already.
    fn conclude(mut self, outcome: Result<()>) -> Result<Totals> {
        let pictures = std::mem::take(&mut self.pictures);
        self.end_pictures(pictures, None);
        if let Some(error) = self.unread.take().filter(|_| self.totals.crashes == 0) {
            self.note(error);
        }
        match (outcome, self.budget.reached()) {
            (outcome, None) => outcome.map(|()| self.totals),
            (Err(error), Some(_)) => {
                self.problem(error);
                Ok(self.totals)
            }
            (Ok(()), Some(bound)) => {
                self.problem(bound_reached(bound, self.path));
                Ok(self.totals)
            }
        }
    }

    /// Reads a file; a zip archive by its directory, anything else as a stream.
    pub(super) fn file(mut self, mut file: File) -> Result<Totals> {
        let head = read_head(&mut file).map_err(Error::io("read", self.path))?;
        let path = self.path.to_string_lossy();
        if kind_of(&path, &head) == Kind::Zip && file.rewind().is_ok() {
            let outcome = self.bundle(1, |walk, bundle| walk.zip_file(file, bundle));
            return self.conclude(outcome);
        }
        // A pipe cannot be rewound.
        let rest: Box<dyn Read> = match file.seek(SeekFrom::Start(0)) {
            Ok(_) => Box::new(file),
            Err(_) => Box::new(Cursor::new(head).chain(file)),
        };
        self.stream(rest)
    }

    /// Reads several pictures, of which some may show one screen.
    pub(super) fn pictures(mut self, paths: &'a [PathBuf]) -> Result<Totals> {
        self.has_paths = true;
        for path in paths {
            if self.is_over() {
                break;
            }
            self.path = path;
            let place = StreamPlace { member: None, depth: 0, layers: 0 };
            let outcome = match File::open(path) {
                Ok(file) => {
                    let mut reader = self.packed(file);
                    self.any(&mut reader, place, None)
                }
                Err(error) => Err(Error::io("open", path)(error)),
            };
            if let Err(error) = outcome {
                self.problem(error);
            }
        }
        self.conclude(Ok(()))
    }

    /// Reads an unpacked bundle.
    pub(super) fn directory(mut self, root: &Path) -> Result<Totals> {
        let mut bundle = Bundle::default();
        for entry in WalkDir::new(root).sort_by_file_name() {
            if self.is_over() {
                break;
            }
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
                    let place = StreamPlace { member: Some(&name), depth: 1, layers: 0 };
                    self.member(&mut reader, place, &mut bundle);
                }
                Err(error) => self.problem(Error::io("open", entry.path())(error)),
            }
        }
        self.finish(bundle, 1);
        self.conclude(Ok(()))
    }

    /// Hands over why a part could not be read. After a bound has ended the input nothing else can be
    /// read: that is told once, with the place of the first part.
    pub(super) fn problem(&mut self, error: Error) {
        let told = match (&error, self.budget.reached()) {
            (_, Some(_)) => &mut self.told.bound,
            (Error::TooDeep { .. }, None) => &mut self.told.depth,
            (_, None) => return (self.found)(Found::Problem(error)),
        };
        if std::mem::replace(told, true) {
            return;
        }
        let error = match (self.budget.reached(), error) {
            (Some(bound), Error::Io { path, .. }) => bound_reached(bound, &path),
            (Some(bound), _) => bound_reached(bound, self.path),
            (None, error) => error,
        };
        (self.found)(Found::Problem(error));
    }

    /// True once a bound has ended the input.
    pub(super) fn is_over(&self) -> bool {
        self.budget.reached().is_some()
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

    /// The bounds of this input.
    pub(super) fn limits(&self) -> &'a Limits {
        self.limits
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
        place: StreamPlace<'_>,
        bundle: Option<&mut Bundle>,
    ) -> Result<()> {
        let name = self.place_name(place.member);
        let head = head_behind_hole(reader).map_err(Error::io("read", &name))?;
        let kind = kind_of(&name.to_string_lossy(), &head);
        let narrower = Narrower::new(&head);
        let mut whole = Cursor::new(head).chain(reader);
        let too_deep = place.depth >= self.limits.archive_depth || place.layers >= MAX_LAYERS;
        match kind {
            Kind::Text => self.text(Narrowed::new(whole, narrower), place, bundle),
            Kind::Picture(found) => self.picture(&mut whole, place, bundle, found),
            Kind::Other(found, remedy) => Err(Error::NotText { path: name, found, remedy }),
            _ if too_deep => Err(Error::TooDeep { path: name, most: self.limits.archive_depth }),
            Kind::Compressed(codec) => {
                let place = StreamPlace { layers: place.layers + 1, ..place };
                let decoder =
                    decoder(codec, whole, self.limits).map_err(Error::io("unpack", &name))?;
                self.any(&mut self.unpacked(decoder), place, bundle)
            }
            Kind::Tar => {
                self.bundle(place.depth + 1, |walk, bundle| walk.tar(&mut whole, place, bundle))
            }
            Kind::Zip => self
                .bundle(place.depth + 1, |walk, bundle| walk.zip_stream(&mut whole, place, bundle)),
        }
    }

    /// Reads a picture, and holds what was read until the others of its input or archive are.
    fn picture(
        &mut self,
        reader: &mut dyn Read,
        place: StreamPlace<'_>,
        bundle: Option<&mut Bundle>,
        found: &'static str,
    ) -> Result<()> {
        let path = self.place_name(place.member);
        let bytes =
            read_whole(reader, self.limits.picture_bytes).map_err(Error::io("read", &path))?;
        let bytes = bytes.ok_or_else(|| bound_reached(Bound::PictureBytes, &path))?;
        let read = self.reader.read(bytes, self.limits).map_err(|reason| {
            let remedy = if may_be_a_screen(&reason) { LEARN } else { RETYPE };
            Error::NotAScreen { path: path.clone(), found, reason: reason.to_string(), remedy }
        })?;
        for partly in &read.partly {
            let partly = partly.to_string();
            self.note(Error::PartOfAPicture { path: path.clone(), partly });
        }
        let member = place.member.map(str::to_owned);
        let name = match &member {
            Some(member) => member.clone(),
            None => self.path.display().to_string(),
        };
        let own_path = self.has_paths.then(|| self.path.to_path_buf());
        let picture = HeldPicture { path: own_path, member, name, read };
        let most = usize::try_from(self.limits.joined_pictures).unwrap_or(usize::MAX);
        let (held, bundle) = match bundle {
            Some(bundle) => {
                bundle.pictures.push(picture);
                (std::mem::take(&mut bundle.pictures), Some(bundle))
            }
            None => {
                self.pictures.push(picture);
                (std::mem::take(&mut self.pictures), None)
            }
        };
        if held.len() < most.max(1) {
            match bundle {
                Some(bundle) => bundle.pictures = held,
                None => self.pictures = held,
            }
            return Ok(());
        }
        if most > 1 {
            self.note(bound_reached(Bound::JoinedPictures, &path));
        }
        self.end_pictures(held, bundle);
        Ok(())
    }

    /// Joins the pictures of one screen, and reads the text of each screen.
    fn end_pictures(&mut self, held: Vec<HeldPicture>, mut bundle: Option<&mut Bundle>) {
        let readings = held.iter().map(|picture| picture.read.reading.clone()).collect();
        for screen in joined(readings) {
            let Some(first) = screen.places.first().and_then(|place| held.get(place.picture))
            else {
                continue;
            };
            let marks = Screen::new(&screen, &held);
            let (path, member) = (first.path.clone(), first.member.clone());
            let mut crashes = Vec::new();
            let text = Screen::plain_text(&screen);
            let mut scan = Scan::new(&self.budget.limits_of_text(self.limits)).with_names();
            // Reading from memory does not fail.
            let _ = scan.read_all(&mut text.as_bytes(), &mut |crash| crashes.push(crash));
            let summary = scan.finish(&mut |crash| crashes.push(crash));
            let name = path.clone().unwrap_or_else(|| self.place_name(member.as_deref()));
            self.add(summary, &name);
            for mut crash in crashes {
                marks.mark(&mut crash, self.limits);
                crash.path.clone_from(&path);
                match &mut bundle {
                    Some(bundle) => {
                        self.budget.hold_crash(crash.held_bytes(), self.limits);
                        bundle.crashes.push((member.clone(), crash));
                    }
                    None => (self.found)(Found::Crash(member.clone(), Box::new(crash))),
                }
            }
        }
    }

    fn text(
        &mut self,
        mut reader: impl Read,
        place: StreamPlace<'_>,
        bundle: Option<&mut Bundle>,
    ) -> Result<()> {
        let budget = Rc::clone(&self.budget);
        let limits = self.limits;
        let mut scan = Scan::new(&budget.limits_of_text(limits));
        if place.member.is_none() {
            scan = scan.with_names();
        }
        let member = place.member.map(str::to_owned);
        let found = &mut *self.found;
        let mut waiting = bundle.map(|bundle| &mut bundle.crashes);
        let sink: &mut dyn FnMut(FoundCrash) = &mut |crash| match &mut waiting {
            Some(waiting) => {
                budget.hold_crash(crash.held_bytes(), limits);
                waiting.push((member.clone(), crash));
            }
            None => found(Found::Crash(member.clone(), Box::new(crash))),
        };
        let outcome = scan.read_all(&mut reader, sink);
        let summary = scan.finish(sink);
        let name = self.place_name(place.member);
        self.add(summary, &name);
        let action = if place.layers > 0 || place.depth > 0 { "unpack to its end" } else { "read" };
        outcome.map_err(Error::io(action, &name))
    }

    fn add(&mut self, summary: Summary, name: &Path) {
        self.totals.texts += 1;
        self.totals.lines += summary.lines;
        self.totals.bytes += summary.bytes;
        self.totals.crashes += summary.crashes;
        self.totals.literal += usize::from(summary.literal);
        if let Some(bound) = self.budget.take_text(&summary, self.limits) {
            self.problem(bound_reached(bound, name));
        }
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

    fn tar(
        &mut self,
        reader: &mut dyn Read,
        place: StreamPlace<'_>,
        bundle: &mut Bundle,
    ) -> Result<()> {
        let name = self.place_name(place.member);
        let (reader, headers) = self.headers(reader);
        let mut archive = tar::Archive::new(reader);
        for entry in archive.entries().map_err(Error::io("unpack", &name))? {
            let mut entry = entry.map_err(Error::io("unpack to its end", &name))?;
            if self.is_over() {
                return Ok(());
            }
            self.count_member(&name)?;
            let kind = entry.header().entry_type();
            let is_sparse = kind.is_gnu_sparse();
            // The size of a sparse member is that of the file with its holes.
            let packed = if is_sparse { entry.header().entry_size().ok() } else { None };
            headers.skip(packed.unwrap_or(entry.size()), self.limits.header_bytes);
            if !kind.is_file() && !is_sparse {
                self.totals.skipped += 1;
                continue;
            }
            let member = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            let member = self.nested_name(place.member, &member);
            let inner = StreamPlace { member: Some(&member), depth: place.depth + 1, layers: 0 };
            if is_without_holes(&mut entry) {
                self.note(Error::WithoutHoles { path: self.place_name(Some(&member)) });
            }
            if is_sparse {
                // Its holes are bytes that no one has packed.
                self.member(&mut self.unpacked(entry), inner, bundle);
            } else {
                self.member(&mut entry, inner, bundle);
            }
        }
        Ok(())
    }

    /// The name of a member with those of the archives around it, clipped.
    pub(super) fn nested_name(&self, around: Option<&str>, name: &str) -> String {
        let most = usize::try_from(self.limits.member_name_bytes).unwrap_or(usize::MAX);
        let name = clip_bytes(name, most);
        around.map_or_else(|| name.to_owned(), |around| format!("{around}: {name}"))
    }

    /// Counts one more member, of the archive called `name`.
    pub(super) fn count_member(&self, name: &Path) -> Result<()> {
        let counted = self.budget.take_member(self.limits).map_err(io::Error::other);
        counted.map_err(Error::io("unpack to its end", name))
    }

    /// The reader of a zip archive's directory, which is held as a whole.
    pub(super) fn headers<R>(&self, reader: R) -> (Headers<R>, Rc<HeaderPlace>) {
        let place = Rc::new(HeaderPlace::new(self.limits.header_bytes));
        (Headers { reader, budget: Rc::clone(&self.budget), place: Rc::clone(&place) }, place)
    }

    /// Reads one member of an archive; its failure does not end the others.
    pub(super) fn member(
        &mut self,
        reader: &mut dyn Read,
        place: StreamPlace<'_>,
        bundle: &mut Bundle,
    ) {
        let name = place.member.unwrap_or_default();
        if let Some((base, number)) = fragment_of(name) {
            let fragments = bundle.fragments.entry(base.to_owned());
            let fragments = fragments
                .or_insert_with(|| Fragments::new(base, self.limits, Rc::clone(&self.budget)));
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
                let most = usize::try_from(self.limits.host_parts).unwrap_or(usize::MAX);
                if !bundle.facts.read(file, &String::from_utf8_lossy(&bytes), most) {
                    let path = self.place_name(place.member);
                    self.note(bound_reached(Bound::HostParts, &path));
                }
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
            Err(error @ (Error::NotText { .. } | Error::NotAScreen { .. })) => {
                self.totals.skipped += 1;
                if member_of(name) == Member::Dump {
                    self.note(error);
                } else if self.unread.is_none() && may_show_a_screen(&error) {
                    self.unread = Some(error);
                }
            }
            Err(error) => self.problem(error),
        }
    }

    /// Ends an archive: joins fragments, gives the crashes the facts about their host.
    fn finish(&mut self, mut bundle: Bundle, depth: u64) {
        for (name, fragments) in std::mem::take(&mut bundle.fragments) {
            let (whole, missing) = fragments.finish();
            let path = self.place_name(Some(&name));
            if !missing.is_empty() {
                self.problem(Error::MissingFragments { path: path.clone(), missing });
            }
            match whole {
                Whole::Text(crashes, summary) => {
                    self.add(summary, &path);
                    bundle.crashes.extend(crashes.into_iter().map(|c| (Some(name.clone()), c)));
                }
                Whole::Packed(bytes) => {
                    let place = StreamPlace { member: Some(&name), depth, layers: 0 };
                    let outcome = self.any(&mut bytes.as_slice(), place, Some(&mut bundle));
                    self.ended(&name, outcome);
                }
                Whole::Other(found, remedy) => {
                    self.note(Error::NotText { path, found, remedy });
                }
            }
        }
        let pictures = std::mem::take(&mut bundle.pictures);
        self.end_pictures(pictures, Some(&mut bundle));
        self.budget.release_crashes(bundle.crashes.iter().map(|(_, c)| c.held_bytes()).sum());
        for (member, mut crash) in bundle.crashes {
            bundle.facts.attach(&mut crash.crash);
            (self.found)(Found::Crash(member, Box::new(crash)));
        }
    }
}

/// True for a picture or a document, in which a person may find the screen.
fn may_show_a_screen(error: &Error) -> bool {
    let is_document =
        matches!(error, Error::NotText { remedy, .. } if [RETYPE, COPY].contains(remedy));
    is_document || matches!(error, Error::NotAScreen { .. })
}

/// True where the picture may show a screen all the same, in a font that is not known.
fn may_be_a_screen(reason: &NoScreen) -> bool {
    matches!(
        reason,
        NoScreen::Content(
            NotRead::NoGrid | NotRead::TooSmall | NotRead::NotExplained(_) | NotRead::NoLandmark,
        )
    )
}

/// True for a sparse file as `tar --sparse --format=posix` packs it: what lies between its holes,
/// mostly behind a list of these.
fn is_without_holes<R: Read>(entry: &mut tar::Entry<'_, R>) -> bool {
    let Ok(Some(extensions)) = entry.pax_extensions() else {
        return false;
    };
    let mut keys = extensions.flatten().map(|extension| extension.key_bytes());
    keys.any(|key| key.starts_with(b"GNU.sparse."))
}

/// The failure of an archive that goes beyond `bound`.
pub(crate) fn bound_reached(bound: Bound, name: &Path) -> Error {
    Error::io("unpack to its end", name)(io::Error::other(BoundReached(bound)))
}

pub(super) fn read_head(reader: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(SNIFFED);
    match reader.take(SNIFFED as u64).read_to_end(&mut head) {
        // A stream that breaks off after some bytes is read as far as it goes.
        Err(error) if head.is_empty() => Err(error),
        _ => Ok(head),
    }
}

/// Bytes of NULs before a text that are passed over: a loss of power leaves the first part of a log
/// like that.
const HOLE_BYTES: usize = 256 * 1024 * 1024;
/// Places of a text in a wide encoding: dropping other numbers of bytes would shift its characters.
const MAX_CHARACTER_BYTES: usize = 4;

/// The first bytes after a hole of NULs; those of the hole where nothing else follows.
fn head_behind_hole(reader: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut head = read_head(reader)?;
    let mut hole = 0;
    while head.len() == SNIFFED && hole < HOLE_BYTES && head.iter().all(|byte| *byte == 0) {
        hole += head.len();
        head = read_head(reader)?;
    }
    let nulls = head.iter().take_while(|byte| **byte == 0).count();
    if hole == 0 || nulls == head.len() {
        return Ok(if hole == 0 { head } else { vec![0; SNIFFED] });
    }
    head.drain(..nulls - nulls % MAX_CHARACTER_BYTES);
    reader
        .take((SNIFFED - head.len()) as u64)
        .read_to_end(&mut head)
        .or_else(|error| if head.is_empty() { Err(error) } else { Ok(0) })?;
    Ok(head)
}

/// What unpacks a stream. The window of the others is small by their format.
pub(super) fn decoder<'r>(
    codec: Codec,
    reader: impl Read + 'r,
    limits: &Limits,
) -> io::Result<Box<dyn Read + 'r>> {
    Ok(match codec {
        Codec::Gzip => Box::new(flate2::read::MultiGzDecoder::new(reader)),
        Codec::Zstd => {
            let mut decoder = zstd::stream::read::Decoder::new(reader)?;
            decoder.window_log_max(limits.window_bytes.max(1024).ilog2().min(MAX_WINDOW_LOG))?;
            Box::new(decoder)
        }
        Codec::Xz => {
            // The decoder asks for a little more than the window.
            let kib = limits.window_bytes / 1024 + 1024;
            let kib = u32::try_from(kib).unwrap_or(u32::MAX);
            Box::new(lzma_rust2::XzReader::new_mem_limit(reader, true, kib))
        }
        Codec::Bzip2 => Box::new(bzip2::read::MultiBzDecoder::new(reader)),
    })
}

/// The largest window of Zstandard, as the exponent of 2.
const MAX_WINDOW_LOG: u32 = 31;

/// The failure of a walk, with the place where it failed.
pub(super) fn walk_error(error: walkdir::Error, root: &Path) -> Error {
    let path = error.path().unwrap_or(root).to_path_buf();
    let source = error.into_io_error().unwrap_or_else(|| io::Error::other("loop of links"));
    Error::Io { action: "walk", path, source }
}
