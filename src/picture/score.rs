//! How well each glyph explains each cell of a screen.

use std::collections::HashMap;

use super::alphabet::{Alphabet, Bank, Kernel, weights_at};
use super::ink::Ink;
use super::lattice::{Upright, energy};
use super::plane::{Plane, median, percentile};

/// Phases of a cell against the pixels of the picture that are told apart, in one direction.
const PHASES: f32 = 16.0;
/// A cell has ink when its mean square is that much.
const MIN_INK: f32 = 0.035;
/// The share of the cells that a known font explains, whatever else lies on the screen.
const EXPLAINED_CELLS: f32 = 0.8;
/// A cell that is cut counts for measures when this much of it is seen.
const WHOLE: f32 = 0.93;

/// One cell: its ink, and the squared distance of each glyph.
#[derive(Debug, Clone, Default)]
pub(super) struct CellScore {
    pub(super) energy: f32,
    pub(super) pixels: f32,
    /// The share of the cell that is on the screen.
    pub(super) seen: f32,
    pub(super) costs: Vec<f32>,
}

impl CellScore {
    pub(super) fn is_inked(&self) -> bool {
        self.energy > MIN_INK * self.pixels
    }

    pub(super) fn is_whole(&self) -> bool {
        self.seen > WHOLE
    }

    /// The glyph that fits best.
    pub(super) fn best(&self) -> usize {
        (0..self.costs.len()).min_by(|a, b| self.costs[*a].total_cmp(&self.costs[*b])).unwrap_or(0)
    }

    pub(super) fn least_cost(&self) -> f32 {
        self.costs.iter().copied().fold(f32::MAX, f32::min)
    }
}

/// Cells of a row that say how strong its ink is.
pub(super) const MIN_CELLS: usize = 6;

/// All cells of a screen, row after row.
#[derive(Debug, Clone, Default)]
pub(super) struct Scores {
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) cells: Vec<CellScore>,
    /// How many of the samples of a cell say the same.
    pub(super) correlation: f32,
    /// Glyphs of which nobody is sure which character they are.
    pub(super) guessed: Vec<bool>,
}

impl Scores {
    /// Whether the glyph that fits a cell best may be another character.
    pub(super) fn is_guessed(&self, cell: &CellScore) -> bool {
        self.guessed.get(cell.best()).is_some_and(|guessed| *guessed)
    }

    pub(super) fn cell(&self, row: usize, column: usize) -> &CellScore {
        &self.cells[row * self.columns + column]
    }

    fn measured(&self) -> impl Iterator<Item = &CellScore> {
        self.cells
            .iter()
            .filter(|cell| cell.is_whole() && cell.is_inked() && !cell.costs.is_empty())
    }

    /// The share of the ink of a usual cell that its best glyph explains.
    pub(super) fn explained(&self) -> f32 {
        let mut left: Vec<f32> =
            self.measured().map(|cell| cell.least_cost() / cell.energy.max(1e-6)).collect();
        if left.is_empty() { 0.0 } else { (1.0 - median(&mut left)).clamp(0.0, 1.0) }
    }

    /// The mean square of a sample that the best glyph leaves.
    pub(super) fn noise(&self) -> f32 {
        let mut left: Vec<f32> =
            self.measured().map(|cell| cell.least_cost() / cell.pixels.max(1.0)).collect();
        if left.is_empty() { 1.0 } else { (1.5 * median(&mut left)).max(0.004) }
    }

    /// The energy of a usual cell with a character.
    pub(super) fn usual_energy(&self) -> f32 {
        let mut energies: Vec<f32> = self.measured().map(|cell| cell.energy).collect();
        if energies.is_empty() { 1.0 } else { median(&mut energies) }
    }
}

/// The pixels of one row or column of cells in one direction.
#[derive(Debug, Clone)]
struct Stretch {
    /// The first pixel; may be before the map.
    first: isize,
    count: usize,
    /// How far the centre of the first pixel is from the border of the cell, in parts of `PHASES`.
    phase: usize,
}

impl Stretch {
    fn new(start: f32, pitch: f32) -> Stretch {
        let first = (start - 0.5).ceil();
        let end = (start + pitch - 0.5).ceil();
        let phase = ((first + 0.5 - start) * PHASES).round().clamp(0.0, PHASES);
        Stretch {
            first: first as isize,
            count: (end - first).max(1.0) as usize,
            phase: phase as usize,
        }
    }

    /// Where its pixels are in the cell, in font pixels.
    fn places(&self, scale: f32) -> Vec<f32> {
        (0..self.count).map(|index| (index as f32 + self.phase as f32 / PHASES) / scale).collect()
    }

    fn pixels(&self, size: usize) -> impl Iterator<Item = Option<usize>> + Clone {
        let first = self.first;
        (0..self.count).map(move |index| {
            usize::try_from(first + index as isize).ok().filter(|pixel| *pixel < size)
        })
    }
}

