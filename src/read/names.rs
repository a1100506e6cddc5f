//! A text that holds nothing but frames or names of functions, one a line: what people paste of a
//! backtrace when they type it off a screen, and all that some articles print (Broadcom 313454,
//! 318027). A single whole frame is enough: nobody hands over a quotation and nothing else.

use super::formats::Class;
use super::frames::{is_function_name, parse_frame, without_mark};
use super::line::Line;
use super::region::Region;
use super::spread::spread_name;
use crate::crash::DefectCode;

/// Most lines: a longer list of names is something else.
const MOST: usize = 64;

/// The lines of a text, as long as they are names.
#[derive(Debug, Default)]
pub(super) struct Names {
    lines: Vec<(Line, Class)>,
    /// True when a line is a frame without any doubt.
    sure: bool,
    broken: bool,
}

impl Names {
    /// Takes the next line of the text.
    pub(super) fn take(&mut self, line: &Line, class: Class) {
        if self.broken || class == Class::Blank {
            return;
        }
        let spread = (class == Class::Other).then(|| spread_name(&line.body)).flatten();
        // `panic` and `idle` are functions too, where everything else is one.
        let name = matches!(class, Class::BareFrame | Class::Frame | Class::Heading)
            || spread.is_some()
            || class == Class::Other && is_function_name(without_mark(&line.body));
        if !name || self.lines.len() == MOST {
            self.broken = true;
            self.lines.clear();
            return;
        }
        self.sure |= class == Class::BareFrame || class == Class::Frame && says_where(&line.body);
        match spread {
            Some(name) => {
                let line = line.with_body(name, &[DefectCode::BlankInName]);
                self.lines.push((line, Class::BareFrame));
            }
            None if class == Class::Other => {}
            None => self.lines.push((line.clone(), class)),
        }
    }

    /// The whole text as a region; `None` when it holds anything else.
    pub(super) fn region(self) -> Option<Region> {
        self.sure.then_some(())?;
        let first_line = self.lines.first()?.0.number;
        Some(Region { lines: self.lines, first_line, ..Region::default() })
    }
}

/// True for a frame that says more than the name of the panic entry.
fn says_where(body: &str) -> bool {
    parse_frame(body).is_some_and(|(parsed, _)| {
        let frame = parsed.frame;
        frame.function.is_some() && (frame.ip.is_some() || frame.module.is_some())
    })
}
