//! Font files to the shapes of the 95 printable characters: PSF 1 and 2, raw `.fnt`, and the C source
//! in which VMware publishes the font of the boot loader (an array whose bytes are a gzip of a raw font).
//! Any of them may be packed by gzip.

use std::collections::BTreeMap;
use std::io::Read;

use super::shapes::Shapes;

/// Font files have a few kilobytes: 512 glyphs of 32 × 64 pixels are 128 KiB, and a C source writes each
/// byte in six characters.
pub const MAX_FONT_FILE: usize = 2 << 20;

/// The characters that a purple screen prints.
const PRINTABLE: std::ops::RangeInclusive<char> = ' '..='~';

const PSF1: &[u8] = &[0x36, 0x04];
const PSF2: &[u8] = &[0x72, 0xb5, 0x4a, 0x86];
const GZIP: &[u8] = &[0x1f, 0x8b];

/// Console fonts go from 5 × 6 to 32 × 64 pixels.
const WIDTHS: std::ops::RangeInclusive<usize> = 5..=32;
const HEIGHTS: std::ops::RangeInclusive<usize> = 6..=64;

/// A font with fewer letters does not read a screen.
const MIN_GLYPHS: usize = 60;
/// One that says what it is may have fewer: those that one screen prints.
const MIN_SCREEN_GLYPHS: usize = 31;

/// Why a file is no font.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAFont {
    /// Longer than any font, packed or unpacked.
    #[error("it is larger than {} KiB", MAX_FONT_FILE >> 10)]
    TooLarge,
    /// No form that is known.
    #[error("it is neither PSF, a raw font of 95 or 256 characters, nor a C array of one")]
    UnknownForm,
    /// The file ends before its glyphs, or its gzip is broken.
    #[error("it is cut or damaged")]
    Damaged,
    /// The cell is smaller or larger than that of any console.
    #[error("its characters are {width} × {height} pixels; a console's are 5 × 6 to 32 × 64")]
    CellSize {
        /// Pixels across.
        width: usize,
        /// Pixels down.
        height: usize,
    },
    /// Too few printable characters, or all of them alike.
    #[error("it has {found} different printable characters; {needed} are needed")]
    FewGlyphs {
        /// Those that it has.
        found: usize,
        /// Those that it should have.
        needed: usize,
    },
}

/// The shapes of a font file of any form that is known.
///
/// # Errors
/// Why the file is no font.
pub fn shapes_of(file: &[u8], name: &str) -> Result<Shapes, NotAFont> {
    let unpacked = unpacked(file)?;
    let source = std::str::from_utf8(&unpacked).ok().and_then(c_array);
    let font = source.map_or(Ok(unpacked), |bytes| self::unpacked(&bytes))?;
    let shapes = if font.starts_with(PSF2) {
        psf2(&font, name)
    } else if font.starts_with(PSF1) {
        psf1(&font, name)
    } else {
        raw(&font, name)
    }?;
    let different: std::collections::BTreeSet<&Vec<bool>> = shapes.glyphs.values().collect();
    let says_so = font.starts_with(PSF2) || font.starts_with(PSF1);
    let needed = if says_so { MIN_SCREEN_GLYPHS } else { MIN_GLYPHS };
    if different.len() < needed {
        return Err(NotAFont::FewGlyphs { found: different.len(), needed });
    }
    Ok(shapes)
}

fn unpacked(file: &[u8]) -> Result<Vec<u8>, NotAFont> {
    if file.len() > MAX_FONT_FILE {
        return Err(NotAFont::TooLarge);
    }
    if !file.starts_with(GZIP) {
        return Ok(file.to_vec());
    }
    let mut bytes = Vec::new();
    let limit = MAX_FONT_FILE as u64 + 1;
    let read = flate2::read::GzDecoder::new(file).take(limit).read_to_end(&mut bytes);
    if read.is_err() {
        return Err(NotAFont::Damaged);
    }
    if bytes.len() > MAX_FONT_FILE { Err(NotAFont::TooLarge) } else { Ok(bytes) }
}

/// The bytes of the first array of a C source.
fn c_array(source: &str) -> Option<Vec<u8>> {
    let code = without_comments(source);
    let (_, from) = code.split_once('=')?;
    let (_, body) = from.split_once('{')?;
    let (body, _) = body.split_once(';')?;
    let numbers = body.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let bytes: Option<Vec<u8>> = numbers.map(c_number).collect();
    bytes.filter(|bytes| !bytes.is_empty())
}

fn c_number(word: &str) -> Option<u8> {
    let small = word.to_ascii_lowercase();
    small
        .strip_prefix("0x")
        .map_or_else(|| small.parse().ok(), |digits| u8::from_str_radix(digits, 16).ok())
}

fn without_comments(source: &str) -> String {
    let mut code = String::new();
    let mut rest = source;
    while let Some(at) = rest.find("/*").into_iter().chain(rest.find("//")).min() {
        let end = if rest[at..].starts_with("/*") { "*/" } else { "\n" };
        code.push_str(&rest[..at]);
        code.push(' ');
        rest = rest[at + 2..].split_once(end).map_or("", |(_, after)| after);
    }
    code + rest
}

