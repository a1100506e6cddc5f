//! SQLite: issues by build, signatures, exemplars, releases, modules and guidance.
//!
//! Everything in here is derived from `kb/`; the file can be deleted at any time.

mod read;
mod schema;
mod write;

pub use read::{StoredExemplar, StoredIssue, StoredSignature};
pub use schema::{SCHEMA_VERSION, Store};
pub use write::{CompiledExemplar, Decisive};
