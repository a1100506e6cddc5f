//! The types of errors: their meaning, the likely place of their cause, and the first steps.
//!
//! `error_types.csv` has a row for each panic kind, and one for each spelling of a panic message that
//! is more specific than its kind.

use std::str::FromStr;
use std::sync::LazyLock;

use serde::Deserialize;
use strum::{IntoStaticStr, VariantArray};

use crate::crash::{Crash, PanicKind, Role};
use crate::kb::Article;
use crate::text::{Template, csv_cell, csv_rows, is_in_log_line, is_in_message};

const TABLE: &str = include_str!("error_types.csv");

/// Every row, those of a kind from the most to the least specific; the last one is `other`.
static TYPES: LazyLock<Vec<ErrorType>> = LazyLock::new(|| csv_rows(TABLE));

/// A type of error: the facts that hold for every crash with such a message.
#[derive(Debug, Deserialize)]
pub(super) struct ErrorType {
    /// The published code, such as `page-fault-null`.
    #[cfg(test)]
    code: String,
    kind: PanicKind,
    #[serde(deserialize_with = "csv_cell")]
    pattern: ErrorPattern,
    /// The key of its meaning.
    pub meaning: String,
    /// Where the cause is likely to be.
    pub side: Side,
    /// The key of the first steps.
    pub first_steps: String,
    /// The vendor's articles, the most telling first.
    #[serde(deserialize_with = "csv_cell")]
    pub articles: Articles,
    #[cfg(test)]
    sample: String,
}

/// The condition of a type of error beyond its kind.
#[derive(Debug)]
enum ErrorPattern {
    Kind,
    Message(Template),
    Frame(String),
    Log(Template),
    World(Template),
    NullIp,
    NullAddress,
}

/// Where the cause of an error is likely to be; texts `error-type-side-…`.
#[derive(Clone, Copy, Debug, Deserialize, IntoStaticStr, VariantArray)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", prefix = "error-type-side-")]
pub(super) enum Side {
    /// A component of the server.
    Hardware,
    /// Firmware or its settings.
    Firmware,
    /// A driver, with the firmware of its device.
    Driver,
    /// The kernel, or another module of VMware.
    Vmkernel,
    /// An action of a VM brings out a fault of the host.
    GuestTriggered,
    /// A person or program asked for it.
    Deliberate,
    /// The message alone does not tell.
    Unknown,
}

impl Side {
    /// The key of its name.
    pub(super) fn key(self) -> &'static str {
        self.into()
    }
}

/// The articles of one cell.
#[derive(Debug)]
pub(super) struct Articles(pub Vec<Article>);

/// Pages below this address are never mapped, so that a null pointer shows itself.
const NULL_PAGE: u64 = 0x1000;

/// The most specific type of error that holds; `other` for a crash without a kind.
pub(super) fn error_type_of(crash: &Crash) -> &'static ErrorType {
    let kind = crash.kind().unwrap_or_default();
    let found = TYPES.iter().position(|row| row.kind == kind && row.pattern.holds(crash));
    // Every kind has a row that always holds, which a test proves.
    &TYPES[found.unwrap_or(TYPES.len() - 1)]
}

impl FromStr for ErrorPattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, value) = text.split_once(": ").unwrap_or((text, ""));
        Ok(match name {
            "" => Self::Kind,
            "message" => Self::Message(Template::new(value)),
            "frame" => Self::Frame(value.to_owned()),
            "log" => Self::Log(Template::new(value)),
            "world" => Self::World(Template::new(value)),
            "null-ip" => Self::NullIp,
            "null-address" => Self::NullAddress,
            _ => return Err(format!("{name} is not a pattern")),
        })
    }
}

impl ErrorPattern {
    /// True when the pattern holds for the crash.
    fn holds(&self, crash: &Crash) -> bool {
        let panic = crash.panic.as_ref();
        match self {
            Self::Kind => true,
            Self::Message(template) => {
                panic.is_some_and(|panic| is_in_message(template, &panic.message))
            }
            Self::Frame(name) => crash
                .backtrace
                .iter()
                .filter(|frame| frame.role != Role::Noise)
                .any(|frame| frame.function.as_ref() == Some(name)),
            Self::Log(template) => {
                crash.log_lines.iter().any(|line| is_in_log_line(template, line))
            }
            Self::World(template) => panic
                .and_then(|panic| panic.world.as_ref()?.name.as_deref())
                .is_some_and(|name| template.is_all_of(name)),
            Self::NullIp => panic.and_then(|panic| panic.ip).is_some_and(|ip| ip.0 < NULL_PAGE),
            Self::NullAddress => {
                panic.and_then(|panic| panic.address).is_some_and(|address| address.0 < NULL_PAGE)
            }
        }
    }
}

