//! Small text tools that every room may use: a scanner, hexadecimal numbers, numbers with hidden
//! digits, templates with placeholders, escaping for output, wrapped Japanese, words of a search,
//! pseudonyms, characters that look alike, and tables. They know nothing of crashes or of the knowledge base.

mod csv_table;
mod escape;
mod function_name;
mod hex;
mod kernel_text;
mod layout;
mod likeness;
mod lookalikes;
mod masked;
mod redact;
mod scanner;
mod search_words;
mod template;
mod wrapped;

#[cfg(test)]
pub(crate) use csv_table::check_csv;
pub(crate) use csv_table::{csv_cell, csv_rows};
pub(crate) use escape::{clip, clip_bytes, is_dangerous, strip_terminal_codes, web_address};
pub use escape::{escape_json, escape_markdown, escape_terminal};
pub use function_name::function_name;
pub use hex::Hex;
pub(crate) use kernel_text::{is_in_log_line, is_in_message, without_world_name};
pub use layout::{markdown_table, table};
pub use likeness::{ComparableName, folded, kinship};
pub use lookalikes::LOOKALIKES;
pub(crate) use lookalikes::{
    BEGINS_PAIR, decimal_digit, hexadecimal_digit, is_closing_bracket, is_zero_before_x,
    line_looks, look_in_line, pair_in_line,
};
pub use masked::Masked;
pub(crate) use masked::is_mask;
pub(crate) use redact::names_in;
pub use redact::{Class, Redactor, SiteSecret};
pub(crate) use scanner::{Scanner, find_ignore_case, strip_ignore_case};
pub(crate) use search_words::{SearchRun, SearchWord, search_runs, search_words};
pub use template::Template;
#[cfg(test)]
pub(crate) use wrapped::typography_fault;
pub(crate) use wrapped::unwrap_lines;
