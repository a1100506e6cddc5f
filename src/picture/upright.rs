//! Finds the character grid of an upright screen.

use super::alphabet::{Alphabet, Bank};
use super::ink::Ink;
use super::lattice::{ACROSS, DOWN, Lattice, Sampling, Upright, aside_of, ends_of, energy};
use super::period::{Comb, add_autocorrelation, polish};
use super::plane::{Plane, median, weighted_sum};

/// Characters that screens print most; they find the grid as well as all do, in half the time.
const FREQUENT: &str = "0123456789abcdefxskloinrtumpg:[]@#+_ISUVCPR=";
/// The smallest line that can be read, in pixels.
const MIN_LINE: f32 = 6.0;
/// Rows of text that are looked at to find the grid.
const DENSE_ROWS: usize = 7;
/// A share of unexplained ink above which a grid is none.
const NO_GRID: f32 = 0.62;
/// The width of a cell over its height: 8 by 16 pixels, 9 by 16, or what a viewer makes of them.
const USUAL_ASPECT: f32 = 0.52;
/// How much the shape of a cell counts beside the ink that it leaves unexplained.
const ODDITY: f32 = 0.5;
/// A grid that leaves less unexplained needs no other try, and the blur of a soft photograph, in pixels
/// of the font, for the other one.
const SURE_GRID: f32 = 0.25;
const BLURRED: f32 = 1.0;
/// The columns with which the search for a grid begins.
const FIRST_COLUMNS: usize = 24;

/// Columns of most screens.
pub(super) const USUAL_COLUMNS: [usize; 5] = [80, 100, 128, 160, 240];

/// The width of cells over their height.
pub(super) const USUAL_CELLS: std::ops::Range<f32> = 0.42..0.62;

/// A grid, and the share of the ink of its densest rows that glyphs leave unexplained.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) grid: Upright,
    pub(super) cost: f32,
    /// The rows that were looked at.
    pub(super) rows: Vec<usize>,
}

impl Found {
    /// The same rows on a grid that was fitted better.
    pub(super) fn at(&self, grid: Upright) -> Found {
        Found { grid, ..self.clone() }
    }

    /// True where cells are up to `aside` from whole pixels, or the rows end within half a pixel of where those
    /// of whole pixels end: few rows say little of their pitch.
    pub(super) fn is_nearly_whole(&self, aside: f32) -> bool {
        let (across, down) = (aside_of(self.grid.pitch_x), aside_of(self.grid.pitch_y));
        let (first, last) = ends_of(&self.rows);
        across < aside && (down < aside || down * ((last - first + 1) as f32) < 0.5)
    }
}

/// The ink of each row of a map.
fn row_profile(ink: &Plane) -> Vec<f32> {
    (0..ink.height).map(|y| ink.row(y).iter().map(|value| value.clamp(0.0, 1.0)).sum()).collect()
}

/// Pitches of the lines, the most likely first.
fn line_pitches(ink: &Plane) -> Vec<f32> {
    let strips = 16;
    let lags = ink.height.min(700);
    let mut correlation = vec![0.0; lags];
    for strip in 0..strips {
        let columns = strip * ink.width / strips..(strip + 1) * ink.width / strips;
        let profile: Vec<f32> = (0..ink.height)
            .map(|y| ink.row(y)[columns.clone()].iter().map(|value| value.clamp(0.0, 1.0)).sum())
            .collect();
        add_autocorrelation(&profile, &mut correlation);
    }
    let most = (ink.height as f32 / 2.2).min(90.0);
    let comb = Comb { least: MIN_LINE, most, length: ink.height as f32, multiples: 8, decay: 4.0 };
    comb.periods(&correlation, 3)
}

/// The mean of a profile from `from` to `to`.
fn mean_between(profile: &[f32], from: f32, to: f32) -> f32 {
    let (from, to) = (from.max(0.0) as usize, (to.max(0.0) as usize).min(profile.len()));
    if from >= to { 0.0 } else { profile[from..to].iter().sum::<f32>() / (to - from) as f32 }
}

/// Where the first line begins: the rows 2 to 12 of a glyph hold the ink of most characters.
fn first_line(profile: &[f32], pitch: f32) -> f32 {
    let tops = (0..64).map(|part| -pitch + pitch * part as f32 / 64.0);
    let scored = tops.map(|top| (body_lead(profile, pitch, top), top));
    scored.max_by(|a, b| a.0.total_cmp(&b.0)).map_or(0.0, |best| best.1)
}

