//! The bytes of a file that somebody takes for a module, a VIB or a table of symbols.

use std::fs;

use psod_match::read::{Limits, crashes_in_text};
use psod_match::symbols::{GivenModule, Symbols, apply, symbols_of};

/// Bytes that an archive may unpack to here: an input that runs into the bound stays quick.
const ARCHIVE_BYTES: u64 = 1 << 20;
const MODULE_BYTES: u64 = 1 << 20;

/// A crash with frames that print a name, none, and no module.
const SCREEN: &str = "VMware ESXi 7.0.3 [Releasebuild-23307199 x86_64]\n@BlueScreen: Oops\n\
    Module(s) involved in panic: [lpfc 14.4.1 (External)]\n\
    0x4539:[0x420000000010]a@(lpfc)#<None>+0x10 stack: 0x0\n\
    0x4539:[0x420000000020][email protected]#<None>+0x8 stack: 0x0\n\
    0x4539:[0x420000000024] stack: 0x0\n";

/// Checks `data` as a file to index, and as a table that somebody else has written.
pub fn check(data: &[u8]) {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("input");
    fs::write(&path, data).expect("a file");
    let limits =
        Limits { archive_bytes: ARCHIVE_BYTES, module_bytes: MODULE_BYTES, ..Limits::default() };
    let given = GivenModule { module: Some("lpfc".into()), version: Some("14.4.1".into()) };
    let tables = directory.path().join("tables");
    for given in [GivenModule::default(), given] {
        let taken = symbols_of(&path, &given, &limits);
        let again = symbols_of(&path, &given, &limits);
        assert_eq!(format!("{taken:?}"), format!("{again:?}"), "the second reading differs");
        assert!(!taken.modules.is_empty() || !taken.problems.is_empty(), "nothing is said");
        for module in &taken.modules {
            Symbols::write(&tables, module, true).expect("written");
            let symbols = Symbols::open(&tables).expect("a directory");
            let read = symbols.tables_of(&module.table.head.module);
            let is_there = read.iter().flatten().any(|table| {
                table.head == module.table.head && table.symbols() == module.table.symbols()
            });
            assert!(is_there, "it is read back as it was written");
            restore(&symbols);
        }
    }
    fs::create_dir_all(&tables).expect("a directory");
    fs::write(tables.join("lpfc@14.4.1-00000000.symbols"), data).expect("a file");
    fs::write(tables.join("build-23307199.learned"), data).expect("a file");
    let symbols = Symbols::open(&tables).expect("a directory");
    symbols.heads();
    restore(&symbols);
}

/// A second time changes nothing.
fn restore(symbols: &Symbols) {
    let mut crash = crashes_in_text(SCREEN).remove(0).crash;
    apply(symbols, &mut crash, 1);
    let once = crash.clone();
    apply(symbols, &mut crash, 1);
    assert_eq!(crash, once);
}
