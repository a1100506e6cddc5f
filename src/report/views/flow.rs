//! What is to do, which issues are near, and what a knowledge base holds, as published.

use schemars::JsonSchema;
use serde::Serialize;

use super::clusters::{cluster_name, title};
use super::envelope::{SCHEMA, tool};
use crate::curate::{KbStats, Logged, NearIssue, Shared, Todo};
use crate::kb::{KnowledgeBase, Status};
use crate::message::Catalog;

/// Something that a curator could do, with the command that does it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct TodoReport {
    /// Version of this format; it changes when a field changes its meaning.
    pub schema: u32,
    /// Version of psod-match.
    pub tool: String,
    /// `unmatched`, `reopened`, `regressed`, `never-hit`, `old-review` or `lead`.
    pub kind: &'static str,
    /// The cluster, issue, crash or article that it is about.
    pub about: String,
    /// What is to be known about it.
    pub text: String,
    /// Recorded crashes that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crashes: Option<usize>,
    /// Their known hosts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hosts: Option<usize>,
    /// The last day of one of them, or the day of the review.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day: Option<String>,
    /// The command that does it, or with which it begins.
    pub command: String,
}

/// A part of a sentence for a person, and the command for it.
struct TodoWords {
    kind: &'static str,
    about: String,
    values: Vec<(&'static str, String)>,
    command: String,
}

impl TodoReport {
    /// The published form of something to do.
    pub fn new(todo: &Todo, kb: &KnowledgeBase, catalog: &Catalog) -> Self {
        let words = words_of(todo, kb, catalog);
        let TodoWords { kind, about, values, command } = words;
        let own = [("about", about.as_str())];
        let values: Vec<(&str, &str)> =
            values.iter().map(|(name, value)| (*name, value.as_str())).chain(own).collect();
        let text = catalog.text(&format!("todo-{kind}"), &values);
        let (crashes, hosts, day) = match todo {
            Todo::Unmatched(one) => (Some(one.crashes), Some(one.hosts), Some(one.last.clone())),
            Todo::Lead { crashes, .. } => (Some(*crashes), None, None),
            Todo::OldReview { day, .. } => (None, None, Some(day.clone())),
            _ => (None, None, None),
        };
        Self { schema: SCHEMA, tool: tool(), kind, about, text, crashes, hosts, day, command }
    }
}

fn words_of(todo: &Todo, kb: &KnowledgeBase, catalog: &Catalog) -> TodoWords {
    match todo {
        Todo::Unmatched(one) => {
            let name = one.number.map(cluster_name);
            let command = match &name {
                Some(name) => format!("psod-match kb draft {name}"),
                None => format!("psod-match ledger show {}", one.middle),
            };
            let values = vec![
                ("title", title(&one.title, catalog)),
                ("crashes", one.crashes.to_string()),
                ("hosts", one.hosts.to_string()),
                ("last", one.last.clone()),
            ];
            let about = name.unwrap_or_else(|| one.middle.clone());
            TodoWords { kind: "unmatched", about, values, command }
        }
        Todo::Reopened(one) => {
            let about = cluster_name(one.cluster);
            let crash = one.crash.to_string();
            let command = format!("psod-match ledger show {about}");
            let values = regression_values(&one.issue, &one.fix, one.build, crash);
            TodoWords { kind: "reopened", about, values, command }
        }
        Todo::Regressed(one) => {
            let values = regression_values(&one.issue, &one.fix, one.build, one.crash.clone());
            let command = format!("psod-match ledger show {}", one.crash);
            TodoWords { kind: "regressed", about: one.crash.clone(), values, command }
        }
        Todo::NeverHit(issue) => {
            let command = format!("psod-match kb review {issue}");
            let values = vec![("title", title_of(issue, kb, catalog))];
            TodoWords { kind: "never-hit", about: issue.clone(), values, command }
        }
        Todo::OldReview { issue, day } => {
            let command = format!("psod-match kb review {issue}");
            let values = vec![("title", title_of(issue, kb, catalog)), ("day", day.clone())];
            TodoWords { kind: "old-review", about: issue.clone(), values, command }
        }
        Todo::Lead { number, crashes } => {
            let lead = kb.leads.get(number);
            let words = lead.map_or(String::new(), |lead| {
                catalog.chosen(lead.title.clone(), lead.title_ja.clone())
            });
            let values = vec![("title", words), ("crashes", crashes.to_string())];
            let command = format!("psod-match kb search {number}");
            TodoWords { kind: "lead", about: number.clone(), values, command }
        }
    }
}

fn regression_values(
    issue: &str,
    fix: &str,
    build: u32,
    crash: String,
) -> Vec<(&'static str, String)> {
    let (issue, fix) = (issue.to_owned(), fix.to_owned());
    vec![("issue", issue), ("fix", fix), ("build", build.to_string()), ("crash", crash)]
}

fn title_of(id: &str, kb: &KnowledgeBase, catalog: &Catalog) -> String {
    kb.issues.get(id).map_or(String::new(), |issue| {
        catalog.chosen(issue.title.clone(), issue.japanese.title.clone())
    })
}

/// A list of what is to do, each kind cut at a bound.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct TodoPage {
    /// What is shown.
    pub todos: Vec<TodoReport>,
    /// How many more there are of each kind.
    pub more: Vec<(&'static str, usize)>,
}

impl TodoPage {
    /// The list with `most` of each kind.
    pub fn new(all: Vec<TodoReport>, most: usize) -> Self {
        let mut page = Self { todos: Vec::new(), more: Vec::new() };
        for todo in all {
            let shown = page.todos.iter().filter(|other| other.kind == todo.kind).count();
            if shown < most {
                page.todos.push(todo);
                continue;
            }
            match page.more.iter_mut().find(|(kind, _)| *kind == todo.kind) {
                Some((_, count)) => *count += 1,
                None => page.more.push((todo.kind, 1)),
            }
        }
        page
    }
}

/// A known issue that is near a crash or another issue.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct NearReport {
    /// Version of this format; it changes when a field changes its meaning.
    pub schema: u32,
    /// Version of psod-match.
    pub tool: String,
    /// What it is near: the issue or the crash.
    pub of: String,
    /// The near issue.
    pub issue: String,
    /// Its title.
    pub title: String,
    /// Its status.
    pub status: Status,
    /// Its confidence for the crash, 0 to 1.
    pub confidence: f64,
    /// The crash text by which it is near an issue; absent where it only shares something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crash: Option<String>,
    /// The articles that both cite.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub articles: Vec<String>,
    /// The fixes that both name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fixes: Vec<String>,
    /// The frames that it looks for, side by side with the crash.
    pub frames: Vec<NearFrame>,
}

