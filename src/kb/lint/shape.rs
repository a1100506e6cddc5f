//! Holds front matter against the schema of the type that reads it.
//!
//! Reading stops at the first fault. This check finds every fault with its place, and returns the
//! table without the faulty parts, so that the other rules can look at the rest of the file.
//!
//! The walk is own code because toml-span, which reads TOML with places, refuses dates, and every
//! issue has one (`created = 2026-11-23`).

use std::sync::LazyLock;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value as Json;
use toml::de::{DeInteger, DeTable, DeValue};

use super::FileFindings;
use crate::kb::VersionRange;
use crate::kb::finding::{FindingCode, FindingPlace};
use crate::kb::guidance::GuidanceFront;
use crate::kb::issue::IssueFront;
use crate::kb::pattern::SourcePlace;
use crate::text::Hex;

/// The keys and values of one kind of front matter, as a JSON Schema.
pub(super) struct FrontMatterShape(Json);

/// The shape of the front matter of an issue.
pub(super) static ISSUE: LazyLock<FrontMatterShape> =
    LazyLock::new(FrontMatterShape::of_type::<IssueFront>);
/// The shape of the front matter of guidance.
pub(super) static GUIDANCE: LazyLock<FrontMatterShape> =
    LazyLock::new(FrontMatterShape::of_type::<GuidanceFront>);

/// The fault of a text in the form `format` of a schema.
fn text_fault(format: &str, text: &str) -> Option<(FindingCode, String)> {
    match format {
        "version-range" => {
            let error = VersionRange::parse(text).err()?;
            let problem = format!("{error}, expected `>= 2.4, < 3` or `2.4.*`");
            Some((FindingCode::VersionRange, problem))
        }
        "source-place" => {
            Some((FindingCode::SourceForm, SourcePlace::try_from(text.to_owned()).err()?))
        }
        "hex" if Hex::parse(text).is_none() => {
            Some((FindingCode::WrongValue, format!("{text} (0x…)")))
        }
        _ => None,
    }
}

/// The likeness from which on an unknown key is taken for a misspelled one.
const MIN_LIKENESS: f64 = 0.8;

impl FrontMatterShape {
    fn of_type<T: JsonSchema>() -> Self {
        let settings = SchemaSettings::default().with(|settings| settings.inline_subschemas = true);
        Self(settings.into_generator().into_root_schema_for::<T>().to_value())
    }

    /// Adds every fault of the front matter `text` to `findings`, and returns the table without
    /// them; `None` when the text is not TOML.
    pub(super) fn check(&self, text: &str, findings: &mut FileFindings<'_>) -> Option<toml::Table> {
        let table = DeTable::parse(text).ok()?;
        Some(keep_table(&self.0, table.get_ref(), "", findings))
    }
}

/// The part of `value` without faults, if any is left.
fn keep(
    schema: &Json,
    value: &DeValue<'_>,
    key: &str,
    findings: &mut FileFindings<'_>,
) -> Option<toml::Value> {
    let forms = forms_of(schema);
    let Some(form) = forms.iter().find(|form| takes(form, value)) else {
        add_wrong_value(value, key, &wanted(&forms), findings);
        return None;
    };
    match value {
        DeValue::Table(table) => Some(keep_table(form, table, key, findings).into()),
        DeValue::Array(items) => {
            let mut kept = Vec::new();
            for (index, item) in items.iter().enumerate() {
                let key = format!("{key}[{index}]");
                kept.extend(keep(&form["items"], item.get_ref(), &key, findings));
            }
            Some(kept.into())
        }
        DeValue::String(text) => {
            let fault = form["format"].as_str().and_then(|format| text_fault(format, text));
            let Some((code, problem)) = fault else {
                return Some((&**text).into());
            };
            findings.add_value(code, key, problem);
            None
        }
        DeValue::Integer(number) => keep_integer(form, number, key, findings),
        DeValue::Boolean(flag) => Some((*flag).into()),
        DeValue::Datetime(date) => Some((*date).into()),
        // No key takes one.
        DeValue::Float(_) => None,
    }
}

