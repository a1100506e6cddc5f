//! Reads the text of a purple screen out of a picture of it.
//!
//! The screen is found by its purple, its ink is made a map, the character grid is found on it,
//! each cell is compared with the glyphs of known fonts as the picture would show them, and the
//! likeness of the glyphs is decoded to lines together with what such screens print.

pub mod font;
pub mod join;
pub mod learn;
pub mod load;
pub mod ocr;
pub mod shelf;

mod adapt;
mod alphabet;
mod cover;
mod crib;
mod curved;
mod decipher;
mod decode;
mod groups;
mod ink;
mod lattice;
mod level;
mod likeness;
mod naming;
mod nearest;
mod period;
mod plane;
mod purple;
mod reading;
mod rectify;
mod score;
mod shapes;
mod turn;
mod unknown;
mod upright;
mod words;
mod wrap;

#[cfg(test)]
mod tests;

pub use reading::{How, NotRead, ReadCell, ReadLine, Reading};
pub use shapes::Shapes;
pub use words::Words;

use alphabet::Alphabet;
use ink::Ink;
use lattice::{Lattice, Upright};
use score::{Comparer, Look, Scores};
use turn::Turn;
use unknown::UnknownFont;
use upright::Found;

/// How much of the vocabulary counts beside the pixels.
const WORDS_WEIGHT: f32 = 1.0;
/// A reading that explains less of the ink is none.
const MIN_EXPLAINED: f32 = 0.6;
/// A reading that explains that much of the ink needs no other try.
const WELL_EXPLAINED: f32 = 0.88;
/// Cells are made smaller when they are wider than this, in pixels.
const MAX_CELL_WIDTH: f32 = 12.0;
/// Cells are not made smaller than this.
const NARROW_CELL: f32 = 6.0;
/// A font that leaves less of the ink unexplained is the font of the screen.
const KNOWN_FONT: f32 = 0.03;
/// Maps of more pixels than this are made smaller to find out how they are turned.
const PROBED_PIXELS: f32 = 1_000_000.0;
/// No console has more characters: the widest has 240 columns, and 75 rows. (A picture of 24 megapixels that
/// lay on its side was cut to so many cells that they took 360 MB.)
const MAX_CELLS: usize = 30_000;
/// A text with less of what screens print is none.
const LANDMARKS_TO_READ: usize = 2;
/// Shapes are learned from a text with so much of it: they are used for all later pictures.
const LANDMARKS_TO_LEARN: usize = 3;

/// Reads a picture with the shapes of known fonts, the most trusted first.
///
/// # Errors
/// When there is no purple screen in the picture, or nothing legible on it.
pub fn read(
    picture: &image::RgbImage,
    shapes: &[Shapes],
    words: &Words,
) -> Result<Reading, NotRead> {
    let screen = purple::find_screen(picture)?;
    let ink = ink::ink_of(picture, &screen);
    let alphabets: Vec<Alphabet> =
        shapes.iter().map(Alphabet::new).filter(|a| a.characters.len() > 30).collect();
    let reason = match read_ink(&ink, &alphabets, words, true) {
        Ok(reading) => return Ok(reading),
        Err(reason) => reason,
    };
    let smaller = smaller_to_probe(&ink);
    let turned = turns_worth_trying(reason, &ink).iter().find_map(|turn| {
        if let Some(smaller) = &smaller {
            read_turned(smaller, *turn, &alphabets, words)?;
        }
        let mut reading = read_turned(&ink, *turn, &alphabets, words)?;
        turn.place_back(&ink, &mut reading);
        Some(reading)
    });
    turned.ok_or(reason)
}

fn read_turned(ink: &Ink, turn: Turn, alphabets: &[Alphabet], words: &Words) -> Option<Reading> {
    read_ink(&turn.turned(ink), alphabets, words, false).ok()
}

/// How a map may lie that was not read as it is: a console is wider than tall, so that one which is not lies
/// on its side, and any other on its head; so does one that has characters.
fn turns_worth_trying(reason: NotRead, ink: &Ink) -> &'static [Turn] {
    if reason == NotRead::NoLandmark || ink.plane.width >= ink.plane.height {
        &[Turn::Half]
    } else {
        &[Turn::Right, Turn::Left]
    }
}

/// A large map made smaller, to find out soon whether it can be read at all.
fn smaller_to_probe(ink: &Ink) -> Option<Ink> {
    let pixels = ink.plane.width * ink.plane.height;
    let factor = (pixels as f32 / PROBED_PIXELS).sqrt() as usize;
    (factor > 1).then(|| ink.shrink(factor))
}

