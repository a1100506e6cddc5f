//! How much ink is on each pixel of a screen: 0 is paper, 1 is a full stroke.

use super::cover::{Cover, covers_of};
use super::plane::{Plane, median, percentile};
use super::purple::Screen;

/// Maps have at most this many pixels; what is larger is shrunk first.
const MAX_PIXELS: usize = 5_000_000;
/// A paper whose brightness differs less than this over the screen is that of a screenshot.
const FLAT: f32 = 8.0;
/// The share of the blocks at either end that may differ more: in a screenshot those full of text. In a
/// photograph they are the lamp on the glass, which is small, and which glyphs such as 8 explain.
const APART: (f32, f32) = (0.1, 0.01);

/// Blocks of so many rows and columns on each side tell how bright most lines are: four lines.
const NEARBY: usize = 6;
/// Rows of blocks with less contrast than this share of the most lie between lines.
const BETWEEN_LINES: f32 = 0.4;
/// A block may have so much more contrast than the lines around it. (The yellow heading of a photograph took a third of
/// the ink of the line after it, the error: `@BiueScreen: HHi iPi`.)
const BRIGHTER: f32 = 1.05;

/// The ink of a screen, and where it is in the picture.
pub(super) struct Ink {
    pub(super) plane: Plane,
    /// Whether a pixel belongs to the screen, by row: first and last column.
    pub(super) spans: Vec<(usize, usize)>,
    /// What lies on the screen and hides it.
    pub(super) covers: Vec<Cover>,
    /// The pixel of the picture in which the map begins.
    pub(super) origin: (f32, f32),
    /// Pixels of the picture for one of the map.
    pub(super) factor: f32,
    pub(super) upright: bool,
}

impl Ink {
    /// The same ink with each `factor` × `factor` pixels one.
    pub(super) fn shrink(&self, factor: usize) -> Ink {
        let plane = self.plane.shrink(factor);
        let spans = spans_on(&plane, &self.spans, factor);
        let covers = self.covers.iter().map(|cover| cover.shrunk(factor)).collect();
        Ink { plane, spans, covers, factor: self.factor * factor as f32, ..*self }
    }

    pub(super) fn is_inside(&self, x: usize, y: usize) -> bool {
        self.spans.get(y).is_some_and(|(from, to)| (*from..*to).contains(&x))
            && !self.covers.iter().any(|cover| cover.holds(x, y))
    }
}

/// The spans of rows on a map of which each pixel was `factor` × `factor`.
fn spans_on(plane: &Plane, spans: &[(usize, usize)], factor: usize) -> Vec<(usize, usize)> {
    let rows = (0..plane.height).map(|y| spans[y * factor + factor / 2]);
    let spans = rows.map(|(from, to)| (from.div_ceil(factor), to / factor));
    spans.map(|(from, to)| (from.min(plane.width), to.min(plane.width))).collect()
}

/// Text is white or yellow on purple: green tells them from the paper best; red and blue add the
/// sharpness that a JPEG keeps for brightness alone.
fn brightness(pixel: &[u8]) -> f32 {
    0.16 * f32::from(pixel[0]) + 0.78 * f32::from(pixel[1]) + 0.06 * f32::from(pixel[2])
}

fn brightness_of(picture: &image::RgbImage, screen: &Screen, factor: usize) -> Plane {
    let row_length = picture.width() as usize;
    let share = 1.0 / (factor * factor) as f32;
    Plane::from_fn(screen.width / factor, screen.height / factor, |x, y| {
        let mut sum = 0.0;
        for row in screen.top + y * factor..screen.top + (y + 1) * factor {
            let start = (row * row_length + screen.left + x * factor) * 3;
            let pixels = &picture.as_raw()[start..start + factor * 3];
            sum += pixels.chunks_exact(3).map(brightness).sum::<f32>();
        }
        sum * share
    })
}

/// Brightness of paper and ink in blocks of a screen.
pub(super) struct Blocks {
    pub(super) side: usize,
    pub(super) paper: Plane,
    pub(super) contrast: Plane,
    pub(super) inside: Vec<bool>,
}

