//! What the system says of the files of some directories, without reading them.
//!
//! A team of 20,000 issues has 46,000 files, and each start asks for all of them. So a file is asked for
//! by its name in an open folder, which the system finds sooner than a whole path, and files are taken in
//! the order in which their folder has them: in another order the digest is another one, which costs a
//! reading of the files and no answer.

use std::time::SystemTime;

use sha2::{Digest, Sha256};

use super::source::{KbSource, hexadecimal};

/// What the system says of the files of some directories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KbState {
    /// Digest of the paths, sizes, places on the disk and times of all files.
    pub digest: String,
    /// When one of them was changed last.
    pub newest: SystemTime,
}

/// The state of the files of `sources`; `None` when none is a directory, and where the system does not
/// say when a file was changed last, or fails to.
pub(crate) fn state_of(sources: &[KbSource]) -> Option<KbState> {
    let mut digest = Sha256::new();
    let mut newest = None;
    for source in sources {
        match source {
            KbSource::Shipped => digest.update(env!("SHIPPED_KB_DIGEST")),
            KbSource::Directory(directory) => {
                newest = newest.max(system::add_files(directory, &mut digest)?);
                digest.update(b"end of source");
            }
        }
    }
    Some(KbState { digest: hexadecimal(&digest.finalize()), newest: newest? })
}

#[cfg(unix)]
mod system {
    use std::ffi::{CStr, CString};
    use std::os::fd::OwnedFd;
    use std::path::Path;
    use std::time::{Duration, SystemTime};

    use rayon::prelude::*;
    use rustix::fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags, Stat, openat, statat};
    use sha2::Sha256;

    use super::super::place::KbPlace;
    use super::super::source::{add_file, is_hidden};
    use crate::threads::shared;

    /// Files of a folder of which the system is asked on all processors: for fewer no thread is begun.
    const MANY_FILES: usize = 2_000;

    /// What is another value after a file was changed or replaced: its times, its size, its place on the
    /// disk and its mode.
    const MARKS: usize = 8;

    /// The marks of a file, and the second of its last change.
    type Marked = ([u64; MARKS], u64);

    /// Adds the files below `directory` that count to `digest`, and tells when one of them was changed
    /// last, if there is one; `None` where the system fails to answer.
    pub(super) fn add_files(directory: &Path, digest: &mut Sha256) -> Option<Option<SystemTime>> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let root = openat(CWD, directory, flags, Mode::empty()).ok()?;
        let mut folders = vec![Vec::new()];
        let mut newest = None;
        while let Some(path) = folders.pop() {
            let place: &[u8] = if path.is_empty() { b"." } else { &path };
            let folder = openat(&root, place, flags | OFlags::NOFOLLOW, Mode::empty()).ok()?;
            let names = names_in(&folder, &path, &mut folders)?;
            for (name, marked) in names.iter().zip(marked_files(&folder, &path, &names)?) {
                let Some((marks, changed)) = marked else {
                    continue;
                };
                let path = below(&path, name);
                add_file(digest, &path, marks.map(u64::to_le_bytes).as_flattened());
                newest = newest.max(Some(changed));
            }
        }
        newest.map_or(Some(None), |second| time_after(second).map(Some))
    }

    /// The end of a second: one more instead of the parts of a second.
    fn time_after(second: u64) -> Option<SystemTime> {
        SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(second.checked_add(1)?))
    }

    /// The files of a folder; the folders in it are added to `folders`.
    fn names_in(folder: &OwnedFd, path: &[u8], folders: &mut Vec<Vec<u8>>) -> Option<Vec<CString>> {
        let mut names = Vec::new();
        for entry in Dir::read_from(folder).ok()? {
            let entry = entry.ok()?;
            let name = entry.file_name();
            if is_hidden(name.to_bytes()) {
                continue;
            }
            let kind = match entry.file_type() {
                FileType::Unknown => FileType::from_raw_mode(stat(folder, name)?.st_mode),
                kind => kind,
            };
            if kind == FileType::Directory {
                folders.push(below(path, name));
            } else {
                names.push(name.to_owned());
            }
        }
        Some(names)
    }

    /// The path of `name` in the folder `path`, which is empty for the directory itself.
    fn below(path: &[u8], name: &CStr) -> Vec<u8> {
        let mut below = path.to_vec();
        if !below.is_empty() {
            below.push(b'/');
        }
        below.extend_from_slice(name.to_bytes());
        below
    }

    /// The marks of the files of a folder, in their order, `None` for one that does not count.
    fn marked_files(
        folder: &OwnedFd,
        path: &[u8],
        names: &[CString],
    ) -> Option<Vec<Option<Marked>>> {
        if names.len() < MANY_FILES {
            names.iter().map(|name| marked_file(folder, path, name)).collect()
        } else {
            shared(|| names.par_iter().map(|name| marked_file(folder, path, name)).collect())
        }
    }

    /// The marks of a file; `Some(None)` for one without a place, which has no part in any answer.
    fn marked_file(folder: &OwnedFd, path: &[u8], name: &CStr) -> Option<Option<Marked>> {
        let stat = stat(folder, name)?;
        let is_link = FileType::from_raw_mode(stat.st_mode) == FileType::Symlink;
        let path = below(path, name);
        if !is_link && KbPlace::of_path(&String::from_utf8_lossy(&path)).is_none() {
            return Some(None);
        }
        // The types of the fields differ between systems.
        let times = [
            i128::from(stat.st_mtime),
            i128::from(stat.st_mtime_nsec),
            i128::from(stat.st_ctime),
            i128::from(stat.st_ctime_nsec),
        ];
        let places = [
            i128::from(stat.st_size),
            i128::from(stat.st_ino),
            i128::from(stat.st_dev),
            i128::from(stat.st_mode),
        ];
        let changed = u64::try_from(times[0].max(times[2])).ok()?;
        let mut marks = [0; MARKS];
        for (mark, value) in marks.iter_mut().zip(times.into_iter().chain(places)) {
            *mark = value as u64;
        }
        Some(Some((marks, changed)))
    }

    /// What the system says of a file or of a link itself.
    fn stat(folder: &OwnedFd, name: &CStr) -> Option<Stat> {
        statat(folder, name, AtFlags::SYMLINK_NOFOLLOW).ok()
    }
}

