//! Reading the store: documents by id, and the tables that a run needs as a whole.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{IssueEntry, Store};
use crate::error::{Error, Result};
use crate::kb::{
    Branch, CALIBRATION_FILE, Coefficients, Fitted, FramePattern, Guidance, Issue, ModuleEntry,
    Owner, Rarity, ReleaseEntry, Releases, Signature, Status,
};
use crate::signature::FrameLists;

/// A known issue: its file, and what compiling found out about it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownIssue {
    /// The issue as its file describes it.
    pub issue: Issue,
    /// For each signature, whether its texts and machine checks hold for crashes of no other issue.
    pub decisive: Vec<bool>,
    /// Its crash texts, in the order of their paths.
    pub exemplars: Vec<StoredExemplar>,
}

/// A signature as the matcher needs it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredSignature {
    /// Its texts and machine checks hold for crashes of no other issue.
    pub decisive: bool,
    /// The conditions.
    pub pattern: Signature,
}

/// A crash text of an issue: the frames that are compared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredExemplar {
    /// Path inside the knowledge base.
    pub path: String,
    /// Story frames of the backtrace that decides, top first.
    pub frames: Vec<FramePattern>,
}

impl Store {
    /// The stamp that the store was compiled with.
    ///
    /// # Errors
    /// [`Error::Store`] when the file is no store; so for every method here, and
    /// [`Error::Compiled`] when a document cannot be understood.
    pub fn stamp(&self) -> Result<String> {
        let value = self.meta("stamp")?;
        value.ok_or_else(|| Error::Compiled("the store has no stamp".into()))
    }

    fn meta(&self, key: &str) -> Result<Option<String>> {
        let sql = "SELECT value FROM meta WHERE key = ?1";
        Ok(self.rows(sql, [key], |row| row.get(0))?.into_iter().next())
    }

    fn entries(&self) -> Result<&BTreeMap<String, IssueEntry>> {
        if let Some(entries) = self.issues.get() {
            return Ok(entries);
        }
        let rows: Vec<(String, String)> =
            self.rows("SELECT id, status FROM issues", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let mut entries = BTreeMap::new();
        for (id, status) in rows {
            let status = status_named(&id, &status)?;
            entries.insert(id, IssueEntry { status, document: OnceLock::new() });
        }
        Ok(self.issues.get_or_init(|| entries))
    }

    /// The ids of every issue, in order, with their status.
    pub fn issue_ids(&self) -> Result<Vec<(String, Status)>> {
        let entries = self.entries()?.iter();
        Ok(entries.map(|(id, entry)| (id.clone(), entry.status)).collect())
    }

    /// The issue with this id; read once and then shared.
    pub fn issue(&self, id: &str) -> Result<Option<Arc<KnownIssue>>> {
        let Some(entry) = self.entries()?.get(id) else {
            return Ok(None);
        };
        if let Some(known) = entry.document.get() {
            return Ok(Some(Arc::clone(known)));
        }
        let sql = "SELECT document FROM issues WHERE id = ?1";
        let texts: Vec<String> = self.rows(sql, [id], |row| row.get(0))?;
        let Some(text) = texts.first() else {
            return Ok(None);
        };
        let known = Arc::new(document(id, text)?);
        Ok(Some(Arc::clone(entry.document.get_or_init(|| known))))
    }

    /// The signatures of an issue, in the order of its file.
    pub fn signatures(&self, issue: &str) -> Result<Vec<StoredSignature>> {
        let Some(known) = self.issue(issue)? else {
            return Ok(Vec::new());
        };
        let signatures = known.issue.signatures.iter().zip(&known.decisive);
        Ok(signatures
            .map(|(pattern, &decisive)| StoredSignature { decisive, pattern: pattern.clone() })
            .collect())
    }

    /// The exemplars of an issue, in the order of their paths.
    pub fn exemplars(&self, issue: &str) -> Result<Vec<StoredExemplar>> {
        Ok(self.issue(issue)?.map(|known| known.exemplars.clone()).unwrap_or_default())
    }

    /// The guidance for a panic kind; with `None` that for every crash. Its only kind is the one
    /// that was asked for.
    pub fn guidance(&self, kind: Option<&str>) -> Result<Vec<Guidance>> {
        let sql = "SELECT g.id, g.document FROM guidance_kinds k JOIN guidance g ON g.id = k.guidance \
                   WHERE k.kind = ?1 ORDER BY k.guidance";
        let rows: Vec<(String, String)> =
            self.rows(sql, [kind.unwrap_or_default()], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let mut found = Vec::with_capacity(rows.len());
        for (id, text) in rows {
            let kinds = kind.map(str::to_owned).into_iter().collect();
            found.push(Guidance { kinds, ..document(&id, &text)? });
        }
        Ok(found)
    }

    /// The frame lists.
    pub fn frame_lists(&self) -> Result<FrameLists> {
        let mut lists = FrameLists::default();
        let sql = "SELECT list, function FROM listed_frames";
        let rows: Vec<(String, String)> =
            self.rows(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        for (list, function) in rows {
            match list.as_str() {
                "machinery" => lists.machinery.insert(function),
                _ => lists.shared.insert(function),
            };
        }
        Ok(lists)
    }

    /// The frame rarity.
    pub fn rarity(&self) -> Result<Rarity> {
        let sql = "SELECT function, count FROM rarity";
        let counts = self.rows(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let total = self.meta("rarity-total")?.and_then(|total| total.parse().ok());
        Ok(Rarity { counts: counts.into_iter().collect(), total: total.unwrap_or_default() })
    }

    /// The fitted coefficients; `None` without any.
    pub fn coefficients(&self) -> Result<Option<Coefficients>> {
        let text = self.meta("calibration")?;
        let fitted = text.map(|text| Fitted::parse(CALIBRATION_FILE, &text)).transpose()?;
        Ok(fitted.map(|fitted| fitted.coefficients))
    }

    /// Number of kb files that could not be read when the store was compiled.
    pub fn unread_files(&self) -> Result<usize> {
        Ok(self.meta("unread-files")?.and_then(|count| count.parse().ok()).unwrap_or_default())
    }

    /// The releases of every update line.
    pub fn releases(&self) -> Result<Releases> {
        let sql =
            "SELECT line, name, build, date, branch, vendor_name FROM releases ORDER BY build";
        let entries = self.rows(sql, [], |row| {
            Ok(ReleaseEntry {
                line: row.get(0)?,
                name: row.get(1)?,
                build: row.get(2)?,
                date: row.get(3)?,
                branch: Branch::from_name(&row.get::<_, String>(4)?).unwrap_or_default(),
                vendor_name: row.get(5)?,
            })
        })?;
        Ok(Releases::new(entries))
    }

    /// The module with this name, as a backtrace prints it.
    pub fn module(&self, name: &str) -> Result<Option<ModuleEntry>> {
        let sql = "SELECT module, owner, title, source FROM modules WHERE module = ?1";
        let found = self.rows(sql, [name], |row| {
            Ok(ModuleEntry {
                module: row.get(0)?,
                owner: row.get::<_, String>(1)?.parse().unwrap_or(Owner::Unknown),
                title: row.get(2)?,
                source: row.get(3)?,
            })
        })?;
        Ok(found.into_iter().next())
    }
}

fn document<T: DeserializeOwned>(id: &str, text: &str) -> Result<T> {
    serde_json::from_str(text)
        .map_err(|error| Error::Compiled(format!("document of {id}: {error}")))
}

pub(super) fn status_named(id: &str, name: &str) -> Result<Status> {
    name.parse().map_err(|_| Error::Compiled(format!("status {name} of {id}")))
}
