//! The shapes of a console font: for each character the pixels that are lit.

use std::collections::BTreeMap;

/// The glyphs of one font, all of one size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shapes {
    /// Pixels in a row of a glyph.
    pub width: usize,
    /// Rows of a glyph.
    pub height: usize,
    /// For each character its pixels, row after row; `true` is lit.
    pub glyphs: BTreeMap<char, Vec<bool>>,
    /// What a person calls the font.
    pub name: String,
}
