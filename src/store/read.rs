//! Reading the store: what one run of the matcher and the report asks for.

use rusqlite::{Params, Row};

use super::Store;
use crate::error::{Error, Result};
use crate::kb::{
    Affected, AffectedBuilds, Article, Branch, CALIBRATION_FILE, Coefficients, Component, Fitted,
    Fix, FixBuild, FramePattern, Guidance, ModuleEntry, Owner, Rarity, ReleaseEntry, Releases,
    Signature, Status,
};
use crate::signature::FrameLists;

/// A known issue as the report needs it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredIssue {
    /// Id.
    pub id: String,
    /// Path inside the knowledge base.
    pub path: String,
    /// One line.
    pub title: String,
    /// How far the issue has come.
    pub status: Status,
    /// Who wrote the file.
    pub author: String,
    /// The vendor's articles.
    pub articles: Vec<Article>,
    /// Which hosts have the issue; lines and bounds are both in `builds`.
    pub affected: Affected,
    /// What has the fix.
    pub fix: Fix,
    /// Why it happens.
    pub cause: String,
    /// What ends it.
    pub fix_text: String,
    /// What helps until then.
    pub workaround: String,
    /// What else a reader must know.
    pub notes: String,
    /// The title in Japanese; this and the next are empty where nobody has written them.
    pub title_ja: String,
    /// The cause in Japanese.
    pub cause_ja: String,
    /// The fix in Japanese.
    pub fix_ja: String,
    /// The workaround in Japanese.
    pub workaround_ja: String,
}

/// A signature as the matcher needs it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredSignature {
    /// Its texts and machine checks hold for crashes of no other issue.
    pub decisive: bool,
    /// What it asks for.
    pub pattern: Signature,
}

/// An exemplar as the matcher needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredExemplar {
    /// Path inside the knowledge base.
    pub path: String,
    /// Story frames, top first.
    pub frames: Vec<FramePattern>,
}

impl Store {
    /// Collects the rows of one query.
    fn rows<T>(
        &self,
        sql: &str,
        parameters: impl Params,
        of: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let collect = || -> rusqlite::Result<Vec<T>> {
            self.connection.prepare_cached(sql)?.query_map(parameters, of)?.collect()
        };
        collect().map_err(Error::store("read the knowledge base"))
    }

    /// The ids of every issue, in order, with their status.
    ///
    /// # Errors
    /// [`Error::Store`] when the file is damaged; so for every method here.
    pub fn issue_ids(&self) -> Result<Vec<(String, Status)>> {
        self.rows("SELECT id, status FROM issues ORDER BY id", [], |row| {
            Ok((row.get(0)?, status_of(&row.get::<_, String>(1)?)))
        })
    }

    /// The issue with this id.
    pub fn issue(&self, id: &str) -> Result<Option<StoredIssue>> {
        let sql = "SELECT id, path, title, status, author, affected_text, cause, fix, workaround, notes \
                   FROM issues WHERE id = ?1";
        let found = self.rows(sql, [id], |row| {
            Ok(StoredIssue {
                id: row.get(0)?,
                path: row.get(1)?,
                title: row.get(2)?,
                status: status_of(&row.get::<_, String>(3)?),
                author: row.get(4)?,
                articles: Vec::new(),
                affected: Affected { text: row.get(5)?, ..Affected::default() },
                fix: Fix::default(),
                cause: row.get(6)?,
                fix_text: row.get(7)?,
                workaround: row.get(8)?,
                notes: row.get(9)?,
                title_ja: String::new(),
                cause_ja: String::new(),
                fix_ja: String::new(),
                workaround_ja: String::new(),
            })
        })?;
        let Some(mut issue) = found.into_iter().next() else {
            return Ok(None);
        };
        issue.articles = self.articles(id)?;
        for (field, text) in self.japanese(id)? {
            match field.as_str() {
                "title" => issue.title_ja = text,
                "cause" => issue.cause_ja = text,
                "fix" => issue.fix_ja = text,
                "workaround" => issue.workaround_ja = text,
                other => return Err(Error::Compiled(format!("translated field {other}"))),
            }
        }
        issue.affected.builds = self.affected_builds(id)?;
        issue.affected.components = self.components(id, "affected")?;
        issue.fix.builds = self.fixed_builds(id)?;
        issue.fix.components = self.components(id, "fixed")?;
        Ok(Some(issue))
    }

