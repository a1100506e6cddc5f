//! How well each glyph explains each cell of a screen.

use std::collections::HashMap;
use std::rc::Rc;

use super::adapt::{Observation, Observed};
use super::alphabet::{Alphabet, Bank, Kernel, Mixing, weights_at};
use super::ink::Ink;
use super::lattice::{Upright, aside_of, ends_of, energy};
use super::nearest::{Measured, Side, Sources};
use super::plane::{Plane, median, percentile};

/// Phases of a cell against the pixels of the picture that are told apart, in one direction.
const PHASES: f32 = 16.0;
/// A cell has ink when its mean square is that much.
const MIN_INK: f32 = 0.035;
/// The share of the cells that a known font explains, whatever else lies on the screen.
const EXPLAINED_CELLS: f32 = 0.8;
/// How many pixels of a sharp picture say the same.
const CORRELATION: f32 = 1.6;
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
    /// How strong the ink of each row is.
    pub(super) strengths: Vec<f32>,
    /// How many of the samples of a cell say the same.
    pub(super) correlation: f32,
    /// Glyphs of which nobody is sure which character they are.
    pub(super) guessed: Vec<bool>,
    /// Whether rows or columns of the font are left out, so that nothing may be left of a character.
    pub(super) hides: bool,
    /// Whether the glyphs were fitted to the screen, so that one may be that of two characters.
    pub(super) fitted: bool,
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

    /// The share of the ink that the best glyphs leave.
    pub(super) fn unexplained(&self) -> f32 {
        let (mut left, mut all) = (0.0, 1e-6);
        for cell in self.measured() {
            left += cell.least_cost();
            all += cell.energy;
        }
        left / all
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
#[derive(Debug, Clone, Default, PartialEq)]
struct Stretch {
    /// The first pixel; may be before the map.
    first: isize,
    count: usize,
    /// Where its pixels are in the cell: see [`Comparer::places`].
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

    fn pixels(&self, size: usize) -> impl Iterator<Item = Option<usize>> + Clone {
        let first = self.first;
        (0..self.count).map(move |index| {
            usize::try_from(first + index as isize).ok().filter(|pixel| *pixel < size)
        })
    }
}

/// The pixels of a cell, those of them that are on the screen, and the strength of their ink.
struct Pixels<'a> {
    pixels: &'a [f32],
    seen: &'a [bool],
    strength: f32,
}

impl Pixels<'_> {
    fn costs(&self, bank: &Bank, costs: &mut Vec<f32>) {
        if self.seen.iter().all(|seen| *seen) {
            bank.costs(self.pixels, self.strength, costs);
        } else {
            bank.masked_costs(self.pixels, self.seen, self.strength, costs);
        }
    }
}

/// An alphabet as an upright picture shows it: a bank for each phase of the cells.
pub(super) struct Comparer<'a> {
    alphabet: &'a Alphabet,
    grid: Upright,
    kernel: Kernel,
    /// What rows and columns show, where that is known.
    sources: Option<Rc<Sources>>,
    /// The different places that the pixels of a row or column of cells have then.
    patterns: Vec<Vec<f32>>,
    banks: HashMap<(usize, usize, usize, usize), Bank>,
}

/// The number of a pattern, which is no phase.
const PATTERN: usize = 1000;

