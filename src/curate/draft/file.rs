//! The files of a draft.

use std::fmt::Write;

use super::{DraftCrash, DraftRequest};
use crate::crash::Crash;
use crate::diagnose::{one_line, quoted, screen_text};
use crate::kb::{Exemplar, FramePattern, Signature};

/// A file of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DraftFile {
    /// Path inside the knowledge base.
    pub path: String,
    /// Its content.
    pub text: String,
}

/// What the files of a draft are made of.
#[derive(Clone, Copy)]
pub(super) struct DraftText<'a> {
    pub id: &'a str,
    pub request: &'a DraftRequest<'a>,
    pub signature: &'a Signature,
}

/// The issue file.
pub(super) fn issue_file(draft: &DraftText<'_>) -> DraftFile {
    let DraftText { id, request, signature } = draft;
    let mut text = format!(
        "+++\nschema = 1\nid = {}\ntitle = {}\nstatus = \"draft\"\nauthor = {}\ncreated = {}\n",
        quoted(id),
        quoted(&title(signature)),
        quoted(request.author),
        request.created
    );
    text.push_str("\n# Cause and Fix below are empty: write what is known. Name the fix under\n");
    text.push_str(
        "# [[fix.builds]] or [[fix.components]], and take this table out, once there is one.\n",
    );
    text.push_str("[fix]\nunknown = true\n");
    let lines = lines_of(request.crashes);
    if !lines.is_empty() {
        let _ = writeln!(
            text,
            "\n# Seen on {}: write [affected] once it is known how far it goes.",
            lines.join(", ")
        );
    }
    let _ = write!(text, "\n[[signatures]]\nname = {}\n", quoted(&signature.name));
    let words = [("kinds", &signature.kinds), ("messages", &signature.messages)];
    for (key, values) in words.into_iter().filter(|(_, values)| !values.is_empty()) {
        let _ = writeln!(text, "{key} = {}", list(values, |value| quoted(value)));
    }
    if !signature.sources.is_empty() {
        let sources = list(&signature.sources, |place| quoted(&String::from(place.clone())));
        let _ = writeln!(text, "sources = {sources}");
    }
    if !signature.frames.is_empty() {
        let _ = writeln!(text, "frames = {}", list(&signature.frames, frame_text));
    }
    if let Some(check) =
        signature.machine_check.as_ref().and_then(|check| toml::Value::try_from(check).ok())
    {
        let _ = writeln!(text, "machine_check = {check}");
    }
    text.push_str("+++\n\n## Cause\n\n## Fix\n");
    DraftFile { path: format!("issues/{id}.md"), text }
}

/// Items in brackets: one a line where they are many.
fn list<T>(items: &[T], text: impl Fn(&T) -> String) -> String {
    const WIDTH: usize = 80;
    let items: Vec<String> = items.iter().map(text).collect();
    let line = format!("[{}]", items.join(", "));
    if line.len() < WIDTH {
        return line;
    }
    let lines: String = items.iter().map(|item| format!("    {item},\n")).collect();
    format!("[\n{lines}]")
}

fn frame_text(frame: &FramePattern) -> String {
    let Some(version) = &frame.version else { return quoted(&frame.to_string()) };
    let module = frame.module.as_deref().unwrap_or("*");
    let parts = [("function", frame.function.as_str()), ("module", module), ("version", version)];
    let parts = parts.map(|(key, value)| format!("{key} = {}", quoted(value)));
    format!("{{ {} }}", parts.join(", "))
}

/// `page-fault in acme_Poll`.
fn title(signature: &Signature) -> String {
    let kind = signature.kinds.first().map(String::as_str);
    let frame = signature.frames.first().map(|frame| frame.function.clone());
    let message = signature.messages.first().map(|text| text.replace(['{', '}', '*'], ""));
    match (kind, frame.or(message)) {
        (Some(kind), Some(place)) => format!("{kind} in {}", one_line(&place)),
        (Some(kind), None) => format!("{kind} of one kind"),
        (None, place) => place.unwrap_or_else(|| "unknown crash".to_owned()),
    }
}

/// The update lines of the hosts.
fn lines_of(crashes: &[DraftCrash]) -> Vec<String> {
    let lines = crashes.iter().filter_map(|crash| crash.subject.host.line.clone());
    let mut lines: Vec<String> = lines.collect();
    lines.sort();
    lines.dedup();
    lines
}

/// The crash text of the crash at `place`.
pub(super) fn crash_file(draft: &DraftText<'_>, place: usize, path: &str) -> DraftFile {
    let crash = &draft.request.crashes[place].subject.crash;
    DraftFile { path: path.to_owned(), text: crash_text(draft, draft.id, crash) }
}

/// The near miss that `other` is.
pub(super) fn near_file(draft: &DraftText<'_>, other: &DraftCrash) -> DraftFile {
    let text = crash_text(draft, &format!("not {}", draft.id), &other.subject.crash);
    DraftFile { path: format!("near/{}-1.txt", draft.id), text }
}

/// A crash with its header, private strings replaced.
fn crash_text(draft: &DraftText<'_>, expectation: &str, crash: &Crash) -> String {
    let DraftRequest { source, secret, .. } = draft.request;
    Exemplar::text_with(expectation, source, &screen_text(crash, Some(*secret)))
}
