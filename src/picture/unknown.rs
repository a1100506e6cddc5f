//! Screens in a font that nobody knows: deciphered where equal characters are equal pictures, else read in
//! a known font that is fitted to the screen.

use std::collections::BTreeMap;

use super::adapt::{self, Adapted, Observation};
use super::alphabet::Alphabet;
use super::curved::{self, Curved};
use super::decipher;
use super::ink::Ink;
use super::lattice::Upright;
use super::score::{self, Comparer, Look, Scores};
use super::upright::{Found, USUAL_CELLS, USUAL_COLUMNS};
use super::{How, KNOWN_FONT, LANDMARKS_TO_READ, Reading, Seen, Shapes, Words, reading_of_seen};

/// One that leaves more than this is another font; what lies between is the noise of a JPEG, whose cells
/// deciphering explains as well with the wrong characters (.03 to .065 by the right font, .1 by another).
const UNKNOWN_FONT: f32 = 0.08;
/// What known fonts explain so badly is no text.
const NO_FONT: f32 = 0.5;
/// A deciphered font leaves only this part of what the best known one leaves.
const DECIPHERED_GAIN: f32 = 0.55;
/// A font that leaves more of the ink may be another one than that of the screen.
const ADAPTABLE: f32 = 0.05;
/// How far a font that is unlike the one of the screen finds cells from whole pixels, at most.
const NEARLY_WHOLE: f32 = 0.06;
/// Words tell this part of the cells of a screen at least: with less there is nothing to fit a font to.
const TOLD: f32 = 0.1;
/// A font that was fitted to a screen leaves only this part of what it left before.
const ADAPTED_GAIN: f32 = 0.5;
/// Shapes are learned from a picture that they explain up to this share.
const LEARNABLE: f32 = 0.03;

/// A screen whose rows and columns are those of the picture, with the known font that shows it best.
pub(super) struct UnknownFont<'a> {
    pub(super) ink: &'a Ink,
    /// The known fonts.
    pub(super) alphabets: &'a [Alphabet],
    pub(super) words: &'a Words,
    pub(super) found: &'a Found,
    pub(super) seen: &'a Seen,
}

