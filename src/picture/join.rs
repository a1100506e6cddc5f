//! Several pictures of one screen, of which each shows a part: joined where they overlap.
//!
//! Two pictures overlap where many of their characters are equal when one of them is moved by so many
//! rows and columns. Runs of eight characters that both show vote for the move; all characters of the
//! overlap together decide whether it is one.

use std::collections::BTreeMap;

use super::reading::{ReadCell, ReadLine, Reading};

/// Characters of a run that votes: shorter ones, such as `stack: 0x`, stand at too many places.
const RUN: usize = 8;

/// A run that stands at more places votes for none.
const MAX_PLACES: usize = 8;

/// Moves that are tried, those with most votes first.
const TRIED: usize = 8;

/// Fewer equal characters are no overlap: two screens share a heading and the last lines.
const MIN_EQUAL: u16 = 60;

/// Of the characters that both show.
const MIN_AGREEMENT: f32 = 0.7;

/// Two crashes of one bug print the same names at other addresses, which most characters of a line are
/// no part of. Characters that both pictures show without doubt hardly ever differ on one screen.
const SURE: f32 = 0.7;
const MAX_CONTRADICTION: f32 = 0.03;

/// Where a picture lies in the joined one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Which of the pictures, from 0.
    pub picture: usize,
    /// The first line of the joined text that it shows, from 0.
    pub line: usize,
    /// How many it shows.
    pub lines: usize,
}

/// One screen, read from one picture or from several.
#[derive(Debug, Clone, PartialEq)]
pub struct Joined {
    /// What they show together. The places of its cells are those in the picture that each is of.
    pub reading: Reading,
    /// The pictures, from the top of the screen.
    pub places: Vec<Place>,
}

/// Joins those readings that overlap; the others stay as they are, in their order.
#[must_use]
pub fn joined(readings: Vec<Reading>) -> Vec<Joined> {
    let mut screens: Vec<Joined> = Vec::new();
    for (picture, reading) in readings.into_iter().enumerate() {
        let place = Place { picture, line: 0, lines: reading.lines.len() };
        let mut screen = Joined { reading, places: vec![place] };
        // A picture may lie between two that do not overlap each other.
        let mut first = screens.len();
        while let Some((at, shift)) = overlapping(&screens, &screen) {
            first = first.min(at);
            screen = together(screens.remove(at), screen, shift);
        }
        screens.insert(first.min(screens.len()), screen);
    }
    screens
}

/// By how many rows and columns the second picture lies below and right of the first one.
type Shift = (isize, isize);

fn overlapping(screens: &[Joined], other: &Joined) -> Option<(usize, Shift)> {
    screens
        .iter()
        .enumerate()
        .find_map(|(at, screen)| Some((at, shift_of(&screen.reading, &other.reading)?)))
}

fn shift_of(one: &Reading, other: &Reading) -> Option<Shift> {
    let mut votes: Vec<(Shift, usize)> = votes(one, other).into_iter().collect();
    votes.sort_by_key(|(shift, count)| (std::cmp::Reverse(*count), *shift));
    votes.truncate(TRIED);
    votes.into_iter().map(|(shift, _)| shift).find(|shift| is_overlap(one, other, *shift))
}

/// Places of a run of characters: line and column.
type Runs = BTreeMap<[char; RUN], Vec<(usize, usize)>>;

fn votes(one: &Reading, other: &Reading) -> BTreeMap<Shift, usize> {
    let known = runs(one);
    let mut votes = BTreeMap::new();
    for (run, places) in runs(other).iter().filter(|(_, places)| places.len() <= MAX_PLACES) {
        let there = known.get(run).filter(|there| there.len() <= MAX_PLACES);
        for (line, column) in there.into_iter().flatten() {
            for (other_line, other_column) in places {
                let down = *line as isize - *other_line as isize;
                let right = *column as isize - *other_column as isize;
                *votes.entry((down, right)).or_insert(0) += 1;
            }
        }
    }
    votes
}

