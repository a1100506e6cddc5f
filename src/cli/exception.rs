//! `psod-match exception N`: what an exception number and its error code mean.

use std::fmt::Write;

use psod_match::exception::{
    CodePart, Exception, Maker, PushedCode, RaisedBy, decode_error_code, find,
};
use psod_match::message::Catalog;
use psod_match::report::wrapped_list;
use psod_match::text::{Hex, escape_markdown};
use serde_json::{Value, json};

use super::Status;
use super::args::Format;
use super::output::Output;

/// Prints the exception called `name`, and what `code` says.
pub fn run(
    name: &str,
    code: Option<&str>,
    catalog: &Catalog,
    output: &mut Output,
) -> anyhow::Result<Status> {
    let Some(found) = find(name) else {
        anyhow::bail!(catalog.text("exception-unknown", &[("input", name)]));
    };
    let code = code.map(|code| read_code(&found, code, catalog)).transpose()?;
    let parts = code.map(|code| decode_error_code(found.number, code)).unwrap_or_default();
    match output.format {
        Format::Json => output.json(&as_json(&found, code, &parts, catalog))?,
        format => output.text(&as_text(&found, code, &parts, format, catalog))?,
    }
    Ok(Status::Good)
}

/// The error code behind `--error-code`, which the exception must push.
fn read_code(found: &Exception, input: &str, catalog: &Catalog) -> anyhow::Result<u64> {
    if found.code == PushedCode::None {
        let number = found.number.to_string();
        anyhow::bail!(catalog.text("exception-has-no-code", &[("number", &number)]));
    }
    if input == "-1" {
        anyhow::bail!(catalog.text("exception-code-not-captured", &[]));
    }
    let hexadecimal = || Hex::parse(input).map(|hex| hex.0);
    match input.parse().ok().or_else(hexadecimal) {
        Some(code) => Ok(code),
        None => anyhow::bail!(catalog.text("exception-bad-code", &[("input", input)])),
    }
}

/// The text of a code of the exception tables.
fn coded(start: &str, code: &str, catalog: &Catalog) -> String {
    catalog.text(&format!("exception-{start}-{code}"), &[])
}

fn as_json(found: &Exception, code: Option<u64>, parts: &[CodePart], catalog: &Catalog) -> Value {
    let mut value = json!({
        "number": found.number,
        "name": catalog.text(&found.name_key(), &[]),
        "meaning": catalog.text(&found.meaning_key(), &[]),
        "pushes": found.code,
        "raised_by": found.raised_by,
        "maker": found.maker,
        "listing": found.listing,
        "shown": found.shown,
    });
    if let Some(mnemonic) = found.mnemonic {
        value["mnemonic"] = json!(mnemonic);
    }
    if let Some(kind) = found.kind() {
        value["kind"] = json!(kind);
    }
    if let Some(code) = code {
        let part = |part: &CodePart| {
            json!({
                "name": part.name,
                "value": Hex(part.value),
                "meaning": catalog.text(part.meaning, &[]),
            })
        };
        let parts: Vec<Value> = parts.iter().map(part).collect();
        value["error_code"] = json!({ "value": Hex(code), "parts": parts });
    }
    value
}

fn as_text(
    found: &Exception,
    code: Option<u64>,
    parts: &[CodePart],
    format: Format,
    catalog: &Catalog,
) -> String {
    let (number, name) = (found.number.to_string(), catalog.text(&found.name_key(), &[]));
    let title = catalog.text("exception-title", &[("number", &number), ("name", &name)]);
    let mut text = match format {
        Format::Markdown => format!("# {title}\n\n"),
        _ => format!("{title}\n\n"),
    };
    let mut item = |label: &str, value: &str| {
        let _ = match format {
            Format::Markdown => {
                writeln!(text, "- **{}:** {}", escape_markdown(label), escape_markdown(value))
            }
            _ => write!(text, "{}", wrapped_list("  ", &format!("{label}: {value}"))),
        };
    };
    for (key, value) in rows(found, catalog) {
        item(&catalog.text(key, &[]), &value);
    }
    if let Some(code) = code {
        let label = format!("{} {}", catalog.text("label-error-code", &[]), Hex(code));
        for part in parts {
            let meaning = catalog.text(part.meaning, &[]);
            let value = match part.value {
                0 | 1 => part.value.to_string(),
                value => Hex(value).to_string(),
            };
            item(&label, &format!("{} {value}: {meaning}", part.name));
        }
    }
    text
}

/// What is said of every exception: label and value.
fn rows(found: &Exception, catalog: &Catalog) -> Vec<(&'static str, String)> {
    let mut rows = Vec::new();
    if let Some(mnemonic) = found.mnemonic {
        rows.push(("label-mnemonic", mnemonic.to_owned()));
    }
    rows.push(("label-meaning", catalog.text(&found.meaning_key(), &[])));
    if !matches!(found.raised_by, RaisedBy::Nobody | RaisedBy::Interrupt) {
        rows.push(("label-error-code", coded("code", found.code.as_str(), catalog)));
    }
    rows.push(("label-raised-by", coded("raised", found.raised_by.as_str(), catalog)));
    if found.maker != Maker::All {
        rows.push(("label-on", coded("maker", found.maker.as_str(), catalog)));
    }
    rows.push(("label-in-article", coded("listing", found.listing.as_str(), catalog)));
    rows.push(("label-on-screen", coded("shown", found.shown.as_str(), catalog)));
    if let Some(kind) = found.kind() {
        rows.push(("label-kind", kind.as_str().to_owned()));
    }
    rows
}
