//! Does front matter have the keys and values that its type reads? Finds every fault, where reading
//! stops at the first one, and gives back what is left without them.

use std::sync::LazyLock;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value as Json;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::kb::VersionRange;
use crate::kb::finding::{Finding, FindingCode, Place};
use crate::kb::pattern::SourcePlace;
use crate::text::Hex;

/// The keys and values of a kind of front matter.
pub(in crate::kb) struct Shape(Json);

/// What is wrong with one key.
struct Fault {
    code: FindingCode,
    place: Place,
    detail: String,
}

/// Other names of keys that are read too.
const ALIASES: &[(&str, &str)] = &[("versions", "version")];

/// The form of a text: its name in the schema, the code of a fault, and how it is read.
type Form = (&'static str, FindingCode, fn(&str) -> Result<(), String>);

const FORMS: &[Form] = &[
    ("version-range", FindingCode::VersionRange, |text| {
        VersionRange::parse(text)
            .map(drop)
            .map_err(|error| format!("{error}, expected `>= 2.4, < 3` or `2.4.*`"))
    }),
    ("source-place", FindingCode::SourceForm, |text| {
        SourcePlace::try_from(text.to_owned()).map(drop)
    }),
    ("hex", FindingCode::WrongValue, |text| {
        Hex::parse(text).map(drop).ok_or_else(|| format!("{text} (0x…)"))
    }),
];

/// How alike two keys are, at least, when one is taken for a slip of the pen.
const ALIKE: f64 = 0.8;

impl Shape {
    /// The shape of what `T` reads.
    pub(super) fn of<T: JsonSchema>() -> Self {
        let settings = SchemaSettings::default().with(|settings| settings.inline_subschemas = true);
        Self(settings.into_generator().into_root_schema_for::<T>().to_value())
    }

    /// Every fault of the front matter `text` of the file `path`, and the table without them. The
    /// table is absent when the text is no TOML.
    pub(super) fn check(&self, path: &str, text: &str) -> (Vec<Finding>, Option<toml::Table>) {
        let Ok(table) = DeTable::parse(text) else {
            return (Vec::new(), None);
        };
        let span = table.span();
        let value = Spanned::new(span, DeValue::Table(table.into_inner()));
        let mut faults = Vec::new();
        let rest = walk(&self.0, &value, "", &mut faults);
        let finding =
            |fault: Fault| Finding::new(path, fault.code, fault.detail).in_place(fault.place);
        let findings = faults.into_iter().map(finding).collect();
        match rest {
            // Not by `try_into`, which turns dates into texts.
            Some(toml::Value::Table(table)) => (findings, Some(table)),
            _ => (findings, None),
        }
    }
}

/// The shape of the front matter of an issue.
pub(super) static ISSUE: LazyLock<Shape> = LazyLock::new(Shape::of::<crate::kb::issue::Front>);
/// The shape of the front matter of guidance.
pub(super) static GUIDANCE: LazyLock<Shape> =
    LazyLock::new(Shape::of::<crate::kb::guidance::Front>);

/// What is left of `value` without its faults; `None` when nothing is.
fn walk(
    schema: &Json,
    value: &Spanned<DeValue<'_>>,
    key: &str,
    faults: &mut Vec<Fault>,
) -> Option<toml::Value> {
    if let Some(choices) = list(schema, "anyOf").or_else(|| list(schema, "oneOf")) {
        return choose(schema, choices, value, key, faults);
    }
    let types = types_of(schema);
    let dated = schema["format"] == "date";
    let fits = match dated {
        true => value.get_ref().is_datetime(),
        false => types.is_empty() || types.contains(&type_of(value.get_ref())),
    };
    if !fits {
        let wanted = if dated { "date".to_owned() } else { types.join(" | ") };
        faults.push(wrong(value, key, &wanted));
        return None;
    }
    match value.get_ref() {
        DeValue::Table(table) => Some(toml::Value::Table(walk_table(schema, table, key, faults))),
        DeValue::Array(array) => {
            let item = |(index, value): (usize, &Spanned<DeValue<'_>>)| {
                walk(&schema["items"], value, &format!("{key}[{index}]"), faults)
            };
            Some(toml::Value::Array(array.iter().enumerate().filter_map(item).collect()))
        }
        DeValue::String(text) => walk_text(schema, value, text, key, faults),
        DeValue::Integer(number) => {
            let number = i64::from_str_radix(number.as_str(), number.radix()).ok();
            let bound = |name: &str, other: i64| schema[name].as_i64().unwrap_or(other);
            let range = bound("minimum", i64::MIN)..=bound("maximum", i64::MAX);
            if number.is_none_or(|number| !range.contains(&number)) {
                faults.push(wrong(value, key, &format!("{} … {}", range.start(), range.end())));
                return None;
            }
            number.map(toml::Value::Integer)
        }
        DeValue::Boolean(flag) => Some(toml::Value::Boolean(*flag)),
        DeValue::Datetime(date) if dated => Some(toml::Value::Datetime(*date)),
        DeValue::Datetime(_) | DeValue::Float(_) => {
            faults.push(wrong(value, key, &types.join(" | ")));
            None
        }
    }
}

fn walk_table(
    schema: &Json,
    table: &DeTable<'_>,
    key: &str,
    faults: &mut Vec<Fault>,
) -> toml::Table {
    let mut rest = toml::Table::new();
    let empty = serde_json::Map::new();
    let known = schema["properties"].as_object().unwrap_or(&empty);
    for (name, value) in table.iter() {
        let name = name.get_ref().as_ref();
        let alias = ALIASES.iter().find(|(other, _)| *other == name).map(|(_, known)| *known);
        let property = known.get(name).or_else(|| known.get(alias?));
        let inner = if key.is_empty() { name.to_owned() } else { format!("{key}.{name}") };
        match property {
            Some(property) => {
                if let Some(value) = walk(property, value, &inner, faults) {
                    rest.insert(name.to_owned(), value);
                }
            }
            None => faults.push(Fault {
                code: FindingCode::UnknownKey,
                place: Place::Key(inner),
                detail: suggestion(name, known.keys().map(String::as_str)),
            }),
        }
    }
    for name in list(schema, "required").into_iter().flatten().filter_map(Json::as_str) {
        let is_there = |known: &str| table.iter().any(|(key, _)| key.get_ref() == known);
        let aliases = ALIASES.iter().filter(|(_, known)| *known == name);
        if !is_there(name) && !aliases.into_iter().any(|(alias, _)| is_there(alias)) {
            let place = Place::Value(key.to_owned());
            faults.push(Fault { code: FindingCode::MissingKey, place, detail: name.to_owned() });
        }
        if !rest.contains_key(name) {
            rest.extend(filler(&known[name]).map(|value| (name.to_owned(), value)));
        }
    }
    rest
}

/// What stands in for a key that is not there, so that the rest of the file can be checked.
fn filler(schema: &Json) -> Option<toml::Value> {
    match types_of(schema).first().copied() {
        _ if schema["format"] == "date" => "1970-01-01".parse().ok().map(toml::Value::Datetime),
        _ if schema["format"] == "version-range" => Some("*".into()),
        Some("string") => Some("".into()),
        Some("integer") => Some(1.into()),
        Some("array") => Some(toml::Value::Array(Vec::new())),
        Some(_) => None,
        None => constants(schema).first().map(|name| (*name).into()),
    }
}

fn walk_text(
    schema: &Json,
    value: &Spanned<DeValue<'_>>,
    text: &str,
    key: &str,
    faults: &mut Vec<Fault>,
) -> Option<toml::Value> {
    let allowed = constants(schema);
    if !allowed.is_empty() && !allowed.contains(&text) {
        faults.push(wrong(value, key, &allowed.join(" | ")));
        return None;
    }
    let form = FORMS.iter().find(|(name, _, _)| schema["format"] == *name);
    if let Some((code, Err(problem))) = form.map(|(_, code, read)| (*code, read(text))) {
        faults.push(Fault { code, place: Place::Value(key.to_owned()), detail: problem });
        return None;
    }
    Some(text.into())
}

/// One of several shapes: that of the value's type; constants are one shape.
fn choose(
    schema: &Json,
    choices: &[Json],
    value: &Spanned<DeValue<'_>>,
    key: &str,
    faults: &mut Vec<Fault>,
) -> Option<toml::Value> {
    let kind = type_of(value.get_ref());
    let fits = |choice: &&Json| {
        types_of(choice).contains(&kind)
            || list(choice, "anyOf").or_else(|| list(choice, "oneOf")).is_some()
    };
    let constants = constants(schema);
    if !constants.is_empty() && kind == "string" {
        let text = value.get_ref().as_str().unwrap_or_default();
        if constants.contains(&text) {
            return Some(text.into());
        }
        faults.push(wrong(value, key, &constants.join(" | ")));
        return None;
    }
    match choices.iter().find(fits) {
        Some(choice) => walk(choice, value, key, faults),
        None => {
            let types = choices.iter().flat_map(types_of).filter(|name| *name != "null");
            faults.push(wrong(value, key, &types.collect::<Vec<_>>().join(" | ")));
            None
        }
    }
}

fn list<'a>(schema: &'a Json, name: &str) -> Option<&'a Vec<Json>> {
    schema[name].as_array()
}

