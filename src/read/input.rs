//! The inputs: files, directories and standard input, each as a stream of lines.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::error::{Error, Result};

/// Bounds of reading. Each one that cuts something is reported with the crash.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Longest line in bytes; a longer one is read as several.
    pub line_bytes: usize,
    /// Most lines of one crash.
    pub region_lines: usize,
    /// Lines in front of a crash that are kept as its log lines.
    pub context_lines: usize,
    /// Lines without a crash's mark after which a crash ends.
    pub gap_lines: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { line_bytes: 64 * 1024, region_lines: 4000, context_lines: 32, gap_lines: 64 }
    }
}

/// One thing to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Standard input, named `-`.
    Stdin,
    /// A file.
    File(PathBuf),
}

impl Input {
    /// The path as it is reported; `-` for standard input.
    pub fn path(&self) -> &Path {
        match self {
            Input::Stdin => Path::new("-"),
            Input::File(path) => path,
        }
    }

    /// Opens the input as text.
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be read, [`Error::NotText`] when its first bytes are no text.
    pub fn open(&self) -> Result<Box<dyn BufRead>> {
        const SNIFFED: u64 = 8 * 1024;
        let mut source: Box<dyn Read> = match self {
            Input::Stdin => Box::new(io::stdin().lock()),
            Input::File(path) => Box::new(File::open(path).map_err(Error::io("open", path))?),
        };
        let mut head = Vec::new();
        source
            .by_ref()
            .take(SNIFFED)
            .read_to_end(&mut head)
            .map_err(Error::io("read", self.path()))?;
        if let Some((found, remedy)) = not_text(&head) {
            let path = self.path().to_path_buf();
            return Err(Error::NotText { path, found, remedy });
        }
        Ok(Box::new(BufReader::with_capacity(256 * 1024, Cursor::new(head).chain(source))))
    }
}

const UNPACK: &str = "unpack it and give the files inside";
const RETYPE: &str = "retype the screen or run it through OCR, and give the text";

/// First bytes of things that people give instead of text, what they are, and what to do.
const MAGIC: &[(&[u8], &str, &str)] = &[
    (b"\x1f\x8b", "a gzip archive", UNPACK),
    (b"PK\x03\x04", "a zip archive", UNPACK),
    (b"\xfd7zXZ\0", "an xz archive", UNPACK),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", UNPACK),
    (b"BZh", "a bzip2 archive", UNPACK),
    (b"\x89PNG", "a picture (PNG)", RETYPE),
    (b"\xff\xd8\xff", "a picture (JPEG)", RETYPE),
    (b"GIF8", "a picture (GIF)", RETYPE),
    (b"%PDF", "a PDF document", "copy its text into a file"),
    (b"\x7fELF", "an ELF file, such as a core", "extract the log with vmkdump_extract on the host"),
    (b"\xff\xfe", "UTF-16 text", "convert it to UTF-8"),
    (b"\xfe\xff", "UTF-16 text", "convert it to UTF-8"),
];

/// What `head` is, and what to do, when it is not text.
fn not_text(head: &[u8]) -> Option<(&'static str, &'static str)> {
    MAGIC
        .iter()
        .find(|(magic, _, _)| head.starts_with(magic))
        .map(|(_, found, remedy)| (*found, *remedy))
        .or_else(|| {
            let binary = (
                "binary data",
                "a vmkernel-zdump needs esxcfg-dumppart -L or vmkdump_extract first",
            );
            memchr::memchr(0, head).map(|_| binary)
        })
}

/// The inputs that `path` stands for: a file, every file below a directory in
/// the order of their names, or standard input for `-`.
pub fn inputs_of(path: &Path) -> Vec<Result<Input>> {
    if path == Path::new("-") {
        return vec![Ok(Input::Stdin)];
    }
    if !path.is_dir() {
        return vec![Ok(Input::File(path.to_path_buf()))];
    }
    WalkDir::new(path)
        .sort_by_file_name()
        .into_iter()
        .filter_map(|entry| match entry {
            Ok(entry) if entry.file_type().is_file() => Some(Ok(Input::File(entry.into_path()))),
            Ok(_) => None,
            Err(error) => {
                let place = error.path().unwrap_or(path).to_path_buf();
                let source =
                    error.into_io_error().unwrap_or_else(|| io::Error::other("loop of links"));
                Some(Err(Error::Io { action: "walk", path: place, source }))
            }
        })
        .collect()
}

/// Reads one line of at most `limit` bytes, without its line feed, into `buffer`.
/// Returns `None` at the end, else whether the line was cut.
pub fn read_line(
    reader: &mut dyn BufRead,
    limit: usize,
    buffer: &mut Vec<u8>,
) -> io::Result<Option<bool>> {
    buffer.clear();
    let limit = limit as u64;
    let length = reader.take(limit).read_until(b'\n', buffer)? as u64;
    if length == 0 {
        return Ok(None);
    }
    if buffer.last() == Some(&b'\n') {
        buffer.pop();
        return Ok(Some(false));
    }
    Ok(Some(length == limit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_text_is_named() {
        assert_eq!(not_text(b"\x1f\x8b\x08").map(|(found, _)| found), Some("a gzip archive"));
        assert_eq!(not_text(b"VMware\0").map(|(found, _)| found), Some("binary data"));
        assert_eq!(not_text(b"VMware ESXi"), None);
        assert_eq!(not_text(b""), None);
    }

    #[test]
    fn long_lines_come_in_pieces() {
        let mut reader = Cursor::new(b"abcdef\ngh");
        let mut buffer = Vec::new();
        let mut pieces = Vec::new();
        while let Some(cut) = read_line(&mut reader, 4, &mut buffer).expect("memory") {
            pieces.push((String::from_utf8_lossy(&buffer).into_owned(), cut));
        }
        let expected = [("abcd", true), ("ef", false), ("gh", false)];
        assert_eq!(pieces, expected.map(|(text, cut)| (text.to_owned(), cut)));
    }
}
