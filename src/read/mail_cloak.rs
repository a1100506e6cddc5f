//! Names that a web page took for mail addresses and hid: `Func@module` as a key and a number that the
//! page's own script turns back. Where the page holds the number, the name is not lost.

use crate::text::clip_bytes;

/// What stands before the number: in an attribute, and in a link.
const MARKS: &[&str] = &["data-cfemail=\"", "data-cfemail='", "email-protection#"];
/// Longest number that is decoded, in digits.
const MAX_DIGITS: usize = 512;

/// `text` with the hidden names in the place of their elements; `None` without any.
pub(super) fn uncloaked(text: &str) -> Option<String> {
    if !text.contains("mail") {
        return None;
    }
    let mut clean = String::new();
    let mut rest = text;
    let mut found = false;
    while let Some((start, end, name)) = next_cloak(rest) {
        clean.push_str(&rest[..start]);
        clean.push_str(&name);
        rest = &rest[end..];
        found = true;
    }
    clean.push_str(rest);
    found.then_some(clean)
}

/// Where the next hidden name begins and ends, and the name.
fn next_cloak(text: &str) -> Option<(usize, usize, String)> {
    let mut from = 0;
    loop {
        let places =
            MARKS.iter().filter_map(|mark| Some(from + text[from..].find(mark)? + mark.len()));
        let digits = places.min()?;
        let number = digits_at(&text[digits..]);
        if let Some(name) = decode(number) {
            let (start, end) = element_around(text, digits, digits + number.len());
            return Some((start, end, name));
        }
        from = digits;
    }
}

fn digits_at(text: &str) -> &str {
    let text = clip_bytes(text, MAX_DIGITS);
    &text[..text.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(text.len())]
}

/// The name that `number` hides: its first byte is the key of the others.
fn decode(number: &str) -> Option<String> {
    let bytes: Vec<u8> = (0..number.len() / 2)
        .map(|place| u8::from_str_radix(&number[2 * place..2 * place + 2], 16))
        .collect::<Result<_, _>>()
        .ok()?;
    let (key, hidden) = bytes.split_first()?;
    let name: Vec<u8> = hidden.iter().map(|byte| byte ^ key).collect();
    let printed = name.iter().all(u8::is_ascii_graphic) && name.contains(&b'@');
    printed.then(|| String::from_utf8(name).ok()).flatten()
}

/// The whole element or link that holds the number: `<a … data-cfemail="…">[email protected]</a>`,
/// `[[email protected]](/cdn-cgi/l/email-protection#…)`.
fn element_around(text: &str, digits: usize, end: usize) -> (usize, usize) {
    let open = text[..digits].rfind(['<', '(']).unwrap_or(0);
    let after = &text[end..];
    if text[open..].starts_with('<') {
        let closed = after.find('>').map_or(text.len(), |close| end + close + 1);
        let close_tag = if text[open..].starts_with("<span") { "</span>" } else { "</a>" };
        // The words in the place of the name, and no element that begins behind them.
        let words = text[closed..].find(close_tag).filter(|at| {
            let inside = &text[closed..closed + at];
            inside.contains("protected") && inside.matches("email").count() <= 1
        });
        return (open, words.map_or(closed, |at| closed + at + close_tag.len()));
    }
    let closed = after.find(')').map_or(text.len(), |close| end + close + 1);
    let shown = text[..open]
        .strip_suffix(']')
        .and_then(|before| before.rfind("[[").or_else(|| before.rfind('[')));
    (shown.unwrap_or(open), closed)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `name` as a page hides it.
    fn hidden(name: &str) -> String {
        const KEY: u8 = 0x5a;
        let bytes = std::iter::once(KEY).chain(name.bytes().map(|byte| byte ^ KEY));
        bytes.map(|byte| format!("{byte:02x}")).collect()
    }

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let text = text.replace("HIDDEN", &hidden("Foo_Bar@lpfc"));
        assert_eq!(uncloaked(&text).as_deref(), expected, "{text}");
    }

    #[test]
    fn a_hidden_name_takes_the_place_of_its_element() {
        let plain = Some("[0x42]Foo_Bar@lpfc#v2+0x1");
        check(
            "[0x42]<a class=\"x\" data-cfemail=\"HIDDEN\">[email&#160;protected]</a>#v2+0x1",
            plain,
        );
        check(
            "[0x42]<span class=\"x\" data-cfemail=\"HIDDEN\">[email protected]</span>#v2+0x1",
            plain,
        );
        check(
            "[0x42]<a href=\"/cdn-cgi/l/email-protection#HIDDEN\">[email protected]</a>#v2+0x1",
            plain,
        );
        check("[0x42][[email protected]](/cdn-cgi/l/email-protection#HIDDEN)#v2+0x1", plain);
        let two = "<a data-cfemail=\"HIDDEN\">[email protected]</a> <a data-cfemail=\"HIDDEN\">[email protected]</a>";
        check(two, Some("Foo_Bar@lpfc Foo_Bar@lpfc"));
    }

    #[test]
    fn other_texts_stay_what_they_are() {
        check("<a data-cfemail=\"zz\">[email protected]</a>", None);
        check("<a data-cfemail=\"5a\">[email protected]</a>", None);
        check("data-cfemail=\"é", None);
        check("mail", None);
    }
}