fn measure_blocks(bright: &Plane, spans: &[(usize, usize)]) -> Blocks {
    let side = (bright.width.min(bright.height) / 60).max(8);
    let (across, down) = (bright.width.div_ceil(side), bright.height.div_ceil(side));
    let (mut paper, mut contrast) = (Plane::new(across, down), Plane::new(across, down));
    let mut inside = Vec::with_capacity(across * down);
    let mut values = Vec::with_capacity(side * side);
    for index in 0..across * down {
        let (column, row) = (index % across * side, index / across * side);
        values.clear();
        for (y, span) in spans.iter().enumerate().skip(row).take(side) {
            let (from, to) = (column.max(span.0), (column + side).min(span.1));
            if from < to {
                values.extend_from_slice(&bright.row(y)[from..to]);
            }
        }
        if values.len() * 2 > side * side {
            paper.values[index] = percentile(&mut values, 0.25);
            contrast.values[index] = percentile(&mut values, 0.97) - paper.values[index];
            inside.push(values.len() * 10 > side * side * 9);
        } else {
            paper.values[index] = f32::NAN;
            inside.push(false);
        }
    }
    Blocks { side, paper, contrast, inside }
}

/// The values of the blocks around one, at most `radius` away.
fn around(plane: &Plane, x: usize, y: usize, radius: usize) -> Vec<f32> {
    let columns = x.saturating_sub(radius)..(x + radius + 1).min(plane.width);
    let rows = y.saturating_sub(radius)..(y + radius + 1).min(plane.height);
    let values = rows.flat_map(|row| plane.row(row)[columns.clone()].iter().copied());
    values.filter(|value| !value.is_nan()).collect()
}

/// The known values of the blocks that are inside.
fn values_inside(plane: &Plane, inside: &[bool]) -> Vec<f32> {
    let all = plane.values.iter().zip(inside);
    all.filter(|(value, inside)| **inside && !value.is_nan()).map(|(value, _)| *value).collect()
}

/// The contrast of most lines of text around a block.
fn contrast_of_lines(contrast: &Plane, x: usize, y: usize) -> f32 {
    let columns = x.saturating_sub(NEARBY)..(x + NEARBY + 1).min(contrast.width);
    let rows = y.saturating_sub(NEARBY)..(y + NEARBY + 1).min(contrast.height);
    let mut peaks: Vec<f32> = rows
        .map(|row| contrast.row(row)[columns.clone()].iter().copied().fold(0.0, f32::max))
        .collect();
    let most = peaks.iter().copied().fold(0.0, f32::max);
    peaks.retain(|peak| *peak > BETWEEN_LINES * most);
    median(&mut peaks)
}

/// Evens paper and contrast over neighbouring blocks, as glare and shadows change them.
fn even_out(blocks: &mut Blocks, upright: bool) {
    let mut papers = values_inside(&blocks.paper, &blocks.inside);
    let mut contrasts = values_inside(&blocks.contrast, &blocks.inside);
    let usual = median(&mut papers);
    let apart = if upright { APART.0 } else { APART.1 };
    let flat = percentile(&mut papers, 1.0 - apart) - percentile(&mut papers, apart) < FLAT;
    let full = percentile(&mut contrasts, 0.97).max(1.0);
    let (across, down) = (blocks.paper.width, blocks.paper.height);
    if flat {
        blocks.paper = Plane::from_fn(across, down, |_, _| usual);
    } else {
        blocks.paper = Plane::from_fn(across, down, |x, y| {
            let mut values = around(&blocks.paper, x, y, 1);
            if values.is_empty() { usual } else { median(&mut values) }
        });
    }
    let bounded = Plane::from_fn(across, down, |x, y| {
        blocks.contrast.at(x, y).min(BRIGHTER * contrast_of_lines(&blocks.contrast, x, y))
    });
    let peaks = Plane::from_fn(across, down, |x, y| {
        around(&bounded, x, y, 2).into_iter().fold(0.0, f32::max)
    });
    let least = if flat { 0.7 } else { 0.35 };
    blocks.contrast = Plane::from_fn(across, down, |x, y| {
        let values = around(&peaks, x, y, 2);
        (values.iter().sum::<f32>() / values.len().max(1) as f32).max(least * full)
    });
}

