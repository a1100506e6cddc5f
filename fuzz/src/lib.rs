//! What must hold for any input, one function for each fuzz target. `tests/reading/seeds.rs` of the
//! main workspace includes this file and runs every function on its seeds.

#![forbid(unsafe_code)]

mod escaped;
mod inputs;
mod knowledge;
mod ledger;
mod machine_checks;
mod matching;
mod redaction;
mod rendering;
mod symbols;
mod texts;

/// A fuzz target: its name, which is also that of its seeds, and what it checks.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: &[Target] = &[
    ("text", texts::check),
    ("render", rendering::check),
    ("archive", inputs::check),
    ("issue", knowledge::check_issue),
    ("signature", knowledge::check_signature),
    ("versions", knowledge::check_versions),
    ("redaction", redaction::check),
    ("machine_check", machine_checks::check),
    ("matching", matching::check),
    ("symbols", symbols::check),
    ("ledger", ledger::check),
];

/// Runs the target `name` on `data`.
///
/// # Panics
/// When something does not hold, which is the finding; and when there is no such target.
pub fn run(name: &str, data: &[u8]) {
    let target = TARGETS.iter().find(|(known, _)| *known == name);
    let (_, check) = target.unwrap_or_else(|| panic!("there is no target {name}"));
    check(data);
}
