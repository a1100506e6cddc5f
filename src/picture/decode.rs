//! From the likeness of glyphs to lines: pixels first, then what such screens print.

use super::score::{CellScore, Scores};
use super::words::{Before, Words};

/// Readings of a row that are followed at a time.
const READINGS: usize = 12;
/// Characters that are considered for a cell.
const CHOICES: usize = 7;
/// A character that fits so much worse than the best one is none; in logarithms.
const FARTHEST: f32 = 14.0;
/// A character of which so much ink is unexplained is not read.
const UNREADABLE: f32 = 0.62;
/// A run of little ink is text when glyphs explain this much of it: a line of three dots alone.
const DOTS: f32 = 0.9;
/// Below this confidence nobody can say what a cell shows.
const MIN_CONFIDENCE: f32 = 0.25;
/// How sure a character is whose glyph was named by little: in doubt.
const GUESSED: f32 = 0.4;
/// What words say for a character beside what pixels say, at most, when it is asked how sure it is: words
/// alone leave it in doubt. (Where a viewer had left out the row that tells them apart, `WorldGroupCleanup`
/// was read as `WorldGroopCleanop`, quite sure.) First where rows may be left out, then elsewhere, where the
/// noise of a hard photograph hides what tells most characters apart.
const WORDS_ALONE: (f32, f32) = (0.6, 3.0);
/// Where glyphs were fitted to the screen, a cell of which so many times more than usual is left may show a
/// character that has got none. (`Panic_OnAssertAt` was read as `Panic_On#ssert#t`, quite sure.)
const ODD: f32 = 2.5;
/// Characters after one that say how likely it is.
const AHEAD: usize = 3;
/// So many equal characters beside each other are the border of a screen rather than text, at its edge.
const BORDER_RUN: usize = 8;

/// A character of a row, and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Decoded {
    pub(super) character: char,
    pub(super) confidence: f32,
}

const BLANK: Decoded = Decoded { character: ' ', confidence: 1.0 };

/// Characters that a cell can be, with the logarithm of how likely its pixels make each.
pub(super) type Choices = Vec<(f32, char)>;

fn choices(cell: &CellScore, characters: &[char], scale: f32) -> Choices {
    let mut choices: Choices = cell
        .costs
        .iter()
        .zip(characters)
        .map(|(cost, character)| (-cost * scale, *character))
        .collect();
    choices.sort_by(|a, b| b.0.total_cmp(&a.0));
    let best = choices.first().map_or(0.0, |choice| choice.0);
    choices.retain(|choice| choice.0 > best - FARTHEST);
    // One character may have several shapes.
    let mut known: Vec<char> = Vec::new();
    choices.retain(|choice| {
        let is_new = !known.contains(&choice.1);
        known.push(choice.1);
        is_new
    });
    choices.truncate(CHOICES);
    for choice in &mut choices {
        choice.0 -= best;
    }
    choices
}

/// What of a row is text: ink that glyphs do not explain is noise, a frame or a reflection.
fn text_of_row(scores: &Scores, row: usize, usual: f32) -> Vec<bool> {
    let cells: Vec<&CellScore> =
        (0..scores.columns).map(|column| scores.cell(row, column)).collect();
    let mut is_text: Vec<bool> = cells
        .iter()
        .map(|cell| cell.seen > 0.45 && !cell.costs.is_empty() && cell.best() != 0)
        .collect();
    for (from, to) in segments(&is_text) {
        let run = &cells[from..to];
        let inked = run.iter().filter(|cell| !cell.costs.is_empty());
        let (mut left, mut all) = (0.0, 1e-6);
        for cell in inked {
            left += cell.least_cost();
            all += cell.energy;
        }
        let explained = 1.0 - left / all;
        let is_alone = to - from < 4 && from > 12;
        let least = if is_alone { 0.75 } else { 0.45 };
        // Three dots are little ink too, but glyphs explain it.
        let faint = if explained > 0.85 {
            0.03
        } else if is_alone {
            0.4
        } else {
            0.15
        };
        if explained < least
            || all / ((to - from) as f32) < faint * usual
            || (explained < DOTS && !run.iter().any(|cell| cell.is_inked()))
        {
            is_text[from..to].fill(false);
        }
    }
    let sure = (0..cells.len()).filter(|&column| {
        let cell = cells[column];
        let share = cell.least_cost() / cell.energy.max(1e-6);
        is_text[column]
            && (share < 0.35 && cell.energy > 0.3 * usual
                || share < 0.15 && cell.energy > 0.04 * usual)
    });
    let (sure, count) = (sure.count(), is_text.iter().filter(|is| **is).count());
    if sure < count.min(3) || sure * 4 < count {
        is_text.fill(false);
    }
    is_text
}

