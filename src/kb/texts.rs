//! The unparsed text of every file of a knowledge base, and the line and column of a place in one.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::finding::{FindingPlace, Position};
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
    /// [`crate::error::Error::Io`] when a directory cannot be read at all.
    pub fn read(sources: &[KbSource]) -> Result<Self> {
        let mut texts = BTreeMap::new();
        for source in sources {
            let read = source.files()?.into_iter().filter(|file| file.unread.is_none());
            texts.extend(read.map(|file| (file.path, file.text)));
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

    /// The position of `place` in the file `path`; `None` for the file as a whole, and when the
    /// file does not have the place.
    pub fn position(&self, path: &str, place: &FindingPlace) -> Option<Position> {
        let text = self.get(path)?;
        let range = range_of(text, place)?;
        let start = range.start.min(text.len());
        let line = text[..start].matches('\n').count() + 1;
        let line_start = text[..start].rfind('\n').map_or(0, |end| end + 1);
        let column = text[line_start..start].chars().count() + 1;
        Some(Position { line, column, start, end: range.end.clamp(start, text.len()) })
    }
}

/// The bytes of `place` in the file `text`.
fn range_of(text: &str, place: &FindingPlace) -> Option<Range<usize>> {
    match place {
        FindingPlace::File => None,
        FindingPlace::Bytes(start, end) => Some(*start..*end),
        FindingPlace::Text(wanted) => {
            let start = text.find(wanted.as_str())?;
            Some(start..start + wanted.len())
        }
        FindingPlace::Line(number) => {
            let start = match number.checked_sub(2) {
                Some(newline) => text.match_indices('\n').nth(newline)?.0 + 1,
                None => 0,
            };
            let length = text[start..].find('\n').unwrap_or(text.len() - start);
            Some(start..start + length)
        }
        FindingPlace::Value(key) => in_front_matter(text, key).map(|spans| spans.value),
        FindingPlace::Key(key) => in_front_matter(text, key).map(|spans| spans.name),
    }
}

/// The bytes of one key of the front matter.
struct KeySpans {
    name: Range<usize>,
    value: Range<usize>,
}

/// The bytes of a key; of the nearest table above it when the front matter lacks the key.
fn in_front_matter(text: &str, key: &str) -> Option<KeySpans> {
    let front = front_matter::range_of(text)?;
    let (table, _) = DeTable::parse_recoverable(&text[front.clone()]);
    let mut spans = KeySpans { name: 0..0, value: 0..0 };
    let root = DeValue::Table(table.into_inner());
    let mut value = &root;
    for step in key.split(['.', '[']).filter(|step| !step.is_empty()) {
        let Some((found, inner)) = enter(value, step) else {
            break;
        };
        spans = found;
        value = inner;
    }
    Some(KeySpans { name: moved(spans.name, front.start), value: moved(spans.value, front.start) })
}

fn moved(range: Range<usize>, by: usize) -> Range<usize> {
    range.start + by..range.end + by
}

/// Goes from a table or an array into one step of `signatures[1].frames[2]`: `signatures`, `1]`,
/// `frames` or `2]`.
fn enter<'a, 'text>(
    value: &'a DeValue<'text>,
    step: &str,
) -> Option<(KeySpans, &'a DeValue<'text>)> {
    let (name, value) = match step.strip_suffix(']') {
        Some(index) => {
            let item = value.as_array()?.get(index.parse::<usize>().ok()?)?;
            (item.span(), item)
        }
        None => {
            let (name, value) = value.as_table()?.get_key_value(step)?;
            (name.span(), value)
        }
    };
    Some((KeySpans { name, value: value.span() }, value.get_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "+++\nid = \"KB1\"\n\n[[signatures]]\nname = \"a\"\n\n[[signatures]]\n\
        frames = [\n  \"Ä\", \"B\",\n  { function = \"C\", gap = 2 },\n]\n+++\n\n## Cause\n";

    #[track_caller]
    fn check(place: FindingPlace, expected: Option<(usize, usize, &str)>) {
        let texts = KbTexts([("x.md".to_owned(), Cow::Borrowed(FILE))].into());
        let found = texts.position("x.md", &place);
        let found = found.map(|at| (at.line, at.column, &FILE[at.start..at.end]));
        assert_eq!(found, expected, "{place:?}");
    }

    #[test]
    fn places_have_lines_and_columns() {
        check(FindingPlace::Value("id".into()), Some((2, 6, "\"KB1\"")));
        check(FindingPlace::Key("id".into()), Some((2, 1, "id")));
        check(FindingPlace::Value("signatures[1].frames[1]".into()), Some((9, 8, "\"B\"")));
        check(FindingPlace::Value("signatures[1].frames[2].gap".into()), Some((10, 27, "2")));
        check(FindingPlace::Key("signatures[1].frames".into()), Some((8, 1, "frames")));
        check(FindingPlace::Line(1), Some((1, 1, "+++")));
        check(FindingPlace::Line(5), Some((5, 1, "name = \"a\"")));
        check(FindingPlace::Text("## Cause".into()), Some((14, 1, "## Cause")));
        check(FindingPlace::File, None);
        check(FindingPlace::Line(99), None);
    }

    #[test]
    fn a_missing_key_is_placed_at_its_table() {
        check(FindingPlace::Value("signatures[0].kinds".into()), Some((4, 1, "[[signatures]]")));
        check(FindingPlace::Value("nothing".into()), Some((2, 1, "")));
    }
}
