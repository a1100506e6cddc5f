//! The fonts that are known: the shipped one, and those that a directory keeps because somebody has
//! imported them or a picture has taught them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::font::{MAX_FONT_FILE, NotAFont, psf_of, shapes_of};
use super::shapes::Shapes;

/// The font that is there without any other (`assets/README.md`).
const SHIPPED: &[u8] = include_bytes!("../../assets/console-bold-8x16.fnt");

/// Its name.
pub const SHIPPED_NAME: &str = "console-bold-8x16";

/// Each picture is held against each font: more of them cost time and gain nothing.
pub const MAX_FONTS: usize = 16;

/// The end of the name of each kept file.
const EXTENSION: &str = "psf";

/// So many equal characters are no chance: two fonts share a few simple ones, such as the full stop.
const SURELY_EQUAL: usize = 20;

/// A problem with a kept font.
#[derive(Debug, thiserror::Error)]
pub enum FontProblem {
    /// The file cannot be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// The file is no font.
    #[error("{}: {source}", path.display())]
    NotAFont {
        /// The file.
        path: PathBuf,
        /// Why.
        source: NotAFont,
    },
    /// The directory has more fonts than are used.
    #[error("{}: more than {MAX_FONTS} fonts; the first {MAX_FONTS} by name are used", path.display())]
    TooMany {
        /// The directory.
        path: PathBuf,
    },
}

/// The shipped font.
#[must_use]
pub fn shipped() -> Shapes {
    shapes_of(SHIPPED, SHIPPED_NAME).unwrap_or_else(|_| Shapes {
        width: 8,
        height: 16,
        glyphs: std::collections::BTreeMap::new(),
        name: SHIPPED_NAME.to_owned(),
    })
}

/// A kept font and its file.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptFont {
    /// The file.
    pub path: PathBuf,
    /// Its shapes.
    pub shapes: Shapes,
}

/// The fonts that a directory keeps, by name, and what is wrong with the others. A directory that is not
/// there keeps none.
#[must_use]
pub fn kept_in(directory: &Path) -> (Vec<KeptFont>, Vec<FontProblem>) {
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return (Vec::new(), Vec::new()),
        Err(source) => {
            return (Vec::new(), vec![FontProblem::Io { path: directory.to_owned(), source }]);
        }
    };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == EXTENSION));
    paths.sort();
    let mut problems = Vec::new();
    if paths.len() > MAX_FONTS {
        paths.truncate(MAX_FONTS);
        problems.push(FontProblem::TooMany { path: directory.to_owned() });
    }
    let mut fonts = Vec::new();
    for path in paths {
        match font_file(&path) {
            Ok(shapes) => fonts.push(KeptFont { path, shapes }),
            Err(problem) => problems.push(problem),
        }
    }
    (fonts, problems)
}

/// The shapes of a font file, named after it.
///
/// # Errors
/// When it cannot be read, or is no font.
pub fn font_file(path: &Path) -> Result<Shapes, FontProblem> {
    let length = fs::metadata(path).map_err(|source| io_problem(path, source))?.len();
    if length > MAX_FONT_FILE as u64 {
        return Err(not_a_font(path, NotAFont::TooLarge));
    }
    let bytes = fs::read(path).map_err(|source| io_problem(path, source))?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    shapes_of(&bytes, &name).map_err(|source| not_a_font(path, source))
}

fn io_problem(path: &Path, source: io::Error) -> FontProblem {
    FontProblem::Io { path: path.to_owned(), source }
}

fn not_a_font(path: &Path, source: NotAFont) -> FontProblem {
    FontProblem::NotAFont { path: path.to_owned(), source }
}

