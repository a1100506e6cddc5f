//! Which pixel of the font each row and column of a picture shows that a viewer has resized by leaving out
//! or doubling rows and columns. Such a picture is exact in every cell, once that is known; where it is
//! guessed, `m` without its middle stroke is no `m`. (`vmkernel` was read as `vnkernel` at .9 of its size,
//! quite sure.)

use super::alphabet::Alphabet;
use super::lattice::Upright;
use super::plane::Plane;
use super::score::Scores;

/// How far, in pixels of the font, a grid may be off at either end, and the steps in which that is tried.
const REACH: f32 = 0.6;
const STEPS: i32 = 12;
/// Places this near to the border of a pixel of the font may show either one.
const UNSURE: f32 = 0.07;
/// A row or column of the picture shows the one pixel of the font rather than the other when it leaves less
/// than that share of what the other leaves, and more than so much is left by the other: a few pixels are
/// those of one cell, whose character may have been guessed by the very pixel that is asked for.
const CLEARLY: f32 = 0.5;
const MIN_LEFT: f32 = 3.0;

/// For rows or columns of a picture, from `start` on, the pixel of the font that each shows, counted from
/// the first cell of the grid; a whole number where nobody can say which one of the two beside it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Axis {
    start: isize,
    places: Vec<f32>,
}

/// The side of a border that a pixel shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Before,
    Behind,
}

/// Rows and columns of a picture.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sources {
    pub(super) across: Axis,
    pub(super) down: Axis,
}

/// A grid in one direction: its first border, its pitch, and the pixels of the font in a cell.
#[derive(Debug, Clone, Copy)]
struct Line {
    from: f32,
    pitch: f32,
    size: usize,
}

impl Line {
    /// Where a pixel of the picture is, in pixels of the font.
    fn place(&self, pixel: isize) -> f32 {
        (pixel as f32 + 0.5 - self.from) / self.pitch * self.size as f32
    }

    /// The pixels of the font that a place may show.
    fn choices(&self, pixel: isize) -> (isize, isize) {
        let place = self.place(pixel);
        ((place - REACH).floor() as isize, (place + REACH).floor() as isize)
    }

    /// The line over so many pixels with both ends moved by steps.
    fn moved(self, (from, to): (f32, f32), pixels: usize) -> Line {
        let cells = pixels as f32 / self.pitch;
        let step = REACH / STEPS as f32 * self.pitch / self.size as f32;
        Line {
            from: self.from + from * step,
            pitch: self.pitch + (to - from) * step / cells,
            ..self
        }
    }
}

impl Axis {
    fn new(line: &Line, length: usize) -> Axis {
        let margin = line.pitch.ceil() as isize;
        let places =
            (-margin..length as isize + margin).map(|pixel| line.place(pixel).floor() + 0.5);
        Axis { start: -margin, places: places.collect() }
    }

    /// The pixel of the font that a pixel of the map shows.
    fn source(&self, pixel: usize) -> isize {
        self.places[(pixel as isize - self.start) as usize].floor() as isize
    }

    /// The first pixel of a cell, and the places of its pixels in it; where two are possible, the one on this
    /// side.
    pub(super) fn cell(&self, cell: usize, size: usize, side: Side) -> (isize, Vec<f32>) {
        let from = (cell * size) as f32;
        let first = self.places.partition_point(|place| *place < from);
        let end = self.places.partition_point(|place| *place < from + size as f32);
        let aside = if side == Side::Before { -0.5 } else { 0.5 };
        let places = self.places[first..end].iter().map(|place| place - from);
        let sure = places.map(|place| if place.fract() == 0.0 { place + aside } else { place });
        (self.start + first as isize, sure.collect())
    }
}

/// What is left of a picture in one direction when its pixels show this or that pixel of the font.
struct Left {
    /// For each pixel the first pixel of the font that it may show, and what is left by it and the next ones.
    pixels: Vec<(isize, Vec<f32>)>,
}

impl Left {
    fn by(&self, pixel: usize, source: isize) -> f32 {
        let (first, left) = &self.pixels[pixel];
        let index = (source - first).clamp(0, left.len() as isize - 1);
        left[index as usize]
    }

    /// What is left in all.
    fn of_line(&self, line: &Line) -> f32 {
        let pixels = 0..self.pixels.len();
        pixels.map(|pixel| self.by(pixel, line.place(pixel as isize).floor() as isize)).sum()
    }

