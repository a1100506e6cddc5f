//! Levels the lines of a screen by its text, where the borders do not say how it lies: a photograph
//! that shows only a part of the screen has no borders, and those of a bent one are no lines.

use super::ink::Ink;
use super::plane::Plane;

/// Strips of columns whose rows of ink are laid over each other.
const STRIPS: usize = 24;
/// The steepest lines that are looked for, in parts of the width: nine degrees.
const STEEPEST: f32 = 0.16;
/// Less than this many pixels from end to end is level.
const MIN_DRIFT: f32 = 0.6;
/// How often each term is tried, in smaller and smaller steps.
const ROUNDS: i32 = 5;
/// Lines are level already unless others make the rows of ink so much clearer.
const MIN_GAIN: f32 = 1.03;

/// How far lines are from level: their slope, how it changes from top to bottom, and their bend.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Tilt {
    slope: f32,
    change: f32,
    bend: f32,
    width: f32,
    height: f32,
}

impl Tilt {
    /// How much lower the ink of a level row is at a place.
    fn drop(&self, x: f32, y: f32) -> f32 {
        let (u, v) = (x / self.width - 0.5, y / self.height - 0.5);
        self.width * (u * (self.slope + self.change * v) + self.bend * u * u)
    }

    /// Where a place of the levelled map was. What turns the lines turns the columns.
    pub(super) fn at(&self, (x, y): (f32, f32)) -> (f32, f32) {
        (x - self.slope * (y - self.height / 2.0), y + self.drop(x, y))
    }

    fn with(&self, term: usize, step: f32) -> Tilt {
        let mut tilt = *self;
        *[&mut tilt.slope, &mut tilt.change, &mut tilt.bend][term] += step;
        tilt
    }

    /// No camera bends lines so much.
    fn is_far(&self) -> bool {
        self.change.abs() > STEEPEST || self.bend.abs() > STEEPEST
    }

    /// How many pixels lines are off from end to end, at most.
    fn drift(&self) -> f32 {
        (self.slope.abs() + self.change.abs() + self.bend.abs()) * self.width
    }
}

/// The ink of the rows of a map, strip by strip.
struct Strips {
    rows: Vec<Vec<f32>>,
    width: f32,
}

impl Strips {
    fn new(plane: &Plane) -> Strips {
        let rows = (0..STRIPS).map(|strip| {
            let columns = strip * plane.width / STRIPS..(strip + 1) * plane.width / STRIPS;
            let parts = (0..plane.height).map(|y| &plane.row(y)[columns.clone()]);
            parts.map(|part| part.iter().map(|value| value.clamp(0.0, 1.0)).sum()).collect()
        });
        Strips { rows: rows.collect(), width: plane.width as f32 }
    }

    /// How clear the rows of ink are when lines lie so: lines that fall together rise and end steeply.
    fn clearness(&self, tilt: &Tilt, sums: &mut Vec<f32>) -> f32 {
        let height = self.rows[0].len();
        sums.clear();
        sums.resize(height, 0.0);
        for (strip, rows) in self.rows.iter().enumerate() {
            let x = (strip as f32 + 0.5) * self.width / STRIPS as f32;
            let (top, bottom) = (tilt.drop(x, 0.0), tilt.drop(x, height as f32));
            let growth = (bottom - top) / height as f32;
            for (y, sum) in sums.iter_mut().enumerate() {
                let place = y as f32 + top + growth * y as f32;
                let index = place.floor();
                if index >= 0.0 && (index as usize) + 1 < height {
                    let (upper, lower) = (rows[index as usize], rows[index as usize + 1]);
                    *sum += upper + (lower - upper) * (place - index);
                }
            }
        }
        sums.windows(3).map(|rows| (rows[2] - rows[0]).powi(2)).sum()
    }
}

/// A tilt, and how clear the rows of ink are when lines lie so.
#[derive(Debug, Clone, Copy)]
struct Try {
    clearness: f32,
    tilt: Tilt,
}

/// The search for the tilt at which the rows of ink are clearest.
struct Search {
    strips: Strips,
    sums: Vec<f32>,
    best: Try,
}

impl Search {
    fn new(plane: &Plane) -> Search {
        let (width, height) = (plane.width as f32, plane.height as f32);
        let level = Tilt { width, height, ..Tilt::default() };
        let (strips, mut sums) = (Strips::new(plane), Vec::new());
        let best = Try { clearness: strips.clearness(&level, &mut sums), tilt: level };
        Search { strips, sums, best }
    }

    /// Takes a tilt for the best one if it is clearer; whether it was taken.
    fn take(&mut self, tilt: Tilt) -> bool {
        let clearness = self.strips.clearness(&tilt, &mut self.sums);
        let is_clearer = clearness > self.best.clearness;
        if is_clearer {
            self.best = Try { clearness, tilt };
        }
        is_clearer
    }

    /// Tries straight parallel lines of every slope.
    fn turn(&mut self) {
        let level = self.best.tilt;
        let step = 2.0 / level.width;
        let count = (STEEPEST / step) as i32;
        for turn in -count..=count {
            self.take(level.with(0, step * turn as f32));
        }
    }

    /// Changes one term as long as that makes the rows clearer.
    fn walk(&mut self, term: usize, step: f32) {
        let mut tilt = self.best.tilt.with(term, step);
        while !tilt.is_far() && self.take(tilt) {
            tilt = tilt.with(term, step);
        }
    }
}

/// How the lines of a map lie.
fn tilt_of(plane: &Plane) -> Option<Tilt> {
    let mut search = Search::new(plane);
    let start = search.best.clearness;
    search.turn();
    for round in 0..ROUNDS {
        let step = 3.0 / plane.width as f32 / f32::powi(1.6, round);
        for (term, factor) in [(1, 2.0), (2, 2.0), (0, 0.7)] {
            search.walk(term, -step * factor);
            search.walk(term, step * factor);
        }
    }
    let Try { clearness, tilt } = search.best;
    (tilt.drift() > MIN_DRIFT && clearness > MIN_GAIN * start).then_some(tilt)
}

/// The map with its lines level, and how they were; nothing if they are level.
pub(super) fn levelled(ink: &Ink) -> Option<(Ink, Tilt)> {
    let tilt = tilt_of(&ink.plane)?;
    let plane = Plane::from_fn(ink.plane.width, ink.plane.height, |x, y| {
        let (left, top) = tilt.at((x as f32 + 0.5, y as f32 + 0.5));
        ink.plane.sample(left, top)
    });
    let spans = vec![(0, plane.width); plane.height];
    let covers = Vec::new();
    Some((Ink { plane, spans, covers, ..*ink }, tilt))
}