/// A frame that an issue looks for.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct NearFrame {
    /// As the signature or the crash text of the near issue has it.
    pub wanted: String,
    /// The function of the crash that corresponds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub printed: Option<String>,
}

impl NearReport {
    /// The published form of an issue that is near `of`.
    pub fn new(near: &NearIssue, of: &str, kb: &KnowledgeBase, catalog: &Catalog) -> Self {
        let frames = near.rows.iter().map(|(wanted, printed)| NearFrame {
            wanted: wanted.clone(),
            printed: printed.clone(),
        });
        let mut report = Self {
            schema: SCHEMA,
            tool: tool(),
            of: of.to_owned(),
            issue: near.issue.clone(),
            title: title_of(&near.issue, kb, catalog),
            status: kb.issues.get(&near.issue).map(|issue| issue.status).unwrap_or_default(),
            confidence: (near.confidence * 1000.0).round() / 1000.0,
            crash: near.crash.clone(),
            articles: Vec::new(),
            fixes: Vec::new(),
            frames: frames.collect(),
        };
        for shared in &near.shares {
            match shared {
                Shared::Article(number) => report.articles.push(number.clone()),
                Shared::Fix(fix) => report.fixes.push(fix.clone()),
            }
        }
        report
    }
}

/// The numbers of a knowledge base.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct StatsReport {
    /// Version of this format; it changes when a field changes its meaning.
    pub schema: u32,
    /// Version of psod-match.
    pub tool: String,
    /// All files.
    pub all: KbStats,
    /// Those of the team; absent without --kb.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own: Option<KbStats>,
}

impl StatsReport {
    /// The published form of these numbers.
    pub fn new(all: KbStats, own: Option<KbStats>) -> Self {
        Self { schema: SCHEMA, tool: tool(), all, own }
    }
}

/// One change of an issue between two states.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct LoggedReport {
    /// Version of this format; it changes when a field changes its meaning.
    pub schema: u32,
    /// Version of psod-match.
    pub tool: String,
    /// The change.
    #[serde(flatten)]
    pub logged: Logged,
}

impl LoggedReport {
    /// The published form of a change.
    pub fn new(logged: Logged) -> Self {
        Self { schema: SCHEMA, tool: tool(), logged }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn todo(issue: &str) -> TodoReport {
        let todo = Todo::NeverHit(issue.to_owned());
        TodoReport::new(&todo, &KnowledgeBase::default(), Catalog::english())
    }

    #[test]
    fn what_a_bound_cuts_is_counted() {
        let all = vec![todo("KB1"), todo("KB2"), todo("KB3")];
        let page = TodoPage::new(all, 1);
        assert_eq!((page.todos.len(), page.more), (1, vec![("never-hit", 2)]));
        assert_eq!(page.todos[0].command, "psod-match kb review KB1");
    }
}
