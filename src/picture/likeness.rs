//! How like the glyphs of known fonts are to the cells of a screen in another font.

use super::alphabet::Alphabet;
use super::decode::Choices;
use super::groups::{Group, distance};
use super::plane::Plane;

/// Differing pixels that make a shape e times less likely: fonts of this kind differ in a few.
const PIXELS: f32 = 1.6;
/// Characters that screens hardly print, and how much less likely that makes them.
const RARE: &str = "&|`{}~^!?;$%\\\"J";
const RARITY: f32 = 3.5;
/// A glyph is the same as a known one when less than a pixel differs, and how much that says.
const SAME: f32 = 0.5;
const SAMENESS: f32 = 3.0;
/// Characters of other fonts stand at most so many pixels higher or lower in their cells.
const MAX_OFFSET: isize = 3;
/// A font is moved onto a screen that then differs from it only by this part.
const OFFSET_GAIN: f32 = 0.9;

/// A glyph moved by whole pixels.
fn moved(pixels: &[f32], width: usize, (right, down): (isize, isize)) -> Vec<f32> {
    let height = pixels.len() / width;
    let moved = (0..pixels.len()).map(|index| {
        let (x, y) = ((index % width) as isize - right, (index / width) as isize - down);
        let inside = (0..width as isize).contains(&x) && (0..height as isize).contains(&y);
        if inside { pixels[y as usize * width + x as usize] } else { 0.0 }
    });
    moved.collect()
}

/// A glyph of a font in pixels of another size.
fn resized(pixels: &[f32], from: (usize, usize), to: (usize, usize)) -> Vec<f32> {
    if from == to {
        return pixels.to_vec();
    }
    let plane = Plane { width: from.0, height: from.1, values: pixels.to_vec() };
    // A cell one pixel wider has a gap at its right, not wider glyphs.
    let across = if to.0 == from.0 + 1 { 1.0 } else { from.0 as f32 / to.0 as f32 };
    let down = from.1 as f32 / to.1 as f32;
    let sampled = Plane::from_fn(to.0, to.1, |x, y| {
        plane.sample((x as f32 + 0.5) * across, (y as f32 + 0.5) * down)
    });
    sampled.values
}

/// A glyph and its mean with its neighbours, half each: a stroke one pixel aside is half right.
pub(super) fn softened(pixels: &[f32], width: usize) -> Vec<f32> {
    let sides = [(1, 0), (-1, 0), (0, 1), (0, -1)].map(|by| moved(pixels, width, by));
    (0..pixels.len())
        .map(|index| {
            0.5 * pixels[index] + 0.125 * sides.iter().map(|side| side[index]).sum::<f32>()
        })
        .collect()
}

/// Fonts in the size of the cells, moved to where the characters of a screen stand in theirs.
pub(super) fn aligned(
    alphabets: &[Alphabet],
    groups: &[Group],
    size: (usize, usize),
) -> Vec<Alphabet> {
    let mut all: Vec<Alphabet> = Vec::with_capacity(alphabets.len());
    for alphabet in alphabets {
        let from = (alphabet.width, alphabet.height);
        let mut glyphs: Vec<Vec<f32>> =
            alphabet.pixels.iter().map(|glyph| resized(glyph, from, size)).collect();
        let by = offset_of(&glyphs[1..], groups, size.0);
        if by != (0, 0) {
            glyphs.iter_mut().for_each(|glyph| *glyph = moved(glyph, size.0, by));
        }
        let (width, height) = size;
        all.push(Alphabet {
            width,
            height,
            pixels: glyphs,
            characters: alphabet.characters.clone(),
        });
    }
    all
}

/// How many pixels to the right and down glyphs explain the pictures of a screen best.
fn offset_of(glyphs: &[Vec<f32>], groups: &[Group], width: usize) -> (isize, isize) {
    let seen: Vec<Vec<f32>> = groups
        .iter()
        .filter(|group| group.count > 0)
        .map(|group| softened(&group.mean, width))
        .collect();
    let soft: Vec<Vec<f32>> = glyphs.iter().map(|glyph| softened(glyph, width)).collect();
    let mut best = ((0, 0), OFFSET_GAIN * apart(&seen, &soft, width, (0, 0)));
    for by in (-1..=1).flat_map(|right| (-MAX_OFFSET..=MAX_OFFSET).map(move |down| (right, down))) {
        let far = apart(&seen, &soft, width, by);
        if far < best.1 {
            best = (by, far);
        }
    }
    best.0
}

/// How far pictures are from the glyphs that they are most like, moved so many pixels.
fn apart(seen: &[Vec<f32>], glyphs: &[Vec<f32>], width: usize, by: (isize, isize)) -> f32 {
    let glyphs: Vec<Vec<f32>> = glyphs.iter().map(|glyph| moved(glyph, width, by)).collect();
    let nearest = seen
        .iter()
        .map(|seen| glyphs.iter().map(|glyph| distance(seen, glyph)).fold(f32::MAX, f32::min));
    nearest.sum()
}

