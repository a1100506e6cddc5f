//! `psod-match ledger export`, `import` and `restore`.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write, stdin, stdout};
use std::path::Path;

use anyhow::Context;
use psod_match::ledger::Ledger;

use super::super::{Ending, Session};

/// Writes every crash to `file`, or to standard output. A file appears whole or not at all.
pub fn export(
    ledger: &Ledger,
    file: Option<&Path>,
    session: &mut Session<'_>,
) -> anyhow::Result<Ending> {
    let Some(file) = file else {
        let mut target = BufWriter::new(stdout());
        ledger.export(&mut target)?;
        return Ok(Ending::Good);
    };
    let directory = file.parent().filter(|path| !path.as_os_str().is_empty());
    let unfinished = tempfile::NamedTempFile::new_in(directory.unwrap_or(Path::new(".")));
    let mut unfinished = unfinished.with_context(|| unwritten(file))?;
    let count = {
        let mut target = BufWriter::new(&mut unfinished);
        let count = ledger.export(&mut target)?;
        target.flush().with_context(|| unwritten(file))?;
        count.to_string()
    };
    unfinished.as_file().sync_all().with_context(|| unwritten(file))?;
    unfinished.persist(file).with_context(|| unwritten(file))?;
    let path = file.display().to_string();
    session.say("ledger-exported", &[("count", &count), ("path", &path)])?;
    Ok(Ending::Good)
}

fn unwritten(file: &Path) -> String {
    format!("{}: cannot be written", file.display())
}

/// Takes over the crashes of `file`.
pub fn import(path: &Path, file: &Path, session: &mut Session<'_>) -> anyhow::Result<Ending> {
    let handbook = session.handbook()?;
    let mut source: Box<dyn BufRead> = if file == Path::new("-") {
        Box::new(stdin().lock())
    } else {
        let opened = File::open(file);
        Box::new(BufReader::new(
            opened.with_context(|| format!("{}: cannot be read", file.display()))?,
        ))
    };
    let imported = Ledger::open(path)?.import(&mut source, handbook.opened().into())?;
    let counts = [imported.new, imported.known, imported.decisions].map(|count| count.to_string());
    let values = [("new", &*counts[0]), ("known", &*counts[1]), ("decisions", &*counts[2])];
    session.say("ledger-imported", &values)?;
    Ok(Ending::Good)
}

/// Puts the backup `file` in the place of the ledger at `path`.
pub fn restore(file: &Path, path: &Path, session: &mut Session<'_>) -> anyhow::Result<Ending> {
    let kept = Ledger::restore(file, path)?;
    let path = path.display().to_string();
    match kept {
        Some(kept) => {
            let kept = kept.display().to_string();
            session.say("ledger-restored-kept", &[("path", &path), ("kept", &kept)])?;
        }
        None => session.say("ledger-restored", &[("path", &path)])?,
    }
    Ok(Ending::Good)
}
