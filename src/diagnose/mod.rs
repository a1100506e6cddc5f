//! The answer: the issue that a crash is, whether its host has the fix, and the steps to take next.
//!
//! [`prepare`] turns a crash that was read into a [`Subject`]: frames with roles, keys, fingerprint
//! and the host's place in the release list. [`diagnose`] holds the subject against everything that
//! is known and gives a [`Diagnosis`], [`diagnose_against`] holds it against one issue. All of them
//! are plain data in no language, and can be stored ([`Stored`]) and read back; `report/` translates
//! and renders them. Nothing here reads input or prints.

mod causes;
mod diagnosis;
mod draft;
mod given_host;
mod knowledge;
mod leads;
mod stored;
mod subject;

pub use causes::{CauseShare, Causes};
pub use diagnosis::{
    DiagnosedFix, DiagnosedMatch, Diagnosis, IssueDiagnosis, diagnose, diagnose_against,
    diagnose_at_least,
};
pub use draft::{Draft, DraftNames, draft_of};
pub(crate) use draft::{one_line, quoted, screen_text};
pub use given_host::GivenHost;
pub use knowledge::{Advice, Handbook, Knowledge};
pub use leads::DiagnosedLead;
pub(crate) use leads::Leads;
pub use stored::{STORED_VERSION, Stored};
pub use subject::{Lists, Subject, prepare};

use crate::error::Result;
use crate::read::crashes_in_text;

/// The diagnosis of every crash in `text`, in printed order, by the shipped knowledge base.
///
/// The first call compiles that knowledge base in memory and keeps it for the life of the process
/// ([`Knowledge::shipped`]); nothing is written to disk.
///
/// # Errors
/// [`crate::error::Error::Store`] and [`crate::error::Error::Index`] when the compiled knowledge
/// base cannot be made or asked.
pub fn recognise(text: &str) -> Result<Vec<Diagnosis>> {
    let knowledge = Knowledge::shipped()?;
    crashes_in_text(text)
        .into_iter()
        .map(|found| diagnose(&prepare(found, knowledge), knowledge))
        .collect()
}
