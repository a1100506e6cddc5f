//! Reading the records: what is compared of an issue, documents, and the tables that a run needs as a
//! whole.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::Store;
use super::records::{document, packed, understood, unpacked};
use crate::crash::PanicKind;
use crate::error::{Error, Result};
use crate::kb::{
    Coefficients, FramePattern, Guidance, Issue, Lead, LeadName, ModuleEntry, Rarity, ReleaseEntry,
    Releases, Signature, Status,
};
use crate::signature::FrameLists;

/// A known issue: its file, and the facts that compiling found out about it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownIssue {
    /// The issue as its file describes it.
    pub issue: Issue,
    /// For each signature, whether its texts and machine checks hold for crashes of no other issue.
    pub decisive: Vec<bool>,
    /// Its crash texts, in the order of their paths.
    pub exemplars: Vec<StoredExemplar>,
}

/// A signature as the matcher needs it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredSignature {
    /// Its texts and machine checks hold for crashes of no other issue.
    pub decisive: bool,
    /// The conditions.
    pub pattern: Signature,
}

/// A crash text of an issue: the frames that are compared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredExemplar {
    /// Path inside the knowledge base.
    pub path: String,
    /// Its panic kind; absent without a panic message.
    pub kind: Option<PanicKind>,
    /// True when nothing is known of its kind but that code called for the panic.
    pub is_called: bool,
    /// Story frames of the backtrace that decides, top first.
    pub frames: Vec<FramePattern>,
}

/// What crashes are compared with of one issue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredFace {
    /// Its signatures, in the order of its file.
    pub signatures: Vec<StoredSignature>,
    /// Its crash texts, in the order of their paths.
    pub exemplars: Vec<StoredExemplar>,
}

/// A face as it is kept, in binary form: a run reads those of fifty issues.
#[derive(Serialize, Deserialize)]
struct FaceRecord<'a> {
    #[serde(borrow)]
    signatures: Vec<SignatureRecord<'a>>,
    exemplars: Vec<ExemplarRecord<'a>>,
}

#[derive(Serialize, Deserialize)]
struct SignatureRecord<'a> {
    decisive: bool,
    /// The signature without its frames: nearly all of what it may ask for besides is absent, and JSON
    /// leaves that out.
    pattern: &'a [u8],
    #[serde(borrow)]
    frames: Vec<FrameRecord<'a>>,
    /// Those of which some must be present.
    some: Vec<FrameRecord<'a>>,
}

#[derive(Serialize, Deserialize)]
struct ExemplarRecord<'a> {
    path: &'a str,
    kind: Option<PanicKind>,
    is_called: bool,
    #[serde(borrow)]
    frames: Vec<FrameRecord<'a>>,
}

#[derive(Serialize, Deserialize)]
struct FrameRecord<'a> {
    function: &'a str,
    module: Option<&'a str>,
    version: Option<&'a str>,
    optional: bool,
    gap: Option<usize>,
}

impl<'a> From<&'a FramePattern> for FrameRecord<'a> {
    fn from(pattern: &'a FramePattern) -> Self {
        let FramePattern { function, module, version, optional, gap } = pattern;
        let (module, version) = (module.as_deref(), version.as_deref());
        Self { function, module, version, optional: *optional, gap: *gap }
    }
}

impl From<FrameRecord<'_>> for FramePattern {
    fn from(record: FrameRecord<'_>) -> Self {
        let FrameRecord { function, module, version, optional, gap } = record;
        let (module, version) = (module.map(str::to_owned), version.map(str::to_owned));
        Self { function: function.to_owned(), module, version, optional, gap }
    }
}

fn frame_records(patterns: &[FramePattern]) -> Vec<FrameRecord<'_>> {
    patterns.iter().map(FrameRecord::from).collect()
}

fn frame_patterns(records: Vec<FrameRecord<'_>>) -> Vec<FramePattern> {
    records.into_iter().map(FramePattern::from).collect()
}

impl<'a> From<&'a StoredExemplar> for ExemplarRecord<'a> {
    fn from(exemplar: &'a StoredExemplar) -> Self {
        let StoredExemplar { path, kind, is_called, frames } = exemplar;
        Self { path, kind: *kind, is_called: *is_called, frames: frame_records(frames) }
    }
}

