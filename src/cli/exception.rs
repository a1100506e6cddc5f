//! `psod-match exception N`: the meaning of an exception number and its error code.

use psod_match::exception::{CodePart, Exception, PushedCode, find};
use psod_match::message::Catalog;
use psod_match::report::{Detail, Printed, RaisedException};
use psod_match::text::Hex;
use serde_json::{Value, json};

use super::args::Format;
use super::output::terminal_width;
use super::{Ending, Session};

/// Prints the exception called `name`, and the meaning of `code`.
pub fn run(name: &str, code: Option<&str>, session: &mut Session<'_>) -> anyhow::Result<Ending> {
    let (catalog, output) = (session.catalog, &mut session.output);
    let Some(exception) = find(name) else {
        anyhow::bail!(catalog.text("exception-unknown", &[("input", name)]));
    };
    let code = code.map(|code| read_code(&exception, code, catalog)).transpose()?;
    let raised = RaisedException::new(exception, code);
    match output.format {
        Format::Json => output.json(&as_json(&raised, catalog))?,
        Format::Markdown => output.raw(raised.markdown(catalog, Detail::Full).as_bytes())?,
        Format::Text | Format::Html => {
            output.text(&raised.text(catalog, Detail::Full, terminal_width()))?
        }
    }
    Ok(Ending::Good)
}

/// Reads the value of `--error-code`; the exception must push an error code.
fn read_code(found: &Exception, input: &str, catalog: &Catalog) -> anyhow::Result<u64> {
    if found.code == PushedCode::None {
        let number = found.number.to_string();
        anyhow::bail!(catalog.text("exception-has-no-code", &[("number", &number)]));
    }
    if input == "-1" {
        anyhow::bail!(catalog.text("exception-code-not-captured", &[]));
    }
    let code = input.parse().ok().or_else(|| Hex::parse(input).map(|hex| hex.0));
    code.ok_or_else(|| anyhow::anyhow!(catalog.text("exception-bad-code", &[("input", input)])))
}

fn as_json(raised: &RaisedException, catalog: &Catalog) -> Value {
    let found = &raised.exception;
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
    if let Some(mnemonic) = &found.mnemonic {
        value["mnemonic"] = json!(mnemonic);
    }
    if let Some(kind) = found.kind() {
        value["kind"] = json!(kind);
    }
    if let Some(code) = raised.code {
        let parts: Vec<Value> =
            raised.parts.iter().map(|part| part_as_json(part, catalog)).collect();
        value["error_code"] = json!({ "value": Hex(code), "parts": parts });
    }
    value
}

fn part_as_json(part: &CodePart, catalog: &Catalog) -> Value {
    json!({
        "name": part.name,
        "value": Hex(part.value),
        "meaning": catalog.text(part.meaning, &[]),
    })
}
