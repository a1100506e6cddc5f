//! A tantivy directory inside the cache: without locks, and without waiting for the disk.
//!
//! Tantivy takes a lock file when it opens an index, which fails where the directory may not be
//! written (tantivy issue #557). A finished index never changes, so there is nothing to lock.
//!
//! Tantivy also waits for the disk after each file. An index is built in a place that no one reads
//! and is renamed when it is complete, and everything in the cache can be built again: a file that
//! a power failure has emptied or cut lacks tantivy's footer, opening it fails, and the index is
//! compiled again.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::directory::error::{
    DeleteError, LockError, OpenDirectoryError, OpenReadError, OpenWriteError,
};
use tantivy::directory::{
    AntiCallToken, Directory, DirectoryLock, FileHandle, Lock, MmapDirectory, TerminatingWrite,
    WatchCallback, WatchHandle, WritePtr,
};

use super::failed;
use crate::error::Result;

/// An index directory without locks and without waiting for the disk.
#[derive(Clone, Debug)]
pub(super) struct CacheDirectory {
    files: MmapDirectory,
    path: PathBuf,
}

impl CacheDirectory {
    /// Opens the directory `path`.
    ///
    /// # Errors
    /// [`crate::error::Error::Index`] when the directory is missing.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let files = MmapDirectory::open(path)
            .map_err(|error: OpenDirectoryError| failed("open the index")(error.into()))?;
        Ok(Self { files, path: path.to_path_buf() })
    }
}

/// A file that is complete when it is flushed.
struct UnsyncedFile(File);

impl Write for UnsyncedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl TerminatingWrite for UnsyncedFile {
    fn terminate_ref(&mut self, _: AntiCallToken) -> io::Result<()> {
        self.flush()
    }
}

impl Directory for CacheDirectory {
    fn get_file_handle(
        &self,
        path: &Path,
    ) -> std::result::Result<Arc<dyn FileHandle>, OpenReadError> {
        self.files.get_file_handle(path)
    }

    fn delete(&self, path: &Path) -> std::result::Result<(), DeleteError> {
        self.files.delete(path)
    }

    fn exists(&self, path: &Path) -> std::result::Result<bool, OpenReadError> {
        self.files.exists(path)
    }

    fn open_write(&self, path: &Path) -> std::result::Result<WritePtr, OpenWriteError> {
        let file = File::create_new(self.path.join(path))
            .map_err(|error| OpenWriteError::wrap_io_error(error, path.to_path_buf()))?;
        Ok(BufWriter::new(Box::new(UnsyncedFile(file))))
    }

    fn atomic_read(&self, path: &Path) -> std::result::Result<Vec<u8>, OpenReadError> {
        self.files.atomic_read(path)
    }

    /// Not atomic: no one reads the directory while it is written.
    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        fs::write(self.path.join(path), data)
    }

    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }

    fn watch(&self, _callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(WatchHandle::empty())
    }

    fn acquire_lock(&self, _lock: &Lock) -> std::result::Result<DirectoryLock, LockError> {
        Ok(DirectoryLock::from(Box::new(())))
    }
}
