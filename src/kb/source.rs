//! Where kb files come from: the binary itself, or a directory.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};

use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

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
    /// Content; bytes that are not UTF-8 are replaced.
    pub text: Cow<'static, str>,
}

impl KbSource {
    /// Every file, in the order of the paths.
    ///
    /// # Errors
    /// [`Error::Io`] when a directory or a file in it cannot be read.
    pub fn files(&self) -> Result<Vec<KbFile>> {
        match self {
            KbSource::Shipped => Ok(shipped_files()),
            KbSource::Directory(directory) => directory_files(directory),
        }
    }

    /// Adds the paths and hashes of the files to `digest`.
    fn add_to(&self, digest: &mut Sha256) -> Result<()> {
        match self {
            // The hashes were made when the binary was built: no file is read here.
            KbSource::Shipped => {
                for path in Shipped::iter() {
                    if let Some(file) = Shipped::get(&path) {
                        add_file(digest, &path, &file.metadata.sha256_hash());
                    }
                }
            }
            KbSource::Directory(directory) => {
                for file in directory_files(directory)? {
                    add_file(digest, &file.path, &Sha256::digest(file.text.as_bytes()));
                }
            }
        }
        digest.update(b"end of source");
        Ok(())
    }
}

fn add_file(digest: &mut Sha256, path: &str, hash: &[u8]) {
    digest.update((path.len() as u64).to_le_bytes());
    digest.update(path.as_bytes());
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
    const LENGTH: usize = 16;
    Ok(digest.finalize().iter().take(LENGTH).map(|byte| format!("{byte:02x}")).collect())
}

/// The error of a file whose line `line` does not follow its format.
pub(super) fn syntax_error(path: &str, line: usize, problem: impl Into<String>) -> Error {
    Error::KbSyntax { path: path.to_owned(), line, problem: problem.into() }
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
            Some(KbFile { path: path.into_owned(), text })
        })
        .collect();
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

fn directory_files(directory: &Path) -> Result<Vec<KbFile>> {
    let mut files = Vec::new();
    let walk = WalkDir::new(directory).sort_by_file_name().into_iter().filter_entry(|entry| {
        // `.git` and files of editors are not part of a knowledge base.
        entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.')
    });
    for entry in walk {
        let entry = entry.map_err(|error| {
            let path = error.path().unwrap_or(directory).to_path_buf();
            let source =
                error.into_io_error().unwrap_or_else(|| std::io::Error::other("loop of links"));
            Error::Io { action: "walk", path, source }
        })?;
        if !entry.file_type().is_file() {
            continue;
        }
        let bytes = fs::read(entry.path()).map_err(Error::io("read", entry.path()))?;
        let relative = entry.path().strip_prefix(directory).unwrap_or(entry.path());
        let parts: Vec<Cow<'_, str>> = relative.iter().map(|part| part.to_string_lossy()).collect();
        let text = Cow::Owned(String::from_utf8_lossy(&bytes).into_owned());
        files.push(KbFile { path: parts.join("/"), text });
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_directory_has_its_tables() {
        let files = KbSource::Shipped.files().expect("files in the binary");
        for path in ["releases.csv", "frames/machinery.txt"] {
            assert!(files.iter().any(|file| file.path == path), "{path}");
        }
    }

    #[test]
    fn the_digest_changes_with_a_file_and_its_name() {
        let directory = tempfile::tempdir().expect("a directory");
        let sources = [KbSource::Directory(directory.path().to_path_buf())];
        fs::write(directory.path().join("a"), "1").expect("write");
        let first = digest_of(&sources).expect("a digest");
        assert_eq!(first, digest_of(&sources).expect("a digest"));
        fs::write(directory.path().join("a"), "2").expect("write");
        let second = digest_of(&sources).expect("a digest");
        fs::rename(directory.path().join("a"), directory.path().join("b")).expect("rename");
        let third = digest_of(&sources).expect("a digest");
        assert!(first != second && second != third && first != third);
    }
}