    /// The line that leaves least: the middle of those that leave no more.
    fn best_line(&self, line: Line) -> Line {
        let tries = (-STEPS..=STEPS).flat_map(|from| (-STEPS..=STEPS).map(move |to| (from, to)));
        let (mut least, mut equal) = (f32::MAX, Vec::new());
        for (from, to) in tries.map(|(from, to)| (from as f32, to as f32)) {
            let left = self.of_line(&line.moved((from, to), self.pixels.len()));
            if left < least - 1e-3 {
                least = left;
                equal.clear();
            }
            if left < least + 1e-3 {
                equal.push((from, to));
            }
        }
        let count = equal.len().max(1) as f32;
        let sum = equal.iter().fold((0.0, 0.0), |sum, end| (sum.0 + end.0, sum.1 + end.1));
        line.moved((sum.0 / count, sum.1 / count), self.pixels.len())
    }

    /// What each pixel shows by a line, and by what is left where the line is not sure.
    fn axis(&self, line: &Line) -> Axis {
        let mut axis = Axis::new(line, self.pixels.len());
        for pixel in 0..self.pixels.len() {
            let place = line.place(pixel as isize);
            let border = place.round();
            if (place - border).abs() >= UNSURE {
                continue;
            }
            let (before, behind) =
                (self.by(pixel, border as isize - 1), self.by(pixel, border as isize));
            let shown = &mut axis.places[(pixel as isize - axis.start) as usize];
            *shown = if behind > MIN_LEFT && before < CLEARLY * behind {
                border - 0.5
            } else if before > MIN_LEFT && behind < CLEARLY * before {
                border + 0.5
            } else {
                border
            };
        }
        axis
    }
}

/// A screen whose cells are known well enough to say what its rows and columns show.
pub(super) struct Measured<'a> {
    plane: &'a Plane,
    /// The ink of the best glyphs in pixels of the font, without a number where nothing is known.
    drawn: Plane,
    across: Line,
    down: Line,
}

impl Measured<'_> {
    /// By the scores of all rows of a grid.
    pub(super) fn new<'a>(
        plane: &'a Plane,
        alphabet: &Alphabet,
        grid: Upright,
        strength: f32,
        scores: &Scores,
    ) -> Measured<'a> {
        let Upright { x, pitch_x, y, pitch_y } = grid;
        let (width, height) = (alphabet.width, alphabet.height);
        let drawn = Plane::from_fn(scores.columns * width, scores.rows * height, |x, y| {
            let cell = scores.cell(y / height, x / width);
            let glyph = if cell.costs.is_empty() { 0 } else { cell.best() };
            strength * alphabet.pixels[glyph][y % height * width + x % width]
        });
        Measured {
            plane,
            drawn,
            across: Line { from: x, pitch: pitch_x, size: width },
            down: Line { from: y, pitch: pitch_y, size: height },
        }
    }

    /// How far the ink of a pixel is from that of a pixel of the font.
    fn left(&self, (x, y): (usize, usize), (across, down): (isize, isize)) -> f32 {
        match (usize::try_from(across), usize::try_from(down)) {
            (Ok(across), Ok(down)) if across < self.drawn.width && down < self.drawn.height => {
                (self.plane.at(x, y) - self.drawn.at(across, down)).powi(2)
            }
            _ => 0.0,
        }
    }

    /// What is left of each column when it shows this or that one of the font.
    fn left_across(&self, line: &Line, rows: &Axis) -> Left {
        let height = self.plane.height;
        left_of(self.plane.width, line, |x, source| {
            (0..height).map(|y| self.left((x, y), (source, rows.source(y)))).sum()
        })
    }

    /// What is left of each row when it shows this or that one of the font.
    fn left_down(&self, line: &Line, columns: &Axis) -> Left {
        let width = self.plane.width;
        left_of(self.plane.height, line, |y, source| {
            (0..width).map(|x| self.left((x, y), (columns.source(x), source))).sum()
        })
    }

    /// What rows and columns show, and the grid that says so.
    pub(super) fn sources(&self) -> (Sources, Upright) {
        let (mut across, mut down) = (self.across, self.down);
        let mut rows = Axis::new(&down, self.plane.height);
        let mut columns = Axis::new(&across, self.plane.width);
        for _ in 0..2 {
            let left = self.left_across(&across, &rows);
            across = left.best_line(across);
            columns = left.axis(&across);
            let left = self.left_down(&down, &columns);
            down = left.best_line(down);
            rows = left.axis(&down);
        }
        let grid =
            Upright { x: across.from, pitch_x: across.pitch, y: down.from, pitch_y: down.pitch };
        (Sources { across: columns, down: rows }, grid)
    }
}

fn left_of(length: usize, line: &Line, left: impl Fn(usize, isize) -> f32) -> Left {
    let pixels = (0..length).map(|pixel| {
        let (first, last) = line.choices(pixel as isize);
        // A line that is moved by the reach may show the next one.
        let (first, last) = (first - 1, last + 1);
        (first, (first..=last).map(|source| left(pixel, source)).collect())
    });
    Left { pixels: pixels.collect() }
}
