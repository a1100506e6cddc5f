//! Parts of a card as single lines, for the page of a terminal, the page of the site and the table.

use super::card::{Card, CrashText, FrameCard};
use super::fixes::LineFix;
use super::site::ChosenText;
use crate::kb::{AffectedBuilds, Component};
use crate::matching::FrameWorth;
use crate::message::Catalog;

/// Lists the facts of a card with the keys of their labels. A page without links has `modules`
/// and `lines` among them.
pub(super) fn facts(
    card: &Card,
    [modules, lines]: [&[String]; 2],
    catalog: &Catalog,
) -> Vec<(&'static str, String)> {
    let mut facts = vec![("label-status", status(card, catalog))];
    if let Some(code) = &card.strength {
        let meaning = catalog.text(&format!("strength-{code}"), &[]);
        facts.push(("label-strength", format!("{code}: {meaning}")));
    }
    facts.push(("label-kind", card.kinds.join(", ")));
    facts.push(("label-modules", modules.join(", ")));
    let affected = [lines.join(", "), card.affected.text.clone()].into_iter();
    let bounds = card.affected.builds.iter().map(build_range);
    let parts = card.affected.components.iter().map(component);
    facts.extend(affected.chain(bounds).chain(parts).map(|text| ("label-affected", text)));
    facts.retain(|(_, value)| !value.is_empty());
    facts
}

fn status(card: &Card, catalog: &Catalog) -> String {
    let Card { status, author, created, .. } = card;
    let values = [("status", status.as_str()), ("author", author), ("created", created)];
    catalog.text("card-status", &values)
}

/// Prints `7.0.3: 20036589 - 20842708`; an open end is empty.
fn build_range(bounds: &AffectedBuilds) -> String {
    let [first, last] = [bounds.first, bounds.last]
        .map(|bound| bound.map(|build| build.to_string()).unwrap_or_default());
    format!("{}: {first} - {last}", bounds.line)
}

/// The heading of the text below which the fixed builds are listed.
pub(super) const FIX: &str = "heading-fix";

/// Lists the texts of a card that are not empty, with the keys of their headings.
pub(super) fn texts(
    card: &Card,
    catalog: &Catalog,
) -> impl Iterator<Item = (&'static str, ChosenText)> {
    let fix = &card.fix;
    let texts = [
        ("heading-cause", ChosenText::new(catalog, &card.cause, &card.cause_ja)),
        (FIX, ChosenText::new(catalog, &fix.text, &fix.text_ja)),
        ("heading-workaround", ChosenText::new(catalog, &fix.workaround, &fix.workaround_ja)),
        ("heading-notes", ChosenText::new(catalog, &card.notes, &card.notes_ja)),
    ];
    texts.into_iter().filter(|(_, text)| !text.text.is_empty())
}

/// Lists the crash texts of a card below the keys of their headings, without empty lists.
pub(super) fn crash_lists(card: &Card) -> impl Iterator<Item = (&'static str, &[CrashText])> {
    let lists = [
        ("heading-crash-texts", card.crashes.as_slice()),
        ("heading-near-misses", card.near_misses.as_slice()),
    ];
    lists.into_iter().filter(|(_, crashes)| !crashes.is_empty())
}

/// The label of the frames of each worth.
const WORTHS: &[(FrameWorth, &str)] = &[
    (FrameWorth::Telling, "label-telling"),
    (FrameWorth::Shared, "label-shared"),
    (FrameWorth::Plumbing, "label-plumbing"),
];

/// Lists the frames of each worth below the key of its label, each with the other issues that know
/// it.
pub(super) fn worth_rows(frames: &[FrameCard]) -> Vec<(&'static str, Vec<String>)> {
    let rows = WORTHS.iter().map(|(worth, label)| {
        let frames = frames.iter().filter(|frame| frame.worth == *worth);
        (*label, frames.map(worth_text).collect::<Vec<String>>())
    });
    rows.filter(|(_, frames)| !frames.is_empty()).collect()
}

/// Prints `Heap_Free (KB1, KB2, +7)`.
fn worth_text(frame: &FrameCard) -> String {
    const MAX_ISSUES: usize = 3;
    let FrameCard { function, shared_with, .. } = frame;
    if shared_with.is_empty() {
        return function.clone();
    }
    let mut others: Vec<String> = shared_with.iter().take(MAX_ISSUES).cloned().collect();
    let more = shared_with.len() - others.len();
    if more > 0 {
        others.push(format!("+{more}"));
    }
    format!("{function} ({})", others.join(", "))
}

/// Names the builds and components with the fix.
pub(super) fn fix_rows(card: &Card, catalog: &Catalog) -> Vec<String> {
    let components = card.fix.components.iter().map(component);
    fix_lines(card, catalog).into_iter().chain(components).collect()
}

/// Names a driver, firmware or plug-in.
pub(super) fn component(component: &Component) -> String {
    format!("{} {} {}", component.kind, component.name, component.version).trim_end().to_owned()
}

/// Names the build with the fix for each affected line. Lines without a fix of their own that are
/// sent to the same later build share a sentence.
fn fix_lines(card: &Card, catalog: &Catalog) -> Vec<String> {
    let mut groups: Vec<(Vec<&str>, &LineFix)> = Vec::new();
    for fix in &card.fix.lines {
        match groups.last_mut() {
            Some((lines, last)) if !fix.is_own() && !last.is_own() && last.build == fix.build => {
                lines.push(&fix.line);
            }
            _ => groups.push((vec![&fix.line], fix)),
        }
    }
    groups.iter().map(|(lines, fix)| fix_line(lines, fix, catalog)).collect()
}

fn fix_line(lines: &[&str], fix: &LineFix, catalog: &Catalog) -> String {
    let key = if fix.is_own() { "card-fix-own" } else { "card-fix-later" };
    let date = if fix.date.is_empty() { String::new() } else { format!(", {}", fix.date) };
    let release = format!("{}{date}", fix.release());
    catalog.text(key, &[("lines", &lines.join(", ")), ("release", &release)])
}
