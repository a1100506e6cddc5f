//! Writes a site into a directory, and nowhere else.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Component, Path, PathBuf};

use super::files::Site;
use crate::error::{Error, Result};

/// The file that marks a directory as an earlier export, and lists the files of that export.
pub const MARKER: &str = "psod-match-export.txt";
/// First line of the marker.
const HEAD: &str = "psod-match kb export: these files are written again by the next export";

impl Site {
    /// Writes the site into `directory`: a new one, an empty one, or an earlier export, whose
    /// files that are no longer part of the site are removed.
    ///
    /// # Errors
    /// [`Error::NotAnExport`] for a directory that holds anything else; [`Error::Io`] when
    /// something cannot be written.
    pub fn write_to(&self, directory: &Path) -> Result<()> {
        let earlier = earlier_files(directory)?;
        fs::create_dir_all(directory).map_err(Error::io("create", directory))?;
        let now: BTreeSet<&str> = self.files.iter().map(|file| file.path.as_str()).collect();
        // Both lists until all is done, so that an interrupted export can be repeated.
        let all = earlier.iter().map(String::as_str).chain(now.iter().copied()).collect();
        write_file(directory, MARKER, &marker(&all))?;
        for gone in earlier.iter().filter(|path| !now.contains(path.as_str())) {
            remove_file(directory, gone)?;
        }
        for file in &self.files {
            write_file(directory, &file.path, &file.content)?;
        }
        write_file(directory, MARKER, &marker(&now))
    }
}

fn marker(paths: &BTreeSet<&str>) -> String {
    let paths: Vec<&str> = paths.iter().copied().collect();
    format!("{HEAD}\n{}\n", paths.join("\n"))
}

/// Lists the files of the export that is in `directory`; none for an empty or missing directory.
fn earlier_files(directory: &Path) -> Result<Vec<String>> {
    let mut entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::io("open", directory)(error)),
    };
    if entries.next().is_none() {
        return Ok(Vec::new());
    }
    let text = fs::read_to_string(directory.join(MARKER)).unwrap_or_default();
    let Some(paths) = text.strip_prefix(HEAD) else {
        return Err(Error::NotAnExport { path: directory.to_path_buf(), marker: MARKER });
    };
    // The marker may have been changed: a path that leaves the directory was not ours.
    Ok(paths.lines().filter(|path| is_below(path)).map(str::to_owned).collect())
}

/// Returns true for a path of plain names.
fn is_below(path: &str) -> bool {
    !path.is_empty()
        && Path::new(path).components().all(|part| matches!(part, Component::Normal(_)))
}

/// Finds the place of `path`, and makes its parents, which are real directories below `directory`.
fn place(directory: &Path, path: &str) -> Result<PathBuf> {
    let mut place = directory.to_path_buf();
    let (parents, name) = path.rsplit_once('/').unwrap_or(("", path));
    for parent in parents.split('/').filter(|parent| !parent.is_empty()) {
        place.push(parent);
        match fs::symlink_metadata(&place) {
            Ok(found) if found.is_dir() => {}
            // A link could lead out of the directory.
            Ok(_) => {
                return Err(Error::NotAnExport { path: place, marker: MARKER });
            }
            Err(_) => fs::create_dir(&place).map_err(Error::io("create", &place))?,
        }
    }
    Ok(place.join(name))
}

fn write_file(directory: &Path, path: &str, content: &str) -> Result<()> {
    let place = place(directory, path)?;
    // The old file is removed and not overwritten: it may be a link to somewhere else.
    if fs::symlink_metadata(&place).is_ok() {
        fs::remove_file(&place).map_err(Error::io("replace", &place))?;
    }
    let mut file = fs::File::create_new(&place).map_err(Error::io("write", &place))?;
    file.write_all(content.as_bytes()).map_err(Error::io("write", &place))
}

/// Removes a file of an earlier export, and its directory when nothing else is in it.
fn remove_file(directory: &Path, path: &str) -> Result<()> {
    let place = place(directory, path)?;
    match fs::remove_file(&place) {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(Error::io("remove", &place)(error)),
    }
    if let Some(parent) = place.parent().filter(|parent| *parent != directory) {
        // The system refuses it while there is a file in it.
        let _ = fs::remove_dir(parent);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::site::files::SiteFile;

    fn site(paths: &[&str]) -> Site {
        let files =
            paths.iter().map(|path| SiteFile { path: (*path).to_owned(), content: "x".into() });
        Site { files: files.collect() }
    }

    #[test]
    fn an_earlier_export_is_replaced_and_nothing_else_is_touched() {
        let directory = tempfile::tempdir().expect("a directory");
        let target = directory.path().join("site");
        site(&["index.html", "issues/KB1.html"]).write_to(&target).expect("written");
        fs::write(target.join("notes.txt"), "mine").expect("write");
        site(&["index.html", "lines/7.html"]).write_to(&target).expect("written again");
        assert!(!target.join("issues").exists());
        assert!(target.join("lines/7.html").exists() && target.join("notes.txt").exists());
    }

    #[test]
    fn a_directory_with_other_files_is_refused() {
        let directory = tempfile::tempdir().expect("a directory");
        fs::write(directory.path().join("notes.txt"), "mine").expect("write");
        let refused = site(&["index.html"]).write_to(directory.path());
        assert!(matches!(refused, Err(Error::NotAnExport { .. })), "{refused:?}");
        fs::write(directory.path().join(MARKER), "x").expect("write");
        assert!(site(&["index.html"]).write_to(directory.path()).is_err());
        assert!(!directory.path().join("index.html").exists());
    }

    #[cfg(unix)]
    #[test]
    fn links_and_a_forged_marker_lead_nowhere() {
        let directory = tempfile::tempdir().expect("a directory");
        let (target, outside) = (directory.path().join("site"), directory.path().join("out"));
        fs::create_dir(&outside).expect("create");
        fs::write(outside.join("a.html"), "mine").expect("write");
        site(&["index.html"]).write_to(&target).expect("written");
        let forged = format!("{HEAD}\n../out/a.html\n/etc/hostname\nissues/a.html\n");
        fs::write(target.join(MARKER), forged).expect("write");
        std::os::unix::fs::symlink(&outside, target.join("issues")).expect("a link");
        fs::remove_file(target.join("index.html")).expect("remove");
        std::os::unix::fs::symlink(outside.join("a.html"), target.join("index.html"))
            .expect("a link");
        assert!(site(&["index.html", "issues/b.html"]).write_to(&target).is_err());
        fs::remove_file(target.join("issues")).expect("remove");
        site(&["index.html", "issues/b.html"]).write_to(&target).expect("written");
        assert_eq!(fs::read_to_string(outside.join("a.html")).expect("read"), "mine");
        assert_eq!(fs::read_to_string(target.join("index.html")).expect("read"), "x");
    }
}
