//! Texts by key, in English and in Japanese.

use std::sync::{LazyLock, OnceLock};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};

// `ENGLISH` and `JAPANESE`: the keys of `locales/` in their order, each with its source.
include!(concat!(env!("OUT_DIR"), "/texts.rs"));

static ENGLISH_CATALOG: LazyLock<Catalog> =
    LazyLock::new(|| Catalog::new(Language::English, ENGLISH));
static JAPANESE_CATALOG: LazyLock<Catalog> =
    LazyLock::new(|| Catalog::new(Language::Japanese, JAPANESE));

/// A language that people read the answers in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Japanese.
    Japanese,
}

impl Language {
    /// Returns the tag of BCP 47.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Japanese => "ja",
        }
    }

    /// Reads a locale such as `ja_JP.UTF-8`; English for a language without texts.
    pub fn from_locale(locale: &str) -> Self {
        let japanese = locale.split(['_', '-', '.']).next() == Some("ja");
        if japanese { Self::Japanese } else { Self::English }
    }
}

/// The texts of one language.
pub struct Catalog {
    language: Language,
    /// The keys in their order, each with the source of its text.
    sources: &'static [(&'static str, &'static str)],
    /// The text of each key, parsed when it is said first: a run says few of them.
    messages: Box<[OnceLock<Box<Bundle>>]>,
}

/// One message.
type Bundle = FluentBundle<FluentResource>;

impl Catalog {
    /// Returns the texts in `language`.
    pub fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &ENGLISH_CATALOG,
            Language::Japanese => &JAPANESE_CATALOG,
        }
    }

    /// Returns the English texts.
    pub fn english() -> &'static Self {
        &ENGLISH_CATALOG
    }

    fn new(language: Language, sources: &'static [(&'static str, &'static str)]) -> Self {
        let messages = sources.iter().map(|_| OnceLock::new()).collect();
        Self { language, sources, messages }
    }

    /// Finds the message with the key `key`.
    fn message(&self, key: &str) -> Option<&Bundle> {
        let place = self.sources.binary_search_by_key(&key, |(key, _)| key).ok()?;
        let (_, source) = self.sources.get(place)?;
        let message = self.messages.get(place)?;
        Some(message.get_or_init(|| Box::new(bundle(self.language, source))))
    }

    /// Returns the language of the texts.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Chooses between a text in English and the same text in Japanese, which may be empty.
    pub fn chosen(&self, english: String, japanese: String) -> String {
        let wanted = self.language == Language::Japanese && !japanese.is_empty();
        if wanted { japanese } else { english }
    }

    /// Returns the text of `key` with its placeholders filled in; the English text where this
    /// language has none, the key itself where neither has one.
    pub fn text(&self, key: &str, values: &[(&str, &str)]) -> String {
        let found = self.message(key).and_then(|bundle| {
            let message = bundle.get_message(key)?;
            Some((bundle, message.value()?))
        });
        let Some((bundle, pattern)) = found else {
            return match self.language {
                Language::English => key.to_owned(),
                Language::Japanese => Self::english().text(key, values),
            };
        };
        let arguments: FluentArgs = values.iter().map(|&(name, value)| (name, value)).collect();
        let mut errors = Vec::new();
        bundle.format_pattern(pattern, Some(&arguments), &mut errors).into_owned()
    }

    /// Returns true when there is a text for `key`.
    pub fn has(&self, key: &str) -> bool {
        self.sources.binary_search_by_key(&key, |(key, _)| key).is_ok()
    }
}

fn bundle(language: Language, source: &str) -> Bundle {
    let tag = language.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    // Isolation marks would show up as odd characters in logs and terminals.
    bundle.set_use_isolating(false);
    let resource = FluentResource::try_new(source.to_owned())
        // A faulty entry is left out; a test below checks that the shipped texts have none.
        .unwrap_or_else(|(resource, _)| resource);
    bundle.add_resource_overriding(resource);
    bundle
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::text::typography_fault;

    #[test]
    fn the_texts_have_no_syntax_error() {
        for (_, source) in ENGLISH.iter().chain(JAPANESE) {
            let errors =
                FluentResource::try_new((*source).to_owned()).err().map(|(_, errors)| errors);
            assert_eq!(errors, None);
        }
    }

    /// The placeholders of a text.
    fn placeholders(source: &str) -> BTreeSet<&str> {
        let after_signs = source.split('$').skip(1);
        let names = after_signs.map(|after| {
            let end = after
                .find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_'))
                .unwrap_or(after.len());
            &after[..end]
        });
        names.collect()
    }

    #[test]
    fn both_languages_have_the_same_keys_and_placeholders() {
        assert_eq!(ENGLISH.len(), JAPANESE.len());
        for ((key, english), (other_key, japanese)) in ENGLISH.iter().zip(JAPANESE) {
            assert_eq!(key, other_key, "a key that is in one language only");
            assert_eq!(placeholders(english), placeholders(japanese), "{key}");
        }
        assert!(ENGLISH.len() > 100);
    }

    #[test]
    fn no_key_has_two_texts() {
        for keys in [ENGLISH, JAPANESE] {
            assert!(keys.is_sorted_by(|(one, _), (other, _)| one < other));
        }
    }

    fn japanese_lines() -> impl Iterator<Item = &'static str> {
        JAPANESE.iter().flat_map(|(_, source)| source.lines())
    }

    #[test]
    fn japanese_texts_keep_to_their_typography() {
        for line in japanese_lines() {
            let text = line.split_once(" = ").map_or(line, |(_, text)| text);
            assert_eq!(typography_fault(text), None, "{line}");
        }
    }

    #[test]
    fn japanese_labels_fit_their_column() {
        const COLUMN: usize = 12;
        for line in japanese_lines() {
            let Some((key, label)) = line.split_once(" = ") else { continue };
            let width: usize = label.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
            assert!(!key.starts_with("label-") || width <= COLUMN, "{line}: {width} columns");
        }
    }

    #[test]
    fn a_text_that_is_missing_in_japanese_is_english() {
        let catalog = Catalog::new(Language::Japanese, &[]);
        let english = Catalog::english().text("world", &[("world", "x")]);
        assert_eq!(catalog.text("world", &[("world", "x")]), english);
        assert_eq!(Catalog::of(Language::Japanese).text("world", &[("world", "x")]), "ワールド x");
    }

    #[test]
    fn placeholders_are_filled_in_and_unknown_keys_show_themselves() {
        let catalog =
            Catalog::new(Language::English, &[("greeting", "greeting = Hello { $name }\n")]);
        assert_eq!(catalog.text("greeting", &[("name", "*0:1037/x")]), "Hello *0:1037/x");
        assert_eq!(catalog.text("no-such-key", &[]), "no-such-key");
    }

    #[test]
    fn languages_are_known_by_their_locales() {
        assert_eq!(Language::from_locale("ja_JP.UTF-8"), Language::Japanese);
        assert_eq!(Language::from_locale("jam"), Language::English);
        assert_eq!(Language::from_locale("C"), Language::English);
    }
}
