//! The files of a knowledge base as they stand, and the way from a place in one to line and column.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::finding::{Place, Position};
use super::front_matter;
use super::source::KbSource;
use crate::error::Result;

/// The text of every file by path; that of a later source replaces an earlier one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KbTexts(BTreeMap<String, Cow<'static, str>>);

impl KbTexts {
    /// Reads the files of `sources`.
    ///
    /// # Errors
    /// [`crate::error::Error::Io`] when a directory or a file in it cannot be read.
    pub fn read(sources: &[KbSource]) -> Result<Self> {
        let mut texts = BTreeMap::new();
        for source in sources {
            texts.extend(source.files()?.into_iter().map(|file| (file.path, file.text)));
        }
        Ok(Self(texts))
    }

    /// The text of the file `path`.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(|text| &**text)
    }

    /// Every path and text, in the order of the paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(path, text)| (path.as_str(), &**text))
    }

    /// Where `place` is in the file `path`; `None` for the file as a whole, or when the place is
    /// not in it.
    pub fn position(&self, path: &str, place: &Place) -> Option<Position> {
        let text = self.get(path)?;
        let range = range_of(text, place)?;
        let start = range.start.min(text.len());
        let line = text[..start].matches('\n').count() + 1;
        let line_start = text[..start].rfind('\n').map_or(0, |end| end + 1);
        let column = text[line_start..start].chars().count() + 1;
        Some(Position { line, column, start, end: range.end.clamp(start, text.len()) })
    }
}

/// The first `text` of a file, in bytes.
fn range_of(text: &str, place: &Place) -> Option<Range<usize>> {
    match place {
        Place::File => None,
        Place::Bytes(start, end) => Some(*start..*end),
        Place::Text(wanted) => {
            let start = text.find(wanted.as_str())?;
            Some(start..start + wanted.len())
        }
        Place::Line(number) => {
            let start = match number.checked_sub(2) {
                Some(newline) => text.match_indices('\n').nth(newline)?.0 + 1,
                None => 0,
            };
            let length = text[start..].find('\n').unwrap_or(text.len() - start);
            Some(start..start + length)
        }
        Place::Value(key) => in_front_matter(text, key, false),
        Place::Key(key) => in_front_matter(text, key, true),
    }
}

/// The value or the name of a key; the nearest table above it when the key is not there.
fn in_front_matter(text: &str, key: &str, name: bool) -> Option<Range<usize>> {
    let front = front_matter::range_of(text)?;
    let (table, _) = DeTable::parse_recoverable(&text[front.clone()]);
    let mut found = Found { name: 0..0, value: 0..0 };
    let mut value = DeValue::Table(table.into_inner());
    for part in parts_of(key) {
        let Some((next, inner)) = step(value, &part) else {
            break;
        };
        found = next;
        value = inner;
    }
    let range = if name { found.name } else { found.value };
    Some(front.start + range.start..front.start + range.end)
}

struct Found {
    name: Range<usize>,
    value: Range<usize>,
}

enum Part {
    Name(String),
    Index(usize),
}

/// The parts of `signatures[1].frames[2]`.
fn parts_of(key: &str) -> Vec<Part> {
    let part = |text: &str| match text.strip_suffix(']') {
        Some(index) => Part::Index(index.parse().unwrap_or(usize::MAX)),
        None => Part::Name(text.to_owned()),
    };
    key.split(['.', '[']).filter(|text| !text.is_empty()).map(part).collect()
}

fn step<'a>(value: DeValue<'a>, part: &Part) -> Option<(Found, DeValue<'a>)> {
    let (name, value): (Option<Range<usize>>, Spanned<DeValue<'a>>) = match (part, value) {
        (Part::Name(name), DeValue::Table(table)) => {
            let (key, value) = table.into_iter().find(|(key, _)| key.get_ref() == name)?;
            (Some(key.span()), value)
        }
        (Part::Index(index), DeValue::Array(array)) => (None, array.into_iter().nth(*index)?),
        _ => return None,
    };
    let span = value.span();
    let found = Found { name: name.unwrap_or_else(|| span.clone()), value: span };
    Some((found, value.into_inner()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "+++\nid = \"KB1\"\n\n[[signatures]]\nname = \"a\"\n\n[[signatures]]\n\
        frames = [\n  \"Ä\", \"B\",\n  { function = \"C\", gap = 2 },\n]\n+++\n\n## Cause\n";

    #[track_caller]
    fn check(place: Place, expected: Option<(usize, usize, &str)>) {
        let texts = KbTexts([("x.md".to_owned(), Cow::Borrowed(FILE))].into());
        let found = texts.position("x.md", &place);
        let found = found.map(|at| (at.line, at.column, &FILE[at.start..at.end]));
        assert_eq!(found, expected, "{place:?}");
    }

    #[test]
    fn places_have_lines_and_columns() {
        check(Place::Value("id".into()), Some((2, 6, "\"KB1\"")));
        check(Place::Key("id".into()), Some((2, 1, "id")));
        check(Place::Value("signatures[1].frames[1]".into()), Some((9, 8, "\"B\"")));
        check(Place::Value("signatures[1].frames[2].gap".into()), Some((10, 27, "2")));
        check(Place::Key("signatures[1].frames".into()), Some((8, 1, "frames")));
        check(Place::Line(1), Some((1, 1, "+++")));
        check(Place::Line(5), Some((5, 1, "name = \"a\"")));
        check(Place::Text("## Cause".into()), Some((14, 1, "## Cause")));
        check(Place::File, None);
        check(Place::Line(99), None);
    }

    #[test]
    fn a_key_that_is_not_there_is_at_its_table() {
        check(Place::Value("signatures[0].kinds".into()), Some((4, 1, "[[signatures]]")));
        check(Place::Value("nothing".into()), Some((2, 1, "")));
    }
}
