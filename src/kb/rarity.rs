//! How often each function is printed: `kb/frames/rarity.csv`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// Where the table is inside a knowledge base.
pub const RARITY_FILE: &str = "frames/rarity.csv";

/// How many of the counted stacks print each function.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rarity {
    /// Number of stacks by function.
    pub counts: BTreeMap<String, u32>,
    /// Number of stacks that were counted.
    pub total: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RarityRow {
    function: String,
    count: u32,
}

/// The name of the row that holds the number of stacks; no function has this name.
const TOTAL: &str = "*";

impl Rarity {
    /// Reads the table in the file `path`, which has the content `text`.
    ///
    /// # Errors
    /// [`Error::KbSyntax`] for the first row that is not a count.
    pub fn parse(path: &str, text: &str) -> Result<Self> {
        let mut rarity = Self::default();
        for row in csv::Reader::from_reader(text.as_bytes()).into_deserialize() {
            let RarityRow { function, count } = row.map_err(|error: csv::Error| {
                let line = error.position().map_or(1, |position| position.line() as usize);
                Error::KbSyntax { path: path.to_owned(), line, problem: error.to_string() }
            })?;
            if function == TOTAL {
                rarity.total = count;
            } else {
                rarity.counts.insert(function, count);
            }
        }
        Ok(rarity)
    }

    /// Counts each function once per group of stacks: all crashes of one issue are one group, because
    /// quoting the same sample twice does not make a frame frequent.
    pub fn count<'a>(groups: impl IntoIterator<Item = Vec<&'a str>>) -> Self {
        let mut rarity = Self::default();
        for mut functions in groups {
            functions.sort_unstable();
            functions.dedup();
            rarity.total += 1;
            for function in functions {
                *rarity.counts.entry(function.to_owned()).or_default() += 1;
            }
        }
        rarity
    }

    /// The table as it is written to the file; functions printed once are left out, because
    /// a function that the table does not list counts as printed once.
    pub fn to_csv(&self) -> String {
        let mut text = format!("function,count\n{TOTAL},{}\n", self.total);
        for (function, count) in self.counts.iter().filter(|(_, count)| **count > 1) {
            text.push_str(&format!("{function},{count}\n"));
        }
        text
    }

    /// How many of the counted stacks print a function; one that is not listed counts as printed
    /// once.
    pub fn count_of(&self, function: &str) -> u32 {
        self.counts.get(function).copied().unwrap_or(1)
    }

    /// The weight of a function: the logarithm of how rare it is.
    pub fn weight(&self, function: &str) -> f64 {
        self.weight_of(self.count_of(function))
    }

    /// The weight of a function that `count` of the counted stacks print.
    pub fn weight_of(&self, count: u32) -> f64 {
        (f64::from(self.total.max(1) + 1) / (f64::from(count) + 0.5)).ln().max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counting_writing_and_reading_agree() {
        let rarity = Rarity::count([vec!["A", "B", "A"], vec!["A"], vec!["C"]]);
        assert_eq!(rarity.to_csv(), "function,count\n*,3\nA,2\n");
        let read = Rarity::parse("rarity.csv", &rarity.to_csv()).expect("a table");
        assert_eq!((read.total, read.counts.get("A")), (3, Some(&2)));
        assert!(read.weight("B") > read.weight("A"));
        assert_eq!(read.weight("B"), read.weight("never seen"));
    }
}