/// Keeps a font in a directory, which is made where it is missing. One that is known already gains the
/// characters that it lacks. Returns its file, or `None` when there was nothing new in it.
///
/// # Errors
/// When the file cannot be written.
pub fn keep(directory: &Path, shapes: &Shapes) -> Result<Option<PathBuf>, FontProblem> {
    let (kept, _) = kept_in(directory);
    let known = kept.into_iter().find(|font| is_same_font(&font.shapes, shapes));
    let Some(KeptFont { path, shapes: mut whole }) = known else {
        let path = free_path(directory, &file_name(&shapes.name));
        return write(&path, shapes).map(|()| Some(path));
    };
    let before = whole.glyphs.len();
    for (letter, glyph) in &shapes.glyphs {
        whole.glyphs.entry(*letter).or_insert_with(|| glyph.clone());
    }
    if whole.glyphs.len() == before {
        return Ok(None);
    }
    write(&path, &whole).map(|()| Some(path))
}

/// True when many characters of both are equal and none differs.
#[must_use]
pub fn is_same_font(one: &Shapes, other: &Shapes) -> bool {
    let common =
        one.glyphs.iter().filter_map(|(letter, glyph)| Some((glyph, other.glyphs.get(letter)?)));
    let (equal, different): (Vec<_>, Vec<_>) = common.partition(|(one, other)| one == other);
    (one.width, one.height) == (other.width, other.height)
        && different.is_empty()
        && equal.len() >= SURELY_EQUAL.min(other.glyphs.len())
}

/// A file that is not there yet: two fonts may have one name.
fn free_path(directory: &Path, name: &str) -> PathBuf {
    let path = directory.join(format!("{name}.{EXTENSION}"));
    let numbered = (2..).map(|number| directory.join(format!("{name}-{number}.{EXTENSION}")));
    std::iter::once(path).chain(numbered).find(|path| !path.exists()).unwrap_or_default()
}

/// A name without what a path could be made of.
fn file_name(name: &str) -> String {
    let name: String = name
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() || letter == '-' { letter } else { '-' })
        .take(64)
        .collect();
    if name.is_empty() { "font".to_owned() } else { name }
}

fn write(path: &Path, shapes: &Shapes) -> Result<(), FontProblem> {
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory).map_err(|source| io_problem(path, source))?;
    }
    // Whoever reads it meanwhile finds the old file or the new one.
    let directory = path.parent().unwrap_or(Path::new("."));
    let mut file =
        tempfile::NamedTempFile::new_in(directory).map_err(|source| io_problem(path, source))?;
    io::Write::write_all(&mut file, &psf_of(shapes)).map_err(|source| io_problem(path, source))?;
    file.persist(path).map_err(|error| io_problem(path, error.error))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_font_has_every_printable_character() {
        assert_eq!(shipped().glyphs.len(), 95);
    }

    #[test]
    fn a_kept_font_comes_back_and_gains_what_it_lacks() {
        let directory = tempfile::tempdir().expect("a directory");
        let fonts = directory.path().join("fonts");
        let mut part = shipped();
        part.name = "learned".to_owned();
        part.glyphs.retain(|letter, _| !letter.is_ascii_lowercase());
        let path = keep(&fonts, &part).expect("written").expect("new");
        assert_eq!(keep(&fonts, &part).expect("read"), None);
        assert_eq!(keep(&fonts, &shipped()).expect("written"), Some(path));
        let (kept, problems) = kept_in(&fonts);
        assert!(problems.is_empty(), "{problems:?}");
        let glyphs: Vec<_> = kept.iter().map(|font| font.shapes.glyphs.clone()).collect();
        assert_eq!(glyphs, [shipped().glyphs]);
    }

    #[test]
    fn what_is_no_font_is_named_and_left_out() {
        let directory = tempfile::tempdir().expect("a directory");
        fs::write(directory.path().join("a.psf"), "no font").expect("written");
        let (kept, problems) = kept_in(directory.path());
        assert_eq!((kept.len(), problems.len()), (0, 1));
        let (kept, problems) = kept_in(&directory.path().join("missing"));
        assert_eq!((kept.len(), problems.len()), (0, 0));
    }
}
