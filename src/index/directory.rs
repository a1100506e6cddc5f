//! A tantivy directory in memory: an index is written into it, and is opened from it.
//!
//! An index is a few kilobytes for each issue. The compiled form on the disk holds its files one
//! after another in one block, which is read and checked as a whole before tantivy sees a byte of
//! it: tantivy trusts what it reads, and a single wrong bit makes other candidates or a panic.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};
use std::mem;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    AntiCallToken, Directory, DirectoryLock, FileHandle, Lock, OwnedBytes, TerminatingWrite,
    WatchCallback, WatchHandle, WritePtr,
};

use crate::error::{Error, Result};

/// The files of a finished index, one after another in one block of bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IndexFiles {
    /// The name and the length of each file, in their order.
    pub names: Vec<(String, usize)>,
    /// Their bytes.
    pub bytes: Vec<u8>,
}

/// The files of one index.
#[derive(Clone, Debug, Default)]
pub(super) struct MemoryDirectory {
    files: Arc<RwLock<BTreeMap<PathBuf, OwnedBytes>>>,
}

impl MemoryDirectory {
    /// A directory with `files`.
    ///
    /// # Errors
    /// [`Error::Compiled`] when the lengths and the bytes do not fit.
    pub(super) fn new(files: IndexFiles) -> Result<Self> {
        let bytes = OwnedBytes::new(files.bytes);
        let mut found = BTreeMap::new();
        let mut start: usize = 0;
        for (name, length) in files.names {
            let end = start.checked_add(length).filter(|end| *end <= bytes.len());
            let end = end.ok_or_else(|| Error::Compiled(format!("{name} of an index is cut")))?;
            found.insert(PathBuf::from(name), bytes.slice(start..end));
            start = end;
        }
        Ok(Self { files: Arc::new(RwLock::new(found)) })
    }

    /// All files, in the order of their names.
    pub(super) fn files(&self) -> IndexFiles {
        let mut files = IndexFiles::default();
        for (path, bytes) in self.files.read().unwrap_or_else(PoisonError::into_inner).iter() {
            files.names.push((path.to_string_lossy().into_owned(), bytes.len()));
            files.bytes.extend_from_slice(bytes);
        }
        files
    }

    fn insert(&self, path: &Path, bytes: Vec<u8>) {
        let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
        files.insert(path.to_path_buf(), OwnedBytes::new(bytes));
    }

    fn get(&self, path: &Path) -> std::result::Result<OwnedBytes, OpenReadError> {
        let files = self.files.read().unwrap_or_else(PoisonError::into_inner);
        let found = files.get(path).cloned();
        found.ok_or_else(|| OpenReadError::FileDoesNotExist(path.to_path_buf()))
    }
}

/// A file that is put into the directory when it is complete.
struct Unfinished {
    directory: MemoryDirectory,
    path: PathBuf,
    bytes: Vec<u8>,
}

impl Write for Unfinished {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl TerminatingWrite for Unfinished {
    fn terminate_ref(&mut self, _: AntiCallToken) -> io::Result<()> {
        self.directory.insert(&self.path, mem::take(&mut self.bytes));
        Ok(())
    }
}

impl Directory for MemoryDirectory {
    fn get_file_handle(
        &self,
        path: &Path,
    ) -> std::result::Result<Arc<dyn FileHandle>, OpenReadError> {
        Ok(Arc::new(self.get(path)?))
    }

    fn delete(&self, path: &Path) -> std::result::Result<(), DeleteError> {
        let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
        let removed = files.remove(path).map(drop);
        removed.ok_or_else(|| DeleteError::FileDoesNotExist(path.to_path_buf()))
    }

    fn exists(&self, path: &Path) -> std::result::Result<bool, OpenReadError> {
        Ok(self.get(path).is_ok())
    }

    fn open_write(&self, path: &Path) -> std::result::Result<WritePtr, OpenWriteError> {
        if self.get(path).is_ok() {
            return Err(OpenWriteError::FileAlreadyExists(path.to_path_buf()));
        }
        let (directory, path) = (self.clone(), path.to_path_buf());
        Ok(BufWriter::new(Box::new(Unfinished { directory, path, bytes: Vec::new() })))
    }

    fn atomic_read(&self, path: &Path) -> std::result::Result<Vec<u8>, OpenReadError> {
        Ok(self.get(path)?.to_vec())
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        self.insert(path, data.to_vec());
        Ok(())
    }

    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }

    fn watch(&self, _callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(WatchHandle::empty())
    }

    /// No other process sees these files.
    fn acquire_lock(&self, _lock: &Lock) -> std::result::Result<DirectoryLock, LockError> {
        Ok(DirectoryLock::from(Box::new(())))
    }
}
