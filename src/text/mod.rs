//! Small text tools that every room may use: a scanner, hexadecimal numbers,
//! templates with placeholders, escaping for the way out, wrapped Japanese, and pseudonyms.

mod escape;
mod hex;
mod japanese;
mod masked;
mod redact;
mod scanner;
mod template;

pub use escape::{
    clip, clip_bytes, escape_markdown, escape_terminal, is_dangerous, strip_terminal_codes,
};
pub use hex::Hex;
#[cfg(test)]
pub use japanese::typography_fault;
pub use japanese::unwrap_lines;
pub use masked::{Masked, is_mask};
pub use redact::{names_in, redact};
pub use scanner::{Scanner, find_ignore_case};
pub use template::Template;
