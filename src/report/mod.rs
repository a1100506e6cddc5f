//! The answer, as data, and then as text, JSON and Markdown.
//!
//! This room alone defines the published JSON; its schema is in `docs/`.

mod build;
mod markdown;
mod page;
mod text;
mod types;

pub use build::{Context, report};
pub use markdown::render_markdown;
pub use text::{render_text, wrapped_list};
pub use types::{CrashReport, json_schema};