/// A font without header: 256 characters in the order of the PC's code page, or the 95 printable ones.
fn raw(font: &[u8], name: &str) -> Result<Shapes, NotAFont> {
    let forms = [(256, 0), (95, b' ')];
    let form = forms.iter().find(|(count, _)| {
        font.len().is_multiple_of(*count) && (6..=32).contains(&(font.len() / count))
    });
    let &(count, first) = form.ok_or(NotAFont::UnknownForm)?;
    let cell = Cell::new(8, font.len() / count, font.len() / count)?;
    let glyphs = PRINTABLE.filter_map(|letter| {
        let index = usize::from(letter as u8 - first);
        Some((letter, cell.glyph(font, index)?))
    });
    Ok(cell.shapes(name, glyphs.collect()))
}

fn psf1(font: &[u8], name: &str) -> Result<Shapes, NotAFont> {
    let [_, _, mode, size, glyphs @ ..] = font else { return Err(NotAFont::Damaged) };
    let count = if mode & 1 == 0 { 256 } else { 512 };
    let cell = Cell::new(8, usize::from(*size), usize::from(*size))?;
    let table = glyphs.get(count * cell.bytes..).ok_or(NotAFont::Damaged)?;
    let places = if mode & 6 == 0 { code_page(count) } else { table_of_words(table) };
    Ok(cell.shapes(name, cell.glyphs(glyphs, &places)))
}

fn psf2(font: &[u8], name: &str) -> Result<Shapes, NotAFont> {
    let (header, has_table) = (word(font, 2)?, word(font, 3)? & 1 == 1);
    let (count, bytes) = (word(font, 4)?, word(font, 5)?);
    let cell = Cell::new(word(font, 7)?, word(font, 6)?, bytes)?;
    let glyphs = font.get(header..).ok_or(NotAFont::Damaged)?;
    let length = count.checked_mul(cell.bytes).ok_or(NotAFont::Damaged)?;
    let table = glyphs.get(length..).ok_or(NotAFont::Damaged)?;
    let places = if has_table { table_of_characters(table) } else { code_page(count) };
    Ok(cell.shapes(name, cell.glyphs(glyphs, &places)))
}

/// A number of the header of PSF 2, counted from 0.
fn word(font: &[u8], at: usize) -> Result<usize, NotAFont> {
    let bytes = font.get(at * 4..at * 4 + 4).ok_or(NotAFont::Damaged)?;
    Ok(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) as usize)
}

/// Which glyph stands for which printable character.
type Places = BTreeMap<char, usize>;

fn code_page(count: usize) -> Places {
    PRINTABLE.map(|letter| (letter, letter as usize)).filter(|(_, index)| *index < count).collect()
}

/// PSF 1: 16-bit characters, `FFFF` ends a glyph's, `FFFE` begins sequences, which no screen prints.
fn table_of_words(table: &[u8]) -> Places {
    let mut places = Places::new();
    let mut index = 0;
    let mut in_sequence = false;
    for pair in table.chunks_exact(2) {
        match u16::from_le_bytes([pair[0], pair[1]]) {
            0xffff => (index, in_sequence) = (index + 1, false),
            0xfffe => in_sequence = true,
            unit if !in_sequence => keep(&mut places, u32::from(unit), index),
            _ => {}
        }
    }
    places
}

/// PSF 2: characters in UTF-8, `FF` ends a glyph's, `FE` begins sequences. Only single bytes matter: the
/// printable characters are one byte each, and no byte of a longer one looks like them.
fn table_of_characters(table: &[u8]) -> Places {
    let mut places = Places::new();
    let mut index = 0;
    let mut in_sequence = false;
    for &byte in table {
        match byte {
            0xff => (index, in_sequence) = (index + 1, false),
            0xfe => in_sequence = true,
            _ if !in_sequence => keep(&mut places, u32::from(byte), index),
            _ => {}
        }
    }
    places
}

fn keep(places: &mut Places, code: u32, index: usize) {
    if let Some(letter) = char::from_u32(code).filter(|letter| PRINTABLE.contains(letter)) {
        places.entry(letter).or_insert(index);
    }
}

struct Cell {
    width: usize,
    height: usize,
    bytes: usize,
}

impl Cell {
    fn new(width: usize, height: usize, bytes: usize) -> Result<Self, NotAFont> {
        if !WIDTHS.contains(&width) || !HEIGHTS.contains(&height) {
            return Err(NotAFont::CellSize { width, height });
        }
        if bytes < width.div_ceil(8) * height {
            return Err(NotAFont::Damaged);
        }
        Ok(Self { width, height, bytes })
    }

    fn glyph(&self, glyphs: &[u8], index: usize) -> Option<Vec<bool>> {
        let from = index.checked_mul(self.bytes)?;
        let bytes = glyphs.get(from..from.checked_add(self.bytes)?)?;
        let row = self.width.div_ceil(8);
        let pixels = (0..self.width * self.height).map(|at| {
            let (x, y) = (at % self.width, at / self.width);
            bytes[y * row + x / 8] >> (7 - x % 8) & 1 == 1
        });
        Some(pixels.collect())
    }

