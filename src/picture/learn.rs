//! The shapes of a font, out of a screenshot whose text is known.

use std::collections::BTreeMap;

use image::RgbImage;
use strsim::normalized_levenshtein;

use super::lattice::is_whole;
use super::reading::{ReadCell, Reading};
use super::shapes::Shapes;

/// A line of the text belongs to a line of the picture from this likeness on, whatever was misread.
const SAME_LINE: f64 = 0.4;

/// Fewer characters are no font to read by.
const FEWEST: usize = 20;

/// A cell of fewer pixels across or down has no glyphs.
const FEWEST_PIXELS: f32 = 5.0;

/// Of the pixels of a glyph at all its places, how many must agree.
const AGREEMENT: f32 = 0.9;

/// The shapes of the characters that `text` says stand in the cells of `reading`. `None` when the text does
/// not fit, or the cells are no whole numbers of pixels.
#[must_use]
pub fn learned(picture: &RgbImage, reading: &Reading, text: &str, name: &str) -> Option<Shapes> {
    let extents = [reading.cell.0, reading.cell.1];
    let [width, height] = extents.map(|extent| extent.round() as usize);
    let is_fitting = extents.iter().all(|extent| is_whole(*extent) && *extent >= FEWEST_PIXELS);
    if !is_fitting || width > 32 || height > 64 {
        return None;
    }
    let mut seen: BTreeMap<char, Vec<Vec<bool>>> = BTreeMap::new();
    for (cell, letter) in fitting_cells(reading, text) {
        if let Some(glyph) = glyph_at(picture, cell, width, height) {
            seen.entry(letter).or_default().push(glyph);
        }
    }
    seen.insert(' ', vec![vec![false; width * height]]);
    let glyphs: BTreeMap<char, Vec<bool>> =
        seen.into_iter().filter_map(|(letter, seen)| Some((letter, agreed(&seen)?))).collect();
    (glyphs.len() >= FEWEST).then(|| Shapes { width, height, glyphs, name: name.to_owned() })
}

/// The cells of each line, with the characters of the line of the text that is most like it.
fn fitting_cells<'a>(
    reading: &'a Reading,
    text: &'a str,
) -> impl Iterator<Item = (&'a ReadCell, char)> {
    let known: Vec<&str> =
        text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    reading.lines.iter().flat_map(move |line| {
        let read = line.text();
        let read = read.trim_end();
        let alike = known.iter().filter(|known| known.chars().count() == read.chars().count());
        let alike = alike.map(|known| (normalized_levenshtein(known, read), *known));
        let best = alike.max_by(|one, other| one.0.total_cmp(&other.0));
        let best =
            best.filter(|(likeness, _)| *likeness >= SAME_LINE).map_or("", |(_, known)| known);
        line.cells.iter().zip(best.chars()).filter(|(_, letter)| ('!'..='~').contains(letter))
    })
}

/// The pixels of a cell that are nearer to its brightest than to its darkest.
fn glyph_at(picture: &RgbImage, cell: &ReadCell, width: usize, height: usize) -> Option<Vec<bool>> {
    let (left, top) = cell.corners[0];
    let (left, top) = (left.round(), top.round());
    if left < 0.0 || top < 0.0 {
        return None;
    }
    let places = (0..width * height)
        .map(|at| (left as u32 + (at % width) as u32, top as u32 + (at / width) as u32));
    // The heading is yellow: its green is as bright as that of white letters.
    let values: Option<Vec<u8>> =
        places.map(|(x, y)| Some(picture.get_pixel_checked(x, y)?.0[1])).collect();
    let values = values?;
    let (dark, bright) = (*values.iter().min()?, *values.iter().max()?);
    let middle = dark / 2 + bright / 2;
    (bright - dark >= 40).then(|| values.iter().map(|value| *value > middle).collect())
}

/// The glyph that nearly all of these are; `None` when they differ.
fn agreed(seen: &[Vec<bool>]) -> Option<Vec<bool>> {
    let first = seen.first()?;
    let count = seen.len() as f32;
    let lit = (0..first.len()).map(|at| seen.iter().filter(|glyph| glyph[at]).count());
    let shares: Vec<f32> = lit.map(|lit| lit as f32 / count).collect();
    let agree = shares.iter().all(|share| *share >= AGREEMENT || *share <= 1.0 - AGREEMENT);
    agree.then(|| shares.iter().map(|share| *share > 0.5).collect())
}
