//! `ar` archives, the outer form of a VIB: a mark, then a header of 60 bytes before each member.
//!
//! The crates for it are older than their compilers, or want the whole archive in memory; a VIB may
//! have hundreds of megabytes.

use std::io::{self, Read};

/// The first bytes of an archive.
pub(super) const MARK: &[u8] = b"!<arch>\n";
const HEADER_BYTES: usize = 60;
/// The last bytes of every header.
const HEADER_END: &[u8] = b"`\n";

/// The header of one member.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ArMember {
    pub name: String,
    pub bytes: u64,
}

impl ArMember {
    /// Reads the header of the next member, in front of which the reader stands; `None` at the end.
    pub(super) fn next(reader: &mut dyn Read) -> io::Result<Option<Self>> {
        let mut header = Vec::new();
        reader.take(HEADER_BYTES as u64).read_to_end(&mut header)?;
        if header.is_empty() {
            return Ok(None);
        }
        Self::parse(&header).map(Some).ok_or_else(|| io::Error::other("a member has no header"))
    }

    fn parse(header: &[u8]) -> Option<Self> {
        if header.len() != HEADER_BYTES || !header.ends_with(HEADER_END) {
            return None;
        }
        let name = std::str::from_utf8(&header[..16]).ok()?.trim_end().trim_end_matches('/');
        let bytes = std::str::from_utf8(&header[48..58]).ok()?.trim_end().parse().ok()?;
        Some(Self { name: name.to_owned(), bytes })
    }

    /// Bytes behind the content, which begins and ends at even places.
    pub(super) fn padding(&self) -> u64 {
        self.bytes % 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(header: &[u8], expected: Option<(&str, u64)>) {
        let found = ArMember::parse(header);
        let found = found.as_ref().map(|member| (member.name.as_str(), member.bytes));
        assert_eq!(found, expected);
    }

    #[test]
    fn headers_name_members_and_their_bytes() {
        check(
            b"descriptor.xml/ 0           0     0     100644  1234      `\n",
            Some(("descriptor.xml", 1234)),
        );
        check(b"lpfc            0           0     0     100644  7         `\n", Some(("lpfc", 7)));
        check(b"lpfc            0           0     0     100644  -7        `\n", None);
        check(b"lpfc            0           0     0     100644  7         ``", None);
        check(b"lpfc", None);
    }
}
