//! `vtar`, the form in which ESXi packs what it loads: headers of tar with another magic word, all of
//! them first, and in each the place of the content.

use std::io::{self, Read};

/// The place of the magic word of a header, and the word.
const MAGIC_AT: usize = 257;
const MAGIC: &[u8] = b"visor ";
pub(super) const BLOCK: usize = 512;
/// The place of the number that says where the content begins.
const CONTENT_AT: usize = 496;
const TYPE_AT: usize = 156;

/// True for the first bytes of such an archive.
pub(super) fn is_visor_tar(head: &[u8]) -> bool {
    head.get(MAGIC_AT..).is_some_and(|rest| rest.starts_with(MAGIC))
}

/// A file of the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct VisorMember {
    pub name: String,
    pub bytes: u64,
    /// Where its content begins, counted from the start of the archive; 0 when that is behind its header.
    pub start: u64,
    pub is_file: bool,
}

impl VisorMember {
    /// Reads the next header; `None` behind the last one.
    pub(super) fn next(reader: &mut dyn Read) -> io::Result<Option<Self>> {
        let mut header = Vec::new();
        reader.take(BLOCK as u64).read_to_end(&mut header)?;
        if header.iter().all(|byte| *byte == 0) {
            return Ok(None);
        }
        Self::parse(&header).map(Some).ok_or_else(|| io::Error::other("a member has no header"))
    }

    fn parse(header: &[u8]) -> Option<Self> {
        if header.len() != BLOCK || !is_visor_tar(header) {
            return None;
        }
        let header = tar::Header::from_byte_slice(header);
        let name = String::from_utf8_lossy(&header.as_old().name).into_owned();
        let name = name.split('\0').next().unwrap_or_default().to_owned();
        let bytes = header.entry_size().ok()?;
        let header = header.as_bytes();
        let start = header[CONTENT_AT..CONTENT_AT + 4].try_into().ok().map(u32::from_le_bytes)?;
        let is_file = matches!(header[TYPE_AT], b'0' | b'7' | 0);
        Some(Self { name, bytes, start: u64::from(start), is_file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_say_where_their_content_is() {
        let mut header = [0; BLOCK];
        header[..4].copy_from_slice(b"lpfc");
        header[124..135].copy_from_slice(b"00000001750");
        header[TYPE_AT] = b'0';
        assert_eq!(VisorMember::parse(&header), None);
        header[MAGIC_AT..MAGIC_AT + 6].copy_from_slice(MAGIC);
        header[CONTENT_AT..CONTENT_AT + 4].copy_from_slice(&4096_u32.to_le_bytes());
        let found = VisorMember { name: "lpfc".into(), bytes: 1000, start: 4096, is_file: true };
        assert_eq!(VisorMember::parse(&header), Some(found));
        assert_eq!(VisorMember::parse(&header[1..]), None);
        assert!(VisorMember::next(&mut &[0; BLOCK][..]).is_ok_and(|member| member.is_none()));
        assert!(VisorMember::next(&mut &[1; BLOCK][..]).is_err());
    }
}
