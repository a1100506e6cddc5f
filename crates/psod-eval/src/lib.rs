//! How well does psod-match work? Measurements over the knowledge base, in the forms in which purple
//! screens arrive, and over labelled sets of backtraces, beside published methods.
//!
//! Everything that is measured is asked of `psod_match` as its users ask it: a damaged crash goes
//! through the shipped reader and matcher, and calibrating fits the factors of the shipped
//! points. Nothing of the score is written here again. Only `commands/` of the binary prints.

#![warn(missing_docs, unreachable_pub)]
#![deny(clippy::print_stdout, clippy::print_stderr)]

pub mod backtraces;
pub mod calibration;
pub mod cases;
pub mod clustering;
pub mod crowd;
pub mod damage;
pub mod drafts;
pub mod forms;
mod known;
pub mod lookalikes;
pub mod nameless;
pub mod pictures;
pub mod speed;
pub mod tally;