/// An alphabet as an upright picture shows it: a bank for each phase of the cells.
pub(super) struct Comparer<'a> {
    alphabet: &'a Alphabet,
    grid: Upright,
    kernel: Kernel,
    banks: HashMap<(usize, usize, usize, usize), Bank>,
}

impl<'a> Comparer<'a> {
    pub(super) fn new(alphabet: &'a Alphabet, grid: Upright, kernel: Kernel) -> Comparer<'a> {
        Comparer { alphabet, grid, kernel, banks: HashMap::new() }
    }

    /// The pixels of a cell, across and down.
    fn stretches(&self, column: usize, row: usize) -> (Stretch, Stretch) {
        let Upright { x, pitch_x, y, pitch_y } = self.grid;
        let across = Stretch::new(x + pitch_x * column as f32, pitch_x);
        (across, Stretch::new(y + pitch_y * row as f32, pitch_y))
    }

    fn bank(&mut self, across: &Stretch, down: &Stretch) -> &Bank {
        let key = (across.phase, across.count, down.phase, down.count);
        self.banks.entry(key).or_insert_with(|| {
            let (alphabet, grid) = (self.alphabet, self.grid);
            let (scale_x, scale_y) =
                (grid.pitch_x / alphabet.width as f32, grid.pitch_y / alphabet.height as f32);
            let columns = weights_at(&across.places(scale_x), alphabet.width, self.kernel, scale_x);
            let rows = weights_at(&down.places(scale_y), alphabet.height, self.kernel, scale_y);
            Bank::new(alphabet, &rows, &columns)
        })
    }

    /// Measures one cell with full ink at the strength `strength`; without costs if it has no ink.
    fn score(
        &mut self,
        ink: &Ink,
        (column, row): (usize, usize),
        strength: f32,
        pixels: &mut Vec<f32>,
    ) -> CellScore {
        let (across, down) = self.stretches(column, row);
        let plane = &ink.plane;
        pixels.clear();
        let mut seen = Vec::new();
        for y in down.pixels(plane.height) {
            for x in across.pixels(plane.width) {
                let place = x.zip(y).filter(|(x, y)| ink.is_inside(*x, *y));
                pixels.push(place.map_or(0.0, |(x, y)| plane.at(x, y)));
                seen.push(place.is_some());
            }
        }
        let count = seen.iter().filter(|seen| **seen).count();
        let mut cell = CellScore {
            energy: energy(pixels),
            pixels: count as f32,
            seen: count as f32 / seen.len() as f32,
            costs: Vec::new(),
        };
        // A stroke leaves more than this in any cell; what is below is noise.
        if cell.energy > 0.2 * MIN_INK * cell.pixels {
            let bank = self.bank(&across, &down);
            if count == seen.len() {
                bank.costs(pixels, strength, &mut cell.costs);
            } else {
                bank.masked_costs(pixels, &seen, strength, &mut cell.costs);
            }
        }
        cell
    }

    /// Measures the cells of some rows.
    pub(super) fn scores(&mut self, ink: &Ink, rows: &[usize], strength: f32) -> Scores {
        let columns = self.grid.columns(ink.plane.width);
        let mut pixels = Vec::new();
        let mut cells = Vec::with_capacity(rows.len() * columns);
        for row in rows {
            let strength = self.row_strength(ink, *row, strength);
            for column in 0..columns {
                cells.push(self.score(ink, (column, *row), strength, &mut pixels));
            }
        }
        Scores { rows: rows.len(), columns, cells, correlation: 1.6, guessed: Vec::new() }
    }

    /// The strength of one row: a heading may have a colour of its own.
    fn row_strength(&mut self, ink: &Ink, row: usize, usual: f32) -> f32 {
        let strengths = self.strengths(ink, &[row]);
        if strengths.len() < MIN_CELLS {
            usual
        } else {
            median(&mut { strengths }).clamp(0.4 * usual, 1.3 * usual)
        }
    }

    /// The strength of the ink at which the glyphs fit best, in a usual cell.
    pub(super) fn strength(&mut self, ink: &Ink, rows: &[usize]) -> f32 {
        let mut strengths = self.strengths(ink, rows);
        if strengths.is_empty() { 1.0 } else { median(&mut strengths).clamp(0.4, 1.4) }
    }

    fn strengths(&mut self, ink: &Ink, rows: &[usize]) -> Vec<f32> {
        let columns = self.grid.columns(ink.plane.width);
        let (mut cell, mut products, mut strengths) = (Vec::new(), Vec::new(), Vec::new());
        for (column, row) in
            rows.iter().flat_map(|row| (0..columns).map(move |column| (column, *row)))
        {
            let (across, down) = self.stretches(column, row);
            cell_pixels(&ink.plane, &across, &down, &mut cell);
            if energy(&cell) < MIN_INK * cell.len() as f32 {
                continue;
            }
            let bank = self.bank(&across, &down);
            strengths.push(bank.best_fit(&cell, &mut products).1);
        }
        strengths
    }
}

fn cell_pixels(plane: &Plane, across: &Stretch, down: &Stretch, cell: &mut Vec<f32>) {
    cell.clear();
    for y in down.pixels(plane.height) {
        cell.extend(
            across.pixels(plane.width).map(|x| x.zip(y).map_or(0.0, |(x, y)| plane.at(x, y))),
        );
    }
}

/// How an upright picture shows a font: where its cells are, how it was resized, how strong its ink is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    pub(super) grid: Upright,
    pub(super) kernel: Kernel,
    pub(super) strength: f32,
    /// The share of the ink of some rows that stays unexplained.
    pub(super) cost: f32,
    /// The same share of a cell that is worse than most others.
    pub(super) worse: f32,
}

