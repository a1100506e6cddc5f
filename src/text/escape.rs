//! Guests choose part of a crash text (a VM's name is part of a world's name), so the text is made
//! harmless before a terminal or a Markdown page shows it. Goes in: any text. Comes out: a text
//! without control characters or markup. Nothing is escaped on the way in.

use std::borrow::Cow;

/// Replaces control characters and characters that reorder text by `\u{…}` notation.
pub fn escape_terminal(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_dangerous) {
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

/// Escapes the characters of Markdown and HTML markup, after [`escape_terminal`].
pub fn escape_markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    for character in escape_terminal(text).chars() {
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
    escaped
}

/// Returns true for control characters, and for those that reorder or hide text: Unicode's format
/// characters (category Cf), and its line separators.
pub(crate) fn is_dangerous(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}'
            | '\u{890}'..='\u{891}' | '\u{8e2}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0001}'..='\u{e007f}')
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
        assert_eq!(escape_terminal("a\u{61c}b\u{ad}"), "a\\u{61c}b\\u{ad}");
        assert_eq!(escape_terminal("a\u{2028}\u{e0041}"), "a\\u{2028}\\u{e0041}");
        assert!(matches!(escape_terminal("vmnic4-pollW"), Cow::Borrowed(_)));
    }

    #[test]
    fn markdown_markup_is_escaped() {
        assert_eq!(escape_markdown("<b>*x*"), "&lt;b&gt;\\*x\\*");
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
