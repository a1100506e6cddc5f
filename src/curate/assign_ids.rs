//! Gives drafts the ids that they keep, and renames everything that speaks of them.
//!
//! Ids are given on the main line, after the merge. Two people who do so at once both add to the end of
//! `ids.lock`: git makes a conflict of it, and no id is given twice.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{FileChange, with_plain_ends};
use super::front::edited;
use crate::error::Result;
use crate::kb::{
    AssignedId, AssignedIds, IDS_FILE, Issue, KbTexts, KnowledgeBase, Status, TEAM_IDS,
    expected_csv, expected_rows,
};

/// The start of the ids of drafts.
const DRAFTS: &str = "DRAFT-";
/// The accepted answers.
const EXPECTED_FILE: &str = "expected.csv";

/// The ids that were given, and the files that change with them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Assignment {
    /// The ids by the drafts that they were given to.
    pub ids: BTreeMap<String, String>,
    /// Drafts without an id, because another issue has that of their article.
    pub taken: BTreeMap<String, String>,
    /// The files that change.
    pub changes: Vec<FileChange>,
}

/// Gives an id to each of the issues `wanted`; without any, to every one that is called a draft and is
/// none any more. `texts` are the files of the team's own directory, `kb` has those of all.
///
/// # Errors
/// [`crate::error::Error::KbSyntax`] when a file cannot be read.
pub fn assign_ids(
    kb: &KnowledgeBase,
    texts: &KbTexts,
    wanted: &BTreeSet<String>,
) -> Result<Assignment> {
    let mut assignment = Assignment::default();
    let mut given = Vec::new();
    let mut next = next_number(kb);
    for issue in kb.issues.values().filter(|issue| is_wanted(issue, texts, wanted)) {
        let (id, draft) = match article_id(issue) {
            Some(id) => (id, issue.id.clone()),
            None => {
                let id = format!("{TEAM_IDS}{next:04}");
                next += 1;
                let assigned =
                    AssignedId { created: issue.created.clone(), draft: issue.id.clone() };
                given.push((id.clone(), assigned));
                (id, issue.id.clone())
            }
        };
        let is_taken = kb.issues.contains_key(&id)
            || kb.retired.contains_key(&id)
            || assignment.ids.values().any(|other| *other == id);
        let place = if is_taken { &mut assignment.taken } else { &mut assignment.ids };
        place.insert(draft, id);
    }
    if assignment.ids.is_empty() {
        return Ok(assignment);
    }
    let ids = &assignment.ids;
    for (path, text) in texts.iter() {
        assignment.changes.extend(renamed(path, text, ids)?);
    }
    if let Some(text) = texts.get(EXPECTED_FILE) {
        let after = answers_renamed(text, ids, &assignment.changes)?;
        let change = FileChange::edited(EXPECTED_FILE, text, after);
        assignment.changes.extend((change.after != text).then_some(change));
    }
    if !given.is_empty() {
        assignment.changes.push(list_with(kb, texts, given));
    }
    Ok(assignment)
}

fn is_wanted(issue: &Issue, texts: &KbTexts, wanted: &BTreeSet<String>) -> bool {
    issue.id.starts_with(DRAFTS)
        && texts.get(&issue.path).is_some()
        && (wanted.contains(&issue.id) || wanted.is_empty() && issue.status != Status::Draft)
}

/// `KB` and the number of its first article, for an issue that cites one.
fn article_id(issue: &Issue) -> Option<String> {
    let number = &issue.articles.first()?.id;
    let is_number = !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit());
    is_number.then(|| format!("KB{number}"))
}

/// The number of the next id of a team: after all that were ever given.
pub fn next_number(kb: &KnowledgeBase) -> u32 {
    let issues = kb.issues.keys().chain(kb.retired.keys()).map(String::as_str);
    let assigned = kb.assigned.iter().flat_map(|ids| ids.iter().map(|(id, _)| id));
    let numbers = issues.chain(assigned).filter_map(|id| id.strip_prefix(TEAM_IDS)?.parse().ok());
    numbers.max().map_or(1, |last: u32| last + 1)
}

/// The list of ids with the new ones at its end; a new list has those that the team had before, too.
fn list_with(kb: &KnowledgeBase, texts: &KbTexts, given: Vec<(String, AssignedId)>) -> FileChange {
    let before = texts.get(IDS_FILE);
    let all = kb.issues.values().chain(kb.retired.values());
    let own = all.filter(|issue| {
        issue.id.starts_with(TEAM_IDS) && texts.get(&issue.path).is_some() && before.is_none()
    });
    let earlier = own.map(|issue| {
        let assigned = AssignedId { created: issue.created.clone(), draft: "-".to_owned() };
        (issue.id.clone(), assigned)
    });
    let mut earlier: Vec<(String, AssignedId)> = earlier.collect();
    earlier.sort_by(|one, other| one.0.cmp(&other.0));
    let more: Vec<(String, AssignedId)> = earlier.into_iter().chain(given).collect();
    let more: Vec<(&str, AssignedId)> =
        more.iter().map(|(id, assigned)| (id.as_str(), assigned.clone())).collect();
    let after = AssignedIds::with_more(before, &more);
    match before {
        Some(before) => FileChange::edited(IDS_FILE, before, after),
        None => FileChange::new_file(IDS_FILE, after),
    }
}

