//! Reading the store: documents by id, and the tables that a run needs as a whole.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{IssueEntry, Store};
use crate::crash::PanicKind;
use crate::error::{Error, Result};
use crate::kb::{
    Branch, CALIBRATION_FILE, Coefficients, Fitted, FramePattern, Guidance, Issue, Lead, LeadName,
    ModuleEntry, Rarity, ReleaseEntry, Releases, Signature, Status,
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

/// A face as it is kept: a run reads fifty of them, so that frames have no names of fields.
#[derive(Serialize, Deserialize)]
pub(super) struct FaceDocument {
    signatures: Vec<Signature>,
    decisive: Vec<bool>,
    exemplars: Vec<ExemplarRow>,
}

/// A crash text as it is kept: path, panic kind, whether code called for the panic, and functions with
/// their modules.
type ExemplarRow = (String, Option<PanicKind>, bool, Vec<(String, Option<String>)>);

impl From<&KnownIssue> for FaceDocument {
    fn from(known: &KnownIssue) -> Self {
        let exemplars = known.exemplars.iter().map(|exemplar| {
            // A crash text is asked for functions and modules alone.
            let frames = exemplar.frames.iter();
            let frames = frames.map(|frame| (frame.function.clone(), frame.module.clone()));
            (exemplar.path.clone(), exemplar.kind, exemplar.is_called, frames.collect())
        });
        Self {
            signatures: known.issue.signatures.clone(),
            decisive: known.decisive.clone(),
            exemplars: exemplars.collect(),
        }
    }
}

impl From<&KnownIssue> for StoredFace {
    fn from(known: &KnownIssue) -> Self {
        FaceDocument::from(known).into()
    }
}

impl From<FaceDocument> for StoredFace {
    fn from(document: FaceDocument) -> Self {
        let signatures = document.signatures.into_iter().zip(document.decisive);
        let exemplars = document.exemplars.into_iter().map(|(path, kind, is_called, frames)| {
            let frames = frames.into_iter();
            let frames = frames.map(|(function, module)| FramePattern {
                function,
                module,
                ..FramePattern::default()
            });
            StoredExemplar { path, kind, is_called, frames: frames.collect() }
        });
        Self {
            signatures: signatures
                .map(|(pattern, decisive)| StoredSignature { decisive, pattern })
                .collect(),
            exemplars: exemplars.collect(),
        }
    }
}

/// Between the fields of a release as it is kept. Every start reads some three hundred releases,
/// which takes four times as long as JSON.
const FIELD_END: char = '\u{1f}';

/// The releases as they are kept, a line each: update line, name, build, date, branch, full name.
pub(super) fn release_lines(entries: &[ReleaseEntry]) -> String {
    let mut lines = String::new();
    for ReleaseEntry { line, name, build, date, branch, vendor_name } in entries {
        let fields = [line, name, &build.to_string(), date, branch.as_str(), vendor_name];
        // No release is called so; a table that says otherwise must not make two of one.
        let fields = fields.map(|field| field.replace([FIELD_END, '\n'], " "));
        lines.push_str(&fields.join(FIELD_END.encode_utf8(&mut [0; 4])));
        lines.push('\n');
    }
    lines
}

fn release_of(line: &str) -> Option<ReleaseEntry> {
    let mut fields = line.split(FIELD_END);
    Some(ReleaseEntry {
        line: fields.next()?.to_owned(),
        name: fields.next()?.to_owned(),
        build: fields.next()?.parse().ok()?,
        date: fields.next()?.to_owned(),
        branch: Branch::from_name(fields.next()?)?,
        vendor_name: fields.next()?.to_owned(),
    })
}

impl Store {
    fn meta(&self, key: &str) -> Result<Option<String>> {
        self.first("SELECT value FROM meta WHERE key = ?1", [key])
    }

    fn entries(&self) -> Result<&BTreeMap<String, IssueEntry>> {
        if let Some(entries) = self.issues.get() {
            return Ok(entries);
        }
        let rows = self.rows("SELECT id, status FROM issues", [], |row| {
            Ok((row.get(0)?, IssueEntry { status: row.get(1)?, document: OnceLock::new() }))
        })?;
        Ok(self.issues.get_or_init(|| rows.into_iter().collect()))
    }

    /// The ids of every issue, in order, with their status.
    ///
    /// # Errors
    /// [`Error::Store`] when SQLite fails; so for every method here, and [`Error::Compiled`] when a
    /// document cannot be understood.
    pub fn issue_ids(&self) -> Result<Vec<(String, Status)>> {
        let entries = self.entries()?.iter();
        Ok(entries.map(|(id, entry)| (id.clone(), entry.status)).collect())
    }

    /// The issue with this id; read once and then shared.
    pub fn issue(&self, id: &str) -> Result<Option<Arc<KnownIssue>>> {
        let Some(entry) = self.entries()?.get(id) else {
            return Ok(None);
        };
        if let Some(known) = entry.document.get() {
            return Ok(Some(Arc::clone(known)));
        }
        let known = self.document("SELECT document FROM issues WHERE id = ?1", id)?.map(Arc::new);
        Ok(known.map(|known| Arc::clone(entry.document.get_or_init(|| known))))
    }

    /// What crashes are compared with of an issue; `None` for an unknown one.
    pub fn face(&self, issue: &str) -> Result<Option<StoredFace>> {
        let face: Option<FaceDocument> =
            self.document("SELECT face FROM issues WHERE id = ?1", issue)?;
        Ok(face.map(StoredFace::from))
    }

    /// The guidance for a panic kind; with `None` that for every crash. Its only kind is the one
    /// that was asked for.
    pub fn guidance(&self, kind: Option<&str>) -> Result<Vec<Guidance>> {
        let sql = "SELECT g.id, g.document FROM guidance_kinds k JOIN guidance g ON g.id = k.guidance \
                   WHERE k.kind = ?1 ORDER BY k.guidance";
        let rows: Vec<(String, String)> =
            self.rows(sql, [kind.unwrap_or_default()], |row| row.try_into())?;
        let guidance = rows.iter().map(|(id, text)| {
            let kinds = kind.map(str::to_owned).into_iter().collect();
            Ok(Guidance { kinds, ..understood(id, text)? })
        });
        guidance.collect()
    }

    /// The frame lists.
    pub fn frame_lists(&self) -> Result<FrameLists> {
        Ok(FrameLists { machinery: self.table("machinery")?, shared: self.table("shared")? })
    }

    /// The frame rarity.
    pub fn rarity(&self) -> Result<Rarity> {
        let (counts, total) = self.table("rarity")?;
        Ok(Rarity { counts, total })
    }

    /// The fitted coefficients; `None` without any.
    pub fn coefficients(&self) -> Result<Option<Coefficients>> {
        let text = self.meta("calibration")?;
        let fitted = text.map(|text| Fitted::parse(CALIBRATION_FILE, &text)).transpose()?;
        Ok(fitted.map(|fitted| fitted.coefficients))
    }

    /// Number of kb files that could not be read when the store was compiled.
    pub fn unread_files(&self) -> Result<usize> {
        Ok(self.meta("unread-files")?.and_then(|count| count.parse().ok()).unwrap_or_default())
    }

    /// What each lead names, in the order of their numbers.
    pub fn lead_names(&self) -> Result<Vec<Vec<LeadName>>> {
        self.table("lead_names")
    }

    /// The lead at a place in the order of their numbers.
    pub fn lead(&self, place: usize) -> Result<Option<Lead>> {
        let found = self.first("SELECT document FROM leads WHERE place = ?1", [place as i64])?;
        found.map(|text| understood("a lead", &text)).transpose()
    }

    /// The releases of every update line.
    pub fn releases(&self) -> Result<Releases> {
        let lines = self.meta("releases")?.unwrap_or_default();
        let read: Option<Vec<ReleaseEntry>> = lines.lines().map(release_of).collect();
        let entries = read.ok_or_else(|| Error::Compiled("the releases of the store".into()))?;
        Ok(Releases::new(entries))
    }

    /// The module with this name, as a backtrace prints it.
    pub fn module(&self, name: &str) -> Result<Option<ModuleEntry>> {
        self.document("SELECT document FROM modules WHERE module = ?1", name)
    }

    /// A table that is read as a whole.
    fn table<T: DeserializeOwned>(&self, name: &str) -> Result<T> {
        let found = self.document("SELECT value FROM meta WHERE key = ?1", name)?;
        found.ok_or_else(|| Error::Compiled(format!("the store has no {name}")))
    }

    /// The document that `sql` finds for `id`.
    fn document<T: DeserializeOwned>(&self, sql: &str, id: &str) -> Result<Option<T>> {
        self.first(sql, [id])?.map(|text| understood(id, &text)).transpose()
    }
}

fn understood<T: DeserializeOwned>(id: &str, text: &str) -> Result<T> {
    serde_json::from_str(text)
        .map_err(|error| Error::Compiled(format!("document of {id}: {error}")))
}
