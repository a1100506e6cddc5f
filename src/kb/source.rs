//! Where kb files come from: the binary itself, or a directory.
//!
//! A directory may hold anything: core dumps beside the crash texts, links, files of other owners.
//! Only files that have a place in a knowledge base are read, each up to a bound, and one that is not
//! read stays in the list with the reason, so that lint can name it.

use std::borrow::Cow;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use rust_embed::RustEmbed;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use walkdir::{DirEntry, WalkDir};

use super::finding::{Finding, FindingCode};
use super::place::KbPlace;
use crate::error::{Error, Result};

#[derive(RustEmbed)]
#[folder = "kb"]
struct Shipped;

/// A directory of kb files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KbSource {
    /// The directory that is inside the binary.
    Shipped,
    /// A team's own directory, whose files replace those of the sources before it.
    Directory(PathBuf),
}

/// One file of the knowledge base.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KbFile {
    /// Path inside the knowledge base, with `/`.
    pub path: String,
    /// Content; bytes that are not UTF-8 are replaced. Empty for a file that is not read.
    pub text: Cow<'static, str>,
    /// The reason why it is not read.
    pub unread: Option<Unread>,
}

/// The reason why a file is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unread {
    /// The knowledge base has no place for it.
    NoPlace,
    /// It is a link to this path.
    Link(PathBuf),
    /// It is longer than [`MAX_FILE_BYTES`].
    TooLong(u64),
    /// It is a device, a pipe or a socket.
    Special,
    /// The operating system refused, for this reason.
    Failed(String),
}

/// Longest file that is read: 100 times the longest shipped one.
pub const MAX_FILE_BYTES: u64 = 16 * 1024 * 1024;

impl Unread {
    fn from_error(error: io::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

impl fmt::Display for Unread {
    /// As a finding names the reason.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unread::NoPlace => formatter.write_str("no place"),
            Unread::Link(target) => write!(formatter, "→ {}", target.display()),
            Unread::TooLong(length) => write!(formatter, "{length} B > {MAX_FILE_BYTES} B"),
            Unread::Special => formatter.write_str("not a regular file"),
            Unread::Failed(reason) => formatter.write_str(reason),
        }
    }
}

impl KbSource {
    /// Every file, in the order of the paths, those that are not read too.
    ///
    /// # Errors
    /// [`Error::Io`] when the directory cannot be read at all.
    pub fn files(&self) -> Result<Vec<KbFile>> {
        match self {
            KbSource::Shipped => Ok(shipped_files()),
            KbSource::Directory(directory) => directory_files(directory),
        }
    }

    /// Adds the paths and hashes of the files to `digest`.
    fn add_to(&self, digest: &mut Sha256) -> Result<()> {
        match self {
            // Made when the binary was built: no file is read here.
            KbSource::Shipped => digest.update(env!("SHIPPED_KB_DIGEST")),
            KbSource::Directory(directory) => {
                for file in directory_files(directory)? {
                    match file.unread {
                        None => {
                            add_file(digest, &file.path, &Sha256::digest(file.text.as_bytes()));
                        }
                        // It does not influence any answer.
                        Some(Unread::NoPlace) => {}
                        Some(reason) => add_file(digest, &file.path, reason.to_string().as_bytes()),
                    }
                }
            }
        }
        digest.update(b"end of source");
        Ok(())
    }
}

pub(super) fn add_file(digest: &mut Sha256, path: impl AsRef<[u8]>, hash: &[u8]) {
    let path = path.as_ref();
    digest.update((path.len() as u64).to_le_bytes());
    digest.update(path);
    digest.update(hash);
}

/// The digest of `sources` in their order, in hexadecimal.
///
/// # Errors
/// [`Error::Io`] when a directory cannot be read.
pub fn digest_of(sources: &[KbSource]) -> Result<String> {
    let mut digest = Sha256::new();
    for source in sources {
        source.add_to(&mut digest)?;
    }
    Ok(hexadecimal(&digest.finalize()))
}

