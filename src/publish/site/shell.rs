//! What every page has around its content.

use super::STYLE;
use crate::message::{Catalog, Language};
use crate::text::escape_terminal;

/// The frame of a page.
pub(super) struct Shell {
    /// Its texts.
    pub catalog: &'static Catalog,
    /// Title of the page.
    pub title: String,
    /// The way to the directory of the site.
    pub up: String,
    /// The way to the start page of this language.
    pub home: String,
    /// The way to the same page in the other language.
    pub other: String,
    /// A page of its own, with its style and without links to other pages.
    pub alone: bool,
    /// Digest of the knowledge base; empty where it is not said.
    pub digest: String,
}

impl Shell {
    /// The frame of the page `path`, which lies below the start page of its language.
    pub(super) fn of_page(
        catalog: &'static Catalog,
        path: &str,
        title: String,
        digest: &str,
    ) -> Self {
        let below = "../".repeat(path.matches('/').count());
        let (up, other) = match catalog.language() {
            Language::English => (below.clone(), format!("{below}ja/{path}")),
            Language::Japanese => (format!("{below}../"), format!("{below}../{path}")),
        };
        Self { catalog, title, up, home: below, other, alone: false, digest: digest.to_owned() }
    }

    /// The frame of a page that stands alone.
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

    /// Each language is called by its own name.
    pub(super) fn other_language_name(&self) -> &'static str {
        match self.catalog.language() {
            Language::English => "日本語",
            Language::Japanese => "English",
        }
    }

    /// What a page may load. Browsers disagree whether `'self'` holds for a page that was opened
    /// as a file, so `file:` is named too.
    pub(super) fn policy(&self) -> &'static str {
        match self.alone {
            true => {
                "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
            }
            false => {
                "default-src 'none'; style-src 'self' file:; script-src 'self' file:; base-uri 'none'; form-action 'none'"
            }
        }
    }

    pub(super) fn style(&self) -> &'static str {
        STYLE
    }

    pub(super) fn tool(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    pub(super) fn footer(&self) -> String {
        match self.digest.is_empty() {
            true => format!("psod-match {}", self.tool()),
            false => {
                let values = [("tool", self.tool()), ("digest", self.digest.as_str())];
                self.catalog.text("site-footer", &values)
            }
        }
    }
}

/// A text with what its language is.
pub(super) struct Text {
    /// The text.
    pub text: String,
    /// In English on a page that is in Japanese.
    pub foreign: bool,
}

impl Text {
    /// The text of the page's language, or the English one.
    pub(super) fn chosen(catalog: &Catalog, english: &str, japanese: &str) -> Self {
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

/// The address of an article, where it is one: `javascript:` and the like are none.
pub(super) fn safe_address(address: &str) -> Option<String> {
    let is_web = address.starts_with("https://") || address.starts_with("http://");
    is_web.then(|| address.to_owned())
}

/// Running text as HTML: paragraphs, and code between backticks; everything else is escaped.
pub(super) fn text_html(text: &str) -> String {
    let paragraph = |paragraph: &str| {
        let spans = paragraph.split('`').enumerate().map(|(index, span)| match index % 2 {
            0 => escape_html(span),
            _ => format!("<code>{}</code>", escape_html(span)),
        });
        format!("<p>{}</p>", spans.collect::<String>())
    };
    text.split("\n\n").filter(|part| !part.trim().is_empty()).map(paragraph).collect()
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
        let other = |language, path: &str| {
            let shell = Shell::of_page(Catalog::of(language), path, String::new(), "");
            (shell.up, shell.home, shell.other)
        };
        let ways =
            |up: &str, home: &str, other: &str| (up.to_owned(), home.to_owned(), other.to_owned());
        assert_eq!(other(Language::English, "index.html"), ways("", "", "ja/index.html"));
        assert_eq!(other(Language::Japanese, "index.html"), ways("../", "", "../index.html"));
        assert_eq!(
            other(Language::Japanese, "lines/7.0.3.html"),
            ways("../../", "../", "../../lines/7.0.3.html")
        );
    }
}
