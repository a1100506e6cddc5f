//! A character grid whose lines are nearly straight: what is left of a photograph that was made upright.

use super::adapt::{Observation, Observed};
use super::alphabet::{Alphabet, Bank, Mixing};
use super::ink::Ink;
use super::lattice::{ACROSS, DOWN, Lattice, Sampling, Upright, energy};
use super::plane::{Plane, median};
use super::score::{CellScore, MIN_CELLS, Scores};
use super::upright::{Shift, best_shift, usual_blur};

/// Terms of the surface up to the third degree.
const TERMS: usize = 10;
/// Cells that the surface is fitted to.
const FITTED: usize = 400;
/// How many samples of a cell say the same when each pixel of the font is sampled four times.
const CORRELATION: f32 = 8.0;

/// The mean square of a blurred full stop; a cell with less is blank.
const MIN_INK: f32 = 0.006;

/// Each coordinate is a polynomial of column and row.
#[derive(Debug, Clone)]
pub(super) struct Surface {
    x: [f32; TERMS],
    y: [f32; TERMS],
    columns: f32,
    rows: f32,
}

impl Surface {
    fn new(grid: &Upright, columns: usize, rows: usize) -> Surface {
        let (half_x, half_y) = (columns as f32 / 2.0, rows as f32 / 2.0);
        let mut surface =
            Surface { x: [0.0; TERMS], y: [0.0; TERMS], columns: half_x, rows: half_y };
        surface.x[0] = grid.x + grid.pitch_x * half_x;
        surface.x[1] = grid.pitch_x * half_x;
        surface.y[0] = grid.y + grid.pitch_y * half_y;
        surface.y[2] = grid.pitch_y * half_y;
        surface
    }

    fn terms(&self, column: f32, row: f32) -> [f32; TERMS] {
        let (u, v) = (column / self.columns - 1.0, row / self.rows - 1.0);
        [1.0, u, v, u * v, u * u, v * v, u * u * v, u * v * v, u * u * u, v * v * v]
    }
}

impl Lattice for Surface {
    fn at(&self, column: f32, row: f32) -> (f32, f32) {
        let terms = self.terms(column, row);
        (value_of(&terms, &self.x), value_of(&terms, &self.y))
    }
}

/// The value of the polynomial with these numbers.
fn value_of(terms: &[f32; TERMS], numbers: &[f32; TERMS]) -> f32 {
    terms.iter().zip(numbers).map(|(a, b)| a * b).sum()
}

/// Solves a symmetric system of equations by elimination.
fn solve(mut matrix: Vec<[f64; TERMS]>, mut right: [f64; TERMS], count: usize) -> [f64; TERMS] {
    for pivot in 0..count {
        let row = (pivot..count)
            .max_by(|a, b| matrix[*a][pivot].abs().total_cmp(&matrix[*b][pivot].abs()))
            .unwrap_or(pivot);
        matrix.swap(pivot, row);
        right.swap(pivot, row);
        let top = matrix[pivot];
        if top[pivot].abs() < 1e-12 {
            continue;
        }
        for below in pivot + 1..count {
            let factor = matrix[below][pivot] / top[pivot];
            for (value, above) in matrix[below].iter_mut().zip(top).take(count).skip(pivot) {
                *value -= factor * above;
            }
            right[below] -= factor * right[pivot];
        }
    }
    let mut solution = [0.0; TERMS];
    for row in (0..count).rev() {
        let known: f64 =
            (row + 1..count).map(|column| matrix[row][column] * solution[column]).sum();
        solution[row] = if matrix[row][row].abs() < 1e-12 {
            0.0
        } else {
            (right[row] - known) / matrix[row][row]
        };
    }
    solution
}

/// How much the higher terms are held back.
const HELD: [f64; TERMS] = [0.0, 1e-5, 1e-5, 1e-4, 1e-4, 1e-4, 5e-4, 5e-4, 5e-4, 5e-4];

