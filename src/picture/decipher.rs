//! Reads a font that nobody knows: in an upright picture equal characters are equal pictures, which
//! makes a substitution cipher of the screen. Cells that look alike are put together; the glyphs of
//! known fonts say what a group may be, and the words of such screens say which.

use super::alphabet::Alphabet;
use super::crib::Cipher;
use super::decode::{Choices, most_likely};
use super::lattice::{Lattice, Upright, energy, is_whole};
use super::plane::{Plane, median, percentile};
use super::score::{in_whole_pixels, snapped};
use super::words::{Before, Words};

/// Characters that a group of cells may be.
const CANDIDATES: usize = 14;
/// Differing pixels that make a shape e times less likely: fonts of this kind differ in a few.
const PIXELS: f32 = 1.6;
/// Cells of a group that are asked what they are.
const WITNESSES: usize = 60;
/// One cell alone says no more than this against a character, in logarithms.
const MAX_EVIDENCE: f32 = 3.0;
/// All cells together say no more than this: clear pixels stand against any words.
const MAX_SAID: f32 = 11.0;
/// How much the words count: neighbouring cells tell the same twice.
const EVIDENCE_WEIGHT: f32 = 0.6;
/// Characters that screens hardly print, and how much less likely that makes them.
const RARE: &str = "&|`{}~^!?;$%\\\"J";
const RARITY: f32 = 3.5;
/// A glyph is the same as a known one when less than a pixel differs, and how much that says.
const SAME: f32 = 0.5;
const SAMENESS: f32 = 3.0;
/// Groups of one character are hardly this far apart, how much that says, and how many times at most.
const APART: f32 = 3.0;
const PARTING: f32 = 4.0;
const MAX_PARTING: f32 = 4.0;
/// How much likelier a name is than the next one when it is certain, and when it is a guess: for a shape
/// that is seen often, and for one that is seen so seldom that words hardly speak for it. (A line that
/// somebody had marked, black on yellow, was read as letters, and nothing said that they were in doubt.)
const CERTAIN: f32 = 4.0;
const GUESSED: (f32, f32) = (0.7, 2.0);
const SEEN_OFTEN: usize = 2;
/// A name for which shape and words together do not speak stands only because others were taken: a guess.
/// (In another font `R` was read as `B`, `n` as `o` and `0` as `D`, all without doubt.)
const MIN_BACKING: f32 = 0.0;
/// A name that a crib gives is likelier than any other by this: neither shapes nor words say more.
const CRIBBED: f32 = 12.0;
/// A grid is moved by fewer pixels up or down: a row that is then cut by the edge has nothing there.
const MAX_PHASE: f32 = 3.5;
/// Cells that are that near to whole pixels are those of a screenshot: a font that is unlike the one of the
/// screen finds them no better.
const NEAR_WHOLE: f32 = 0.03;
/// A grid is moved when so much fewer pictures are left.
const MOVED_GAIN: f32 = 0.92;
/// Rounds in which cells are put together.
const ROUNDS: usize = 3;
/// More groups than this are noise, not a font.
const MAX_GROUPS: usize = 200;

/// Cells that look alike.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub(super) mean: Vec<f32>,
    pub(super) count: usize,
}

/// A cell with ink: its place and its group.
#[derive(Debug, Clone)]
struct Inked {
    row: usize,
    column: usize,
    pixels: Vec<f32>,
    group: usize,
}

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