/// Digits of a digest.
pub(crate) const DIGEST_DIGITS: usize = 32;

pub(super) fn hexadecimal(digest: &[u8]) -> String {
    digest.iter().take(DIGEST_DIGITS / 2).map(|byte| format!("{byte:02x}")).collect()
}

/// The error of a file whose line `line` does not follow its format.
pub(super) fn syntax_error(path: &str, line: usize, problem: impl Into<String>) -> Error {
    Error::KbSyntax { path: path.to_owned(), line, problem: problem.into() }
}

/// Hands over the rows of the table in the file `path`, which has the content `text`. A row with a
/// problem is left out and becomes a finding of this code.
pub(super) fn read_rows<R: DeserializeOwned>(
    path: &str,
    text: &str,
    code: FindingCode,
    take: &mut dyn FnMut(R) -> Result<(), String>,
) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headers = reader.headers().cloned().map_err(|error| row_error(path, &error))?;
    for record in reader.records() {
        let record = record.map_err(|error| row_error(path, &error))?;
        let row = record.deserialize(Some(&headers)).map_err(|error| row_error(path, &error))?;
        if let Err(problem) = take(row) {
            let line = record.position().map_or(1, |position| position.line() as usize);
            findings.push(Finding::new(path, code, problem).at(line));
        }
    }
    Ok(findings)
}

/// The error of a table whose row cannot be read.
pub(super) fn row_error(path: &str, error: &csv::Error) -> Error {
    let line = error.position().map_or(1, |position| position.line() as usize);
    syntax_error(path, line, error.to_string())
}

