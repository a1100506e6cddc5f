//! `psod-match kb export`: the whole knowledge base as JSON, CSV or a site.

use std::fs;
use std::path::Path;

use anyhow::Context;
use psod_match::kb::KnowledgeBase;
use psod_match::publish::{csv, document, site};

use super::super::args::Common;
use super::super::output::Output;
use super::super::{Ending, compiled};
use super::arguments::{ExportArguments, ExportForm};
use super::edition;

/// Writes the knowledge base in one of its forms.
pub fn export(
    kb: &KnowledgeBase,
    arguments: &ExportArguments,
    common: &Common,
    output: &mut Output,
) -> anyhow::Result<Ending> {
    let compiled = compiled(common)?;
    let digest = compiled.digest.clone();
    let edition = edition(kb, &digest, compiled, common)?;
    let path = arguments.output.as_deref().filter(|path| *path != Path::new("-"));
    let bytes = match arguments.to {
        ExportForm::Csv => csv(&edition.cards()),
        ExportForm::Json => {
            let mut bytes = serde_json::to_vec_pretty(&document(&edition))?;
            bytes.push(b'\n');
            bytes
        }
        ExportForm::Site => {
            let directory = path.context("--output: a site needs a directory")?;
            let site = site(&edition);
            site.write_to(directory)?;
            let (files, place) = (site.files.len().to_string(), directory.display().to_string());
            let values = [("files", files.as_str()), ("place", &place)];
            let text = common.catalog().text("export-written", &values);
            output.text(&format!("{}\n", psod_match::text::escape_terminal(&text)))?;
            return Ok(Ending::Good);
        }
    };
    match path {
        None => output.raw(&bytes)?,
        Some(path) => {
            fs::write(path, bytes).with_context(|| format!("{}: cannot write", path.display()))?;
        }
    }
    Ok(Ending::Good)
}