fn look(ink: &Ink, alphabet: &Alphabet, rows: &[usize], grid: Upright, kernel: Kernel) -> Look {
    let mut comparer = Comparer::new(alphabet, grid, kernel);
    let strength = comparer.strength(ink, &rows[..rows.len().min(3)]);
    let scores = comparer.scores(ink, rows, strength);
    let (mut left, mut all) = (0.0, 1e-6);
    let mut shares = Vec::new();
    for cell in scores.measured() {
        let cost = cell.least_cost();
        left += cost;
        all += cell.energy;
        shares.push(cost / cell.energy.max(1e-6));
    }
    Look {
        grid,
        kernel,
        strength,
        cost: left / all,
        worse: percentile(&mut shares, EXPLAINED_CELLS),
    }
}

/// A grid of whole pixels near one, as most screenshots have.
pub(super) fn snapped(grid: Upright, columns: usize, rows: usize) -> Option<Upright> {
    let whole = |pitch: f32, count: usize| (pitch - pitch.round()).abs() * count as f32 <= 0.9;
    let fits = whole(grid.pitch_x, columns) && whole(grid.pitch_y, rows);
    fits.then(|| {
        // The middle of the screen is where the grid was fitted best.
        let (middle_x, middle_y) = (columns as f32 / 2.0, rows as f32 / 2.0);
        let (pitch_x, pitch_y) = (grid.pitch_x.round(), grid.pitch_y.round());
        Upright {
            x: (grid.x + (grid.pitch_x - pitch_x) * middle_x).round(),
            y: (grid.y + (grid.pitch_y - pitch_y) * middle_y).round(),
            pitch_x,
            pitch_y,
        }
    })
}

/// Tries small moves of the grid as long as one of them explains more.
fn settle(ink: &Ink, alphabet: &Alphabet, rows: &[usize], mut best: Look) -> Look {
    let middle_x = best.grid.columns(ink.plane.width) as f32 / 2.0;
    let middle_y = rows.iter().sum::<usize>() as f32 / rows.len().max(1) as f32;
    let mut step = 0.14;
    for _ in 0..2 {
        for direction in 0..4 {
            for sign in [1.0, -1.0] {
                let mut grid = best.grid;
                let move_by = step * sign;
                match direction {
                    0 => grid.x += move_by,
                    1 => grid.y += move_by,
                    2 => {
                        grid.pitch_x += move_by / middle_x.max(1.0);
                        grid.x -= move_by;
                    }
                    _ => {
                        grid.pitch_y += move_by / middle_y.max(1.0);
                        grid.y -= move_by;
                    }
                }
                let moved = look(ink, alphabet, rows, grid, best.kernel);
                if moved.cost < best.cost - 1e-5 {
                    best = moved;
                    break;
                }
            }
        }
        step /= 2.5;
    }
    best
}

/// Finds how a picture shows a font, by some rows of it.
pub(super) fn best_look(ink: &Ink, alphabet: &Alphabet, rows: &[usize], grid: Upright) -> Look {
    let (columns, all_rows) = (grid.columns(ink.plane.width), grid.rows(ink.plane.height));
    if let Some(whole) = snapped(grid, columns, all_rows) {
        let exact = look(ink, alphabet, rows, whole, Kernel::Area);
        let beside = look(ink, alphabet, rows, grid, Kernel::Area);
        if exact.cost <= beside.cost && exact.cost < 0.05 {
            return exact;
        }
    }
    let scale = (grid.pitch_x / alphabet.width as f32).min(grid.pitch_y / alphabet.height as f32);
    let kernels = Kernel::candidates(scale);
    let few: Vec<usize> = rows.iter().step_by(2).copied().collect();
    let mut looks: Vec<Look> =
        kernels.iter().map(|kernel| look(ink, alphabet, &few, grid, *kernel)).collect();
    looks.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    let settled =
        settle(ink, alphabet, rows, look(ink, alphabet, rows, looks[0].grid, looks[0].kernel));
    let again = kernels.into_iter().map(|kernel| look(ink, alphabet, rows, settled.grid, kernel));
    let mut best =
        again.fold(settled, |best, next| if next.cost < best.cost { next } else { best });
    if let Some(whole) = snapped(best.grid, columns, all_rows) {
        for kernel in [Kernel::Area, best.kernel] {
            let exact = look(ink, alphabet, rows, whole, kernel);
            if exact.cost <= best.cost {
                best = exact;
            }
        }
    }
    best
}