fn runs(reading: &Reading) -> Runs {
    let mut runs = Runs::new();
    for (line, read) in reading.lines.iter().enumerate() {
        for (column, cells) in read.cells.windows(RUN).enumerate() {
            let run: [char; RUN] = std::array::from_fn(|at| cells[at].character);
            if run.iter().filter(|letter| **letter == ' ' || **letter == '?').count() <= 1 {
                runs.entry(run).or_default().push((line, column));
            }
        }
    }
    runs
}

fn is_overlap(one: &Reading, other: &Reading, (down, right): Shift) -> bool {
    let (mut equal, mut both, mut sure, mut contradicted) = (0_u16, 0_u16, 0_u16, 0_u16);
    for (line, read) in one.lines.iter().enumerate() {
        let Some(beside) = line.checked_add_signed(-down).and_then(|line| other.lines.get(line))
        else {
            continue;
        };
        for (column, cell) in read.cells.iter().enumerate() {
            let at = column.checked_add_signed(-right);
            let Some(found) = at.and_then(|column| beside.cells.get(column)) else { continue };
            if cell.character == ' ' || found.character == ' ' {
                continue;
            }
            let is_equal = cell.character == found.character;
            let is_sure = cell.confidence.min(found.confidence) >= SURE;
            let counts = [true, is_equal, is_sure, is_sure && !is_equal];
            for (count, counts) in
                [&mut both, &mut equal, &mut sure, &mut contradicted].into_iter().zip(counts)
            {
                *count = count.saturating_add(u16::from(counts));
            }
        }
    }
    equal >= MIN_EQUAL
        && f32::from(equal) >= MIN_AGREEMENT * f32::from(both)
        && f32::from(contradicted) <= MAX_CONTRADICTION * f32::from(sure)
}

/// Both on one grid, in each cell the character that was read with less doubt.
fn together(one: Joined, other: Joined, (down, right): Shift) -> Joined {
    let above = usize::try_from(-down).unwrap_or(0);
    let below = usize::try_from(down).unwrap_or(0);
    let before = usize::try_from(-right).unwrap_or(0);
    let behind = usize::try_from(right).unwrap_or(0);
    let count = (one.reading.lines.len() + above).max(other.reading.lines.len() + below);
    let mut lines: Vec<ReadLine> = vec![ReadLine::default(); count];
    lay(&mut lines, &one.reading.lines, above, before);
    lay(&mut lines, &other.reading.lines, below, behind);
    let placed = one.places.iter().map(|place| Place { line: place.line + above, ..*place });
    let mut places: Vec<Place> = placed
        .chain(other.places.iter().map(|place| Place { line: place.line + below, ..*place }))
        .collect();
    places.sort_by_key(|place| (place.line, place.picture));
    let explained = one.reading.explained.min(other.reading.explained);
    let columns = (one.reading.columns + before).max(other.reading.columns + behind);
    let learned = one.reading.learned.clone().or(other.reading.learned);
    Joined { reading: Reading { lines, explained, columns, learned, ..one.reading }, places }
}

