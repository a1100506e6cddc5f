//! What lies on a screenshot: the dialogue of a console viewer, its bar, a note that somebody has pasted.
//! It is no ink of the screen. (With `Connection lost` over the text every row was held for one of the
//! dialogue, and letters were read in it.)

use std::ops::Range;

use super::ink::Blocks;
use super::purple::{Screen, purpleness};

/// A pixel is paper when it has that share of the full purple: between the strokes of a small text little
/// of it is left.
const PAPER: f32 = 0.25;
/// A block is covered when fewer of its pixels are paper.
const MIN_PAPER: f32 = 0.15;
/// Covers are that many blocks in each direction, or wider than a bar and as high: no stroke of a
/// character is.
const MIN_SIDES: (usize, usize) = (4, 4);
const BAR: (usize, usize) = (16, 2);
/// The share of a rectangle of blocks that is covered; the rest is the text of the dialogue.
const FILLED: f32 = 0.6;
/// The share of a line of pixels that is no paper, beside a cover, for it to belong to the cover.
const BORDER: f32 = 0.8;

/// A rectangle of pixels: the first column and row, and those behind the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cover {
    pub(super) left: usize,
    pub(super) top: usize,
    pub(super) right: usize,
    pub(super) bottom: usize,
}

impl Cover {
    pub(super) fn holds(&self, x: usize, y: usize) -> bool {
        (self.left..self.right).contains(&x) && (self.top..self.bottom).contains(&y)
    }

    /// The cover on a map of which each pixel was `factor` × `factor`.
    pub(super) fn shrunk(&self, factor: usize) -> Cover {
        Cover {
            left: self.left / factor,
            top: self.top / factor,
            right: self.right.div_ceil(factor),
            bottom: self.bottom.div_ceil(factor),
        }
    }

    fn width(&self) -> usize {
        self.right - self.left
    }

    fn height(&self) -> usize {
        self.bottom - self.top
    }

    fn with(self, x: usize, y: usize) -> Cover {
        Cover {
            left: self.left.min(x),
            top: self.top.min(y),
            right: self.right.max(x + 1),
            bottom: self.bottom.max(y + 1),
        }
    }
}

/// Which pixels of a map of the screen are paper.
struct Paper {
    width: usize,
    height: usize,
    values: Vec<bool>,
}

impl Paper {
    fn new(picture: &image::RgbImage, screen: &Screen, factor: usize) -> Paper {
        let (width, height) = (screen.width / factor, screen.height / factor);
        let (row_length, least) = (picture.width() as usize, PAPER * screen.purple);
        let values = (0..width * height).map(|index| {
            let (x, y) = (index % width * factor, index / width * factor);
            let start = ((screen.top + y) * row_length + screen.left + x) * 3;
            purpleness(&picture.as_raw()[start..start + 3]) > least
        });
        Paper { width, height, values: values.collect() }
    }

    /// The share of the pixels of a rectangle that are paper.
    fn share(&self, columns: Range<usize>, rows: Range<usize>) -> f32 {
        let all = columns.len() * rows.len();
        let parts = rows.map(|y| &self.values[y * self.width..][columns.clone()]);
        let count: usize = parts.map(|part| part.iter().filter(|is| **is).count()).sum();
        count as f32 / all.max(1) as f32
    }

    /// True when so little of a line of pixels beside a cover is paper that it belongs to the cover.
    fn is_of_cover(&self, columns: Range<usize>, rows: Range<usize>) -> bool {
        self.share(columns, rows) < 1.0 - BORDER
    }

    /// For each block whether something lies on it.
    fn covered(&self, blocks: &Blocks) -> Vec<bool> {
        let side = blocks.side;
        let (across, down) = (blocks.paper.width, blocks.paper.height);
        (0..across * down)
            .map(|index| {
                let columns = pixels_of_block(index % across, side, self.width);
                let rows = pixels_of_block(index / across, side, self.height);
                self.share(columns, rows) < MIN_PAPER
            })
            .collect()
    }
}

/// The columns or rows of a block, up to the end of the map.
fn pixels_of_block(at: usize, side: usize, end: usize) -> Range<usize> {
    at * side..((at + 1) * side).min(end)
}

/// The covers of a screenshot, on a map of which each pixel is `factor` × `factor`; its blocks are left
/// without them.
pub(super) fn covers_of(
    picture: &image::RgbImage,
    screen: &Screen,
    factor: usize,
    blocks: &mut Blocks,
) -> Vec<Cover> {
    let paper = Paper::new(picture, screen, factor);
    let mut covers = Vec::new();
    for (part, count) in parts(&paper.covered(blocks), blocks.paper.width) {
        let is_wide = part.width() >= BAR.0 && part.height() >= BAR.1;
        let is_large = part.width() >= MIN_SIDES.0 && part.height() >= MIN_SIDES.1;
        let filled = count as f32 / (part.width() * part.height()) as f32;
        if (is_wide || is_large) && filled > FILLED {
            leave_out(blocks, &part);
            covers.push(in_pixels(&paper, &part, blocks.side));
        }
    }
    covers
}

/// The rectangles around the connected parts of a mask, and how many blocks each part has.
fn parts(mask: &[bool], width: usize) -> Vec<(Cover, usize)> {
    let mut open = mask.to_vec();
    let mut parts = Vec::new();
    for start in 0..mask.len() {
        if !open[start] {
            continue;
        }
        open[start] = false;
        let (mut part, mut next) = (vec![start], 0);
        let (x, y) = (start % width, start / width);
        let mut around = Cover { left: x, top: y, right: x + 1, bottom: y + 1 };
        while next < part.len() {
            let (x, y) = (part[next] % width, part[next] / width);
            next += 1;
            around = around.with(x, y);
            for (x, y) in [(x.wrapping_sub(1), y), (x + 1, y), (x, y.wrapping_sub(1)), (x, y + 1)] {
                let index = y.wrapping_mul(width).wrapping_add(x);
                if x < width && open.get(index) == Some(&true) {
                    open[index] = false;
                    part.push(index);
                }
            }
        }
        parts.push((around, part.len()));
    }
    parts
}

/// Covered blocks say nothing about paper and ink.
fn leave_out(blocks: &mut Blocks, part: &Cover) {
    let width = blocks.paper.width;
    for index in
        (part.top..part.bottom).flat_map(|y| (part.left..part.right).map(move |x| y * width + x))
    {
        blocks.paper.values[index] = f32::NAN;
        blocks.contrast.values[index] = 0.0;
        blocks.inside[index] = false;
    }
}

/// A cover to the pixel: its border runs somewhere through the blocks around it.
fn in_pixels(paper: &Paper, part: &Cover, side: usize) -> Cover {
    let mut cover = Cover {
        left: part.left * side,
        top: part.top * side,
        right: (part.right * side).min(paper.width),
        bottom: (part.bottom * side).min(paper.height),
    };
    for _ in 0..side {
        let Cover { left, top, right, bottom } = cover;
        if left > 0 && paper.is_of_cover(left - 1..left, top..bottom) {
            cover.left -= 1;
        }
        if right < paper.width && paper.is_of_cover(right..right + 1, top..bottom) {
            cover.right += 1;
        }
        if top > 0 && paper.is_of_cover(left..right, top - 1..top) {
            cover.top -= 1;
        }
        if bottom < paper.height && paper.is_of_cover(left..right, bottom..bottom + 1) {
            cover.bottom += 1;
        }
    }
    cover
}
