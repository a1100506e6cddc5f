//! Where in these bytes is a crash, and what does it say?
//!
//! Bytes become lines, lines are classified by a table of formats, classified
//! lines form regions, and a region becomes a [`crate::crash::Crash`]. Nothing
//! here fails on odd text: what is odd is written down as a defect.

mod fields;
mod formats;
mod frames;
mod input;
mod line;
mod machine_checks;
mod panic_message;
mod parse;
mod region;
mod worlds;

pub use input::{Input, Limits, inputs_of};
pub use panic_message::kind_words;
pub use parse::parse;
pub use region::{FoundCrash, Summary, crashes_in, crashes_in_text};