/// What to add to a surface, so that its cells move by their shifts; cells aside count little.
fn correction(
    surface: &Surface,
    shifts: &[Shift],
    wanted: impl Fn(&Shift) -> f32,
    terms: usize,
) -> [f64; TERMS] {
    let mut weights: Vec<f32> = shifts.iter().map(|shift| shift.weight).collect();
    let mut solution = [0.0; TERMS];
    for _ in 0..6 {
        let mut matrix = vec![[0.0f64; TERMS]; TERMS];
        let mut right = [0.0f64; TERMS];
        let sum: f64 = weights.iter().map(|weight| f64::from(*weight)).sum();
        for (shift, weight) in shifts.iter().zip(&weights) {
            let basis = surface.terms(shift.column + 0.5, shift.row + 0.5).map(f64::from);
            for row in 0..terms {
                for column in 0..terms {
                    matrix[row][column] += f64::from(*weight) * basis[row] * basis[column];
                }
                right[row] += f64::from(*weight * wanted(shift)) * basis[row];
            }
        }
        for (term, held) in HELD.iter().enumerate().take(terms) {
            matrix[term][term] += held * sum + 1e-9;
        }
        solution = solve(matrix, right, terms);
        let rests = shifts.iter().map(|shift| {
            let basis = surface.terms(shift.column + 0.5, shift.row + 0.5);
            let given: f32 = basis.iter().zip(solution).map(|(a, b)| a * b as f32).sum();
            (wanted(shift) - given).abs()
        });
        let rests: Vec<f32> = rests.collect();
        let usual = median(&mut rests.clone()) + 0.1;
        for ((weight, shift), rest) in weights.iter_mut().zip(shifts).zip(rests) {
            *weight = shift.weight / (1.0 + (rest / (2.0 * usual)).powi(2)).powi(2);
        }
    }
    solution
}

/// A round of fitting: how far from the middle of the text, in parts of the columns, cells are fitted, with
/// how many terms, and how many font pixels away from where they should be they are looked for.
struct Round {
    radius: f32,
    terms: usize,
    reach: usize,
}

const fn round(radius: f32, terms: usize, reach: usize) -> Round {
    Round { radius, terms, reach }
}

/// The surface grows from the middle of the text: the lines of a wide angle are a column off at the sides, where
/// every second glyph looks like another one in the next cell. (Cells that were fitted all at once fell into two
/// camps a column apart, with a dozen columns between them that nobody could read.)
const ROUNDS: [Round; 16] = [
    round(0.1, 4, 3),
    round(0.1, 4, 2),
    round(0.14, 4, 2),
    round(0.18, 4, 2),
    round(0.22, 6, 2),
    round(0.27, 6, 2),
    round(0.32, TERMS, 2),
    round(0.37, TERMS, 2),
    round(0.42, TERMS, 2),
    round(0.48, TERMS, 2),
    round(0.54, TERMS, 2),
    round(0.62, TERMS, 2),
    round(0.72, TERMS, 2),
    round(0.85, TERMS, 2),
    round(1.0, TERMS, 2),
    round(1.0, TERMS, 1),
];

/// Fits a surface to a screen that an upright grid fits roughly.
pub(super) fn fit_surface(
    ink: &Plane,
    grid: &Upright,
    alphabet: &Alphabet,
) -> (Surface, usize, usize) {
    let (columns, rows) = (grid.columns(ink.width).max(1), grid.rows(ink.height).max(1));
    let mut surface = Surface::new(grid, columns, rows);
    let bank = Bank::sampled(alphabet, usual_blur(grid.pitch_x).max(0.55), 1);
    let pitch = (grid.pitch_x / ACROSS as f32, grid.pitch_y / DOWN as f32);
    for round in &ROUNDS {
        let inked = inked_cells(ink, &surface, (columns, rows));
        let near = near_the_middle(&inked, round.radius * columns as f32);
        let shifts = shifts_of(ink, &surface, &bank, &near, round.reach);
        if shifts.len() < 30 {
            continue;
        }
        let across = correction(&surface, &shifts, |shift| shift.right * pitch.0, round.terms);
        let down = correction(&surface, &shifts, |shift| shift.down * pitch.1, round.terms);
        for term in 0..round.terms {
            surface.x[term] += across[term] as f32;
            surface.y[term] += down[term] as f32;
        }
    }
    (surface, columns, rows)
}