impl UnknownFont<'_> {
    /// Reads the screen in its own font, where none of the known ones is it.
    pub(super) fn read(&self) -> Option<Reading> {
        let look = &self.seen.look;
        if look.cost >= NO_FONT {
            return self.on_whole_columns();
        }
        if !(ADAPTABLE..NO_FONT).contains(&look.cost) || look.worse <= KNOWN_FONT {
            return None;
        }
        let is_unknown = look.cost >= UNKNOWN_FONT;
        // What is left of whole pixels in a known font is the noise of a JPEG.
        if self.found.at(look.grid).is_nearly_whole(NEARLY_WHOLE) {
            is_unknown.then(|| self.read_deciphered(look.grid).or_else(|| self.read_adapted()))?
        } else {
            self.read_adapted().or_else(|| is_unknown.then(|| self.read_deciphered(look.grid))?)
        }
    }

    /// The screen of a console that fills the picture, whose cells no known font finds. (The thin font of a text
    /// mode, 9 by 16 pixels, was taken for cells of 6.9.)
    fn on_whole_columns(&self) -> Option<Reading> {
        let pitch_y = self.found.grid.pitch_y.round();
        USUAL_COLUMNS.iter().find_map(|columns| {
            let pitch_x = self.ink.plane.width as f32 / *columns as f32;
            if pitch_x.fract() > 0.0 || !USUAL_CELLS.contains(&(pitch_x / pitch_y)) {
                return None;
            }
            let grid = Upright { x: 0.0, pitch_x, y: self.found.grid.y.round(), pitch_y };
            let reading =
                UnknownFont { found: &self.found.at(grid), ..*self }.read_deciphered(grid)?;
            // On a screen that lies on its side equal cells are no characters.
            (reading.landmarks() >= LANDMARKS_TO_READ).then_some(reading)
        })
    }

    /// The screen by a font that its own cells say, whose grid is roughly this one.
    fn read_deciphered(&self, grid: Upright) -> Option<Reading> {
        let (seen, certain) = self.deciphered(grid)?;
        let mut reading = reading_of_seen(self.ink, &seen, self.words, How::Deciphered);
        if seen.look.cost < LEARNABLE {
            reading.learned = Some(learned_shapes(&seen.alphabet, &certain));
        }
        Some(reading)
    }

    /// The font of the screen by its own cells, if it explains the screen much better than known ones, and which
    /// of its glyphs are certain.
    fn deciphered(&self, grid: Upright) -> Option<(Seen, Vec<bool>)> {
        let grids = (self.found, grid);
        let font = decipher::decipher(&self.ink.plane, grids, self.alphabets, self.words)?;
        let look = score::best_look(self.ink, &font.alphabet, &self.found.rows, font.grid);
        let is_better = look.cost < DECIPHERED_GAIN * self.seen.look.cost;
        let (alphabet, guessed) = (font.alphabet, font.guessed);
        is_better.then_some((Seen { alphabet, look, guessed, fitted: false }, font.certain))
    }

    fn read_adapted(&self) -> Option<Reading> {
        let seen = self.adapted()?;
        Some(reading_of_seen(self.ink, &seen, self.words, How::Deciphered))
    }

    /// The font that is like the one of the screen, fitted to it, if that explains it much better.
    fn adapted(&self) -> Option<Seen> {
        let (ink, before) = (self.ink, &self.seen.look);
        // Where rows are left out, nothing says what they would show.
        if before.sources.is_some() {
            return None;
        }
        let mut font = Adapted::new(&self.seen.alphabet);
        let mut look = before.clone();
        for round in 0..adapt::ROUNDS {
            let (scores, observation) = self.measured(&font.alphabet, &look);
            if font.improve(&scores, &observation, self.words, round) < TOLD {
                return None;
            }
            look = if round == 0 {
                score::best_look(ink, &font.alphabet, &self.found.rows, look.grid)
            } else {
                score::same_look(ink, &font.alphabet, &self.found.rows, &look)
            };
            if round > 0 && look.cost >= ADAPTED_GAIN * before.cost {
                return None;
            }
        }
        let (scores, observation) = self.measured(&font.alphabet, &look);
        let fonts = (&look.grid, self.alphabets);
        let Adapted { alphabet, guessed } =
            adapt::renamed(&font, &scores, &observation, fonts, self.words);
        let look = score::same_look(ink, &alphabet, &self.found.rows, &look);
        Some(Seen { alphabet, look, guessed, fitted: true })
    }

    /// All cells of the screen, measured in a font.
    fn measured(&self, alphabet: &Alphabet, look: &Look) -> (Scores, Observation) {
        let rows: Vec<usize> = (0..look.grid.rows(self.ink.plane.height)).collect();
        let mut comparer = Comparer::from_look(alphabet, look);
        let scores = comparer.scores(self.ink, &rows, look.strength);
        let observation = comparer.observed(self.ink, &scores);
        (scores, observation)
    }
}

/// The certain glyphs of a deciphered font.
fn learned_shapes(alphabet: &Alphabet, certain: &[bool]) -> Shapes {
    let mut glyphs = BTreeMap::new();
    for ((character, pixels), _) in
        alphabet.characters.iter().zip(&alphabet.pixels).zip(certain).filter(|(_, is)| **is)
    {
        glyphs
            .entry(*character)
            .or_insert_with(|| pixels.iter().map(|value| *value > 0.5).collect());
    }
    Shapes { width: alphabet.width, height: alphabet.height, glyphs, name: "deciphered".to_owned() }
}

/// A screen in perspective with the font that is like its own fitted to it, if that explains it much better.
pub(super) fn adapted_curved(
    plane: &Ink,
    curved: Curved,
    alphabet: Alphabet,
    fonts: (&Upright, &[Alphabet]),
    words: &Words,
) -> (Curved, Alphabet) {
    let before = curved.scores.unexplained();
    if before < ADAPTABLE {
        return (curved, alphabet);
    }
    let size = (curved.scores.columns, curved.scores.rows);
    let mut font = Adapted::new(&alphabet);
    let mut latest: Option<Curved> = None;
    for round in 0..adapt::ROUNDS {
        let known = latest.as_ref().unwrap_or(&curved);
        if font.improve(&known.scores, &known.observation, words, round) < TOLD {
            return (curved, alphabet);
        }
        // Two of them at a time are enough memory.
        drop(latest.take());
        let measured = curved::measure(plane, curved.surface.clone(), size, &font.alphabet);
        let is_better = measured.scores.unexplained() < ADAPTED_GAIN * before;
        if round > 0 && !is_better {
            return (curved, alphabet);
        }
        latest = Some(measured);
    }
    let known = latest.as_ref().unwrap_or(&curved);
    let (scores, observation) = (&known.scores, &known.observation);
    let font = adapt::renamed(&font, scores, observation, fonts, words);
    let mut measured = curved::measure(plane, curved.surface, size, &font.alphabet);
    measured.scores.guessed = font.guessed;
    measured.scores.fitted = true;
    (measured, font.alphabet)
}
