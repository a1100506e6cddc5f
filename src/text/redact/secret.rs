//! The secret of a site: without it nobody can check a guess of what a pseudonym stands for.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use super::class::Class;
use super::pseudonym::{is_pseudonym, pseudonym};

/// The file in the data directory.
const FILE: &str = "site-secret.key";
/// Bytes of a secret.
const LENGTH: usize = 32;

/// The key of the pseudonyms of a site.
#[derive(Clone)]
pub struct SiteSecret {
    key: [u8; LENGTH],
    kept: bool,
}

impl SiteSecret {
    /// Reads the secret in `directory`, which is made where it is missing; a secret for this run
    /// alone where there is none to read and none can be written.
    ///
    /// # Errors
    /// Fails only when the system has no random bytes: a guessable secret would be worse than none.
    pub fn of_site(directory: Option<&Path>) -> io::Result<Self> {
        match directory.map(kept_in) {
            Some(Ok(key)) => Ok(Self { key, kept: true }),
            _ => Ok(Self { key: random()?, kept: false }),
        }
    }

    /// Makes a secret of known bytes: pseudonyms that a test can expect.
    pub fn known(key: [u8; LENGTH]) -> Self {
        Self { key, kept: true }
    }

    /// Returns true when the next run finds the same secret.
    pub fn is_kept(&self) -> bool {
        self.kept
    }

    /// The pseudonym of a name of this class; a pseudonym stays as it is.
    pub fn pseudonym(&self, class: Class, name: &str) -> String {
        if is_pseudonym(name) { name.to_owned() } else { pseudonym(self, class, name) }
    }

    pub(super) fn key(&self) -> &[u8] {
        &self.key
    }
}

fn random() -> io::Result<[u8; LENGTH]> {
    let mut key = [0; LENGTH];
    getrandom::fill(&mut key)?;
    Ok(key)
}

/// Reads the secret of `directory`, or writes it.
fn kept_in(directory: &Path) -> io::Result<[u8; LENGTH]> {
    let path = directory.join(FILE);
    match read(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        read => return read,
    }
    fs::create_dir_all(directory)?;
    // Its mode is 0600 from the start, and it appears under its name only when it is whole.
    let mut file = tempfile::NamedTempFile::new_in(directory)?;
    file.write_all(&random()?)?;
    match file.persist_noclobber(&path) {
        Ok(_) => {}
        // Another run was faster: its secret is the one.
        Err(refused) if refused.error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(refused) => return Err(refused.error),
    }
    read(&path)
}

/// Reads a secret; a file of any other length is not ours, and is left as it is.
fn read(path: &Path) -> io::Result<[u8; LENGTH]> {
    if !fs::symlink_metadata(path)?.is_file() {
        return Err(io::ErrorKind::InvalidData.into());
    }
    close_to_others(path)?;
    let bytes = fs::read(path)?;
    bytes.try_into().map_err(|_| io::ErrorKind::InvalidData.into())
}

/// Takes back what a copy or a restore has given to others; fails for a file of somebody else.
#[cfg(unix)]
fn close_to_others(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    const OWNER_ONLY: u32 = 0o600;
    let mode = fs::metadata(path)?.permissions().mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    fs::set_permissions(path, fs::Permissions::from_mode(OWNER_ONLY))
}

#[cfg(not(unix))]
fn close_to_others(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_run_finds_the_secret_of_the_first() {
        let home = tempfile::tempdir().expect("a directory");
        let directory = home.path().join("psod-match");
        let first = SiteSecret::of_site(Some(&directory)).expect("a secret");
        let second = SiteSecret::of_site(Some(&directory)).expect("a secret");
        assert!(first.is_kept() && second.is_kept());
        assert_eq!(first.key, second.key);
        assert_eq!(fs::read_dir(&directory).expect("readable").count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join(FILE);
        SiteSecret::of_site(Some(directory.path())).expect("a secret");
        assert_eq!(mode_of(&path), 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("changed");
        assert!(SiteSecret::of_site(Some(directory.path())).expect("a secret").is_kept());
        assert_eq!(mode_of(&path), 0o600);
    }

    #[cfg(unix)]
    fn mode_of(path: &Path) -> u32 {
        use std::os::unix::fs::PermissionsExt;
        fs::metadata(path).expect("there").permissions().mode() & 0o777
    }

    #[test]
    fn without_a_place_for_it_each_run_has_its_own() {
        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join("file");
        fs::write(&file, "x").expect("written");
        let damaged = directory.path().join("damaged");
        fs::create_dir(&damaged).expect("made");
        fs::write(damaged.join(FILE), "too short").expect("written");
        for place in [None, Some(file.as_path()), Some(&file.join("below")), Some(&damaged)] {
            let first = SiteSecret::of_site(place).expect("a secret");
            let second = SiteSecret::of_site(place).expect("a secret");
            assert!(!first.is_kept(), "{place:?}");
            assert_ne!(first.key, second.key, "{place:?}");
        }
        assert_eq!(fs::read(damaged.join(FILE)).expect("there"), b"too short");
    }
}
