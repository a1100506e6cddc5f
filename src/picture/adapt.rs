//! Fits the glyphs of a known font to a screen in another one that no cell shows twice alike: a photograph,
//! a picture that a viewer has resized.
//!
//! What the words of such screens leave no doubt about is read whatever the font looks like; the cells
//! where it stands say what the glyphs look like, and these read the rest.

use std::collections::{BTreeMap, VecDeque};

use super::alphabet::{Alphabet, Mixing};
use super::decipher;
use super::decode::{Decoded, decode};
use super::groups::{self, Group};
use super::lattice::Upright;
use super::plane::median;
use super::score::Scores;
use super::words::{Before, Words};

/// Rounds of reading and fitting.
pub(super) const ROUNDS: usize = 4;
/// Words say which character a cell shows when they make it so much likelier than any other that it is like,
/// in logarithms.
const TOLD: f32 = 2.0;
/// Characters that a cell is most like.
const LIKE: usize = 8;
/// A character that is so sure in glyphs that were fitted once is what they say.
const SURE: f32 = 0.9;
/// Cells of a character that its glyph is fitted to.
const MAX_CELLS: usize = 60;
/// Cells of a screen that its font is fitted to: more than the largest console has, and no more than a picture
/// of dots, which took 250 MB.
const MAX_OBSERVED: usize = 6000;
/// Steps towards the glyph that explains its cells.
const STEPS: usize = 25;
/// How much the glyph that was there before counts beside the cells.
const HELD: f32 = 0.3;
/// A cell that a glyph leaves so many times more of than of the usual one shows another character.
const MAX_REST: f32 = 3.0;
/// A glyph that leaves more of the ink of its cells is of several characters.
const MAX_LEFT: f32 = 0.2;
/// Cells show another glyph when theirs leaves so many times less of them.
const OTHER: f32 = 1.8;
/// The same for a cell that is the only one of its kind: it may be a smudge.
const ALONE: f32 = 3.0;
/// Glyphs that differ by more pixels are two without asking the cells.
const NEAR: f32 = 6.0;
/// Cells that are asked whether others look like them.
const SEEDS: usize = 3;
/// Cells that are asked what a part of them looks like.
const MAX_ASKED: usize = 12;
/// More glyphs than this are noise, not a font.
const MAX_LOOKS: usize = 220;
/// Words have told as many cells of a character whose glyph is sure.
const MIN_TOLD: usize = 2;

impl Mixing {
    /// Gives what lies on the pixels of a cell back to the pixels of the font that they are mixed of.
    fn spread(&self, cell: &[f32], onto: &mut [f32]) {
        let width = self.columns.first().map_or(1, Vec::len);
        let mut mixed = vec![0.0; width];
        for (row, values) in self.rows.iter().zip(cell.chunks_exact(self.columns.len())) {
            mixed.fill(0.0);
            for (value, column) in values.iter().zip(&self.columns) {
                for (sum, weight) in mixed.iter_mut().zip(column) {
                    *sum += value * weight;
                }
            }
            for (pixels, weight) in onto.chunks_exact_mut(width).zip(row) {
                for (pixel, value) in pixels.iter_mut().zip(&mixed) {
                    *pixel += weight * value;
                }
            }
        }
    }
}

/// A cell with ink, as strong as a glyph.
#[derive(Debug, Clone)]
pub(super) struct Observed {
    pub(super) row: usize,
    pub(super) column: usize,
    /// Which of the mixings made it.
    pub(super) mixing: usize,
    pub(super) pixels: Vec<f32>,
}

/// The cells of a screen that are there as a whole, the first [`MAX_OBSERVED`] of them, and how they were mixed.
#[derive(Debug, Clone, Default)]
pub(super) struct Observation {
    cells: Vec<Observed>,
    pub(super) mixings: Vec<Mixing>,
}

impl Observation {
    pub(super) fn new(mixings: Vec<Mixing>) -> Observation {
        Observation { cells: Vec::new(), mixings }
    }

    pub(super) fn add(&mut self, cell: Observed) {
        if self.cells.len() < MAX_OBSERVED {
            self.cells.push(cell);
        }
    }
}

/// A font that was fitted to a screen.
#[derive(Debug, Clone)]
pub(super) struct Adapted {
    pub(super) alphabet: Alphabet,
    /// Of each glyph whether nothing but its likeness says which character it is.
    pub(super) guessed: Vec<bool>,
}

