//! Puts the rows of a screen together to lines.

use super::decode::Decoded;
use super::reading::{ReadCell, ReadLine};
use super::words::{Before, Words};

/// Columns that screens have: the usual widths in pixels over a cell of 8 or 9.
const WIDTHS: [usize; 20] = [
    80, 90, 100, 106, 110, 120, 128, 132, 142, 144, 150, 160, 168, 170, 175, 180, 200, 210, 213,
    240,
];
/// A row of that many columns is full where the last cells of a screen are blank.
const MIN_FULL: usize = 70;
/// Characters by which the beginning of a line is told from the rest of one.
const BEGINNING: usize = 6;

/// The columns of the screen, if rows that are full can be told: the picture shows one of the
/// widths that screens have, or the longest row fills one. A picture that is cut has another one.
fn full_width(rows: &[Vec<Decoded>], columns: usize) -> Option<usize> {
    let longest = rows.iter().map(Vec::len).max()?;
    Some(columns)
        .filter(|columns| is_full_width(*columns) && longest <= *columns)
        .or(Some(longest).filter(|longest| is_full_width(*longest)))
}

fn is_full_width(columns: usize) -> bool {
    columns >= MIN_FULL && WIDTHS.contains(&columns)
}

/// Whether a row goes on in the next one behind a blank, which fills its last column: the next row
/// begins like no line, but like what follows the words of this one.
fn goes_on_behind_blank(row: &[Decoded], next: &[Decoded], words: &Words) -> bool {
    let before =
        row.iter().fold(Before::START, |before, cell| before.then(cell.character)).then(' ');
    !next.is_empty()
        && next[0].character != ' '
        && likelihood(next, before, words) > likelihood(next, Before::START, words) + 1.5
}

/// How likely the beginning of a row is behind what comes before it.
fn likelihood(row: &[Decoded], mut before: Before, words: &Words) -> f32 {
    let mut sum = 0.0;
    for cell in row.iter().take(BEGINNING) {
        sum += words.likelihood(before, cell.character);
        before = before.then(cell.character);
    }
    sum
}

/// Lines from rows: a line that goes on in the next row is one; a line that just fills its row is
/// followed by an empty row, which is no line of its own.
pub(super) fn unwrap_rows(
    rows: &[Vec<Decoded>],
    columns: usize,
    words: &Words,
    corners: impl Fn(usize, usize) -> [(f32, f32); 4],
) -> Vec<ReadLine> {
    let width = full_width(rows, columns);
    let mut lines: Vec<ReadLine> = Vec::new();
    let mut goes_on = false;
    for (row, decoded) in rows.iter().enumerate() {
        let cells =
            decoded.iter().enumerate().map(|(column, cell)| read_cell(cell, corners(column, row)));
        match lines.last_mut() {
            // The empty row behind a full one adds nothing and ends the line.
            Some(line) if goes_on => line.cells.extend(cells),
            _ => lines.push(ReadLine { cells: cells.collect() }),
        }
        goes_on = Some(decoded.len()) == width;
        let next = rows.get(row + 1).map_or(&[][..], Vec::as_slice);
        if Some(decoded.len() + 1) == width && goes_on_behind_blank(decoded, next, words) {
            let blank = Decoded { character: ' ', confidence: 1.0 };
            if let Some(line) = lines.last_mut() {
                line.cells.push(read_cell(&blank, corners(decoded.len(), row)));
            }
            goes_on = true;
        }
    }
    let first = lines.iter().position(|line| !line.cells.is_empty()).unwrap_or(lines.len());
    lines.drain(..first);
    while lines.last().is_some_and(|line| line.cells.is_empty()) {
        lines.pop();
    }
    lines
}

fn read_cell(decoded: &Decoded, corners: [(f32, f32); 4]) -> ReadCell {
    ReadCell { character: decoded.character, confidence: decoded.confidence, corners }
}
