//! Questions about all issues at once, answered by an index: which issues name this build's line,
//! this function, this module, this article.

use std::collections::BTreeSet;

use rusqlite::Params;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};

use super::Store;
use crate::error::Result;
use crate::kb::{FixBuild, Status, line_prefixes};
use crate::text::Template;

/// Issues that name the update line `?1` as affected or have a fix in it.
const OF_LINE: &str = "SELECT issue FROM builds WHERE line = ?1";
/// Issues with a fix in the update line `?1`.
const FIXED_IN_LINE: &str = "SELECT issue FROM builds WHERE line = ?1 AND role = 'fixed'";
/// Releases with the fix of the issue `?1`.
const FIXES: &str = "SELECT line, first_build, name FROM builds \
                     WHERE issue = ?1 AND role = 'fixed' ORDER BY position";
const OF_FUNCTION: &str = "SELECT DISTINCT issue FROM frames WHERE function = ?1";
const OF_FUNCTION_IN_MODULE: &str = "SELECT issue FROM frames WHERE function = ?1 AND module = ?2";
const OF_MODULE: &str = "SELECT issue FROM issue_modules WHERE module = ?1";
/// The module after `?1` in alphabetical order: a step over all of its issues.
const NEXT_MODULE: &str =
    "SELECT module FROM issue_modules WHERE module > ?1 ORDER BY module LIMIT 1";
/// Each once, in one order.
const PRINTED_NAMES: &str = "SELECT function FROM frames UNION SELECT module FROM frames \
                             UNION SELECT module FROM issue_modules UNION SELECT module FROM modules";
const WITH_ID: &str = "SELECT id FROM issues WHERE id = ?1 COLLATE NOCASE ORDER BY id LIMIT 1";
const CITING: &str = "SELECT issue FROM articles WHERE id = ?1 \
                      UNION SELECT issue FROM articles WHERE legacy_id = ?1";

impl FromSql for Status {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str()?.parse().map_err(|error| FromSqlError::Other(Box::new(error)))
    }
}

/// A known issue as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedIssue {
    /// Id.
    pub id: String,
    /// How far the issue has come.
    pub status: Status,
    /// One line.
    pub title: String,
    /// The title in Japanese; empty where it has not been written.
    pub title_ja: String,
    /// True when the article names affected update lines.
    pub names_lines: bool,
}

impl Store {
    /// Every issue, in the order of the ids.
    ///
    /// # Errors
    /// [`crate::error::Error::Store`] when the file is damaged; so for every method here.
    pub fn listed_issues(&self) -> Result<Vec<ListedIssue>> {
        let sql = "SELECT id, status, title, title_ja, EXISTS \
                   (SELECT 1 FROM builds WHERE issue = issues.id AND role = 'affected') \
                   FROM issues ORDER BY id";
        self.tables.rows(sql, [], |row| {
            Ok(ListedIssue {
                id: row.get(0)?,
                status: row.get(1)?,
                title: row.get(2)?,
                title_ja: row.get(3)?,
                names_lines: row.get(4)?,
            })
        })
    }

    /// The issues whose article names `line`, or a line that it is part of, as affected, and those
    /// that have a fix in it.
    pub fn issues_of_line(&self, line: &str) -> Result<BTreeSet<String>> {
        self.ids_for_each(OF_LINE, line_prefixes(line))
    }

