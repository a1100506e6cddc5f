//! Guests choose part of a crash text (a VM's name is part of a world's name), so the text is made
//! harmless before a terminal or a Markdown page shows it. Goes in: any text. Comes out: a text
//! without control characters or markup. Nothing is escaped on the way in.

use std::borrow::Cow;

use unicode_general_category::{GeneralCategory, get_general_category};

/// Replaces control characters and characters that reorder or hide text by `\u{…}` notation.
pub fn escape_terminal(text: &str) -> Cow<'_, str> {
    if !may_hold_dangerous(text) || !text.chars().any(is_dangerous) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_dangerous(character) {
            escaped.extend(character.escape_unicode());
        } else {
            escaped.push(character);
        }
    }
    Cow::Owned(escaped)
}

/// Escapes the characters of Markdown and HTML markup, after [`escape_terminal`]. A word that a
/// renderer would make a link or a mention of by itself becomes code, which none looks into.
pub fn escape_markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    for part in escape_terminal(text).split_inclusive(char::is_whitespace) {
        let word = part.trim_end_matches(char::is_whitespace);
        if becomes_link(word) {
            push_code(&mut escaped, word);
        } else {
            push_escaped(&mut escaped, word);
        }
        escaped.push_str(&part[word.len()..]);
    }
    escaped
}

fn push_escaped(escaped: &mut String, word: &str) {
    for character in word.chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '!' => {
                escaped.push('\\');
                escaped.push(character);
            }
            _ => escaped.push(character),
        }
    }
}

/// Writes `word` as code, between more backticks than it has itself.
fn push_code(escaped: &mut String, word: &str) {
    let longest = word.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let blank = if longest > 0 { " " } else { "" };
    // In a table a bar ends the cell even inside of code.
    let word = word.replace('|', "&#124;");
    escaped.extend([&fence, blank, word.as_str(), blank, &fence]);
}

/// What renderers look for: addresses of the web and of mail, and mentions of people and tickets.
fn becomes_link(word: &str) -> bool {
    const STARTS: &[&str] = &["://", "www.", "mailto:", "xmpp:", "tel:"];
    let lower = word.to_ascii_lowercase();
    let of_mail = word.split_once('@').is_some_and(|(_, host)| host.contains('.'));
    STARTS.iter().any(|start| lower.contains(start))
        || of_mail
        || is_mention(word, '@', char::is_ascii_alphanumeric)
        || is_mention(word, '#', char::is_ascii_digit)
}

/// True for `start` with a name behind it, which begins with such a character.
fn is_mention(word: &str, start: char, begins_name: fn(&char) -> bool) -> bool {
    word.strip_prefix(start).and_then(|name| name.chars().next()).as_ref().is_some_and(begins_name)
}

/// Returns an address that may become a link: one of the web, whole and without hidden characters.
pub(crate) fn web_address(address: &str) -> Option<&str> {
    let is_web = address.starts_with("https://") || address.starts_with("http://");
    let is_plain = !address.contains(|c: char| {
        c.is_whitespace() || matches!(c, '<' | '>' | '"' | '|') || is_dangerous(c)
    });
    (is_web && is_plain).then_some(address)
}

/// Escapes those characters of a JSON text that JSON may hold and a terminal should not get.
pub fn escape_json(json: &str) -> Cow<'_, str> {
    if (json.is_ascii() && memchr::memchr(0x7f, json.as_bytes()).is_none())
        || !json.chars().any(is_raw)
    {
        return Cow::Borrowed(json);
    }
    let mut escaped = String::with_capacity(json.len() + 16);
    for character in json.chars() {
        if is_raw(character) {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                escaped.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            escaped.push(character);
        }
    }
    Cow::Owned(escaped)
}

/// JSON escapes the control characters below the space itself.
fn is_raw(character: char) -> bool {
    character >= ' ' && is_dangerous(character)
}

/// False for nearly every text, which is told byte by byte: printable ASCII alone.
fn may_hold_dangerous(text: &str) -> bool {
    !text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// Returns true for control characters, and for those that reorder, hide or split text.
pub(crate) fn is_dangerous(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_control();
    }
    let is_of_class = matches!(
        get_general_category(character),
        GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
    );
    is_of_class || is_invisible(character)
}

/// Characters of other classes that take no room: fillers, and the planes of tags, which a model or
/// a program can read and a person cannot see.
fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{2065}' | '\u{3164}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{e0000}'..='\u{e0fff}')
}