impl<'a> Comparer<'a> {
    pub(super) fn new(alphabet: &'a Alphabet, grid: Upright, kernel: Kernel) -> Comparer<'a> {
        let (patterns, banks) = (Vec::new(), HashMap::new());
        Comparer { alphabet, grid, kernel, sources: None, patterns, banks }
    }

    /// As a picture was found to show a font.
    pub(super) fn from_look(alphabet: &'a Alphabet, look: &Look) -> Comparer<'a> {
        let sources = look.sources.clone();
        Comparer { sources, ..Comparer::new(alphabet, look.grid, look.kernel) }
    }

    /// The pixels of a cell, across and down.
    fn stretches(&mut self, column: usize, row: usize) -> (Stretch, Stretch) {
        if self.sources.is_some() {
            return self.known_stretches((column, row), (Side::Before, Side::Before));
        }
        let Upright { x, pitch_x, y, pitch_y } = self.grid;
        let across = Stretch::new(x + pitch_x * column as f32, pitch_x);
        (across, Stretch::new(y + pitch_y * row as f32, pitch_y))
    }

    /// The pixels of a cell where rows and columns are known but for a side.
    fn known_stretches(
        &mut self,
        (column, row): (usize, usize),
        (side_across, side_down): (Side, Side),
    ) -> (Stretch, Stretch) {
        let Some(sources) = self.sources.clone() else { return Default::default() };
        let across = sources.across.cell(column, self.alphabet.width, side_across);
        let down = sources.down.cell(row, self.alphabet.height, side_down);
        (self.known_stretch(across), self.known_stretch(down))
    }

    /// The squared distances when rows and columns that may show either of two show the better one, for each
    /// glyph: the sides that none of them can tell apart tell no characters apart.
    fn costs_of_sides(&mut self, place: (usize, usize), measured: &Pixels<'_>, costs: &mut [f32]) {
        let mut known = vec![self.stretches(place.0, place.1)];
        let sides = [
            (Side::Before, Side::Behind),
            (Side::Behind, Side::Before),
            (Side::Behind, Side::Behind),
        ];
        for side in sides {
            let stretches = self.known_stretches(place, side);
            if known.contains(&stretches) {
                continue;
            }
            let bank = self.bank(&stretches.0, &stretches.1);
            let mut others = Vec::new();
            measured.costs(bank, &mut others);
            for (cost, other) in costs.iter_mut().zip(others) {
                *cost = cost.min(other);
            }
            known.push(stretches);
        }
    }

    fn known_stretch(&mut self, (first, places): (isize, Vec<f32>)) -> Stretch {
        let count = places.len();
        let known = self.patterns.iter().position(|pattern| *pattern == places);
        let pattern = known.unwrap_or_else(|| {
            self.patterns.push(places);
            self.patterns.len() - 1
        });
        Stretch { first, count, phase: PATTERN + pattern }
    }

    /// Where the pixels of a stretch are in the cell, in font pixels: by a known pattern, or by how far the
    /// centre of the first one is from the border, in parts of `PHASES`.
    fn places(&self, stretch: &Stretch, scale: f32) -> Vec<f32> {
        if let Some(pattern) = stretch.phase.checked_sub(PATTERN) {
            return self.patterns[pattern].clone();
        }
        let start = stretch.phase as f32 / PHASES;
        (0..stretch.count).map(|index| (index as f32 + start) / scale).collect()
    }

    fn bank(&mut self, across: &Stretch, down: &Stretch) -> &Bank {
        let key = (across.phase, across.count, down.phase, down.count);
        if !self.banks.contains_key(&key) {
            let mixing = self.mixing(across, down);
            self.banks.insert(key, Bank::new(self.alphabet, &mixing));
        }
        &self.banks[&key]
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
        // A stroke leaves more than this in any cell, unless rows are left out; what is below is noise.
        if cell.energy > 0.2 * MIN_INK * cell.pixels || self.sources.is_some() {
            let measured = Pixels { pixels, seen: &seen, strength };
            measured.costs(self.bank(&across, &down), &mut cell.costs);
            if self.sources.is_some() {
                self.costs_of_sides((column, row), &measured, &mut cell.costs);
            }
        }
        cell
    }

    /// Measures the cells of some rows.
    pub(super) fn scores(&mut self, ink: &Ink, rows: &[usize], strength: f32) -> Scores {
        let columns = self.grid.columns(ink.plane.width);
        let mut pixels = Vec::new();
        let mut cells = Vec::with_capacity(rows.len() * columns);
        let mut strengths = Vec::with_capacity(rows.len());
        for row in rows {
            let strength = self.row_strength(ink, *row, strength);
            strengths.push(strength);
            for column in 0..columns {
                cells.push(self.score(ink, (column, *row), strength, &mut pixels));
            }
        }
        Scores {
            rows: rows.len(),
            columns,
            cells,
            strengths,
            correlation: self.correlation(),
            hides: self.sources.is_some(),
            ..Scores::default()
        }
    }

    /// How many pixels say the same: in a blurred picture those that one pixel of the font has spread over.
    /// (`Panic_vPanicInt` was read as `PanicvPanicint` in a soft picture, quite sure.)
    fn correlation(&self) -> f32 {
        let Kernel::Gauss(width) = self.kernel else { return CORRELATION };
        let (alphabet, grid) = (self.alphabet, self.grid);
        let spread = width * width * grid.pitch_x / alphabet.width as f32 * grid.pitch_y
            / alphabet.height as f32;
        CORRELATION.max(std::f32::consts::TAU * spread)
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
        if strengths.is_empty() { 1.0 } else { median(&mut strengths).clamp(0.4, 1.7) }
    }

    /// The whole cells with ink of a screen of which all rows were measured, and how they mix the pixels of the
    /// font.
    pub(super) fn observed(&mut self, ink: &Ink, scores: &Scores) -> Observation {
        let mut observation = Observation::default();
        let mut known: HashMap<(usize, usize, usize, usize), usize> = HashMap::new();
        let mut pixels = Vec::new();
        for (row, strength) in scores.strengths.iter().enumerate() {
            for column in 0..scores.columns {
                let cell = scores.cell(row, column);
                // A full stop or a dash has less ink than counts elsewhere.
                if cell.seen < 1.0 || cell.costs.is_empty() {
                    continue;
                }
                let (across, down) = self.stretches(column, row);
                let key = (across.phase, across.count, down.phase, down.count);
                let mixing = *known.entry(key).or_insert(observation.mixings.len());
                if mixing == observation.mixings.len() {
                    observation.mixings.push(self.mixing(&across, &down));
                }
                cell_pixels(&ink.plane, &across, &down, &mut pixels);
                let pixels = pixels.iter().map(|pixel| pixel / strength).collect();
                observation.add(Observed { row, column, mixing, pixels });
            }
        }
        observation
    }

    /// How the pixels of a cell mix those of the font.
    fn mixing(&self, across: &Stretch, down: &Stretch) -> Mixing {
        let (alphabet, grid) = (self.alphabet, self.grid);
        let (scale_x, scale_y) =
            (grid.pitch_x / alphabet.width as f32, grid.pitch_y / alphabet.height as f32);
        let (across, down) = (self.places(across, scale_x), self.places(down, scale_y));
        Mixing {
            columns: weights_at(&across, alphabet.width, self.kernel, scale_x),
            rows: weights_at(&down, alphabet.height, self.kernel, scale_y),
        }
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
#[derive(Debug, Clone)]
pub(super) struct Look {
    pub(super) grid: Upright,
    pub(super) kernel: Kernel,
    pub(super) strength: f32,
    /// The share of the ink of some rows that stays unexplained.
    pub(super) cost: f32,
    /// The same share of a cell that is worse than most others.
    pub(super) worse: f32,
    /// What its rows and columns show, if each shows one of the font.
    pub(super) sources: Option<Rc<Sources>>,
}

fn look(ink: &Ink, alphabet: &Alphabet, rows: &[usize], grid: Upright, kernel: Kernel) -> Look {
    look_with(ink, Comparer::new(alphabet, grid, kernel), rows)
}

fn look_with(ink: &Ink, mut comparer: Comparer<'_>, rows: &[usize]) -> Look {
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
        grid: comparer.grid,
        kernel: comparer.kernel,
        strength,
        cost: left / all,
        worse: percentile(&mut shares, EXPLAINED_CELLS),
        sources: comparer.sources,
    }
}

/// How a picture that shows one font in this way shows another one.
pub(super) fn same_look(ink: &Ink, alphabet: &Alphabet, rows: &[usize], known: &Look) -> Look {
    look(ink, alphabet, rows, known.grid, known.kernel)
}

/// A picture that was resized by leaving out or doubling rows and columns, with those that it shows.
fn look_at_nearest(ink: &Ink, alphabet: &Alphabet, rows: &[usize], roughly: &Look) -> Look {
    let mut comparer = Comparer::from_look(alphabet, roughly);
    let all: Vec<usize> = (0..roughly.grid.rows(ink.plane.height)).collect();
    let scores = comparer.scores(ink, &all, roughly.strength);
    let measured = Measured::new(&ink.plane, alphabet, roughly.grid, roughly.strength, &scores);
    let (sources, grid) = measured.sources();
    let sources = Some(Rc::new(sources));
    look_with(ink, Comparer { sources, ..Comparer::new(alphabet, grid, Kernel::Nearest) }, rows)
}

/// A grid of whole pixels near one that some rows have, as most screenshots have.
pub(super) fn snapped(grid: Upright, columns: usize, rows: &[usize]) -> Option<Upright> {
    let (first, last) = ends_of(rows);
    let fits =
        is_whole_over(grid.pitch_x, columns) && is_whole_over(grid.pitch_y, last - first + 1);
    fits.then(|| in_whole_pixels(grid, columns, rows))
}

/// The grid of whole pixels that is next to one that some rows have.
pub(super) fn in_whole_pixels(grid: Upright, columns: usize, rows: &[usize]) -> Upright {
    // The middle of the text is where the grid was fitted best: six lines on a screen of 48 rows say little of
    // where the last row is.
    let middle_x = columns as f32 / 2.0;
    let (first, last) = ends_of(rows);
    let middle_y = (first + last + 1) as f32 / 2.0;
    let (pitch_x, pitch_y) = (grid.pitch_x.round(), grid.pitch_y.round());
    Upright {
        x: (grid.x + (grid.pitch_x - pitch_x) * middle_x).round(),
        y: (grid.y + (grid.pitch_y - pitch_y) * middle_y).round(),
        pitch_x,
        pitch_y,
    }
}

/// True when so many cells of whole pixels end within a pixel of where those of this pitch end.
fn is_whole_over(pitch: f32, count: usize) -> bool {
    aside_of(pitch) * count as f32 <= 0.9
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
    let columns = grid.columns(ink.plane.width);
    if let Some(whole) = snapped(grid, columns, rows) {
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
    let grid = settled.grid;
    let again = kernels.into_iter().map(|kernel| look(ink, alphabet, rows, grid, kernel));
    let mut best =
        again.fold(settled, |best, next| if next.cost < best.cost { next } else { best });
    if best.kernel == Kernel::Nearest {
        for _ in 0..2 {
            let known = look_at_nearest(ink, alphabet, rows, &best);
            if known.cost < best.cost {
                best = known;
            }
        }
    }
    if let Some(whole) = snapped(best.grid, columns, rows) {
        for kernel in [Kernel::Area, best.kernel] {
            let exact = look(ink, alphabet, rows, whole, kernel);
            if exact.cost <= best.cost {
                best = exact;
            }
        }
    }
    best
}
