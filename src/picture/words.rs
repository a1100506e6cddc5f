//! What purple screens print: how likely a character is after others.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Lines as screens print them; hexadecimal digits stand for any.
const PHRASES: &str = include_str!("phrases.txt");
/// Characters before one that tell it.
const CONTEXT: usize = 5;
/// Stands for every hexadecimal digit of a number: no number is likelier than another.
const HEX: u8 = 1;
/// Stands for every decimal digit.
const DECIMAL: u8 = 2;
const END: u8 = b'\n';
/// Characters after one that say how likely it is.
const AHEAD: usize = 5;

/// A hash of numbers that are hashes already in all but name.
#[derive(Default, Clone)]
struct Mixer(u64);

impl Hasher for Mixer {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        let mixed = (self.0 ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 29);
    }
}

type Counts<Value> = HashMap<u64, Value, BuildHasherDefault<Mixer>>;

/// The vocabulary of a reader: which characters follow which, in names that its caller knows
/// and in the lines that every screen prints.
#[derive(Debug, Clone, Default)]
pub struct Words {
    counts: Counts<u32>,
    /// Of each context how often it was seen, and by how many characters it was followed.
    contexts: Counts<(u32, u32)>,
}

/// What was read before a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Before {
    symbols: [u8; CONTEXT],
    characters: [u8; 2],
}

impl Before {
    pub(super) const START: Before = Before { symbols: [END; CONTEXT], characters: [END; 2] };
    /// Characters that count.
    pub(super) const LENGTH: usize = CONTEXT;

    fn in_hexadecimal(self) -> bool {
        self.characters == *b"0x" || self.symbols[CONTEXT - 1] == HEX
    }

    /// The class of a character after these, and how many characters share it.
    fn class(self, character: u8) -> (u8, f32) {
        match character {
            b'0'..=b'9' | b'a'..=b'f' if self.in_hexadecimal() => (HEX, 16.0),
            b'0'..=b'9' => (DECIMAL, 10.0),
            _ => (character, 1.0),
        }
    }

    pub(super) fn then(self, character: char) -> Before {
        let character = u8::try_from(character).unwrap_or(b'?');
        let [_, a, b, c, d] = self.symbols;
        Before {
            symbols: [a, b, c, d, self.class(character).0],
            characters: [self.characters[1], character],
        }
    }

    /// The last `length` symbols as a number; contexts of different lengths differ.
    fn key(self, length: usize) -> u64 {
        let symbols = &self.symbols[CONTEXT - length..];
        symbols.iter().fold(length as u64 + 1, |key, symbol| key << 8 | u64::from(*symbol))
    }
}

impl Words {
    /// A vocabulary of names of functions, modules and whatever else screens print.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Words {
        let mut words = Words::default();
        for line in PHRASES.lines() {
            words.learn(line);
        }
        for name in names {
            words.learn_name(name.trim());
        }
        words
    }

    /// A name stands after an address or after an at sign; anything else is learned as it is.
    fn learn_name(&mut self, name: &str) {
        let is_name = name
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || "_.:-".contains(character));
        if !name.is_empty() && is_name {
            self.learn(&format!("]{name}@"));
            self.learn(&format!("@{name}#"));
            self.learn(&format!(" {name} "));
        } else {
            self.learn(name);
        }
    }

    fn learn(&mut self, line: &str) {
        let mut before = Before::START;
        for character in line.chars().filter(char::is_ascii) {
            self.count(before, before.class(character as u8).0);
            before = before.then(character);
        }
        self.count(before, END);
    }

    fn count(&mut self, before: Before, symbol: u8) {
        for length in 0..=CONTEXT {
            let context = before.key(length);
            let seen = self.counts.entry(context << 8 | u64::from(symbol)).or_default();
            let followed = self.contexts.entry(context).or_default();
            followed.1 += u32::from(*seen == 0);
            *seen += 1;
            followed.0 += 1;
        }
    }

    /// The logarithm of how likely a character is after others: every length of context has its
    /// say, the longer the more it was seen.
    pub(super) fn likelihood(&self, before: Before, character: char) -> f32 {
        let (symbol, sharing) = before.class(u8::try_from(character).unwrap_or(b'?'));
        let mut likelihood = 1.0 / 90.0;
        for length in 0..=CONTEXT {
            let context = before.key(length);
            let Some((seen, followers)) = self.contexts.get(&context) else {
                break;
            };
            let count = self.counts.get(&(context << 8 | u64::from(symbol))).copied().unwrap_or(0);
            let (seen, followers) = (*seen as f32, *followers as f32);
            likelihood = (count as f32 + followers * likelihood) / (seen + followers);
        }
        (likelihood / sharing).ln()
    }

    /// How likely a character is between those before and some of those after it.
    pub(super) fn likelihood_along(&self, before: Before, character: char, after: &[char]) -> f32 {
        let mut sum = self.likelihood(before, character);
        let mut before = before.then(character);
        for next in after.iter().take(AHEAD) {
            sum += self.likelihood(before, *next);
            before = before.then(*next);
        }
        sum
    }
}
