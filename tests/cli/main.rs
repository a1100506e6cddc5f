//! The program as its users run it, and the invariants of its sources: one binary, because each
//! integration test binary links the whole program.

mod affects;
mod architecture;
mod cache;
mod command_line;
mod commands;
mod contract;
mod curate;
mod day;
mod escaping;
mod flow;
mod hostile;
mod ledger;
mod manual;
mod one_screen;
mod packaging;
mod pictures;
mod publish;
mod symbols;
