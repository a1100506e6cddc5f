//! Cells of a screen that look alike: a font that nobody knows makes a substitution cipher of the screen.

use super::lattice::{Lattice, Upright, energy};
use super::plane::{Plane, median, percentile};

/// A grid is moved by fewer pixels up or down: a row that is then cut by the edge has nothing there.
pub(super) const MAX_PHASE: f32 = 3.5;
/// Rounds in which cells are put together.
const ROUNDS: usize = 3;
/// Groups of one character are hardly this far apart, how much that says, and how many times at most.
pub(super) const APART: f32 = 3.0;

/// Cells that look alike.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub(super) mean: Vec<f32>,
    pub(super) count: usize,
}

/// A cell with ink: its place and its group.
#[derive(Debug, Clone)]
pub(super) struct Inked {
    pub(super) row: usize,
    pub(super) column: usize,
    pixels: Vec<f32>,
    pub(super) group: usize,
}

/// The pixels of a cell, `size` of them across and down.
fn cell_pixels(
    ink: &Plane,
    grid: &Upright,
    place: (usize, usize),
    size: (usize, usize),
) -> Vec<f32> {
    let mut pixels = Vec::with_capacity(size.0 * size.1);
    for y in 0..size.1 {
        for x in 0..size.0 {
            let across = place.0 as f32 + (x as f32 + 0.5) / size.0 as f32;
            let down = place.1 as f32 + (y as f32 + 0.5) / size.1 as f32;
            let (left, top) = grid.at(across, down);
            pixels.push(ink.sample(left, top));
        }
    }
    pixels
}

pub(super) fn inked_cells(ink: &Plane, grid: &Upright, size: (usize, usize)) -> Vec<Inked> {
    let mut cells = Vec::new();
    for row in 0..grid.rows(ink.height) {
        for column in 0..grid.columns(ink.width) {
            let (left, top) = grid.at(column as f32, row as f32);
            let (right, bottom) = grid.at(column as f32 + 1.0, row as f32 + 1.0);
            let is_whole = left > -1.0
                && top > -MAX_PHASE
                && right < ink.width as f32 + 1.0
                && bottom < ink.height as f32 + MAX_PHASE;
            let pixels = cell_pixels(ink, grid, (column, row), size);
            if is_whole && energy(&pixels) > 2.0 {
                cells.push(Inked { row, column, pixels, group: 0 });
            }
        }
    }
    even_rows(&mut cells);
    cells
}

/// Gives all rows the same strength of ink: a heading may have a colour of its own.
fn even_rows(cells: &mut [Inked]) {
    for row in cells.chunk_by_mut(|a, b| a.row == b.row) {
        let mut values: Vec<f32> = row
            .iter()
            .flat_map(|cell| &cell.pixels)
            .copied()
            .filter(|value| *value > 0.2)
            .collect();
        let full = percentile(&mut values, 0.8).max(0.2);
        for value in row.iter_mut().flat_map(|cell| &mut cell.pixels) {
            *value /= full;
        }
    }
}

/// The squared distance of two pictures.
pub(super) fn distance(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

/// How far cells with the same character are apart: the usual distance to the next cell.
fn usual_distance(cells: &[Inked]) -> f32 {
    let stride = cells.len().div_ceil(150).max(1);
    let mut nearest: Vec<f32> = (0..cells.len())
        .step_by(stride)
        .map(|index| {
            let others = (0..cells.len()).filter(|other| *other != index);
            others
                .map(|other| distance(&cells[index].pixels, &cells[other].pixels))
                .fold(f32::MAX, f32::min)
        })
        .collect();
    median(&mut nearest)
}

pub(super) fn nearest_group(groups: &[Group], pixels: &[f32]) -> Option<(f32, usize)> {
    let all =
        groups.iter().enumerate().map(|(index, group)| (distance(&group.mean, pixels), index));
    all.min_by(|a, b| a.0.total_cmp(&b.0))
}

/// How far apart cells of one character may be.
pub(super) fn reach_of(cells: &[Inked]) -> f32 {
    0.45 + 1.6 * usual_distance(cells)
}

/// Puts cells together that differ by less than `reach`; `None` for `enough` groups and more.
pub(super) fn group_cells(cells: &mut [Inked], reach: f32, enough: usize) -> Option<Vec<Group>> {
    let mut groups = Vec::new();
    for round in 0..ROUNDS {
        // They grow more with each round, never fewer.
        group_once(cells, &mut groups, (reach, enough), round)?;
    }
    Some(groups)
}

/// Puts cells together by the groups of the round before; in the first by those that there are yet.
fn group_once(
    cells: &mut [Inked],
    groups: &mut Vec<Group>,
    (reach, enough): (f32, usize),
    round: usize,
) -> Option<()> {
    let means = groups.clone();
    if round > 0 {
        for group in groups.iter_mut() {
            group.count = 0;
        }
    }
    for cell in cells.iter_mut() {
        let known = if round == 0 { &*groups } else { &means };
        let nearest = nearest_group(known, &cell.pixels).filter(|(far, _)| *far < reach);
        cell.group = nearest.map_or(groups.len(), |(_, group)| group);
        if cell.group == groups.len() {
            groups.push(Group { mean: vec![0.0; cell.pixels.len()], count: 0 });
            // In noise no two cells are equal, and each is held against all groups.
            if groups.len() >= enough {
                return None;
            }
        }
        let group = &mut groups[cell.group];
        if group.count == 0 {
            group.mean.fill(0.0);
        }
        group.count += 1;
        let share = 1.0 / group.count as f32;
        for (mean, pixel) in group.mean.iter_mut().zip(&cell.pixels) {
            *mean += (pixel - *mean) * share;
        }
    }
    Some(())
}

/// True for groups so far apart that they are hardly one character.
pub(super) fn looks_different(one: &Group, other: &Group) -> bool {
    distance(&one.mean, &other.mean) > APART
}

/// For each pair of groups whether they may be one character that noise has parted.
pub(super) fn alike_groups(groups: &[Group]) -> Vec<Vec<bool>> {
    groups
        .iter()
        .map(|one| groups.iter().map(|other| !looks_different(one, other)).collect())
        .collect()
}

/// The groups of each row, by column, of cells with their row, column and group; without ink there is none.
pub(super) fn rows_of_groups(
    cells: impl IntoIterator<Item = (usize, usize, usize)>,
    rows: usize,
) -> Vec<Vec<Option<usize>>> {
    let mut all: Vec<Vec<Option<usize>>> = vec![Vec::new(); rows];
    for (row, column, group) in cells {
        all[row].resize(column + 1, None);
        all[row][column] = Some(group);
    }
    all
}