/// Elsewhere every program can set the only time that is known.
#[cfg(not(unix))]
mod system {
    use std::path::Path;
    use std::time::SystemTime;

    use sha2::Sha256;

    pub(super) fn add_files(_: &Path, _: &mut Sha256) -> Option<Option<SystemTime>> {
        None
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::path::Path;

    use super::*;

    /// The state of a directory with an issue in a folder of its own.
    fn state(directory: &Path) -> KbState {
        state_of(&[KbSource::Directory(directory.to_path_buf())]).expect("a state")
    }

    /// A knowledge base of one issue.
    fn kb() -> tempfile::TempDir {
        let directory = tempfile::tempdir().expect("a directory");
        fs::create_dir_all(directory.path().join("issues/storage")).expect("create");
        fs::write(directory.path().join("issues/storage/KB1.md"), "one").expect("write");
        directory
    }

    /// Whether the state is another one after `change`.
    fn is_another_after(change: impl FnOnce(&Path)) -> bool {
        let kb = kb();
        let before = state(kb.path());
        change(kb.path());
        state(kb.path()).digest != before.digest
    }

    #[test]
    fn what_may_change_an_answer_is_another_state() {
        assert!(!is_another_after(|_| {}));
        assert!(is_another_after(|kb| {
            fs::write(kb.join("issues/storage/KB1.md"), "two").expect("write");
        }));
        assert!(is_another_after(|kb| fs::write(kb.join("issues/KB2.md"), "").expect("write")));
        assert!(is_another_after(|kb| {
            fs::rename(kb.join("issues/storage"), kb.join("issues/net")).expect("rename");
        }));
        assert!(is_another_after(|kb| symlink("/", kb.join("crashes")).expect("a link")));
        assert!(is_another_after(|kb| {
            fs::remove_file(kb.join("issues/storage/KB1.md")).expect("remove");
            fs::write(kb.join("README.md"), "").expect("write");
        }));
    }

    #[test]
    fn what_has_no_part_in_an_answer_is_the_same_state() {
        assert!(!is_another_after(|kb| fs::write(kb.join("vmcore"), "dump").expect("write")));
        assert!(!is_another_after(|kb| {
            fs::create_dir_all(kb.join(".git/issues")).expect("create");
            fs::write(kb.join(".git/issues/KB1.md"), "").expect("write");
        }));
    }

    #[test]
    fn folders_of_many_files_have_the_same_state_each_time() {
        let kb = kb();
        for number in 0..2_500 {
            fs::write(kb.path().join(format!("issues/KB{number}.md")), "").expect("write");
        }
        let first = state(kb.path());
        assert_eq!(state(kb.path()), first);
        fs::write(kb.path().join("issues/KB1234.md"), "changed").expect("write");
        assert!(state(kb.path()).digest != first.digest);
    }

    #[test]
    fn the_shipped_files_and_an_absent_directory_have_no_state() {
        assert_eq!(state_of(&[KbSource::Shipped]), None);
        assert_eq!(state_of(&[KbSource::Directory("no/such/directory".into())]), None);
    }
}
