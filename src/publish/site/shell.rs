//! The frame that every page has around its content, and texts that are safe in HTML.

use crate::message::{Catalog, Language};
use crate::text::{escape_terminal, web_address};

pub(super) const STYLE: &str = include_str!("../../../templates/site/style.css");

/// The frame of a page.
pub(super) struct Shell {
    /// The texts in its language.
    pub catalog: &'static Catalog,
    /// Title of the page.
    pub title: String,
    /// The relative path to the directory of the site.
    pub up: String,
    /// The relative path to the start page of this language.
    pub home: String,
    /// The relative path to the same page in the other language.
    pub other: String,
    /// True for a single page that holds its style and links to no other page.
    pub alone: bool,
    /// Digest of the knowledge base; empty on a single page.
    pub digest: String,
}

impl Shell {
    /// Makes the frame of the page `path`, which is below the start page of its language.
    pub(super) fn new(catalog: &'static Catalog, path: &str, title: String, digest: &str) -> Self {
        let below = "../".repeat(path.matches('/').count());
        let (up, other) = match catalog.language() {
            Language::English => (below.clone(), format!("{below}ja/{path}")),
            Language::Japanese => (format!("{below}../"), format!("{below}../{path}")),
        };
        Self { catalog, title, up, home: below, other, alone: false, digest: digest.to_owned() }
    }

    /// Makes the frame of a single page outside the site.
    pub(super) fn alone(catalog: &'static Catalog, title: String) -> Self {
        let (up, home, other) = Default::default();
        Self { catalog, title, up, home, other, alone: true, digest: String::new() }
    }

    pub(super) fn text(&self, key: &str) -> String {
        self.catalog.text(key, &[])
    }

    pub(super) fn language(&self) -> &'static str {
        self.catalog.language().tag()
    }

    pub(super) fn other_language(&self) -> &'static str {
        match self.catalog.language() {
            Language::English => Language::Japanese.tag(),
            Language::Japanese => Language::English.tag(),
        }
    }

    /// Names the other language in that language.
    pub(super) fn other_language_name(&self) -> &'static str {
        match self.catalog.language() {
            Language::English => "日本語",
            Language::Japanese => "English",
        }
    }

    /// Returns the content security policy. Browsers disagree whether `'self'` covers a page that
    /// was opened as a file, so `file:` is named too.
    pub(super) fn policy(&self) -> &'static str {
        if self.alone {
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
        } else {
            "default-src 'none'; style-src 'self' file:; script-src 'self' file:; base-uri 'none'; form-action 'none'"
        }
    }

    pub(super) fn style(&self) -> &'static str {
        STYLE
    }

    pub(super) fn tool(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    pub(super) fn footer(&self) -> String {
        if self.digest.is_empty() {
            return format!("psod-match {}", self.tool());
        }
        let values = [("tool", self.tool()), ("digest", self.digest.as_str())];
        self.catalog.text("site-footer", &values)
    }
}

/// A text in the language of its page, or in English for want of a translation.
pub(in crate::publish) struct ChosenText {
    /// The text.
    pub text: String,
    /// True for an English text on a Japanese page.
    pub foreign: bool,
}

impl ChosenText {
    /// Takes the text in the language of `catalog`, or the English one.
    pub(in crate::publish) fn new(catalog: &Catalog, english: &str, japanese: &str) -> Self {
        let page_is_japanese = catalog.language() == Language::Japanese;
        Self {
            text: catalog.chosen(english.to_owned(), japanese.to_owned()),
            foreign: page_is_japanese && japanese.is_empty(),
        }
    }
}

/// A link, or only its text where it leads nowhere.
pub(super) struct Link {
    /// Text.
    pub title: String,
    /// Address.
    pub href: Option<String>,
}

/// Returns an address of the web; `None` for any other, such as `javascript:`.
pub(in crate::publish) fn safe_address(address: &str) -> Option<String> {
    web_address(address).map(str::to_owned)
}

/// Writes running text as HTML: paragraphs, and code between backticks; all else is escaped.
pub(super) fn text_html(text: &str) -> String {
    text.split("\n\n").filter(|part| !part.trim().is_empty()).map(paragraph_html).collect()
}

fn paragraph_html(paragraph: &str) -> String {
    let spans = paragraph.split('`').enumerate().map(|(index, span)| match index % 2 {
        0 => escape_html(span),
        _ => format!("<code>{}</code>", escape_html(span)),
    });
    format!("<p>{}</p>", spans.collect::<String>())
}

fn escape_html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Makes control characters and those that reorder text visible in a finished page, whose own
/// control characters are line ends.
pub(super) fn visible(page: &str) -> String {
    let lines: Vec<_> = page.split('\n').map(|line| escape_terminal(line)).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped_and_code_is_code() {
        assert_eq!(
            text_html("Set `a<b`.\n\n<script>x</script>"),
            "<p>Set <code>a&lt;b</code>.</p><p>&lt;script&gt;x&lt;/script&gt;</p>"
        );
        assert_eq!(visible("a\u{202e}b\nc"), "a\\u{202e}b\nc");
    }

    #[test]
    fn only_addresses_of_the_web_are_links() {
        assert_eq!(safe_address("javascript:alert(1)"), None);
        assert!(safe_address("https://example.org").is_some());
    }

    #[test]
    fn the_other_language_is_the_same_page() {
        #[track_caller]
        fn check(language: Language, path: &str, expected: [&str; 3]) {
            let shell = Shell::new(Catalog::of(language), path, String::new(), "");
            assert_eq!([shell.up, shell.home, shell.other], expected);
        }
        check(Language::English, "index.html", ["", "", "ja/index.html"]);
        check(Language::Japanese, "index.html", ["../", "", "../index.html"]);
        check(Language::Japanese, "lines/7.0.3.html", ["../../", "../", "../../lines/7.0.3.html"]);
    }
}