/// The cells with ink, row by row.
fn inked_cells(ink: &Plane, surface: &Surface, (columns, rows): (usize, usize)) -> Vec<(f32, f32)> {
    let mut cell = Vec::new();
    let mut inked = Vec::new();
    for (row, column) in (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column))) {
        Sampling::PLAIN.cell(ink, surface, column as f32, row as f32, &mut cell);
        if energy(&cell) > 6.0 {
            inked.push((column as f32, row as f32));
        }
    }
    inked
}

/// The cells that are at most so many columns away from where half of them are on either side.
fn near_the_middle(inked: &[(f32, f32)], radius: f32) -> Vec<(f32, f32)> {
    let mut columns: Vec<f32> = inked.iter().map(|cell| cell.0).collect();
    if columns.is_empty() {
        return Vec::new();
    }
    let middle = median(&mut columns);
    inked.iter().filter(|cell| (cell.0 - middle).abs() <= radius).copied().collect()
}

/// The shifts of some of these cells.
fn shifts_of(
    ink: &Plane,
    surface: &Surface,
    bank: &Bank,
    cells: &[(f32, f32)],
    reach: usize,
) -> Vec<Shift> {
    let stride = cells.len().div_ceil(FITTED).max(1);
    cells
        .iter()
        .step_by(stride)
        .filter_map(|place| best_shift(ink, surface, bank, *place, reach))
        .collect()
}

/// Blurs of photographs, in pixels of the font.
const BLURS: [f32; 8] = [0.4, 0.5, 0.6, 0.7, 0.85, 1.0, 1.2, 1.5];

/// A screen in perspective, measured against a font.
pub(super) struct Curved {
    pub(super) surface: Surface,
    pub(super) scores: Scores,
    /// The cells that were measured.
    pub(super) observation: Observation,
}

/// Measures all cells of a surface at the blur that fits the screen best.
pub(super) fn measure(
    ink: &Ink,
    surface: Surface,
    (columns, rows): (usize, usize),
    alphabet: &Alphabet,
) -> Curved {
    let fine = Sampling { fine: 2, margin: 0 };
    let mut cells: Vec<(Vec<f32>, f32)> = Vec::with_capacity(columns * rows);
    for (row, column) in (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column))) {
        let mut cell = Vec::new();
        fine.cell(&ink.plane, &surface, column as f32, row as f32, &mut cell);
        cells.push((cell, seen_share(ink, &surface, column, row)));
    }
    let samples = (fine.width() * fine.height()) as f32;
    let chosen: Vec<&Vec<f32>> = cells
        .iter()
        .filter(|(cell, seen)| *seen > 0.95 && energy(cell) > 0.06 * samples)
        .map(|(cell, _)| cell)
        .collect();
    let stride = chosen.len().div_ceil(200).max(1);
    let (blur, strength) =
        best_blur(alphabet, &chosen.iter().step_by(stride).copied().collect::<Vec<_>>());
    let mixing = Mixing::sampled(alphabet, blur, fine.fine);
    let bank = Bank::new(alphabet, &mixing);
    let mut scores = Vec::with_capacity(cells.len());
    let mut observation = Observation::new(vec![mixing]);
    for (row, cells) in cells.chunks(columns.max(1)).enumerate() {
        let strength = row_strength(&bank, cells, strength);
        for (column, (cell, seen)) in cells.iter().enumerate() {
            let mut score =
                CellScore { energy: energy(cell), pixels: samples, seen: *seen, costs: Vec::new() };
            if score.energy > MIN_INK * samples {
                bank.costs(cell, strength, &mut score.costs);
            }
            if !score.costs.is_empty() && score.seen == 1.0 {
                let pixels = cell.iter().map(|value| value / strength).collect();
                observation.add(Observed { row, column, mixing: 0, pixels });
            }
            scores.push(score);
        }
    }
    let scores =
        Scores { rows, columns, cells: scores, correlation: CORRELATION, ..Scores::default() };
    Curved { surface, scores, observation }
}