/// Runs of what is set, with gaps of one or two.
fn segments(set: &[bool]) -> Vec<(usize, usize)> {
    let mut segments: Vec<(usize, usize)> = Vec::new();
    for index in (0..set.len()).filter(|index| set[*index]) {
        match segments.last_mut() {
            Some(last) if index < last.1 + 3 => last.1 = index + 1,
            _ => segments.push((index, index + 1)),
        }
    }
    segments
}

/// A reading of the first cells of a row.
#[derive(Clone)]
struct Path {
    score: f32,
    before: Before,
    text: Vec<char>,
}

/// The likeliest characters of a row.
pub(super) fn most_likely(cells: &[Choices], words: &Words, weight: f32) -> Vec<char> {
    let mut paths = vec![Path { score: 0.0, before: Before::START, text: Vec::new() }];
    for choices in cells {
        let mut next: Vec<(f32, usize, char)> = Vec::new();
        for (index, path) in paths.iter().enumerate() {
            for (likeness, character) in choices {
                let likelihood =
                    if cells.len() > 1 { words.likelihood(path.before, *character) } else { 0.0 };
                next.push((path.score + likeness + weight * likelihood, index, *character));
            }
        }
        next.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut grown: Vec<Path> = Vec::new();
        for (score, index, character) in next {
            let path = &paths[index];
            let before = path.before.then(character);
            // Two readings with the same last characters go on alike: the better one is enough.
            if grown.len() < READINGS && grown.iter().all(|other| other.before != before) {
                let text = path.text.iter().copied().chain([character]).collect();
                grown.push(Path { score, before, text });
            }
        }
        paths = grown;
    }
    paths.into_iter().next().map(|path| path.text).unwrap_or_default()
}

/// How sure each character is, given the ones around it.
fn confidences(cells: &[Choices], text: &[char], words: &Words, weight: f32) -> Vec<f32> {
    let mut before = Before::START;
    let mut confidences = Vec::with_capacity(text.len());
    for (index, choices) in cells.iter().enumerate() {
        let mut own = f32::MIN;
        let mut all: Vec<f32> = Vec::with_capacity(choices.len());
        for (likeness, character) in choices {
            let mut score = likeness + weight * words.likelihood(before, *character);
            let mut after = before.then(*character);
            for next in text.iter().skip(index + 1).take(AHEAD) {
                score += weight * words.likelihood(after, *next);
                after = after.then(*next);
            }
            all.push(score);
            if *character == text[index] {
                own = score;
            }
        }
        let most = all.iter().copied().fold(f32::MIN, f32::max);
        let sum: f32 = all.iter().map(|score| (score - most).exp()).sum();
        confidences.push(if own == f32::MIN { 0.0 } else { (own - most).exp() / sum });
        before = before.then(text[index]);
    }
    confidences
}

/// The text of each row, from its first column on; rows without text are empty.
pub(super) fn decode(
    scores: &Scores,
    characters: &[char],
    words: &Words,
    weight: f32,
) -> Vec<Vec<Decoded>> {
    let (noise, usual) = (scores.noise(), scores.usual_energy());
    let mut rows: Vec<Vec<Decoded>> = (0..scores.rows)
        .map(|row| decode_row(scores, row, characters, words, (weight, noise, usual)))
        .collect();
    clear_borders(&mut rows);
    rows
}

/// Empties what is above and below the text where it is the border of the screen. (The one of a photograph
/// that the lens had bent was read as `@@@@@@@@--------ssssssss____`.)
fn clear_borders(rows: &mut [Vec<Decoded>]) {
    for from_top in [true, false] {
        while let Some(row) = outermost(rows, from_top).filter(|row| is_border(&rows[*row])) {
            rows[row].clear();
        }
    }
}

/// The first or the last row that is not empty.
fn outermost(rows: &[Vec<Decoded>], from_top: bool) -> Option<usize> {
    let mut full = (0..rows.len()).filter(|row| !rows[*row].is_empty());
    if from_top { full.next() } else { full.next_back() }
}

/// True for a row of which most is long runs of one character each.
fn is_border(row: &[Decoded]) -> bool {
    let printed: Vec<char> =
        row.iter().map(|decoded| decoded.character).filter(|character| *character != ' ').collect();
    let runs = printed.chunk_by(|one, other| one == other).map(<[char]>::len);
    let in_runs: usize = runs.filter(|length| *length >= BORDER_RUN).sum();
    in_runs > printed.len() / 2
}

/// The mean square of a sample that the best glyph leaves in a cell: where a reflection begins or a cursor
/// lies, pixels say less than elsewhere. (`Panic_OnAssertAt` was read as `Panic_OnAsseetAt`, quite sure.)
fn cell_noise(cell: &CellScore) -> f32 {
    if cell.costs.is_empty() { 0.0 } else { cell.least_cost() / cell.pixels.max(1.0) }
}