impl From<ExemplarRecord<'_>> for StoredExemplar {
    fn from(record: ExemplarRecord<'_>) -> Self {
        let ExemplarRecord { path, kind, is_called, frames } = record;
        Self { path: path.to_owned(), kind, is_called, frames: frame_patterns(frames) }
    }
}

/// The functions of which a signature asks for some.
fn some_frames(signature: &Signature) -> &[FramePattern] {
    signature.some.as_ref().map_or(&[], |some| &some.of)
}

/// The record of what is compared of an issue.
///
/// # Errors
/// [`Error::Compiled`] when it cannot be written.
pub(super) fn face_record(known: &KnownIssue) -> Result<Vec<u8>> {
    let signatures = &known.issue.signatures;
    let mut patterns = Vec::with_capacity(signatures.len());
    for signature in signatures {
        let mut rest = Signature { frames: Vec::new(), ..signature.clone() };
        if let Some(some) = &mut rest.some {
            some.of.clear();
        }
        patterns.push(document(&rest)?);
    }
    let signatures = signatures.iter().zip(&known.decisive).zip(&patterns);
    let signatures = signatures.map(|((signature, decisive), pattern)| SignatureRecord {
        decisive: *decisive,
        pattern,
        frames: frame_records(&signature.frames),
        some: frame_records(some_frames(signature)),
    });
    let exemplars = known.exemplars.iter().map(ExemplarRecord::from);
    packed(&FaceRecord { signatures: signatures.collect(), exemplars: exemplars.collect() })
}

fn face_of(id: &str, record: &[u8]) -> Result<StoredFace> {
    let FaceRecord { signatures, exemplars } = unpacked(id, record)?;
    let mut face = StoredFace::default();
    for SignatureRecord { decisive, pattern, frames, some } in signatures {
        let mut pattern: Signature = understood(id, pattern)?;
        pattern.frames = frame_patterns(frames);
        if let Some(asked) = &mut pattern.some {
            asked.of = frame_patterns(some);
        }
        face.signatures.push(StoredSignature { decisive, pattern });
    }
    face.exemplars.extend(exemplars.into_iter().map(StoredExemplar::from));
    Ok(face)
}

impl From<&KnownIssue> for StoredFace {
    fn from(known: &KnownIssue) -> Self {
        let signatures = known.issue.signatures.iter().cloned().zip(&known.decisive);
        let signatures =
            signatures.map(|(pattern, decisive)| StoredSignature { decisive: *decisive, pattern });
        Self { signatures: signatures.collect(), exemplars: known.exemplars.clone() }
    }
}

/// What is known of the files that were compiled.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Facts {
    /// Number of files that could not be read.
    pub unread_files: usize,
    /// The fitted coefficients.
    pub coefficients: Option<Coefficients>,
}

/// The number of issues of each status whose signatures ask for a panic kind.
pub(super) type StatusCounts = Vec<(Status, u32)>;

pub(super) const FACTS: &str = "facts";
pub(super) const LEAD_NAMES: &str = "lead names";
pub(super) const LISTS: &str = "frame lists";
pub(super) const RARITY: &str = "rarity";
pub(super) const RELEASES: &str = "releases";

/// The name of the record of a module.
pub(super) fn module_record(module: &str) -> String {
    format!("module {module}")
}

/// The name of the record of a lead, by its place in the order of their numbers.
pub(super) fn lead_record(place: usize) -> String {
    format!("lead {place}")
}

/// The name of the record of the guidance for a panic kind; with `None` of that for every crash.
pub(super) fn guidance_record(kind: Option<&str>) -> String {
    format!("guidance {}", kind.unwrap_or_default())
}

/// The name of the record of the issues that ask for a panic kind.
pub(super) fn kind_record(kind: &str) -> String {
    format!("kind {kind}")
}

impl Store {
    /// Every issue with its status, in the order of the ids.
    pub fn issues(&self) -> impl ExactSizeIterator<Item = (&str, Status)> {
        let issues = self.records.issues.iter();
        issues.map(|entry| (entry.places.id.as_str(), entry.places.status))
    }

