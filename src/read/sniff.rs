//! The kind of some bytes: text in some encoding, something to unpack, or
//! something that no text can be read out of.

use super::wide::Narrower;

/// The kind of an input by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text, in one encoding or in several.
    Text,
    /// One compressed stream.
    Compressed(Codec),
    /// A tar archive.
    Tar,
    /// A zip archive.
    Zip,
    /// A picture: the name of its kind.
    Picture(&'static str),
    /// Neither: the name of the kind, and the remedy.
    Other(&'static str, &'static str),
}

/// A compression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Codec {
    /// gzip.
    Gzip,
    /// Zstandard.
    Zstd,
    /// xz.
    Xz,
    /// bzip2.
    Bzip2,
}

/// Bytes that [`kind_of`] wants to see where there are so many.
pub(super) const SNIFFED: usize = 8 * 1024;
/// The place of the magic word of a tar header.
const TAR_MAGIC_AT: usize = 257;
/// The place of the word that tells a picture from other files in the same container.
const WEBP_AT: usize = 8;

/// The remedy for pictures.
pub(super) const RETYPE: &str = "retype the screen or run it through OCR, and give the text";
/// The remedy for pictures in which a font that is not known may stand.
pub(super) const LEARN: &str = "`psod-match font import` takes the exact font of ESXi, docs/pictures.md says from where; \
    or retype the screen or run it through OCR, and give the text";
const EXTRACT: &str = "extract its log on an ESXi host with `vmkdump_extract FILE` \
    (`esxcfg-dumppart -L FILE` on older releases), and give the vmkernel-log that this writes";
/// The remedy for documents.
pub(super) const COPY: &str = "copy its text into a file, and give that";
const UNPACK: &str = "unpack it, and give what is inside";

/// First bytes, and the kind that begins with them.
static MAGIC: &[(&[u8], Kind)] = &[
    (b"\x1f\x8b", Kind::Compressed(Codec::Gzip)),
    (b"\x28\xb5\x2f\xfd", Kind::Compressed(Codec::Zstd)),
    (b"\xfd7zXZ\0", Kind::Compressed(Codec::Xz)),
    (b"BZh", Kind::Compressed(Codec::Bzip2)),
    (b"PK\x03\x04", Kind::Zip),
    (b"PK\x05\x06", Kind::Zip),
    (b"7z\xbc\xaf\x27\x1c", Kind::Other("a 7z archive", UNPACK)),
    (b"Rar!\x1a", Kind::Other("a rar archive", UNPACK)),
    (b"\x89PNG", Kind::Picture("a picture (PNG)")),
    (b"\xff\xd8\xff", Kind::Picture("a picture (JPEG)")),
    (b"GIF8", Kind::Picture("a picture (GIF)")),
    (b"BM", Kind::Picture("a picture (BMP)")),
    (b"II*\0", Kind::Picture("a picture (TIFF)")),
    (b"MM\0*", Kind::Picture("a picture (TIFF)")),
    (b"RIFF", Kind::Other("a picture or a film (RIFF)", RETYPE)),
    (b"%PDF", Kind::Other("a PDF document", COPY)),
    (b"\xd0\xcf\x11\xe0", Kind::Other("an Office document or an Outlook message", COPY)),
    (b"\x7fELF", Kind::Other("an ELF file, such as a core of a process", EXTRACT)),
    (b"SQLite format 3\0", Kind::Other("an SQLite database", UNPACK)),
    (b"\xef\xbb\xbf", Kind::Text),
    (b"\xff\xfe", Kind::Text),
    (b"\xfe\xff", Kind::Text),
];

/// The kind of the input called `name`, whose first bytes are `head`.
pub(super) fn kind_of(name: &str, head: &[u8]) -> Kind {
    let magic = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, kind)| *kind);
    let text = is_text(head).then_some(Kind::Text);
    if head.starts_with(b"RIFF")
        && head.get(WEBP_AT..).is_some_and(|rest| rest.starts_with(b"WEBP"))
    {
        return Kind::Picture("a picture (WebP)");
    }
    match magic {
        // Words such as `BMC:` begin text too: two letters alone are no proof.
        Some(Kind::Other(..) | Kind::Picture(_))
            if text.is_some() && !head.starts_with(b"%PDF") => {}
        Some(kind) => return kind,
        None => {}
    }
    if head.get(TAR_MAGIC_AT..).is_some_and(|rest| rest.starts_with(b"ustar")) {
        return Kind::Tar;
    }
    let dump = base_name(name).starts_with("vmkernel-zdump");
    let other = if dump { "a vmkernel-zdump" } else { "binary data, perhaps a core dump" };
    text.unwrap_or(Kind::Other(other, EXTRACT))
}

