//! Sets and removes keys of the front matter of an issue, and leaves every other byte as it is.

use toml_edit::{DocumentMut, Value};

use super::change::{fault, with_plain_ends};
use crate::error::Result;
use crate::kb::front_matter_range;

/// A change of one key.
pub(super) enum KeyEdit {
    /// Gives it this value, at the end of the plain keys where it is not there.
    Set(&'static str, Value),
    /// Takes it out.
    Remove(&'static str),
}

/// The file `text` with other keys.
///
/// # Errors
/// [`crate::error::Error::KbSyntax`] when its front matter cannot be read.
pub(super) fn with_keys(path: &str, text: &str, edits: &[KeyEdit]) -> Result<String> {
    edited(path, text, |document| {
        for edit in edits {
            match edit {
                KeyEdit::Set(key, value) => set(document, key, value.clone()),
                KeyEdit::Remove(key) => {
                    document.remove(key);
                }
            }
        }
    })
}

/// The file `text` with an edited front matter.
///
/// # Errors
/// As [`with_keys`].
pub(super) fn edited(
    path: &str,
    text: &str,
    edit: impl FnOnce(&mut DocumentMut),
) -> Result<String> {
    with_plain_ends(text, |text| {
        let range =
            front_matter_range(text).ok_or_else(|| fault(path, "it has no front matter"))?;
        let front: DocumentMut = text[range.clone()]
            .parse()
            .map_err(|error: toml_edit::TomlError| fault(path, error.message()))?;
        let mut front = front;
        edit(&mut front);
        Ok(format!("{}{front}{}", &text[..range.start], &text[range.end..]))
    })
}

/// Gives a key a value; a comment behind the present value stays.
fn set(document: &mut DocumentMut, key: &str, mut value: Value) {
    if let Some(present) = document.get(key).and_then(|item| item.as_value()) {
        *value.decor_mut() = present.decor().clone();
    }
    document[key] = toml_edit::Item::Value(value);
}

/// A day such as `2026-11-23` as TOML has it; a text where it is none.
pub(super) fn day_value(day: &str) -> Value {
    day.parse::<toml_edit::Datetime>().map_or_else(|_| day.into(), Value::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "+++\nschema = 1 # one\nstatus = \"draft\" # so far\n\n# Nothing is known.\n[fix]\n\
        unknown = true\n+++\n\n## Cause\n\nx = 1\n";

    #[track_caller]
    fn check(edits: &[KeyEdit], expected: &[(&str, &str)]) {
        let wanted = expected.iter().fold(FILE.to_owned(), |text, (before, after)| {
            assert!(text.contains(before), "{before}");
            text.replacen(before, after, 1)
        });
        let found = with_keys("issues/KB1.md", FILE, edits).expect("edited");
        assert_eq!(found, wanted);
        let windows = with_keys("issues/KB1.md", &FILE.replace('\n', "\r\n"), edits);
        assert_eq!(windows.expect("edited"), wanted.replace('\n', "\r\n"));
    }

    #[test]
    fn only_the_named_keys_change() {
        use KeyEdit::{Remove, Set};
        check(&[Set("status", "test".into())], &[("\"draft\"", "\"test\"")]);
        check(
            &[Set("reviewer", "Jo".into()), Set("reviewed", day_value("2026-11-23"))],
            &[("# so far\n", "# so far\nreviewer = \"Jo\"\nreviewed = 2026-11-23\n")],
        );
        check(&[Remove("status")], &[("status = \"draft\" # so far\n", "")]);
        check(&[Remove("nothing")], &[]);
    }

    #[test]
    fn what_has_no_front_matter_is_a_fault() {
        assert!(with_keys("a.md", "id = 1\n", &[]).is_err());
        assert!(with_keys("a.md", "+++\nid =\n+++\n", &[]).is_err());
    }
}
