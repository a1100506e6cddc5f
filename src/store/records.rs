//! The records: what crashes are compared with, documents, and tables that are read as a whole, each
//! with a place of its own in one part of bytes.
//!
//! The places are read at the start, the records when they are asked for. Records that every run reads
//! many of are binary (`postcard`); documents are JSON, whose optional fields a binary form cannot leave
//! out.

use std::sync::{Arc, OnceLock};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::bytes::{Extent, FormPart};
use super::read::KnownIssue;
use crate::error::{Error, Result};
use crate::kb::Status;

/// The places of all records.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct RecordTable {
    /// In the order of the ids.
    pub issues: Vec<IssueExtents>,
    /// By name, in order.
    pub others: Vec<(String, Extent)>,
}

/// The places of the records of an issue.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct IssueExtents {
    pub id: String,
    pub status: Status,
    pub face: Extent,
    pub document: Extent,
}

/// A known issue with the places of its records, and its document once it has been read.
#[derive(Debug)]
pub(super) struct IssueEntry {
    pub places: IssueExtents,
    pub document: OnceLock<Arc<KnownIssue>>,
}

/// The records of a compiled knowledge base.
#[derive(Debug)]
pub(super) struct Records {
    part: FormPart,
    pub issues: Vec<IssueEntry>,
    others: Vec<(String, Extent)>,
}

impl Records {
    /// The records in `part`, at the places that `places` has.
    ///
    /// # Errors
    /// [`Error::Compiled`] when the places cannot be understood; so for every method here, of a record.
    pub(super) fn open(places: &[u8], part: FormPart) -> Result<Self> {
        let RecordTable { issues, others } = unpacked("the places of the records", places)?;
        let sorted = issues.is_sorted_by(|one, other| one.id < other.id)
            && others.is_sorted_by(|one, other| one.0 < other.0);
        if !sorted {
            return Err(Error::Compiled("the places of the records are in no order".into()));
        }
        let issues = issues.into_iter();
        let issues = issues.map(|places| IssueEntry { places, document: OnceLock::new() });
        Ok(Self { part, issues: issues.collect(), others })
    }

    /// The number of the issue with this id, in their order.
    pub(super) fn number_of(&self, id: &str) -> Option<usize> {
        self.issues.binary_search_by(|entry| entry.places.id.as_str().cmp(id)).ok()
    }

    /// The record with this name; `None` without one.
    pub(super) fn named(&self, name: &str) -> Result<Option<Vec<u8>>> {
        let place = self.others.binary_search_by(|(other, _)| other.as_str().cmp(name));
        place.ok().map(|place| self.at(self.others[place].1)).transpose()
    }

    pub(super) fn at(&self, place: Extent) -> Result<Vec<u8>> {
        self.part.record(place)
    }

    /// Reads every record.
    #[cfg(test)]
    pub(super) fn check_all(&self) -> Result<()> {
        let issues =
            self.issues.iter().flat_map(|entry| [entry.places.face, entry.places.document]);
        let mut all = issues.chain(self.others.iter().map(|(_, place)| *place));
        all.try_for_each(|place| self.at(place).map(drop))
    }
}

/// Records that are being written one after another.
#[derive(Debug, Default)]
pub(super) struct NewRecords {
    pub bytes: Vec<u8>,
    pub places: RecordTable,
}

impl NewRecords {
    pub(super) fn add(&mut self, record: &[u8]) -> Extent {
        let place = Extent::new(self.bytes.len() as u64, record);
        self.bytes.extend_from_slice(record);
        place
    }

    pub(super) fn add_named(&mut self, name: impl Into<String>, record: &[u8]) {
        let place = self.add(record);
        self.places.others.push((name.into(), place));
    }
}

/// A value in the binary form.
///
/// # Errors
/// [`Error::Compiled`] when it has something that the form cannot hold.
pub(super) fn packed(value: &impl Serialize) -> Result<Vec<u8>> {
    let packed = postcard::to_allocvec(value);
    packed.map_err(|error| Error::Compiled(format!("a record cannot be written: {error}")))
}

/// The value that is packed in `bytes`.
pub(super) fn unpacked<'a, T: Deserialize<'a>>(what: &str, bytes: &'a [u8]) -> Result<T> {
    postcard::from_bytes(bytes).map_err(|error| Error::Compiled(format!("{what}: {error}")))
}

/// A value as JSON.
///
/// # Errors
/// [`Error::Compiled`] when it has something that JSON cannot hold.
pub(super) fn document(value: &impl Serialize) -> Result<Vec<u8>> {
    let document = serde_json::to_vec(value);
    document.map_err(|error| Error::Compiled(format!("a document cannot be written: {error}")))
}

/// The value of the JSON in `bytes`.
pub(super) fn understood<T: DeserializeOwned>(what: &str, bytes: &[u8]) -> Result<T> {
    serde_json::from_slice(bytes)
        .map_err(|error| Error::Compiled(format!("document of {what}: {error}")))
}