/// Removes colour codes, also where a viewer has turned the escape character into text:
/// `^[[45m` (Broadcom 367534), `ESC[45m` (420576), `.[45m` (a `less` copy).
pub(crate) fn strip_terminal_codes(text: &str) -> Cow<'_, str> {
    if !text.contains('[') {
        return Cow::Borrowed(text);
    }
    let mut pieces = text.split('[');
    let mut clean = pieces.next().unwrap_or_default().to_owned();
    // The text after the last code: an escape character is not put together out of two places.
    let mut kept = 0;
    for piece in pieces {
        let after = piece.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
        match after.strip_prefix(['m', 'K', 'H', 'J']) {
            Some(after) => {
                clean.truncate(kept + escape_start(&clean[kept..]));
                kept = clean.len();
                clean.push_str(after);
            }
            None => {
                clean.push('[');
                clean.push_str(piece);
            }
        }
    }
    Cow::Owned(clean)
}

/// Where the spelling of the escape character at the end of `before` starts.
fn escape_start(before: &str) -> usize {
    // No spelling at all: the escape character was lost. No frame has a number like `[45m`.
    let spellings = ["\u{1b}", "\u{fffd}", "\\033", "#033", "\\x1b", "\\e", "^[", "ESC", "."];
    let found = spellings.iter().find_map(|spelling| before.strip_suffix(spelling));
    found.unwrap_or(before).len()
}

/// Cuts `text` to at most `limit` characters and marks the cut with `…`.
pub(crate) fn clip(text: &str, limit: usize) -> Cow<'_, str> {
    if text.chars().nth(limit).is_none() {
        return Cow::Borrowed(text);
    }
    let kept: String = text.chars().take(limit.saturating_sub(1)).collect();
    Cow::Owned(kept + "…")
}

/// Returns the start of `text` with at most `limit` bytes, cut between two characters.
pub(crate) fn clip_bytes(text: &str, limit: usize) -> &str {
    &text[..text.floor_char_boundary(limit)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_become_visible() {
        assert_eq!(escape_terminal("vmm0:\u{1b}[2J"), "vmm0:\\u{1b}[2J");
        assert_eq!(escape_terminal("a\u{202e}b"), "a\\u{202e}b");
        assert!(matches!(escape_terminal("vmnic4-pollW"), Cow::Borrowed(_)));
    }

    #[test]
    fn markdown_markup_is_escaped() {
        assert_eq!(escape_markdown("<b>*x*"), "&lt;b&gt;\\*x\\*");
    }

    #[test]
    fn what_would_become_a_link_is_code() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(escape_markdown(text), expected);
        }
        check("see https://evil.example/a_b now", "see `https://evil.example/a_b` now");
        check("(HTTP://evil.example)", "`(HTTP://evil.example)`");
        check("www.evil.example", "`www.evil.example`");
        check("jo@evil.example", "`jo@evil.example`");
        check("@octocat #12 #PF", "`@octocat` `#12` \\#PF");
        check("`https://evil.example`", "`` `https://evil.example` ``");
        check("a|b://c", "`a&#124;b://c`");
        check("Foo@vmkernel#nover+0x4", "Foo@vmkernel\\#nover+0x4");
    }

    #[test]
    fn json_keeps_its_meaning_and_shows_what_it_hides() {
        let text = "a\u{9b}b\u{202e}c\u{e0041}d\u{7f}";
        let json = serde_json::to_string(text).expect("JSON");
        let escaped = escape_json(&json);
        assert_eq!(escaped, r#""a\u009bb\u202ec\udb40\udc41d\u007f""#);
        assert_eq!(serde_json::from_str::<String>(&escaped).expect("JSON"), text);
        assert!(matches!(escape_json("{\n}"), Cow::Borrowed(_)));
    }

    #[test]
    fn colour_codes_go_in_every_spelling() {
        let expected = "VMware ESXi 7.0.1 [build-16850804 x86_64]";
        for text in [
            "\u{1b}[45m\u{1b}[33;1mVMware ESXi 7.0.1 [build-16850804 x86_64]\u{1b}[0m",
            "^[[45m^[[33;1mVMware ESXi 7.0.1 [build-16850804 x86_64]^[[0m",
            "ESC[45mESC[33;1mVMware ESXi 7.0.1 [build-16850804 x86_64]ESC[0m",
            ".[45m.[33;1mVMware ESXi 7.0.1 [build-16850804 x86_64]",
        ] {
            assert_eq!(strip_terminal_codes(text), expected);
        }
        assert_eq!(strip_terminal_codes("[0x0]Unknown"), "[0x0]Unknown");
    }

    #[test]
    fn clipping_counts_characters() {
        assert_eq!(clip("ééé", 3), "ééé");
        assert_eq!(clip("éééé", 3), "éé…");
    }
}
