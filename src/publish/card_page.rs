//! A card as headings, fields and paragraphs, and as a page of its own.

use super::card::{Card, CrashText, SignatureCard};
use super::site::issue_page;
use crate::kb::Component;
use crate::message::Catalog;
use crate::report::{Block, Printed, Tone, article};

impl Printed for Card {
    fn page(&self, catalog: &Catalog, _: bool) -> Vec<Block> {
        let title = catalog.chosen(self.title.clone(), self.title_ja.clone());
        let mut blocks = vec![Block::Title(format!("{}: {title}", self.id))];
        blocks.extend(head_fields(self, catalog));
        let chosen =
            |english: &str, japanese: &str| catalog.chosen(english.to_owned(), japanese.to_owned());
        let texts = [
            ("heading-cause", chosen(&self.cause, &self.cause_ja)),
            ("heading-fix", chosen(&self.fix.text, &self.fix.text_ja)),
            ("heading-workaround", chosen(&self.fix.workaround, &self.fix.workaround_ja)),
            ("heading-notes", self.notes.clone()),
        ];
        for (heading, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
            blocks.push(Block::Heading(catalog.text(heading, &[]), Tone::Plain));
            blocks.push(Block::Paragraph(text));
            if heading == "heading-fix" {
                blocks.extend(fix_fields(self, catalog));
            }
        }
        for signature in &self.signatures {
            blocks.extend(signature_blocks(signature, catalog));
        }
        blocks.extend(list(catalog, "heading-crash-texts", crash_lines(&self.crashes)));
        blocks.extend(list(catalog, "heading-near-misses", crash_lines(&self.near_misses)));
        let related = self
            .related
            .iter()
            .map(|other| format!("{}: {}", other.id, chosen(&other.title, &other.title_ja)));
        blocks.extend(list(catalog, "heading-related", related.collect()));
        blocks
    }

    fn html(&self, catalog: &Catalog) -> Option<String> {
        Some(issue_page(self, catalog))
    }
}

fn head_fields(card: &Card, catalog: &Catalog) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut add = |label: &'static str, value: String| {
        if !value.is_empty() {
            blocks.push(Block::Field(label, value));
        }
    };
    add("label-status", status(card, catalog));
    if let Some(strength) = &card.strength {
        add("label-strength", strength_text(strength, catalog));
    }
    add("label-kind", card.kinds.join(", "));
    add("label-modules", card.modules.join(", "));
    add("label-affected", card.affected.lines.join(", "));
    add("label-affected", card.affected.text.clone());
    for range in &card.affected.builds {
        add("label-affected", range.text());
    }
    for part in &card.affected.components {
        add("label-affected", component(part));
    }
    blocks.extend(card.articles.iter().map(article));
    blocks
}

/// The status with author and date.
pub(super) fn status(card: &Card, catalog: &Catalog) -> String {
    let values = [
        ("status", card.status.as_str()),
        ("author", card.author.as_str()),
        ("created", card.created.as_str()),
    ];
    catalog.text("card-status", &values)
}

/// The strength with what it means.
pub(super) fn strength_text(strength: &str, catalog: &Catalog) -> String {
    let key = match strength {
        "frames" => "strength-frames",
        "texts" => "strength-texts",
        _ => "strength-possible",
    };
    format!("{strength}: {}", catalog.text(key, &[]))
}

/// A driver, firmware or plug-in in one line.
pub(super) fn component(component: &Component) -> String {
    format!("{} {} {}", component.kind, component.name, component.version).trim_end().to_owned()
}

/// One field for each line; lines that are sent to the same later one share theirs.
fn fix_fields(card: &Card, catalog: &Catalog) -> Vec<Block> {
    let text = |line: &str| Block::Field("label-fix", line.to_owned());
    let mut blocks: Vec<Block> = fix_lines(card, catalog).iter().map(|line| text(line)).collect();
    blocks.extend(card.fix.components.iter().map(|part| text(&component(part))));
    blocks
}

/// Which build each affected line is to be brought to, a sentence a group of lines.
pub(super) fn fix_lines(card: &Card, catalog: &Catalog) -> Vec<String> {
    let mut groups: Vec<(Vec<&str>, &super::LineFix)> = Vec::new();
    for fix in &card.fix.lines {
        match groups.last_mut() {
            Some((lines, last)) if !fix.is_own() && !last.is_own() && last.build == fix.build => {
                lines.push(&fix.line);
            }
            _ => groups.push((vec![&fix.line], fix)),
        }
    }
    let sentence = |(lines, fix): &(Vec<&str>, &super::LineFix)| {
        let key = if fix.is_own() { "card-fix-own" } else { "card-fix-later" };
        let date = if fix.date.is_empty() { String::new() } else { format!(", {}", fix.date) };
        let release = format!("{}{date}", fix.release());
        let values = [("lines", lines.join(", ")), ("release", release)];
        catalog.text(key, &values.each_ref().map(|(name, value)| (*name, value.as_str())))
    };
    groups.iter().map(sentence).collect()
}

fn signature_blocks(signature: &SignatureCard, catalog: &Catalog) -> Vec<Block> {
    let heading = catalog.text("heading-signature", &[("name", &signature.name)]);
    let mut blocks = vec![Block::Heading(heading, Tone::Plain)];
    for condition in &signature.conditions {
        blocks.push(Block::Field(condition.label, condition.values.join(", ")));
    }
    blocks
}

fn crash_lines(crashes: &[CrashText]) -> Vec<String> {
    crashes.iter().map(|crash| format!("{} {}", crash.path, crash.source)).collect()
}

fn list(catalog: &Catalog, heading: &str, items: Vec<String>) -> Vec<Block> {
    if items.is_empty() {
        return Vec::new();
    }
    let heading = Block::Heading(catalog.text(heading, &[]), Tone::Plain);
    std::iter::once(heading).chain(items.into_iter().map(Block::Item)).collect()
}
