//! Recognises VMware ESX/ESXi purple diagnostic screens.
//!
//! ```
//! let screen = include_str!("../examples/known-issue.txt");
//! let diagnoses = psod_match::recognise(screen)?;
//! let best = &diagnoses[0].matches[0];
//! assert_eq!(diagnoses[0].verdict, psod_match::Verdict::Match);
//! assert_eq!(best.title.english, "Filter statistics of the inbox i40en driver overflow their buffer");
//! # Ok::<(), psod_match::Error>(())
//! ```
//!
//! [`recognise`] asks the shipped knowledge base, which its first call compiles in memory. With a
//! [`Knowledge`] of your own sources, [`read`] finds the crashes of a text, [`prepare`] makes a
//! [`Subject`] of each, [`diagnose()`] gives its [`Diagnosis`], and [`report`] puts that into English
//! or Japanese as JSON, text or Markdown.
//!
//! The way of the data goes in one direction: bytes → lines → region → crash → subject → candidates
//! → matches → diagnosis → report. `ARCHITECTURE.md` names the rooms and who may import whom;
//! `tests/cli/architecture.rs` checks it. Modules that are hidden from this documentation are for
//! the program and its measurements, and change without notice.

#![warn(missing_docs, unreachable_pub)]
#![deny(clippy::print_stdout, clippy::print_stderr)]
// The rooms are those of `ARCHITECTURE.md`: a room imports only from rooms above it.

pub mod crash;
pub mod diagnose;
pub mod error;
pub mod kb;
pub mod ledger;
pub mod matching;
pub mod message;
pub mod picture;
pub mod read;
pub mod report;

#[doc(hidden)]
pub mod compile;
#[doc(hidden)]
pub mod curate;
#[doc(hidden)]
pub mod exception;
#[doc(hidden)]
pub mod explain;
#[doc(hidden)]
pub mod index;
#[doc(hidden)]
pub mod machine_check;
#[doc(hidden)]
pub mod publish;
#[doc(hidden)]
pub mod signature;
#[doc(hidden)]
pub mod store;
#[doc(hidden)]
pub mod symbols;
#[doc(hidden)]
pub mod text;
#[doc(hidden)]
pub mod threads;
#[doc(hidden)]
pub mod triage;

pub use crash::Crash;
pub use diagnose::{Diagnosis, Knowledge, Subject, diagnose, prepare, recognise};
pub use error::{Error, Result};
pub use matching::Verdict;
pub use text::SiteSecret;

/// The examples of the README, compiled and run with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
