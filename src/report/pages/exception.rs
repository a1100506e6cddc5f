//! The page of `psod-match exception`.

use super::super::block::{Block, Tone};
use super::super::views::RaisedException;
use super::super::{Detail, Printed};
use crate::exception::{CodePart, Exception, Maker, RaisedBy};
use crate::message::Catalog;
use crate::text::Hex;

impl Printed for RaisedException {
    /// The exception and its error code as blocks.
    fn page(&self, catalog: &Catalog, _: Detail) -> Vec<Block> {
        let found = &self.exception;
        let (number, name) = (found.number.to_string(), catalog.text(&found.name_key(), &[]));
        let title = catalog.text("exception-title", &[("number", &number), ("name", &name)]);
        let mut blocks = vec![Block::Title(title)];
        blocks.extend(
            rows(found, catalog).into_iter().map(|(label, value)| Block::Field(label, value)),
        );
        if let Some(code) = self.code.filter(|_| !self.parts.is_empty()) {
            let heading = format!("{} {}", catalog.text("label-error-code", &[]), Hex(code));
            blocks.push(Block::Heading(heading, Tone::Plain));
            blocks.extend(self.parts.iter().map(|part| Block::Item(part_text(part, catalog))));
        }
        blocks
    }
}

/// `W/R 1: the access was a write`.
fn part_text(part: &CodePart, catalog: &Catalog) -> String {
    let value = match part.value {
        0 | 1 => part.value.to_string(),
        value => Hex(value).to_string(),
    };
    format!("{} {value}: {}", part.name, catalog.text(part.meaning, &[]))
}

/// The text of a code of the exception tables.
fn coded(start: &str, code: &str, catalog: &Catalog) -> String {
    catalog.text(&format!("exception-{start}-{code}"), &[])
}

/// The fields of every exception: label and value.
fn rows(found: &Exception, catalog: &Catalog) -> Vec<(&'static str, String)> {
    let mut rows = Vec::new();
    if let Some(mnemonic) = &found.mnemonic {
        rows.push(("label-mnemonic", mnemonic.to_owned()));
    }
    rows.push(("label-meaning", catalog.text(&found.meaning_key(), &[])));
    if !matches!(found.raised_by, RaisedBy::Nobody | RaisedBy::Interrupt) {
        rows.push(("label-error-code", coded("code", found.code.into(), catalog)));
    }
    rows.push(("label-raised-by", coded("raised", found.raised_by.into(), catalog)));
    if found.maker != Maker::All {
        rows.push(("label-on", coded("maker", found.maker.into(), catalog)));
    }
    rows.push(("label-in-article", coded("listing", found.listing.into(), catalog)));
    rows.push(("label-on-screen", coded("shown", found.shown.into(), catalog)));
    if let Some(kind) = found.kind() {
        rows.push(("label-kind", kind.as_str().to_owned()));
    }
    rows
}
