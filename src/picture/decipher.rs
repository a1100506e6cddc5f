//! Reads a font that nobody knows: in an upright picture equal characters are equal pictures, which
//! makes a substitution cipher of the screen. Cells that look alike are put together; the glyphs of
//! known fonts say what a group may be, and the words of such screens say which.

use super::alphabet::Alphabet;
use super::crib::Cipher;
use super::decode::Choices;
use super::groups::{Group, alike_groups, group_cells, inked_cells, reach_of, rows_of_groups};
use super::lattice::{Upright, is_whole};
use super::likeness::{KnownGlyphs, aligned};
use super::naming::{Named, name_groups, narrow};
use super::plane::Plane;
use super::score::{in_whole_pixels, snapped};
use super::upright::Found;
use super::words::Words;

/// How much likelier a name is than the next one when it is certain, and when it is a guess: for a shape
/// that is seen often, and for one that is seen so seldom that words hardly speak for it. (A line that
/// somebody had marked, black on yellow, was read as letters, and nothing said that they were in doubt.)
const CERTAIN: f32 = 4.0;
const GUESSED: (f32, f32) = (0.7, 2.0);
const SEEN_OFTEN: usize = 2;
/// A name for which shape and words together do not speak stands only because others were taken: a guess.
/// (In another font `R` was read as `B`, `n` as `o` and `0` as `D`, all without doubt.)
const MIN_BACKING: f32 = 0.0;
/// Cells that are that near to whole pixels are those of a screenshot: a font that is unlike the one of the
/// screen finds them no better.
const NEAR_WHOLE: f32 = 0.03;
/// A grid is moved when so much fewer pictures are left.
const MOVED_GAIN: f32 = 0.92;
/// More groups than this are noise, not a font.
const MAX_GROUPS: usize = 200;

/// A font that was deciphered.
#[derive(Debug, Clone)]
pub(super) struct Deciphered {
    /// Where its characters stand in the picture.
    pub(super) grid: Upright,
    pub(super) alphabet: Alphabet,
    /// For each glyph of the alphabet whether it is certain.
    pub(super) certain: Vec<bool>,
    /// For each glyph whether its name is no more than a guess.
    pub(super) guessed: Vec<bool>,
}

/// The grid as a known font found it, or settled on it, moved by whole pixels so that it cuts no characters:
/// those of that font may stand higher or lower in their cells (those of the X Window System stand two pixels
/// lower), and what a cell has of its neighbours makes two pictures of one character.
fn in_phase(ink: &Plane, found: &Found, settled: Upright) -> Upright {
    let columns = found.grid.columns(ink.width);
    let start = snapped(settled, columns, &found.rows).unwrap_or(settled);
    if !found.is_nearly_whole(NEAR_WHOLE) {
        return start;
    }
    let grid = in_whole_pixels(found.grid, columns, &found.rows);
    let reach = reach_of(&inked_cells(ink, &start, cell_size(&start)));
    let pictures = pictures_of(ink, &start, reach, MAX_GROUPS);
    let mut best = (start, pictures.unwrap_or(MAX_GROUPS));
    for down in [0, -1, 1, -2, 2, 3] {
        let moved = Upright { y: grid.y + down as f32, ..grid };
        best = with_fewer_pictures(best, moved, ink, reach);
    }
    for across in [-1.0, 1.0] {
        let moved = Upright { x: grid.x + across, ..best.0 };
        best = with_fewer_pictures(best, moved, ink, reach);
    }
    best.0
}

/// The second grid and its pictures where they are clearly fewer, else the first.
fn with_fewer_pictures(
    best: (Upright, usize),
    moved: Upright,
    ink: &Plane,
    reach: f32,
) -> (Upright, usize) {
    let enough = (MOVED_GAIN * best.1 as f32).ceil() as usize;
    pictures_of(ink, &moved, reach, enough).map_or(best, |pictures| (moved, pictures))
}

/// How many different pictures the cells of a grid have; `None` for `enough` and more.
fn pictures_of(ink: &Plane, grid: &Upright, reach: f32, enough: usize) -> Option<usize> {
    let mut cells = inked_cells(ink, grid, cell_size(grid));
    group_cells(&mut cells, reach, enough).map(|groups| groups.len())
}

/// The font of an upright screen by its cells alone, with the help of known fonts.
pub(super) fn decipher(
    ink: &Plane,
    (found, settled): (&Found, Upright),
    alphabets: &[Alphabet],
    words: &Words,
) -> Option<Deciphered> {
    let grid = &in_phase(ink, found, settled);
    let size = cell_size(grid);
    let mut cells = inked_cells(ink, grid, size);
    if cells.len() < 40 {
        return None;
    }
    let reach = reach_of(&cells);
    let groups = group_cells(&mut cells, reach, MAX_GROUPS)?;
    let places = cells.iter().map(|cell| (cell.row, cell.column, cell.group));
    let rows = rows_of_groups(places, grid.rows(ink.height));
    Some(font_of(&rows, &groups, (grid, size), alphabets, words))
}

