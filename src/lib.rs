//! Recognises VMware ESX/ESXi purple diagnostic screens.
//!
//! The way of the data is one-directional: bytes → region → crash → signature
//! → candidates → alignment → report. `ARCHITECTURE.md` names the rooms and
//! who may import whom; `tests/cli/architecture.rs` checks it.

#![warn(missing_docs, unreachable_pub)]
#![deny(clippy::print_stdout, clippy::print_stderr)]
// The rooms in the order of `ARCHITECTURE.md`: a room imports only from rooms above it.

pub mod error;
pub mod text;

pub mod crash;
pub mod read;

pub mod compile;
pub mod diagnose;
pub mod exception;
pub mod explain;
pub mod index;
pub mod kb;
pub mod machine_check;
pub mod matching;
pub mod message;
pub mod publish;
pub mod report;
pub mod signature;
pub mod store;

/// The examples of the README, compiled and run with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