fn lay(lines: &mut [ReadLine], read: &[ReadLine], down: usize, right: usize) {
    const NOTHING: ReadCell =
        ReadCell { character: ' ', confidence: 0.0, corners: [(0.0, 0.0); 4] };
    for (line, from) in
        lines[down..].iter_mut().zip(read).filter(|(_, from)| !from.cells.is_empty())
    {
        let length = line.cells.len().max(from.cells.len() + right);
        line.cells.resize(length, NOTHING);
        for (cell, found) in line.cells[right..].iter_mut().zip(&from.cells) {
            let is_blank = found.character == ' ' && cell.character != ' ' && cell.confidence > 0.0;
            if found.confidence > cell.confidence && !is_blank {
                *cell = found.clone();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::How;

    const SCREEN: [&str; 6] = [
        "VMware ESXi 7.0.3 [Releasebuild-20328353 x86_64]",
        "#PF Exception 14 in world 2098377:vmnic0-pollW IP 0x41802d3d8d5f addr 0x1c",
        "0x451a0a49bc10:[0x41802d3d8d5f]indrv_FilterStats@(i40en)#<None>+0x1f stack: 0x4",
        "0x451a0a49bc50:[0x41802d3d9a10]indrv_UpdateStats@(i40en)#<None>+0x2b stack: 0x0",
        "0x451a0a49bc90:[0x41802ce0c7bc]NetPollPoll@vmkernel#nover+0x1e stack: 0x1",
        "0x451a0a49bd10:[0x41802cd0a4d2]VmkWork_Main@vmkernel#nover+0x12 stack: 0x2",
    ];

    fn reading(lines: &[&str]) -> Reading {
        Reading {
            lines: lines
                .iter()
                .map(|line| ReadLine { cells: line.chars().map(cell).collect() })
                .collect(),
            explained: 1.0,
            columns: 128,
            cell: (8.0, 16.0),
            how: How::Exact,
            learned: None,
        }
    }

    fn cell(character: char) -> ReadCell {
        ReadCell { character, confidence: 0.9, corners: [(0.0, 0.0); 4] }
    }

    #[track_caller]
    fn check(pictures: &[&[&str]], expected: &[&[&str]], places: &[(usize, usize)]) {
        let screens = joined(pictures.iter().map(|lines| reading(lines)).collect());
        let text: Vec<String> = screens.iter().map(|screen| screen.reading.text()).collect();
        let wanted: Vec<String> = expected.iter().map(|lines| lines.join("\n") + "\n").collect();
        assert_eq!(text, wanted);
        let found = screens.iter().flat_map(|screen| &screen.places);
        assert_eq!(found.map(|place| (place.picture, place.line)).collect::<Vec<_>>(), places);
    }

    #[test]
    fn scrolled_pictures_are_joined_in_any_order() {
        check(&[&SCREEN[..4], &SCREEN[2..]], &[&SCREEN], &[(0, 0), (1, 2)]);
        check(&[&SCREEN[2..], &SCREEN[..4]], &[&SCREEN], &[(1, 0), (0, 2)]);
        check(&[&SCREEN[..3], &SCREEN[4..], &SCREEN[1..6]], &[&SCREEN], &[(0, 0), (2, 1), (1, 4)]);
        check(&[&SCREEN, &SCREEN[1..3]], &[&SCREEN], &[(0, 0), (1, 1)]);
    }

    #[test]
    fn cropped_pictures_are_joined_beside_each_other() {
        let left: Vec<&str> = SCREEN.iter().map(|line| &line[..45]).collect();
        let right: Vec<&str> = SCREEN.iter().map(|line| &line[20..]).collect();
        check(&[&left, &right], &[&SCREEN], &[(0, 0), (1, 0)]);
        check(&[&right, &left], &[&SCREEN], &[(0, 0), (1, 0)]);
    }

    #[test]
    fn two_crashes_of_one_bug_stay_apart() {
        let other = SCREEN.map(|line| line.replace("49bc", "1eb0").replace("2d3d8", "1f007"));
        let lines: Vec<&str> = other.iter().map(String::as_str).collect();
        check(&[&SCREEN, &lines], &[&SCREEN, &lines], &[(0, 0), (1, 0)]);
    }

    #[test]
    fn pictures_of_two_screens_stay_apart() {
        let other = SCREEN.map(|line| line.replace("41802", "42003").replace("stats", "link"));
        let mut lines: Vec<&str> = other.iter().map(String::as_str).collect();
        lines[2..].reverse();
        check(&[&SCREEN, &lines], &[&SCREEN, &lines], &[(0, 0), (1, 0)]);
        check(&[&SCREEN[..2], &SCREEN[3..]], &[&SCREEN[..2], &SCREEN[3..]], &[(0, 0), (1, 0)]);
        check(&[&[""], &SCREEN], &[&[""], &SCREEN], &[(0, 0), (1, 0)]);
    }

    #[test]
    fn the_character_with_less_doubt_is_taken() {
        let mut doubtful = reading(&SCREEN);
        doubtful.lines[2].cells[40].character = '?';
        doubtful.lines[2].cells[40].confidence = 0.1;
        let screens = joined(vec![doubtful, reading(&SCREEN[1..])]);
        assert_eq!(screens[0].reading.text(), SCREEN.join("\n") + "\n");
    }
}