fn inked_cells(ink: &Plane, grid: &Upright, size: (usize, usize)) -> Vec<Inked> {
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

fn nearest_group(groups: &[Group], pixels: &[f32]) -> Option<(f32, usize)> {
    let all =
        groups.iter().enumerate().map(|(index, group)| (distance(&group.mean, pixels), index));
    all.min_by(|a, b| a.0.total_cmp(&b.0))
}

/// The grid as a known font found it, or settled on it, moved by whole pixels so that it cuts no characters:
/// those of that font may stand higher or lower in their cells (those of the X Window System stand two pixels
/// lower), and what a cell has of its neighbours makes two pictures of one character.
fn in_phase(ink: &Plane, found: Upright, settled: Upright) -> Upright {
    let (columns, rows) = (found.columns(ink.width), found.rows(ink.height));
    let grid = in_whole_pixels(found, columns, rows);
    let aside = (grid.pitch_x - found.pitch_x).abs().max((grid.pitch_y - found.pitch_y).abs());
    let start = snapped(settled, settled.columns(ink.width), settled.rows(ink.height));
    let start = start.unwrap_or(settled);
    if aside > NEAR_WHOLE {
        return start;
    }
    let reach = reach_of(&inked_cells(ink, &start, cell_size(&start)));
    let pictures = pictures_of(ink, &start, reach, usize::MAX);
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
    let mut groups = Vec::new();
    for round in 0..ROUNDS {
        group_once(&mut cells, &mut groups, reach, round);
        // They grow more with each round, never fewer.
        if groups.len() >= enough {
            return None;
        }
    }
    Some(groups.len())
}

/// How far apart cells of one character may be.
fn reach_of(cells: &[Inked]) -> f32 {
    0.45 + 1.6 * usual_distance(cells)
}

/// Puts cells together that differ by less than `reach`.
fn group_cells(cells: &mut [Inked], reach: f32) -> Vec<Group> {
    let mut groups = Vec::new();
    for round in 0..ROUNDS {
        group_once(cells, &mut groups, reach, round);
    }
    groups
}

/// Puts cells together by the groups of the round before; in the first by those that there are yet.
fn group_once(cells: &mut [Inked], groups: &mut Vec<Group>, reach: f32, round: usize) {
    let means = groups.clone();
    if round > 0 {
        for group in groups.iter_mut() {
            group.count = 0;
        }
    }
    for cell in cells.iter_mut() {
        let known = if round == 0 { &*groups } else { &means };
        let nearest = nearest_group(known, &cell.pixels);
        match nearest.filter(|(far, _)| *far < reach) {
            Some((_, group)) => cell.group = group,
            None if groups.len() < MAX_GROUPS => {
                cell.group = groups.len();
                groups.push(Group { mean: vec![0.0; cell.pixels.len()], count: 0 });
            }
            None => cell.group = nearest.map_or(0, |nearest| nearest.1),
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
}

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
fn softened(pixels: &[f32], width: usize) -> Vec<f32> {
    let sides = [(1, 0), (-1, 0), (0, 1), (0, -1)].map(|by| moved(pixels, width, by));
    (0..pixels.len())
        .map(|index| {
            0.5 * pixels[index] + 0.125 * sides.iter().map(|side| side[index]).sum::<f32>()
        })
        .collect()
}

/// An `A` that runs to a point, in the place of that of a font: console fonts draw it so or flat, and the
/// two have less in common than `A` and `&` (`VmAssistant` was deciphered as `Vm&ssistant`).
fn roofed(alphabet: &Alphabet, size: (usize, usize)) -> Option<Vec<f32>> {
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
    Some(resized(&roof.values, (alphabet.width, alphabet.height), size))
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

/// Known glyphs in the size of the cells, each as it is and a pixel aside.
struct KnownGlyphs {
    /// Character, softened pixels, how far aside.
    glyphs: Vec<(char, Vec<f32>, f32)>,
    /// The glyphs as they are.
    sharp: Vec<(char, Vec<f32>)>,
}

impl KnownGlyphs {
    fn new(alphabets: &[Alphabet], size: (usize, usize)) -> KnownGlyphs {
        let (mut glyphs, mut sharp) = (Vec::new(), Vec::new());
        for alphabet in alphabets {
            for (character, pixels) in alphabet.characters.iter().zip(&alphabet.pixels).skip(1) {
                let pixels = resized(pixels, (alphabet.width, alphabet.height), size);
                sharp.push((*character, pixels.clone()));
                for pixels in [thinned(&pixels, size.0), pixels] {
                    glyphs.extend(asides(*character, &pixels, size.0));
                }
            }
        }
        for alphabet in alphabets.iter().take(1) {
            glyphs
                .extend(roofed(alphabet, size).map(|pixels| ('A', softened(&pixels, size.0), 0.0)));
        }
        KnownGlyphs { glyphs, sharp }
    }

    /// What a group may be, the likeliest first.
    fn candidates(&self, mean: &[f32], width: usize) -> Choices {
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

/// True for groups so far apart that they are hardly one character.
fn looks_different(one: &Group, other: &Group) -> bool {
    distance(&one.mean, &other.mean) > APART
}

/// For each pair of groups whether they may be one character that noise has parted.
fn alike_groups(groups: &[Group]) -> Vec<Vec<bool>> {
    groups
        .iter()
        .map(|one| groups.iter().map(|other| !looks_different(one, other)).collect())
        .collect()
}

/// Puts what cribs say into what each group may be, and leaves the likeliest.
fn narrow(shapes: &mut [Choices], names: &[Option<char>]) {
    for (choices, name) in shapes.iter_mut().zip(names) {
        if let Some(name) = name {
            let best = choices.first().map_or(0.0, |choice| choice.0);
            choices.retain(|choice| choice.1 != *name);
            choices.insert(0, (best + CRIBBED, *name));
        }
        choices.truncate(CANDIDATES);
    }
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

/// What the words of the screen say for and against each candidate of each group.
fn evidence(
    rows: &[Vec<Option<usize>>],
    texts: &[Vec<char>],
    candidates: &[Choices],
    words: &Words,
) -> Vec<Vec<f32>> {
    let mut evidence: Vec<Vec<f32>> =
        candidates.iter().map(|choices| vec![0.0; choices.len()]).collect();
    let mut heard = vec![0usize; candidates.len()];
    for (row, text) in rows.iter().zip(texts) {
        let mut before = Before::START;
        for (column, group) in row.iter().enumerate() {
            let witness = group.filter(|group| heard[*group] < WITNESSES);
            if let Some(group) = witness {
                heard[group] += 1;
                let scores: Vec<f32> = candidates[group]
                    .iter()
                    .map(|(_, character)| {
                        words.likelihood_along(before, *character, &text[column + 1..])
                    })
                    .collect();
                let most = scores.iter().copied().fold(f32::MIN, f32::max);
                for (sum, score) in evidence[group].iter_mut().zip(scores) {
                    *sum += (score - most).max(-MAX_EVIDENCE);
                }
            }
            before = before.then(text[column]);
        }
    }
    evidence
}

/// Adds what words say to what shapes say, and sorts each group's choices by both.
fn weigh(named: &mut [Choices], shapes: &[Choices], said: &[Vec<f32>]) {
    for ((choices, shapes), said) in named.iter_mut().zip(shapes).zip(said) {
        choices.clone_from(shapes);
        let most = said.iter().copied().fold(f32::MIN, f32::max);
        for (choice, said) in choices.iter_mut().zip(said) {
            choice.0 += (EVIDENCE_WEIGHT * (said - most)).max(-MAX_SAID);
        }
        choices.sort_by(|a, b| b.0.total_cmp(&a.0));
    }
}

/// The names of the groups: likeness and words, again and again until nothing changes.
fn name_groups(
    rows: &[Vec<Option<usize>>],
    groups: &[Group],
    shapes: &[Choices],
    words: &Words,
) -> Vec<Named> {
    let mut named = shapes.to_vec();
    let mut said: Vec<Vec<f32>> = Vec::new();
    let mut names: Vec<Option<char>> = Vec::new();
    for round in 0..8 {
        let texts: Vec<Vec<char>> =
            rows.iter().map(|row| text_of(row, &named, words, round == 0)).collect();
        said = evidence(rows, &texts, shapes, words);
        weigh(&mut named, shapes, &said);
        keep_apart(&mut named, groups);
        let now: Vec<Option<char>> =
            named.iter().map(|choices| choices.first().map(|choice| choice.1)).collect();
        if now == names {
            break;
        }
        names = now;
    }
    let mut all = Vec::new();
    for (group, choices) in named.into_iter().enumerate() {
        let backing = backing(&choices, &shapes[group], &said[group]);
        all.push(Named { is_shared: is_shared(&names, groups, group), backing, choices });
    }
    all
}

/// What a group may be, the likeliest first, and what speaks for that.
struct Named {
    choices: Choices,
    /// How much shape and words say for it together.
    backing: f32,
    /// Whether a group that looks different has the same name: one of the two is wrong.
    is_shared: bool,
}

/// How much shape and words say for the first name of a group against any other.
fn backing(named: &Choices, shapes: &Choices, said: &[f32]) -> f32 {
    let Some(first) = named.first() else { return 0.0 };
    let by_shape: Vec<f32> = shapes.iter().map(|shape| shape.0).collect();
    let Some(own) = shapes.iter().position(|shape| shape.1 == first.1) else { return 0.0 };
    lead(&by_shape, own) + EVIDENCE_WEIGHT * lead(said, own)
}

/// How much more one has than the best of the others.
fn lead(values: &[f32], own: usize) -> f32 {
    let others = values.iter().enumerate().filter(|(index, _)| *index != own);
    let best = others.map(|(_, value)| *value).fold(f32::MIN, f32::max);
    if best == f32::MIN { 0.0 } else { values[own] - best }
}

/// Whether another group that looks different has the name of this one.
fn is_shared(names: &[Option<char>], groups: &[Group], group: usize) -> bool {
    (0..groups.len()).any(|other| {
        other != group
            && groups[other].count > 0
            && names[other] == names[group]
            && looks_different(&groups[other], &groups[group])
    })
}

/// The text of a row by the present names of its groups; at first with all that each may be.
fn text_of(row: &[Option<usize>], named: &[Choices], words: &Words, is_open: bool) -> Vec<char> {
    let choices: Vec<Choices> = row
        .iter()
        .map(|group| match group {
            Some(group) if is_open => named[*group].clone(),
            Some(group) => named[*group].iter().take(1).copied().collect(),
            None => vec![(0.0, ' ')],
        })
        .collect();
    if is_open {
        return most_likely(&choices, words, 1.0);
    }
    choices.iter().map(|choices| choices.first().map_or('?', |choice| choice.1)).collect()
}

/// Two groups that look different are two characters: the one that is less sure takes its next.
fn keep_apart(named: &mut [Choices], groups: &[Group]) {
    let mut order: Vec<usize> = (0..named.len()).collect();
    order.sort_by(|a, b| {
        sureness(&groups[*b], &named[*b]).total_cmp(&sureness(&groups[*a], &named[*a]))
    });
    let mut owners: Vec<(char, usize)> = Vec::new();
    for group in order {
        for choice in &mut named[group] {
            let owners = owners.iter().filter(|(taken, _)| *taken == choice.1);
            let far = owners.map(|(_, owner)| distance(&groups[*owner].mean, &groups[group].mean));
            let far = far.fold(0.0, f32::max);
            // Noise and colours part the cells of one character, but never by many pixels: an `A` of
            // another design was read as a second `@`.
            if far > APART {
                choice.0 -= PARTING * (far / APART).min(MAX_PARTING);
            }
        }
        named[group].sort_by(|a, b| b.0.total_cmp(&a.0));
        if let Some(choice) = named[group].first() {
            owners.push((choice.1, group));
        }
    }
}

/// By how much the first choice of a group leads, the more the more cells the group has.
fn sureness(group: &Group, choices: &Choices) -> f32 {
    let margin = match choices[..] {
        [first, second, ..] => first.0 - second.0,
        _ => 0.0,
    };
    margin * (group.count as f32).sqrt()
}

/// The font of an upright screen by its cells alone, with the help of known fonts.
pub(super) fn decipher(
    ink: &Plane,
    (found, settled): (Upright, Upright),
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
    let groups = group_cells(&mut cells, reach);
    if groups.len() >= MAX_GROUPS {
        return None;
    }
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
    let known = KnownGlyphs::new(alphabets, size);
    let mut shapes: Vec<Choices> =
        groups.iter().map(|group| known.candidates(&group.mean, size.0)).collect();
    let alike = alike_groups(groups);
    let names = Cipher { rows, alike: &alike, shapes: &shapes }.names();
    narrow(&mut shapes, &names);
    let named = name_groups(rows, groups, &shapes, words);
    alphabet_of(groups, &named, (grid, size), alphabets)
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
    (grid, size): (&Upright, (usize, usize)),
    alphabets: &[Alphabet],
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
                alphabet.pixels.push(resized(pixels, (known.width, known.height), size));
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

    #[test]
    fn a_name_that_two_shapes_have_is_a_guess() {
        let groups = [0.0, 1.0, 0.1].map(|value| Group { mean: vec![value; 8], count: 3 });
        let names = [Some('B'), Some('B'), Some('R')];
        assert!(is_shared(&names, &groups, 0) && is_shared(&names, &groups, 1));
        // Noise parts the cells of one character, but never by many pixels.
        assert!(!is_shared(&[Some('B'), Some('R'), Some('B')], &groups, 0));
    }

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
        let found = Upright { x: 0.2, pitch_x: 8.001, y: 0.1, pitch_y };
        let grid = in_phase(&ink, found, found);
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

    #[test]
    fn a_name_that_neither_shape_nor_words_speak_for_has_no_backing() {
        let shapes: Choices = vec![(-1.0, 'R'), (-2.0, 'B')];
        let named: Choices = vec![(-1.0, 'B'), (-9.0, 'R')];
        assert!(backing(&named, &shapes, &[0.0, -1.0]) < MIN_BACKING);
        assert!(backing(&shapes, &shapes, &[0.0, -1.0]) > MIN_BACKING);
    }
}
