//! The inputs: files, unpacked bundles and standard input.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use walkdir::WalkDir;

use super::archive::{Found, Totals, Walk, walk_error};
use super::budget::Meter;
use super::limits::Limits;
use super::pictures::PictureReader;
use crate::error::{Error, Result};

/// One thing to read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Input {
    /// Standard input, named `-`.
    Stdin,
    /// A file: text, compressed, an archive or a bundle.
    File(PathBuf),
    /// Pictures, of which some may show the same screen.
    Pictures(Vec<PathBuf>),
    /// A directory that is an unpacked support bundle.
    Bundle(PathBuf),
}

impl Input {
    /// The path as it is reported; `-` for standard input.
    pub fn path(&self) -> &Path {
        match self {
            Input::Stdin => Path::new("-"),
            Input::File(path) | Input::Bundle(path) => path,
            Input::Pictures(paths) => paths.first().map_or(Path::new(""), PathBuf::as_path),
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
        static SHIPPED_FONT: LazyLock<PictureReader> = LazyLock::new(PictureReader::default);
        self.read_with(&SHIPPED_FONT, limits, meter, found)
    }

    /// As [`Self::read`], and pictures by a reader that knows more than the shipped font.
    ///
    /// # Errors
    /// Those of [`Self::read`].
    pub fn read_with(
        &self,
        pictures: &PictureReader,
        limits: &Limits,
        meter: &Meter,
        found: &mut dyn FnMut(Found),
    ) -> Result<Totals> {
        let walk = Walk::new(self.path(), limits, meter, pictures, found);
        match self {
            Input::Stdin => walk.stream(Box::new(io::stdin().lock())),
            Input::File(path) => walk.file(File::open(path).map_err(Error::io("open", path))?),
            Input::Pictures(paths) => walk.pictures(paths),
            Input::Bundle(path) => walk.directory(path),
        }
    }

    /// Bytes of the input as it lies there; `None` for standard input and for files whose size cannot be read.
    pub fn size(&self) -> Option<u64> {
        match self {
            Input::Stdin => None,
            Input::Pictures(paths) => {
                paths.iter().map(|path| Some(std::fs::metadata(path).ok()?.len())).sum()
            }
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

/// How the names of pictures end.
const PICTURE_EXTENSIONS: [&str; 9] =
    ["png", "jpg", "jpeg", "webp", "bmp", "gif", "tif", "tiff", "jfif"];

/// Puts pictures that are given one after the other together, at most `most` of them: they may show parts
/// of one screen.
pub fn with_pictures_together(inputs: Vec<Result<Input>>, most: u64) -> Vec<Result<Input>> {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let mut together: Vec<Result<Input>> = Vec::with_capacity(inputs.len());
    for input in inputs {
        match (together.last_mut(), input) {
            (Some(Ok(Input::Pictures(pictures))), Ok(Input::File(path)))
                if is_picture(&path) && pictures.len() < most =>
            {
                pictures.push(path);
            }
            (_, Ok(Input::File(path))) if is_picture(&path) => {
                together.push(Ok(Input::Pictures(vec![path])));
            }
            (_, input) => together.push(input),
        }
    }
    for input in &mut together {
        // A single one is a file as any other, whose name may be wrong.
        if let Ok(Input::Pictures(paths)) = input
            && let [path] = &mut paths[..]
        {
            *input = Ok(Input::File(std::mem::take(path)));
        }
    }
    together
}

fn is_picture(path: &Path) -> bool {
    let extension = path.extension().map(|extension| extension.to_ascii_lowercase());
    extension.is_some_and(|extension| PICTURE_EXTENSIONS.iter().any(|known| extension == *known))
}

/// True for the directory that unpacking a bundle makes.
fn is_bundle(directory: &Path) -> bool {
    directory.join("commands/uname_-a.txt").is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(paths: &[&str], expected: &[&[&str]]) {
        let inputs = paths.iter().map(|path| Ok(Input::File(PathBuf::from(path)))).collect();
        let found: Vec<Vec<PathBuf>> = with_pictures_together(inputs, 3)
            .into_iter()
            .map(|input| match input {
                Ok(Input::Pictures(paths)) => paths,
                Ok(input) => vec![input.path().to_path_buf()],
                Err(error) => panic!("{error}"),
            })
            .collect();
        let expected: Vec<Vec<PathBuf>> =
            expected.iter().map(|paths| paths.iter().map(PathBuf::from).collect()).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn pictures_beside_each_other_are_one_input() {
        check(&["a.txt", "a.png"], &[&["a.txt"], &["a.png"]]);
        check(
            &["a.png", "b.JPG", "c.txt", "d.gif"],
            &[&["a.png", "b.JPG"], &["c.txt"], &["d.gif"]],
        );
        check(&["1.png", "2.png", "3.png", "4.png"], &[&["1.png", "2.png", "3.png"], &["4.png"]]);
    }
}