impl FromStr for Articles {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.split_whitespace().map(article).collect()))
    }
}

/// The article that the table calls `343033/1004250`, `/1020105` or `ja:343024`.
fn article(text: &str) -> Article {
    const PAGES: &str = "https://knowledge.broadcom.com/external/article";
    let (language, numbers) = text.split_once(':').unwrap_or(("en", text));
    let (id, legacy_id) = match numbers.split_once('/') {
        Some((id, legacy)) => (id, Some(legacy)),
        None => (numbers, None),
    };
    let (id, url) = match legacy_id {
        Some(legacy) if id.is_empty() => (legacy, format!("{PAGES}?legacyId={legacy}")),
        _ => (id, format!("{PAGES}/{id}")),
    };
    let legacy_id = legacy_id.map(str::to_owned);
    Article { id: id.to_owned(), legacy_id, language: language.to_owned(), url }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crash::PanicKind;
    use crate::message::{Catalog, Language};
    use crate::read::crashes_in_text;
    use crate::text::check_csv;

    #[test]
    fn every_row_can_be_read() {
        check_csv::<ErrorType>(TABLE);
    }

    #[test]
    fn every_sample_is_of_its_own_type() {
        for row in TYPES.iter() {
            let found = crashes_in_text(&format!("@BlueScreen: {}\n", row.sample));
            let crash = &found.first().expect(&row.sample).crash;
            assert_eq!(error_type_of(crash).code, row.code, "{crash:?}");
        }
    }

    #[test]
    fn every_kind_ends_with_a_row_that_always_holds() {
        for kind in PanicKind::ALL {
            let rows: Vec<&ErrorType> = TYPES.iter().filter(|row| row.kind == *kind).collect();
            let (last, others) = rows.split_last().expect("a row");
            assert!(matches!(last.pattern, ErrorPattern::Kind), "{}", last.code);
            assert_eq!(last.code, kind.as_str());
            assert!(
                !others.iter().any(|row| matches!(row.pattern, ErrorPattern::Kind)),
                "{kind:?}"
            );
        }
    }

    #[test]
    fn codes_are_unique_and_every_row_has_texts_and_articles() {
        for (index, row) in TYPES.iter().enumerate() {
            let others = &TYPES[index + 1..];
            assert!(!others.iter().any(|other| other.code == row.code), "{}", row.code);
            assert!(!row.articles.0.is_empty(), "{}", row.code);
            assert!(row.articles.0.iter().all(|article| !article.id.is_empty()), "{}", row.code);
            for language in [Language::English, Language::Japanese] {
                for key in [&row.meaning[..], &row.first_steps, row.side.key()] {
                    assert!(Catalog::of(language).has(key), "{key} in {language:?}");
                }
            }
        }
        assert!(Side::VARIANTS.iter().all(|side| Catalog::english().has(side.key())));
    }

    #[test]
    fn every_text_of_an_error_type_is_used() {
        let table = include_str!("../../locales/en/exception.ftl");
        let keys = table.lines().filter_map(|line| line.split_once(" =").map(|(key, _)| key));
        for key in keys.filter(|key| key.starts_with("error-type-")) {
            let used = TYPES.iter().any(|row| row.meaning == key || row.first_steps == key)
                || Side::VARIANTS.iter().any(|side| side.key() == key);
            assert!(used, "{key}");
        }
    }

    #[test]
    fn a_crash_without_a_message_has_a_type_too() {
        assert_eq!(error_type_of(&Crash::default()).code, "other");
    }

    /// The keys of a table with the placeholders of their texts.
    fn placeholders(table: &'static str) -> Vec<(&'static str, Vec<&'static str>)> {
        let rows = table.lines().filter_map(|line| line.split_once(" = "));
        let rows = rows.filter(|(key, _)| key.starts_with(|c: char| c.is_ascii_lowercase()));
        rows.map(|(key, text)| {
            let names = text.split("{ $").skip(1);
            let names = names.filter_map(|rest| rest.split_once(" }").map(|(name, _)| name));
            let mut names: Vec<&str> = names.collect();
            names.sort_unstable();
            (key, names)
        })
        .collect()
    }

    #[test]
    fn both_languages_have_the_same_keys_and_placeholders() {
        let english = placeholders(include_str!("../../locales/en/exception.ftl"));
        let japanese = placeholders(include_str!("../../locales/ja/exception.ftl"));
        assert!(english.len() > 100);
        assert_eq!(english, japanese);
    }
}
