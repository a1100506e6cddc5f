//! An export that somebody hands over: what is taken of it is kept whole, and goes out as it came in.

use std::path::Path;

use psod_match::diagnose::Knowledge;
use psod_match::ledger::Ledger;

/// Checks `data` as the lines of an export.
pub fn check(data: &[u8]) {
    let directory = tempfile::tempdir().expect("a directory");
    let first = exported(&directory.path().join("first.ledger"), data);
    // What came before a line that is no crash was taken, and is a whole export.
    let second = exported(&directory.path().join("second.ledger"), &first);
    assert!(first == second, "an export of an import differs");
}

/// What a new ledger exports after it was given `lines`, and again: the second time changes nothing.
fn exported(path: &Path, lines: &[u8]) -> Vec<u8> {
    let knowledge = Knowledge::shipped().expect("the shipped knowledge base");
    let mut ledger = Ledger::open(path).expect("a new ledger");
    let imported = ledger.import(&mut &*lines, knowledge.into());
    assert_eq!(ledger.check().expect("readable"), [], "a whole ledger");
    let mut export = Vec::new();
    ledger.export(&mut export).expect("an export");
    if imported.is_ok() {
        let again = ledger.import(&mut &*lines, knowledge.into()).expect("the same again");
        assert_eq!(again.new, 0, "a crash is taken twice");
    }
    export
}