/// The font of a screen on which every cell is one of some groups, by what these look like, by what every
/// screen prints, and by words.
pub(super) fn font_of(
    rows: &[Vec<Option<usize>>],
    groups: &[Group],
    (grid, size): (&Upright, (usize, usize)),
    alphabets: &[Alphabet],
    words: &Words,
) -> Deciphered {
    let alphabets = aligned(alphabets, groups, size);
    let known = KnownGlyphs::new(&alphabets);
    let mut shapes: Vec<Choices> =
        groups.iter().map(|group| known.candidates(&group.mean, size.0)).collect();
    let alike = alike_groups(groups);
    let names = Cipher { rows, alike: &alike, shapes: &shapes }.names();
    narrow(&mut shapes, &names);
    let named = name_groups(rows, groups, &shapes, words);
    alphabet_of(groups, &named, grid, (size, &alphabets))
}

/// Pixels of a cell: those of the picture where they are few, else those of the usual font.
fn cell_size(grid: &Upright) -> (usize, usize) {
    let (width, height) = (grid.pitch_x.round() as usize, grid.pitch_y.round() as usize);
    if is_whole(grid.pitch_x) && is_whole(grid.pitch_y) && (6..=12).contains(&width) && height <= 24
    {
        return (width, height);
    }
    (super::lattice::ACROSS, super::lattice::DOWN)
}

/// The mean of the groups of each character, and the glyphs of a known font for the others.
fn alphabet_of(
    groups: &[Group],
    named: &[Named],
    grid: &Upright,
    (size, alphabets): ((usize, usize), &[Alphabet]),
) -> Deciphered {
    let mut alphabet = Alphabet {
        characters: vec![' '],
        width: size.0,
        height: size.1,
        pixels: vec![vec![0.0; size.0 * size.1]],
    };
    let (mut certain, mut guessed) = (vec![true], vec![false]);
    for (group, named) in groups.iter().zip(named).filter(|(group, _)| group.count > 0) {
        let Some(first) = named.choices.first() else { continue };
        let margin = named.choices.get(1).map_or(f32::MAX, |second| first.0 - second.0);
        alphabet.characters.push(first.1);
        alphabet.pixels.push(group.mean.clone());
        certain.push(margin > CERTAIN && group.count > 1);
        let least = if group.count > SEEN_OFTEN { GUESSED.0 } else { GUESSED.1 };
        guessed.push(margin < least || named.backing < MIN_BACKING || named.is_shared);
    }
    for known in alphabets.iter().take(1) {
        for (character, pixels) in known.characters.iter().zip(&known.pixels).skip(1) {
            if !alphabet.characters.contains(character) {
                alphabet.characters.push(*character);
                alphabet.pixels.push(pixels.clone());
                certain.push(false);
                guessed.push(false);
            }
        }
    }
    Deciphered { grid: *grid, alphabet, certain, guessed }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A map of 40 by 12 cells of 8 by 16 pixels, `down` pixels below its edge: twenty shapes that fill their
    /// cells, each many times.
    fn map_of_shapes(down: usize) -> Plane {
        let (columns, rows) = (40, 12);
        Plane::from_fn(columns * 8, rows * 16 + down, |x, y| {
            let Some(y) = y.checked_sub(down) else { return 0.0 };
            let shape = (x / 8 * 7 + y / 16 * 5) % 20 + 1;
            let noise = (shape * 2_654_435_761 + (y % 16 * 8 + x % 8) * 40_503) >> 7;
            f32::from(u8::from(noise % 3 == 0))
        })
    }

    /// Checks that a grid which is this far from the cells is moved onto them.
    #[track_caller]
    fn check_phase(down: usize, pitch_y: f32) {
        let ink = map_of_shapes(down);
        let settled = Upright { x: 0.2, pitch_x: 8.001, y: 0.1, pitch_y };
        let found = Found { grid: settled, cost: 0.2, rows: (0..12).collect() };
        let grid = in_phase(&ink, &found, settled);
        let expected = Upright { x: 0.0, pitch_x: 8.0, y: down as f32, pitch_y: 16.0 };
        assert_eq!(grid, expected, "{down} pixels");
    }

    #[test]
    fn a_grid_is_moved_where_it_cuts_characters() {
        check_phase(0, 16.0);
        check_phase(2, 16.0);
        check_phase(3, 16.0);
        // Too far from whole pixels over all rows, by a font that is unlike.
        check_phase(1, 16.02);
    }
}
