//! Puts the rows of a screen together to lines.

use super::decode::Decoded;
use super::reading::{ReadCell, ReadLine};

/// Columns that screens have: the usual widths in pixels over a cell of 8 or 9.
const WIDTHS: [usize; 20] =
    [80, 90, 100, 106, 110, 120, 128, 132, 142, 144, 150, 160, 168, 170, 175, 180, 200, 210, 213, 240];
/// A row of that many columns is full where the last cells of a screen are blank.
const LEAST_FULL: usize = 70;

/// The columns of the screen, if rows that are full can be told: the longest row fills one of the
/// widths that screens have. A picture that is cut has another one.
fn full_width(rows: &[Vec<Decoded>]) -> Option<usize> {
    let longest = rows.iter().map(Vec::len).max()?;
    (longest >= LEAST_FULL && WIDTHS.contains(&longest)).then_some(longest)
}

/// Lines from rows: a line that goes on in the next row is one; a line that just fills its row is
/// followed by an empty row, which is no line of its own.
pub(super) fn unwrap_rows(rows: &[Vec<Decoded>], corners: impl Fn(usize, usize) -> [(f32, f32); 4]) -> Vec<ReadLine> {
    let width = full_width(rows);
    let mut lines: Vec<ReadLine> = Vec::new();
    let mut goes_on = false;
    for (row, decoded) in rows.iter().enumerate() {
        let cells = decoded.iter().enumerate().map(|(column, cell)| ReadCell {
            character: cell.character,
            confidence: cell.confidence,
            corners: corners(column, row),
        });
        match lines.last_mut() {
            // The empty row behind a full one adds nothing and ends the line.
            Some(line) if goes_on => line.cells.extend(cells),
            _ => lines.push(ReadLine { cells: cells.collect() }),
        }
        goes_on = Some(decoded.len()) == width;
    }
    let is_empty = |line: &ReadLine| line.cells.is_empty();
    let first = lines.iter().position(|line| !is_empty(line)).unwrap_or(lines.len());
    lines.drain(..first);
    while lines.last().is_some_and(is_empty) {
        lines.pop();
    }
    lines
}
