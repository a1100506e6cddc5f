//! The knowledge base: its lint, and the language of its signatures.

mod common_paths;
mod forging;
mod lint;
mod signature_language;