    /// The issues that have a fix in one of `lines`.
    pub fn issues_fixed_in<'a>(
        &self,
        lines: impl IntoIterator<Item = &'a str>,
    ) -> Result<BTreeSet<String>> {
        self.ids_for_each(FIXED_IN_LINE, lines)
    }

    /// The names of functions and modules that the knowledge base has from screens.
    ///
    /// # Errors
    /// [`crate::error::Error::Store`] when the file is damaged.
    pub fn printed_names(&self) -> Result<Vec<String>> {
        let names: Vec<String> = self.tables.rows(PRINTED_NAMES, [], |row| row.get(0))?;
        Ok(names.into_iter().filter(|name| !name.is_empty() && !name.contains('*')).collect())
    }

    /// The releases with the fix of an issue, in the order of its file.
    pub fn fixes(&self, issue: &str) -> Result<Vec<FixBuild>> {
        self.tables.rows(FIXES, [issue], |row| {
            Ok(FixBuild { line: row.get(0)?, build: row.get(1)?, name: row.get(2)? })
        })
    }

    /// The issues with `function` in a signature or a crash text, in any module or in `module`.
    pub fn issues_with_function(
        &self,
        function: &str,
        module: Option<&str>,
    ) -> Result<BTreeSet<String>> {
        match module {
            None => self.ids(OF_FUNCTION, [function]),
            Some(module) => self.ids(OF_FUNCTION_IN_MODULE, [function, module]),
        }
    }

    /// The issues in which a module takes part that `pattern` covers; `*` is any text.
    pub fn issues_with_module(&self, pattern: &str) -> Result<BTreeSet<String>> {
        let template = Template::new(pattern);
        let mut found = BTreeSet::new();
        let mut module = String::new();
        while let Some(next) = self.first(NEXT_MODULE, [&module])? {
            if template.is_all_of(&next) {
                found.extend(self.ids(OF_MODULE, [&next])?);
            }
            module = next;
        }
        Ok(found)
    }

    /// The ids of the issues that `name` may mean: the issue with this id, else those that cite
    /// the article with this number, new or old.
    pub fn issues_called(&self, name: &str) -> Result<BTreeSet<String>> {
        let found = self.ids(WITH_ID, [name])?;
        if found.is_empty() { self.ids(CITING, [name]) } else { Ok(found) }
    }

    fn ids(&self, sql: &str, parameters: impl Params) -> Result<BTreeSet<String>> {
        Ok(self.tables.rows(sql, parameters, |row| row.get(0))?.into_iter().collect())
    }

    fn first(&self, sql: &str, parameters: impl Params) -> Result<Option<String>> {
        Ok(self.tables.rows(sql, parameters, |row| row.get(0))?.into_iter().next())
    }

    fn ids_for_each<'a>(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = &'a str>,
    ) -> Result<BTreeSet<String>> {
        let mut found = BTreeSet::new();
        for value in values {
            found.extend(self.ids(sql, [value])?);
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tables;
    use super::*;
    use crate::compile;
    use crate::kb::{KbSource, KnowledgeBase};

    fn has(found: Result<BTreeSet<String>>, id: &str) -> bool {
        found.expect("ids").contains(id)
    }

    #[test]
    fn issues_are_found_by_the_things_they_name() {
        let kb = KnowledgeBase::read(&[KbSource::Shipped]).expect("the shipped kb");
        let store = compile::compile(&kb).expect("compiled").store;
        assert!(has(store.issues_with_function("ilo_isr", None), "KB414242"));
        assert!(has(store.issues_with_module("i*o"), "KB414242"));
        assert!(!has(store.issues_with_module("vmkern"), "KB414242"));
        for issue in kb.issues.values() {
            assert!(has(store.issues_called(&issue.id.to_lowercase()), &issue.id));
            for article in &issue.articles {
                assert!(has(store.issues_called(&article.id), &issue.id), "{}", issue.id);
            }
        }
        assert_eq!(store.issues_called("no such issue").expect("ids"), BTreeSet::new());
    }

    /// The plan must search, in an index or by a key, and never walk a whole table.
    #[track_caller]
    fn check_plan(sql: &str, expected: &str) {
        let connection = tables::empty().expect("tables");
        let parameters = if sql.contains("?2") { vec![""; 2] } else { vec![""] };
        let sql = format!("EXPLAIN QUERY PLAN {sql}");
        let mut statement = connection.prepare(&sql).expect("a statement");
        let rows = statement
            .query_map(rusqlite::params_from_iter(parameters), |row| row.get(3))
            .expect("a plan");
        let plan: Vec<String> = rows.map(|row| row.expect("a row")).collect();
        let plan = plan.join("\n");
        assert!(plan.contains(expected), "{sql}\n{plan}");
        assert!(!plan.contains("SCAN"), "{sql}\n{plan}");
    }

    #[test]
    fn every_question_is_answered_by_an_index() {
        check_plan(OF_LINE, "COVERING INDEX builds_by_line (line=?)");
        check_plan(FIXED_IN_LINE, "COVERING INDEX builds_by_line (line=? AND role=?)");
        check_plan(FIXES, "USING PRIMARY KEY (issue=? AND role=?)");
        check_plan(OF_FUNCTION, "USING PRIMARY KEY (function=?)");
        check_plan(OF_FUNCTION_IN_MODULE, "USING PRIMARY KEY (function=? AND module=?)");
        check_plan(OF_MODULE, "USING PRIMARY KEY (module=?)");
        check_plan(NEXT_MODULE, "USING PRIMARY KEY (module>?)");
        check_plan(WITH_ID, "INDEX issues_in_any_case (id=?)");
        check_plan(CITING, "USING PRIMARY KEY (id=?)");
        check_plan(CITING, "COVERING INDEX articles_by_legacy_id (legacy_id=?)");
    }
}
