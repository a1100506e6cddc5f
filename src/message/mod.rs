//! Every text that a person reads, by key. English lives in `locales/en.ftl`.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};

const ENGLISH: &str = include_str!("../../locales/en.ftl");

static ENGLISH_CATALOG: LazyLock<Catalog> = LazyLock::new(|| Catalog::new("en", ENGLISH));

/// The texts of one language.
pub struct Catalog {
    bundle: FluentBundle<FluentResource>,
}

impl Catalog {
    /// The English texts.
    pub fn english() -> &'static Self {
        &ENGLISH_CATALOG
    }

    fn new(language: &str, source: &str) -> Self {
        let language = language.parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![language]);
        // Isolation marks would show up as odd characters in logs and terminals.
        bundle.set_use_isolating(false);
        let resource = FluentResource::try_new(source.to_owned())
            // A faulty entry is left out; the test below keeps the shipped texts free of any.
            .unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
        Self { bundle }
    }

    /// The text of `key` with its placeholders filled in; the key itself where there is no text.
    pub fn text(&self, key: &str, values: &[(&str, &str)]) -> String {
        let pattern = self.bundle.get_message(key).and_then(|message| message.value());
        let Some(pattern) = pattern else {
            return key.to_owned();
        };
        let arguments: FluentArgs = values.iter().map(|&(name, value)| (name, value)).collect();
        let mut errors = Vec::new();
        self.bundle.format_pattern(pattern, Some(&arguments), &mut errors).into_owned()
    }

    /// True when there is a text for `key`.
    pub fn has(&self, key: &str) -> bool {
        self.bundle.has_message(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_english_texts_have_no_syntax_error() {
        let errors = FluentResource::try_new(ENGLISH.to_owned()).err().map(|(_, errors)| errors);
        assert_eq!(errors, None);
    }

    #[test]
    fn placeholders_are_filled_in_and_unknown_keys_show_themselves() {
        let catalog = Catalog::new("en", "greeting = Hello { $name }\n");
        assert_eq!(catalog.text("greeting", &[("name", "*0:1037/x")]), "Hello *0:1037/x");
        assert_eq!(catalog.text("no-such-key", &[]), "no-such-key");
    }
}
