//! Errors of the library, as data: every failure names the attempted action and the place.
//!
//! The errors of other libraries are boxed. The rooms that use SQLite and tantivy wrap their
//! errors themselves, so that reading a crash needs neither of the two.

use std::path::{Path, PathBuf};

/// An error of another library.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// A failure of the library; the text names the action, the file, and the reason.
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
    /// An input is not text, so no purple screen can be read in it.
    #[error("{}: this is {found}, expected the text of a purple screen or a log; {remedy}", path.display())]
    NotText {
        /// The input.
        path: PathBuf,
        /// The kind of file that its first bytes show.
        found: &'static str,
        /// How the reader can make a text of it.
        remedy: &'static str,
    },
    /// A picture gives no text of a purple screen.
    #[error("{}: this is {found}, {reason}; {remedy}", path.display())]
    NotAScreen {
        /// The picture.
        path: PathBuf,
        /// The kind of file that its first bytes show.
        found: &'static str,
        /// Why nothing was read.
        reason: String,
        /// What the reader can do.
        remedy: &'static str,
    },
    /// A picture is read in part.
    #[error("{}: {partly}", path.display())]
    PartOfAPicture {
        /// The picture.
        path: PathBuf,
        /// What is left out.
        partly: String,
    },
    /// Archives are nested deeper than is read.
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
    /// A sparse file is packed in a form whose holes are not filled.
    #[error("{}: a sparse file; its parts are read without the holes between them", path.display())]
    WithoutHoles {
        /// The member.
        path: PathBuf,
    },
    /// Fragments of a split member of a bundle are missing.
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
        /// The fault, and the expected form.
        problem: String,
    },
    /// SQLite refused an operation on the store.
    #[error("store: cannot {action}: {source}")]
    Store {
        /// The attempted action, as a verb phrase.
        action: &'static str,
        /// The cause reported by SQLite.
        source: Cause,
    },
    /// Tantivy refused an operation on the index.
    #[error("index: cannot {action}: {source}")]
    Index {
        /// The attempted action, as a verb phrase.
        action: &'static str,
        /// The cause reported by tantivy.
        source: Cause,
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
    /// A ledger cannot be opened, read or written, or holds something that is not understood.
    #[error("{}: {problem}", path.display())]
    Ledger {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what to do.
        problem: String,
    },
    /// A file with symbols, or the directory of their tables, is of no use.
    #[error("{}: {problem}", path.display())]
    Symbols {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what to do.
        problem: String,
    },
    /// A query of the ledger is not understood.
    #[error("query: {0}")]
    Query(String),
    /// The compiled knowledge base holds something that the program does not understand.
    #[error("compiled knowledge base: {0}")]
    Compiled(String),
    /// The compiled knowledge base in the cache was of no use, and the answer comes from one that was
    /// compiled instead.
    #[error(
        "{}: {problem}; {}", path.display(),
        if *healed { "compiled again" } else { "compiled in memory, for this run alone" }
    )]
    Cache {
        /// The file or directory.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
        /// True when the cache has the new one.
        healed: bool,
    },
}

/// The result of every fallible library function.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// True when the compiled knowledge base is at fault, which can be compiled again.
    pub fn is_of_compiled(&self) -> bool {
        matches!(self, Error::Store { .. } | Error::Index { .. } | Error::Compiled(_))
    }

    /// Returns a closure that wraps an [`std::io::Error`] with the action and the path.
    pub fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Error::Io { action, path, source }
    }
}