fn base_name(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

/// True for text in any encoding.
///
/// A log may hold NUL bytes where a host lost power, so a few of them do not make it binary.
fn is_text(head: &[u8]) -> bool {
    let head = &Narrower::all(head)[..];
    if memchr::memchr(0, head).is_none() {
        return is_printed(head, head.len());
    }
    // A hole is one long run of NULs; binary data has them everywhere.
    let runs = head.chunk_by(|one, other| (*one == 0) == (*other == 0));
    let runs = runs.filter(|run| run[0] == 0).map(<[u8]>::len);
    let (short, holes): (Vec<usize>, Vec<usize>) = runs.partition(|length| *length < HOLE);
    let rest = head.len() - holes.iter().sum::<usize>();
    let is_hole = rest < HOLE && !holes.is_empty();
    !is_hole && short.len() <= rest / 64 && is_printed(head, rest)
}

/// A byte of printed text.
const PRINTED: u8 = 1;
/// A sign or blank of ASCII.
const LETTER: u8 = 2;

/// What each byte is: looked up, since the first kilobytes of every input are asked about.
static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let character = byte as u8;
        let is_white = character.is_ascii_whitespace();
        if !character.is_ascii_control() || is_white || character == 0x1b {
            classes[byte] |= PRINTED;
        }
        if character.is_ascii_graphic() || is_white {
            classes[byte] |= LETTER;
        }
        byte += 1;
    }
    classes
};

/// True when enough of `head`, of which `rest` bytes are not in holes, is printed text.
fn is_printed(head: &[u8], rest: usize) -> bool {
    // A mail in Japanese has hardly an ASCII letter before its screen; that it is all UTF-8, but for
    // a character cut at the end, does not happen by chance.
    let is_utf8 =
        std::str::from_utf8(head).map_or_else(|error| error.error_len().is_none(), |_| true);
    let (mut printed, mut letters, mut beyond_ascii) = (0, 0, 0);
    for byte in head {
        let class = CLASSES[usize::from(*byte)];
        printed += usize::from(class & PRINTED);
        letters += usize::from(class & LETTER != 0);
        beyond_ascii += usize::from(byte >> 7);
    }
    letters += if is_utf8 { beyond_ascii } else { 0 };
    printed * 10 >= rest * 9 && letters * 10 >= rest * 6
}

/// Shortest run of NULs that a loss of power leaves in a log.
const HOLE: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(head: &[u8], expected: &str) {
        let found = match kind_of("file", head) {
            Kind::Other(what, _) | Kind::Picture(what) => what.to_owned(),
            Kind::Text => "text".to_owned(),
            kind => format!("{kind:?}"),
        };
        assert_eq!(found, expected, "{:?}", &head[..head.len().min(20)]);
    }

    #[test]
    fn archives_and_things_without_text_are_named() {
        check(b"\x1f\x8b\x08", "Compressed(Gzip)");
        check(b"BZh91AY", "Compressed(Bzip2)");
        check(b"PK\x03\x04\x14", "Zip");
        check(b"\x89PNG\r\n\x1a\n\0\0\0", "a picture (PNG)");
        check(b"RIFF\x24\0\0\0WEBPVP8L\0\0\0\x80", "a picture (WebP)");
        check(b"RIFF\x24\0\0\0AVI LIST\0\0\0\x80", "a picture or a film (RIFF)");
        check(b"%PDF-1.7\n", "a PDF document");
        check(b"\x7fELF\x02\x01\x01\0\0\0", "an ELF file, such as a core of a process");
        check(b"\x00\x01\x02\x00\x9f\xf0\x81", "binary data, perhaps a core dump");
        let dump = kind_of("var/core/vmkernel-zdump.1", b"\x00\x01\x02\x00\x9f\xf0\x81");
        assert!(matches!(dump, Kind::Other("a vmkernel-zdump", _)));
        let mut tar = vec![b'a'; 512];
        tar[TAR_MAGIC_AT..TAR_MAGIC_AT + 5].copy_from_slice(b"ustar");
        check(&tar, "Tar");
    }

    #[test]
    fn text_is_told_apart_by_its_encoding() {
        check(b"VMware ESXi", "text");
        check(b"", "text");
        check(b"BMC: VMware ESXi 7.0.3", "text");
        check(b"\xef\xbb\xbfVMware", "text");
        check(b"\xff\xfeV\0M\0", "text");
        check(b"V\0M\0w\0a\0r\0e\0", "text");
        check(b"\0V\0M\0w\0a\0r\0e", "text");
        for order in [u32::to_le_bytes, u32::to_be_bytes] {
            let wide: Vec<u8> = "VMware ESXi".chars().flat_map(|c| order(u32::from(c))).collect();
            check(&wide, "text");
        }
        let mut appended = b"a line of a log\n".repeat(20);
        appended.extend(b"V\0M\0w\0a\0r\0e\0 \0".repeat(20));
        check(&appended, "text");
        check(&appended[1..], "text");
        let mail = "ホストが停止しました。".repeat(300);
        check(mail.as_bytes(), "text");
        check(&mail.as_bytes()[..SNIFFED], "text");
        check(&[0x9f, 0xf0, 0x81, b'a', 0xe3, 0x28].repeat(40), "binary data, perhaps a core dump");
        let mut hole = b"2017-01-03T17:45:49.660Z cpu7:69126)Scsi\n".repeat(20);
        hole.extend([0; 40]);
        check(&hole, "text");
        let mut front = vec![0; 4096];
        front.extend(b"2017-01-03T17:45:49.660Z cpu7:69126)Scsi\n".repeat(20));
        check(&front, "text");
    }
}