/// How much more ink is in the bodies of the lines than between them when the first begins at `top`.
fn body_lead(profile: &[f32], pitch: f32, top: f32) -> f32 {
    let mut lead = 0.0;
    let mut y = top;
    while y < profile.len() as f32 {
        let pixel = pitch / DOWN as f32;
        lead += mean_between(profile, y + 2.0 * pixel, y + 12.0 * pixel);
        lead -= mean_between(profile, y + 12.2 * pixel, y + 17.8 * pixel);
        y += pitch;
    }
    lead
}

/// The rows with the most ink, from top to bottom.
fn dense_rows(profile: &[f32], grid: &Upright, most: usize) -> Vec<usize> {
    let mut rows: Vec<usize> = (0..grid.rows(profile.len())).collect();
    rows.sort_by(|a, b| body_ink(profile, grid, *b).total_cmp(&body_ink(profile, grid, *a)));
    let fullest = rows.first().map_or(0.0, |row| body_ink(profile, grid, *row));
    rows.retain(|row| body_ink(profile, grid, *row) > 0.1 * fullest);
    rows.truncate(most);
    rows.sort_unstable();
    rows
}

/// The mean ink of the body of a row.
fn body_ink(profile: &[f32], grid: &Upright, row: usize) -> f32 {
    let top = grid.y + grid.pitch_y * row as f32;
    mean_between(profile, top + 0.12 * grid.pitch_y, top + 0.75 * grid.pitch_y)
}

/// The ink of each column, over the bodies of the rows.
fn column_profiles(ink: &Plane, grid: &Upright, rows: &[usize]) -> Vec<Vec<f32>> {
    let profiles = rows.iter().map(|row| {
        let body = body_of(grid, *row, ink.height);
        (0..ink.width).map(|x| body.clone().map(|y| ink.at(x, y).clamp(0.0, 1.0)).sum()).collect()
    });
    profiles.collect()
}

/// The body of a row on a map of this height.
fn body_of(grid: &Upright, row: usize, height: usize) -> std::ops::Range<usize> {
    let top = grid.y + grid.pitch_y * row as f32;
    let from = (top + 0.12 * grid.pitch_y).max(0.0) as usize;
    from..((top + 0.75 * grid.pitch_y).max(0.0) as usize).clamp(from, height)
}

/// Pitches of the columns, the most likely first.
fn column_pitches(profiles: &[Vec<f32>], width: usize, line_pitch: f32) -> Vec<f32> {
    let mut correlation = vec![0.0; width.min((20.0 * line_pitch) as usize)];
    for profile in profiles {
        add_autocorrelation(profile, &mut correlation);
    }
    let (least, most) = (0.34 * line_pitch, 0.76 * line_pitch);
    let comb = Comb { least, most, length: width as f32, multiples: 24, decay: 12.0 };
    let whole: Vec<f32> =
        (0..width).map(|x| profiles.iter().map(|profile| profile[x]).sum()).collect();
    let mut pitches: Vec<f32> =
        comb.periods(&correlation, 4).into_iter().map(|pitch| polish(&whole, pitch)).collect();
    // Small letters show strokes more than cells; the width of a whole screen has few divisors.
    for columns in USUAL_COLUMNS {
        let pitch = width as f32 / columns as f32;
        let is_likely = USUAL_CELLS.contains(&(pitch / line_pitch));
        if is_likely && pitches.iter().all(|other| (pitch / other - 1.0).abs() > 0.003) {
            pitches.push(pitch);
        }
    }
    pitches
}

/// The cells of some rows and columns that a grid is measured by.
struct Window {
    rows: Vec<usize>,
    columns: std::ops::Range<usize>,
}

impl Window {
    fn cells(&self) -> impl Iterator<Item = (usize, usize)> {
        self.rows.iter().flat_map(|row| self.columns.clone().map(|column| (column, *row)))
    }
}

/// The share of the ink of a window that the best glyphs leave unexplained.
fn unexplained(ink: &Plane, grid: &Upright, bank: &Bank, window: &Window) -> f32 {
    let (mut left, mut all) = (0.0, 1e-6);
    let (mut cell, mut products) = (Vec::new(), Vec::new());
    for (column, row) in window.cells() {
        Sampling::PLAIN.cell(ink, grid, column as f32, row as f32, &mut cell);
        let ink = energy(&cell);
        if ink > 3.0 {
            left += bank.least_cost(&cell, &mut products);
            all += ink;
        }
    }
    left / all + oddity(grid)
}

