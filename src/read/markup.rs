//! Strips HTML and Markdown from a line: a step that is certain and done to every line.

use std::borrow::Cow;

use super::mail_cloak::uncloaked;

/// Character references that pages print where the screen has the character.
const ENTITIES: &[(&str, &str)] = &[
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", "\""),
    ("&#39;", "'"),
    ("&#039;", "'"),
    ("&apos;", "'"),
    ("&nbsp;", " "),
    ("&#160;", " "),
    ("&#91;", "["),
    ("&#93;", "]"),
    ("&#64;", "@"),
    ("&commat;", "@"),
    ("&amp;", "&"),
];

/// Elements of pages; `<None>` and `<unknown>` are not among them.
const TAGS: &[&str] = &[
    "p",
    "pre",
    "code",
    "span",
    "div",
    "li",
    "ul",
    "ol",
    "b",
    "i",
    "em",
    "strong",
    "td",
    "tr",
    "font",
    "tt",
    "a",
    "blockquote",
];

/// Characters that Markdown writes after a backslash.
const ESCAPED: &str = "[]_*#<>`-.()@+\\";

/// Strips references, elements and backslashes of Markdown and HTML, and the quotes of an `'@'`.
pub(super) fn undo_markup(text: &str) -> Cow<'_, str> {
    let mut text = uncloaked(text).map_or(Cow::Borrowed(text), Cow::Owned);
    // Nearly no line of a screen has any.
    if text.is_ascii() && !has_marks(text.as_bytes()) {
        return text;
    }
    if text.contains('&') {
        for (reference, character) in ENTITIES {
            if text.contains(reference) {
                text = Cow::Owned(text.replace(reference, character));
            }
        }
    }
    if text.contains('<') {
        text = Cow::Owned(without_tags(&text));
    }
    if text.contains('\\') {
        text = Cow::Owned(without_backslashes(&text));
    }
    // `Func'@'vmkernel#nover` (elatov).
    if text.contains("'@'") {
        text = Cow::Owned(text.replace("'@'", "@"));
    }
    // `addr 0×0`: pages and word processors set the sign of a product for the letter.
    if text.contains("0×") {
        text = Cow::Owned(text.replace("0×", "0x"));
    }
    if !text.is_ascii() && text.chars().any(|c| narrow(c) != c) {
        text = Cow::Owned(text.chars().map(narrow).collect());
    }
    text
}

/// True when one of the signs that markup is made of is among these ASCII letters.
fn has_marks(letters: &[u8]) -> bool {
    memchr::memchr3(b'&', b'<', b'\\', letters).is_some()
        || memchr::memchr(b'\'', letters).is_some()
}

/// The ASCII character for a space of any width and for a full-width sign.
fn narrow(character: char) -> char {
    const FULL_WIDTH: std::ops::RangeInclusive<u32> = 0xff01..=0xff5e;
    let number = u32::from(character);
    match character {
        _ if character.is_whitespace() && !character.is_ascii() => ' ',
        _ if FULL_WIDTH.contains(&number) => {
            char::from_u32(number - 0xff01 + u32::from('!')).unwrap_or(character)
        }
        _ => character,
    }
}

fn without_tags(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        let (before, tag) = rest.split_at(open);
        clean.push_str(before);
        let name: &str = tag[1..].trim_start_matches('/');
        let name = &name[..name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len())];
        let known = TAGS.iter().any(|known| known.eq_ignore_ascii_case(name));
        match tag.find('>').filter(|_| known) {
            Some(close) => rest = &tag[close + 1..],
            None => {
                clean.push('<');
                rest = &tag[1..];
            }
        }
    }
    clean + rest
}

fn without_backslashes(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let escapes = character == '\\' && characters.peek().is_some_and(|c| ESCAPED.contains(*c));
        if !escapes {
            clean.push(character);
        } else if let Some(next) = characters.next() {
            clean.push(next);
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_taken_off() {
        for (text, expected) in [
            (
                r"0x1:\[0x2\]IOChain\_Resume@vmkernel\#nover+0x210",
                "0x1:[0x2]IOChain_Resume@vmkernel#nover+0x210",
            ),
            ("NetSched@&lt;None&gt;#&lt;None&gt;+0x21b", "NetSched@<None>#<None>+0x21b"),
            ("<p>stack: 0x0</p>", "stack: 0x0"),
            ("F'@'vmkernel", "F@vmkernel"),
            ("a\u{a0}b", "a b"),
            ("[0x1]<unknown> stack: 0x0", "[0x1]<unknown> stack: 0x0"),
        ] {
            assert_eq!(undo_markup(text), expected);
        }
    }
}
