//! `psod-match kb show`: one known issue.

use psod_match::kb::{FixBuild, Issue, KnowledgeBase};
use psod_match::message::Catalog;
use psod_match::report::wrapped_list;
use serde_json::json;

use super::super::Status;
use super::super::args::Format;
use super::super::output::Output;
use super::list::summary;

pub fn show(kb: &KnowledgeBase, id: &str, output: &mut Output) -> anyhow::Result<Status> {
    let Some(issue) = kb.issues.get(id) else {
        let like = |known: &&String| strsim::jaro_winkler(known, id) > 0.9;
        let hint = kb.issues.keys().find(like).map(|id| format!(", did you mean {id}?"));
        anyhow::bail!(
            "there is no issue {id}{}",
            hint.unwrap_or_else(|| "; `psod-match kb list` lists them".into())
        );
    };
    match output.format {
        Format::Json => {
            let mut value = summary(issue, kb);
            value["cause"] = json!(issue.cause);
            value["fix"] = json!({
                "text": issue.fix_text,
                "workaround": issue.workaround,
                "builds": issue.fix.builds,
                "components": issue.fix.components,
            });
            value["affected"] =
                json!({ "lines": issue.affected.lines, "text": issue.affected.text });
            output.json(&value)?;
        }
        Format::Text | Format::Markdown | Format::Html => output.text(&issue_text(issue, kb))?,
    }
    Ok(Status::Good)
}

/// One issue as Markdown that reads well on a terminal too.
fn issue_text(issue: &Issue, kb: &KnowledgeBase) -> String {
    let label = |key: &str| Catalog::english().text(key, &[]);
    let mut text = format!("# {}: {}\n\n", issue.id, issue.title);
    let mut item = |name: &str, value: &str| {
        if !value.is_empty() {
            text.push_str(&wrapped_list("- ", &format!("{name}: {value}")));
        }
    };
    item(&label("label-status"), &format!("{}, {}", issue.status.as_str(), issue.created));
    item(
        &label("label-affected"),
        &[issue.affected.lines.join(", "), issue.affected.text.clone()].join(" "),
    );
    for article in &issue.articles {
        item(&label("label-article"), &format!("{} {}", article.id, article.url));
    }
    for fix in &issue.fix.builds {
        item(&label("label-fixed-by"), &fix_text(fix, kb));
    }
    for component in &issue.fix.components {
        item(&label("label-fixed-by"), &format!("{} {}", component.name, component.version));
    }
    for signature in &issue.signatures {
        let parts = [&signature.kinds, &signature.worlds, &signature.messages, &signature.logs];
        let frames: Vec<String> = signature.wanted_frames().map(ToString::to_string).collect();
        let parts = parts.into_iter().chain([&frames]).filter(|part| !part.is_empty());
        let parts: Vec<String> = parts.map(|part| part.join(", ")).collect();
        item(&format!("{} {}", label("label-signature"), signature.name), &parts.join("; "));
    }
    for exemplar in kb.exemplars_of(&issue.id) {
        item(&label("label-crash"), &format!("{} ({})", exemplar.path, exemplar.source));
    }
    let sections = [
        ("Cause", &issue.cause),
        ("Fix", &issue.fix_text),
        ("Workaround", &issue.workaround),
        ("Notes", &issue.notes),
    ];
    for (heading, body) in sections.iter().filter(|(_, body)| !body.is_empty()) {
        text.push_str(&format!("\n## {heading}\n\n{body}\n"));
    }
    text
}

fn fix_text(fix: &FixBuild, kb: &KnowledgeBase) -> String {
    let listed = kb.releases.by_name(&fix.line, &fix.name).map(|entry| entry.build);
    match fix.build.or(listed) {
        Some(build) => format!("{} ({build})", fix.name),
        None => fix.name.clone(),
    }
}