/// What is cut off may have told a letter from others. (Where a dialogue hid the foot of a row,
/// `WorldGroupCleanup` was read as `WorldGroupCleanun`.)
fn sureness_of_part(cell: &CellScore) -> f32 {
    if cell.is_whole() { 1.0 } else { cell.seen * cell.seen }
}

/// How sure a character is by its pixels, with words that say no more than [`WORDS_ALONE`].
fn sureness_by_pixels(choices: &Choices, character: char, words_alone: f32) -> f32 {
    let own = choices.iter().find(|choice| choice.1 == character).map_or(-FARTHEST, |own| own.0);
    let others = choices.iter().filter(|choice| choice.1 != character);
    let rival = others.map(|choice| choice.0).fold(-FARTHEST, f32::max);
    1.0 / (1.0 + (rival - own - words_alone).exp())
}

/// What a cell may be. A blank one may be a character of which nothing is left.
fn choices_of(
    scores: &Scores,
    cell: &CellScore,
    characters: &[char],
    is_text: bool,
    scale: f32,
) -> Choices {
    let may_hide = scores.hides && !cell.costs.is_empty() && cell.best() == 0;
    if is_text || may_hide { choices(cell, characters, scale) } else { vec![(0.0, ' ')] }
}

fn decode_row(
    scores: &Scores,
    row: usize,
    characters: &[char],
    words: &Words,
    (weight, noise, usual): (f32, f32, f32),
) -> Vec<Decoded> {
    let scale = 1.0 / (2.0 * noise * scores.correlation);
    let is_text = text_of_row(scores, row, usual);
    let (Some(first), Some(last)) =
        (is_text.iter().position(|is| *is), is_text.iter().rposition(|is| *is))
    else {
        return Vec::new();
    };
    let all_choices: Vec<Choices> = (first..=last)
        .map(|column| {
            let cell = scores.cell(row, column);
            let scale = scale / (cell_noise(cell) / noise).max(1.0);
            choices_of(scores, cell, characters, is_text[column], scale)
        })
        .collect();
    let text = most_likely(&all_choices, words, weight);
    let confidences = confidences(&all_choices, &text, words, weight);
    let words_alone = if scores.hides { WORDS_ALONE.0 } else { WORDS_ALONE.1 };
    let mut decoded = vec![BLANK; first];
    for (index, (character, confidence)) in text.into_iter().zip(confidences).enumerate() {
        let cell = scores.cell(row, first + index);
        let unexplained = if cell.is_inked() { cell.least_cost() / cell.energy } else { 0.0 };
        let is_lost =
            is_text[first + index] && (unexplained > UNREADABLE || confidence < MIN_CONFIDENCE);
        let character = if is_lost { '?' } else { character };
        let confidence = match character {
            ' ' => confidence,
            _ if scores.is_guessed(cell) => confidence * GUESSED,
            _ if scores.fitted && cell_noise(cell) > ODD * noise => confidence * GUESSED,
            _ => {
                let confidence =
                    confidence.min(sureness_by_pixels(&all_choices[index], character, words_alone));
                confidence * (1.0 - 0.5 * unexplained.clamp(0.0, 1.0)) * sureness_of_part(cell)
            }
        };
        decoded.push(Decoded { character, confidence: confidence.clamp(0.0, 1.0) });
    }
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_borders(lines: &[&str], expected: &[&str]) {
        let mut rows: Vec<Vec<Decoded>> = lines
            .iter()
            .map(|line| {
                line.chars().map(|character| Decoded { character, confidence: 1.0 }).collect()
            })
            .collect();
        clear_borders(&mut rows);
        let left: Vec<String> =
            rows.iter().map(|row| row.iter().map(|decoded| decoded.character).collect()).collect();
        assert_eq!(left, expected);
    }

    #[test]
    fn borders_are_cleared_and_text_is_not() {
        let frame =
            "0x45390391bc00:[0x420038114d31]Foo@vmkernel#nover+0x1f5 stack: 0xffffffffffffffff";
        check_borders(&["VMware ESXi", "", "__________________?"], &["VMware ESXi", "", ""]);
        check_borders(&["__________ ______", "VMware ESXi"], &["", "VMware ESXi"]);
        check_borders(&[" @@@@@@@@@@@-s", "__________", "VMware"], &["", "", "VMware"]);
        check_borders(&["VMware", "==========", "end"], &["VMware", "==========", "end"]);
        check_borders(&["VMware", frame], &["VMware", frame]);
        check_borders(&["..."], &["..."]);
        check_borders(&[], &[]);
    }
}
