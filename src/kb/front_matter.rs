//! Markdown files with TOML front matter between two `+++` lines.

use std::ops::Range;

use serde::de::DeserializeOwned;

use super::source::syntax_error;
use crate::error::Result;

/// A file taken apart: the typed front matter and the Markdown sections.
#[derive(Clone, Debug)]
pub(super) struct FrontMatterDocument<T> {
    /// The front matter.
    pub front: T,
    /// `## Heading` and the text below it, in order.
    pub sections: Vec<(String, String)>,
}

impl<T: DeserializeOwned> FrontMatterDocument<T> {
    /// Reads `text`, which is the file `path` of the knowledge base.
    ///
    /// # Errors
    /// [`crate::error::Error::KbSyntax`] with the line and the text that was expected there.
    pub(super) fn parse(path: &str, text: &str) -> Result<Self> {
        let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        let Some(rest) = text.strip_prefix("+++\n") else {
            let problem = "the file starts with something else, expected a line `+++`";
            return Err(syntax_error(path, 1, problem));
        };
        let Some((front, body)) = rest.split_once("\n+++\n") else {
            let problem = "the front matter has no end, expected a second line `+++`";
            return Err(syntax_error(path, 1, problem));
        };
        let front = toml::from_str(front).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start.min(front.len()));
            // The front matter starts on line 2 of the file.
            let line = 2 + front[..offset].matches('\n').count();
            syntax_error(path, line, error.message())
        })?;
        Ok(Self { front, sections: sections_of(body) })
    }

    /// The document `text` with `front` instead of its own front matter; `None` when the text has
    /// no front matter, or the type cannot be read from `front`.
    pub(super) fn with_front(text: &str, front: toml::Table) -> Option<Self> {
        let body = &text[range_of(text)?.end..];
        Some(Self { front: front.try_into().ok()?, sections: sections_of(body) })
    }
}

impl<T> FrontMatterDocument<T> {
    /// The text of the section `heading`, without empty lines around it.
    pub(super) fn section(&self, heading: &str) -> Option<&str> {
        self.sections.iter().find(|(name, _)| name == heading).map(|(_, text)| text.as_str())
    }
}

/// The bytes of the front matter of the file `text`, without its `+++` lines.
pub(crate) fn range_of(text: &str) -> Option<Range<usize>> {
    let mut start = None;
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let is_mark = line.trim_start_matches('\u{feff}').trim_end() == "+++";
        match start {
            None if !is_mark => return None,
            None => start = Some(offset + line.len()),
            Some(start) if is_mark => return Some(start..offset),
            Some(_) => {}
        }
        offset += line.len();
    }
    None
}

/// The sections below the front matter.
fn sections_of(body: &str) -> Vec<(String, String)> {
    let mut sections: Vec<(String, String)> = Vec::new();
    for line in body.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            sections.push((heading.trim().to_owned(), String::new()));
        } else if let Some((_, text)) = sections.last_mut() {
            text.push_str(line);
            text.push('\n');
        }
    }
    for (_, text) in &mut sections {
        *text = text.trim().to_owned();
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Head {
        id: String,
    }

    #[test]
    fn front_matter_and_sections_are_split() {
        let text = "+++\nid = \"x\"\n+++\n\n## Cause\n\nA bug.\nMore.\n\n## Fix\nNone.\n";
        let document: FrontMatterDocument<Head> =
            FrontMatterDocument::parse("a.md", text).expect("a document");
        assert_eq!(document.front.id, "x");
        assert_eq!(document.section("Cause"), Some("A bug.\nMore."));
        assert_eq!(document.section("Fix"), Some("None."));
    }

    #[track_caller]
    fn check_error(text: &str, expected: &str) {
        let error = FrontMatterDocument::<Head>::parse("a.md", text).expect_err("a syntax error");
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn errors_name_the_line_and_what_was_expected() {
        check_error("id = 1", "a.md:1: the file starts with something else, expected a line `+++`");
        check_error(
            "+++\nid = \"x\"\n",
            "a.md:1: the front matter has no end, expected a second line `+++`",
        );
        check_error(
            "+++\nid = \"x\"\nname = 1\n+++\n",
            "a.md:3: unknown field `name`, expected `id`",
        );
    }
}
