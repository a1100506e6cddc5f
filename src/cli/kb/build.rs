//! `psod-match kb build`: compiles the knowledge base into the cache directory.

use psod_match::kb::KnowledgeBase;
use psod_match::message::Catalog;
use psod_match::text::escape_terminal;
use serde_json::json;

use super::super::args::Format;
use super::super::{Ending, Session};

/// Compiles the knowledge base, and prints its place and digest.
pub fn build(kb: &KnowledgeBase, session: &mut Session<'_>) -> anyhow::Result<Ending> {
    let compiled = session.compiled()?;
    let file = compiled.opening.file.as_ref().map(|path| path.display().to_string());
    if session.output.format == Format::Json {
        session.output.json(&json!({
            "kb": compiled.digest,
            "file": file,
            "fresh": compiled.opening.fresh,
            "issues": kb.issues.len(),
            "crashes": kb.exemplars.len(),
        }))?;
        return Ok(Ending::Good);
    }
    let issues = kb.issues.len().to_string();
    let place = file.unwrap_or_else(|| Catalog::english().text("build-in-memory", &[]));
    let key = if compiled.opening.fresh { "build-fresh" } else { "build-present" };
    let values = [("issues", issues.as_str()), ("place", &place), ("digest", &compiled.digest)];
    let text = Catalog::english().text(key, &values);
    session.output.text(&format!("{}\n", escape_terminal(&text)))?;
    Ok(Ending::Good)
}