/// The strength of the ink of one row: beside a bright heading grey text is evened to less than elsewhere
/// (the second line of such screens was read as `88iucScreen`).
fn row_strength(bank: &Bank, row: &[(Vec<f32>, f32)], usual: f32) -> f32 {
    let mut products = Vec::new();
    let least = 0.06 * usual * usual;
    let chosen =
        row.iter().filter(|(cell, seen)| *seen > 0.95 && energy(cell) > least * cell.len() as f32);
    let mut strengths: Vec<f32> =
        chosen.map(|(cell, _)| bank.best_fit(cell, &mut products).1).collect();
    if strengths.len() < MIN_CELLS {
        return usual;
    }
    median(&mut strengths).clamp(0.4 * usual, 1.7 * usual)
}

/// Which part of a cell is on the screen.
fn seen_share(ink: &Ink, surface: &Surface, column: usize, row: usize) -> f32 {
    let places = [
        (0.1, 0.1),
        (0.5, 0.1),
        (0.9, 0.1),
        (0.1, 0.5),
        (0.5, 0.5),
        (0.9, 0.5),
        (0.1, 0.9),
        (0.5, 0.9),
        (0.9, 0.9),
    ];
    let inside = places.iter().filter(|(right, down)| {
        let (x, y) = surface.at(column as f32 + right, row as f32 + down);
        x >= 0.0 && y >= 0.0 && ink.is_inside(x as usize, y as usize)
    });
    inside.count() as f32 / places.len() as f32
}

/// The blur and the strength of ink at which glyphs explain some cells best.
fn best_blur(alphabet: &Alphabet, cells: &[&Vec<f32>]) -> (f32, f32) {
    let mut best: Option<(f32, f32, f32)> = None;
    let mut products = Vec::new();
    for blur in BLURS {
        let bank = Bank::sampled(alphabet, blur, 2);
        let (mut left, mut strengths) = (0.0, Vec::new());
        for cell in cells {
            let (gain, strength) = bank.best_fit(cell, &mut products);
            left += cell.iter().map(|value| value * value).sum::<f32>() - gain;
            strengths.push(strength);
        }
        if best.is_none_or(|best| left < best.0) {
            let strength =
                if strengths.is_empty() { 1.0 } else { median(&mut strengths).clamp(0.4, 1.6) };
            best = Some((left, blur, strength));
        }
    }
    best.map_or((0.7, 1.0), |best| (best.1, best.2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::shelf;

    const COLUMNS: usize = 128;
    const ROWS: usize = 12;

    /// Where on the screen a point of a photograph lies whose lens bends it by `bend` of half its width.
    fn on_screen(x: f32, bend: f32) -> f32 {
        let half = (COLUMNS * ACROSS) as f32 / 2.0;
        let aside = x / half - 1.0;
        half * (1.0 + aside + bend * (aside.powi(3) - 0.6 * aside))
    }

    /// A photograph of rows of text that fill the screen, bent by the lens.
    fn bent_screen(alphabet: &Alphabet, bend: f32) -> Plane {
        Plane::from_fn(COLUMNS * ACROSS, ROWS * DOWN, |x, y| {
            let across =
                on_screen(x as f32 + 0.5, bend).clamp(0.0, (COLUMNS * ACROSS) as f32 - 1.0);
            let (column, row) = (across as usize / ACROSS, y / DOWN);
            let glyph = 1 + (column * 37 + row * 53 + column * row) % (alphabet.pixels.len() - 1);
            alphabet.pixels[glyph][y % DOWN * ACROSS + across as usize % ACROSS]
        })
    }

    /// Checks that cells are found where they are in a photograph that a lens has bent.
    #[track_caller]
    fn check_lens(bend: f32) {
        let alphabet = Alphabet::new(&shelf::shipped());
        let ink = bent_screen(&alphabet, bend);
        let grid = Upright { x: 0.0, pitch_x: ACROSS as f32, y: 0.0, pitch_y: DOWN as f32 };
        let (surface, ..) = fit_surface(&ink, &grid, &alphabet);
        for column in (4..COLUMNS).step_by(8) {
            let found =
                on_screen(surface.at(column as f32 + 0.5, 5.5).0, bend) / ACROSS as f32 - 0.5;
            assert!((found - column as f32).abs() < 0.12, "bend {bend}: {column} at {found}");
        }
    }

    #[test]
    fn the_sides_of_a_wide_angle_are_not_taken_for_the_next_column() {
        check_lens(0.0);
        check_lens(0.04);
        check_lens(-0.04);
    }
}