/// The known keys of `table` with the parts of their values that have no fault. A required key that is missing or
/// lost its value gets a filler, because the type cannot be read without it.
fn keep_table(
    schema: &Json,
    table: &DeTable<'_>,
    key: &str,
    findings: &mut FileFindings<'_>,
) -> toml::Table {
    let mut kept = toml::Table::new();
    let no_keys = serde_json::Map::new();
    let known = schema["properties"].as_object().unwrap_or(&no_keys);
    for (name, value) in table.iter() {
        let name = name.get_ref().as_ref();
        let inner = if key.is_empty() { name.to_owned() } else { format!("{key}.{name}") };
        if let Some(property) = property(known, name) {
            let value = keep(property, value.get_ref(), &inner, findings);
            kept.extend(value.map(|value| (name.to_owned(), value)));
        } else {
            let detail = suggestion(name, known.keys().map(String::as_str));
            findings.add_at(FindingCode::UnknownKey, FindingPlace::Key(inner), detail);
        }
    }
    for name in list(schema, "required").iter().filter_map(Json::as_str) {
        if !table.contains_key(name) {
            findings.add_value(FindingCode::MissingKey, key, name);
        }
        if !kept.contains_key(name) {
            kept.extend(filler(&known[name]).map(|value| (name.to_owned(), value)));
        }
    }
    kept
}

/// The schema of a key, also by another name that is read too.
fn property<'a>(known: &'a serde_json::Map<String, Json>, name: &str) -> Option<&'a Json> {
    known.get(name).or_else(|| known.values().find(|property| property["alias"] == name))
}

/// A value for a required key without one, so that the rest of the file can be checked.
fn filler(schema: &Json) -> Option<toml::Value> {
    let forms = forms_of(schema);
    if let Some(constant) = constants(&forms).first() {
        return Some((*constant).into());
    }
    match (schema["format"].as_str(), types_of(schema).first()?) {
        (Some("date"), _) => "1970-01-01".parse().ok().map(toml::Value::Datetime),
        (Some("version-range"), _) => Some("*".into()),
        (_, &"string") => Some("".into()),
        (_, &"integer") => Some(1.into()),
        (_, &"array") => Some(toml::Value::Array(Vec::new())),
        _ => None,
    }
}

fn keep_integer(
    form: &Json,
    number: &DeInteger<'_>,
    key: &str,
    findings: &mut FileFindings<'_>,
) -> Option<toml::Value> {
    let range =
        form["minimum"].as_i64().unwrap_or(i64::MIN)..=form["maximum"].as_i64().unwrap_or(i64::MAX);
    match i64::from_str_radix(number.as_str(), number.radix()) {
        Ok(number) if range.contains(&number) => Some(number.into()),
        _ => {
            let wanted = format!("{} … {}", range.start(), range.end());
            add_wrong_value(&DeValue::Integer(number.clone()), key, &wanted, findings);
            None
        }
    }
}

/// The forms among which a value may choose: the leaves of nested `anyOf` and `oneOf`.
fn forms_of(schema: &Json) -> Vec<&Json> {
    let choices = [list(schema, "anyOf"), list(schema, "oneOf")];
    let leaves: Vec<&Json> = choices.into_iter().flatten().flat_map(forms_of).collect();
    if leaves.is_empty() { vec![schema] } else { leaves }
}

/// True when a value of this type may take the form, and is one of its words where it lists them.
fn takes(form: &Json, value: &DeValue<'_>) -> bool {
    if form["format"] == "date" {
        return value.is_datetime();
    }
    let words = constants(&[form]);
    let (types, name) = (types_of(form), type_of(value));
    (types.is_empty() || types.contains(&name))
        && (words.is_empty() || value.as_str().is_some_and(|text| words.contains(&text)))
}

/// The values that the forms take, in words: `draft | test`, `string | object`, `date`.
fn wanted(forms: &[&Json]) -> String {
    let words = constants(forms);
    if !words.is_empty() {
        return words.join(" | ");
    }
    if forms.iter().any(|form| form["format"] == "date") {
        return "date".to_owned();
    }
    // TOML has no null: in the schema it marks a key that may be absent.
    let types = forms.iter().flat_map(|form| types_of(form)).filter(|name| *name != "null");
    types.collect::<Vec<_>>().join(" | ")
}

/// The words of closed lists.
fn constants<'a>(forms: &[&'a Json]) -> Vec<&'a str> {
    let words = forms.iter().flat_map(|form| list(form, "enum").iter().chain([&form["const"]]));
    words.filter_map(Json::as_str).collect()
}

fn list<'a>(schema: &'a Json, name: &str) -> &'a [Json] {
    schema[name].as_array().map_or(&[], Vec::as_slice)
}

fn types_of(schema: &Json) -> Vec<&str> {
    match &schema["type"] {
        Json::String(name) => vec![name],
        Json::Array(names) => names.iter().filter_map(Json::as_str).collect(),
        _ => Vec::new(),
    }
}

/// The type of a value, as JSON Schema calls it.
fn type_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "string",
        DeValue::Integer(_) => "integer",
        DeValue::Float(_) => "number",
        DeValue::Boolean(_) => "boolean",
        DeValue::Datetime(_) => "date",
        DeValue::Array(_) => "array",
        DeValue::Table(_) => "object",
    }
}

