//! A card as headings, fields and paragraphs, and as a page of its own.

use super::card::{Card, CrashText, SignatureCard};
use super::card_text::{component, fix_lines, status, strength};
use super::site::issue_page;
use crate::message::Catalog;
use crate::report::{Block, Printed, Tone, article};

impl Printed for Card {
    fn page(&self, catalog: &Catalog, _: bool) -> Vec<Block> {
        let title = catalog.chosen(self.title.clone(), self.title_ja.clone());
        let mut blocks = vec![Block::Title(format!("{}: {title}", self.id))];
        blocks.extend(head_fields(self, catalog));
        let texts = [
            ("heading-cause", chosen(catalog, &self.cause, &self.cause_ja)),
            ("heading-fix", chosen(catalog, &self.fix.text, &self.fix.text_ja)),
            ("heading-workaround", chosen(catalog, &self.fix.workaround, &self.fix.workaround_ja)),
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
        let related = self.related.iter().map(|other| {
            format!("{}: {}", other.id, chosen(catalog, &other.title, &other.title_ja))
        });
        blocks.extend(list(catalog, "heading-related", related.collect()));
        blocks
    }

    fn html(&self, catalog: &Catalog) -> Option<String> {
        Some(issue_page(self, catalog))
    }
}

fn chosen(catalog: &Catalog, english: &str, japanese: &str) -> String {
    catalog.chosen(english.to_owned(), japanese.to_owned())
}

fn head_fields(card: &Card, catalog: &Catalog) -> Vec<Block> {
    let mut fields = vec![("label-status", status(card, catalog))];
    if let Some(code) = &card.strength {
        fields.push(("label-strength", strength(code, catalog)));
    }
    fields.push(("label-kind", card.kinds.join(", ")));
    fields.push(("label-modules", card.modules.join(", ")));
    fields.push(("label-affected", card.affected.lines.join(", ")));
    fields.push(("label-affected", card.affected.text.clone()));
    fields.extend(card.affected.builds.iter().map(|range| ("label-affected", range.text())));
    fields.extend(card.affected.components.iter().map(|part| ("label-affected", component(part))));
    fields.retain(|(_, value)| !value.is_empty());
    let fields = fields.into_iter().map(|(label, value)| Block::Field(label, value));
    fields.chain(card.articles.iter().map(article)).collect()
}

fn fix_fields(card: &Card, catalog: &Catalog) -> Vec<Block> {
    let components = card.fix.components.iter().map(component);
    let lines = fix_lines(card, catalog).into_iter().chain(components);
    lines.map(|line| Block::Field("label-fix", line)).collect()
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
