//! Writing a knowledge base into an empty store.

use rusqlite::{Transaction, params};

use super::Store;
use crate::error::{Error, Result};
use crate::kb::{Article, Issue, KnowledgeBase, Signature};
use crate::signature::KeyFrame;

/// A parsed crash text of an issue: the frames that are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompiledExemplar {
    /// The issue it belongs to.
    pub issue: String,
    /// Path inside the knowledge base.
    pub path: String,
    /// Story frames of the backtrace that decides.
    pub frames: Vec<KeyFrame>,
}

/// Tells for the signature at a position of an issue whether its messages and log
/// lines hold for crashes of no other issue.
pub type Decisive<'a> = &'a dyn Fn(&Issue, usize) -> bool;

type Written<T = ()> = rusqlite::Result<T>;

impl Store {
    /// Fills an empty store.
    ///
    /// # Errors
    /// [`Error::Store`] when SQLite cannot write.
    pub fn write(
        &mut self,
        kb: &KnowledgeBase,
        exemplars: &[CompiledExemplar],
        decisive: Decisive<'_>,
        stamp: &str,
    ) -> Result<()> {
        let mut fill = || -> Written {
            let transaction = self.connection.transaction()?;
            for issue in kb.issues.values() {
                write_issue(&transaction, issue, decisive)?;
            }
            write_exemplars(&transaction, exemplars)?;
            write_guidance(&transaction, kb)?;
            write_tables(&transaction, kb)?;
            transaction.execute("INSERT INTO meta VALUES ('stamp', ?1)", [stamp])?;
            transaction.commit()
        };
        fill().map_err(Error::store("write the knowledge base"))
    }
}

/// SQLite counts in signed numbers.
fn numbered<T>((position, item): (usize, T)) -> (i64, T) {
    (i64::try_from(position).unwrap_or(i64::MAX), item)
}

fn write_issue(to: &Transaction<'_>, issue: &Issue, decisive: Decisive<'_>) -> Written {
    to.prepare_cached("INSERT INTO issues VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)")?.execute(
        params![
            issue.id,
            issue.path,
            issue.title,
            issue.status.as_str(),
            issue.author,
            issue.created,
            issue.affected.text,
            issue.cause,
            issue.fix_text,
            issue.workaround,
            issue.notes,
        ],
    )?;
    for other in &issue.related {
        to.prepare_cached("INSERT OR IGNORE INTO related_issues VALUES (?1,?2)")?
            .execute([&issue.id, other])?;
    }
    write_articles(to, &issue.id, &issue.articles)?;
    let japanese = &issue.japanese;
    let texts = [
        ("title", &japanese.title),
        ("cause", &japanese.cause),
        ("fix", &japanese.fix),
        ("workaround", &japanese.workaround),
    ];
    write_japanese(to, &issue.id, &texts)?;
    write_builds(to, issue)?;
    for (position, signature) in issue.signatures.iter().enumerate() {
        let decisive = decisive(issue, position);
        write_signature(to, issue, numbered((position, ())).0, signature, decisive)?;
    }
    Ok(())
}

fn write_articles(to: &Transaction<'_>, owner: &str, articles: &[Article]) -> Written {
    let mut insert = to.prepare_cached("INSERT INTO articles VALUES (?1,?2,?3,?4,?5,?6)")?;
    for (position, article) in articles.iter().enumerate().map(numbered) {
        insert.execute(params![
            owner,
            position,
            article.id,
            article.legacy_id,
            article.language,
            article.url
        ])?;
    }
    Ok(())
}

/// Writes the texts that are there.
fn write_japanese(to: &Transaction<'_>, owner: &str, texts: &[(&str, &String)]) -> Written {
    for (field, text) in texts.iter().filter(|(_, text)| !text.is_empty()) {
        to.prepare_cached("INSERT INTO translations VALUES (?1,'ja',?2,?3)")?
            .execute([owner, field, text])?;
    }
    Ok(())
}