/// The file with the new ids in its name and wherever it speaks of the drafts; `None` when it does not.
fn renamed(path: &str, text: &str, ids: &BTreeMap<String, String>) -> Result<Option<FileChange>> {
    let folder = path.split('/').next().unwrap_or_default();
    let (new_path, after) = match folder {
        "issues" => issue_renamed(path, text, ids)?,
        "crashes" | "near" | "unknown" => fixture_renamed(path, text, ids)?,
        _ => return Ok(None),
    };
    let change = FileChange::moved(path, new_path, text, after);
    let is_same = change.moved_from.is_none() && change.after == text;
    Ok((!is_same).then_some(change))
}

fn issue_renamed(
    path: &str,
    text: &str,
    ids: &BTreeMap<String, String>,
) -> Result<(String, String)> {
    let mut new_path = path.to_owned();
    let speaks_of_one = ids.keys().any(|draft| text.contains(draft.as_str()));
    if !speaks_of_one {
        return Ok((new_path, text.to_owned()));
    }
    let after = edited(path, text, |front| {
        let id = front.get("id").and_then(|item| item.as_str());
        if let Some((draft, id)) = id.and_then(|id| ids.get_key_value(id)) {
            new_path = path_with(path, draft, id);
            front["id"] = toml_edit::value(id.as_str());
        }
        let related = front.get_mut("related").and_then(|item| item.as_array_mut());
        for entry in related.into_iter().flat_map(toml_edit::Array::iter_mut) {
            if let Some(id) = entry.as_str().and_then(|draft| ids.get(draft)) {
                let decor = entry.decor().clone();
                *entry = id.as_str().into();
                *entry.decor_mut() = decor;
            }
        }
    })?;
    Ok((new_path, after))
}

fn fixture_renamed(
    path: &str,
    text: &str,
    ids: &BTreeMap<String, String>,
) -> Result<(String, String)> {
    let mut new_path = path.to_owned();
    let after = with_plain_ends(text, |text| {
        let (header, crash) = text.split_once("\n\n").unwrap_or((text, ""));
        let lines = header.lines().map(|line| {
            let value = line.strip_prefix("EXPECT:").map(str::trim);
            let draft = value.map(|value| value.strip_prefix("not ").unwrap_or(value).trim());
            let Some((draft, id)) = draft.and_then(|draft| ids.get_key_value(draft)) else {
                return line.to_owned();
            };
            new_path = path_with(path, draft, id);
            line.replacen(draft.as_str(), id, 1)
        });
        let header = lines.collect::<Vec<_>>().join("\n");
        Ok(if text.contains("\n\n") { format!("{header}\n\n{crash}") } else { text.to_owned() })
    })?;
    Ok((new_path, after))
}

/// The path with the id instead of the draft, where the name of the file begins with the draft.
fn path_with(path: &str, draft: &str, id: &str) -> String {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    match name.strip_prefix(draft).filter(|rest| rest.starts_with(['-', '.'])) {
        Some(rest) => format!("{folder}/{id}{rest}"),
        None => path.to_owned(),
    }
}

