//! Tables that are part of the program: CSV files beside the code that reads them.

use std::fmt::Display;
use std::str::FromStr;

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error};

/// The rows of `table` with its remarks, lines that begin with `#`, left out. A row that cannot be
/// read is missing; the test of each table calls `check_csv`.
pub(crate) fn csv_rows<T: DeserializeOwned>(table: &str) -> Vec<T> {
    read(table).filter_map(Result::ok).collect()
}

fn read<T: DeserializeOwned>(table: &str) -> impl Iterator<Item = csv::Result<T>> {
    let reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(table.as_bytes());
    reader.into_deserialize()
}

/// Reads a cell as its type reads text.
pub(crate) fn csv_cell<'de, D: Deserializer<'de>, T: FromStr<Err: Display>>(
    cell: D,
) -> Result<T, D::Error> {
    String::deserialize(cell)?.parse().map_err(D::Error::custom)
}

/// Checks that every row of `table` can be read.
#[cfg(test)]
#[track_caller]
pub(crate) fn check_csv<T: DeserializeOwned>(table: &str) {
    let rows: Vec<csv::Result<T>> = read(table).collect();
    assert!(!rows.is_empty());
    for row in rows {
        assert!(row.is_ok(), "{:?}", row.err());
    }
}