/// Reads a map of ink that stands on its feet; `again` tries more of what may be wrong with a photograph.
fn read_ink(
    ink: &Ink,
    alphabets: &[Alphabet],
    words: &Words,
    again: bool,
) -> Result<Reading, NotRead> {
    let straight = if ink.upright { read_upright(ink, alphabets, words) } else { None };
    let is_enough = straight.as_ref().is_some_and(|reading| reading.explained > WELL_EXPLAINED);
    let slanted = if is_enough { None } else { read_photograph(ink, alphabets, words, again) };
    let mut reading =
        [straight, slanted].into_iter().flatten().reduce(better).ok_or(NotRead::NoGrid)?;
    if reading.explained < MIN_EXPLAINED {
        return Err(NotRead::NotExplained(reading.explained));
    }
    // Deciphering finds letters in any pattern that repeats: in a colour gradient, in dots.
    let landmarks = reading.landmarks();
    if landmarks < LANDMARKS_TO_READ {
        return Err(NotRead::NoLandmark);
    }
    reading.learned = reading.learned.filter(|_| landmarks >= LANDMARKS_TO_LEARN);
    Ok(reading)
}

/// How an upright screen shows one of the fonts.
struct Seen {
    alphabet: Alphabet,
    look: Look,
    /// As in [`Scores`].
    guessed: Vec<bool>,
    fitted: bool,
}

impl Seen {
    /// A font of which everybody knows what its glyphs are.
    fn known(alphabet: Alphabet, look: Look) -> Seen {
        Seen { alphabet, look, guessed: Vec::new(), fitted: false }
    }
}

/// Reads a screen that is rotated or in perspective: made upright by its borders, by its lines, then by
/// its cells.
fn read_photograph(
    ink: &Ink,
    alphabets: &[Alphabet],
    words: &Words,
    again: bool,
) -> Option<Reading> {
    let (by_borders, perspective) = rectify::rectified(ink)?;
    let levelled = level::levelled(&by_borders).map(|(level, tilt)| (level, Some(tilt)));
    let mut best: Option<Reading> = None;
    // Where the lines of the camera's sensor were taken for those of the text, the text was turned.
    for (upright, tilt) in levelled.into_iter().chain([(by_borders, None)]) {
        if let Some((factor, curved, alphabet)) = measure_curved(&upright, alphabets, words) {
            let grid = InPicture { surface: &curved.surface, perspective, tilt, factor };
            let (scores, characters) = (&curved.scores, &alphabet.characters);
            let reading = reading_of(ink, &grid, scores, characters, words, How::Photograph);
            best = best.into_iter().chain([reading]).reduce(better);
        }
        let is_enough = best.as_ref().is_some_and(|best| best.explained > WELL_EXPLAINED);
        if is_enough || !again {
            break;
        }
    }
    best
}

/// The cells of a map that is nearly upright, by the font that explains them best.
fn measure_curved(
    upright: &Ink,
    alphabets: &[Alphabet],
    words: &Words,
) -> Option<(f32, curved::Curved, Alphabet)> {
    let (found, smaller) = found_grid(upright, alphabets)?;
    let factor = smaller.as_ref().map_or(1.0, |smaller| smaller.factor / upright.factor);
    let plane = smaller.as_ref().unwrap_or(upright);
    let mut best: Option<(f32, curved::Curved, Alphabet)> = None;
    for alphabet in alphabets {
        if best.as_ref().is_some_and(|best| best.0 > WELL_EXPLAINED) {
            break;
        }
        for variant in variants(alphabet, &found.grid) {
            let (surface, columns, rows) = curved::fit_surface(&plane.plane, &found.grid, &variant);
            let curved = curved::measure(plane, surface, (columns, rows), &variant);
            let explained = curved.scores.explained();
            if best.as_ref().is_none_or(|best| explained > best.0) {
                best = Some((explained, curved, variant));
            }
        }
    }
    let (_, curved, alphabet) = best?;
    let (curved, alphabet) =
        unknown::adapted_curved(plane, curved, alphabet, (&found.grid, alphabets), words);
    Some((factor, curved, alphabet))
}

fn better(a: Reading, b: Reading) -> Reading {
    if b.explained > a.explained { b } else { a }
}

/// A font as it is, and as text modes print it where the cells of a grid are that wide.
fn variants(alphabet: &Alphabet, grid: &Upright) -> Vec<Alphabet> {
    let aspect = grid.pitch_x / grid.pitch_y * alphabet.height as f32 / alphabet.width as f32;
    let mut variants = vec![alphabet.clone()];
    if aspect > 1.05 {
        variants.push(alphabet.with_gap());
    }
    variants
}

/// The cells of a screen that was made upright, on the map that it was made of.
struct InPicture<'a> {
    surface: &'a curved::Surface,
    perspective: rectify::Perspective,
    tilt: Option<level::Tilt>,
    factor: f32,
}