/// A cell whose character is known, and whether words have told it.
#[derive(Debug, Clone, Copy)]
struct Known<'a> {
    cell: &'a Observed,
    told: bool,
}

impl Adapted {
    pub(super) fn new(alphabet: &Alphabet) -> Adapted {
        Adapted { guessed: vec![true; alphabet.characters.len()], alphabet: alphabet.clone() }
    }

    /// Fits the glyphs to the cells that are known by this round's reading; the share of the cells of which
    /// words say what they show.
    pub(super) fn improve(
        &mut self,
        scores: &Scores,
        observation: &Observation,
        words: &Words,
        round: usize,
    ) -> f32 {
        let characters = &self.alphabet.characters;
        let rows = decode(scores, characters, words, 1.0);
        let mut known: BTreeMap<char, Vec<Known<'_>>> = BTreeMap::new();
        let mut told_count = 0;
        for cell in &observation.cells {
            let Some(decoded) = rows.get(cell.row).and_then(|row| row.get(cell.column)) else {
                continue;
            };
            let told = is_told(scores, characters, &rows[cell.row], cell, words);
            told_count += usize::from(told);
            if told || (round > 0 && decoded.confidence > SURE) {
                known.entry(decoded.character).or_default().push(Known { cell, told });
            }
        }
        for (glyph, character) in self.alphabet.characters.iter().enumerate().skip(1) {
            let Some(known) = known.get(character) else { continue };
            let told = known.iter().filter(|known| known.told).count();
            let cells: Vec<&Observed> = some_of(known).map(|known| known.cell).collect();
            let start = &self.alphabet.pixels[glyph];
            if let Some(fitted) = fitted(start, &cells, &observation.mixings) {
                self.alphabet.pixels[glyph] = fitted;
                self.guessed[glyph] = told < MIN_TOLD;
            }
        }
        told_count as f32 / observation.cells.len().max(1) as f32
    }
}

/// Names the glyphs anew by what every screen prints and by words: where all `0` were taken for `8`, no other
/// cell says so. Cells are put together by what they look like alone.
pub(super) fn renamed(
    font: &Adapted,
    scores: &Scores,
    observation: &Observation,
    (grid, known): (&Upright, &[Alphabet]),
    words: &Words,
) -> Adapted {
    let mut looks = Looks::new(font, scores, observation);
    looks.split();
    looks.merge();
    let mut groups: Vec<Group> = Vec::new();
    let mut numbers: BTreeMap<usize, usize> = BTreeMap::new();
    let mut places: Vec<(usize, usize, usize)> = Vec::new();
    for (cell, glyph) in observation.cells.iter().zip(&looks.shown) {
        let Some(glyph) = glyph else { continue };
        let number = *numbers.entry(*glyph).or_insert(groups.len());
        if number == groups.len() {
            groups.push(Group { mean: looks.glyphs[*glyph].clone(), count: 0 });
        }
        groups[number].count += 1;
        places.push((cell.row, cell.column, number));
    }
    let rows = groups::rows_of_groups(places, scores.rows);
    let size = (font.alphabet.width, font.alphabet.height);
    let font = decipher::font_of(&rows, &groups, (grid, size), known, words);
    Adapted { alphabet: font.alphabet, guessed: font.guessed }
}

/// Which of some glyphs each cell shows.
struct Looks<'a> {
    observation: &'a Observation,
    glyphs: Vec<Vec<f32>>,
    /// The glyph of each cell; none where nothing is.
    shown: Vec<Option<usize>>,
    /// What is usually left of a pixel of a cell, squared.
    usual: f32,
    /// Of the first glyphs whether words have told cells of theirs.
    told: Vec<bool>,
}

