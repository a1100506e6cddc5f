//! The digest of a team's files without reading them: it was kept in the cache beside what the system
//! says of each file, and holds as long as the system says the same.
//!
//! A team with 20,000 issues would else read and hash all of them at every start. What is asked is
//! what `git` asks before it trusts its index: size, place on the disk, and the times of the last
//! change, of which nobody can set the second one. A file that was changed a moment before the digest
//! was kept may change once more without another time, so a younger digest is not believed.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::cache;
use crate::error::Result;
use crate::kb::{self, KbSource, KbState};

const MARKER: &str = "psod-match digest of kb files";
const ENDING: &str = ".digest";
/// More than the clocks of file systems are coarse.
const SETTLED: Duration = Duration::from_secs(2);
/// More than the bytes of such a file.
const MAX_BYTES: u64 = 512;

/// The digest of `sources`, which is kept below `cache` when they are directories.
///
/// # Errors
/// [`crate::error::Error::Io`] when a directory cannot be read.
pub(super) fn digest_of(sources: &[KbSource], cache: Option<&Path>) -> Result<String> {
    let kept = cache.filter(|root| matches!(cache::check_root(root), Ok(true)));
    // Before a file is read: one that changes meanwhile has another state afterwards.
    let state = kept.and_then(|_| kb::state_of(sources));
    let (Some(root), Some(state)) = (kept, state) else {
        return kb::digest_of(sources);
    };
    let path = root.join(format!("{}{ENDING}", name_of(sources)));
    if let Some(digest) = known(&path, &state) {
        return Ok(digest);
    }
    let digest = kb::digest_of(sources)?;
    // Without it the next start reads the files again.
    let _ = keep(root, &path, &state, &digest);
    Ok(digest)
}

/// The name of the file for these directories.
fn name_of(sources: &[KbSource]) -> String {
    const DIGITS: usize = 32;
    let mut digest = Sha256::new();
    for source in sources {
        let place = match source {
            KbSource::Shipped => "shipped".into(),
            KbSource::Directory(path) => {
                std::path::absolute(path).unwrap_or_else(|_| path.clone()).into_os_string()
            }
        };
        digest.update(place.as_encoded_bytes());
        digest.update([0]);
    }
    let mut name: String = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    name.truncate(DIGITS);
    name
}

/// The kept digest for this state; `None` where there is none, or none to be believed.
fn known(path: &Path, state: &KbState) -> Option<String> {
    let file = cache::open(path).ok().flatten()?;
    let kept = file.metadata().ok()?.modified().ok()?;
    if kept < state.newest.checked_add(SETTLED)? {
        return None;
    }
    let mut text = String::new();
    file.take(MAX_BYTES).read_to_string(&mut text).ok()?;
    let [marker, found, digest] = text.lines().collect::<Vec<_>>()[..] else {
        return None;
    };
    let is_digest =
        digest.len() == kb::DIGEST_DIGITS && digest.bytes().all(|b| b.is_ascii_hexdigit());
    (marker == MARKER && found == state.digest && is_digest).then(|| digest.to_owned())
}

fn keep(root: &Path, path: &Path, state: &KbState, digest: &str) -> std::io::Result<File> {
    let mut building = cache::unfinished(root)?;
    writeln!(building, "{MARKER}\n{}\n{digest}", state.digest)?;
    Ok(building.persist(path)?)
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs::{self, OpenOptions};
    use std::time::SystemTime;

    use super::*;

    /// A directory of files beside a cache.
    struct Files {
        directory: tempfile::TempDir,
        sources: [KbSource; 1],
    }

    impl Files {
        fn new() -> Self {
            let directory = tempfile::tempdir().expect("a directory");
            let kb = directory.path().join("kb");
            fs::create_dir_all(kb.join("issues")).expect("a directory");
            super::super::rights::new_directory()
                .create(directory.path().join("cache"))
                .expect("a cache");
            let files = Self { directory, sources: [KbSource::Directory(kb)] };
            files.write("one");
            files
        }

        fn write(&self, text: &str) {
            fs::write(self.directory.path().join("kb/issues/TEAM-0001.md"), text).expect("write");
        }

        fn digest(&self) -> String {
            digest_of(&self.sources, Some(&self.directory.path().join("cache"))).expect("a digest")
        }

        /// Makes the kept digest older or younger than it is, and replaces it.
        fn change_kept(&self, later: i64, digest: &str) {
            let name = format!("cache/{}{ENDING}", name_of(&self.sources));
            let path = self.directory.path().join(name);
            let text = fs::read_to_string(&path).expect("a kept digest");
            let true_digest = text.lines().last().expect("a line").to_owned();
            fs::write(&path, text.replace(&true_digest, digest)).expect("write");
            let file = OpenOptions::new().write(true).open(&path).expect("a file");
            let by = Duration::from_secs(later.unsigned_abs());
            let now = SystemTime::now();
            let time = if later < 0 { now - by } else { now + by };
            file.set_modified(time).expect("a time");
        }
    }

    const FALSE: &str = "00000000000000000000000000000000";

    #[test]
    fn a_digest_is_kept_until_a_file_changes() {
        let files = Files::new();
        let digest = files.digest();
        files.change_kept(60, FALSE);
        assert_eq!(files.digest(), FALSE, "no file is read again");
        files.write("two");
        let changed = files.digest();
        assert!(changed != FALSE && changed != digest);
        files.write("one");
        assert_eq!(files.digest(), digest);
    }

    #[test]
    fn a_digest_that_was_kept_just_after_a_change_is_not_believed() {
        let files = Files::new();
        let digest = files.digest();
        files.change_kept(0, FALSE);
        assert_eq!(files.digest(), digest);
    }

    #[test]
    fn what_is_no_digest_is_not_believed() {
        let files = Files::new();
        let digest = files.digest();
        for other in ["", "../../x", "zz", "0"] {
            files.change_kept(60, other);
            assert_eq!(files.digest(), digest);
        }
    }
}
