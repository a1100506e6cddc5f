//! What is another between two states of a knowledge base, issue by issue.

use schemars::JsonSchema;
use serde::Serialize;
use strum::IntoStaticStr;

use crate::kb::{Issue, KnowledgeBase};

/// What happened to an issue; the names are published and stay.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema, IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
#[non_exhaustive]
pub enum LoggedKind {
    /// It is new.
    Added,
    /// A draft got its id, or an issue another one.
    Renamed,
    /// Its signatures ask for something else.
    Pattern,
    /// It has another status.
    Status,
    /// It names other builds or versions with the fix, or none any more.
    Fix,
    /// Its texts, articles or affected hosts are others.
    Text,
    /// It is retired.
    Retired,
    /// Its file is gone.
    Removed,
}

impl LoggedKind {
    /// The published code.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// One thing that happened to an issue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Logged {
    /// What.
    pub kind: LoggedKind,
    /// The issue.
    pub issue: String,
    /// Its title.
    pub title: String,
    /// `draft → test`, the reason of a retirement, the former id; absent where there is nothing to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// Everything that happened between two states, by kind and then by issue.
pub fn changelog(before: &KnowledgeBase, after: &KnowledgeBase) -> Vec<Logged> {
    let mut log = Vec::new();
    for issue in issues(after) {
        match found(before, &issue.id) {
            Some(old) => log.extend(changes(old, issue)),
            None => log.push(match former(before, after, issue) {
                Some(old) => logged(LoggedKind::Renamed, issue, Some(old.id.clone())),
                None => logged(LoggedKind::Added, issue, Some(issue.status.as_str().to_owned())),
            }),
        }
    }
    for old in issues(before).filter(|old| found(after, &old.id).is_none()) {
        let is_renamed = issues(after)
            .any(|issue| former(before, after, issue).is_some_and(|one| one.id == old.id));
        if !is_renamed {
            log.push(logged(LoggedKind::Removed, old, None));
        }
    }
    log.sort_by(|one, other| (one.kind, &one.issue).cmp(&(other.kind, &other.issue)));
    log
}

fn issues(kb: &KnowledgeBase) -> impl Iterator<Item = &Issue> {
    kb.issues.values().chain(kb.retired.values())
}

fn found<'a>(kb: &'a KnowledgeBase, id: &str) -> Option<&'a Issue> {
    kb.issues.get(id).or_else(|| kb.retired.get(id))
}

/// The issue that a new one was before it got its id: one that is gone, of the same pattern and day.
fn former<'a>(
    before: &'a KnowledgeBase,
    after: &KnowledgeBase,
    issue: &Issue,
) -> Option<&'a Issue> {
    if found(before, &issue.id).is_some() {
        return None;
    }
    issues(before).find(|old| {
        found(after, &old.id).is_none()
            && old.created == issue.created
            && !old.signatures.is_empty()
            && old.signatures == issue.signatures
    })
}

fn logged(kind: LoggedKind, issue: &Issue, detail: Option<String>) -> Logged {
    Logged { kind, issue: issue.id.clone(), title: issue.title.clone(), detail }
}

fn changes(old: &Issue, new: &Issue) -> Vec<Logged> {
    use crate::kb::Status;

    let mut log = Vec::new();
    if old.pattern_digest() != new.pattern_digest() {
        let names = changed_signatures(old, new);
        log.push(logged(LoggedKind::Pattern, new, Some(names)));
    }
    if new.status != old.status {
        let (kind, detail) = if new.status == Status::Retired {
            (LoggedKind::Retired, new.retired_because.clone())
        } else {
            (LoggedKind::Status, format!("{} → {}", old.status.as_str(), new.status.as_str()))
        };
        log.push(logged(kind, new, Some(detail).filter(|detail| !detail.is_empty())));
    }
    if old.fix != new.fix {
        log.push(logged(LoggedKind::Fix, new, None));
    }
    if !has_same_texts(old, new) || old.japanese != new.japanese {
        log.push(logged(LoggedKind::Text, new, None));
    }
    log
}

fn has_same_texts(old: &Issue, new: &Issue) -> bool {
    let [old, new] = [old, new].map(|issue| {
        let Issue { title, cause, fix_text, workaround, notes, articles, affected, .. } = issue;
        ([title, cause, fix_text, workaround, notes], articles, affected)
    });
    old == new
}

/// The names of the signatures that are new, other ones, or gone.
fn changed_signatures(old: &Issue, new: &Issue) -> String {
    let all = new.signatures.iter().chain(&old.signatures);
    let changed = all.filter(|one| !(old.signatures.contains(one) && new.signatures.contains(one)));
    let mut names: Vec<&str> = changed.map(|signature| signature.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kb::{Signature, Status};

    fn issue(id: &str, status: Status, frame: &str) -> Issue {
        let frames = vec![crate::kb::FramePattern::from_word(frame)];
        let signature = Signature { name: "main".into(), frames, ..Signature::default() };
        let (id, title) = (id.to_owned(), format!("title of {id}"));
        Issue { id, title, status, signatures: vec![signature], ..Issue::default() }
    }

    fn kb(issues: &[Issue]) -> KnowledgeBase {
        let mut kb = KnowledgeBase::default();
        for issue in issues {
            let place =
                if issue.status == Status::Retired { &mut kb.retired } else { &mut kb.issues };
            place.insert(issue.id.clone(), issue.clone());
        }
        kb
    }

    #[track_caller]
    fn check(before: &[Issue], after: &[Issue], expected: &[&str]) {
        let log = changelog(&kb(before), &kb(after));
        let found = log.iter().map(|one| {
            let detail = one.detail.as_deref().unwrap_or("-");
            format!("{} {} {detail}", one.kind.as_str(), one.issue)
        });
        assert_eq!(found.collect::<Vec<_>>(), expected);
    }

    fn one() -> Issue {
        issue("KB1", Status::Test, "A")
    }

    #[test]
    fn each_change_of_an_issue_is_told_once() {
        use Status::{Draft, Retired, Reviewed, Test};
        check(&[one()], &[one()], &[]);
        check(&[], &[one()], &["added KB1 test"]);
        check(&[one()], &[], &["removed KB1 -"]);
        check(&[one()], &[issue("KB1", Test, "B")], &["pattern KB1 main"]);
        check(&[one()], &[issue("KB1", Reviewed, "A")], &["status KB1 test → reviewed"]);
        let gone = Issue { retired_because: "another one".into(), ..issue("KB1", Retired, "A") };
        check(&[one()], &[gone], &["retired KB1 another one"]);
        let told = Issue { cause: "A bug.".into(), ..one() };
        check(&[one()], &[told], &["text KB1 -"]);
        let mut fixed = one();
        fixed.fix.unknown = true;
        check(&[one()], &[fixed], &["fix KB1 -"]);
        let draft = issue("DRAFT-a", Draft, "C");
        let given = Issue { title: draft.title.clone(), ..issue("TEAM-0001", Test, "C") };
        check(&[draft], &[given], &["renamed TEAM-0001 DRAFT-a"]);
    }
}
