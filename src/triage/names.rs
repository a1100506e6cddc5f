//! The function names that were seen, each with those that may be it with damaged letters.

use std::collections::HashMap;

use crate::matching::{MIN_LIKENESS, MIN_NAME_LENGTH};
use crate::signature::ComparableName;

/// Function names by number.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    numbers: HashMap<String, u32>,
    names: Vec<ComparableName>,
    /// The numbers of the other names that each one may be.
    alike: Vec<Vec<u32>>,
    /// The numbers of the names by the length of their folded form: names of very different lengths
    /// are not alike.
    by_length: Vec<Vec<u32>>,
}

impl Names {
    /// The number of `name`, if it was seen.
    pub(super) fn number(&self, name: &ComparableName) -> Option<u32> {
        self.numbers.get(&name.plain).copied()
    }

    /// The number of `name`, which is seen from now on; a new name is compared with all others of
    /// about its length.
    pub(super) fn insert(&mut self, name: &ComparableName) -> u32 {
        if let Some(number) = self.number(name) {
            return number;
        }
        let number = self.names.len() as u32;
        let alike = self.alike(name);
        for other in &alike {
            self.alike[*other as usize].push(number);
        }
        self.alike.push(alike);
        self.names.push(name.clone());
        self.numbers.insert(name.plain.clone(), number);
        let length = name.folded.len();
        if self.by_length.len() <= length {
            self.by_length.resize_with(length + 1, Vec::new);
        }
        self.by_length[length].push(number);
        number
    }

    /// The names that may be `name` with damaged letters, whichever of the two is read first.
    pub(super) fn alike(&self, name: &ComparableName) -> Vec<u32> {
        let length = name.folded.len() as f64;
        let (shortest, longest) = (length * MIN_LIKENESS, length / MIN_LIKENESS);
        // A margin of one: the bound is that of `ComparableName::likeness`, and must not be closer.
        let end = (longest.floor() as usize + 2).min(self.by_length.len());
        let start = (shortest.floor() as usize).saturating_sub(1).min(end);
        let candidates = self.by_length[start..end].iter().flatten();
        candidates.copied().filter(|other| may_be(name, &self.names[*other as usize])).collect()
    }

    /// The names that the one of this number may be.
    pub(super) fn alike_to(&self, number: u32) -> &[u32] {
        &self.alike[number as usize]
    }

    /// How many names were seen.
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }
}

/// True when the aligner may pair two different names: it asks for the length of one of them, and which
/// one depends on the side.
fn may_be(one: &ComparableName, other: &ComparableName) -> bool {
    one.plain.len().max(other.plain.len()) >= MIN_NAME_LENGTH
        && one.plain != other.plain
        && one.likeness(other, MIN_LIKENESS) > 0.0
}
