//! The views arranged as pages, one file a command.

pub(super) mod answer;
mod comparison;
pub(super) mod exception;
pub(super) mod explanation;
pub(super) mod machine_check;
pub(super) mod reading;
pub(super) mod request;
pub(super) mod screen;
pub(super) mod why;
