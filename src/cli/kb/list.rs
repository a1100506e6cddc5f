//! `psod-match kb list`: the known issues, a line each.

use psod_match::kb::{Issue, KnowledgeBase};
use serde_json::json;

use super::super::Status;
use super::super::args::Format;
use super::super::output::Output;

pub fn list(kb: &KnowledgeBase, output: &mut Output) -> anyhow::Result<Status> {
    if output.format == Format::Json {
        for issue in kb.issues.values() {
            output.json(&summary(issue, kb))?;
        }
        return Ok(Status::Good);
    }
    let rows = kb.issues.values().map(|issue| {
        let crashes = kb.exemplars_of(&issue.id).count().to_string();
        vec![issue.id.clone(), issue.status.as_str().to_owned(), crashes, issue.title.clone()]
    });
    output.table(&["id", "status", "crashes", "title"], rows.collect())?;
    Ok(Status::Good)
}

/// An issue in short, for the lists and at the top of its card.
pub fn summary(issue: &Issue, kb: &KnowledgeBase) -> serde_json::Value {
    let crashes: Vec<&str> = kb.exemplars_of(&issue.id).map(|e| e.path.as_str()).collect();
    let signatures: Vec<&str> = issue.signatures.iter().map(|s| s.name.as_str()).collect();
    json!({
        "id": issue.id,
        "title": issue.title,
        "status": issue.status,
        "articles": issue.articles,
        "signatures": signatures,
        "crashes": crashes,
    })
}