fn add_wrong_value(value: &DeValue<'_>, key: &str, wanted: &str, findings: &mut FileFindings<'_>) {
    let printed = match value {
        DeValue::String(text) => format!("\"{text}\""),
        DeValue::Integer(number) => number.to_string(),
        other => type_of(other).to_owned(),
    };
    let name = key.rsplit('.').next().unwrap_or(key);
    findings.add_value(FindingCode::WrongValue, key, format!("{name} = {printed} ({wanted})"));
}

/// `titel → title`, or the keys that exist.
fn suggestion<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let known: Vec<(f64, &str)> =
        known.map(|other| (strsim::jaro_winkler(name, other), other)).collect();
    match known.iter().max_by(|(one, _), (other, _)| one.total_cmp(other)) {
        Some((likeness, nearest)) if *likeness >= MIN_LIKENESS => format!("{name} → {nearest}"),
        _ => {
            let names: Vec<&str> = known.iter().map(|(_, name)| *name).collect();
            format!("{name} ({})", names.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "schema = 1\nid = \"KB1\"\ntitle = \"t\"\nstatus = \"test\"\nauthor = \"a\"\ncreated = 2026-11-23\n";

    #[track_caller]
    fn check(front: &str, expected: &[(FindingCode, &str)]) {
        let mut findings = Vec::new();
        let rest = ISSUE.check(front, &mut FileFindings::new("x", &mut findings));
        let found: Vec<(FindingCode, &str)> =
            findings.iter().map(|finding| (finding.code, finding.detail.as_str())).collect();
        assert_eq!(found, expected, "{front}");
        let rest = rest.expect("a table");
        let read: Result<IssueFront, _> = rest.clone().try_into();
        assert!(read.is_ok(), "{rest}: {:?}", read.err());
    }

    #[test]
    fn good_front_matter_has_no_fault() {
        check(HEAD, &[]);
        let signature = "[[signatures]]\nname = \"m\"\nexceptions = [14]\nsources = [\"a.c:1\"]\n\
            frames = [\"A\", { function = \"B\", gap = 2, optional = true }]\n\
            some = { least = 1, of = [\"C\"] }\n\
            machine_check = { vendor = \"intel\", banks = [1], mask = \"0xffff\", value = \"0x1\", severity = \"fatal\" }\n\
            host = { components = [{ kind = \"driver\", name = \"lpfc\", versions = \">= 1\" }] }\n";
        check(&format!("{HEAD}{signature}"), &[]);
    }

    #[test]
    fn every_fault_is_found_and_the_rest_is_kept() {
        use FindingCode::{MissingKey, SourceForm, UnknownKey, VersionRange, WrongValue};
        check(
            &HEAD.replace("title", "titel"),
            &[(UnknownKey, "titel → title"), (MissingKey, "title")],
        );
        check(
            &HEAD.replace("\"test\"", "\"tset\""),
            &[(WrongValue, "status = \"tset\" (draft | test | reviewed | retired)")],
        );
        check(
            &HEAD.replace("\"test\"", "1"),
            &[(WrongValue, "status = 1 (draft | test | reviewed | retired)")],
        );
        check(&HEAD.replace("\"KB1\"", "1"), &[(WrongValue, "id = 1 (string)")]);
        check(
            &format!("{HEAD}[[fix.components]]\nkind = \"driver\"\nname = \"a\"\nversions = 2\n"),
            &[(WrongValue, "versions = 2 (string)")],
        );
        check(
            &format!(
                "{HEAD}[[articles]]\nid = \"1\"\nlegacy_id = 2\nurl = \"https://example.org\"\n"
            ),
            &[(WrongValue, "legacy_id = 2 (string)")],
        );
        check(
            &HEAD.replace("2026-11-23", "\"today\""),
            &[(WrongValue, "created = \"today\" (date)")],
        );
        check(
            &format!(
                "{HEAD}[[signatures]]\nname = \"m\"\nframes = [1]\nexceptions = [300]\nsources = [\"x\"]\n"
            ),
            &[
                (WrongValue, "exceptions[0] = 300 (0 … 255)"),
                (WrongValue, "frames[0] = 1 (string | object)"),
                (SourceForm, "`x` is no source file, expected `world.c:2307`"),
            ],
        );
        check(
            &format!(
                "{HEAD}[[signatures]]\nname = \"m\"\nhost.components = [{{ kind = \"driver\", name = \"a\", versions = \"old\" }}]\n"
            ),
            &[(VersionRange, "`old` is no version, expected `>= 2.4, < 3` or `2.4.*`")],
        );
        check(
            &format!(
                "{HEAD}[[signatures]]\nname = \"m\"\nframes = [{{ function = \"A\", modul = \"m\" }}]\n"
            ),
            &[(UnknownKey, "modul → module")],
        );
    }
}
