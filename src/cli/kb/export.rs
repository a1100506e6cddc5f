//! `psod-match kb export`: the whole knowledge base as JSON, CSV or a site.

use std::fs;
use std::path::Path;

use anyhow::Context;
use psod_match::kb::KnowledgeBase;
use psod_match::publish::{csv, document, site};
use psod_match::text::escape_json;

use super::super::{Ending, Session};
use super::arguments::{ExportArguments, ExportForm};
use super::edition;

/// Writes the knowledge base in one of its forms.
pub fn export(
    kb: &KnowledgeBase,
    arguments: &ExportArguments,
    session: &mut Session<'_>,
) -> anyhow::Result<Ending> {
    let (edition, _) = edition(kb, session)?;
    let path = arguments.output.as_deref().filter(|path| *path != Path::new("-"));
    let bytes = match arguments.to {
        ExportForm::Csv => csv(&edition.cards()),
        ExportForm::Json => {
            let json = serde_json::to_string_pretty(&document(&edition))? + "\n";
            escape_json(&json).into_owned().into_bytes()
        }
        ExportForm::Site => {
            let directory = path.context("--output: a site needs a directory")?;
            let site = site(&edition);
            site.write_to(directory)?;
            let (files, place) = (site.files.len().to_string(), directory.display().to_string());
            let values = [("files", files.as_str()), ("place", &place)];
            session.say("export-written", &values)?;
            return Ok(Ending::Good);
        }
    };
    match path {
        None => session.output.raw(&bytes)?,
        Some(path) => {
            fs::write(path, bytes).with_context(|| format!("{}: cannot write", path.display()))?;
        }
    }
    Ok(Ending::Good)
}
