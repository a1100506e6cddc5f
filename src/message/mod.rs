//! Every text that a person reads, by key, in the languages of `locales/`.
//!
//! A key and its values go in, a text comes out. Codes, machine output and the help of the command
//! line have no key.

mod catalog;
mod sentence;

pub use catalog::{Catalog, Language};
pub use sentence::{Bilingual, Sentence, SentenceValue};
