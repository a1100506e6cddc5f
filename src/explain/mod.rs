//! What does this screen teach? Its parts, the type of the error, general guidance, and what to do
//! next.

mod console_oops;
mod error_type_rows;
mod error_types;
mod next_steps;
mod registers;
mod sections;
mod stack;

pub use console_oops::{ConsoleOops, console_oops};
pub use error_types::{ErrorType, Pattern, Reference, Side, error_type_of};
pub use next_steps::{Known, Proven, is_hardware, next_steps, search_strings};
pub use sections::{Section, Surroundings, duration, sections};
