//! Which file and line is this address? Taken out of the debug information when a module is indexed,
//! so that the module is not needed any more: ranges of addresses, each with the functions that are
//! inlined there.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;

use object::{File, SectionIndex};
use serde::{Deserialize, Serialize};

use super::debug_info::{DebugInfo, Dwarf, debug_info};
use super::form::{LINES, SymbolForm, damaged, write};
use crate::error::Result;
use crate::text::clip_bytes;

/// Most ranges of one module, and longest name that is kept.
const MAX_RANGES: usize = 8_000_000;
const MAX_NAME: usize = 4096;

/// The lines of the source of one module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineTable {
    /// The names of functions and files; the first one is empty and stands for an unknown one.
    names: Vec<String>,
    /// By section and address, none over another.
    ranges: Vec<Range>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Range {
    section: u32,
    start: u64,
    length: u64,
    /// The innermost one first.
    frames: Vec<LinePlace>,
}

/// A line of a function: names by their numbers, 0 for what is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct LinePlace {
    function: u32,
    file: u32,
    line: u32,
}

/// A line of the source, and the function that it is in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[non_exhaustive]
pub struct SourcePlace {
    /// The function.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub function: Option<String>,
    /// The file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
}

impl LineTable {
    /// The lines of an ELF file, whose sections that are loaded are `loaded`; `None` without debug
    /// information.
    pub(super) fn from_file(
        file: &File<'_>,
        loaded: &[SectionIndex],
    ) -> Result<Option<Self>, String> {
        let Some(info) = debug_info(file, loaded)? else {
            return Ok(None);
        };
        let mut builder = Builder::default();
        builder.names.insert(String::new(), 0);
        let table = builder
            .build(&info)
            .map_err(|error| format!("its debug information is damaged: {error}"))?;
        Ok((!table.ranges.is_empty()).then_some(table))
    }

    /// The place in the source of an address in a section; several where functions are inlined, the
    /// innermost first.
    pub fn at(&self, section: u32, address: u64) -> Vec<SourcePlace> {
        let behind =
            self.ranges.partition_point(|range| (range.section, range.start) <= (section, address));
        let Some(range) = behind.checked_sub(1).and_then(|at| self.ranges.get(at)) else {
            return Vec::new();
        };
        if range.section != section || address - range.start >= range.length {
            return Vec::new();
        }
        range.frames.iter().map(|place| self.source_place(place)).collect()
    }

    fn source_place(&self, place: &LinePlace) -> SourcePlace {
        SourcePlace {
            function: self.name(place.function).cloned(),
            file: self.name(place.file).cloned(),
            line: (place.line > 0).then_some(place.line),
        }
    }

    fn name(&self, number: u32) -> Option<&String> {
        self.names.get(number as usize).filter(|name| !name.is_empty())
    }

    /// Number of its ranges of addresses.
    pub(super) fn ranges(&self) -> usize {
        self.ranges.len()
    }

    /// Writes the table.
    pub(super) fn write(&self, path: &Path) -> Result<()> {
        let mut body = String::new();
        for name in &self.names {
            // Writing into a text does not fail.
            let _ = writeln!(body, "{name}");
        }
        for Range { section, start, length, frames } in &self.ranges {
            let _ = write!(body, "{section:x} {start:x} {length:x}");
            for LinePlace { function, file, line } in frames {
                let _ = write!(body, " {function:x} {file:x} {line:x}");
            }
            body.push('\n');
        }
        write(path, LINES, LineHead { names: self.names.len() }, &body)
    }

    /// Reads a table.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let (head, body) = SymbolForm::<LineHead>::open(path, LINES)?.body(path)?;
        let mut lines = body.lines();
        let names: Vec<String> = lines.by_ref().take(head.names).map(str::to_owned).collect();
        let ranges: Option<Vec<Range>> = lines.map(range).collect();
        let ranges =
            ranges.filter(|ranges| ranges.is_sorted_by_key(|one| (one.section, one.start)));
        let ranges = ranges.ok_or_else(|| damaged(path, "its body is damaged"))?;
        Ok(Self { names, ranges })
    }
}

#[derive(Deserialize, Serialize)]
struct LineHead {
    names: usize,
}

fn range(line: &str) -> Option<Range> {
    let numbers: Result<Vec<u64>, _> =
        line.split(' ').map(|word| u64::from_str_radix(word, 16)).collect();
    let numbers = numbers.ok()?;
    let [section, start, length, ref frames @ ..] = numbers[..] else {
        return None;
    };
    let frames: Option<Vec<LinePlace>> = frames.chunks(3).map(line_place).collect();
    Some(Range { section: u32::try_from(section).ok()?, start, length, frames: frames? })
}

fn line_place(frame: &[u64]) -> Option<LinePlace> {
    let &[function, file, line] = frame else {
        return None;
    };
    Some(LinePlace {
        function: u32::try_from(function).ok()?,
        file: u32::try_from(file).ok()?,
        line: u32::try_from(line).ok()?,
    })
}

#[derive(Default)]
struct Builder {
    names: HashMap<String, u32>,
    ranges: Vec<Range>,
}