/// The ink of a screen: its brightness over paper, in parts of the contrast around it.
pub(super) fn ink_of(picture: &image::RgbImage, screen: &Screen) -> Ink {
    let mut factor = 1;
    while (screen.width / factor) * (screen.height / factor) > MAX_PIXELS {
        factor += 1;
    }
    let mut plane = brightness_of(picture, screen, factor);
    let spans = spans_on(&plane, &screen.spans, factor);
    let mut blocks = measure_blocks(&plane, &spans);
    // The lamp on the glass of a photograph is bright too, and the text below it can be read.
    let covers =
        if screen.upright { covers_of(picture, screen, factor, &mut blocks) } else { Vec::new() };
    even_out(&mut blocks, screen.upright);
    let (width, side) = (plane.width, blocks.side as f32);
    for (y, &(from, to)) in spans.iter().enumerate() {
        let row = &mut plane.values[y * width..(y + 1) * width];
        for (x, value) in row.iter_mut().enumerate() {
            if x < from || x >= to || covers.iter().any(|cover| cover.holds(x, y)) {
                *value = 0.0;
                continue;
            }
            // Blocks give their value at their centre.
            let (across, down) = ((x as f32 + 0.5) / side, (y as f32 + 0.5) / side);
            let paper = sample_clamped(&blocks.paper, across, down);
            let contrast = sample_clamped(&blocks.contrast, across, down);
            *value = ((*value - paper) / contrast).clamp(-0.3, 1.7);
        }
    }
    let origin = (screen.left as f32, screen.top as f32);
    Ink { plane, spans, covers, origin, factor: factor as f32, upright: screen.upright }
}

/// The value between blocks; beyond the last one it stays.
fn sample_clamped(plane: &Plane, x: f32, y: f32) -> f32 {
    plane.sample(x.clamp(0.5, plane.width as f32 - 0.5), y.clamp(0.5, plane.height as f32 - 0.5))
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::super::purple::find_screen;
    use super::*;

    const LINE: u32 = 28;

    /// A screen of lines of strokes, the first one yellow, the others grey, on paper that the lamp brightens to the
    /// right.
    fn photographed() -> RgbImage {
        let paper = |x: u32| Rgb([150 + (x / 40) as u8, x as u8 / 40, 150 + (x / 40) as u8]);
        RgbImage::from_fn(1000, 700, |x, y| {
            let is_stroke = x % 14 < 4 && (4..24).contains(&(y % LINE)) && y < 20 * LINE;
            match (is_stroke, y / LINE) {
                (true, 0) => Rgb([255, 255, 0]),
                (true, _) => Rgb([170; 3]),
                (false, _) => paper(x),
            }
        })
    }

    /// The least and the most ink of the strokes of a line.
    fn strokes(ink: &Ink, line: u32) -> (f32, f32) {
        let top = (line * LINE) as usize;
        let rows = top + 6..top + 22;
        let inked = rows.flat_map(|y| (29..800).step_by(14).map(move |x| (x, y)));
        inked
            .map(|(x, y)| ink.plane.at(x, y))
            .fold((f32::MAX, f32::MIN), |(least, most), value| (least.min(value), most.max(value)))
    }

    #[test]
    fn the_line_after_a_bright_heading_has_as_much_ink_as_others() {
        let picture = photographed();
        let mut screen = find_screen(&picture).expect("a screen");
        screen.upright = false;
        let ink = ink_of(&picture, &screen);
        let usual = strokes(&ink, 12);
        let after = strokes(&ink, 1);
        assert!(after.0 > 0.85 * usual.0 && after.1 < 1.15 * usual.1, "{after:?}, {usual:?}");
        assert!(strokes(&ink, 0).0 > 1.2 * usual.1, "the heading is brighter");
    }
}
