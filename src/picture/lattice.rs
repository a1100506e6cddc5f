//! Where the cells of a screen are on a map of ink, and what is in them.

use super::plane::Plane;

/// Gives the point of a map at which a place of the character grid is: (0, 0) is the upper left
/// corner of the first cell, (1, 1) its lower right one.
pub(super) trait Lattice {
    fn at(&self, column: f32, row: f32) -> (f32, f32);
}

/// Rows and columns are those of the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Upright {
    pub(super) x: f32,
    pub(super) pitch_x: f32,
    pub(super) y: f32,
    pub(super) pitch_y: f32,
}

impl Lattice for Upright {
    fn at(&self, column: f32, row: f32) -> (f32, f32) {
        (self.x + self.pitch_x * column, self.y + self.pitch_y * row)
    }
}

impl Upright {
    /// Rows of which most is on a map of this height.
    pub(super) fn rows(&self, height: usize) -> usize {
        ((height as f32 - self.y) / self.pitch_y + 0.3).max(0.0) as usize
    }

    /// Columns of which most is on a map of this width.
    pub(super) fn columns(&self, width: usize) -> usize {
        ((width as f32 - self.x) / self.pitch_x + 0.55).max(0.0) as usize
    }
}

/// Samples of a cell across and down, one sample a font pixel of the usual size.
pub(super) const ACROSS: usize = 8;
pub(super) const DOWN: usize = 16;

/// How cells are sampled: `fine` samples a font pixel, `margin` font pixels around the cell.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sampling {
    pub(super) fine: usize,
    pub(super) margin: usize,
}

impl Sampling {
    pub(super) const PLAIN: Sampling = Sampling { fine: 1, margin: 0 };

    pub(super) fn width(self) -> usize {
        (ACROSS + 2 * self.margin) * self.fine
    }

    pub(super) fn height(self) -> usize {
        (DOWN + 2 * self.margin) * self.fine
    }

    /// The ink in a cell, row after row.
    pub(super) fn cell(
        self,
        ink: &Plane,
        grid: &impl Lattice,
        column: f32,
        row: f32,
        cell: &mut Vec<f32>,
    ) {
        cell.clear();
        for y in 0..self.height() {
            for x in 0..self.width() {
                let (right, below) = (self.place(x, ACROSS), self.place(y, DOWN));
                let (across, down) = grid.at(column + right, row + below);
                cell.push(ink.sample(across, down));
            }
        }
    }

    /// Where a sample is, in parts of a cell that has `size` font pixels.
    fn place(self, index: usize, size: usize) -> f32 {
        ((index as f32 + 0.5) / self.fine as f32 - self.margin as f32) / size as f32
    }
}

/// How far an extent is from whole pixels.
pub(super) fn aside_of(extent: f32) -> f32 {
    (extent - extent.round()).abs()
}

/// True for whole pixels, as those of a cell of a screenshot.
pub(super) fn is_whole(extent: f32) -> bool {
    aside_of(extent) < 0.02
}

/// The first and the last of some rows, which are in order.
pub(super) fn ends_of(rows: &[usize]) -> (usize, usize) {
    (rows.first().copied().unwrap_or(0), rows.last().copied().unwrap_or(0))
}

/// The energy of the ink in a cell; what is below the paper is noise.
pub(super) fn energy(cell: &[f32]) -> f32 {
    cell.iter().map(|value| value.max(0.0).powi(2)).sum()
}
