//! The sections with debug information of an ELF file, unpacked and as they are when it is linked.
//!
//! A module is not linked: each of its sections begins at 0. Here each gets a place of its own, and
//! the references to them are filled in, so that an address says its section.

use std::io::Read;

use gimli::{DwarfSections, EndianSlice, LittleEndian};
use object::{
    CompressionFormat, File, Object, ObjectKind, ObjectSection, ObjectSymbol, RelocationKind,
    RelocationTarget, SectionFlags, SectionIndex, elf,
};

/// Most bytes of all sections with debug information.
const MAX_BYTES: u64 = 1024 * 1024 * 1024;
/// Where the first section of a module that is not linked is put, and what its place is a multiple of.
const FIRST_PLACE: u64 = 0x10_0000;
const PLACE: u64 = 0x1_0000;

pub(super) type Dwarf<'a> = gimli::Dwarf<EndianSlice<'a, LittleEndian>>;

/// A section with code: its place in the table's head, and its address here.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placed {
    pub section: u32,
    pub start: u64,
    pub size: u64,
    /// To be added to a place in the table.
    pub shift: u64,
}

/// The debug information of a file.
pub(super) struct DebugInfo {
    pub code: Vec<Placed>,
    sections: DwarfSections<Vec<u8>>,
}

/// Where the sections of a file are put.
struct Places {
    /// By the section's number; `None` for one that is not loaded.
    starts: Vec<(SectionIndex, u64)>,
    linked: bool,
}

impl Places {
    fn new(file: &File<'_>, loaded: &[SectionIndex]) -> Self {
        let linked = file.kind() != ObjectKind::Relocatable;
        let mut next = FIRST_PLACE;
        let mut starts = Vec::new();
        for index in loaded {
            let Ok(section) = file.section_by_index(*index) else { continue };
            if linked {
                starts.push((*index, section.address()));
                continue;
            }
            starts.push((*index, next));
            let end = next.saturating_add(section.size()).saturating_add(PLACE);
            next = end / PLACE * PLACE;
        }
        Self { starts, linked }
    }

    fn of(&self, index: SectionIndex) -> u64 {
        let found = self.starts.iter().find(|(one, _)| *one == index);
        found.map_or(0, |(_, start)| *start)
    }
}

/// The debug information of `file`; `None` without any.
pub(super) fn debug_info(
    file: &File<'_>,
    loaded: &[SectionIndex],
) -> Result<Option<DebugInfo>, String> {
    if file.section_by_name(".debug_info").is_none() || !file.is_little_endian() {
        return Ok(None);
    }
    let places = Places::new(file, loaded);
    let mut code = Vec::new();
    for (at, index) in loaded.iter().enumerate() {
        let Ok(section) = file.section_by_index(*index) else { continue };
        let SectionFlags::Elf { sh_flags, .. } = section.flags() else { continue };
        if sh_flags.0 & elf::SHF_EXECINSTR.0 == 0 {
            continue;
        }
        let start = places.of(*index);
        let shift = if places.linked { 0 } else { start };
        let section_number = u32::try_from(at).unwrap_or(u32::MAX);
        code.push(Placed { section: section_number, start, size: section.size(), shift });
    }
    let mut left = MAX_BYTES;
    let sections = DwarfSections::load(|id| section_bytes(file, id.name(), &places, &mut left))?;
    Ok(Some(DebugInfo { code, sections }))
}

impl DebugInfo {
    /// The debug information in the form in which it is read.
    pub(super) fn dwarf(&self) -> Dwarf<'_> {
        self.sections.borrow(|bytes| EndianSlice::new(bytes, LittleEndian))
    }
}

fn section_bytes(
    file: &File<'_>,
    name: &str,
    places: &Places,
    left: &mut u64,
) -> Result<Vec<u8>, String> {
    let Some(section) = file.section_by_name(name) else {
        return Ok(Vec::new());
    };
    let packed = section.compressed_data().map_err(|error| format!("{name}: {error}"))?;
    let most = *left;
    if packed.uncompressed_size > most {
        return Err(too_many());
    }
    let mut bytes = match packed.format {
        CompressionFormat::None => packed.data.to_vec(),
        CompressionFormat::Zlib => {
            unpacked(flate2::read::ZlibDecoder::new(packed.data), name, most)?
        }
        CompressionFormat::Zstandard => {
            let decoder = zstd::stream::read::Decoder::new(packed.data);
            unpacked(decoder.map_err(|error| format!("{name}: {error}"))?, name, most)?
        }
        _ => return Err(format!("{name} is packed in an unknown way")),
    };
    *left = most.checked_sub(bytes.len() as u64).ok_or_else(too_many)?;
    if !places.linked {
        link(file, &section, places, &mut bytes);
    }
    Ok(bytes)
}

fn too_many() -> String {
    format!("its debug information has more than {MAX_BYTES} bytes")
}

/// The bytes of the section `name`, cut to one more than `most`.
fn unpacked(reader: impl Read, name: &str, most: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let read = reader.take(most + 1).read_to_end(&mut bytes);
    read.map_err(|error| format!("{name}: {error}")).map(|_| bytes)
}

/// Fills the references to other sections in. One that makes no sense stays as it is.
fn link<'data>(
    file: &File<'data>,
    section: &impl ObjectSection<'data>,
    places: &Places,
    bytes: &mut [u8],
) {
    for (offset, relocation) in section.relocations() {
        let target = match relocation.target() {
            RelocationTarget::Symbol(index) => file.symbol_by_index(index).ok().map(|symbol| {
                let start = symbol.section_index().map_or(0, |section| places.of(section));
                start.wrapping_add(symbol.address())
            }),
            RelocationTarget::Section(index) => Some(places.of(index)),
            _ => None,
        };
        let length = usize::from(relocation.size() / 8);
        let is_plain = relocation.kind() == RelocationKind::Absolute && matches!(length, 4 | 8);
        let place = usize::try_from(offset).ok().filter(|_| is_plain);
        let place = place.and_then(|at| bytes.get_mut(at..at.checked_add(length)?));
        let (Some(target), Some(place)) = (target, place) else { continue };
        let mut value = target.wrapping_add_signed(relocation.addend());
        if relocation.has_implicit_addend() {
            let mut written = [0; 8];
            written[..length].copy_from_slice(place);
            value = value.wrapping_add(u64::from_le_bytes(written));
        }
        place.copy_from_slice(&value.to_le_bytes()[..length]);
    }
}
