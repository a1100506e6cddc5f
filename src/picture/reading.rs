//! What a picture was read as, cell by cell, with the doubt of each.

use super::shapes::Shapes;

/// One character cell of the screen.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadCell {
    /// `?` when nobody can read it.
    pub character: char,
    /// From 0 to 1.
    pub confidence: f32,
    /// Where the cell is in the picture, in pixels: upper left, upper right, lower right, lower left.
    pub corners: [(f32, f32); 4],
}

/// One line of the screen, unwrapped.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReadLine {
    /// From the first column to the last one with a character; blanks are cells too.
    pub cells: Vec<ReadCell>,
}

impl ReadLine {
    /// The characters of the line.
    #[must_use]
    pub fn text(&self) -> String {
        self.cells.iter().map(|cell| cell.character).collect()
    }
}

/// By what a picture was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// One pixel of the picture is one pixel of a known font, or a whole multiple.
    Exact,
    /// Upright, at any other size, or compressed.
    Scaled,
    /// Rotated, in perspective or curved.
    Photograph,
    /// Upright, in a font that is not known: equal characters are equal pictures.
    Deciphered,
}

/// The text of a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// From top to bottom, empty ones between texts included.
    pub lines: Vec<ReadLine>,
    /// Which share of the ink the glyphs explain, from 0 to 1.
    pub explained: f32,
    /// Columns of the screen, as far as the picture shows them.
    pub columns: usize,
    /// Width and height of a cell in pixels of the picture.
    pub cell: (f32, f32),
    /// By what it was read.
    pub how: How,
    /// Shapes that were deciphered with certainty.
    pub learned: Option<Shapes>,
}

impl Reading {
    /// The lines, each with its line feed.
    #[must_use]
    pub fn text(&self) -> String {
        self.lines.iter().map(|line| line.text() + "\n").collect()
    }
}

/// Words that screens print, whichever generation; few other texts on purple print two of them.
const LANDMARKS: &[&str] = &[
    "VMware",
    "ESX",
    "vmkernel",
    "BlueScreen",
    "Exception",
    "PCPU",
    "world",
    "stack",
    "Code start",
    "uptime",
    "TSC",
    "Panic",
    "PANIC",
    "Backtrace",
    "coredump",
    "Coredump",
    "dump",
    "debugger",
    "Failed at",
    "NMI",
    "cr0",
    "nover",
];
/// Digits of a hexadecimal number that is no colour and no short code.
const ADDRESS_DIGITS: usize = 7;
/// Addresses that say as much as one of the words.
const ADDRESSES: usize = 2;

impl Reading {
    /// How much of the text is what screens print: each word of [`LANDMARKS`] once, and addresses.
    pub(super) fn landmarks(&self) -> usize {
        let text = self.text();
        let words = LANDMARKS.iter().filter(|word| text.contains(**word)).count();
        let addresses = text.split("0x").skip(1).filter(|rest| {
            rest.bytes().take_while(u8::is_ascii_hexdigit).count() >= ADDRESS_DIGITS
        });
        words + addresses.count() / ADDRESSES
    }
}

/// Why a picture is not read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum NotRead {
    /// No purple area that could be a screen.
    NoPurple,
    /// The purple area is too small to hold legible text.
    TooSmall,
    /// No lines and columns of characters on the purple.
    NoGrid,
    /// There is something on the purple, but the glyphs explain only this share of it.
    NotExplained(f32),
    /// What is read is nothing that a screen prints.
    NoLandmark,
}
