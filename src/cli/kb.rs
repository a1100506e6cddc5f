//! `psod-match kb …`: check, list, show and compile known issues.

use psod_match::kb::{Article, FixBuild, Issue, KnowledgeBase, Rarity};
use psod_match::message::Catalog;
use psod_match::read::crashes_in_text;
use psod_match::report::wrapped_list;
use psod_match::signature::{CrashKeys, assign_roles};
use serde_json::json;

use super::args::{Common, Format, KbCommand};
use super::output::Output;
use super::{Status, compiled, kb_test, lint, sources};

/// Runs one command about the knowledge base.
pub fn run(command: KbCommand, common: &Common, output: &mut Output) -> anyhow::Result<Status> {
    let kb = KnowledgeBase::read(&sources(common)?)?;
    match command {
        KbCommand::Lint(arguments) => lint::run(&kb, &arguments, common, output),
        KbCommand::Test(arguments) => kb_test::run(&kb, &arguments, common, output),
        KbCommand::List => list(&kb, output),
        KbCommand::Show { id } => show(&kb, &id, output),
        KbCommand::Build => build(&kb, common, output),
        KbCommand::Rarity => rarity(&kb, output),
    }
}

fn list(kb: &KnowledgeBase, output: &mut Output) -> anyhow::Result<Status> {
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

fn summary(issue: &Issue, kb: &KnowledgeBase) -> serde_json::Value {
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

fn show(kb: &KnowledgeBase, id: &str, output: &mut Output) -> anyhow::Result<Status> {
    let issue = find(kb, id)?;
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

/// The issue with this id, or with an article of this number.
pub fn find<'a>(kb: &'a KnowledgeBase, id: &str) -> anyhow::Result<&'a Issue> {
    let cites = |issue: &&Issue| {
        let number =
            |article: &Article| article.id == id || article.legacy_id.as_deref() == Some(id);
        issue.articles.iter().any(number)
    };
    let found = kb.issues.get(id).or_else(|| kb.issues.values().find(cites));
    found.ok_or_else(|| {
        let like = |known: &&String| strsim::jaro_winkler(known, id) > 0.9;
        let hint = kb.issues.keys().find(like).map(|id| format!(", did you mean {id}?"));
        let hint = hint.unwrap_or_else(|| "; `psod-match kb list` lists them".into());
        anyhow::anyhow!("there is no issue {id}{hint}")
    })
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

fn build(kb: &KnowledgeBase, common: &Common, output: &mut Output) -> anyhow::Result<Status> {
    let compiled = compiled(common)?;
    let directory = compiled.directory.as_ref().map(|path| path.display().to_string());
    if output.format == Format::Json {
        output.json(&json!({
            "kb": compiled.digest,
            "directory": directory,
            "fresh": compiled.fresh,
            "issues": kb.issues.len(),
            "crashes": kb.exemplars.len(),
        }))?;
        return Ok(Status::Good);
    }
    let issues = kb.issues.len().to_string();
    let place = directory.unwrap_or_else(|| Catalog::english().text("build-in-memory", &[]));
    let key = if compiled.fresh { "build-fresh" } else { "build-present" };
    let values = [("issues", issues.as_str()), ("place", &place), ("digest", &compiled.digest)];
    output.text(&format!("{}\n", Catalog::english().text(key, &values)))?;
    Ok(Status::Good)
}

/// Counts functions over issues and unknown crashes: all crashes of an issue are one stack.
fn rarity(kb: &KnowledgeBase, output: &mut Output) -> anyhow::Result<Status> {
    let mut stacks: std::collections::BTreeMap<&str, Vec<String>> = Default::default();
    for exemplar in kb.exemplars.values() {
        let stack = stacks.entry(exemplar.issue().unwrap_or(&exemplar.path)).or_default();
        for mut found in crashes_in_text(&exemplar.text) {
            assign_roles(&mut found.crash, &kb.lists);
            let keys = CrashKeys::of(&found.crash);
            let frames = keys.frames.into_iter().chain(keys.reporter_frames);
            stack.extend(frames.map(|frame| frame.function));
        }
    }
    stacks.retain(|_, functions| !functions.is_empty());
    let stacks = stacks.values().map(|stack| stack.iter().map(String::as_str).collect());
    output.raw(Rarity::count(stacks).to_csv().as_bytes())?;
    Ok(Status::Good)
}
