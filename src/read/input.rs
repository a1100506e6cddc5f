//! The inputs: files, unpacked bundles and standard input.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::archive::{Found, Totals, Walk, walk_error};
use super::budget::Meter;
use super::limits::Limits;
use crate::error::{Error, Result};

/// One thing to read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Input {
    /// Standard input, named `-`.
    Stdin,
    /// A file: text, compressed, an archive or a bundle.
    File(PathBuf),
    /// A directory that is an unpacked support bundle.
    Bundle(PathBuf),
}

impl Input {
    /// The path as it is reported; `-` for standard input.
    pub fn path(&self) -> &Path {
        match self {
            Input::Stdin => Path::new("-"),
            Input::File(path) | Input::Bundle(path) => path,
        }
    }

    /// Reads everything and hands over each crash, and each part that could not be read.
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be opened or read, [`Error::NotText`] when it holds no text.
    pub fn read(
        &self,
        limits: &Limits,
        meter: &Meter,
        found: &mut dyn FnMut(Found),
    ) -> Result<Totals> {
        let walk = Walk::new(self.path(), limits, meter, found);
        match self {
            Input::Stdin => walk.stream(Box::new(io::stdin().lock())),
            Input::File(path) => walk.file(File::open(path).map_err(Error::io("open", path))?),
            Input::Bundle(path) => walk.directory(path),
        }
    }

    /// Bytes of the input as it lies there; `None` for standard input and for files whose size cannot be read.
    pub fn size(&self) -> Option<u64> {
        match self {
            Input::Stdin => None,
            Input::File(path) => std::fs::metadata(path).ok().map(|metadata| metadata.len()),
            Input::Bundle(path) => {
                let files = WalkDir::new(path).into_iter().flatten();
                Some(files.filter_map(|file| file.metadata().ok()).map(|data| data.len()).sum())
            }
        }
    }
}

/// The inputs that `path` names: a file, every file below a directory in
/// the order of their names, or standard input for `-`.
pub fn inputs_of(path: &Path) -> Vec<Result<Input>> {
    if path == Path::new("-") {
        return vec![Ok(Input::Stdin)];
    }
    if !path.is_dir() {
        return vec![Ok(Input::File(path.to_path_buf()))];
    }
    let mut inputs = Vec::new();
    let mut walk = WalkDir::new(path).sort_by_file_name().into_iter();
    while let Some(entry) = walk.next() {
        match entry {
            Ok(entry) if entry.file_type().is_dir() && is_bundle(entry.path()) => {
                inputs.push(Ok(Input::Bundle(entry.into_path())));
                walk.skip_current_dir();
            }
            Ok(entry) if entry.file_type().is_file() => {
                inputs.push(Ok(Input::File(entry.into_path())));
            }
            Ok(_) => {}
            Err(error) => inputs.push(Err(walk_error(error, path))),
        }
    }
    inputs
}

/// True for the directory that unpacking a bundle makes.
fn is_bundle(directory: &Path) -> bool {
    directory.join("commands/uname_-a.txt").is_file()
}
