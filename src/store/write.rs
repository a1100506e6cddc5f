//! Writing a knowledge base: records, and the tables of SQLite.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::types::Null;
use rusqlite::{Transaction, params};

use super::KnownIssue;
use super::read::{
    FACTS, Facts, LEAD_NAMES, LISTS, RARITY, RELEASES, StatusCounts, face_record, guidance_record,
    kind_record, lead_record, module_record,
};
use super::records::{IssueExtents, NewRecords, document, packed};
use super::tables::{empty, failed, to_bytes};
use crate::error::Result;
use crate::kb::{
    AffectedBuilds, Guidance, Issue, KnowledgeBase, LeadName, Rarity, Releases, Status,
};
use crate::threads::shared;

/// A known issue with the facts that the tables need beside its document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CompiledIssue {
    /// The document.
    pub known: KnownIssue,
    /// Modules that take part, of signatures and crash texts.
    pub modules: BTreeSet<String>,
}

/// The parts of a compiled store.
pub(crate) struct StoreParts {
    /// The places of the records.
    pub places: Vec<u8>,
    pub records: Vec<u8>,
    /// The file of SQLite.
    pub tables: Vec<u8>,
}

impl StoreParts {
    /// The parts of `issues`, `rarity` and the rest of `kb`.
    ///
    /// # Errors
    /// [`crate::error::Error::Store`] when SQLite cannot write, and
    /// [`crate::error::Error::Compiled`] when a record cannot be written.
    pub(crate) fn new(
        kb: &KnowledgeBase,
        issues: &[CompiledIssue],
        rarity: &Rarity,
    ) -> Result<Self> {
        let (tables, records) =
            shared(|| rayon::join(|| tables(kb, issues), || records(kb, issues, rarity)));
        let NewRecords { bytes, places } = records?;
        Ok(Self { places: packed(&places)?, records: bytes, tables: tables? })
    }
}

fn records(kb: &KnowledgeBase, issues: &[CompiledIssue], rarity: &Rarity) -> Result<NewRecords> {
    let mut records = NewRecords::default();
    let coefficients = kb.fitted.as_ref().map(|fitted| fitted.coefficients);
    let facts = Facts { unread_files: kb.left_out(), coefficients };
    records.add_named(FACTS, &packed(&facts)?);
    records.add_named(LISTS, &packed(&(&kb.lists.machinery, &kb.lists.shared))?);
    records.add_named(RARITY, &packed(&(repeated(rarity), rarity.total))?);
    records.add_named(RELEASES, &packed(&kb.releases.entries())?);
    let names: Vec<&Vec<LeadName>> = kb.leads.values().map(|lead| &lead.names).collect();
    records.add_named(LEAD_NAMES, &packed(&names)?);
    for (kind, counts) in issues_by_kind(issues) {
        records.add_named(kind_record(kind), &packed(&counts)?);
    }
    // What is compared lies together: a run reads many of them.
    let faces = issues.iter().map(|issue| Ok(records.add(&face_record(&issue.known)?)));
    let faces: Vec<_> = faces.collect::<Result<_>>()?;
    for (place, lead) in kb.leads.values().enumerate() {
        records.add_named(lead_record(place), &document(lead)?);
    }
    for (name, entry) in &kb.modules.entries {
        records.add_named(module_record(name), &document(entry)?);
    }
    for (kind, guidance) in guidance_by_kind(kb) {
        records.add_named(guidance_record(Some(kind)), &document(&guidance)?);
    }
    for (CompiledIssue { known, .. }, face) in issues.iter().zip(faces) {
        let document = records.add(&document(known)?);
        let (id, status) = (known.issue.id.clone(), known.issue.status);
        records.places.issues.push(IssueExtents { id, status, face, document });
    }
    records.places.others.sort();
    Ok(records)
}

/// The counts of the functions that are printed more than once: any other one counts as printed once.
fn repeated(rarity: &Rarity) -> BTreeMap<&str, u32> {
    let counts = rarity.counts.iter().filter(|(_, count)| **count > 1);
    counts.map(|(function, count)| (function.as_str(), *count)).collect()
}