/// What counts against cells that are much narrower or wider than those of consoles: a stroke alone
/// looks like some glyph, and narrow cells hold little more. (Photographs were read at two thirds of
/// the width.)
fn oddity(grid: &Upright) -> f32 {
    ODDITY * (grid.pitch_x / grid.pitch_y / USUAL_ASPECT).ln().powi(2)
}

/// The columns of a row in which the text is densest, `count` of them.
fn densest_columns(profiles: &[Vec<f32>], grid: &Upright, count: usize) -> std::ops::Range<usize> {
    let width = profiles.first().map_or(0, Vec::len);
    let columns = grid.columns(width).max(1);
    let inks = (0..columns).map(|column| {
        let from = (grid.x + grid.pitch_x * column as f32).max(0.0) as usize;
        let to = (from + grid.pitch_x as usize).min(width);
        profiles.iter().map(|profile| profile[from.min(to)..to].iter().sum::<f32>()).sum()
    });
    let all: Vec<f32> = inks.collect();
    let count = count.min(columns);
    let starts = 0..=columns - count;
    let best = starts.map(|start| (all[start..start + count].iter().sum::<f32>(), start));
    let start = best.fold((-1.0, 0), |best, next| if next.0 > best.0 { next } else { best }).1;
    start..start + count
}

/// Tries phases of rows and columns; the best grid and its cost.
fn best_phase(ink: &Plane, bank: &Bank, start: Upright, window: &Window) -> (f32, Upright) {
    let mut best = (f32::MAX, start);
    for across in 0..14 {
        for down in -2..=2 {
            let x = start.x - start.pitch_x * across as f32 / 14.0;
            let grid = Upright { x, y: start.y + start.pitch_y * down as f32 / 16.0, ..start };
            let cost = unexplained(ink, &grid, bank, window);
            if cost < best.0 {
                best = (cost, grid);
            }
        }
    }
    best
}

/// How far a cell is from where its glyph fits best, in font pixels, and how well it fits there.
pub(super) struct Shift {
    pub(super) column: f32,
    pub(super) row: f32,
    pub(super) right: f32,
    pub(super) down: f32,
    pub(super) weight: f32,
}

/// The place of the least of three values around the middle one, from -0.5 to 0.5.
fn vertex(before: f32, least: f32, after: f32) -> f32 {
    let bend = before - 2.0 * least + after;
    if bend > 1e-6 { (0.5 * (before - after) / bend).clamp(-0.5, 0.5) } else { 0.0 }
}

/// The shift at which a cell looks most like a glyph.
pub(super) fn best_shift(
    ink: &Plane,
    grid: &impl Lattice,
    bank: &Bank,
    (column, row): (f32, f32),
    reach: usize,
) -> Option<Shift> {
    let sampling = Sampling { fine: 1, margin: reach };
    let (mut wide, mut cell, mut costs) = (Vec::new(), Vec::new(), Vec::new());
    sampling.cell(ink, grid, column, row, &mut wide);
    let side = 2 * reach + 1;
    let mut fits = vec![0.0; side * side];
    let mut full = 0.0;
    for (index, fit) in fits.iter_mut().enumerate() {
        let (right, down) = (index % side, index / side);
        cell.clear();
        for y in 0..DOWN {
            let start = (y + down) * sampling.width() + right;
            cell.extend_from_slice(&wide[start..start + ACROSS]);
        }
        if index == side * side / 2 {
            full = energy(&cell);
            if full < 5.0 {
                return None;
            }
        }
        bank.costs(&cell, 1.0, &mut costs);
        let outside = energy(&wide) - energy(&cell);
        // Ink that a shift pushes out of the cell is not explained by it.
        *fit = costs[1..].iter().copied().fold(f32::MAX, f32::min) + 0.15 * outside;
    }
    let least = (0..fits.len()).min_by(|a, b| fits[*a].total_cmp(&fits[*b]))?;
    let (x, y) = (least % side, least / side);
    let (mut across, mut along) = (0.0, 0.0);
    if is_inner(x, side) {
        across = vertex(fits[least - 1], fits[least], fits[least + 1]);
    }
    if is_inner(y, side) {
        along = vertex(fits[least - side], fits[least], fits[least + side]);
    }
    let left = (fits[least] / full.max(1e-6)).clamp(0.0, 1.0);
    Some(Shift {
        column,
        row,
        right: x as f32 - reach as f32 + across,
        down: y as f32 - reach as f32 + along,
        weight: (1.0 - left).powi(2),
    })
}

