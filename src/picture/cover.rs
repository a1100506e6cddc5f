//! What lies on a screenshot: the dialogue of a console viewer, its bar, a note that somebody has pasted.
//! It is no ink of the screen. (With `Connection lost` over the text every row was held for one of the
//! dialogue, and letters were read in it.)

use super::ink::Blocks;
use super::plane::{Plane, median, percentile};

/// A block is covered when its paper is that much brighter than the usual one, in parts of the contrast.
const COVERED: f32 = 0.5;
/// Covers are that many blocks in each direction, or wider than a bar and as high: no stroke of a
/// character is.
const LEAST_SIDES: (usize, usize) = (4, 4);
const BAR: (usize, usize) = (16, 2);
/// The share of a rectangle of blocks that is covered; the rest is the text of the dialogue.
const FILLED: f32 = 0.6;
/// The share of a line of pixels that is bright, beside a cover, for it to belong to the cover.
const BRIGHT: f32 = 0.6;

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

/// The covers of a screenshot, and its blocks without them.
pub(super) fn covers_of(bright: &Plane, blocks: &mut Blocks) -> Vec<Cover> {
    let known = |plane: &Plane| -> Vec<f32> {
        plane.values.iter().copied().filter(|value| !value.is_nan()).collect()
    };
    let usual = median(&mut known(&blocks.paper));
    let full = percentile(&mut known(&blocks.contrast), 0.97).max(1.0);
    let level = usual + COVERED * full;
    let covered: Vec<bool> = blocks.paper.values.iter().map(|paper| *paper > level).collect();
    let mut covers = Vec::new();
    for (part, count) in parts(&covered, blocks.paper.width) {
        let is_wide = part.width() >= BAR.0 && part.height() >= BAR.1;
        let is_large = part.width() >= LEAST_SIDES.0 && part.height() >= LEAST_SIDES.1;
        let filled = count as f32 / (part.width() * part.height()) as f32;
        if (is_wide || is_large) && filled > FILLED {
            leave_out(blocks, &part);
            covers.push(in_pixels(bright, &part, blocks.side, level));
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
fn in_pixels(bright: &Plane, part: &Cover, side: usize, level: f32) -> Cover {
    let mut cover = Cover {
        left: part.left * side,
        top: part.top * side,
        right: (part.right * side).min(bright.width),
        bottom: (part.bottom * side).min(bright.height),
    };
    let is_bright = |places: &mut dyn Iterator<Item = (usize, usize)>| {
        let (mut lit, mut all) = (0, 0);
        for (x, y) in places {
            lit += usize::from(bright.at(x, y) > level);
            all += 1;
        }
        lit as f32 > BRIGHT * all as f32
    };
    for _ in 0..side {
        let Cover { left, top, right, bottom } = cover;
        if left > 0 && is_bright(&mut (top..bottom).map(|y| (left - 1, y))) {
            cover.left -= 1;
        }
        if right < bright.width && is_bright(&mut (top..bottom).map(|y| (right, y))) {
            cover.right += 1;
        }
        if top > 0 && is_bright(&mut (left..right).map(|x| (x, top - 1))) {
            cover.top -= 1;
        }
        if bottom < bright.height && is_bright(&mut (left..right).map(|x| (x, bottom))) {
            cover.bottom += 1;
        }
    }
    cover
}
