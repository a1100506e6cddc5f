//! Characters that are read wrong on photographs, as often as tesseract does it.
//!
//! The counts of the table of look-alike characters were measured with `benches/ocr/measure.py`:
//! how often each character, or pair of characters, was read as another one.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::Draw;
use crate::text::LOOKALIKES;

/// No character is read wrong more often than this, whatever the rate.
const MOST: f64 = 0.9;

#[derive(Deserialize)]
struct Reading {
    printed: String,
    read: String,
    count: Option<u64>,
}

/// What one text is read as when it is read wrong.
#[derive(Default)]
struct Confused {
    wrong: Vec<(String, u64)>,
    seen: u64,
}

impl Confused {
    /// Share of the readings that are wrong.
    fn share(&self) -> f64 {
        let wrong: u64 = self.wrong.iter().map(|(_, count)| count).sum();
        wrong as f64 / self.seen.max(1) as f64
    }

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

static CONFUSIONS: LazyLock<BTreeMap<String, Confused>> = LazyLock::new(|| {
    let mut table: BTreeMap<String, Confused> = BTreeMap::new();
    let mut characters = 0;
    let rows = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(LOOKALIKES.as_bytes());
    for row in rows.into_deserialize::<Reading>().flatten() {
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
    // A character can be added behind every other one.
    if let Some(added) = table.get_mut("") {
        added.seen = characters;
    }
    table
});

/// The ways in which one place can be read wrong, with their probabilities.
fn ways(rest: &[char]) -> [(usize, f64, Option<&'static Confused>); 3] {
    [0, 1, 2].map(|length| {
        let text: Option<String> = rest.get(..length).map(|text| text.iter().collect());
        let found = text.and_then(|text| CONFUSIONS.get(&text));
        (length, found.map_or(0.0, Confused::share), found)
    })
}

/// Reads `text` wrong at `rate` of its characters; the ends of lines stay.
pub(super) fn misread(text: &str, rate: f64, draw: &mut Draw) -> String {
    let characters: Vec<char> = text.chars().collect();
    let place = |at: usize| {
        let end =
            characters[at..].iter().position(|c| *c == '\n').map_or(characters.len(), |n| at + n);
        ways(&characters[at..end])
    };
    let printed = |at: &usize| characters[*at] != '\n';
    let shares: Vec<f64> = (0..characters.len())
        .map(
            |at| if printed(&at) { place(at).iter().map(|(_, share, _)| share).sum() } else { 0.0 },
        )
        .collect();
    let wanted = rate * (0..characters.len()).filter(printed).count() as f64;
    let scale = scale(&shares, wanted);
    let mut written = String::with_capacity(text.len());
    let mut at = 0;
    while at < characters.len() {
        if !draw.happens((shares[at] * scale).min(MOST)) {
            written.push(characters[at]);
            at += 1;
            continue;
        }
        let mut left = draw.fraction() * shares[at];
        let ways = place(at);
        let way = ways.iter().find(|(_, share, _)| {
            left -= share;
            left < 0.0
        });
        let Some((length, _, Some(confused))) = way else {
            written.push(characters[at]);
            at += 1;
            continue;
        };
        written.push_str(confused.draw(draw));
        at += length;
        // An added character stands in front of one that is read right.
        if *length == 0 {
            written.push(characters[at]);
            at += 1;
        }
    }
    written
}

/// The factor on `shares` with which `wanted` places are read wrong.
fn scale(shares: &[f64], wanted: f64) -> f64 {
    const STEPS: usize = 60;
    let sum = |scale: f64| shares.iter().map(|share| (share * scale).min(MOST)).sum::<f64>();
    let (mut low, mut high) = (0.0, 1e6);
    for _ in 0..STEPS {
        let middle = (low + high) / 2.0;
        if sum(middle) < wanted { low = middle } else { high = middle }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCREEN: &str = include_str!("../../../examples/tlb-invalidate.txt");

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
        let read = |seed| misread(SCREEN, 0.04, &mut Draw::new(seed, &[]));
        assert_eq!(read(1), read(1));
        assert_ne!(read(1), read(2));
        assert_eq!(misread(SCREEN, 0.0, &mut Draw::new(1, &[])), SCREEN);
    }

    #[test]
    fn the_measured_confusions_are_there() {
        let to: Vec<&str> = CONFUSIONS["0"].wrong.iter().map(|(to, _)| to.as_str()).collect();
        assert!(to.contains(&"O") && to.contains(&"8"), "{to:?}");
        assert!(CONFUSIONS.values().all(|confused| confused.share() < 1.0));
    }
}