    fn glyphs(&self, glyphs: &[u8], places: &Places) -> BTreeMap<char, Vec<bool>> {
        places
            .iter()
            .filter_map(|(letter, index)| Some((*letter, self.glyph(glyphs, *index)?)))
            .collect()
    }

    fn shapes(&self, name: &str, glyphs: BTreeMap<char, Vec<bool>>) -> Shapes {
        Shapes { width: self.width, height: self.height, glyphs, name: name.to_owned() }
    }
}

/// Writes shapes as PSF 2, with the table that says which characters they are.
#[must_use]
pub fn psf_of(shapes: &Shapes) -> Vec<u8> {
    let row = shapes.width.div_ceil(8);
    let words = [0, 32, 1, shapes.glyphs.len(), row * shapes.height, shapes.height, shapes.width];
    let mut file = PSF2.to_vec();
    file.extend(words.iter().flat_map(|word| (*word as u32).to_le_bytes()));
    for glyph in shapes.glyphs.values() {
        for pixels in glyph.chunks(shapes.width.max(1)) {
            file.extend(pixels.chunks(8).map(|eight| {
                let bits = eight.iter().enumerate().filter(|(_, lit)| **lit);
                bits.map(|(at, _)| 0x80_u8 >> at).sum::<u8>()
            }));
        }
    }
    for letter in shapes.glyphs.keys() {
        file.extend(letter.to_string().as_bytes());
        file.push(0xff);
    }
    file
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::picture::shelf::shipped;

    fn raw_bytes(shapes: &Shapes) -> Vec<u8> {
        let psf = psf_of(shapes);
        psf[32..32 + shapes.glyphs.len() * shapes.height].to_vec()
    }

    fn gzipped(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(bytes).expect("written");
        encoder.finish().expect("written")
    }

    fn c_source(bytes: &[u8]) -> String {
        let words: Vec<String> = bytes.iter().map(|byte| format!("0x{byte:02x}")).collect();
        format!(
            "/* a font = {{9}}; */\nstatic const uint8_t font[{}] = {{\n {},\n}};\n",
            words.len(),
            words.join(", ")
        )
    }

    /// PSF 1 with a table, in which the first glyph stands for two characters.
    fn psf1_file(shapes: &Shapes) -> Vec<u8> {
        let mut file = [PSF1, &[2, shapes.height as u8]].concat();
        file.extend(raw_bytes(shapes));
        file.resize(4 + 256 * shapes.height, 0);
        for letter in shapes.glyphs.keys() {
            for word in [*letter as u16, 0x00a0, 0xfffe, 0x41, 0xffff] {
                file.extend(word.to_le_bytes());
            }
        }
        file
    }

    #[track_caller]
    fn check(file: &[u8], expected: Result<usize, NotAFont>) {
        let found = shapes_of(file, "font");
        if let Ok(shapes) = &found {
            let known = shipped();
            assert!(shapes.glyphs.iter().all(|(letter, glyph)| known.glyphs[letter] == *glyph));
        }
        assert_eq!(found.map(|shapes| shapes.glyphs.len()), expected);
    }

    #[test]
    fn every_form_of_a_font_is_read() {
        let known = shipped();
        let raw = raw_bytes(&known);
        check(&raw, Ok(95));
        check(&psf_of(&known), Ok(95));
        check(&gzipped(&psf_of(&known)), Ok(95));
        check(&psf1_file(&known), Ok(95));
        let page = [vec![0; 32 * 16], raw.clone(), vec![0; (256 - 127) * 16]].concat();
        check(&page, Ok(95));
        check(c_source(&page).as_bytes(), Ok(95));
        check(c_source(&gzipped(&page)).as_bytes(), Ok(95));
    }

    #[test]
    fn what_is_no_font_is_refused_with_its_reason() {
        let psf = psf_of(&shipped());
        check(b"", Err(NotAFont::UnknownForm));
        check(b"an article, not a font", Err(NotAFont::UnknownForm));
        check(&psf[..200], Err(NotAFont::Damaged));
        check(&gzipped(&psf)[..200], Err(NotAFont::Damaged));
        check(&vec![0; MAX_FONT_FILE + 1], Err(NotAFont::TooLarge));
        check(&gzipped(&vec![0; MAX_FONT_FILE + 1]), Err(NotAFont::TooLarge));
        check(&[0; 4096], Err(NotAFont::FewGlyphs { found: 1, needed: MIN_GLYPHS }));
        let mut wide = psf.clone();
        wide[28..32].copy_from_slice(&u32::MAX.to_le_bytes());
        check(&wide, Err(NotAFont::CellSize { width: u32::MAX as usize, height: 16 }));
        let mut many = psf;
        many[16..20].copy_from_slice(&u32::MAX.to_le_bytes());
        check(&many, Err(NotAFont::Damaged));
    }
}
