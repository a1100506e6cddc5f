//! Small text tools that every room may use: a scanner, hexadecimal numbers,
//! templates with placeholders, escaping for the way out, wrapped Japanese, words of a search, pseudonyms, and characters that
//! look alike, and tables.

mod escape;
mod hex;
mod japanese;
mod layout;
mod lookalikes;
mod masked;
mod redact;
mod scanner;
mod search_words;
mod template;

pub use escape::{
    clip, clip_bytes, escape_markdown, escape_terminal, is_dangerous, strip_terminal_codes,
};
pub use hex::Hex;
#[cfg(test)]
pub use japanese::typography_fault;
pub use japanese::unwrap_lines;
pub use layout::{markdown_table, table};
pub use lookalikes::LOOKALIKES;
pub(crate) use lookalikes::{
    decimal_digit, hexadecimal_digit, is_closing_bracket, is_zero_before_x, look_in_line,
    look_in_name, pair_in_line, pairs_in_names,
};
pub use masked::{Masked, is_mask};
pub use redact::{names_in, redact};
pub use scanner::{Scanner, find_ignore_case};
pub use search_words::{SearchRun, SearchWord, search_runs, search_words};
pub use template::Template;