impl Builder {
    fn build(mut self, info: &DebugInfo) -> Result<LineTable, gimli::Error> {
        let context = addr2line::Context::from_dwarf(info.dwarf())?;
        let edges = edges(&info.dwarf())?;
        for code in &info.code {
            let end = code.start.saturating_add(code.size);
            let rows = context.find_location_range(code.start, end)?;
            let mut own: Vec<u64> =
                rows.flat_map(|(start, size, _)| [start, start.saturating_add(size)]).collect();
            let within = edges.partition_point(|edge| *edge < code.start)
                ..edges.partition_point(|edge| *edge < end);
            own.extend(&edges[within]);
            own.extend([code.start, end]);
            own.sort_unstable();
            own.dedup();
            for pair in own.windows(2).filter(|pair| pair[0] >= code.start && pair[1] <= end) {
                let frames = self.frames(&context, pair[0])?;
                if !frames.is_empty() {
                    let start = pair[0] - code.shift;
                    self.add(Range {
                        section: code.section,
                        start,
                        length: pair[1] - pair[0],
                        frames,
                    });
                }
            }
        }
        let mut names = vec![String::new(); self.names.len()];
        for (name, number) in self.names {
            names[number as usize] = name;
        }
        Ok(LineTable { names, ranges: self.ranges })
    }

    fn add(&mut self, range: Range) {
        if let Some(last) = self.ranges.last_mut()
            && last.section == range.section
            && last.start + last.length == range.start
            && last.frames == range.frames
        {
            last.length += range.length;
        } else if self.ranges.len() < MAX_RANGES {
            self.ranges.push(range);
        }
    }

    fn frames(
        &mut self,
        context: &addr2line::Context<gimli::EndianSlice<'_, gimli::LittleEndian>>,
        address: u64,
    ) -> Result<Vec<LinePlace>, gimli::Error> {
        let mut frames = context.find_frames(address).skip_all_loads()?;
        let mut places = Vec::new();
        while let Some(frame) = frames.next()? {
            let function = match &frame.function {
                Some(function) => self.number(&function.raw_name()?),
                None => 0,
            };
            let (file, line) = frame.location.map_or((None, None), |at| (at.file, at.line));
            let file = file.map_or(0, |file| self.number(file));
            places.push(LinePlace { function, file, line: line.unwrap_or_default() });
        }
        Ok(places)
    }

    /// The number of a name, which stands on a line of its own.
    fn number(&mut self, name: &str) -> u32 {
        let name = clip_bytes(name, MAX_NAME).replace(['\n', '\r'], " ");
        let next = u32::try_from(self.names.len()).unwrap_or_default();
        *self.names.entry(name).or_insert(next)
    }
}

/// Where functions and inlined functions begin and end, in order.
fn edges(dwarf: &Dwarf<'_>) -> Result<Vec<u64>, gimli::Error> {
    let mut edges = Vec::new();
    let mut units = dwarf.units();
    while let Some(header) = units.next()? {
        let unit = dwarf.unit(header)?;
        let mut entries = unit.entries();
        while let Some(entry) = entries.next_dfs()? {
            if !matches!(entry.tag(), gimli::DW_TAG_subprogram | gimli::DW_TAG_inlined_subroutine) {
                continue;
            }
            let mut ranges = dwarf.die_ranges(&unit, entry)?;
            while let Some(range) = ranges.next()? {
                edges.extend([range.begin, range.end]);
            }
        }
    }
    edges.sort_unstable();
    edges.dedup();
    Ok(edges)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_back_as_they_were_written_and_found_by_address() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("lpfc.lines");
        let names = ["", "inner", "outer", "/src/a.c"].map(str::to_owned).to_vec();
        let frames = vec![
            LinePlace { function: 1, file: 3, line: 7 },
            LinePlace { function: 2, file: 3, line: 0 },
        ];
        let table =
            LineTable { names, ranges: vec![Range { section: 1, start: 0x10, length: 4, frames }] };
        table.write(&path).expect("written");
        assert_eq!(LineTable::read(&path).expect("a table"), table);
        let found = table.at(1, 0x13);
        assert_eq!((found[0].function.as_deref(), found[0].line), (Some("inner"), Some(7)));
        assert_eq!((found[1].file.as_deref(), found[1].line), (Some("/src/a.c"), None));
        assert!(
            table.at(1, 0x14).is_empty()
                && table.at(1, 0xf).is_empty()
                && table.at(0, 0x12).is_empty()
        );
    }

    #[test]
    fn a_body_that_was_made_up_is_an_error() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("lpfc.lines");
        for (body, good) in [
            ("0 10 4 0 0 1\n", true),
            ("0 10 4 0 0\n", false),
            ("0 10\n", false),
            ("0 10 4\n0 8 1\n", false),
            ("x\n", false),
        ] {
            write(&path, LINES, LineHead { names: 0 }, body).expect("written");
            assert_eq!(LineTable::read(&path).is_ok(), good, "{body}");
        }
        write(&path, LINES, LineHead { names: 0 }, "0 10 4 9 9 1\n").expect("written");
        assert_eq!(LineTable::read(&path).expect("a table").at(0, 0x10)[0].file, None);
    }
}
