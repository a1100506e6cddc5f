//! What went wrong, as data: every failure names what was read and where.

use std::path::{Path, PathBuf};

/// A failure of the library; the text says what was done, to which file, and why it failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or directory could not be read or written.
    #[error("{}: cannot {action}: {source}", path.display())]
    Io {
        /// The attempted action, as a verb phrase.
        action: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// The cause reported by the operating system.
        source: std::io::Error,
    },
    /// An input is not text, so no purple screen can be in it as it stands.
    #[error("{}: this is {found}, expected the text of a purple screen or a log; {remedy}", path.display())]
    NotText {
        /// The input.
        path: PathBuf,
        /// What the first bytes say it is.
        found: &'static str,
        /// What the reader can do about it.
        remedy: &'static str,
    },
    /// Archives lie inside each other deeper than is read.
    #[error(
        "{}: archives lie {most} deep around it, which is as deep as is read; unpack the outer one, or use --limit archive-depth=NUMBER",
        path.display()
    )]
    TooDeep {
        /// The inner archive.
        path: PathBuf,
        /// The bound.
        most: u64,
    },
    /// Fragments of a cut member of a bundle are not there.
    #[error("{}: fragments {missing:?} are missing; the text goes on behind the gap", path.display())]
    MissingFragments {
        /// The member.
        path: PathBuf,
        /// Their numbers, the first few.
        missing: Vec<u64>,
    },
    /// A directory to export into holds something else.
    #[error(
        "{}: holds files that are no earlier export ({marker} is missing or not its own), expected a new or empty directory",
        path.display()
    )]
    NotAnExport {
        /// The directory.
        path: PathBuf,
        /// Name of the file that marks an export.
        marker: &'static str,
    },
    /// A file of the knowledge base does not follow its format.
    #[error("{path}:{line}: {problem}")]
    KbSyntax {
        /// Path inside the knowledge base.
        path: String,
        /// Line, counted from 1.
        line: usize,
        /// What was found and what was expected.
        problem: String,
    },
    /// SQLite refused an operation on the store.
    #[error("store: cannot {action}: {source}")]
    Store {
        /// The attempted action, as a verb phrase.
        action: &'static str,
        /// The cause reported by SQLite.
        source: rusqlite::Error,
    },
    /// The store could not be brought to the current schema.
    #[error("store: cannot apply migrations: {0}")]
    Migration(#[from] refinery::Error),
    /// Tantivy refused an operation on the index.
    #[error("index: cannot {action}: {source}")]
    Index {
        /// The attempted action, as a verb phrase.
        action: &'static str,
        /// The cause reported by tantivy.
        source: Box<tantivy::TantivyError>,
    },
    /// A stored crash was written by a newer program.
    #[error("stored crash: it has version {found}, this program reads versions up to {known}")]
    StoredVersion {
        /// The version of the record.
        found: u32,
        /// The newest version that is known.
        known: u32,
    },
    /// A text is not a stored crash.
    #[error("stored crash: {0}")]
    Stored(String),
    /// The compiled knowledge base holds something that the program does not understand.
    #[error("compiled knowledge base: {0}; delete the cache directory to build it again")]
    Compiled(String),
}

/// The result of every fallible library function.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Returns a closure that wraps an [`std::io::Error`] with the action and the path.
    pub fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Error::Io { action, path, source }
    }

    /// Returns a closure that wraps an SQLite error with the action.
    pub fn store(action: &'static str) -> impl FnOnce(rusqlite::Error) -> Self {
        move |source| Error::Store { action, source }
    }

    /// Returns a closure that wraps a tantivy error with the action.
    pub fn index(action: &'static str) -> impl FnOnce(tantivy::TantivyError) -> Self {
        move |source| Error::Index { action, source: Box::new(source) }
    }
}
