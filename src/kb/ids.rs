//! The list of the ids that a team has given: `ids.lock`, a line each.
//!
//! An id is never given again, so that an old ticket never names another issue. Two people who give
//! ids at once both add a line at the end, and git makes a conflict of it instead of one id for two
//! issues.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::source::syntax_error;
use crate::error::Result;

/// The file of the list.
pub const IDS_FILE: &str = "ids.lock";
/// The start of the ids that a team numbers.
pub const TEAM_IDS: &str = "TEAM-";
/// What the file says about itself.
const HEAD: &str = "# The ids that were given, one a line: id, day of the issue, its name as a draft. `psod-match kb
# assign-ids` adds lines at the end. Never remove one; after a conflict give one of the two another id.
";

/// An id that was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignedId {
    /// The `created` day of the issue: another issue under this id has another one.
    pub created: String,
    /// Its id as a draft; `-` for one that had none.
    pub draft: String,
}

/// The ids that were given, by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssignedIds(BTreeMap<String, AssignedId>);

impl AssignedIds {
    /// Reads the file `path`, which has the content `text`.
    ///
    /// # Errors
    /// [`crate::error::Error::KbSyntax`] for a line with other than three words, and for an id that is
    /// there twice.
    pub fn parse(path: &str, text: &str) -> Result<Self> {
        let mut ids = BTreeMap::new();
        for (index, line) in text.lines().enumerate() {
            if line.starts_with('#') || line.trim().is_empty() {
                continue;
            }
            let words: Vec<&str> = line.split_whitespace().collect();
            let [id, created, draft] = words[..] else {
                let problem = format!("`{line}`, expected an id, a day and the id of a draft");
                return Err(syntax_error(path, index + 1, problem));
            };
            let assigned = AssignedId { created: created.to_owned(), draft: draft.to_owned() };
            if ids.insert(id.to_owned(), assigned).is_some() {
                return Err(syntax_error(path, index + 1, format!("{id} is given twice")));
            }
        }
        Ok(Self(ids))
    }

    /// Every id with what is known of it, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &AssignedId)> {
        self.0.iter().map(|(id, assigned)| (id.as_str(), assigned))
    }

    /// The line of one id.
    pub fn get(&self, id: &str) -> Option<&AssignedId> {
        self.0.get(id)
    }

    /// The text of the file with more ids at its end; `before` is its present text, if it has one.
    pub fn with_more(before: Option<&str>, more: &[(&str, AssignedId)]) -> String {
        let mut text = before.unwrap_or(HEAD).to_owned();
        if !text.ends_with('\n') {
            text.push('\n');
        }
        for (id, AssignedId { created, draft }) in more {
            let _ = writeln!(text, "{id} {created} {draft}");
        }
        text
    }

    pub(super) fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&[&str], &str>) {
        let read = AssignedIds::parse(IDS_FILE, text);
        let read = read.map(|ids| ids.iter().map(|(id, _)| id.to_owned()).collect::<Vec<_>>());
        let expected = expected.map(|ids| ids.iter().map(|id| (*id).to_owned()).collect());
        assert_eq!(read.map_err(|error| error.to_string()), expected.map_err(str::to_owned));
    }

    #[test]
    fn each_id_has_one_line_of_three_words() {
        check(
            "# head\n\nTEAM-0001 2026-11-23 DRAFT-a\nTEAM-0002 2026-11-24 -\n",
            Ok(&["TEAM-0001", "TEAM-0002"]),
        );
        check(HEAD, Ok(&[]));
        check(
            "TEAM-0001 2026-11-23\n",
            Err("ids.lock:1: `TEAM-0001 2026-11-23`, expected an id, a day and the id of a draft"),
        );
        let twice = "TEAM-0001 2026-11-23 a\nTEAM-0001 2026-11-24 b\n";
        check(twice, Err("ids.lock:2: TEAM-0001 is given twice"));
        // What a merge leaves behind is no list.
        let conflict = "<<<<<<< HEAD\nTEAM-0001 2026-11-23 a\n";
        check(
            conflict,
            Err("ids.lock:1: `<<<<<<< HEAD`, expected an id, a day and the id of a draft"),
        );
    }

    #[test]
    fn new_ids_stand_at_the_end() {
        let first = AssignedId { created: "2026-11-23".into(), draft: "DRAFT-a".into() };
        let text = AssignedIds::with_more(None, &[("TEAM-0009", first.clone())]);
        let text = AssignedIds::with_more(Some(&text), &[("TEAM-0002", first.clone())]);
        assert!(text.ends_with("TEAM-0009 2026-11-23 DRAFT-a\nTEAM-0002 2026-11-23 DRAFT-a\n"));
        let read = AssignedIds::parse(IDS_FILE, &text).expect("a list");
        assert_eq!(read.get("TEAM-0009"), Some(&first));
    }
}