/// An `A` that runs to a point, in the place of that of a font: console fonts draw it so or flat, and the
/// two have less in common than `A` and `&` (`VmAssistant` was deciphered as `Vm&ssistant`).
fn roofed(alphabet: &Alphabet) -> Option<Vec<f32>> {
    let flat = &alphabet.pixels[alphabet.characters.iter().position(|letter| *letter == 'A')?];
    let lit = flat.iter().enumerate().filter(|(_, value)| **value > 0.5).map(|(at, _)| at);
    let columns = lit.clone().map(|at| at % alphabet.width);
    let rows = lit.map(|at| at / alphabet.width);
    let (left, right) = (columns.clone().min()? as f32, columns.max()? as f32 + 1.0);
    let (top, bottom) = (rows.clone().min()? as f32, rows.max()? as f32 + 1.0);
    let (middle, stroke) = ((left + right) / 2.0, (right - left) * 0.28);
    let roof = Plane::from_fn(alphabet.width, alphabet.height, |x, y| {
        let (x, y) = (x as f32 + 0.5, y as f32 + 0.5);
        let down = (y - top) / (bottom - top);
        // The sides reach the width of the letter at three quarters of its height.
        let outer = stroke * 0.7 + (middle - left - stroke * 0.7) * (down / 0.75).min(1.0);
        let aside = (x - middle).abs();
        let is_bar = (0.6..0.7).contains(&down);
        let is_lit =
            (0.0..1.0).contains(&down) && aside <= outer && (is_bar || aside > outer - stroke);
        f32::from(u8::from(is_lit))
    });
    Some(roof.values)
}

/// A glyph without the pixel by which a bold font widens its strokes: other consoles have thin ones.
fn thinned(pixels: &[f32], width: usize) -> Vec<f32> {
    let next = moved(pixels, width, (-1, 0));
    pixels.iter().zip(next).map(|(own, next)| own.min(next)).collect()
}

/// A glyph as it is and a pixel aside in each direction, softened.
fn asides(
    character: char,
    pixels: &[f32],
    width: usize,
) -> impl Iterator<Item = (char, Vec<f32>, f32)> {
    let places = (-1..=1).flat_map(|right| (-1..=1).map(move |down| (right, down)));
    places.map(move |(right, down)| {
        let aside = f32::from(u8::from(right != 0) + u8::from(down != 0));
        (character, softened(&moved(pixels, width, (right, down)), width), aside)
    })
}

/// Known glyphs, each as it is and a pixel aside.
pub(super) struct KnownGlyphs {
    /// Character, softened pixels, how far aside.
    glyphs: Vec<(char, Vec<f32>, f32)>,
    /// The glyphs as they are.
    sharp: Vec<(char, Vec<f32>)>,
}

impl KnownGlyphs {
    pub(super) fn new(alphabets: &[Alphabet]) -> KnownGlyphs {
        let (mut glyphs, mut sharp) = (Vec::new(), Vec::new());
        for alphabet in alphabets {
            let width = alphabet.width;
            for (character, pixels) in alphabet.characters.iter().zip(&alphabet.pixels).skip(1) {
                sharp.push((*character, pixels.clone()));
                for pixels in [&thinned(pixels, width), pixels] {
                    glyphs.extend(asides(*character, pixels, width));
                }
            }
        }
        for alphabet in alphabets.iter().take(1) {
            let roofed = roofed(alphabet);
            glyphs.extend(roofed.map(|pixels| ('A', softened(&pixels, alphabet.width), 0.0)));
        }
        KnownGlyphs { glyphs, sharp }
    }

    /// What a group may be, the likeliest first.
    pub(super) fn candidates(&self, mean: &[f32], width: usize) -> Choices {
        let soft = softened(mean, width);
        let mut candidates: Choices = Vec::new();
        for (character, glyph, aside) in &self.glyphs {
            // Softening makes a differing pixel less than half as far.
            let likeness = -(2.5 * distance(&soft, glyph) + aside) / PIXELS;
            match candidates.iter_mut().find(|known| known.1 == *character) {
                Some(known) => known.0 = known.0.max(likeness),
                None => candidates.push((likeness, *character)),
            }
        }
        for (character, glyph) in &self.sharp {
            if distance(mean, glyph) < SAME {
                candidates
                    .iter_mut()
                    .filter(|known| known.1 == *character)
                    .for_each(|known| known.0 += SAMENESS);
            }
        }
        for candidate in candidates.iter_mut().filter(|candidate| RARE.contains(candidate.1)) {
            candidate.0 -= RARITY;
        }
        candidates.sort_by(|a, b| b.0.total_cmp(&a.0));
        candidates
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::shelf;

    /// Checks that fonts are moved to where the characters of a screen stand.
    #[track_caller]
    fn check_offset(by: (isize, isize)) {
        let alphabet = Alphabet::new(&shelf::shipped());
        let shown = alphabet.pixels[1..].iter().step_by(3);
        let groups: Vec<Group> =
            shown.map(|glyph| Group { mean: moved(glyph, 8, by), count: 1 }).collect();
        assert_eq!(offset_of(&alphabet.pixels[1..], &groups, 8), by);
    }

    #[test]
    fn a_font_is_moved_to_where_the_characters_of_a_screen_stand() {
        check_offset((0, 0));
        check_offset((0, 2));
        check_offset((-1, -2));
    }
}
