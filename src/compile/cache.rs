//! The cache directory: where compiled forms are kept, whose files are believed, and which are
//! removed.
//!
//! A file is believed as `ssh` believes its own: when it and its directory belong to this user or to
//! root, and no one else can write them. It is removed only when its name and its first bytes are
//! those of a compiled form, it is no link, no part of the way to it is one, and nobody writes it.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tempfile::NamedTempFile;

use super::form::MARKER;
use super::rights::{check_owner, new_directory, reading, size_limit};

const BUILDING: &str = "building-";
const ENDING: &str = ".kb";
/// Put behind the stamp; the second one when something else has the first name, such as a directory.
const VARIANTS: [&str; 2] = ["", "-2"];
/// Digits of a stamp.
pub(super) const STAMP: usize = 32;
/// Characters that make the name of an unfinished file its own.
const RANDOM: usize = 6;
/// Compiled knowledge bases that are kept: a curator makes a new one with every change.
const MAX_KEPT: usize = 8;

/// What is wrong with the cache, for one line; the path is said beside it.
pub(super) type Problem = String;

/// Where the compiled form with this stamp may be.
pub(super) fn places(root: &Path, stamp: &str) -> [PathBuf; 2] {
    VARIANTS.map(|variant| root.join(format!("{stamp}{variant}{ENDING}")))
}

/// Opens the file `path` of the cache for reading; `None` when it does not exist.
pub(super) fn open(path: &Path) -> Result<Option<File>, Problem> {
    let file = match reading().open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(format!("cannot be opened: {error}")),
    };
    let metadata = file.metadata().map_err(|error| error.to_string())?;
    if !metadata.is_file() {
        return Err("not a file".into());
    }
    check_owner(&metadata)?;
    Ok(Some(file))
}

/// Checks the cache directory; `false` when it does not exist.
pub(super) fn check_root(root: &Path) -> Result<bool, Problem> {
    let metadata = match fs::metadata(root) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(format!("cannot be used: {error}")),
    };
    if !metadata.is_dir() {
        return Err("not a directory".into());
    }
    check_owner(&metadata)?;
    Ok(true)
}

/// Keeps the compiled form `bytes` in the cache: written beside its place, brought to the disk, and
/// renamed, so that at any time another process sees all of it or nothing.
pub(super) fn keep(root: &Path, stamp: &str, bytes: &[u8]) -> Result<PathBuf, Problem> {
    create_root(root).map_err(|error| format!("cannot be created: {error}"))?;
    check_root(root)?;
    check_size(bytes)?;
    let mut building = unfinished(root).map_err(unwritten)?;
    // Held until the file has its name: a lock says that somebody is still there. Where there are
    // no locks, nothing is removed.
    let _ = building.as_file().try_lock();
    building.write_all(bytes).map_err(unwritten)?;
    building.as_file().sync_data().map_err(unwritten)?;
    let mut problem = Problem::new();
    for place in places(root, stamp) {
        match building.persist(&place) {
            Ok(_) => {
                remove_old(root, &place);
                return Ok(place);
            }
            Err(error) => {
                problem = unwritten(error.error);
                building = error.file;
            }
        }
    }
    Err(problem)
}

fn unwritten(error: io::Error) -> Problem {
    format!("cannot be written: {error}")
}

/// A new file in the cache that has no name of its own yet; what is left of one by a process that was
/// killed is removed with the old compiled forms.
pub(super) fn unfinished(root: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(BUILDING).suffix(ENDING).rand_bytes(RANDOM).tempfile_in(root)
}

/// The directory and those above it.
fn create_root(root: &Path) -> io::Result<()> {
    if let Some(above) = root.parent() {
        fs::create_dir_all(above)?;
    }
    match new_directory().create(root) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        created => created,
    }
}

fn check_size(bytes: &[u8]) -> Result<(), Problem> {
    let length = bytes.len();
    if size_limit().is_some_and(|limit| limit < length as u64) {
        return Err(format!("cannot be written: {length} bytes are above the limit of a file"));
    }
    Ok(())
}

/// What a name in the cache directory stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Named {
    Finished,
    /// Being written, or left by a process that was killed.
    Unfinished,
    /// Not ours.
    Other,
}

fn named(name: &str) -> Named {
    let Some(name) = name.strip_suffix(ENDING) else {
        return Named::Other;
    };
    let stamp = name.strip_suffix(VARIANTS[1]).unwrap_or(name);
    if stamp.len() == STAMP && stamp.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        return Named::Finished;
    }
    match name.strip_prefix(BUILDING) {
        Some(random)
            if random.len() == RANDOM && random.bytes().all(|b| b.is_ascii_alphanumeric()) =>
        {
            Named::Unfinished
        }
        _ => Named::Other,
    }
}

/// Removes what killed processes have left, and the oldest compiled forms but `newest`, which the
/// clock may call older. A run that has opened one of them goes on with what it has read.
fn remove_old(root: &Path, newest: &Path) {
    if !is_free_of_links(root) {
        return;
    }
    let mut finished: Vec<(SystemTime, PathBuf)> = Vec::new();
    for entry in fs::read_dir(root).into_iter().flatten().flatten() {
        let named = named(&entry.file_name().to_string_lossy());
        if named == Named::Other || entry.path() == newest {
            continue;
        }
        let Some(file) = own_file(&entry.path()) else {
            continue;
        };
        if named == Named::Unfinished {
            // Whoever writes it holds the lock, which goes with the process.
            if file.try_lock().is_ok() {
                let _ = fs::remove_file(entry.path());
            }
            continue;
        }
        if let Ok(modified) = file.metadata().and_then(|metadata| metadata.modified()) {
            finished.push((modified, entry.path()));
        }
    }
    finished.sort_by(|one, other| other.cmp(one));
    for (_, path) in finished.into_iter().skip(MAX_KEPT - 1) {
        let _ = fs::remove_file(path);
    }
}

/// True when no part of the way to `root` is a link, which could lead to somebody else's files.
fn is_free_of_links(root: &Path) -> bool {
    let real = fs::canonicalize(root);
    let named = std::path::absolute(root);
    real.is_ok_and(|real| named.is_ok_and(|named| named == real))
}

/// The file `path` when it is one of a user who is believed and begins as a compiled form does.
fn own_file(path: &Path) -> Option<File> {
    let mut file = open(path).ok()??;
    let mut start = [0; MARKER.len()];
    file.read_exact(&mut start).ok()?;
    (start == MARKER).then_some(file)
}
