//! Texts by key, in English and in Japanese.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};

/// The files of one language; every language has the same ones.
macro_rules! files {
    ($language:literal) => {
        &[
            include_str!(concat!("../../locales/", $language, "/main.ftl")),
            include_str!(concat!("../../locales/", $language, "/explain.ftl")),
            include_str!(concat!("../../locales/", $language, "/affects.ftl")),
            include_str!(concat!("../../locales/", $language, "/exception.ftl")),
            include_str!(concat!("../../locales/", $language, "/machine-check.ftl")),
            include_str!(concat!("../../locales/", $language, "/publish.ftl")),
            include_str!(concat!("../../locales/", $language, "/triage.ftl")),
            include_str!(concat!("../../locales/", $language, "/lint.ftl")),
            include_str!(concat!("../../locales/", $language, "/ledger.ftl")),
            include_str!(concat!("../../locales/", $language, "/patterns.ftl")),
        ]
    };
}

const ENGLISH: &[&str] = files!("en");
const JAPANESE: &[&str] = files!("ja");

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
    /// One for each file, in the order in which a key is looked up. Each is read on first use: the
    /// main job seldom needs the last ones.
    bundles: Vec<LazyBundle>,
}

type Bundle = FluentBundle<FluentResource>;
type LazyBundle = LazyLock<Bundle, Box<dyn FnOnce() -> Bundle + Send>>;

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

    fn new(language: Language, sources: &[&'static str]) -> Self {
        let bundles = sources.iter().map(|source| lazy_bundle(language, source)).collect();
        Self { language, bundles }
    }

    /// Finds the first bundle with a text for `key`.
    fn bundle_of(&self, key: &str) -> Option<&Bundle> {
        self.bundles.iter().map(|bundle| &**bundle).find(|bundle| bundle.has_message(key))
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
        let found = self.bundle_of(key).and_then(|bundle| {
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
        self.bundle_of(key).is_some()
    }
}

fn lazy_bundle(language: Language, source: &'static str) -> LazyBundle {
    LazyLock::new(Box::new(move || bundle(language, source)))
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
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::text::typography_fault;

    #[test]
    fn the_texts_have_no_syntax_error() {
        for source in ENGLISH.iter().chain(JAPANESE) {
            let errors =
                FluentResource::try_new((*source).to_owned()).err().map(|(_, errors)| errors);
            assert_eq!(errors, None);
        }
    }

    /// The keys of a file with the placeholders of their texts.
    fn entries(source: &str) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut entries: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let mut key = "";
        for line in source.lines().filter(|line| !line.starts_with('#')) {
            if line.starts_with(|c: char| c.is_ascii_lowercase()) {
                key = line.split([' ', '=']).next().unwrap_or_default();
                let known = entries.insert(key, BTreeSet::new());
                assert_eq!(known, None, "{key} is there twice");
            }
            for after in line.split('$').skip(1) {
                let end = after
                    .find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_'))
                    .unwrap_or(after.len());
                entries.entry(key).or_default().insert(&after[..end]);
            }
        }
        entries
    }

    #[test]
    fn both_languages_have_the_same_keys_and_placeholders() {
        assert_eq!(ENGLISH.len(), JAPANESE.len());
        for (english, japanese) in ENGLISH.iter().zip(JAPANESE) {
            let (english, japanese) = (entries(english), entries(japanese));
            for (key, placeholders) in &english {
                assert_eq!(japanese.get(key), Some(placeholders), "{key} in locales/ja");
            }
            for key in japanese.keys() {
                assert!(english.contains_key(key), "{key} is in locales/ja only");
            }
        }
        assert!(entries(ENGLISH[0]).len() > 100);
        // The first file with a key wins, so the same key in another file would be dead.
        let mut keys: Vec<&str> =
            ENGLISH.iter().flat_map(|source| entries(source).into_keys()).collect();
        let all = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), all, "a key is in two files");
    }

    #[test]
    fn japanese_texts_keep_to_their_typography() {
        for line in JAPANESE.iter().flat_map(|source| source.lines()) {
            let text = line.split_once(" = ").map_or(line, |(_, text)| text);
            if !line.starts_with('#') {
                assert_eq!(typography_fault(text), None, "{line}");
            }
        }
    }

    #[test]
    fn japanese_labels_fit_their_column() {
        const COLUMN: usize = 12;
        for line in JAPANESE.iter().flat_map(|source| source.lines()) {
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
        let catalog = Catalog::new(Language::English, &["greeting = Hello { $name }\n"]);
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
