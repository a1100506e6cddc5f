//! Parts of a card as single lines, for the page of a terminal, the page of the site and the table.

use super::card::Card;
use super::fixes::LineFix;
use crate::kb::Component;
use crate::message::Catalog;

/// Returns the status with author and date.
pub(super) fn status(card: &Card, catalog: &Catalog) -> String {
    let values = [
        ("status", card.status.as_str()),
        ("author", card.author.as_str()),
        ("created", card.created.as_str()),
    ];
    catalog.text("card-status", &values)
}

/// Returns the strength with its meaning.
pub(super) fn strength(strength: &str, catalog: &Catalog) -> String {
    let key = match strength {
        "frames" => "strength-frames",
        "texts" => "strength-texts",
        _ => "strength-possible",
    };
    format!("{strength}: {}", catalog.text(key, &[]))
}

/// Names a driver, firmware or plug-in.
pub(super) fn component(component: &Component) -> String {
    format!("{} {} {}", component.kind, component.name, component.version).trim_end().to_owned()
}

/// Names the build with the fix for each affected line. Lines without a fix of their own that are
/// sent to the same later build share a sentence.
pub(super) fn fix_lines(card: &Card, catalog: &Catalog) -> Vec<String> {
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
