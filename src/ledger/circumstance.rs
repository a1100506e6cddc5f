//! What many crashes have in common beside their backtraces: panic kind, modules, names of worlds. Whoever
//! looks through all crashes looks at each of these once.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::record::hashed;
use crate::crash::PanicKind;
use crate::signature::{CrashKeys, Shows};

/// Bytes of a hash that finds a row.
const HASH_BYTES: usize = 8;

/// What a crash shows, beside its backtrace and its message.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Circumstance {
    /// Panic kind, exception, modules and worlds; nothing else.
    pub keys: CrashKeys,
    /// What else it shows; absent for a crash that an older program has recorded and that cannot be
    /// read.
    pub shows: Option<Shows>,
}

/// The columns that [`circumstance_of`] reads.
pub(super) const COLUMNS: &str = "id, kind, exception, modules, worlds, shows";

pub(super) fn circumstance_of(row: &Row<'_>) -> rusqlite::Result<(i64, Circumstance)> {
    let kind: Option<String> = row.get(1)?;
    let (modules, worlds): (String, Option<String>) = (row.get(3)?, row.get(4)?);
    let keys = CrashKeys {
        kind: kind.as_deref().and_then(PanicKind::from_name),
        exception: row.get(2)?,
        modules: modules.split_whitespace().map(str::to_owned).collect(),
        worlds: worlds.iter().flat_map(|worlds| worlds.lines()).map(str::to_owned).collect(),
        ..CrashKeys::default()
    };
    let shows: Option<i64> = row.get(5)?;
    Ok((row.get(0)?, Circumstance { keys, shows: shows.map(Shows::of_bits) }))
}

/// The number of the circumstance of a crash, which is made where it is new.
pub(super) fn number_of(connection: &Connection, keys: &CrashKeys) -> rusqlite::Result<i64> {
    let kind = keys.kind.map(PanicKind::as_str);
    let modules = format!(" {} ", keys.modules.join(" "));
    let worlds: Vec<String> = keys.worlds.iter().map(|world| world.replace('\n', " ")).collect();
    let (worlds, shows) = (worlds.join("\n"), Shows::new(keys).bits());
    let exception = keys.exception.map(|number| number.to_string()).unwrap_or_default();
    let parts = [kind.unwrap_or_default(), &exception, &modules, &worlds, &shows.to_string()];
    let mut hash = hashed(&parts);
    hash.truncate(HASH_BYTES);
    let sql = "SELECT id FROM circumstance WHERE hash = ?";
    let known = connection.prepare_cached(sql)?.query_row([&hash], |row| row.get(0));
    if let Some(id) = known.optional()? {
        return Ok(id);
    }
    let sql = "INSERT INTO circumstance (hash, kind, exception, modules, worlds, shows) \
        VALUES (?, ?, ?, ?, ?, ?)";
    let values = params![hash, kind, keys.exception, modules, worlds, shows];
    connection.prepare_cached(sql)?.execute(values)?;
    Ok(connection.last_insert_rowid())
}
