//! The meaning of a screen: its parts one after another, the type of the error, and the steps to take
//! next.
//!
//! Everything here is a function of a crash that gives sentences in no language; `report/`
//! translates them. Nothing here matches or reads the knowledge base.

mod console_oops;
mod error_types;
mod next_steps;
mod registers;
mod sections;
mod stack;

pub use console_oops::{ConsoleOops, console_oops};
pub(crate) use next_steps::fixed_words;
pub use next_steps::{Known, Proven, RuledOut, is_hardware, next_steps, search_strings};
pub use sections::{Section, duration, sections};
pub use stack::FindModule;