/// True for one of `side` places that has another on either side.
fn is_inner(place: usize, side: usize) -> bool {
    place > 0 && place + 1 < side
}

/// A line through weighted points that outliers do not turn: its value at 0 and its slope.
fn robust_line(points: &[(f32, f32, f32)], slope_before: f32) -> Option<(f32, f32)> {
    let mut weights: Vec<f32> = points.iter().map(|point| point.2).collect();
    let mut line = None;
    for _ in 0..6 {
        let sum: f32 = weights.iter().sum();
        if sum <= 0.0 {
            return None;
        }
        let middle = weighted_sum(points.iter().map(|point| point.0), &weights) / sum;
        let level = weighted_sum(points.iter().map(|point| point.1), &weights) / sum;
        let (mut spread, mut common) = (0.0, 0.0);
        for (point, weight) in points.iter().zip(&weights) {
            spread += weight * (point.0 - middle).powi(2);
            common += weight * (point.0 - middle) * (point.1 - level);
        }
        let slope = if spread / sum > 0.2 { common / spread } else { slope_before };
        let start = level - slope * middle;
        let mut rests: Vec<f32> =
            points.iter().map(|point| (point.1 - start - slope * point.0).abs()).collect();
        let usual = median(&mut rests.clone());
        for ((weight, point), rest) in weights.iter_mut().zip(points).zip(&mut rests) {
            *weight = point.2 / (1.0 + (*rest / (2.0 * usual + 1e-3)).powi(2));
        }
        line = Some((start, slope));
    }
    line
}

/// Moves the grid to where its cells look most like glyphs.
fn refine(ink: &Plane, grid: Upright, bank: &Bank, window: &Window, most: usize) -> Upright {
    let (mut cell, mut inked) = (Vec::new(), Vec::new());
    for (column, row) in window.cells() {
        Sampling::PLAIN.cell(ink, &grid, column as f32, row as f32, &mut cell);
        if energy(&cell) > 5.0 {
            inked.push((column as f32, row as f32));
        }
    }
    let stride = inked.len().div_ceil(most).max(1);
    let chosen = inked.iter().step_by(stride);
    let shifts: Vec<Shift> =
        chosen.filter_map(|place| best_shift(ink, &grid, bank, *place, 2)).collect();
    let across: Vec<_> = shifts
        .iter()
        .map(|s| (s.column, grid.at(s.column + s.right / ACROSS as f32, 0.0).0, s.weight))
        .collect();
    let down: Vec<_> = shifts
        .iter()
        .map(|s| (s.row, grid.at(0.0, s.row + s.down / DOWN as f32).1, s.weight))
        .collect();
    let (Some((x, pitch_x)), Some((y, pitch_y))) =
        (robust_line(&across, grid.pitch_x), robust_line(&down, grid.pitch_y))
    else {
        return grid;
    };
    Upright { x, pitch_x, y, pitch_y }
}

/// The blur of a screen at this scale, in pixels of the font.
pub(super) fn usual_blur(pitch_x: f32) -> f32 {
    (0.5 * ACROSS as f32 / pitch_x).clamp(0.4, 0.9)
}

/// The grid whose columns begin at the left border of the map or just before it.
fn from_left_border(grid: Upright) -> Upright {
    let columns = ((grid.x + 0.55 * grid.pitch_x) / grid.pitch_x).floor();
    let rows = ((grid.y + 0.5 * grid.pitch_y) / grid.pitch_y).floor();
    Upright { x: grid.x - columns * grid.pitch_x, y: grid.y - rows * grid.pitch_y, ..grid }
}

