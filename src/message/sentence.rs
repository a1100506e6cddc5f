//! Texts that are in no language yet: they are stored, and translated for each reader.
//!
//! A [`Sentence`] is a key of `locales/` with the values of its placeholders. A [`Bilingual`] is a
//! text that a curator wrote in both languages. Neither knows which language a reader will want.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::catalog::{Catalog, Language};

/// A text that is in no language yet: its key, and the values of its placeholders.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence {
    key: Cow<'static, str>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    values: Vec<(Cow<'static, str>, SentenceValue)>,
}

/// The value of a placeholder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum SentenceValue {
    /// The same in every language: a name, a number, a quotation.
    Text(String),
    /// A text of its own key.
    Sentence(Sentence),
    /// Several of them, one after another: `the access was a write; the page was not present`.
    List(Vec<Sentence>),
    /// A text of the knowledge base.
    Bilingual(Bilingual),
}

/// A text of the knowledge base in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Bilingual {
    /// The English text.
    pub english: String,
    /// The Japanese text; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub japanese: String,
}

impl Sentence {
    /// Makes the text of `key` with `values`.
    pub fn new(key: &'static str, values: &[(&'static str, &str)]) -> Self {
        let values = values.iter().map(|&(name, value)| (name.into(), value.into())).collect();
        Self { key: key.into(), values }
    }

    /// Adds one more value.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<SentenceValue>) -> Self {
        self.values.push((name.into(), value.into()));
        self
    }

    /// Returns the text in the language of `catalog`.
    pub fn in_language(&self, catalog: &Catalog) -> String {
        let values: Vec<(&str, Cow<'_, str>)> = self
            .values
            .iter()
            .map(|(name, value)| (name.as_ref(), value.in_language(catalog)))
            .collect();
        let values: Vec<(&str, &str)> =
            values.iter().map(|(name, value)| (*name, value.as_ref())).collect();
        catalog.text(&self.key, &values)
    }
}

impl SentenceValue {
    fn in_language(&self, catalog: &Catalog) -> Cow<'_, str> {
        match self {
            Self::Text(text) => text.into(),
            Self::Sentence(sentence) => sentence.in_language(catalog).into(),
            Self::List(sentences) => {
                let texts: Vec<String> =
                    sentences.iter().map(|sentence| sentence.in_language(catalog)).collect();
                texts.join("; ").into()
            }
            Self::Bilingual(text) => text.in_language(catalog).into(),
        }
    }
}

impl From<&str> for SentenceValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for SentenceValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Sentence> for SentenceValue {
    fn from(sentence: Sentence) -> Self {
        Self::Sentence(sentence)
    }
}

impl From<Vec<Sentence>> for SentenceValue {
    fn from(sentences: Vec<Sentence>) -> Self {
        Self::List(sentences)
    }
}

impl From<Bilingual> for SentenceValue {
    fn from(text: Bilingual) -> Self {
        Self::Bilingual(text)
    }
}

impl Bilingual {
    /// Returns the text in the language of `catalog`; the English one where the Japanese one is empty.
    pub fn in_language(&self, catalog: &Catalog) -> &str {
        let wanted = catalog.language() == Language::Japanese && !self.japanese.is_empty();
        if wanted { &self.japanese } else { &self.english }
    }

    /// Returns true without an English text; every text is written in English first.
    pub fn is_empty(&self) -> bool {
        self.english.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks the texts in English and Japanese, also of the sentence that was stored and read back.
    #[track_caller]
    fn check(sentence: &Sentence, english: &str, japanese: &str) {
        let stored = serde_json::to_string(sentence).expect("JSON");
        let read: Sentence = serde_json::from_str(&stored).expect("a sentence");
        assert_eq!(read, *sentence, "{stored}");
        for sentence in [sentence, &read] {
            assert_eq!(sentence.in_language(Catalog::of(Language::English)), english);
            assert_eq!(sentence.in_language(Catalog::of(Language::Japanese)), japanese);
        }
    }

    #[test]
    fn a_value_is_translated_with_its_sentence() {
        let world = Sentence::new("world", &[("world", "1:x")]);
        check(&world, "world 1:x", "ワールド 1:x");
        let nested = Sentence::new("world", &[]).with("world", world.clone());
        check(&nested, "world world 1:x", "ワールド ワールド 1:x");
        let list = Sentence::new("world", &[]).with("world", vec![world.clone(), world]);
        check(&list, "world world 1:x; world 1:x", "ワールド ワールド 1:x; ワールド 1:x");
        let text = Bilingual { english: "fix".to_owned(), japanese: "修正".to_owned() };
        let both = Sentence::new("world", &[]).with("world", text);
        check(&both, "world fix", "ワールド 修正");
        let only = Bilingual { english: "fix".to_owned(), japanese: String::new() };
        check(&Sentence::new("world", &[]).with("world", only), "world fix", "ワールド fix");
    }
}
