//! A text that holds nothing but frames or names of functions, one a line: people paste a backtrace
//! like that when they type it off a screen, and some articles print no more (Broadcom 313454,
//! 318027). A single whole frame is enough: no one hands over a quotation and nothing else.

use super::frames::{ParsedFrame, parse_bare_frame, parse_listed_name, without_number};
use super::item::Item;
use super::line::Line;
use super::region::{Region, is_only_logged};
use super::spread::spread_name;
use crate::crash::DefectCode;

/// Most lines: a longer list of names is something else.
const MOST: usize = 64;

/// Most names for one that only the VMkernel has: a list of words may hold one such by chance.
const MAX_FOR_ONE: usize = 4;

/// The lines of a text, as long as they are names.
#[derive(Debug, Default)]
pub(super) struct Names {
    lines: Vec<Line>,
    /// Lines that only a backtrace of the VMkernel has.
    kernel: usize,
    broken: bool,
}

impl Names {
    /// Takes the next line of the text.
    pub(super) fn push(&mut self, line: &Line) {
        if self.broken || line.item == Some(Item::Blank) {
            return;
        }
        if self.lines.len() == MOST {
            return self.give_up();
        }
        match &line.item {
            Some(Item::BareFrame(parsed)) => self.add(line.clone(), parsed.kernel),
            Some(Item::Frame(parsed)) => {
                self.add(line.clone(), names_place(parsed) || is_numbered(line, parsed))
            }
            Some(Item::Heading(_)) => self.add(line.clone(), false),
            Some(_) => self.give_up(),
            None => match spread_frame(line) {
                Some(line) => self.add(line, false),
                None => match parse_listed_name(&line.body) {
                    Some(frame) => self.add(line.clone().with_item(Item::BareFrame(frame)), false),
                    None => self.give_up(),
                },
            },
        }
    }

    fn add(&mut self, line: Line, kernel: bool) {
        self.kernel += usize::from(kernel);
        self.lines.push(line);
    }

    fn give_up(&mut self) {
        self.broken = true;
        self.lines.clear();
    }

    /// The whole text as a region; `None` when it holds anything else.
    pub(super) fn region(self) -> Option<Region> {
        let first_line = self.lines.first()?.number;
        let telling = self.kernel > 0 && self.kernel * MAX_FOR_ONE >= self.lines.len();
        let whole = telling && !is_only_logged(&self.lines);
        whole.then(|| Region { lines: self.lines, first_line, ..Region::default() })
    }
}

/// `#0  LockCheckSpinCountInt`: a debugger's frame of the VMkernel.
fn is_numbered(line: &Line, parsed: &ParsedFrame) -> bool {
    parsed.kernel && without_number(&line.body).is_some()
}

/// True for a frame with more than the name of the panic entry.
fn names_place(parsed: &ParsedFrame) -> bool {
    let frame = &parsed.frame;
    frame.function.is_some() && parsed.kernel && (frame.ip.is_some() || frame.module.is_some())
}

/// The line as a bare name, where it is one but for a space inside.
pub(super) fn spread_frame(line: &Line) -> Option<Line> {
    let name = spread_name(&line.body)?;
    let frame = parse_bare_frame(&name)?;
    Some(line.with_body(name, &[DefectCode::BlankInName]).with_item(Item::BareFrame(frame)))
}
