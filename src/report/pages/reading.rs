//! The page of `psod-match parse`: everything that was read, and its oddities.

use super::super::block::{Block, Tone};
use super::super::views::{CrashView, PictureLineReport, Reading};
use super::super::words;
use super::super::{Detail, Printed};
use super::screen::{limit_blocks, screen_fields, title};
use crate::crash::{Defect, Frame, Role};
use crate::message::Catalog;

impl Printed for Reading {
    /// Everything that was read of one crash, as blocks.
    fn page(&self, catalog: &Catalog, _: Detail) -> Vec<Block> {
        let crash = &self.crash;
        let mut blocks = vec![title(catalog, &self.source)];
        blocks.extend(screen_fields(catalog, crash));
        if let Some(fingerprint) = &self.fingerprint {
            blocks.push(Block::Field("label-fingerprint", fingerprint.clone()));
        }
        blocks.extend(lists(catalog, crash));
        let main = catalog.text("heading-backtrace", &[]);
        blocks.extend(section(main, crash.backtrace.iter().map(frame_line).collect()));
        for other in &crash.other_backtraces {
            let key =
                if other.decides { "heading-backtrace-decides" } else { "heading-backtrace-of" };
            let heading = catalog.text(key, &[("origin", &other.origin)]);
            blocks.extend(section(heading, other.frames.iter().map(frame_line).collect()));
        }
        let checks = crash.machine_checks.iter().map(|check| check.printed.text.clone()).collect();
        blocks.extend(section(catalog.text("heading-machine-checks", &[]), checks));
        blocks.extend(section(catalog.text("heading-log-lines", &[]), crash.log_lines.clone()));
        let defects = crash.defects.iter().map(|defect| defect_line(catalog, defect)).collect();
        blocks.extend(section(catalog.text("heading-defects", &[]), defects));
        blocks.extend(limit_blocks(&self.limits));
        if self.shows_picture {
            let lines = self.picture_lines.iter().flat_map(marked_line).collect();
            blocks.extend(section(catalog.text("heading-picture", &[]), lines));
        }
        blocks
    }
}

/// A line of a picture's text, and below it a mark for each character in doubt.
fn marked_line(line: &PictureLineReport) -> Vec<String> {
    let mut lines = vec![line.text.clone()];
    if let Some(last) = line.doubtful.last() {
        let places = 0..=*last;
        let marks = places.map(|place| if line.doubtful.contains(&place) { '^' } else { ' ' });
        lines.push(marks.collect());
    }
    lines
}

/// A heading with its lines; nothing without lines.
fn section(heading: String, lines: Vec<String>) -> Vec<Block> {
    if lines.is_empty() {
        return Vec::new();
    }
    let lines = lines.into_iter().map(Block::Preformatted);
    [Block::Heading(heading, Tone::Plain)].into_iter().chain(lines).collect()
}

/// The fields that hold many values.
fn lists(catalog: &Catalog, crash: &CrashView) -> Vec<Block> {
    let registers = crash.registers.iter().map(|(name, value)| format!("{name}={value}"));
    let worlds = crash
        .pcpus
        .iter()
        .map(|entry| format!("PCPU {} {}", entry.pcpu, words::world(catalog, &entry.world)));
    let devices = crash.host.devices.iter().map(|device| {
        let name = device.name.as_deref().unwrap_or("?");
        format!("{} {name}", device.address)
    });
    let nmi = crash.nmi.iter().map(|nmi| nmi.text.clone());
    let processor = [("FMS", &crash.host.processor), ("uCode", &crash.host.microcode)];
    let processor =
        processor.iter().filter_map(|(name, value)| Some(format!("{name}={}", value.as_ref()?)));
    let fields: [(&str, Vec<String>); 6] = [
        ("label-registers", registers.collect()),
        ("label-processor", processor.collect()),
        ("label-worlds", worlds.collect()),
        (
            "label-states",
            Some(crash.pcpu_states.clone()).filter(|s| !s.is_empty()).into_iter().collect(),
        ),
        ("label-nmi", nmi.collect()),
        ("label-devices", devices.collect()),
    ];
    let mut blocks: Vec<Block> = fields
        .into_iter()
        .filter(|(_, values)| !values.is_empty())
        .map(|(label, values)| Block::Field(label, values.join(", ")))
        .collect();
    if let Some(start) = crash.code_start {
        blocks.push(Block::Field("label-code-start", start.to_string()));
    }
    if let Some(tsc) = &crash.tsc {
        blocks.push(Block::Field("label-tsc", tsc.clone()));
    }
    blocks
}

/// `machinery  Panic+0x17`.
fn frame_line(found: &Frame) -> String {
    let role = match found.role {
        Role::Machinery => "machinery",
        Role::Story => "story",
        Role::Noise => "noise",
    };
    format!("{role:<10} {}", words::frame(found))
}

fn defect_line(catalog: &Catalog, defect: &Defect) -> String {
    let meaning = words::defect_text(catalog, defect.code);
    let line = match defect.line {
        0 => String::new(),
        line => format!("{} ", catalog.text("defect-line", &[("line", &line.to_string())])),
    };
    let quotation =
        if defect.text.is_empty() { String::new() } else { format!(": {}", defect.text) };
    format!("{line}{meaning}{quotation}")
}