fn types_of(schema: &Json) -> Vec<&str> {
    match &schema["type"] {
        Json::String(name) => vec![name],
        Json::Array(names) => names.iter().filter_map(Json::as_str).collect(),
        _ => Vec::new(),
    }
}

/// The texts that a closed list allows; empty where any text will do.
fn constants(schema: &Json) -> Vec<&str> {
    let own = schema["const"].as_str().into_iter();
    let listed = list(schema, "enum").into_iter().flatten().filter_map(Json::as_str);
    let choices = ["oneOf", "anyOf"].into_iter().filter_map(|name| list(schema, name)).flatten();
    own.chain(listed).chain(choices.flat_map(constants)).collect()
}

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

fn wrong(value: &Spanned<DeValue<'_>>, key: &str, wanted: &str) -> Fault {
    let printed = match value.get_ref() {
        DeValue::String(text) => format!("\"{text}\""),
        DeValue::Integer(number) => number.to_string(),
        other => type_of(other).to_owned(),
    };
    let name = key.rsplit('.').next().unwrap_or(key);
    Fault {
        code: FindingCode::WrongValue,
        place: Place::Value(key.to_owned()),
        detail: format!("{name} = {printed} ({wanted})"),
    }
}

/// `titel → title`, or the keys that there are.
fn suggestion<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    let alike = |other: &&str| strsim::jaro_winkler(name, other);
    match known.clone().max_by(|one, other| alike(one).total_cmp(&alike(other))) {
        Some(nearest) if alike(&nearest) >= ALIKE => format!("{name} → {nearest}"),
        _ => format!("{name} ({})", known.collect::<Vec<_>>().join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "schema = 1\nid = \"KB1\"\ntitle = \"t\"\nstatus = \"test\"\nauthor = \"a\"\ncreated = 2026-11-23\n";

    #[track_caller]
    fn check(front: &str, expected: &[(FindingCode, &str)]) {
        let (found, rest) = ISSUE.check("x", front);
        let found: Vec<(FindingCode, &str)> =
            found.iter().map(|finding| (finding.code, finding.detail.as_str())).collect();
        assert_eq!(found, expected, "{front}");
        let rest = rest.expect("a table");
        let read: Result<crate::kb::issue::Front, _> = rest.clone().try_into();
        assert!(read.is_ok(), "{rest}: {:?}", read.err());
    }

    #[test]
    fn what_is_right_has_no_fault() {
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
        check(&HEAD.replace("\"KB1\"", "1"), &[(WrongValue, "id = 1 (string)")]);
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