fn write_builds(to: &Transaction<'_>, issue: &Issue) -> Written {
    let lines = issue.affected.lines.iter().map(|line| (line, None, None));
    let builds =
        issue.affected.builds.iter().map(|builds| (&builds.line, builds.first, builds.last));
    for (position, (line, first, last)) in lines.chain(builds).enumerate().map(numbered) {
        to.prepare_cached("INSERT INTO affected_builds VALUES (?1,?2,?3,?4,?5)")?
            .execute(params![issue.id, position, line, first, last])?;
    }
    for (position, fix) in issue.fix.builds.iter().enumerate().map(numbered) {
        to.prepare_cached("INSERT INTO fixed_builds VALUES (?1,?2,?3,?4,?5)")?
            .execute(params![issue.id, position, fix.line, fix.build, fix.name])?;
    }
    for (role, components) in
        [("affected", &issue.affected.components), ("fixed", &issue.fix.components)]
    {
        for (position, component) in components.iter().enumerate().map(numbered) {
            to.prepare_cached("INSERT INTO components VALUES (?1,?2,?3,?4,?5,?6)")?.execute(
                params![
                    issue.id,
                    role,
                    position,
                    component.kind,
                    component.name,
                    component.version
                ],
            )?;
        }
    }
    Ok(())
}

fn write_signature(
    to: &Transaction<'_>,
    issue: &Issue,
    position: i64,
    signature: &Signature,
    decisive: bool,
) -> Written {
    let pattern = serde_json::to_string(signature)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    to.prepare_cached("INSERT INTO signatures VALUES (?1,?2,?3,?4)")?
        .execute(params![issue.id, position, decisive, pattern])
        .map(drop)
}

fn write_exemplars(to: &Transaction<'_>, exemplars: &[CompiledExemplar]) -> Written {
    for exemplar in exemplars {
        to.prepare_cached("INSERT INTO exemplars (issue, path) VALUES (?1,?2)")?
            .execute([&exemplar.issue, &exemplar.path])?;
        let id = to.last_insert_rowid();
        for (position, frame) in exemplar.frames.iter().enumerate().map(numbered) {
            to.prepare_cached("INSERT INTO frames VALUES (?1,?2,?3,?4)")?.execute(params![
                id,
                position,
                frame.function,
                frame.module
            ])?;
        }
    }
    Ok(())
}

fn write_guidance(to: &Transaction<'_>, kb: &KnowledgeBase) -> Written {
    for guidance in kb.guidance.values() {
        to.prepare_cached("INSERT INTO guidance VALUES (?1,?2,?3)")?.execute([
            &guidance.id,
            &guidance.path,
            &guidance.text,
        ])?;
        for kind in &guidance.kinds {
            to.prepare_cached("INSERT INTO guidance_kinds VALUES (?1,?2)")?
                .execute([&guidance.id, kind])?;
        }
        write_articles(to, &guidance.id, &guidance.articles)?;
        write_japanese(to, &guidance.id, &[("advice", &guidance.advice_ja)])?;
    }
    Ok(())
}

fn write_tables(to: &Transaction<'_>, kb: &KnowledgeBase) -> Written {
    for (list, functions) in [("machinery", &kb.lists.machinery), ("shared", &kb.lists.shared)] {
        for function in functions {
            to.prepare_cached("INSERT INTO listed_frames VALUES (?1,?2)")?
                .execute([list, function.as_str()])?;
        }
    }
    to.execute("INSERT INTO meta VALUES ('rarity-total', ?1)", [kb.rarity.total.to_string()])?;
    to.execute("INSERT INTO meta VALUES ('unread-files', ?1)", [kb.findings.len().to_string()])?;
    if let Some(fitted) = &kb.fitted {
        to.execute("INSERT INTO meta VALUES ('calibration', ?1)", [fitted.to_toml()])?;
    }
    for (function, count) in &kb.rarity.counts {
        to.prepare_cached("INSERT INTO rarity VALUES (?1,?2)")?
            .execute(params![function, count])?;
    }
    for entry in kb.releases.entries() {
        to.prepare_cached("INSERT INTO releases VALUES (?1,?2,?3,?4,?5,?6)")?.execute(params![
            entry.build,
            entry.line,
            entry.name,
            entry.date,
            entry.branch.as_str(),
            entry.vendor_name
        ])?;
    }
    for entry in kb.modules.entries.values() {
        to.prepare_cached("INSERT INTO modules VALUES (?1,?2,?3,?4)")?.execute([
            &entry.module,
            entry.owner.as_str(),
            &entry.title,
            &entry.source,
        ])?;
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
        let mut store = Store::in_memory().expect("a store");
        store.write(&kb, &[], &|_, _| false, "stamp").expect("written");
        let found = store.module("ilo").expect("read").expect("a module");
        assert_eq!((found.owner, found.source.as_str()), (Owner::Partner, "316522"));
        assert_eq!(store.module("no_such_module").expect("read"), None);
    }
}
