//! The files of the symbol directory: a mark, a head on one line, and a body that is packed.
//!
//! Head and body have a checksum each, so that a table that a disk or a transfer has damaged names
//! nothing. A file is read whole and not mapped into memory: a mapped file can change or shrink while it is
//! read, which no checksum finds, and the program has no `unsafe`. A table of five thousand functions
//! has about sixty kilobytes.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write as _};
use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::table::{FunctionTable, Symbol, SymbolKind, TableHead};
use crate::error::{Error, Result};

/// The first line of a file of each kind; the number changes with the form.
pub(super) const TABLE: &str = "psod-match symbols 1\n";
pub(super) const LINES: &str = "psod-match lines 1\n";
pub(super) const LEARNED: &str = "psod-match learned 1\n";

/// Most bytes of a head, of a file, and of an unpacked body.
const MAX_HEAD: u64 = 1024 * 1024;
const MAX_FILE: u64 = 256 * 1024 * 1024;
const MAX_BODY: u64 = 1024 * 1024 * 1024;
/// As exponent of 2; the level below asks for less.
const WINDOW_LOG: u32 = 27;
const LEVEL: i32 = 6;

/// What every head says about the body.
#[derive(Deserialize, Serialize)]
struct Envelope<H> {
    /// Bytes of the packed body, and their checksum.
    packed: u64,
    checksum: u32,
    head: H,
}

/// A file whose head was read.
pub(super) struct SymbolForm<H> {
    pub head: H,
    envelope: Envelope<()>,
    reader: BufReader<File>,
}

pub(super) fn damaged(path: &Path, problem: &str) -> Error {
    let problem = format!("{problem}; remove it, and index or learn again");
    Error::Symbols { path: path.to_path_buf(), problem }
}

impl<H: DeserializeOwned> SymbolForm<H> {
    /// Reads the head of the file at `path`.
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be read, [`Error::Symbols`] when it is damaged or another file.
    pub(super) fn open(path: &Path, mark: &str) -> Result<Self> {
        let file = File::open(path).map_err(Error::io("open", path))?;
        let length = file.metadata().map_err(Error::io("read", path))?.len();
        if length > MAX_FILE {
            return Err(damaged(path, &format!("it has more than {MAX_FILE} bytes")));
        }
        let mut reader = BufReader::new(file);
        let mut head = Vec::new();
        let mut lines = (&mut reader).take(MAX_HEAD);
        for _ in 0..3 {
            lines.read_until(b'\n', &mut head).map_err(Error::io("read", path))?;
        }
        let rest = head.strip_prefix(mark.as_bytes());
        let Some((checksum, line)) = rest.and_then(|rest| rest.split_at_checked(9)) else {
            return Err(damaged(
                path,
                "it is of another kind, or of another version of psod-match",
            ));
        };
        let right = checksum == checksum_line(line).as_bytes();
        let read = right.then(|| serde_json::from_slice::<Envelope<H>>(line).ok()).flatten();
        let Some(Envelope { packed, checksum, head }) = read else {
            return Err(damaged(path, "its head is damaged"));
        };
        Ok(Self { head, envelope: Envelope { packed, checksum, head: () }, reader })
    }

    /// Reads the body.
    pub(super) fn body(mut self, path: &Path) -> Result<(H, String)> {
        let mut packed = Vec::new();
        let most = self.envelope.packed.min(MAX_FILE);
        self.reader
            .by_ref()
            .take(most.saturating_add(1))
            .read_to_end(&mut packed)
            .map_err(Error::io("read", path))?;
        let right = packed.len() as u64 == self.envelope.packed
            && crc32fast::hash(&packed) == self.envelope.checksum;
        if !right {
            return Err(damaged(path, "its body is damaged"));
        }
        let body = unpacked(&packed).ok_or_else(|| damaged(path, "its body is damaged"))?;
        Ok((self.head, body))
    }
}

fn unpacked(packed: &[u8]) -> Option<String> {
    let mut decoder = zstd::stream::read::Decoder::new(packed).ok()?;
    decoder.window_log_max(WINDOW_LOG).ok()?;
    let mut body = String::new();
    let read = decoder.take(MAX_BODY + 1).read_to_string(&mut body).ok()?;
    (read as u64 <= MAX_BODY).then_some(body)
}