/// The accepted answers under the new names, `changes` being those of the crash texts.
fn answers_renamed(
    text: &str,
    ids: &BTreeMap<String, String>,
    changes: &[FileChange],
) -> Result<String> {
    let moved: BTreeMap<&str, &str> = changes
        .iter()
        .filter_map(|change| Some((change.moved_from.as_deref()?, change.path.as_str())))
        .collect();
    let mut rows = expected_rows(EXPECTED_FILE, text)?;
    for row in &mut rows {
        if let Some(id) = ids.get(&row.issue) {
            row.issue.clone_from(id);
        }
        if let Some(path) = moved.get(row.path.as_str()) {
            row.path = (*path).to_owned();
        }
    }
    rows.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(expected_csv(&rows))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kb::KbSource;

    fn issue(id: &str, status: &str, more: &str) -> String {
        format!(
            "+++\nschema = 1\nid = \"{id}\"\ntitle = \"t {id}\"\nstatus = \"{status}\"\nauthor = \"a\"\n\
             created = 2026-11-23\n{more}+++\n\n## Cause\n\n{id} is a draft.\n"
        )
    }

    const ARTICLE: &str = "[[articles]]\nid = \"318512\"\nurl = \"https://example.org/318512\"\n";

    /// What happens to some files: the ids that are given, and every file that changes by its path.
    fn assigned(files: &[(&str, String)], wanted: &[&str]) -> Assignment {
        let directory = tempfile::tempdir().expect("a directory");
        for (path, text) in files {
            let path = directory.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("create");
            std::fs::write(path, text).expect("write");
        }
        let sources = [KbSource::Directory(directory.path().to_path_buf())];
        let kb = KnowledgeBase::read(&sources).expect("a kb");
        let texts = KbTexts::read(&sources).expect("texts");
        let wanted = wanted.iter().map(|id| (*id).to_owned()).collect();
        assign_ids(&kb, &texts, &wanted).expect("assigned")
    }

    #[track_caller]
    fn check(files: &[(&str, String)], wanted: &[&str], expected: &[(&str, &str)]) {
        let found = assigned(files, wanted);
        let found: Vec<(&str, &str)> =
            found.ids.iter().map(|(draft, id)| (draft.as_str(), id.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn an_id_is_that_of_the_article_or_the_next_of_the_team() {
        let tested = ("issues/DRAFT-a.md", issue("DRAFT-a", "test", ""));
        let cited = ("issues/DRAFT-b.md", issue("DRAFT-b", "reviewed", ARTICLE));
        let draft = ("issues/DRAFT-c.md", issue("DRAFT-c", "draft", ""));
        let own = ("issues/TEAM-0007.md", issue("TEAM-0007", "retired", ""));
        let files = [tested.clone(), cited.clone(), draft, own];
        check(&files, &[], &[("DRAFT-a", "TEAM-0008"), ("DRAFT-b", "KB318512")]);
        check(&files, &["DRAFT-c"], &[("DRAFT-c", "TEAM-0008")]);
        let listed = ("ids.lock", "TEAM-0041 2026-11-23 DRAFT-x\n".to_owned());
        check(&[tested.clone(), listed], &[], &[("DRAFT-a", "TEAM-0042")]);
        let other = ("issues/KB318512.md", issue("KB318512", "test", ARTICLE));
        let found = assigned(&[cited, other], &[]);
        assert_eq!(found.taken, [("DRAFT-b".to_owned(), "KB318512".to_owned())].into());
        assert_eq!(found.changes, []);
    }

    #[track_caller]
    fn after<'a>(found: &'a Assignment, path: &str) -> &'a str {
        match found.changes.iter().find(|change| change.path == path) {
            Some(change) => &change.after,
            None => panic!("{path}: {:#?}", found.changes),
        }
    }

    #[test]
    fn everything_that_speaks_of_a_draft_is_renamed() {
        let related = "related = [\"DRAFT-a\", \"DRAFT-a-b\"]\n";
        let expected = "path,verdict,issue,confidence,signature\n\
            crashes/DRAFT-a-1.txt,match,DRAFT-a,0.95,main\ncrashes/DRAFT-a-b-1.txt,none,,,\n";
        let found = assigned(
            &[
                ("issues/DRAFT-a.md", issue("DRAFT-a", "test", "")),
                ("issues/DRAFT-a-b.md", issue("DRAFT-a-b", "draft", related)),
                ("crashes/DRAFT-a-1.txt", "EXPECT: DRAFT-a\nSOURCE: us\n\nDRAFT-a\n".to_owned()),
                ("crashes/DRAFT-a-b-1.txt", "EXPECT: DRAFT-a-b\nSOURCE: us\n\nx\n".to_owned()),
                ("near/DRAFT-a-x.txt", "EXPECT: not DRAFT-a\nSOURCE: us\n\nx\n".to_owned()),
                ("near/other.txt", "EXPECT: not DRAFT-a\nSOURCE: us\n\ny\n".to_owned()),
                ("expected.csv", expected.to_owned()),
            ],
            &[],
        );
        let paths: Vec<&str> = found.changes.iter().map(|change| change.path.as_str()).collect();
        let expected_paths = [
            "crashes/TEAM-0001-1.txt",
            "issues/DRAFT-a-b.md",
            "issues/TEAM-0001.md",
            "near/TEAM-0001-x.txt",
            "near/other.txt",
            "expected.csv",
            "ids.lock",
        ];
        assert_eq!(paths, expected_paths);
        // The words of a person and the crash stay as they are.
        let wanted = issue("DRAFT-a", "test", "").replacen("\"DRAFT-a\"", "\"TEAM-0001\"", 1);
        assert_eq!(after(&found, "issues/TEAM-0001.md"), wanted);
        assert!(after(&found, "issues/DRAFT-a-b.md").contains("[\"TEAM-0001\", \"DRAFT-a-b\"]"));
        assert_eq!(
            after(&found, "crashes/TEAM-0001-1.txt"),
            "EXPECT: TEAM-0001\nSOURCE: us\n\nDRAFT-a\n"
        );
        assert!(after(&found, "near/other.txt").starts_with("EXPECT: not TEAM-0001\n"));
        let answers = after(&found, "expected.csv");
        assert!(answers.contains("crashes/TEAM-0001-1.txt,match,TEAM-0001,"), "{answers}");
        assert!(answers.contains("crashes/DRAFT-a-b-1.txt,none,"), "{answers}");
        assert!(after(&found, "ids.lock").ends_with("TEAM-0001 2026-11-23 DRAFT-a\n"));
    }
}
