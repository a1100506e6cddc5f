//! Characters that are read wrong on photographs, as often as tesseract does it.
//!
//! The counts of the table of look-alike characters were measured with `benches/ocr/measure.py`:
//! how often each character, or pair of characters, was read as another one.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use psod_match::text::LOOKALIKES;
use serde::Deserialize;

use super::Draw;

/// No character is read wrong more often than this, at any rate.
const MAX_SHARE: f64 = 0.9;

#[derive(Deserialize)]
struct MeasuredReading {
    printed: String,
    read: String,
    count: Option<u64>,
}

/// The wrong readings of one printed text, and how often it was seen.
#[derive(Default)]
struct Misreadings {
    wrong: Vec<(String, u64)>,
    seen: u64,
}

impl Misreadings {
    /// Share of the readings that are wrong.
    fn share(&self) -> f64 {
        let wrong: u64 = self.wrong.iter().map(|(_, count)| count).sum();
        wrong as f64 / self.seen.max(1) as f64
    }

    /// Draws one of the wrong readings, as often as each was seen.
    fn draw(&self, draw: &mut Draw) -> &str {
        let all: u64 = self.wrong.iter().map(|(_, count)| count).sum();
        let mut left = draw.below(all as usize) as u64;
        for (to, count) in &self.wrong {
            match left.checked_sub(*count) {
                Some(rest) => left = rest,
                None => return to,
            }
        }
        ""
    }
}

static MISREADINGS: LazyLock<BTreeMap<String, Misreadings>> = LazyLock::new(|| {
    let mut table: BTreeMap<String, Misreadings> = BTreeMap::new();
    let mut characters = 0;
    let rows = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(LOOKALIKES.as_bytes());
    for row in rows.into_deserialize::<MeasuredReading>().flatten() {
        let Some(count) = row.count else { continue };
        if row.printed.chars().count() == 1 {
            characters += count;
        }
        let entry = table.entry(row.printed.clone()).or_default();
        entry.seen += count;
        if row.printed != row.read {
            entry.wrong.push((row.read, count));
        }
    }
    // A character can be added after every other one.
    if let Some(added) = table.get_mut("") {
        added.seen = characters;
    }
    table
});

/// One way in which the text at a place can be read wrong.
struct Way {
    /// Printed characters that it takes; 0 for an added one.
    length: usize,
    /// Its probability.
    share: f64,
    readings: Option<&'static Misreadings>,
}

/// Lists the ways in which the text at one place can be read wrong; the ends of lines stay.
fn ways(characters: &[char], at: usize) -> [Way; 3] {
    let line = characters[at..].split(|character| *character == '\n').next().unwrap_or_default();
    [0, 1, 2].map(|length| {
        let text: Option<String> = line.get(..length).map(|text| text.iter().collect());
        let readings = text.and_then(|text| MISREADINGS.get(&text));
        Way { length, share: readings.map_or(0.0, Misreadings::share), readings }
    })
}

/// The probability that the text at one place is read wrong in any way.
fn share(characters: &[char], at: usize) -> f64 {
    if characters[at] == '\n' {
        return 0.0;
    }
    ways(characters, at).iter().map(|way| way.share).sum()
}

/// Reads `text` wrong at `rate` of its characters; the ends of lines stay.
pub(super) fn misread(text: &str, rate: f64, draw: &mut Draw) -> String {
    let characters: Vec<char> = text.chars().collect();
    let shares: Vec<f64> = (0..characters.len()).map(|at| share(&characters, at)).collect();
    let printed = characters.iter().filter(|character| **character != '\n').count();
    let scale = scale(&shares, rate * printed as f64);
    let mut written = String::with_capacity(text.len());
    let mut at = 0;
    while at < characters.len() {
        let length = match drawn(&characters, at, shares[at], scale, draw) {
            Some((length, reading)) => {
                written.push_str(reading);
                length
            }
            None => 0,
        };
        // Where nothing was taken, the character itself follows: read right, or after an added one.
        if length == 0 {
            written.push(characters[at]);
        }
        at += length.max(1);
    }
    written
}

/// Draws whether the text at one place is read wrong: how many characters are taken, and as what.
fn drawn(
    characters: &[char],
    at: usize,
    share: f64,
    scale: f64,
    draw: &mut Draw,
) -> Option<(usize, &'static str)> {
    if !draw.happens((share * scale).min(MAX_SHARE)) {
        return None;
    }
    let mut left = draw.fraction() * share;
    let way = ways(characters, at).into_iter().find(|way| {
        left -= way.share;
        left < 0.0
    })?;
    Some((way.length, way.readings?.draw(draw)))
}

/// The factor on `shares` with which `wanted` places are read wrong.
fn scale(shares: &[f64], wanted: f64) -> f64 {
    const STEPS: usize = 60;
    let (mut low, mut high) = (0.0, 1e6);
    for _ in 0..STEPS {
        let middle = (low + high) / 2.0;
        let sum: f64 = shares.iter().map(|share| (share * middle).min(MAX_SHARE)).sum();
        if sum < wanted { low = middle } else { high = middle }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCREEN: &str = include_str!("../../../../examples/tlb-invalidate.txt");

    /// How many insertions, deletions and substitutions of characters lie between two lines.
    fn errors(one: &str, other: &str) -> usize {
        strsim::levenshtein(one, other)
    }

    #[test]
    fn the_rate_is_met_and_lines_stay() {
        for rate in [0.01, 0.04, 0.10] {
            let (mut wrong, mut all) = (0, 0);
            for seed in 0..40 {
                let read = misread(SCREEN, rate, &mut Draw::new(seed, &[]));
                assert_eq!(read.lines().count(), SCREEN.lines().count());
                let lines = read.lines().zip(SCREEN.lines());
                wrong += lines.map(|(one, other)| errors(one, other)).sum::<usize>();
                all += SCREEN.chars().filter(|c| *c != '\n').count();
            }
            let measured = wrong as f64 / all as f64;
            assert!((rate * 0.8..rate * 1.3).contains(&measured), "{rate}: {measured}");
        }
    }

    #[test]
    fn the_same_draws_read_the_same_and_none_reads_all() {
        let [one, again, other] =
            [1, 1, 2].map(|seed| misread(SCREEN, 0.04, &mut Draw::new(seed, &[])));
        assert_eq!(one, again);
        assert_ne!(one, other);
        assert_eq!(misread(SCREEN, 0.0, &mut Draw::new(1, &[])), SCREEN);
    }

    #[test]
    fn the_measured_confusions_are_there() {
        let to: Vec<&str> = MISREADINGS["0"].wrong.iter().map(|(to, _)| to.as_str()).collect();
        assert!(to.contains(&"O") && to.contains(&"8"), "{to:?}");
        assert!(MISREADINGS.values().all(|confused| confused.share() < 1.0));
    }
}
