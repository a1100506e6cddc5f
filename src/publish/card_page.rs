//! A card as headings, fields and paragraphs, and as a page of its own.

use super::card::{Card, SignatureCard};
use super::card_text::{FIX, crash_lists, facts, fix_rows, texts, worth_rows};
use super::site::{issue_page, safe_address};
use crate::message::Catalog;
use crate::report::{Block, Detail, Printed, Tone, article};

impl Printed for Card {
    fn page(&self, catalog: &Catalog, _: Detail) -> Vec<Block> {
        let title = catalog.chosen(self.title.clone(), self.title_ja.clone());
        let mut blocks = vec![Block::Title(format!("{}: {title}", self.id))];
        blocks.extend(head_fields(self, catalog));
        for (heading, text) in texts(self, catalog) {
            blocks.push(Block::Heading(catalog.text(heading, &[]), Tone::Plain));
            blocks.push(Block::Paragraph(text.text));
            if heading == FIX {
                let rows = fix_rows(self, catalog).into_iter();
                blocks.extend(rows.map(|row| Block::Field("label-fix", row)));
            }
        }
        for signature in &self.signatures {
            blocks.extend(signature_blocks(signature, catalog));
        }
        for (heading, crashes) in crash_lists(self) {
            let items = crashes.iter().map(|crash| match safe_address(&crash.source) {
                Some(url) => Block::Link(None, crash.path.clone(), url),
                None => Block::Item(format!("{} {}", crash.path, crash.source)),
            });
            blocks.extend(list(catalog, heading, items.collect()));
        }
        let related = self.related.iter().map(|other| {
            format!("{}: {}", other.id, chosen(catalog, &other.title, &other.title_ja))
        });
        blocks.extend(list(catalog, "heading-related", related.map(Block::Item).collect()));
        blocks
    }

    fn html(&self, catalog: &Catalog) -> Option<String> {
        Some(issue_page(self, catalog))
    }
}

fn chosen(catalog: &Catalog, english: &str, japanese: &str) -> String {
    catalog.chosen(english.to_owned(), japanese.to_owned())
}

fn head_fields(card: &Card, catalog: &Catalog) -> impl Iterator<Item = Block> {
    let facts = facts(card, [&card.modules, &card.affected.lines], catalog).into_iter();
    let fields = facts.map(|(label, value)| Block::Field(label, value));
    fields.chain(card.articles.iter().map(article))
}

fn signature_blocks(signature: &SignatureCard, catalog: &Catalog) -> Vec<Block> {
    let heading = catalog.text("heading-signature", &[("name", &signature.name)]);
    let mut blocks = vec![Block::Heading(heading, Tone::Plain)];
    for condition in &signature.conditions {
        blocks.push(Block::Field(condition.label, condition.values.join(", ")));
    }
    let rows = worth_rows(&signature.frames).into_iter();
    blocks.extend(rows.map(|(label, frames)| Block::Field(label, frames.join(", "))));
    blocks
}

fn list(catalog: &Catalog, heading: &str, items: Vec<Block>) -> Vec<Block> {
    if items.is_empty() {
        return Vec::new();
    }
    let heading = Block::Heading(catalog.text(heading, &[]), Tone::Plain);
    std::iter::once(heading).chain(items).collect()
}