impl<'a> Looks<'a> {
    fn new(font: &Adapted, scores: &Scores, observation: &'a Observation) -> Looks<'a> {
        let shown = observation.cells.iter().map(|cell| {
            Some(scores.cell(cell.row, cell.column).best()).filter(|glyph| *glyph != 0)
        });
        let (shown, glyphs) = (shown.collect(), font.alphabet.pixels.clone());
        let told = font.guessed.iter().map(|guessed| !guessed).collect();
        let mut looks = Looks { observation, glyphs, shown, usual: 0.0, told };
        let mut rests: Vec<f32> = (0..looks.shown.len())
            .filter_map(|cell| Some(looks.rest(cell, &looks.glyphs[looks.shown[cell]?])))
            .collect();
        looks.usual = if rests.is_empty() { 0.0 } else { median(&mut rests) };
        looks
    }

    /// What a glyph leaves of a pixel of a cell, squared.
    fn rest(&self, cell: usize, glyph: &[f32]) -> f32 {
        let cell = &self.observation.cells[cell];
        let rest = rest_of(glyph, cell, &self.observation.mixings[cell.mixing]);
        rest / cell.pixels.len().max(1) as f32
    }

    /// Parts the cells of a glyph that show two characters: one that words have told nowhere has no glyph of
    /// its own yet (`N` stood among the cells of `M`).
    fn split(&mut self) {
        let mut open: VecDeque<usize> = (1..self.glyphs.len()).collect();
        while let Some(glyph) = open.pop_front() {
            if self.glyphs.len() >= MAX_LOOKS {
                break;
            }
            let cells: Vec<usize> =
                (0..self.shown.len()).filter(|cell| self.shown[*cell] == Some(glyph)).collect();
            let Some((parts, means)) = self.parted(&cells, glyph) else { continue };
            let added = self.glyphs.len();
            let [kept, new] = means;
            self.glyphs[glyph] = kept;
            self.glyphs.push(new);
            parts.iter().for_each(|cell| self.shown[*cell] = Some(added));
            open.extend([glyph, added]);
        }
    }

    /// The cells of a glyph that show another one, and the glyphs of the two parts; `None` where all show one.
    fn parted(&self, cells: &[usize], glyph: usize) -> Option<(Vec<usize>, [Vec<f32>; 2])> {
        let own = self.explaining(cells, glyph);
        let mut odd: Vec<(f32, usize)> =
            cells.iter().map(|cell| (self.rest(*cell, &own), *cell)).collect();
        odd.sort_by(|one, other| other.0.total_cmp(&one.0));
        odd.iter().take(SEEDS).find_map(|(_, seed)| self.parted_from(*seed, cells, (glyph, &own)))
    }

    /// The two parts of some cells, one of them those that look like this one.
    fn parted_from(
        &self,
        seed: usize,
        cells: &[usize],
        (glyph, own): (usize, &[f32]),
    ) -> Option<(Vec<usize>, [Vec<f32>; 2])> {
        let mut means = [own.to_vec(), self.explaining(&[seed], glyph)];
        let mut parts: [Vec<usize>; 2] = Default::default();
        for _ in 0..3 {
            let (new, kept) = cells
                .iter()
                .partition(|cell| self.rest(**cell, &means[1]) < self.rest(**cell, &means[0]));
            parts = [kept, new];
            if parts.iter().any(Vec::is_empty) {
                return None;
            }
            means = [0, 1].map(|part| self.explaining(&parts[part], glyph));
        }
        let [kept, new] = &parts;
        let least = if new.len() == 1 { ALONE } else { OTHER };
        let is_other = self.unlikeness(new, &means[1], &means[0]) > least
            && self.unlikeness(kept, &means[0], &means[1]) > OTHER;
        is_other.then(|| {
            let [_, new] = parts;
            (new, means)
        })
    }

    /// How many times more another glyph leaves of a usual one of some cells than their own one, or than is
    /// usual. (On average a few cells of a third character hide that there are two.)
    fn unlikeness(&self, cells: &[usize], own: &[f32], other: &[f32]) -> f32 {
        let step = cells.len().div_ceil(MAX_ASKED).max(1);
        let ratios = cells
            .iter()
            .step_by(step)
            .map(|cell| self.rest(*cell, other) / self.rest(*cell, own).max(self.usual).max(1e-6));
        let mut ratios: Vec<f32> = ratios.collect();
        if ratios.is_empty() { 0.0 } else { median(&mut ratios) }
    }

    /// The glyph that explains some of these cells, beginning with a known one.
    fn explaining(&self, cells: &[usize], start: usize) -> Vec<f32> {
        let step = cells.len().div_ceil(MAX_ASKED).max(1);
        let cells: Vec<&Observed> =
            cells.iter().step_by(step).map(|cell| &self.observation.cells[*cell]).collect();
        explaining(&self.glyphs[start], &cells, &self.observation.mixings, STEPS / 2)
    }

    /// Takes glyphs that the cells do not tell apart for one.
    fn merge(&mut self) {
        let mut cells: Vec<Vec<usize>> = vec![Vec::new(); self.glyphs.len()];
        for (cell, glyph) in self.shown.iter().enumerate() {
            glyph.iter().for_each(|glyph| cells[*glyph].push(cell));
        }
        let mut order: Vec<usize> =
            (0..cells.len()).filter(|glyph| !cells[*glyph].is_empty()).collect();
        order.sort_by_key(|glyph| std::cmp::Reverse(cells[*glyph].len()));
        let mut kept: Vec<usize> = Vec::new();
        for glyph in order {
            match kept.iter().copied().find(|other| self.is_same([glyph, *other], &cells)) {
                Some(other) => {
                    cells[glyph].iter().for_each(|cell| self.shown[*cell] = Some(other));
                    let more = std::mem::take(&mut cells[glyph]);
                    cells[other].extend(more);
                }
                None => kept.push(glyph),
            }
        }
    }

    /// Whether the cells of two glyphs are as like the one as the other, and words have not told them apart:
    /// `l` and `I` differ by one pixel in the font of ESXi.
    fn is_same(&self, glyphs: [usize; 2], cells: &[Vec<usize>]) -> bool {
        let [one, other] = glyphs.map(|glyph| &self.glyphs[glyph]);
        !glyphs.iter().all(|glyph| self.told.get(*glyph).is_some_and(|told| *told))
            && groups::distance(one, other) < NEAR
            && self.unlikeness(&cells[glyphs[0]], one, other) < OTHER
            && self.unlikeness(&cells[glyphs[1]], other, one) < OTHER
    }
}

/// Some of the cells, from all over the screen.
fn some_of<'a>(known: &'a [Known<'a>]) -> impl Iterator<Item = Known<'a>> {
    known.iter().copied().step_by(known.len().div_ceil(MAX_CELLS).max(1))
}

/// Whether words leave no doubt which of the characters that a cell is like it shows.
fn is_told(
    scores: &Scores,
    characters: &[char],
    row: &[Decoded],
    cell: &Observed,
    words: &Words,
) -> bool {
    let own = row[cell.column].character;
    if own == ' ' || own == '?' {
        return false;
    }
    let from = cell.column.saturating_sub(Before::LENGTH);
    let start = if from == 0 { Before::START } else { Before::START.then(' ') };
    let before =
        row[from..cell.column].iter().fold(start, |before, next| before.then(next.character));
    let after: Vec<char> = row[cell.column + 1..].iter().map(|next| next.character).collect();
    let costs = &scores.cell(cell.row, cell.column).costs;
    let mut like: Vec<usize> = (1..costs.len()).collect();
    like.sort_by(|one, other| costs[*one].total_cmp(&costs[*other]));
    let others =
        like.into_iter().take(LIKE).map(|glyph| characters[glyph]).filter(|other| *other != own);
    let likeliest =
        others.map(|other| words.likelihood_along(before, other, &after)).fold(f32::MIN, f32::max);
    words.likelihood_along(before, own, &after) > likeliest + TOLD
}

/// The glyph that explains some cells, those that show another character left out; `None` when they have
/// little in common.
fn fitted(start: &[f32], cells: &[&Observed], mixings: &[Mixing]) -> Option<Vec<f32>> {
    let glyph = explaining(start, cells, mixings, STEPS);
    let mut rests: Vec<f32> =
        cells.iter().map(|cell| rest_of(&glyph, cell, &mixings[cell.mixing])).collect();
    let all = rests.clone();
    let usual = median(&mut rests);
    let kept: Vec<&Observed> = cells
        .iter()
        .zip(&all)
        .filter(|(_, rest)| **rest <= MAX_REST * usual)
        .map(|(cell, _)| *cell)
        .collect();
    let glyph =
        if kept.len() < cells.len() { explaining(start, &kept, mixings, STEPS) } else { glyph };
    let (mut left, mut ink) = (0.0, 1e-6);
    for cell in kept {
        left += rest_of(&glyph, cell, &mixings[cell.mixing]);
        ink += cell.pixels.iter().map(|pixel| pixel * pixel).sum::<f32>();
    }
    (left <= MAX_LEFT * ink).then_some(glyph)
}

/// The squared distance of a cell to a glyph.
fn rest_of(glyph: &[f32], cell: &Observed, mixing: &Mixing) -> f32 {
    let shown = mixing.shown(glyph);
    shown.iter().zip(&cell.pixels).map(|(shown, seen)| (seen - shown).powi(2)).sum()
}

/// The cells of each mixing laid over each other, with their number.
fn mean_cells(cells: &[&Observed]) -> BTreeMap<usize, (Vec<f32>, f32)> {
    let mut means: BTreeMap<usize, (Vec<f32>, f32)> = BTreeMap::new();
    for cell in cells {
        let (sum, count) =
            means.entry(cell.mixing).or_insert_with(|| (vec![0.0; cell.pixels.len()], 0.0));
        sum.iter_mut().zip(&cell.pixels).for_each(|(sum, pixel)| *sum += pixel);
        *count += 1.0;
    }
    for (sum, count) in means.values_mut() {
        sum.iter_mut().for_each(|sum| *sum /= *count);
    }
    means
}

/// Moves a glyph step by step to where it explains the cells best, each pixel unlit, lit or between.
fn explaining(start: &[f32], cells: &[&Observed], mixings: &[Mixing], steps: usize) -> Vec<f32> {
    let means = mean_cells(cells);
    let mut reached = vec![HELD; start.len()];
    for (mixing, (mean, count)) in &means {
        mixings[*mixing].spread(&vec![*count; mean.len()], &mut reached);
    }
    let mut glyph = start.to_vec();
    for _ in 0..steps {
        let mut moves: Vec<f32> =
            start.iter().zip(&glyph).map(|(start, now)| HELD * (start - now)).collect();
        for (mixing, (mean, count)) in &means {
            let shown = mixings[*mixing].shown(&glyph);
            let rest: Vec<f32> =
                mean.iter().zip(shown).map(|(seen, shown)| count * (seen - shown)).collect();
            mixings[*mixing].spread(&rest, &mut moves);
        }
        for ((pixel, by), reached) in glyph.iter_mut().zip(moves).zip(&reached) {
            *pixel = (*pixel + by / reached.max(HELD)).clamp(0.0, 1.0);
        }
    }
    glyph
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::shelf;

    /// The pixels of a glyph of the shipped font.
    fn glyph_of(alphabet: &Alphabet, character: char) -> &[f32] {
        let place = alphabet.characters.iter().position(|known| *known == character);
        &alphabet.pixels[place.expect("a printable character")]
    }

    fn rounded(glyph: &[f32]) -> Vec<f32> {
        glyph.iter().map(|pixel| pixel.round()).collect()
    }

    /// Cells that show characters, blurred as in a photograph.
    fn blurred(alphabet: &Alphabet, text: &str) -> Observation {
        let mixings = vec![Mixing::sampled(alphabet, 0.6, 2)];
        let cells = text.chars().enumerate().map(|(column, character)| Observed {
            row: 0,
            column,
            mixing: 0,
            pixels: mixings[0].shown(glyph_of(alphabet, character)),
        });
        Observation { cells: cells.collect(), mixings }
    }

    /// Checks which glyph is fitted to the cells of a text, beginning with another one.
    #[track_caller]
    fn check_fitted(start: char, text: &str, expected: char) {
        let alphabet = Alphabet::new(&shelf::shipped());
        let observation = blurred(&alphabet, text);
        let cells: Vec<&Observed> = observation.cells.iter().collect();
        let glyph = fitted(glyph_of(&alphabet, start), &cells, &observation.mixings);
        assert_eq!(rounded(&glyph.expect("one glyph")), glyph_of(&alphabet, expected));
    }

    #[test]
    fn a_glyph_is_what_explains_its_blurred_cells() {
        check_fitted('M', "NNN", 'N');
    }

    #[test]
    fn cells_of_another_character_do_not_change_a_glyph() {
        check_fitted('N', "NNNNNQ", 'N');
    }

    /// The groups of a text of which all cells were taken for one character.
    fn groups_of(text: &str) -> Vec<usize> {
        let alphabet = Alphabet::new(&shelf::shipped());
        let observation = blurred(&alphabet, text);
        let mut looks = Looks {
            observation: &observation,
            glyphs: vec![vec![0.0; 128], glyph_of(&alphabet, 'M').to_vec()],
            shown: vec![Some(1); text.len()],
            usual: 0.002,
            told: vec![true, false],
        };
        looks.split();
        looks.merge();
        looks.shown.into_iter().flatten().collect()
    }

    #[test]
    fn cells_that_look_different_are_parted_and_equal_ones_are_not() {
        let groups = groups_of("MNMMNMMMMMMM");
        assert_eq!(groups[1], groups[4]);
        assert_ne!(groups[0], groups[1]);
        assert!([2, 3, 5, 6, 11].iter().all(|cell| groups[*cell] == groups[0]));
        let groups = groups_of("MMMMMM");
        assert!(groups.iter().all(|group| *group == groups[0]));
    }
}