/// How many issues of each status ask for each panic kind.
fn issues_by_kind(issues: &[CompiledIssue]) -> BTreeMap<&str, StatusCounts> {
    let mut found: BTreeMap<&str, BTreeMap<Status, u32>> = BTreeMap::new();
    for CompiledIssue { known, .. } in issues {
        let kinds = known.issue.signatures.iter().flat_map(|signature| &signature.kinds);
        let kinds: BTreeSet<&str> = kinds.map(String::as_str).collect();
        for kind in kinds {
            *found.entry(kind).or_default().entry(known.issue.status).or_default() += 1;
        }
    }
    found.into_iter().map(|(kind, counts)| (kind, counts.into_iter().collect())).collect()
}

/// The guidance for each panic kind, in the order of the ids; that for every crash has the empty kind.
/// Each has the kind alone under which it is found.
fn guidance_by_kind(kb: &KnowledgeBase) -> BTreeMap<&str, Vec<Guidance>> {
    let mut found: BTreeMap<&str, Vec<Guidance>> = BTreeMap::new();
    for guidance in kb.guidance.values() {
        if guidance.kinds.is_empty() {
            found.entry("").or_default().push(guidance.clone());
        }
        let kinds: BTreeSet<&String> = guidance.kinds.iter().collect();
        for kind in kinds {
            let kinds = vec![kind.clone()];
            found.entry(kind).or_default().push(Guidance { kinds, ..guidance.clone() });
        }
    }
    found
}

type Written<T = ()> = rusqlite::Result<T>;

fn tables(kb: &KnowledgeBase, issues: &[CompiledIssue]) -> Result<Vec<u8>> {
    let mut connection = empty()?;
    let transaction = connection.transaction().map_err(failed("write the knowledge base"))?;
    write_tables(&transaction, kb, issues)
        .and_then(|()| transaction.commit())
        .map_err(failed("write the knowledge base"))?;
    to_bytes(connection)
}

fn write_tables(to: &Transaction<'_>, kb: &KnowledgeBase, issues: &[CompiledIssue]) -> Written {
    for issue in issues {
        write_issue(to, issue, &kb.releases)?;
    }
    let mut insert = to.prepare_cached("INSERT INTO modules VALUES (?1)")?;
    for name in kb.modules.entries.keys() {
        insert.execute([name])?;
    }
    Ok(())
}

fn write_issue(to: &Transaction<'_>, compiled: &CompiledIssue, releases: &Releases) -> Written {
    let issue = &compiled.known.issue;
    to.prepare_cached("INSERT INTO issues VALUES (?1, ?2, ?3, ?4)")?.execute([
        issue.id.as_str(),
        issue.status.as_str(),
        &issue.title,
        &issue.japanese.title,
    ])?;
    write_builds(to, issue, releases)?;
    write_frames(to, &compiled.known)?;
    let mut insert = to.prepare_cached("INSERT INTO issue_modules VALUES (?1, ?2)")?;
    for module in &compiled.modules {
        insert.execute([module, &issue.id])?;
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

#[cfg(test)]
mod tests {
    use crate::compile;
    use crate::kb::{KbSource, KnowledgeBase, Owner};

    #[test]
    fn modules_are_found_by_the_names_that_backtraces_print() {
        let kb = KnowledgeBase::read(&[KbSource::Shipped]).expect("the shipped kb");
        let store = compile::compile(&kb).expect("compiled").store;
        let found = store.module("ilo").expect("read").expect("a module");
        assert_eq!((found.owner, found.source.as_str()), (Owner::Partner, "316522"));
        assert_eq!(store.module("no_such_module").expect("read"), None);
    }

    #[test]
    fn issues_are_counted_by_the_panic_kinds_that_they_ask_for() {
        let kb = KnowledgeBase::read(&[KbSource::Shipped]).expect("the shipped kb");
        let store = compile::compile(&kb).expect("compiled").store;
        for kind in ["tlb-ack", "page-fault", "no such kind"] {
            let counts = store.issues_of_kind(kind).expect("counts");
            let sum: u32 = counts.iter().map(|(_, count)| count).sum();
            assert_eq!(sum as usize, asking(&kb, kind), "{kind}");
        }
    }

    /// How many issues ask for a panic kind.
    fn asking(kb: &KnowledgeBase, kind: &str) -> usize {
        let issues = kb.issues.values();
        let of_kind = issues.filter(|issue| {
            issue.signatures.iter().any(|one| one.kinds.iter().any(|asked| asked == kind))
        });
        of_kind.count()
    }
}
