//! Writing a knowledge base into an empty store.

use std::collections::BTreeSet;

use rusqlite::types::Null;
use rusqlite::{Transaction, params};

use super::read::{FaceDocument, release_lines};
use super::{KnownIssue, Store, failed};
use crate::error::Result;
use crate::kb::{AffectedBuilds, Guidance, Issue, KnowledgeBase, LeadName, Rarity, Releases};

/// A known issue with the facts that the tables need beside its document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CompiledIssue {
    /// The document.
    pub known: KnownIssue,
    /// Modules that take part, of signatures and crash texts.
    pub modules: BTreeSet<String>,
}

type Written<T = ()> = rusqlite::Result<T>;

impl Store {
    /// Fills an empty store with `issues`, `rarity` and the rest of `kb`.
    ///
    /// # Errors
    /// [`crate::error::Error::Store`] when SQLite cannot write.
    pub fn write(
        &self,
        kb: &KnowledgeBase,
        issues: &[CompiledIssue],
        rarity: &Rarity,
    ) -> Result<()> {
        let mut connection = self.connection();
        let transaction = connection.transaction().map_err(failed("write the knowledge base"))?;
        write_all(&transaction, kb, issues)
            .and_then(|()| write_rarity(&transaction, rarity))
            .and_then(|()| transaction.commit())
            .map_err(failed("write the knowledge base"))
    }
}

fn write_all(to: &Transaction<'_>, kb: &KnowledgeBase, issues: &[CompiledIssue]) -> Written {
    for issue in issues {
        write_issue(to, issue, &kb.releases)?;
    }
    for guidance in kb.guidance.values() {
        write_guidance(to, guidance)?;
    }
    write_tables(to, kb)?;
    write_modules(to, kb)?;
    write_meta(to, "unread-files", &kb.left_out().to_string())?;
    if let Some(fitted) = &kb.fitted {
        write_meta(to, "calibration", &fitted.to_toml())?;
    }
    Ok(())
}

fn write_meta(to: &Transaction<'_>, key: &str, value: &str) -> Written {
    to.execute("INSERT INTO meta VALUES (?1, ?2)", [key, value]).map(drop)
}

fn document(of: &impl serde::Serialize) -> Written<String> {
    serde_json::to_string(of).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

fn write_issue(to: &Transaction<'_>, compiled: &CompiledIssue, releases: &Releases) -> Written {
    let issue = &compiled.known.issue;
    let face = document(&FaceDocument::from(&compiled.known))?;
    to.prepare_cached("INSERT INTO issues (id, face, document) VALUES (?1, ?2, ?3)")?.execute([
        &issue.id,
        &face,
        &document(&compiled.known)?,
    ])?;
    write_builds(to, issue, releases)?;
    write_frames(to, &compiled.known)?;
    let mut insert = to.prepare_cached("INSERT INTO issue_modules VALUES (?1, ?2)")?;
    for module in &compiled.modules {
        insert.execute([module, &issue.id])?;
    }
    let mut insert = to.prepare_cached("INSERT OR IGNORE INTO issue_kinds VALUES (?1, ?2)")?;
    for kind in issue.signatures.iter().flat_map(|signature| &signature.kinds) {
        insert.execute([kind, &issue.id])?;
    }
    let mut insert = to.prepare_cached("INSERT OR IGNORE INTO articles VALUES (?1, ?2, ?3)")?;
    for article in &issue.articles {
        insert.execute(params![article.id, issue.id, article.legacy_id])?;
    }
    Ok(())
}

fn write_builds(to: &Transaction<'_>, issue: &Issue, releases: &Releases) -> Written {
    let mut insert = to.prepare_cached("INSERT INTO builds VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
    for (position, bounds) in (0_i64..).zip(issue.affected.bounds()) {
        let AffectedBuilds { line, first, last } = bounds;
        insert.execute(params![issue.id, "affected", position, line, first, last, ""])?;
    }
    for (position, fix) in (0_i64..).zip(&issue.fix.builds) {
        let (line, build, name) = match releases.with_fix(fix) {
            Some(entry) => (&entry.line, Some(entry.build), &entry.name),
            None => (&fix.line, fix.build, &fix.name),
        };
        insert.execute(params![issue.id, "fixed", position, line, build, Null, name])?;
    }
    Ok(())
}

fn write_frames(to: &Transaction<'_>, known: &KnownIssue) -> Written {
    let mut insert = to.prepare_cached("INSERT OR IGNORE INTO frames VALUES (?1, ?2, ?3)")?;
    let wanted = known.issue.signatures.iter().flat_map(|signature| signature.wanted_frames());
    let printed = known.exemplars.iter().flat_map(|exemplar| &exemplar.frames);
    for frame in wanted.chain(printed) {
        let module = frame.module.as_deref().unwrap_or_default();
        insert.execute([frame.name(), module, &known.issue.id])?;
    }
    Ok(())
}

fn write_guidance(to: &Transaction<'_>, guidance: &Guidance) -> Written {
    to.prepare_cached("INSERT INTO guidance VALUES (?1, ?2)")?
        .execute([&guidance.id, &document(guidance)?])?;
    let mut insert = to.prepare_cached("INSERT OR IGNORE INTO guidance_kinds VALUES (?1, ?2)")?;
    if guidance.kinds.is_empty() {
        insert.execute(["", &guidance.id])?;
    }
    for kind in &guidance.kinds {
        insert.execute([kind, &guidance.id])?;
    }
    Ok(())
}

fn write_rarity(to: &Transaction<'_>, rarity: &Rarity) -> Written {
    write_meta(to, "rarity", &document(&(&rarity.counts, rarity.total))?)
}

/// The tables that are read as a whole.
fn write_tables(to: &Transaction<'_>, kb: &KnowledgeBase) -> Written {
    write_meta(to, "machinery", &document(&kb.lists.machinery)?)?;
    write_meta(to, "shared", &document(&kb.lists.shared)?)?;
    write_meta(to, "releases", &release_lines(kb.releases.entries()))?;
    let names: Vec<&Vec<LeadName>> = kb.leads.values().map(|lead| &lead.names).collect();
    write_meta(to, "lead_names", &document(&names)?)?;
    let mut insert = to.prepare_cached("INSERT INTO leads (place, document) VALUES (?1, ?2)")?;
    for (place, lead) in kb.leads.values().enumerate() {
        insert.execute((place as i64, document(lead)?))?;
    }
    Ok(())
}

fn write_modules(to: &Transaction<'_>, kb: &KnowledgeBase) -> Written {
    let mut insert = to.prepare_cached("INSERT INTO modules VALUES (?1, ?2)")?;
    for (name, entry) in &kb.modules.entries {
        insert.execute([name, &document(entry)?])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kb::{KbSource, Owner};

    #[test]
    fn modules_are_found_by_the_names_that_backtraces_print() {
        let kb = KnowledgeBase::read(&[KbSource::Shipped]).expect("the shipped kb");
        let store = Store::in_memory().expect("a store");
        store.write(&kb, &[], &kb.rarity).expect("written");
        let found = store.module("ilo").expect("read").expect("a module");
        assert_eq!((found.owner, found.source.as_str()), (Owner::Partner, "316522"));
        assert_eq!(store.module("no_such_module").expect("read"), None);
    }
}