impl Lattice for InPicture<'_> {
    fn at(&self, column: f32, row: f32) -> (f32, f32) {
        let (x, y) = self.surface.at(column, row);
        let place = (x * self.factor, y * self.factor);
        self.perspective.at(self.tilt.map_or(place, |tilt| tilt.at(place)))
    }
}

/// Reads a screen whose rows and columns are those of the picture.
fn read_upright(ink: &Ink, alphabets: &[Alphabet], words: &Words) -> Option<Reading> {
    let (found, smaller) = found_grid(ink, alphabets)?;
    let ink = smaller.as_ref().unwrap_or(ink);
    let seen = best_seen(ink, alphabets, &found)?;
    let unknown = UnknownFont { ink, alphabets, words, found: &found, seen: &seen };
    if let Some(reading) = unknown.read() {
        return Some(reading);
    }
    Some(reading_of_seen(ink, &seen, words, how(ink, &seen)))
}

fn reading_of_seen(ink: &Ink, seen: &Seen, words: &Words, how: How) -> Reading {
    let grid = seen.look.grid;
    let rows: Vec<usize> = (0..grid.rows(ink.plane.height)).collect();
    let mut comparer = Comparer::from_look(&seen.alphabet, &seen.look);
    let scores = comparer.scores(ink, &rows, seen.look.strength);
    let scores = Scores { guessed: seen.guessed.clone(), fitted: seen.fitted, ..scores };
    reading_of(ink, &grid, &scores, &seen.alphabet.characters, words, how)
}

fn how(ink: &Ink, seen: &Seen) -> How {
    let grid = seen.look.grid;
    let multiple = grid.pitch_x * ink.factor / seen.alphabet.width as f32;
    let is_whole = multiple.fract() == 0.0
        && grid.pitch_y * ink.factor / seen.alphabet.height as f32 == multiple;
    if is_whole && seen.look.cost < 0.02 { How::Exact } else { How::Scaled }
}

/// The font that the screen shows best.
fn best_seen(ink: &Ink, alphabets: &[Alphabet], found: &Found) -> Option<Seen> {
    let mut best: Option<Seen> = None;
    for alphabet in alphabets {
        if best.as_ref().is_some_and(|best| best.look.cost < KNOWN_FONT) {
            break;
        }
        for variant in variants(alphabet, &found.grid) {
            let look = score::best_look(ink, &variant, &found.rows, found.grid);
            if best.as_ref().is_none_or(|best| look.cost < best.look.cost) {
                best = Some(Seen::known(variant, look));
            }
        }
    }
    best
}

/// The grid of a screen by the first font that finds one, on a smaller map if cells are large.
fn found_grid(ink: &Ink, alphabets: &[Alphabet]) -> Option<(Found, Option<Ink>)> {
    let found = alphabets.iter().find_map(|alphabet| upright::find_grid(ink, alphabet))?;
    if found.grid.columns(ink.plane.width) * found.grid.rows(ink.plane.height) > MAX_CELLS {
        return None;
    }
    if found.grid.pitch_x <= MAX_CELL_WIDTH {
        return Some((found, None));
    }
    let factor = (found.grid.pitch_x / NARROW_CELL) as usize;
    let smaller = ink.shrink(factor);
    let (grid, divisor) = (found.grid, factor as f32);
    let grid = Upright {
        x: grid.x / divisor,
        pitch_x: grid.pitch_x / divisor,
        y: grid.y / divisor,
        pitch_y: grid.pitch_y / divisor,
    };
    Some((Found { grid, ..found }, Some(smaller)))
}

/// The lines of a screen whose cells were measured.
fn reading_of(
    ink: &Ink,
    grid: &impl Lattice,
    scores: &Scores,
    characters: &[char],
    words: &Words,
    how: How,
) -> Reading {
    let rows = decode::decode(scores, characters, words, WORDS_WEIGHT);
    let lines = wrap::unwrap_rows(&rows, scores.columns, words, |column, row| {
        corners_of_cell(ink, grid, column, row)
    });
    let middle = corners_of_cell(ink, grid, scores.columns / 2, scores.rows / 2);
    let cell = (distance(middle[0], middle[1]), distance(middle[0], middle[3]));
    Reading {
        lines,
        explained: scores.explained(),
        columns: scores.columns,
        cell,
        how,
        learned: None,
    }
}

/// The corners of a cell in the picture, the upper left one first and then clockwise.
fn corners_of_cell(ink: &Ink, grid: &impl Lattice, column: usize, row: usize) -> [(f32, f32); 4] {
    let (column, row) = (column as f32, row as f32);
    [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)].map(|(right, down)| {
        let (x, y) = grid.at(column + right, row + down);
        (ink.origin.0 + x * ink.factor, ink.origin.1 + y * ink.factor)
    })
}

fn distance(a: (f32, f32), b: (f32, f32)) -> f32 {
    (a.0 - b.0).hypot(a.1 - b.1)
}
