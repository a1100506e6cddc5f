//! The compiled knowledge base as it is asked: records, and SQLite.
//!
//! Everything in here is derived from `kb/`; the files can be deleted at any time. A crash is compared
//! with records (`records.rs`): what is compared of an issue, its document, guidance, the tables of a
//! run. They are read one by one where they lie, so that a start costs little however many issues there
//! are. Questions about all issues, by the builds, functions, modules and articles that they name, are
//! answered by SQLite (`questions.rs`), which is opened by the first of them (`tables.rs`). Both are
//! written once (`write.rs`) and then only read. A document is read once and then shared, so a store may
//! be used by several threads at once.

mod bytes;
mod questions;
mod read;
mod records;
mod tables;
mod write;

pub(crate) use bytes::{Extent, FormPart, FormSource, unread};
pub use questions::ListedIssue;
pub use read::{KnownIssue, StoredExemplar, StoredFace, StoredSignature};
pub(crate) use tables::SCHEMA_VERSION;
pub use write::CompiledIssue;
pub(crate) use write::StoreParts;

use records::Records;
use tables::Tables;

use crate::error::Result;

/// The compiled knowledge base, but for its indexes.
#[derive(Debug)]
pub struct Store {
    records: Records,
    tables: Tables,
}

impl Store {
    /// The store of these parts; `places` are those of the records, and the tables are read by the first
    /// question about all issues.
    ///
    /// # Errors
    /// [`crate::error::Error::Compiled`] when the places cannot be understood.
    pub(crate) fn open(places: &[u8], records: FormPart, tables: FormPart) -> Result<Self> {
        Ok(Self { records: Records::open(places, records)?, tables: Tables::new(tables) })
    }

    /// Reads every record, and asks the tables.
    #[cfg(test)]
    pub(crate) fn check_all(&self) -> Result<()> {
        self.records.check_all()?;
        self.listed_issues().map(drop)
    }
}