fn shipped_files() -> Vec<KbFile> {
    let mut files: Vec<KbFile> = Shipped::iter()
        .filter_map(|path| {
            let text = match Shipped::get(&path)?.data {
                Cow::Borrowed(bytes) => String::from_utf8_lossy(bytes),
                Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
            };
            Some(KbFile { path: path.into_owned(), text, unread: None })
        })
        .collect();
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

/// What lies below a directory, in the order of the names.
fn entries(directory: &Path) -> impl Iterator<Item = walkdir::Result<DirEntry>> {
    WalkDir::new(directory).sort_by_file_name().into_iter().filter_entry(|entry| {
        entry.depth() == 0 || !is_hidden(entry.file_name().as_encoded_bytes())
    })
}

/// True for `.git` and files of editors, which are not part of a knowledge base.
pub(super) fn is_hidden(name: &[u8]) -> bool {
    name.starts_with(b".")
}

fn directory_files(directory: &Path) -> Result<Vec<KbFile>> {
    let mut files = Vec::new();
    for entry in entries(directory) {
        match entry {
            Ok(entry) => files.extend(file_of(&entry, directory)),
            Err(error) if error.depth() == 0 => {
                let source = error.into_io_error().unwrap_or_else(|| io::Error::other("a loop"));
                return Err(Error::Io { action: "walk", path: directory.to_path_buf(), source });
            }
            Err(error) => {
                let path = kb_path(error.path().unwrap_or(directory), directory);
                let reason = error.into_io_error().map(|error| error.to_string());
                let unread = Some(Unread::Failed(reason.unwrap_or_default()));
                files.push(KbFile { path, text: Cow::Borrowed(""), unread });
            }
        }
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(files)
}

/// The path inside the knowledge base, with `/`.
fn kb_path(path: &Path, directory: &Path) -> String {
    let relative = path.strip_prefix(directory).unwrap_or(path);
    let parts: Vec<Cow<'_, str>> = relative.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

/// The file of an entry of a directory, read where it has a place; `None` for a directory.
fn file_of(entry: &DirEntry, directory: &Path) -> Option<KbFile> {
    let kind = entry.file_type();
    if kind.is_dir() {
        return None;
    }
    let path = kb_path(entry.path(), directory);
    let has_place = KbPlace::of_path(&path).is_some();
    let read = if kind.is_symlink() && (has_place || KbPlace::is_folder(&path)) {
        Err(Unread::Link(entry.path().read_link().unwrap_or_default()))
    } else if !has_place {
        Err(Unread::NoPlace)
    } else if kind.is_file() {
        read_bounded(entry.path())
    } else {
        Err(Unread::Special)
    };
    Some(match read {
        Ok(text) => KbFile { path, text: Cow::Owned(text), unread: None },
        Err(reason) => KbFile { path, text: Cow::Borrowed(""), unread: Some(reason) },
    })
}

/// Reads a file unless it is too long, even one that grows while it is read.
fn read_bounded(path: &Path) -> Result<String, Unread> {
    let file = File::open(path).map_err(Unread::from_error)?;
    let length = file.metadata().map_err(Unread::from_error)?.len();
    if length > MAX_FILE_BYTES {
        return Err(Unread::TooLong(length));
    }
    let mut bytes = Vec::new();
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(Unread::from_error)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(Unread::TooLong(bytes.len() as u64));
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_shipped_directory_has_its_tables() {
        let files = KbSource::Shipped.files().expect("files in the binary");
        for path in ["releases.csv", "frames/machinery.txt"] {
            assert!(files.iter().any(|file| file.path == path), "{path}");
        }
    }

    /// Every file of a directory, with the start of the reason why it is not read.
    fn read(directory: &Path) -> Vec<String> {
        let files = KbSource::Directory(directory.to_path_buf()).files().expect("files");
        let shown = files.iter().map(|file| match &file.unread {
            None => format!("{} {}", file.path, file.text),
            Some(reason) => format!("{}: {reason}", file.path),
        });
        shown.collect()
    }

    #[test]
    fn only_files_with_a_place_are_read_and_each_up_to_a_bound() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path();
        fs::create_dir(path.join("issues")).expect("create");
        fs::write(path.join("issues/KB1.md"), "a").expect("write");
        let long = File::create(path.join("issues/KB2.md")).expect("create");
        long.set_len(MAX_FILE_BYTES + 1).expect("a sparse file");
        let dump = File::create(path.join("vmcore")).expect("create");
        dump.set_len(1 << 40).expect("a sparse file");
        let found =
            ["issues/KB1.md a", "issues/KB2.md: 16777217 B > 16777216 B", "vmcore: no place"];
        assert_eq!(read(path), found);
    }

    #[cfg(unix)]
    #[test]
    fn links_and_unreadable_files_are_named_and_the_others_read() {
        use std::os::unix::fs::symlink;
        use std::os::unix::net::UnixListener;

        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path();
        fs::create_dir(path.join("issues")).expect("create");
        fs::write(path.join("issues/KB1.md"), "a").expect("write");
        symlink("KB1.md", path.join("issues/KB2.md")).expect("a link");
        symlink("/", path.join("crashes")).expect("a link");
        symlink("/", path.join("elsewhere")).expect("a link");
        let _socket = UnixListener::bind(path.join("issues/KB3.md")).expect("a socket");
        let found = [
            "crashes: → /",
            "elsewhere: no place",
            "issues/KB1.md a",
            "issues/KB2.md: → KB1.md",
            "issues/KB3.md: not a regular file",
        ];
        assert_eq!(read(path), found);
    }

    #[test]
    fn the_digest_changes_with_a_file_and_its_name() {
        let directory = tempfile::tempdir().expect("a directory");
        let sources = [KbSource::Directory(directory.path().to_path_buf())];
        fs::write(directory.path().join("README.md"), "1").expect("write");
        let first = digest_of(&sources).expect("a digest");
        assert_eq!(first, digest_of(&sources).expect("a digest"));
        fs::write(directory.path().join("README.md"), "2").expect("write");
        let second = digest_of(&sources).expect("a digest");
        let renamed = directory.path().join("modules.csv");
        fs::rename(directory.path().join("README.md"), renamed).expect("rename");
        let third = digest_of(&sources).expect("a digest");
        assert!(first != second && second != third && first != third);
        fs::write(directory.path().join("notes"), "4").expect("write");
        assert_eq!(third, digest_of(&sources).expect("a digest"));
    }
}
