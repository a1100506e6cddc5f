//! The seeds of the fuzz targets, and every input that one of them has failed on: what the targets
//! check must hold for each. `docs/fuzzing.md` tells how to run the targets themselves.

#[path = "../../fuzz/src/lib.rs"]
mod fuzz;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use rayon::prelude::*;

/// The names in a directory, without what follows a dot.
fn names(directory: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(directory).expect("a directory").map(|entry| entry.expect("a file"));
    let paths = entries.map(|entry| entry.path());
    paths.map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned()).collect()
}

#[test]
fn every_target_has_a_program_and_seeds() {
    let targets: BTreeSet<String> =
        fuzz::TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names("fuzz/fuzz_targets"), targets);
    assert_eq!(names("fuzz/seeds"), targets);
}

#[test]
fn what_the_targets_check_holds_for_every_seed() {
    fuzz::TARGETS.par_iter().for_each(|(name, _)| {
        let seeds = fs::read_dir(Path::new("fuzz/seeds").join(name)).expect("seeds");
        let seeds: Vec<_> = seeds.map(|seed| seed.expect("a seed").path()).collect();
        seeds.par_iter().for_each(|seed| {
            let data = fs::read(seed).expect("a seed");
            // A failure prints the panic of the check; this says of which seed.
            let checked = std::panic::catch_unwind(|| fuzz::run(name, &data));
            assert!(checked.is_ok(), "{}", seed.display());
        });
    });
}