    /// The fields of an issue or guidance that are there in Japanese, with their texts.
    fn japanese(&self, owner: &str) -> Result<Vec<(String, String)>> {
        let sql = "SELECT field, text FROM translations WHERE owner = ?1 AND language = 'ja'";
        self.rows(sql, [owner], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    fn articles(&self, owner: &str) -> Result<Vec<Article>> {
        let sql =
            "SELECT id, legacy_id, language, url FROM articles WHERE owner = ?1 ORDER BY position";
        self.rows(sql, [owner], |row| {
            Ok(Article {
                id: row.get(0)?,
                legacy_id: row.get(1)?,
                language: row.get(2)?,
                url: row.get(3)?,
            })
        })
    }

    fn affected_builds(&self, issue: &str) -> Result<Vec<AffectedBuilds>> {
        let sql = "SELECT line, first_build, last_build FROM affected_builds WHERE issue = ?1 ORDER BY position";
        self.rows(sql, [issue], |row| {
            Ok(AffectedBuilds { line: row.get(0)?, first: row.get(1)?, last: row.get(2)? })
        })
    }

    fn fixed_builds(&self, issue: &str) -> Result<Vec<FixBuild>> {
        let sql = "SELECT line, build, name FROM fixed_builds WHERE issue = ?1 ORDER BY position";
        self.rows(sql, [issue], |row| {
            Ok(FixBuild { line: row.get(0)?, build: row.get(1)?, name: row.get(2)? })
        })
    }

    fn components(&self, issue: &str, role: &str) -> Result<Vec<Component>> {
        let sql = "SELECT kind, name, version FROM components WHERE issue = ?1 AND role = ?2 ORDER BY position";
        self.rows(sql, [issue, role], |row| {
            Ok(Component { kind: row.get(0)?, name: row.get(1)?, version: row.get(2)? })
        })
    }

    /// The issues related to `id` in either direction.
    pub fn related_to(&self, id: &str) -> Result<Vec<String>> {
        let sql = "SELECT other FROM related_issues WHERE issue = ?1 \
                   UNION SELECT issue FROM related_issues WHERE other = ?1";
        self.rows(sql, [id], |row| row.get(0))
    }

    /// The signatures of an issue, in the order of its file.
    pub fn signatures(&self, issue: &str) -> Result<Vec<StoredSignature>> {
        let sql = "SELECT decisive, pattern FROM signatures WHERE issue = ?1 ORDER BY position";
        let rows: Vec<(bool, String)> =
            self.rows(sql, [issue], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let read = |(decisive, pattern): (bool, String)| {
            let pattern = serde_json::from_str(&pattern)
                .map_err(|error| Error::Compiled(format!("signature of {issue}: {error}")))?;
            Ok(StoredSignature { decisive, pattern })
        };
        rows.into_iter().map(read).collect()
    }

    fn frames(&self, exemplar: i64) -> Result<Vec<FramePattern>> {
        let sql = "SELECT function, module FROM frames WHERE exemplar = ?1 ORDER BY position";
        self.rows(sql, [exemplar], |row| {
            let (function, module) = (row.get(0)?, row.get(1)?);
            Ok(FramePattern { function, module, ..FramePattern::default() })
        })
    }

    /// The exemplars of an issue, in the order of their paths.
    pub fn exemplars(&self, issue: &str) -> Result<Vec<StoredExemplar>> {
        let sql = "SELECT id, path FROM exemplars WHERE issue = ?1 ORDER BY path";
        let heads: Vec<(i64, String)> =
            self.rows(sql, [issue], |row| Ok((row.get(0)?, row.get(1)?)))?;
        heads
            .into_iter()
            .map(|(id, path)| Ok(StoredExemplar { path, frames: self.frames(id)? }))
            .collect()
    }

    /// The frame lists.
    pub fn frame_lists(&self) -> Result<FrameLists> {
        let mut lists = FrameLists::default();
        let rows: Vec<(String, String)> =
            self.rows("SELECT list, function FROM listed_frames", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
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
        let counts = self
            .rows("SELECT function, count FROM rarity", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let total: Vec<String> =
            self.rows("SELECT value FROM meta WHERE key = 'rarity-total'", [], |row| row.get(0))?;
        let total = total.first().and_then(|total| total.parse().ok()).unwrap_or_default();
        Ok(Rarity { counts: counts.into_iter().collect(), total })
    }

    /// The fitted coefficients; `None` without any.
    pub fn coefficients(&self) -> Result<Option<Coefficients>> {
        let sql = "SELECT value FROM meta WHERE key = 'calibration'";
        let found: Vec<String> = self.rows(sql, [], |row| row.get(0))?;
        let fitted = found.first().map(|text| Fitted::parse(CALIBRATION_FILE, text)).transpose()?;
        Ok(fitted.map(|fitted| fitted.coefficients))
    }

    /// Number of kb files that could not be read when the store was compiled.
    pub fn unread_files(&self) -> Result<usize> {
        let sql = "SELECT value FROM meta WHERE key = 'unread-files'";
        let found: Vec<String> = self.rows(sql, [], |row| row.get(0))?;
        Ok(found.first().and_then(|count| count.parse().ok()).unwrap_or_default())
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
                owner: Owner::from_name(&row.get::<_, String>(1)?).unwrap_or(Owner::Unknown),
                title: row.get(2)?,
                source: row.get(3)?,
            })
        })?;
        Ok(found.into_iter().next())
    }

    /// The guidance for a panic kind; with `None` that for every crash.
    pub fn guidance(&self, kind: Option<&str>) -> Result<Vec<Guidance>> {
        let sql = "SELECT g.id, g.path, g.text FROM guidance g \
                   LEFT JOIN guidance_kinds k ON k.guidance = g.id \
                   WHERE k.kind IS ?1 ORDER BY g.id";
        let mut found = self.rows(sql, [kind], |row| {
            Ok(Guidance {
                id: row.get(0)?,
                path: row.get(1)?,
                text: row.get(2)?,
                kinds: kind.map(str::to_owned).into_iter().collect(),
                articles: Vec::new(),
                advice_ja: String::new(),
            })
        })?;
        for guidance in &mut found {
            guidance.articles = self.articles(&guidance.id)?;
            guidance.advice_ja =
                self.japanese(&guidance.id)?.into_iter().map(|(_, text)| text).collect();
        }
        Ok(found)
    }
}

fn status_of(name: &str) -> Status {
    Status::from_name(name).unwrap_or(Status::Test)
}
