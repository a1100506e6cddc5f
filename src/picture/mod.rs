//! Reads the text of a purple screen out of a picture of it.
//!
//! The screen is found by its purple, its ink is made a map, the character grid is found on it,
//! each cell is compared with the glyphs of known fonts as the picture would show them, and the
//! likeness of the glyphs is decoded to lines together with what such screens print.

mod alphabet;
mod decode;
mod ink;
mod lattice;
mod period;
mod plane;
mod purple;
mod reading;
mod score;
mod shapes;
mod upright;
mod words;
mod wrap;

pub use reading::{How, NotRead, ReadCell, ReadLine, Reading};
pub use shapes::Shapes;
pub use words::Words;

use alphabet::Alphabet;
use ink::Ink;
use lattice::{ACROSS, Lattice, Upright};
use score::{Comparer, Look, Scores};
use upright::Found;

/// How much of the vocabulary counts beside the pixels.
const WORDS_WEIGHT: f32 = 1.0;
/// A reading that explains less of the ink is none.
const LEAST_EXPLAINED: f32 = 0.6;
/// Cells are made smaller when they are wider than this, in pixels.
const WIDEST_CELL: f32 = 15.0;

/// Reads a picture with the shapes of known fonts, the most trusted first.
///
/// # Errors
/// When there is no purple screen in the picture, or nothing legible on it.
pub fn read(picture: &image::RgbImage, shapes: &[Shapes], words: &Words) -> Result<Reading, NotRead> {
    let screen = purple::find_screen(picture)?;
    let ink = ink::ink_of(picture, &screen);
    let alphabets: Vec<Alphabet> = shapes.iter().map(Alphabet::new).filter(|a| a.characters.len() > 30).collect();
    let reading = read_upright(&ink, &alphabets, words).ok_or(NotRead::NoGrid)?;
    if reading.explained < LEAST_EXPLAINED {
        return Err(NotRead::NotExplained(reading.explained));
    }
    Ok(reading)
}

/// How an upright screen shows one of the fonts.
struct Seen {
    ink: Option<Ink>,
    alphabet: Alphabet,
    look: Look,
}

/// Reads a screen whose rows and columns are those of the picture.
fn read_upright(ink: &Ink, alphabets: &[Alphabet], words: &Words) -> Option<Reading> {
    let seen = best_seen(ink, alphabets)?;
    let ink = seen.ink.as_ref().unwrap_or(ink);
    let grid = seen.look.grid;
    let rows: Vec<usize> = (0..grid.rows(ink.plane.height)).collect();
    let scores = Comparer::new(&seen.alphabet, grid, seen.look.kernel).scores(ink, &rows, seen.look.strength);
    Some(reading_of(ink, &grid, &scores, &seen.alphabet.characters, words, how(&seen)))
}

fn how(seen: &Seen) -> How {
    let (grid, factor) = (seen.look.grid, seen.ink.as_ref().map_or(1.0, |ink| ink.factor));
    let multiple = grid.pitch_x * factor / seen.alphabet.width as f32;
    let is_whole = multiple.fract() == 0.0 && grid.pitch_y * factor / seen.alphabet.height as f32 == multiple;
    if is_whole && seen.look.cost < 0.02 { How::Exact } else { How::Scaled }
}

/// Finds the grid, and the font that the screen shows best.
fn best_seen(ink: &Ink, alphabets: &[Alphabet]) -> Option<Seen> {
    let mut best: Option<Seen> = None;
    let (found, smaller) = found_grid(ink, alphabets)?;
    for alphabet in alphabets {
        if best.as_ref().is_some_and(|best| best.look.cost < 0.03) {
            break;
        }
        let plane = smaller.as_ref().unwrap_or(ink);
        let aspect = found.grid.pitch_x / found.grid.pitch_y * alphabet.height as f32 / alphabet.width as f32;
        let mut variants = vec![alphabet.clone()];
        if aspect > 1.05 {
            variants.push(alphabet.with_gap());
        }
        for variant in variants {
            let look = score::best_look(plane, &variant, &found.rows, found.grid);
            if best.as_ref().is_none_or(|best| look.cost < best.look.cost) {
                best = Some(Seen { ink: None, alphabet: variant, look });
            }
        }
    }
    best.map(|seen| Seen { ink: smaller, ..seen })
}

/// The grid of a screen by the first font that finds one, on a smaller map if cells are large.
fn found_grid(ink: &Ink, alphabets: &[Alphabet]) -> Option<(Found, Option<Ink>)> {
    let found = alphabets.iter().find_map(|alphabet| upright::find_grid(ink, alphabet))?;
    if found.grid.pitch_x <= WIDEST_CELL {
        return Some((found, None));
    }
    let factor = (found.grid.pitch_x / ACROSS as f32).max(1.0) as usize;
    let smaller = ink.shrink(factor);
    let by = |value: f32| value / factor as f32;
    let grid = found.grid;
    let grid = Upright { x: by(grid.x), pitch_x: by(grid.pitch_x), y: by(grid.y), pitch_y: by(grid.pitch_y) };
    Some((Found { grid, ..found }, Some(smaller)))
}

/// The lines of a screen whose cells were measured.
fn reading_of(
    ink: &Ink, grid: &impl Lattice, scores: &Scores, characters: &[char], words: &Words, how: How,
) -> Reading {
    let rows = decode::decode(scores, characters, words, WORDS_WEIGHT);
    let in_picture = |(x, y): (f32, f32)| (ink.origin.0 + x * ink.factor, ink.origin.1 + y * ink.factor);
    let corners = |column: usize, row: usize| {
        let (column, row) = (column as f32, row as f32);
        [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)].map(|(x, y)| in_picture(grid.at(column + x, row + y)))
    };
    let lines = wrap::unwrap_rows(&rows, corners);
    let middle = corners(scores.columns / 2, scores.rows / 2);
    let distance = |a: (f32, f32), b: (f32, f32)| (a.0 - b.0).hypot(a.1 - b.1);
    let cell = (distance(middle[0], middle[1]), distance(middle[0], middle[3]));
    Reading { lines, explained: scores.explained(), columns: scores.columns, cell, how, learned: None }
}
