//! Rows of a console to pixels, as the console draws them.

use fastrand::Rng;
use image::{Rgb, RgbImage};
use psod_match::picture::Shapes;

use super::screen::{Console, Row};

/// The colours of a purple screen.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Colours {
    paper: Rgb<u8>,
    ink: Rgb<u8>,
    heading: Rgb<u8>,
}

impl Colours {
    /// Of the shades that were seen in published pictures.
    pub(crate) fn draw(rng: &mut Rng) -> Self {
        let shade = rng.u8(159..=174);
        let white = if rng.u8(0..4) == 0 { 170 } else { 255 };
        let paper = Rgb([shade, rng.u8(0..=2), shade]);
        Self { paper, ink: Rgb([white; 3]), heading: Rgb([255, 255, 0]) }
    }
}

/// The exact screen.
pub(crate) fn paint(rows: &[Row], console: Console, shapes: &Shapes, colours: Colours) -> RgbImage {
    let (width, height) = console.size;
    let mut picture = RgbImage::from_pixel(width as u32, height as u32, colours.paper);
    for (down, row) in rows.iter().enumerate() {
        let ink = if row.heading { colours.heading } else { colours.ink };
        for (across, letter) in row.text.chars().enumerate() {
            let corner = (across * console.cell.0, down * console.cell.1);
            stamp(&mut picture, shapes, letter, corner, ink);
        }
    }
    picture
}

fn stamp(
    picture: &mut RgbImage,
    shapes: &Shapes,
    letter: char,
    corner: (usize, usize),
    ink: Rgb<u8>,
) {
    let Some(glyph) = shapes.glyphs.get(&letter) else { return };
    for (at, _) in glyph.iter().enumerate().filter(|(_, inked)| **inked) {
        let x = (corner.0 + at % shapes.width) as u32;
        let y = (corner.1 + at / shapes.width) as u32;
        if x < picture.width() && y < picture.height() {
            picture.put_pixel(x, y, ink);
        }
    }
}
