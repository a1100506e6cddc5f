//! The views arranged as pages, one file a command.

mod affected;
mod answer;
pub(super) mod clusters;
mod comparison;
mod curate;
mod exception;
pub(super) mod explanation;
mod ledger;
mod machine_check;
mod reading;
mod request;
pub(super) mod screen;
mod symbols;
mod triage;
mod why;
