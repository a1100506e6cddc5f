//! What the second version of a ledger holds and SQL alone cannot make of the first: the circumstances of
//! crashes, which their bodies tell.

use rusqlite::Connection;

use super::body::{Dictionaries, PackedBody};
use super::circumstance::number_of;
use crate::signature::CrashKeys;

/// Gives each crash of a ledger of the first version its circumstance. One whose body is damaged keeps what
/// its row told, and is read whenever its body might matter.
pub(super) fn find_circumstances(connection: &Connection) -> rusqlite::Result<()> {
    let mut dictionaries = Dictionaries::default();
    let sql = "SELECT crash, dictionary, packed, NULL FROM body ORDER BY crash";
    let mut statement = connection.prepare(sql)?;
    let mut change = connection.prepare("UPDATE crash SET circumstance = ? WHERE id = ?")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        if let Ok(crash) = dictionaries.unpacked(connection, &PackedBody::from_row(row, 1)?) {
            change.execute((number_of(connection, &CrashKeys::new(&crash))?, id))?;
        }
    }
    let sql = "DELETE FROM circumstance WHERE id NOT IN (SELECT circumstance FROM crash)";
    connection.execute(sql, []).map(|_| ())
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::path::Path;

    use super::super::{Ledger, Query};

    /// A ledger that the first version has made: four crashes, a host each for some of them, two decisions.
    fn of_first_version(directory: &Path) -> std::path::PathBuf {
        let packed = std::fs::read("tests/data/ledger-v1.gz").expect("a ledger");
        let mut bytes = Vec::new();
        flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut bytes).expect("unpacked");
        let path = directory.join("crashes.ledger");
        std::fs::write(&path, bytes).expect("written");
        path
    }

    #[test]
    fn a_ledger_of_the_first_version_keeps_everything() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = of_first_version(directory.path());
        for _ in 0..2 {
            let ledger = Ledger::open_to_read(&path).expect("a ledger");
            assert_eq!(ledger.check().expect("checked"), []);
            let mut exported = Vec::new();
            ledger.export(&mut exported).expect("exported");
            let expected = std::fs::read("tests/data/ledger-v1.jsonl").expect("an export");
            assert_eq!(String::from_utf8_lossy(&exported), String::from_utf8_lossy(&expected));
        }
    }

    #[track_caller]
    fn check_listed(ledger: &Ledger, query: &str, expected: &[i64]) {
        let today = crate::kb::date_of("2026-11-26").expect("a day");
        let query = Query::parse(query, today, &str::to_owned).expect("a query");
        let rows = ledger.list(&query, 99).expect("listed").0;
        let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
        assert_eq!(ids, expected, "{query:?}");
    }

    #[test]
    fn a_ledger_of_the_first_version_answers_and_grows() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = of_first_version(directory.path());
        let mut ledger = Ledger::open(&path).expect("a ledger");
        check_listed(&ledger, "kind:page-fault", &[1]);
        check_listed(&ledger, "decided:any", &[2, 1]);
        check_listed(&ledger, "host:~host-5160b5", &[4, 3, 2]);
        check_listed(&ledger, "issue:KB318512", &[4]);
        let sql = "SELECT count(*) FROM circumstance WHERE shows IS NULL";
        let unknown: i64 = ledger.connection.query_row(sql, [], |row| row.get(0)).expect("counted");
        assert_eq!(unknown, 0);
        let new =
            super::super::NewCrash::of_text("#PF Exception 14 in world 7:helper IP 0x1 addr 0x8");
        assert_eq!(ledger.record(&new).expect("recorded").id(), 5);
        assert_eq!(ledger.check().expect("checked"), []);
    }
}