/// Finds the grid of a map with the glyphs of an alphabet.
pub(super) fn find_grid(ink: &Ink, alphabet: &Alphabet) -> Option<Found> {
    let frequent = alphabet.only(FREQUENT);
    let sharp = find_grid_at(&ink.plane, &frequent, 0.0);
    let is_enough = ink.upright || sharp.as_ref().is_some_and(|found| found.cost < SURE_GRID);
    let blurred = if is_enough { None } else { find_grid_at(&ink.plane, &frequent, BLURRED) };
    sharp.into_iter().chain(blurred).reduce(|a, b| if b.cost < a.cost { b } else { a })
}

/// Finds the grid with glyphs that are blurred as usual, or at least by `blur`.
fn find_grid_at(plane: &Plane, frequent: &Alphabet, blur: f32) -> Option<Found> {
    let profile = row_profile(plane);
    let mut candidates: Vec<(f32, Upright, Window)> = Vec::new();
    for line_pitch in line_pitches(plane).into_iter().take(2) {
        let pitch_y = polish(&profile, line_pitch);
        let grid =
            Upright { x: 0.0, pitch_x: pitch_y / 2.0, y: first_line(&profile, pitch_y), pitch_y };
        let rows = dense_rows(&profile, &grid, DENSE_ROWS);
        let profiles = column_profiles(plane, &grid, &rows);
        for pitch_x in column_pitches(&profiles, plane.width, pitch_y) {
            let grid = Upright { pitch_x, ..grid };
            let columns = densest_columns(&profiles, &grid, FIRST_COLUMNS);
            let few = Window { rows: rows.iter().step_by(2).copied().collect(), columns };
            let (cost, grid) =
                best_phase(plane, &blurred_bank(frequent, pitch_x, blur), grid, &few);
            candidates.push((cost, grid, Window { rows: rows.clone(), ..few }));
        }
    }
    candidates.sort_by(|a, b| a.0.total_cmp(&b.0));
    candidates.truncate(4);
    let mut best: Option<Found> = None;
    for (cost, grid, window) in candidates {
        if cost > NO_GRID + 0.1 || best.as_ref().is_some_and(|best| best.cost < 0.12) {
            continue;
        }
        let bank = blurred_bank(frequent, grid.pitch_x, blur);
        let found = grow(plane, &profile, grid, &bank, window);
        if found.cost < best.as_ref().map_or(NO_GRID, |best| best.cost) {
            best = Some(found);
        }
    }
    best
}

/// Glyphs that are blurred as usual, or at least by `blur`.
fn blurred_bank(alphabet: &Alphabet, pitch_x: f32, blur: f32) -> Bank {
    Bank::sampled(alphabet, usual_blur(pitch_x).max(blur), 1)
}

/// Fits a grid to more and more columns, then to all dense rows.
fn grow(plane: &Plane, profile: &[f32], grid: Upright, bank: &Bank, mut window: Window) -> Found {
    let mut grid = grid;
    let total = grid.columns(plane.width);
    loop {
        for _ in 0..2 {
            grid = refine(plane, grid, bank, &window, 160);
        }
        if window.columns == (0..total) {
            break;
        }
        let half = window.columns.len().div_ceil(2);
        window.columns =
            window.columns.start.saturating_sub(half)..(window.columns.end + half).min(total);
    }
    grid = from_left_border(grid);
    let rows = dense_rows(profile, &grid, 16);
    let window = Window { rows, columns: 0..grid.columns(plane.width) };
    for _ in 0..2 {
        grid = refine(plane, grid, bank, &window, 300);
    }
    let grid = from_left_border(grid);
    let rows = dense_rows(profile, &grid, DENSE_ROWS);
    let window = Window { rows, columns: 0..grid.columns(plane.width) };
    Found { cost: unexplained(plane, &grid, bank, &window), grid, rows: window.rows }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_whole(pitch_x: f32, pitch_y: f32, rows: usize, expected: bool) {
        let grid = Upright { x: 0.0, pitch_x, y: 0.0, pitch_y };
        let found = Found { grid, cost: 0.2, rows: (0..rows).collect() };
        assert_eq!(found.is_nearly_whole(0.03), expected, "{pitch_x}, {pitch_y}, {rows} rows");
    }

    #[test]
    fn few_rows_say_little_of_their_pitch() {
        check_whole(8.0, 16.0, 40, true);
        check_whole(8.02, 15.98, 40, true);
        check_whole(8.0, 15.95, 6, true);
        check_whole(8.0, 15.95, 30, false);
        check_whole(8.05, 16.0, 6, false);
        check_whole(8.0, 16.0, 0, true);
    }
}
