//! The views arranged as pages, one file a command.

mod affected;
mod answer;
pub(super) mod clusters;
mod comparison;
mod curate;
mod exception;
pub(super) mod explanation;
mod flow;
mod ledger;
mod machine_check;
mod one_screen;
mod reading;
mod request;
mod review;
pub(super) mod screen;
mod symbols;
mod triage;
mod why;