/// Writes a file, which appears when it is complete.
pub(super) fn write<H: Serialize>(path: &Path, mark: &str, head: H, body: &str) -> Result<()> {
    let packed = zstd::encode_all(body.as_bytes(), LEVEL).map_err(Error::io("write", path))?;
    let envelope =
        Envelope { packed: packed.len() as u64, checksum: crc32fast::hash(&packed), head };
    let mut line = serde_json::to_string(&envelope)
        .map_err(|error| Error::io("write", path)(std::io::Error::other(error)))?;
    line.push('\n');
    let directory = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(directory).map_err(Error::io("create", directory))?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".psod-match-");
    #[cfg(unix)]
    {
        // A team reads it; what the umask takes away stays taken away.
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(directory).map_err(Error::io("write", path))?;
    let checksum = checksum_line(line.as_bytes());
    for part in [mark.as_bytes(), checksum.as_bytes(), line.as_bytes(), &packed] {
        file.write_all(part).map_err(Error::io("write", path))?;
    }
    file.as_file().sync_all().map_err(Error::io("write", path))?;
    file.persist(path).map_err(|error| Error::io("write", path)(error.error))?;
    Ok(())
}

fn checksum_line(bytes: &[u8]) -> String {
    format!("{:08x}\n", crc32fast::hash(bytes))
}

impl FunctionTable {
    /// Writes the table.
    pub(super) fn write(&self, path: &Path) -> Result<()> {
        let mut body = String::new();
        for Symbol { section, address, size, kind, name } in self.symbols() {
            let kind = if *kind == SymbolKind::Function { 'f' } else { 'o' };
            // Writing into a text does not fail.
            let _ = writeln!(body, "{section:x} {address:x} {size:x} {kind} {name}");
        }
        write(path, TABLE, &self.head, &body)
    }

    /// Reads a table.
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be read, [`Error::Symbols`] when it is damaged.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let form = SymbolForm::<TableHead>::open(path, TABLE)?;
        let (head, body) = form.body(path)?;
        let sections = head.sections.len();
        let symbols: Option<Vec<Symbol>> = body.lines().map(symbol).collect();
        let symbols = symbols.filter(|all| all.iter().all(|one| (one.section as usize) < sections));
        let symbols = symbols.ok_or_else(|| damaged(path, "its body is damaged"))?;
        Ok(Self::new(head, symbols))
    }
}

/// Reads `0 1f0 2c f lpfc_do_work`.
fn symbol(line: &str) -> Option<Symbol> {
    let mut parts = line.splitn(5, ' ');
    let section = hexadecimal(parts.next()?)?;
    let (address, size) = (hexadecimal(parts.next()?)?, hexadecimal(parts.next()?)?);
    // No symbol reaches over the end of the address space.
    address.checked_add(size)?;
    let kind = match parts.next()? {
        "f" => SymbolKind::Function,
        "o" => SymbolKind::Other,
        _ => return None,
    };
    let name = parts.next().filter(|name| !name.is_empty())?.to_owned();
    Some(Symbol { section: u32::try_from(section).ok()?, address, size, kind, name })
}

pub(super) fn hexadecimal(word: &str) -> Option<u64> {
    u64::from_str_radix(word, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::super::table::tests::table_of;
    use super::*;

    #[test]
    fn a_table_is_read_back_as_it_was_written() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("deep/lpfc.symbols");
        let table = table_of(&[("b c", 0x30, 0), ("a", 0x10, 0x20)]);
        table.write(&path).expect("written");
        assert_eq!(FunctionTable::read(&path).expect("a table"), table);
    }

    #[test]
    fn every_wrong_byte_and_every_cut_is_an_error() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("lpfc.symbols");
        table_of(&[("a", 0x10, 0x20), ("b", 0x30, 0x10)]).write(&path).expect("written");
        let whole = fs::read(&path).expect("a file");
        for place in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[place] ^= 1;
            fs::write(&path, &bytes).expect("written");
            assert!(FunctionTable::read(&path).is_err(), "byte {place}");
            fs::write(&path, &whole[..place]).expect("written");
            assert!(FunctionTable::read(&path).is_err(), "cut at {place}");
        }
    }

    #[test]
    fn a_body_that_was_made_up_is_an_error() {
        #[track_caller]
        fn check(body: &str, good: bool) {
            let directory = tempfile::tempdir().expect("a directory");
            let path = directory.path().join("lpfc.symbols");
            write(&path, TABLE, &table_of(&[]).head, body).expect("written");
            assert_eq!(FunctionTable::read(&path).is_ok(), good, "{body}");
        }
        check("0 10 20 f a\n", true);
        check("", true);
        check("1 10 20 f a\n", false);
        check("0 ffffffffffffffff 20 f a\n", false);
        check("0 10 20 x a\n", false);
        check("0 10 20 f\n", false);
        check("0 10 20 f \n", false);
        check("a\n", false);
    }
}
