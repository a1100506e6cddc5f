//! A text that holds nothing but names of functions, one a line: what people paste of a backtrace
//! when they type it off a screen, and all that some articles print (Broadcom 313454, 318027).

use super::formats::Class;
use super::frames::{is_function_name, without_mark};
use super::line::Line;
use super::region::Region;

/// Most lines: a longer list of names is something else.
const MOST: usize = 64;

/// The lines of a text, as long as they are names.
#[derive(Debug, Default)]
pub struct Names {
    lines: Vec<(Line, Class)>,
    broken: bool,
}

impl Names {
    /// Takes the next line of the text.
    pub fn take(&mut self, line: &Line, class: Class) {
        if self.broken || class == Class::Blank {
            return;
        }
        // `panic` and `idle` are functions too, where everything else is one.
        let name = matches!(class, Class::BareFrame | Class::Frame)
            || class == Class::Other && is_function_name(without_mark(&line.body));
        if !name || self.lines.len() == MOST {
            self.broken = true;
            self.lines.clear();
            return;
        }
        if class != Class::Other {
            self.lines.push((line.clone(), class));
        }
    }

    /// The whole text as a region; `None` when it holds anything else. One frame with its address is
    /// a quotation.
    pub fn region(self) -> Option<Region> {
        self.lines.iter().find(|(_, class)| *class == Class::BareFrame)?;
        let first_line = self.lines.first()?.0.number;
        Some(Region { lines: self.lines, first_line, ..Region::default() })
    }
}