    /// The number of the issue with this id, in the order of [`Self::issues`].
    pub(crate) fn number_of(&self, id: &str) -> Option<usize> {
        self.records.number_of(id)
    }

    /// The status of the issue with this number.
    pub(crate) fn status(&self, number: usize) -> Option<Status> {
        self.records.issues.get(number).map(|entry| entry.places.status)
    }

    /// The issue with this id; read once and then shared.
    ///
    /// # Errors
    /// [`Error::Compiled`] when the record is damaged or cannot be understood; so for every method here.
    pub fn issue(&self, id: &str) -> Result<Option<Arc<KnownIssue>>> {
        let Some(entry) = self.number_of(id).map(|number| &self.records.issues[number]) else {
            return Ok(None);
        };
        if let Some(known) = entry.document.get() {
            return Ok(Some(Arc::clone(known)));
        }
        let known = Arc::new(understood(id, &self.records.at(entry.places.document)?)?);
        Ok(Some(Arc::clone(entry.document.get_or_init(|| known))))
    }

    /// What crashes are compared with of the issue with this number; nothing without one.
    pub(crate) fn face(&self, number: usize) -> Result<StoredFace> {
        let Some(entry) = self.records.issues.get(number) else {
            return Ok(StoredFace::default());
        };
        face_of(&entry.places.id, &self.records.at(entry.places.face)?)
    }

    /// The guidance for a panic kind; with `None` that for every crash. Its only kind is the one
    /// that was asked for.
    pub fn guidance(&self, kind: Option<&str>) -> Result<Vec<Guidance>> {
        Ok(self.document(&guidance_record(kind))?.unwrap_or_default())
    }

    /// The frame lists.
    pub fn frame_lists(&self) -> Result<FrameLists> {
        let (machinery, shared) = self.table(LISTS)?;
        Ok(FrameLists { machinery, shared })
    }

    /// The frame rarity.
    pub fn rarity(&self) -> Result<Rarity> {
        let (counts, total) = self.table(RARITY)?;
        Ok(Rarity { counts, total })
    }

    /// The fitted coefficients; `None` without any.
    pub fn coefficients(&self) -> Result<Option<Coefficients>> {
        Ok(self.table::<Facts>(FACTS)?.coefficients)
    }

    /// Number of kb files that could not be read when the store was compiled.
    pub fn unread_files(&self) -> Result<usize> {
        Ok(self.table::<Facts>(FACTS)?.unread_files)
    }

    /// The number of issues of each status whose signatures ask for a panic kind.
    pub fn issues_of_kind(&self, kind: &str) -> Result<Vec<(Status, u32)>> {
        let name = kind_record(kind);
        let found = self.records.named(&name)?;
        let counts: Option<StatusCounts> =
            found.map(|record| unpacked(&name, &record)).transpose()?;
        Ok(counts.unwrap_or_default())
    }

    /// What each lead names, in the order of their numbers.
    pub fn lead_names(&self) -> Result<Vec<Vec<LeadName>>> {
        self.table(LEAD_NAMES)
    }

    /// The lead at a place in the order of their numbers.
    pub fn lead(&self, place: usize) -> Result<Option<Lead>> {
        self.document(&lead_record(place))
    }

    /// The releases of every update line.
    pub fn releases(&self) -> Result<Releases> {
        let entries: Vec<ReleaseEntry> = self.table(RELEASES)?;
        Ok(Releases::new(entries))
    }

    /// The module with this name, as a backtrace prints it.
    pub fn module(&self, name: &str) -> Result<Option<ModuleEntry>> {
        self.document(&module_record(name))
    }

    /// A table that is read as a whole.
    fn table<T: DeserializeOwned>(&self, name: &str) -> Result<T> {
        let found = self.records.named(name)?;
        let found = found.ok_or_else(|| Error::Compiled(format!("the store has no {name}")))?;
        unpacked(name, &found)
    }

    /// The document with this name.
    fn document<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        self.records.named(name)?.map(|record| understood(name, &record)).transpose()
    }
}
